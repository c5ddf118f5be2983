/* Handles that are none: never given out, given back already, of another kind or client. */
#include "kit.h"
#include "stories.h"

static int32_t do_destroy(uint64_t h) { return tdsauth_client_destroy(h); }
static int32_t do_shutdown(uint64_t h) { return tdsauth_client_shutdown(h, 0, NULL); }
static int32_t do_state(uint64_t h) {
    return tdsauth_client_set_app_state(h, TDSAUTH_APP_FOREGROUND);
}
static int32_t do_poll(uint64_t h) {
    tdsauth_event event = no_event_yet();
    return tdsauth_poll(h, &event);
}
static int32_t do_wait(uint64_t h) {
    tdsauth_event event = no_event_yet();
    return tdsauth_wait(h, 0, 0, &event);
}
static int32_t do_guest(uint64_t h) {
    tdsauth_request request = 0;
    return tdsauth_login_anonymously(h, NULL, 0, &request, NULL);
}
static int32_t do_token(uint64_t h) {
    tdsauth_request request = 0;
    return tdsauth_login_with_session_token(h, "t", 1, NULL, 0, &request, NULL);
}
static int32_t do_logout(uint64_t h) {
    tdsauth_request request = 0;
    return tdsauth_logout(h, NULL, 0, &request, NULL);
}
static int32_t do_user(uint64_t h) {
    tdsauth_object user = 0;
    return tdsauth_current_user(h, &user, NULL);
}
static int32_t do_authenticated(uint64_t h) {
    tdsauth_request request = 0;
    return tdsauth_user_is_authenticated(h, 0, NULL, 0, &request, NULL);
}
static int32_t do_refresh(uint64_t h) {
    tdsauth_request request = 0;
    return tdsauth_user_refresh_session_token(h, 0, NULL, 0, &request, NULL);
}
static int32_t do_next(uint64_t h) {
    tdsauth_http_request task = TDSAUTH_HTTP_REQUEST_INIT;
    return tdsauth_http_next(h, &task);
}
static int32_t do_get(uint64_t h) {
    char text[8];
    return tdsauth_http_get(h, 1, TDSAUTH_HTTP_URL, text, sizeof text, NULL);
}
static int32_t do_complete(uint64_t h) { return answer(h, 1, 200, "{}"); }
static int32_t do_log(uint64_t h) {
    char text[8];
    int32_t level;
    return tdsauth_log_next(h, &level, text, sizeof text, NULL);
}
static int32_t do_count(uint64_t h) {
    tdsauth_stats stats = no_stats_yet();
    return tdsauth_client_stats(h, &stats);
}

static int32_t do_cancel(uint64_t h) { return tdsauth_request_cancel(h); }
static int32_t do_message(uint64_t h) {
    char text[8];
    return tdsauth_request_get_str(h, TDSAUTH_REQUEST_MESSAGE, text, sizeof text, NULL);
}
static int32_t do_take(uint64_t h) {
    tdsauth_object object = 0;
    return tdsauth_request_take_object(h, 0, &object);
}
static int32_t do_let_go(uint64_t h) { return tdsauth_request_release(h); }

static int32_t do_str(uint64_t h) {
    char text[8];
    return tdsauth_object_get_str(h, "a", 1, text, sizeof text, NULL);
}
static int32_t do_i64(uint64_t h) {
    int64_t value;
    return tdsauth_object_get_i64(h, "a", 1, &value);
}
static int32_t do_f64(uint64_t h) {
    double value;
    return tdsauth_object_get_f64(h, "a", 1, &value);
}
static int32_t do_bool(uint64_t h) {
    int32_t value;
    return tdsauth_object_get_bool(h, "a", 1, &value);
}
static int32_t do_date(uint64_t h) {
    int64_t value;
    return tdsauth_object_get_date(h, "a", 1, &value);
}
static int32_t do_json(uint64_t h) {
    char text[8];
    return tdsauth_object_get_json(h, NULL, 0, text, sizeof text, NULL);
}
static int32_t do_type(uint64_t h) {
    int32_t type;
    return tdsauth_object_value_type(h, "a", 1, &type);
}
static int32_t do_keys(uint64_t h) {
    char text[8];
    return tdsauth_object_keys(h, text, sizeof text, NULL);
}
static int32_t do_snapshot(uint64_t h) {
    tdsauth_object copy = 0;
    return tdsauth_object_snapshot(h, &copy);
}
static int32_t do_give_back(uint64_t h) { return tdsauth_object_release(h); }

typedef struct call {
    const char *name;
    int32_t (*with)(uint64_t handle);
} call;

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const call of_clients[] = {
    {"tdsauth_client_set_app_state", do_state},
    {"tdsauth_poll", do_poll},
    {"tdsauth_wait", do_wait},
    {"tdsauth_login_anonymously", do_guest},
    {"tdsauth_login_with_session_token", do_token},
    {"tdsauth_logout", do_logout},
    {"tdsauth_current_user", do_user},
    {"tdsauth_user_is_authenticated", do_authenticated},
    {"tdsauth_user_refresh_session_token", do_refresh},
    {"tdsauth_http_next", do_next},
    {"tdsauth_http_get", do_get},
    {"tdsauth_http_complete", do_complete},
    {"tdsauth_log_next", do_log},
    {"tdsauth_client_shutdown", do_shutdown},
    {"tdsauth_client_destroy", do_destroy},
};
static const call of_requests[] = {
    {"tdsauth_request_cancel", do_cancel},
    {"tdsauth_request_get_str", do_message},
    {"tdsauth_request_take_object", do_take},
    {"tdsauth_request_release", do_let_go},
};
static const call of_objects[] = {
    {"tdsauth_object_get_str", do_str},     {"tdsauth_object_get_i64", do_i64},
    {"tdsauth_object_get_f64", do_f64},     {"tdsauth_object_get_bool", do_bool},
    {"tdsauth_object_get_date", do_date},   {"tdsauth_object_get_json", do_json},
    {"tdsauth_object_value_type", do_type}, {"tdsauth_object_keys", do_keys},
    {"tdsauth_object_snapshot", do_snapshot}, {"tdsauth_object_release", do_give_back},
};

/* Each handle is refused by each call; the name of a failing test is the call's. */
static void refused(const call *calls, size_t count, const uint64_t *handles, size_t handle_count) {
    for (size_t i = 0; i < count; i++) {
        int32_t status = TDSAUTH_ERR_INVALID_HANDLE;
        for (size_t j = 0; j < handle_count && status == TDSAUTH_ERR_INVALID_HANDLE; j++)
            status = calls[i].with(handles[j]);
        is_status(status, TDSAUTH_ERR_INVALID_HANDLE, calls[i].name);
    }
}

static void never_and_no_longer(tdsauth_client client, tdsauth_request request,
                                tdsauth_object object) {
    tdsauth_client gone = hosted_client();
    tdsauth_request old_request = guest_login(client);
    tdsauth_object old_object = current(client);

    is_status(tdsauth_client_destroy(gone), TDSAUTH_OK, "a client is given back");
    is_status(tdsauth_request_release(old_request), TDSAUTH_OK, "a request is given back");
    is_status(tdsauth_object_release(old_object), TDSAUTH_OK, "an object is given back");

    note("no handle, garbage, a stale one, a request, an object: for each function of clients");
    const uint64_t no_clients[] = {0, 1, GARBAGE, UINT64_MAX, gone, client ^ 1, request, object};
    refused(of_clients, COUNT(of_clients), no_clients, COUNT(no_clients));
    const uint64_t no_counts[] = {1, GARBAGE, UINT64_MAX, gone, request, object};
    const call counting = {"tdsauth_client_stats", do_count};
    refused(&counting, 1, no_counts, COUNT(no_counts));

    note("the same for each function of requests");
    const uint64_t no_requests[] = {0, 1, GARBAGE, UINT64_MAX, old_request, client, object};
    refused(of_requests, COUNT(of_requests), no_requests, COUNT(no_requests));

    note("the same for each function of objects");
    const uint64_t no_objects[] = {0, 1, GARBAGE, UINT64_MAX, old_object, client, request};
    refused(of_objects, COUNT(of_objects), no_objects, COUNT(no_objects));
}

static void of_another_client(tdsauth_client client, tdsauth_request request,
                              tdsauth_object object) {
    tdsauth_client other = hosted_client();
    tdsauth_event event = no_event_yet();
    tdsauth_request asked = 0;

    note("handles of another client");
    is_status(tdsauth_wait(other, request, 0, &event), TDSAUTH_ERR_INVALID_HANDLE,
              "its request cannot be waited for");
    is_status(tdsauth_wait(client, GARBAGE, 0, &event), TDSAUTH_ERR_INVALID_HANDLE,
              "nor can garbage");
    is_status(tdsauth_user_is_authenticated(other, object, NULL, 0, &asked, NULL),
              TDSAUTH_ERR_INVALID_HANDLE, "its user cannot be asked about");
    is_status(tdsauth_user_refresh_session_token(other, object, NULL, 0, &asked, NULL),
              TDSAUTH_ERR_INVALID_HANDLE, "nor can its token be replaced");
    is_status(tdsauth_user_is_authenticated(client, GARBAGE, NULL, 0, &asked, NULL),
              TDSAUTH_ERR_INVALID_HANDLE, "garbage is no user");
    is_status(tdsauth_user_is_authenticated(client, request, NULL, 0, &asked, NULL),
              TDSAUTH_ERR_INVALID_HANDLE, "nor is a request");
    is_number(asked, 0, "no request came of any of them");
    tdsauth_client_destroy(other);
}

static void twice(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_object object = user_from(GUEST);

    note("giving back twice");
    is_status(tdsauth_request_release(request), TDSAUTH_OK, "a request once");
    is_status(tdsauth_request_release(request), TDSAUTH_ERR_INVALID_HANDLE, "not twice");
    is_status(tdsauth_object_release(object), TDSAUTH_OK, "an object once");
    is_status(tdsauth_object_release(object), TDSAUTH_ERR_INVALID_HANDLE, "not twice");
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "a client once");
    is_status(tdsauth_client_destroy(client), TDSAUTH_ERR_INVALID_HANDLE, "not twice");
}

void handle_stories(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_object object = 0;

    answer_next(client, 201, GUEST);
    final_event(client, request);
    is_status(tdsauth_request_take_object(request, 0, &object), TDSAUTH_OK,
              "a client, a request and an object to confuse");
    never_and_no_longer(client, request, object);
    of_another_client(client, request, object);
    twice();
    is_text(field(object, "objectId"), "5d831a61c05a800073f5d0e1", "what was right still works");
    tdsauth_object_release(object);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}
