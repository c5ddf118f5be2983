/* Every _INIT macro of the back end's library, as C and as C++, under a game's own warnings.
 * Compiled with -fsyntax-only, never run. */
#include "tdsauth_backend.h"

size_t sizes(void);

size_t sizes(void) {
    tdsauth_backend_error error = TDSAUTH_BACKEND_ERROR_INIT;
    tdsauth_backend_mac_input mac = TDSAUTH_BACKEND_MAC_INPUT_INIT;
    tdsauth_backend_header header = TDSAUTH_BACKEND_HEADER_INIT;
    tdsauth_backend_tap_input tap = TDSAUTH_BACKEND_TAP_INPUT_INIT;
    tdsauth_backend_taptap_input taptap = TDSAUTH_BACKEND_TAPTAP_INPUT_INIT;
    return error.struct_size + mac.struct_size + header.name_len + tap.struct_size +
           taptap.struct_size;
}
