//! PEM blocks out of what people paste.
//!
//! One splitter with the tolerance of Go's `encoding/pem`, which is what kube-apiserver and kubectl read with: text
//! around the blocks, CRLF, any line width, blanks at line ends, blank lines inside, headers (RFC 1421). The base64
//! alphabet stays strict, and DER behind it is read with `from_der`, which takes no trailing byte. (RustCrypto's own
//! reader refuses 7 of 7 everyday shapes and accepts trailing bytes inside the body; measured 2026-11.)

use crate::error::{Code, Error, Result};
use crate::secret::Secret;
use base64ct::{Base64, Encoding};
use zeroize::{Zeroize, Zeroizing};

/// The label of certificates.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// The label of certificate signing requests that kube-apiserver insists on.
pub const CERTIFICATE_REQUEST: &str = "CERTIFICATE REQUEST";

/// Nothing that is pasted as PEM is larger: 100 certificates of 20 KB each.
pub const MAX_TEXT: usize = 2 << 20;
/// More blocks than any chain, bundle or key file contains.
pub const MAX_BLOCKS: usize = 2_000;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One block: what is between `-----BEGIN label-----` and `-----END label-----`, decoded.
#[derive(Debug)]
pub struct Block {
    /// The label, such as `CERTIFICATE`.
    pub label: String,
    /// Whether RFC 1421 headers (`Proc-Type: …`) stood before the body.
    pub headers: bool,
    /// The decoded body. May be a private key, hence wiped on drop.
    pub contents: Secret<Vec<u8>>,
}

/// What a text contains, block by block, and what else was seen.
#[derive(Debug)]
pub struct Document {
    /// The blocks in their order.
    pub blocks: Vec<Block>,
    /// A UTF-8 byte-order mark stood at the start. Go does not see a BEGIN line right behind it.
    pub byte_order_mark: bool,
    /// How many BEGIN lines were ignored because their block is damaged or does not end.
    pub damaged: usize,
}

/// Splits a text into its blocks, as [`document`] does, and insists on at least one.
///
/// # Errors
/// [`Code::InputTooLarge`]; [`Code::InvalidPem`] where there is no block at all.
pub fn decode(text: &[u8]) -> Result<Vec<Block>> {
    let document = document(text)?;
    if document.blocks.is_empty() {
        return Err(Error::new(
            Code::InvalidPem,
            if document.damaged > 0 {
                "The PEM block is damaged. Copy everything from the BEGIN line to the END line, dashes included."
            } else {
                "There is no PEM block in this text. It begins with -----BEGIN."
            },
        ));
    }
    Ok(document.blocks)
}

/// Splits a text into its blocks. A damaged block is counted and ignored, as Go does; a byte-order mark at the
/// start is ignored and reported, which Go does not.
///
/// # Errors
/// [`Code::InputTooLarge`] for more than [`MAX_TEXT`] bytes or [`MAX_BLOCKS`] blocks, damaged ones included.
pub fn document(text: &[u8]) -> Result<Document> {
    if text.len() > MAX_TEXT {
        return Err(Error::new(Code::InputTooLarge, "The text is too large: at most 2 MiB of PEM are read. Copy only what is needed."));
    }
    let byte_order_mark = text.starts_with(BOM);
    let mut rest = if byte_order_mark { &text[BOM.len()..] } else { text };
    let mut document = Document { blocks: Vec::new(), byte_order_mark, damaged: 0 };
    loop {
        let found = next(rest);
        let (before, after) = found.as_ref().map_or((rest, &[][..]), |(_, begin, after)| (&rest[..*begin], *after));
        document.damaged += begin_lines(before);
        if document.blocks.len() + document.damaged >= MAX_BLOCKS + usize::from(found.is_none()) {
            return Err(Error::new(
                Code::InputTooLarge,
                "There are too many PEM blocks: at most 2,000 are read. Copy only what is needed.",
            ));
        }
        let Some((block, _, _)) = found else { return Ok(document) };
        document.blocks.push(block);
        rest = after;
    }
}

/// The first block, exactly as Go's `pem.Decode` finds it: nothing is made good first.
#[must_use]
pub fn first(text: &[u8]) -> Option<Block> {
    next(text).map(|(block, _, _)| block)
}

/// Every block, exactly as Go's `pem.Decode` finds one after the other: nothing is made good first.
pub(crate) fn blocks_of_go(text: &[u8]) -> impl Iterator<Item = Block> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (block, _, after) = next(rest)?;
        rest = after;
        Some(block)
    })
}

/// Writes one block with lines of 64 characters, as RFC 7468 generates it. The text is a secret where the DER is.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> Secret<Vec<u8>> {
    let encoded = Zeroizing::new(Base64::encode_string(der));
    // Sized beforehand: a vector that grows leaves its old contents behind.
    let mut out = Vec::with_capacity(encoded.len() + encoded.len() / 64 + 2 * label.len() + 40);
    for part in [BEGIN, label.as_bytes(), DASHES, b"\n"] {
        out.extend_from_slice(part);
    }
    for line in encoded.as_bytes().chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    for part in [&END[1..], label.as_bytes(), DASHES, b"\n"] {
        out.extend_from_slice(part);
    }
    Secret::new(out)
}

/// The next good block, where its BEGIN line starts, and what follows it. Follows Go's `pem.Decode` (1.26) step by step:
/// the first END line decides, and the last BEGIN line before it.
fn next(text: &[u8]) -> Option<(Block, usize, &[u8])> {
    let mut from = 0;
    loop {
        let end = from + find(text.get(from..)?, END)?;
        let trailer = end + END.len();
        let begin = rfind(&text[from..end], BEGIN).map(|begin| from + begin);
        let searched = from;
        from = trailer;
        let Some(begin) = begin.filter(|begin| *begin == searched || text[begin - 1] == b'\n') else { continue };
        let mut place = begin + BEGIN.len();
        let (line, used) = line(&text[place..]);
        place += used;
        let Some(label) = line.strip_suffix(DASHES) else { continue };
        let mut headers = false;
        loop {
            let (line, used) = self::line(text.get(place..).filter(|rest| !rest.is_empty())?);
            if !line.contains(&b':') {
                break;
            }
            headers = true;
            place += used;
        }
        if headers && place > end {
            if place > trailer {
                return None;
            }
            continue;
        }
        let Some(closing) = text[trailer..].strip_prefix(label).and_then(|rest| rest.strip_prefix(DASHES)) else { continue };
        if !self::line(closing).0.is_empty() {
            continue;
        }
        let Some(contents) = body(text.get(place..end).unwrap_or_default()) else { continue };
        let after = trailer - 1 + self::line(&text[trailer - 1..]).1;
        let label = String::from_utf8_lossy(label).into_owned();
        return Some((Block { label, headers, contents: Secret::new(contents) }, begin, &text[after..]));
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    // Cheaper than windows(): few bytes of a text are line feeds.
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(|byte| *byte == part[0])?;
        if text[at..].starts_with(part) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn rfind(text: &[u8], part: &[u8]) -> Option<usize> {
    let mut before = text;
    loop {
        let at = before.iter().rposition(|byte| *byte == part[0])?;
        if text[at..].starts_with(part) {
            return Some(at);
        }
        before = &before[..at];
    }
}

fn begin_lines(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(BEGIN) && trim(line).ends_with(DASHES)).count()
}

/// Base64 with blanks and line breaks as Go's PEM reader decodes it: padded, standard alphabet, left-over bits ignored.
/// The caller wipes what may be secret.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    body(text)
}

/// The base64 between the lines, decoded. Go lets bits that are behind the last byte be anything.
fn body(text: &[u8]) -> Option<Vec<u8>> {
    let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
    // Whole lines are copied, not byte after byte: a tenth of the time for a list of requests.
    text.split(|byte| is_blank(*byte)).for_each(|line| base64.extend_from_slice(line));
    clear_last_bits(&mut base64);
    let mut contents = vec![0u8; base64.len() / 4 * 3];
    match Base64::decode(base64.as_slice(), &mut contents).map(<[u8]>::len) {
        Ok(length) => {
            contents.truncate(length);
            Some(contents)
        }
        Err(_) => {
            contents.zeroize();
            None
        }
    }
}

/// Makes the last character before the padding the canonical one.
fn clear_last_bits(base64: &mut [u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (last, mask) = match base64 {
        [.., last, b'=', b'='] => (last, 0x30),
        [.., last, b'='] => (last, 0x3C),
        _ => return,
    };
    if let Some(value) = ALPHABET.iter().position(|known| known == last) {
        *last = ALPHABET[value & mask];
    }
}

/// One line without its end and the blanks before it, and how many bytes it takes.
fn line(text: &[u8]) -> (&[u8], usize) {
    match text.iter().position(|byte| *byte == b'\n') {
        Some(end) => (trim(&text[..end]), end + 1),
        None => (trim_blanks(text), text.len()),
    }
}

/// Go takes one carriage return off, then blanks and tabs.
fn trim(line: &[u8]) -> &[u8] {
    trim_blanks(line.strip_suffix(b"\r").unwrap_or(line))
}

fn trim_blanks(line: &[u8]) -> &[u8] {
    let length = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    &line[..length]
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
