#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int tests_run;
static int tests_failed;

int tap_ok(int holds, const char *name, const char *file, int line) {
    tests_run++;
    printf("%sok %d - %s\n", holds ? "" : "not ", tests_run, name);
    if (!holds) {
        tests_failed++;
        printf("#   at %s:%d\n", file, line);
    }
    fflush(stdout);
    return holds;
}

int tap_status(int32_t got, int32_t wanted, const char *name, const char *file, int line) {
    if (tap_ok(got == wanted, name, file, line)) return 1;
    printf("#   got %s, wanted %s\n", tdsauth_status_name(got), tdsauth_status_name(wanted));
    return 0;
}

int tap_number(int64_t got, int64_t wanted, const char *name, const char *file, int line) {
    if (tap_ok(got == wanted, name, file, line)) return 1;
    printf("#   got %" PRId64 ", wanted %" PRId64 "\n", got, wanted);
    return 0;
}

int tap_text(const char *got, const char *wanted, const char *name, const char *file, int line) {
    if (tap_ok(strcmp(got, wanted) == 0, name, file, line)) return 1;
    printf("#   got \"%s\", wanted \"%s\"\n", got, wanted);
    return 0;
}

void skip(const char *name, const char *cause) {
    tests_run++;
    printf("ok %d - %s # SKIP %s\n", tests_run, name, cause);
    fflush(stdout);
}

void note(const char *text) { printf("# %s\n", text); }

int tap_done(void) {
    printf("1..%d\n", tests_run);
    return tests_run > 0 && tests_failed == 0 ? 0 : 1;
}
