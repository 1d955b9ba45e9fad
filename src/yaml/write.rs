//! Block YAML that every reader takes for exactly what was meant.
//!
//! Every text is double-quoted, whatever it looks like, so that no reader's idea of booleans, numbers or dates can
//! touch it; keys are plain where they are plain words. (serde_yaml leaves `yes`, `n` and `1_000` unquoted, which
//! kubectl refuses; JSON writers leave DEL and U+0085 raw, which kubectl turns into blanks; measured 2026-11.)

use crate::value::Value;
use zeroize::Zeroizing;

/// Several documents where the value is a list of objects, one otherwise.
#[must_use]
pub fn documents(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let parts: Vec<String> = items.iter().map(|item| String::from_utf8_lossy(&document(item)).into_owned()).collect();
            parts.join("---\n")
        }
        one => String::from_utf8_lossy(&document(one)).into_owned(),
    }
}

/// One document, ending in a line feed. The buffer is sized beforehand, because it may hold a private key.
#[must_use]
pub fn document(value: &Value) -> Zeroizing<Vec<u8>> {
    let mut out = Writer { bytes: Zeroizing::new(Vec::with_capacity(size(value, 0))) };
    match value {
        Value::Map(pairs) if !pairs.is_empty() => out.map(pairs, 0),
        Value::List(items) if !items.is_empty() => out.list(items, 0),
        scalar => {
            out.scalar(scalar);
            out.text("\n");
        }
    }
    out.bytes
}

/// An upper bound of the bytes a value takes: each character of a text at most 10 (`\U0001F600`), indentation, quotes.
fn size(value: &Value, depth: usize) -> usize {
    let text = |text: &str| {
        let escaped = text.chars().filter(|character| escape(*character).is_some()).count();
        text.len() + 10 * escaped + 4
    };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 32,
        Value::String(string) => text(string),
        Value::List(items) => 4 + items.iter().map(|item| size(item, depth + 1) + 2 * depth + 4).sum::<usize>(),
        Value::Map(pairs) => 4 + pairs.iter().map(|(key, item)| text(key) + size(item, depth + 1) + 2 * depth + 4).sum::<usize>(),
    }
}

struct Writer {
    bytes: Zeroizing<Vec<u8>>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.text("  ");
        }
    }

    fn map(&mut self, pairs: &[(String, Value)], depth: usize) {
        for (index, (key, value)) in pairs.iter().enumerate() {
            if index > 0 {
                self.indent(depth);
            }
            if is_plain_key(key) {
                self.text(key)
            } else {
                self.quoted(key)
            }
            self.text(":");
            self.nested(value, depth);
        }
    }

    fn list(&mut self, items: &[Value], depth: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(depth);
            }
            self.text("-");
            match item {
                Value::Map(pairs) if !pairs.is_empty() => {
                    self.text(" ");
                    self.map(pairs, depth + 1);
                }
                other => self.nested(other, depth),
            }
        }
    }

    /// A value after `key:` or `-`: on the same line, or as a block on the next ones. kubectl does not indent lists.
    fn nested(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Map(pairs) if !pairs.is_empty() => {
                self.text("\n");
                self.indent(depth + 1);
                self.map(pairs, depth + 1);
            }
            Value::List(items) if !items.is_empty() => {
                self.text("\n");
                self.indent(depth);
                self.list(items, depth);
            }
            scalar => {
                self.text(" ");
                self.scalar(scalar);
                self.text("\n");
            }
        }
    }

    fn scalar(&mut self, value: &Value) {
        match value {
            Value::Null => self.text("null"),
            Value::Bool(flag) => self.text(if *flag { "true" } else { "false" }),
            // Whole numbers without a fraction, which is what int32 fields of the API insist on.
            Value::Number(number) => self.text(&crate::decimal::write(*number)),
            Value::String(text) => self.quoted(text),
            Value::List(_) => self.text("[]"),
            Value::Map(_) => self.text("{}"),
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text("\"");
        for character in text.chars() {
            match escape(character) {
                None => {
                    let mut buffer = [0; 4];
                    self.text(character.encode_utf8(&mut buffer));
                }
                Some(Escape::Short(short)) => self.text(short),
                Some(Escape::Number) if character as u32 <= 0xFF => self.text(&format!("\\x{:02X}", character as u32)),
                Some(Escape::Number) => self.text(&format!("\\u{:04X}", character as u32)),
            }
        }
        self.text("\"");
    }
}

enum Escape {
    Short(&'static str),
    Number,
}

/// Which characters a double-quoted scalar must escape so that every reader gives them back (YAML 1.2.2, 5.7):
/// quotes, backslash, C0, DEL, C1, line and paragraph separators, byte-order mark, what is no character.
fn escape(character: char) -> Option<Escape> {
    match character {
        '"' => Some(Escape::Short("\\\"")),
        '\\' => Some(Escape::Short("\\\\")),
        '\n' => Some(Escape::Short("\\n")),
        '\r' => Some(Escape::Short("\\r")),
        '\t' => Some(Escape::Short("\\t")),
        '\0' => Some(Escape::Short("\\0")),
        '\u{1}'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => Some(Escape::Number),
        _ => None,
    }
}

/// Keys of Kubernetes objects that no YAML reader takes for anything but a text.
fn is_plain_key(key: &str) -> bool {
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    first && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !words.contains(&key.to_ascii_lowercase().as_str())
}
