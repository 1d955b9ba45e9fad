//! Candidates: fresh draws in range that survive trial division.

use super::candidate::{Candidate, number};
use crate::crypto::rsa_key::is_large_enough;
use crate::error::{Code, Error, Result};
use crate::random::Random;
use crypto_bigint::BoxedUint;
use kubecred_filter::trial::Trial;
use std::cell::RefCell;
use std::rc::Rc;
use zeroize::{Zeroize, Zeroizing};

/// The first 32 bits of √2·2^31.
pub(crate) const ROOT_TWO: u32 = 0xB504_F333;
/// Draws per bit and prime. FIPS 186-5 A.1.3 gives up after 20 in range; this many hold 23. A sound generator needs more
/// once in e^66.
const DRAWS_PER_BIT: u32 = 40;

/// So many candidates are drawn by one call: a call to the platform costs as much as the trial division of eight (2026-11).
pub(crate) const DRAWN_AT_ONCE: usize = 32;

pub(crate) struct Draws {
    pub(crate) bits: u32,
    /// Made by the first draw.
    trial: Option<Rc<Trial>>,
    /// Random bytes. Those before `left` are not looked at yet, the others are taken, and wiped.
    pub(crate) fresh: Zeroizing<Vec<u8>>,
    pub(crate) left: usize,
    /// Since the last prime.
    pub(crate) drawn: u32,
}

impl Draws {
    pub(crate) fn new(bits: u32) -> Draws {
        Draws { bits, trial: None, fresh: Zeroizing::default(), left: 0, drawn: 0 }
    }

    /// Whether a number from elsewhere can be one of these primes: its range and trial division.
    pub(crate) fn may_be_prime(&mut self, number: &BoxedUint) -> bool {
        let bytes = Zeroizing::new(number.to_le_bytes());
        let words = Zeroizing::new(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect::<Vec<u32>>());
        words.first().is_some_and(|word| word % 2 == 1) && is_large_enough(number, self.bits) && self.trial().survives(&words)
    }

    /// Draws until a candidate is in range and survives trial division.
    ///
    /// # Errors
    /// [`Code::NoRandom`] where the source fails, or yields none in a time in which it must.
    pub(crate) fn candidate(&mut self, random: &mut dyn Random) -> Result<Candidate> {
        let bits = self.bits;
        let length = bits as usize / 8;
        let mut words = Zeroizing::new(vec![0u32; bits as usize / 32]);
        let trial = self.trial().clone();
        while self.drawn < DRAWS_PER_BIT * bits {
            self.drawn += 1;
            if self.left == 0 {
                let mut fresh = Zeroizing::new(vec![0u8; DRAWN_AT_ONCE * length]);
                random.fill(&mut fresh)?;
                (self.left, self.fresh) = (fresh.len(), fresh);
            }
            self.left -= length;
            let taken = &mut self.fresh[self.left..][..length];
            for (word, bytes) in words.iter_mut().zip(taken.as_chunks().0) {
                *word = u32::from_le_bytes(*bytes);
            }
            taken.zeroize();
            // What has no top bit is out of range, and every other number is even: that is no loss of choice.
            let last = words.len() - 1;
            words[last] |= 1 << 31;
            words[0] |= 1;
            if in_range(&words, bits) && trial.survives(&words) {
                return Ok(words);
            }
        }
        Err(no_prime())
    }

    fn trial(&mut self) -> &Rc<Trial> {
        self.trial.get_or_insert_with(|| trial(self.bits))
    }
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
