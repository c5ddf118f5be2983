/* A game for the tests with a browser: game <qr|browser> <en|zh-Hans>.
 *
 * Logs in with TapTap and prints what happens as key=value lines: what the QR code holds or the page
 * to open, that the code was scanned, and how the login ended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tdsauth.h>

#define MINUTE 60000

static void must(int32_t status, const char *what, const tdsauth_error *error) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s: %s\n", what, tdsauth_status_name(status), error ? error->message : "");
  exit(1);
}

static const char *environment(const char *name) {
  const char *value = getenv(name);
  if (value != NULL) return value;
  fprintf(stderr, "%s is not set\n", name);
  exit(1);
}

static tdsauth_client_options settings(void) {
  static char authorize[300];
  const char *url = environment("TDSAUTH_TEST_URL");
  tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
  snprintf(authorize, sizeof authorize, "%s/authorize", url);
  options.server_url = options.taptap_accounts_url = options.taptap_open_url = url;
  options.server_url_len = options.taptap_accounts_url_len = TDSAUTH_NUL;
  options.taptap_open_url_len = options.taptap_authorize_url_len = TDSAUTH_NUL;
  options.taptap_authorize_url = authorize;
  options.taptap_client_id = environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  options.taptap_client_id_len = TDSAUTH_NUL;
  options.app_id = environment("TDSAUTH_TEST_APP_ID");
  options.app_id_len = TDSAUTH_NUL;
  options.app_key = environment("TDSAUTH_TEST_APP_KEY");
  options.app_key_len = TDSAUTH_NUL;
  options.storage_path = environment("TDSAUTH_TEST_DIR");
  options.storage_path_len = TDSAUTH_NUL;
  return options;
}

static void print_text(tdsauth_request request, const char *key, int32_t field) {
  char text[4096] = "";
  must(tdsauth_request_get_str(request, field, text, sizeof text, NULL), key, NULL);
  printf("%s=%s\n", key, text);
}

static void print_name(tdsauth_client client) {
  char name[512] = "";
  int32_t field = TDSAUTH_TAPTAP_PROFILE_NAME;
  must(tdsauth_taptap_profile_get_str(client, field, name, sizeof name, NULL), "name", NULL);
  printf("name=%s\n", name);
}

/* Prints one event; whether more will come. */
static int tell(tdsauth_client client, tdsauth_request request, const tdsauth_event *event) {
  if (event->kind == TDSAUTH_EVENT_TAPTAP_SHOW_QR) {
    print_text(request, "user_code", TDSAUTH_REQUEST_USER_CODE);
    print_text(request, "page", TDSAUTH_REQUEST_QR_TEXT);
  } else if (event->kind == TDSAUTH_EVENT_TAPTAP_OPEN_URL) {
    print_text(request, "page", TDSAUTH_REQUEST_URL);
  } else if (event->kind == TDSAUTH_EVENT_TAPTAP_SCANNED) {
    printf("scanned=yes\n");
  } else {
    if (event->status == TDSAUTH_OK) print_name(client);
    printf("end=%s\n", tdsauth_status_name(event->status));
  }
  fflush(stdout);
  return (event->flags & TDSAUTH_FLAG_MORE) != 0;
}

int main(int count, char **arguments) {
  tdsauth_client_options options = settings();
  tdsauth_taptap_login_options login = TDSAUTH_TAPTAP_LOGIN_OPTIONS_INIT;
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  tdsauth_client client = 0;
  tdsauth_request request = 0;
  if (count != 3) return 2;
  login.way = strcmp(arguments[1], "qr") == 0 ? TDSAUTH_TAPTAP_WAY_QR : TDSAUTH_TAPTAP_WAY_BROWSER;
  login.language = strcmp(arguments[2], "en") == 0 ? TDSAUTH_TAPTAP_LANGUAGE_EN
                                                   : TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS;
  must(tdsauth_client_create(&options, &client, &error), "client", &error);
  must(tdsauth_taptap_login(client, &login, 0, &request, &error), "login", &error);
  do {
    int32_t status = tdsauth_wait(client, request, MINUTE, &event);
    must(status == TDSAUTH_TIMEOUT ? TDSAUTH_ERR_TIMED_OUT : status, "wait", NULL);
  } while (tell(client, request, &event));
  tdsauth_client_destroy(client);
  return 0;
}
