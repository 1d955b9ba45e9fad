//! Text to tokens, as libyaml cuts it: a translation of the scanner in go.yaml.in/yaml/v2 2.4.3 (Apache-2.0 and MIT),
//! which kubectl reads with, so that both stop at the same files.
//!
//! (saphyr-parser reads YAML 1.2, which differs, and costs 25 KB of compressed wasm where this costs 5; 2026-11.)

mod keys;
mod scalars;
mod tags;

use super::text::{Text, Wiped};
use super::tree::Place;
use keys::SimpleKey;
use std::collections::VecDeque;
use std::sync::Arc;

/// Nothing in Kubernetes is nested deeper. (kubectl's bound is 10,000.)
pub(super) const MAX_DEPTH: usize = 64;
/// Why reading stops, and where.
#[derive(Debug)]
pub(super) struct Fault(pub(super) Place, pub(super) &'static str);

pub(super) type Scanned<T> = Result<T, Fault>;

pub(super) struct Token {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    StreamEnd,
    Version(bool),
    TagDirective(String, String),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag(String, String),
    Scalar(Text, bool),
}

pub(super) struct Scanner<'a> {
    whole: &'a Arc<Wiped>,
    text: &'a str,
    position: usize,
    /// Characters so far.
    index: usize,
    /// From 0, unlike in a [`Place`].
    line: u32,
    column: u32,
    tokens: VecDeque<Token>,
    /// Tokens that were taken.
    taken: usize,
    flow: usize,
    indent: i64,
    indents: Vec<i64>,
    keys: Vec<SimpleKey>,
    key_allowed: bool,
    ended: bool,
    /// The first token is what it is, and no key will come before it.
    settled: bool,
}

impl<'a> Scanner<'a> {
    /// Reads from a position on. The text must hold none of the characters that `decode.rs` refuses, NUL above all.
    pub(super) fn new(whole: &'a Arc<Wiped>, position: usize) -> Self {
        Scanner {
            whole,
            text: whole,
            position,
            index: 0,
            line: 0,
            column: 0,
            tokens: VecDeque::new(),
            taken: 0,
            flow: 0,
            indent: -1,
            indents: Vec::new(),
            keys: vec![SimpleKey::default()],
            key_allowed: true,
            ended: false,
            settled: false,
        }
    }

    /// Looks at the next token; after the last one it is `StreamEnd` for ever.
    pub(super) fn peek(&mut self) -> Scanned<&Token> {
        while !self.settled {
            self.settled = self.ended || !self.tokens.is_empty() && !self.may_be_key(self.taken)?;
            if !self.settled {
                self.fetch()?;
            }
        }
        let end = Fault(self.place(), ENDS_EARLY);
        self.tokens.front().ok_or(end)
    }

    /// Takes the next token. The end of the stream stays.
    pub(super) fn take(&mut self) -> Scanned<Token> {
        let Token { kind: Kind::StreamEnd, place } = self.peek()? else {
            self.settled = false;
            self.taken += 1;
            let end = Fault(self.place(), ENDS_EARLY);
            return self.tokens.pop_front().ok_or(end);
        };
        Ok(Token { kind: Kind::StreamEnd, place: *place })
    }

    fn place(&self) -> Place {
        Place { line: self.line + 1, column: self.column + 1 }
    }

    fn at(&self, offset: usize) -> u8 {
        self.text.as_bytes().get(self.position + offset).copied().unwrap_or(0)
    }

    /// Bytes of the line break at an offset: CR, LF, NEL, LS, PS; 0 where there is none.
    fn break_at(&self, offset: usize) -> usize {
        match self.at(offset) {
            b'\r' | b'\n' => 1,
            0xC2 if self.at(offset + 1) == 0x85 => 2,
            0xE2 if self.at(offset + 1) == 0x80 && matches!(self.at(offset + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    fn is_end(&self) -> bool {
        self.position >= self.text.len()
    }

    fn is_blank(&self) -> bool {
        matches!(self.at(0), b' ' | b'\t')
    }

    /// Blank, line break or end.
    fn ends_word(&self, offset: usize) -> bool {
        matches!(self.at(offset), b' ' | b'\t' | 0) || self.break_at(offset) > 0
    }

    fn skip(&mut self) {
        self.position += match self.at(0) {
            0..=0x7F => 1,
            0x80..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        self.index += 1;
        self.column += 1;
    }

    /// Passes over a line break and gives what it stands for: LF, or LS and PS themselves.
    fn skip_line(&mut self) -> &'static str {
        let (bytes, characters, meaning) = match (self.at(0), self.at(1), self.at(2)) {
            (b'\r', b'\n', _) => (2, 2, "\n"),
            (0xE2, _, 0xA8) => (3, 1, "\u{2028}"),
            (0xE2, _, _) => (3, 1, "\u{2029}"),
            (0xC2, _, _) => (2, 1, "\n"),
            _ => (1, 1, "\n"),
        };
        self.position += bytes;
        self.index += characters;
        self.line += 1;
        self.column = 0;
        meaning
    }

    fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.skip();
        }
    }

    fn skip_comment(&mut self) {
        if self.at(0) == b'#' {
            while self.break_at(0) == 0 && !self.is_end() {
                self.skip();
            }
        }
    }

    fn push(&mut self, place: Place, kind: Kind) {
        self.tokens.push_back(Token { place, kind });
    }

    /// Puts a token before the one of this number.
    fn insert(&mut self, number: usize, place: Place, kind: Kind) {
        self.tokens.insert(number - self.taken, Token { place, kind });
    }

    /// `---` or `...` at the beginning of a line.
    fn is_document_mark(&self) -> bool {
        let mark = self.column == 0 && [b"---", b"..."].iter().any(|mark| self.text.as_bytes()[self.position..].starts_with(*mark));
        mark && self.ends_word(3)
    }

    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.unroll(i64::from(self.column));
        let place = self.place();
        if self.is_end() {
            self.unroll(-1);
            self.forget_key()?;
            self.key_allowed = false;
            self.ended = true;
            self.push(place, Kind::StreamEnd);
            return Ok(());
        }
        if self.column == 0 && self.at(0) == b'%' {
            self.unroll(-1);
            self.forget_key()?;
            self.key_allowed = false;
            let kind = self.directive()?;
            self.push(place, kind);
            return Ok(());
        }
        if self.is_document_mark() {
            self.unroll(-1);
            self.forget_key()?;
            self.key_allowed = false;
            let kind = if self.at(0) == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd };
            (0..3).for_each(|_| self.skip());
            self.push(place, kind);
            return Ok(());
        }
        let flow = self.flow > 0;
        let alone = self.ends_word(1);
        match self.at(0) {
            b'[' => self.open(Kind::FlowSequenceStart),
            b'{' => self.open(Kind::FlowMappingStart),
            b']' => self.close(Kind::FlowSequenceEnd),
            b'}' => self.close(Kind::FlowMappingEnd),
            b',' => {
                self.forget_key()?;
                self.key_allowed = true;
                self.indicator(Kind::FlowEntry)
            }
            b'-' if alone => self.block_entry(),
            b'?' if flow || alone => self.key(),
            b':' if flow || alone => self.value(),
            sign @ (b'*' | b'&') => {
                self.save_key()?;
                self.key_allowed = false;
                let name = self.anchor()?;
                self.push(place, if sign == b'*' { Kind::Alias(name) } else { Kind::Anchor(name) });
                Ok(())
            }
            b'!' => {
                self.save_key()?;
                self.key_allowed = false;
                let kind = self.tag()?;
                self.push(place, kind);
                Ok(())
            }
            sign @ (b'|' | b'>') if !flow => {
                self.forget_key()?;
                self.key_allowed = true;
                let text = self.block_scalar(sign == b'|')?;
                self.push(place, Kind::Scalar(text, false));
                Ok(())
            }
            quote @ (b'\'' | b'"') => {
                self.save_key()?;
                self.key_allowed = false;
                let text = self.quoted(quote)?;
                self.push(place, Kind::Scalar(text, false));
                Ok(())
            }
            b'\t' => Err(Fault(place, "a tab stands where the indentation is: YAML takes blanks only")),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(Fault(place, STRAY)),
            _ => {
                self.save_key()?;
                self.key_allowed = false;
                let text = self.plain()?;
                self.push(place, Kind::Scalar(text, true));
                Ok(())
            }
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            while self.at(0) == b' ' || self.at(0) == b'\t' && (self.flow > 0 || !self.key_allowed) {
                self.skip();
            }
            self.skip_comment();
            if self.break_at(0) == 0 {
                return;
            }
            self.skip_line();
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    fn indicator(&mut self, kind: Kind) -> Scanned<()> {
        let place = self.place();
        self.skip();
        self.push(place, kind);
        Ok(())
    }

    fn open(&mut self, kind: Kind) -> Scanned<()> {
        self.save_key()?;
        if self.flow >= MAX_DEPTH {
            return Err(Fault(self.place(), TOO_DEEP));
        }
        self.keys.push(SimpleKey::default());
        self.flow += 1;
        self.key_allowed = true;
        self.indicator(kind)
    }

    fn close(&mut self, kind: Kind) -> Scanned<()> {
        self.forget_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            self.keys.pop();
        }
        self.key_allowed = false;
        self.indicator(kind)
    }

    fn block_entry(&mut self) -> Scanned<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(Fault(self.place(), "a list entry cannot stand here"));
            }
            self.roll(i64::from(self.column), None, self.place(), Kind::BlockSequenceStart)?;
        }
        self.forget_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry)
    }

    fn key(&mut self) -> Scanned<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(Fault(self.place(), "a key cannot stand here"));
            }
            self.roll(i64::from(self.column), None, self.place(), Kind::BlockMappingStart)?;
        }
        self.forget_key()?;
        self.key_allowed = self.flow == 0;
        self.indicator(Kind::Key)
    }

    fn value(&mut self) -> Scanned<()> {
        let key = self.keys.last().copied().unwrap_or_default();
        if self.is_valid(&key)? {
            self.insert(key.token, key.place, Kind::Key);
            self.roll(i64::from(key.place.column) - 1, Some(key.token), key.place, Kind::BlockMappingStart)?;
            self.drop_key();
            self.key_allowed = false;
        } else {
            self.drop_key();
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(Fault(self.place(), "a colon cannot stand here: quote the text, or mend the indentation"));
                }
                self.roll(i64::from(self.column), None, self.place(), Kind::BlockMappingStart)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.indicator(Kind::Value)
    }

    /// Opens a block collection where this column is further in than the last one.
    fn roll(&mut self, column: i64, number: Option<usize>, place: Place, kind: Kind) -> Scanned<()> {
        if self.flow == 0 && self.indent < column {
            if self.indents.len() > MAX_DEPTH {
                return Err(Fault(place, TOO_DEEP));
            }
            self.indents.push(self.indent);
            self.indent = column;
            match number {
                Some(number) => self.insert(number, place, kind),
                None => self.push(place, kind),
            }
        }
        Ok(())
    }

    fn unroll(&mut self, column: i64) {
        while self.flow == 0 && self.indent > column {
            self.push(self.place(), Kind::BlockEnd);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Letters, digits, `-` and `_`.
    fn word(&mut self) -> &'a str {
        let start = self.position;
        while self.at(0).is_ascii_alphanumeric() || matches!(self.at(0), b'-' | b'_') {
            self.skip();
        }
        &self.text[start..self.position]
    }

    fn anchor(&mut self) -> Scanned<String> {
        let place = self.place();
        self.skip();
        let name = self.word();
        if name.is_empty() || !(self.ends_word(0) || b"?:,]}%@`".contains(&self.at(0))) {
            return Err(Fault(place, "a name of letters and digits must follow & or *: quote the text where it is one"));
        }
        Ok(name.to_owned())
    }
}

const STRAY: &str = "no value can begin with this character: quote the text";
const ENDS_EARLY: &str = "the text ends too early";
const TOO_DEEP: &str = "nested more than 64 levels deep";
