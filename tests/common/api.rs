//! The C ABI as a foreign caller declares it: nothing is taken from the crate under test.

use std::ffi::c_char;
use std::sync::OnceLock;

use libloading::Library;

use super::build;
pub use super::numbers::*;

/// A struct that crosses the border. All of them are plain data whose zero is the default.
///
/// # Safety
/// `repr(C)`, all-zero bytes are a value, `struct_size: u32` first.
pub unsafe trait Plain: Copy {
    /// All defaults, with the size filled in.
    fn init() -> Self {
        // SAFETY: zero is a value, by the trait's promise.
        let mut value: Self = unsafe { std::mem::zeroed() };
        // SAFETY: the first field is the size, by the trait's promise.
        unsafe { (&raw mut value).cast::<u32>().write(size_of::<Self>() as u32) };
        value
    }
}

macro_rules! structs {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name { $(pub $field: $type,)* }
        // SAFETY: integers, raw pointers and arrays of them, the size first.
        unsafe impl Plain for $name {}
    )*};
}

structs! {
    Error {
        struct_size: u32, status: i32, http_status: i32, server_code: i32, flags: u32,
        message_len: u32, message: [c_char; 232],
    }
    Event {
        struct_size: u32, kind: i32, request: u64, user_data: u64, value: i64, objects: u32,
        reserved0: u32, status: i32, http_status: i32, server_code: i32, flags: u32,
        reserved: [u64; 2],
    }
    ClientOptions {
        struct_size: u32, region: i32,
        server_url: *const c_char, server_url_len: usize,
        app_id: *const c_char, app_id_len: usize,
        app_key: *const c_char, app_key_len: usize,
        storage_path: *const c_char, storage_path_len: usize,
        profile: *const c_char, profile_len: usize,
        proxy: *const c_char, proxy_len: usize,
        user_agent_suffix: *const c_char, user_agent_suffix_len: usize,
        extra_ca_pem: *const c_char, extra_ca_pem_len: usize,
        taptap_client_id: *const c_char, taptap_client_id_len: usize,
        taptap_accounts_url: *const c_char, taptap_accounts_url_len: usize,
        taptap_open_url: *const c_char, taptap_open_url_len: usize,
        taptap_authorize_url: *const c_char, taptap_authorize_url_len: usize,
        flags: u32, log_level: i32, connect_timeout_ms: u32, request_timeout_ms: u32,
        max_connections: u32, reserved0: u32, max_response_bytes: u64,
        import_path: *const c_char, import_path_len: usize, reserved: [u64; 4],
    }
    RequestOptions { struct_size: u32, timeout_ms: u32, reserved: [u64; 2], }
    LogoutOptions {
        struct_size: u32, timeout_ms: u32, revoke: u32, reserved0: u32, reserved: [u64; 2],
    }
    TapTapLoginOptions {
        struct_size: u32, timeout_ms: u32, way: i32, language: i32,
        scopes: *const c_char, scopes_len: usize,
        redirect_uri: *const c_char, redirect_uri_len: usize,
        flags: u32, renewals: u32, reserved: [u64; 2],
    }
    AuthDataOptions {
        struct_size: u32, timeout_ms: u32, fail_on_not_exist: u32, main_account: u32,
        unionid: *const c_char, unionid_len: usize,
        unionid_platform: *const c_char, unionid_platform_len: usize,
        fields_json: *const c_char, fields_json_len: usize, reserved: [u64; 2],
    }
    SaveOptions {
        struct_size: u32, timeout_ms: u32, fetch_when_save: u32, reserved0: u32,
        where_json: *const c_char, where_json_len: usize, reserved: [u64; 2],
    }
    FetchOptions {
        struct_size: u32, timeout_ms: u32, keys: *const c_char, keys_len: usize,
        include: *const c_char, include_len: usize, reserved: [u64; 2],
    }
    BindingOptions {
        struct_size: u32, timeout_ms: u32, hosts: *const c_char, hosts_len: usize,
        path: *const c_char, path_len: usize, refuse_fragment: u32, replace_code: u32,
        reserved: [u64; 2],
    }
    BindingInfo {
        struct_size: u32, way: i32, guest: u32, host_len: u32, host: [c_char; 256],
        reserved: [u64; 2],
    }
    Stats {
        struct_size: u32, clients: u32, live_requests: u32, live_objects: u32,
        queued_events: u32, threads: u32, http_running: u32, reserved0: u32,
        http_sent: u64, log_dropped: u64, reserved: [u64; 2],
    }
    MacInput {
        struct_size: u32, algorithm: i32,
        key_id: *const c_char, key_id_len: usize, key: *const c_char, key_len: usize,
        method: *const c_char, method_len: usize, url: *const c_char, url_len: usize,
        nonce: *const c_char, nonce_len: usize, ext: *const c_char, ext_len: usize,
        ts: i64, window_s: u32, reserved0: u32, reserved: [u64; 2],
    }
    HttpRequest {
        struct_size: u32, kind: i32, id: u64, timeout_ms: u32, method_len: u32, url_len: u32,
        headers_len: u32, body_len: u32, reserved0: u32, reserved: [u64; 2],
    }
    HttpResponse {
        struct_size: u32, status: i32, http_status: i32, reserved0: u32,
        headers: *const c_char, headers_len: usize, body: *const u8, body_len: usize,
        reserved: [u64; 2],
    }
}

impl Error {
    /// Its message, which must be as long as it says and NUL-terminated.
    pub fn text(&self) -> String {
        let bytes: Vec<u8> = self.message.iter().map(|byte| byte.cast_unsigned()).collect();
        let end = bytes.iter().position(|byte| *byte == 0).expect("a NUL byte");
        assert_eq!(end, self.message_len as usize, "message_len");
        String::from_utf8(bytes[..end].to_vec()).expect("UTF-8")
    }
}

/// A parameter or result as one machine word, so that a test can call any function of the table.
pub trait Word {
    fn from_word(word: u64) -> Self;
    fn into_word(self) -> u64;
}

macro_rules! words {
    ($($type:ty)*) => {$(
        impl Word for $type {
            fn from_word(word: u64) -> Self {
                word as Self
            }
            fn into_word(self) -> u64 {
                self as u64
            }
        }
    )*};
}
words! { u64 i64 u32 i32 usize }

impl Word for f64 {
    fn from_word(word: u64) -> Self {
        Self::from_bits(word)
    }
    fn into_word(self) -> u64 {
        self.to_bits()
    }
}

impl<T> Word for *const T {
    fn from_word(word: u64) -> Self {
        std::ptr::with_exposed_provenance(word as usize)
    }
    fn into_word(self) -> u64 {
        self.expose_provenance() as u64
    }
}

impl<T> Word for *mut T {
    fn from_word(word: u64) -> Self {
        std::ptr::with_exposed_provenance_mut(word as usize)
    }
    fn into_word(self) -> u64 {
        self.expose_provenance() as u64
    }
}

/// One function: its name, its parameters' names and types, and a way to call it.
pub struct Function {
    pub name: &'static str,
    pub parameters: &'static [(&'static str, &'static str)],
    pub call: fn(&Api, &[u64]) -> u64,
}

macro_rules! functions {
    ($(fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty;)*) => {
        /// The functions of the library that is under test.
        pub struct Api { $($name: unsafe extern "C" fn($($type),*) -> $out,)* }

        /// Every function of the header, in its order.
        pub const FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            parameters: &[$((stringify!($arg), stringify!($type))),*],
            call: |_api, _words| {
                let mut _words = _words.iter().copied();
                _api.$name($(<$type as Word>::from_word(
                    _words.next().expect("a word for each parameter"),
                )),*).into_word()
            },
        },)*];

        impl Api {
            fn load(library: &Library) -> Self {
                // SAFETY: these are the signatures of the header.
                unsafe { Self { $(
                    $name: *library.get(stringify!($name)).expect(stringify!($name)),
                )* } }
            }

            $(
                #[allow(clippy::too_many_arguments)]
                pub fn $name(&self, $($arg: $type),*) -> $out {
                    // SAFETY: each test answers for what it passes.
                    unsafe { (self.$name)($($arg),*) }
                }
            )*
        }
    };
}

functions! {
    fn tdsauth_status_name(status: i32) -> *const c_char;
    fn tdsauth_abi_version() -> u32;
    fn tdsauth_version(buf: *mut c_char, cap: usize, needed: *mut usize) -> i32;
    fn tdsauth_client_create(
        options: *const ClientOptions, client: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_client_destroy(client: u64) -> i32;
    fn tdsauth_client_shutdown(client: u64, timeout_ms: u32, abandoned: *mut u32) -> i32;
    fn tdsauth_client_set_app_state(client: u64, state: i32) -> i32;
    fn tdsauth_client_stats(client: u64, stats: *mut Stats) -> i32;
    fn tdsauth_poll(client: u64, event: *mut Event) -> i32;
    fn tdsauth_wait(client: u64, request: u64, timeout_ms: u32, event: *mut Event) -> i32;
    fn tdsauth_request_cancel(request: u64) -> i32;
    fn tdsauth_request_get_str(
        request: u64, field: i32, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_request_take_object(request: u64, index: u32, object: *mut u64) -> i32;
    fn tdsauth_request_release(request: u64) -> i32;
    fn tdsauth_login_anonymously(
        client: u64, options: *const RequestOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_login_with_session_token(
        client: u64, token: *const c_char, token_len: usize, options: *const RequestOptions,
        user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_login_with_auth_data(
        client: u64, platform: *const c_char, platform_len: usize,
        auth_data_json: *const c_char, auth_data_json_len: usize,
        options: *const AuthDataOptions, user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_logout(
        client: u64, options: *const LogoutOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_current_user(client: u64, user: *mut u64, error: *mut Error) -> i32;
    fn tdsauth_user_is_authenticated(
        client: u64, user: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_user_refresh_session_token(
        client: u64, user: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_user_associate_auth_data(
        client: u64, user: u64, platform: *const c_char, platform_len: usize,
        auth_data_json: *const c_char, auth_data_json_len: usize,
        options: *const AuthDataOptions, user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_user_associate_taptap(
        client: u64, user: u64, options: *const TapTapLoginOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_user_disassociate_auth_data(
        client: u64, user: u64, platform: *const c_char, platform_len: usize,
        options: *const RequestOptions, user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_user_delete(
        client: u64, user: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_login(
        client: u64, options: *const TapTapLoginOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_login_with_taptap(
        client: u64, options: *const TapTapLoginOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_renew_qr(request: u64) -> i32;
    fn tdsauth_taptap_handle_url(
        client: u64, url: *const c_char, url_len: usize, options: *const RequestOptions,
        user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_refresh(
        client: u64, options: *const RequestOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_fetch_profile(
        client: u64, options: *const RequestOptions, user_data: u64, out_request: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_import_token(
        client: u64, token_json: *const c_char, token_json_len: usize,
        options: *const RequestOptions, user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_mac_header(
        client: u64, method: *const c_char, method_len: usize, url: *const c_char, url_len: usize,
        buf: *mut c_char, cap: usize, needed: *mut usize, error: *mut Error,
    ) -> i32;
    fn tdsauth_taptap_token_get_str(
        client: u64, field: i32, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_taptap_profile_get_str(
        client: u64, field: i32, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_qr_encode(
        text: *const c_char, text_len: usize, modules: *mut u8, cap: usize, needed: *mut usize,
        side: *mut u32, error: *mut Error,
    ) -> i32;
    fn tdsauth_binding_redirect_uri(
        link: *const c_char, link_len: usize, options: *const BindingOptions, buf: *mut c_char,
        cap: usize, needed: *mut usize, error: *mut Error,
    ) -> i32;
    fn tdsauth_binding_redirect(
        redirect_uri: *const c_char, redirect_uri_len: usize, code: *const c_char, code_len: usize,
        options: *const BindingOptions, buf: *mut c_char, cap: usize, needed: *mut usize,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_binding_begin(
        client: u64, link: *const c_char, link_len: usize, options: *const BindingOptions,
        info: *mut BindingInfo, error: *mut Error,
    ) -> i32;
    fn tdsauth_binding_confirm(
        client: u64, link: *const c_char, link_len: usize, options: *const BindingOptions,
        user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_object_get_str(
        object: u64, key: *const c_char, key_len: usize, buf: *mut c_char, cap: usize,
        needed: *mut usize,
    ) -> i32;
    fn tdsauth_object_get_i64(
        object: u64, key: *const c_char, key_len: usize, value: *mut i64,
    ) -> i32;
    fn tdsauth_object_get_f64(
        object: u64, key: *const c_char, key_len: usize, value: *mut f64,
    ) -> i32;
    fn tdsauth_object_get_bool(
        object: u64, key: *const c_char, key_len: usize, value: *mut i32,
    ) -> i32;
    fn tdsauth_object_get_date(
        object: u64, key: *const c_char, key_len: usize, value: *mut i64,
    ) -> i32;
    fn tdsauth_object_get_json(
        object: u64, key: *const c_char, key_len: usize, buf: *mut c_char, cap: usize,
        needed: *mut usize,
    ) -> i32;
    fn tdsauth_object_value_type(
        object: u64, key: *const c_char, key_len: usize, value: *mut i32,
    ) -> i32;
    fn tdsauth_object_keys(
        object: u64, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_object_snapshot(object: u64, snapshot: *mut u64) -> i32;
    fn tdsauth_object_release(object: u64) -> i32;
    fn tdsauth_object_create_without_data(
        client: u64, class_name: *const c_char, class_name_len: usize,
        object_id: *const c_char, object_id_len: usize, out_object: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_object_set_str(
        object: u64, key: *const c_char, key_len: usize, value: *const c_char, value_len: usize,
    ) -> i32;
    fn tdsauth_object_set_i64(object: u64, key: *const c_char, key_len: usize, value: i64) -> i32;
    fn tdsauth_object_set_f64(object: u64, key: *const c_char, key_len: usize, value: f64) -> i32;
    fn tdsauth_object_set_bool(object: u64, key: *const c_char, key_len: usize, value: i32) -> i32;
    fn tdsauth_object_set_date(
        object: u64, key: *const c_char, key_len: usize, unix_ms: i64,
    ) -> i32;
    fn tdsauth_object_set_json(
        object: u64, key: *const c_char, key_len: usize, json: *const c_char, json_len: usize,
    ) -> i32;
    fn tdsauth_object_unset(object: u64, key: *const c_char, key_len: usize) -> i32;
    fn tdsauth_object_is_dirty(
        object: u64, key: *const c_char, key_len: usize, dirty: *mut i32,
    ) -> i32;
    fn tdsauth_object_save(
        client: u64, object: u64, options: *const SaveOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_object_fetch(
        client: u64, object: u64, options: *const FetchOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_object_to_json(
        object: u64, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_object_get_object(
        object: u64, key: *const c_char, key_len: usize, value: *mut u64,
    ) -> i32;
    fn tdsauth_object_increment_i64(
        object: u64, key: *const c_char, key_len: usize, value: i64,
    ) -> i32;
    fn tdsauth_object_increment_f64(
        object: u64, key: *const c_char, key_len: usize, value: f64,
    ) -> i32;
    fn tdsauth_object_add(
        object: u64, key: *const c_char, key_len: usize, json: *const c_char, json_len: usize,
    ) -> i32;
    fn tdsauth_object_add_unique(
        object: u64, key: *const c_char, key_len: usize, json: *const c_char, json_len: usize,
    ) -> i32;
    fn tdsauth_object_remove(
        object: u64, key: *const c_char, key_len: usize, json: *const c_char, json_len: usize,
    ) -> i32;
    fn tdsauth_object_set_object(
        object: u64, key: *const c_char, key_len: usize, target: u64,
    ) -> i32;
    fn tdsauth_object_add_relation(
        object: u64, key: *const c_char, key_len: usize, target: u64,
    ) -> i32;
    fn tdsauth_object_remove_relation(
        object: u64, key: *const c_char, key_len: usize, target: u64,
    ) -> i32;
    fn tdsauth_object_set_acl(
        object: u64, who: *const c_char, who_len: usize, rights: i32,
    ) -> i32;
    fn tdsauth_object_get_acl(
        object: u64, who: *const c_char, who_len: usize, value: *mut i32,
    ) -> i32;
    fn tdsauth_object_create(
        client: u64, class_name: *const c_char, class_name_len: usize, out_object: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_object_parse(
        client: u64, json: *const c_char, json_len: usize, out_object: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_object_delete(
        client: u64, object: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_object_save_all(
        client: u64, objects: *const u64, count: usize, options: *const RequestOptions,
        user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_query_create(
        client: u64, class_name: *const c_char, class_name_len: usize, out_query: *mut u64,
        error: *mut Error,
    ) -> i32;
    fn tdsauth_query_release(query: u64) -> i32;
    fn tdsauth_query_where(
        query: u64, key: *const c_char, key_len: usize, op: *const c_char, op_len: usize,
        json: *const c_char, json_len: usize,
    ) -> i32;
    fn tdsauth_query_where_query(
        query: u64, key: *const c_char, key_len: usize, op: *const c_char, op_len: usize,
        other: u64,
    ) -> i32;
    fn tdsauth_query_where_related_to(
        query: u64, parent: u64, key: *const c_char, key_len: usize,
    ) -> i32;
    fn tdsauth_query_and(query: u64, parts: *const u64, count: usize) -> i32;
    fn tdsauth_query_or(query: u64, parts: *const u64, count: usize) -> i32;
    fn tdsauth_query_order(
        query: u64, key: *const c_char, key_len: usize, descending: i32,
    ) -> i32;
    fn tdsauth_query_clear_order(query: u64) -> i32;
    fn tdsauth_query_limit(query: u64, number: u32) -> i32;
    fn tdsauth_query_skip(query: u64, number: u32) -> i32;
    fn tdsauth_query_include(query: u64, key: *const c_char, key_len: usize) -> i32;
    fn tdsauth_query_select(query: u64, key: *const c_char, key_len: usize) -> i32;
    fn tdsauth_query_include_acl(query: u64, yes: i32) -> i32;
    fn tdsauth_query_find(
        client: u64, query: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_query_first(
        client: u64, query: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_query_get(
        client: u64, query: u64, object_id: *const c_char, object_id_len: usize,
        options: *const RequestOptions, user_data: u64, out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_query_count(
        client: u64, query: u64, options: *const RequestOptions, user_data: u64,
        out_request: *mut u64, error: *mut Error,
    ) -> i32;
    fn tdsauth_mac_header(
        input: *const MacInput, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_mac_verify(
        header: *const c_char, header_len: usize, input: *const MacInput, error: *mut Error,
    ) -> i32;
    fn tdsauth_http_next(client: u64, request: *mut HttpRequest) -> i32;
    fn tdsauth_http_get(
        client: u64, id: u64, field: i32, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
    fn tdsauth_http_complete(client: u64, id: u64, response: *const HttpResponse) -> i32;
    fn tdsauth_log_next(
        client: u64, level: *mut i32, buf: *mut c_char, cap: usize, needed: *mut usize,
    ) -> i32;
}

/// The library, loaded once.
pub fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| {
        // SAFETY: our own library; it has no initialisers.
        let library = unsafe { Library::new(build::library()) }.expect("the library loads");
        // It stays: the functions are used until the process ends.
        Api::load(Box::leak(Box::new(library)))
    })
}

/// A text by the rule of all texts out: ask for its length, then read it.
pub fn text(mut read: impl FnMut(*mut c_char, usize, *mut usize) -> i32) -> Result<String, i32> {
    let mut needed = 0;
    let asked = read(std::ptr::null_mut(), 0, &raw mut needed);
    if asked != BUFFER_TOO_SMALL {
        return Err(asked);
    }
    let mut buf = vec![0x7f_u8; needed + 1];
    let status = read(buf.as_mut_ptr().cast(), buf.len(), &raw mut needed);
    assert_eq!((status, buf.pop()), (OK, Some(0)), "it fits, and ends in NUL");
    Ok(String::from_utf8(buf).expect("UTF-8"))
}
