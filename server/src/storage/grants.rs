//! What ends a platform's grant: the only place that knows how it is kept.

use tdsauth_core::secret::Secret;

use super::{Result, StoreError};
use crate::seal::{Purpose, Seal};

/// The value of a column `revocable` for a grant of the user `id`.
pub(super) fn kept(seal: &Seal, id: &str, platform: &str, grant: &Secret) -> Result<String> {
    Ok(seal.seal(Purpose::Grant, &[id, platform], grant.expose())?)
}

/// The grant in a column `revocable` of the user `id`.
pub(super) fn read(seal: &Seal, id: &str, platform: &str, kept: &str) -> Result<Secret> {
    seal.open(Purpose::Grant, &[id, platform], kept)
        .map_err(|damaged| StoreError::Failed(format!("the grant of {platform} of {id} {damaged}")))
}
