//! JSON (RFC 8259), read strictly: the parts of a token, what an API server answers.
//!
//! The reader says nothing about the text that it refuses, bounds its depth, reports keys that appear twice (which
//! `JSON.parse` hides), and keeps what was written next to what it means, so that `1e20` can be shown as `1e20`.

use crate::encoding::{decimal, runs};
use crate::value::Value;
use std::collections::BTreeMap;

/// Deeper than any claim; what is deeper is not a token that anyone issues.
const MAX_DEPTH: usize = 64;

/// An object with fewer keys is searched one by one.
const FEW: usize = 16;

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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{FEW, Part, Writer, early, read};
    use crate::value::Value;

    /// Few keys are searched one by one, many by a map: a key that comes again is found either way, and the last value counts.
    #[test]
    fn keys_that_come_again_are_told_among_few_and_among_many() {
        for count in [1, 2, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            for again in [0, count / 2, count - 1] {
                let keys = (0..count).chain([again, count]).map(|number| format!("\"k{number}\":{number}")).collect::<Vec<_>>();
                let text = format!("{{{},\"k{again}\":\"last\"}}", keys.join(","));
                let document = read(&text).unwrap();
                let again = format!("k{again}");
                assert_eq!(document.duplicates, [again.clone(), again.clone()], "{text}");
                assert_eq!(document.value.text(&[&again]), Some("last"), "{text}");
                assert!(matches!(document.value, Value::Map(pairs) if pairs.len() == count + 1), "{text}");
            }
        }
    }

    #[test]
    fn a_value_is_found_before_what_comes_after_it_is_read() {
        let next = |text: &str| early(text, "metadata").and_then(|metadata| metadata.text(&["continue"]).map(str::to_owned));
        for (text, found) in [
            (r#"{"kind":"List","metadata":{"continue":"a!b"},"items":[{"metadata":{"continue":"no"}}]}"#, Some("a!b")),
            (r#" { "items" : [ { "metadata" : { "continue" : "no" } } ] , "metadata" : { "continue" : "b" } }"#, Some("b")),
            (r#"{"metadata":{"continue":"c"},"items":[{"#, Some("c")),
            (r#"{"metadata":{"continue":"d"}"#, Some("d")),
            (r#"{"items":[{"metadata":{"continue":"no"}}]}"#, None),
            (r#"{"metadata":{"continue":"#, None),
            (r#"{"items":[{],"metadata":{"continue":"e"}}"#, None),
            (r#"[{"metadata":{"continue":"no"}}]"#, None),
            (r#"["metadata":{"continue":"no"}"#, None),
            (r#""metadata""#, None),
            ("", None),
        ] {
            assert_eq!(next(text).as_deref(), found, "{text}");
        }
    }

    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap()),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(pairs) => {
                let mut pairs: Vec<_> = pairs.into_iter().map(|(key, item)| (key, convert(item))).collect();
                pairs.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Map(pairs)
            }
        }
    }

    /// Equal, numbers to the last bit.
    fn same(one: &Value, two: &Value) -> bool {
        match (one, two) {
            (Value::Number(one), Value::Number(two)) => one.to_bits() == two.to_bits(),
            (Value::List(one), Value::List(two)) => one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two)),
            (Value::Map(one), Value::Map(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.0 == two.0 && same(&one.1, &two.1))
            }
            _ => one == two,
        }
    }

    fn sorted(value: Value) -> Value {
        match value {
            Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
            Value::Map(pairs) => {
                let mut pairs: Vec<_> = pairs.into_iter().map(|(key, item)| (key, sorted(item))).collect();
                pairs.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Map(pairs)
            }
            other => other,
        }
    }

    #[test]
    fn it_reads_what_json_is_and_nothing_else() {
        for text in [
            "null",
            " true ",
            "false",
            "0",
            "-0",
            "10",
            "-1.5e+3",
            "1E2",
            "\"\"",
            r#""a\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00""#,
            "[]",
            "[ 1 , 2 ]",
            "{}",
            r#"{"a":{"b":[null,"x"]},"__proto__":1}"#,
            r#"{"a":1,"a":2}"#,
            "1e300",
            "9007199254740991",
            "1795481183",
            "0.5",
            "-1.25e-3",
            "[[[[1]]]]",
        ] {
            assert!(same(&sorted(read(text).unwrap().value), &convert(serde_json::from_str(text).unwrap())), "{text}");
        }
        for text in [
            "",
            " ",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "NaN",
            "tru",
            "'a'",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\u+123""#,
            "[1,]",
            "[,1]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "1 2",
            "[1",
            "{\"a\":1",
            "\u{feff}{}",
            "\u{a0}1",
            "{}}",
            "/**/1",
        ] {
            assert!(read(text).is_none(), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "the oracle agrees: {text}");
        }
    }

    #[test]
    fn depth_halves_and_doubles() {
        assert!(read(&format!("{}1{}", "[".repeat(64), "]".repeat(64))).is_some());
        assert!(read(&format!("{}1{}", "[".repeat(65), "]".repeat(65))).is_none());
        assert!(read(&"[".repeat(100_000)).is_none());
        assert!(read(&"{\"a\":".repeat(100_000)).is_none());
        // As Go: half a surrogate pair becomes the replacement character.
        for (text, meaning) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\udc00x""#, "\u{fffd}x"),
            (r#""\ud800\u0041""#, "\u{fffd}A"),
            (r#""\ud800\ud83d\ude00""#, "\u{fffd}😀"),
        ] {
            assert_eq!(read(text).unwrap().value, Value::from(meaning), "{text}");
        }
        let document = read(r#"{"exp":1e20, "exp" : "x","b":{"c":1,"c":2}}"#).unwrap();
        assert_eq!(document.duplicates, ["exp", "c"]);
        assert_eq!(
            document.members.iter().map(|(key, raw)| (key.as_str(), *raw)).collect::<Vec<_>>(),
            [("exp", "1e20"), ("exp", "\"x\""), ("b", r#"{"c":1,"c":2}"#)]
        );
        assert_eq!(document.value.text(&["exp"]), Some("x"));
    }

    #[test]
    fn what_is_written_is_read_back_by_others() {
        let value = Value::map([
            ("text", Some("a\"\\\n\u{0}\u{7f}\u{2028}é😀".into())),
            ("list", Some(Value::List(vec![Value::List(Vec::new()), Value::Null, true.into(), Value::Number(-1.5), "".into()]))),
            ("map", Some(Value::Map(vec![("\"".to_owned(), Value::Map(Vec::new()))]))),
        ]);
        let mut writer = Writer::default();
        writer.open('[');
        writer.object(&[("a", "[".into()), ("b", Part::Absent), ("c", Some(7).into()), ("d", Part::Value(&value))]);
        writer.object(&[]);
        writer.close(']');
        let meant = Value::map([("a", Some("[".into())), ("c", Some(7.into())), ("d", Some(value))]);
        let theirs = convert(serde_json::from_str(&writer.text).unwrap());
        assert_eq!(theirs, sorted(Value::List(vec![meant, Value::Map(Vec::new())])), "{}", writer.text);
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_serde_json(text in "[\\[\\]{}:,\"a0-9.eE+\\-\\\\un\\s]{0,24}") {
            let ours = read(&text);
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(theirs) => proptest::prop_assert!(same(&sorted(ours.unwrap().value), &convert(theirs))),
                // serde_json refuses numbers beyond f64, and half surrogate pairs; we pass both on.
                Err(_) => proptest::prop_assert!(ours.is_none() || text.contains(['e', 'E', '\\'])),
            }
        }
    }
}
