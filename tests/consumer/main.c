/* A game in C that was built from an installed tdsauth: makes a client in the folder of its first
 * argument, sees that nobody is logged in yet, and says which library it runs with. */
#include <stdio.h>
#include <string.h>
#include <tdsauth.h>

int main(int count, char **arguments) {
    tdsauth_client_options options;
    tdsauth_client client = 0;
    tdsauth_object user = 0;
    tdsauth_error error;
    char version[32];

    if (count != 2) {
        fprintf(stderr, "usage: consumer FOLDER\n");
        return 2;
    }
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.server_url = "https://accounts.example.com";
    options.server_url_len = TDSAUTH_NUL;
    options.app_id = "consumer";
    options.app_id_len = TDSAUTH_NUL;
    options.app_key = "not-a-real-key";
    options.app_key_len = TDSAUTH_NUL;
    options.storage_path = arguments[1];
    options.storage_path_len = TDSAUTH_NUL;

    if (tdsauth_client_create(&options, &client, &error) != TDSAUTH_OK) {
        fprintf(stderr, "%s: %s\n", tdsauth_status_name(error.status), error.message);
        return 1;
    }
    if (tdsauth_current_user(client, &user, &error) != TDSAUTH_NONE || user != 0) return 1;
    if (tdsauth_version(version, sizeof version, NULL) != TDSAUTH_OK) return 1;
    if (tdsauth_abi_version() >> 16 != TDSAUTH_ABI_MAJOR) return 1;
    printf("C with tdsauth %s\n", version);
    return tdsauth_client_destroy(client) == TDSAUTH_OK ? 0 : 1;
}
