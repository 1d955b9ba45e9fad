//! What helpers tell the search that makes a key: that it saves work, that no message counts as a round or chooses a number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::tests::{Seeded, Silent, System, is_prime};
use super::*;
use crate::crypto::check::rounds;
use candidate::Seed;
use message::{found, tried};

/// A search whose own filter lets nothing through.
fn idle(helps: bool) -> PrimeSearch {
    PrimeSearch::with(1024, helps, Box::new(Silent(0)))
}

/// Draws of a helper, with what becomes of their numbers.
fn seeds(wanted: fn(&BoxedUint) -> bool) -> impl Iterator<Item = (Seed, BoxedUint)> {
    let mut draws = Draws::new(1024, true);
    std::iter::from_fn(move || Some(draws.candidate(&mut System).unwrap()))
        .map(|candidate| (candidate.seed.unwrap(), number(&candidate.words)))
        .filter(move |(_, number)| wanted(number))
}

fn primes<const COUNT: usize>() -> [(Seed, BoxedUint); COUNT] {
    let mut primes = seeds(is_prime);
    from_fn(|_| primes.next().unwrap())
}

/// In range and through trial division, as an honest filter's would be, and composite.
fn composites() -> impl Iterator<Item = (Seed, BoxedUint)> {
    seeds(|number| !is_prime(number))
}

/// A random composite of this length passes one round to a random base with a chance below 2^-60 (Damgård, Landrock, Pomerance).
const TOLD: usize = 100;

fn step(search: &mut PrimeSearch) -> Option<BoxedUint> {
    search.step(&mut System).unwrap()
}

/// Until there is a prime; gives the steps as well.
fn steps_to_prime(search: &mut PrimeSearch, random: &mut dyn Random) -> (BoxedUint, usize) {
    let mut steps = 0;
    loop {
        steps += 1;
        if let Some(prime) = search.step(random).unwrap() {
            return (prime, steps);
        }
    }
}

fn sent(search: &mut PrimeSearch) -> Vec<(Word, Option<BoxedUint>)> {
    let mut reader = Draws::new(1024, false);
    std::iter::from_fn(|| search.send())
        .map(|bytes| {
            let (word, rest) = message::read(&bytes).unwrap();
            (word, message::seed(rest).and_then(|seed| reader.of_seed(&seed)))
        })
        .collect()
}

#[test]
fn no_message_makes_a_composite_prime() {
    let composites: Vec<Seed> = composites().map(|(seed, _)| seed).take(TOLD).collect();
    let [(seed, prime)] = primes();
    for library in [false, true] {
        let begun = || {
            let mut search = idle(false);
            if library {
                search.distrust();
            }
            search
        };
        for composite in &composites {
            let mut search = begun();
            for word in 0..=u8::MAX {
                // Every word, those of older versions among them ("passed" was 2), many times.
                let mut message = found(composite);
                message[0] = word;
                (0..6).for_each(|_| search.receive(&message));
            }
            assert!(step(&mut search).is_none(), "a composite was taken for a prime");
            assert_eq!((search.suspects.len(), search.lies), (0, 1));
            assert_eq!(search.filter.is_library(), library, "others' lies are not our filter's");
        }
        let mut search = begun();
        // The control: a prime among the lies is found, with all rounds done here.
        search.receive(&found(&composites[0]));
        search.receive(&found(&seed));
        search.receive(&found(&composites[1]));
        assert_eq!(steps_to_prime(&mut search, &mut System).0, prime);
    }
}

/// Counts what is drawn: a round draws one base.
struct Counted(usize);

impl Random for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.0 += 1;
        System.fill(bytes)
    }
}

/// p(2p-1) with p = 3 modulo 4: a round to a random base lets such a number pass one time in four. There is no message that tells it.
#[test]
fn a_number_of_a_helper_s_choice_is_not_taken() {
    let chosen = include_str!("../../../tests/vectors/strong-pseudoprimes.txt").lines().filter(|line| !line.starts_with('#'));
    for line in chosen {
        let number = BoxedUint::from_be_hex(line, 1024).unwrap();
        assert!(!is_prime(&number));
        let test = crate::crypto::check::Rounds::new(&number).unwrap();
        let passed = (0..400).filter(|_| test.random(&mut System).unwrap()).count();
        // 100 expected, standard deviation 9: outside of these bounds once in 10^11.
        assert!((35..170).contains(&passed), "{passed} of 400");
        let mut search = idle(false);
        for bytes in [number.to_be_bytes(), number.to_le_bytes()] {
            for word in 0..=u8::MAX {
                search.receive(&[&[word], &bytes[..]].concat());
            }
            bytes.chunks(32).for_each(|part| search.receive(&[&[Word::Found as u8], part].concat()));
        }
        while search.suspects.len() > 0 {
            assert!(search.suspects.first().is_some_and(|suspect| suspect.number != number));
            assert!(step(&mut search).is_none());
        }
    }
}

#[test]
fn all_rounds_of_table_b_1_are_done_by_the_search_that_makes_the_key() {
    // The library's round and four of the lanes; without lanes, the library's five.
    for library in [false, true] {
        let [(seed, number)] = primes();
        let mut search = idle(false);
        if library {
            search.distrust();
        }
        // Told as often as may be, in whatever words.
        for word in [1, 1, 2, 2, 2, 2, 2, 2, 2, 2] {
            let mut message = found(&seed);
            message[0] = word;
            search.receive(&message);
        }
        let mut counted = Counted(0);
        let (prime, steps) = steps_to_prime(&mut search, &mut counted);
        assert_eq!(prime, number);
        assert!(counted.0 >= rounds(1024), "{} bases", counted.0);
        assert!(if library { steps == rounds(1024) } else { steps > 1 && counted.0 < 20 }, "{steps} steps");
    }
}

#[test]
fn a_composite_that_the_library_s_round_lets_pass_fails_those_of_the_lanes() {
    // Of a number that one base in four lets pass, all lanes do so one time in 256; each of 300 numbers: never here.
    let line = include_str!("../../../tests/vectors/strong-pseudoprimes.txt").lines().find(|line| !line.starts_with('#')).unwrap();
    let number = BoxedUint::from_be_hex(line, 1024).unwrap();
    let (mut refused, mut reached) = (0, 0);
    for round in 0..300 {
        let mut search = idle(false);
        let ours = round % 3 != 0;
        search.suspects.add(number.clone(), ours);
        assert!(step(&mut search).is_none());
        reached += search.suspects.len();
        while search.suspects.len() > 0 {
            if step(&mut search).is_some() {
                break;
            }
        }
        assert!(ours || !search.filter.is_library(), "others' lies are not our filter's");
        refused += usize::from(search.filter.is_library());
    }
    // 75 pass the library's round, and of those a third of one all four of the lanes. Of ours, 200, each refusal is an alarm.
    assert!((35..130).contains(&reached) && refused >= 190, "{reached} {refused}");
}

/// A helper's word saves the search for candidates: no exponentiation of its own, and nothing drawn but bases.
#[test]
fn a_helper_s_word_saves_work() {
    let [first, second] = primes();
    let mut search = idle(false);
    search.receive(&tried(164));
    search.receive(&found(&first.0));
    search.receive(&found(&second.0));
    let made: [BoxedUint; 2] = from_fn(|_| steps_to_prime(&mut search, &mut System).0);
    assert_eq!(made, [first.1, second.1]);
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
        assert_eq!((helper.suspects.len(), helper.filter.is_library()), (0, false), "it does no rounds");
    }
}

/// Three numbers that are none, and no other is looked at: a helper that floods the search costs it three rounds.
#[test]
fn helpers_that_lie_are_listened_to_no_longer() {
    let [(seed, prime)] = primes();
    for lies in 0..5 {
        let mut search = idle(false);
        for (composite, _) in composites().take(lies) {
            search.receive(&found(&composite));
            while search.suspects.len() > 0 {
                assert!(step(&mut search).is_none());
            }
        }
        search.receive(&found(&seed));
        search.receive(&tried(8));
        assert_eq!((search.suspects.len(), search.tested()), (usize::from(lies < 3), 8), "{lies} lies");
        if lies < 3 {
            assert_eq!(steps_to_prime(&mut search, &mut System).0, prime);
        }
        assert!(!search.filter.is_library(), "others' lies are not our filter's");
    }
}

#[test]
fn waiting_numbers_are_bounded() {
    let mut search = idle(false);
    composites().take(40).for_each(|(seed, _)| search.receive(&found(&seed)));
    assert_eq!(search.suspects.len(), 16);
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let [(seed, prime)] = primes();
    let message = found(&seed);
    let mut draws = Draws::new(1024, true);
    let small = (0u8..=255).map(|byte| Seed::new([byte; 32])).find(|seed| draws.of_seed(seed).is_none()).unwrap();
    let wrong = [
        Vec::new(),
        vec![Word::Found as u8],
        vec![Word::Tried as u8, 0, 0, 1],
        message[..message.len() - 1].to_vec(),
        [&message[..], &[0]].concat(),
        [&[2], &message[1..]].concat(),
        [&[0xFF], &message[1..]].concat(),
        [&[Word::Found as u8], &prime.to_be_bytes()[..]].concat(),
        found(&small).to_vec(), // its number is out of range, or a small prime divides it
    ];
    for message in wrong {
        for helps in [false, true] {
            let mut search = idle(helps);
            search.receive(&message);
            assert_eq!((search.suspects.len(), search.tested(), sent(&mut search)), (0, 0, vec![]));
        }
    }
    let mut helper = idle(true);
    helper.receive(&found(&seed));
    helper.receive(&tried(4));
    assert_eq!((helper.suspects.len(), helper.tested(), sent(&mut helper)), (0, 0, vec![]), "nothing is told to a helper");
    let mut search = idle(false);
    for _ in 0..3 {
        search.receive(&tried(u32::MAX));
    }
    assert_eq!(search.tested(), u32::MAX);
}
