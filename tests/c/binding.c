/* Binding a role to TapTap: what a link asks for, the code after consent, the redirects alone. */
#include <string.h>

#include "kit.h"
#include "stories.h"

/* As TapTap's documentation has it, and the same on its way in the link that opens the game. */
static const char WEB[] = "https://www.taptap.cn/game-record/bind?app_id=1&from=setting";
static const char LINK[] = "mygame://bind?redirect_uri=https%3A%2F%2Fwww.taptap.cn%2Fgame-record"
                           "%2Fbind%3Fapp_id%3D1%26from%3Dsetting";
static const char DEEP_LINK[] =
    "mygame://bind?redirect_uri=taptap%3A%2F%2Ftaptap.com%2Fto%3Furl%3Dhttps%253A%252F%252F"
    "www.taptap.cn%252Fgame-record%252Fbind%253Fcode%253D%2524%257Bcode%257D%26fullscreen%3D1";
static const char HOSTILE[] = "mygame://bind?redirect_uri=https%3A%2F%2Fevil.example%2Fgame-record%2F";

static void redirects(void) {
    tdsauth_binding_options options = TDSAUTH_BINDING_OPTIONS_INIT;
    tdsauth_error error = TDSAUTH_ERROR_INIT;
    char uri[256], url[256];

    note("the redirects alone");
    is_status(tdsauth_binding_redirect_uri(LINK, TDSAUTH_NUL, NULL, uri, sizeof uri, NULL, &error),
              TDSAUTH_OK, "a link holds an address");
    is_text(uri, WEB, "decoded once");
    is_status(tdsauth_binding_redirect(uri, TDSAUTH_NUL, "a+b", 3, NULL, url, sizeof url, NULL,
                                       &error),
              TDSAUTH_OK, "a code goes into it");
    is_text(strstr(url, "&code=") == NULL ? url : strstr(url, "&code="), "&code=a%2Bb", "escaped");
    is_status(tdsauth_binding_redirect_uri(HOSTILE, TDSAUTH_NUL, NULL, uri, sizeof uri, NULL,
                                           &error),
              TDSAUTH_ERR_INVALID_ARGUMENT, "a page of anybody's is refused");
    is_text(uri, "", "and nothing is given");
    options.hosts = "evil.example";
    options.hosts_len = TDSAUTH_NUL;
    is_status(tdsauth_binding_redirect_uri(HOSTILE, TDSAUTH_NUL, &options, uri, sizeof uri, NULL,
                                           &error),
              TDSAUTH_OK, "but for a studio that allows it");
}

static void asking(void) {
    tdsauth_client client = hosted_client();
    tdsauth_binding_info info = TDSAUTH_BINDING_INFO_INIT;
    tdsauth_error error = TDSAUTH_ERROR_INIT;

    note("what a link asks for");
    is_status(tdsauth_binding_begin(client, LINK, TDSAUTH_NUL, NULL, &info, &error),
              TDSAUTH_ERR_NOT_LOGGED_IN, "of nobody nothing");
    ok((error.flags & TDSAUTH_FLAG_NEEDS_PLAYER) != 0, "who has to log in first");
    tdsauth_request login = guest_login(client);
    answer_next(client, 201, GUEST);
    finish(client, login);
    is_status(tdsauth_binding_begin(client, DEEP_LINK, TDSAUTH_NUL, NULL, &info, &error),
              TDSAUTH_OK, "a deep link");
    is_number(info.way, TDSAUTH_BINDING_DEEP_LINK, "is told from a web link");
    is_number(info.guest, 1, "a guest from one who has an account");
    is_text(info.host, "www.taptap.cn", "and where the code would go is told");
    is_number(info.host_len, (int64_t)strlen(info.host), "and how long that is");
    is_status(tdsauth_binding_begin(client, HOSTILE, TDSAUTH_NUL, NULL, &info, &error),
              TDSAUTH_ERR_INVALID_ARGUMENT, "a link of anybody's is refused");
    is_number(info.way, 0, "and nothing is told");
    tdsauth_client_destroy(client);
}

static void confirming(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_object user = guest_of(client);
    tdsauth_request request = 0;
    tdsauth_event event;
    char url[256], *code;

    note("a code after consent, from the server");
    is_status(tdsauth_binding_confirm(client, LINK, TDSAUTH_NUL, NULL, 7, &request, NULL),
              TDSAUTH_OK, "the player agreed");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "there is a code");
    is_number(event.kind, TDSAUTH_EVENT_BINDING_CONFIRMED, "by its event");
    is_number((int64_t)event.user_data, 7, "with what was handed along");
    is_status(tdsauth_request_get_str(request, TDSAUTH_REQUEST_URL, url, sizeof url, NULL),
              TDSAUTH_OK, "in an address");
    code = strstr(url, "&code=");
    ok(code != NULL && strlen(code) == 6 + 32, "with a code of 165 bits");
    if (code != NULL) *code = 0;
    is_text(url, WEB, "and otherwise as it was");
    tdsauth_request_release(request);
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

void binding_stories(void) {
    redirects();
    asking();
    confirming();
}
