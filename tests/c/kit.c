#define _POSIX_C_SOURCE 200809L
#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char GUEST[] =
    "{\"sessionToken\":\"q2w3e4r5t6y7u8i9o0p1a2s3d\",\"updatedAt\":\"2019-09-19T06:06:09.494Z\","
    "\"objectId\":\"5d831a61c05a800073f5d0e1\",\"username\":\"xp0qa1nws7d4rbf2kz8cmye5t\","
    "\"createdAt\":\"2019-09-19T06:06:09.494Z\",\"emailVerified\":false,"
    "\"authData\":{\"anonymous\":{\"id\":\"0f0e0d0c0b0a09080706050403020100\"}},"
    "\"mobilePhoneVerified\":false,\"nickname\":\"\xe7\x8e\xa9\xe5\xae\xb6\",\"score\":-42,"
    "\"ratio\":1.5,\"vip\":true,\"nothing\":null,\"tags\":[\"a\",2],\"empty\":\"\","
    "\"born\":{\"__type\":\"Date\",\"iso\":\"2000-01-02T03:04:05.678Z\"},"
    "\"guild\":{\"__type\":\"Pointer\",\"className\":\"Guild\",\"objectId\":\"5d831a61c05a\"}}";

const char *environment(const char *name) {
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0') {
        printf("Bail out! %s is not set\n", name);
        exit(2);
    }
    return value;
}

const char *server_url(void) { return environment("TDSAUTH_TEST_URL"); }
const char *app_id(void) { return environment("TDSAUTH_TEST_APP_ID"); }
const char *app_key(void) { return environment("TDSAUTH_TEST_APP_KEY"); }

const char *new_folder(void) {
    static char paths[256][512];
    static int used;
    if (used == 256) {
        printf("Bail out! too many folders\n");
        exit(2);
    }
    snprintf(paths[used], sizeof paths[used], "%s/c-%d", environment("TDSAUTH_TEST_DIR"), used);
    return paths[used++];
}

tdsauth_error no_error_yet(void) {
    tdsauth_error error = TDSAUTH_ERROR_INIT;
    return error;
}

tdsauth_event no_event_yet(void) {
    tdsauth_event event = TDSAUTH_EVENT_INIT;
    return event;
}

tdsauth_stats no_stats_yet(void) {
    tdsauth_stats stats = TDSAUTH_STATS_INIT;
    return stats;
}

tdsauth_client_options options_in(const char *folder) {
    tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
    options.server_url = server_url();
    options.server_url_len = TDSAUTH_NUL;
    options.app_id = app_id();
    options.app_id_len = TDSAUTH_NUL;
    options.app_key = app_key();
    options.app_key_len = TDSAUTH_NUL;
    options.storage_path = folder;
    options.storage_path_len = TDSAUTH_NUL;
    return options;
}

tdsauth_client_options offline_in(const char *folder) {
    tdsauth_client_options options = options_in(folder);
    /* Port 1 is kept for a service that nobody runs any more: the connection is refused. */
    options.server_url = "http://127.0.0.1:1";
    return options;
}

tdsauth_client_options hosted_in(const char *folder) {
    tdsauth_client_options options = options_in(folder);
    options.server_url = "https://accounts.example.com";
    options.flags = TDSAUTH_CLIENT_HOST_TRANSPORT;
    return options;
}

tdsauth_client client_with(tdsauth_client_options options) {
    tdsauth_client client = 0;
    tdsauth_error error = no_error_yet();
    if (tdsauth_client_create(&options, &client, &error) != TDSAUTH_OK) {
        printf("Bail out! no client: %s: %s\n", tdsauth_status_name(error.status), error.message);
        exit(2);
    }
    return client;
}

tdsauth_client client_in(const char *folder) { return client_with(options_in(folder)); }
tdsauth_client hosted_client(void) { return client_with(hosted_in(new_folder())); }

static tdsauth_request submitted(int32_t status, tdsauth_request request, tdsauth_error error) {
    if (status == TDSAUTH_OK) return request;
    printf("# refused: %s: %s\n", tdsauth_status_name(status), error.message);
    return 0;
}

tdsauth_request guest_login(tdsauth_client client) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = tdsauth_login_anonymously(client, NULL, 0, &request, &error);
    return submitted(status, request, error);
}

tdsauth_request token_login(tdsauth_client client, const char *token) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = tdsauth_login_with_session_token(client, token, TDSAUTH_NUL, NULL, 0,
                                                      &request, &error);
    return submitted(status, request, error);
}

tdsauth_request logout(tdsauth_client client, int revoke) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_logout_options options = TDSAUTH_LOGOUT_OPTIONS_INIT;
    options.revoke = revoke ? 1 : 0;
    int32_t status = tdsauth_logout(client, &options, 0, &request, &error);
    return submitted(status, request, error);
}

tdsauth_request is_authenticated(tdsauth_client client) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = tdsauth_user_is_authenticated(client, 0, NULL, 0, &request, &error);
    return submitted(status, request, error);
}

tdsauth_request refresh(tdsauth_client client) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    int32_t status = tdsauth_user_refresh_session_token(client, 0, NULL, 0, &request, &error);
    return submitted(status, request, error);
}

tdsauth_event final_event(tdsauth_client client, tdsauth_request request) {
    tdsauth_event event = no_event_yet();
    int32_t status = tdsauth_wait(client, request, LONG_ENOUGH, &event);
    if (status != TDSAUTH_OK) {
        event = no_event_yet();
        event.status = status == TDSAUTH_TIMEOUT ? TDSAUTH_ERR_TIMED_OUT : status;
    }
    return event;
}

tdsauth_event finish(tdsauth_client client, tdsauth_request request) {
    tdsauth_event event = final_event(client, request);
    if (event.status < 0) {
        char text[256] = "";
        tdsauth_request_get_str(request, TDSAUTH_REQUEST_MESSAGE, text, sizeof text, NULL);
        printf("# %s: %s\n", tdsauth_status_name(event.status), text);
    }
    tdsauth_request_release(request);
    return event;
}

tdsauth_object guest_of(tdsauth_client client) {
    tdsauth_request request = guest_login(client);
    tdsauth_event event = final_event(client, request);
    tdsauth_object user = 0;
    if (event.status == TDSAUTH_OK) tdsauth_request_take_object(request, 0, &user);
    tdsauth_request_release(request);
    return user;
}

tdsauth_object current(tdsauth_client client) {
    tdsauth_object user = 0;
    return tdsauth_current_user(client, &user, NULL) == TDSAUTH_OK ? user : 0;
}

tdsauth_event unsolicited(tdsauth_client client, int32_t kind) {
    uint64_t end = now_ms() + LONG_ENOUGH;
    while (now_ms() < end) {
        tdsauth_event event = no_event_yet();
        int32_t status = tdsauth_wait(client, 0, 1000, &event);
        if (status == TDSAUTH_OK && event.kind == kind && event.request == 0) return event;
        if (status < 0) break;
    }
    tdsauth_event none = no_event_yet();
    none.status = TDSAUTH_ERR_TIMED_OUT;
    return none;
}

const char *field(tdsauth_object object, const char *key) {
    static char texts[4][512];
    static int next;
    char *text = texts[next++ % 4];
    text[0] = '\0';
    if (tdsauth_object_get_str(object, key, TDSAUTH_NUL, text, sizeof texts[0], NULL) != TDSAUTH_OK)
        text[0] = '\0';
    return text;
}

static tdsauth_http_request next_task(tdsauth_client client) {
    uint64_t end = now_ms() + LONG_ENOUGH;
    tdsauth_http_request task = TDSAUTH_HTTP_REQUEST_INIT;
    while (tdsauth_http_next(client, &task) == TDSAUTH_NO_EVENT && now_ms() < end) rest();
    return task;
}

tdsauth_http_request next_send(tdsauth_client client) {
    tdsauth_http_request task = next_task(client);
    while (task.kind == TDSAUTH_HTTP_CANCEL) task = next_task(client);
    return task;
}

int next_is_cancel(tdsauth_client client, uint64_t id) {
    tdsauth_http_request task = next_task(client);
    return task.kind == TDSAUTH_HTTP_CANCEL && task.id == id;
}

int32_t answer(tdsauth_client client, uint64_t id, int32_t http_status, const char *body) {
    static const char headers[] = "Content-Type: application/json;charset=utf-8\n";
    tdsauth_http_response response = TDSAUTH_HTTP_RESPONSE_INIT;
    response.http_status = http_status;
    response.headers = headers;
    response.headers_len = sizeof headers - 1;
    response.body = (const uint8_t *)body;
    response.body_len = strlen(body);
    return tdsauth_http_complete(client, id, &response);
}

void answer_next(tdsauth_client client, int32_t http_status, const char *body) {
    answer(client, next_send(client).id, http_status, body);
}

tdsauth_object user_from(const char *row) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_object user = 0;
    answer_next(client, 201, row);
    if (final_event(client, request).status == TDSAUTH_OK)
        tdsauth_request_take_object(request, 0, &user);
    /* The object outlives both. */
    tdsauth_client_destroy(client);
    return user;
}

void rest(void) {
    struct timespec moment = {0, 1000000};
    nanosleep(&moment, NULL);
}

uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}
