//! The algorithms of keys, and everything that is constant for one. HACKING.md says how one is added.

use super::ecdsa::{Curve, P256, P384};
use crate::error::{Code, Error, Result};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SHA_256_WITH_RSA_ENCRYPTION};
use const_oid::db::rfc8410::ID_ED_25519;

/// The algorithms that keys are made with. Kubernetes takes more; these are the ones worth having.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// ECDSA on NIST P-256, the default.
    EcdsaP256,
    /// ECDSA on NIST P-384.
    EcdsaP384,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSA, 2048 bits, e = 65537.
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
}

/// How a key is made, read and stored: what the file of the kind needs to know of an algorithm.
pub(super) enum Kind {
    Ecdsa(&'static Curve),
    Ed25519,
    /// With this many bits.
    Rsa(u32),
}

/// What OpenSSL calls an algorithm.
pub(crate) struct OpenSsl {
    /// For `openssl genpkey -algorithm`.
    pub(crate) name: &'static str,
    /// For `-pkeyopt`. A curve is named explicitly because LibreSSL before 3.4 (macOS 12 and earlier) and OpenSSL 1.0 spell it
    /// out otherwise, and the API server refuses such keys. The names are those of RFC 5480, which every version knows.
    pub(crate) options: &'static [&'static str],
    /// For `openssl req`, where its own choice, SHA-256, is not the digest of the algorithm.
    pub(crate) digest: Option<&'static str>,
}

struct Properties {
    name: &'static str,
    kind: Kind,
    /// The AlgorithmIdentifier of its signatures, DER.
    signature: &'static [u8],
    openssl: OpenSsl,
}

/// RSA has NULL parameters (RFC 4055), the others none (RFC 5758, RFC 8410).
const RSA_SHA256: &[u8] = &identifier::<15>(SHA_256_WITH_RSA_ENCRYPTION, &[0x05, 0x00]);
const ECDSA_SHA256: &[u8] = &identifier::<12>(ECDSA_WITH_SHA_256, &[]);
const ECDSA_SHA384: &[u8] = &identifier::<12>(ECDSA_WITH_SHA_384, &[]);
const ED25519: &[u8] = &identifier::<7>(ID_ED_25519, &[]);

/// AlgorithmIdentifier (RFC 5280, 4.1.1.2), which is `N` bytes long.
const fn identifier<const N: usize>(oid: ObjectIdentifier, parameters: &[u8]) -> [u8; N] {
    let oid = oid.as_bytes();
    let mut der = [0; N];
    (der[0], der[1], der[2], der[3]) = (0x30, N as u8 - 2, 0x06, oid.len() as u8);
    let (_, contents) = der.split_at_mut(4);
    let (name, rest) = contents.split_at_mut(oid.len());
    name.copy_from_slice(oid);
    rest.copy_from_slice(parameters);
    der
}

impl KeyAlgorithm {
    /// All six.
    pub const ALL: [KeyAlgorithm; 6] = [
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::EcdsaP384,
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::Rsa2048,
        KeyAlgorithm::Rsa3072,
        KeyAlgorithm::Rsa4096,
    ];

    /// The table.
    const fn properties(self) -> &'static Properties {
        match self {
            KeyAlgorithm::EcdsaP256 => &Properties {
                name: "ecdsa-p256",
                kind: Kind::Ecdsa(P256),
                signature: ECDSA_SHA256,
                openssl: OpenSsl { name: "EC", options: &["ec_paramgen_curve:prime256v1", "ec_param_enc:named_curve"], digest: None },
            },
            KeyAlgorithm::EcdsaP384 => &Properties {
                name: "ecdsa-p384",
                kind: Kind::Ecdsa(P384),
                signature: ECDSA_SHA384,
                openssl: OpenSsl {
                    name: "EC",
                    options: &["ec_paramgen_curve:secp384r1", "ec_param_enc:named_curve"],
                    digest: Some("-sha384"),
                },
            },
            KeyAlgorithm::Ed25519 => &Properties {
                name: "ed25519",
                kind: Kind::Ed25519,
                signature: ED25519,
                openssl: OpenSsl { name: "ed25519", options: &[], digest: None },
            },
            KeyAlgorithm::Rsa2048 => const { &Properties::rsa("rsa-2048", 2048, &["rsa_keygen_bits:2048"]) },
            KeyAlgorithm::Rsa3072 => const { &Properties::rsa("rsa-3072", 3072, &["rsa_keygen_bits:3072"]) },
            KeyAlgorithm::Rsa4096 => const { &Properties::rsa("rsa-4096", 4096, &["rsa_keygen_bits:4096"]) },
        }
    }

    /// Such as `ecdsa-p256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.properties().name
    }

    /// The algorithm of exactly this name.
    ///
    /// # Errors
    /// [`Code::UnsupportedAlgorithm`].
    pub fn from_name(name: &str) -> Result<KeyAlgorithm> {
        KeyAlgorithm::ALL.into_iter().find(|algorithm| algorithm.as_str() == name).ok_or_else(|| {
            Error::new(
                Code::UnsupportedAlgorithm,
                "`algorithm` must be one of: ecdsa-p256, ecdsa-p384, ed25519, rsa-2048, rsa-3072, rsa-4096.",
            )
            .at("algorithm")
        })
    }

    /// The first algorithm of the kind that PKCS#8 names so; parameters or the key itself tell which one it is.
    pub(super) fn of_kind(oid: ObjectIdentifier) -> Option<KeyAlgorithm> {
        KeyAlgorithm::ALL.into_iter().find(|algorithm| algorithm.kind().oid() == oid)
    }

    pub(super) fn of_curve(oid: ObjectIdentifier) -> Option<(KeyAlgorithm, &'static Curve)> {
        KeyAlgorithm::ALL.into_iter().find_map(|algorithm| match algorithm.kind() {
            Kind::Ecdsa(curve) if curve.oid == oid => Some((algorithm, *curve)),
            _ => None,
        })
    }

    pub(super) fn of_rsa_bits(bits: u32) -> Option<KeyAlgorithm> {
        KeyAlgorithm::ALL.into_iter().find(|algorithm| matches!(algorithm.kind(), Kind::Rsa(size) if *size == bits))
    }

    pub(super) const fn kind(self) -> &'static Kind {
        &self.properties().kind
    }

    /// The AlgorithmIdentifier of its signatures, DER.
    pub(super) const fn signature(self) -> &'static [u8] {
        self.properties().signature
    }

    pub(crate) const fn openssl(self) -> &'static OpenSsl {
        &self.properties().openssl
    }
}

impl Properties {
    const fn rsa(name: &'static str, bits: u32, options: &'static [&'static str]) -> Properties {
        let openssl = OpenSsl { name: "RSA", options, digest: None };
        Properties { name, kind: Kind::Rsa(bits), signature: RSA_SHA256, openssl }
    }
}

impl Kind {
    /// What PKCS#8 and SubjectPublicKeyInfo call it.
    const fn oid(&self) -> ObjectIdentifier {
        match self {
            Kind::Ecdsa(_) => ID_EC_PUBLIC_KEY,
            Kind::Ed25519 => ID_ED_25519,
            Kind::Rsa(_) => RSA_ENCRYPTION,
        }
    }
}

// Texts that list algorithms.

pub(super) fn unsupported_kind() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "This kind of key is not supported and cannot be converted. Create a new one: ECDSA on P-256 or P-384, Ed25519 or RSA, such as openssl genrsa -out NEW-KEY 2048.",
    )
}

pub(super) fn unsupported_curve() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "The key is on a curve that is not supported: P-256 and P-384 are. Create a new one with openssl ecparam -name prime256v1 -genkey -noout -out NEW-KEY.",
    )
}

pub(super) fn unsupported_length() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "RSA keys of 2048, 3072 and 4096 bits are supported, and the length of a key cannot be changed. Create a new one with openssl genrsa -out NEW-KEY 2048.",
    )
}

#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::hex::hex;
    use std::collections::BTreeSet;

    /// Written out by hand from RFC 4055, 5758 and 8410.
    #[test]
    fn signature_algorithms_have_these_bytes() {
        let of = |algorithm: KeyAlgorithm| hex(algorithm.signature());
        assert_eq!(of(KeyAlgorithm::EcdsaP256), "300a06082a8648ce3d040302");
        assert_eq!(of(KeyAlgorithm::EcdsaP384), "300a06082a8648ce3d040303");
        assert_eq!(of(KeyAlgorithm::Ed25519), "300506032b6570");
        for rsa in [KeyAlgorithm::Rsa2048, KeyAlgorithm::Rsa3072, KeyAlgorithm::Rsa4096] {
            assert_eq!(of(rsa), "300d06092a864886f70d01010b0500");
        }
    }

    /// A copied row of the table shares its name, or its curve or length, with the one that it was copied from.
    #[test]
    fn each_algorithm_is_found_by_what_only_it_has() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(KeyAlgorithm::from_name(algorithm.as_str()).unwrap(), algorithm);
            let found = match algorithm.kind() {
                Kind::Ecdsa(curve) => KeyAlgorithm::of_curve(curve.oid).map(|(found, _)| found),
                Kind::Ed25519 => KeyAlgorithm::of_kind(ID_ED_25519),
                Kind::Rsa(bits) => KeyAlgorithm::of_rsa_bits(*bits),
            };
            assert_eq!(found, Some(algorithm));
        }
        let commands: BTreeSet<_> = KeyAlgorithm::ALL.map(|algorithm| (algorithm.openssl().name, algorithm.openssl().options)).into();
        assert_eq!(commands.len(), KeyAlgorithm::ALL.len());
    }

    #[test]
    fn the_error_lists_every_name() {
        let error = KeyAlgorithm::from_name("rsa").unwrap_err();
        let list = KeyAlgorithm::ALL.map(KeyAlgorithm::as_str).join(", ");
        assert_eq!(error.message(), format!("`algorithm` must be one of: {list}."));
    }
}
