//! What the searches for one key tell each other: a word and the number that it is about, as bytes for a carrier that
//! understands none of them. The numbers are secret: whoever carries a message wipes it.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// From a helper: so many candidates more (four bytes, big-endian, instead of the number).
    Tried,
    /// From a helper: its filter let this number through.
    Found,
    /// From a helper: the number has passed one round.
    Passed,
    /// From a helper: the number is no prime.
    Refused,
    /// To the helpers: do rounds on this number.
    Verify,
    /// To the helpers: the number is decided.
    Over,
}

const WORDS: [Word; 6] = [Word::Tried, Word::Found, Word::Passed, Word::Refused, Word::Verify, Word::Over];

pub(super) type Bytes = Zeroizing<Vec<u8>>;

pub(super) fn about(word: Word, number: &BoxedUint) -> Bytes {
    written(word, &Zeroizing::new(number.to_be_bytes()))
}

pub(super) fn tried(count: u32) -> Bytes {
    written(Word::Tried, &count.to_be_bytes())
}

fn written(word: Word, rest: &[u8]) -> Bytes {
    // Its length is known beforehand: a buffer that grows leaves a copy behind.
    Zeroizing::new([&[word as u8], rest].concat())
}

/// The word and what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<(Word, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    Some((*WORDS.get(usize::from(*first))?, rest))
}

/// The number of a message: as many bits as all of them have.
pub(super) fn number(rest: &[u8], bits: u32) -> Option<BoxedUint> {
    if rest.len() == bits as usize / 8 { BoxedUint::from_be_slice(rest, bits).ok() } else { None }
}
