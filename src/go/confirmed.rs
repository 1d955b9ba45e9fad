//! ECDSA signatures that another library may confirm before they are verified here.
//!
//! In wasm, verifying one takes 1.1 ms on P-256 and 3.4 ms on P-384 (2026-11); a platform's own library takes a fraction of that, on threads of its
//! own. A caller that has one is given each [`EcdsaSignature`], and says which of them are right ([`Confirmed`]). All others are verified here, so
//! that no other library decides that a signature is wrong.

use crate::encoding::hex::hex;
use crate::gather::Gather;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A signature with what WebCrypto's `importKey("raw", …)` and `verify` want (W3C Web Cryptography API, ECDSA). Its key is on the curve,
/// and its numbers are between 0 and the curve's order.
#[derive(Clone, Debug)]
pub struct EcdsaSignature {
    /// SHA-256 in hex over everything else, each part after its length: the signature is recognised by it in [`Confirmed`], wherever it is.
    pub id: String,
    /// 256 or 384: the curve P-256 or P-384.
    pub curve: u16,
    /// 256, 384 or 512: SHA-256, SHA-384 or SHA-512.
    pub hash: u16,
    /// The public key: an uncompressed point (SEC 1, 2.3.3).
    pub point: Vec<u8>,
    /// What was signed.
    pub message: Vec<u8>,
    /// r and s, each as wide as the field: their DER (RFC 3279, 2.2.3) has been read, so that no other reader of it decides anything.
    pub numbers: Vec<u8>,
}

impl EcdsaSignature {
    pub(super) fn new(curve: u16, hash: u16, point: &[u8], message: &[u8], numbers: Vec<u8>) -> EcdsaSignature {
        let mut id = Sha256::new();
        for part in [&curve.to_be_bytes(), &hash.to_be_bytes(), point, message, &numbers] {
            id.update((part.len() as u64).to_be_bytes());
            id.update(part);
        }
        EcdsaSignature { id: hex(&id.finalize()), curve, hash, point: point.to_vec(), message: message.to_vec(), numbers }
    }
}

/// Signatures that are right, by their ids. [`Confirmed::default`]: none, so that each is verified here.
#[derive(Clone, Debug, Default)]
pub struct Confirmed(BTreeSet<String>);

impl Confirmed {
    /// From ids, with blanks between them.
    #[must_use]
    pub fn from_ids(ids: &str) -> Confirmed {
        Confirmed(ids.split(' ').map(str::to_owned).gather())
    }

    /// Adds one; false where it was there.
    pub(crate) fn insert(&mut self, signature: &EcdsaSignature) -> bool {
        self.0.insert(signature.id.clone())
    }

    pub(crate) fn contains(&self, signature: &EcdsaSignature) -> bool {
        self.0.contains(&signature.id)
    }
}
