//! Numbers from their digits, by lexical-parse-float, whose `compact` form needs no table of the powers of ten: the standard library's
//! is 10 KB of the module, compressed as well (2026-11).

use lexical_parse_float::FromLexical;

/// The nearest `f64`, as the standard library has it; infinite where it is too large for one.
#[must_use]
#[inline(never)]
pub fn read(digits: &str) -> Option<f64> {
    f64::from_lexical(digits.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::*;

    fn same(digits: &str) {
        assert_eq!(read(digits).map(f64::to_bits), digits.parse().ok().map(f64::to_bits), "{digits}");
    }

    #[test]
    fn borders_are_read_as_by_the_standard_library() {
        for digits in [
            "0",
            "-0",
            "-0.0",
            "1.",
            ".5",
            "+1",
            "1e5",
            "1E5",
            "1e+5",
            "1e-5",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e309",
            "-1e999",
            "1e-999",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.0000000000000000000000000000001",
            "",
            "-",
            "1e",
            "e5",
            "1_0",
            "0x1",
        ] {
            same(digits);
        }
        same(&format!("0.{}1", "0".repeat(500)));
        same(&"7".repeat(500));
        same(&format!("1{}e-400", "0".repeat(400)));
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_by_the_standard_library(digits in "[+-]?[0-9]{1,40}(\\.[0-9]{0,40})?([eE][+-]?[0-9]{1,3})?") {
            prop_assert_eq!(read(&digits).map(f64::to_bits), digits.parse().ok().map(f64::to_bits));
        }

        #[test]
        fn every_number_is_read_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                for digits in [number.to_string(), format!("{number:.400e}")] {
                    prop_assert_eq!(read(&digits).map(f64::to_bits), Some(bits), "{}", digits);
                }
            }
        }
    }
}
