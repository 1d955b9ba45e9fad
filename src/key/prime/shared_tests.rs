//! What several searches for one key tell each other: which rounds count, and that no message makes a composite prime.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::tests::{Silent, System, is_prime, prime_from};
use super::*;
use crate::key::check::rounds;
use message::about;

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

/// The first `count` numbers of a shuffle of 0..count that is another one each time.
fn shuffled(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for left in (1..count).rev() {
        let mut byte = [0];
        System.fill(&mut byte).unwrap();
        order.swap(left, usize::from(byte[0]) % (left + 1));
    }
    order
}

#[test]
fn no_message_makes_a_composite_prime() {
    let composite = composite();
    let [prime] = primes();
    let words = [Word::Found, Word::Passed, Word::Passed, Word::Passed, Word::Passed, Word::Passed, Word::Passed, Word::Verify, Word::Over];
    let lies: Vec<_> = words.iter().flat_map(|word| [about(*word, &composite), about(*word, &prime)]).collect();
    for _ in 0..40 {
        let mut search = idle(false);
        let mut found = Vec::new();
        for (at, index) in shuffled(lies.len()).into_iter().enumerate() {
            search.receive(&lies[index]);
            if at % 3 == 0 {
                found.extend(step(&mut search));
            }
        }
        // With all of their rounds said to be passed.
        search.receive(&lies[2]);
        search.receive(&about(Word::Found, &composite));
        (0..6).for_each(|_| search.receive(&about(Word::Passed, &composite)));
        found.extend((0..6).filter_map(|_| step(&mut search)));
        assert!(found.iter().all(|number| *number == prime), "{} numbers", found.len());
        assert!(found.len() < 2 && search.suspects.len() == 0, "decided once, and nothing is left");
        assert!(!search.filter.is_library(), "others' lies are not our filter's");
    }
}

#[test]
fn as_many_rounds_as_a_prime_needs_and_one_of_our_own_among_them() {
    let [prime] = primes();
    let needed = rounds(1024);
    for elsewhere in 0..=needed + 2 {
        for ours in [false, true] {
            let mut search = idle(false);
            // A round that comes before the number, or names another, counts for nothing.
            search.receive(&about(Word::Passed, &prime));
            if ours {
                search.suspects.add(prime.clone(), true)
            } else {
                search.receive(&about(Word::Found, &prime))
            }
            search.receive(&about(Word::Found, &prime));
            (0..elsewhere).for_each(|_| search.receive(&about(Word::Passed, &prime)));
            let own = needed.saturating_sub(elsewhere).max(1);
            for _ in 1..own {
                assert!(step(&mut search).is_none(), "{elsewhere} elsewhere");
            }
            assert_eq!(step(&mut search), Some(prime.clone()), "{elsewhere} elsewhere");
            assert_eq!(search.suspects.len(), 0);
        }
    }
}

#[test]
fn a_round_counts_for_the_number_that_it_names_alone() {
    let [first, second, third] = primes();
    let mut search = idle(false);
    search.receive(&about(Word::Found, &first));
    search.receive(&about(Word::Found, &second));
    (0..4).for_each(|_| search.receive(&about(Word::Passed, &second)));
    (0..9).for_each(|_| search.receive(&about(Word::Passed, &third)));
    assert_eq!(std::array::from_fn(|_| step(&mut search)), [None, None, None, None, Some(first.clone())]);
    // What comes for a number that is decided changes nothing either.
    (0..9).for_each(|_| search.receive(&about(Word::Passed, &first)));
    search.receive(&about(Word::Refused, &first));
    assert_eq!(step(&mut search), Some(second));
}

#[test]
fn passes_that_arrive_decide_without_another_round() {
    let [prime] = primes();
    let mut search = idle(false);
    search.receive(&about(Word::Found, &prime));
    assert!(step(&mut search).is_none());
    (1..rounds(1024)).for_each(|_| search.receive(&about(Word::Passed, &prime)));
    struct Never;
    impl Random for Never {
        fn fill(&mut self, _: &mut [u8]) -> Result<()> {
            panic!("nothing is to be drawn")
        }
    }
    assert_eq!(search.step(&mut Never).unwrap(), Some(prime));
}

#[test]
fn one_refusal_throws_a_number_away_everywhere() {
    let [first, second] = primes();
    for ours in [false, true] {
        let mut search = idle(false);
        search.receive(&about(Word::Found, &second));
        search.suspects.add(first.clone(), ours);
        search.receive(&about(Word::Refused, &first));
        assert_eq!((search.suspects.len(), search.filter.is_library()), (1, ours), "our filter is in doubt where it was ours");
        let told: &[Word] = if ours { &[Word::Verify] } else { &[Word::Verify, Word::Over] };
        assert_eq!(sent(&mut search).into_iter().map(|(word, _)| word).collect::<Vec<_>>(), &told[1..]);
    }
    let composite = composite();
    let mut helper = idle(true);
    helper.receive(&about(Word::Verify, &composite));
    assert!(step(&mut helper).is_none());
    assert_eq!((sent(&mut helper), helper.suspects.len()), (vec![(Word::Refused, Some(composite))], 0));
}

#[test]
fn a_helper_finds_verifies_and_gives_no_prime() {
    let mut helper = PrimeSearch::new(1024, true);
    let mut told = Vec::new();
    while !told.iter().any(|(word, _)| *word == Word::Found) {
        assert!(step(&mut helper).is_none());
        told = sent(&mut helper);
    }
    let number = told[0].1.clone().unwrap();
    assert!(is_prime(&number));
    assert_eq!(told[1..], [(Word::Tried, None)]);
    for _ in 0..rounds(1024) {
        assert_eq!(helper.suspects.len(), 1);
        assert!(step(&mut helper).is_none());
        assert_eq!(sent(&mut helper), [(Word::Passed, Some(number.clone()))]);
    }
    assert_eq!(helper.suspects.len(), 0, "more of its rounds are never needed");
}

#[test]
fn a_batch_that_is_interrupted_goes_on_afterwards() {
    let [prime] = primes();
    let mut helper = PrimeSearch::new(1024, true);
    let batch = |helper: &PrimeSearch| match &helper.state {
        State::Filter(batch) => batch.clone(),
        State::Draw => panic!("no batch"),
    };
    for _ in 0..2 {
        assert!(step(&mut helper).is_none());
    }
    let before = batch(&helper);
    helper.receive(&about(Word::Verify, &prime));
    helper.receive(&about(Word::Verify, &prime));
    for _ in 0..2 {
        assert!(step(&mut helper).is_none());
        assert_eq!(sent(&mut helper), [(Word::Passed, Some(prime.clone()))]);
    }
    helper.receive(&about(Word::Over, &prime));
    assert_eq!((helper.suspects.len(), batch(&helper) == before, helper.tested), (0, true, 0));
    while helper.tested == 0 {
        assert!(batch(&helper) == before);
        assert!(step(&mut helper).is_none());
    }
}

#[test]
fn a_number_is_shared_when_both_of_a_key_are_in_hand() {
    let [first, second] = primes();
    let (verify, over) =
        (|number: &BoxedUint| (Word::Verify, Some(number.clone())), |number: &BoxedUint| (Word::Over, Some(number.clone())));
    let mut search = idle(false);
    search.suspects.add(first.clone(), true);
    assert!(step(&mut search).is_none());
    search.receive(&message::tried(4));
    assert_eq!((sent(&mut search), search.tested()), (vec![], 4), "one is in hand");
    search.receive(&about(Word::Found, &second));
    assert_eq!(sent(&mut search), [verify(&first)]);
    while step(&mut search).is_none() {}
    assert_eq!(sent(&mut search), [over(&first), verify(&second)], "one is found, and one is in hand");
    while step(&mut search).is_none() {}
    assert_eq!(sent(&mut search), [over(&second)]);
    // Who never heard of any other search tells nobody anything.
    let mut alone = idle(false);
    alone.suspects.add(first, true);
    alone.suspects.add(second, true);
    assert_eq!((0..2 * rounds(1024)).filter_map(|_| step(&mut alone)).count(), 2);
    assert_eq!(sent(&mut alone), []);
}

#[test]
fn what_makes_no_sense_is_passed_over() {
    let [prime] = primes();
    let found = about(Word::Found, &prime);
    let one = BoxedUint::one_with_precision(1024);
    let wrong = [
        Vec::new(),
        vec![Word::Found as u8],
        vec![Word::Tried as u8, 0, 0, 1],
        found[..found.len() - 1].to_vec(),
        [&found[..], &[0]].concat(),
        [&[6], &found[1..]].concat(),
        [&[0xFF], &found[1..]].concat(),
        about(Word::Found, &prime.wrapping_add(&one)).to_vec(),
        about(Word::Found, &one).to_vec(),
        about(Word::Found, &prime.shr(1).bitor(&one)).to_vec(),
        about(Word::Found, &BoxedUint::max(1024)).to_vec(), // 2^1024 - 1: divisible by 3
    ];
    for message in wrong {
        for helps in [false, true] {
            let mut search = idle(helps);
            search.receive(&message);
            assert_eq!((search.suspects.len(), search.tested(), sent(&mut search)), (0, 0, vec![]));
        }
    }
    for (helps, words) in [(false, [Word::Verify, Word::Over]), (true, [Word::Found, Word::Refused])] {
        for word in words {
            let mut search = idle(helps);
            search.receive(&about(word, &prime));
            assert_eq!(search.suspects.len(), 0, "a word for the other side");
        }
    }
    let mut search = idle(false);
    for _ in 0..3 {
        search.receive(&message::tried(u32::MAX));
    }
    assert_eq!(search.tested(), u32::MAX);
}
