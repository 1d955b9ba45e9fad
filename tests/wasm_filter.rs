//! The filter of the RSA search in wasm, with the SIMD lanes: the checks of tests/rsa_filter.rs in small numbers, and both
//! kinds of lanes held against each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_arch = "wasm32")]

#[path = "common/filter.rs"]
mod checks;
#[path = "../filter/src/lanes_portable.rs"]
#[allow(dead_code, unreachable_pub, reason = "the stand-in, compiled in beside the real lanes")]
mod portable;

use checks::{Cases, LENGTHS, compare_many};
use kubecred_filter::lanes::Lanes;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_lane_works_in_simd() {
    assert!(kubecred_filter::simd_works());
}

/// Each operation on the same bits, edges among them.
#[wasm_bindgen_test]
fn simd_lanes_are_the_portable_ones() {
    let mut cases = Cases(1);
    for _ in 0..20_000 {
        let mut draw = || -> [i32; 4] {
            std::array::from_fn(|_| match cases.below(4) {
                0 => [0, -1, i32::MIN, i32::MAX, 0x8000, -0x8000, 0x7FFF_8000, 0xFFFF][cases.below(8)],
                _ => cases.next() as i32,
            })
        };
        let (a, b) = (draw(), draw());
        let bits = cases.below(32) as u32;
        let (x, y) = (Lanes::new(a), Lanes::new(b));
        let (v, w) = (portable::Lanes::new(a), portable::Lanes::new(b));
        // Lanes give their sums and which of them are zero; minus the other result they must give nothing.
        let same = |simd: Lanes, stand_in: portable::Lanes, what: &str| {
            for lane in 0..4 {
                let mask: [i32; 4] = std::array::from_fn(|at| if at == lane { -1 } else { 0 });
                let both = (simd.and(Lanes::new(mask)).sum(), stand_in.and(portable::Lanes::new(mask)).sum());
                assert_eq!(both.0, both.1, "{what} of {a:x?} and {b:x?}");
            }
            assert_eq!(simd.sum(), stand_in.sum(), "the sum of {what}");
            assert_eq!(simd.zeros(), stand_in.zeros(), "the zeros of {what}");
        };
        same(x, v, "lanes");
        same(x.plus(y), v.plus(w), "plus");
        same(x.minus(y), v.minus(w), "minus");
        same(x.and(y), v.and(w), "and");
        same(x.or(y), v.or(w), "or");
        same(x.dot(y), v.dot(w), "dot");
        same(x.pairs_times(y), v.pairs_times(w), "pairs_times");
        same(x.pairs_twice(), v.pairs_twice(), "pairs_twice");
        same(x.left(bits), v.left(bits), "left");
        same(x.right(bits), v.right(bits), "right");
        same(Lanes::splat(a[0]), portable::Lanes::splat(a[0]), "splat");
    }
}

#[wasm_bindgen_test]
fn extreme_digits_are_exact() {
    for bits in LENGTHS {
        checks::squares_are_exact(bits, 6, &mut Cases(bits as u64));
        checks::products_are_exact(bits, 6, &mut Cases(bits as u64));
        checks::reductions_are_exact(bits, 6, &mut Cases(bits as u64));
    }
}

#[wasm_bindgen_test]
fn verdicts_are_those_of_crypto_bigint() {
    let mut passed = 0;
    for (bits, batches) in [(64, 500), (128, 500), (256, 100), (1024, 8), (1536, 4), (2048, 2)] {
        passed += compare_many(bits, batches, &mut Cases(bits as u64));
    }
    assert!(passed > 200, "{passed}: primes are among them");
}

#[wasm_bindgen_test]
fn rounds_are_those_by_the_book() {
    let mut passed = 0;
    for (bits, count) in [(64, 200), (128, 200), (256, 50), (1024, 6), (1536, 2), (2048, 1)] {
        passed += checks::compare_rounds(bits, count, &mut Cases(bits as u64));
    }
    assert!(passed > 200, "{passed}: primes are among them");
}

#[wasm_bindgen_test]
fn trial_division_divides() {
    for bits in [1024, 2048] {
        assert!(checks::trial_division_divides(bits, 300, &mut Cases(bits as u64)) > 5);
    }
}
