/* Threads that wait: for one request, for the same one, for a client that goes away. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "kit.h"
#include "stories.h"

/* A thread that waits, and what came of it. */
typedef struct waiter {
    pthread_t thread;
    tdsauth_client client;
    tdsauth_request request;
    uint32_t timeout_ms;
    int32_t status;
    tdsauth_event event;
} waiter;

static void *wait_for_it(void *argument) {
    waiter *self = argument;
    /* The main thread's own short looks may be in the way at first. */
    do {
        self->event = no_event_yet();
        self->status = tdsauth_wait(self->client, self->request, self->timeout_ms, &self->event);
    } while (self->status == TDSAUTH_ERR_BUSY);
    return NULL;
}

static void start(waiter *self, tdsauth_client client, tdsauth_request request) {
    self->client = client;
    self->request = request;
    self->timeout_ms = TDSAUTH_FOREVER;
    if (pthread_create(&self->thread, NULL, wait_for_it, self) != 0)
        ok(0, "a thread can be started");
}

/* Looks until the waiter is really inside its wait: then a second one is busy. */
static int32_t busy(tdsauth_client client, tdsauth_request request) {
    uint64_t end = now_ms() + LONG_ENOUGH;
    int32_t status = TDSAUTH_TIMEOUT;
    while (status == TDSAUTH_TIMEOUT && now_ms() < end) {
        tdsauth_event event = no_event_yet();
        status = tdsauth_wait(client, request, 0, &event);
        rest();
    }
    return status;
}

static void two_for_one(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_event event = no_event_yet();
    waiter other;

    note("two threads wait for one request");
    is_status(tdsauth_wait(client, request, 0, &event), TDSAUTH_TIMEOUT, "it is not over yet");
    start(&other, client, request);
    is_status(busy(client, request), TDSAUTH_ERR_BUSY, "the second one is turned away");
    answer_next(client, 201, GUEST);
    pthread_join(other.thread, NULL);
    is_status(other.status, TDSAUTH_OK, "the first one gets the event");
    is_number(other.event.kind, TDSAUTH_EVENT_LOGIN, "of the login");
    is_status(tdsauth_poll(client, &event), TDSAUTH_NO_EVENT, "which goes to it alone");
    ok(final_event(client, request).flags & TDSAUTH_FLAG_REPEATED, "others can read it again");
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void each_its_own(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request first = guest_login(client);
    tdsauth_request second = guest_login(client);
    waiter one;
    waiter two;

    note("two threads wait for a request each");
    start(&two, client, second);
    start(&one, client, first);
    answer_next(client, 201, GUEST);
    pthread_join(one.thread, NULL);
    is_status(one.status, TDSAUTH_OK, "the first is answered");
    ok(one.event.request == first, "to its own thread");
    answer_next(client, 200, GUEST);
    pthread_join(two.thread, NULL);
    is_status(two.status, TDSAUTH_OK, "and then the second");
    ok(two.event.request == second, "to the other");
    tdsauth_request_release(first);
    tdsauth_request_release(second);
    tdsauth_client_destroy(client);
}

static void woken_by_destroy(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    waiter for_one;
    waiter for_any;

    note("destroying a client that threads wait for");
    start(&for_one, client, request);
    is_status(busy(client, request), TDSAUTH_ERR_BUSY, "one waits for its request");
    start(&for_any, client, 0);
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "the client can be destroyed");
    pthread_join(for_one.thread, NULL);
    is_status(for_one.status, TDSAUTH_ERR_CLOSED, "who waits for the request wakes");
    pthread_join(for_any.thread, NULL);
    /* It may have been on its way into the wait: the handle is stale then. */
    ok(for_any.status == TDSAUTH_ERR_CLOSED || for_any.status == TDSAUTH_ERR_INVALID_HANDLE,
       "and so does who waits for any event");
}

static void woken_by_shutdown(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    uint32_t abandoned = 0;
    waiter for_one;

    note("shutting a client down that a thread waits for");
    start(&for_one, client, request);
    is_status(busy(client, request), TDSAUTH_ERR_BUSY, "it waits for its request");
    ok(tdsauth_client_shutdown(client, 1, &abandoned) >= 0, "the client is shut down");
    pthread_join(for_one.thread, NULL);
    ok(for_one.status < 0 || for_one.event.status < 0, "who waited wakes without an answer");
    is_number(abandoned, 1, "the request is counted as abandoned");
}

static void woken_by_release(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    waiter for_one;

    note("releasing a request that a thread waits for");
    start(&for_one, client, request);
    is_status(busy(client, request), TDSAUTH_ERR_BUSY, "it waits for the request");
    is_status(tdsauth_request_release(request), TDSAUTH_OK, "which is released");
    pthread_join(for_one.thread, NULL);
    ok(for_one.status < 0, "who waited wakes");
    tdsauth_client_destroy(client);
}

/* Submits, waits and lets go, many times over, as one of several threads. */
static void *play(void *argument) {
    waiter *self = argument;
    self->status = TDSAUTH_OK;
    for (int i = 0; i < 20 && self->status == TDSAUTH_OK; i++) {
        tdsauth_request request = is_authenticated(self->client);
        tdsauth_event event = final_event(self->client, request);
        tdsauth_object user = current(self->client);
        self->status = event.value == 1 && user != 0 ? event.status : TDSAUTH_ERR_REJECTED;
        tdsauth_object_release(user);
        tdsauth_request_release(request);
    }
    return NULL;
}

static void four_at_once(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_object user = guest_of(client);
    waiter players[4];

    note("four threads use one client");
    for (int i = 0; i < 4; i++) {
        players[i].client = client;
        if (pthread_create(&players[i].thread, NULL, play, &players[i]) != 0) return;
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(players[i].thread, NULL);
        is_status(players[i].status, TDSAUTH_OK, "each gets each answer of its own");
    }
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

void waiting_stories(void) {
    two_for_one();
    each_its_own();
    woken_by_destroy();
    woken_by_shutdown();
    woken_by_release();
    four_at_once();
}
