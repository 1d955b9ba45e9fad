//! The search for the primes of an RSA key: the one place where a person waits.
//!
//! The shape is that of FIPS 186-5 A.1.3: every candidate is a fresh draw, kept where it is odd, at least √2·2^(k-1)
//! exactly, and where e does not divide p-1. No window is walked: that would prefer primes after long gaps. Then
//!
//! 1. Trial division (package `kubecred-filter`) by all primes below 2^14 or 2^15, by dot products in SIMD lanes. One candidate in ten is left.
//! 2. The filter (same package): 2^(p-1) = 1 modulo p, on four candidates at once in SIMD lanes. One in 40 to 80 is left.
//! 3. Miller-Rabin rounds with random bases by crypto-primes, as many as FIPS 186-5 table B.1 asks, on every number that
//!    is left. No result of 1 and 2 counts here.
//!
//! So the fast parts can only throw candidates away: a fault in them costs time, never a composite. A number that the
//! rounds refuse is an alarm (base-2 pseudoprimes of this length do not turn up), and so is a filter that lets nothing
//! through for too long: the library takes the filter's place from then on. Every lane is tested beforehand.
//!
//! The rest of a batch is dropped after a hit, so that the time of refused candidates says nothing about the prime.
//! In wasm, four lanes and this order take a tenth of the time that the library alone takes (fast-rsa, 2026-11).

mod filter;
#[cfg(test)]
mod tests;

use super::check::{Rounds, rounds};
use super::rsa_key::is_large_enough;
use crate::error::{Code, Error, Result};
use crate::random::Random;
use crypto_bigint::BoxedUint;
use filter::{Filter, Kernel, Library};
use kubecred_filter::kernel::BATCH;
use kubecred_filter::simd_works;
use kubecred_filter::trial::Trial;
use std::array::from_fn;
use std::cell::RefCell;
use std::rc::Rc;
use zeroize::{Zeroize, Zeroizing};

/// The first 32 bits of √2·2^31.
const ROOT_TWO: u32 = 0xB504_F333;
/// A filter that lets none of 16 times the expected number through is broken: chance has it so once in 10 million.
const PATIENCE: u32 = 16;
/// Where the library, too, finds nothing among so many times the expected number, the generator is: once in e^64.
const GIVING_UP: u32 = 64;
/// Draws per bit and prime. FIPS 186-5 A.1.3 gives up after 20 in range; this many hold 23. A sound generator needs more
/// once in e^66.
const DRAWS_PER_BIT: u32 = 40;

/// So many candidates are drawn by one call: a call to the platform costs as much as the trial division (2026-11).
const DRAWN_AT_ONCE: usize = 8;

/// Words, the least significant first.
type Candidate = Zeroizing<Vec<u32>>;

enum State {
    Draw,
    Filter([Candidate; BATCH]),
    /// A number that may be prime, its test, and how many rounds it still has to pass.
    Verify(BoxedUint, Box<Rounds>, usize),
}

/// A search for primes, in slices of a millisecond or two.
pub(super) struct PrimeSearch {
    bits: u32,
    /// Made by the first step.
    trial: Option<Rc<Trial>>,
    /// Random bytes that are not looked at yet.
    fresh: Zeroizing<Vec<u8>>,
    filter: Box<dyn Filter>,
    state: State,
    tested: u32,
    /// Since the last prime.
    fruitless: u32,
    drawn: u32,
}

impl PrimeSearch {
    /// For primes of this many bits: 1024, 1536 or 2048.
    pub(super) fn new(bits: u32) -> PrimeSearch {
        let filter: Box<dyn Filter> = if simd_works() { Box::new(Kernel::new(bits as usize)) } else { Box::new(Library::default()) };
        PrimeSearch::with(bits, filter)
    }

    fn with(bits: u32, filter: Box<dyn Filter>) -> PrimeSearch {
        PrimeSearch { bits, trial: None, fresh: Zeroizing::default(), filter, state: State::Draw, tested: 0, fruitless: 0, drawn: 0 }
    }

    /// Candidates that were worth an exponentiation so far.
    pub(super) fn tested(&self) -> u32 {
        self.tested
    }

    /// Does one slice. Gives a prime when it has found one; go on for the next.
    pub(super) fn step(&mut self, random: &mut dyn Random) -> Result<Option<BoxedUint>> {
        match std::mem::replace(&mut self.state, State::Draw) {
            State::Draw => {
                if self.fruitless > PATIENCE * expected(self.bits) && !self.filter.is_library() {
                    self.distrust();
                }
                if self.fruitless > GIVING_UP * expected(self.bits) {
                    return Err(no_prime());
                }
                let batch = [self.candidate(random)?, self.candidate(random)?, self.candidate(random)?, self.candidate(random)?];
                self.filter.load(&from_fn(|index| batch[index].as_slice()));
                self.state = State::Filter(batch);
            }
            State::Filter(batch) => match self.filter.run() {
                None => self.state = State::Filter(batch),
                Some(passed) => {
                    self.tested += BATCH as u32;
                    self.fruitless += BATCH as u32;
                    if let Some(first) = batch.get(passed.trailing_zeros() as usize) {
                        self.verify(number(first));
                    }
                }
            },
            State::Verify(number, test, left) => {
                if !test.random(random)? {
                    self.distrust();
                } else if left > 1 {
                    self.state = State::Verify(number, test, left - 1);
                } else {
                    (self.fruitless, self.drawn) = (0, 0);
                    return Ok(Some(number));
                }
            }
        }
        Ok(None)
    }

    fn verify(&mut self, number: BoxedUint) {
        if let Some(test) = Rounds::new(&number) {
            self.state = State::Verify(number, Box::new(test), rounds(self.bits));
        }
    }

    fn distrust(&mut self) {
        self.fruitless = 0;
        if !self.filter.is_library() {
            self.filter = Box::new(Library::default());
        }
    }

    /// Trial division alone: whether a number from elsewhere can be one of these primes.
    pub(super) fn may_be_prime(&mut self, number: &BoxedUint) -> bool {
        let trial = self.trial.get_or_insert_with(|| trial(self.bits));
        let bytes = Zeroizing::new(number.to_le_bytes());
        let words = Zeroizing::new(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect::<Vec<u32>>());
        trial.survives(&words)
    }

    /// Draws until a candidate is in range and survives trial division.
    fn candidate(&mut self, random: &mut dyn Random) -> Result<Candidate> {
        let bits = self.bits;
        let length = bits as usize / 8;
        let mut words = Zeroizing::new(vec![0u32; bits as usize / 32]);
        let trial = self.trial.get_or_insert_with(|| trial(bits));
        while self.drawn < DRAWS_PER_BIT * bits {
            self.drawn += 1;
            if self.fresh.is_empty() {
                let mut fresh = Zeroizing::new(vec![0u8; DRAWN_AT_ONCE * length]);
                random.fill(&mut fresh)?;
                self.fresh = fresh;
            }
            let start = self.fresh.len() - length;
            for (word, bytes) in words.iter_mut().zip(self.fresh[start..].as_chunks().0) {
                *word = u32::from_le_bytes(*bytes);
            }
            self.fresh[start..].zeroize();
            self.fresh.truncate(start);
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

fn no_prime() -> Error {
    Error::new(Code::NoRandom, "the random generator yields no prime in a time in which it must; no key was made")
}

/// Whether the number is at least √2·2^(k-1), exactly: by its first word, and by its square where that does not tell.
fn in_range(words: &[u32], bits: u32) -> bool {
    match words.last() {
        Some(&ROOT_TWO) => is_large_enough(&number(words), bits),
        Some(top) => *top > ROOT_TWO,
        None => false,
    }
}

/// How many candidates are tested for one prime, on average: k·ln 2·e^-γ / ln(limit of trial division).
pub(super) const fn expected(bits: u32) -> u32 {
    match bits {
        0..=1024 => 41,
        1025..=1536 => 58,
        _ => 77,
    }
}

/// The number that these words are.
fn number(words: &[u32]) -> BoxedUint {
    let bytes = Zeroizing::new(words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    BoxedUint::from_le_slice_truncated(&bytes, 32 * words.len() as u32)
}
