//! Public keys and signatures, for reading requests back and from others.

use super::{ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_SHA256};
use crate::error::{Code, Error, Result};
use const_oid::ObjectIdentifier;
use der::Decode;
use rsa::traits::PublicKeyParts;
use sha2::{Sha256, Sha384, Sha512};
use signature::Verifier;
use spki::{AlgorithmIdentifierOwned, DecodePublicKey, SubjectPublicKeyInfoRef};

const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Whether a signature over a message verifies under a SubjectPublicKeyInfo.
///
/// # Errors
/// [`Code::UnsupportedKey`] for key and signature algorithms other than those of
/// [`KeyAlgorithm`](super::KeyAlgorithm) with SHA-256, SHA-384 (EC: the one that fits the curve) or SHA-512 (RSA).
pub fn verify(public_key: &[u8], algorithm: &AlgorithmIdentifierOwned, message: &[u8], signature: &[u8]) -> Result<bool> {
    let unknown = || Error::new(Code::UnsupportedKey, "a key or signature algorithm that is not read here");
    match algorithm.oid {
        ECDSA_SHA256 => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(public_key).map_err(|_| unknown())?;
            Ok(p256::ecdsa::DerSignature::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()))
        }
        ECDSA_SHA384 => {
            let key = p384::ecdsa::VerifyingKey::from_public_key_der(public_key).map_err(|_| unknown())?;
            Ok(p384::ecdsa::DerSignature::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()))
        }
        ED25519 => {
            let key = ed25519_dalek::VerifyingKey::from_public_key_der(public_key).map_err(|_| unknown())?;
            Ok(ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()))
        }
        oid => {
            let key = rsa::PublicKey::from_public_key_der(public_key).map_err(|_| unknown())?;
            let Ok(signature) = rsa::pkcs1v15::Signature::try_from(signature) else { return Ok(false) };
            match oid {
                RSA_SHA256 => Ok(rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok()),
                RSA_SHA384 => Ok(rsa::pkcs1v15::VerifyingKey::<Sha384>::new(key).verify(message, &signature).is_ok()),
                RSA_SHA512 => Ok(rsa::pkcs1v15::VerifyingKey::<Sha512>::new(key).verify(message, &signature).is_ok()),
                _ => Err(unknown()),
            }
        }
    }
}

/// `ecdsa-p256`, `rsa-2048` …; `None` for what is not read here.
#[must_use]
pub fn public_key_name(public_key: &[u8]) -> Option<&'static str> {
    let info = SubjectPublicKeyInfoRef::from_der(public_key).ok()?;
    match info.algorithm.oid {
        ED25519 => Some("ed25519"),
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
