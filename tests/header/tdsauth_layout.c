/* The layout of every struct that crosses the ABI, on the machine it is compiled for: no field may
 * move, none may be padded, on no target. Compiled with -fsyntax-only, never run. */
#include <stddef.h>
#include <stdint.h>
#include "tdsauth.h"

/* One pointer with its length: the only thing whose size depends on the target. */
#define TEXT_SIZE (2 * sizeof(void *))

#define AT(type, field, offset) \
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " moved")
#define IS(type, size)                                        \
    _Static_assert(sizeof(type) == (size), #type " changed"); \
    _Static_assert(sizeof(type) % 8 == 0, #type " is no multiple of 8")

_Static_assert(sizeof(size_t) == sizeof(void *), "a length has the width of a pointer");
_Static_assert(sizeof(tdsauth_client) == 8, "handles have 64 bits");
_Static_assert(sizeof(tdsauth_request) == 8, "handles have 64 bits");
_Static_assert(sizeof(tdsauth_object) == 8, "handles have 64 bits");
_Static_assert(TDSAUTH_NUL == SIZE_MAX, "the mark of a NUL-terminated text");

IS(tdsauth_error, 256);
AT(tdsauth_error, struct_size, 0);
AT(tdsauth_error, status, 4);
AT(tdsauth_error, http_status, 8);
AT(tdsauth_error, server_code, 12);
AT(tdsauth_error, flags, 16);
AT(tdsauth_error, message_len, 20);
AT(tdsauth_error, message, 24);
_Static_assert(sizeof(((tdsauth_error *)0)->message) == 232, "the room of a message");

IS(tdsauth_event, 72);
AT(tdsauth_event, struct_size, 0);
AT(tdsauth_event, kind, 4);
AT(tdsauth_event, request, 8);
AT(tdsauth_event, user_data, 16);
AT(tdsauth_event, value, 24);
AT(tdsauth_event, objects, 32);
AT(tdsauth_event, reserved0, 36);
AT(tdsauth_event, status, 40);
AT(tdsauth_event, http_status, 44);
AT(tdsauth_event, server_code, 48);
AT(tdsauth_event, flags, 52);
AT(tdsauth_event, reserved, 56);

IS(tdsauth_client_options, 72 + 13 * TEXT_SIZE);
AT(tdsauth_client_options, struct_size, 0);
AT(tdsauth_client_options, region, 4);
AT(tdsauth_client_options, server_url, 8);
AT(tdsauth_client_options, server_url_len, 8 + TEXT_SIZE / 2);
AT(tdsauth_client_options, app_id, 8 + TEXT_SIZE);
AT(tdsauth_client_options, app_key, 8 + 2 * TEXT_SIZE);
AT(tdsauth_client_options, storage_path, 8 + 3 * TEXT_SIZE);
AT(tdsauth_client_options, profile, 8 + 4 * TEXT_SIZE);
AT(tdsauth_client_options, proxy, 8 + 5 * TEXT_SIZE);
AT(tdsauth_client_options, user_agent_suffix, 8 + 6 * TEXT_SIZE);
AT(tdsauth_client_options, extra_ca_pem, 8 + 7 * TEXT_SIZE);
AT(tdsauth_client_options, taptap_client_id, 8 + 8 * TEXT_SIZE);
AT(tdsauth_client_options, taptap_accounts_url, 8 + 9 * TEXT_SIZE);
AT(tdsauth_client_options, taptap_open_url, 8 + 10 * TEXT_SIZE);
AT(tdsauth_client_options, taptap_authorize_url, 8 + 11 * TEXT_SIZE);
AT(tdsauth_client_options, flags, 8 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, log_level, 12 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, connect_timeout_ms, 16 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, request_timeout_ms, 20 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, max_connections, 24 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, reserved0, 28 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, max_response_bytes, 32 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, import_path, 40 + 12 * TEXT_SIZE);
AT(tdsauth_client_options, reserved, 40 + 13 * TEXT_SIZE);

IS(tdsauth_request_options, 24);
AT(tdsauth_request_options, struct_size, 0);
AT(tdsauth_request_options, timeout_ms, 4);
AT(tdsauth_request_options, reserved, 8);

IS(tdsauth_logout_options, 32);
AT(tdsauth_logout_options, struct_size, 0);
AT(tdsauth_logout_options, timeout_ms, 4);
AT(tdsauth_logout_options, revoke, 8);
AT(tdsauth_logout_options, reserved0, 12);
AT(tdsauth_logout_options, reserved, 16);

IS(tdsauth_auth_data_options, 32 + 3 * TEXT_SIZE);
AT(tdsauth_auth_data_options, struct_size, 0);
AT(tdsauth_auth_data_options, timeout_ms, 4);
AT(tdsauth_auth_data_options, fail_on_not_exist, 8);
AT(tdsauth_auth_data_options, main_account, 12);
AT(tdsauth_auth_data_options, unionid, 16);
AT(tdsauth_auth_data_options, unionid_len, 16 + TEXT_SIZE / 2);
AT(tdsauth_auth_data_options, unionid_platform, 16 + TEXT_SIZE);
AT(tdsauth_auth_data_options, unionid_platform_len, 16 + TEXT_SIZE + TEXT_SIZE / 2);
AT(tdsauth_auth_data_options, fields_json, 16 + 2 * TEXT_SIZE);
AT(tdsauth_auth_data_options, fields_json_len, 16 + 2 * TEXT_SIZE + TEXT_SIZE / 2);
AT(tdsauth_auth_data_options, reserved, 16 + 3 * TEXT_SIZE);

IS(tdsauth_save_options, 32 + TEXT_SIZE);
AT(tdsauth_save_options, struct_size, 0);
AT(tdsauth_save_options, timeout_ms, 4);
AT(tdsauth_save_options, fetch_when_save, 8);
AT(tdsauth_save_options, reserved0, 12);
AT(tdsauth_save_options, where_json, 16);
AT(tdsauth_save_options, where_json_len, 16 + TEXT_SIZE / 2);
AT(tdsauth_save_options, reserved, 16 + TEXT_SIZE);

IS(tdsauth_fetch_options, 24 + 2 * TEXT_SIZE);
AT(tdsauth_fetch_options, struct_size, 0);
AT(tdsauth_fetch_options, timeout_ms, 4);
AT(tdsauth_fetch_options, keys, 8);
AT(tdsauth_fetch_options, keys_len, 8 + TEXT_SIZE / 2);
AT(tdsauth_fetch_options, include, 8 + TEXT_SIZE);
AT(tdsauth_fetch_options, include_len, 8 + TEXT_SIZE + TEXT_SIZE / 2);
AT(tdsauth_fetch_options, reserved, 8 + 2 * TEXT_SIZE);

IS(tdsauth_taptap_login_options, 40 + 2 * TEXT_SIZE);
AT(tdsauth_taptap_login_options, struct_size, 0);
AT(tdsauth_taptap_login_options, timeout_ms, 4);
AT(tdsauth_taptap_login_options, way, 8);
AT(tdsauth_taptap_login_options, language, 12);
AT(tdsauth_taptap_login_options, scopes, 16);
AT(tdsauth_taptap_login_options, scopes_len, 16 + TEXT_SIZE / 2);
AT(tdsauth_taptap_login_options, redirect_uri, 16 + TEXT_SIZE);
AT(tdsauth_taptap_login_options, redirect_uri_len, 16 + TEXT_SIZE + TEXT_SIZE / 2);
AT(tdsauth_taptap_login_options, flags, 16 + 2 * TEXT_SIZE);
AT(tdsauth_taptap_login_options, renewals, 20 + 2 * TEXT_SIZE);
AT(tdsauth_taptap_login_options, reserved, 24 + 2 * TEXT_SIZE);

IS(tdsauth_stats, 64);
AT(tdsauth_stats, struct_size, 0);
AT(tdsauth_stats, clients, 4);
AT(tdsauth_stats, live_requests, 8);
AT(tdsauth_stats, live_objects, 12);
AT(tdsauth_stats, queued_events, 16);
AT(tdsauth_stats, threads, 20);
AT(tdsauth_stats, http_running, 24);
AT(tdsauth_stats, reserved0, 28);
AT(tdsauth_stats, http_sent, 32);
AT(tdsauth_stats, log_dropped, 40);
AT(tdsauth_stats, reserved, 48);

IS(tdsauth_binding_options, 32 + 2 * TEXT_SIZE);
AT(tdsauth_binding_options, struct_size, 0);
AT(tdsauth_binding_options, timeout_ms, 4);
AT(tdsauth_binding_options, hosts, 8);
AT(tdsauth_binding_options, path, 8 + TEXT_SIZE);
AT(tdsauth_binding_options, refuse_fragment, 8 + 2 * TEXT_SIZE);
AT(tdsauth_binding_options, replace_code, 12 + 2 * TEXT_SIZE);
AT(tdsauth_binding_options, reserved, 16 + 2 * TEXT_SIZE);

IS(tdsauth_binding_info, 288);
AT(tdsauth_binding_info, struct_size, 0);
AT(tdsauth_binding_info, way, 4);
AT(tdsauth_binding_info, guest, 8);
AT(tdsauth_binding_info, host_len, 12);
AT(tdsauth_binding_info, host, 16);
AT(tdsauth_binding_info, reserved, 272);
_Static_assert(sizeof(((tdsauth_binding_info *)0)->host) == 256, "the room of a host");

IS(tdsauth_mac_input, 40 + 6 * TEXT_SIZE);
AT(tdsauth_mac_input, struct_size, 0);
AT(tdsauth_mac_input, algorithm, 4);
AT(tdsauth_mac_input, key_id, 8);
AT(tdsauth_mac_input, key, 8 + TEXT_SIZE);
AT(tdsauth_mac_input, method, 8 + 2 * TEXT_SIZE);
AT(tdsauth_mac_input, url, 8 + 3 * TEXT_SIZE);
AT(tdsauth_mac_input, nonce, 8 + 4 * TEXT_SIZE);
AT(tdsauth_mac_input, ext, 8 + 5 * TEXT_SIZE);
AT(tdsauth_mac_input, ts, 8 + 6 * TEXT_SIZE);
AT(tdsauth_mac_input, window_s, 16 + 6 * TEXT_SIZE);
AT(tdsauth_mac_input, reserved0, 20 + 6 * TEXT_SIZE);
AT(tdsauth_mac_input, reserved, 24 + 6 * TEXT_SIZE);

IS(tdsauth_http_request, 56);
AT(tdsauth_http_request, struct_size, 0);
AT(tdsauth_http_request, kind, 4);
AT(tdsauth_http_request, id, 8);
AT(tdsauth_http_request, timeout_ms, 16);
AT(tdsauth_http_request, method_len, 20);
AT(tdsauth_http_request, url_len, 24);
AT(tdsauth_http_request, headers_len, 28);
AT(tdsauth_http_request, body_len, 32);
AT(tdsauth_http_request, reserved0, 36);
AT(tdsauth_http_request, reserved, 40);

IS(tdsauth_http_response, 32 + 2 * TEXT_SIZE);
AT(tdsauth_http_response, struct_size, 0);
AT(tdsauth_http_response, status, 4);
AT(tdsauth_http_response, http_status, 8);
AT(tdsauth_http_response, reserved0, 12);
AT(tdsauth_http_response, headers, 16);
AT(tdsauth_http_response, headers_len, 16 + TEXT_SIZE / 2);
AT(tdsauth_http_response, body, 16 + TEXT_SIZE);
AT(tdsauth_http_response, body_len, 16 + TEXT_SIZE + TEXT_SIZE / 2);
AT(tdsauth_http_response, reserved, 16 + 2 * TEXT_SIZE);
