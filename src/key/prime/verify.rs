//! Numbers that a filter let through, the first come first, and which rounds count for them.
//!
//! A round of another search counts for the number that it names, as long as that is here and undecided, and one of our own
//! comes before any number is prime.

use crate::error::Result;
use crate::key::check::{Rounds, rounds};
use crate::random::Random;
use crypto_bigint::BoxedUint;

pub(super) struct Suspect {
    pub(super) number: BoxedUint,
    test: Rounds,
    /// Whether our own filter let it through.
    pub(super) ours: bool,
    /// Whether others were asked to do rounds on it.
    pub(super) shared: bool,
    /// Rounds passed, here and elsewhere.
    here: usize,
    elsewhere: usize,
}

#[derive(Default)]
pub(super) struct Suspects(Vec<Suspect>);

impl Suspects {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What even numbers and those that are here already do not change.
    pub(super) fn add(&mut self, number: BoxedUint, ours: bool) {
        if self.position(&number).is_some() {
            return;
        }
        if let Some(test) = Rounds::new(&number) {
            self.0.push(Suspect { number, test, ours, shared: false, here: 0, elsewhere: 0 });
        }
    }

    /// The one that rounds are done on.
    pub(super) fn first(&mut self) -> Option<&mut Suspect> {
        self.0.first_mut()
    }

    /// Counts a round that another search says the number has passed.
    pub(super) fn passed_elsewhere(&mut self, number: &BoxedUint) {
        if let Some(index) = self.position(number) {
            self.0[index].elsewhere += 1;
        }
    }

    pub(super) fn remove(&mut self, number: &BoxedUint) -> Option<Suspect> {
        self.position(number).map(|index| self.0.remove(index))
    }

    fn position(&self, number: &BoxedUint) -> Option<usize> {
        self.0.iter().position(|suspect| suspect.number == *number)
    }

    /// Takes the first out when it has passed as many rounds as a prime must.
    pub(super) fn prime(&mut self) -> Option<Suspect> {
        let first = self.0.first()?;
        let needed = rounds(first.number.bits_precision());
        (first.here > 0 && first.here + first.elsewhere >= needed).then(|| self.0.remove(0))
    }
}

impl Suspect {
    /// One round of our own; whether it is passed.
    pub(super) fn round(&mut self, random: &mut dyn Random) -> Result<bool> {
        let passed = self.test.random(random)?;
        self.here += usize::from(passed);
        Ok(passed)
    }
}
