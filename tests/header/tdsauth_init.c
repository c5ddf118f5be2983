/* Every _INIT macro, as C and as C++, under a game's own warnings: it must fill each field, or
 * -Wmissing-field-initializers ends the game's build. Compiled with -fsyntax-only, never run. */
#include "tdsauth.h"

uint32_t sizes(void);

uint32_t sizes(void) {
    tdsauth_error error = TDSAUTH_ERROR_INIT;
    tdsauth_event event = TDSAUTH_EVENT_INIT;
    tdsauth_client_options client = TDSAUTH_CLIENT_OPTIONS_INIT;
    tdsauth_request_options request = TDSAUTH_REQUEST_OPTIONS_INIT;
    tdsauth_logout_options logout = TDSAUTH_LOGOUT_OPTIONS_INIT;
    tdsauth_taptap_login_options taptap = TDSAUTH_TAPTAP_LOGIN_OPTIONS_INIT;
    tdsauth_binding_options binding = TDSAUTH_BINDING_OPTIONS_INIT;
    tdsauth_binding_info info = TDSAUTH_BINDING_INFO_INIT;
    tdsauth_stats stats = TDSAUTH_STATS_INIT;
    tdsauth_mac_input mac = TDSAUTH_MAC_INPUT_INIT;
    tdsauth_http_request task = TDSAUTH_HTTP_REQUEST_INIT;
    tdsauth_http_response answer = TDSAUTH_HTTP_RESPONSE_INIT;
    return error.struct_size + event.struct_size + client.struct_size + request.struct_size +
           logout.struct_size + taptap.struct_size + stats.struct_size + mac.struct_size +
           task.struct_size + answer.struct_size + binding.struct_size + info.struct_size;
}
