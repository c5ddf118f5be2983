/* One player's story in C, one chapter a run: story <chapter>.
 *
 * Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
 * remembers the player, come from the environment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tdsauth.h>

#include "binding.h"

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
  /* A game gives its client id and its region, and no more. This one's TapTap is not the real one:
   * the server plays it. */
  options.region = TDSAUTH_REGION_CN;
  options.taptap_client_id = environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  options.taptap_client_id_len = TDSAUTH_NUL;
  options.taptap_accounts_url = options.server_url;
  options.taptap_accounts_url_len = TDSAUTH_NUL;
  options.taptap_open_url = options.server_url;
  options.taptap_open_url_len = TDSAUTH_NUL;
  return options;
}

/* Waits for the next event of `request`. How the operation went is in the last one. */
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

/* Who is logged in, here and at TapTap. */
static void who_am_i(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_object user = 0;
  char id[64] = "nobody", nickname[256] = "", taptap[256] = "";
  must(tdsauth_current_user(client, &user, &error), "current user", &error);
  if (user != 0) {
    must(tdsauth_object_get_str(user, "objectId", TDSAUTH_NUL, id, sizeof id, NULL), "id", NULL);
    int32_t status =
        tdsauth_object_get_str(user, "nickname", TDSAUTH_NUL, nickname, sizeof nickname, NULL);
    must(status, "nickname", NULL);
    tdsauth_object_release(user);
  }
  int32_t known = tdsauth_taptap_profile_get_str(client, TDSAUTH_TAPTAP_PROFILE_NAME, taptap,
                                                 sizeof taptap, NULL);
  must(known, "taptap name", NULL);
  if (known == TDSAUTH_NONE) strcpy(taptap, "nobody");
  printf("user=%s\nnickname=%s\ntaptap=%s\n", id, nickname, taptap);
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

/* Whether a square of a QR code is light; so is the margin around it. */
static int is_light(const uint8_t *modules, int32_t side, int32_t x, int32_t y) {
  return x < 0 || y < 0 || x >= side || y >= side || modules[y * side + x] == 0;
}

/* Draws what the player scans, two rows of squares in each line: the light ones, on dark. */
static void show_qr(const char *text) {
  static const char *const drawn[2][2] = {{" ", "▄"}, {"▀", "█"}};
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  uint8_t modules[31329];
  uint32_t side = 0;
  must(tdsauth_qr_encode(text, TDSAUTH_NUL, modules, sizeof modules, NULL, &side, &error),
       "qr code", &error);
  const int32_t first = -4, end = (int32_t)side + 4;
  for (int32_t y = first; y < end; y += 2) {
    for (int32_t x = first; x < end; x++) {
      int lower = y + 1 < end && is_light(modules, (int32_t)side, x, y + 1);
      fputs(drawn[is_light(modules, (int32_t)side, x, y)][lower], stdout);
    }
    printf("\n");
  }
  printf("qr=%s\n", text);
  fflush(stdout);
}

/* The player's code, also in words for those who rather type it in. */
static void show_code(tdsauth_request request) {
  char text[2400], user_code[64];
  must(tdsauth_request_get_str(request, TDSAUTH_REQUEST_USER_CODE, user_code, sizeof user_code,
                               NULL),
       "user code", NULL);
  printf("user_code=%s\n", user_code);
  must(tdsauth_request_get_str(request, TDSAUTH_REQUEST_QR_TEXT, text, sizeof text, NULL),
       "qr text", NULL);
  show_qr(text);
}

static void log_in_with_taptap(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_login_with_taptap(client, NULL, 0, &request, &error), "taptap login", &error);
  tdsauth_event event = finish(client, request);
  while (event.flags & TDSAUTH_FLAG_MORE) {
    if (event.kind == TDSAUTH_EVENT_TAPTAP_SHOW_QR) show_code(request);
    if (event.kind == TDSAUTH_EVENT_TAPTAP_SCANNED) {
      printf("scanned=yes\n");
      fflush(stdout);
    }
    event = finish(client, request);
  }
  must(event.status, "taptap login", NULL);
  tdsauth_request_release(request);
  printf("new=%s\n", event.value == 1 ? "yes" : "no");
}

/* A call of the game's own to TapTap's open API. The key that signs it never leaves the library. */
static void sign_for_taptap(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  char url[512], header[1024] = "";
  snprintf(url, sizeof url, "%s/account/profile/v1?client_id=%s", environment("TDSAUTH_TEST_URL"),
           environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID"));
  must(tdsauth_taptap_mac_header(client, "GET", TDSAUTH_NUL, url, TDSAUTH_NUL, header,
                                 sizeof header, NULL, &error),
       "taptap mac header", &error);
  printf("url=%s\nauthorization=%s\n", url, header);
}

static void refresh_taptap(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_taptap_refresh(client, NULL, 0, &request, &error), "refresh", &error);
  must(finish(client, request).status, "refresh", NULL);
  tdsauth_request_release(request);
  printf("refreshed=yes\n");
}

/* What WeChat gave the game of this player. The server of the demo believes it. */
static const char *from_wechat(void) {
  static char json[256];
  snprintf(json, sizeof json, "{\"openid\":\"%s\"}", environment("TDSAUTH_TEST_OPENID"));
  return json;
}

/* Makes the account of the guest the account of this player of WeChat's too. */
static void link_wechat(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_user_associate_auth_data(client, 0, "weixin", TDSAUTH_NUL, from_wechat(),
                                        TDSAUTH_NUL, NULL, 0, &request, &error),
       "link", &error);
  must(finish(client, request).status, "link", NULL);
  tdsauth_request_release(request);
  printf("linked=yes\n");
}

static void log_in_with_wechat(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_login_with_auth_data(client, "weixin", TDSAUTH_NUL, from_wechat(), TDSAUTH_NUL, NULL,
                                    0, &request, &error),
       "login", &error);
  tdsauth_event event = finish(client, request);
  must(event.status, "login", NULL);
  tdsauth_request_release(request);
  printf("new=%s\n", event.value == 1 ? "yes" : "no");
}

static void unlink_wechat(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_user_disassociate_auth_data(client, 0, "weixin", TDSAUTH_NUL, NULL, 0, &request,
                                           &error),
       "unlink", &error);
  tdsauth_event event = finish(client, request);
  must(event.status, "unlink", NULL);
  tdsauth_request_release(request);
  /* A game asks before: without a way in the account is lost when its session ends. */
  printf("it_was_the_last=%s\n", event.value == 1 ? "yes" : "no");
}

static void set_nickname(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_object user = 0;
  tdsauth_request request = 0;
  must(tdsauth_current_user(client, &user, &error), "current user", &error);
  must(tdsauth_object_set_str(user, "nickname", TDSAUTH_NUL, "塔拉 Tara", TDSAUTH_NUL), "set", NULL);
  must(tdsauth_object_save(client, user, NULL, 0, &request, &error), "save", &error);
  must(finish(client, request).status, "save", NULL);
  tdsauth_request_release(request);
  tdsauth_object_release(user);
}

/* What other devices changed. */
static void fetch_user(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_object user = 0;
  tdsauth_request request = 0;
  must(tdsauth_current_user(client, &user, &error), "current user", &error);
  must(tdsauth_object_fetch(client, user, NULL, 0, &request, &error), "fetch", &error);
  must(finish(client, request).status, "fetch", NULL);
  tdsauth_request_release(request);
  tdsauth_object_release(user);
}

/* A new session token: whoever holds the old one is logged out. */
static void log_out_the_others(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_request request = 0;
  must(tdsauth_user_refresh_session_token(client, 0, NULL, 0, &request, &error), "refresh",
       &error);
  must(finish(client, request).status, "refresh", NULL);
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

/* The same, for a login with TapTap. */
static void taptap_in_short(tdsauth_client client) {
  tdsauth_error error = TDSAUTH_ERROR_INIT;
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  tdsauth_request request = 0;
  tdsauth_object user = 0;
  char text[2400] = "", name[256] = "";
  /* README begins */
  tdsauth_login_with_taptap(client, NULL, 0, &request, &error);
  do {
    tdsauth_wait(client, request, 600000, &event); /* or tdsauth_poll, once per frame */
    if (event.kind == TDSAUTH_EVENT_TAPTAP_SHOW_QR) {
      tdsauth_request_get_str(request, TDSAUTH_REQUEST_QR_TEXT, text, sizeof text, NULL);
      show_qr(text); /* tdsauth_qr_encode gives the squares to draw */
    }
  } while (event.flags & TDSAUTH_FLAG_MORE);
  tdsauth_request_take_object(request, 0, &user);
  tdsauth_object_get_str(user, "nickname", TDSAUTH_NUL, name, sizeof name, NULL);
  /* README ends */
  printf("name=%s\n", name);
  tdsauth_object_release(user);
  who_am_i(client);
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
  } else if (strcmp(chapter, "link") == 0) {
    link_wechat(client);
    who_am_i(client);
  } else if (strcmp(chapter, "wechat") == 0) {
    log_in_with_wechat(client);
    who_am_i(client);
  } else if (strcmp(chapter, "nickname") == 0) {
    set_nickname(client);
    who_am_i(client);
  } else if (strcmp(chapter, "fetch") == 0) {
    fetch_user(client);
    who_am_i(client);
  } else if (strcmp(chapter, "others") == 0) {
    log_out_the_others(client);
    who_am_i(client);
  } else if (strcmp(chapter, "unlink") == 0) {
    unlink_wechat(client);
    who_am_i(client);
  } else if (strcmp(chapter, "taptap") == 0) {
    log_in_with_taptap(client);
    who_am_i(client);
    play();
  } else if (strcmp(chapter, "bind") == 0) {
    bind_role(client, environment("TDSAUTH_TEST_LINK"));
  } else if (strcmp(chapter, "signed") == 0) {
    sign_for_taptap(client);
  } else if (strcmp(chapter, "refresh") == 0) {
    refresh_taptap(client);
    who_am_i(client);
  } else if (strcmp(chapter, "taptap-short") == 0) {
    taptap_in_short(client);
  } else {
    fprintf(stderr, "story login | resume | sign | logout | again | short | link | wechat | "
                    "nickname | fetch | others | unlink | taptap | bind | signed | refresh | "
                    "taptap-short\n");
    return 2;
  }
  tdsauth_client_destroy(client);
  return 0;
}
