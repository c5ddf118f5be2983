/* Delivery: what a game can read changes only when it takes an event; what it is told of is
 * durable by then. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

/* Waits until the client has this many events that nobody took yet. */
static int queued(tdsauth_client client, uint32_t count) {
    tdsauth_stats stats = no_stats_yet();
    uint64_t end = now_ms() + LONG_ENOUGH;
    while (tdsauth_client_stats(client, &stats) == TDSAUTH_OK && stats.queued_events != count) {
        if (now_ms() > end) return 0;
        rest();
    }
    return 1;
}

static void in_the_games_own_time(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_with(hosted_in(folder));
    tdsauth_client next_start;
    tdsauth_request request = guest_login(client);
    tdsauth_object user = 0;
    tdsauth_event event = no_event_yet();
    char text[64] = "";

    note("a login that has ended, but whose event nobody took");
    answer_next(client, 201, GUEST);
    ok(queued(client, 1), "its event is there");
    is_number(current(client), 0, "nobody is logged in yet for this game");
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_NONE, "nothing can be taken");
    next_start = client_with(hosted_in(folder));
    user = current(next_start);
    ok(user != 0, "on disk it is done: had the game crashed now, its next start would know");
    tdsauth_object_release(user);
    tdsauth_client_destroy(next_start);
    is_status(tdsauth_poll(client, &event), TDSAUTH_OK, "taking the event");
    user = current(client);
    ok(user != 0, "logs the user in");

    note("a refresh that has ended, but whose event nobody took");
    tdsauth_request_release(request);
    request = refresh(client);
    answer_next(client, 200,
                "{\"objectId\":\"5d831a61c05a800073f5d0e1\",\"sessionToken\":"
                "\"zzzzzzzzzzzzzzzzzzzzzzzzz\",\"updatedAt\":\"2020-01-01T00:00:00.000Z\"}");
    ok(queued(client, 1), "its event is there");
    is_text(field(user, "sessionToken"), "q2w3e4r5t6y7u8i9o0p1a2s3d", "the old token is read");
    is_status(tdsauth_poll(client, &event), TDSAUTH_OK, "taking the event");
    is_text(field(user, "sessionToken"), "zzzzzzzzzzzzzzzzzzzzzzzzz", "the new one is read");
    is_text(field(user, "nickname"), "\xe7\x8e\xa9\xe5\xae\xb6", "no other field was lost");
    is_status(tdsauth_request_get_str(request, TDSAUTH_REQUEST_MESSAGE, text, sizeof text, NULL),
              TDSAUTH_OK, "a success has a message, too");
    is_text(text, "", "which is empty");
    tdsauth_object_release(user);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void log_in_to(tdsauth_client client) {
    tdsauth_request request = guest_login(client);
    answer_next(client, 200, GUEST);
    finish(client, request);
}

static void coalesced(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_with(hosted_in(folder));
    tdsauth_client other = client_with(hosted_in(folder));
    tdsauth_event event = no_event_yet();
    tdsauth_request question;
    tdsauth_object user;

    note("what nobody asked for, several times");
    log_in_to(other);
    tdsauth_client_set_app_state(client, TDSAUTH_APP_FOREGROUND);
    ok(queued(client, 1), "a first change is told");
    finish(other, logout(other, 0));
    tdsauth_client_set_app_state(client, TDSAUTH_APP_FOREGROUND);
    log_in_to(other);
    tdsauth_client_set_app_state(client, TDSAUTH_APP_FOREGROUND);
    question = is_authenticated(client);
    answer_next(client, 200, GUEST);
    is_status(finish(client, question).status, TDSAUTH_OK, "the client has seen all of it");
    is_status(tdsauth_poll(client, &event), TDSAUTH_OK, "the changes are one event");
    is_number(event.kind, TDSAUTH_EVENT_USER_CHANGED, "of its kind");
    is_number(event.request, 0, "without a request");
    is_number(event.value, 1, "with the last of their values");
    event = no_event_yet();
    is_status(tdsauth_poll(client, &event), TDSAUTH_NO_EVENT, "and no more");
    user = current(client);
    ok(user != 0, "somebody is logged in");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
    tdsauth_client_destroy(other);
}

static void too_many(void) {
    enum { FULL = 16384 };
    tdsauth_client client = hosted_client();
    tdsauth_request *requests = calloc(FULL, sizeof *requests);
    tdsauth_request one_more = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = TDSAUTH_OK;
    int count = 0;

    if (requests == NULL) return;
    note("a full queue");
    while (count < FULL && status == TDSAUTH_OK)
        status = tdsauth_logout(client, NULL, 0, &requests[count++], NULL);
    is_status(status, TDSAUTH_OK, "many thousand requests can live at once");
    is_status(tdsauth_logout(client, NULL, 0, &one_more, &error), TDSAUTH_ERR_QUEUE_FULL,
              "one more cannot");
    ok(error.flags & TDSAUTH_FLAG_RETRYABLE, "at the moment");
    is_number(one_more, 0, "and there is no handle for it");
    tdsauth_request_release(requests[0]);
    is_status(tdsauth_logout(client, NULL, 0, &requests[0], NULL), TDSAUTH_OK,
              "when one was released it can");
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "the client takes all of them along");
    free(requests);
}

void delivery_stories(void) {
    in_the_games_own_time();
    coalesced();
    too_many();
}
