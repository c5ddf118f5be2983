//! The roots that everybody trusts, as `core/build.rs` packed them.

use rustls::pki_types::{Der, TrustAnchor};

/// For each root its subject, public key and name constraints, each after its length.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/roots"));

/// Mozilla's roots; they point into the library.
pub(super) fn bundled() -> impl Iterator<Item = TrustAnchor<'static>> {
    let mut rest = PACKED;
    std::iter::from_fn(move || {
        Some(TrustAnchor {
            subject: field(&mut rest)?,
            subject_public_key_info: field(&mut rest)?,
            name_constraints: field(&mut rest).filter(|field| !field.is_empty()),
        })
    })
}

fn field(rest: &mut &'static [u8]) -> Option<Der<'static>> {
    let (length, after) = rest.split_first_chunk()?;
    let (field, after) = after.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    *rest = after;
    Some(Der::from_slice(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_of_the_roots() {
        let all: Vec<TrustAnchor<'static>> = bundled().collect();
        assert_eq!(all, webpki_roots::TLS_SERVER_ROOTS);
    }
}
