/* The layout of every struct of the back end's library, on the machine it is compiled for.
 * Compiled with -fsyntax-only, never run. */
#include <stddef.h>
#include <stdint.h>
#include "tdsauth_backend.h"

/* One pointer with its length: the only thing whose size depends on the target. */
#define TEXT_SIZE (2 * sizeof(void *))

#define AT(type, field, offset) \
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " moved")
#define IS(type, size)                                        \
    _Static_assert(sizeof(type) == (size), #type " changed"); \
    _Static_assert(sizeof(type) % 8 == 0, #type " is no multiple of 8")

_Static_assert(TDSAUTH_BACKEND_NUL == SIZE_MAX, "the mark of a NUL-terminated text");

IS(tdsauth_backend_error, 256);
AT(tdsauth_backend_error, struct_size, 0);
AT(tdsauth_backend_error, status, 4);
AT(tdsauth_backend_error, reserved0, 8);
AT(tdsauth_backend_error, message_len, 12);
AT(tdsauth_backend_error, message, 16);

IS(tdsauth_backend_mac_input, 40 + 6 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, struct_size, 0);
AT(tdsauth_backend_mac_input, algorithm, 4);
AT(tdsauth_backend_mac_input, key_id, 8);
AT(tdsauth_backend_mac_input, key, 8 + TEXT_SIZE);
AT(tdsauth_backend_mac_input, method, 8 + 2 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, url, 8 + 3 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, nonce, 8 + 4 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, ext, 8 + 5 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, ts, 8 + 6 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, window_s, 16 + 6 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, reserved0, 20 + 6 * TEXT_SIZE);
AT(tdsauth_backend_mac_input, reserved, 24 + 6 * TEXT_SIZE);

IS(tdsauth_backend_header, 2 * TEXT_SIZE);
AT(tdsauth_backend_header, name, 0);
AT(tdsauth_backend_header, name_len, TEXT_SIZE / 2);
AT(tdsauth_backend_header, value, TEXT_SIZE);
AT(tdsauth_backend_header, value_len, TEXT_SIZE + TEXT_SIZE / 2);

IS(tdsauth_backend_tap_input, 40 + 6 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, struct_size, 0);
AT(tdsauth_backend_tap_input, reserved0, 4);
AT(tdsauth_backend_tap_input, secret, 8);
AT(tdsauth_backend_tap_input, other_secret, 8 + TEXT_SIZE);
AT(tdsauth_backend_tap_input, method, 8 + 2 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, target, 8 + 3 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, headers, 8 + 4 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, body, 8 + 5 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, ts, 8 + 6 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, window_s, 16 + 6 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, reserved1, 20 + 6 * TEXT_SIZE);
AT(tdsauth_backend_tap_input, reserved, 24 + 6 * TEXT_SIZE);

IS(tdsauth_backend_taptap_input, 32 + 6 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, struct_size, 0);
AT(tdsauth_backend_taptap_input, region, 4);
AT(tdsauth_backend_taptap_input, client_id, 8);
AT(tdsauth_backend_taptap_input, open_url, 8 + TEXT_SIZE);
AT(tdsauth_backend_taptap_input, kid, 8 + 2 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, mac_key, 8 + 3 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, mac_algorithm, 8 + 4 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, scope, 8 + 5 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, timeout_ms, 8 + 6 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, reserved0, 12 + 6 * TEXT_SIZE);
AT(tdsauth_backend_taptap_input, reserved, 16 + 6 * TEXT_SIZE);
