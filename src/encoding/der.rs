//! DER (X.690) as far as keys, requests and certificates need it: one strict reader.
//!
//! Our own, because derived readers cost 50 KB of compressed wasm (measured 2026-11), and those of x509-cert refuse
//! some of what Go accepts and accept some of what Go refuses. Strict means: definite lengths in the fewest bytes, no
//! trailing bytes, no tags of more than one byte. Nothing recurses.

/// Universal and context tags by their identifier byte (X.690, 8.1.2).
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0C;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const T61_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const BMP_STRING: u8 = 0x1E;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// `[n]`, constructed.
    pub(crate) const fn context(number: u8) -> u8 {
        0xA0 | number
    }

    /// `[n]`, primitive.
    pub(crate) const fn context_primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// One element: its tag, its contents, and all of its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) whole: &'a [u8],
}

/// Reads elements one after the other. `None` is a violation, always.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// The contents of the one element that `bytes` are.
    pub(crate) fn one(bytes: &'a [u8], tag: u8) -> Option<&'a [u8]> {
        let mut reader = Reader::new(bytes);
        let contents = reader.take(tag)?;
        reader.end()?;
        Some(contents)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    /// The tag of the next element, if there is one.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever it is.
    pub(crate) fn element(&mut self) -> Option<Element<'a>> {
        let (&tag, after_tag) = self.rest.split_first()?;
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (length, header) = length(after_tag)?;
        let start = 1 + header;
        let whole = self.rest.get(..start.checked_add(length)?)?;
        self.rest = &self.rest[whole.len()..];
        Some(Element { tag, contents: &whole[start..], whole })
    }

    /// The contents of the next element, which must have this tag.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element().filter(|element| element.tag == tag).map(|element| element.contents)
    }

    /// All bytes of the next element, which must have this tag.
    pub(crate) fn take_whole(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element().filter(|element| element.tag == tag).map(|element| element.whole)
    }

    /// The contents of the next element if it has this tag; nothing is read otherwise. A violation is still `None`.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.rest.first() == Some(&tag) { self.take(tag).map(Some) } else { Some(None) }
    }
}

/// Length octets: the length, and how many there are.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((first.into(), 1));
    }
    let count = usize::from(first & 0x7F);
    if !(1..=4).contains(&count) {
        return None;
    }
    let octets = rest.get(..count)?;
    let length = octets.iter().fold(0usize, |sum, octet| sum << 8 | usize::from(*octet));
    let shortest = octets[0] != 0 && length >= 0x80;
    shortest.then_some((length, 1 + count))
}

/// Whether the contents of an INTEGER are in the fewest bytes.
pub(crate) fn is_integer(contents: &[u8]) -> bool {
    match contents {
        [] => false,
        [0, second, ..] => second & 0x80 != 0,
        [0xFF, second, ..] => second & 0x80 == 0,
        _ => true,
    }
}

/// The contents of an INTEGER that is not negative, as the number's big-endian bytes: without the sign, `[0]` for zero.
pub(crate) fn unsigned(contents: &[u8]) -> Option<&[u8]> {
    match contents {
        [0, digits @ ..] if !digits.is_empty() => is_integer(contents).then_some(digits),
        [first, ..] if first & 0x80 == 0 => Some(contents),
        _ => None,
    }
}

/// The bits of a BIT STRING of flags, most significant first; the last byte may be used in part, its rest zero.
pub(crate) fn flags(contents: &[u8]) -> Option<&[u8]> {
    let (&unused, bits) = contents.split_first()?;
    let last = bits.last().copied().unwrap_or(0);
    let clean = unused < 8 && (unused == 0 || !bits.is_empty()) && last & ((1u16 << unused) - 1) as u8 == 0;
    clean.then_some(bits)
}

/// The value of a BOOLEAN: 0x00 or 0xFF, nothing else.
pub(crate) fn boolean(contents: &[u8]) -> Option<bool> {
    match contents {
        [0x00] => Some(false),
        [0xFF] => Some(true),
        _ => None,
    }
}
