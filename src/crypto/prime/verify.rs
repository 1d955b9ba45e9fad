//! Numbers that a filter let through, first come, first served, and the rounds that they have passed in this search. Rounds of
//! other searches do not count: a helper can be replaced by whatever else runs in the page.
//!
//! Table B.1 is about numbers drawn at random. A number that was told may be chosen: p(2p-1) passes a round to a random base one
//! time in four, and five rounds one time in a thousand. So such a number must pass a strong Lucas test as well, as FIPS 186-5
//! B.3 has it for candidates of unknown origin: no composite that passes both tests is known (Baillie-PSW).

use crate::crypto::check::{Rounds, lucas, rounds};
use crate::error::Result;
use crate::random::Random;
use crypto_bigint::BoxedUint;

/// More numbers than honest helpers ever have waiting; further ones are ignored.
const MOST: usize = 16;

pub(crate) struct Suspect {
    pub(crate) number: BoxedUint,
    test: Rounds,
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
            self.0.push(Suspect { number, test, ours, passed: 0 });
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
    /// Tests that it must pass: the rounds, and after them, where others have told it, the Lucas test.
    fn needed(&self) -> usize {
        rounds(self.number.bits_precision()) + usize::from(!self.ours)
    }

    /// One of the tests; whether it is passed.
    pub(crate) fn round(&mut self, random: &mut dyn Random) -> Result<bool> {
        let rounds_done = self.passed >= rounds(self.number.bits_precision());
        let passed = if rounds_done { lucas(&self.number) } else { self.test.random(random)? };
        self.passed += usize::from(passed);
        Ok(passed)
    }
}
