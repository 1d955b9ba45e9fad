//! Bytes to text.

use super::change::{Cause, Change, add};
use super::der;
use crate::encoding::pem;
use zeroize::Zeroizing;

/// Larger than anything that a reader takes.
pub(crate) const MAX_BYTES: usize = 4 << 20;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// What 0x80 to 0x9F are in Windows-1252, as far as it matters here: quotes, dashes, dots.
const WINDOWS_1252: [(u8, char); 8] = [
    (0x85, '\u{2026}'),
    (0x91, '\u{2018}'),
    (0x92, '\u{2019}'),
    (0x93, '\u{201C}'),
    (0x94, '\u{201D}'),
    (0x96, '\u{2013}'),
    (0x97, '\u{2014}'),
    (0xA0, '\u{A0}'),
];

/// The text that the bytes are; DER becomes PEM.
pub(super) fn text(bytes: &[u8], changes: &mut Vec<Change>) -> Result<Zeroizing<String>, Cause> {
    if let Some(cause) = container(bytes) {
        return Err(cause);
    }
    if let Some(text) = from_der(bytes)? {
        add(changes, Change::Der);
        return Ok(text);
    }
    let mut rest = bytes;
    while let Some(after) = rest.strip_prefix(UTF8_MARK) {
        add(changes, Change::ByteOrderMark);
        rest = after;
    }
    match rest {
        [0xFF, 0xFE, ..] => return utf16(rest, u16::from_le_bytes, changes),
        [0xFE, 0xFF, ..] => return utf16(rest, u16::from_be_bytes, changes),
        _ => {}
    }
    let is_text = !rest.contains(&0) && std::str::from_utf8(rest).is_ok();
    if !is_text && (der::is_element(rest) || rest.starts_with(&[0x30, 0x80])) {
        return Err(Cause::UnknownDer);
    }
    if rest.contains(&0) {
        return without_mark(rest, changes);
    }
    match std::str::from_utf8(rest) {
        Ok(text) => {
            // Programs that join files leave marks at the seams as well; there they are characters like any other.
            Ok(Zeroizing::new(text.to_owned()))
        }
        Err(_) if rest.first() == Some(&0x30) && rest.get(1).is_some_and(|byte| *byte >= 0x80) => Err(Cause::UnknownDer),
        Err(_) => {
            add(changes, Change::EightBit);
            Ok(eight_bit(rest))
        }
    }
}

/// Formats by their first bytes.
fn container(bytes: &[u8]) -> Option<Cause> {
    Some(match bytes {
        [0x1F, 0x8B, ..] | [b'P', b'K', 3, 4, ..] | [b'B', b'Z', b'h', b'1'..=b'9', ..] | [0xFD, b'7', b'z', b'X', b'Z', ..] => {
            Cause::Compressed
        }
        [0xFE, 0xED, 0xFE, 0xED, ..] => Cause::JavaKeyStore,
        _ if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) => Cause::OnlyZeroBytes,
        _ => return None,
    })
}

fn from_der(bytes: &[u8]) -> Result<Option<Zeroizing<String>>, Cause> {
    let Some(found) = der::objects(bytes) else { return Ok(None) };
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3 + 128));
    for (kind, whole) in found {
        match kind.label() {
            Ok(label) => text.push_str(&String::from_utf8_lossy(pem::encode(label, whole).expose())),
            Err(cause) => return Err(cause),
        }
    }
    Ok(Some(text))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, changes: &mut Vec<Change>) -> Result<Zeroizing<String>, Cause> {
    let text = units(bytes, unit).ok_or(Cause::MixedUtf16)?;
    // Bytes of another encoding, two at a time, are characters of the Far East: a credential has none of them in numbers.
    let foreign = text.chars().filter(|character| *character > '\u{2FFF}').count();
    if text.contains('\0') || foreign * 4 > text.chars().count() {
        return Err(if text.chars().all(|character| character == '\0') { Cause::OnlyZeroBytes } else { Cause::MixedUtf16 });
    }
    if bytes.len() % 2 == 1 {
        return Err(Cause::CutUtf16);
    }
    add(changes, Change::Utf16);
    Ok(text)
}

/// UTF-16 as text, without its byte-order marks. A single byte left at the end is ignored.
fn units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, _) = bytes.as_chunks();
    // Sized beforehand: a text that grows leaves its old contents behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    let mut start = true;
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        let character = character.ok()?;
        start &= character == '\u{FEFF}';
        if !start {
            text.push(character);
        }
    }
    Some(text)
}

/// UTF-16 without a mark is told by its zero bytes: every second byte of Latin text is one.
fn without_mark(bytes: &[u8], changes: &mut Vec<Change>) -> Result<Zeroizing<String>, Cause> {
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = bytes.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    let unit: fn([u8; 2]) -> u16 = match () {
        () if odd * 2 > half && even == 0 => u16::from_le_bytes,
        () if even * 2 > half && odd == 0 => u16::from_be_bytes,
        () => return Err(Cause::ZeroBytes),
    };
    utf16(bytes, unit, changes)
}

fn eight_bit(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    for byte in bytes {
        let known = WINDOWS_1252.iter().find(|(code, _)| code == byte);
        text.push(known.map_or(char::from(*byte), |(_, character)| *character));
    }
    text
}

/// What is left of any bytes as text, for those who look for secrets in it: zero bytes are dropped.
pub(super) fn lossy(bytes: &[u8]) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(Vec::with_capacity(bytes.len().min(MAX_BYTES)));
    kept.extend(bytes.iter().take(MAX_BYTES).filter(|byte| **byte != 0));
    match std::str::from_utf8(&kept) {
        Ok(text) => Zeroizing::new(text.to_owned()),
        Err(_) => eight_bit(&kept),
    }
}
