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

/// Nothing that is pasted as PEM is larger: 100 certificates of 20 KB each.
pub const MAX_TEXT: usize = 2 << 20;
/// More blocks than any chain, bundle or key file holds.
pub const MAX_BLOCKS: usize = 256;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One block: what stands between `-----BEGIN label-----` and `-----END label-----`, decoded.
#[derive(Debug)]
pub struct Block {
    /// The label, such as `CERTIFICATE`.
    pub label: String,
    /// Whether RFC 1421 headers (`Proc-Type: …`) stood before the body.
    pub headers: bool,
    /// The decoded body. May be a private key, hence wiped on drop.
    pub contents: Secret<Vec<u8>>,
}

/// What a text holds, block by block, and what else was seen.
#[derive(Debug)]
pub struct Document {
    /// The blocks in their order.
    pub blocks: Vec<Block>,
    /// A UTF-8 byte-order mark stood at the start. Go does not see a BEGIN line right behind it.
    pub byte_order_mark: bool,
    /// How many BEGIN lines were passed over because their block is damaged or does not end.
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
                "the PEM block is damaged: copy everything from the BEGIN line to the END line, dashes included"
            } else {
                "no PEM block here: it starts with a line of dashes and the word BEGIN"
            },
        ));
    }
    Ok(document.blocks)
}

/// Splits a text into its blocks. A damaged block is counted and passed over, as Go does; a byte-order mark at the
/// start is passed over and reported, which Go does not.
///
/// # Errors
/// [`Code::InputTooLarge`] for more than [`MAX_TEXT`] bytes or [`MAX_BLOCKS`] blocks, damaged ones included.
pub fn document(text: &[u8]) -> Result<Document> {
    if text.len() > MAX_TEXT {
        return Err(Error::new(Code::InputTooLarge, "the text is too large: PEM of at most 2 MiB is read"));
    }
    let byte_order_mark = text.starts_with(BOM);
    let mut rest = if byte_order_mark { &text[BOM.len()..] } else { text };
    let mut document = Document { blocks: Vec::new(), byte_order_mark, damaged: 0 };
    while let Some((label, body)) = next_begin(rest) {
        if document.blocks.len() + document.damaged >= MAX_BLOCKS {
            return Err(Error::new(Code::InputTooLarge, "too many PEM blocks: at most 256 are read"));
        }
        match read_block(label, body) {
            Some((block, after)) => {
                document.blocks.push(block);
                rest = after;
            }
            None => {
                document.damaged += 1;
                rest = body;
            }
        }
    }
    Ok(document)
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
    for part in [END, label.as_bytes(), DASHES, b"\n"] {
        out.extend_from_slice(part);
    }
    Secret::new(out)
}

/// The next line that begins a block: its label and what follows the line.
fn next_begin(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    loop {
        let (line, after) = split_line(rest)?;
        if let Some(label) = line.strip_prefix(BEGIN).and_then(|line| line.strip_suffix(DASHES)) {
            return Some((label, after));
        }
        rest = after;
    }
}

/// The body up to the END line of the same label; `None` where it is damaged.
fn read_block<'a>(label: &[u8], body: &'a [u8]) -> Option<(Block, &'a [u8])> {
    let (headers, body) = skip_headers(body);
    let mut base64 = Zeroizing::new(Vec::with_capacity(block_size(body)));
    let mut rest = body;
    loop {
        let (line, after) = split_line(rest)?;
        if let Some(end) = line.strip_prefix(END) {
            if end.strip_suffix(DASHES)? != label {
                return None;
            }
            rest = after;
            break;
        }
        if line.starts_with(BEGIN) {
            return None;
        }
        base64.extend(line.iter().filter(|byte| !is_blank(**byte)));
        rest = after;
    }
    let mut contents = vec![0u8; base64.len() / 4 * 3];
    let length = Base64::decode(base64.as_slice(), &mut contents).map(<[u8]>::len);
    let Ok(length) = length else {
        contents.zeroize();
        return None;
    };
    contents.truncate(length);
    let label = std::str::from_utf8(label).ok()?.to_owned();
    Some((Block { label, headers, contents: Secret::new(contents) }, rest))
}

/// Bytes up to the next line of dashes, so that the buffer of this block never grows.
fn block_size(body: &[u8]) -> usize {
    body.windows(DASHES.len()).position(|window| window == DASHES).unwrap_or(body.len())
}

/// Passes over `Key: value` lines and the blank line that ends them.
fn skip_headers(body: &[u8]) -> (bool, &[u8]) {
    let (mut headers, mut rest) = (false, body);
    while let Some((line, after)) = split_line(rest) {
        if !line.contains(&b':') {
            break;
        }
        headers = true;
        rest = after;
    }
    (headers, rest)
}

/// One line without its end and without blanks at its end, and what follows it. `None` at the end of the text.
fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let after = text.get(end + 1..).unwrap_or_default();
    let line = &text[..end];
    let length = line.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    Some((&line[..length], after))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
