//! The reader. It says nothing about the text that it refuses, bounds its depth, reports keys that appear twice (which
//! `JSON.parse` hides), and keeps what was written next to what it means, so that `1e20` can be shown as `1e20`.

use crate::encoding::runs;
use crate::value::Value;
use std::collections::BTreeMap;

/// Deeper than any claim; what is deeper is not a token that anyone issues.
const MAX_DEPTH: usize = 64;

/// An object with fewer keys is searched one by one.
pub(super) const FEW: usize = 16;

/// A JSON text, read.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// What it means. Of keys that appear twice, the last counts, as in Go.
    pub(crate) value: Value,
    /// The members of the outermost object as they were written, in their order.
    pub(crate) members: Vec<(String, &'a str)>,
    /// Keys that appear twice in one object.
    pub(crate) duplicates: Vec<String>,
}

/// Reads a text that is one JSON value; `None` where it is none, or deeper than 64.
pub(crate) fn read(text: &str) -> Option<Document<'_>> {
    let mut reader = Reader { text, at: 0, members: Vec::new(), duplicates: Vec::new() };
    reader.blanks();
    let value = reader.value(0)?;
    reader.blanks();
    (reader.at == text.len()).then_some(Document { value, members: reader.members, duplicates: reader.duplicates })
}

/// Reads JSON values that follow one another, as Go's decoder takes them from a stream; `None` where anything else is
/// among them.
pub(crate) fn stream(text: &str) -> Option<Vec<Document<'_>>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let mut reader = Reader { text, at, members: Vec::new(), duplicates: Vec::new() };
        reader.blanks();
        if reader.at == text.len() {
            return Some(found);
        }
        let value = reader.value(0)?;
        at = reader.at;
        found.push(Document { value, members: reader.members, duplicates: reader.duplicates });
    }
}

/// The value of a key of the outermost object, found without reading what comes after it. A text that ends early or is wrong there may have one.
pub(crate) fn early(text: &str, key: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0, members: Vec::new(), duplicates: Vec::new() };
    reader.blanks();
    (reader.peek() == Some(b'{')).then_some(())?;
    let mut found = None;
    reader.items(0, b'}', |reader| {
        let name = reader.key()?;
        let value = reader.value(1)?;
        if name != key {
            return Some(());
        }
        found = Some(value);
        None
    });
    found
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    members: Vec<(String, &'a str)>,
    duplicates: Vec<String>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes one byte if it comes next.
    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())?;
        Some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut pairs: Vec<(String, Value)> = Vec::new();
        // Keys are chosen by the author of the text: a list that is searched for each would be quadratic. Few are found as quickly in the list itself.
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        self.items(depth, b'}', |reader| {
            let key = reader.key()?;
            let start = reader.at;
            let value = reader.value(depth + 1)?;
            if depth == 0 {
                reader.members.push((key.clone(), &reader.text[start..reader.at]));
            }
            if pairs.len() == FEW {
                known = pairs.iter().enumerate().map(|(number, (key, _))| (key.clone(), number)).collect();
            }
            let before = if pairs.len() < FEW { pairs.iter().position(|(name, _)| *name == key) } else { known.get(&key).copied() };
            if let Some(number) = before {
                pairs[number].1 = value;
                reader.duplicates.push(key);
                return Some(());
            }
            if pairs.len() >= FEW {
                known.insert(key.clone(), pairs.len());
            }
            pairs.push((key, value));
            Some(())
        })?;
        Some(Value::Map(pairs))
    }

    /// A key, and what is between it and its value.
    fn key(&mut self) -> Option<String> {
        let key = self.string()?;
        self.blanks();
        self.eat(b':')?;
        self.blanks();
        Some(key)
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.items(depth, b']', |reader| {
            items.push(reader.value(depth + 1)?);
            Some(())
        })?;
        Some(Value::List(items))
    }

    /// What is between brackets, with commas in between.
    fn items(&mut self, depth: usize, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        (depth < MAX_DEPTH).then_some(())?;
        self.at += 1;
        self.blanks();
        if self.eat(end).is_some() {
            return Some(());
        }
        loop {
            self.blanks();
            item(self)?;
            self.blanks();
            if self.eat(end).is_some() {
                return Some(());
            }
            self.eat(b',')?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat(b'"')?;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = runs::JSON.run(rest.as_bytes());
            out.push_str(&rest[..plain]);
            self.at += plain;
            if self.eat(b'"').is_some() {
                return Some(out);
            }
            if self.eat(b'!').is_some() {
                out.push('!');
                continue;
            }
            self.eat(b'\\')?;
            let escape = self.peek()?;
            self.at += 1;
            out.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    /// The rest of `\uXXXX`. Half of a surrogate pair becomes U+FFFD, as in Go.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.hex()?;
        if (0xD800..0xDC00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                return char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = before;
        }
        Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        self.at += 4;
        Some(unit)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let _ = self.eat(b'-');
        let whole = self.at;
        self.digits()?;
        // No leading zero.
        (self.at - whole == 1 || self.text.as_bytes()[whole] != b'0').then_some(())?;
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if self.eat(b'e').or_else(|| self.eat(b'E')).is_some() {
            let _ = self.eat(b'+').or_else(|| self.eat(b'-'));
            self.digits()?;
        }
        kubecred_yaml::number::read(&self.text[start..self.at]).map(Value::Number)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
