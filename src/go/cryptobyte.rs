//! What `golang.org/x/crypto/cryptobyte` reads for crypto/x509, over the strict reader of DER, which accepts the same encodings.

use super::asn1;
use crate::encoding::der::{self, Reader, tag};
use std::borrow::Cow;

/// Why Go refuses, in its words.
pub(crate) type Refusal = Cow<'static, str>;

pub(super) type Parsed<T> = Result<T, Refusal>;

pub(super) fn some<T>(value: Option<T>, words: &'static str) -> Parsed<T> {
    value.ok_or(Cow::Borrowed(words))
}

pub(super) fn refuse<T>(words: &'static str) -> Parsed<T> {
    Err(Cow::Borrowed(words))
}

/// The contents of the next element, an INTEGER in the fewest bytes.
pub(super) fn integer<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    reader.take(tag::INTEGER).filter(|contents| der::is_integer(contents))
}

/// `asn1Signed`: what fits into 64 bits.
pub(super) fn int64(contents: &[u8]) -> Option<i64> {
    asn1::int64(contents).ok()
}

/// `ReadASN1ObjectIdentifier`: the contents, checked.
pub(super) fn oid<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    reader.take(tag::OID).filter(|contents| asn1::oid(contents).is_ok())
}

/// `ReadASN1BitString`: the contents, checked.
pub(super) fn bit_string<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    reader.take(tag::BIT_STRING).filter(|contents| der::flags(contents).is_some())
}
