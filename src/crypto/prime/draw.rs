//! Candidates: fresh draws in range that survive trial division.
//!
//! A helper draws seeds of 256 bits, and its numbers are what MGF1 with SHA-256 makes of them (RFC 8017, B.2.1). It tells the seed of what
//! its filter lets through, and the search that makes the key makes the number itself: so no helper can tell a number of its choice, such
//! as p(2p-1), which passes a round to a random base one time in four. Table B.1 is about numbers drawn at random.

use super::candidate::{Candidate, Seed, number, words};
use crate::crypto::rsa_key::is_large_enough;
use crate::error::{Code, Error, Result};
use crate::random::Random;
use crypto_bigint::BoxedUint;
use kubecred_filter::trial::Trial;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::rc::Rc;
use zeroize::{Zeroize, Zeroizing};

/// The first 32 bits of √2·2^31.
pub(crate) const ROOT_TWO: u32 = 0xB504_F333;
const TOP_BIT: u32 = 1 << 31;
/// Bytes of a hash.
const HASH: usize = 32;
/// Draws per bit and prime. FIPS 186-5 A.1.3 gives up after 20 in range; this many hold 23. A sound generator needs more
/// once in e^66.
const DRAWS_PER_BIT: u32 = 40;

/// So many candidates are drawn by one call: a call to the platform costs as much as the trial division of eight (2026-11).
pub(crate) const DRAWN_AT_ONCE: usize = 32;

pub(crate) struct Draws {
    pub(crate) bits: u32,
    /// Whether each is made from a seed.
    seeded: bool,
    /// Made by the first draw.
    trial: Option<Rc<Trial>>,
    /// Random bytes. Those before `left` are not looked at yet, the others are taken, and wiped.
    pub(crate) fresh: Zeroizing<Vec<u8>>,
    pub(crate) left: usize,
    /// Since the last prime.
    pub(crate) drawn: u32,
}

impl Draws {
    pub(crate) fn new(bits: u32, seeded: bool) -> Draws {
        Draws { bits, seeded, trial: None, fresh: Zeroizing::default(), left: 0, drawn: 0 }
    }

    /// The number of a helper's seed, if it can be one of these primes.
    pub(crate) fn of_seed(&mut self, seed: &Seed) -> Option<BoxedUint> {
        let mut bytes = Zeroizing::new(vec![0; self.bits as usize / 8]);
        expand_in_range(seed.as_slice(), &mut bytes).then(|| self.fitting(&bytes))?.map(|words| number(&words))
    }

    /// The words of these bytes, where they are in range and survive trial division.
    fn fitting(&mut self, bytes: &[u8]) -> Option<Zeroizing<Vec<u32>>> {
        let mut words = words(bytes);
        // What has no top bit is out of range, and every other number is even: that is no loss of choice.
        *words.last_mut()? |= TOP_BIT;
        words[0] |= 1;
        (in_range(&words, self.bits) && self.trial().survives(&words)).then_some(words)
    }

    /// Draws until a candidate is in range and survives trial division.
    ///
    /// # Errors
    /// [`Code::NoRandom`] where the source fails, or yields none in a time in which it must.
    pub(crate) fn candidate(&mut self, random: &mut dyn Random) -> Result<Candidate> {
        let mut bytes = Zeroizing::new(vec![0u8; self.bits as usize / 8]);
        while self.drawn < DRAWS_PER_BIT * self.bits {
            self.drawn += 1;
            let mut seed = self.seeded.then(Seed::default);
            match &mut seed {
                None => self.take(&mut bytes, random)?,
                Some(seed) => {
                    self.take(seed.as_mut_slice(), random)?;
                    if !expand_in_range(seed.as_slice(), &mut bytes) {
                        continue;
                    }
                }
            }
            if let Some(words) = self.fitting(&bytes) {
                return Ok(Candidate { words, seed });
            }
        }
        Err(no_prime())
    }

    /// The next random bytes.
    fn take(&mut self, bytes: &mut [u8], random: &mut dyn Random) -> Result<()> {
        if self.left == 0 {
            let mut fresh = Zeroizing::new(vec![0u8; DRAWN_AT_ONCE * bytes.len()]);
            random.fill(&mut fresh)?;
            (self.left, self.fresh) = (fresh.len(), fresh);
        }
        self.left -= bytes.len();
        let taken = &mut self.fresh[self.left..][..bytes.len()];
        bytes.copy_from_slice(taken);
        taken.zeroize();
        Ok(())
    }

    fn trial(&mut self) -> &Rc<Trial> {
        self.trial.get_or_insert_with(|| trial(self.bits))
    }
}

/// MGF1 with SHA-256.
pub(crate) fn expand(seed: &[u8], bytes: &mut [u8]) {
    for (counter, block) in (0u32..).zip(bytes.as_chunks_mut().0) {
        expand_block(seed, counter, block);
    }
}

fn expand_block(seed: &[u8], counter: u32, block: &mut [u8; HASH]) {
    let hash = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
    block.copy_from_slice(Zeroizing::new(<[u8; HASH]>::from(hash)).as_slice());
}

/// The same, its last block first: it tells of two numbers in five that they are out of range. Then the others are not made, and the answer is false.
pub(crate) fn expand_in_range(seed: &[u8], bytes: &mut [u8]) -> bool {
    let Some((rest, last)) = bytes.split_last_chunk_mut() else { return false };
    expand_block(seed, (rest.len() / HASH) as u32, last);
    let fits = last.last_chunk().is_some_and(|top| u32::from_le_bytes(*top) | TOP_BIT >= ROOT_TWO);
    if fits {
        expand(seed, rest);
    }
    fits
}

thread_local! {
    /// The last table of trial division: public numbers, and more than a millisecond of work for every key.
    static TABLE: RefCell<Option<(u32, Rc<Trial>)>> = const { RefCell::new(None) };
}

fn trial(bits: u32) -> Rc<Trial> {
    TABLE.with_borrow_mut(|table| match table {
        Some((kept, trial)) if *kept == bits => trial.clone(),
        _ => table.insert((bits, Rc::new(Trial::new(bits as usize)))).1.clone(),
    })
}

pub(crate) fn no_prime() -> Error {
    Error::new(
        Code::NoRandom,
        "The random generator yields no prime, so it may be broken. No key was generated. Use another browser or runtime.",
    )
}

/// Whether the number is at least √2·2^(k-1), exactly: by its first word, and by its square where that does not tell.
pub(crate) fn in_range(words: &[u32], bits: u32) -> bool {
    match words.last() {
        Some(&ROOT_TWO) => is_large_enough(&number(words), bits),
        Some(top) => *top > ROOT_TWO,
        None => false,
    }
}
