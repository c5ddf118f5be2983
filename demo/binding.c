/* What a game does with the link by which TapTap opens it to bind a role. */
#include "binding.h"

#include <stdio.h>
#include <string.h>

/* Asks the player, who has not come here by an own wish: any page can open the game by a link. */
static int player_agrees(const tdsauth_binding_info *asked) {
  char answer[16] = "";
  printf("Show your characters of this game on TapTap? (yes/no)\n");
  printf("%s\n", asked->guest ? "You play as a guest: this account is lost with this device." : "");
  printf("asks=%s\nhost=%s\n",
         asked->way == TDSAUTH_BINDING_DEEP_LINK ? "TapTap's app" : "TapTap's page", asked->host);
  fflush(stdout);
  return fgets(answer, sizeof answer, stdin) != NULL && strcmp(answer, "yes\n") == 0;
}

/* Has the system open an address. Here somebody reads it who plays the system. */
static void open_url(const char *url) { printf("open=%s\n", url); }

static int32_t say(const char *outcome, int32_t status) {
  printf("binding=%s\nbecause=%s\n", outcome, tdsauth_status_name(status));
  return status;
}

int32_t bind_role(tdsauth_client client, const char *link) {
  tdsauth_binding_info asked = TDSAUTH_BINDING_INFO_INIT;
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  tdsauth_request request = 0;
  char url[8192] = "";
  /* The page shows this. */
  int32_t status = tdsauth_binding_begin(client, link, TDSAUTH_NUL, NULL, &asked, NULL);
  if (status != TDSAUTH_OK) return say("ignored", status); /* no link of TapTap's */
  if (!player_agrees(&asked)) return say("declined", TDSAUTH_OK);
  status = tdsauth_binding_confirm(client, link, TDSAUTH_NUL, NULL, 0, &request, NULL);
  if (status != TDSAUTH_OK) return say("failed", status);
  tdsauth_wait(client, request, 20000, &event); /* or tdsauth_poll, once per frame */
  status = tdsauth_request_get_str(request, TDSAUTH_REQUEST_URL, url, sizeof url, NULL);
  if (status == TDSAUTH_OK) open_url(url); /* with the code in it: log it nowhere */
  tdsauth_request_release(request);
  /* Up to here. */
  return say(url[0] != 0 ? "agreed" : "failed", event.status);
}
