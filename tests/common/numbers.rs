//! The numbers of the header, as a foreign caller writes them down.

pub const NUL: usize = usize::MAX;
pub const FOREVER: u32 = u32::MAX;

pub const OK: i32 = 0;
pub const NO_EVENT: i32 = 1;
pub const TIMEOUT: i32 = 2;
pub const NONE: i32 = 3;
pub const INVALID_ARGUMENT: i32 = -1;
pub const INVALID_HANDLE: i32 = -2;
pub const INVALID_UTF8: i32 = -3;
pub const BUFFER_TOO_SMALL: i32 = -4;
pub const UNSUPPORTED_FIELD: i32 = -5;
pub const QUEUE_FULL: i32 = -6;
pub const BUSY: i32 = -7;
pub const CLOSED: i32 = -8;
pub const PANIC: i32 = -9;
pub const FORKED: i32 = -10;
pub const CANCELLED: i32 = -11;
pub const SESSION_CHANGED: i32 = -12;
pub const WRONG_TYPE: i32 = -13;
pub const NOT_SUPPORTED: i32 = -14;
pub const LIMIT: i32 = -15;
pub const NETWORK: i32 = -100;
pub const DNS: i32 = -101;
pub const CONNECT: i32 = -102;
pub const TLS: i32 = -103;
pub const TIMED_OUT: i32 = -104;
pub const RESPONSE_TOO_LARGE: i32 = -105;
pub const BAD_RESPONSE: i32 = -106;
pub const REDIRECT: i32 = -107;
pub const INSECURE_URL: i32 = -108;
pub const SERVER: i32 = -109;
pub const RATE_LIMITED: i32 = -110;
pub const STORAGE: i32 = -200;
pub const STORAGE_NEWER: i32 = -201;
pub const STORAGE_PERMISSION: i32 = -203;
pub const UNAUTHORIZED: i32 = -300;
pub const SESSION_OVER: i32 = -301;
pub const NOT_LOGGED_IN: i32 = -302;
pub const FORBIDDEN: i32 = -303;
pub const NOT_FOUND: i32 = -304;
pub const REJECTED: i32 = -305;
pub const ALREADY_ASSOCIATED: i32 = -306;
pub const USER_NOT_FOUND: i32 = -307;
pub const INVALID_AUTH_DATA: i32 = -308;
pub const CONDITION_FAILED: i32 = -309;
pub const MAC_MISMATCH: i32 = -310;
pub const MAC_EXPIRED: i32 = -311;
pub const TAPTAP_DENIED: i32 = -400;
pub const TAPTAP_EXPIRED: i32 = -401;
pub const TAPTAP_INVALID_REQUEST: i32 = -402;
pub const TAPTAP_INVALID_TIME: i32 = -403;
pub const TAPTAP_REPLAY_ATTACKS: i32 = -404;
pub const TAPTAP_INVALID_CLIENT: i32 = -405;
pub const TAPTAP_SESSION_OVER: i32 = -406;
pub const TAPTAP_INSUFFICIENT_SCOPE: i32 = -407;
pub const TAPTAP_INVALID_GRANT: i32 = -408;
pub const TAPTAP_WRONG_REGION: i32 = -409;
pub const TAPTAP_NOT_LOGGED_IN: i32 = -410;
pub const TAPTAP_NO_PENDING_LOGIN: i32 = -411;
pub const TAPTAP_REFUSED: i32 = -412;

pub const FLAG_RETRYABLE: u32 = 1;
pub const FLAG_SESSION_OVER: u32 = 2;
pub const FLAG_NEEDS_PLAYER: u32 = 4;
pub const FLAG_MAYBE_DONE: u32 = 8;
pub const FLAG_MORE: u32 = 256;
pub const FLAG_REPEATED: u32 = 512;

pub const EVENT_LOGIN: i32 = 1;
pub const EVENT_LOGOUT: i32 = 2;
pub const EVENT_IS_AUTHENTICATED: i32 = 3;
pub const EVENT_REFRESHED: i32 = 4;
pub const EVENT_TAPTAP_LOGIN: i32 = 5;
pub const EVENT_TAPTAP_REFRESHED: i32 = 6;
pub const EVENT_TAPTAP_PROFILE: i32 = 7;
pub const EVENT_ASSOCIATED: i32 = 8;
pub const EVENT_DISASSOCIATED: i32 = 9;
pub const EVENT_DELETED: i32 = 10;
pub const EVENT_SAVED: i32 = 11;
pub const EVENT_FETCHED: i32 = 12;
pub const EVENT_OBJECT_DELETED: i32 = 13;
pub const EVENT_OBJECTS_SAVED: i32 = 14;
pub const EVENT_QUERY_FOUND: i32 = 15;
pub const EVENT_QUERY_COUNTED: i32 = 16;
pub const EVENT_BINDING_CONFIRMED: i32 = 17;
pub const EVENT_TAPTAP_SHOW_QR: i32 = 32;
pub const EVENT_TAPTAP_OPEN_URL: i32 = 33;
pub const EVENT_TAPTAP_SCANNED: i32 = 34;
pub const EVENT_SESSION_OVER: i32 = 64;
pub const EVENT_USER_CHANGED: i32 = 65;
pub const EVENT_STORAGE_DAMAGED: i32 = 66;
pub const EVENT_TAPTAP_SESSION_OVER: i32 = 67;

pub const REQUEST_MESSAGE: i32 = 1;
pub const REQUEST_QR_TEXT: i32 = 2;
pub const REQUEST_USER_CODE: i32 = 3;
pub const REQUEST_VERIFICATION_URL: i32 = 4;
pub const REQUEST_URL: i32 = 5;
pub const REQUEST_PLATFORM: i32 = 6;
pub const REQUEST_FAILURES: i32 = 7;

pub const ACL_READ: i32 = 1;
pub const ACL_WRITE: i32 = 2;

pub const REGION_CN: i32 = 1;
pub const REGION_GLOBAL: i32 = 2;

pub const WAY_QR: i32 = 1;
pub const WAY_BROWSER: i32 = 2;
pub const WAY_REDIRECT: i32 = 3;
pub const LANGUAGE_EN: i32 = 1;
pub const LANGUAGE_ZH_HANS: i32 = 2;
pub const TAPTAP_FRESH: u32 = 1;

pub const TOKEN_KID: i32 = 1;
pub const TOKEN_MAC_KEY: i32 = 2;
pub const TOKEN_MAC_ALGORITHM: i32 = 3;
pub const TOKEN_TYPE: i32 = 4;
pub const TOKEN_SCOPE: i32 = 5;

pub const PROFILE_OPENID: i32 = 1;
pub const PROFILE_UNIONID: i32 = 2;
pub const PROFILE_NAME: i32 = 3;
pub const PROFILE_AVATAR: i32 = 4;
pub const PROFILE_GENDER: i32 = 5;
pub const PROFILE_EMAIL: i32 = 6;

pub const LOG_DEBUG: i32 = 5;

pub const CLIENT_SEND_APP_KEY: u32 = 1;
pub const CLIENT_ALLOW_PLAIN_HTTP: u32 = 2;
pub const CLIENT_AUTO_RELEASE: u32 = 4;
pub const CLIENT_HOST_TRANSPORT: u32 = 8;
