//! The search for the primes of an RSA key: the one place where a person waits.
//!
//! The shape is that of FIPS 186-5 A.1.3: every candidate is a fresh draw (a helper's, what MGF1 makes of one), kept where it is odd, at least √2·2^(k-1)
//! exactly, and where e does not divide p-1. No window is walked: that would prefer primes after long gaps. Then
//!
//! 1. Trial division (package `kubecred-filter`) by all primes below 2^15, by dot products in SIMD lanes. One candidate in ten is left.
//! 2. The filter (same package): 2^(p-1) = 1 modulo p, on four candidates at once in SIMD lanes. One in 40 to 80 is left.
//! 3. Miller-Rabin rounds with random bases, as many as FIPS 186-5 table B.1 asks, on every number that is left: the first by
//!    crypto-primes, then four at once in the lanes (same package). No result of 1 and 2 counts here.
//!
//! Several searches may work on one key, in workers of their own. One makes the key; the others help: a helper tells it the seed
//! of each number that its filter lets through, at once, and looks for the next. It never gives a prime, and nothing that it says
//! counts as a round: the search that makes the key makes the number from the seed, and does all rounds of table B.1 on both primes
//! itself. A helper that lies, is slow or is gone costs time alone.
//!
//! A fault in trial division or filter costs time, never a composite. A number that the rounds refuse is an alarm (base-2
//! pseudoprimes of this length do not turn up), and so is a filter that lets nothing through for too long: the library takes the
//! place of all lanes from then on. Every lane is tested beforehand, its rounds as well. Helpers do no rounds: where three of their
//! numbers were composite, whoever told them, the search that makes the key ignores all that they find from then on.
//!
//! The rest of a batch is dropped after a hit, so that the time of refused candidates says nothing about the prime.
//! In wasm, four lanes and this order take a tenth of the time that the library alone takes (fast-rsa, 2026-11).

mod candidate;
mod draw;
mod filter;
mod message;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;
mod verify;

use crate::error::Result;
use crate::random::Random;
use candidate::{Candidate, number};
use crypto_bigint::BoxedUint;
use draw::{Draws, no_prime};
use filter::{Filter, Kernel, Library};
use kubecred_filter::kernel::BATCH;
use kubecred_filter::simd_works;
use message::{Bytes, Word};
use std::array::from_fn;
use verify::Suspects;

/// A filter that lets none of 16 times the expected number through is broken: chance has it so once in 10 million.
const PATIENCE: u32 = 16;
/// Where the library, too, finds nothing among so many times the expected number, the generator is: once in e^64.
const GIVING_UP: u32 = 64;
/// So many composite numbers are taken from helpers before all that they find is ignored. Sound ones tell none in practice (see verify.rs).
const LIES: u32 = 3;

/// What the filter is at. Rounds come between two of its slices: a batch that was begun goes on afterwards.
enum State {
    Draw,
    Filter(Box<[Candidate; BATCH]>),
}

/// A search for primes, in slices of a millisecond or two.
pub(crate) struct PrimeSearch {
    /// Finds numbers for another search, and gives no primes itself.
    helps: bool,
    draws: Draws,
    filter: Box<dyn Filter>,
    state: State,
    suspects: Suspects,
    tested: u32,
    /// Since the last prime.
    fruitless: u32,
    /// Candidates that helpers have told of; of a helper's own, those that it has told of.
    elsewhere: u32,
    /// Numbers of helpers that the rounds refused.
    lies: u32,
    outbox: Vec<Bytes>,
}

impl PrimeSearch {
    /// For primes of this many bits: 1024, 1536 or 2048.
    pub(crate) fn new(bits: u32, helps: bool) -> PrimeSearch {
        let filter: Box<dyn Filter> = if simd_works() { Box::new(Kernel::new(bits as usize)) } else { Box::new(Library::default()) };
        PrimeSearch::with(bits, helps, filter)
    }

    fn with(bits: u32, helps: bool, filter: Box<dyn Filter>) -> PrimeSearch {
        PrimeSearch {
            helps,
            draws: Draws::new(bits, helps),
            filter,
            state: State::Draw,
            suspects: Suspects::default(),
            tested: 0,
            fruitless: 0,
            elsewhere: 0,
            lies: 0,
            outbox: Vec::new(),
        }
    }

    /// Candidates that were worth an exponentiation so far, those of its helpers among them.
    pub(crate) fn tested(&self) -> u32 {
        if self.helps { self.tested } else { self.tested.saturating_add(self.elsewhere) }
    }

    /// Does one slice. Gives a prime when it has found one; go on for the next.
    pub(crate) fn step(&mut self, random: &mut dyn Random) -> Result<Option<BoxedUint>> {
        if self.suspects.len() > 0 {
            self.round(random)?;
        } else {
            self.filter(random)?;
        }
        Ok(self.suspects.prime())
    }

    /// A slice of the filter. The first number that it lets through is looked at more closely.
    fn filter(&mut self, random: &mut dyn Random) -> Result<()> {
        let State::Filter(batch) = &self.state else {
            return self.load(random);
        };
        let Some(passed) = self.filter.run() else { return Ok(()) };
        if let Some(first) = batch.get(passed.trailing_zeros() as usize) {
            match &first.seed {
                None => self.suspects.add(number(&first.words), true),
                Some(seed) => {
                    self.outbox.push(message::found(seed));
                    self.begin_anew();
                }
            }
        }
        self.tested += BATCH as u32;
        self.fruitless += BATCH as u32;
        self.state = State::Draw;
        Ok(())
    }

    fn load(&mut self, random: &mut dyn Random) -> Result<()> {
        let expected = expected(self.draws.bits);
        if self.fruitless > PATIENCE * expected && !self.filter.is_library() {
            self.distrust();
        }
        if self.fruitless > GIVING_UP * expected {
            return Err(no_prime());
        }
        let mut candidate = || self.draws.candidate(random);
        let batch = [candidate()?, candidate()?, candidate()?, candidate()?];
        self.filter.load(&from_fn(|index| batch[index].words.as_slice()));
        self.state = State::Filter(Box::new(batch));
        Ok(())
    }

    /// A round or four on the number that came first, or a part of them. Where the generator fails, the number is given up.
    fn round(&mut self, random: &mut dyn Random) -> Result<()> {
        let Some(first) = self.suspects.first() else { return Ok(()) };
        let (ours, passed) = (first.ours, first.round(random, !self.filter.is_library()));
        if !matches!(passed, Ok(None | Some(true))) {
            self.suspects.remove_first();
        }
        match passed? {
            Some(true) if ours => self.begin_anew(),
            Some(false) if ours => self.distrust(),
            Some(false) => self.lies += 1,
            _ => {}
        }
        Ok(())
    }

    /// Counts from here on how long nothing is found.
    fn begin_anew(&mut self) {
        (self.fruitless, self.draws.drawn) = (0, 0);
    }

    fn distrust(&mut self) {
        self.fruitless = 0;
        if !self.filter.is_library() {
            self.filter = Box::new(Library::default());
        }
    }

    /// The next message of a helper to the search that it helps.
    pub(crate) fn send(&mut self) -> Option<Bytes> {
        if !self.outbox.is_empty() {
            return Some(self.outbox.remove(0));
        }
        if !self.helps || self.elsewhere == self.tested {
            return None;
        }
        let before = std::mem::replace(&mut self.elsewhere, self.tested);
        Some(message::tried(self.tested - before))
    }

    /// Takes a helper's message in. One that makes no sense is ignored.
    pub(crate) fn receive(&mut self, message: &[u8]) {
        let Some((word, rest)) = message::read(message).filter(|_| !self.helps) else { return };
        match word {
            Word::Tried => {
                let count = rest.try_into().map_or(0, u32::from_be_bytes);
                self.elsewhere = self.elsewhere.saturating_add(count);
            }
            Word::Found if self.lies >= LIES => {}
            Word::Found => {
                let number = message::seed(rest).and_then(|seed| self.draws.of_seed(&seed));
                if let Some(number) = number {
                    self.suspects.add(number, false);
                }
            }
        }
    }
}

/// How many candidates are tested for one prime, on average: k·ln 2·e^-γ / ln(limit of trial division).
pub(crate) const fn expected(bits: u32) -> u32 {
    match bits {
        0..=1024 => 38,
        1025..=1536 => 58,
        _ => 77,
    }
}
