//! Public keys, judged as Go's `crypto/x509` judges them (1.26), which is what kube-apiserver asks. Refusals carry Go's text.
//!
//! Source: `parsePublicKey` in `crypto/x509/parser.go`.

use crate::encoding::der::{self, Reader, tag};
use crate::go::asn1::{self, Go, Refusal, refuse_as};
use crate::go::curve;
use p256::elliptic_curve::point::AffineCoordinates;
use std::borrow::Cow;

/// Algorithm identifiers next to those of the keys made here, as the bytes of their OIDs.
mod id {
    pub(crate) use crate::encoding::oid::{EC, ED25519, P224, P256, P384, P521, RSA};
    pub(crate) const DSA: &[u8] = const_oid::db::rfc5912::ID_DSA.as_bytes();
}

/// Go's crypto/tls refuses the certificates of longer RSA keys on both sides of a handshake.
pub(crate) const MAX_RSA_IN_TLS: u32 = 8192;

/// A SubjectPublicKeyInfo in its parts (RFC 5280, 4.1.2.7).
pub(crate) struct Info<'a> {
    pub(crate) algorithm: &'a [u8],
    /// All bytes of the parameters; none where they are absent.
    pub(crate) parameters: &'a [u8],
    pub(crate) bits: Cow<'a, [u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Named {
    P224,
    P256,
    P384,
    P521,
}

/// A key as far as Go reads it.
#[derive(Debug)]
pub(crate) enum Key<'a> {
    Rsa {
        modulus: &'a [u8],
        exponent: u64,
    },
    Ec {
        curve: NamedCurve,
        point: &'a [u8],
    },
    Ed25519 {
        key: &'a [u8],
    },
    /// Go reads it and verifies nothing with it.
    Dsa,
    /// Go does not know the algorithm.
    Unknown,
}

/// One of the four curves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedCurve(pub(super) Named);

impl NamedCurve {
    pub(super) fn length(self) -> usize {
        match self.0 {
            Named::P224 => 28,
            Named::P256 => 32,
            Named::P384 => 48,
            Named::P521 => 66,
        }
    }
}

impl<'a> Key<'a> {
    /// Go's `parsePublicKey`; points are looked at by [`Key::check`].
    pub(crate) fn read(info: &'a Info<'_>) -> Go<Key<'a>> {
        match info.algorithm {
            id::RSA => rsa_key(info),
            id::EC => ec_key(info),
            id::ED25519 if !info.parameters.is_empty() => refuse_as(Refusal::Key, "x509: Ed25519 key encoded with illegal parameters"),
            id::ED25519 if info.bits.len() != 32 => refuse_as(Refusal::Key, "x509: wrong Ed25519 public key size"),
            id::ED25519 => Ok(Key::Ed25519 { key: &info.bits }),
            id::DSA => Ok(Key::Dsa),
            _ => Ok(Key::Unknown),
        }
    }

    /// Whether the point of an elliptic curve is on it.
    pub(crate) fn check(&self) -> Go<()> {
        let Key::Ec { curve, point } = self else { return Ok(()) };
        let known = match curve.0 {
            Named::P224 => curve::P224.has_point(point),
            Named::P256 => p256_key(point).is_some(),
            Named::P384 => p384_key(point).is_some(),
            Named::P521 => curve::P521.has_point(point),
        };
        if known { Ok(()) } else { refuse_as(Refusal::Key, format!("{:?} point not on curve", curve.0)) }
    }

    /// `ecdsa-p256`, `rsa-2048` …; `unknown` for what Go does not know.
    pub(crate) fn name(&self) -> String {
        match self {
            Key::Rsa { .. } => format!("rsa-{}", self.bits()),
            Key::Ec { curve, .. } => format!("ecdsa-{:?}", curve.0).to_ascii_lowercase(),
            Key::Ed25519 { .. } => "ed25519".to_owned(),
            Key::Dsa => "dsa".to_owned(),
            Key::Unknown => "unknown".to_owned(),
        }
    }

    /// Bits of an RSA modulus; 0 for other keys.
    pub(crate) fn bits(&self) -> u32 {
        let Key::Rsa { modulus, .. } = self else { return 0 };
        (modulus.len() as u32 * 8).saturating_sub(modulus.first().map_or(0, |first| first.leading_zeros()))
    }

    /// Too weak for today, although the server takes it.
    pub(crate) fn is_weak(&self) -> bool {
        match self {
            Key::Rsa { exponent, .. } => self.bits() < 2048 || *exponent < 65_537,
            Key::Ec { curve, .. } => curve.0 == Named::P224,
            _ => false,
        }
    }
}

fn rsa_key<'a>(info: &'a Info<'_>) -> Go<Key<'a>> {
    if info.parameters != [5, 0] {
        return refuse_as(Refusal::Key, "x509: RSA key missing NULL parameters");
    }
    let Some(sequence) = Reader::new(&info.bits).take(tag::SEQUENCE) else {
        return refuse_as(Refusal::Key, "x509: invalid RSA public key");
    };
    let mut fields = Reader::new(sequence);
    let mut integer = || fields.take(tag::INTEGER).filter(|contents| der::is_integer(contents));
    let Some(modulus) = integer() else { return refuse_as(Refusal::Key, "x509: invalid RSA modulus") };
    let Some(exponent) = integer().and_then(|contents| asn1::int64(contents).ok()) else {
        return refuse_as(Refusal::Key, "x509: invalid RSA public exponent");
    };
    if modulus[0] & 0x80 != 0 || modulus == [0] {
        return refuse_as(Refusal::Key, "x509: RSA modulus is not a positive number");
    }
    let Some(exponent) = u64::try_from(exponent).ok().filter(|exponent| *exponent > 0) else {
        return refuse_as(Refusal::Key, "x509: RSA public exponent is not a positive number");
    };
    Ok(Key::Rsa { modulus: modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent })
}

fn ec_key<'a>(info: &'a Info<'_>) -> Go<Key<'a>> {
    let oid = Reader::new(info.parameters).take(tag::OID).and_then(|oid| asn1::oid(oid).ok());
    let curve = match oid {
        None if info.parameters.first() == Some(&tag::SEQUENCE) => return Err(Refusal::SpelledCurve),
        None => return refuse_as(Refusal::Key, "x509: invalid ECDSA parameters"),
        Some(id::P224) => NamedCurve(Named::P224),
        Some(id::P256) => NamedCurve(Named::P256),
        Some(id::P384) => NamedCurve(Named::P384),
        Some(id::P521) => NamedCurve(Named::P521),
        Some(_) => return refuse_as(Refusal::Key, "x509: unsupported elliptic curve"),
    };
    if info.bits.first() != Some(&4) {
        return refuse_as(Refusal::Key, "ecdsa: invalid uncompressed public key");
    }
    if info.bits.len() != 1 + 2 * curve.length() {
        return refuse_as(Refusal::Key, format!("invalid {:?} point encoding", curve.0));
    }
    Ok(Key::Ec { curve, point: &info.bits })
}

/// From an uncompressed point; that it is on its curve is checked where it is made.
pub(super) fn p256_key(point: &[u8]) -> Option<p256::ecdsa::VerifyingKey> {
    let (x, y) = point.get(1..)?.split_at_checked(32)?;
    let point = p256::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
    p256::ecdsa::VerifyingKey::from_affine(point).ok()
}

pub(super) fn p384_key(point: &[u8]) -> Option<p384::ecdsa::VerifyingKey> {
    let (x, y) = point.get(1..)?.split_at_checked(48)?;
    let point = p384::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
    p384::ecdsa::VerifyingKey::from_affine(point).ok()
}
