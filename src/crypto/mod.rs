//! Private keys: which kinds there are, and what one can do with them.
//!
//! Generation, import, checks and export each have a file. Nothing here prints a key, and nothing clones one.

mod algorithm;
mod check;
mod export;
pub mod generate;
mod import;
pub(crate) mod passphrase;
mod prime;
mod rsa_key;
pub(crate) mod stack;

pub use algorithm::KeyAlgorithm;

use crate::encoding::container;
use crate::encoding::hex::hex;

use crate::error::{Code, Error, Result};
use crate::random::{Lent, Random};
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1};
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};
use signature::Signer;
use std::fmt;

/// How RSA candidates are filtered here: `simd`, or `library` where there are no lanes or one fails its test.
#[must_use]
pub fn rsa_filter() -> &'static str {
    if kubecred_filter::simd_works() { "simd" } else { "library" }
}

/// The key itself. Each kind wipes itself on drop; boxed, because what is moved out of `stack::wiped` leaves copies behind.
pub(crate) enum Material {
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Rsa(Box<rsa::PrivateKey>),
}

/// A private key. No `Clone`, no serialisation, `Debug` shows the algorithm alone.
pub struct PrivateKey {
    algorithm: KeyAlgorithm,
    material: Material,
    public_key: Vec<u8>,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm.as_str())
    }
}

/// AlgorithmIdentifiers of signatures, DER: RSA has NULL parameters (RFC 4055), the others none (RFC 5758, RFC 8410).
const RSA_SHA256: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00];
const ECDSA_SHA256: &[u8] = &[0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
const ECDSA_SHA384: &[u8] = &[0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03];
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70];

impl PrivateKey {
    /// Wraps checked material and encodes its public half.
    pub(crate) fn new(algorithm: KeyAlgorithm, material: Material) -> Result<PrivateKey> {
        let public_key = match &material {
            Material::P256(key) => container::public_ec(&SECP_256_R_1, key.verifying_key().to_sec1_point(false).as_bytes()),
            Material::P384(key) => container::public_ec(&SECP_384_R_1, key.verifying_key().to_sec1_point(false).as_bytes()),
            Material::Ed25519(key) => container::public_ed25519(key.verifying_key().as_bytes()),
            Material::Rsa(key) => container::public_rsa(&key.n().to_be_bytes(), &key.e().to_be_bytes()),
        }?;
        Ok(PrivateKey { algorithm, material, public_key })
    }

    pub(crate) fn material(&self) -> &Material {
        &self.material
    }

    /// Which kind it is.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7).
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key
    }

    /// Lower-case hex SHA-256 of [`PrivateKey::public_key_der`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(&self.public_key))
    }

    /// What [`PrivateKey::sign`] signs with: the DER of its AlgorithmIdentifier. SHA-256, for P-384 SHA-384.
    #[must_use]
    pub fn signature_algorithm(&self) -> &'static [u8] {
        match &self.material {
            Material::P256(_) => ECDSA_SHA256,
            Material::P384(_) => ECDSA_SHA384,
            Material::Ed25519(_) => ED25519,
            Material::Rsa(_) => RSA_SHA256,
        }
    }

    /// Signs; the bytes are those of the BIT STRING. ECDSA is deterministic (RFC 6979); randomness blinds RSA.
    ///
    /// # Errors
    /// [`Code::NoRandom`]; [`Code::InconsistentKey`] where the arithmetic does not come out.
    pub fn sign(&self, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>> {
        stack::wiped(|| self.sign_in_frame(message, random))
    }

    fn sign_in_frame(&self, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>> {
        let failed = |_| Error::new(Code::InconsistentKey, "the key does not sign");
        match &self.material {
            Material::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Material::P384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Material::Ed25519(key) => Ok(key.try_sign(message).map_err(failed)?.to_bytes().to_vec()),
            Material::Rsa(key) => {
                let mut lent = Lent::new(random)?;
                let signature = key.sign_with_rng(&mut lent, rsa::Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
                lent.result()?;
                signature.map_err(|_| failed(signature::Error::new()))
            }
        }
    }
}
