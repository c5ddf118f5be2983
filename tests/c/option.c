/* Options whose effect a game in C sees at once; the rest is shown by the library's own tests. */
#include <string.h>

#include "kit.h"
#include "stories.h"

/* The headers of the first request of a client made with these options. */
static void first_headers(tdsauth_client_options options, char *text, size_t capacity) {
    tdsauth_client client = client_with(options);
    tdsauth_request request = guest_login(client);
    text[0] = '\0';
    tdsauth_http_get(client, next_send(client).id, TDSAUTH_HTTP_HEADERS, text, capacity, NULL);
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
}

static void headers(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    char text[2048];

    note("options that show in the request");
    options.user_agent_suffix = "MyGame/1.2";
    options.user_agent_suffix_len = TDSAUTH_NUL;
    first_headers(options, text, sizeof text);
    ok(strstr(text, " MyGame/1.2\r\n") != NULL, "the game's name in the User-Agent");

    options = hosted_in(new_folder());
    options.flags |= TDSAUTH_CLIENT_SEND_APP_KEY;
    first_headers(options, text, sizeof text);
    ok(strstr(text, "X-LC-Sign") == NULL, "without a signature");
    ok(strstr(text, app_key()) != NULL, "the app key itself");
}

static void key_accepted_by_the_server(void) {
    tdsauth_client_options options = options_in(new_folder());
    tdsauth_client client;
    tdsauth_object user;

    note("the two ways to show the app key");
    options.flags = TDSAUTH_CLIENT_SEND_APP_KEY;
    client = client_with(options);
    user = guest_of(client);
    ok(user != 0, "the server takes the key itself");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);

    options = options_in(new_folder());
    options.app_key = "another-key";
    client = client_with(options);
    is_status(finish(client, guest_login(client)).status, TDSAUTH_ERR_UNAUTHORIZED,
              "and refuses the signature of another key");
    tdsauth_client_destroy(client);
}

static void servers(void) {
    tdsauth_client_options options = options_in(new_folder());
    tdsauth_client client = 0;
    char url[512] = "";
    tdsauth_request request;

    note("where the server is");
    options.server_url = "http://accounts.example.com";
    is_status(tdsauth_client_create(&options, &client, NULL), TDSAUTH_ERR_INSECURE_URL,
              "plain http beyond this machine is refused");
    options.flags = TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP;
    is_status(tdsauth_client_create(&options, &client, NULL), TDSAUTH_OK, "unless allowed");
    tdsauth_client_destroy(client);
    options.server_url = "ftp://accounts.example.com";
    is_status(tdsauth_client_create(&options, &client, NULL), TDSAUTH_ERR_INVALID_ARGUMENT,
              "another scheme is no server");

    options = hosted_in(new_folder());
    options.server_url = NULL;
    options.server_url_len = 0;
    options.app_id = "AbCdEfGhIj-MdYXbMMI";
    options.region = TDSAUTH_REGION_GLOBAL;
    client = client_with(options);
    request = guest_login(client);
    tdsauth_http_get(client, next_send(client).id, TDSAUTH_HTTP_URL, url, sizeof url, NULL);
    is_text(url, "https://abcdefgh.api.lncldglobal.com/1.1/users",
            "the international region follows from the app id");
    tdsauth_request_release(request);
    tdsauth_client_destroy(client);
    options.region = TDSAUTH_REGION_CN;
    is_status(tdsauth_client_create(&options, &client, NULL), TDSAUTH_ERR_INVALID_ARGUMENT,
              "the Chinese one needs an address");
}

static void bounds(void) {
    tdsauth_client_options options = hosted_in(new_folder());
    tdsauth_client client;
    tdsauth_request request;

    note("limits");
    options.max_response_bytes = 100;
    client = client_with(options);
    request = guest_login(client);
    answer_next(client, 201, GUEST);
    is_status(finish(client, request).status, TDSAUTH_ERR_RESPONSE_TOO_LARGE,
              "an answer that is larger than allowed");
    is_number(current(client), 0, "logs nobody in");
    tdsauth_client_destroy(client);

    options = hosted_in(new_folder());
    options.request_timeout_ms = 50;
    client = client_with(options);
    is_status(finish(client, guest_login(client)).status, TDSAUTH_ERR_TIMED_OUT,
              "a request that takes longer than allowed");
    tdsauth_client_destroy(client);
}

static void app_states(void) {
    tdsauth_client client = client_in(new_folder());
    tdsauth_object user = guest_of(client);

    note("the game goes to the background and comes back");
    is_status(tdsauth_client_set_app_state(client, TDSAUTH_APP_BACKGROUND), TDSAUTH_OK, "away");
    is_status(tdsauth_client_set_app_state(client, TDSAUTH_APP_FOREGROUND), TDSAUTH_OK, "back");
    is_number(finish(client, is_authenticated(client)).value, 1, "everything works as before");
    is_status(tdsauth_client_set_app_state(client, 0), TDSAUTH_ERR_INVALID_ARGUMENT,
              "there is no third place");
    is_status(tdsauth_client_set_app_state(client, 77), TDSAUTH_ERR_INVALID_ARGUMENT, "nor more");
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

void option_stories(void) {
    headers();
    key_accepted_by_the_server();
    servers();
    bounds();
    app_states();
}
