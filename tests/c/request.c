/* A request from its submission to its release: order, repetition, cancelling, letting go. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static tdsauth_request login_marked(tdsauth_client client, uint64_t user_data) {
    tdsauth_request request = 0;
    tdsauth_login_anonymously(client, NULL, user_data, &request, NULL);
    return request;
}

static tdsauth_event next_event(tdsauth_client client) { return final_event(client, 0); }

static uint32_t live_requests(tdsauth_client client) {
    tdsauth_stats stats = no_stats_yet();
    tdsauth_client_stats(client, &stats);
    return stats.live_requests;
}

static void in_order(void) {
    tdsauth_client client = hosted_client();
    tdsauth_event event = no_event_yet();
    tdsauth_request requests[3];

    note("events come in the order of what happened");
    for (uint64_t i = 0; i < 3; i++) requests[i] = login_marked(client, 100 + i);
    is_status(tdsauth_poll(client, &event), TDSAUTH_NO_EVENT, "submitting makes no event");
    is_number(live_requests(client), 3, "three requests live");
    for (uint64_t i = 0; i < 3; i++) {
        answer_next(client, i == 0 ? 201 : 200, GUEST);
        event = next_event(client);
        is_number(event.user_data, 100 + i, "the next one is the next one submitted");
        ok(event.request == requests[i], "under its handle");
        is_number(event.reserved0 | event.reserved[0] | event.reserved[1], 0,
                  "what is reserved is zero");
    }
    event = no_event_yet();
    is_status(tdsauth_poll(client, &event), TDSAUTH_NO_EVENT, "each comes once");
    for (int i = 0; i < 3; i++) tdsauth_request_release(requests[i]);
    is_number(live_requests(client), 0, "no request lives");
    tdsauth_client_destroy(client);
}

static void repeated(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = login_marked(client, 7);
    tdsauth_event first;
    tdsauth_event again;
    tdsauth_object user = 0;

    note("the final event stays in its request");
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_NONE,
              "before it there is nothing to take");
    answer_next(client, 201, GUEST);
    first = final_event(client, request);
    ok(!(first.flags & TDSAUTH_FLAG_REPEATED), "the first time it is new");
    again = final_event(client, request);
    is_status(again.status, TDSAUTH_OK, "a later wait returns it at once");
    ok(again.flags & TDSAUTH_FLAG_REPEATED, "as repeated");
    again.flags = first.flags;
    ok(memcmp(&first, &again, sizeof first) == 0, "and otherwise the same");
    again = no_event_yet();
    is_status(tdsauth_poll(client, &again), TDSAUTH_NO_EVENT, "poll does not repeat it");

    note("an object can be taken once");
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_OK, "the user is taken");
    tdsauth_object_release(user);
    user = 1;
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_NONE, "and is gone then");
    is_number(user, 0, "with no handle for it");
    is_status(tdsauth_request_take_object(request, 1, &user), TDSAUTH_NONE, "there is no second");
    is_status(tdsauth_request_take_object(request, UINT32_MAX, &user), TDSAUTH_NONE,
              "and certainly no last");
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void cancelled(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_http_request task = next_send(client);
    tdsauth_event event;
    char text[200] = "";

    note("cancelling");
    is_status(tdsauth_request_cancel(request), TDSAUTH_OK, "a request can be cancelled");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_ERR_CANCELLED, "its end comes at once");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "as what it was");
    tdsauth_request_get_str(request, TDSAUTH_REQUEST_MESSAGE, text, sizeof text, NULL);
    ok(text[0] != '\0', "with words for the developer");
    ok(next_is_cancel(client, task.id), "the host is told to stop");
    ok(answer(client, task.id, 201, GUEST) >= 0, "a late answer is harmless");
    is_number(current(client), 0, "and is dropped");
    is_status(tdsauth_request_cancel(request), TDSAUTH_OK, "cancelling again does nothing");
    is_status(final_event(client, request).status, TDSAUTH_ERR_CANCELLED, "the end stays the end");
    tdsauth_request_release(request);

    note("cancelling what is over");
    request = guest_login(client);
    answer_next(client, 201, GUEST);
    final_event(client, request);
    is_status(tdsauth_request_cancel(request), TDSAUTH_OK, "is no mistake");
    is_status(final_event(client, request).status, TDSAUTH_OK, "and changes nothing");
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void cancelled_in_line(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request first = login_marked(client, 1);
    tdsauth_request second = login_marked(client, 2);
    tdsauth_http_request task = next_send(client);

    note("cancelling what waits its turn");
    is_status(tdsauth_request_cancel(second), TDSAUTH_OK, "the second of two logins");
    is_status(final_event(client, second).status, TDSAUTH_ERR_CANCELLED, "ends at once");
    answer(client, task.id, 201, GUEST);
    is_status(final_event(client, first).status, TDSAUTH_OK, "the first is not touched");
    tdsauth_request_release(first);
    tdsauth_request_release(second);
    tdsauth_client_destroy(client);
}

static void let_go(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = login_marked(client, 1);
    tdsauth_http_request task = next_send(client);
    tdsauth_request other;

    note("letting go before the end");
    is_status(tdsauth_request_release(request), TDSAUTH_OK, "a running request can be released");
    ok(next_is_cancel(client, task.id), "which cancels it");
    answer(client, task.id, 201, GUEST);
    other = login_marked(client, 2);
    answer_next(client, 201, GUEST);
    is_number(next_event(client).user_data, 2, "nothing more is heard of it");
    is_number(live_requests(client), 1, "it does not live any more");
    tdsauth_request_release(other);
    tdsauth_client_destroy(client);
}

static void by_itself(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client;
    tdsauth_request first;
    tdsauth_object user = 0;

    note("requests that go by themselves");
    options.flags |= TDSAUTH_CLIENT_AUTO_RELEASE;
    client = client_with(options);
    first = login_marked(client, 1);
    login_marked(client, 2);
    answer_next(client, 201, GUEST);
    is_number(next_event(client).user_data, 1, "after its final event");
    is_status(tdsauth_request_take_object(first, 0, &user), TDSAUTH_OK, "a request can be read");
    answer_next(client, 200, GUEST);
    is_number(next_event(client).user_data, 2, "until the next event comes");
    is_status(tdsauth_request_release(first), TDSAUTH_ERR_INVALID_HANDLE, "which frees it");
    is_text(field(user, "objectId"), "5d831a61c05a800073f5d0e1", "not what was taken from it");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void over_time(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request_options options = TDSAUTH_REQUEST_OPTIONS_INIT;
    tdsauth_request request = 0;
    tdsauth_event event;

    note("a deadline of its own");
    options.timeout_ms = 50;
    tdsauth_login_anonymously(client, &options, 0, &request, NULL);
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_ERR_TIMED_OUT, "a request that nobody answers ends by itself");
    ok(event.flags & TDSAUTH_FLAG_RETRYABLE, "and may be tried again");
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

void request_stories(void) {
    in_order();
    repeated();
    cancelled();
    cancelled_in_line();
    let_go();
    by_itself();
    over_time();
}
