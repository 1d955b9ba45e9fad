//! Making keys, in slices, so that the caller who drives the search can show progress and stop.

use super::prime::{self, PrimeSearch};
use super::rsa_key::{E, are_far_apart, assemble};
use super::{KeyAlgorithm, Material, PrivateKey, stack};
use crate::error::{Code, Error, Result};
use crate::random::{Health, Random, Watched};
use crate::secret::Secret;
use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

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
    found: Option<Material>,
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
        let rsa = algorithm.rsa_bits().map(|bits| PairSearch::new(bits / 2, helps));
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
        self.found = stack::wiped(|| match (self.algorithm, &mut self.rsa) {
            (KeyAlgorithm::EcdsaP256, _) => p256(random),
            (KeyAlgorithm::EcdsaP384, _) => p384(random),
            (KeyAlgorithm::Ed25519, _) => ed25519(random).map(Some),
            (_, Some(search)) => search.step(random),
            (_, None) => Ok(None),
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
        self.rsa.as_ref().map_or(0, |rsa| prime::expected(rsa.half_bits))
    }

    /// How many of the two primes are there.
    #[must_use]
    pub fn primes(&self) -> u32 {
        let first = self.rsa.as_ref().is_some_and(|rsa| rsa.first.is_some());
        if self.found.is_some() { 2 } else { u32::from(first) }
    }

    /// The next message of a helper to the search that makes the key, if there is one. It may contain a prime of the key: the
    /// carrier wipes every copy. Ask until there is none, after each step.
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
        let material = self.found.ok_or_else(|| Error::new(Code::InvalidOptions, "the search is not finished: go on stepping"))?;
        stack::wiped(|| PrivateKey::new(self.algorithm, material))
    }
}

/// FIPS 186-5 A.2.2: draw, and keep what is in [1, n-1]. One draw in 2^32 is refused for P-256.
fn p256(random: &mut dyn Random) -> Result<Option<Material>> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    random.fill(bytes.as_mut())?;
    Ok(p256::ecdsa::SigningKey::from_slice(bytes.as_ref()).ok().map(|key| Material::P256(Box::new(key))))
}

fn p384(random: &mut dyn Random) -> Result<Option<Material>> {
    let mut bytes = Zeroizing::new([0u8; 48]);
    random.fill(bytes.as_mut())?;
    Ok(p384::ecdsa::SigningKey::from_slice(bytes.as_ref()).ok().map(|key| Material::P384(Box::new(key))))
}

/// RFC 8032 5.1.5: any 32 bytes are a key.
fn ed25519(random: &mut dyn Random) -> Result<Material> {
    let mut seed = Zeroizing::new([0u8; 32]);
    random.fill(seed.as_mut())?;
    Ok(Material::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed))))
}

/// Two primes that fit together (FIPS 186-5 A.1.3).
struct PairSearch {
    half_bits: u32,
    search: PrimeSearch,
    first: Option<BoxedUint>,
}

impl PairSearch {
    fn new(half_bits: u32, helps: bool) -> PairSearch {
        PairSearch { half_bits, search: PrimeSearch::new(half_bits, helps), first: None }
    }

    fn step(&mut self, random: &mut dyn Random) -> Result<Option<Material>> {
        self.search.step(random)?.map_or(Ok(None), |prime| self.take(prime))
    }

    /// The second that is far enough from the first makes the key.
    fn take(&mut self, prime: BoxedUint) -> Result<Option<Material>> {
        let Some(first) = self.first.take() else {
            self.first = Some(prime);
            return Ok(None);
        };
        if !are_far_apart(&first, &prime, self.half_bits) {
            self.first = Some(first);
            return Ok(None);
        }
        let key = assemble(first, prime, BoxedUint::from(E), self.half_bits)?;
        Ok(Some(Material::Rsa(Box::new(key))))
    }
}
