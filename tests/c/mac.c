/* MAC headers: made, checked, and refused. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static tdsauth_mac_input profile_request(void) {
    tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
    input.key_id = "kid";
    input.key_id_len = 3;
    input.key = "secret";
    input.key_len = TDSAUTH_NUL;
    input.method = "GET";
    input.method_len = TDSAUTH_NUL;
    input.url = "https://open.tapapis.cn/account/profile/v1?client_id=abc";
    input.url_len = TDSAUTH_NUL;
    input.nonce = "adssd";
    input.nonce_len = TDSAUTH_NUL;
    input.ts = 1618221750;
    return input;
}

static int32_t verify_text(const char *header, const tdsauth_mac_input *input) {
    return tdsauth_mac_verify(header, TDSAUTH_NUL, input, NULL);
}

static void known_values(void) {
    tdsauth_mac_input input = profile_request();
    char text[512] = "";

    note("MAC headers with known values");
    is_status(tdsauth_mac_header(&input, text, sizeof text, NULL), TDSAUTH_OK, "a header");
    ok(strncmp(text, "MAC ", 4) == 0, "is of the scheme MAC");
    ok(strstr(text, "id=\"kid\"") != NULL, "names the key");
    ok(strstr(text, "ts=\"1618221750\"") != NULL, "the time");
    ok(strstr(text, "nonce=\"adssd\"") != NULL, "the nonce");
    ok(strstr(text, "mac=\"D+UpOI4b0RucsB5m+rYmOqmbbN0=\"") != NULL, "and signs with HMAC-SHA-1");
    ok(strstr(text, "secret") == NULL, "without the key itself");
    input.algorithm = TDSAUTH_MAC_HMAC_SHA256;
    is_status(tdsauth_mac_header(&input, text, sizeof text, NULL), TDSAUTH_OK, "another");
    ok(strstr(text, "mac=\"XilXQH6V0RdvM2IdCejN9jpmEr9BeUucnoMsiUC/EGk=\"") != NULL,
       "signs with HMAC-SHA-256");
    input.algorithm = 7;
    is_status(tdsauth_mac_header(&input, text, sizeof text, NULL), TDSAUTH_ERR_INVALID_ARGUMENT,
              "there is no third algorithm");
}

static void accepted_and_refused(void) {
    tdsauth_mac_input input = profile_request();
    tdsauth_mac_input other;
    tdsauth_error error = no_error_yet();
    char text[512] = "";

    note("checking a header");
    tdsauth_mac_header(&input, text, sizeof text, NULL);
    is_status(verify_text(text, &input), TDSAUTH_OK, "what was signed is accepted");
    other = input;
    other.key = "other";
    is_status(tdsauth_mac_verify(text, strlen(text), &other, &error), TDSAUTH_ERR_MAC_MISMATCH,
              "another key's is refused");
    is_status(error.status, TDSAUTH_ERR_MAC_MISMATCH, "the error says so");
    ok(strstr(error.message, "other") == NULL, "without the key");
    other = input;
    other.method = "POST";
    is_status(verify_text(text, &other), TDSAUTH_ERR_MAC_MISMATCH, "another method");
    other = input;
    other.url = "https://open.tapapis.cn/account/profile/v1?client_id=abd";
    is_status(verify_text(text, &other), TDSAUTH_ERR_MAC_MISMATCH, "another URL");
    other = input;
    other.window_s = 600;
    other.ts = input.ts + 600;
    is_status(verify_text(text, &other), TDSAUTH_OK, "a header at the end of the window");
    other.ts = input.ts + 601;
    is_status(verify_text(text, &other), TDSAUTH_ERR_MAC_EXPIRED, "one second after");
    other.ts = input.ts - 601;
    is_status(verify_text(text, &other), TDSAUTH_ERR_MAC_EXPIRED, "one too early");
    is_status(verify_text("Bearer abc", &input), TDSAUTH_ERR_INVALID_ARGUMENT, "another scheme");
    is_status(verify_text("MAC id=\"kid\"", &input), TDSAUTH_ERR_INVALID_ARGUMENT, "half a header");
}

static void fresh(void) {
    tdsauth_mac_input input = profile_request();
    char one[512] = "";
    char two[512] = "";

    note("a fresh nonce and today's time");
    input.nonce = NULL;
    input.nonce_len = 0;
    input.ts = 0;
    is_status(tdsauth_mac_header(&input, one, sizeof one, NULL), TDSAUTH_OK, "are made");
    tdsauth_mac_header(&input, two, sizeof two, NULL);
    ok(strcmp(one, two) != 0, "never the same twice");
    input.window_s = 60;
    is_status(verify_text(one, &input), TDSAUTH_OK, "the header is accepted now");
}

static void control_characters(void) {
    static const char *const bad[] = {"a\rb", "a\nb", "a\"b", "a\tb", "a\x7f" "b", "a\x01" "b"};
    char text[512];
    int refused = 1;

    note("characters that would break a header");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tdsauth_mac_input input = profile_request();
        input.key_id = bad[i];
        input.key_id_len = TDSAUTH_NUL;
        refused &= tdsauth_mac_header(&input, text, sizeof text, NULL) ==
                   TDSAUTH_ERR_INVALID_ARGUMENT;
        input = profile_request();
        input.nonce = bad[i];
        refused &= tdsauth_mac_header(&input, text, sizeof text, NULL) ==
                   TDSAUTH_ERR_INVALID_ARGUMENT;
        input = profile_request();
        input.ext = bad[i];
        input.ext_len = TDSAUTH_NUL;
        refused &= tdsauth_mac_header(&input, text, sizeof text, NULL) ==
                   TDSAUTH_ERR_INVALID_ARGUMENT;
        input = profile_request();
        input.method = bad[i];
        refused &= tdsauth_mac_header(&input, text, sizeof text, NULL) ==
                   TDSAUTH_ERR_INVALID_ARGUMENT;
    }
    ok(refused, "CR, LF, quotes and their like are refused in every input");
}

void mac_stories(void) {
    known_values();
    accepted_and_refused();
    fresh();
    control_characters();
}
