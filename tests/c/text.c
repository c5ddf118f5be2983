/* Texts that go in: not UTF-8, with a NUL inside, a megabyte long, with impossible lengths. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

/* One byte more than the largest text that any place takes. */
#define MEGABYTE ((size_t)1024 * 1024 + 1)

/* One place where a text goes in. */
typedef struct place {
    const char *name;
    int32_t (*put)(const struct place *at, const char *text, size_t length);
    size_t offset; /* of the option, for clients */
    uint64_t handle;
} place;

static int32_t option(const place *at, const char *text, size_t length) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client = 0;
    int32_t status;
    memcpy((char *)&options + at->offset, &text, sizeof text);
    memcpy((char *)&options + at->offset + sizeof text, &length, sizeof length);
    status = tdsauth_client_create(&options, &client, NULL);
    if (client != 0) tdsauth_client_destroy(client);
    return status;
}

static int32_t token(const place *at, const char *text, size_t length) {
    tdsauth_request request = 0;
    int32_t status = tdsauth_login_with_session_token(at->handle, text, length, NULL, 0, &request,
                                                      NULL);
    if (request != 0) tdsauth_request_release(request);
    return status;
}

static int32_t taptap_option(const place *at, const char *text, size_t length) {
    tdsauth_taptap_login_options options = TDSAUTH_TAPTAP_LOGIN_OPTIONS_INIT;
    tdsauth_request request = 0;
    int32_t status;
    options.way = TDSAUTH_TAPTAP_WAY_REDIRECT;
    memcpy((char *)&options + at->offset, &text, sizeof text);
    memcpy((char *)&options + at->offset + sizeof text, &length, sizeof length);
    status = tdsauth_taptap_login(at->handle, &options, 0, &request, NULL);
    if (request != 0) tdsauth_request_release(request);
    return status;
}

static int32_t handled_url(const place *at, const char *text, size_t length) {
    tdsauth_request request = 0;
    return tdsauth_taptap_handle_url(at->handle, text, length, NULL, 0, &request, NULL);
}

static int32_t imported(const place *at, const char *text, size_t length) {
    tdsauth_request request = 0;
    return tdsauth_taptap_import_token(at->handle, text, length, NULL, 0, &request, NULL);
}

static int32_t signed_method(const place *at, const char *text, size_t length) {
    char buf[512];
    return tdsauth_taptap_mac_header(at->handle, text, length, "https://open.tapapis.cn/",
                                     TDSAUTH_NUL, buf, sizeof buf, NULL, NULL);
}

static int32_t signed_url(const place *at, const char *text, size_t length) {
    char buf[512];
    return tdsauth_taptap_mac_header(at->handle, "GET", 3, text, length, buf, sizeof buf, NULL,
                                     NULL);
}

static int32_t qr_text(const place *at, const char *text, size_t length) {
    uint32_t side;
    (void)at;
    return tdsauth_qr_encode(text, length, NULL, 0, NULL, &side, NULL);
}

static int32_t str_key(const place *at, const char *text, size_t length) {
    char buf[8];
    return tdsauth_object_get_str(at->handle, text, length, buf, sizeof buf, NULL);
}
static int32_t i64_key(const place *at, const char *text, size_t length) {
    int64_t value;
    return tdsauth_object_get_i64(at->handle, text, length, &value);
}
static int32_t f64_key(const place *at, const char *text, size_t length) {
    double value;
    return tdsauth_object_get_f64(at->handle, text, length, &value);
}
static int32_t bool_key(const place *at, const char *text, size_t length) {
    int32_t value;
    return tdsauth_object_get_bool(at->handle, text, length, &value);
}
static int32_t date_key(const place *at, const char *text, size_t length) {
    int64_t value;
    return tdsauth_object_get_date(at->handle, text, length, &value);
}
static int32_t json_key(const place *at, const char *text, size_t length) {
    char buf[8];
    return tdsauth_object_get_json(at->handle, text, length, buf, sizeof buf, NULL);
}
static int32_t type_key(const place *at, const char *text, size_t length) {
    int32_t value;
    return tdsauth_object_value_type(at->handle, text, length, &value);
}

static int32_t mac_text(const place *at, const char *text, size_t length) {
    tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
    char buf[512];
    input.key_id = input.key = input.nonce = "abc";
    input.key_id_len = input.key_len = input.nonce_len = 3;
    input.method = "GET";
    input.method_len = 3;
    input.url = "https://open.tapapis.cn/a";
    input.url_len = TDSAUTH_NUL;
    memcpy((char *)&input + at->offset, &text, sizeof text);
    memcpy((char *)&input + at->offset + sizeof text, &length, sizeof length);
    return tdsauth_mac_header(&input, buf, sizeof buf, NULL);
}

static int32_t mac_header_text(const place *at, const char *text, size_t length) {
    tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
    (void)at;
    input.key_id = input.key = "abc";
    input.key_id_len = input.key_len = 3;
    input.method = "GET";
    input.method_len = 3;
    input.url = "https://open.tapapis.cn/a";
    input.url_len = TDSAUTH_NUL;
    return tdsauth_mac_verify(text, length, &input, NULL);
}

static int32_t answer_headers(const place *at, const char *text, size_t length) {
    tdsauth_http_response response = TDSAUTH_HTTP_RESPONSE_INIT;
    response.http_status = 200;
    response.headers = text;
    response.headers_len = length;
    return tdsauth_http_complete(at->handle, 1, &response);
}

static char *megabyte(void) {
    char *text = malloc(MEGABYTE + 1);
    if (text == NULL) exit(2);
    memset(text, 'a', MEGABYTE);
    text[MEGABYTE] = '\0';
    return text;
}

static void bad_texts(const place *at, const char *long_text) {
    static const char *const not_utf8[] = {"\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80",
                                           "\xf4\x90\x80\x80", "\xe7\x8e"};
    int32_t status = TDSAUTH_ERR_INVALID_UTF8;

    note(at->name);
    for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++)
        if (status == TDSAUTH_ERR_INVALID_UTF8)
            status = at->put(at, not_utf8[i], strlen(not_utf8[i]));
    is_status(status, TDSAUTH_ERR_INVALID_UTF8, "what is not UTF-8 is refused");
    is_status(at->put(at, "\xff", TDSAUTH_NUL), TDSAUTH_ERR_INVALID_UTF8,
              "also when it ends with a NUL");
    is_status(at->put(at, "a\0b", 3), TDSAUTH_ERR_INVALID_UTF8, "a NUL inside is refused");
    is_status(at->put(at, "abc", SIZE_MAX - 1), TDSAUTH_ERR_INVALID_ARGUMENT,
              "a length that cannot be is refused");
    ok(at->put(at, long_text, MEGABYTE) < 0, "a megabyte is refused");
    ok(at->put(at, long_text, TDSAUTH_NUL) < 0, "also when it ends with a NUL");
}

/* One that knows where TapTap is. */
static tdsauth_client taptap_client(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    options.region = TDSAUTH_REGION_CN;
    options.taptap_client_id = "game";
    options.taptap_client_id_len = 4;
    return client_with(options);
}

void text_stories(void) {
    tdsauth_client client = taptap_client();
    tdsauth_object object = user_from(GUEST);
    char *long_text = megabyte();
    int64_t value = 0;

#define OPTION(field) {"option " #field, option, offsetof(tdsauth_client_options, field), 0}
#define TAPTAP(field) \
    {"TapTap " #field, taptap_option, offsetof(tdsauth_taptap_login_options, field), client}
#define MAC(field) {"mac " #field, mac_text, offsetof(tdsauth_mac_input, field), 0}
    const place places[] = {
        OPTION(server_url),
        OPTION(app_id),
        OPTION(app_key),
        OPTION(storage_path),
        OPTION(profile),
        OPTION(proxy),
        OPTION(user_agent_suffix),
        OPTION(extra_ca_pem),
        OPTION(taptap_client_id),
        OPTION(taptap_accounts_url),
        OPTION(taptap_open_url),
        OPTION(taptap_authorize_url),
        TAPTAP(scopes),
        TAPTAP(redirect_uri),
        {"a URL to handle", handled_url, 0, client},
        {"a token to import", imported, 0, client},
        {"a method to sign", signed_method, 0, client},
        {"a URL to sign", signed_url, 0, client},
        {"a QR code", qr_text, 0, 0},
        {"session token", token, 0, client},
        {"key of get_str", str_key, 0, object},
        {"key of get_i64", i64_key, 0, object},
        {"key of get_f64", f64_key, 0, object},
        {"key of get_bool", bool_key, 0, object},
        {"key of get_date", date_key, 0, object},
        {"key of get_json", json_key, 0, object},
        {"key of value_type", type_key, 0, object},
        MAC(key_id),
        MAC(key),
        MAC(method),
        MAC(url),
        MAC(nonce),
        MAC(ext),
        {"header of mac_verify", mac_header_text, 0, 0},
        {"headers of an answer", answer_headers, 0, client},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) bad_texts(&places[i], long_text);

    note("lengths");
    is_status(tdsauth_object_get_i64(object, "scoreboard", 5, &value), TDSAUTH_OK,
              "only the given length of a text is read");
    is_number(value, -42, "so \"scoreboard\" of five bytes is \"score\"");
    is_status(tdsauth_object_get_i64(object, "score", TDSAUTH_NUL, &value), TDSAUTH_OK,
              "TDSAUTH_NUL reads to the NUL");

    free(long_text);
    tdsauth_object_release(object);
    tdsauth_client_destroy(client);
}
