//! Text to tokens, as libyaml cuts it: a translation of the scanner in go.yaml.in/yaml/v2 2.4.3 (Apache-2.0 and MIT),
//! which kubectl reads with, so that both stop at the same files.
//!
//! (saphyr-parser reads YAML 1.2, which differs, and costs 25 KB of compressed wasm where this costs 5; 2026-11.)

mod cursor;
mod indicators;
mod keys;
mod scalars;
mod tags;

use crate::text::{Text, Wiped};
use crate::tree::Place;
use std::collections::VecDeque;
use std::sync::Arc;

/// Nothing in Kubernetes is nested deeper. (kubectl's bound is 10,000.)
pub(super) const MAX_DEPTH: usize = 64;
/// Why reading stops, and where.
#[derive(Debug)]
pub(super) struct Fault(pub(super) Place, pub(super) &'static str);

pub(super) type Scanned<T> = Result<T, Fault>;

/// One token. Its texts, where its kind has some, come by [`Scanner::text`] in the order of the tokens: so there is little to
/// move about, for every move is a call here (pkg/build.mjs).
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Kind {
    /// Reading cannot go on: the caller that stops at it says why with [`Scanner::stop`]. It stays.
    Fault,
    /// It stays.
    StreamEnd,
    /// `%YAML 1.1`
    Version,
    OtherVersion,
    /// With handle and prefix.
    TagDirective,
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
    /// With its name, as the next.
    Alias,
    Anchor,
    /// With handle and suffix.
    Tag,
    /// With its text, as the next.
    Plain,
    Quoted,
}

/// A place where a key may have begun that is known as one only when its colon comes.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    pub(super) possible: bool,
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) index: usize,
    pub(super) place: Place,
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
    texts: VecDeque<Text>,
    /// Tokens that were taken.
    taken: usize,
    flow: usize,
    indent: i64,
    indents: Vec<i64>,
    keys: Vec<SimpleKey>,
    key_allowed: bool,
    ended: bool,
    /// The next token, where it is known.
    next: Option<Token>,
    /// Why reading cannot go on.
    pub(super) fault: Option<Fault>,
}

impl<'a> Scanner<'a> {
    /// Reads from a position on. The text must hold none of the characters that `decode.rs` refuses, NUL above all.
    pub(super) fn new(whole: &'a Arc<Wiped>, position: usize, line: u32) -> Self {
        Scanner {
            whole,
            text: whole,
            position,
            index: 0,
            line,
            column: 0,
            tokens: VecDeque::new(),
            texts: VecDeque::new(),
            taken: 0,
            flow: 0,
            indent: -1,
            indents: Vec::new(),
            keys: vec![SimpleKey::default()],
            key_allowed: true,
            ended: false,
            next: None,
            fault: None,
        }
    }

    /// Looks at the next token.
    pub(super) fn peek(&mut self) -> Token {
        if let Some(token) = self.next {
            return token;
        }
        let token = self.settle().unwrap_or_else(|fault| {
            let place = fault.0;
            self.fault = Some(fault);
            Token { place, kind: Kind::Fault }
        });
        self.next = Some(token);
        token
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Token {
        let token = self.peek();
        if token.kind > Kind::StreamEnd {
            self.next = None;
            self.taken += 1;
            self.tokens.pop_front();
        }
        token
    }

    /// Whether the next token is of this kind.
    pub(super) fn is(&mut self, kind: Kind) -> bool {
        self.peek().kind == kind
    }

    /// Why reading stops: what was wrong here before, or what this says.
    pub(super) fn stop(&mut self, place: Place, sentence: &'static str) -> Fault {
        self.fault.take().unwrap_or(Fault(place, sentence))
    }

    /// Reads on until the first token is what it is, because no key can come before it any more.
    fn settle(&mut self) -> Scanned<Token> {
        while !self.ended && (self.tokens.is_empty() || self.may_be_key(self.taken)?) {
            self.fetch()?;
        }
        self.tokens.front().copied().ok_or(Fault(self.place(), "the text ends too early"))
    }

    /// The next text of the tokens that were taken.
    pub(super) fn text(&mut self) -> Text {
        self.texts.pop_front().unwrap_or_default()
    }

    fn push(&mut self, place: Place, kind: Kind) {
        self.tokens.push_back(Token { place, kind });
    }

    /// Puts a token before the one of this number.
    fn insert(&mut self, number: usize, place: Place, kind: Kind) {
        self.tokens.insert(number - self.taken, Token { place, kind });
    }

    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.unroll(i64::from(self.column));
        let place = self.place();
        let directive = self.column == 0 && self.at(0) == b'%';
        if self.is_end() || directive || self.is_document_mark() {
            self.unroll(-1);
            self.forget_key()?;
            self.key_allowed = false;
            let kind = match self.at(0) {
                _ if directive => self.directive()?,
                _ if self.is_end() => Kind::StreamEnd,
                sign => {
                    self.advance(3);
                    if sign == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd }
                }
            };
            self.ended = kind == Kind::StreamEnd;
            self.push(place, kind);
            return Ok(());
        }
        let flow = self.flow > 0;
        let sign = self.at(0);
        let kind = match sign {
            b'[' => return self.open(Kind::FlowSequenceStart),
            b'{' => return self.open(Kind::FlowMappingStart),
            b']' => return self.close(Kind::FlowSequenceEnd),
            b'}' => return self.close(Kind::FlowMappingEnd),
            b',' => {
                self.forget_key()?;
                self.key_allowed = true;
                return self.indicator(Kind::FlowEntry);
            }
            b'-' if self.ends_word(1) => return self.block_entry(),
            b'?' if flow || self.ends_word(1) => return self.key(),
            b':' if flow || self.ends_word(1) => return self.value(),
            b'|' | b'>' if !flow => {
                self.forget_key()?;
                self.key_allowed = true;
                self.block_scalar(sign == b'|')?;
                Kind::Quoted
            }
            b'\t' => return Err(Fault(place, "The indentation contains a tab. YAML allows only spaces.")),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => return Err(Fault(place, "no value can begin with this character: quote the text")),
            _ => {
                self.save_key()?;
                self.key_allowed = false;
                match sign {
                    b'*' | b'&' => self.anchor()?,
                    b'!' => self.tag()?,
                    b'\'' | b'"' => self.quoted(sign)?,
                    _ => self.plain()?,
                }
                match sign {
                    b'*' => Kind::Alias,
                    b'&' => Kind::Anchor,
                    b'!' => Kind::Tag,
                    b'\'' | b'"' => Kind::Quoted,
                    _ => Kind::Plain,
                }
            }
        };
        self.push(place, kind);
        Ok(())
    }

    fn skip_to_token(&mut self) {
        loop {
            self.skip_indentation();
            while self.is_blank() && (self.at(0) == b' ' || self.flow > 0 || !self.key_allowed) {
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

    fn anchor(&mut self) -> Scanned<()> {
        let place = self.place();
        self.skip();
        let start = self.position;
        if self.word().is_empty() || !(self.ends_word(0) || b"?:,]}%@`".contains(&self.at(0))) {
            return Err(Fault(place, "a name of letters and digits must follow & or *: quote the text where it is one"));
        }
        self.texts.push_back(Text::part(self.whole, start, self.position));
        Ok(())
    }
}
