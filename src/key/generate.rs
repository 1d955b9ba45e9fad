//! Making keys, in slices, so that whoever drives the search can show progress and stop.

use super::check::{Sieve, base_two, random_round, rounds};
use super::rsa_key::{E, are_far_apart, assemble, is_large_enough};
use super::{KeyAlgorithm, Material, PrivateKey, stack};
use crate::error::{Code, Error, Result};
use crate::random::{Checked, Random};
use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

/// Makes a key in one go.
///
/// # Errors
/// [`Code::NoRandom`] when the source fails, at whatever point; no key exists then.
pub fn generate<R: Random>(algorithm: KeyAlgorithm, source: R) -> Result<PrivateKey> {
    let mut random = Checked::new(source)?;
    let mut search = KeySearch::new(algorithm);
    while !search.step(&mut random)? {}
    search.finish()
}

/// The search for a key. Each step is one exponentiation at most, a few milliseconds.
pub struct KeySearch {
    algorithm: KeyAlgorithm,
    candidates: u32,
    rsa: Option<PrimeSearch>,
    found: Option<Material>,
}

impl KeySearch {
    /// Prepares the search; nothing is drawn yet.
    #[must_use]
    pub fn new(algorithm: KeyAlgorithm) -> KeySearch {
        let rsa = algorithm.rsa_bits().map(|bits| PrimeSearch::new(bits / 2));
        KeySearch { algorithm, candidates: 0, rsa, found: None }
    }

    /// Does one slice. True when the key is found.
    ///
    /// # Errors
    /// [`Code::NoRandom`].
    pub fn step(&mut self, random: &mut dyn Random) -> Result<bool> {
        if self.found.is_some() {
            return Ok(true);
        }
        self.candidates += 1;
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
        self.candidates
    }

    /// The key.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] when it is not found yet.
    pub fn finish(self) -> Result<PrivateKey> {
        let material = self.found.ok_or_else(|| Error::new(Code::InvalidOptions, "the search is not finished: go on stepping"))?;
        Ok(stack::wiped(|| PrivateKey::new(self.algorithm, material)))
    }
}

/// FIPS 186-5 A.2.2: draw, and keep what is in [1, n-1]. One draw in 2^32 is refused for P-256.
fn p256(random: &mut dyn Random) -> Result<Option<Material>> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    random.fill(bytes.as_mut())?;
    Ok(p256::ecdsa::SigningKey::from_slice(bytes.as_ref()).ok().map(Material::P256))
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

/// Two primes in the shape of FIPS 186-5 A.1.3: a fresh draw for each candidate, trial division, a base-2 test that
/// only throws away, then the full number of Miller-Rabin rounds with random bases.
struct PrimeSearch {
    half_bits: u32,
    sieve: Sieve,
    first: Option<BoxedUint>,
    /// A survivor of the base-2 test, and the rounds that it still has to pass.
    survivor: Option<(BoxedUint, usize)>,
}

impl PrimeSearch {
    fn new(half_bits: u32) -> PrimeSearch {
        PrimeSearch { half_bits, sieve: Sieve::new(), first: None, survivor: None }
    }

    fn step(&mut self, random: &mut dyn Random) -> Result<Option<Material>> {
        match self.survivor.take() {
            None => {
                let candidate = self.candidate(random)?;
                if base_two(&candidate) {
                    self.survivor = Some((candidate, rounds(self.half_bits)));
                }
                Ok(None)
            }
            Some((candidate, left)) => {
                if !random_round(&candidate, random)? {
                    return Ok(None);
                }
                if left > 1 {
                    self.survivor = Some((candidate, left - 1));
                    return Ok(None);
                }
                self.prime(candidate)
            }
        }
    }

    fn prime(&mut self, prime: BoxedUint) -> Result<Option<Material>> {
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

    /// Draws until a candidate survives trial division, with gcd(p-1, e) = 1 and in the exact range.
    fn candidate(&self, random: &mut dyn Random) -> Result<BoxedUint> {
        let mut bytes = Zeroizing::new(vec![0u8; self.half_bits as usize / 8]);
        loop {
            random.fill(&mut bytes)?;
            let last = bytes.len() - 1;
            bytes[0] |= 0x80;
            bytes[last] |= 1;
            if !self.sieve.survives(&bytes) {
                continue;
            }
            let candidate = BoxedUint::from_be_slice(&bytes, self.half_bits);
            let candidate = candidate.map_err(|_| Error::new(Code::InvalidKey, "a candidate does not fit its width"))?;
            if is_large_enough(&candidate, self.half_bits) {
                return Ok(candidate);
            }
        }
    }
}
