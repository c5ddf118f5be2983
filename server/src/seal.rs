//! The seal key, which lies outside the database, and what it keeps closed there: a copy of the
//! database opens no account.
//!
//! From the file's 256 bits HKDF-SHA-256 derives a key for each record and purpose, with which
//! AES-256-GCM seals that one value. So a random nonce is as good as a counter: a key seals a few
//! values in its life, not all of a database's, and 96 bits do not repeat among those. What was
//! sealed for one record or column does not open in the place of another.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use tdsauth_core::secret::Secret;
use zeroize::Zeroizing;

use crate::private_file;

/// The key's file in the data folder.
const FILE: &str = "seal_key";
const VARIABLE: &str = "TDSAUTH_SEAL_KEY";
const KEY_BYTES: usize = 32;

/// What a value is sealed for. Each has keys of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// A session token, of the user whose id is the record's.
    Session,
    /// Who somebody is on a platform; the record is user id and platform.
    Identity,
    /// What ends a platform's grant: of an account (user id and platform), or of one that is gone (the
    /// id of what is owed, and platform).
    Grant,
    /// Apple's private key of the studio (the .p8), of which there is one.
    AppleKey,
    /// Who a player is, for the support desk; the record is the app and a text of the token's own.
    IdentityToken,
    /// What is under way of a role's binding: codes and tokens, which are only looked for, and what
    /// ties a browser to it.
    Binding,
    /// The value by which a database knows its key.
    Check,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Identity => "identity",
            Self::Grant => "grant",
            Self::AppleKey => "apple key",
            Self::IdentityToken => "identity token",
            Self::Binding => "binding",
            Self::Check => "check",
        }
    }
}

/// What was sealed does not open: it is damaged, another record's, or sealed under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("does not open under the seal key: it is damaged or another record's")
    }
}

/// The seal key.
pub(crate) struct Seal {
    root: hkdf::Prk,
    /// Names it in errors.
    source: String,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// `text`: 64 hex digits.
    pub(crate) fn read(text: &Secret, source: String) -> Result<Self, String> {
        let Some(key) = unhex(text.expose()) else {
            let digits = KEY_BYTES * 2;
            return Err(format!("{source}: {digits} hexadecimal digits are expected"));
        };
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"tdsauth seal 1").extract(key.as_slice());
        Ok(Self { root, source })
    }

    /// Where the key is from: a path or a variable.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Seals `secret` for one record. The text is base64url of nonce, ciphertext and tag; each call
    /// gives another one. Fails only when the operating system has no randomness to give.
    pub(crate) fn seal(
        &self,
        purpose: Purpose,
        record: &[&str],
        secret: &str,
    ) -> Result<String, getrandom::Error> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce)?;
        let context = context(purpose, record);
        let mut sealed = nonce.to_vec();
        let mut text = Zeroizing::new(secret.as_bytes().to_vec());
        let tag = self
            .key(&context)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_separate_tag(nonce, Aad::from(&context), &mut text)
            })
            // Beyond 64 GB, which nothing here has.
            .map_err(|_| getrandom::Error::UNEXPECTED)?;
        sealed.extend_from_slice(&text);
        sealed.extend_from_slice(tag.as_ref());
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what was sealed for this purpose and record.
    pub(crate) fn open(
        &self,
        purpose: Purpose,
        record: &[&str],
        sealed: &str,
    ) -> Result<Secret, Damaged> {
        let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Damaged)?);
        let (nonce, closed) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(Damaged)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let context = context(purpose, record);
        let key = self.key(&context).map_err(|_| Damaged)?;
        let text = key.open_in_place(nonce, Aad::from(&context), closed).map_err(|_| Damaged)?;
        str::from_utf8(text).map(Secret::new).map_err(|_| Damaged)
    }

    /// What `secret` is found by: the same for the same, and of no use to whoever reads it.
    pub(crate) fn lookup(&self, purpose: Purpose, secret: &[&str]) -> String {
        let info = [b"lookup\0".as_slice(), purpose.name().as_bytes()];
        let Ok(key) = self.root.expand(&info, hmac::HMAC_SHA256) else {
            // Only of more bytes than HKDF has to give, and these are 32.
            return String::new();
        };
        let secret = Zeroizing::new(secret.join("\0"));
        let tag = hmac::sign(&hmac::Key::from(key), secret.as_bytes());
        URL_SAFE_NO_PAD.encode(tag)
    }

    fn key(&self, context: &str) -> Result<LessSafeKey, ring::error::Unspecified> {
        let info = [b"seal\0".as_slice(), context.as_bytes()];
        Ok(LessSafeKey::new(UnboundKey::from(self.root.expand(&info, &AES_256_GCM)?)))
    }
}

/// One text for one record; nothing that is kept holds U+0000.
fn context(purpose: Purpose, record: &[&str]) -> String {
    format!("{}\0{}", purpose.name(), record.join("\0"))
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    if pairs.len() != KEY_BYTES {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(pairs) {
        let digit = |digit: &u8| char::from(*digit).to_digit(16);
        *byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
    }
    Some(key)
}

/// Where the seal key is to be found: the file of `--seal-key`, else the environment, else the data
/// folder.
#[derive(Debug, Clone)]
pub(crate) struct SealKey {
    option: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl SealKey {
    /// `folder`: the data's, or `None` when everything stays in memory.
    pub(crate) fn new(option: Option<&Path>, folder: Option<&Path>) -> Self {
        Self { option: option.map(Path::to_owned), folder: folder.map(Path::to_owned) }
    }

    /// The key, if there is one.
    pub(crate) fn find(&self) -> Result<Option<Seal>, String> {
        if let Some(path) = &self.option {
            let found = read(path)?;
            return found
                .ok_or_else(|| format!("{}: there is no such file", path.display()))
                .map(Some);
        }
        if let Some(text) = env::var_os(VARIABLE) {
            let text = Secret::new(text.into_string().unwrap_or_default());
            return Seal::read(&text, VARIABLE.to_owned()).map(Some);
        }
        self.folder.as_ref().map_or(Ok(None), |folder| read(&folder.join(FILE)))
    }

    /// The key, which is made when it is missing and nothing was sealed yet: in the data folder,
    /// whose lock the caller holds, or for this run only.
    pub(crate) fn find_or_make(&self, database: Database) -> Result<Seal, String> {
        if let Some(seal) = self.find()? {
            return Ok(seal);
        }
        let path = self.folder.as_ref().map(|folder| folder.join(FILE));
        let place =
            path.as_ref().map_or("--seal-key".to_owned(), |path| path.display().to_string());
        match (database, path) {
            (Database::Sealed, _) => Err(format!(
                "{place} is missing, and the database is sealed: put the key back, for no new one \
                 opens it"
            )),
            (_, Some(path)) => {
                let text = fresh()?;
                private_file::create(&path, text.expose())
                    .map_err(|error| format!("{place}: {error}"))?;
                Seal::read(&text, place)
            }
            (Database::Lasting, None) => Err(
                "a database that stays needs a seal key that stays: a data folder, --seal-key or \
                 TDSAUTH_SEAL_KEY"
                    .to_owned(),
            ),
            (Database::Memory, None) => Seal::read(&fresh()?, "memory".to_owned()),
        }
    }

    /// For who has only the data folder: as [`Self::find_or_make`], but a folder with a service's
    /// keys in it has lost its seal key, if there is none.
    pub(crate) fn find_or_begin(&self) -> Result<Seal, String> {
        let used = |folder: &PathBuf| {
            ["tdsauth.db", "app_id"].iter().any(|file| folder.join(file).exists())
        };
        let database = match &self.folder {
            Some(folder) if used(folder) => Database::Sealed,
            _ => Database::Lasting,
        };
        self.find_or_make(database)
    }
}

/// What a new key would be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    /// Under a key already.
    Sealed,
    /// Not sealed yet, and on a disk.
    Lasting,
    /// Not sealed yet, and gone with the process.
    Memory,
}

fn read(path: &Path) -> Result<Option<Seal>, String> {
    let place = path.display().to_string();
    let text = private_file::read(path).map_err(|error| format!("{place}: {error}"))?;
    text.map(|text| Seal::read(&Secret::new(text), place)).transpose()
}

fn fresh() -> Result<Secret, String> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(|error| format!("no randomness: {error}"))?;
    Ok(Secret::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(key: &str) -> Seal {
        Seal::read(&Secret::new(key), "test".into()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_alone() {
        let own = seal(&"5a".repeat(32));
        let sealed = own.seal(Purpose::Session, &["a", "b"], "secret").unwrap();
        assert!(own.open(Purpose::Session, &["a", "b"], &sealed).unwrap() == Secret::new("secret"));
        assert_ne!(own.seal(Purpose::Session, &["a", "b"], "secret").unwrap(), sealed);
        for (purpose, record) in [
            (Purpose::Identity, &["a", "b"][..]),
            (Purpose::Session, &["a", "c"]),
            (Purpose::Session, &["ab"]),
            (Purpose::Session, &["a"]),
        ] {
            assert_eq!(own.open(purpose, record, &sealed), Err(Damaged));
        }
        let other = seal(&"5b".repeat(32));
        assert_eq!(other.open(Purpose::Session, &["a", "b"], &sealed), Err(Damaged));
        assert_ne!(other.lookup(Purpose::Session, &["x"]), own.lookup(Purpose::Session, &["x"]));
    }

    #[test]
    fn no_bit_can_be_changed_and_nothing_left_out() {
        let own = seal(&"5a".repeat(32));
        let sealed = own.seal(Purpose::Check, &[], "text").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(own.open(Purpose::Check, &[], &changed), Err(Damaged));
        }
        for length in 0..sealed.len() {
            assert_eq!(own.open(Purpose::Check, &[], &sealed[..length]), Err(Damaged));
        }
    }

    #[test]
    fn a_key_is_64_hex_digits() {
        for wrong in
            ["", "5a", &"5a".repeat(31), &"5a".repeat(33), &"zz".repeat(32), &"é".repeat(32)]
        {
            let said = Seal::read(&Secret::new(wrong), "file".into()).unwrap_err();
            assert_eq!(said, "file: 64 hexadecimal digits are expected");
        }
    }
}
