//! Randomness, checked before it is used.
//!
//! The system generator goes straight into the key generators: no seeding, no generator of our own. What is added
//! is a health check, because `crypto.getRandomValues` can be stubbed, broken or frozen by a page's other scripts.

use crate::error::{Code, Error, Result};
use zeroize::{Zeroize, Zeroizing};

/// A source of cryptographic randomness.
pub trait Random {
    /// Fills the buffer or fails; a partly filled buffer must not be used.
    ///
    /// # Errors
    /// [`Code::NoRandom`] where the source cannot deliver.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()>;
}

impl<R: Random + ?Sized> Random for &mut R {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        (**self).fill(bytes)
    }
}

/// How many bytes the health check compares. A healthy source repeats one with a chance of 2^-128 per block.
const WINDOW: usize = 16;

/// What the health check remembers between two draws. Kept by anyone who draws over many calls.
#[derive(Default)]
pub(crate) struct Health {
    /// The very first window: a source that goes in circles comes back to it.
    first: [u8; WINDOW],
    last: [u8; WINDOW],
    started: bool,
}

impl Health {
    /// Fills from the source and refuses what repeats itself. The first draw is preceded by two blocks as a
    /// start-up test, so that a frozen source is refused before anything is made of it.
    pub(crate) fn fill(&mut self, source: &mut dyn Random, bytes: &mut [u8]) -> Result<()> {
        if !self.started {
            let mut block = Zeroizing::new([0u8; 2 * WINDOW]);
            source.fill(block.as_mut())?;
            self.check(block.as_mut())?;
            self.first = self.last;
            self.started = true;
            source.fill(block.as_mut())?;
            self.check(block.as_mut())?;
        }
        source.fill(bytes)?;
        self.check(bytes)
    }

    /// Every whole window must have two different bytes in it and differ from the one before it and from the very first;
    /// the first must differ from the first of the draw before. A buffer that was filled only in part fails here too.
    fn check(&mut self, bytes: &mut [u8]) -> Result<()> {
        let mut healthy = true;
        let mut before: Option<&[u8; WINDOW]> = None;
        for window in bytes.as_chunks::<WINDOW>().0 {
            healthy &= window.iter().any(|byte| *byte != window[0]);
            healthy &= *window != *before.unwrap_or(&self.last);
            healthy &= !self.started || *window != self.first;
            before = Some(window);
        }
        if let Some(first) = bytes.first_chunk::<WINDOW>() {
            self.last = *first;
        }
        if healthy {
            return Ok(());
        }
        bytes.zeroize();
        Err(Error::new(
            Code::NoRandom,
            "The random generator repeats itself, so no key was generated. Use a browser or runtime with its own crypto.getRandomValues.",
        ))
    }
}

/// A source that somebody else owns, watched by a health check that outlives the call.
pub(crate) struct Watched<'a> {
    pub(crate) source: &'a mut dyn Random,
    pub(crate) health: &'a mut Health,
}

impl Random for Watched<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.health.fill(self.source, bytes)
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        self.first.zeroize();
        self.last.zeroize();
    }
}

/// A source that is refused when it repeats itself: constant bytes, or the same block twice in a row.
pub struct Checked<R> {
    source: R,
    health: Health,
}

impl<R: Random> Checked<R> {
    /// The start-up test comes with the first draw: what needs no randomness asks for none.
    pub fn new(source: R) -> Self {
        Checked { source, health: Health::default() }
    }
}

impl<R: Random> Random for Checked<R> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.health.fill(&mut self.source, bytes)
    }
}

/// How much [`Lent`] draws at once: never less than the health check looks at.
const BLOCK: usize = 64;

/// Lends a [`Random`] to RustCrypto's blinding, in whole blocks so that every byte passes the health check.
pub(crate) struct Lent<'a> {
    source: Checked<&'a mut dyn Random>,
    block: Zeroizing<[u8; BLOCK]>,
    used: usize,
    failure: Option<Error>,
}

impl<'a> Lent<'a> {
    pub(crate) fn new(source: &'a mut dyn Random) -> Self {
        Lent { source: Checked::new(source), block: Zeroizing::new([0; BLOCK]), used: BLOCK, failure: None }
    }

    /// The first failure of the source, if there was any. The borrower's own error does not tell.
    pub(crate) fn result(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    fn draw(&mut self, bytes: &mut [u8]) -> Result<()> {
        for byte in bytes {
            if self.used == BLOCK {
                self.source.fill(self.block.as_mut())?;
                self.used = 0;
            }
            *byte = std::mem::take(&mut self.block[self.used]);
            self.used += 1;
        }
        Ok(())
    }
}

impl rand_core::TryRng for Lent<'_> {
    type Error = Error;

    fn try_next_u32(&mut self) -> Result<u32> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.draw(bytes).inspect_err(|error| self.failure = Some(error.clone()))
    }
}

impl rand_core::TryCryptoRng for Lent<'_> {}
