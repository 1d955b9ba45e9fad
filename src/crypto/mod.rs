//! Private keys: which kinds there are, and what one can do with them.
//!
//! `algorithm.rs` has what is constant for an algorithm; each kind of key has a file (`ecdsa.rs`, `ed25519.rs`, `rsa.rs`), and so have
//! generation, import, checks and export. Nothing here prints a key, and nothing clones one.

mod algorithm;
mod check;
mod ecdsa;
mod ed25519;
mod export;
pub mod generate;
mod import;
mod material;
pub(crate) mod passphrase;
mod prime;
mod rsa;
mod rsa_key;
pub(crate) mod stack;

pub use algorithm::KeyAlgorithm;

use crate::encoding::hex::hex;
use crate::error::Result;
use crate::random::Random;
use material::Material;
use sha2::{Digest, Sha256};
use std::fmt;

/// What filters RSA candidates in this build: `simd`, or `library` where it has no SIMD lanes. Each search tests the lanes first (milliseconds
/// that the start of a session does without), and the library takes the place of lanes that fail.
#[must_use]
pub fn rsa_filter() -> &'static str {
    if kubecred_filter::SIMD { "simd" } else { "library" }
}

/// A private key. No `Clone`, no serialisation, `Debug` shows the algorithm alone.
pub struct PrivateKey {
    algorithm: KeyAlgorithm,
    material: Box<dyn Material>,
    public_key: Vec<u8>,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm.as_str())
    }
}

impl PrivateKey {
    /// Wraps checked material and encodes its public half.
    fn new(algorithm: KeyAlgorithm, material: Box<dyn Material>) -> Result<PrivateKey> {
        let public_key = material.public_key()?;
        Ok(PrivateKey { algorithm, material, public_key })
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
        self.algorithm.signature()
    }

    /// Signs; the bytes are those of the BIT STRING. ECDSA is deterministic (RFC 6979); randomness blinds RSA.
    ///
    /// # Errors
    /// [`crate::Code::NoRandom`]; [`crate::Code::InconsistentKey`] where the arithmetic does not come out.
    pub fn sign(&self, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>> {
        stack::wiped(|| self.material.sign(message, random))
    }
}
