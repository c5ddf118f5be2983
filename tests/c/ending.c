/* The end of a client: at once or in order, with requests on the way; and a forked process. */
#include <stddef.h>

#include "kit.h"
#include "stories.h"
#include "system.h"

static void at_once(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client;
    tdsauth_request running;
    tdsauth_request in_line;
    tdsauth_http_request task;
    tdsauth_event event = no_event_yet();

    note("destroying a client with requests in flight");
    /* If destroy waited for the answer, it would do so for longer than this program may run. */
    options.request_timeout_ms = 600000;
    client = client_with(options);
    running = guest_login(client);
    in_line = guest_login(client);
    task = next_send(client);
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "it can be destroyed");
    is_status(tdsauth_poll(client, &event), TDSAUTH_ERR_INVALID_HANDLE, "it is gone");
    is_status(tdsauth_wait(client, running, 0, &event), TDSAUTH_ERR_INVALID_HANDLE,
              "with its requests");
    is_status(tdsauth_request_cancel(running), TDSAUTH_ERR_INVALID_HANDLE, "the running one");
    is_status(tdsauth_request_release(in_line), TDSAUTH_ERR_INVALID_HANDLE, "and the other");
    is_status(answer(client, task.id, 201, GUEST), TDSAUTH_ERR_INVALID_HANDLE,
              "a late answer finds nobody");
}

static void undelivered(void) {
    tdsauth_client client = hosted_client();
    tdsauth_stats stats = no_stats_yet();
    uint64_t end = now_ms() + LONG_ENOUGH;

    note("destroying a client with an event that nobody took");
    guest_login(client);
    answer_next(client, 201, GUEST);
    while (now_ms() < end && stats.queued_events == 0) {
        tdsauth_client_stats(client, &stats);
        rest();
    }
    is_number(stats.queued_events, 1, "the event is there");
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "it goes with its client");
}

static void in_order(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_in(folder);
    uint32_t abandoned = 9;
    tdsauth_request request = 0;
    tdsauth_object user;

    note("shutting down while a login is on its way");
    request = guest_login(client);
    is_status(tdsauth_client_shutdown(client, LONG_ENOUGH, &abandoned), TDSAUTH_OK,
              "it waits for the login");
    is_number(abandoned, 0, "and abandons nothing");
    is_status(tdsauth_request_release(request), TDSAUTH_ERR_INVALID_HANDLE,
              "request and client are gone then");
    is_status(tdsauth_client_destroy(client), TDSAUTH_ERR_INVALID_HANDLE, "for good");
    client = client_with(offline_in(folder));
    user = current(client);
    ok(user != 0, "the login was remembered");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void with_what_cannot_end(void) {
    tdsauth_client client = hosted_client();
    uint32_t abandoned = 0;

    note("shutting down while nobody answers");
    guest_login(client);
    guest_login(client);
    ok(tdsauth_client_shutdown(client, 1, &abandoned) >= 0, "it ends all the same");
    is_number(abandoned, 2, "and says how many requests had no end");
}

static int32_t told_in_a_child(tdsauth_client client) {
    tdsauth_request request = 0;
    return tdsauth_login_anonymously(client, NULL, 0, &request, NULL);
}

static void forked(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_object user = guest_of(client);

    note("a process that forks");
    ok(user != 0, "the parent is logged in");
    if (NO_FORK != NULL)
        skip("its child is told to make a client of its own", NO_FORK);
    else
        is_status(in_a_fork(told_in_a_child, client), TDSAUTH_ERR_FORKED,
                  "its child is told to make a client of its own");
    is_status(finish(client, is_authenticated(client)).status, TDSAUTH_OK,
              "the parent goes on as before");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

void ending_stories(void) {
    at_once();
    undelivered();
    in_order();
    with_what_cannot_end();
    forked();
}

void leak_stories(void) {
    tdsauth_stats stats = no_stats_yet();
    uint64_t end = now_ms() + LONG_ENOUGH;

    note("what is left of everything");
    is_status(tdsauth_client_stats(0, &stats), TDSAUTH_OK, "the library can be asked");
    is_number(stats.clients, 0, "no client");
    is_number(stats.live_requests, 0, "no request");
    is_number(stats.live_objects, 0, "no object");
    is_number(stats.queued_events, 0, "no event");
    /* Threads end by themselves, soon but not before destroy returns. */
    while (stats.threads > 0 && now_ms() < end) {
        rest();
        tdsauth_client_stats(0, &stats);
    }
    is_number(stats.threads, 0, "and no thread");
    is_number(stats.http_running, 0, "nothing on its way");
}
