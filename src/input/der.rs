//! Which objects DER bytes are, by their outermost elements. What is inside is judged by the readers.

use super::change::Cause;
use crate::encoding::der::{Element, Reader, tag};

/// A DER object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Certificate,
    Request,
    /// PKCS#8.
    PrivateKey,
    EncryptedPrivateKey,
    /// SEC1.
    EcPrivateKey,
    /// PKCS#1.
    RsaPrivateKey,
    PublicKey,
    Pkcs12,
    Pkcs7,
}

impl Kind {
    /// Its PEM label, or why it is not read.
    pub(super) const fn label(self) -> Result<&'static str, Cause> {
        Ok(match self {
            Kind::Certificate => "CERTIFICATE",
            Kind::Request => "CERTIFICATE REQUEST",
            Kind::PrivateKey => "PRIVATE KEY",
            Kind::EncryptedPrivateKey => "ENCRYPTED PRIVATE KEY",
            Kind::EcPrivateKey => "EC PRIVATE KEY",
            Kind::RsaPrivateKey => "RSA PRIVATE KEY",
            Kind::PublicKey => "PUBLIC KEY",
            Kind::Pkcs12 => return Err(Cause::Pkcs12),
            Kind::Pkcs7 => return Err(Cause::Pkcs7),
        })
    }
}

/// The objects that the bytes are, one after the other; `None` where anything else is among them. White space may follow.
pub(super) fn objects(bytes: &[u8]) -> Option<Vec<(Kind, &[u8])>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        // A line break that a program added behind the last one.
        if !found.is_empty() && rest.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        let mut reader = Reader::new(rest);
        let whole = reader.take_whole(tag::SEQUENCE)?;
        found.push((kind(Reader::one(whole, tag::SEQUENCE)?)?, whole));
        rest = &rest[whole.len()..];
    }
    (!found.is_empty()).then_some(found)
}

/// Whether the bytes are one sequence and nothing else.
pub(super) fn is_element(bytes: &[u8]) -> bool {
    Reader::one(bytes, tag::SEQUENCE).is_some()
}

/// The elements of a sequence; `None` where one cannot be read. More than these are never looked at.
fn elements(contents: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut reader = Reader::new(contents);
    let mut found = Vec::new();
    while !reader.is_empty() {
        let element = reader.element()?;
        if found.len() < 12 {
            found.push(element);
        }
    }
    Some(found)
}

fn kind(contents: &[u8]) -> Option<Kind> {
    let parts = elements(contents)?;
    let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
    // AlgorithmIdentifier and names of content begin with an object identifier.
    let named = |index: usize| Reader::new(parts[index].contents).element().is_some_and(|first| first.tag == tag::OID);
    match tags.as_slice() {
        [tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING] => signed(parts[0].contents),
        [tag::SEQUENCE, tag::OCTET_STRING] if named(0) => Some(Kind::EncryptedPrivateKey),
        [tag::SEQUENCE, tag::BIT_STRING] if named(0) => Some(Kind::PublicKey),
        [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..] if named(1) => Some(Kind::PrivateKey),
        [tag::INTEGER, tag::OCTET_STRING, ..] if parts[0].contents == [1] => Some(Kind::EcPrivateKey),
        [tag::INTEGER, tag::SEQUENCE] | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE] if parts[0].contents == [3] && named(1) => {
            Some(Kind::Pkcs12)
        }
        [tag::OID, context] if *context == tag::context(0) => Some(Kind::Pkcs7),
        numbers if numbers.len() >= 9 && numbers[..9].iter().all(|number| *number == tag::INTEGER) => Some(Kind::RsaPrivateKey),
        _ => None,
    }
}

/// A certificate or a request, by what is signed: a request has a version, a name, a key and attributes alone.
fn signed(contents: &[u8]) -> Option<Kind> {
    let parts = elements(contents)?;
    let first = parts.first()?.tag;
    match parts.len() {
        3 | 4 if first == tag::INTEGER => Some(Kind::Request),
        6.. if first == tag::INTEGER || first == tag::context(0) => Some(Kind::Certificate),
        _ => None,
    }
}

/// Whether the bytes are a private key, or a container of one.
pub(super) fn is_private(bytes: &[u8]) -> bool {
    objects(bytes).is_some_and(|found| {
        !found.iter().all(|(kind, _)| matches!(kind, Kind::Certificate | Kind::Request | Kind::PublicKey | Kind::Pkcs7))
    })
}
