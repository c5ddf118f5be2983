/* A session: is it valid, a new token for it, its end here and on the server. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

static void three_answers(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_in(folder);
    tdsauth_client cut;
    tdsauth_client hosted;
    tdsauth_event event;
    tdsauth_object user;
    tdsauth_object same;
    tdsauth_request request;

    note("is the session valid? nobody is logged in");
    request = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = tdsauth_user_is_authenticated(client, 0, NULL, 0, &request, &error);
    if (status == TDSAUTH_OK) status = finish(client, request).status;
    is_status(status, TDSAUTH_ERR_NOT_LOGGED_IN, "there is nothing to ask about");

    note("is the session valid? yes, no, cannot tell");
    user = guest_of(client);
    event = finish(client, is_authenticated(client));
    is_status(event.status, TDSAUTH_OK, "the server can be asked");
    is_number(event.kind, TDSAUTH_EVENT_USER_IS_AUTHENTICATED, "and answers that question");
    is_number(event.value, 1, "with yes");

    cut = client_with(offline_in(folder));
    event = finish(cut, is_authenticated(cut));
    ok(event.status < 0, "without a network nobody can tell");
    ok(event.flags & TDSAUTH_FLAG_RETRYABLE, "and it is worth asking again");
    same = current(cut);
    ok(same != 0, "the player stays logged in");
    tdsauth_object_release(same);
    tdsauth_client_destroy(cut);

    hosted = client_with(hosted_in(folder));
    request = is_authenticated(hosted);
    answer_next(hosted, 500, "{\"code\":1,\"error\":\"ill\"}");
    is_status(finish(hosted, request).status, TDSAUTH_ERR_SERVER, "an ill server cannot tell");
    request = is_authenticated(hosted);
    answer_next(hosted, 400, "{\"code\":211,\"error\":\"Could not find user.\"}");
    event = finish(hosted, request);
    is_status(event.status, TDSAUTH_OK, "a server that knows no such session can");
    is_number(event.value, 0, "the answer is no");
    tdsauth_client_destroy(hosted);

    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void new_token(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_in(folder);
    tdsauth_object before = guest_of(client);
    tdsauth_object after = 0;
    tdsauth_object later;
    tdsauth_request request;
    tdsauth_event event;
    char old[64];

    note("a new session token");
    snprintf(old, sizeof old, "%s", field(before, "sessionToken"));
    request = refresh(client);
    is_text(field(before, "sessionToken"), old, "submitting changes nothing");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "the token can be refreshed");
    is_number(event.kind, TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED, "as a refresh");
    is_status(tdsauth_request_take_object(request, 0, &after), TDSAUTH_OK, "with the user");
    is_text(field(after, "objectId"), field(before, "objectId"), "who is the same");
    ok(strcmp(field(after, "sessionToken"), old) != 0, "the token is another");
    is_text(field(before, "sessionToken"), field(after, "sessionToken"),
            "which the user that the game held before shows, too");
    is_number(strlen(field(after, "sessionToken")), 25, "and a token");
    is_number(finish(client, is_authenticated(client)).value, 1, "which is valid");
    later = current(client);
    is_text(field(later, "username"), field(before, "username"), "no field of the user was lost");
    tdsauth_object_release(later);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);

    client = client_with(offline_in(folder));
    later = current(client);
    is_text(field(later, "sessionToken"), field(after, "sessionToken"), "it was remembered");
    tdsauth_object_release(later);
    tdsauth_object_release(before);
    tdsauth_object_release(after);
    tdsauth_client_destroy(client);
}

static void revoked(void) {
    tdsauth_client here = client_in(new_folder());
    tdsauth_client there = client_in(new_folder());
    tdsauth_object user = guest_of(here);
    tdsauth_event event;

    note("logging out everywhere");
    finish(there, token_login(there, field(user, "sessionToken")));
    is_number(finish(there, is_authenticated(there)).value, 1, "two devices share a session");
    event = finish(here, logout(here, 1));
    is_status(event.status, TDSAUTH_OK, "one of them logs out and revokes it");
    is_number(current(here), 0, "nobody is logged in there");
    event = finish(there, is_authenticated(there));
    is_status(event.status, TDSAUTH_OK, "the other one asks the server");
    is_number(event.value, 0, "its session is over, too");
    event = finish(there, refresh(there));
    is_status(event.status, TDSAUTH_ERR_SESSION_OVER, "and no refresh brings it back");
    tdsauth_object_release(user);
    tdsauth_client_destroy(here);
    tdsauth_client_destroy(there);
}

static void revoked_without_a_server(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_in(folder);
    tdsauth_event event;

    note("logging out everywhere with the network cut");
    tdsauth_object_release(guest_of(client));
    tdsauth_client_destroy(client);
    client = client_with(offline_in(folder));
    event = finish(client, logout(client, 1));
    ok(event.status < 0, "the server could not be told, which is said");
    is_number(event.kind, TDSAUTH_EVENT_LOGOUT, "of a logout");
    is_number(current(client), 0, "that has happened here all the same");
    tdsauth_client_destroy(client);
}

static void over(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_event event;

    note("a refresh that finds the session over");
    answer_next(client, 201, GUEST);
    finish(client, request);
    request = refresh(client);
    answer_next(client, 400, "{\"code\":211,\"error\":\"Could not find user.\"}");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_ERR_SESSION_OVER, "says so");
    ok(event.flags & TDSAUTH_FLAG_SESSION_OVER, "also by a flag");
    is_number(event.http_status, 400, "with the HTTP status");
    is_number(event.server_code, 211, "and the server's code");
    event = unsolicited(client, TDSAUTH_EVENT_SESSION_OVER);
    is_number(event.kind, TDSAUTH_EVENT_SESSION_OVER, "and an event of its own tells the game");
    is_number(event.request, 0, "which belongs to no request");
    tdsauth_client_destroy(client);
}

void session_stories(void) {
    three_answers();
    new_token();
    revoked();
    revoked_without_a_server();
    over();
}
