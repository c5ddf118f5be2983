/* The library itself: its version, and names for its numbers. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

void library_stories(void) {
    char text[32];
    size_t needed = 0;

    note("the version");
    is_number(tdsauth_abi_version(), (TDSAUTH_ABI_MAJOR << 16) | TDSAUTH_ABI_MINOR,
              "the header's ABI version is the library's");
    is_status(tdsauth_version(text, sizeof text, &needed), TDSAUTH_OK, "the library has a version");
    is_number(strlen(text), needed, "needed counts the bytes without the final NUL");
    ok(strchr(text, '.') != NULL, "it looks like a version");

    note("names of statuses");
    is_text(tdsauth_status_name(TDSAUTH_OK), "TDSAUTH_OK", "success has a name");
    is_text(tdsauth_status_name(TDSAUTH_NONE), "TDSAUTH_NONE", "so has what is absent");
    is_text(tdsauth_status_name(TDSAUTH_ERR_STORAGE_NEWER), "TDSAUTH_ERR_STORAGE_NEWER",
            "so has a failure");
    is_text(tdsauth_status_name(12345), "TDSAUTH_UNKNOWN", "an unknown number has one too");
    is_text(tdsauth_status_name(INT32_MIN), "TDSAUTH_UNKNOWN", "even the smallest");
}
