//! The MAC token: the signed `Authorization` header of TapTap's open API.
//!
//! Lives in the package `tdsauth-mac` (`core/mac/`), because a package is what can be optimised
//! apart: signing for speed, the rest of the library, and verifying with it, for size.

mod header;

use subtle::ConstantTimeEq as _;
pub use tdsauth_mac::*;

pub use self::header::Header;

use crate::error::{self, status};

impl From<tdsauth_mac::Error> for error::Error {
    fn from(error: tdsauth_mac::Error) -> Self {
        let status = match error {
            tdsauth_mac::Error::Refused { .. } => status::INVALID_ARGUMENT,
            tdsauth_mac::Error::Mismatch => status::MAC_MISMATCH,
            tdsauth_mac::Error::Expired => status::MAC_EXPIRED,
        };
        Self::new(status, error.to_string())
    }
}

/// What a header must match.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The header's id must be this; `None`: any, the caller has looked the key up by it.
    pub key_id: Option<&'a [u8]>,
    /// The method of the request that carried the header.
    pub method: &'a [u8],
    /// The absolute URL under which the client reached the server.
    pub url: &'a [u8],
    /// The header's ext must be this; `None`: any.
    pub ext: Option<&'a [u8]>,
    /// The present time, Unix seconds.
    pub now: u64,
    /// How many seconds the header's ts may lie before or after `now`; 0: not checked.
    pub window: u32,
}

/// Verifies the value of an `Authorization` header in constant time. Whether its nonce was seen
/// before is for the caller to know ([`Header::parse`]).
///
/// # Errors
/// [`Error::Refused`] when the header or `expected` is malformed, [`Error::Mismatch`] when the header
/// was not made with this key for this request, [`Error::Expired`] when it was, at another time.
pub fn verify(key: &MacKey, header: &str, expected: &Expected<'_>) -> Result<()> {
    let header = Header::parse(header)?;
    check("key_id", expected.key_id.unwrap_or_default())?;
    check("ext", expected.ext.unwrap_or_default())?;
    let signed = Signed {
        method: expected.method,
        url: expected.url,
        ts: header.ts_text.as_bytes(),
        nonce: header.nonce.as_bytes(),
        ext: header.ext.as_bytes(),
    };
    let mac = sign(key, &signed)?;
    let same = |wanted: Option<&[u8]>, given: &str| {
        wanted.unwrap_or(given.as_bytes()).ct_eq(given.as_bytes())
    };
    let matches = mac.as_bytes().ct_eq(header.mac.as_bytes())
        & same(expected.key_id, header.id)
        & same(expected.ext, header.ext);
    if !bool::from(matches) {
        return Err(Error::Mismatch);
    }
    let window = u64::from(expected.window);
    if window != 0 && header.ts.abs_diff(expected.now) > window {
        return Err(Error::Expired);
    }
    Ok(())
}

/// Refuses what cannot stand in a header.
fn check(name: &'static str, text: &[u8]) -> Result<()> {
    if text.len() <= MAX_FIELD && is_plain(text) {
        return Ok(());
    }
    Err(Error::Refused {
        what: name,
        why: "is missing, too long or holds a character that is not allowed",
    })
}

/// draft-01 section 2: `plain-string`, printable ASCII without `"` and `\`.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}
