//! Four Miller-Rabin rounds on one number at once (FIPS 186-5, B.3.1), each lane with a base of its own.
//!
//! The power base^d modulo n, where n-1 = 2^s d with d odd, in windows of four bits of the exponent; then s-1 squarings. A lane
//! passes where the power is 1 or -1, or a square of it is -1.
//!
//! **Time.** No branch and no index depends on the number or a base but for s: every entry of the table is read for each window.

use crate::kernel::{
    BATCH, Column, Modulus, Operand, WIDTH, equals, leave, pairs_for, power_of_two, product, reduce, spread, square, wipe_words,
};
use crate::lanes::Lanes;

/// Bits of the exponent that are worked off together.
const WINDOW: usize = 4;
/// Powers of the base in the table.
const POWERS: usize = 1 << WINDOW;

/// The rounds, in slices: made by `new`, then `run` until it answers.
pub struct Rounds {
    bits: usize,
    /// d, as long as n.
    exponent: Vec<u32>,
    /// s.
    twos: usize,
    modulus: Modulus,
    /// The powers of the base from 0 to 15, as far as they are there.
    table: Vec<Vec<Lanes>>,
    power: Operand,
    factor: Operand,
    digits: Vec<Lanes>,
    columns: Vec<Column>,
    /// Steps that are done.
    done: usize,
    /// Bit i is set where lane i has passed.
    passed: u32,
}

impl Rounds {
    /// For an odd number of this many bits, a multiple of 32, its top bit set; words, the least significant first. The bases are below the
    /// number and in Montgomery's form: a base drawn evenly is as evenly drawn in it. (Of the numbers from 2 to n-2 two stand for 1 and -1, which are no
    /// bases: in a number of 1024 bits that is never drawn.)
    #[must_use]
    pub fn new(bits: usize, number: &[u32], bases: &[Vec<u32>; BATCH]) -> Rounds {
        let pairs = pairs_for(bits);
        let zero = Lanes::splat(0);
        let mut digits = vec![zero; 2 * pairs];
        let mut same = [0; BATCH].map(|_| number.to_vec());
        spread(&same, &mut digits);
        let mut modulus = Modulus::new(pairs);
        modulus.set(&digits);
        let mut one = same.each_ref().map(|n| power_of_two(n, WIDTH as usize * 2 * pairs - bits));
        spread(&one, &mut digits);
        let first = digits.clone();
        spread(bases, &mut digits);
        same.iter_mut().chain(&mut one).for_each(|words| wipe_words(words));
        let mut factor = Operand::new(pairs);
        factor.set(&digits);
        let (exponent, twos) = odd_part(number);
        Rounds {
            bits,
            exponent,
            twos,
            modulus,
            table: vec![first, digits.clone()],
            power: Operand::new(pairs),
            factor,
            digits,
            columns: vec![[zero; 2]; 2 * pairs],
            done: 0,
            passed: 0,
        }
    }

    /// Does this many steps at most, each up to four squarings and a product. At the end: bit i is set where the number passed the round to base i.
    pub fn run(&mut self, steps: usize) -> Option<u32> {
        let windows = self.bits / WINDOW;
        for _ in 0..steps {
            match self.done.checked_sub(POWERS - 2) {
                None => self.next_power(),
                Some(window) if window < windows => self.window(windows - 1 - window, window == 0),
                Some(after) if after < windows + self.twos => self.look(after == windows),
                Some(_) => return Some(self.passed),
            }
            self.done += 1;
        }
        None
    }

    fn next_power(&mut self) {
        if let Some(last) = self.table.last() {
            self.power.set(last);
        }
        product(&self.power, &self.factor, &mut self.columns);
        reduce(&self.modulus, &mut self.columns, &mut self.digits, Lanes::splat(0));
        self.table.push(self.digits.clone());
    }

    /// The four bits of the exponent from 4 `index` on.
    fn window(&mut self, index: usize, first: bool) {
        let bit = WINDOW * index;
        let wanted = (self.exponent[bit / 32] >> (bit % 32)) as i32 & (POWERS as i32 - 1);
        if first {
            self.choose(wanted);
            self.power.set(&self.digits);
            return;
        }
        for _ in 0..WINDOW {
            self.square();
        }
        self.choose(wanted);
        self.factor.set(&self.digits);
        product(&self.power, &self.factor, &mut self.columns);
        reduce(&self.modulus, &mut self.columns, &mut self.digits, Lanes::splat(0));
        self.power.set(&self.digits);
    }

    fn square(&mut self) {
        square(&self.power, &mut self.columns);
        reduce(&self.modulus, &mut self.columns, &mut self.digits, Lanes::splat(0));
        self.power.set(&self.digits);
    }

    /// The power of this number from the table, by a look at all of them.
    fn choose(&mut self, wanted: i32) {
        self.digits.fill(Lanes::splat(0));
        for (index, power) in self.table.iter().enumerate() {
            // All ones where the two are equal.
            let mask = Lanes::splat(((index as i32 ^ wanted) - 1) >> 31);
            for (digit, own) in self.digits.iter_mut().zip(power) {
                *digit = digit.or(own.and(mask));
            }
        }
    }

    /// Whether the power is -1, or at `first` 1; afterwards its square.
    fn look(&mut self, first: bool) {
        if !first {
            self.square();
        }
        // `power` has what goes on; `digits` leaves Montgomery's form.
        leave(&self.modulus, &mut self.columns, &mut self.digits);
        self.passed |= equals(&self.digits, -1);
        if first {
            self.passed |= equals(&self.digits, 1);
        }
    }
}

/// n-1 as d and s.
fn odd_part(number: &[u32]) -> (Vec<u32>, usize) {
    let mut words = number.to_vec();
    words[0] &= !1;
    let twos = words.iter().position(|word| *word != 0).map_or(0, |at| 32 * at + words[at].trailing_zeros() as usize);
    let (whole, bits) = (twos / 32, twos % 32);
    let word = |at: usize| u64::from(words.get(at).copied().unwrap_or(0));
    let odd = (0..words.len()).map(|at| ((word(at + whole) | word(at + whole + 1) << 32) >> bits) as u32).collect();
    wipe_words(&mut words);
    (odd, twos)
}

impl Drop for Rounds {
    fn drop(&mut self) {
        wipe_words(&mut self.exponent);
        let zero = Lanes::splat(0);
        self.digits.fill(zero);
        self.columns.fill([zero; 2]);
        self.table.iter_mut().for_each(|power| power.fill(zero));
        self.power.set(&self.digits);
        self.factor.set(&self.digits);
        self.modulus.wipe();
        std::hint::black_box((&self.digits, &self.columns, &self.table, &self.power, &self.factor));
    }
}
