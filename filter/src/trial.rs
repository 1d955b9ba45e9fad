//! Trial division by all odd primes below 2^15, and by e less one, with the lanes: a number in balanced digits of 13 bits
//! is the sum of d[i] 2^(13 i), so modulo a small prime p it is the dot product of its digits with a row of 2^(13 i) mod p.

use crate::kernel::{WIDTH, window};
use crate::lanes::Lanes;

/// Digits in one [`Lanes`].
const DIGITS: usize = 8;
/// Products are at most 2^12 2^14 = 2^26. A lane may hold 31 of them: ten Lanes are 20 to each lane.
const SUMMED: usize = 10;
/// No sum that is looked at here is larger: at most 160 products.
const LARGEST: u64 = 1 << 34;
/// What the last primes cost, they save (measured 2026-11): 2^14 makes a key of 2048 bits 4 % slower. Up to 2^16, which one of 4096 bits would be the
/// quicker for, remainders take 16 bits, and the rows more than a core's cache.
const LIMIT: usize = 1 << 15;
/// 65537 must not divide p-1, or it would not be a sound exponent.
const E: u64 = 65_537;

/// One prime each: 1/p modulo 2^64, and a row of `Lanes`.
pub struct Trial {
    inverses: Vec<i64>,
    rows: Vec<Lanes>,
    length: usize,
}

impl Trial {
    /// For numbers of this many bits. Takes milliseconds.
    #[must_use]
    pub fn new(bits: usize) -> Trial {
        let primes = odd_primes(LIMIT);
        let length = (bits + 1).div_ceil(DIGITS * WIDTH as usize);
        let mut rows = Vec::with_capacity(primes.len() * length);
        for prime in &primes {
            let mut power = 1u32;
            for _ in 0..length {
                let mut digits = [0i32; DIGITS];
                for digit in &mut digits {
                    // Balanced, so that 15 bits are 14 and a sign.
                    *digit = if power > prime / 2 { power as i32 - *prime as i32 } else { power as i32 };
                    power = (power << WIDTH) % prime;
                }
                rows.push(packed(&digits));
            }
        }
        Trial { inverses: primes.into_iter().map(|prime| inverse(u64::from(prime))).collect(), rows, length }
    }

    /// False where a small prime divides the number (words, least significant first), or where e divides it less one.
    /// A number that passes has taken the same time as any other that does.
    #[must_use]
    pub fn survives(&self, words: &[u32]) -> bool {
        let digits = spread(words, self.length);
        let rows = self.rows.chunks_exact(self.length);
        rows.zip(&self.inverses).all(|(row, inverse)| !divides(*inverse, dot(row, &digits))) && !divides(inverse(E), modulo_e(words) - 1)
    }
}

fn odd_primes(limit: usize) -> Vec<u32> {
    let mut composite = vec![false; limit];
    let mut primes = Vec::new();
    for number in (3..limit).step_by(2) {
        if !composite[number] {
            primes.push(number as u32);
            for multiple in (number * number..limit).step_by(2 * number) {
                composite[multiple] = true;
            }
        }
    }
    primes
}

/// 1/p modulo 2^64, by Newton: p itself is right in three bits, and each round doubles them.
fn inverse(prime: u64) -> i64 {
    (0..5).fold(prime, |inverse, _| inverse.wrapping_mul(2u64.wrapping_sub(prime.wrapping_mul(inverse)))) as i64
}

/// Whether p divides the number. If it does, number/p = number·(1/p) is small; if it does not, that product is some k with
/// k·p = number modulo 2^64, and for a small k that would be an equality. No division, whose time depends on the number.
fn divides(inverse: i64, number: i64) -> bool {
    number.wrapping_mul(inverse).unsigned_abs() <= LARGEST
}

/// 2^16 is -1 modulo 65537: halves of words with alternating signs.
fn modulo_e(words: &[u32]) -> i64 {
    words.iter().map(|word| i64::from(word & 0xFFFF) - i64::from(word >> 16)).sum()
}

#[inline(always)]
fn dot(row: &[Lanes], digits: &[Lanes]) -> i64 {
    let mut sum = 0;
    for (row, digits) in row.chunks(SUMMED).zip(digits.chunks(SUMMED)) {
        sum += row.iter().zip(digits).fold(Lanes::splat(0), |lanes, (a, b)| lanes.plus(a.dot(*b))).sum();
    }
    sum
}

fn packed(digits: &[i32; DIGITS]) -> Lanes {
    let pair = |at: usize| (digits[2 * at] & 0xFFFF) | digits[2 * at + 1] << 16;
    Lanes::new([pair(0), pair(1), pair(2), pair(3)])
}

fn spread(words: &[u32], length: usize) -> Vec<Lanes> {
    let mut carry = 0;
    let group = |group: usize| {
        let mut digits = [0i32; DIGITS];
        for (index, digit) in digits.iter_mut().enumerate() {
            let value = window(words, group * DIGITS + index) + carry;
            carry = (value + (1 << (WIDTH - 1))) >> WIDTH;
            *digit = value - (carry << WIDTH);
        }
        packed(&digits)
    };
    (0..length).map(group).collect()
}
