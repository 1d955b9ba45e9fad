//! The lanes of lanes_simd.rs where there are none: the same operations one lane after the other, so that native tests
//! run the same kernel. Both files are held against each other in tests/wasm_filter.rs.

/// Four numbers of 32 bits, or four pairs of 16.
#[derive(Clone, Copy)]
pub struct Lanes([i32; 4]);

impl Lanes {
    #[inline(always)]
    fn each(self, other: Lanes, work: impl Fn(i32, i32) -> i32) -> Lanes {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Lanes([work(a, e), work(b, f), work(c, g), work(d, h)])
    }

    /// Four numbers.
    #[inline(always)]
    #[must_use]
    pub fn new(lanes: [i32; 4]) -> Lanes {
        Lanes(lanes)
    }

    /// One number four times.
    #[inline(always)]
    #[must_use]
    pub fn splat(value: i32) -> Lanes {
        Lanes([value; 4])
    }

    /// Sums, modulo 2^32.
    #[inline(always)]
    #[must_use]
    pub fn plus(self, other: Lanes) -> Lanes {
        self.each(other, i32::wrapping_add)
    }

    /// Differences, modulo 2^32.
    #[inline(always)]
    #[must_use]
    pub fn minus(self, other: Lanes) -> Lanes {
        self.each(other, i32::wrapping_sub)
    }

    /// Pairs of 16 bits: the low 16 bits of each product.
    #[inline(always)]
    #[must_use]
    pub fn pairs_times(self, other: Lanes) -> Lanes {
        self.each(other, |a, b| (a.wrapping_mul(b) & 0xFFFF) | (a >> 16).wrapping_mul(b >> 16) << 16)
    }

    /// Bits that both have.
    #[inline(always)]
    #[must_use]
    pub fn and(self, other: Lanes) -> Lanes {
        self.each(other, |a, b| a & b)
    }

    /// Bits that one of them has.
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Lanes) -> Lanes {
        self.each(other, |a, b| a | b)
    }

    /// Shifted up.
    #[inline(always)]
    #[must_use]
    pub fn left(self, bits: u32) -> Lanes {
        self.each(self, |a, _| a << bits)
    }

    /// Shifted down, with the sign.
    #[inline(always)]
    #[must_use]
    pub fn right(self, bits: u32) -> Lanes {
        self.each(self, |a, _| a >> bits)
    }

    /// Pairs of 16 bits, each twice.
    #[inline(always)]
    #[must_use]
    pub fn pairs_twice(self) -> Lanes {
        self.each(self, |a, _| ((a << 1) & 0xFFFF) | ((a >> 16) << 17))
    }

    /// Pairs of 16 bits with sign: the sum of both products, per lane.
    #[inline(always)]
    #[must_use]
    pub fn dot(self, other: Lanes) -> Lanes {
        let low = |a: i32| i32::from(a as i16);
        self.each(other, |a, b| (low(a) * low(b)).wrapping_add((a >> 16) * (b >> 16)))
    }

    /// Bit i is set where lane i is zero.
    #[inline(always)]
    #[must_use]
    pub fn zeros(self) -> u32 {
        self.0.iter().rev().fold(0, |mask, lane| mask << 1 | u32::from(*lane == 0))
    }

    /// The sum of the lanes.
    #[inline(always)]
    #[must_use]
    pub fn sum(self) -> i64 {
        self.0.iter().map(|lane| i64::from(*lane)).sum()
    }
}
