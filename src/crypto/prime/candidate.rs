//! A number that may be a prime.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

/// What a candidate of a helper is made from.
pub(crate) type Seed = Zeroizing<[u8; 32]>;

pub(crate) struct Candidate {
    /// The least significant first.
    pub(crate) words: Zeroizing<Vec<u32>>,
    /// Of a helper's candidates.
    pub(crate) seed: Option<Seed>,
}

/// The number that these words are.
pub(super) fn number(words: &[u32]) -> BoxedUint {
    let bytes = Zeroizing::new(words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    BoxedUint::from_le_slice_truncated(&bytes, 32 * words.len() as u32)
}

/// The words of these bytes, the least significant first.
pub(super) fn words(bytes: &[u8]) -> Zeroizing<Vec<u32>> {
    Zeroizing::new(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect())
}
