/* The loop of docs/c-and-cpp.md, which shows the marked lines. Compiled, not run. */
#include <stdint.h>

#include <tdsauth.h>

extern int running;
void give_up(const char *message);
void enter_the_game(void);
void say_why(const tdsauth_event *event);
void show_login_page(void);
void draw(void);
void game(tdsauth_client client, tdsauth_request login, tdsauth_error error);

void game(tdsauth_client client, tdsauth_request login, tdsauth_error error) {
  /* The page shows this. */
  tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT; /* options.md has all of them */
  options.server_url = "http://127.0.0.1:8080";
  options.server_url_len = TDSAUTH_NUL;
  /* … app_id, app_key, storage_path … */
  if (tdsauth_client_create(&options, &client, &error) != TDSAUTH_OK) give_up(error.message);

  while (running) {
    tdsauth_event event = TDSAUTH_EVENT_INIT;
    while (tdsauth_poll(client, &event) == TDSAUTH_OK) {
      if (event.request == login && event.status == TDSAUTH_OK) enter_the_game();
      if (event.request == login && event.status != TDSAUTH_OK) say_why(&event);
      if (event.kind == TDSAUTH_EVENT_SESSION_OVER) show_login_page();
    }
    draw();
  }
  tdsauth_client_destroy(client); /* the player stays logged in */
  /* Up to here. */
}
