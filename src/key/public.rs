//! Public keys and signatures, for reading requests back and from others.

use super::{ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_SHA256};
use crate::error::{Code, Error, Result};
use const_oid::ObjectIdentifier;
use der::Decode;
use rsa::Pkcs1v15Sign;
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::Verifier;
use signature::hazmat::PrehashVerifier;
use spki::{DecodePublicKey, SubjectPublicKeyInfoRef};

/// As above, with the longer hashes.
const RSA_SHA384: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C, 0x05, 0x00];
const RSA_SHA512: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D, 0x05, 0x00];
const ECDSA_SHA512: &[u8] = &[0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04];
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Whether a signature over a message verifies under a SubjectPublicKeyInfo. `algorithm` is the DER of the
/// AlgorithmIdentifier; any of the three hashes may stand with either curve, as for Go.
///
/// # Errors
/// [`Code::UnsupportedKey`] for key and signature algorithms that are not read here.
pub fn verify(public_key: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<bool> {
    let unknown = || Error::new(Code::UnsupportedKey, "a key or signature algorithm that is not read here");
    if algorithm == ED25519 {
        let key = ed25519_dalek::VerifyingKey::from_public_key_der(public_key).map_err(|_| unknown())?;
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
        let key = rsa::PublicKey::from_public_key_der(public_key).map_err(|_| unknown())?;
        return Ok(key.verify(scheme, &hash, signature).is_ok());
    }
    verify_ecdsa(public_key, &hash, signature).ok_or_else(unknown)
}

fn verify_ecdsa(public_key: &[u8], hash: &[u8], signature: &[u8]) -> Option<bool> {
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(public_key) {
        return Some(p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify_prehash(hash, &signature).is_ok()));
    }
    let key = p384::ecdsa::VerifyingKey::from_public_key_der(public_key).ok()?;
    Some(p384::ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify_prehash(hash, &signature).is_ok()))
}

/// `ecdsa-p256`, `rsa-2048` …; `None` for what is not read here.
#[must_use]
pub fn public_key_name(public_key: &[u8]) -> Option<&'static str> {
    let info = SubjectPublicKeyInfoRef::from_der(public_key).ok()?;
    match info.algorithm.oid {
        ED25519_KEY => Some("ed25519"),
        EC => match info.algorithm.parameters_oid().ok()? {
            P256 => Some("ecdsa-p256"),
            P384 => Some("ecdsa-p384"),
            _ => None,
        },
        RSA => match rsa::PublicKey::from_public_key_der(public_key).ok()?.n().bit_width() {
            2048 => Some("rsa-2048"),
            3072 => Some("rsa-3072"),
            4096 => Some("rsa-4096"),
            1024 => Some("rsa-1024"),
            _ => Some("rsa"),
        },
        _ => None,
    }
}
