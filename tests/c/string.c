/* Texts that come out: one rule everywhere. */
#include <string.h>

#include "kit.h"
#include "stories.h"

/* Every function that gives a text, with what it needs besides the buffer. */
typedef struct giver {
    const char *name;
    int32_t (*give)(const struct giver *from, char *buf, size_t cap, size_t *needed);
    tdsauth_client client;
    uint64_t number;
} giver;

static int32_t version(const giver *from, char *buf, size_t cap, size_t *needed) {
    (void)from;
    return tdsauth_version(buf, cap, needed);
}

static int32_t text(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_object_get_str(from->number, "objectId", 8, buf, cap, needed);
}

static int32_t json(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_object_get_json(from->number, "authData", 8, buf, cap, needed);
}

static int32_t whole(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_object_get_json(from->number, NULL, 0, buf, cap, needed);
}

static int32_t keys(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_object_keys(from->number, buf, cap, needed);
}

static int32_t message(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_request_get_str(from->number, TDSAUTH_REQUEST_MESSAGE, buf, cap, needed);
}

static int32_t url(const giver *from, char *buf, size_t cap, size_t *needed) {
    return tdsauth_http_get(from->client, from->number, TDSAUTH_HTTP_URL, buf, cap, needed);
}

static int32_t mac(const giver *from, char *buf, size_t cap, size_t *needed) {
    tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
    (void)from;
    input.key_id = "kid";
    input.key_id_len = 3;
    input.key = "secret";
    input.key_len = 6;
    input.method = "GET";
    input.method_len = 3;
    input.url = "https://open.tapapis.cn/account/profile/v1?client_id=abc";
    input.url_len = TDSAUTH_NUL;
    input.nonce = "adssd";
    input.nonce_len = 5;
    input.ts = 1618221750;
    return tdsauth_mac_header(&input, buf, cap, needed);
}

/* The whole rule for one function: measured, cut short, one byte short, exact, generous. */
static void by_the_rule(const giver *from) {
    char buf[4096];
    char exact[4096];
    size_t needed = 0;
    size_t again = 0;
    int held = 1;

    note(from->name);
    is_status(from->give(from, NULL, 0, &needed), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "without a buffer it only measures");
    if (!ok(needed > 0 && needed < sizeof buf, "and says how long the text is")) return;

    memset(buf, 'x', sizeof buf);
    is_status(from->give(from, buf, 1, &again), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "one byte is too small");
    ok(buf[0] == '\0' && buf[1] == 'x', "it gets an empty text, and nothing beyond");
    is_number(again, needed, "with the same length needed");

    memset(buf, 'x', sizeof buf);
    is_status(from->give(from, buf, needed, &again), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "the bytes without the NUL are one too few");
    ok(buf[0] == '\0' && buf[needed] == 'x', "an empty text again, and nothing beyond");

    memset(exact, 'x', sizeof exact);
    is_status(from->give(from, exact, needed + 1, &again), TDSAUTH_OK, "one more fits exactly");
    held = strlen(exact) == needed && exact[needed] == '\0' && exact[needed + 1] == 'x';
    ok(held, "the text ends with a NUL, and nothing is written beyond");
    is_number(again, needed, "the length is the same");

    is_status(from->give(from, buf, sizeof buf, NULL), TDSAUTH_OK, "needed may be left out");
    is_text(buf, exact, "the text is the same");
    is_status(from->give(from, NULL, 0, NULL), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "and even everything may be left out");
}

void string_stories(void) {
    tdsauth_object user = user_from(GUEST);
    tdsauth_client client = hosted_client();
    tdsauth_request failed = guest_login(client);
    tdsauth_request asking;
    tdsauth_http_request task;

    answer_next(client, 429, "{\"code\":429,\"error\":\"Too many requests.\"}");
    is_status(final_event(client, failed).status, TDSAUTH_ERR_RATE_LIMITED, "a login is refused");
    asking = guest_login(client);
    task = next_send(client);

    const giver givers[] = {
        {"tdsauth_version", version, 0, 0},
        {"tdsauth_object_get_str", text, 0, user},
        {"tdsauth_object_get_json of a field", json, 0, user},
        {"tdsauth_object_get_json of everything", whole, 0, user},
        {"tdsauth_object_keys", keys, 0, user},
        {"tdsauth_request_get_str", message, 0, failed},
        {"tdsauth_http_get", url, client, task.id},
        {"tdsauth_mac_header", mac, 0, 0},
    };
    for (size_t i = 0; i < sizeof givers / sizeof givers[0]; i++) by_the_rule(&givers[i]);

    note("an empty text");
    char one[2] = "x";
    size_t needed = 9;
    is_status(tdsauth_object_get_str(user, "empty", 5, one, 1, &needed), TDSAUTH_OK,
              "fits one byte");
    ok(one[0] == '\0' && needed == 0, "which is its NUL");

    tdsauth_object_release(user);
    tdsauth_request_release(failed);
    tdsauth_request_release(asking);
    tdsauth_client_destroy(client);
}
