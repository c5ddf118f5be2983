// Made from include/tdsauth.h by `cargo xtask header`. Do not edit: a test compares the two.

using System;
using System.Runtime.InteropServices;

namespace TdsAuth
{
    /// <summary>The values of <see cref="TdsException.Status"/>.</summary>
    public static class TdsStatus
    {
        /// <summary>TDSAUTH_OK</summary>
        public const int Ok = 0;
        /// <summary>TDSAUTH_NO_EVENT</summary>
        public const int NoEvent = 1;
        /// <summary>TDSAUTH_TIMEOUT</summary>
        public const int Timeout = 2;
        /// <summary>TDSAUTH_NONE</summary>
        public const int None = 3;
        /// <summary>TDSAUTH_ERR_INVALID_ARGUMENT</summary>
        public const int InvalidArgument = -1;
        /// <summary>TDSAUTH_ERR_INVALID_HANDLE</summary>
        public const int InvalidHandle = -2;
        /// <summary>TDSAUTH_ERR_INVALID_UTF8</summary>
        public const int InvalidUtf8 = -3;
        /// <summary>TDSAUTH_ERR_BUFFER_TOO_SMALL</summary>
        public const int BufferTooSmall = -4;
        /// <summary>TDSAUTH_ERR_UNSUPPORTED_FIELD</summary>
        public const int UnsupportedField = -5;
        /// <summary>TDSAUTH_ERR_QUEUE_FULL</summary>
        public const int QueueFull = -6;
        /// <summary>TDSAUTH_ERR_BUSY</summary>
        public const int Busy = -7;
        /// <summary>TDSAUTH_ERR_CLOSED</summary>
        public const int Closed = -8;
        /// <summary>TDSAUTH_ERR_PANIC</summary>
        public const int Panic = -9;
        /// <summary>TDSAUTH_ERR_FORKED</summary>
        public const int Forked = -10;
        /// <summary>TDSAUTH_ERR_CANCELLED</summary>
        public const int Cancelled = -11;
        /// <summary>TDSAUTH_ERR_SESSION_CHANGED</summary>
        public const int SessionChanged = -12;
        /// <summary>TDSAUTH_ERR_WRONG_TYPE</summary>
        public const int WrongType = -13;
        /// <summary>TDSAUTH_ERR_NOT_SUPPORTED</summary>
        public const int NotSupported = -14;
        /// <summary>TDSAUTH_ERR_LIMIT</summary>
        public const int Limit = -15;
        /// <summary>TDSAUTH_ERR_NETWORK</summary>
        public const int Network = -100;
        /// <summary>TDSAUTH_ERR_DNS</summary>
        public const int Dns = -101;
        /// <summary>TDSAUTH_ERR_CONNECT</summary>
        public const int Connect = -102;
        /// <summary>TDSAUTH_ERR_TLS</summary>
        public const int Tls = -103;
        /// <summary>TDSAUTH_ERR_TIMED_OUT</summary>
        public const int TimedOut = -104;
        /// <summary>TDSAUTH_ERR_RESPONSE_TOO_LARGE</summary>
        public const int ResponseTooLarge = -105;
        /// <summary>TDSAUTH_ERR_BAD_RESPONSE</summary>
        public const int BadResponse = -106;
        /// <summary>TDSAUTH_ERR_REDIRECT</summary>
        public const int Redirect = -107;
        /// <summary>TDSAUTH_ERR_INSECURE_URL</summary>
        public const int InsecureUrl = -108;
        /// <summary>TDSAUTH_ERR_SERVER</summary>
        public const int Server = -109;
        /// <summary>TDSAUTH_ERR_RATE_LIMITED</summary>
        public const int RateLimited = -110;
        /// <summary>TDSAUTH_ERR_STORAGE</summary>
        public const int Storage = -200;
        /// <summary>TDSAUTH_ERR_STORAGE_NEWER</summary>
        public const int StorageNewer = -201;
        /// <summary>TDSAUTH_ERR_STORAGE_DAMAGED</summary>
        public const int StorageDamaged = -202;
        /// <summary>TDSAUTH_ERR_STORAGE_PERMISSION</summary>
        public const int StoragePermission = -203;
        /// <summary>TDSAUTH_ERR_STORAGE_BUSY</summary>
        public const int StorageBusy = -204;
        /// <summary>TDSAUTH_ERR_STORAGE_FULL</summary>
        public const int StorageFull = -205;
        /// <summary>TDSAUTH_ERR_UNAUTHORIZED</summary>
        public const int Unauthorized = -300;
        /// <summary>TDSAUTH_ERR_SESSION_OVER</summary>
        public const int SessionOver = -301;
        /// <summary>TDSAUTH_ERR_NOT_LOGGED_IN</summary>
        public const int NotLoggedIn = -302;
        /// <summary>TDSAUTH_ERR_FORBIDDEN</summary>
        public const int Forbidden = -303;
        /// <summary>TDSAUTH_ERR_NOT_FOUND</summary>
        public const int NotFound = -304;
        /// <summary>TDSAUTH_ERR_REJECTED</summary>
        public const int Rejected = -305;
        /// <summary>TDSAUTH_ERR_ALREADY_ASSOCIATED</summary>
        public const int AlreadyAssociated = -306;
        /// <summary>TDSAUTH_ERR_USER_NOT_FOUND</summary>
        public const int UserNotFound = -307;
        /// <summary>TDSAUTH_ERR_INVALID_AUTH_DATA</summary>
        public const int InvalidAuthData = -308;
        /// <summary>TDSAUTH_ERR_CONDITION_FAILED</summary>
        public const int ConditionFailed = -309;
        /// <summary>TDSAUTH_ERR_MAC_MISMATCH</summary>
        public const int MacMismatch = -310;
        /// <summary>TDSAUTH_ERR_MAC_EXPIRED</summary>
        public const int MacExpired = -311;
        /// <summary>TDSAUTH_ERR_TAPTAP_DENIED</summary>
        public const int TapTapDenied = -400;
        /// <summary>TDSAUTH_ERR_TAPTAP_EXPIRED</summary>
        public const int TapTapExpired = -401;
        /// <summary>TDSAUTH_ERR_TAPTAP_INVALID_REQUEST</summary>
        public const int TapTapInvalidRequest = -402;
        /// <summary>TDSAUTH_ERR_TAPTAP_INVALID_TIME</summary>
        public const int TapTapInvalidTime = -403;
        /// <summary>TDSAUTH_ERR_TAPTAP_REPLAY_ATTACKS</summary>
        public const int TapTapReplayAttacks = -404;
        /// <summary>TDSAUTH_ERR_TAPTAP_INVALID_CLIENT</summary>
        public const int TapTapInvalidClient = -405;
        /// <summary>TDSAUTH_ERR_TAPTAP_SESSION_OVER</summary>
        public const int TapTapSessionOver = -406;
        /// <summary>TDSAUTH_ERR_TAPTAP_INSUFFICIENT_SCOPE</summary>
        public const int TapTapInsufficientScope = -407;
        /// <summary>TDSAUTH_ERR_TAPTAP_INVALID_GRANT</summary>
        public const int TapTapInvalidGrant = -408;
        /// <summary>TDSAUTH_ERR_TAPTAP_WRONG_REGION</summary>
        public const int TapTapWrongRegion = -409;
        /// <summary>TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN</summary>
        public const int TapTapNotLoggedIn = -410;
        /// <summary>TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN</summary>
        public const int TapTapNoPendingLogin = -411;
        /// <summary>TDSAUTH_ERR_TAPTAP_REFUSED</summary>
        public const int TapTapRefused = -412;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_error
    {
        internal uint struct_size;
        internal int status;
        internal int http_status;
        internal int server_code;
        internal uint flags;
        internal uint message_len;
        internal fixed byte message[232];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_client_options
    {
        internal uint struct_size;
        internal int region;
        internal byte* server_url;
        internal UIntPtr server_url_len;
        internal byte* app_id;
        internal UIntPtr app_id_len;
        internal byte* app_key;
        internal UIntPtr app_key_len;
        internal byte* storage_path;
        internal UIntPtr storage_path_len;
        internal byte* profile;
        internal UIntPtr profile_len;
        internal byte* proxy;
        internal UIntPtr proxy_len;
        internal byte* user_agent_suffix;
        internal UIntPtr user_agent_suffix_len;
        internal byte* extra_ca_pem;
        internal UIntPtr extra_ca_pem_len;
        internal byte* taptap_client_id;
        internal UIntPtr taptap_client_id_len;
        internal byte* taptap_accounts_url;
        internal UIntPtr taptap_accounts_url_len;
        internal byte* taptap_open_url;
        internal UIntPtr taptap_open_url_len;
        internal byte* taptap_authorize_url;
        internal UIntPtr taptap_authorize_url_len;
        internal uint flags;
        internal int log_level;
        internal uint connect_timeout_ms;
        internal uint request_timeout_ms;
        internal uint max_connections;
        internal uint reserved0;
        internal ulong max_response_bytes;
        internal byte* import_path;
        internal UIntPtr import_path_len;
        internal fixed ulong reserved[4];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_stats
    {
        internal uint struct_size;
        internal uint clients;
        internal uint live_requests;
        internal uint live_objects;
        internal uint queued_events;
        internal uint threads;
        internal uint http_running;
        internal uint reserved0;
        internal ulong http_sent;
        internal ulong log_dropped;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_event
    {
        internal uint struct_size;
        internal int kind;
        internal ulong request;
        internal ulong user_data;
        internal long value;
        internal uint objects;
        internal uint reserved0;
        internal int status;
        internal int http_status;
        internal int server_code;
        internal uint flags;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_request_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_auth_data_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal uint fail_on_not_exist;
        internal uint main_account;
        internal byte* unionid;
        internal UIntPtr unionid_len;
        internal byte* unionid_platform;
        internal UIntPtr unionid_platform_len;
        internal byte* fields_json;
        internal UIntPtr fields_json_len;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_logout_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal uint revoke;
        internal uint reserved0;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_taptap_login_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal int way;
        internal int language;
        internal byte* scopes;
        internal UIntPtr scopes_len;
        internal byte* redirect_uri;
        internal UIntPtr redirect_uri_len;
        internal uint flags;
        internal uint renewals;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_binding_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal byte* hosts;
        internal UIntPtr hosts_len;
        internal byte* path;
        internal UIntPtr path_len;
        internal uint refuse_fragment;
        internal uint replace_code;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_binding_info
    {
        internal uint struct_size;
        internal int way;
        internal uint guest;
        internal uint host_len;
        internal fixed byte host[256];
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_save_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal uint fetch_when_save;
        internal uint reserved0;
        internal byte* where_json;
        internal UIntPtr where_json_len;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_fetch_options
    {
        internal uint struct_size;
        internal uint timeout_ms;
        internal byte* keys;
        internal UIntPtr keys_len;
        internal byte* include;
        internal UIntPtr include_len;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_mac_input
    {
        internal uint struct_size;
        internal int algorithm;
        internal byte* key_id;
        internal UIntPtr key_id_len;
        internal byte* key;
        internal UIntPtr key_len;
        internal byte* method;
        internal UIntPtr method_len;
        internal byte* url;
        internal UIntPtr url_len;
        internal byte* nonce;
        internal UIntPtr nonce_len;
        internal byte* ext;
        internal UIntPtr ext_len;
        internal long ts;
        internal uint window_s;
        internal uint reserved0;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_http_request
    {
        internal uint struct_size;
        internal int kind;
        internal ulong id;
        internal uint timeout_ms;
        internal uint method_len;
        internal uint url_len;
        internal uint headers_len;
        internal uint body_len;
        internal uint reserved0;
        internal fixed ulong reserved[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tdsauth_http_response
    {
        internal uint struct_size;
        internal int status;
        internal int http_status;
        internal uint reserved0;
        internal byte* headers;
        internal UIntPtr headers_len;
        internal byte* body;
        internal UIntPtr body_len;
        internal fixed ulong reserved[2];
    }

internal static unsafe class NativeMethods
    {
#if UNITY_IOS && !UNITY_EDITOR
        private const string Lib = "__Internal";
#else
        private const string Lib = "tdsauth";
#endif

        internal static readonly UIntPtr TDSAUTH_NUL =
            UIntPtr.Size == 4 ? (UIntPtr)uint.MaxValue : (UIntPtr)ulong.MaxValue;
        internal const int TDSAUTH_OK = 0;
        internal const int TDSAUTH_NO_EVENT = 1;
        internal const int TDSAUTH_TIMEOUT = 2;
        internal const int TDSAUTH_NONE = 3;
        internal const int TDSAUTH_ERR_INVALID_ARGUMENT = -1;
        internal const int TDSAUTH_ERR_INVALID_HANDLE = -2;
        internal const int TDSAUTH_ERR_INVALID_UTF8 = -3;
        internal const int TDSAUTH_ERR_BUFFER_TOO_SMALL = -4;
        internal const int TDSAUTH_ERR_UNSUPPORTED_FIELD = -5;
        internal const int TDSAUTH_ERR_QUEUE_FULL = -6;
        internal const int TDSAUTH_ERR_BUSY = -7;
        internal const int TDSAUTH_ERR_CLOSED = -8;
        internal const int TDSAUTH_ERR_PANIC = -9;
        internal const int TDSAUTH_ERR_FORKED = -10;
        internal const int TDSAUTH_ERR_CANCELLED = -11;
        internal const int TDSAUTH_ERR_SESSION_CHANGED = -12;
        internal const int TDSAUTH_ERR_WRONG_TYPE = -13;
        internal const int TDSAUTH_ERR_NOT_SUPPORTED = -14;
        internal const int TDSAUTH_ERR_LIMIT = -15;
        internal const int TDSAUTH_ERR_NETWORK = -100;
        internal const int TDSAUTH_ERR_DNS = -101;
        internal const int TDSAUTH_ERR_CONNECT = -102;
        internal const int TDSAUTH_ERR_TLS = -103;
        internal const int TDSAUTH_ERR_TIMED_OUT = -104;
        internal const int TDSAUTH_ERR_RESPONSE_TOO_LARGE = -105;
        internal const int TDSAUTH_ERR_BAD_RESPONSE = -106;
        internal const int TDSAUTH_ERR_REDIRECT = -107;
        internal const int TDSAUTH_ERR_INSECURE_URL = -108;
        internal const int TDSAUTH_ERR_SERVER = -109;
        internal const int TDSAUTH_ERR_RATE_LIMITED = -110;
        internal const int TDSAUTH_ERR_STORAGE = -200;
        internal const int TDSAUTH_ERR_STORAGE_NEWER = -201;
        internal const int TDSAUTH_ERR_STORAGE_DAMAGED = -202;
        internal const int TDSAUTH_ERR_STORAGE_PERMISSION = -203;
        internal const int TDSAUTH_ERR_STORAGE_BUSY = -204;
        internal const int TDSAUTH_ERR_STORAGE_FULL = -205;
        internal const int TDSAUTH_ERR_UNAUTHORIZED = -300;
        internal const int TDSAUTH_ERR_SESSION_OVER = -301;
        internal const int TDSAUTH_ERR_NOT_LOGGED_IN = -302;
        internal const int TDSAUTH_ERR_FORBIDDEN = -303;
        internal const int TDSAUTH_ERR_NOT_FOUND = -304;
        internal const int TDSAUTH_ERR_REJECTED = -305;
        internal const int TDSAUTH_ERR_ALREADY_ASSOCIATED = -306;
        internal const int TDSAUTH_ERR_USER_NOT_FOUND = -307;
        internal const int TDSAUTH_ERR_INVALID_AUTH_DATA = -308;
        internal const int TDSAUTH_ERR_CONDITION_FAILED = -309;
        internal const int TDSAUTH_ERR_MAC_MISMATCH = -310;
        internal const int TDSAUTH_ERR_MAC_EXPIRED = -311;
        internal const int TDSAUTH_ERR_TAPTAP_DENIED = -400;
        internal const int TDSAUTH_ERR_TAPTAP_EXPIRED = -401;
        internal const int TDSAUTH_ERR_TAPTAP_INVALID_REQUEST = -402;
        internal const int TDSAUTH_ERR_TAPTAP_INVALID_TIME = -403;
        internal const int TDSAUTH_ERR_TAPTAP_REPLAY_ATTACKS = -404;
        internal const int TDSAUTH_ERR_TAPTAP_INVALID_CLIENT = -405;
        internal const int TDSAUTH_ERR_TAPTAP_SESSION_OVER = -406;
        internal const int TDSAUTH_ERR_TAPTAP_INSUFFICIENT_SCOPE = -407;
        internal const int TDSAUTH_ERR_TAPTAP_INVALID_GRANT = -408;
        internal const int TDSAUTH_ERR_TAPTAP_WRONG_REGION = -409;
        internal const int TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN = -410;
        internal const int TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN = -411;
        internal const int TDSAUTH_ERR_TAPTAP_REFUSED = -412;
        internal const int TDSAUTH_FLAG_RETRYABLE = 1;
        internal const int TDSAUTH_FLAG_SESSION_OVER = 2;
        internal const int TDSAUTH_FLAG_NEEDS_PLAYER = 4;
        internal const int TDSAUTH_FLAG_MAYBE_DONE = 8;
        internal const int TDSAUTH_ABI_MAJOR = 0;
        internal const int TDSAUTH_ABI_MINOR = 4;
        internal const int TDSAUTH_REGION_DEFAULT = 0;
        internal const int TDSAUTH_REGION_CN = 1;
        internal const int TDSAUTH_REGION_GLOBAL = 2;
        internal const int TDSAUTH_APP_FOREGROUND = 1;
        internal const int TDSAUTH_APP_BACKGROUND = 2;
        internal const int TDSAUTH_LOG_DEFAULT = 0;
        internal const int TDSAUTH_LOG_OFF = 1;
        internal const int TDSAUTH_LOG_ERROR = 2;
        internal const int TDSAUTH_LOG_WARN = 3;
        internal const int TDSAUTH_LOG_INFO = 4;
        internal const int TDSAUTH_LOG_DEBUG = 5;
        internal const int TDSAUTH_CLIENT_SEND_APP_KEY = 1;
        internal const int TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP = 2;
        internal const int TDSAUTH_CLIENT_AUTO_RELEASE = 4;
        internal const int TDSAUTH_CLIENT_HOST_TRANSPORT = 8;
        internal const int TDSAUTH_EVENT_LOGIN = 1;
        internal const int TDSAUTH_EVENT_LOGOUT = 2;
        internal const int TDSAUTH_EVENT_USER_IS_AUTHENTICATED = 3;
        internal const int TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED = 4;
        internal const int TDSAUTH_EVENT_TAPTAP_LOGIN = 5;
        internal const int TDSAUTH_EVENT_TAPTAP_REFRESHED = 6;
        internal const int TDSAUTH_EVENT_TAPTAP_PROFILE = 7;
        internal const int TDSAUTH_EVENT_USER_ASSOCIATED = 8;
        internal const int TDSAUTH_EVENT_USER_DISASSOCIATED = 9;
        internal const int TDSAUTH_EVENT_USER_DELETED = 10;
        internal const int TDSAUTH_EVENT_OBJECT_SAVED = 11;
        internal const int TDSAUTH_EVENT_OBJECT_FETCHED = 12;
        internal const int TDSAUTH_EVENT_OBJECT_DELETED = 13;
        internal const int TDSAUTH_EVENT_OBJECTS_SAVED = 14;
        internal const int TDSAUTH_EVENT_QUERY_FOUND = 15;
        internal const int TDSAUTH_EVENT_QUERY_COUNTED = 16;
        internal const int TDSAUTH_EVENT_BINDING_CONFIRMED = 17;
        internal const int TDSAUTH_EVENT_TAPTAP_SHOW_QR = 32;
        internal const int TDSAUTH_EVENT_TAPTAP_OPEN_URL = 33;
        internal const int TDSAUTH_EVENT_TAPTAP_SCANNED = 34;
        internal const int TDSAUTH_EVENT_SESSION_OVER = 64;
        internal const int TDSAUTH_EVENT_USER_CHANGED = 65;
        internal const int TDSAUTH_EVENT_STORAGE_DAMAGED = 66;
        internal const int TDSAUTH_EVENT_TAPTAP_SESSION_OVER = 67;
        internal const int TDSAUTH_FLAG_MORE = 256;
        internal const int TDSAUTH_FLAG_REPEATED = 512;
        internal const uint TDSAUTH_FOREVER = 4294967295;
        internal const int TDSAUTH_REQUEST_MESSAGE = 1;
        internal const int TDSAUTH_REQUEST_QR_TEXT = 2;
        internal const int TDSAUTH_REQUEST_USER_CODE = 3;
        internal const int TDSAUTH_REQUEST_VERIFICATION_URL = 4;
        internal const int TDSAUTH_REQUEST_URL = 5;
        internal const int TDSAUTH_REQUEST_PLATFORM = 6;
        internal const int TDSAUTH_REQUEST_FAILURES = 7;
        internal const int TDSAUTH_TAPTAP_WAY_DEFAULT = 0;
        internal const int TDSAUTH_TAPTAP_WAY_QR = 1;
        internal const int TDSAUTH_TAPTAP_WAY_BROWSER = 2;
        internal const int TDSAUTH_TAPTAP_WAY_REDIRECT = 3;
        internal const int TDSAUTH_TAPTAP_LANGUAGE_DEFAULT = 0;
        internal const int TDSAUTH_TAPTAP_LANGUAGE_EN = 1;
        internal const int TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS = 2;
        internal const int TDSAUTH_TAPTAP_FRESH = 1;
        internal const int TDSAUTH_TAPTAP_TOKEN_KID = 1;
        internal const int TDSAUTH_TAPTAP_TOKEN_MAC_KEY = 2;
        internal const int TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM = 3;
        internal const int TDSAUTH_TAPTAP_TOKEN_TYPE = 4;
        internal const int TDSAUTH_TAPTAP_TOKEN_SCOPE = 5;
        internal const int TDSAUTH_TAPTAP_PROFILE_OPENID = 1;
        internal const int TDSAUTH_TAPTAP_PROFILE_UNIONID = 2;
        internal const int TDSAUTH_TAPTAP_PROFILE_NAME = 3;
        internal const int TDSAUTH_TAPTAP_PROFILE_AVATAR = 4;
        internal const int TDSAUTH_TAPTAP_PROFILE_GENDER = 5;
        internal const int TDSAUTH_TAPTAP_PROFILE_EMAIL = 6;
        internal const int TDSAUTH_BINDING_DEEP_LINK = 1;
        internal const int TDSAUTH_BINDING_WEB_LINK = 2;
        internal const int TDSAUTH_TYPE_NULL = 1;
        internal const int TDSAUTH_TYPE_STRING = 2;
        internal const int TDSAUTH_TYPE_I64 = 3;
        internal const int TDSAUTH_TYPE_F64 = 4;
        internal const int TDSAUTH_TYPE_BOOL = 5;
        internal const int TDSAUTH_TYPE_DATE = 6;
        internal const int TDSAUTH_TYPE_ARRAY = 7;
        internal const int TDSAUTH_TYPE_OBJECT = 8;
        internal const int TDSAUTH_ACL_READ = 1;
        internal const int TDSAUTH_ACL_WRITE = 2;
        internal const int TDSAUTH_MAC_HMAC_SHA1 = 0;
        internal const int TDSAUTH_MAC_HMAC_SHA256 = 1;
        internal const int TDSAUTH_HTTP_SEND = 1;
        internal const int TDSAUTH_HTTP_CANCEL = 2;
        internal const int TDSAUTH_HTTP_METHOD = 1;
        internal const int TDSAUTH_HTTP_URL = 2;
        internal const int TDSAUTH_HTTP_HEADERS = 3;
        internal const int TDSAUTH_HTTP_BODY = 4;

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern byte* tdsauth_status_name(int status);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern uint tdsauth_abi_version();

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_version(byte* buf, UIntPtr cap, UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_client_create(
            tdsauth_client_options* options,
            ulong* client,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_client_destroy(ulong client);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_client_shutdown(
            ulong client,
            uint timeout_ms,
            uint* abandoned);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_client_set_app_state(ulong client, int state);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_client_stats(ulong client, tdsauth_stats* stats);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_poll(ulong client, tdsauth_event* @event);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_wait(
            ulong client,
            ulong request,
            uint timeout_ms,
            tdsauth_event* @event);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_request_cancel(ulong request);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_request_get_str(
            ulong request,
            int field,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_request_take_object(
            ulong request,
            uint index,
            ulong* @object);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_request_release(ulong request);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_login_anonymously(
            ulong client,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_login_with_session_token(
            ulong client,
            byte* session_token,
            UIntPtr session_token_len,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_login_with_auth_data(
            ulong client,
            byte* platform,
            UIntPtr platform_len,
            byte* auth_data_json,
            UIntPtr auth_data_json_len,
            tdsauth_auth_data_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_logout(
            ulong client,
            tdsauth_logout_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_login(
            ulong client,
            tdsauth_taptap_login_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_login_with_taptap(
            ulong client,
            tdsauth_taptap_login_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_renew_qr(ulong request);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_handle_url(
            ulong client,
            byte* url,
            UIntPtr url_len,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_refresh(
            ulong client,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_fetch_profile(
            ulong client,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_import_token(
            ulong client,
            byte* token_json,
            UIntPtr token_json_len,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_current_user(
            ulong client,
            ulong* user,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_is_authenticated(
            ulong client,
            ulong user,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_refresh_session_token(
            ulong client,
            ulong user,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_associate_auth_data(
            ulong client,
            ulong user,
            byte* platform,
            UIntPtr platform_len,
            byte* auth_data_json,
            UIntPtr auth_data_json_len,
            tdsauth_auth_data_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_associate_taptap(
            ulong client,
            ulong user,
            tdsauth_taptap_login_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_disassociate_auth_data(
            ulong client,
            ulong user,
            byte* platform,
            UIntPtr platform_len,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_user_delete(
            ulong client,
            ulong user,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_mac_header(
            ulong client,
            byte* method,
            UIntPtr method_len,
            byte* url,
            UIntPtr url_len,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_token_get_str(
            ulong client,
            int field,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_taptap_profile_get_str(
            ulong client,
            int field,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_qr_encode(
            byte* text,
            UIntPtr text_len,
            byte* modules,
            UIntPtr cap,
            UIntPtr* needed,
            uint* side,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_binding_redirect_uri(
            byte* link,
            UIntPtr link_len,
            tdsauth_binding_options* options,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_binding_redirect(
            byte* redirect_uri,
            UIntPtr redirect_uri_len,
            byte* code,
            UIntPtr code_len,
            tdsauth_binding_options* options,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_binding_begin(
            ulong client,
            byte* link,
            UIntPtr link_len,
            tdsauth_binding_options* options,
            tdsauth_binding_info* info,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_binding_confirm(
            ulong client,
            byte* link,
            UIntPtr link_len,
            tdsauth_binding_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_str(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_i64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            long* value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_f64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            double* value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_bool(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            int* value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_date(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            long* unix_ms);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_json(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_to_json(
            ulong @object,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_object(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            ulong* target);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_value_type(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            int* type_);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_keys(
            ulong @object,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_snapshot(ulong @object, ulong* snapshot);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_release(ulong @object);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_create_without_data(
            ulong client,
            byte* class_name,
            UIntPtr class_name_len,
            byte* object_id,
            UIntPtr object_id_len,
            ulong* @object,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_str(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* value,
            UIntPtr value_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_i64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            long value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_f64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            double value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_bool(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            int value);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_date(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            long unix_ms);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_json(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* json,
            UIntPtr json_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_unset(ulong @object, byte* key, UIntPtr key_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_is_dirty(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            int* dirty);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_save(
            ulong client,
            ulong @object,
            tdsauth_save_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_fetch(
            ulong client,
            ulong @object,
            tdsauth_fetch_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_increment_i64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            long amount);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_increment_f64(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            double amount);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_add(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* json,
            UIntPtr json_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_add_unique(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* json,
            UIntPtr json_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_remove(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            byte* json,
            UIntPtr json_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_object(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            ulong target);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_add_relation(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            ulong target);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_remove_relation(
            ulong @object,
            byte* key,
            UIntPtr key_len,
            ulong target);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_set_acl(
            ulong @object,
            byte* who,
            UIntPtr who_len,
            int rights);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_get_acl(
            ulong @object,
            byte* who,
            UIntPtr who_len,
            int* rights);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_create(
            ulong client,
            byte* class_name,
            UIntPtr class_name_len,
            ulong* @object,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_parse(
            ulong client,
            byte* json,
            UIntPtr json_len,
            ulong* @object,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_delete(
            ulong client,
            ulong @object,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_object_save_all(
            ulong client,
            ulong* objects,
            UIntPtr count,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_create(
            ulong client,
            byte* class_name,
            UIntPtr class_name_len,
            ulong* query,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_release(ulong query);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_where(
            ulong query,
            byte* key,
            UIntPtr key_len,
            byte* op,
            UIntPtr op_len,
            byte* json,
            UIntPtr json_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_where_query(
            ulong query,
            byte* key,
            UIntPtr key_len,
            byte* op,
            UIntPtr op_len,
            ulong other);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_where_related_to(
            ulong query,
            ulong parent,
            byte* key,
            UIntPtr key_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_and(ulong query, ulong* parts, UIntPtr count);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_or(ulong query, ulong* parts, UIntPtr count);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_order(
            ulong query,
            byte* key,
            UIntPtr key_len,
            int descending);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_clear_order(ulong query);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_limit(ulong query, uint limit);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_skip(ulong query, uint skip);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_include(ulong query, byte* key, UIntPtr key_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_select(ulong query, byte* key, UIntPtr key_len);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_include_acl(ulong query, int yes);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_find(
            ulong client,
            ulong query,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_first(
            ulong client,
            ulong query,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_get(
            ulong client,
            ulong query,
            byte* object_id,
            UIntPtr object_id_len,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_query_count(
            ulong client,
            ulong query,
            tdsauth_request_options* options,
            ulong user_data,
            ulong* request,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_mac_header(
            tdsauth_mac_input* input,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_mac_verify(
            byte* header,
            UIntPtr header_len,
            tdsauth_mac_input* input,
            tdsauth_error* error);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_http_next(ulong client, tdsauth_http_request* request);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_http_get(
            ulong client,
            ulong id,
            int field,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_http_complete(
            ulong client,
            ulong id,
            tdsauth_http_response* response);

        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int tdsauth_log_next(
            ulong client,
            int* level,
            byte* buf,
            UIntPtr cap,
            UIntPtr* needed);
    }
}
