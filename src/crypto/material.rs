//! What a private key does, of whatever kind it is. Each kind has a file: `ecdsa.rs`, `ed25519.rs`, `rsa.rs`.

use crate::error::{Code, Error, Result};
use crate::random::Random;

/// The key itself. Each kind wipes itself on drop; always boxed, because what is moved out of `stack::wiped` leaves copies behind.
pub(super) trait Material: Send + Sync {
    /// SubjectPublicKeyInfo, DER.
    fn public_key(&self) -> Result<Vec<u8>>;

    /// The bytes of the BIT STRING of a signature. Only RSA draws: for blinding.
    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>>;

    /// PKCS#8 version 1, DER.
    fn pkcs8(&self) -> Result<Vec<u8>>;
}

pub(super) fn does_not_sign() -> Error {
    Error::new(Code::InconsistentKey, "The key cannot sign. Generate a new key.")
}

pub(super) fn malformed() -> Error {
    Error::new(Code::InvalidKey, "The private key is damaged: it is not PKCS#8, PKCS#1 or SEC1 in strict DER. Copy it again.")
}

pub(super) fn public_mismatch() -> Error {
    Error::new(Code::InconsistentKey, "The public key in the file does not belong to the private one. Copy the key again.")
}
