//! A search that is driven step by step, by whoever it may be, makes no key of a source that repeats itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{FailsAt, Pattern, Seeded, System};
use kubecred::crypto::generate::KeySearch;
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::{Code, Error, Random};

/// Gives whole buffers of one byte, then of the other.
struct Alternating(bool);

impl Random for Alternating {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0 = !self.0;
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = if self.0 { at as u8 } else { !(at as u8) };
        }
        Ok(())
    }
}

/// Sound for so many calls, then the same byte for ever.
struct Freezes(usize);

impl Random for Freezes {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        if self.0 == 0 {
            bytes.fill(0xA5);
            return Ok(());
        }
        self.0 -= 1;
        System.fill(bytes)
    }
}

/// Steps until there is a key or a refusal; the source goes straight into the search.
fn search(algorithm: KeyAlgorithm, mut source: impl Random) -> Result<KeySearch, Code> {
    let mut search = KeySearch::new(algorithm);
    for _ in 0..100_000 {
        if search.step(&mut source).map_err(|error| error.code())? {
            return Ok(search);
        }
    }
    panic!("{} neither found nor refused", algorithm.as_str());
}

#[test]
fn a_source_that_repeats_itself_is_refused_by_the_search_itself() {
    for algorithm in KeyAlgorithm::ALL {
        let name = algorithm.as_str();
        for constant in [0, 1, 0x7F, 0xFF] {
            assert_eq!(search(algorithm, Pattern(vec![constant])).err(), Some(Code::NoRandom), "{name}: always {constant}");
        }
        assert_eq!(search(algorithm, Pattern(vec![0x55, 0xAA])).err(), Some(Code::NoRandom), "{name}: alternating bytes");
        let block = (0..32).map(|at| at * 7 + 1).collect();
        assert_eq!(search(algorithm, Pattern(block)).err(), Some(Code::NoRandom), "{name}: the same block again");
        assert_eq!(search(algorithm, Alternating(false)).err(), Some(Code::NoRandom), "{name}: two blocks in turn");
        assert_eq!(search(algorithm, Freezes(2)).err(), Some(Code::NoRandom), "{name}: frozen after the start-up test");
        assert_eq!(search(algorithm, FailsAt(2)).err(), Some(Code::NoRandom), "{name}: gone after the start-up test");
    }
}

/// With one prime in hand, each way to a second one draws: the candidates of a batch, and the bases of the rounds.
#[test]
fn a_source_that_freezes_between_the_two_primes_makes_no_key() {
    for seed in 0..4 {
        let (mut search, mut source) = (KeySearch::new(KeyAlgorithm::Rsa2048), Seeded(seed));
        while search.primes() == 0 {
            assert!(!search.step(&mut source).unwrap(), "one prime comes first");
        }
        let mut frozen = Freezes(0);
        // The candidates that are drawn already are at most 32, and fewer than 100 slices of work.
        let refused = (0..1000).find_map(|_| search.step(&mut frozen).map(|made| assert!(!made)).err()).unwrap();
        assert_eq!((refused.code(), search.primes()), (Code::NoRandom, 1), "seed {seed}");
    }
}

#[test]
fn a_refused_search_holds_no_key() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Rsa2048] {
        let mut search = KeySearch::new(algorithm);
        for _ in 0..3 {
            assert_eq!(search.step(&mut Pattern(vec![0])).unwrap_err().code(), Code::NoRandom, "refused again and again");
        }
        assert_eq!((search.primes(), search.send().is_none()), (0, true));
        assert_eq!(search.finish().unwrap_err().code(), Code::InvalidOptions);
    }
}

#[test]
fn a_source_that_fails_between_the_two_primes_makes_no_key() {
    let mut search = KeySearch::new(KeyAlgorithm::Rsa2048);
    while search.primes() == 0 {
        assert!(!search.step(&mut System).unwrap(), "one prime comes first");
    }
    let failed = (0..1000).find_map(|_| search.step(&mut FailsAt(0)).err()).unwrap();
    assert_eq!((failed.code(), search.primes()), (Code::NoRandom, 1));
    assert_eq!(search.finish().unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn the_system_s_source_makes_a_key_step_by_step() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        assert_eq!(search(algorithm, System).unwrap().finish().unwrap().algorithm(), algorithm);
    }
}

/// Seeded: which of them has the luck, and when a helper dies, is the same in every run.
#[test]
fn several_searches_make_one_sound_key_in_whatever_order_they_come() {
    for round in 0..6 {
        let mut dice = Seeded(round);
        let mut coin = || dice.next() & 1 == 0;
        let mut source = Seeded(1000 + round);
        let mut main = KeySearch::new(KeyAlgorithm::Rsa2048);
        let mut helpers = [KeySearch::helper(KeyAlgorithm::Rsa2048), KeySearch::helper(KeyAlgorithm::Rsa2048)];
        let mut told = 0;
        loop {
            // One helper dies in every other round, at whatever it is doing then.
            let alive = if round % 2 == 1 && told > 4 { 1 } else { 2 };
            for helper in &mut helpers[..alive] {
                if coin() {
                    assert!(!helper.step(&mut source).unwrap(), "a helper makes no key");
                }
                while let Some(message) = helper.send() {
                    main.receive(message.expose());
                    told += 1;
                }
            }
            if coin() && main.step(&mut source).unwrap() {
                break;
            }
            assert!(main.send().is_none(), "nothing is told to a helper");
        }
        let counted = main.candidates();
        assert!(counted > 0 && counted.is_multiple_of(4) && told > 0);
        assert_sound(main);
        for helper in helpers {
            assert_eq!(helper.primes(), 0);
            assert_eq!(helper.finish().unwrap_err().code(), Code::InvalidOptions);
        }
    }
}

/// Import checks every number, each prime in 16 rounds to random bases.
fn assert_sound(search: KeySearch) {
    let pem = search.finish().unwrap().export_pem(None, &mut System).unwrap();
    let key = PrivateKey::import(pem.expose(), None, &mut System).unwrap();
    assert_eq!(key.algorithm(), KeyAlgorithm::Rsa2048);
}

/// Composites told as found and as passed, by the hundred, while the key is searched for: in 12 keys none gets in. They are
/// p(2p-1), chosen to pass one round in four; when numbers were told and rounds of helpers counted, such a helper put one into 4 of
/// 12 keys. Their parts are seeds of other numbers now.
#[test]
fn a_helper_that_lies_puts_no_composite_into_a_key() {
    let lies: Vec<Vec<u8>> = String::from_utf8(common::vector("strong-pseudoprimes.txt"))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(unhex)
        .collect();
    for round in 0..12 {
        let (mut main, mut source) = (KeySearch::new(KeyAlgorithm::Rsa2048), Seeded(77 + round));
        let mut told = 0;
        loop {
            // Found, and what meant passed once; one lie in six steps, so that there is time for the key.
            if told % 6 == 0 {
                let lie = &lies[(told / 6) % lies.len()];
                // As numbers, and parts of them as seeds.
                for part in lie.chunks(32).chain([&lie[..]]) {
                    [1, 2, 2, 2, 2, 2, 2].into_iter().for_each(|word| main.receive(&[&[word], part].concat()));
                }
            }
            told += 1;
            if main.step(&mut source).unwrap() {
                break;
            }
        }
        assert!(told >= 12, "seed {round}: {told} steps");
        assert_sound(main);
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The primes of a key told by helpers make that key: the search for candidates is saved, and no round.
#[test]
fn a_helper_s_word_still_saves_the_search() {
    let (mut helper, mut source) = (KeySearch::helper(KeyAlgorithm::Rsa2048), Seeded(5));
    let mut found = Vec::new();
    while found.len() < 2 {
        assert!(!helper.step(&mut source).unwrap());
        found.extend(std::iter::from_fn(|| helper.send()).map(|message| message.expose().clone()).filter(|message| message[0] == 1));
    }
    let mut main = KeySearch::new(KeyAlgorithm::Rsa2048);
    found.iter().for_each(|message| main.receive(message));
    let mut steps = 0;
    while !main.step(&mut source).unwrap() {
        steps += 1;
    }
    assert_eq!((steps + 1, main.candidates()), (10, 0), "five rounds for each prime, and no candidate");
    assert_sound(main);
}
