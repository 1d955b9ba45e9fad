//! How many bytes of one kind are at the beginning of a text.
//!
//! Most of a kubeconfig is base64, and every byte of it is looked at three times: whether YAML takes it, where the text
//! ends, whether it is base64. In the module that is done for sixteen at once.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use core::arch::wasm32::{u8x16_all_true, u8x16_eq, u8x16_lt, u8x16_splat, u8x16_sub, u64x2, v128_or};

/// A kind of bytes: two ranges, each by its first byte and how many there are, and one byte more.
pub struct Kind {
    /// Looked at with this bit set where the first range is meant: 0x20 makes no difference between upper and lower case.
    bit: u8,
    first: (u8, u8),
    second: (u8, u8),
    third: u8,
}

/// Letters, digits, `+` and `/`.
pub const BASE64: Kind = Kind { bit: 0x20, first: (b'a', 26), second: (b'/', 11), third: b'+' };
/// What needs no second look in YAML: blank to tilde, and line feeds.
pub const PLAIN: Kind = Kind { bit: 0, first: (b' ', 95), second: (b'\n', 1), third: b'\n' };

/// What a JSON text has as it is; `!`, which it has as well, is left out for there are two ranges only.
pub const JSON: Kind = Kind { bit: 0, first: (b'#', 57), second: (b']', 163), third: b' ' };

impl Kind {
    fn has(&self, byte: u8) -> bool {
        let within = |byte: u8, (start, count): (u8, u8)| byte.wrapping_sub(start) < count;
        within(byte | self.bit, self.first) || within(byte, self.second) || byte == self.third
    }

    /// Whether all of sixteen are of the kind.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    fn has_all(&self, bytes: &[u8; 16]) -> bool {
        let number = u128::from_le_bytes(*bytes);
        let text = u64x2(number as u64, (number >> 64) as u64);
        let within = |text, (start, count)| u8x16_lt(u8x16_sub(text, u8x16_splat(start)), u8x16_splat(count));
        let ranges = v128_or(within(v128_or(text, u8x16_splat(self.bit)), self.first), within(text, self.second));
        u8x16_all_true(v128_or(ranges, u8x16_eq(text, u8x16_splat(self.third))))
    }

    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    fn has_all(&self, bytes: &[u8; 16]) -> bool {
        bytes.iter().all(|byte| self.has(*byte))
    }

    /// How many of them are at the beginning.
    #[inline(never)]
    pub fn run(&self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((chunk, more)) = rest.split_first_chunk()
            && self.has_all(chunk)
        {
            rest = more;
        }
        while let Some((byte, more)) = rest.split_first()
            && self.has(*byte)
        {
            rest = more;
        }
        bytes.len() - rest.len()
    }
}

/// Whether two texts are the same: sixteen bytes at a time, where the comparison of the platform takes one.
pub fn same(one: &[u8], two: &[u8]) -> bool {
    let ((ours, rest), (theirs, others)) = (one.as_chunks::<16>(), two.as_chunks::<16>());
    let equal = |(ours, theirs): (&[u8; 16], &[u8; 16])| u128::from_le_bytes(*ours) == u128::from_le_bytes(*theirs);
    one.len() == two.len() && ours.iter().zip(theirs).all(equal) && rest == others
}

#[cfg(test)]
mod tests {
    use super::{BASE64, JSON, PLAIN, same};

    #[test]
    fn texts_are_the_same_up_to_the_last_byte() {
        for length in 0..40 {
            let text = vec![b'a'; length];
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &vec![b'a'; length + 1]));
            for place in 0..length {
                let mut other = text.clone();
                other[place] = b'b';
                assert!(!same(&text, &other), "{place} of {length}");
            }
        }
    }

    /// Every byte at every place of two vectors and a rest.
    #[test]
    fn the_first_byte_of_another_kind_ends_it() {
        let base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        let plain = |byte| matches!(byte, b' '..=b'~' | b'\n');
        let json = |byte| byte >= b' ' && !matches!(byte, b'!' | b'"' | b'\\');
        for (kind, fits) in [(BASE64, base64 as fn(u8) -> bool), (PLAIN, plain), (JSON, json)] {
            for length in 0..40 {
                assert_eq!(kind.run(&vec![b'a'; length]), length);
                for place in 0..length {
                    for byte in 0..=255 {
                        let mut text = vec![b'a'; length];
                        text[place] = byte;
                        assert_eq!(kind.run(&text), if fits(byte) { length } else { place }, "{byte} at {place} of {length}");
                    }
                }
            }
        }
    }
}
