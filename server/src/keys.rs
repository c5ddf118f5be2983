//! The app id, the app key that ships in the game, and the master key that never does.

use std::env;
use std::path::Path;

use tdsauth_core::secret::Secret;

use crate::ids::random_text;
use crate::private_file;
use crate::start::StartError;

const APP_ID_CHARS: usize = 24;
const KEY_CHARS: usize = 32;

/// Who the service is to its callers.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Public: it names the app and proves nothing.
    pub(crate) app_id: String,
    /// Known to each copy of the game.
    pub(crate) app_key: Secret,
    /// Known to the operator alone: its bearer may do everything.
    pub(crate) master_key: Secret,
}

impl Keys {
    /// The keys from the environment, or from their files in `folder`, which are made when
    /// missing. Without a folder a missing key is made for this run only.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, StartError> {
        let keys = Self {
            app_id: value("TDSAUTH_APP_ID", folder, "app_id", APP_ID_CHARS)?,
            app_key: Secret::new(value("TDSAUTH_APP_KEY", folder, "app_key", KEY_CHARS)?),
            master_key: Secret::new(value("TDSAUTH_MASTER_KEY", folder, "master_key", KEY_CHARS)?),
        };
        if keys.app_key == keys.master_key {
            return Err(StartError::new("the app key and the master key are the same"));
        }
        Ok(keys)
    }
}

fn value(
    variable: &str,
    folder: Option<&Path>,
    file: &str,
    chars: usize,
) -> Result<String, StartError> {
    if let Some(text) = env::var_os(variable) {
        let text = text.into_string().unwrap_or_default();
        return checked(text, variable);
    }
    let Some(folder) = folder else {
        return fresh(chars);
    };
    let path = folder.join(file);
    let failed = |error| StartError::new(format!("{}: {error}", path.display()));
    if private_file::read(&path).map_err(failed)?.is_none() {
        private_file::create(&path, &fresh(chars)?).map_err(failed)?;
    }
    let text = private_file::read(&path).map_err(failed)?.unwrap_or_default();
    checked(text, &path.display().to_string())
}

fn fresh(chars: usize) -> Result<String, StartError> {
    random_text(chars).map_err(|error| StartError::new(format!("no randomness: {error}")))
}

/// Headers carry these values, and a comma separates a key from `master` there.
fn checked(text: String, source: &str) -> Result<String, StartError> {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    if text.is_empty() || text.len() > 256 || !text.bytes().all(fits) {
        return Err(StartError::new(format!(
            "{source}: 1 to 256 printable ASCII characters without space or comma are expected"
        )));
    }
    Ok(text)
}
