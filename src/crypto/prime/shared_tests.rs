//! What helpers tell the search that makes a key: that it saves work, and that no message counts as a round.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::tests::{Seeded, Silent, System, is_prime, prime_from};
use super::*;
use crate::crypto::check::rounds;
use message::{found, tried};

/// A search whose own filter lets nothing through.
fn idle(helps: bool) -> PrimeSearch {
    PrimeSearch::with(1024, helps, Box::new(Silent(0)))
}

fn primes<const COUNT: usize>() -> [BoxedUint; COUNT] {
    let mut search = PrimeSearch::new(1024, false);
    from_fn(|_| prime_from(&mut search))
}

/// In range and through trial division, as an honest filter's would be, and composite.
fn composite() -> BoxedUint {
    let mut draws = Draws::new(1024);
    loop {
        let number = number(&draws.candidate(&mut System).unwrap());
        if !is_prime(&number) {
            return number;
        }
    }
}

/// A random composite of this length passes one round to a random base with a chance below 2^-60 (Damgård, Landrock, Pomerance).
const LIES: usize = 100;

fn step(search: &mut PrimeSearch) -> Option<BoxedUint> {
    search.step(&mut System).unwrap()
}

fn sent(search: &mut PrimeSearch) -> Vec<(Word, Option<BoxedUint>)> {
    std::iter::from_fn(|| search.send())
        .map(|bytes| {
            let (word, rest) = message::read(&bytes).unwrap();
            (word, message::number(rest, 1024))
        })
        .collect()
}

#[test]
fn no_message_makes_a_composite_prime() {
    let composites: Vec<BoxedUint> = (0..LIES).map(|_| composite()).collect();
    let [prime] = primes();
    let mut search = idle(false);
    for composite in &composites {
        for word in 0..=u8::MAX {
            // Every word, those of older versions among them ("passed" was 2), many times.
            let mut message = found(composite);
            message[0] = word;
            (0..6).for_each(|_| search.receive(&message));
        }
        assert!((0..3).all(|_| step(&mut search).is_none()), "a composite was taken for a prime");
        assert_eq!(search.suspects.len(), 0);
    }
    assert!(!search.filter.is_library(), "others' lies are not our filter's");
    // The control: a prime among the lies is found, with all rounds done here.
    search.receive(&found(&composites[0]));
    search.receive(&found(&prime));
    search.receive(&found(&composites[1]));
    assert_eq!((0..rounds(1024) + 3).filter_map(|_| step(&mut search)).collect::<Vec<_>>(), [prime]);
}

/// Counts what is drawn: a round draws one base.
struct Counted(usize);

impl Random for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.0 += 1;
        System.fill(bytes)
    }
}

/// p(2p-1) with p = 3 modulo 4: a round to a random base lets such a number pass one time in four.
#[test]
fn numbers_chosen_to_pass_rounds_fail_the_lucas_test() {
    let chosen = include_str!("../../../tests/vectors/strong-pseudoprimes.txt").lines().filter(|line| !line.starts_with('#'));
    for line in chosen {
        let number = BoxedUint::from_be_hex(line, 1024).unwrap();
        assert!(!is_prime(&number) && !crate::crypto::check::lucas(&number) && Draws::new(1024).may_be_prime(&number));
        let test = crate::crypto::check::Rounds::new(&number).unwrap();
        let passed = (0..400).filter(|_| test.random(&mut System).unwrap()).count();
        // 100 expected, standard deviation 9: outside of these bounds once in 10^11.
        assert!((35..170).contains(&passed), "{passed} of 400");
        for _ in 0..200 {
            let mut search = idle(false);
            search.receive(&found(&number));
            while search.suspects.len() > 0 {
                assert!(step(&mut search).is_none(), "a composite was taken for a prime");
            }
        }
    }
}

#[test]
fn all_rounds_of_table_b_1_are_done_by_the_search_that_makes_the_key() {
    let numbers: [BoxedUint; 4] = primes();
    for number in numbers {
        let mut search = idle(false);
        // Told as often as may be, in whatever words.
        for word in [1, 1, 2, 2, 2, 2, 2, 2, 2, 2] {
            let mut message = found(&number);
            message[0] = word;
            search.receive(&message);
        }
        let mut counted = Counted(0);
        let mut steps = 0;
        let prime = loop {
            steps += 1;
            if let Some(prime) = search.step(&mut counted).unwrap() {
                break prime;
            }
        };
        assert_eq!((prime, steps), (number, rounds(1024) + 1), "the Lucas test is the last");
        assert!(counted.0 >= rounds(1024), "{} bases", counted.0);
    }
}

/// A helper's word saves the search for candidates: no exponentiation of its own, and nothing drawn but bases.
#[test]
fn a_helper_s_word_saves_work() {
    let [first, second] = primes();
    let mut search = idle(false);
    search.receive(&tried(164));
    search.receive(&found(&first));
    search.receive(&found(&second));
    let made: Vec<BoxedUint> = (0..2 * rounds(1024) + 2).filter_map(|_| step(&mut search)).collect();
    assert_eq!(made, [first, second]);
    assert_eq!((search.tested, search.tested()), (0, 164), "candidates of its own, and all");
}

#[test]
fn a_helper_tells_what_its_filter_lets_through_and_gives_no_prime() {
    // Seeded: a sound filter lets nothing through for so long that it is replaced once in 10^7 runs.
    let (mut helper, mut random) = (PrimeSearch::with(1024, true, Box::new(Kernel::new(1024))), Seeded(3));
    for _ in 0..2 {
        let mut told = Vec::new();
        while !told.iter().any(|(word, _)| *word == Word::Found) {
            assert!(helper.step(&mut random).unwrap().is_none());
            told.extend(sent(&mut helper));
        }
        let (_, number) = told.pop().filter(|(word, _)| *word == Word::Found).or_else(|| told.pop()).unwrap();
        assert!(is_prime(&number.unwrap()));
        assert!(told.iter().all(|(word, _)| *word == Word::Tried));
        assert_eq!(helper.suspects.len(), 1);
        assert!(helper.step(&mut random).unwrap().is_none());
        assert_eq!((helper.suspects.len(), helper.filter.is_library()), (0, false), "one round, as an alarm for its filter");
    }
}

#[test]
fn a_helper_whose_filter_lies_goes_on_with_the_library() {
    // The filter says that everything passes: the chance that each of its numbers is a prime is one in 40.
    let mut helper = PrimeSearch::with(1024, true, Box::new(Silent(0b1111)));
    let mut steps = 0;
    while !helper.filter.is_library() {
        assert!(step(&mut helper).is_none());
        steps += 1;
        assert!(steps < 3_000, "a thousand numbers that all are primes: once in 10^1600");
    }
}

#[test]
fn waiting_numbers_are_bounded() {
    let mut search = idle(false);
    let numbers: Vec<BoxedUint> = (0..40).map(|_| composite()).collect();
    numbers.iter().for_each(|number| search.receive(&found(number)));
    assert_eq!(search.suspects.len(), 16);
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let [prime] = primes();
    let message = found(&prime);
    let one = BoxedUint::one_with_precision(1024);
    let wrong = [
        Vec::new(),
        vec![Word::Found as u8],
        vec![Word::Tried as u8, 0, 0, 1],
        message[..message.len() - 1].to_vec(),
        [&message[..], &[0]].concat(),
        [&[2], &message[1..]].concat(),
        [&[0xFF], &message[1..]].concat(),
        found(&prime.wrapping_add(&one)).to_vec(),
        found(&one).to_vec(),
        found(&prime.shr(1).bitor(&one)).to_vec(),
        found(&BoxedUint::max(1024)).to_vec(), // 2^1024 - 1: divisible by 3
    ];
    for message in wrong {
        for helps in [false, true] {
            let mut search = idle(helps);
            search.receive(&message);
            assert_eq!((search.suspects.len(), search.tested(), sent(&mut search)), (0, 0, vec![]));
        }
    }
    let mut helper = idle(true);
    helper.receive(&found(&prime));
    helper.receive(&tried(4));
    assert_eq!((helper.suspects.len(), helper.tested(), sent(&mut helper)), (0, 0, vec![]), "nothing is told to a helper");
    let mut search = idle(false);
    for _ in 0..3 {
        search.receive(&tried(u32::MAX));
    }
    assert_eq!(search.tested(), u32::MAX);
}
