//! The .p8: the studio's private key at Apple. It comes in by a command and goes out by none.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use tdsauth_core::secret::Secret;

use crate::private_file;
use crate::seal::{Purpose, Seal, SealKey};
use crate::start::StartError;

const FILE: &str = "apple_key.p8";
/// Apple's files have 257 bytes.
const MAX_BYTES: u64 = 16 * 1024;

/// How every .p8 begins, and nothing that is sealed.
const PEM: &str = "-----BEGIN PRIVATE KEY-----";

/// Reads a .p8 from standard input, checks it and puts it, sealed, into the data folder, in the
/// place of the one before. A server that runs uses it from then on.
pub(crate) fn upload_key(folder: &Path, seal_key: Option<&Path>) -> Result<(), StartError> {
    if folder.as_os_str() == ":memory:" {
        return Err(StartError::new("--data :memory: keeps nothing, and no key either"));
    }
    let mut text = String::new();
    let read = io::stdin().take(MAX_BYTES).read_to_string(&mut text);
    read.map_err(|_| StartError::new("standard input holds no text; AuthKey_….p8 is expected"))?;
    let text = Secret::new(text);
    pair(&text).map_err(|why| StartError::new(format!("standard input: {why}")))?;
    let failed = |error: io::Error| StartError::new(format!("{}: {error}", folder.display()));
    private_file::prepare_folder(folder).map_err(failed)?;
    let _alone = private_file::lock(folder).map_err(failed)?;
    let key = SealKey::new(seal_key, Some(folder));
    let seal = key.find_or_begin().map_err(StartError::new)?;
    write(folder, &seal, &text)
}

/// Seals a .p8 that an older version left in plain. For who holds the folder's lock.
pub(crate) fn seal_key_of_before(folder: &Path, seal: &Seal) -> Result<(), StartError> {
    match private_file::read(&path(folder)).map(|text| text.map(Secret::new)) {
        Ok(Some(text)) if text.expose().starts_with(PEM) => write(folder, seal, &text),
        // What cannot be read signs nothing, and the login that needs it says why.
        _ => Ok(()),
    }
}

fn write(folder: &Path, seal: &Seal, text: &Secret) -> Result<(), StartError> {
    let path = path(folder);
    let failed = |why: String| StartError::new(format!("{}: {why}", path.display()));
    let sealed = seal
        .seal(Purpose::AppleKey, &[], text.expose().trim())
        .map_err(|error| failed(format!("no randomness: {error}")))?;
    private_file::create(&path, &sealed).map_err(|error| failed(error.to_string()))
}

/// The .p8 in the data folder.
#[derive(Debug, Clone)]
pub(in crate::verify) struct KeyFile {
    folder: PathBuf,
    seal: Arc<Seal>,
}

impl KeyFile {
    pub(in crate::verify) fn new(folder: &Path, seal: Arc<Seal>) -> Self {
        Self { folder: folder.to_owned(), seal }
    }

    /// The key, if one was put there. It blocks.
    pub(super) fn load(&self) -> Result<Option<EcdsaKeyPair>, String> {
        let text = private_file::read(&path(&self.folder)).map_err(|error| error.to_string())?;
        text.map(|text| {
            let opened = self.seal.open(Purpose::AppleKey, &[], &text);
            let pem = opened.map_err(|damaged| format!("Apple's private key {damaged}"))?;
            pair(&pem).map_err(str::to_owned)
        })
        .transpose()
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Reads PKCS#8 in PEM with a key on P-256.
fn pair(pem: &Secret) -> Result<EcdsaKeyPair, &'static str> {
    let text = pem.expose().trim();
    let inner = text
        .strip_prefix(PEM)
        .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
        .ok_or("no private key (PKCS#8 in PEM, as in Apple's AuthKey_….p8)")?;
    let base64 = Secret::new(inner.split_ascii_whitespace().collect::<String>());
    let der = STANDARD.decode(base64.expose()).map_err(|_| "the private key is damaged")?;
    let der = zeroize::Zeroizing::new(der);
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new())
        .map_err(|_| "the private key is not one on P-256, as Apple's are")
}
