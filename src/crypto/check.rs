//! Primality, and what makes an imported RSA key unfit: parts that contradict each other, and known weaknesses.

use super::rsa_key::{E, are_far_apart, carmichael, private_exponent};
use crate::error::{Code, Error, Result};
use crate::random::Random;
use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Odd};
use crypto_primes::hazmat::MillerRabin;
use zeroize::Zeroizing;

fn remainder(number: &[u8], divisor: u64) -> u64 {
    number.chunks(4).fold(0, |rest, chunk| {
        let word = chunk.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        ((rest << (8 * chunk.len())) | word) % divisor
    })
}

/// Miller-Rabin's test of one number: what all of its rounds share is worked out once.
pub(crate) struct Rounds {
    test: MillerRabin<BoxedUint>,
    /// n-2, the largest base.
    top: BoxedUint,
}

impl Rounds {
    /// None for an even number.
    pub(crate) fn new(number: &BoxedUint) -> Option<Rounds> {
        let odd = Option::<Odd<BoxedUint>>::from(number.to_odd())?;
        Some(Rounds { test: MillerRabin::new(odd), top: number.wrapping_sub(BoxedUint::from(2u64)) })
    }

    /// A round with a base drawn evenly from [2, n-2]. There is none below 5.
    pub(crate) fn random(&self, random: &mut dyn Random) -> Result<bool> {
        Ok(self.base(random)?.is_some_and(|base| self.test.test(&base).is_probably_prime()))
    }

    /// The base of such a round.
    pub(crate) fn base(&self, random: &mut dyn Random) -> Result<Option<BoxedUint>> {
        // The number is odd: n-2 is as long as n, but for 3, which has no base.
        let width = self.top.bit_width();
        if width < 2 {
            return Ok(None);
        }
        let mut bytes = Zeroizing::new(vec![0u8; width.div_ceil(8) as usize]);
        loop {
            random.fill(&mut bytes)?;
            bytes[0] &= u8::MAX >> ((8 - width % 8) % 8);
            let Ok(base) = BoxedUint::from_be_slice(&bytes, self.top.bits_precision()) else { return Ok(None) };
            if base.bit_width() > 1 && base <= self.top {
                return Ok(Some(base));
            }
        }
    }
}

/// One Miller-Rabin round to base 2: throws composites away, proves nothing.
pub(crate) fn base_two(candidate: &BoxedUint) -> bool {
    Rounds::new(candidate).is_some_and(|rounds| rounds.test.test_base_two().is_probably_prime())
}

/// Rounds for a random prime of this size: FIPS 186-5 table B.1 (2^-112, 2^-128, 2^-144). `minimum_mr_iterations` of
/// crypto-primes works out the same, but takes as long as two rounds; a test compares them.
pub(crate) const fn rounds(bits: u32) -> usize {
    if bits <= 1024 { 5 } else { 4 }
}

/// The parts of an RSA key as they are in a file.
pub(crate) struct Parts {
    pub(crate) n: BoxedUint,
    pub(crate) e: BoxedUint,
    pub(crate) d: BoxedUint,
    pub(crate) p: BoxedUint,
    pub(crate) q: BoxedUint,
    pub(crate) dp: BoxedUint,
    pub(crate) dq: BoxedUint,
    pub(crate) q_inverse: BoxedUint,
}

/// Refuses contradictions and weaknesses; the length is the caller's to check. The rsa crate takes wrong dP and qInv, composite and close primes (2026-11).
///
/// # Errors
/// [`Code::InconsistentKey`], [`Code::WeakKey`], [`Code::NoRandom`].
pub(crate) fn check(parts: &Parts, random: &mut dyn Random) -> Result<()> {
    let inconsistent = |message: &'static str| Err(Error::new(Code::InconsistentKey, message));
    let bits = parts.n.bit_width();
    let e = &parts.e;
    if e.bit_width() > 31 || !e.bit_vartime(0) || *e < BoxedUint::from(E) {
        return Err(Error::new(
            Code::WeakKey,
            "The public exponent must be odd and from 65537 to 2147483647, or Go refuses the key. Generate a new key.",
        ));
    }
    let (p, q) = (&parts.p, &parts.q);
    if p.bit_width() != bits / 2 || q.bit_width() != bits / 2 || p.concatenating_mul(q) != parts.n {
        return inconsistent("The modulus is not the product of the two primes, or they differ in length. Copy the key again.");
    }
    if p == q {
        return inconsistent("The two primes of the key are the same. Generate a new key.");
    }
    check_exponents(parts)?;
    if !are_far_apart(p, q, bits / 2) {
        return Err(Error::new(
            Code::WeakKey,
            "The two primes are so close together that anyone can find them from the public key. Generate a new key.",
        ));
    }
    if is_roca(&parts.n) {
        return Err(Error::new(
            Code::WeakKey,
            "The key has the fingerprint of a faulty chip (ROCA, CVE-2017-15361), and can be broken. Generate a new key.",
        ));
    }
    if !is_prime(p, random)? || !is_prime(q, random)? {
        return inconsistent("A prime of the key is not prime. Generate a new key.");
    }
    Ok(())
}

fn check_exponents(parts: &Parts) -> Result<()> {
    let inconsistent = |message: &'static str| Error::new(Code::InconsistentKey, message);
    let (p, q, d) = (&parts.p, &parts.q, &parts.d);
    let not_inverse = || inconsistent("The private exponent does not belong to the public one. Copy the key again.");
    let lambda = carmichael(p, q).ok_or_else(not_inverse)?;
    let smallest = private_exponent(&parts.e, &lambda).ok_or_else(not_inverse)?;
    // d modulo (p-1)(q-1), as older software writes it, is the same key; anything from n up is not.
    if *d >= parts.n || d.rem(&lambda) != smallest {
        return Err(not_inverse());
    }
    let one = BoxedUint::one();
    let less_one = |prime: &BoxedUint| Option::<NonZero<BoxedUint>>::from(NonZero::new(prime.wrapping_sub(&one)));
    let (Some(p1), Some(q1)) = (less_one(p), less_one(q)) else { return Err(not_inverse()) };
    if d.rem(&p1) != parts.dp || d.rem(&q1) != parts.dq {
        return Err(inconsistent("An exponent for the Chinese remainder does not belong to the key. Copy the key again."));
    }
    let modulus = Option::<NonZero<BoxedUint>>::from(NonZero::new(p.clone())).ok_or_else(not_inverse)?;
    if parts.q_inverse >= *p || parts.q_inverse.concatenating_mul(q).rem(&modulus) != one {
        return Err(inconsistent("The coefficient for the Chinese remainder does not belong to the key. Copy the key again."));
    }
    Ok(())
}

/// 16 rounds with random bases: an imported number may be chosen to pass fixed ones, and each random round catches
/// three composites of four at least, so that one in 2^32 chosen ones could pass: enough where a person harms only himself.
fn is_prime(number: &BoxedUint, random: &mut dyn Random) -> Result<bool> {
    let Some(rounds) = Rounds::new(number) else { return Ok(false) };
    for _ in 0..16 {
        if !rounds.random(random)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The fingerprint of CVE-2017-15361: modulo each of these primes, such a modulus is a power of 65537 (Nemec and
/// others, "The Return of Coppersmith's Attack", 2017). By chance one key in 2^27 and more has it.
fn is_roca(n: &BoxedUint) -> bool {
    const PRIMES: [u64; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131,
        137, 139, 149, 151, 157, 163, 167,
    ];
    let bytes = n.to_be_bytes();
    PRIMES.iter().all(|prime| {
        let residue = remainder(&bytes, *prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * E % prime;
            power == residue
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::Rounds;
    use crate::error::Result;
    use crate::random::Random;
    use crypto_bigint::BoxedUint;

    /// Gives one byte a draw, and counts.
    struct Bytes<'a>(&'a [u8], usize);

    impl Random for Bytes<'_> {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            bytes.fill(self.0[self.1]);
            self.1 += 1;
            Ok(())
        }
    }

    /// FIPS 186-5, B.3.1, step 4.2: neither 0, 1 nor anything from n-1 up is a base, and each number between is one.
    #[test]
    fn a_base_is_drawn_from_2_to_n_less_2() {
        for (number, draws, tried) in [(131u64, &[1, 0, 255, 130, 129][..], 5), (131, &[2], 1), (257, &[1, 255], 2), (257, &[0, 128], 2)] {
            let mut bytes = Bytes(draws, 0);
            let rounds = Rounds::new(&BoxedUint::from(number)).unwrap();
            assert!(rounds.random(&mut bytes).unwrap(), "{number} is prime");
            assert_eq!(bytes.1, tried, "{number}: {draws:?}");
        }
    }
}
