//! The filter of the RSA search alone, with the portable lanes: columns against exact sums, verdicts against crypto-bigint,
//! trial division against division. tests/wasm_filter.rs runs the same checks with SIMD lanes.
//!
//! VERDICTS=1000000 cargo test --test native rsa_filter:: compares 2.5 million numbers of up to 512 bits and 4,000 of each length of primes,
//! in three minutes; `make bench` does. Not with --release, which makes small code of it: that takes twice as long.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/filter.rs"]
mod checks;

use checks::{Cases, LENGTHS, compare, compare_many, vectors};
use kubecred_filter::kernel::{BATCH, Fermat};

/// A verdict on a number of full length takes as long as some hundreds on a short one; the kernel is the same.
const LONG: usize = 250;

/// Verdicts on the shortest numbers, or so.
fn wanted(usual: usize) -> usize {
    std::env::var("VERDICTS").map_or(usual, |text| text.parse().expect("VERDICTS is a number"))
}

#[test]
fn every_lane_passes_its_test() {
    assert!(kubecred_filter::lanes_work());
    assert!(!kubecred_filter::simd_works(), "native builds have a stand-in");
}

#[test]
fn squares_with_extreme_digits_are_exact() {
    for bits in [64, 96, 800, 1632, 1664].into_iter().chain(LENGTHS) {
        checks::squares_are_exact(bits, 60, &mut Cases(bits as u64));
    }
}

#[test]
fn products_of_extreme_digits_are_exact() {
    for bits in [64, 96, 800, 1632, 1664].into_iter().chain(LENGTHS) {
        checks::products_are_exact(bits, 60, &mut Cases(bits as u64));
    }
}

#[test]
fn reductions_with_extreme_quotients_are_exact() {
    for bits in [64, 96, 800, 1632, 1664].into_iter().chain(LENGTHS) {
        checks::reductions_are_exact(bits, 60, &mut Cases(bits as u64));
    }
}

#[test]
fn verdicts_are_those_of_crypto_bigint() {
    for bits in LENGTHS {
        let passed = compare_many(bits, wanted(40 * LONG) / LONG / BATCH, &mut Cases(bits as u64));
        assert!(passed > 0, "some of them are primes");
    }
}

/// The kernel is one for every length: short numbers are as good, and quick.
#[test]
fn verdicts_on_short_numbers_are_those_of_crypto_bigint() {
    for bits in [32, 64, 96, 128, 192, 256, 416, 512] {
        let passed = compare_many(bits, wanted(24_000) / bits / BATCH * 32, &mut Cases(bits as u64));
        assert!(passed > 0 || bits > 256, "{bits}: some of them are primes");
    }
}

#[test]
fn rounds_are_those_by_the_book() {
    for (bits, count) in [(32, 2000), (64, 2000), (96, 1000), (128, 1000), (256, 400), (416, 100), (1024, 40), (1536, 8), (2048, 4)] {
        let passed = checks::compare_rounds(bits, count, &mut Cases(bits as u64));
        assert!(passed as usize > count / 2, "{bits}: {passed}");
    }
}

#[test]
fn known_primes_and_pseudoprimes_pass_in_every_lane() {
    let mut seen = 0;
    for (kind, bits, _, number) in vectors() {
        let mut kernel = Fermat::new(bits);
        for lane in 0..BATCH {
            let mut cases = Cases(lane as u64);
            let mut batch: [Vec<u32>; BATCH] = std::array::from_fn(|_| cases.number(bits));
            batch[lane] = number.clone();
            let slice = if bits > 1024 { 10_000 } else { 100 };
            assert!(checks::verdicts(&mut kernel, &batch, slice) >> lane & 1 == 1, "{kind} {number:x?}");
        }
        seen += 1;
    }
    assert_eq!(seen, 33);
}

#[test]
fn a_kernel_that_is_used_again_forgets() {
    let mut kernel = Fermat::new(128);
    let mut cases = Cases(7);
    for _ in 0..50 {
        let batch = std::array::from_fn(|_| cases.hostile(128));
        kernel.load(&batch.each_ref().map(|words: &Vec<u32>| words.as_slice()));
        assert_eq!(kernel.run(cases.below(127)), None, "not yet");
        compare(&mut kernel, &batch, 30);
    }
}

#[test]
fn trial_division_divides() {
    for bits in LENGTHS.into_iter().chain([64]) {
        let passed = checks::trial_division_divides(bits, 12_000, &mut Cases(bits as u64));
        assert!(passed > 600, "{bits}: {passed}");
    }
}
