//! The cryptography of TLS: what ring offers, less what no login needs but every game would carry.
//!
//! rustls' own selection of ring would add a tenth of a megabyte: the ChaCha20 suites (a server of
//! TLS 1.3 has to speak AES-GCM, and one of TLS 1.2 does), the signing keys of client certificates,
//! and Curve25519: keys are exchanged by P-256 or P-384 (a server of TLS 1.3 has to speak P-256),
//! and no public authority signs by Ed25519. All else is verified as rustls does.

use std::sync::Arc;

use rustls::crypto::ring::{cipher_suite as suite, kx_group};
use rustls::crypto::{
    CryptoProvider, GetRandomFailed, KeyProvider, SecureRandom, WebPkiSupportedAlgorithms,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{Error, SignatureScheme};
use webpki::ring as verify;

pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![
            suite::TLS13_AES_128_GCM_SHA256,
            suite::TLS13_AES_256_GCM_SHA384,
            suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        ],
        kx_groups: vec![kx_group::SECP256R1, kx_group::SECP384R1],
        signature_verification_algorithms: SIGNATURES,
        secure_random: &Os,
        key_provider: &Os,
    }
}

/// As rustls selects them for ring, without Ed25519.
static SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[
        verify::ECDSA_P256_SHA256,
        verify::ECDSA_P256_SHA384,
        verify::ECDSA_P384_SHA256,
        verify::ECDSA_P384_SHA384,
        verify::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        verify::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        verify::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
        verify::RSA_PKCS1_2048_8192_SHA256,
        verify::RSA_PKCS1_2048_8192_SHA384,
        verify::RSA_PKCS1_2048_8192_SHA512,
        verify::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
        verify::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
        verify::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    ],
    mapping: &[
        // TLS 1.2 does not tie a curve to a scheme; TLS 1.3 takes the first of each.
        (
            SignatureScheme::ECDSA_NISTP384_SHA384,
            &[verify::ECDSA_P384_SHA384, verify::ECDSA_P256_SHA384],
        ),
        (
            SignatureScheme::ECDSA_NISTP256_SHA256,
            &[verify::ECDSA_P256_SHA256, verify::ECDSA_P384_SHA256],
        ),
        (SignatureScheme::RSA_PSS_SHA512, &[verify::RSA_PSS_2048_8192_SHA512_LEGACY_KEY]),
        (SignatureScheme::RSA_PSS_SHA384, &[verify::RSA_PSS_2048_8192_SHA384_LEGACY_KEY]),
        (SignatureScheme::RSA_PSS_SHA256, &[verify::RSA_PSS_2048_8192_SHA256_LEGACY_KEY]),
        (SignatureScheme::RSA_PKCS1_SHA512, &[verify::RSA_PKCS1_2048_8192_SHA512]),
        (SignatureScheme::RSA_PKCS1_SHA384, &[verify::RSA_PKCS1_2048_8192_SHA384]),
        (SignatureScheme::RSA_PKCS1_SHA256, &[verify::RSA_PKCS1_2048_8192_SHA256]),
    ],
};

/// Randomness from the system; and no keys, since no client certificate is ever shown.
#[derive(Debug)]
struct Os;

impl SecureRandom for Os {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        getrandom::fill(bytes).map_err(|_| GetRandomFailed)
    }
}

impl KeyProvider for Os {
    fn load_private_key(&self, _key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("no client certificates".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new version of rustls that verifies more, or no longer trusts something, must be followed.
    #[test]
    fn what_is_verified_and_exchanged_is_what_rustls_selects() {
        let (ours, theirs) = (provider(), rustls::crypto::ring::default_provider());
        let schemes = |p: &CryptoProvider| {
            let algorithms = p.signature_verification_algorithms;
            let mapping = algorithms.mapping.iter().filter(|(s, _)| *s != SignatureScheme::ED25519);
            let mapping: Vec<String> = mapping.map(|pair| format!("{pair:?}")).collect();
            let known = |id: &str| id != format!("{:?}", verify::ED25519);
            let all = algorithms.all.iter().map(|algorithm| format!("{algorithm:?}"));
            (mapping, all.filter(|id| known(id)).collect::<Vec<String>>())
        };
        assert_eq!(schemes(&ours), schemes(&theirs));
        let groups = |p: &CryptoProvider| {
            let all = p.kx_groups.iter().map(|g| g.name());
            all.filter(|name| *name != rustls::NamedGroup::X25519).collect::<Vec<_>>()
        };
        assert_eq!(groups(&ours), groups(&theirs));
        assert_eq!(ours.kx_groups.len(), 2);
        let without = theirs.cipher_suites.iter().map(|s| s.suite());
        let without = without.filter(|s| !format!("{s:?}").contains("CHACHA20")).count();
        assert_eq!(ours.cipher_suites.len(), without);
        assert!(ours.cipher_suites.iter().all(|s| theirs.cipher_suites.contains(s)));
    }
}
