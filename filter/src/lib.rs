//! The fast part of the search for primes: throws away numbers that are none, and does Miller-Rabin rounds on those that are left.
//!
//! | room | what it does |
//! |---|---|
//! | [`trial`] | divides by all small primes at once |
//! | [`kernel`] | multiplication modulo four numbers at once, and Fermat's test to base 2 |
//! | [`rounds`] | Miller-Rabin rounds to four bases at once |
//! | `lanes` | the four lanes that all work in: WebAssembly SIMD, or a portable stand-in of the same operations |
//!
//! `src/crypto/prime` in the package kubecred is the one caller; a library does a round of its own on what is left.
#![forbid(unsafe_code)]

pub mod kernel;
#[cfg_attr(all(target_arch = "wasm32", target_feature = "simd128"), path = "lanes_simd.rs")]
#[cfg_attr(not(all(target_arch = "wasm32", target_feature = "simd128")), path = "lanes_portable.rs")]
pub mod lanes;
pub mod rounds;
pub mod trial;

use kernel::{BATCH, Fermat};
use rounds::Rounds;

/// Whether the lanes are SIMD. They are tested before they are used: [`simd_works`].
pub const SIMD: bool = cfg!(target_feature = "simd128");

/// Whether there are SIMD lanes here, and every one of them tells a prime from composites: each sees both. Takes
/// microseconds, and milliseconds in an engine that has not compiled the kernel yet. That is the same for every length, so short numbers do; the folds
/// of long ones are held by the tests alone.
#[must_use]
pub fn simd_works() -> bool {
    SIMD && lanes_work()
}

/// The test of [`simd_works`], whatever the lanes are.
#[must_use]
pub fn lanes_work() -> bool {
    // 2^128 - 159 is prime; the others are products of two of the primes 2^64 - 59, 2^64 - 83 and 2^64 - 95.
    const NUMBERS: [[u32; 4]; BATCH] = [
        [0xFFFF_FF61, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF],
        [0x1321, 0, 0xFFFF_FF72, 0xFFFF_FFFF],
        [0x1ECD, 0, 0xFFFF_FF4E, 0xFFFF_FFFF],
        [0x15E5, 0, 0xFFFF_FF66, 0xFFFF_FFFF],
    ];
    const BASES: [u32; BATCH] = [3, 0x5851_F42D, 0x14C9_4D6A, u32::MAX];
    let mut fermat = Fermat::new(128);
    let bases = BASES.map(|base| vec![base, base, base, base >> 1]);
    (0..BATCH).all(|lane| {
        let numbers: [&[u32]; BATCH] = std::array::from_fn(|index| NUMBERS[(index + BATCH - lane) % BATCH].as_slice());
        fermat.load(&numbers);
        let expected = if lane == 0 { 0b1111 } else { 0 };
        fermat.run(usize::MAX) == Some(1 << lane) && Rounds::new(128, &NUMBERS[lane], &bases).run(usize::MAX) == Some(expected)
    })
}
