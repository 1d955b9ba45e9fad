//! Checks of the RSA filter, shared by the native test (portable lanes) and the one in wasm (SIMD lanes).
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize};
use kubecred_filter::kernel::{BATCH, Column, Fermat, Modulus, Operand, WIDTH, pairs_for, product, reduce, square};
use kubecred_filter::lanes::Lanes;
use kubecred_filter::rounds::Rounds;
use kubecred_filter::trial::Trial;
use num::{BigInt, BigUint, One, Zero};
use std::array::from_fn;

/// The lengths of primes.
pub const LENGTHS: [usize; 3] = [1024, 1536, 2048];

/// A small generator for cases that can be repeated: splitmix64.
pub struct Cases(pub u64);

impl Cases {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn number(&mut self, bits: usize) -> Vec<u32> {
        odd_and_long((0..bits / 32).map(|_| self.next() as u32).collect())
    }

    /// Long runs of equal bits, digits at either end of their range, numbers close to a power of two.
    pub fn hostile(&mut self, bits: usize) -> Vec<u32> {
        let mut words = self.number(bits);
        match self.below(4) {
            0 => {
                let (from, to) = (self.below(bits / 32), self.below(bits / 32));
                let filler = if self.below(2) == 0 { 0 } else { u32::MAX };
                words[from.min(to)..from.max(to)].fill(filler);
            }
            1 => {
                let pattern = [0x1000u64, 0x0FFF, 0x1001, 0x1FFF][self.below(4)];
                for (index, word) in words.iter_mut().enumerate() {
                    *word = (0..32).fold(0, |word, bit| {
                        let place = (index * 32 + bit) as u32;
                        word | ((pattern >> (place % WIDTH)) as u32 & 1) << bit
                    });
                }
                let at = self.below(bits / 32);
                words[at] ^= 1 << self.below(32);
            }
            2 => {
                words.fill(u32::MAX);
                words[0] = u32::MAX - self.below(1 << 20) as u32;
            }
            _ => {
                words.fill(0);
                words[0] = self.below(1 << 20) as u32;
            }
        }
        odd_and_long(words)
    }
}

fn odd_and_long(mut words: Vec<u32>) -> Vec<u32> {
    let last = words.len() - 1;
    words[last] |= 1 << 31;
    words[0] |= 1;
    words
}

pub fn boxed(words: &[u32]) -> BoxedUint {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    BoxedUint::from_le_slice(&bytes, 32 * words.len() as u32).expect("a number of this width")
}

pub fn words(hex: &str) -> Vec<u32> {
    let digits = hex.as_bytes().rchunks(8);
    digits.map(|chunk| u32::from_str_radix(std::str::from_utf8(chunk).expect("ASCII"), 16).expect("hex")).collect()
}

/// tests/vectors/primality.txt: kind, bits, note, number.
pub fn vectors() -> Vec<(&'static str, usize, &'static str, Vec<u32>)> {
    let lines = include_str!("../vectors/primality.txt").lines().filter(|line| !line.starts_with('#'));
    let vector = |line: &'static str| {
        let mut parts = line.split(' ');
        let mut part = || parts.next().expect("four parts");
        (part(), part().parse().expect("bits"), part(), words(part()))
    };
    lines.map(vector).collect()
}

/// 2^(n-1) = 1 modulo n, by crypto-bigint.
pub fn fermat(words: &[u32]) -> bool {
    let n = boxed(words);
    let params = BoxedMontyParams::new_vartime(Odd::new(n.clone()).expect("odd"));
    let two = BoxedMontyForm::new(BoxedUint::from(2u32).resize(n.bits_precision()), &params);
    two.pow(&n.wrapping_sub(BoxedUint::one())).retrieve() == BoxedUint::one_with_precision(n.bits_precision())
}

/// The kernel's verdicts, in slices.
pub fn verdicts(kernel: &mut Fermat, numbers: &[Vec<u32>; BATCH], slice: usize) -> u32 {
    kernel.load(&numbers.each_ref().map(|words| words.as_slice()));
    loop {
        if let Some(passed) = kernel.run(slice) {
            return passed;
        }
    }
}

/// Compares one batch with crypto-bigint; gives how many numbers passed.
pub fn compare(kernel: &mut Fermat, numbers: &[Vec<u32>; BATCH], slice: usize) -> u32 {
    let passed = verdicts(kernel, numbers, slice);
    for (index, words) in numbers.iter().enumerate() {
        assert_eq!(passed >> index & 1 == 1, fermat(words), "lane {index} of {numbers:x?}");
    }
    passed.count_ones()
}

/// Random and hostile numbers of any length, and among them the known primes and pseudoprimes of that length.
pub fn compare_many(bits: usize, batches: usize, cases: &mut Cases) -> u32 {
    let known: Vec<Vec<u32>> = vectors().into_iter().filter(|vector| vector.1 == bits).map(|vector| vector.3).collect();
    let mut kernel = Fermat::new(bits);
    (0..batches)
        .map(|_| {
            let batch = from_fn(|_| match cases.below(3) {
                0 => cases.number(bits),
                1 if !known.is_empty() => known[cases.below(known.len())].clone(),
                _ => cases.hostile(bits),
            });
            compare(&mut kernel, &batch, [1, 7, 610, 10_000][cases.below(4)])
        })
        .sum()
}

/// A Miller-Rabin round by the book, with num.
fn round(n: &BigUint, base: &BigUint) -> bool {
    let top = n - 1u32;
    let twos = top.trailing_zeros().expect("above one");
    let mut power = base.modpow(&(&top >> twos), n);
    let mut passed = power.is_one();
    for _ in 0..twos {
        passed |= power == top;
        power = &power * &power % n;
    }
    passed
}

/// Numbers of this length, hostile ones, primes and strong pseudoprimes among them, with bases that let some lanes pass and others not: the kernel's
/// rounds say what those by the book say. Gives how many passed.
pub fn compare_rounds(bits: usize, count: usize, cases: &mut Cases) -> u32 {
    let mut known: Vec<Vec<u32>> = vectors().into_iter().filter(|vector| vector.1 == bits).map(|vector| vector.3).collect();
    if bits == 1024 {
        // p(2p-1): a random base lets it pass one time in four.
        known.extend(include_str!("../vectors/strong-pseudoprimes.txt").lines().filter(|line| !line.starts_with('#')).map(words));
    }
    let power = BigUint::one() << (WIDTH as usize * 2 * pairs_for(bits));
    (0..count)
        .map(|_| {
            let number = match cases.below(4) {
                0 => cases.number(bits),
                1 | 2 if !known.is_empty() => known[cases.below(known.len())].clone(),
                _ => cases.hostile(bits),
            };
            let n = BigUint::new(number.clone());
            let inverse = (&power % &n).modinv(&n).expect("n is odd");
            let bases: [Vec<u32>; BATCH] = from_fn(|_| {
                let base = match cases.below(5) {
                    0 => BigUint::from(2u32) * &power % &n,
                    1 => &n - 1u32 - cases.below(3), // -1 in Montgomery's form, or close to it
                    2 => (&n - 1u32) * &power % &n,
                    _ => BigUint::new(cases.number(bits)) % &n,
                };
                let mut words = base.to_u32_digits();
                words.resize(bits / 32, 0);
                words
            });
            let mut kernel = Rounds::new(bits, &number, &bases);
            let slice = [1, 7, 10_000][cases.below(3)];
            let passed = loop {
                if let Some(passed) = kernel.run(slice) {
                    break passed;
                }
            };
            assert_eq!(kernel.run(1), Some(passed), "it stays");
            for (index, base) in bases.iter().enumerate() {
                let base = BigUint::new(base.clone()) * &inverse % &n;
                assert_eq!(passed >> index & 1 == 1, round(&n, &base), "lane {index} of {number:x?}, base {base:x}");
            }
            passed.count_ones()
        })
        .sum()
}

/// One lane's digits as a number.
fn value(digits: impl IntoIterator<Item = i64>) -> BigInt {
    let digits: Vec<i64> = digits.into_iter().collect();
    digits.iter().rev().fold(BigInt::zero(), |value, digit| (value << WIDTH) + *digit)
}

/// The lanes of a vector, by what `sum` tells: each lane alone.
fn lane(lanes: Lanes, index: usize) -> i64 {
    lanes.and(Lanes::new(from_fn(|at| if at == index { -1 } else { 0 }))).sum()
}

fn columns_of(columns: &[Column], index: usize) -> BigInt {
    value(columns.iter().flatten().map(|column| lane(*column, index)))
}

const LOWEST: i32 = -4096;
const HIGHEST: i32 = 4095;

/// Digits at the ends of their range, in the ways that make sums large: all the same, alternating, mixed at random.
fn extreme(count: usize, cases: &mut Cases) -> Vec<i32> {
    match cases.below(6) {
        0 => vec![LOWEST; count],
        1 => vec![HIGHEST; count],
        2 => (0..count).map(|at| if at % 2 == 0 { LOWEST } else { HIGHEST }).collect(),
        3 => {
            let turn = cases.below(count);
            (0..count).map(|at| if at < turn { LOWEST } else { HIGHEST }).collect()
        }
        4 => (0..count).map(|_| [LOWEST, HIGHEST, LOWEST + 1, 0][cases.below(4)]).collect(),
        _ => (0..count).map(|_| cases.below(1 << WIDTH) as i32 + LOWEST).collect(),
    }
}

fn lanes_of(digits: &[Vec<i32>; BATCH]) -> Vec<Lanes> {
    (0..digits[0].len()).map(|at| Lanes::new(from_fn(|lane| digits[lane][at]))).collect()
}

/// Squares of numbers with extreme digits are exact, column overflow included, in every lane.
pub fn squares_are_exact(bits: usize, rounds: usize, cases: &mut Cases) {
    let pairs = pairs_for(bits);
    let mut operand = Operand::new(pairs);
    let mut columns = vec![[Lanes::splat(0x5555); 2]; 2 * pairs];
    for _ in 0..rounds {
        let digits = from_fn(|_| extreme(2 * pairs, cases));
        operand.set(&lanes_of(&digits));
        square(&operand, &mut columns);
        for (index, digits) in digits.iter().enumerate() {
            let number = value(digits.iter().map(|digit| i64::from(*digit)));
            assert_eq!(columns_of(&columns, index), &number * &number, "lane {index}: {digits:?}");
            for column in columns.iter().flatten() {
                assert!(lane(*column, index).abs() < 1 << 19, "a column that reduction cannot take");
            }
        }
    }
}

/// Products of numbers with extreme digits are exact, column overflow included, in every lane.
pub fn products_are_exact(bits: usize, rounds: usize, cases: &mut Cases) {
    let pairs = pairs_for(bits);
    let (mut first, mut second) = (Operand::new(pairs), Operand::new(pairs));
    let mut columns = vec![[Lanes::splat(0x5555); 2]; 2 * pairs];
    for _ in 0..rounds {
        let digits: [[Vec<i32>; BATCH]; 2] = from_fn(|_| from_fn(|_| extreme(2 * pairs, cases)));
        first.set(&lanes_of(&digits[0]));
        second.set(&lanes_of(&digits[1]));
        product(&first, &second, &mut columns);
        for index in 0..BATCH {
            let number = |digits: &Vec<i32>| value(digits.iter().map(|digit| i64::from(*digit)));
            let expected = number(&digits[0][index]) * number(&digits[1][index]);
            assert_eq!(columns_of(&columns, index), expected, "lane {index}: {digits:?}");
            for column in columns.iter().flatten() {
                assert!(lane(*column, index).abs() < 1 << 19, "a column that reduction cannot take");
            }
        }
    }
}

/// Reduction is exact for quotients with extreme digits, in every lane, doubled and single: what comes in is made from the
/// quotient that is wanted.
pub fn reductions_are_exact(bits: usize, rounds: usize, cases: &mut Cases) {
    let pairs = pairs_for(bits);
    let count = 2 * pairs;
    let power = BigInt::one() << (WIDTH as usize * count);
    let mut modulus = Modulus::new(pairs);
    for _ in 0..rounds {
        let mut n: [Vec<i32>; BATCH] = from_fn(|_| extreme(count, cases));
        for digits in &mut n {
            digits[0] = [LOWEST + 1, HIGHEST][cases.below(2)];
            digits[count - 1] = 0; // a modulus has some bits less than its digits
        }
        let q: [Vec<i32>; BATCH] = from_fn(|_| extreme(count, cases));
        let upper: [Vec<i32>; BATCH] = from_fn(|_| extreme(count, cases));
        let number = |digits: &Vec<i32>| value(digits.iter().map(|digit| i64::from(*digit)));
        // t = upper·R + (-q·n modulo R), its lower part in digits.
        let lower: [Vec<i32>; BATCH] = from_fn(|lane| balanced(&(-(number(&q[lane]) * number(&n[lane]))), count));
        let (low, high) = (lanes_of(&lower), lanes_of(&upper));
        let mut columns: Vec<Column> = low.iter().chain(&high).copied().collect::<Vec<_>>().as_chunks::<2>().0.to_vec();
        for column in &mut columns[pairs..2 * pairs - 1] {
            // As large as folding leaves columns.
            *column = column.map(|lanes| lanes.left(5));
        }
        columns[2 * pairs - 1] = [Lanes::splat(0); 2];
        let before: [BigInt; BATCH] = from_fn(|lane| columns_of(&columns, lane));
        let twice = from_fn(|_| -(cases.below(2) as i32));
        modulus.set(&lanes_of(&n));
        let mut digits = vec![Lanes::splat(0x5555); count];
        reduce(&modulus, &mut columns, &mut digits, Lanes::new(twice));
        for index in 0..BATCH {
            let expected = (&before[index] + number(&q[index]) * number(&n[index])) / &power * (1 - twice[index]);
            let got: Vec<i64> = digits.iter().map(|digit| lane(*digit, index)).collect();
            assert!(got.iter().all(|digit| (i64::from(LOWEST)..=i64::from(HIGHEST)).contains(digit)));
            assert_eq!(value(got), expected, "lane {index}: q {:?} n {:?}", q[index], n[index]);
        }
    }
}

/// The lowest digits of a number, balanced.
fn balanced(number: &BigInt, count: usize) -> Vec<i32> {
    let base = BigInt::one() << WIDTH;
    let mut rest = number.clone();
    (0..count)
        .map(|_| {
            let low = ((&rest % &base) + &base) % &base;
            let low = i32::try_from(low).expect("13 bits");
            let digit = if low > HIGHEST { low - (1 << WIDTH) } else { low };
            rest = (&rest - digit) >> WIDTH;
            digit
        })
        .collect()
}

/// Trial division says what division says.
pub fn trial_division_divides(bits: usize, rounds: usize, cases: &mut Cases) -> usize {
    let trial = Trial::new(bits);
    let limit: u32 = 1 << 15;
    let primes: Vec<u32> = (3..limit).step_by(2).filter(|n| (3..).step_by(2).take_while(|d| d * d <= *n).all(|d| n % d != 0)).collect();
    let expected = |number: &BigUint| {
        let small = primes.iter().all(|prime| !(number % prime).is_zero());
        small && !(number % 65_537u32).is_one()
    };
    let mut passed = 0;
    for round in 0..rounds {
        let mut candidate = if round % 2 == 0 { cases.number(bits) } else { cases.hostile(bits) };
        if round % 5 == 0 {
            // A multiple of one prime, or one more than a multiple of e, as every depth must see it.
            let prime = *primes.get(round / 5 % (primes.len() + 20)).unwrap_or(&65_537);
            let plus = u32::from(prime == 65_537);
            let mut number = BigUint::new(candidate.clone());
            number -= &number % prime;
            number += plus;
            if !number.bit(0) {
                number -= prime;
            }
            candidate = number.to_u32_digits();
            candidate.resize(bits / 32, 0);
        }
        let survives = trial.survives(&candidate);
        assert_eq!(survives, expected(&BigUint::new(candidate.clone())), "{candidate:x?}");
        passed += usize::from(survives);
    }
    passed
}
