//! The MAC token: how a request to TapTap's open API proves whose access token it carries.
//!
//! Implements TapTap's published form of draft-ietf-oauth-v2-http-mac-01. Signed are seven lines,
//! each ended by LF: ts, nonce, method in upper case, path and query exactly as sent, host in lower
//! case, port, ext. The MAC is HMAC-SHA-1 (or HMAC-SHA-256) under the bytes of `mac_key` as they
//! are, in base64 with padding:
//!
//! ```text
//! Authorization: MAC id="<kid>",ts="1618221750",nonce="adssd",mac="oYWjWxKzPBbeK2xKY7+ADJKAlmE="
//! ```
//!
//! Pure functions: the caller gives time stamp and nonce ([`crate::nonce`]) and, to verify, the
//! present time. Every text must be printable ASCII without `"` and `\`, so that no input can end
//! a quoted value or smuggle in a line.

mod header;
mod hmac;
mod target;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

pub use self::header::Header;
use self::hmac::{Digest, Hash, Pads};
use self::target::Target;
use crate::error::{Error, Result, status};

/// The longest `key_id`, `key`, `url`, `nonce` or `ext`, in bytes. A real `kid` has about 250.
pub const MAX_FIELD: usize = 8192;
/// The longest method, in bytes.
const MAX_METHOD: usize = 32;
/// Digits of the largest 64-bit number.
const MAX_DIGITS: usize = 20;

/// `mac_algorithm` of a MAC token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// `hmac-sha-1`: the only one ever seen issued.
    #[default]
    HmacSha1,
    /// `hmac-sha-256`.
    HmacSha256,
}

impl Algorithm {
    /// The name under which a token response states it, for example `hmac-sha-1`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "hmac-sha-1",
            Self::HmacSha256 => "hmac-sha-256",
        }
    }

    /// The algorithm with this name, if there is one.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::HmacSha1, Self::HmacSha256].into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn hash(self) -> Hash {
        match self {
            Self::HmacSha1 => Hash::Sha1,
            Self::HmacSha256 => Hash::Sha256,
        }
    }
}

/// A `mac_key`, prepared for signing. Keep it when several requests are signed with one key: making
/// it costs as much as half a signature. Zeroed when dropped.
#[derive(Clone)]
pub struct MacKey {
    algorithm: Algorithm,
    pads: Pads,
}

impl MacKey {
    /// Prepares the bytes of `key` as they are: a `mac_key` is not base64-decoded.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is empty, too long or not printable ASCII.
    pub fn new(algorithm: Algorithm, key: &str) -> Result<Self> {
        check("key", key, 1)?;
        Ok(Self { algorithm, pads: Pads::new(algorithm.hash(), key.as_bytes()) })
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MacKey({}, …)", self.algorithm.name())
    }
}

/// What [`sign`] signs.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Names the key (`kid`).
    pub key_id: &'a str,
    /// In any case; signed in upper case.
    pub method: &'a str,
    /// The absolute URL the request goes to, exactly as it is sent. A fragment is left out.
    pub url: &'a str,
    /// Unix seconds.
    pub ts: u64,
    /// Fresh for each request.
    pub nonce: &'a str,
    /// Empty for none, as TapTap has it.
    pub ext: &'a str,
}

/// Signs `input`. Allocates nothing but the text of an error.
///
/// # Errors
/// `INVALID_ARGUMENT` for a text that is missing, longer than [`MAX_FIELD`] or not printable ASCII,
/// a method that is no token, a URL that is not absolute http or https.
pub fn sign<'a>(key: &MacKey, input: &Input<'a>) -> Result<SignedHeader<'a>> {
    let Input { key_id, method, url, ts, nonce, ext } = *input;
    check("key_id", key_id, 1)?;
    check("nonce", nonce, 1)?;
    check("ext", ext, 0)?;
    let ts = Decimal::new(ts);
    let mac = Signed { method, url, ts: ts.as_bytes(), nonce, ext }.mac(key)?;
    Ok(SignedHeader { key_id, nonce, ext, ts, mac })
}

/// [`sign`], and writes the header to the start of `out`. Gives its length; when `out` is shorter
/// than that, nothing is written.
///
/// # Errors
/// As [`sign`].
pub fn write_header(key: &MacKey, input: &Input<'_>, out: &mut [u8]) -> Result<usize> {
    let header = sign(key, input)?;
    let len = header.len();
    if let Some(mut rest) = out.get_mut(..len) {
        for piece in header.pieces() {
            let Some((place, after)) = rest.split_at_mut_checked(piece.len()) else { break };
            place.copy_from_slice(piece);
            rest = after;
        }
    }
    Ok(len)
}

/// The value of an `Authorization` header. Like the header itself a secret for as long as its time
/// stamp is accepted: no `Debug`.
pub struct SignedHeader<'a> {
    key_id: &'a str,
    nonce: &'a str,
    ext: &'a str,
    ts: Decimal,
    mac: Mac,
}

impl SignedHeader<'_> {
    /// The header, cut in pieces: what writes it somewhere puts them one after the other.
    pub fn pieces(&self) -> [&[u8]; 12] {
        let (before_ext, after_ext): (&[u8], &[u8]) =
            if self.ext.is_empty() { (b"", b"") } else { (b",ext=\"", b"\"") };
        [
            b"MAC id=\"",
            self.key_id.as_bytes(),
            b"\",ts=\"",
            self.ts.as_bytes(),
            b"\",nonce=\"",
            self.nonce.as_bytes(),
            b"\",mac=\"",
            self.mac.as_bytes(),
            b"\"",
            before_ext,
            self.ext.as_bytes(),
            after_ext,
        ]
    }

    /// Its length in bytes.
    #[allow(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.pieces().iter().map(|piece| piece.len()).sum()
    }
}

/// What a header must match.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The header's id must be this; `None`: any, the caller has looked the key up by it.
    pub key_id: Option<&'a str>,
    /// The method of the request that carried the header.
    pub method: &'a str,
    /// The absolute URL under which the client reached the server.
    pub url: &'a str,
    /// The header's ext must be this; `None`: any.
    pub ext: Option<&'a str>,
    /// The present time, Unix seconds.
    pub now: u64,
    /// How many seconds the header's ts may lie before or after `now`; 0: not checked.
    pub window: u32,
}

/// Verifies the value of an `Authorization` header in constant time. Whether its nonce was seen
/// before is for the caller to know ([`Header::parse`]).
///
/// # Errors
/// `INVALID_ARGUMENT` when the header or `expected` is malformed, `MAC_MISMATCH` when the header
/// was not made with this key for this request, `MAC_EXPIRED` when it was, at another time.
pub fn verify(key: &MacKey, header: &str, expected: &Expected<'_>) -> Result<()> {
    let header = Header::parse(header)?;
    check("key_id", expected.key_id.unwrap_or_default(), 0)?;
    check("ext", expected.ext.unwrap_or_default(), 0)?;
    let signed = Signed {
        method: expected.method,
        url: expected.url,
        ts: header.ts_text.as_bytes(),
        nonce: header.nonce,
        ext: header.ext,
    };
    let mac = signed.mac(key)?;
    let same = |wanted: Option<&str>, given: &str| {
        wanted.unwrap_or(given).as_bytes().ct_eq(given.as_bytes())
    };
    let matches = mac.as_bytes().ct_eq(header.mac.as_bytes())
        & same(expected.key_id, header.id)
        & same(expected.ext, header.ext);
    if !bool::from(matches) {
        return Err(Error::new(status::MAC_MISMATCH, "the MAC does not match the request"));
    }
    let window = u64::from(expected.window);
    if window != 0 && header.ts.abs_diff(expected.now) > window {
        return Err(Error::new(status::MAC_EXPIRED, "the MAC's ts is outside the time window"));
    }
    Ok(())
}

/// The parts that are signed.
struct Signed<'a> {
    method: &'a str,
    url: &'a str,
    ts: &'a [u8],
    nonce: &'a str,
    ext: &'a str,
}

impl Signed<'_> {
    fn mac(&self, key: &MacKey) -> Result<Mac> {
        check_method(self.method)?;
        check("url", self.url, 1)?;
        let target = Target::split(self.url)?;
        let mut message = key.pads.message();
        message.push(self.ts);
        message.push(b"\n");
        message.push(self.nonce.as_bytes());
        message.push(b"\n");
        message.push_as(self.method.as_bytes(), <[u8]>::make_ascii_uppercase);
        message.push(if target.resource.starts_with('/') { b"\n" } else { b"\n/" });
        message.push(target.resource.as_bytes());
        message.push(b"\n");
        message.push_as(target.host.as_bytes(), <[u8]>::make_ascii_lowercase);
        message.push(b"\n");
        message.push(Decimal::new(target.port.into()).as_bytes());
        message.push(b"\n");
        message.push(self.ext.as_bytes());
        message.push(b"\n");
        Mac::new(&key.pads.sign(&mut message))
    }
}

/// A MAC in base64.
struct Mac {
    chars: [u8; 44],
    len: usize,
}

impl Mac {
    fn new(digest: &Digest) -> Result<Self> {
        let mut chars = [0; 44];
        let len = STANDARD
            .encode_slice(digest.as_bytes(), &mut chars)
            .map_err(|_| Error::new(status::PANIC, "a MAC outgrew its size"))?;
        Ok(Self { chars, len })
    }

    fn as_bytes(&self) -> &[u8] {
        self.chars.get(..self.len).unwrap_or_default()
    }
}

/// Refuses what could break out of a quoted value or a signed line.
fn check(name: &str, text: &str, least: usize) -> Result<()> {
    let fits = (least..=MAX_FIELD).contains(&text.len());
    if fits && is_plain(text.as_bytes()) { Ok(()) } else { Err(refused(name)) }
}

/// draft-01 section 2: `plain-string`, printable ASCII without `"` and `\`. No early way out, so
/// that the compiler can look at many bytes at once.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, &byte| {
        plain & (0x20..=0x7e).contains(&byte) & (byte != b'"') & (byte != b'\\')
    })
}

/// RFC 9110 section 5.6.2: `token`.
fn check_method(method: &str) -> Result<()> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let fits = (1..=MAX_METHOD).contains(&method.len());
    if fits && method.bytes().all(token) { Ok(()) } else { Err(refused("method")) }
}

#[cold]
fn refused(name: &str) -> Error {
    // The text itself may be a secret: it is not repeated.
    Error::argument(format!("{name} is missing, too long or holds a character that is not allowed"))
}

/// A number in decimal, without leading zeros.
struct Decimal {
    digits: [u8; MAX_DIGITS],
    first: usize,
}

impl Decimal {
    fn new(mut number: u64) -> Self {
        let mut decimal = Self { digits: [b'0'; MAX_DIGITS], first: MAX_DIGITS };
        for digit in decimal.digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            decimal.first -= 1;
            if number == 0 {
                break;
            }
        }
        decimal
    }

    fn as_bytes(&self) -> &[u8] {
        self.digits.get(self.first..).unwrap_or_default()
    }
}
