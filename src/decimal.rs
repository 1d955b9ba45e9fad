//! Decimal numbers in JSON and YAML, read and written.
//!
//! Exact for whole numbers below 2^53 and for what people write: at most 15 digits, with a small exponent. The standard
//! library's conversions are exact for every number and cost 20 KB of compressed wasm for it (measured 2026-11); no
//! object of Kubernetes that passes here holds others.

/// Largest whole number up to which every one is exact, 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `digits[.digits][e[+-]digits]` as a number. What stands there was checked by the caller; anything else ends it.
pub(crate) fn read(text: &str) -> f64 {
    let (negative, text) = text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits =
        |start: f64, text: &str| text.bytes().filter(u8::is_ascii_digit).fold(start, |sum, digit| sum * 10.0 + f64::from(digit - b'0'));
    let written = digits(0.0, exponent).min(100_000.0) as i32;
    let exponent = if exponent.starts_with('-') { -written } else { written };
    let fraction = fraction.trim_end_matches('0');
    let number = scale(digits(digits(0.0, whole), fraction), exponent.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX)));
    if negative { -number } else { number }
}

/// A number times a power of ten. One multiplication or division by an exact power is rounded right.
fn scale(mut number: f64, mut exponent: i32) -> f64 {
    exponent = exponent.clamp(-400, 400);
    while exponent != 0 {
        let step = exponent.clamp(-22, 22);
        let power = (0..step.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        number = if step < 0 { number / power } else { number * power };
        exponent -= step;
    }
    number
}

/// A number in the fewest digits that mean it; with an exponent below 1e-6 and from 1e21 on, as JavaScript and Go do.
pub(crate) fn write(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return "null".to_owned(); // as JSON.stringify
    }
    let sign = if number < 0.0 { "-" } else { "" };
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let mut exponent = 0;
        let mut mantissa = size;
        while mantissa >= 10.0 {
            exponent += 1;
            mantissa = scale(size, -exponent);
        }
        while mantissa < 1.0 {
            exponent -= 1;
            mantissa = scale(size, -exponent);
        }
        let plus = if exponent > 0 { "+" } else { "" };
        return format!("{sign}{}e{plus}{exponent}", write(mantissa));
    }
    if size.fract() == 0.0 {
        return format!("{sign}{}", whole(size));
    }
    let mut places = 0;
    let scaled = loop {
        places += 1;
        let scaled = scale(size, places).round();
        if places == 22 || scaled >= EXACT || scale(scaled, -places) == size {
            break scaled;
        }
    };
    let places = places as usize;
    let digits = format!("{:0>width$}", scaled as u64, width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// The digits of a whole number below 2^96. What writes 128 bits is half a kilobyte of compressed wasm (2026-11).
fn whole(size: f64) -> String {
    const SPLIT: f64 = 4_294_967_296.0; // 2^32: dividing by it is exact
    const BILLION: u64 = 1_000_000_000;
    let high = (size / SPLIT).trunc();
    let low = (size - high * SPLIT) as u64;
    let (quotient, rest) = (high as u64 / BILLION, (high as u64 % BILLION) << 32 | low);
    match (quotient << 32) + rest / BILLION {
        0 => rest.to_string(),
        billions => format!("{billions}{:09}", rest % BILLION),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, whole, write};
    use proptest::prelude::*;

    #[test]
    fn what_people_write_is_exact() {
        for text in [
            "0",
            "1",
            "-1",
            "10",
            "600",
            "4294967296",
            "9007199254740991",
            "1795481183",
            "0.5",
            "0.1",
            "-0.25",
            "3.14159",
            "100.001",
            "0.000001",
            "123456789.123456",
            "1e+21",
            "1.5e-7",
            "2.5e+30",
            "100000000000000000000",
        ] {
            assert_eq!(read(text), text.parse::<f64>().unwrap_or(f64::NAN), "{text}");
            assert_eq!(write(read(text)), text, "{text}");
        }
        assert_eq!((write(f64::NAN).as_str(), write(-0.0).as_str()), ("null", "0"));
        assert!(read("1e400").is_infinite() && read("1e-400") == 0.0 && read("1e99999999999") > 1e300);
    }

    proptest! {
        #[test]
        fn whole_numbers(number in -9_007_199_254_740_991i64..9_007_199_254_740_991) {
            prop_assert_eq!(write(number as f64), number.to_string());
            prop_assert_eq!(read(&number.to_string()), number as f64);
        }

        #[test]
        fn whole_numbers_beyond_what_is_exact(mantissa in 0u64..1 << 53, shift in 0u32..17) {
            let number = u128::from(mantissa) << shift;
            prop_assert_eq!(whole(number as f64), number.to_string());
        }

        #[test]
        fn fifteen_digits(digits in 1u64..1_000_000_000_000_000, places in 0i32..15) {
            let text = format!("{digits}e-{places}");
            let number: f64 = text.parse().unwrap_or(f64::NAN);
            prop_assert_eq!(read(&text), number);
            prop_assert_eq!(write(number).parse::<f64>(), Ok(number));
        }

        #[test]
        fn any_number_to_eleven_digits(number in any::<f64>()) {
            let again = read(&write(number));
            prop_assert!(!number.is_finite() || (again - number).abs() <= number.abs() * 1e-11 || number.abs() < 1e-290);
        }
    }
}
