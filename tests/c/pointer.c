/* NULL for every pointer of every function: an error code where something is needed, and no crash
 * where it may be left out. */
#include <stddef.h>

#include "kit.h"
#include "stories.h"

#define REFUSED(call, name) is_status((call), TDSAUTH_ERR_INVALID_ARGUMENT, (name))

static void of_the_library(void) {
    note("NULL in the library's own functions");
    REFUSED(tdsauth_version(NULL, 5, NULL), "tdsauth_version: buf");
}

static void of_clients(tdsauth_client client) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client made = 0;

    note("NULL in the functions of clients");
    REFUSED(tdsauth_client_create(NULL, &made, NULL), "tdsauth_client_create: options");
    REFUSED(tdsauth_client_create(&options, NULL, NULL), "tdsauth_client_create: client");
    is_status(tdsauth_client_create(&options, &made, NULL), TDSAUTH_OK,
              "tdsauth_client_create: error may be left out");
    is_status(tdsauth_client_shutdown(made, 0, NULL), TDSAUTH_OK,
              "tdsauth_client_shutdown: abandoned may be left out");
    REFUSED(tdsauth_client_stats(client, NULL), "tdsauth_client_stats: stats");
    REFUSED(tdsauth_client_stats(0, NULL), "tdsauth_client_stats of the library: stats");

    options = hosted_in(new_folder());
    options.storage_path = NULL;
    options.storage_path_len = 0;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "storage_path must be given");
    options = hosted_in(new_folder());
    options.app_id = NULL;
    options.app_id_len = 0;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "app_id must be given");
    options = hosted_in(new_folder());
    options.app_key = NULL;
    options.app_key_len = 0;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "app_key must be given");
    options = hosted_in(new_folder());
    options.server_url = NULL;
    options.server_url_len = 0;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "server_url must be given");
    options = hosted_in(new_folder());
    options.profile = NULL;
    options.profile_len = 4;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "a length needs its text");
    options.profile_len = TDSAUTH_NUL;
    REFUSED(tdsauth_client_create(&options, &made, NULL), "and so does a missing NUL");
}

static void of_requests(tdsauth_client client, tdsauth_request request) {
    tdsauth_request made = 0;
    char text[8];

    note("NULL in the functions of requests");
    REFUSED(tdsauth_poll(client, NULL), "tdsauth_poll: event");
    REFUSED(tdsauth_wait(client, request, 0, NULL), "tdsauth_wait: event");
    REFUSED(tdsauth_wait(client, 0, 0, NULL), "tdsauth_wait for any: event");
    REFUSED(tdsauth_request_get_str(request, TDSAUTH_REQUEST_MESSAGE, NULL, 5, NULL),
            "tdsauth_request_get_str: buf");
    REFUSED(tdsauth_request_get_str(request, 99, text, sizeof text, NULL),
            "tdsauth_request_get_str: an unknown field");
    REFUSED(tdsauth_request_take_object(request, 0, NULL), "tdsauth_request_take_object: object");
    REFUSED(tdsauth_login_anonymously(client, NULL, 0, NULL, NULL),
            "tdsauth_login_anonymously: request");
    REFUSED(tdsauth_login_with_session_token(client, NULL, 0, NULL, 0, &made, NULL),
            "tdsauth_login_with_session_token: no token");
    REFUSED(tdsauth_login_with_session_token(client, NULL, 5, NULL, 0, &made, NULL),
            "tdsauth_login_with_session_token: token");
    REFUSED(tdsauth_login_with_session_token(client, "t", 1, NULL, 0, NULL, NULL),
            "tdsauth_login_with_session_token: request");
    REFUSED(tdsauth_logout(client, NULL, 0, NULL, NULL), "tdsauth_logout: request");
    is_number(made, 0, "no request came of any of them");
}

static void of_users(tdsauth_client client) {
    note("NULL in the functions of users");
    REFUSED(tdsauth_current_user(client, NULL, NULL), "tdsauth_current_user: user");
    REFUSED(tdsauth_user_is_authenticated(client, 0, NULL, 0, NULL, NULL),
            "tdsauth_user_is_authenticated: request");
    REFUSED(tdsauth_user_refresh_session_token(client, 0, NULL, 0, NULL, NULL),
            "tdsauth_user_refresh_session_token: request");
}

static void of_taptap(tdsauth_client client, tdsauth_request request) {
    tdsauth_request made = 0;
    uint32_t side = 0;
    char text[8];

    note("NULL in the functions of TapTap and QR codes");
    REFUSED(tdsauth_taptap_login(client, NULL, 0, NULL, NULL), "taptap_login: request");
    REFUSED(tdsauth_login_with_taptap(client, NULL, 0, NULL, NULL), "login_with_taptap: request");
    REFUSED(tdsauth_taptap_login(client, NULL, 0, &made, NULL), "a client that knows no TapTap");
    REFUSED(tdsauth_taptap_renew_qr(request), "renew_qr: a request that shows none");
    REFUSED(tdsauth_taptap_handle_url(client, NULL, 0, NULL, 0, &made, NULL), "handle_url: no url");
    REFUSED(tdsauth_taptap_handle_url(client, "a", 1, NULL, 0, NULL, NULL), "handle_url: request");
    REFUSED(tdsauth_taptap_refresh(client, NULL, 0, NULL, NULL), "taptap_refresh: request");
    REFUSED(tdsauth_taptap_fetch_profile(client, NULL, 0, NULL, NULL), "fetch_profile: request");
    REFUSED(tdsauth_taptap_import_token(client, NULL, 0, NULL, 0, &made, NULL), "import: no token");
    REFUSED(tdsauth_taptap_import_token(client, "{}", 2, NULL, 0, NULL, NULL), "import: request");
    REFUSED(tdsauth_taptap_mac_header(client, NULL, 0, "https://a/", 10, text, 8, NULL, NULL),
            "taptap_mac_header: no method");
    REFUSED(tdsauth_taptap_mac_header(client, "GET", 3, NULL, 0, text, 8, NULL, NULL),
            "taptap_mac_header: no url");
    REFUSED(tdsauth_taptap_mac_header(client, "GET", 3, "https://a/", 10, NULL, 8, NULL, NULL),
            "taptap_mac_header: buf");
    REFUSED(tdsauth_taptap_token_get_str(client, 1, NULL, 8, NULL), "taptap_token_get_str: buf");
    REFUSED(tdsauth_taptap_token_get_str(client, 99, text, 8, NULL), "an unknown field");
    REFUSED(tdsauth_taptap_profile_get_str(client, 1, NULL, 8, NULL), "profile_get_str: buf");
    REFUSED(tdsauth_taptap_profile_get_str(client, 99, text, 8, NULL), "an unknown field");
    REFUSED(tdsauth_qr_encode(NULL, 0, NULL, 0, NULL, &side, NULL), "qr_encode: no text");
    REFUSED(tdsauth_qr_encode("a", 1, NULL, 8, NULL, &side, NULL), "qr_encode: modules");
    REFUSED(tdsauth_qr_encode("a", 1, NULL, 0, NULL, NULL, NULL), "qr_encode: side");
    is_number(made, 0, "no request came of any of them");
}

static void of_objects(tdsauth_object object) {
    int64_t whole;
    double number;
    int32_t small_number;
    char text[8];

    note("NULL in the functions of objects");
    REFUSED(tdsauth_object_get_str(object, NULL, 0, text, 8, NULL), "get_str: no key");
    REFUSED(tdsauth_object_get_str(object, NULL, 3, text, 8, NULL), "get_str: key");
    REFUSED(tdsauth_object_get_str(object, "objectId", 8, NULL, 5, NULL), "get_str: buf");
    REFUSED(tdsauth_object_get_i64(object, NULL, 0, &whole), "get_i64: key");
    REFUSED(tdsauth_object_get_i64(object, "score", 5, NULL), "get_i64: value");
    REFUSED(tdsauth_object_get_f64(object, NULL, 0, &number), "get_f64: key");
    REFUSED(tdsauth_object_get_f64(object, "ratio", 5, NULL), "get_f64: value");
    REFUSED(tdsauth_object_get_bool(object, NULL, 0, &small_number), "get_bool: key");
    REFUSED(tdsauth_object_get_bool(object, "vip", 3, NULL), "get_bool: value");
    REFUSED(tdsauth_object_get_date(object, NULL, 0, &whole), "get_date: key");
    REFUSED(tdsauth_object_get_date(object, "born", 4, NULL), "get_date: unix_ms");
    REFUSED(tdsauth_object_get_json(object, NULL, 3, text, 8, NULL), "get_json: key");
    REFUSED(tdsauth_object_get_json(object, "tags", 4, NULL, 5, NULL), "get_json: buf");
    REFUSED(tdsauth_object_value_type(object, NULL, 0, &small_number), "value_type: key");
    REFUSED(tdsauth_object_value_type(object, "vip", 3, NULL), "value_type: type");
    REFUSED(tdsauth_object_keys(object, NULL, 5, NULL), "keys: buf");
    REFUSED(tdsauth_object_snapshot(object, NULL), "snapshot: snapshot");
}

static void of_the_rest(tdsauth_client client) {
    tdsauth_request asking = guest_login(client);
    uint64_t id = next_send(client).id;
    tdsauth_mac_input input = TDSAUTH_MAC_INPUT_INIT;
    tdsauth_http_response response = TDSAUTH_HTTP_RESPONSE_INIT;
    int32_t level;
    char text[8];

    note("NULL in the functions of mac, http and log");
    REFUSED(tdsauth_mac_header(NULL, text, sizeof text, NULL), "mac_header: input");
    REFUSED(tdsauth_mac_header(&input, text, sizeof text, NULL), "mac_header: an empty input");
    REFUSED(tdsauth_mac_verify(NULL, 5, &input, NULL), "mac_verify: header");
    REFUSED(tdsauth_mac_verify("MAC", 3, NULL, NULL), "mac_verify: input");
    REFUSED(tdsauth_http_next(client, NULL), "http_next: request");
    REFUSED(tdsauth_http_get(client, id, 99, text, sizeof text, NULL), "http_get: unknown field");
    REFUSED(tdsauth_http_get(client, id, TDSAUTH_HTTP_URL, NULL, 5, NULL), "http_get: buf");
    REFUSED(tdsauth_http_complete(client, id, NULL), "http_complete: response");
    response.http_status = 200;
    response.body_len = 5;
    REFUSED(tdsauth_http_complete(client, id, &response), "http_complete: body");
    response.body_len = 0;
    response.headers_len = 5;
    REFUSED(tdsauth_http_complete(client, id, &response), "http_complete: headers");
    REFUSED(tdsauth_log_next(client, &level, NULL, 5, NULL), "log_next: buf");
    ok(tdsauth_log_next(client, NULL, text, sizeof text, NULL) != TDSAUTH_OK,
       "log_next: level, with no line to give");
    tdsauth_request_release(asking);
}

void pointer_stories(void) {
    tdsauth_client client = hosted_client();
    tdsauth_request request = guest_login(client);
    tdsauth_object object = 0;

    answer_next(client, 201, GUEST);
    final_event(client, request);
    tdsauth_request_take_object(request, 0, &object);
    of_the_library();
    of_clients(client);
    of_requests(client, request);
    of_users(client);
    of_taptap(client, request);
    of_objects(object);
    of_the_rest(client);
    is_text(field(object, "objectId"), "5d831a61c05a800073f5d0e1", "what was right still works");
    tdsauth_object_release(object);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}
