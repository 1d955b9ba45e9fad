//! The writer: text for JavaScript's own parser, without a tree in between.

use crate::encoding::{decimal, runs};
use crate::value::Value;

/// What is under a key that is written.
pub(crate) enum Part<'a> {
    Absent,
    Text(&'a str),
    Number(usize),
    Value(&'a Value),
}

/// JSON as it comes, for JavaScript's own parser.
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) text: String,
}

impl Writer {
    /// A comma where something is before.
    fn next(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'[' | b'{' | b':')) {
            self.text.push(',');
        }
    }

    pub(crate) fn open(&mut self, bracket: char) {
        self.next();
        self.text.push(bracket);
    }

    pub(crate) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// A key that needs no escape.
    pub(crate) fn key(&mut self, key: &str) {
        self.next();
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.next();
        self.text.push('"');
        let mut rest = text;
        loop {
            let (plain, more) = rest.split_at(runs::JSON.run(rest.as_bytes()));
            self.text.push_str(plain);
            let Some(byte) = more.bytes().next() else { break };
            if byte == b'!' {
                self.text.push('!');
            } else {
                self.text.push_str(&format!("\\u{byte:04x}"));
            }
            rest = &more[1..];
        }
        self.text.push('"');
    }

    pub(crate) fn object(&mut self, fields: &[(&str, Part<'_>)]) {
        self.open('{');
        for (key, part) in fields {
            if matches!(part, Part::Absent) {
                continue;
            }
            self.key(key);
            match part {
                Part::Absent => {}
                Part::Text(text) => self.text(text),
                Part::Number(number) => decimal::push(&mut self.text, *number),
                Part::Value(value) => self.value(value),
            }
        }
        self.close('}');
    }

    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => return self.text(text),
            Value::List(items) => {
                self.open('[');
                items.iter().for_each(|item| self.value(item));
                return self.close(']');
            }
            Value::Map(pairs) => {
                self.open('{');
                for (key, value) in pairs {
                    self.text(key);
                    self.text.push(':');
                    self.value(value);
                }
                return self.close('}');
            }
            _ => self.next(),
        }
        match value {
            Value::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => self.text.push_str(&decimal::write(*number)),
            _ => self.text.push_str("null"),
        }
    }
}

impl<'a> From<&'a str> for Part<'a> {
    fn from(text: &'a str) -> Part<'a> {
        Part::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Part<'a> {
    fn from(text: Option<&'a str>) -> Part<'a> {
        text.map_or(Part::Absent, Part::Text)
    }
}

impl From<Option<usize>> for Part<'_> {
    fn from(number: Option<usize>) -> Self {
        number.map_or(Part::Absent, Part::Number)
    }
}

impl<'a> From<&'a Option<Value>> for Part<'a> {
    fn from(value: &'a Option<Value>) -> Self {
        value.as_ref().map_or(Part::Absent, Part::Value)
    }
}
