//! YAML, JSON and KYAML that every reader takes for exactly what was meant.
//!
//! Every text is double-quoted, whatever it looks like, so that no reader's idea of booleans, numbers or dates can
//! touch it; keys are plain where they are plain words. (serde_yaml leaves `yes`, `n` and `1_000` unquoted, which
//! kubectl refuses; JSON writers leave DEL and U+0085 raw, which kubectl turns into blanks; measured 2026-11.)

use super::tree::{Data, Node};
use crate::value::Value;
use zeroize::Zeroizing;

/// How a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Block YAML, lists not indented, as kubectl writes it.
    Yaml,
    /// JSON, indented by four blanks, as kubectl writes it.
    Json,
    /// KYAML (KEP-5295): flow style, plain keys, trailing commas; every version of kubectl reads it.
    Kyaml,
}

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

/// One document of block YAML, ending in a line feed.
#[must_use]
pub fn document(value: &Value) -> Zeroizing<Vec<u8>> {
    tree(&Node::from(value), Format::Yaml)
}

/// One document, ending in a line feed. The buffer is sized beforehand, because it may hold a private key.
#[must_use]
pub fn tree(node: &Node, format: Format) -> Zeroizing<Vec<u8>> {
    let mut out = Writer { bytes: Zeroizing::new(Vec::with_capacity(size(node, 0) + 8)), format };
    match (&node.data, format) {
        (Data::Map(pairs), Format::Yaml) if !pairs.is_empty() => out.block_map(node, 0),
        (Data::List(items), Format::Yaml) if !items.is_empty() => out.block_list(items, 0),
        _ => {
            if format == Format::Kyaml {
                out.text("---\n");
            }
            out.flow(node, 0);
            out.text("\n");
        }
    }
    out.bytes
}

/// An upper bound of the bytes a value takes: each escape at most 6, indentation, quotes, commas, brackets.
fn size(node: &Node, depth: usize) -> usize {
    let text = |text: &str| text.len() + 6 * text.bytes().filter(may_escape).count() + 4;
    // In a list of maps, KYAML opens both at once; everything else is one level further in at most.
    let line = 4 * (depth + 1) + 6;
    match &node.data {
        Data::Null | Data::Bool(_) => 8,
        Data::Number(digits) => digits.len(),
        Data::Text(string) => text(string),
        Data::List(items) => line + items.iter().map(|item| size(item, depth + 1) + line).sum::<usize>(),
        Data::Map(pairs) => line + pairs.iter().map(|pair| text(&pair.key) + size(&pair.value, depth + 1) + line).sum::<usize>(),
    }
}

struct Writer {
    bytes: Zeroizing<Vec<u8>>,
    format: Format,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn indent(&mut self, depth: usize) {
        let blanks = match self.format {
            Format::Json => 4 * depth,
            Format::Yaml | Format::Kyaml => 2 * depth,
        };
        let length = self.bytes.len() + blanks;
        self.bytes.resize(length, b' ');
    }

    fn key(&mut self, key: &str) {
        if self.format != Format::Json && is_plain_key(key) {
            self.text(key)
        } else {
            self.quoted(key)
        }
        self.text(":");
    }

    fn block_map(&mut self, node: &Node, depth: usize) {
        for (index, pair) in node.pairs().iter().enumerate() {
            if index > 0 {
                self.indent(depth);
            }
            self.key(&pair.key);
            self.nested(&pair.value, depth);
        }
    }

    fn block_list(&mut self, items: &[Node], depth: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(depth);
            }
            self.text("-");
            // Both begin on this line. A list in a list at its own depth would be one list with it.
            if !item.pairs().is_empty() {
                self.text(" ");
                self.block_map(item, depth + 1);
            } else if !item.items().is_empty() {
                self.text(" ");
                self.block_list(item.items(), depth + 1);
            } else {
                self.nested(item, depth);
            }
        }
    }

    /// A value after `key:` or `-`: on the same line, or as a block on the next ones. kubectl does not indent lists.
    fn nested(&mut self, node: &Node, depth: usize) {
        match &node.data {
            Data::Map(pairs) if !pairs.is_empty() => {
                self.text("\n");
                self.indent(depth + 1);
                self.block_map(node, depth + 1);
            }
            Data::List(items) if !items.is_empty() => {
                self.text("\n");
                self.indent(depth);
                self.block_list(items, depth);
            }
            _ => {
                self.text(" ");
                self.flow(node, depth);
                self.text("\n");
            }
        }
    }

    /// Scalars, and collections in brackets.
    fn flow(&mut self, node: &Node, depth: usize) {
        match &node.data {
            Data::Null => self.text("null"),
            Data::Bool(flag) => self.text(if *flag { "true" } else { "false" }),
            Data::Number(digits) => self.text(digits),
            Data::Text(text) => self.quoted(text),
            Data::List(items) if items.is_empty() => self.text("[]"),
            Data::Map(pairs) if pairs.is_empty() => self.text("{}"),
            Data::List(items) => {
                // KYAML opens a list of maps and its first map at once.
                let cuddled = self.format == Format::Kyaml && items.iter().all(|item| !item.pairs().is_empty());
                let inner = if cuddled { depth } else { depth + 1 };
                self.text("[");
                for (index, item) in items.iter().enumerate() {
                    let last = index + 1 == items.len();
                    if !cuddled {
                        self.text("\n");
                        self.indent(inner);
                    }
                    self.flow(item, inner);
                    match (cuddled, last) {
                        (true, false) => self.text(", "),
                        (true, true) => {}
                        (false, last) => self.comma(last),
                    }
                }
                if !cuddled {
                    self.text("\n");
                    self.indent(depth);
                }
                self.text("]");
            }
            Data::Map(pairs) => {
                self.text("{\n");
                for (index, pair) in pairs.iter().enumerate() {
                    self.indent(depth + 1);
                    self.key(&pair.key);
                    self.text(" ");
                    self.flow(&pair.value, depth + 1);
                    self.comma(index + 1 == pairs.len());
                    self.text("\n");
                }
                self.indent(depth);
                self.text("}");
            }
        }
    }

    fn comma(&mut self, last: bool) {
        if !last || self.format == Format::Kyaml {
            self.text(",");
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text("\"");
        let mut rest = text;
        // By bytes up to what may need an escape: most texts are long and need none.
        while let Some(place) = rest.bytes().position(|byte| may_escape(&byte)) {
            let (before, after) = rest.split_at_checked(place).unwrap_or((rest, ""));
            self.text(before);
            let mut characters = after.chars();
            let Some(character) = characters.next() else { break };
            match escape(character) {
                Some(Escape::Short(short)) => self.text(short),
                // JSON has neither \0 nor \x, YAML takes \u as well.
                Some(Escape::Number) => self.text(&format!("\\u{:04X}", character as u32)),
                None => self.text(character.encode_utf8(&mut [0; 4])),
            }
            rest = characters.as_str();
        }
        self.text(rest);
        self.text("\"");
    }
}

/// Whether a character that begins with this byte may need an escape; a continuation byte is met by `size` alone.
#[inline(always)]
fn may_escape(byte: &u8) -> bool {
    matches!(byte, ..0x20 | b'"' | b'\\' | 0x7F..)
}

enum Escape {
    Short(&'static str),
    Number,
}

/// Which characters a double-quoted scalar must escape so that every reader gives them back (YAML 1.2.2, 5.7):
/// quotes, backslash, C0, DEL, C1, line and paragraph separators, byte-order mark, what is not a character.
fn escape(character: char) -> Option<Escape> {
    match character {
        '"' => Some(Escape::Short("\\\"")),
        '\\' => Some(Escape::Short("\\\\")),
        '\n' => Some(Escape::Short("\\n")),
        '\r' => Some(Escape::Short("\\r")),
        '\t' => Some(Escape::Short("\\t")),
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => Some(Escape::Number),
        _ => None,
    }
}

/// Keys of Kubernetes objects that no YAML reader takes for anything but a text.
fn is_plain_key(key: &str) -> bool {
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    first && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !words.contains(&key.to_ascii_lowercase().as_str())
}
