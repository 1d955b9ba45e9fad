//! A number that may be a prime.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

/// Words, the least significant first.
pub(super) type Candidate = Zeroizing<Vec<u32>>;

/// The number that these words are.
pub(super) fn number(words: &[u32]) -> BoxedUint {
    let bytes = Zeroizing::new(words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    BoxedUint::from_le_slice_truncated(&bytes, 32 * words.len() as u32)
}
