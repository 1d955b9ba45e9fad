//! Tags and directives.

use super::{Fault, Kind, Scanned, Scanner};

const TAG: &str = "a tag that cannot be read: quote the text where it begins with !";

impl Scanner<'_> {
    pub(super) fn directive(&mut self) -> Scanned<Kind> {
        let place = self.place();
        self.skip();
        let name = self.word();
        let wrong = || Fault(place, "a line that begins with % and is neither %YAML 1.1 nor %TAG");
        if !self.ends_word(0) {
            return Err(wrong());
        }
        self.skip_blanks();
        let kind = match name {
            "YAML" => {
                let number = |scanner: &mut Self| {
                    let start = scanner.position;
                    while scanner.at(0).is_ascii_digit() {
                        scanner.skip();
                    }
                    let digits = &scanner.text[start..scanner.position];
                    if digits.len() <= 2 { digits.parse::<u8>().ok() } else { None }
                };
                let major = number(self).ok_or_else(wrong)?;
                if self.at(0) != b'.' {
                    return Err(wrong());
                }
                self.skip();
                let known = (major, number(self).ok_or_else(wrong)?) == (1, 1);
                if known { Kind::Version } else { Kind::OtherVersion }
            }
            "TAG" => {
                let handle = self.tag_handle()?;
                if !handle.ends_with('!') || !self.is_blank() {
                    return Err(wrong());
                }
                self.skip_blanks();
                let prefix = self.tag_uri()?;
                if prefix.is_empty() || !self.ends_word(0) {
                    return Err(wrong());
                }
                self.texts.push_back(handle.into());
                self.texts.push_back(prefix.into());
                Kind::TagDirective
            }
            _ => return Err(wrong()),
        };
        self.skip_blanks();
        self.skip_comment();
        if self.break_at(0) > 0 {
            self.skip_line();
        } else if !self.is_end() {
            return Err(wrong());
        }
        Ok(kind)
    }

    /// Handle and suffix; the handle is empty for `!<uri>` and for `!` alone.
    pub(super) fn tag(&mut self) -> Scanned<()> {
        let place = self.place();
        let wrong = || Fault(place, TAG);
        let (handle, suffix);
        if self.at(1) == b'<' {
            self.skip();
            self.skip();
            (handle, suffix) = (String::new(), self.tag_uri()?);
            if suffix.is_empty() || self.at(0) != b'>' {
                return Err(wrong());
            }
            self.skip();
        } else {
            let first = self.tag_handle()?;
            let rest = self.tag_uri()?;
            if first.len() > 1 && first.ends_with('!') {
                if rest.is_empty() {
                    return Err(wrong());
                }
                (handle, suffix) = (first, rest);
            } else {
                let name = format!("{}{rest}", &first[1..]);
                (handle, suffix) = if name.is_empty() { (name, "!".to_owned()) } else { ("!".to_owned(), name) };
            }
        }
        if !self.ends_word(0) {
            return Err(wrong());
        }
        self.texts.push_back(handle.into());
        self.texts.push_back(suffix.into());
        Ok(())
    }

    fn tag_handle(&mut self) -> Scanned<String> {
        if self.at(0) != b'!' {
            return Err(Fault(self.place(), TAG));
        }
        self.skip();
        let mut handle = format!("!{}", self.word());
        if self.at(0) == b'!' {
            self.skip();
            handle.push('!');
        }
        Ok(handle)
    }

    fn tag_uri(&mut self) -> Scanned<String> {
        let place = self.place();
        let mut bytes = Vec::new();
        loop {
            let byte = self.at(0);
            if byte == b'%' {
                let code = self.text.get(self.position + 1..self.position + 3);
                let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok()).ok_or(Fault(place, TAG))?;
                bytes.push(byte);
                (0..3).for_each(|_| self.skip());
            } else if byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$,.!~*'()[]".contains(&byte) {
                bytes.push(byte);
                self.skip();
            } else {
                break;
            }
        }
        String::from_utf8(bytes).map_err(|_| Fault(place, TAG))
    }
}
