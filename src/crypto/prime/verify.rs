//! Numbers that a filter let through, first come, first served, and the rounds that they have passed in this search. Rounds of
//! other searches do not count: a helper can be replaced by whatever else runs in the page.
//!
//! The first round is the library's. The lanes do four at once after it, in less time than the library takes for two; without lanes the
//! library does all. Lanes that are at fault leave the library's round, which a number drawn at random passes, where it is composite, with
//! a chance below 2^-60 (Damgård, Landrock, Pomerance: Average case error estimates for the strong probable prime test, 1993, table 2 for 600 bits).

use super::candidate::words;
use crate::crypto::check::{Rounds, rounds};
use crate::error::Result;
use crate::random::Random;
use crypto_bigint::BoxedUint;
use kubecred_filter::kernel::BATCH;
use kubecred_filter::rounds::Rounds as Lanes;
use zeroize::Zeroizing;

/// More numbers than honest helpers ever have waiting; further ones are ignored.
const MOST: usize = 16;
/// Work of one slice of the lanes, in windows of an exponent times square of the length: about a millisecond in a browser (2026-11).
const SLICE: usize = 100_000_000;

pub(crate) struct Suspect {
    pub(crate) number: BoxedUint,
    test: Rounds,
    /// Rounds that are under way.
    lanes: Option<Box<Lanes>>,
    /// Whether our own filter let it through.
    pub(crate) ours: bool,
    passed: usize,
}

#[derive(Default)]
pub(crate) struct Suspects(Vec<Suspect>);

impl Suspects {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Even numbers and those that are here already are ignored.
    pub(crate) fn add(&mut self, number: BoxedUint, ours: bool) {
        if self.0.len() >= MOST || self.0.iter().any(|suspect| suspect.number == number) {
            return;
        }
        if let Some(test) = Rounds::new(&number) {
            self.0.push(Suspect { number, test, lanes: None, ours, passed: 0 });
        }
    }

    /// The one that rounds are done on.
    pub(crate) fn first(&mut self) -> Option<&mut Suspect> {
        self.0.first_mut()
    }

    pub(crate) fn remove_first(&mut self) -> Option<Suspect> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Takes the first out when it has passed as many rounds as a prime must.
    pub(crate) fn prime(&mut self) -> Option<BoxedUint> {
        let first = self.0.first()?;
        (first.passed >= first.needed()).then(|| self.0.remove(0).number)
    }
}

impl Suspect {
    /// Rounds that it must pass.
    fn needed(&self) -> usize {
        rounds(self.number.bits_precision())
    }

    /// A round by the library, or a slice of four by the lanes. Whether they are passed, where they are done.
    pub(crate) fn round(&mut self, random: &mut dyn Random, lanes_work: bool) -> Result<Option<bool>> {
        if self.passed == 0 || !lanes_work {
            let passed = self.test.random(random)?;
            self.passed += usize::from(passed);
            return Ok(Some(passed));
        }
        let bits = self.number.bits_precision() as usize;
        let lanes = match &mut self.lanes {
            Some(lanes) => lanes,
            none => none.insert(Box::new(begin(&self.number, &self.test, random)?)),
        };
        let Some(passed) = lanes.run(SLICE / (bits * bits)) else { return Ok(None) };
        self.lanes = None;
        let all = passed.count_ones() as usize == BATCH;
        if all {
            self.passed += BATCH;
        }
        Ok(Some(all))
    }
}

/// Four rounds, each to a random base.
fn begin(number: &BoxedUint, test: &Rounds, random: &mut dyn Random) -> Result<Lanes> {
    let mut bases: Zeroizing<[Vec<u32>; BATCH]> = Zeroizing::default();
    for base in bases.iter_mut() {
        *base = test.base(random)?.map_or_else(Vec::new, |base| std::mem::take(&mut *words_of(&base)));
    }
    Ok(Lanes::new(number.bits_precision() as usize, &words_of(number), &bases))
}

fn words_of(number: &BoxedUint) -> Zeroizing<Vec<u32>> {
    words(&Zeroizing::new(number.to_le_bytes()))
}
