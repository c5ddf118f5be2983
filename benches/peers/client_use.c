/* What a game pays for a client: per frame, and at its start.
 *
 *     client_use <libtdsauth>
 *
 * The server and an empty folder come from the environment, as for the suites (TDSAUTH_TEST_*).
 * Prints one JSON line per row: {"row": name, "ns": median nanoseconds per call}.
 *
 *   poll/tdsauth        tdsauth_poll with nothing to deliver
 *   poll/no-op          tdsauth_abi_version: the cheapest exported call
 *   first_use/tdsauth   tdsauth_client_create and tdsauth_current_user, with a player remembered and
 *                       nothing of the folder in the page cache
 *   first_use/read      open, read and close of the same files, equally cold: the limit
 */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tdsauth.h"

enum { ROUNDS = 61, POLLS = 100000 };

static uint32_t (*abi_version)(void);
static int32_t (*create)(const tdsauth_client_options *, tdsauth_client *, tdsauth_error *);
static int32_t (*destroy)(tdsauth_client);
static int32_t (*shut_down)(tdsauth_client, uint32_t, uint32_t *);
static int32_t (*login)(tdsauth_client, const tdsauth_request_options *, uint64_t,
                        tdsauth_request *, tdsauth_error *);
static int32_t (*wait_for)(tdsauth_client, tdsauth_request, uint32_t, tdsauth_event *);
static int32_t (*poll_once)(tdsauth_client, tdsauth_event *);
static int32_t (*current_user)(tdsauth_client, tdsauth_object *, tdsauth_error *);
static int32_t (*object_release)(tdsauth_object);

static void give_up(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (!found) give_up(name, "is missing");
    return found;
}

static void load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) give_up(path, dlerror());
    *(void **)&abi_version = symbol(library, "tdsauth_abi_version");
    *(void **)&create = symbol(library, "tdsauth_client_create");
    *(void **)&destroy = symbol(library, "tdsauth_client_destroy");
    *(void **)&shut_down = symbol(library, "tdsauth_client_shutdown");
    *(void **)&login = symbol(library, "tdsauth_login_anonymously");
    *(void **)&wait_for = symbol(library, "tdsauth_wait");
    *(void **)&poll_once = symbol(library, "tdsauth_poll");
    *(void **)&current_user = symbol(library, "tdsauth_current_user");
    *(void **)&object_release = symbol(library, "tdsauth_object_release");
}

static const char *environment(const char *name) {
    const char *value = getenv(name);
    if (!value) give_up(name, "is not set");
    return value;
}

static tdsauth_client open_client(void) {
    tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
    tdsauth_error error = TDSAUTH_ERROR_INIT;
    tdsauth_client client = 0;
    options.server_url = environment("TDSAUTH_TEST_URL");
    options.app_id = environment("TDSAUTH_TEST_APP_ID");
    options.app_key = environment("TDSAUTH_TEST_APP_KEY");
    options.storage_path = environment("TDSAUTH_TEST_DIR");
    options.server_url_len = options.app_id_len = options.app_key_len = TDSAUTH_NUL;
    options.storage_path_len = TDSAUTH_NUL;
    if (create(&options, &client, &error) != TDSAUTH_OK) give_up("create", error.message);
    return client;
}

/* A player, so that there is something to remember; gone from memory afterwards. */
static void log_in_once(void) {
    tdsauth_error error = TDSAUTH_ERROR_INIT;
    tdsauth_event event = TDSAUTH_EVENT_INIT;
    tdsauth_request request = 0;
    tdsauth_client client = open_client();
    if (login(client, NULL, 0, &request, &error) != TDSAUTH_OK) give_up("login", error.message);
    if (wait_for(client, request, 60000, &event) != TDSAUTH_OK || event.status != TDSAUTH_OK)
        give_up("login", "it failed");
    if (shut_down(client, 60000, NULL) != TDSAUTH_OK) give_up("shutdown", "it failed");
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *row, double *ns) {
    qsort(ns, ROUNDS, sizeof *ns, ascending);
    printf("{\"row\":\"%s\",\"ns\":%.1f}\n", row, ns[ROUNDS / 2]);
}

static void measure_poll(void) {
    static double polled[ROUNDS], nothing[ROUNDS];
    tdsauth_event event = TDSAUTH_EVENT_INIT;
    tdsauth_client client = open_client();
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int call = 0; call < POLLS; call++)
            if (poll_once(client, &event) != TDSAUTH_NO_EVENT) give_up("poll", "an event came");
        polled[round] = (now_ns() - start) / POLLS;
        start = now_ns();
        for (int call = 0; call < POLLS; call++)
            if (abi_version() == 0) give_up("abi_version", "it is 0");
        nothing[round] = (now_ns() - start) / POLLS;
    }
    destroy(client);
    report("poll/tdsauth", polled);
    report("poll/no-op", nothing);
}

static int forget_file(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)place;
    if (kind != FTW_F) return 0;
    int file = open(path, O_RDONLY);
    if (file < 0) return 0;
    fdatasync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
    return 0;
}

static int read_file(const char *path, const struct stat *about, int kind, struct FTW *place) {
    static char content[1 << 16];
    (void)about, (void)place;
    if (kind != FTW_F) return 0;
    int file = open(path, O_RDONLY);
    if (file < 0) give_up(path, "cannot be read");
    while (read(file, content, sizeof content) > 0) continue;
    close(file);
    return 0;
}

static void walk(int (*each)(const char *, const struct stat *, int, struct FTW *)) {
    if (nftw(environment("TDSAUTH_TEST_DIR"), each, 8, FTW_PHYS)) give_up("folder", "no walk");
}

static void measure_first_use(void) {
    static double used[ROUNDS], bare[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        tdsauth_error error = TDSAUTH_ERROR_INIT;
        tdsauth_object user = 0;
        walk(forget_file);
        double start = now_ns();
        tdsauth_client client = open_client();
        if (current_user(client, &user, &error) != TDSAUTH_OK) give_up("user", error.message);
        used[round] = now_ns() - start;
        object_release(user);
        if (shut_down(client, 60000, NULL) != TDSAUTH_OK) give_up("shutdown", "it failed");
        walk(forget_file);
        start = now_ns();
        walk(read_file);
        bare[round] = now_ns() - start;
    }
    report("first_use/tdsauth", used);
    report("first_use/read", bare);
}

int main(int argc, char **argv) {
    if (argc != 2) give_up("usage", "client_use <libtdsauth>");
    load(argv[1]);
    log_in_once();
    measure_poll();
    measure_first_use();
    return 0;
}
