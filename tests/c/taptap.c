/* TapTap login: by QR code, by browser, by a URL that the engine catches; and what comes of it. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "phone.h"
#include "stories.h"

static tdsauth_request login(tdsauth_client client, int32_t way) {
    tdsauth_taptap_login_options options = TDSAUTH_TAPTAP_LOGIN_OPTIONS_INIT;
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    options.way = way;
    if (tdsauth_login_with_taptap(client, &options, 42, &request, &error) != TDSAUTH_OK)
        printf("# refused: %s\n", error.message);
    return request;
}

/* A text of the last event; it lives until the fourth call after this one. */
static const char *text(tdsauth_request request, int32_t which) {
    static char texts[4][4096];
    static int next;
    char *into = texts[next++ % 4];
    if (tdsauth_request_get_str(request, which, into, sizeof texts[0], NULL) != TDSAUTH_OK)
        into[0] = '\0';
    return into;
}

static const char *profile(tdsauth_client client, int32_t field) {
    static char into[512];
    if (tdsauth_taptap_profile_get_str(client, field, into, sizeof into, NULL) != TDSAUTH_OK)
        into[0] = '\0';
    return into;
}

static int32_t token(tdsauth_client client) {
    char into[2048];
    return tdsauth_taptap_token_get_str(client, TDSAUTH_TAPTAP_TOKEN_KID, into, sizeof into, NULL);
}

static void drawn(const char *said) {
    static uint8_t squares[31329];
    size_t needed = 0;
    uint32_t side = 0;
    is_status(tdsauth_qr_encode(said, TDSAUTH_NUL, NULL, 0, &needed, &side, NULL),
              TDSAUTH_ERR_BUFFER_TOO_SMALL, "its size can be asked for");
    ok(needed == (size_t)side * side && side >= 21, "it is a square");
    is_status(tdsauth_qr_encode(said, TDSAUTH_NUL, squares, sizeof squares, &needed, &side, NULL),
              TDSAUTH_OK, "and it can be drawn");
    /* The corner that a camera looks for: dark, light, dark. */
    ok(squares[0] == 1 && squares[side + 1] == 0 && squares[2 * side + 2] == 1, "for a camera");
}

static void by_code(const char *folder) {
    tdsauth_client client = client_with(taptap_in(folder));
    tdsauth_request request = login(client, TDSAUTH_TAPTAP_WAY_QR);
    tdsauth_event event = final_event(client, request);
    char code[64];
    tdsauth_object user = 0;

    note("a login by QR code");
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_SHOW_QR, "first there is a code to show");
    ok(event.flags & TDSAUTH_FLAG_MORE, "and more to come");
    ok(event.value > 0 && event.value <= 300, "it is good for a while");
    is_number(event.user_data, 42, "what was handed along comes with it");
    drawn(text(request, TDSAUTH_REQUEST_QR_TEXT));
    ok(strstr(text(request, TDSAUTH_REQUEST_VERIFICATION_URL), "/device") != NULL,
       "there is a page to type it in");
    snprintf(code, sizeof code, "%s", text(request, TDSAUTH_REQUEST_USER_CODE));
    ok(phone(code, "scan"), "the player scans it");
    event = final_event(client, request);
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_SCANNED, "which is told");
    is_number(current(client), 0, "nobody is logged in yet");
    ok(phone(code, "allow"), "the player allows it");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "the login succeeds");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "as a login");
    is_number(event.value, 1, "of a new account");
    is_status(tdsauth_request_take_object(request, 0, &user), TDSAUTH_OK, "with the user");
    is_text(field(user, "nickname"), profile(client, TDSAUTH_TAPTAP_PROFILE_NAME),
            "whose nickname is the player's name");
    ok(field(user, "nickname")[0] != '\0', "which there is");
    tdsauth_object_release(user);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void signed_call(tdsauth_client client) {
    char url[512];
    char header[4096] = "Authorization: ";
    size_t name = strlen(header);
    size_t needed = 0;

    note("a signed call of the game's own");
    snprintf(url, sizeof url, "%s/account/basic-info/v1?client_id=%s", server_url(),
             taptap_client_id());
    is_status(tdsauth_taptap_mac_header(client, "GET", TDSAUTH_NUL, url, TDSAUTH_NUL, header + name,
                                        sizeof header - name, &needed, NULL),
              TDSAUTH_OK, "a header can be made");
    is_number(strlen(header + name), needed, "of that length");
    is_number(visit(url, header), 200, "and TapTap takes it");
    is_status(tdsauth_taptap_mac_header(client, "GET", 3, "http://h.example/", TDSAUTH_NUL,
                                        header, sizeof header, NULL, NULL),
              TDSAUTH_ERR_INSECURE_URL, "but nothing is signed for anybody to read");
}

static void again(const char *folder) {
    tdsauth_client client = client_with(taptap_in(folder));
    tdsauth_object user = current(client);
    char id[64];
    tdsauth_request request;
    tdsauth_event event;

    note("the next start");
    snprintf(id, sizeof id, "%s", field(user, "objectId"));
    ok(id[0] != '\0', "the player is still logged in");
    ok(profile(client, TDSAUTH_TAPTAP_PROFILE_OPENID)[0] != '\0', "at TapTap too");
    tdsauth_object_release(user);
    request = login(client, TDSAUTH_TAPTAP_WAY_QR);
    event = final_event(client, request);
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "a login asks nobody");
    is_number(event.value, 0, "and makes no account");
    tdsauth_request_take_object(request, 0, &user);
    is_text(field(user, "objectId"), id, "it is the same player");
    tdsauth_object_release(user);
    tdsauth_request_release(request);
    signed_call(client);

    is_status(tdsauth_taptap_refresh(client, NULL, 0, &request, NULL), TDSAUTH_OK,
              "a refresh can be submitted");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_OK, "and succeeds");
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_REFRESHED, "as a refresh");

    is_status(finish(client, logout(client, 0)).status, TDSAUTH_OK, "the player logs out");
    is_number(current(client), 0, "of the account");
    is_status(token(client), TDSAUTH_NONE, "and of TapTap");
    is_status(tdsauth_taptap_refresh(client, NULL, 0, &request, NULL), TDSAUTH_OK, "now a refresh");
    is_status(finish(client, request).status, TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN,
              "has nothing to refresh");
    tdsauth_client_destroy(client);
}

static void refused(void) {
    tdsauth_client client = client_with(taptap_in(new_folder()));
    tdsauth_request request = login(client, TDSAUTH_TAPTAP_WAY_QR);
    tdsauth_event event = final_event(client, request);

    note("a player who refuses");
    ok(phone(text(request, TDSAUTH_REQUEST_USER_CODE), "deny"), "the player refuses");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_ERR_TAPTAP_DENIED, "the login ends so");
    ok(event.flags & TDSAUTH_FLAG_NEEDS_PLAYER, "and only the player can change it");
    is_status(tdsauth_taptap_renew_qr(request), TDSAUTH_ERR_INVALID_ARGUMENT, "no code is renewed");
    tdsauth_request_release(request);

    note("a player who lets the code expire and asks for another one");
    request = login(client, TDSAUTH_TAPTAP_WAY_QR);
    final_event(client, request);
    is_status(tdsauth_taptap_renew_qr(request), TDSAUTH_OK, "a new code is asked for");
    event = final_event(client, request);
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_SHOW_QR, "and shown");
    ok(phone(text(request, TDSAUTH_REQUEST_USER_CODE), "expire"), "it expires");
    is_status(final_event(client, request).status, TDSAUTH_ERR_TAPTAP_EXPIRED, "so does the login");
    tdsauth_request_release(request);

    note("a player who goes away");
    request = login(client, TDSAUTH_TAPTAP_WAY_QR);
    final_event(client, request);
    is_status(tdsauth_request_cancel(request), TDSAUTH_OK, "the game cancels");
    is_status(finish(client, request).status, TDSAUTH_ERR_CANCELLED, "which is the end");
    tdsauth_client_destroy(client);
}

static void by_browser(void) {
    tdsauth_client client = client_with(taptap_in(new_folder()));
    tdsauth_request request = login(client, TDSAUTH_TAPTAP_WAY_BROWSER);
    tdsauth_event event = final_event(client, request);
    tdsauth_request other = 0;

    note("a login by the browser of the machine");
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_OPEN_URL, "there is a page to open");
    is_status(tdsauth_taptap_login(client, NULL, 0, &other, NULL), TDSAUTH_ERR_BUSY,
              "there are no two of them at once");
    is_number(visit(browse(text(request, TDSAUTH_REQUEST_URL), "allow"), NULL), 200,
              "the page calls back");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_OK, "the login succeeds");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "as a login");
    tdsauth_client_destroy(client);
}

static void by_redirect(void) {
    const char *folder = new_folder();
    tdsauth_client client = client_with(taptap_in(folder));
    tdsauth_request request = login(client, TDSAUTH_TAPTAP_WAY_REDIRECT);
    tdsauth_request same = 0;
    tdsauth_error error = no_error_yet();
    char url[4096];

    note("a login by a URL that the engine catches");
    is_number(final_event(client, request).kind, TDSAUTH_EVENT_TAPTAP_OPEN_URL, "a page to open");
    is_status(tdsauth_taptap_handle_url(client, "mygame://level/3", TDSAUTH_NUL, NULL, 0, &same,
                                        &error),
              TDSAUTH_NONE, "another URL is the game's own");
    is_number(same, 0, "and no request's");
    snprintf(url, sizeof url, "%s", browse(text(request, TDSAUTH_REQUEST_URL), "allow"));
    is_status(tdsauth_taptap_handle_url(client, url, TDSAUTH_NUL, NULL, 0, &same, &error),
              TDSAUTH_OK, "TapTap's is taken");
    ok(same == request, "by the login that waits");
    is_status(finish(client, request).status, TDSAUTH_OK, "which succeeds");
    finish(client, logout(client, 0));

    note("the system ends the game meanwhile");
    request = login(client, TDSAUTH_TAPTAP_WAY_REDIRECT);
    final_event(client, request);
    snprintf(url, sizeof url, "%s", text(request, TDSAUTH_REQUEST_URL));
    tdsauth_client_destroy(client);
    client = client_with(taptap_in(folder));
    snprintf(url, sizeof url, "%s", browse(url, "allow"));
    is_status(tdsauth_taptap_handle_url(client, url, TDSAUTH_NUL, NULL, 7, &request, &error),
              TDSAUTH_OK, "the next run is given the URL");
    tdsauth_event event = final_event(client, request);
    is_status(event.status, TDSAUTH_OK, "and goes on where the login was");
    is_number(event.kind, TDSAUTH_EVENT_LOGIN, "to its account");
    is_number(event.user_data, 7, "for who asked now");
    tdsauth_request_release(request);
    is_status(tdsauth_taptap_handle_url(client, url, TDSAUTH_NUL, NULL, 0, &request, &error),
              TDSAUTH_OK, "the same URL again");
    is_status(finish(client, request).status, TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN,
              "is nobody's any more");
    tdsauth_client_destroy(client);
}

/* What a phone's SDK obtained, and a TapTap that the game plays itself. */
static void imported(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client;
    tdsauth_request request = 0;

    note("a token from elsewhere, with the game's own HTTP");
    options.region = TDSAUTH_REGION_CN;
    options.taptap_client_id = "game";
    options.taptap_client_id_len = 4;
    client = client_with(options);
    is_status(tdsauth_taptap_import_token(client, "{\"kid\":\"k\",\"mac_key\":\"m\"}", TDSAUTH_NUL,
                                          NULL, 0, &request, NULL),
              TDSAUTH_OK, "it can be handed over");
    answer_next(client, 200,
                "{\"data\":{\"openid\":\"o=\",\"unionid\":\"u=\",\"name\":\"n\",\"avatar\":\"a\"},"
                "\"now\":1,\"success\":true}");
    tdsauth_event event = finish(client, request);
    is_status(event.status, TDSAUTH_OK, "TapTap says whose it is");
    is_number(event.kind, TDSAUTH_EVENT_TAPTAP_LOGIN, "which is a login");
    is_text(profile(client, TDSAUTH_TAPTAP_PROFILE_OPENID), "o=", "of this player");
    is_status(tdsauth_taptap_fetch_profile(client, NULL, 0, &request, NULL), TDSAUTH_OK,
              "later the profile is fetched anew");
    answer_next(client, 401,
                "{\"data\":{\"code\":-1,\"error\":\"access_denied\"},\"now\":1,\"success\":false}");
    is_status(finish(client, request).status, TDSAUTH_ERR_TAPTAP_SESSION_OVER,
              "and TapTap knows the token no longer");
    is_status(unsolicited(client, TDSAUTH_EVENT_TAPTAP_SESSION_OVER).status,
              TDSAUTH_ERR_TAPTAP_SESSION_OVER, "an event of its own tells the game");
    is_status(token(client), TDSAUTH_NONE, "there is none any more");
    tdsauth_client_destroy(client);
}

void taptap_stories(void) {
    const char *folder = new_folder();
    hurry_taptap();
    by_code(folder);
    again(folder);
    refused();
    by_browser();
    by_redirect();
    imported();
}
