/* What it takes to submit ten thousand object saves to one client at once.
 *
 *     object_saves <libtdsauth> <empty folder>
 *
 * No socket: the program is the host, and answers each save. Prints one JSON line per row:
 *
 *   {"row":"saves/peak","bytes":…}    resident memory at its highest, less that before the first save
 *   {"row":"saves/poll","ns":…}       of all tdsauth_poll meanwhile, the 999th of a thousand
 */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tdsauth.h"

enum { SAVES = 10000, MOST_POLLS = 4000000 };

static void give_up(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(2);
}

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (!found) give_up(name);
    return found;
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Kilobytes of this line of /proc/self/status. */
static double status_kb(const char *name) {
    char line[256];
    double kb = -1;
    FILE *file = fopen("/proc/self/status", "r");
    if (!file) give_up("/proc/self/status");
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0) kb = atof(line + strlen(name));
    fclose(file);
    if (kb < 0) give_up(name);
    return kb;
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments) {
    static float polls[MOST_POLLS];
    size_t polled = 0;
    if (count != 3) give_up("object_saves <libtdsauth> <empty folder>");
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) give_up(dlerror());
    int32_t (*create)(const tdsauth_client_options *, tdsauth_client *, tdsauth_error *);
    int32_t (*create_object)(tdsauth_client, const char *, size_t, tdsauth_object *,
                             tdsauth_error *);
    int32_t (*set_str)(tdsauth_object, const char *, size_t, const char *, size_t);
    int32_t (*set_i64)(tdsauth_object, const char *, size_t, int64_t);
    int32_t (*save)(tdsauth_client, tdsauth_object, const tdsauth_save_options *, uint64_t,
                    tdsauth_request *, tdsauth_error *);
    int32_t (*poll_once)(tdsauth_client, tdsauth_event *);
    int32_t (*http_next)(tdsauth_client, tdsauth_http_request *);
    int32_t (*http_complete)(tdsauth_client, uint64_t, const tdsauth_http_response *);
    *(void **)&create = symbol(library, "tdsauth_client_create");
    *(void **)&create_object = symbol(library, "tdsauth_object_create");
    *(void **)&set_str = symbol(library, "tdsauth_object_set_str");
    *(void **)&set_i64 = symbol(library, "tdsauth_object_set_i64");
    *(void **)&save = symbol(library, "tdsauth_object_save");
    *(void **)&poll_once = symbol(library, "tdsauth_poll");
    *(void **)&http_next = symbol(library, "tdsauth_http_next");
    *(void **)&http_complete = symbol(library, "tdsauth_http_complete");

    tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
    tdsauth_client client = 0;
    options.server_url = "https://account.example";
    options.app_id = options.app_key = "bench";
    options.storage_path = arguments[2];
    options.server_url_len = options.app_id_len = options.app_key_len = TDSAUTH_NUL;
    options.storage_path_len = TDSAUTH_NUL;
    options.flags = TDSAUTH_CLIENT_HOST_TRANSPORT;
    if (create(&options, &client, NULL) != TDSAUTH_OK) give_up("create");
    memset(polls, 0, sizeof polls); /* resident from here on */
    double before = status_kb("VmRSS:");
    for (int n = 0; n < SAVES; n++) {
        tdsauth_object object = 0;
        tdsauth_request request = 0;
        if (create_object(client, "Score", 5, &object, NULL) != TDSAUTH_OK) give_up("object");
        set_str(object, "player", 6, "a player's name", 15);
        set_str(object, "level", 5, "the first one", 13);
        set_i64(object, "points", 6, n);
        set_i64(object, "time", 4, n);
        if (save(client, object, NULL, 0, &request, NULL) != TDSAUTH_OK) give_up("save");
    }
    for (int ended = 0, sent = 0; ended < SAVES;) {
        tdsauth_http_request seen = TDSAUTH_HTTP_REQUEST_INIT;
        tdsauth_event event = TDSAUTH_EVENT_INIT;
        if (http_next(client, &seen) == TDSAUTH_OK && seen.kind == TDSAUTH_HTTP_SEND) {
            char body[128];
            tdsauth_http_response reply = TDSAUTH_HTTP_RESPONSE_INIT;
            snprintf(body, sizeof body, "{\"objectId\":\"s%d\",\"createdAt\":\"t\"}", sent++);
            reply.http_status = 201;
            reply.body = (const uint8_t *)body;
            reply.body_len = strlen(body);
            http_complete(client, seen.id, &reply);
        }
        double start = now_ns();
        int32_t status = poll_once(client, &event);
        if (polled < MOST_POLLS) polls[polled++] = (float)(now_ns() - start);
        if (status == TDSAUTH_OK) {
            if (event.status != TDSAUTH_OK) give_up("a save failed");
            ended++;
        }
    }
    double peak = status_kb("VmHWM:") - before;
    qsort(polls, polled, sizeof *polls, ascending);
    printf("{\"row\":\"saves/peak\",\"bytes\":%.0f}\n", peak * 1024);
    printf("{\"row\":\"saves/poll\",\"ns\":%.1f}\n", (double)polls[polled - 1 - polled / 1000]);
    return 0;
}
