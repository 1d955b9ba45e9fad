//! Fermat's test to base 2 on four numbers at once: is 2^(n-1) = 1 modulo n? One number in each lane.
//!
//! Numbers are balanced digits of 13 bits, from -4096 to 4095. A lane holds two of them, so that one `dot` makes eight
//! products. Multiplication modulo n is Montgomery's (Mathematics of Computation 44, 1985) with R = 2^(13 N) for N
//! digits: a product of columns, then `reduce`, which adds the multiple of n that makes the lower half zero. Balanced
//! digits keep every result within n/2 and a bit, so nothing is compared or subtracted at the end.
//!
//! **How the columns stay within 31 bits.** Products of two digits are at most 2^24. A column has at most N of them:
//! N 2^24 < 2^31 up to 126 digits. Beyond that, `fold` moves the upper parts of the columns up before the sum of a row's
//! products could pass 120 2^24. tests/rsa_filter.rs holds both against exact sums with extreme digits.
//!
//! **Time.** No branch and no index depends on the numbers: exponent bits become masks, the count of squarings is fixed.
//!
//! Two pairs lie in a column pair: column 2K is the sum over I+J=K of dot(a[I], even[J]), column 2K+1 the same with odd,
//! where a[i] = (d[2i], d[2i+1]), even[j] = (d[2j], d[2j-1]) and odd[j] = (d[2j+1], d[2j]).

use crate::lanes::Lanes;

/// Bits of a digit.
pub const WIDTH: u32 = 13;
const MASK: i32 = (1 << WIDTH) - 1;
const HALF: i32 = 1 << (WIDTH - 1);
/// Pairs of digits that are worked off together.
const ROW: usize = 4;
/// Up to here no column can overflow: 126 digits.
const PAIRS_WITHOUT_FOLDS: usize = 63;
/// A row of a square adds 16 2^24 to a column at most, a row of a product or a reduction 8 2^24. The latter two are folded once: enough up to
/// 240 digits.
const ROWS_OF_SQUARE: usize = 7;
const ROWS_OF_PRODUCT: usize = 15;
const ROWS_OF_REDUCTION: usize = 15;

/// Numbers in a batch.
pub const BATCH: usize = 4;

/// Columns 2K and 2K+1.
pub type Column = [Lanes; 2];

#[derive(Clone, Copy)]
struct Reversed {
    even: Lanes,
    odd: Lanes,
}

/// A factor, in the shapes that products want.
pub struct Operand {
    forward: Vec<Lanes>,
    /// Four more than `forward`, so that a row may read past the end.
    reversed: Vec<Reversed>,
    /// The same with digits doubled.
    doubled: Vec<Reversed>,
}

fn low() -> Lanes {
    Lanes::splat(0xFFFF)
}

impl Operand {
    /// Zero, for numbers of this many pairs.
    #[must_use]
    pub fn new(pairs: usize) -> Operand {
        let zero = Lanes::splat(0);
        let nothing = vec![Reversed { even: zero, odd: zero }; pairs + ROW];
        Operand { forward: vec![zero; pairs], reversed: nothing.clone(), doubled: nothing }
    }

    /// From one digit per lane, two for each pair.
    #[inline(always)]
    pub fn set(&mut self, digits: &[Lanes]) {
        let mut before = Lanes::splat(0);
        let shapes = self.forward.iter_mut().zip(&mut self.reversed).zip(&mut self.doubled);
        for (((forward, reversed), doubled), pair) in shapes.zip(digits.as_chunks::<2>().0) {
            let (first, second) = (pair[0].and(low()), pair[1].and(low()));
            *forward = first.or(pair[1].left(16));
            *reversed = Reversed { even: first.or(before.left(16)), odd: second.or(pair[0].left(16)) };
            *doubled = Reversed { even: reversed.even.pairs_twice(), odd: reversed.odd.pairs_twice() };
            before = pair[1];
        }
        // The last digit once more, as the upper half of a column of its own.
        let pairs = self.forward.len();
        self.reversed[pairs].even = before.left(16);
        self.doubled[pairs].even = before.left(17);
    }
}

/// Adds to a column pair the products of four pairs of one factor with four of the other.
#[inline(always)]
fn step(column: &mut Column, a: &[Lanes; ROW], b: [Reversed; ROW]) {
    let even = a[0].dot(b[0].even).plus(a[1].dot(b[1].even)).plus(a[2].dot(b[2].even).plus(a[3].dot(b[3].even)));
    let odd = a[0].dot(b[0].odd).plus(a[1].dot(b[1].odd)).plus(a[2].dot(b[2].odd).plus(a[3].dot(b[3].odd)));
    *column = [column[0].plus(even), column[1].plus(odd)];
}

/// Four column pairs; `before` are the three entries in front of `b`.
#[inline(always)]
fn tile(columns: &mut [Column; ROW], a: &[Lanes; ROW], before: [Reversed; 3], b: &[Reversed; ROW]) {
    let [x, y, z] = before;
    step(&mut columns[0], a, [b[0], z, y, x]);
    step(&mut columns[1], a, [b[1], b[0], z, y]);
    step(&mut columns[2], a, [b[2], b[1], b[0], z]);
    step(&mut columns[3], a, [b[3], b[2], b[1], b[0]]);
}

/// columns[s] += sum over u of a[u] b[s+3-u], as far as the columns go.
#[inline(always)]
fn row(columns: &mut [Column], a: &[Lanes; ROW], b: &[Reversed]) {
    let mut before = [b[0], b[1], b[2]];
    for (columns, b) in columns.as_chunks_mut::<ROW>().0.iter_mut().zip(b[3..].as_chunks::<ROW>().0) {
        tile(columns, a, before, b);
        before = [b[1], b[2], b[3]];
    }
}

/// Brings every column back to a small magnitude; the number that they represent stays.
#[inline(always)]
fn fold(columns: &mut [Column]) {
    let mask = Lanes::splat(MASK);
    let mut carry = Lanes::splat(0);
    for column in columns {
        let even = column[0].and(mask).plus(carry);
        let odd = column[1].and(mask).plus(column[0].right(WIDTH));
        carry = column[1].right(WIDTH);
        *column = [even, odd];
    }
}

#[inline(always)]
fn four<T: Copy>(from: &[T], at: usize) -> [T; ROW] {
    [from[at], from[at + 1], from[at + 2], from[at + 3]]
}

/// The square, folded. Each row has its tile on the diagonal with single digits, and what is right of it doubled.
#[inline(never)]
pub fn square(x: &Operand, columns: &mut [Column]) {
    let zero = Lanes::splat(0);
    let pairs = x.forward.len();
    let high = Lanes::splat(-0x10000);
    columns.fill([zero; 2]);
    for count in 0..pairs / ROW {
        let at = ROW * count;
        if pairs > PAIRS_WITHOUT_FOLDS && count > 0 && count % ROWS_OF_SQUARE == 0 {
            fold(&mut columns[2 * at..]);
        }
        let a = four(&x.forward, at);
        let mut diagonal = four(&x.reversed, at);
        diagonal[0].even = diagonal[0].even.and(low());
        // At the seam the entry is half doubled (its new digit), half single (the diagonal's last).
        let mut seam = four(&x.doubled, at + ROW);
        seam[0].even = seam[0].even.and(low()).or(x.reversed[at + ROW].even.and(high));
        let none = Reversed { even: zero, odd: zero };
        let (tiles, _) = columns[2 * at..at + pairs + ROW].as_chunks_mut::<ROW>();
        if let [first, second, ..] = tiles {
            tile(first, &a, [none; 3], &diagonal);
            tile(second, &a, [diagonal[1], diagonal[2], diagonal[3]], &seam);
        }
        row(&mut columns[2 * at + 2 * ROW..at + pairs + ROW], &a, &x.doubled[at + ROW + 1..]);
    }
    fold(columns);
}

/// The product, folded.
#[inline(never)]
pub fn product(x: &Operand, y: &Operand, columns: &mut [Column]) {
    let none = Reversed { even: Lanes::splat(0), odd: Lanes::splat(0) };
    let pairs = x.forward.len();
    columns.fill([Lanes::splat(0); 2]);
    let head = four(&y.reversed, 0);
    for count in 0..pairs / ROW {
        let at = ROW * count;
        if pairs > PAIRS_WITHOUT_FOLDS && count == ROWS_OF_PRODUCT {
            fold(&mut columns[at..]);
        }
        let a = four(&x.forward, at);
        if let [first, ..] = columns[at..].as_chunks_mut::<ROW>().0 {
            tile(first, &a, [none; 3], &head);
        }
        row(&mut columns[at + ROW..at + ROW + pairs], &a, &y.reversed[1..]);
    }
    fold(columns);
}

/// Four odd moduli.
pub struct Modulus {
    n: Operand,
    /// The first two digits, each alone.
    first: Lanes,
    second: Lanes,
    /// -1/n modulo 2^13.
    inverse: Lanes,
}

impl Modulus {
    /// For numbers of this many pairs; to be set.
    #[must_use]
    pub fn new(pairs: usize) -> Modulus {
        let zero = Lanes::splat(0);
        Modulus { n: Operand::new(pairs), first: zero, second: zero, inverse: zero }
    }

    /// From one digit per lane; the first is odd.
    pub fn set(&mut self, digits: &[Lanes]) {
        self.n.set(digits);
        self.first = digits[0].and(low());
        self.second = digits[1].and(low());
        // Newton: each round doubles the bits of 1/n that are right, from three.
        let mut inverse = digits[0];
        for _ in 0..3 {
            inverse = inverse.pairs_times(Lanes::splat(2).minus(digits[0].pairs_times(inverse)));
        }
        self.inverse = Lanes::splat(0).minus(inverse);
    }

    /// Overwrites the moduli.
    pub(crate) fn wipe(&mut self) {
        let zero = Lanes::splat(0);
        self.n.set(&vec![zero; 2 * self.n.forward.len()]);
        (self.first, self.second, self.inverse) = (zero, zero, zero);
        std::hint::black_box(&*self);
    }

    /// The digit that makes a column divisible by 2^13.
    #[inline(always)]
    fn quotient(&self, column: Lanes) -> Lanes {
        column.pairs_times(self.inverse).left(32 - WIDTH).right(32 - WIDTH)
    }

    /// Two quotient digits from the two columns of a pair, and what they carry on.
    #[inline(always)]
    fn pair(&self, column: Column, carry: Lanes) -> (Lanes, Lanes) {
        let sum = column[0].plus(carry);
        let first = self.quotient(sum);
        let carry = sum.plus(first.dot(self.first)).right(WIDTH);
        let sum = column[1].plus(first.dot(self.second)).plus(carry);
        let second = self.quotient(sum);
        let carry = sum.plus(second.dot(self.first)).right(WIDTH);
        (first.and(low()).or(second.left(16)), carry)
    }
}

/// digits = columns / R modulo n, twice that in lanes where `twice` is all ones.
#[inline(never)]
pub fn reduce(modulus: &Modulus, columns: &mut [Column], digits: &mut [Lanes], twice: Lanes) {
    let n = &modulus.n.reversed;
    let pairs = modulus.n.forward.len();
    let mut carry = Lanes::splat(0);
    let plus = |column: Column, q: Lanes, n: Reversed| [column[0].plus(q.dot(n.even)), column[1].plus(q.dot(n.odd))];
    for count in 0..pairs / ROW {
        let at = ROW * count;
        if pairs > PAIRS_WITHOUT_FOLDS && count == ROWS_OF_REDUCTION {
            fold(&mut columns[at..]);
        }
        let head = four(columns, at);
        let mut q = [Lanes::splat(0); ROW];
        (q[0], carry) = modulus.pair(head[0], carry);
        (q[1], carry) = modulus.pair(plus(head[1], q[0], n[1]), carry);
        (q[2], carry) = modulus.pair(plus(plus(head[2], q[0], n[2]), q[1], n[1]), carry);
        (q[3], carry) = modulus.pair(plus(plus(plus(head[3], q[0], n[3]), q[1], n[2]), q[2], n[1]), carry);
        row(&mut columns[at + ROW..at + ROW + pairs], &q, &n[1..]);
    }
    output(&columns[pairs..], digits, carry, twice);
}

/// Balanced digits of the columns, doubled where asked.
#[inline(always)]
fn output(columns: &[Column], digits: &mut [Lanes], carry: Lanes, twice: Lanes) {
    let (mask, half) = (Lanes::splat(MASK), Lanes::splat(HALF));
    let scaled = |value: Lanes| value.plus(value.and(twice));
    let mut carry = scaled(carry);
    for (column, pair) in columns.iter().zip(digits.as_chunks_mut::<2>().0) {
        for (column, digit) in column.iter().zip(pair) {
            let value = scaled(column.and(mask)).plus(carry);
            let over = value.plus(half).right(WIDTH);
            *digit = value.minus(over.left(WIDTH));
            carry = over.plus(scaled(column.right(WIDTH)));
        }
    }
}

/// Four numbers as words, least significant first.
pub(crate) type Words = [Vec<u32>; BATCH];

/// Balanced digits of four numbers.
pub fn spread(numbers: &Words, digits: &mut [Lanes]) {
    let half = Lanes::splat(HALF);
    let mut carry = Lanes::splat(0);
    for (index, digit) in digits.iter_mut().enumerate() {
        let value = Lanes::new(numbers.each_ref().map(|words| window(words, index))).plus(carry);
        carry = value.plus(half).right(WIDTH);
        *digit = value.minus(carry.left(WIDTH));
    }
}

/// The 13 bits of a number from 13 `index` on.
#[must_use]
pub fn window(words: &[u32], index: usize) -> i32 {
    let bit = index * WIDTH as usize;
    let word = |at: usize| u64::from(words.get(at).copied().unwrap_or(0));
    let both = word(bit / 32) | word(bit / 32 + 1) << 32;
    (both >> (bit % 32)) as i32 & MASK
}

/// n becomes 2^(bits + shifts) modulo n, where n has exactly `bits` bits. No branch on n.
pub(crate) fn power_of_two(n: &[u32], shifts: usize) -> Vec<u32> {
    // 2^bits - n is below n, because n has its top bit.
    let mut carry = 1u64;
    let mut power: Vec<u32> = n.iter().map(|word| next(&mut carry, u64::from(!word))).collect();
    let mut less = vec![0u32; n.len()];
    for _ in 0..shifts {
        let mut top = 0;
        for word in &mut power {
            (*word, top) = (*word << 1 | top, *word >> 31);
        }
        let mut borrow = 0i64;
        for ((less, word), n) in less.iter_mut().zip(&power).zip(n) {
            borrow += i64::from(*word) - i64::from(*n);
            *less = borrow as u32;
            borrow >>= 32;
        }
        // All ones where nothing was shifted out and n is larger: keep it as it is.
        let keep = ((i64::from(top) + borrow) >> 63) as u32;
        for (word, less) in power.iter_mut().zip(&less) {
            *word = (*word & keep) | (*less & !keep);
        }
    }
    wipe_words(&mut less);
    power
}

fn next(carry: &mut u64, word: u64) -> u32 {
    *carry += word;
    let low = *carry as u32;
    *carry >>= 32;
    low
}

pub(crate) fn wipe_words(words: &mut [u32]) {
    zeroize::Zeroize::zeroize(words);
}

/// The test, in slices: `load`, then `run` until it answers.
pub struct Fermat {
    bits: usize,
    numbers: Words,
    modulus: Modulus,
    power: Operand,
    digits: Vec<Lanes>,
    columns: Vec<Column>,
    /// Squarings that are left.
    left: usize,
}

impl Fermat {
    /// For numbers of this many bits, a multiple of 32.
    #[must_use]
    pub fn new(bits: usize) -> Fermat {
        let pairs = pairs_for(bits);
        let zero = Lanes::splat(0);
        Fermat {
            bits,
            numbers: Default::default(),
            modulus: Modulus::new(pairs),
            power: Operand::new(pairs),
            digits: vec![zero; 2 * pairs],
            columns: vec![[zero; 2]; 2 * pairs],
            left: 0,
        }
    }

    /// Begins: four odd numbers, each with its top bit.
    pub fn load(&mut self, numbers: &[&[u32]; BATCH]) {
        for (own, given) in self.numbers.iter_mut().zip(numbers) {
            wipe_words(own);
            own.clear();
            own.extend_from_slice(given);
        }
        spread(&self.numbers, &mut self.digits);
        self.modulus.set(&self.digits);
        // The exponent's top bit is 1: the first power is 2, times R.
        let shifts = WIDTH as usize * self.digits.len() - self.bits + 1;
        let mut start = self.numbers.each_ref().map(|n| power_of_two(n, shifts));
        spread(&start, &mut self.digits);
        start.iter_mut().for_each(|words| wipe_words(words));
        self.power.set(&self.digits);
        self.left = self.bits - 1;
    }

    /// Does this many squarings at most. At the end: bit i is set where number i passed.
    pub fn run(&mut self, squarings: usize) -> Option<u32> {
        for _ in 0..squarings.min(self.left) {
            self.left -= 1;
            // The bits of n-1, an even number.
            let place = self.left;
            let mask = |words: &Vec<u32>| if place == 0 { 0 } else { -((words[place / 32] >> (place % 32)) as i32 & 1) };
            let twice = Lanes::new(self.numbers.each_ref().map(mask));
            square(&self.power, &mut self.columns);
            reduce(&self.modulus, &mut self.columns, &mut self.digits, twice);
            self.power.set(&self.digits);
        }
        (self.left == 0).then(|| self.verdict())
    }

    fn verdict(&mut self) -> u32 {
        leave(&self.modulus, &mut self.columns, &mut self.digits);
        equals(&self.digits, 1)
    }
}

/// Takes digits out of Montgomery's form.
pub(crate) fn leave(modulus: &Modulus, columns: &mut [Column], digits: &mut [Lanes]) {
    let zero = Lanes::splat(0);
    columns.fill([zero; 2]);
    for (column, pair) in columns.iter_mut().zip(digits.as_chunks::<2>().0) {
        *column = *pair;
    }
    reduce(modulus, columns, digits, zero);
}

/// Bit i is set where the number in lane i, of half of its modulus and a bit at most, is this digit. Digits are unique: those of 1 are 1, 0, 0, ...
pub(crate) fn equals(digits: &[Lanes], digit: i32) -> u32 {
    let first = digits[0].minus(Lanes::splat(digit));
    digits[1..].iter().fold(first, |rest, digit| rest.or(*digit)).zeros()
}

/// Digits come in rows of eight, and a number needs one bit more than its own for the sign.
#[must_use]
pub const fn pairs_for(bits: usize) -> usize {
    (bits + 1).div_ceil(2 * ROW * WIDTH as usize) * ROW
}

impl Drop for Fermat {
    fn drop(&mut self) {
        self.numbers.iter_mut().for_each(|words| wipe_words(words));
        let zero = [Lanes::splat(0); BATCH];
        self.digits.fill(zero[0]);
        self.columns.fill([zero[0]; 2]);
        self.power.set(&self.digits);
        self.modulus.wipe();
        std::hint::black_box((&self.digits, &self.columns, &self.power));
    }
}
