//! The studio's roles, out of a file.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::{Place, on_database};
use crate::binding::Role;
use crate::start::StartError;
use crate::storage::{PutRoles, StoreError};

/// Roles of one transaction.
const AT_ONCE: usize = 500;
/// Longest line, in bytes.
const MAX_LINE: u64 = 16 * 1024;

/// What is done about roles.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RolesOrder {
    /// Makes the roles of a file, or brings those of before up to date. None is taken away.
    Import {
        #[command(flatten)]
        place: Place,
        /// One JSON object a line: role_id, account (the player's objectId), nickname and, if it
        /// has them, display_role_id, level, profession, zone and server.
        file: PathBuf,
    },
}

/// Does an order about roles. A mistake in a line changes nothing; the file can be imported again
/// after any other failure.
pub(crate) fn roles(order: RolesOrder) -> Result<(), StartError> {
    let RolesOrder::Import { place, file } = order;
    // All is read before the first is written.
    let mut numbered = read(&file)?;
    on_database(&place, async |store| {
        while !numbered.is_empty() {
            let rest = numbered.split_off(numbered.len().min(AT_ONCE));
            let (lines, roles): (Vec<_>, Vec<_>) =
                std::mem::replace(&mut numbered, rest).into_iter().unzip();
            if let Err(at) = store.order(PutRoles { roles }).await? {
                let (line, first) = (lines.get(at).copied(), lines.first().copied());
                let text = format!(
                    "line {}: there is no such account; the lines before {} are imported",
                    line.unwrap_or_default(),
                    first.unwrap_or_default(),
                );
                return Err(StoreError::Failed(text));
            }
        }
        Ok(())
    })
}

/// The roles with their lines, counted from 1.
fn read(path: &Path) -> Result<Vec<(usize, Role)>, StartError> {
    let failed = |why: String| StartError::new(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut reader = BufReader::new(file);
    let (mut roles, mut number) = (Vec::new(), 0);
    loop {
        let mut line = Vec::new();
        let mut bounded = reader.by_ref().take(MAX_LINE);
        let size =
            bounded.read_until(b'\n', &mut line).map_err(|error| failed(error.to_string()))?;
        if size == 0 {
            return Ok(roles);
        }
        number += 1;
        if !line.ends_with(b"\n") && line.len() as u64 == MAX_LINE {
            return Err(failed(format!("line {number}: is too long")));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let role: Role = serde_json::from_slice(&line)
            .map_err(|error| failed(format!("line {number}: {error}")))?;
        if let Some(why) = role.objection() {
            return Err(failed(format!("line {number}: {why}")));
        }
        roles.push((number, role));
    }
}
