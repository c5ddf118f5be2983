//! Writes the bundled roots of TLS into one file for `transport/builtin/roots.rs`: as the table of
//! pointers that webpki-roots offers they would take more of every game.

use std::path::Path;

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    let path = Path::new(&folder).join("roots");
    std::fs::write(&path, roots()?).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(not(feature = "tls"))]
fn roots() -> Result<Vec<u8>, String> {
    Ok(Vec::new())
}

/// Three fields for each: subject, public key, name constraints; before each one its length in two
/// bytes, the low one first. Where there are no constraints, that is 0.
#[cfg(feature = "tls")]
fn roots() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for root in webpki_roots::TLS_SERVER_ROOTS {
        let constraints = root.name_constraints.as_deref().unwrap_or_default();
        for field in [&*root.subject, &*root.subject_public_key_info, constraints] {
            let length = u16::try_from(field.len()).map_err(|_| "a root is too long")?;
            bytes.extend(length.to_le_bytes());
            bytes.extend(field);
        }
    }
    Ok(bytes)
}
