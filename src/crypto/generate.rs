//! Making keys, in slices, so that the caller who drives the search can show progress and stop.

use super::algorithm::Kind;
use super::material::Material;
use super::rsa::PairSearch;
use super::{KeyAlgorithm, PrivateKey, ed25519, stack};
use crate::error::{Code, Error, Result};
use crate::random::{Health, Random, Watched};
use crate::secret::Secret;

impl PrivateKey {
    /// Makes a key in one go.
    ///
    /// # Errors
    /// [`Code::NoRandom`] when the source fails, at whatever point; no key exists then.
    pub fn generate<R: Random>(algorithm: KeyAlgorithm, mut source: R) -> Result<PrivateKey> {
        let mut search = KeySearch::new(algorithm);
        while !search.step(&mut source)? {}
        search.finish()
    }
}

/// The search for a key. Each step is a few milliseconds at most.
///
/// Several searches can work on one RSA key: one of them makes it, [helpers](KeySearch::helper) look for numbers. What each helper has
/// to [send](KeySearch::send) the search that makes the key [receives](KeySearch::receive); a message that is lost costs time alone.
pub struct KeySearch {
    algorithm: KeyAlgorithm,
    draws: u32,
    /// Over all steps, so that a source that repeats itself makes no key, no matter who provides it.
    health: Health,
    rsa: Option<PairSearch>,
    found: Option<Box<dyn Material>>,
}

impl KeySearch {
    /// Prepares the search; nothing is drawn yet.
    #[must_use]
    pub fn new(algorithm: KeyAlgorithm) -> KeySearch {
        KeySearch::with(algorithm, false)
    }

    /// Prepares a search that helps another one to make an RSA key, and makes none itself.
    #[must_use]
    pub fn helper(algorithm: KeyAlgorithm) -> KeySearch {
        KeySearch::with(algorithm, true)
    }

    fn with(algorithm: KeyAlgorithm, helps: bool) -> KeySearch {
        let rsa = match algorithm.kind() {
            Kind::Rsa(bits) => Some(PairSearch::new(*bits, helps)),
            Kind::Ecdsa(_) | Kind::Ed25519 => None,
        };
        KeySearch { algorithm, draws: 0, health: Health::default(), rsa, found: None }
    }

    /// Does one slice. True when the key is found. Every draw passes the health check; hand the same source to every step.
    ///
    /// # Errors
    /// [`Code::NoRandom`] where the source fails or repeats itself.
    pub fn step(&mut self, random: &mut dyn Random) -> Result<bool> {
        if self.found.is_some() {
            return Ok(true);
        }
        self.draws += 1;
        let random = &mut Watched { source: random, health: &mut self.health };
        self.found = stack::wiped(|| match (self.algorithm.kind(), &mut self.rsa) {
            (Kind::Ecdsa(curve), _) => curve.draw(random),
            (Kind::Ed25519, _) => ed25519::draw(random).map(Some),
            (Kind::Rsa(_), Some(search)) => search.step(random),
            (Kind::Rsa(_), None) => Ok(None),
        })?;
        Ok(self.found.is_some())
    }

    /// Candidates that were worth an exponentiation so far (RSA), or draws (the others).
    #[must_use]
    pub fn candidates(&self) -> u32 {
        self.rsa.as_ref().map_or(self.draws, |rsa| rsa.search.tested())
    }

    /// How many [candidates](KeySearch::candidates) a prime takes on average; 0 where there are no primes.
    #[must_use]
    pub fn candidates_per_prime(&self) -> u32 {
        self.rsa.as_ref().map_or(0, PairSearch::candidates_per_prime)
    }

    /// How many of the two primes are there.
    #[must_use]
    pub fn primes(&self) -> u32 {
        let first = self.rsa.as_ref().is_some_and(PairSearch::has_first);
        if self.found.is_some() { 2 } else { u32::from(first) }
    }

    /// The next message of a helper to the search that makes the key, if there is one. It may contain the seed of a prime of
    /// the key: the carrier wipes every copy. Ask until there is none, after each step.
    pub fn send(&mut self) -> Option<Secret<Vec<u8>>> {
        let mut message = self.rsa.as_mut()?.search.send()?;
        Some(Secret::new(std::mem::take(&mut *message)))
    }

    /// Takes in what a helper had to [send](KeySearch::send). What makes no sense is ignored: a message may cost time, and no number
    /// is taken for a prime before this search itself has done all rounds of FIPS 186-5 table B.1 on it.
    pub fn receive(&mut self, message: &[u8]) {
        if let Some(rsa) = &mut self.rsa {
            stack::wiped(|| rsa.search.receive(message));
        }
    }

    /// The key.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] when it is not found yet.
    pub fn finish(self) -> Result<PrivateKey> {
        let material = self.found.ok_or_else(|| Error::new(Code::InvalidOptions, "The search is not finished. Continue stepping."))?;
        stack::wiped(|| PrivateKey::new(self.algorithm, material))
    }
}
