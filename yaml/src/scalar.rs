//! What a scalar means: go-yaml v2's rules, which are kubectl's (YAML 1.1 with some of 1.2).
//!
//! Source: `resolve.go` of go.yaml.in/yaml/v2 2.4.3 and the conversion to JSON of sigs.k8s.io/yaml 1.6.0, read 2026-11.
//! Base-60 numbers, which YAML 1.1 has, are texts there, and so are dates.

use zeroize::Zeroizing;

/// The kind of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    /// As JSON writes it.
    Number(String),
    /// The text as it is.
    Text,
    /// `!!binary`: the text decoded.
    Decoded(String),
}

/// The words that are not text when they are unquoted.
const WORDS: [(&[&str], Scalar); 3] = [
    (&["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], Scalar::Bool(true)),
    (&["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], Scalar::Bool(false)),
    (&["", "~", "null", "Null", "NULL"], Scalar::Null),
];
/// `.inf` and `.nan`: numbers that JSON does not have, so kubectl stops there.
const NO_NUMBERS: [&str; 12] = [".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"];
/// Bytes of the longest of these, and how they begin, for a quick look.
const MAX_WORD: usize = 5;
const BEGINS: &[u8] = b"yYnNtTfFoO~.+-";
const CORE: &str = "tag:yaml.org,2002:";

/// What a scalar means. `tag` is empty where there is none.
///
/// # Errors
/// The sentence that says why kubectl stops there.
pub(crate) fn resolve(text: &str, plain: bool, tag: &str) -> Result<Scalar, &'static str> {
    match tag.strip_prefix(CORE) {
        None if tag.is_empty() && plain => untagged(text),
        // Tags that nobody knows, `!` among them, make texts.
        None | Some("str") => Ok(Scalar::Text),
        Some("binary") => match crate::base64::base64_of_go(text) {
            Some(bytes) => Ok(Scalar::Decoded(String::from_utf8_lossy(&bytes).into_owned())),
            None => Err("!!binary is followed by something that is not base64"),
        },
        Some("timestamp") => match text.as_bytes() {
            [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => Ok(Scalar::Text),
            _ => Err("!!timestamp is followed by text that is not a date"),
        },
        Some(kind @ ("bool" | "int" | "float" | "null")) => {
            let is_integer = || integer(&Zeroizing::new(text.replace('_', ""))).is_some();
            let meant = match (untagged(text)?, kind) {
                (Scalar::Bool(flag), "bool") => Some(Scalar::Bool(flag)),
                (Scalar::Null, "null") => Some(Scalar::Null),
                (Scalar::Number(digits), "float") if is_integer() => float_of_integer(&digits).map(Scalar::Number),
                (Scalar::Number(digits), "float") => Some(Scalar::Number(digits)),
                (Scalar::Number(digits), "int") if is_integer() => Some(Scalar::Number(digits)),
                _ => None,
            };
            meant.ok_or("a tag promises another kind of value than follows it")
        }
        Some(_) => Ok(Scalar::Text),
    }
}

fn untagged(text: &str) -> Result<Scalar, &'static str> {
    if text.len() <= MAX_WORD && text.as_bytes().first().is_none_or(|first| BEGINS.contains(first)) {
        if let Some((_, meaning)) = WORDS.iter().find(|(words, _)| words.contains(&text)) {
            return Ok(meaning.clone());
        }
        if NO_NUMBERS.contains(&text) {
            return Err("infinity and not-a-number cannot be written in JSON: quote them where they are texts");
        }
    }
    // Most texts are no numbers, and may be secrets: they are told apart before anything is copied.
    if !matches!(text.as_bytes().first(), Some(b'+' | b'-' | b'.' | b'0'..=b'9')) || !text.bytes().all(is_of_a_number) {
        return Ok(Scalar::Text);
    }
    let digits = Zeroizing::new(text.replace('_', ""));
    let number = if text.starts_with('.') {
        // Go's ParseFloat takes an underscore between two digits.
        let parts = || text.split('_');
        let between = parts().skip(1).all(|part| part.starts_with(|first: char| first.is_ascii_digit()))
            && parts().rev().skip(1).all(|part| part.ends_with(|last: char| last.is_ascii_digit()));
        float(&digits).filter(|_| between)
    } else {
        integer(&digits).or_else(|| float(&digits))
    };
    Ok(number.map_or(Scalar::Text, Scalar::Number))
}

/// Digits of any base, signs, points, underscores, and the letters of `0x`, `0o`, `0b` and exponents.
fn is_of_a_number(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'x' | b'X' | b'o' | b'O')
}

/// Go's `ParseInt(text, 0, 64)`, else `ParseUint`: decimal, `0x`, `0o`, `0b`, and a leading 0 for octal; and what go-yaml adds to that, a sign
/// behind `0b`. Digits that JSON takes as they are stay as they are, `-0` among them.
fn integer(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0b").filter(|digits| digits.starts_with(['+', '-'])) {
        return i64::from_str_radix(digits, 2).ok().map(|number| number.to_string());
    }
    let (sign, digits) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // Rust would take a second sign here.
    let plain = digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
    let number = u64::from_str_radix(plain.then_some(digits)?, radix).ok()?;
    match sign {
        "-" if text == "-0" => Some(text.to_owned()),
        "-" => (number <= 1 << 63).then(|| if number == 0 { "0".to_owned() } else { format!("-{number}") }),
        "+" => (number < 1 << 63).then(|| number.to_string()),
        _ => Some(number.to_string()),
    }
}

/// `[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?` in its parts: before the point, behind it where there is one, the exponent with its letter.
fn parts(text: &str) -> (&str, Option<&str>, &str) {
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction), exponent),
        None => (mantissa, None, exponent),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(text: &str) -> bool {
    let (whole, fraction, exponent) = parts(text.strip_prefix(['+', '-']).unwrap_or(text));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.get(1..).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    let mantissa = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    mantissa && digits(whole) && digits(fraction.unwrap_or_default()) && power.is_none_or(|power| !power.is_empty() && digits(power))
}

/// From here on not every whole number is one of Go's `float64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number that Go reads as a `float64`, with the digits that were written: kubectl would round them, and other programs need not.
/// Only what JSON does not take is written otherwise. `None` where it is not a number, or too large for one.
fn float(text: &str) -> Option<String> {
    let number = is_float(text).then(|| crate::number::read(text)).flatten()?;
    if !number.is_finite() {
        return None;
    }
    let (sign, unsigned) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    let (whole, fraction, exponent) = parts(unsigned);
    let whole = whole.trim_start_matches('0');
    let mut digits = format!("{}{}", if sign == "-" { "-" } else { "" }, if whole.is_empty() { "0" } else { whole });
    match fraction {
        Some(fraction) => digits.push_str(&format!(".{}", if fraction.is_empty() { "0" } else { fraction })),
        // Without a point these would be integers, which are read with all of their digits.
        None if exponent.is_empty() && number.abs() >= EXACT && integer(&digits).is_some() => digits.push_str(".0"),
        None => {}
    }
    digits.push_str(exponent);
    Some(digits)
}

/// An integer that `!!float` made one of Go's `float64`. `None` where go-yaml stops: only `int64` is turned into one.
fn float_of_integer(digits: &str) -> Option<String> {
    let number: i64 = digits.parse().ok()?;
    let exact = number.unsigned_abs() <= 1 << 53;
    Some(if exact { digits.to_owned() } else { format!("{digits}.0") })
}

#[cfg(test)]
mod tests {
    use super::{Scalar, resolve};

    /// The table: what kubectl 1.36.3 makes of a plain scalar (tests/yaml.rs compares it with the program).
    #[test]
    fn plain_scalars_mean_what_go_yaml_says() {
        let number = |text: &str| Scalar::Number(text.to_owned());
        let cases = [
            ("yes", Scalar::Bool(true)),
            ("y", Scalar::Bool(true)),
            ("On", Scalar::Bool(true)),
            ("off", Scalar::Bool(false)),
            ("N", Scalar::Bool(false)),
            ("yEs", Scalar::Text),
            ("~", Scalar::Null),
            ("", Scalar::Null),
            ("nil", Scalar::Text),
            ("12345", number("12345")),
            ("0123", number("83")),
            ("08", number("8")),
            ("0o17", number("15")),
            ("0x1F", number("31")),
            ("0b11", number("3")),
            ("-0b11", number("-3")),
            ("1_000", number("1000")),
            ("+5", number("5")),
            ("1e3", number("1e3")),
            ("1e21", number("1e21")),
            ("1e-7", number("1e-7")),
            ("1.", number("1.0")),
            (".5", number("0.5")),
            (".5_1", number("0.51")),
            (".5_", Scalar::Text),
            ("+.5", number("0.5")),
            ("1e999", Scalar::Text),
            ("18446744073709551615", number("18446744073709551615")),
            ("-9223372036854775808", number("-9223372036854775808")),
            ("12:30:45", Scalar::Text),
            ("2024-01-01", Scalar::Text),
            ("-0", number("-0")),
            ("-0x0", number("0")),
            ("-0.0", number("-0.0")),
            ("-00", number("0")),
            ("-08", number("-8")),
            ("-0_0.", number("-0.0")),
            ("09007199254740993", number("9007199254740993.0")),
            ("+18446744073709551615", number("18446744073709551615.0")),
            ("0b-11", number("-3")),
            ("0b+11", number("3")),
            ("-0b-11", Scalar::Text),
            ("123456789012345678901234567890", number("123456789012345678901234567890")),
            ("+123456789012345678901234567890", number("123456789012345678901234567890")),
            ("6.8e-10", number("6.8e-10")),
            ("1e36", number("1e36")),
            ("00.50", number("0.50")),
            ("1.e5", number("1.0e5")),
            ("1.7976931348623159e308", Scalar::Text),
            ("1.7976931348623158e308", number("1.7976931348623158e308")),
            ("0x", Scalar::Text),
            ("1e", Scalar::Text),
            ("-", Scalar::Text),
            ("<<", Scalar::Text),
            ("1.2.3.4", Scalar::Text),
        ];
        for (text, wanted) in cases {
            assert_eq!(resolve(text, true, ""), Ok(wanted), "{text}");
            assert_eq!(resolve(text, false, ""), Ok(Scalar::Text), "{text} in quotes");
        }
        assert!(resolve(".inf", true, "").is_err());
        let long = format!("0.{}1", "0".repeat(500));
        assert_eq!(resolve(&long, true, ""), Ok(number(&long)));
        assert_eq!(resolve(&"7".repeat(500), true, ""), Ok(Scalar::Text), "too large for a number");
    }

    #[test]
    fn tags_decide_or_stop() {
        let core = |kind: &str| format!("tag:yaml.org,2002:{kind}");
        assert_eq!(resolve("123", true, &core("str")), Ok(Scalar::Text));
        assert_eq!(resolve("yes", true, "!"), Ok(Scalar::Text));
        assert_eq!(resolve("yes", true, "!custom"), Ok(Scalar::Text));
        assert_eq!(resolve("yes", false, &core("bool")), Ok(Scalar::Bool(true)));
        assert_eq!(resolve("aGk=", true, &core("binary")), Ok(Scalar::Decoded("hi".to_owned())));
        assert_eq!(resolve("1", false, &core("float")), Ok(Scalar::Number("1".to_owned())));
        assert_eq!(resolve("9007199254740993", true, &core("float")), Ok(Scalar::Number("9007199254740993.0".to_owned())));
        assert!(resolve("18446744073709551615", true, &core("float")).is_err(), "go-yaml turns int64 only");
        for (text, kind) in
            [("x", "int"), ("1.5", "int"), ("1e3", "int"), ("1", "bool"), ("x", "null"), ("!", "binary"), ("x", "timestamp")]
        {
            assert!(resolve(text, true, &core(kind)).is_err(), "{kind} {text}");
        }
    }
}
