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
//! Pure functions: the caller gives time stamp and nonce. Every text must be printable ASCII without
//! `"` and `\`, so that no input can end a quoted value or smuggle in a line.
#![forbid(unsafe_code)]

mod error;
mod hmac;
mod room;
mod scan;
mod target;

use std::mem::MaybeUninit;

pub use self::error::{Error, Result};
use self::hmac::{Hash, Message, Pads};
use self::room::{Byte, End, encode};
use self::scan::{any, lower, not_plain, odd_in_url, upper};
use self::target::Target;

/// The longest `key_id`, `key`, `url`, `nonce` or `ext`, in bytes. A real `kid` has about 250.
pub const MAX_FIELD: usize = 8192;
/// The longest method, in bytes.
const MAX_METHOD: usize = 32;
/// The longest host, in bytes: a DNS name has at most 253.
const MAX_HOST: usize = 255;

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

    /// Characters of a MAC in base64.
    fn mac_len(self) -> usize {
        match self {
            Self::HmacSha1 => 28,
            Self::HmacSha256 => 44,
        }
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
    /// [`Error::Refused`] when it is empty, too long or not printable ASCII.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self> {
        check("key", key, 1)?;
        Ok(Self { algorithm, pads: Pads::new(algorithm.hash(), key) })
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MacKey({}, …)", self.algorithm.name())
    }
}

/// What [`write_header`] signs.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Names the key (`kid`).
    pub key_id: &'a [u8],
    /// In any case; signed in upper case.
    pub method: &'a [u8],
    /// The absolute URL the request goes to, exactly as it is sent. A fragment is left out.
    pub url: &'a [u8],
    /// Unix seconds.
    pub ts: u64,
    /// Fresh for each request.
    pub nonce: &'a [u8],
    /// Empty for none, as TapTap has it.
    pub ext: &'a [u8],
}

/// Bytes of the header that is made of `input`, which may still be malformed.
pub fn header_len(algorithm: Algorithm, input: &Input<'_>) -> usize {
    let ext = if input.ext.is_empty() { 0 } else { EXT.len() + input.ext.len() + 1 };
    let digits = input.ts.checked_ilog10().unwrap_or(0) as usize + 1;
    AROUND + input.key_id.len() + digits + input.nonce.len() + algorithm.mac_len() + ext
}

/// Signs `input` and writes the value of an `Authorization` header to the start of `out`. Gives its
/// length; when `out` is shorter than that, nothing is written. Takes nothing from the heap.
///
/// # Errors
/// [`Error::Refused`] for a text that is missing, longer than [`MAX_FIELD`] or not printable ASCII,
/// a method that is no token, a URL that is not absolute http or https.
#[inline(never)]
pub fn write_header(key: &MacKey, input: &Input<'_>, out: &mut [u8]) -> Result<usize> {
    write(key, input, out)
}

/// [`MacKey::new`] and [`write_header`] in one, into a room that may hold anything.
///
/// # Errors
/// As theirs.
#[inline(never)]
pub fn write_header_with(
    algorithm: Algorithm,
    key: &[u8],
    input: &Input<'_>,
    out: &mut [MaybeUninit<u8>],
) -> Result<usize> {
    check("key", key, 1)?;
    write(&MacKey { algorithm, pads: Pads::new(algorithm.hash(), key) }, input, out)
}

#[inline(always)]
fn write<B: Byte>(key: &MacKey, input: &Input<'_>, out: &mut [B]) -> Result<usize> {
    let Input { key_id, method, url, ts, nonce, ext } = *input;
    check("key_id", key_id, 1)?;
    check("nonce", nonce, 1)?;
    if !ext.is_empty() {
        check("ext", ext, 1)?;
    }
    let mut digits = itoa::Buffer::new();
    let ts = digits.format(ts).as_bytes();
    let mut message = key.pads.message();
    Signed { method, url, ts, nonce, ext }.put(&mut message)?;
    message.finish();
    let ext_len = if ext.is_empty() { 0 } else { EXT.len() + ext.len() + 1 };
    let len = AROUND + key_id.len() + ts.len() + nonce.len() + key.algorithm.mac_len() + ext_len;
    if let Some(out) = out.get_mut(..len) {
        let mut end = End(out);
        end.put(ID);
        end.put(key_id);
        end.put(TS);
        end.put(ts);
        end.put(NONCE);
        end.put(nonce);
        end.put(MAC);
        // Only now: a processor writes the above while it hashes the message.
        encode(&key.pads.sign(&message), end.take(key.algorithm.mac_len()));
        end.put(b"\"");
        if !ext.is_empty() {
            end.put(EXT);
            end.put(ext);
            end.put(b"\"");
        }
    }
    Ok(len)
}

const ID: &[u8] = b"MAC id=\"";
const TS: &[u8] = b"\",ts=\"";
const NONCE: &[u8] = b"\",nonce=\"";
const MAC: &[u8] = b"\",mac=\"";
const EXT: &[u8] = b",ext=\"";
/// Bytes of a header without ext, apart from its values.
const AROUND: usize = ID.len() + TS.len() + NONCE.len() + MAC.len() + 1;

/// The parts that are signed, as a header and the request that carries it give them.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// In any case; signed in upper case.
    pub method: &'a [u8],
    /// The absolute URL. A fragment is left out.
    pub url: &'a [u8],
    /// Unix seconds, in decimal digits: signed as they stand.
    pub ts: &'a [u8],
    /// As in the header.
    pub nonce: &'a [u8],
    /// As in the header; empty for none.
    pub ext: &'a [u8],
}

/// A MAC in base64, as it stands in a header.
pub struct Mac {
    room: [u8; 44],
    len: usize,
}

impl Mac {
    /// 28 characters with SHA-1, 44 with SHA-256.
    pub fn as_bytes(&self) -> &[u8] {
        self.room.get(..self.len).unwrap_or_default()
    }
}

/// The MAC alone, for those who have written or read the header themselves. Takes nothing from the
/// heap; the texts of `signed` other than method and URL are not checked.
///
/// # Errors
/// [`Error::Refused`] for a method that is no token, a URL that is not absolute http or https.
#[inline(never)]
pub fn sign(key: &MacKey, signed: &Signed<'_>) -> Result<Mac> {
    let mut message = key.pads.message();
    signed.put(&mut message)?;
    message.finish();
    let mut mac = Mac { room: [0; 44], len: key.algorithm.mac_len() };
    encode(&key.pads.sign(&message), mac.room.get_mut(..mac.len).unwrap_or_default());
    Ok(mac)
}

impl Signed<'_> {
    #[inline(always)]
    fn put(&self, message: &mut Message) -> Result<()> {
        let usual = matches!(self.method, b"GET" | b"POST");
        if !usual {
            check_method(self.method)?;
        }
        let mut url = self.url;
        if url.len() > MAX_FIELD || any(url, odd_in_url) {
            url = without_fragment(url)?;
        }
        let target = Target::split(url)?;
        let (raised, lowered): ([u8; MAX_METHOD], [u8; MAX_HOST]);
        let (mut method, mut host) = (self.method, target.host);
        if !usual && any(method, lower) {
            raised = changed(method, <[u8]>::make_ascii_uppercase);
            method = raised.get(..method.len()).unwrap_or_default();
        }
        if any(host, upper) {
            lowered = changed(host, <[u8]>::make_ascii_lowercase);
            host = lowered.get(..host.len()).unwrap_or_default();
        }
        message.push(self.ts);
        message.push(b"\n");
        message.push(self.nonce);
        message.push(b"\n");
        message.push(method);
        message.push(if target.resource.starts_with(b"/") { b"\n" } else { b"\n/" });
        message.push(target.resource);
        message.push(b"\n");
        message.push(host);
        message.push(b"\n");
        match target.port {
            443 => message.push(b"443"),
            port => message.push(itoa::Buffer::new().format(port).as_bytes()),
        }
        message.push(b"\n");
        message.push(self.ext);
        message.push(b"\n");
        Ok(())
    }
}

/// `text`, which is at most `N` bytes long, as `change` leaves it.
#[cold]
fn changed<const N: usize>(text: &[u8], change: fn(&mut [u8])) -> [u8; N] {
    let mut room = [0; N];
    if let Some(start) = room.get_mut(..text.len()) {
        start.copy_from_slice(text);
        change(start);
    }
    room
}

/// A URL in which something is odd, if that is but a fragment: without it.
#[cold]
fn without_fragment(url: &[u8]) -> Result<&[u8]> {
    check("url", url, 1)?;
    if url.contains(&b' ') {
        return Err(refused("url"));
    }
    Ok(url.split(|&byte| byte == b'#').next().unwrap_or_default())
}

/// Refuses what could break out of a quoted value or a signed line.
#[inline(always)]
fn check(name: &'static str, text: &[u8], least: usize) -> Result<()> {
    if fits(text, least) { Ok(()) } else { Err(refused(name)) }
}

/// Its answer fits into a register, which that of [`check`] does not.
#[inline(never)]
fn fits(text: &[u8], least: usize) -> bool {
    (least..=MAX_FIELD).contains(&text.len()) && is_plain(text)
}

/// draft-01 section 2: `plain-string`, printable ASCII without `"` and `\`.
fn is_plain(bytes: &[u8]) -> bool {
    !any(bytes, not_plain)
}

/// RFC 9110 section 5.6.2: `token`.
fn check_method(method: &[u8]) -> Result<()> {
    let token = |&byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let fits = (1..=MAX_METHOD).contains(&method.len());
    if fits && method.iter().all(token) { Ok(()) } else { Err(refused("method")) }
}

/// The text itself may be a secret: it is not repeated.
#[cold]
fn refused(what: &'static str) -> Error {
    Error::Refused { what, why: "is missing, too long or holds a character that is not allowed" }
}
