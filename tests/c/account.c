/* The whole account: signing in by a platform, linking, unlinking, saving, deleting. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static const char DATA[] = "{\"openid\":\"o\"}";

/* Answers what is sent next, and gives the end of `request`. */
static tdsauth_event answered(tdsauth_client client, tdsauth_request request, int32_t http_status,
                              const char *body) {
    answer_next(client, http_status, body);
    return finish(client, request);
}

static tdsauth_client with_guest(void) {
    tdsauth_client client = hosted_client();
    tdsauth_event event = answered(client, guest_login(client), 201, GUEST);
    is_status(event.status, TDSAUTH_OK, "a guest is logged in");
    return client;
}

static void platforms(void) {
    tdsauth_client client = with_guest();
    tdsauth_auth_data_options options = TDSAUTH_AUTH_DATA_OPTIONS_INIT;
    tdsauth_request request = 0;
    tdsauth_event event;
    char platform[32];

    note("a platform: linked, refused, unlinked, logged in by");
    is_status(tdsauth_user_associate_auth_data(client, 0, "weixin", TDSAUTH_NUL, DATA, TDSAUTH_NUL,
                                               NULL, 7, &request, NULL),
              TDSAUTH_OK, "an association is taken in");
    answer_next(client, 400, "{\"code\":137,\"error\":\"taken\"}");
    event = final_event(client, request);
    is_status(event.status, TDSAUTH_ERR_ALREADY_ASSOCIATED, "it is another user's");
    is_number(event.kind, TDSAUTH_EVENT_USER_ASSOCIATED, "and the event is the association's");
    is_status(tdsauth_request_get_str(request, TDSAUTH_REQUEST_PLATFORM, platform, sizeof platform,
                                      NULL),
              TDSAUTH_OK, "which platform");
    is_text(platform, "weixin", "is told");
    tdsauth_request_release(request);

    tdsauth_user_disassociate_auth_data(client, 0, "weixin", 6, NULL, 7, &request, NULL);
    event = answered(client, request, 200, "{\"authData\":{}}");
    is_status(event.status, TDSAUTH_OK, "a platform is unlinked");
    is_number(event.value, 1, "and it was the last one");

    options.fail_on_not_exist = 1;
    tdsauth_login_with_auth_data(client, "weixin", 6, DATA, TDSAUTH_NUL, &options, 7, &request, NULL);
    event = answered(client, request, 400, "{\"code\":211,\"error\":\"no\"}");
    is_status(event.status, TDSAUTH_ERR_USER_NOT_FOUND, "an unknown player is told");
    options.main_account = 1;
    is_status(tdsauth_login_with_auth_data(client, "weixin", 6, DATA, TDSAUTH_NUL, &options, 7,
                                           &request, NULL),
              TDSAUTH_ERR_INVALID_ARGUMENT, "a main account goes with a unionid");
    is_status(tdsauth_user_associate_taptap(client, 0, NULL, 7, &request, NULL),
              TDSAUTH_ERR_INVALID_ARGUMENT, "without TapTap nothing is linked there");
    tdsauth_client_destroy(client);
}

static void changes(tdsauth_object user) {
    note("setters");
    is_status(tdsauth_object_set_str(user, "nickname", 8, "n", 1), TDSAUTH_OK, "a text");
    is_text(field(user, "nickname"), "n", "reads so at once");
    is_status(tdsauth_object_set_i64(user, "score", 5, 7), TDSAUTH_OK, "a whole number");
    is_status(tdsauth_object_set_f64(user, "ratio", 5, 0.5), TDSAUTH_OK, "a number");
    is_status(tdsauth_object_set_bool(user, "vip", 3, 0), TDSAUTH_OK, "a truth");
    is_status(tdsauth_object_set_date(user, "born", 4, 0), TDSAUTH_OK, "a moment");
    is_status(tdsauth_object_set_json(user, "tags", 4, "[1]", 3), TDSAUTH_OK, "any JSON");
    is_status(tdsauth_object_unset(user, "guild", 5), TDSAUTH_OK, "a field can go");
    is_status(tdsauth_object_set_str(user, "objectId", 8, "x", 1), TDSAUTH_ERR_INVALID_ARGUMENT,
              "but not the id");
}

static void saving(void) {
    tdsauth_client client = with_guest();
    tdsauth_object user = current(client), other = 0;
    tdsauth_save_options save = TDSAUTH_SAVE_OPTIONS_INIT;
    tdsauth_fetch_options fetch = TDSAUTH_FETCH_OPTIONS_INIT;
    tdsauth_request request = 0;
    tdsauth_event event;
    int32_t dirty = 7;

    changes(user);
    note("save and fetch");
    tdsauth_object_is_dirty(user, NULL, 0, &dirty);
    is_number(dirty, 1, "something is to be saved");
    save.where_json = "{\"score\":1}";
    save.where_json_len = TDSAUTH_NUL;
    tdsauth_object_save(client, user, &save, 7, &request, NULL);
    event = answered(client, request, 400, "{\"code\":305,\"error\":\"no\"}");
    is_status(event.status, TDSAUTH_ERR_CONDITION_FAILED, "a condition that does not hold");
    tdsauth_object_save(client, user, NULL, 7, &request, NULL);
    event = answered(client, request, 200, "{\"updatedAt\":\"2026-01-01T00:00:00.000Z\"}");
    is_status(event.status, TDSAUTH_OK, "without one it is saved");
    tdsauth_object_is_dirty(user, "score", TDSAUTH_NUL, &dirty);
    is_number(dirty, 0, "and nothing is left to be saved");
    fetch.keys = "nickname";
    fetch.keys_len = TDSAUTH_NUL;
    tdsauth_object_fetch(client, user, &fetch, 7, &request, NULL);
    event = answered(client, request, 200, "{\"nickname\":\"m\"}");
    is_number(event.kind, TDSAUTH_EVENT_OBJECT_FETCHED, "a fetch");
    is_text(field(user, "nickname"), "m", "brings what others saved");

    is_status(tdsauth_object_create_without_data(client, "_User", TDSAUTH_NUL, "abc", 3, &other,
                                                 NULL),
              TDSAUTH_OK, "another player, by id");
    tdsauth_object_set_str(other, "nickname", 8, "x", 1);
    tdsauth_object_save(client, other, NULL, 7, &request, NULL);
    event = finish(client, request);
    is_status(event.status, TDSAUTH_ERR_NOT_LOGGED_IN, "has no session, so nothing is sent");
    is_number(event.server_code, 206, "as the server would say");
    tdsauth_object_release(other);
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void deleting(void) {
    tdsauth_client client = with_guest();
    tdsauth_request request = 0;
    tdsauth_event event;

    note("deleting the account");
    tdsauth_user_delete(client, 0, NULL, 7, &request, NULL);
    event = answered(client, request, 200, "{}");
    is_status(event.status, TDSAUTH_OK, "it is deleted");
    is_number(event.kind, TDSAUTH_EVENT_USER_DELETED, "by its event");
    ok(current(client) == 0, "and nobody is logged in");
    tdsauth_client_destroy(client);
}

void account_stories(void) {
    platforms();
    saving();
    deleting();
}
