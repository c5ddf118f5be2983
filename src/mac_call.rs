//! What the two MAC exports do, for this library and for `backend/`, which have the same struct
//! under two names: C values in, `tdsauth_core::mac` called, C values out.

use std::ffi::c_char;
use std::time::{SystemTime, UNIX_EPOCH};

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::mac::{self, Algorithm, Expected, Input, MAX_FIELD, MacKey};
use tdsauth_core::nonce::Nonce;

use crate::strings::{TextOut, bytes_in, required_text_in, text_in};

/// Bound of a whole header: its values, and room for what is around them.
const HEADER: usize = 4 * MAX_FIELD;

/// A text as C gives it.
#[derive(Clone, Copy)]
pub(crate) struct Text(pub(crate) *const c_char, pub(crate) usize);

impl Text {
    /// Its bytes; none when it is absent. What they may be, `tdsauth_core::mac` looks at anyway.
    ///
    /// # Safety
    /// The header's rule for texts in.
    #[inline(always)]
    unsafe fn get<'a>(self) -> Result<&'a [u8]> {
        if !self.0.is_null() && self.1 <= MAX_FIELD {
            // The usual case, as `bytes_in` has it.
            // SAFETY: not NULL, so readable for so many bytes by this function's promise.
            return Ok(unsafe { std::slice::from_raw_parts(self.0.cast::<u8>(), self.1) });
        }
        // SAFETY: the same promise as this function's.
        Ok(unsafe { bytes_in(self.0, self.1, MAX_FIELD) }?.unwrap_or_default())
    }
}

/// The fields of a `*_mac_input`, all of them from C.
pub(crate) struct MacCall {
    pub(crate) algorithm: i32,
    pub(crate) key_id: Text,
    pub(crate) key: Text,
    pub(crate) method: Text,
    pub(crate) url: Text,
    pub(crate) nonce: Text,
    pub(crate) ext: Text,
    pub(crate) ts: i64,
    pub(crate) window_s: u32,
}

impl MacCall {
    /// Body of `*_mac_header`. Takes nothing from the heap unless it fails.
    ///
    /// # Safety
    /// The header's rule for texts in, for each text.
    #[inline(always)]
    pub(crate) unsafe fn header(&self, out: &mut TextOut) -> Result<i32> {
        // SAFETY: the same promise as this function's.
        unsafe { self.put_header(out).map_err(|error| self.blame(error)) }
    }

    /// # Safety
    /// As [`MacCall::header`].
    #[inline(always)]
    unsafe fn put_header(&self, out: &mut TextOut) -> Result<i32> {
        // SAFETY: the same promise as this function's.
        let (key, key_id, method, url, given, ext) = unsafe {
            (
                self.key.get()?,
                self.key_id.get()?,
                self.method.get()?,
                self.url.get()?,
                self.nonce.get()?,
                self.ext.get()?,
            )
        };
        let fresh;
        let nonce = if given.is_empty() {
            fresh = Nonce::fresh()?;
            fresh.as_bytes()
        } else {
            given
        };
        let (algorithm, ts) = (self.algorithm()?, unix_seconds(self.ts)?);
        let input = Input { key_id, method, url, ts, nonce, ext };
        let len = mac::header_len(algorithm, &input);
        let (room, fits) = match out.room(len) {
            Some(room) => (room, status::OK),
            None => (&mut [][..], status::BUFFER_TOO_SMALL),
        };
        match mac::write_header_with(algorithm, key, &input, room) {
            Ok(_len) => Ok(fits),
            Err(error) => {
                out.clear();
                Err(error.into())
            }
        }
    }

    /// Body of `*_mac_verify`.
    ///
    /// # Safety
    /// The header's rule for texts in, for each text and `header`.
    pub(crate) unsafe fn verify(&self, header: Text) -> Result<i32> {
        // SAFETY: the same promise as this function's.
        unsafe {
            let header = required_text_in(header.0, header.1, HEADER)?;
            self.verify_header(header).map_err(|error| self.blame(error))
        }
    }

    /// # Safety
    /// As [`MacCall::verify`].
    unsafe fn verify_header(&self, header: &str) -> Result<i32> {
        let present = |text: &&[u8]| !text.is_empty();
        // SAFETY: the same promise as this function's.
        let (key_id, key, method, url, ext) = unsafe {
            (
                Some(self.key_id.get()?).filter(present),
                self.key.get()?,
                self.method.get()?,
                self.url.get()?,
                Some(self.ext.get()?).filter(present),
            )
        };
        let (now, window) = (unix_seconds(self.ts)?, self.window_s);
        let key = MacKey::new(self.algorithm()?, key)?;
        mac::verify(&key, header, &Expected { key_id, method, url, ext, now, window })?;
        Ok(status::OK)
    }

    /// A text that is refused may be none at all, which is the mistake before all others.
    ///
    /// # Safety
    /// As [`MacCall::header`].
    #[cold]
    unsafe fn blame(&self, error: Error) -> Error {
        for Text(text, len) in [self.key_id, self.key, self.method, self.url, self.nonce, self.ext]
        {
            // SAFETY: the same promise as this function's.
            match unsafe { text_in(text, len, MAX_FIELD) } {
                Err(no_text) if no_text.status == status::INVALID_UTF8 => return no_text,
                _ => {}
            }
        }
        error
    }

    /// `*_MAC_HMAC_SHA1` and `*_MAC_HMAC_SHA256` of both headers.
    fn algorithm(&self) -> Result<Algorithm> {
        match self.algorithm {
            0 => Ok(Algorithm::HmacSha1),
            1 => Ok(Algorithm::HmacSha256),
            _ => Err(Error::argument("there is no MAC algorithm of this number")),
        }
    }
}

/// The time a caller gave, or the present time for 0, in Unix seconds.
pub(crate) fn unix_seconds(ts: i64) -> Result<u64> {
    match u64::try_from(ts) {
        Ok(0) => Ok(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()),
        Ok(seconds) => Ok(seconds),
        Err(_) => Err(Error::argument("a time is negative")),
    }
}
