//! Bytes to text: encodings and characters that YAML takes.

use super::error::refused;
use super::text::Source;
use super::tree::Place;
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// Bytes that are read at all.
const MAX_TEXT: usize = 4 << 20;

pub(super) fn check_size(bytes: &[u8]) -> Result<()> {
    if bytes.len() > MAX_TEXT {
        return Err(Error::new(Code::InputTooLarge, "The text is too large: at most 4 MiB of YAML are read. Give a smaller file."));
    }
    Ok(())
}

/// UTF-8, or UTF-16 as PowerShell's `>` writes it.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Source> {
    let mut bytes = Zeroizing::new(bytes);
    check_size(&bytes)?;
    let wrong = |message: &'static str| Error::new(Code::InvalidYaml, message);
    let units: fn([u8; 2]) -> u16 = match bytes.as_slice() {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => {
            let text = String::from_utf8(std::mem::take(&mut bytes));
            return text.map(Source::from).map_err(|error| {
                *bytes = error.into_bytes();
                wrong("The text is neither UTF-8 nor UTF-16 with a byte-order mark. Save it as UTF-8.")
            });
        }
    };
    let (pairs, []) = bytes.as_chunks() else {
        return Err(wrong("The text is UTF-16 and ends in the middle of a character. Save it as UTF-8."));
    };
    let units = pairs.iter().copied().map(units);
    // Sized beforehand: a text that grows leaves its old contents behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    for character in char::decode_utf16(units) {
        text.push(character.map_err(|_| wrong("The text begins as UTF-16 but contains something else. Save it as UTF-8."))?);
    }
    Ok(Source::from(std::mem::take(&mut *text)))
}

/// YAML's printable characters (1.1, 5.1): no control character but tab and line breaks, DEL among them.
pub(super) fn check_characters(text: &str) -> Result<()> {
    // Most bytes need no look at the character.
    let first = crate::encoding::runs::PLAIN.run(text.as_bytes());
    if first == text.len() {
        return Ok(());
    }
    let first = (0..=first).rev().find(|position| text.is_char_boundary(*position)).unwrap_or(0);
    let bad = text[first..].char_indices().find(|(_, character)| {
        !matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
    });
    let Some((offset, _)) = bad else { return Ok(()) };
    let before = &text[..first + offset];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
    Err(refused(Code::InvalidYaml, Place { line, column }, "a control character, which YAML takes only as an escape in double quotes"))
}
