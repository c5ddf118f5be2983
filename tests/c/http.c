/* Host transport: a whole login with no socket, the test in the place of network and server. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

static const char *part(tdsauth_client client, uint64_t id, int32_t which) {
    static char parts[5][2048];
    char *text = parts[which];
    if (tdsauth_http_get(client, id, which, text, sizeof parts[0], NULL) != TDSAUTH_OK)
        text[0] = '\0';
    return text;
}

static void what_is_sent(tdsauth_client client, const tdsauth_http_request *task) {
    char line[200];
    const char *headers;

    note("what the host is asked to send");
    is_number(task->kind, TDSAUTH_HTTP_SEND, "a request");
    ok(task->id != 0, "with a number");
    ok(task->timeout_ms > 0, "and a time limit");
    is_text(part(client, task->id, TDSAUTH_HTTP_METHOD), "POST", "its method");
    is_text(part(client, task->id, TDSAUTH_HTTP_URL), "https://accounts.example.com/1.1/users",
            "its URL");
    headers = part(client, task->id, TDSAUTH_HTTP_HEADERS);
    snprintf(line, sizeof line, "X-LC-Id: %s\r\n", app_id());
    ok(strstr(headers, line) != NULL, "a header names the app");
    ok(strstr(headers, "X-LC-Sign: ") != NULL, "one signs");
    ok(strstr(headers, app_key()) == NULL, "none gives the app key away");
    ok(strstr(headers, "X-LC-Session") == NULL, "there is no session yet");
    ok(strstr(headers, "User-Agent: tdsauth/") != NULL, "and one says who is asking");
    ok(strncmp(part(client, task->id, TDSAUTH_HTTP_BODY), "{\"authData\":{\"anonymous\":{\"id\":\"",
               32) == 0,
       "the body asks for a guest");
    is_number(strlen(part(client, task->id, TDSAUTH_HTTP_METHOD)), task->method_len,
              "the length of the method is right");
    is_number(strlen(part(client, task->id, TDSAUTH_HTTP_URL)), task->url_len, "of the URL");
    is_number(strlen(headers), task->headers_len, "of the headers");
    is_number(strlen(part(client, task->id, TDSAUTH_HTTP_BODY)), task->body_len, "of the body");
}

static void a_login(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_with(hosted_in(folder));
    tdsauth_http_request task = TDSAUTH_HTTP_REQUEST_INIT;
    tdsauth_request request;
    tdsauth_event event;
    tdsauth_object user;
    char guest[128];
    char text[8];

    note("a login without a socket");
    is_status(tdsauth_http_next(client, &task), TDSAUTH_NO_EVENT, "at first nothing is sent");
    request = guest_login(client);
    task = next_send(client);
    what_is_sent(client, &task);
    snprintf(guest, sizeof guest, "%s", part(client, task.id, TDSAUTH_HTTP_BODY));
    is_status(answer(client, task.id, 201, GUEST), TDSAUTH_OK, "the answer is handed in");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_OK, "the guest is logged in");
    is_number(event.value, 1, "to a new account");
    is_status(tdsauth_http_get(client, task.id, TDSAUTH_HTTP_URL, text, sizeof text, NULL),
              TDSAUTH_NONE, "what was answered is over");
    is_status(answer(client, task.id, 201, GUEST), TDSAUTH_NONE, "answering twice is harmless");
    is_status(answer(client, GARBAGE, 201, GUEST), TDSAUTH_NONE, "and so is a wrong number");

    note("what is sent with a session");
    request = is_authenticated(client);
    task = next_send(client);
    is_text(part(client, task.id, TDSAUTH_HTTP_METHOD), "GET", "a question");
    ok(strstr(part(client, task.id, TDSAUTH_HTTP_HEADERS),
              "X-LC-Session: q2w3e4r5t6y7u8i9o0p1a2s3d\r\n") != NULL,
       "with the session token");
    answer(client, task.id, 200, GUEST);
    is_number(finish(client, request).value, 1, "is answered");
    tdsauth_client_destroy(client);

    note("the same guest in a new client");
    client = client_with(hosted_in(folder));
    user = current(client);
    is_text(field(user, "objectId"), "5d831a61c05a800073f5d0e1", "the user is remembered");
    request = guest_login(client);
    task = next_send(client);
    is_text(part(client, task.id, TDSAUTH_HTTP_BODY), guest, "and asks with the same guest id");
    tdsauth_request_release(request);
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

/* Logs in once more and lets the host answer so; what came of it. */
static int32_t status_after(tdsauth_client client, int32_t http_status, const char *body) {
    tdsauth_request request = guest_login(client);
    int32_t status;
    answer_next(client, http_status, body);
    status = final_event(client, request).status;
    tdsauth_request_release(request);
    return status;
}

static void bad_answers(void) {
    tdsauth_client client = hosted_client();

    note("answers that are none");
    is_status(status_after(client, 200, ""), TDSAUTH_ERR_BAD_RESPONSE, "an empty one");
    is_status(status_after(client, 200, "[]"), TDSAUTH_ERR_BAD_RESPONSE, "a list");
    is_status(status_after(client, 200, "{}"), TDSAUTH_ERR_BAD_RESPONSE, "an empty record");
    is_status(status_after(client, 200, "{\"objectId\":\"5d831a61c05a800073f5d0e1\"}"),
              TDSAUTH_ERR_BAD_RESPONSE, "a user without a token");
    is_status(status_after(client, 200, "{\"objectId\":7,\"sessionToken\":\"q2w3e4r5t6y7u8\"}"),
              TDSAUTH_ERR_BAD_RESPONSE, "a user whose id is a number");
    is_status(status_after(client, 200, "{\"objectId\":"), TDSAUTH_ERR_BAD_RESPONSE,
              "one that breaks off");
    is_status(status_after(client, 200, "\xff\xfe"), TDSAUTH_ERR_BAD_RESPONSE, "one not in UTF-8");
    is_status(status_after(client, 200,
                           "{\"objectId\":\"5d831a61c05a80\\u0000\",\"sessionToken\":\"q2w3\"}"),
              TDSAUTH_ERR_BAD_RESPONSE, "one with a NUL inside");
    is_status(status_after(client, 502, "<html>Bad Gateway</html>"), TDSAUTH_ERR_SERVER,
              "a page of a proxy");
    is_status(status_after(client, 302, ""), TDSAUTH_ERR_REDIRECT, "a redirect");
    is_status(status_after(client, 401, "{\"code\":401,\"error\":\"Unauthorized.\"}"),
              TDSAUTH_ERR_UNAUTHORIZED, "a refused app key");
    is_status(status_after(client, 403, "{\"code\":403,\"error\":\"Forbidden.\"}"),
              TDSAUTH_ERR_FORBIDDEN, "a refusal");
    is_status(status_after(client, 404, "{\"code\":404,\"error\":\"Not found.\"}"),
              TDSAUTH_ERR_NOT_FOUND, "an unknown address");
    is_status(status_after(client, 429, "{\"code\":429,\"error\":\"Too many requests.\"}"),
              TDSAUTH_ERR_RATE_LIMITED, "too many questions");
    is_number(current(client), 0, "none of them logs anybody in");
    tdsauth_client_destroy(client);
}

static void no_answer(void) {
    static const int32_t causes[] = {TDSAUTH_ERR_NETWORK, TDSAUTH_ERR_DNS, TDSAUTH_ERR_CONNECT,
                                     TDSAUTH_ERR_TLS, TDSAUTH_ERR_TIMED_OUT};
    tdsauth_client client = hosted_client();

    note("no answer at all");
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        tdsauth_request request = guest_login(client);
        tdsauth_http_response response = TDSAUTH_HTTP_RESPONSE_INIT;
        response.status = causes[i];
        tdsauth_http_complete(client, next_send(client).id, &response);
        is_status(final_event(client, request).status, causes[i], tdsauth_status_name(causes[i]));
        tdsauth_request_release(request);
    }
    tdsauth_client_destroy(client);
}

static void not_for_all(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_http_request task = TDSAUTH_HTTP_REQUEST_INIT;

    note("a client that has its own transport");
    is_status(tdsauth_http_next(client, &task), TDSAUTH_ERR_NOT_SUPPORTED, "asks for no host");
    is_status(answer(client, 1, 200, "{}"), TDSAUTH_ERR_NOT_SUPPORTED, "and takes no answer");
    tdsauth_client_destroy(client);
}

void http_stories(void) {
    a_login();
    bad_answers();
    no_answer();
    not_for_all();
}
