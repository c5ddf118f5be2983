//! What TapTap answers: data in an envelope or bare, or a refusal with a name.
//!
//! Two shapes are read, `{"data":{…},"success":true,"now":…}` and the same fields without the
//! envelope, because the documentation shows one and the service sends the other. A refusal is
//! known by its `error` name, never by its HTTP status alone: sources differ about the statuses.

use serde_json::Value;

use crate::account::Row;
use crate::account::row::{holds_text, refuse_nul};
use crate::error::{Error, Result, status};
use crate::transport::Response;

/// A successful answer.
#[derive(Clone)]
pub struct Answer {
    /// The fields, out of their envelope. May hold secrets.
    pub data: Row,
    /// TapTap's clock, Unix seconds.
    pub now: Option<u64>,
}

/// The refusals that somebody acts on. Each name as the wire has it, in any case, with or without
/// a dotted prefix (`oauth2.tapapis.com.AUTHORIZATION_PENDING`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `authorization_pending`: nobody has scanned the code.
    AuthorizationPending,
    /// `authorization_waiting`: scanned, not confirmed.
    AuthorizationWaiting,
    /// `slow_down`.
    SlowDown,
    /// `access_denied`: the player said no, or the token is dead.
    AccessDenied,
    /// `invalid_grant`.
    InvalidGrant,
    /// `invalid_grant_code`: what the service sends for a dead device code.
    InvalidGrantCode,
    /// `expired_token`.
    ExpiredToken,
    /// `invalid_request`.
    InvalidRequest,
    /// `invalid_request` because the client id belongs to the other region.
    WrongRegion,
    /// `invalid_time`: the clock differs too much.
    InvalidTime,
    /// `replay_attacks`: the nonce was seen before.
    ReplayAttacks,
    /// `invalid_client`.
    InvalidClient,
    /// `insufficient_scope`.
    InsufficientScope,
    /// `forbidden`, or status 403 without a name.
    Forbidden,
    /// `not_found`, or status 404 without a name.
    NotFound,
    /// `too_many_login_attempts`, or status 429 without a name.
    TooMany,
    /// `server_error`, or any 5xx status without a name of this list.
    ServerError,
    /// A redirect: never followed.
    Redirect,
    /// Not what the protocol says: no JSON, another shape.
    Malformed,
    /// Any other name or status.
    Other,
}

/// Which exchange a refusal answers: the same name means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A: asking for a device code.
    DeviceCode,
    /// B: polling.
    Poll,
    /// C: what the consent page hands back.
    Consent,
    /// D: a code for a token.
    Exchange,
    /// E: a token for a new one.
    Refresh,
    /// F: a signed call.
    Signed,
}

/// A refusal, or an answer that cannot be read.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What it is.
    pub kind: Kind,
    /// HTTP status.
    pub http: u16,
    /// `code`, a number reserved by TapTap; 0 when there was none.
    pub code: i32,
    /// TapTap's clock, Unix seconds: `now`, or else the `Date` of the answer.
    pub now: Option<u64>,
    /// Name and description, cut and printable.
    text: String,
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// What TapTap refused, or that it cannot be read.
    pub fn read(response: &Response) -> std::result::Result<Self, Refusal> {
        let http = response.status;
        let refusal = |kind, text: &str| {
            let now = date(response);
            Refusal { kind, http, code: 0, now, text: text.to_owned() }
        };
        if (300..400).contains(&http) {
            return Err(refusal(Kind::Redirect, "with a redirect, which is never followed"));
        }
        let whole = match serde_json::from_slice(&response.body) {
            Ok(Value::Object(whole)) => whole,
            _ if (200..300).contains(&http) => {
                return Err(refusal(Kind::Malformed, "something that is no JSON object"));
            }
            _ => return Err(refusal(unnamed(http), "")),
        };
        let now = whole.get("now").and_then(number).or_else(|| date(response));
        let success = whole.get("success").and_then(Value::as_bool);
        let wrapped = whole.contains_key("data");
        let data = match whole.get("data") {
            Some(Value::Object(data)) => data,
            _ => &whole,
        };
        let name = data.get("error").and_then(Value::as_str).filter(|name| !name.is_empty());
        if !(200..300).contains(&http) || success == Some(false) || name.is_some() {
            return Err(refused(http, data, name, now));
        }
        if (wrapped && !whole.get("data").is_some_and(Value::is_object))
            || refuse_nul(data).is_err()
        {
            return Err(refusal(Kind::Malformed, "data of another shape"));
        }
        Ok(Self { data: data.clone(), now })
    }
}

fn refused(http: u16, data: &Row, name: Option<&str>, now: Option<u64>) -> Refusal {
    let text = |name: &str| data.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let description = text("error_description").or_else(|| text("msg")).unwrap_or_default();
    let other_region = |text: &str| {
        let text = text.to_ascii_lowercase();
        holds_text(&text, "client store") && holds_text(&text, "not match")
    };
    let mut kind = name.map_or_else(|| unnamed(http), |name| named(name, http));
    if kind == Kind::InvalidRequest
        && ["error_description", "msg"].into_iter().filter_map(text).any(other_region)
    {
        kind = Kind::WrongRegion;
    }
    let code = data.get("code").and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
    Refusal { kind, http, code: code.unwrap_or(0), now, text: words(name, description) }
}

/// `name: description`, of printable characters.
pub(super) fn words(name: Option<&str>, description: &str) -> String {
    let printable =
        |text: &str, most| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    match (name, description) {
        (None, "") => String::new(),
        (None, description) => printable(description, 200),
        (Some(name), "") => printable(name, 64),
        (Some(name), description) => {
            format!("{}: {}", printable(name, 64), printable(description, 200))
        }
    }
}

/// What an `error` name means; `http` for those that are none of ours.
pub(super) fn named(name: &str, http: u16) -> Kind {
    const KINDS: [(&str, Kind); 17] = [
        ("authorization_pending", Kind::AuthorizationPending),
        ("authorization_waiting", Kind::AuthorizationWaiting),
        ("slow_down", Kind::SlowDown),
        ("access_denied", Kind::AccessDenied),
        ("invalid_grant", Kind::InvalidGrant),
        ("invalid_grant_code", Kind::InvalidGrantCode),
        ("expired_token", Kind::ExpiredToken),
        ("invalid_request", Kind::InvalidRequest),
        ("invalid_time", Kind::InvalidTime),
        ("replay_attacks", Kind::ReplayAttacks),
        ("invalid_client", Kind::InvalidClient),
        ("insufficient_scope", Kind::InsufficientScope),
        ("forbidden", Kind::Forbidden),
        ("not_found", Kind::NotFound),
        ("too_many_login_attempts", Kind::TooMany),
        ("server_error", Kind::ServerError),
        ("temporarily_unavailable", Kind::ServerError),
    ];
    // `oauth2.tapapis.com.SLOW_DOWN: InvalidArgument: …` is the longest spelling met.
    let name = name.split(':').next().unwrap_or_default().trim();
    let last = name.rsplit('.').next().unwrap_or_default();
    let known = KINDS.iter().find(|(known, _)| last.eq_ignore_ascii_case(known));
    match known {
        Some((_, kind)) => *kind,
        None if http >= 500 => Kind::ServerError,
        None => Kind::Other,
    }
}

fn unnamed(http: u16) -> Kind {
    match http {
        403 => Kind::Forbidden,
        404 => Kind::NotFound,
        429 => Kind::TooMany,
        500..=599 => Kind::ServerError,
        100..=399 => Kind::Malformed,
        _ => Kind::Other,
    }
}

impl Refusal {
    /// The refusal as an error, by what was asked.
    pub fn error(&self, place: Place) -> Error {
        let meaning = meaning(self.kind, place);
        let http = self.http;
        let text = match (meaning, self.text.as_str()) {
            (status::TAPTAP_WRONG_REGION, text) => {
                format!("the TapTap client id belongs to the other region: {text}")
            }
            (_, "") => format!("TapTap answered {http}"),
            (_, text) => format!("TapTap answered {http} {text}"),
        };
        Error::new(meaning, text).with_server(i32::from(http), self.code)
    }
}

/// The status of a refusal.
pub(super) fn meaning(kind: Kind, place: Place) -> i32 {
    match (kind, place) {
        (Kind::AccessDenied, Place::Poll | Place::Consent | Place::Exchange) => {
            status::TAPTAP_DENIED
        }
        (Kind::AccessDenied, Place::Signed) => status::TAPTAP_SESSION_OVER,
        (Kind::InvalidGrant, Place::Refresh) => status::TAPTAP_SESSION_OVER,
        (Kind::InvalidGrant | Kind::InvalidGrantCode | Kind::ExpiredToken, Place::Poll) => {
            status::TAPTAP_EXPIRED
        }
        (Kind::InvalidGrant | Kind::InvalidGrantCode | Kind::ExpiredToken, Place::Exchange) => {
            status::TAPTAP_INVALID_GRANT
        }
        (Kind::InvalidRequest, _) => status::TAPTAP_INVALID_REQUEST,
        (Kind::WrongRegion, _) => status::TAPTAP_WRONG_REGION,
        (Kind::InvalidTime, _) => status::TAPTAP_INVALID_TIME,
        (Kind::ReplayAttacks, _) => status::TAPTAP_REPLAY_ATTACKS,
        (Kind::InvalidClient, _) => status::TAPTAP_INVALID_CLIENT,
        (Kind::InsufficientScope, _) => status::TAPTAP_INSUFFICIENT_SCOPE,
        (Kind::Forbidden, _) => status::FORBIDDEN,
        (Kind::NotFound, _) => status::NOT_FOUND,
        (Kind::TooMany | Kind::SlowDown, _) => status::RATE_LIMITED,
        (Kind::ServerError, _) => status::SERVER,
        (Kind::Redirect, _) => status::REDIRECT,
        (Kind::Malformed, _) => status::BAD_RESPONSE,
        _ => status::TAPTAP_REFUSED,
    }
}

/// A whole number, as JSON or as decimal text.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// A text field; `None` when it is missing, empty or of another type.
pub(super) fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A failure to find in `data` what must be there.
pub(super) fn bad(response: &Response, message: &'static str) -> Error {
    Error::new(status::BAD_RESPONSE, message).with_server(i32::from(response.status), 0)
}

/// The `Date` header, `Sun, 06 Nov 1994 08:49:37 GMT`, as Unix seconds.
fn date(response: &Response) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, value) = response.headers.iter().find(|(name, _)| name == "date")?;
    let mut words = value.split([' ', ':']).skip(1);
    let mut next = || words.next();
    let day: u64 = next()?.parse().ok()?;
    let month = next().filter(|name| name.len() == 3)?;
    let month = MONTHS.find(month).filter(|at| at.is_multiple_of(3))?;
    let month = u64::try_from(month).ok()? / 3 + 1;
    let year: u64 = next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut clock = || -> Option<u64> { next()?.parse().ok() };
    let (hour, minute, second) = (clock()?, clock()?, clock()?);
    if !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since 1970 with years that begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Reads an answer to the call at `place`.
///
/// # Errors
/// The refusal's.
pub(super) fn read(response: &Response, place: Place) -> Result<Answer> {
    Answer::read(response).map_err(|refusal| refusal.error(place))
}
