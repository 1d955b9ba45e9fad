//! Signature algorithms: which one an AlgorithmIdentifier names for Go's `crypto/x509` (1.26).
//!
//! Source: `getSignatureAlgorithmFromAI` in `crypto/x509/x509.go`.

use crate::encoding::der::tag;
use crate::go::asn1::{self, Fields};

/// Algorithm identifiers as the bytes of their OIDs.
mod id {
    pub(crate) use crate::encoding::oid::{EC, ED25519, RSA};
    use const_oid::db::rfc5912;
    pub(crate) const MGF1: &[u8] = rfc5912::ID_MGF_1.as_bytes();
    pub(crate) const PSS: &[u8] = rfc5912::ID_RSASSA_PSS.as_bytes();
    /// 2.16.840.1.101.3.4.2, before the last number.
    pub(crate) const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scheme {
    Unknown,
    Md5,
    Rsa(Hash),
    Pss(Hash),
    Dsa,
    Ecdsa(Hash),
    Ed25519,
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Algorithm(pub(super) Scheme);

impl Algorithm {
    /// Go's `getSignatureAlgorithmFromAI`: only Ed25519 and PSS look at the parameters.
    pub(crate) fn read((oid, parameters): (&[u8], &[u8])) -> Algorithm {
        let rsa = &id::RSA[..8];
        let ecdsa = &id::EC[..5];
        Algorithm(match oid {
            id::ED25519 if parameters.is_empty() => Scheme::Ed25519,
            id::PSS => pss(parameters).map_or(Scheme::Unknown, Scheme::Pss),
            [start @ .., 4] if start == rsa => Scheme::Md5,
            [start @ .., 5] if start == rsa => Scheme::Rsa(Hash::Sha1),
            [0x2B, 0x0E, 0x03, 0x02, 0x1D] => Scheme::Rsa(Hash::Sha1),
            [start @ .., 11] if start == rsa => Scheme::Rsa(Hash::Sha256),
            [start @ .., 12] if start == rsa => Scheme::Rsa(Hash::Sha384),
            [start @ .., 13] if start == rsa => Scheme::Rsa(Hash::Sha512),
            [start @ .., 4, 1] if start == ecdsa => Scheme::Ecdsa(Hash::Sha1),
            [start @ .., 4, 3, 2] if start == ecdsa => Scheme::Ecdsa(Hash::Sha256),
            [start @ .., 4, 3, 3] if start == ecdsa => Scheme::Ecdsa(Hash::Sha384),
            [start @ .., 4, 3, 4] if start == ecdsa => Scheme::Ecdsa(Hash::Sha512),
            [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 3] | [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 3, 2] => Scheme::Dsa,
            _ => Scheme::Unknown,
        })
    }

    /// `ecdsa-with-sha256`, `rsa-with-sha256`, `rsa-pss-with-sha256`, `ed25519` …
    pub(crate) fn name(self) -> String {
        let name = match self.0 {
            Scheme::Unknown => "unknown",
            Scheme::Md5 => "rsa-with-md5",
            Scheme::Dsa => "dsa",
            Scheme::Ed25519 => "ed25519",
            Scheme::Rsa(hash) => return format!("rsa-with-{hash:?}").to_ascii_lowercase(),
            Scheme::Pss(hash) => return format!("rsa-pss-with-{hash:?}").to_ascii_lowercase(),
            Scheme::Ecdsa(hash) => return format!("ecdsa-with-{hash:?}").to_ascii_lowercase(),
        };
        name.to_owned()
    }

    /// Signed over SHA-1, which Go still takes in requests.
    pub(crate) fn is_sha1(self) -> bool {
        matches!(self.0, Scheme::Rsa(Hash::Sha1) | Scheme::Ecdsa(Hash::Sha1))
    }
}

/// RSASSA-PSS-params (RFC 4055, 3.1) in the three forms that Go takes: one hash throughout, salt as long as the hash.
fn pss(parameters: &[u8]) -> Option<Hash> {
    let mut fields = Fields::new(Fields::new(parameters).take(tag::SEQUENCE).ok()?.contents);
    let mut explicit = |number: u8, tag: u8| fields.explicit(number).ok()?.then(|| fields.take(tag).ok())?;
    let (hash, hash_parameters) = asn1::algorithm(explicit(0, tag::SEQUENCE)?.contents).ok()?;
    let (generator, generator_parameters) = asn1::algorithm(explicit(1, tag::SEQUENCE)?.contents).ok()?;
    let salt = asn1::int64(explicit(2, tag::INTEGER)?.contents).ok()?;
    let trailer = if fields.explicit(3).ok()? { asn1::int64(fields.take(tag::INTEGER).ok()?.contents).ok()? } else { 1 };
    let inner = Fields::new(generator_parameters).take(tag::SEQUENCE).ok()?;
    let (inner, inner_parameters) = asn1::algorithm(inner.contents).ok()?;
    let empty = |parameters: &[u8]| matches!(parameters, [] | [5, 0]);
    if !empty(hash_parameters) || !empty(inner_parameters) || generator != id::MGF1 || inner != hash || trailer != 1 {
        return None;
    }
    match (hash.strip_prefix(id::SHA2)?, salt) {
        ([1], 32) => Some(Hash::Sha256),
        ([2], 48) => Some(Hash::Sha384),
        ([3], 64) => Some(Hash::Sha512),
        _ => None,
    }
}
