//! X.509 certificates as Go reads them: `x509.ParseCertificate` of crypto/x509/parser.go (Go 1.26.8), in its order and
//! with its liberties: bytes after the known fields of a SEQUENCE are ignored, serial numbers may be zero or long,
//! version 1 and 2 are accepted. A refusal carries Go's words, shortened where Go quotes the certificate.

use super::cryptobyte::{Parsed, bit_string, int64, integer, oid, refuse, some};
use super::extensions::{self, Extensions};
use super::name::{self, Identity};
use super::time::{generalized_time, utc_time};
use crate::encoding::der::{Reader, tag};
use crate::go::asn1;
use crate::go::public_key::{Info, Key};
use crate::time::UnixTime;
use const_oid::db::rfc5912;
use std::borrow::Cow;

/// id-dsa, 1.2.840.10040.4.1 (RFC 3279, 2.3.2).
const DSA: &[u8] = rfc5912::ID_DSA.as_bytes();

/// A certificate as far as it is used here (RFC 5280, 4.1).
pub(crate) struct Certificate<'a> {
    /// 1, 2 or 3.
    pub(crate) version: u8,
    /// Contents of the INTEGER.
    pub(crate) serial: &'a [u8],
    pub(crate) issuer: Identity,
    pub(crate) subject: Identity,
    /// Issuer and subject are the same bytes.
    pub(crate) self_issued: bool,
    pub(crate) not_before: UnixTime,
    pub(crate) not_after: UnixTime,
    /// The whole SubjectPublicKeyInfo.
    pub(crate) public_key: &'a [u8],
    pub(crate) extensions: Extensions,
}

/// Reads one certificate.
///
/// # Errors
/// Go's reason.
pub(crate) fn parse(der: &[u8]) -> Parsed<Certificate<'_>> {
    let mut input = Reader::new(der);
    let mut whole = Reader::new(some(input.take(tag::SEQUENCE), "x509: malformed certificate")?);
    let mut body = Reader::new(some(whole.take(tag::SEQUENCE), "x509: malformed tbs certificate")?);
    let version = version(&mut body)?;
    let serial = some(integer(&mut body), "x509: malformed serial number")?;
    if serial[0] & 0x80 != 0 {
        return refuse("x509: negative serial number");
    }
    let inner = some(body.take(tag::SEQUENCE), "x509: malformed signature algorithm identifier")?;
    let outer = some(whole.take(tag::SEQUENCE), "x509: malformed algorithm identifier")?;
    if inner != outer {
        return refuse("x509: inner and outer signature algorithm identifiers don't match");
    }
    algorithm(inner)?;
    let issuer_bytes = some(body.take(tag::SEQUENCE), "x509: malformed issuer")?;
    let issuer = name(issuer_bytes)?;
    let mut validity = Reader::new(some(body.take(tag::SEQUENCE), "x509: malformed validity")?);
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    // Go names the wrong field here.
    let subject_bytes = some(body.take(tag::SEQUENCE), "x509: malformed issuer")?;
    let subject = name(subject_bytes)?;
    let public_key = some(body.take_whole(tag::SEQUENCE), "x509: malformed spki")?;
    check_public_key(public_key)?;
    let mut extensions = Extensions::default();
    if version > 1 {
        some(body.optional(tag::context_primitive(1)), "x509: malformed issuerUniqueID")?;
        some(body.optional(tag::context_primitive(2)), "x509: malformed subjectUniqueID")?;
    }
    if version == 3
        && let Some(list) = some(body.optional(tag::context(3)), "x509: malformed extensions")?
    {
        extensions = extensions::parse(list)?;
    }
    some(bit_string(&mut whole), "x509: malformed signature")?;
    if !input.is_empty() {
        return refuse("x509: trailing data");
    }
    let self_issued = issuer_bytes == subject_bytes;
    Ok(Certificate { version, serial, issuer, subject, self_issued, not_before, not_after, public_key, extensions })
}

/// Version ::= [0] EXPLICIT INTEGER DEFAULT 0, counted from 1 here.
fn version(body: &mut Reader<'_>) -> Parsed<u8> {
    const WORDS: &str = "x509: malformed version";
    let Some(explicit) = some(body.optional(tag::context(0)), WORDS)? else { return Ok(1) };
    let contents = some(Reader::one(explicit, tag::INTEGER), WORDS)?;
    match some(int64(contents), WORDS)? {
        number @ 0..=2 => Ok(number as u8 + 1),
        ..0 => refuse(WORDS),
        _ => refuse("x509: invalid version"),
    }
}

/// `parseAI`: the algorithm and all bytes of its parameters, none where they are absent.
fn algorithm(contents: &[u8]) -> Parsed<(&[u8], &[u8])> {
    let mut fields = Reader::new(contents);
    let id = some(oid(&mut fields), "x509: malformed OID")?;
    if fields.is_empty() {
        return Ok((id, &[]));
    }
    Ok((id, some(fields.element(), "x509: malformed parameters")?.whole))
}

/// `parseName` and `pkix.Name.FillFromRDNSequence`: the last CN wins, each O is a group.
fn name(contents: &[u8]) -> Parsed<Identity> {
    let mut identity = Identity::default();
    let mut sequence = Reader::new(contents);
    while !sequence.is_empty() {
        let mut set = Reader::new(some(sequence.take(tag::SET), "x509: invalid RDNSequence")?);
        while !set.is_empty() {
            let mut attribute = Reader::new(some(set.take(tag::SEQUENCE), "x509: invalid RDNSequence: invalid attribute")?);
            let id = some(oid(&mut attribute), "x509: invalid RDNSequence: invalid attribute type")?;
            let value = some(attribute.element(), "x509: invalid RDNSequence: invalid attribute value")?;
            let text = name::text(value.tag, value.contents).and_then(Result::ok);
            identity.add(id, some(text, "x509: invalid RDNSequence: invalid attribute value")?);
        }
    }
    Ok(identity)
}

fn time(validity: &mut Reader<'_>) -> Parsed<UnixTime> {
    match validity.peek() {
        Some(tag::UTC_TIME) => some(validity.take(tag::UTC_TIME).and_then(utc_time), "x509: malformed UTCTime"),
        Some(tag::GENERALIZED_TIME) => {
            some(validity.take(tag::GENERALIZED_TIME).and_then(generalized_time), "x509: malformed GeneralizedTime")
        }
        _ => refuse("x509: unsupported time format"),
    }
}

/// The SubjectPublicKeyInfo; keys of algorithms that Go does not know are not looked at.
fn check_public_key(whole: &[u8]) -> Parsed<()> {
    let mut fields = Reader::new(some(Reader::one(whole, tag::SEQUENCE), "x509: malformed spki")?);
    let (id, parameters) = algorithm(some(fields.take(tag::SEQUENCE), "x509: malformed public key algorithm identifier")?)?;
    let bits = some(bit_string(&mut fields), "x509: malformed subjectPublicKey")?;
    let bits = asn1::bits(bits).map_err(|_| Cow::Borrowed("x509: malformed subjectPublicKey"))?;
    if id == DSA {
        return dsa(&bits, parameters);
    }
    let info = Info { algorithm: id, parameters, bits };
    Key::read(&info).and_then(|key| key.check()).map_err(|words| words.to_string().into())
}

/// A DSA key (RFC 3279, 2.3.2): four positive numbers.
fn dsa(bits: &[u8], parameters: &[u8]) -> Parsed<()> {
    const WORDS: &str = "x509: invalid DSA parameters";
    let positive = |number: &[u8]| number[0] & 0x80 == 0 && number != [0];
    let y = some(integer(&mut Reader::new(bits)), "x509: invalid DSA public key")?;
    let mut numbers = Reader::new(some(Reader::new(parameters).take(tag::SEQUENCE), WORDS)?);
    let mut number = || some(integer(&mut numbers), WORDS);
    if [y, number()?, number()?, number()?].into_iter().all(positive) { Ok(()) } else { refuse("x509: zero or negative DSA parameter") }
}
