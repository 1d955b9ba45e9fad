//! The filter in front of the real test: throws composites away, proves nothing. The lanes do it, or, where they fail
//! their test, the library, one number after the other.

use super::candidate::number;
use crate::crypto::check::base_two;
use crypto_bigint::BoxedUint;
use kubecred_filter::kernel::{BATCH, Fermat};

/// Work of one slice, in products of digits: about a millisecond in a browser (2026-11).
const SLICE: usize = 6_400_000;

/// Says of four numbers which may be prime.
pub(crate) trait Filter {
    /// Begins: four odd numbers of full length, words with the least significant first.
    fn load(&mut self, numbers: &[&[u32]; BATCH]);
    /// Does a slice. At the end: bit i is set where number i may be prime.
    fn run(&mut self) -> Option<u32>;
    /// Whether this is the library's, which is not replaced when it is in doubt.
    fn is_library(&self) -> bool {
        false
    }
}

/// Four at once.
pub(crate) struct Kernel {
    fermat: Fermat,
    squarings: usize,
}

impl Kernel {
    pub(crate) fn new(bits: usize) -> Kernel {
        Kernel { fermat: Fermat::new(bits), squarings: SLICE / (bits * bits / 100) }
    }
}

impl Filter for Kernel {
    fn load(&mut self, numbers: &[&[u32]; BATCH]) {
        self.fermat.load(numbers);
    }

    fn run(&mut self) -> Option<u32> {
        self.fermat.run(self.squarings)
    }
}

/// One after the other: slower, and it needs nothing of the machine.
#[derive(Default)]
pub(crate) struct Library {
    numbers: Vec<BoxedUint>,
    passed: u32,
}

impl Filter for Library {
    fn load(&mut self, numbers: &[&[u32]; BATCH]) {
        self.passed = 0;
        self.numbers = numbers.iter().rev().map(|words| number(words)).collect();
    }

    fn run(&mut self) -> Option<u32> {
        if let Some(number) = self.numbers.pop() {
            self.passed |= u32::from(base_two(&number)) << (BATCH - 1 - self.numbers.len());
        }
        self.numbers.is_empty().then_some(self.passed)
    }

    fn is_library(&self) -> bool {
        true
    }
}
