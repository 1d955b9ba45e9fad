//! Four 32-bit lanes of WebAssembly's fixed-width SIMD. Every one of these is one instruction, and safe.

use core::arch::wasm32::{
    i16x8_add, i16x8_mul, i32x4, i32x4_add, i32x4_bitmask, i32x4_dot_i16x8, i32x4_eq, i32x4_extract_lane, i32x4_shl, i32x4_shr,
    i32x4_splat, i32x4_sub, v128, v128_and, v128_or,
};

/// Four numbers of 32 bits, or four pairs of 16.
#[derive(Clone, Copy)]
pub struct Lanes(v128);

impl Lanes {
    /// Four numbers.
    #[inline(always)]
    #[must_use]
    pub fn new(lanes: [i32; 4]) -> Lanes {
        Lanes(i32x4(lanes[0], lanes[1], lanes[2], lanes[3]))
    }

    /// One number four times.
    #[inline(always)]
    #[must_use]
    pub fn splat(value: i32) -> Lanes {
        Lanes(i32x4_splat(value))
    }

    /// Sums, modulo 2^32.
    #[inline(always)]
    #[must_use]
    pub fn plus(self, other: Lanes) -> Lanes {
        Lanes(i32x4_add(self.0, other.0))
    }

    /// Differences, modulo 2^32.
    #[inline(always)]
    #[must_use]
    pub fn minus(self, other: Lanes) -> Lanes {
        Lanes(i32x4_sub(self.0, other.0))
    }

    /// Pairs of 16 bits: the low 16 bits of each product.
    #[inline(always)]
    #[must_use]
    pub fn pairs_times(self, other: Lanes) -> Lanes {
        Lanes(i16x8_mul(self.0, other.0))
    }

    /// Bits that both have.
    #[inline(always)]
    #[must_use]
    pub fn and(self, other: Lanes) -> Lanes {
        Lanes(v128_and(self.0, other.0))
    }

    /// Bits that one of them has.
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Lanes) -> Lanes {
        Lanes(v128_or(self.0, other.0))
    }

    /// Shifted up.
    #[inline(always)]
    #[must_use]
    pub fn left(self, bits: u32) -> Lanes {
        Lanes(i32x4_shl(self.0, bits))
    }

    /// Shifted down, with the sign.
    #[inline(always)]
    #[must_use]
    pub fn right(self, bits: u32) -> Lanes {
        Lanes(i32x4_shr(self.0, bits))
    }

    /// Pairs of 16 bits, each twice.
    #[inline(always)]
    #[must_use]
    pub fn pairs_twice(self) -> Lanes {
        Lanes(i16x8_add(self.0, self.0))
    }

    /// Pairs of 16 bits with sign: the sum of both products, per lane.
    #[inline(always)]
    #[must_use]
    pub fn dot(self, other: Lanes) -> Lanes {
        Lanes(i32x4_dot_i16x8(self.0, other.0))
    }

    /// Bit i is set where lane i is zero.
    #[inline(always)]
    #[must_use]
    pub fn zeros(self) -> u32 {
        u32::from(i32x4_bitmask(i32x4_eq(self.0, i32x4_splat(0))))
    }

    /// The sum of the lanes.
    #[inline(always)]
    #[must_use]
    pub fn sum(self) -> i64 {
        let low = i64::from(i32x4_extract_lane::<0>(self.0)) + i64::from(i32x4_extract_lane::<1>(self.0));
        low + i64::from(i32x4_extract_lane::<2>(self.0)) + i64::from(i32x4_extract_lane::<3>(self.0))
    }
}
