//! What the two MAC exports do, for this library and for `backend/`, which have the same struct
//! under two names: C values in, `tdsauth_core::mac` called, C values out.

use std::ffi::c_char;
use std::time::{SystemTime, UNIX_EPOCH};

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::mac::{self, Algorithm, Expected, Input, MAX_FIELD, MacKey};
use tdsauth_core::nonce::Nonce;

use crate::strings::{TextOut, required_text_in, text_in};

/// Bound of a whole header: its values, and room for what is around them.
const HEADER: usize = 4 * MAX_FIELD;

/// A text as C gives it.
#[derive(Clone, Copy)]
pub(crate) struct Text(pub(crate) *const c_char, pub(crate) usize);

impl Text {
    /// An empty text is absent.
    ///
    /// # Safety
    /// The header's rule for texts in.
    unsafe fn get<'a>(self) -> Result<Option<&'a str>> {
        // SAFETY: the same promise as this function's.
        let text = unsafe { text_in(self.0, self.1, MAX_FIELD) }?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// # Safety
    /// The header's rule for texts in.
    unsafe fn required<'a>(self) -> Result<&'a str> {
        // SAFETY: the same promise as this function's.
        unsafe { required_text_in(self.0, self.1, MAX_FIELD) }
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
    pub(crate) unsafe fn header(&self, out: &TextOut) -> Result<i32> {
        // SAFETY: the same promise as this function's.
        let (key_id, key, method, url, nonce, ext) = unsafe {
            (
                self.key_id.required()?,
                self.key.required()?,
                self.method.required()?,
                self.url.required()?,
                self.nonce.get()?,
                self.ext.get()?.unwrap_or_default(),
            )
        };
        let ts = self.seconds()?;
        let key = MacKey::new(self.algorithm()?, key)?;
        let fresh;
        let nonce = match nonce {
            Some(nonce) => nonce,
            None => {
                fresh = Nonce::fresh()?;
                fresh.as_str()
            }
        };
        let header = mac::sign(&key, &Input { key_id, method, url, ts, nonce, ext })?;
        Ok(out.write_pieces(&header.pieces()))
    }

    /// Body of `*_mac_verify`.
    ///
    /// # Safety
    /// The header's rule for texts in, for each text and `header`.
    pub(crate) unsafe fn verify(&self, header: Text) -> Result<i32> {
        // SAFETY: the same promise as this function's.
        let (header, key_id, key, method, url, ext) = unsafe {
            (
                required_text_in(header.0, header.1, HEADER)?,
                self.key_id.get()?,
                self.key.required()?,
                self.method.required()?,
                self.url.required()?,
                self.ext.get()?,
            )
        };
        let (now, window) = (self.seconds()?, self.window_s);
        let key = MacKey::new(self.algorithm()?, key)?;
        mac::verify(&key, header, &Expected { key_id, method, url, ext, now, window })?;
        Ok(status::OK)
    }

    /// `TDSAUTH_MAC_HMAC_SHA1` and `TDSAUTH_MAC_HMAC_SHA256` of both headers.
    fn algorithm(&self) -> Result<Algorithm> {
        match self.algorithm {
            0 => Ok(Algorithm::HmacSha1),
            1 => Ok(Algorithm::HmacSha256),
            _ => Err(Error::argument("there is no MAC algorithm of this number")),
        }
    }

    fn seconds(&self) -> Result<u64> {
        unix_seconds(self.ts)
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
