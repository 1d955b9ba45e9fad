//! What helpers tell the search that makes the key, as bytes for a carrier that understands none of them. The seeds are
//! secret: the carrier wipes each message. Nothing is told in the other direction, and nothing told counts as a round.

use super::candidate::Seed;
use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// So many candidates more (four bytes, big-endian, instead of the seed).
    Tried,
    /// The helper's filter let the number of this seed through.
    Found,
}

const WORDS: [Word; 2] = [Word::Tried, Word::Found];

pub(crate) type Bytes = Zeroizing<Vec<u8>>;

pub(crate) fn found(seed: &Seed) -> Bytes {
    written(Word::Found, seed.as_slice())
}

pub(crate) fn tried(count: u32) -> Bytes {
    written(Word::Tried, &count.to_be_bytes())
}

fn written(word: Word, rest: &[u8]) -> Bytes {
    // Its length is known beforehand: a buffer that grows leaves a copy behind.
    Zeroizing::new([&[word as u8], rest].concat())
}

/// The word and what follows it.
pub(crate) fn read(bytes: &[u8]) -> Option<(Word, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    Some((*WORDS.get(usize::from(*first))?, rest))
}

/// The seed of a message.
pub(crate) fn seed(rest: &[u8]) -> Option<Seed> {
    rest.try_into().ok().map(Seed::new)
}
