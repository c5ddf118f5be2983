//! What ends a platform's grant: the only place that knows how it is kept.

use tdsauth_core::secret::Secret;

use super::Result;

/// The value of a column `revocable` for a grant.
pub(super) fn kept(grant: &Secret) -> Result<String> {
    Ok(grant.expose().to_owned())
}

/// The grant in a column `revocable`.
pub(super) fn read(kept: String) -> Result<Secret> {
    Ok(Secret::new(kept))
}
