//! What a scalar means: go-yaml v2's rules, which are kubectl's (YAML 1.1 with some of 1.2).
//!
//! Source: `resolve.go` of go.yaml.in/yaml/v2 2.4.3 and the conversion to JSON of sigs.k8s.io/yaml 1.6.0, read 2026-11.
//! Base-60 numbers, which YAML 1.1 has, are texts there, and so are dates.

use crate::decimal;
use crate::locate::Locate;

/// The kind of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// As JSON writes it.
    Number(String),
    /// The text as it stands.
    Text,
    /// `!!binary`: the text decoded.
    Decoded(String),
}

/// The words that are no texts when they stand plain.
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
pub(super) fn resolve(text: &str, plain: bool, tag: &str) -> Result<Scalar, &'static str> {
    match tag.strip_prefix(CORE) {
        None if tag.is_empty() && plain => untagged(text),
        // Tags that nobody knows, `!` among them, make texts.
        None | Some("str") => Ok(Scalar::Text),
        Some("binary") => match crate::kubeconfig::base64_of_go(text) {
            Some(bytes) => Ok(Scalar::Decoded(String::from_utf8_lossy(&bytes).into_owned())),
            None => Err("!!binary is followed by something that is not base64"),
        },
        Some("timestamp") => match text.as_bytes() {
            [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => Ok(Scalar::Text),
            _ => Err("!!timestamp is followed by something that is no date"),
        },
        Some(kind @ ("bool" | "int" | "float" | "null")) => {
            let meant = untagged(text)?;
            let fits = match (&meant, kind) {
                (Scalar::Bool(_), "bool") | (Scalar::Null, "null") | (Scalar::Number(_), "float") => true,
                (Scalar::Number(_), "int") => integer(&text.replace('_', "")).is_some(),
                _ => false,
            };
            if fits { Ok(meant) } else { Err("a tag promises another kind of value than follows it") }
        }
        Some(_) => Ok(Scalar::Text),
    }
}

fn untagged(text: &str) -> Result<Scalar, &'static str> {
    // Long texts are no numbers, and may be secrets: one look is enough.
    if text.len() > 400 {
        return Ok(Scalar::Text);
    }
    if text.len() <= MAX_WORD && text.bytes().next().is_none_or(|first| BEGINS.contains(&first)) {
        if let Some((_, meaning)) = WORDS.iter().find(|(words, _)| words.contains(&text)) {
            return Ok(meaning.clone());
        }
        if NO_NUMBERS.contains(&text) {
            return Err("infinity and not-a-number cannot be written in JSON: quote them where they are texts");
        }
    }
    Ok(match text.as_bytes().first() {
        // Go's ParseFloat takes an underscore between two digits.
        Some(b'.') if text.split('_').skip(1).all(|part| part.starts_with(|first: char| first.is_ascii_digit())) => {
            let whole = text.split('_').all(|part| part.ends_with(|last: char| last.is_ascii_digit()));
            float(&text.replace('_', "")).filter(|_| whole || !text.holds("_"))
        }
        Some(b'+' | b'-' | b'0'..=b'9') => {
            let digits = text.replace('_', "");
            integer(&digits).or_else(|| float(&digits))
        }
        _ => None,
    }
    .map_or(Scalar::Text, Scalar::Number))
}

/// Go's `ParseInt(text, 0, 64)`, else `ParseUint`: decimal, `0x`, `0o`, `0b`, and a leading 0 for octal.
fn integer(text: &str) -> Option<String> {
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
        "-" => (number <= 1 << 63).then(|| if number == 0 { "0".to_owned() } else { format!("-{number}") }),
        "+" => (number < 1 << 63).then(|| number.to_string()),
        _ => Some(number.to_string()),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let dotted = mantissa.holds(".");
    let mantissa = digits(whole) && digits(fraction) && (!whole.is_empty() || dotted && !fraction.is_empty());
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa && exponent
}

/// The number as Go's encoding/json writes it; one with more digits than [`decimal`] keeps stays as it stands, where JSON
/// takes it so. `None` where it is none, or too large for one.
fn float(text: &str) -> Option<String> {
    if !is_float(text) {
        return None;
    }
    let number = decimal::read(text);
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let exact = mantissa.bytes().filter(u8::is_ascii_digit).count() <= 15;
    let json = mantissa.trim_start_matches('-').split_once('.').is_some_and(|(whole, fraction)| {
        (whole == "0" || whole.starts_with(|first: char| ('1'..='9').contains(&first))) && !fraction.is_empty()
    });
    number.is_finite().then(|| if exact || !json || text.starts_with('+') { decimal::write(number) } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Scalar, resolve};

    /// The table: what kubectl 1.36.3 makes of a plain scalar (tests/yaml.rs holds it against the program).
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
            ("1e3", number("1000")),
            ("1e21", number("1e+21")),
            ("1e-7", number("1e-7")),
            ("1.", number("1")),
            (".5", number("0.5")),
            (".5_1", number("0.51")),
            (".5_", Scalar::Text),
            ("+.5", number("0.5")),
            ("1e999", Scalar::Text),
            ("18446744073709551615", number("18446744073709551615")),
            ("-9223372036854775808", number("-9223372036854775808")),
            ("12:30:45", Scalar::Text),
            ("2024-01-01", Scalar::Text),
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
        for (text, kind) in
            [("x", "int"), ("1.5", "int"), ("1e3", "int"), ("1", "bool"), ("x", "null"), ("!", "binary"), ("x", "timestamp")]
        {
            assert!(resolve(text, true, &core(kind)).is_err(), "{kind} {text}");
        }
    }
}
