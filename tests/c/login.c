/* A player logs in as a guest, is remembered, logs out, and finds the same account again. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

static void first_login(const char *folder, char id[64]) {
    tdsauth_client client = client_in(folder);
    tdsauth_object user = 0;
    tdsauth_event event;
    tdsauth_request request;

    note("the first login of a guest");
    is_status(tdsauth_current_user(client, &user, NULL), TDSAUTH_NONE, "nobody is logged in");
    is_number(user, 0, "and there is no handle for nobody");
    request = guest_login(client);
    ok(request != 0, "a guest login can be submitted");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "and succeeds");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "as a login");
    is_number(event.value, 1, "of a new account");
    is_number(event.objects, 1, "with one object, the user");
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_OK, "which can be taken");
    is_number(strlen(field(user, "objectId")), 24, "the account has an id");
    is_number(strlen(field(user, "sessionToken")), 25, "and a session token");
    strcpy(id, field(user, "objectId"));
    is_status(tdsauth_request_release(request), TDSAUTH_OK, "the request can be released");
    is_status(tdsauth_object_release(user), TDSAUTH_OK, "and so can the user");

    user = current(client);
    is_text(field(user, "objectId"), id, "the current user is that account");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void remembered(const char *folder, const char *id) {
    tdsauth_client client = client_with(offline_in(folder));
    tdsauth_stats stats = no_stats_yet();
    tdsauth_object user = current(client);

    note("the next start of the game, with the network cut");
    is_text(field(user, "objectId"), id, "the player is still logged in, in the first frame");
    is_number(strlen(field(user, "sessionToken")), 25, "with the session token");
    is_status(tdsauth_client_stats(client, &stats), TDSAUTH_OK, "the client can be asked");
    is_number(stats.http_sent, 0, "how much it sent: nothing");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void again_after_logout(const char *folder, const char *id) {
    tdsauth_client client = client_in(folder);
    tdsauth_event event;
    tdsauth_object user;

    note("logging out and in again");
    event = finish(client, logout(client, 0));
    is_status(event.status, TDSAUTH_OK, "the player logs out");
    is_number(event.kind, TDSAUTH_EVENT_LOGOUT, "it is a logout");
    is_number(event.value, 1, "that ended a session");
    is_number(current(client), 0, "nobody is logged in now");
    is_number(finish(client, logout(client, 0)).value, 0, "a second logout ends nothing");
    tdsauth_client_destroy(client);

    client = client_in(folder);
    is_number(current(client), 0, "nobody is logged in after a restart either");
    tdsauth_request request = guest_login(client);
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "the guest logs in again");
    is_number(event.value, 0, "no account was made for that");
    tdsauth_request_take_object(request, 0, &user);
    is_text(field(user, "objectId"), id, "it is the same account as before");
    tdsauth_object_release(user);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void at_the_same_time(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_request first = guest_login(client);
    tdsauth_request second = guest_login(client);
    tdsauth_object one = 0;
    tdsauth_object two = 0;

    note("two guest logins at the same time");
    is_status(final_event(client, second).status, TDSAUTH_OK, "the second succeeds");
    is_status(final_event(client, first).status, TDSAUTH_OK, "and the first");
    tdsauth_request_take_object(first, 0, &one);
    tdsauth_request_take_object(second, 0, &two);
    ok(one != 0 && two != 0 && one != two, "each has a user of its own to read");
    is_text(field(one, "objectId"), field(two, "objectId"), "which is one account");
    tdsauth_object_release(one);
    tdsauth_object_release(two);
    tdsauth_client_destroy(client);
}

static void by_token(void) {
    tdsauth_client here = client_in(new_folder());
    tdsauth_client there = client_in(new_folder());
    tdsauth_object user = guest_of(here);
    tdsauth_object same = 0;
    tdsauth_request request;
    tdsauth_event event;

    note("logging in with a session token");
    request = token_login(there, field(user, "sessionToken"));
    event = final_event(there, request);
    is_status(event.status, TDSAUTH_OK, "another device can use the token");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "it is a login");
    is_number(event.value, 0, "that made no account");
    tdsauth_request_take_object(request, 0, &same);
    is_text(field(same, "objectId"), field(user, "objectId"), "to the same account");
    tdsauth_object_release(same);
    tdsauth_request_release(request);
    same = current(there);
    is_text(field(same, "objectId"), field(user, "objectId"), "which is the current user there");
    tdsauth_object_release(same);

    event = finish(there, token_login(there, "thisisnotasessiontokenatall"));
    is_status(event.status, TDSAUTH_ERR_SESSION_OVER, "a token that nobody has is refused");
    ok(event.flags & TDSAUTH_FLAG_NEEDS_PLAYER, "and says that the player is needed");
    is_number(event.server_code, 211, "with the server's own code");
    same = current(there);
    is_text(field(same, "objectId"), field(user, "objectId"), "whoever was logged in still is");
    tdsauth_object_release(same);
    tdsauth_object_release(user);
    tdsauth_client_destroy(here);
    tdsauth_client_destroy(there);
}

static void during_a_logout(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request login = guest_login(client);
    tdsauth_http_request task = next_send(client);
    tdsauth_request out = logout(client, 0);

    note("a logout while a login is in flight");
    is_status(finish(client, login).status, TDSAUTH_ERR_SESSION_CHANGED, "the login gives way");
    answer(client, task.id, 201, GUEST);
    is_status(finish(client, out).status, TDSAUTH_OK, "the logout succeeds");
    is_number(current(client), 0, "nobody is logged in");
    tdsauth_client_destroy(client);
}

void login_stories(void) {
    const char *folder = new_folder();
    char id[64] = "";

    first_login(folder, id);
    remembered(folder, id);
    again_after_logout(folder, id);
    at_the_same_time();
    by_token();
    during_a_logout();
}
