//! Numbers of JavaScript as JSON and YAML write them.

/// From here on JavaScript and Go write an exponent.
const LARGE: f64 = 1e21;

/// A number in the fewest digits that mean it, with an exponent below 1e-6 and from 1e21 on, as JavaScript and Go do. Whole numbers are written
/// with all of their digits, because programs read them as integers; `-0` keeps its sign, which JSON and YAML both have.
pub(crate) fn write(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return "null".to_owned(); // as JSON.stringify
    }
    if size == 0.0 {
        return if number.is_sign_negative() { "-0".to_owned() } else { "0".to_owned() };
    }
    if size.fract() == 0.0 && size < LARGE {
        return (number as i128).to_string();
    }
    if (1e-6..LARGE).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

/// Appends the digits of a number: without the machinery of `format!`, which thousands of findings would feel.
pub(crate) fn push(text: &mut String, number: usize) {
    if number >= 10 {
        push(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::{push, write};
    use proptest::prelude::*;

    #[test]
    fn it_writes_what_javascript_writes() {
        for text in [
            "0",
            "-0",
            "1",
            "-1",
            "600",
            "4294967296",
            "9007199254740991",
            "9223372036854775808",
            "0.5",
            "0.1",
            "-0.25",
            "3.141592653589793",
            "0.000001",
            "123456789.123456",
            "1e+21",
            "1e+36",
            "6.8e-10",
            "1.5e-7",
            "2.5e+30",
            "5e-324",
            "1.7976931348623157e+308",
            "100000000000000000000",
        ] {
            assert_eq!(write(text.parse().unwrap_or(f64::NAN)), text);
        }
        assert_eq!((write(f64::NAN).as_str(), write(f64::NEG_INFINITY).as_str()), ("null", "null"));
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_library(number in any::<usize>(), shift in 0u32..64) {
            let mut text = "x".to_owned();
            push(&mut text, number >> shift);
            prop_assert_eq!(text, format!("x{}", number >> shift));
        }

        #[test]
        fn every_number_is_read_back_to_the_last_bit(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(write(number).parse::<f64>().map(f64::to_bits), Ok(bits));
        }

        #[test]
        fn whole_numbers_keep_their_digits(mantissa in 0u64..1 << 53, shift in 0u32..16) {
            let number = u128::from(mantissa) << shift;
            prop_assert_eq!(write(number as f64), number.to_string());
        }
    }
}
