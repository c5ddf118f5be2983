/* The player of a TapTap login, with a phone and a browser, on the TapTap that the server plays. */
#ifndef TDSAUTH_TESTS_PHONE_H
#define TDSAUTH_TESTS_PHONE_H

#include "kit.h"

/* From the environment: TDSAUTH_TEST_TAPTAP_CLIENT_ID. Ends the program without. */
const char *taptap_client_id(void);

/* The options of `options_in`, and where that TapTap is. */
tdsauth_client_options taptap_in(const char *folder);

/* TapTap lets clients poll each second: no story waits longer than it has to. */
void hurry_taptap(void);

/* The player "lin" does something with a code: "scan", "allow", "deny", "expire". */
int phone(const char *user_code, const char *action);

/* Opens a page to authorize on and presses "allow" or "deny": where the browser is sent. Empty when
 * something is wrong. The result lives until the next call. */
const char *browse(const char *page, const char *action);

/* Goes to an address of this machine: the HTTP status, 0 when nobody is there. `header` is a whole
 * line, or NULL. */
int visit(const char *url, const char *header);

#endif
