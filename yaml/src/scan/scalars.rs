//! Plain, quoted and block scalars.

use super::{Fault, Scanned, Scanner};
use crate::text::{Text, Wiped};

const ENDS: &str = "a quotation mark is never closed";
const WINDOWS: &str =
    "This is a Windows path in double quotes, where YAML reads \\ as the beginning of an escape. Double every \\, or use single quotes.";
const HEXADECIMAL: &str = "\\x, \\u and \\U need 2, 4 or 8 hexadecimal digits that are the number of a character (\\uD800 to \\uDFFF are not in YAML). For the \\ itself, double it or use single quotes.";
const ESCAPE: &str = "an escape after \\ that YAML does not know: double the \\, or use single quotes";

/// A scalar while it is read: what is done, and behind it a part of the text that is not copied before it must be.
struct Gathered {
    done: Wiped,
    start: usize,
    end: usize,
}

impl Scanner<'_> {
    fn gather(&self) -> Gathered {
        Gathered { done: Wiped::default(), start: self.position, end: self.position }
    }

    /// The text so far is done, and another part begins.
    fn cut(&self, gathered: &mut Gathered, next: usize) {
        gathered.done.push_str(&self.text[gathered.start..gathered.end]);
        (gathered.start, gathered.end) = (next, next);
    }

    /// What joins two lines of a folded text.
    fn fold(&self, gathered: &mut Gathered, next: usize, leading: &mut String, trailing: &mut String) {
        self.cut(gathered, next);
        if !leading.starts_with('\n') {
            gathered.done.push_str(leading);
            gathered.done.push_str(trailing);
        } else if trailing.is_empty() {
            gathered.done.push(' ');
        } else {
            gathered.done.push_str(trailing);
        }
        leading.clear();
        trailing.clear();
    }

    fn gathered(&mut self, mut gathered: Gathered) {
        let text = if gathered.done.is_empty() {
            Text::part(self.whole, gathered.start, gathered.end)
        } else {
            let end = gathered.end;
            self.cut(&mut gathered, end);
            Text::from(gathered.done)
        };
        self.texts.push_back(text);
    }

    pub(super) fn plain(&mut self) -> Scanned<()> {
        let mut gathered = self.gather();
        let (mut leading, mut trailing) = (String::new(), String::new());
        let mut broken = false;
        let indent = self.indent + 1;
        while !self.is_document_mark() && self.at(0) != b'#' {
            let start = self.position;
            self.skip_word();
            while !self.ends_word(0) && !self.ends_plain() {
                self.skip();
                self.skip_word();
            }
            if self.position > start {
                if broken {
                    self.fold(&mut gathered, start, &mut leading, &mut trailing);
                    broken = false;
                }
                gathered.end = self.position;
            }
            if !self.is_blank() && self.break_at(0) == 0 {
                break;
            }
            while self.is_blank() || self.break_at(0) > 0 {
                if self.is_blank() && broken && i64::from(self.column) < indent && self.at(0) == b'\t' {
                    return Err(Fault(self.place(), "The indentation contains a tab. YAML allows only spaces."));
                }
                self.space(&mut broken, &mut leading, &mut trailing);
            }
            if self.flow == 0 && i64::from(self.column) < indent {
                break;
            }
        }
        if broken {
            self.key_allowed = true;
        }
        self.gathered(gathered);
        Ok(())
    }

    /// Skips letters, digits and what else base64 is made of at once: they are most of a file, and mean nothing here.
    fn skip_word(&mut self) {
        let length = crate::runs::BASE64.run(&self.text.as_bytes()[self.position..]);
        self.advance(length);
    }

    fn ends_plain(&self) -> bool {
        match self.at(0) {
            b':' => self.ends_word(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow > 0,
            _ => false,
        }
    }

    /// One blank or line break between two words. Blanks count where no line ends among them.
    fn space(&mut self, broken: &mut bool, leading: &mut String, trailing: &mut String) {
        if self.is_blank() {
            self.skip();
            self.skip_indentation();
        } else if *broken {
            trailing.push_str(self.skip_line());
        } else {
            leading.push_str(self.skip_line());
            *broken = true;
        }
    }

    pub(super) fn quoted(&mut self, quote: u8) -> Scanned<()> {
        let place = self.place();
        self.skip();
        let mut gathered = self.gather();
        let (mut leading, mut trailing) = (String::new(), String::new());
        loop {
            if self.is_document_mark() || self.is_end() {
                return Err(Fault(place, ENDS));
            }
            let mut broken = false;
            while !self.ends_word(0) {
                gathered.end = self.position;
                match self.at(0) {
                    b'\'' if quote == b'\'' && self.at(1) == b'\'' => {
                        self.skip();
                        gathered.end = self.position;
                        self.skip();
                        self.cut(&mut gathered, self.position);
                    }
                    sign if sign == quote => break,
                    b'\\' if quote == b'"' && self.break_at(1) > 0 => {
                        self.skip();
                        self.skip_line();
                        self.cut(&mut gathered, self.position);
                        broken = true;
                        break;
                    }
                    b'\\' if quote == b'"' => {
                        let meaning = self.escape()?;
                        self.cut(&mut gathered, self.position);
                        gathered.done.push(meaning);
                    }
                    _ => {
                        self.skip();
                        self.skip_word();
                    }
                }
            }
            if self.at(0) == quote {
                break;
            }
            gathered.end = self.position;
            while self.is_blank() || self.break_at(0) > 0 {
                self.space(&mut broken, &mut leading, &mut trailing);
            }
            if broken {
                self.fold(&mut gathered, self.position, &mut leading, &mut trailing);
            }
        }
        gathered.end = self.position;
        self.skip();
        self.gathered(gathered);
        Ok(())
    }

    /// One escape of a double-quoted scalar. `\/`, which JSON has, is none.
    fn escape(&mut self) -> Scanned<char> {
        let place = self.place();
        let digits = match self.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let meaning = match self.at(1) {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0B',
            b'f' => '\x0C',
            b'r' => '\r',
            b'e' => '\x1B',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' | b'u' | b'U' => {
                let code = self.text.get(self.position + 2..self.position + 2 + digits);
                let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let code = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
                code.ok_or_else(|| Fault(place, if self.in_windows_path() { WINDOWS } else { HEXADECIMAL }))?
            }
            _ => return Err(Fault(place, if self.in_windows_path() { WINDOWS } else { ESCAPE })),
        };
        (0..2 + digits).for_each(|_| self.skip());
        Ok(meaning)
    }

    /// Whether the double-quoted text up to here begins like a path of Windows: with a drive, or as `\\server`.
    fn in_windows_path(&self) -> bool {
        let before = &self.text.as_bytes()[..self.position];
        let start = before.iter().rposition(|byte| *byte == b'"').map_or(0, |quote| quote + 1);
        let drive = matches!(before[start..], [letter, b':', ..] if letter.is_ascii_alphabetic());
        drive || before[start..].starts_with(b"\\\\")
    }

    pub(super) fn block_scalar(&mut self, literal: bool) -> Scanned<()> {
        let place = self.place();
        self.skip();
        let (mut keep, mut increment) = (None, 0);
        // Chomping and indentation, in either order, each at most once.
        for _ in 0..2 {
            match self.at(0) {
                sign @ (b'+' | b'-') if keep.is_none() => keep = Some(sign == b'+'),
                digit @ b'0'..=b'9' if increment == 0 => {
                    increment = i64::from(digit - b'0');
                    if increment == 0 {
                        return Err(Fault(place, "the indentation of a block of text cannot be 0"));
                    }
                }
                _ => break,
            }
            self.skip();
        }
        self.skip_blanks();
        self.skip_comment();
        if self.break_at(0) == 0 && !self.is_end() {
            return Err(Fault(self.place(), "nothing may follow | or > on its line: quote the text where it begins so"));
        }
        if self.break_at(0) > 0 {
            self.skip_line();
        }
        let mut indent = if increment > 0 { self.indent.max(0) + increment } else { 0 };
        let (mut text, mut leading, mut trailing) = (Wiped::default(), String::new(), String::new());
        self.block_breaks(&mut indent, &mut trailing)?;
        let mut was_blank = false;
        while i64::from(self.column) == indent && !self.is_end() {
            let blank = self.is_blank();
            if !literal && !was_blank && !blank && leading.starts_with('\n') {
                if trailing.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&leading);
            }
            text.push_str(&trailing);
            leading.clear();
            trailing.clear();
            was_blank = blank;
            let start = self.position;
            while self.break_at(0) == 0 && !self.is_end() {
                self.skip();
            }
            text.push_str(&self.text[start..self.position]);
            if self.break_at(0) > 0 {
                leading.push_str(self.skip_line());
            }
            self.block_breaks(&mut indent, &mut trailing)?;
        }
        if keep != Some(false) {
            text.push_str(&leading);
        }
        if keep == Some(true) {
            text.push_str(&trailing);
        }
        self.texts.push_back(Text::from(text));
        Ok(())
    }

    /// Empty lines and indentation; finds the indentation out where it is 0.
    fn block_breaks(&mut self, indent: &mut i64, breaks: &mut String) -> Scanned<()> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || i64::from(self.column) < *indent) && self.at(0) == b' ' {
                self.skip();
            }
            deepest = deepest.max(i64::from(self.column));
            if (*indent == 0 || i64::from(self.column) < *indent) && self.at(0) == b'\t' {
                return Err(Fault(self.place(), "The indentation contains a tab. YAML allows only spaces."));
            }
            if self.break_at(0) == 0 {
                break;
            }
            breaks.push_str(self.skip_line());
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
