/* The size at the front of every struct: what is smaller or larger than today's. */
#include <string.h>

#include "kit.h"
#include "stories.h"

#define PAGE 4096

/* A struct of any size, as a caller compiled with another header would hand it in. */
typedef union page {
    uint64_t align;
    unsigned char bytes[PAGE + 64];
} page;

/* One function that takes a struct, as the stories see it. */
typedef struct taker {
    const char *name;
    size_t size;
    int32_t (*take)(const struct taker *with, void *given);
    int reads; /* the caller fills it in; otherwise the library does */
    tdsauth_client client;
    uint64_t number;
    const char *folder; /* of the client that is made */
} taker;

static void set_size(page *given, uint32_t size) { memcpy(given->bytes, &size, sizeof size); }

static int32_t create(const taker *with, void *given) {
    tdsauth_client client = 0;
    int32_t status = tdsauth_client_create(given, &client, NULL);
    (void)with;
    if (client != 0) tdsauth_client_destroy(client);
    return status;
}

static int32_t login(const taker *with, void *given) {
    tdsauth_request request = 0;
    int32_t status = tdsauth_login_anonymously(with->client, given, 0, &request, NULL);
    if (request != 0) tdsauth_request_release(request);
    return status;
}

static int32_t log_out(const taker *with, void *given) {
    tdsauth_request request = 0;
    int32_t status = tdsauth_logout(with->client, given, 0, &request, NULL);
    if (request != 0) tdsauth_request_release(request);
    return status;
}

static int32_t taptap(const taker *with, void *given) {
    tdsauth_request request = 0;
    int32_t status = tdsauth_taptap_login(with->client, given, 0, &request, NULL);
    if (request != 0) tdsauth_request_release(request);
    return status;
}

static int32_t mac(const taker *with, void *given) {
    char text[512];
    (void)with;
    return tdsauth_mac_header(given, text, sizeof text, NULL);
}

static int32_t complete(const taker *with, void *given) {
    return tdsauth_http_complete(with->client, with->number, given);
}

static int32_t count(const taker *with, void *given) {
    return tdsauth_client_stats(with->client, given);
}

static int32_t repeat(const taker *with, void *given) {
    return tdsauth_wait(with->client, with->number, LONG_ENOUGH, given);
}

static int32_t poll_empty(const taker *with, void *given) {
    return tdsauth_poll(with->client, given);
}

static int32_t next_task(const taker *with, void *given) {
    return tdsauth_http_next(with->client, given);
}

/* What the struct holds when it is right: the rules are about size alone. */
static void fill(const taker *with, page *given) {
    memset(given, 0, sizeof *given);
    if (with->take == create) {
        tdsauth_client_options options = hosted_in(with->folder);
        memcpy(given->bytes, &options, sizeof options);
    } else if (with->take == mac) {
        tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
        input.key_id = input.key = input.nonce = "abc";
        input.key_id_len = input.key_len = input.nonce_len = 3;
        input.method = "GET";
        input.method_len = 3;
        input.url = "https://open.tapapis.cn/a";
        input.url_len = TDSAUTH_NUL;
        memcpy(given->bytes, &input, sizeof input);
    } else if (with->take == complete) {
        tdsauth_http_response response = TDSAUTH_HTTP_RESPONSE_INIT;
        response.http_status = 200;
        memcpy(given->bytes, &response, sizeof response);
    }
    set_size(given, (uint32_t)with->size);
}

static int untouched(const page *given, const page *before) {
    return memcmp(given->bytes, before->bytes, sizeof given->bytes) == 0;
}

static void wrong_size(const taker *with, uint32_t size, const char *name) {
    page given;
    page before;
    fill(with, &given);
    set_size(&given, size);
    before = given;
    is_status(with->take(with, &given), TDSAUTH_ERR_INVALID_ARGUMENT, name);
    if (!with->reads) ok(untouched(&given, &before), "and nothing is written");
}

static void by_the_rule(const taker *with) {
    page given;

    note(with->name);
    fill(with, &given);
    ok(with->take(with, &given) >= 0, "today's size is right");
    wrong_size(with, 0, "no size at all is refused");
    wrong_size(with, (uint32_t)with->size - 8, "less than the first version's is refused");
    wrong_size(with, PAGE + 8, "more than a page is refused");
    wrong_size(with, UINT32_MAX, "the largest number is refused");

    fill(with, &given);
    set_size(&given, (uint32_t)with->size + 32);
    ok(with->take(with, &given) >= 0, "a later header's larger struct is right");
    fill(with, &given);
    set_size(&given, PAGE);
    ok(with->take(with, &given) >= 0, "up to a page");
    if (!with->reads) return;

    fill(with, &given);
    set_size(&given, (uint32_t)with->size + 32);
    given.bytes[with->size + 31] = 1;
    is_status(with->take(with, &given), TDSAUTH_ERR_UNSUPPORTED_FIELD,
              "a field that is set and not known is refused");
    fill(with, &given);
    given.bytes[with->size - 1] = 1;
    is_status(with->take(with, &given), TDSAUTH_ERR_UNSUPPORTED_FIELD,
              "and so is a reserved one");
}

static void errors(void) {
    tdsauth_error error = no_error_yet();
    page given;
    page before;
    tdsauth_client client = 0;
    uint32_t size;

    note("tdsauth_error");
    is_status(tdsauth_client_create(NULL, &client, &error), TDSAUTH_ERR_INVALID_ARGUMENT,
              "a failing call");
    is_status(error.status, TDSAUTH_ERR_INVALID_ARGUMENT, "fills the error in");
    ok(error.message_len > 0, "with a sentence");
    is_number(strlen(error.message), error.message_len, "of that length");
    is_number(error.http_status, 0, "there was no server");
    is_number(error.server_code, 0, "and so no code of one");

    memset(&given, 0x55, sizeof given);
    for (size = 0; size < sizeof error; size += 248) {
        set_size(&given, size);
        before = given;
        is_status(tdsauth_client_create(NULL, &client, (tdsauth_error *)&given),
                  TDSAUTH_ERR_INVALID_ARGUMENT, "an error that is too small is no crash");
        ok(untouched(&given, &before), "and nothing is written to it");
    }
}

static void unknown_flags(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client = 0;

    note("numbers that this version does not know");
    options.flags |= 0x80000000u;
    ok(tdsauth_client_create(&options, &client, NULL) < 0, "an unknown flag is refused");
    options = hosted_in(new_folder());
    options.region = 77;
    ok(tdsauth_client_create(&options, &client, NULL) < 0, "an unknown region is refused");
    options = hosted_in(new_folder());
    options.log_level = 77;
    ok(tdsauth_client_create(&options, &client, NULL) < 0, "an unknown log level is refused");
    options = hosted_in(new_folder());
    options.max_connections = 17;
    ok(tdsauth_client_create(&options, &client, NULL) < 0, "too many connections are refused");
    options = hosted_in(new_folder());
    options.max_response_bytes = UINT64_C(67108865);
    ok(tdsauth_client_create(&options, &client, NULL) < 0, "and too large answers");
    is_number(client, 0, "no client came of any of them");
}

void struct_stories(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request done = guest_login(client);
    const char *folder = new_folder();
    tdsauth_client_options with_taptap = hosted_in(new_folder());
    tdsauth_client player;

    with_taptap.region = TDSAUTH_REGION_CN;
    with_taptap.taptap_client_id = "game";
    with_taptap.taptap_client_id_len = 4;
    player = client_with(with_taptap);
    answer_next(client, 201, GUEST);
    is_status(final_event(client, done).status, TDSAUTH_OK, "a client has a finished request");
    const taker takers[] = {
        {"tdsauth_client_options", sizeof(tdsauth_client_options), create, 1, 0, 0, folder},
        {"tdsauth_request_options", sizeof(tdsauth_request_options), login, 1, client, 0, NULL},
        {"tdsauth_logout_options", sizeof(tdsauth_logout_options), log_out, 1, client, 0, NULL},
        {"tdsauth_taptap_login_options", sizeof(tdsauth_taptap_login_options), taptap, 1, player, 0,
         NULL},
        {"tdsauth_mac_input", sizeof(tdsauth_mac_input), mac, 1, 0, 0, NULL},
        {"tdsauth_http_response", sizeof(tdsauth_http_response), complete, 1, client, 9, NULL},
        {"tdsauth_event of wait", sizeof(tdsauth_event), repeat, 0, client, done, NULL},
        {"tdsauth_event of poll", sizeof(tdsauth_event), poll_empty, 0, client, 0, NULL},
        {"tdsauth_stats", sizeof(tdsauth_stats), count, 0, client, 0, NULL},
        {"tdsauth_http_request", sizeof(tdsauth_http_request), next_task, 0, client, 0, NULL},
    };
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) by_the_rule(&takers[i]);
    errors();
    unknown_flags();
    tdsauth_request_release(done);
    tdsauth_client_destroy(client);
    tdsauth_client_destroy(player);
}
