/* Tests that read like prose and report by the Test Anything Protocol. Every function returns
 * whether its test passed, so that a story can end where going on makes no sense. */
#ifndef TDSAUTH_TESTS_TAP_H
#define TDSAUTH_TESTS_TAP_H

#include <stdint.h>

#include "tdsauth.h"

#define ok(holds, name) tap_ok((holds) != 0, (name), __FILE__, __LINE__)
#define is_status(got, wanted, name) tap_status((got), (wanted), (name), __FILE__, __LINE__)
#define is_number(got, wanted, name) \
    tap_number((int64_t)(got), (int64_t)(wanted), (name), __FILE__, __LINE__)
#define is_text(got, wanted, name) tap_text((got), (wanted), (name), __FILE__, __LINE__)

int tap_ok(int holds, const char *name, const char *file, int line);
int tap_status(int32_t got, int32_t wanted, const char *name, const char *file, int line);
int tap_number(int64_t got, int64_t wanted, const char *name, const char *file, int line);
int tap_text(const char *got, const char *wanted, const char *name, const char *file, int line);

/* A test that makes no sense here, and why. */
void skip(const char *name, const char *cause);

/* A heading among the tests. */
void note(const char *text);

/* Prints the plan; what the program has to return. */
int tap_done(void);

#endif
