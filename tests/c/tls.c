/* TLS by the library itself: the same login over https, from a server whose authority the game
 * brings along. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "stories.h"

/* The certificate of the server's authority. */
static const char *authority(void) {
    static char pem[8192];
    FILE *file = fopen(environment("TDSAUTH_TEST_TLS_CA"), "rb");
    size_t length = 0;
    if (file != NULL) {
        length = fread(pem, 1, sizeof pem - 1, file);
        fclose(file);
    }
    pem[length] = '\0';
    return pem;
}

/* The options of a second server: the first one speaks no TLS. */
static tdsauth_client_options secure_in(const char *folder) {
    tdsauth_client_options options = options_in(folder);
    options.server_url = environment("TDSAUTH_TEST_TLS_URL");
    options.app_id = environment("TDSAUTH_TEST_TLS_APP_ID");
    options.app_key = environment("TDSAUTH_TEST_TLS_APP_KEY");
    options.extra_ca_pem = authority();
    options.extra_ca_pem_len = TDSAUTH_NUL;
    return options;
}

static void trusted(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_with(secure_in(folder));
    tdsauth_object user = guest_of(client);
    tdsauth_object same;

    note("a server whose authority the game trusts");
    ok(strncmp(environment("TDSAUTH_TEST_TLS_URL"), "https://", 8) == 0, "speaks TLS");
    is_number(strlen(field(user, "sessionToken")), 25, "logs a guest in");
    tdsauth_client_destroy(client);
    client = client_with(secure_in(folder));
    same = current(client);
    is_text(field(same, "objectId"), field(user, "objectId"), "who is remembered");
    is_number(finish(client, is_authenticated(client)).value, 1, "and still known there");
    tdsauth_object_release(same);
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void strange(void) {
    tdsauth_client_options options = secure_in(new_folder());
    tdsauth_client client;

    note("a server whose authority nobody knows");
    options.extra_ca_pem = NULL;
    options.extra_ca_pem_len = 0;
    client = client_with(options);
    is_status(finish(client, guest_login(client)).status, TDSAUTH_ERR_TLS, "is not talked to");
    tdsauth_client_destroy(client);
}

void tls_stories(void) {
    if (getenv("TDSAUTH_TEST_VALGRIND") != NULL) {
        skip("logins over TLS", "valgrind holds what assembly has encrypted for uninitialised");
        return;
    }
    trusted();
    strange();
}
