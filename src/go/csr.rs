//! A certificate request as kube-apiserver reads it: `x509.ParseCertificateRequest` and `CheckSignature` of Go 1.26,
//! step by step and in their order, so that verdict and reason are the server's.
//! Held against Go itself by tests/differential.rs.

use super::name::{self, Name};
use super::uri;
use crate::encoding::der::{Reader, tag};
use crate::go::asn1::{self as der, Element, Fields, Go, Refusal, refuse, refuse_as};
use crate::go::public_key;
use const_oid::db::{rfc2985, rfc5912};
use std::borrow::Cow;
use std::net::IpAddr;

/// PKCS#9 extensionRequest, 1.2.840.113549.1.9.14 (RFC 2985, 5.4.2).
pub(crate) const EXTENSION_REQUEST: &[u8] = rfc5912::ID_EXTENSION_REQ.as_bytes();
/// subjectAltName, 2.5.29.17.
pub(crate) const SUBJECT_ALT_NAME: &[u8] = rfc5912::ID_CE_SUBJECT_ALT_NAME.as_bytes();
/// basicConstraints, 2.5.29.19 (RFC 5280, 4.2.1.9).
const BASIC_CONSTRAINTS: &[u8] = rfc5912::ID_CE_BASIC_CONSTRAINTS.as_bytes();
/// PKCS#9 challengePassword, 1.2.840.113549.1.9.7 (RFC 2985, 5.4.1).
const CHALLENGE_PASSWORD: &[u8] = rfc2985::PKCS_9_AT_CHALLENGE_PASSWORD.as_bytes();

/// GeneralName (RFC 5280, 4.2.1.6) by its tag.
pub(crate) const MAIL_NAME: u8 = tag::context_primitive(1);
pub(crate) const DNS_NAME: u8 = tag::context_primitive(2);
pub(crate) const URI_NAME: u8 = tag::context_primitive(6);
pub(crate) const IP_NAME: u8 = tag::context_primitive(7);

/// The parts of a PKCS#10 request (RFC 2986, 4).
pub(crate) struct Parts<'a> {
    pub(crate) info: &'a [u8],
    pub(crate) version: i64,
    pub(crate) subject: Element<'a>,
    pub(crate) public_key: &'a [u8],
    pub(crate) key: public_key::Info<'a>,
    pub(crate) attributes: Vec<Element<'a>>,
    pub(crate) algorithm: (&'a [u8], &'a [u8]),
    pub(crate) signature: Cow<'a, [u8]>,
    /// Bytes are behind the known fields of a SEQUENCE, where nobody looks.
    pub(crate) unread: bool,
}

/// Go's first step: everything is cut into its parts, and the rest of each SEQUENCE is left alone.
pub(crate) fn split(bytes: &[u8]) -> Go<Parts<'_>> {
    let mut whole = Fields::new(bytes);
    let mut request = Fields::new(whole.take(tag::SEQUENCE)?.contents);
    let info = request.take(tag::SEQUENCE)?;
    let mut body = Fields::new(info.contents);
    let version = der::int64(body.take(tag::INTEGER)?.contents)?;
    let subject = body.any()?;
    let public_key = body.take(tag::SEQUENCE)?;
    let mut key = Fields::new(public_key.contents);
    let (key_algorithm, parameters) = der::algorithm(key.take(tag::SEQUENCE)?.contents)?;
    let key_bits = der::bits(key.take(tag::BIT_STRING)?.contents)?;
    let attributes = der::sequence_of(body.take(tag::context(0))?.contents, None)?;
    let algorithm = der::algorithm(request.take(tag::SEQUENCE)?.contents)?;
    let signature = der::bits(request.take(tag::BIT_STRING)?.contents)?;
    if !whole.is_empty() {
        return refuse("asn1: syntax error: trailing data");
    }
    Ok(Parts {
        info: info.whole,
        version,
        subject,
        public_key: public_key.whole,
        key: public_key::Info { algorithm: key_algorithm, parameters, bits: key_bits },
        attributes,
        algorithm,
        signature,
        unread: !(request.is_empty() && body.is_empty() && key.is_empty()),
    })
}

/// What the request asks for besides a name.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) dns_names: Vec<String>,
    pub(crate) ip_addresses: Vec<String>,
    pub(crate) email_addresses: Vec<String>,
    pub(crate) uris: Vec<String>,
    /// Names of other kinds, which Go ignores.
    pub(crate) other_names: bool,
    /// An IPv4 address in IPv6 dress: Go 1.27 refuses it, 1.26 does not.
    pub(crate) mapped_address: bool,
    /// Basic constraints that say CA.
    pub(crate) ca: bool,
    /// Extensions other than the SAN and basic constraints.
    pub(crate) other_extensions: bool,
    /// An extension request with a second value, which Go ignores.
    pub(crate) hidden: bool,
    /// An extension request that cannot be read, which Go ignores as well.
    pub(crate) unreadable: bool,
    pub(crate) challenge_password: bool,
}

/// Subject, extensions and names; the key was read before (see [`public_key::Key::read`]).
pub(crate) fn contents(parts: &Parts<'_>) -> Go<(Name, Asked)> {
    let name = name::read(parts.subject.whole)?;
    let mut asked = Asked::default();
    let mut extensions: Vec<(&[u8], &[u8])> = Vec::new();
    for attribute in &parts.attributes {
        // Attributes that do not parse are ignored.
        let Ok((id, values)) = attribute_parts(*attribute) else {
            asked.unreadable |= contains(attribute.whole, EXTENSION_REQUEST);
            continue;
        };
        asked.challenge_password |= id == CHALLENGE_PASSWORD;
        let (EXTENSION_REQUEST, Some(first)) = (id, values.first()) else { continue };
        asked.hidden |= values.len() > 1;
        let first = if first.tag == tag::SEQUENCE { first.contents } else { return refuse("asn1: structure error: tags don't match") };
        let mut found = Vec::new();
        for extension in der::sequence_of(first, Some(tag::SEQUENCE))? {
            found.push(extension_parts(extension.contents)?);
        }
        for (id, value) in found {
            if extensions.iter().any(|(known, _)| *known == id) {
                return refuse_as(Refusal::Extensions, "x509: certificate request contains duplicate requested extensions");
            }
            extensions.push((id, value));
        }
    }
    for (id, value) in extensions {
        match id {
            SUBJECT_ALT_NAME => names(value, &mut asked)?,
            BASIC_CONSTRAINTS => asked.ca |= contains(value, &[tag::BOOLEAN, 1, 0xFF]),
            _ => asked.other_extensions = true,
        }
    }
    Ok((name, asked))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn attribute_parts(attribute: Element<'_>) -> Go<(&[u8], Vec<Element<'_>>)> {
    let mut fields = Fields::new(Fields::new(attribute.whole).take(tag::SEQUENCE)?.contents);
    let id = der::oid(fields.take(tag::OID)?.contents)?;
    Ok((id, der::sequence_of(fields.take(tag::SET)?.contents, None)?))
}

fn extension_parts(contents: &[u8]) -> Go<(&[u8], &[u8])> {
    let mut fields = Fields::new(contents);
    let id = der::oid(fields.take(tag::OID)?.contents)?;
    if let Some(critical) = fields.optional(tag::BOOLEAN)? {
        der::boolean(critical.contents)?;
    }
    Ok((id, fields.take(tag::OCTET_STRING)?.contents))
}

/// The SAN, by Go's cryptobyte: strict DER, but what follows the SEQUENCE is ignored.
fn names(value: &[u8], asked: &mut Asked) -> Go<()> {
    let Some(sequence) = Reader::new(value).take(tag::SEQUENCE) else {
        return refuse_as(Refusal::Extensions, "x509: invalid subject alternative names");
    };
    let mut names = Reader::new(sequence);
    while !names.is_empty() {
        let Some(name) = names.element() else { return refuse_as(Refusal::Extensions, "x509: invalid subject alternative name") };
        let text = |words: &'static str| match name.contents.is_ascii() {
            true => Ok(String::from_utf8_lossy(name.contents).into_owned()),
            false => refuse_as(Refusal::Extensions, words),
        };
        match name.tag {
            MAIL_NAME => asked.email_addresses.push(text("x509: SAN rfc822Name is malformed")?),
            DNS_NAME => asked.dns_names.push(text("x509: SAN dNSName is malformed")?),
            URI_NAME => {
                let text = text("x509: SAN uniformResourceIdentifier is malformed")?;
                uri::check(&text)?;
                asked.uris.push(text);
            }
            IP_NAME => asked.add_address(name.contents)?,
            _ => asked.other_names = true,
        }
    }
    Ok(())
}

impl Asked {
    fn add_address(&mut self, octets: &[u8]) -> Go<()> {
        let address = match (<[u8; 4]>::try_from(octets), <[u8; 16]>::try_from(octets)) {
            (Ok(four), _) => IpAddr::from(four),
            (_, Ok(six)) => {
                self.mapped_address |= IpAddr::from(six).to_canonical().is_ipv4();
                IpAddr::from(six).to_canonical()
            }
            _ => return refuse_as(Refusal::Extensions, format!("x509: cannot parse IP address of length {}", octets.len())),
        };
        self.ip_addresses.push(address.to_string());
        Ok(())
    }
}
