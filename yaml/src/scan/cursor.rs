//! Where the scanner is, what is there, and how it goes on.

use super::Scanner;
use crate::tree::Place;

impl<'a> Scanner<'a> {
    pub(super) fn place(&self) -> Place {
        Place { line: self.line + 1, column: self.column + 1 }
    }

    pub(super) fn at(&self, offset: usize) -> u8 {
        #[cfg(feature = "work")]
        crate::text::work::add(1);
        self.text.as_bytes().get(self.position + offset).copied().unwrap_or(0)
    }

    /// Bytes of the line break at an offset: CR, LF, NEL, LS, PS; 0 where there is none.
    pub(super) fn break_at(&self, offset: usize) -> usize {
        match self.at(offset) {
            b'\r' | b'\n' => 1,
            0xC2 if self.at(offset + 1) == 0x85 => 2,
            0xE2 if self.at(offset + 1) == 0x80 && matches!(self.at(offset + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub(super) fn is_end(&self) -> bool {
        self.position >= self.text.len()
    }

    pub(super) fn is_blank(&self) -> bool {
        matches!(self.at(0), b' ' | b'\t')
    }

    /// Blank, line break or end.
    pub(super) fn ends_word(&self, offset: usize) -> bool {
        match self.at(offset) {
            b' ' | b'\t' | b'\r' | b'\n' | 0 => true,
            0xC2 | 0xE2 => self.break_at(offset) > 0,
            _ => false,
        }
    }

    pub(super) fn skip(&mut self) {
        self.position += match self.at(0) {
            0..=0x7F => 1,
            0x80..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        self.index += 1;
        self.column += 1;
    }

    /// Skips a line break and gives what it means: LF, or LS and PS themselves.
    pub(super) fn skip_line(&mut self) -> &'static str {
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

    /// Skips blanks that are no tabs.
    pub(super) fn skip_indentation(&mut self) {
        let rest = &self.text.as_bytes()[self.position..];
        let length = rest.iter().take_while(|byte| **byte == b' ').count();
        self.advance(length);
    }

    /// Skips characters of one byte each.
    pub(super) fn advance(&mut self, length: usize) {
        #[cfg(feature = "work")]
        crate::text::work::add(length);
        self.position += length;
        self.index += length;
        self.column += length as u32;
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.skip();
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.at(0) == b'#' {
            while self.break_at(0) == 0 && !self.is_end() {
                self.skip();
            }
        }
    }

    /// `---` or `...` at the beginning of a line.
    pub(super) fn is_document_mark(&self) -> bool {
        let mark = self.column == 0 && [b"---", b"..."].iter().any(|mark| self.text.as_bytes()[self.position..].starts_with(*mark));
        mark && self.ends_word(3)
    }

    /// Letters, digits, `-` and `_`.
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.position;
        while self.at(0).is_ascii_alphanumeric() || matches!(self.at(0), b'-' | b'_') {
            self.skip();
        }
        &self.text[start..self.position]
    }
}
