//! Go's `encoding/asn1` as far as certificate requests need it, because kube-apiserver reads them with it (Go 1.26).
//!
//! It is DER with these liberties: what follows the known fields of a SEQUENCE is ignored, BIT STRINGs may end inside a
//! byte, tags may take several bytes. A refusal carries Go's own words, since the server repeats them in its answer;
//! only those about tags that do not match are cut short.

use std::borrow::Cow;

/// Why Go refuses. The variant says which part is refused, and everything that depends on a refusal depends on the
/// variant; the text is Go's and is only shown, because parts of it may have been chosen by the request's sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A length that reaches beyond the bytes.
    Truncated,
    /// The encoding, or a part that has no variant of its own.
    Encoding(Cow<'static, str>),
    /// The public key.
    Key(Cow<'static, str>),
    /// The public key is on a curve that is spelled out by its numbers instead of named.
    SpelledCurve,
    /// The signature algorithm, which Go does not verify or which does not fit the key.
    Algorithm(Cow<'static, str>),
    /// The signature, which does not verify.
    Signature(&'static str),
    /// The requested extensions or the names in the SAN.
    Extensions(Cow<'static, str>),
    /// A URI in the SAN.
    Uri(String),
}

pub(crate) type Go<T> = Result<T, Refusal>;

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Refusal::Truncated => "asn1: syntax error: data truncated",
            Refusal::Encoding(text) | Refusal::Key(text) | Refusal::Algorithm(text) | Refusal::Extensions(text) => text,
            Refusal::SpelledCurve => "x509: invalid ECDSA parameters",
            Refusal::Signature(text) => text,
            Refusal::Uri(text) => text,
        })
    }
}

/// A refusal of the encoding.
pub(crate) fn refuse<T>(text: &'static str) -> Go<T> {
    Err(Refusal::Encoding(Cow::Borrowed(text)))
}

/// A refusal of another part: `refuse_as(Refusal::Key, "x509: …")`.
pub(crate) fn refuse_as<T>(part: fn(Cow<'static, str>) -> Refusal, text: impl Into<Cow<'static, str>>) -> Go<T> {
    Err(part(text.into()))
}

/// One element: its identifier byte, its contents, and all of its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) whole: &'a [u8],
}

impl Element<'_> {
    fn expect(self, tag: u8) -> Go<Self> {
        if self.tag == tag { Ok(self) } else { refuse(MISMATCH) }
    }
}

const MISMATCH: &str = "asn1: structure error: tags don't match";

struct Header {
    tag: u8,
    start: usize,
    length: usize,
}

/// The fields of a SEQUENCE, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn new(contents: &'a [u8]) -> Self {
        Fields { rest: contents }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Go<Element<'a>> {
        if self.rest.is_empty() {
            return refuse("asn1: syntax error: sequence truncated");
        }
        let header = header(self.rest)?;
        let end = header.start.checked_add(header.length).filter(|end| *end <= self.rest.len());
        let Some(end) = end else { return Err(Refusal::Truncated) };
        let (whole, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Element { tag: header.tag, contents: &whole[header.start..], whole })
    }

    /// The next element, which must have this identifier byte. As in Go, a wrong tag is noticed before a wrong length.
    pub(crate) fn take(&mut self, tag: u8) -> Go<Element<'a>> {
        if !self.rest.is_empty() && header(self.rest)?.tag != tag {
            return refuse(MISMATCH);
        }
        self.any()?.expect(tag)
    }

    /// The next element if it has this identifier byte; nothing is read otherwise.
    pub(crate) fn optional(&mut self, tag: u8) -> Go<Option<Element<'a>>> {
        if self.rest.is_empty() || header(self.rest)?.tag != tag { Ok(None) } else { self.any().map(Some) }
    }

    /// Steps into an explicit tag `[number]`. As in Go, its own length matters only where it is zero: then it is refused,
    /// also where the tag is a primitive one.
    pub(crate) fn explicit(&mut self, number: u8) -> Go<bool> {
        if self.rest.is_empty() {
            return Ok(false);
        }
        let header = header(self.rest)?;
        if header.start == self.rest.len() {
            return refuse("asn1: structure error: explicit tag has no child");
        }
        if header.length == 0 && header.tag & !0x20 == 0x80 | number {
            return refuse("asn1: structure error: zero length explicit tag was not an asn1.Flag");
        }
        let fits = header.tag == 0xA0 | number;
        if fits {
            self.rest = &self.rest[header.start..];
        }
        Ok(fits)
    }
}

/// Identifier and length octets (X.690, 8.1.2 and 8.1.3).
fn header(bytes: &[u8]) -> Go<Header> {
    let cut = || refuse("asn1: syntax error: truncated tag or length");
    let Some(&tag) = bytes.first() else { return cut() };
    let mut start = 1;
    if tag & 0x1F == 0x1F {
        let (number, used) = base_128(&bytes[1..])?;
        start += used;
        if number < 0x1F {
            return refuse("asn1: syntax error: non-minimal tag");
        }
    }
    let Some(&first) = bytes.get(start) else { return cut() };
    start += 1;
    if first < 0x80 {
        return Ok(Header { tag, start, length: first.into() });
    }
    if first == 0x80 {
        return refuse("asn1: syntax error: indefinite length found (not DER)");
    }
    let mut length = 0usize;
    for _ in 0..first & 0x7F {
        let Some(&octet) = bytes.get(start) else { return cut() };
        start += 1;
        if length >= 1 << 23 {
            return refuse("asn1: structure error: length too large");
        }
        length = length << 8 | usize::from(octet);
        if length == 0 {
            return refuse("asn1: structure error: superfluous leading zeros in length");
        }
    }
    if length < 0x80 {
        return refuse("asn1: structure error: non-minimal length");
    }
    Ok(Header { tag, start, length })
}

/// A base-128 number and how many bytes it takes.
fn base_128(bytes: &[u8]) -> Go<(u64, usize)> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().enumerate() {
        if index == 5 {
            return refuse("asn1: structure error: base 128 integer too large");
        }
        if index == 0 && *byte == 0x80 {
            return refuse("asn1: syntax error: integer is not minimally encoded");
        }
        number = number << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            if number > i32::MAX as u64 {
                return refuse("asn1: structure error: base 128 integer too large");
            }
            return Ok((number, index + 1));
        }
    }
    refuse("asn1: syntax error: truncated base 128 integer")
}

/// The elements of a SEQUENCE OF or SET OF; each must have the identifier byte where one is given.
pub(crate) fn sequence_of(contents: &[u8], tag: Option<u8>) -> Go<Vec<Element<'_>>> {
    let mut fields = Fields::new(contents);
    let mut elements = Vec::new();
    while !fields.is_empty() {
        if tag.is_some_and(|tag| header(fields.rest).is_ok_and(|header| header.tag != tag)) {
            return refuse("asn1: structure error: sequence tag mismatch");
        }
        match fields.any() {
            Ok(element) => elements.push(element),
            Err(Refusal::Truncated) => return refuse("asn1: syntax error: truncated sequence"),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(elements)
}

/// Checks an OBJECT IDENTIFIER and gives its bytes, which are then as good as the number.
pub(crate) fn oid(contents: &[u8]) -> Go<&[u8]> {
    if contents.is_empty() {
        return refuse("asn1: syntax error: zero length OBJECT IDENTIFIER");
    }
    let mut rest = contents;
    while !rest.is_empty() {
        let (_, used) = base_128(rest)?;
        rest = &rest[used..];
    }
    Ok(contents)
}

/// An INTEGER that fits into 64 bits, in the fewest bytes.
pub(crate) fn int64(contents: &[u8]) -> Go<i64> {
    if contents.is_empty() {
        return refuse("asn1: structure error: empty integer");
    }
    if !crate::encoding::der::is_integer(contents) {
        return refuse("asn1: structure error: integer not minimally-encoded");
    }
    if contents.len() > 8 {
        return refuse("asn1: structure error: integer too large");
    }
    let sign = if contents[0] & 0x80 == 0 { 0 } else { -1 };
    Ok(contents.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// A BOOLEAN.
pub(crate) fn boolean(contents: &[u8]) -> Go<()> {
    if crate::encoding::der::boolean(contents).is_some() { Ok(()) } else { refuse("asn1: syntax error: invalid boolean") }
}

/// The bits of a BIT STRING, moved so that the last one ends a byte (Go's `RightAlign`).
pub(crate) fn bits(contents: &[u8]) -> Go<Cow<'_, [u8]>> {
    let Some((&padding, bytes)) = contents.split_first() else { return refuse("asn1: syntax error: zero length BIT STRING") };
    if crate::encoding::der::flags(contents).is_none() {
        return refuse("asn1: syntax error: invalid padding bits in BIT STRING");
    }
    if padding == 0 {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut before = 0u8;
    let aligned = bytes.iter().map(|byte| {
        let moved = byte >> padding | before << (8 - padding);
        before = *byte;
        moved
    });
    Ok(Cow::Owned(aligned.collect()))
}

/// AlgorithmIdentifier (RFC 5280, 4.1.1.2): the algorithm, and all bytes of its parameters, none where they are absent.
pub(crate) fn algorithm(contents: &[u8]) -> Go<(&[u8], &[u8])> {
    let mut fields = Fields::new(contents);
    let id = oid(fields.take(crate::encoding::der::tag::OID)?.contents)?;
    let parameters = if fields.is_empty() { &[][..] } else { fields.any()?.whole };
    Ok((id, parameters))
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn an_explicit_tag_of_no_length_is_refused_in_either_form() {
        let steps = |bytes: &[u8]| Fields::new(bytes).explicit(0).map_err(|refusal| refusal.to_string());
        assert_eq!(steps(&[0xA0, 0x03, 0x02, 0x01, 0x00]), Ok(true));
        assert_eq!(steps(&[0xA1, 0x00, 0x02, 0x01, 0x00]), Ok(false));
        for tag in [0xA0, 0x80] {
            let refusal = "asn1: structure error: zero length explicit tag was not an asn1.Flag".to_owned();
            assert_eq!(steps(&[tag, 0x00, 0x02, 0x01, 0x00]), Err(refusal));
        }
    }
}
