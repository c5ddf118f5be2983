/* The log: pulled line by line, finished text, no secrets. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static void a_failure_is_told(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    char text[1024] = "";
    size_t needed = 0;
    size_t again = 0;
    int32_t level = 0;

    note("the log of a login that failed");
    is_status(tdsauth_log_next(client, &level, text, sizeof text, NULL), TDSAUTH_NO_EVENT,
              "before it there is nothing to tell");
    answer_next(client, 500, "{\"code\":1,\"error\":\"ill\"}");
    finish(client, request);
    is_status(tdsauth_log_next(client, &level, text, 1, &needed), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "a line that does not fit");
    ok(needed > 1, "says how long it is");
    is_status(tdsauth_log_next(client, &level, NULL, 0, &again), TDSAUTH_ERR_BUFFER_TOO_SMALL,
              "and stays");
    is_number(again, needed, "where it is");
    is_status(tdsauth_log_next(client, &level, text, needed + 1, NULL), TDSAUTH_OK,
              "it is taken by a buffer that fits");
    is_number(strlen(text), needed, "whole");
    ok(level == TDSAUTH_LOG_WARN || level == TDSAUTH_LOG_ERROR, "with its level");
    is_status(tdsauth_log_next(client, &level, text, sizeof text, NULL), TDSAUTH_NO_EVENT,
              "and is gone then");
    tdsauth_client_destroy(client);
}

/* Logs in with this log level and gathers all lines. */
static int lines_at(int32_t level, char *all, size_t capacity) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client;
    tdsauth_request request;
    char line[1024];
    int32_t of_line = 0;
    int count = 0;

    options.log_level = level;
    client = client_with(options);
    request = guest_login(client);
    answer_next(client, 201, GUEST);
    finish(client, request);
    request = is_authenticated(client);
    answer_next(client, 500, "{\"code\":1,\"error\":\"q2w3e4r5t6y7u8i9o0p1a2s3d\"}");
    finish(client, request);
    all[0] = '\0';
    while (tdsauth_log_next(client, &of_line, line, sizeof line, NULL) == TDSAUTH_OK) {
        if (strlen(all) + strlen(line) + 2 < capacity) strcat(strcat(all, line), "\n");
        if (of_line > level && level != TDSAUTH_LOG_DEFAULT) return -1;
        count++;
    }
    tdsauth_client_destroy(client);
    return count;
}

void log_stories(void) {
    char all[8192];
    int warnings;
    int everything;

    a_failure_is_told();
    note("how much is told");
    is_number(lines_at(TDSAUTH_LOG_OFF, all, sizeof all), 0, "nothing, when the log is off");
    warnings = lines_at(TDSAUTH_LOG_DEFAULT, all, sizeof all);
    ok(warnings > 0, "what went wrong, by default");
    everything = lines_at(TDSAUTH_LOG_DEBUG, all, sizeof all);
    ok(everything > warnings, "more, for a developer");
    ok(strstr(all, "q2w3e4r5t6y7u8i9o0p1a2s3d") == NULL, "but never the session token");
    ok(strstr(all, app_key()) == NULL, "nor the app key");
}
