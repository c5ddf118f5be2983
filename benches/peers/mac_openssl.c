/* The MAC header, made by tdsauth and by a C program on OpenSSL's libcrypto, in one run.
 *
 *     mac_openssl <libtdsauth> <libbench_mac>
 *
 * Prints one JSON line per row: {"row": name, "ns": median nanoseconds per header}.
 *
 *   mac_header/tdsauth        tdsauth_mac_header: ts and nonce given, key set up per call
 *   mac_header/openssl        the same work on libcrypto, the fastest of its interfaces
 *   mac_header/compressions   SHA-1 compressions of the same number of blocks, nothing else
 *   mac_header_kept/tdsauth   fresh nonce, key kept
 *   mac_header_kept/openssl   the same on libcrypto
 *
 * Both sides start from the same URL and end with the same bytes, which is checked first. The rows
 * take turns, many short rounds each, so that noise of the machine meets all of them.
 */
#define _POSIX_C_SOURCE 200809L
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "tdsauth.h"

enum { ROUNDS = 1501, CALLS = 100, CAP = 1024 };

static const char KEY_ID[] =
    "1/hC0vtMo7ke0Hkd-iI8-zcAwy7vKds9si93l7qBmNFxJkylWEOYEzGqa7k_9iw_bb3vizf-3CHc6U8hs-5a74bMFzkkz"
    "7qC2HdifBEHsW9wxOBn4OsF9vz4Cc6CWijkomnOHdwt8Km6TywOX5cxyQv0fnQQ9fEHbptkIJaKQ";
static const char KEY[] = "mSUQNYUGRBPXyRyW";
static const char METHOD[] = "GET";
static const char URL[] = "https://open.tapapis.cn/account/profile/v1?client_id=0RiAlMny7jiz086FaU";
static const char NONCE[] = "8IBTHwOdqNKAWeKl7plt8g";
static const int64_t TS = 1618221750;

static char *put(char *to, const char *text, size_t len) {
    memcpy(to, text, len);
    return to + len;
}
#define PUT(to, literal) put(to, literal, sizeof(literal) - 1)

static char *put_number(char *to, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10); while (number /= 10);
    return put(to, digits + at, sizeof digits - at);
}

/* The seven signed lines. */
static size_t build_message(char *out, int64_t ts, const char *nonce, size_t nonce_len) {
    const char *host = strstr(URL, "://") + 3;
    const char *path = strchr(host, '/');
    char *to = put_number(out, (uint64_t)ts);
    *to++ = '\n';
    to = put(to, nonce, nonce_len);
    *to++ = '\n';
    for (const char *c = METHOD; *c; c++) *to++ = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    *to++ = '\n';
    to = put(to, path, strlen(path));
    *to++ = '\n';
    for (const char *c = host; c < path; c++) *to++ = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    to = PUT(to, "\n443\n\n");
    return (size_t)(to - out);
}

static size_t build_header(char *out, int64_t ts, const char *nonce, size_t nonce_len,
                           const unsigned char *mac) {
    char *to = PUT(out, "MAC id=\"");
    to = put(to, KEY_ID, sizeof KEY_ID - 1);
    to = PUT(to, "\",ts=\"");
    to = put_number(to, (uint64_t)ts);
    to = PUT(to, "\",nonce=\"");
    to = put(to, nonce, nonce_len);
    to = PUT(to, "\",mac=\"");
    to += EVP_EncodeBlock((unsigned char *)to, mac, 20);
    *to++ = '"';
    *to = 0;
    return (size_t)(to - out);
}

/* libcrypto's three ways to an HMAC. Contexts are kept between calls, as a fast program would. */
static EVP_MAC_CTX *evp, *evp_kept;
static HMAC_CTX *ctx, *ctx_kept;

static void openssl_start(void) {
    char digest[] = "SHA1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    evp = EVP_MAC_CTX_new(mac);
    evp_kept = EVP_MAC_CTX_new(mac);
    EVP_MAC_init(evp, (const unsigned char *)KEY, sizeof KEY - 1, params);
    EVP_MAC_init(evp_kept, (const unsigned char *)KEY, sizeof KEY - 1, params);
    ctx = HMAC_CTX_new();
    ctx_kept = HMAC_CTX_new();
    HMAC_Init_ex(ctx, KEY, sizeof KEY - 1, EVP_sha1(), NULL);
    HMAC_Init_ex(ctx_kept, KEY, sizeof KEY - 1, EVP_sha1(), NULL);
    EVP_MAC_free(mac);
}

static size_t finish(char *out, int64_t ts, const char *nonce, size_t nonce_len,
                     void (*hmac)(const char *, size_t, unsigned char *)) {
    char message[CAP];
    unsigned char mac[EVP_MAX_MD_SIZE];
    hmac(message, build_message(message, ts, nonce, nonce_len), mac);
    return build_header(out, ts, nonce, nonce_len, mac);
}

static void hmac_oneshot(const char *text, size_t len, unsigned char *mac) {
    unsigned size;
    HMAC(EVP_sha1(), KEY, sizeof KEY - 1, (const unsigned char *)text, len, mac, &size);
}
static void hmac_ctx(const char *text, size_t len, unsigned char *mac) {
    unsigned size;
    HMAC_Init_ex(ctx, KEY, sizeof KEY - 1, NULL, NULL);
    HMAC_Update(ctx, (const unsigned char *)text, len);
    HMAC_Final(ctx, mac, &size);
}
static void hmac_evp(const char *text, size_t len, unsigned char *mac) {
    size_t size;
    EVP_MAC_init(evp, (const unsigned char *)KEY, sizeof KEY - 1, NULL);
    EVP_MAC_update(evp, (const unsigned char *)text, len);
    EVP_MAC_final(evp, mac, &size, EVP_MAX_MD_SIZE);
}
static void hmac_ctx_kept(const char *text, size_t len, unsigned char *mac) {
    unsigned size;
    HMAC_Init_ex(ctx_kept, NULL, 0, NULL, NULL);
    HMAC_Update(ctx_kept, (const unsigned char *)text, len);
    HMAC_Final(ctx_kept, mac, &size);
}
static void hmac_evp_kept(const char *text, size_t len, unsigned char *mac) {
    size_t size;
    EVP_MAC_init(evp_kept, NULL, 0, NULL);
    EVP_MAC_update(evp_kept, (const unsigned char *)text, len);
    EVP_MAC_final(evp_kept, mac, &size, EVP_MAX_MD_SIZE);
}

/* The library's side. */
static int32_t (*mac_header)(const tdsauth_mac_input *, char *, size_t, size_t *);
static uint32_t (*compress)(size_t);
static int32_t (*keep)(const char *, size_t);
static size_t (*kept)(const char *, size_t, const char *, size_t, uint64_t, char *, size_t);

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "%s is missing\n", name);
        exit(2);
    }
    return found;
}

static void *open_library(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return library;
}

/* One row is one call that makes a header (or compresses) and gives its length. */
static size_t blocks;
static tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
static size_t row_tdsauth(char *out, int64_t ts) {
    size_t len = 0;
    input.key = KEY, input.key_len = sizeof KEY - 1;
    input.url = URL, input.url_len = sizeof URL - 1;
    input.nonce = NONCE, input.nonce_len = sizeof NONCE - 1;
    input.ts = ts;
    return mac_header(&input, out, CAP, &len) == TDSAUTH_OK ? len : 0;
}
static size_t row_compress(char *out, int64_t ts) {
    (void)ts;
    out[0] = (char)compress(blocks);
    return 1;
}
static size_t row_oneshot(char *out, int64_t ts) {
    return finish(out, ts, NONCE, sizeof NONCE - 1, hmac_oneshot);
}
static size_t row_ctx(char *out, int64_t ts) {
    return finish(out, ts, NONCE, sizeof NONCE - 1, hmac_ctx);
}
static size_t row_evp(char *out, int64_t ts) {
    return finish(out, ts, NONCE, sizeof NONCE - 1, hmac_evp);
}
static size_t row_kept_tdsauth(char *out, int64_t ts) {
    return kept(KEY_ID, sizeof KEY_ID - 1, URL, sizeof URL - 1, (uint64_t)ts, out, CAP);
}
static size_t fresh(char *out, int64_t ts, void (*hmac)(const char *, size_t, unsigned char *)) {
    unsigned char bytes[16];
    char nonce[25];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return 0;
    return finish(out, ts, nonce, (size_t)EVP_EncodeBlock((unsigned char *)nonce, bytes, 16), hmac);
}
static size_t row_kept_ctx(char *out, int64_t ts) { return fresh(out, ts, hmac_ctx_kept); }
static size_t row_kept_evp(char *out, int64_t ts) { return fresh(out, ts, hmac_evp_kept); }

static struct row {
    const char *name;
    size_t (*call)(char *, int64_t);
    double ns[ROUNDS];
} rows[] = {
    {"mac_header/tdsauth", row_tdsauth, {0}},
    {"mac_header/compressions", row_compress, {0}},
    {"mac_header/openssl", row_oneshot, {0}},
    {"mac_header/openssl", row_ctx, {0}},
    {"mac_header/openssl", row_evp, {0}},
    {"mac_header_kept/tdsauth", row_kept_tdsauth, {0}},
    {"mac_header_kept/openssl", row_kept_ctx, {0}},
    {"mac_header_kept/openssl", row_kept_evp, {0}},
};
enum { ROWS = sizeof rows / sizeof *rows };

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_same(void) {
    char wanted[CAP] = "", given[CAP] = "";
    row_oneshot(wanted, TS);
    for (int i = 0; i < 5; i++) {
        if (rows[i].call == row_compress) continue;
        rows[i].call(given, TS);
        if (strcmp(given, wanted)) {
            fprintf(stderr, "the sides differ:\n%s\n%s\n", given, wanted);
            exit(2);
        }
    }
    for (int i = 5; i < ROWS; i++) {
        /* The nonce differs; everything before it, and the form, is the same. */
        size_t start = (size_t)(strstr(wanted, "nonce=\"") - wanted);
        memset(given, 0, sizeof given);
        if (!rows[i].call(given, TS) || strncmp(given, wanted, start)) {
            fprintf(stderr, "no header: %s\n", given);
            exit(2);
        }
    }
}

int main(int argc, char **argv) {
    char out[CAP];
    if (argc != 3) {
        fprintf(stderr, "usage: mac_openssl <libtdsauth> <libbench_mac>\n");
        return 2;
    }
    void *library = open_library(argv[1]), *peer = open_library(argv[2]);
    *(void **)&mac_header = symbol(library, "tdsauth_mac_header");
    *(void **)&compress = symbol(peer, "bench_compress");
    *(void **)&keep = symbol(peer, "bench_mac_keep");
    *(void **)&kept = symbol(peer, "bench_mac_kept");
    input.key_id = KEY_ID, input.key_id_len = sizeof KEY_ID - 1;
    input.method = METHOD, input.method_len = sizeof METHOD - 1;
    openssl_start();
    if (keep(KEY, sizeof KEY - 1)) return 2;
    /* Two pads, the message with its padding, the outer hash's one block. */
    blocks = 2 + (build_message(out, TS, NONCE, sizeof NONCE - 1) + 9 + 63) / 64 + 1;
    check_same();

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < ROWS; i++) {
            double start = now_ns();
            for (int call = 0; call < CALLS; call++) {
                if (!rows[i].call(out, TS + call)) return 2;
            }
            rows[i].ns[round] = (now_ns() - start) / CALLS;
        }
    }
    for (int i = 0; i < ROWS; i++) {
        qsort(rows[i].ns, ROUNDS, sizeof(double), ascending);
    }
    for (int i = 0; i < ROWS;) {
        /* Interfaces of one name follow each other: the fastest counts. */
        const char *name = rows[i].name;
        double best = rows[i].ns[ROUNDS / 2];
        for (i++; i < ROWS && !strcmp(rows[i].name, name); i++) {
            if (rows[i].ns[ROUNDS / 2] < best) best = rows[i].ns[ROUNDS / 2];
        }
        printf("{\"row\":\"%s\",\"ns\":%.1f}\n", name, best);
    }
    return 0;
}
