#include "phone.h"

#include <stdio.h>
#include <string.h>

#include "system.h"

const char *taptap_client_id(void) { return environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID"); }

tdsauth_client_options taptap_in(const char *folder) {
    static char authorize[256];
    tdsauth_client_options options = options_in(folder);
    snprintf(authorize, sizeof authorize, "%s/authorize", server_url());
    options.taptap_client_id = taptap_client_id();
    options.taptap_client_id_len = TDSAUTH_NUL;
    options.taptap_accounts_url = options.taptap_open_url = server_url();
    options.taptap_accounts_url_len = options.taptap_open_url_len = TDSAUTH_NUL;
    options.taptap_authorize_url = authorize;
    options.taptap_authorize_url_len = TDSAUTH_NUL;
    return options;
}

/* One exchange over a connection of its own; the whole answer is in `answered`. */
static char answered[256 * 1024];

static int exchange(const char *method, const char *url, const char *header, const char *body) {
    static char request[16 * 1024];
    unsigned port = 0;
    int skipped = 0;
    int status = 0;

    answered[0] = '\0';
    if (sscanf(url, "http://127.0.0.1:%u%n", &port, &skipped) != 1 || skipped == 0) return 0;
    int size = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s%sContent-Length: %zu\r\n"
                        "Connection: close\r\n\r\n%s",
                        method, url + skipped, port, header ? header : "", header ? "\r\n" : "",
                        strlen(body), body);
    if (size < 0 || (size_t)size >= sizeof request) return 0;
    if (talk(port, request, (size_t)size, answered, sizeof answered) > 0)
        sscanf(answered, "HTTP/1.1 %d", &status);
    return status;
}

static int post(const char *path, const char *kind, const char *body) {
    char url[512];
    snprintf(url, sizeof url, "%s%s", server_url(), path);
    return exchange("POST", url, kind, body);
}

void hurry_taptap(void) {
    int status = post("/dev/script", "Content-Type: application/json", "{\"interval\":1}");
    if (status != 200) printf("# the script of TapTap answered %d\n", status);
}

int phone(const char *user_code, const char *action) {
    char path[128];
    char body[128];
    snprintf(path, sizeof path, "/dev/device/%s", user_code);
    snprintf(body, sizeof body, "{\"action\":\"%s\",\"player\":\"lin\"}", action);
    return post(path, "Content-Type: application/json", body) == 200;
}

const char *browse(const char *page, const char *action) {
    static char location[4096];
    char path[256] = "";
    char body[128];
    const char *at;

    location[0] = '\0';
    if (exchange("GET", page, NULL, "") != 200) return location;
    /* The form, which alone has the name of this login. */
    at = strstr(answered, "\"/authorize/");
    if (at == NULL || sscanf(at, "\"%255[^\"]\"", path) != 1) return location;
    snprintf(body, sizeof body, "action=%s&player=lin", action);
    if (post(path, "Content-Type: application/x-www-form-urlencoded", body) != 303) return location;
    at = strstr(answered, "\r\nlocation: ");
    if (at == NULL || sscanf(at, "\r\nlocation: %4095[^\r]", location) != 1) location[0] = '\0';
    return location;
}

int visit(const char *url, const char *header) { return exchange("GET", url, header, ""); }
