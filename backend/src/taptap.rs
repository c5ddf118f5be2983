//! Who is the player whose TapTap token a game handed over?

use std::ffi::c_char;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tdsauth_core::error::{Error, Result};
use tdsauth_core::taptap::endpoint::{Endpoint, PUBLIC_PROFILE, Region, check_client_id};
use tdsauth_core::taptap::{Profile, Token};
use tdsauth_core::taptap_call::fetch_profile;
use tdsauth_core::transport::{Deadline, Settings, UreqTransport, base_url};

use crate::guard::guard_reporting;
use crate::status::tdsauth_backend_error;
use crate::strings::{TextOut, text_in};
use crate::structs::{Struct, assert_layout, struct_in};

/// No region: `open_url` must be given.
pub const TDSAUTH_BACKEND_REGION_DEFAULT: i32 = 0;
/// Mainland China.
pub const TDSAUTH_BACKEND_REGION_CN: i32 = 1;
/// Everywhere else.
pub const TDSAUTH_BACKEND_REGION_GLOBAL: i32 = 2;

/// Bound of a text, in bytes.
const TEXT: usize = 8192;
/// Bound of an answer. A profile has less than one kilobyte.
const ANSWER: u64 = 1 << 20;
const TIMEOUT_MS: u32 = 10_000;
const TIMEOUT_MAX_MS: u32 = 600_000;
const USER_AGENT: &str = concat!("tdsauth-backend/", env!("CARGO_PKG_VERSION"));

/// Whose token, and where to ask. Texts hold at most 8 KiB each.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_backend_taptap_input {
    /// `sizeof(tdsauth_backend_taptap_input)`.
    pub struct_size: u32,
    /// One of `TDSAUTH_BACKEND_REGION_*`: gives the default of `open_url`.
    pub region: i32,
    /// The game's client id at TapTap.
    pub client_id: *const c_char,
    /// Bytes of `client_id`, or `TDSAUTH_BACKEND_NUL`.
    pub client_id_len: usize,
    /// Base URL of the open API, where it is not that of the region; https, or http to this
    /// machine.
    pub open_url: *const c_char,
    /// Bytes of `open_url`, or `TDSAUTH_BACKEND_NUL`.
    pub open_url_len: usize,
    /// The token's `kid`. A secret, as all of the token.
    pub kid: *const c_char,
    /// Bytes of `kid`, or `TDSAUTH_BACKEND_NUL`.
    pub kid_len: usize,
    /// The token's `mac_key`, as it is.
    pub mac_key: *const c_char,
    /// Bytes of `mac_key`, or `TDSAUTH_BACKEND_NUL`.
    pub mac_key_len: usize,
    /// The token's `mac_algorithm`; absent: `hmac-sha-1`.
    pub mac_algorithm: *const c_char,
    /// Bytes of `mac_algorithm`, or `TDSAUTH_BACKEND_NUL`.
    pub mac_algorithm_len: usize,
    /// The scopes that the player granted, joined by blanks or commas. With `public_profile` among
    /// them the profile is asked for, else the basic info. Absent: `public_profile`.
    pub scope: *const c_char,
    /// Bytes of `scope`, or `TDSAUTH_BACKEND_NUL`.
    pub scope_len: usize,
    /// Milliseconds after which the call ends at the latest; at most ten minutes. Default: 10000.
    pub timeout_ms: u32,
    /// Zero.
    pub reserved0: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_backend_taptap_input, 128);

// SAFETY: repr(C), integers and pointers alone, no padding on targets of 32 or 64 bits, struct_size
// first.
unsafe impl Struct for tdsauth_backend_taptap_input {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// What is asked, checked.
struct Call {
    endpoint: Endpoint,
    token: Token,
    timeout: Duration,
}

/// # Safety
/// The header's rules for structs and texts in.
unsafe fn call_in(input: *const tdsauth_backend_taptap_input) -> Result<Call> {
    // SAFETY: the same promise as this function's.
    let input = unsafe { struct_in(input) }?.ok_or_else(|| Error::argument("input is NULL"))?;
    let text = |text, len| {
        // SAFETY: the same promise as this function's.
        let text = unsafe { text_in(text, len, TEXT) };
        text.map(|text| text.filter(|text| !text.is_empty()))
    };
    let client_id = text(input.client_id, input.client_id_len)?.unwrap_or_default();
    check_client_id(client_id)?;
    let open = open_url(input.region, text(input.open_url, input.open_url_len)?)?;
    let mut row = serde_json::Map::new();
    for (name, field) in [
        ("kid", text(input.kid, input.kid_len)?),
        ("mac_key", text(input.mac_key, input.mac_key_len)?),
        ("mac_algorithm", text(input.mac_algorithm, input.mac_algorithm_len)?),
        ("scope", text(input.scope, input.scope_len)?),
    ] {
        row.extend(field.map(|field| (name.to_owned(), Value::from(field))));
    }
    let timeout_ms = match input.timeout_ms {
        0 => TIMEOUT_MS,
        ms if ms <= TIMEOUT_MAX_MS => ms,
        _ => return Err(Error::argument("timeout_ms is above ten minutes")),
    };
    Ok(Call {
        endpoint: Endpoint::open_api(client_id, open, USER_AGENT),
        token: Token::from_row(&row, PUBLIC_PROFILE)?,
        timeout: Duration::from_millis(u64::from(timeout_ms)),
    })
}

fn open_url(region: i32, given: Option<&str>) -> Result<String> {
    let region = match region {
        TDSAUTH_BACKEND_REGION_DEFAULT => None,
        TDSAUTH_BACKEND_REGION_CN => Some(Region::Cn),
        TDSAUTH_BACKEND_REGION_GLOBAL => Some(Region::Global),
        _ => return Err(Error::argument("there is no region of this number")),
    };
    match (given, region) {
        (Some(url), _) => base_url("open_url", url, false),
        (None, Some(region)) => Ok(region.open().to_owned()),
        (None, None) => Err(Error::argument("there is neither a region nor an open_url")),
    }
}

/// Connections are not kept from one call to the next: a server that forks would have two processes
/// speak on one.
fn transport() -> Result<&'static UreqTransport> {
    static TRANSPORT: OnceLock<Result<UreqTransport>> = OnceLock::new();
    let settings = || Settings {
        max_response_bytes: ANSWER,
        user_agent: USER_AGENT.to_owned(),
        ..Settings::default()
    };
    TRANSPORT.get_or_init(|| UreqTransport::new(&settings())).as_ref().map_err(Clone::clone)
}

fn ask(call: &Call) -> Result<Profile> {
    let deadline = Deadline { at: Instant::now() + call.timeout, connect: call.timeout };
    fetch_profile(transport()?, &call.endpoint, &call.token, &mut 0, deadline)
}

/// Asks TapTap's open API who the player of a token is: a JSON object with `openid` and, when TapTap
/// tells them, `unionid`, `name`, `avatar`, `gender` and `email`, all of them texts. That the player
/// is whom the game says is for the caller to compare, by openid or unionid.
///
/// A clock of this machine that is wrong is corrected for; an ill server is asked at most three
/// times; every other refusal ends the call.
///
/// Ownership: the buffer is the caller's; nothing of `input` is kept. 32768 bytes hold every answer;
/// TapTap is asked again by a call that follows BUFFER_TOO_SMALL.
/// Threads: any; waits for the network, until `timeout_ms` at the latest.
/// Errors: INVALID_ARGUMENT (something is missing, too long or malformed), INVALID_UTF8,
/// UNSUPPORTED_FIELD, NOT_SUPPORTED (`mac_algorithm` is not known, the system gives no randomness),
/// INSECURE_URL, BUFFER_TOO_SMALL, NETWORK, DNS, CONNECT, TLS, TIMED_OUT, RESPONSE_TOO_LARGE,
/// BAD_RESPONSE, REDIRECT, SERVER, RATE_LIMITED, FORBIDDEN, NOT_FOUND, TAPTAP_SESSION_OVER (the
/// token is dead, or its key is wrong), any other TAPTAP_*.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_backend_taptap_profile(
    input: *const tdsauth_backend_taptap_input,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut tdsauth_backend_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for texts out, structs and texts in.
        let (out, call) = unsafe { (TextOut::open(buf, cap, needed)?, call_in(input)?) };
        out.write(&Value::Object(ask(&call)?.to_row()).to_string())
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(error, body) }
}
