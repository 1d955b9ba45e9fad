//! Signatures under other people's public keys: what a certificate request proves about its key.

use crate::error::{Code, Error, Result};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_224_R_1, SECP_256_R_1,
    SECP_384_R_1, SECP_521_R_1, SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use const_oid::db::rfc8410::ID_ED_25519;
use der::Decode;
use pkcs1::RsaPublicKeyRef;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};

fn unknown() -> Error {
    Error::new(Code::UnsupportedAlgorithm, "the signature is of an algorithm that is not read here, or not one for this kind of key")
}

/// Whether the signature is one of this message under this key. A malformed signature or key verifies nothing.
///
/// # Errors
/// [`Code::UnsupportedAlgorithm`] where the algorithm is none that is read here: RSA PKCS#1 v1.5 and ECDSA on P-256 and
/// P-384, each with SHA-256, SHA-384 and SHA-512, and Ed25519.
pub fn verify(public_key_der: &[u8], algorithm: &AlgorithmIdentifierOwned, message: &[u8], signature: &[u8]) -> Result<bool> {
    let key = SubjectPublicKeyInfoRef::from_der(public_key_der).map_err(|_| unknown())?;
    let bytes = key.subject_public_key.as_bytes().ok_or_else(unknown)?;
    let curve = key.algorithm.parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let verdict = match (key.algorithm.oid, curve) {
        (ID_EC_PUBLIC_KEY, Some(SECP_256_R_1)) => {
            let digest = ecdsa_digest(algorithm, message)?;
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes);
            key.and_then(|key| key.verify_prehash(&digest, &p256::ecdsa::Signature::from_der(signature)?)).is_ok()
        }
        (ID_EC_PUBLIC_KEY, Some(SECP_384_R_1)) => {
            let digest = ecdsa_digest(algorithm, message)?;
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes);
            key.and_then(|key| key.verify_prehash(&digest, &p384::ecdsa::Signature::from_der(signature)?)).is_ok()
        }
        (ID_ED_25519, None) if algorithm.oid == ID_ED_25519 => {
            let key = ed25519_dalek::VerifyingKey::try_from(bytes);
            key.and_then(|key| key.verify_strict(message, &ed25519_dalek::Signature::from_slice(signature)?)).is_ok()
        }
        (RSA_ENCRYPTION, _) => {
            let (scheme, digest) = rsa_scheme(algorithm, message)?;
            rsa_public_key(bytes).is_some_and(|key| key.verify(scheme, &digest, signature).is_ok())
        }
        _ => return Err(unknown()),
    };
    Ok(verdict)
}

fn ecdsa_digest(algorithm: &AlgorithmIdentifierOwned, message: &[u8]) -> Result<Vec<u8>> {
    match algorithm.oid {
        ECDSA_WITH_SHA_256 => Ok(Sha256::digest(message).to_vec()),
        ECDSA_WITH_SHA_384 => Ok(Sha384::digest(message).to_vec()),
        ECDSA_WITH_SHA_512 => Ok(Sha512::digest(message).to_vec()),
        _ => Err(unknown()),
    }
}

fn rsa_scheme(algorithm: &AlgorithmIdentifierOwned, message: &[u8]) -> Result<(Pkcs1v15Sign, Vec<u8>)> {
    match algorithm.oid {
        SHA_256_WITH_RSA_ENCRYPTION => Ok((Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec())),
        SHA_384_WITH_RSA_ENCRYPTION => Ok((Pkcs1v15Sign::new::<Sha384>(), Sha384::digest(message).to_vec())),
        SHA_512_WITH_RSA_ENCRYPTION => Ok((Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(message).to_vec())),
        _ => Err(unknown()),
    }
}

fn rsa_public_key(bytes: &[u8]) -> Option<RsaPublicKey> {
    RsaPublicKeyRef::from_der(bytes).ok()?.try_into().ok()
}

/// The name of a public key's algorithm, also of some that are not made here: `rsa-2048`, `ecdsa-p256`, `ed25519`, `ecdsa-p521` …
#[must_use]
pub fn public_key_name(public_key_der: &[u8]) -> Option<&'static str> {
    let key = SubjectPublicKeyInfoRef::from_der(public_key_der).ok()?;
    match key.algorithm.oid {
        ID_ED_25519 => Some("ed25519"),
        ID_EC_PUBLIC_KEY => match key.algorithm.parameters?.decode_as::<ObjectIdentifier>().ok()? {
            SECP_224_R_1 => Some("ecdsa-p224"),
            SECP_256_R_1 => Some("ecdsa-p256"),
            SECP_384_R_1 => Some("ecdsa-p384"),
            SECP_521_R_1 => Some("ecdsa-p521"),
            _ => None,
        },
        RSA_ENCRYPTION => {
            let modulus = RsaPublicKeyRef::from_der(key.subject_public_key.as_bytes()?).ok()?.modulus;
            let bits = modulus.as_bytes().len() * 8 - modulus.as_bytes().first()?.leading_zeros() as usize;
            Some(match bits {
                1024 => "rsa-1024",
                2048 => "rsa-2048",
                3072 => "rsa-3072",
                4096 => "rsa-4096",
                8192 => "rsa-8192",
                _ => "rsa",
            })
        }
        _ => None,
    }
}
