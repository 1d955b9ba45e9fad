//! Public keys and signatures, for reading requests back and from others.

use super::shapes::{self, oid};
use super::{ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_SHA256};
use crate::error::{Code, Error, Result};
use crypto_bigint::BoxedUint;
use p256::elliptic_curve::point::AffineCoordinates;
use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::Verifier;
use signature::hazmat::PrehashVerifier;

/// As above, with the longer hashes.
const RSA_SHA384: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C, 0x05, 0x00];
const RSA_SHA512: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D, 0x05, 0x00];
const ECDSA_SHA512: &[u8] = &[0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04];

/// Whether a signature over a message verifies under a SubjectPublicKeyInfo. `algorithm` is the DER of the
/// AlgorithmIdentifier; any of the three hashes may stand with either curve, as for Go.
///
/// # Errors
/// [`Code::UnsupportedKey`] for key and signature algorithms that are not read here.
pub fn verify(public_key: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<bool> {
    let unknown = || Error::new(Code::UnsupportedKey, "a key or signature algorithm that is not read here");
    let (kind, bits) = shapes::read_public(public_key).ok_or_else(unknown)?;
    if algorithm == ED25519 {
        let bits = (kind.oid == oid::ED25519 && kind.parameters.is_none()).then_some(bits).and_then(|bits| bits.try_into().ok());
        let key = ed25519_dalek::VerifyingKey::from_bytes(bits.ok_or_else(unknown)?).map_err(|_| unknown())?;
        return Ok(ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()));
    }
    let (hash, scheme) = match algorithm {
        RSA_SHA256 => (Sha256::digest(message).to_vec(), Some(Pkcs1v15Sign::new::<Sha256>())),
        RSA_SHA384 => (Sha384::digest(message).to_vec(), Some(Pkcs1v15Sign::new::<Sha384>())),
        RSA_SHA512 => (Sha512::digest(message).to_vec(), Some(Pkcs1v15Sign::new::<Sha512>())),
        ECDSA_SHA256 => (Sha256::digest(message).to_vec(), None),
        ECDSA_SHA384 => (Sha384::digest(message).to_vec(), None),
        ECDSA_SHA512 => (Sha512::digest(message).to_vec(), None),
        _ => return Err(unknown()),
    };
    if let Some(scheme) = scheme {
        let numbers = (kind.oid == oid::RSA && kind.has_null()).then_some(bits).and_then(shapes::read_rsa_public);
        let (modulus, exponent) = numbers.filter(|(modulus, _)| modulus.len() <= LARGEST_MODULUS).ok_or_else(unknown)?;
        let [modulus, exponent] = [modulus, exponent].map(BoxedUint::from_be_slice_vartime);
        let key = rsa::PublicKey::new(modulus, exponent).map_err(|_| unknown())?;
        return Ok(key.verify(scheme, &hash, signature).is_ok());
    }
    let curve = (kind.oid == oid::EC).then(|| kind.curve()).flatten();
    verify_ecdsa(curve.ok_or_else(unknown)?, bits, &hash, signature).ok_or_else(unknown)
}

/// Only uncompressed points count, as for Go. That the point is on its curve is checked where it is made.
fn verify_ecdsa(curve: &[u8], bits: &[u8], hash: &[u8], signature: &[u8]) -> Option<bool> {
    let (4, coordinates) = bits.split_first()? else { return None };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    if curve == oid::P256 {
        let point = p256::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
        let key = p256::ecdsa::VerifyingKey::from_affine(point).ok()?;
        let signature = shapes::read_signature::<32>(signature).and_then(|(r, s)| p256::ecdsa::Signature::from_scalars(r, s).ok());
        return Some(signature.is_some_and(|signature| key.verify_prehash(hash, &signature).is_ok()));
    }
    if curve == oid::P384 {
        let point = p384::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
        let key = p384::ecdsa::VerifyingKey::from_affine(point).ok()?;
        let signature = shapes::read_signature::<48>(signature).and_then(|(r, s)| p384::ecdsa::Signature::from_scalars(r, s).ok());
        return Some(signature.is_some_and(|signature| key.verify_prehash(hash, &signature).is_ok()));
    }
    None
}

/// Bytes of the largest RSA modulus that is read.
const LARGEST_MODULUS: usize = 1024;

/// `ecdsa-p256`, `rsa-2048` …; `None` for what is not read here.
#[must_use]
pub fn public_key_name(public_key: &[u8]) -> Option<&'static str> {
    let (kind, bits) = shapes::read_public(public_key)?;
    match kind.oid {
        oid::ED25519 => Some("ed25519"),
        oid::EC => match kind.curve()? {
            oid::P256 => Some("ecdsa-p256"),
            oid::P384 => Some("ecdsa-p384"),
            _ => None,
        },
        oid::RSA => {
            let (modulus, _) = shapes::read_rsa_public(bits).filter(|(modulus, _)| modulus.len() <= LARGEST_MODULUS)?;
            match 8 * modulus.len() as u32 - modulus.first()?.leading_zeros() {
                2048 => Some("rsa-2048"),
                3072 => Some("rsa-3072"),
                4096 => Some("rsa-4096"),
                1024 => Some("rsa-1024"),
                _ => Some("rsa"),
            }
        }
        _ => None,
    }
}
