//! PEM that Go's `encoding/pem` does not see as a block, read tolerantly and written again as RFC 7468 has it.
//!
//! Tolerant about what is around the base64: line breaks, indentation, quotes, marks of mail programs, `\n`, dashes.
//! Strict about the base64 itself: what is damaged is never guessed.

use super::change::{Cause, Change, add};
use super::layers;
use crate::encoding::der::Reader;
use crate::encoding::pem;
use zeroize::Zeroizing;

/// Writes every block that is found; `None` where no BEGIN line is there at all.
pub(super) fn read(text: &str, changes: &mut Vec<Change>) -> Option<Result<Zeroizing<Vec<u8>>, Cause>> {
    if !text.contains("BEGIN") {
        return None;
    }
    let mut noted = Vec::new();
    let plain = layers::plain_noting(text, &mut noted);
    let text = plain.as_str();
    let begins: Vec<Mark> = marks(text, "BEGIN").collect();
    if begins.is_empty() {
        return None;
    }
    let mut ends = marks(text, "END").peekable();
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 48 * 65 + begins.len() * 160 + 64));
    for (index, begin) in begins.iter().enumerate() {
        if index >= pem::MAX_BLOCKS {
            return Some(Err(Cause::TooLarge));
        }
        while ends.next_if(|end| end.start < begin.after).is_some() {}
        // Lines that are joined share their dashes.
        let limit = begins.get(index + 1).map_or(text.len(), |next| next.start.max(begin.after));
        let Some(end) = ends.next_if(|end| end.start < limit) else {
            // Only what looks like a block is one: prose may mention the word.
            let shortened = dotted(&text[begin.after..limit]);
            return Some(Err(if shortened { Cause::Shortened } else { Cause::NoEnd }));
        };
        if end.label != begin.label {
            return Some(Err(Cause::OtherEnd));
        }
        let block = match Body::read(&text[begin.after..end.start], &mut noted) {
            Ok(block) => block,
            Err(cause) => return Some(Err(cause)),
        };
        note_lines(text, begin, &end, &mut noted);
        write(&mut out, &begin.label, &block);
    }
    if noted.is_empty() && changes.is_empty() {
        // Go wants the line to begin with the dashes and to end after them.
        add(&mut noted, Change::Around);
    }
    noted.iter().for_each(|change| add(changes, *change));
    Some(Ok(out))
}

/// A BEGIN or END line, or what is left of one.
struct Mark {
    /// Where its dashes begin.
    start: usize,
    /// Where its last dashes end.
    after: usize,
    label: String,
}

/// Dashes, the word, a label of capitals, dashes.
fn marks(text: &str, word: &'static str) -> impl Iterator<Item = Mark> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let before = text[..at].trim_end_matches(' ');
        let dashes = before.len() - before.trim_end_matches('-').len();
        let rest = &text[at + word.len()..];
        let length = rest.char_indices().take(80).find(|(_, character)| *character == '-').map(|(length, _)| length)?;
        let raw = &rest[..length];
        let fits = raw.chars().all(|character| character.is_ascii_uppercase() || character.is_ascii_digit() || character.is_whitespace());
        let label = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let after = &rest[length..];
        let closing = after.len() - after.trim_start_matches('-').len();
        (dashes > 0 && fits && !label.is_empty()).then_some(Mark {
            start: before.len() - dashes,
            after: at + word.len() + length + closing,
            label,
        })
    })
}

/// Whether dots represent characters of a block without an end. What comes behind an empty line, or is not base64, is other text.
fn dotted(rest: &str) -> bool {
    let is_part = |line: &str| line.chars().all(|character| character.is_ascii_alphanumeric() || "+/=.\u{2026}".contains(character));
    let mut lines = rest.trim_start().lines().map(str::trim).take_while(|line| !line.is_empty() && is_part(line));
    lines.any(|line| line.contains("...") || line.contains('\u{2026}'))
}

/// What is between the lines.
struct Body {
    /// RFC 1421 headers, as they are written.
    headers: Vec<String>,
    contents: Zeroizing<Vec<u8>>,
}

impl Body {
    fn read(text: &str, noted: &mut Vec<Change>) -> Result<Body, Cause> {
        if text.contains("...") || text.contains('\u{2026}') {
            return Err(Cause::Shortened);
        }
        let (headers, text) = headers(text);
        let mut base64 = Zeroizing::new(String::with_capacity(text.len()));
        let mut characters = text.chars().peekable();
        let mut line_start = true;
        let mut blank = true;
        while let Some(character) = characters.next() {
            match character {
                '\n' | '\r' => line_start = true,
                _ if character.is_whitespace() => {}
                '>' if line_start || blank => add(noted, Change::MailQuoted),
                '|' if line_start => add(noted, Change::MailQuoted),
                '"' | '\'' | '`' | ',' | ';' => add(noted, Change::Quoted),
                '\\' => {
                    while characters.next_if_eq(&'\\').is_some() {}
                    escape(&mut characters, &mut base64, noted)?;
                }
                _ => {
                    line_start = false;
                    base64.push(character);
                }
            }
            blank = character.is_whitespace() || blank && character == '>';
        }
        decode(&base64, noted).map(|contents| Body { headers, contents })
    }
}

/// What follows a backslash: a line break, a slash, a code point; or the line goes on.
fn escape(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, base64: &mut String, noted: &mut Vec<Change>) -> Result<(), Cause> {
    match characters.next() {
        Some('n' | 'r' | 't') => add(noted, Change::Escaped),
        Some('/') => base64.push('/'),
        Some('"') => add(noted, Change::Quoted),
        None | Some('\n' | '\r') => {}
        Some('u') => {
            let digits: String = characters.take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or(Cause::NotBase64)?;
            if !code.is_whitespace() {
                base64.push(code);
            }
            add(noted, Change::Escaped);
        }
        Some(_) => return Err(Cause::NotBase64),
    }
    Ok(())
}

/// Lines with a colon, which base64 does not have, and what follows the last of them.
fn headers(text: &str) -> (Vec<String>, &str) {
    let Some(colon) = text.rfind(':') else { return (Vec::new(), text) };
    let value = text[colon + 1..].trim_start_matches(' ');
    let end = value.find([' ', '\n', '\r', '\\']).unwrap_or(value.len());
    let start = text.len() - value.len() + end;
    let lines = text[..start].replace("\\n", "\n").replace("\\r", "\n");
    let kept = lines.lines().map(|line| line.trim().to_owned()).filter(|line| line.contains(':')).collect();
    (kept, &text[start..])
}

/// Strict base64, in either alphabet, with or without padding.
fn decode(text: &str, noted: &mut Vec<Change>) -> Result<Zeroizing<Vec<u8>>, Cause> {
    let digits = text.trim_end_matches('=');
    let standard = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut base64 = Zeroizing::new(String::with_capacity(text.len() + 4));
    if digits.bytes().all(standard) {
        base64.push_str(digits);
    } else if digits.bytes().all(url) {
        base64.extend(digits.chars().map(|character| match character {
            '-' => '+',
            '_' => '/',
            other => other,
        }));
        add(noted, Change::UrlSafe);
    } else {
        return Err(Cause::NotBase64);
    }
    if digits.len() % 4 == 1 {
        return Err(Cause::WrongLength);
    }
    let wanted = (4 - digits.len() % 4) % 4;
    base64.extend(std::iter::repeat_n('=', wanted));
    let contents = Zeroizing::new(pem::base64(base64.as_bytes()).ok_or(Cause::WrongLength)?);
    let given = text.len() - digits.len();
    if given != wanted {
        // Without padding only the DER can tell that nothing is missing.
        if given > 0 || !is_whole(&contents) {
            return Err(Cause::WrongLength);
        }
        add(noted, Change::Unpadded);
    }
    Ok(contents)
}

/// Whether the bytes are one DER element and nothing else.
fn is_whole(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    reader.element().is_some() && reader.is_empty()
}

/// What about the lines keeps Go from seeing the block.
fn note_lines(text: &str, begin: &Mark, end: &Mark, noted: &mut Vec<Change>) {
    let body = &text[begin.after..end.start];
    let line = text[..begin.start].rfind(['\n', '\r']).map_or(0, |found| found + 1);
    let before = &text[line..begin.start];
    if !body.contains('\n') && !noted.contains(&Change::Escaped) {
        add(noted, if body.contains('\r') { Change::CarriageReturns } else { Change::OneLine });
    }
    if before.trim_start().starts_with(['>', '|']) {
        add(noted, Change::MailQuoted);
    } else if before.ends_with(['"', '\'', '`', '<']) {
        add(noted, Change::Quoted);
    } else if !before.is_empty() && before.chars().all(char::is_whitespace)
        || body.lines().skip(1).any(|line| line.starts_with([' ', '\t']))
    {
        add(noted, Change::Indented);
    }
}

fn write(out: &mut Zeroizing<Vec<u8>>, label: &str, block: &Body) {
    let encoded = pem::encode(label, &block.contents);
    let text = encoded.expose();
    let first = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    out.extend_from_slice(&text[..first]);
    for header in &block.headers {
        out.extend_from_slice(header.as_bytes());
        out.push(b'\n');
    }
    if !block.headers.is_empty() {
        out.push(b'\n');
    }
    out.extend_from_slice(&text[first..]);
}
