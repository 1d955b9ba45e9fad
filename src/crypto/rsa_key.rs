//! RSA keys put together from two primes, under the conditions of FIPS 186-5 A.1.1.

use crate::error::{Code, Error, Result};
use crypto_bigint::{BoxedUint, ConcatenatingMul, ConcatenatingSquare, Gcd, Limb, NonZero, Resize};
use zeroize::Zeroizing;

/// The public exponent of the keys made here.
pub(crate) const E: u64 = 65_537;

/// Least common multiple of p-1 and q-1.
pub(crate) fn carmichael(p: &BoxedUint, q: &BoxedUint) -> Option<NonZero<BoxedUint>> {
    let one = BoxedUint::one();
    let (p1, q1) = (p.wrapping_sub(&one), q.wrapping_sub(&one));
    let divisor: NonZero<BoxedUint> = Option::from(NonZero::new(p1.gcd(&q1)))?;
    let product = p1.concatenating_mul(&q1);
    let (quotient, _) = product.div_rem(&divisor);
    Option::from(NonZero::new(quotient))
}

/// `e^-1 mod lcm(p-1, q-1)`. The rsa crate inverts modulo (p-1)(q-1) instead, which leaves d too large for
/// FIPS 186-5 A.1.1 (3) in two keys of three (measured 2026-11).
pub(crate) fn private_exponent(e: &BoxedUint, lambda: &NonZero<BoxedUint>) -> Option<BoxedUint> {
    let width = lambda.bits_precision();
    if *e == BoxedUint::from(E) {
        return inverse_of_e(lambda);
    }
    Option::from(e.resize(width).invert_mod(lambda))
}

/// The same for e = 65537, which is small and prime: d = (λ·k + 1) / e, where k makes the division come out. The general
/// inversion takes milliseconds in wasm (2026-11). No branch but the one that refuses a multiple of e.
fn inverse_of_e(lambda: &NonZero<BoxedUint>) -> Option<BoxedUint> {
    // 2^16 is -1 modulo e: pieces of 16 bits with alternating signs.
    let bytes = Zeroizing::new(lambda.to_le_bytes());
    let pieces = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|[a, b, c, d]| i64::from(u16::from_le_bytes([*a, *b])) - i64::from(u16::from_le_bytes([*c, *d])));
    let rest = pieces.sum::<i64>().rem_euclid(E as i64) as u64;
    if rest == 0 {
        return None;
    }
    // rest^(e-2) = 1/rest (Fermat); e-2 is sixteen ones.
    let inverse = (0..16).fold(1, |power, _| power * power % E * rest % E);
    let product = lambda.concatenating_mul(&BoxedUint::from(E - inverse)).wrapping_add(BoxedUint::one());
    let divisor = Option::from(NonZero::new(Limb::from(E as u32)))?;
    let (quotient, _) = product.div_rem_limb(divisor);
    Some(quotient.resize(lambda.bits_precision()))
}

/// Whether p² has twice its bits: p ≥ √2·2^(k/2-1), the range of FIPS 186-5 A.1.3, exactly.
pub(crate) fn is_large_enough(p: &BoxedUint, half_bits: u32) -> bool {
    p.bit_width() == half_bits && p.concatenating_square().bit_width() == 2 * half_bits
}

/// Whether |p-q| > 2^(k/2-100): FIPS 186-5 A.1.3 (5.4).
pub(crate) fn are_far_apart(p: &BoxedUint, q: &BoxedUint, half_bits: u32) -> bool {
    let difference = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    // One bit more than the bound leaves the equality 2^(k/2-100) itself outside.
    difference.bit_width() > half_bits - 100 + 1
}

/// Assembles a key; p is the larger prime, as most software writes it.
///
/// # Errors
/// [`Code::InconsistentKey`] where a condition of FIPS 186-5 A.1.1 does not hold.
pub(crate) fn assemble(p: BoxedUint, q: BoxedUint, e: BoxedUint, half_bits: u32) -> Result<rsa::PrivateKey> {
    let wrong = || Error::new(Code::InconsistentKey, "The two primes do not form a valid RSA key.");
    let (p, q) = if p > q { (p, q) } else { (q, p) };
    let lambda = carmichael(&p, &q).ok_or_else(wrong)?;
    let d = private_exponent(&e, &lambda).ok_or_else(wrong)?;
    let n = p.concatenating_mul(&q);
    if n.bit_width() != 2 * half_bits || d.bit_width() <= half_bits {
        return Err(wrong());
    }
    let d = d.resize(2 * half_bits);
    rsa::PrivateKey::from_components(n, e, d, vec![p, q]).map_err(|_| wrong())
}
