/* One player's story in C, one chapter a run: story <chapter>.
 *
 * Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
 * remembers the player, come from the environment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tdsauth.h>

#define MINUTE 60000

/* Ends the program when a call went wrong. A game would show its own message instead. */
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
  tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
  options.server_url = environment("TDSAUTH_TEST_URL");
  options.server_url_len = TDSAUTH_NUL;
  options.app_id = environment("TDSAUTH_TEST_APP_ID");
  options.app_id_len = TDSAUTH_NUL;
  options.app_key = environment("TDSAUTH_TEST_APP_KEY");
  options.app_key_len = TDSAUTH_NUL;
  options.storage_path = environment("TDSAUTH_TEST_DIR");
  options.storage_path_len = TDSAUTH_NUL;
  return options;
}

/* Prints who `user` is and lets go of it; 0 is nobody. */
static void print_user(tdsauth_object user) {
  char id[64] = "nobody";
  if (user != 0) {
    must(tdsauth_object_get_str(user, "objectId", TDSAUTH_NUL, id, sizeof id, NULL), "id", NULL);
    tdsauth_object_release(user);
  }
  printf("user=%s\n", id);
}

/* Waits for the last event of `request`. How the operation went is in it. */
static tdsauth_event finish(tdsauth_client client, tdsauth_request request) {
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  int32_t status = tdsauth_wait(client, request, MINUTE, &event);
  must(status == TDSAUTH_TIMEOUT ? TDSAUTH_ERR_TIMED_OUT : status, "wait", NULL);
  return event;
}

static void log_in(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_login_anonymously(client, NULL, 0, &request, &error), "login", &error);
  tdsauth_event event = finish(client, request);
  must(event.status, "login", NULL);
  tdsauth_request_release(request);
  printf("new=%s\n", event.value == 1 ? "yes" : "no");
}

static void who_am_i(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_object user = 0;
  must(tdsauth_current_user(client, &user, &error), "current user", &error);
  print_user(user);
}

/* Three answers: a failed status means that nobody can tell now. */
static void is_session_valid(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  int32_t status = tdsauth_user_is_authenticated(client, 0, NULL, 0, &request, &error);
  must(status, "is authenticated", &error);
  tdsauth_event event = finish(client, request);
  tdsauth_request_release(request);
  if (event.status < 0) {
    printf("valid=cannot tell\nbecause=%s\n", tdsauth_status_name(event.status));
  } else {
    printf("valid=%s\n", event.value == 1 ? "yes" : "no");
  }
}

static void sign(void) {
  tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
  input.key_id = "demo-key";
  input.key_id_len = TDSAUTH_NUL;
  input.key = "demo-secret";
  input.key_len = TDSAUTH_NUL;
  input.method = "GET";
  input.method_len = TDSAUTH_NUL;
  input.url = "https://openapi.example.com/account/profile/v1?client_id=demo";
  input.url_len = TDSAUTH_NUL;
  char header[512];
  must(tdsauth_mac_header(&input, header, sizeof header, NULL), "mac header", NULL);
  printf("mac=%s\n", header);
  input.window_s = 300;
  int32_t same = tdsauth_mac_verify(header, TDSAUTH_NUL, &input, NULL);
  printf("accepted=%s\n", tdsauth_status_name(same));
  input.method = "POST";
  int32_t other = tdsauth_mac_verify(header, TDSAUTH_NUL, &input, NULL);
  printf("accepted_for_another_request=%s\n", tdsauth_status_name(other));
}

static void log_out(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_logout(client, NULL, 0, &request, &error), "logout", &error);
  must(finish(client, request).status, "logout", NULL);
  tdsauth_request_release(request);
}

/* The lines that the README shows. Each call returns a status; to be short they are not tested. */
static void in_short(tdsauth_client_options options) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  tdsauth_client client = 0;
  tdsauth_request request = 0;
  tdsauth_object user = 0;
  char id[64] = "";
  /* README begins */
  tdsauth_client_create(&options, &client, &error);
  if (tdsauth_current_user(client, &user, &error) == TDSAUTH_NONE) { /* no network needed */
    tdsauth_login_anonymously(client, NULL, 0, &request, &error);
    tdsauth_wait(client, request, 20000, &event); /* or tdsauth_poll, once per frame */
    tdsauth_request_take_object(request, 0, &user);
  }
  tdsauth_object_get_str(user, "objectId", TDSAUTH_NUL, id, sizeof id, NULL);
  tdsauth_user_is_authenticated(client, user, NULL, 0, &request, &error);
  tdsauth_wait(client, request, 20000, &event); /* event.value: 1 valid, 0 not */
  tdsauth_logout(client, NULL, 0, &request, &error);
  /* README ends */
  printf("id=%s\nvalid=%s\n", id, event.status == TDSAUTH_OK && event.value == 1 ? "yes" : "no");
  must(finish(client, request).status, "logout", NULL);
  who_am_i(client);
  tdsauth_client_destroy(client);
}

/* The game goes on until somebody ends it. */
static void play(void) {
  printf("playing=yes\n");
  fflush(stdout);
  while (getchar() != EOF) continue;
}

int main(int count, char **words) {
  const char *chapter = count == 2 ? words[1] : "";
  tdsauth_client_options options = settings();
  if (strcmp(chapter, "short") == 0) {
    in_short(options);
    return 0;
  }
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_client client = 0;
  must(tdsauth_client_create(&options, &client, &error), "client", &error);
  if (strcmp(chapter, "login") == 0) {
    log_in(client);
    who_am_i(client);
    play();
  } else if (strcmp(chapter, "resume") == 0) {
    who_am_i(client);
    is_session_valid(client);
  } else if (strcmp(chapter, "sign") == 0) {
    sign();
  } else if (strcmp(chapter, "logout") == 0) {
    log_out(client);
    who_am_i(client);
  } else if (strcmp(chapter, "again") == 0) {
    log_in(client);
    who_am_i(client);
  } else {
    fprintf(stderr, "story login | resume | sign | logout | again | short\n");
    return 2;
  }
  tdsauth_client_destroy(client);
  return 0;
}
