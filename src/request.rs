//! PKCS#10 certificate requests (RFC 2986): built, read back, and read from others.

use crate::asn1::{self, Reader, dotted, tag, write};
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::identity::{Identity, Subject};
use crate::key::{PrivateKey, public_key_name, verify};
use crate::pem;
use crate::random::Random;
use crate::value::Value;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// The PEM label that kube-apiserver insists on.
pub const LABEL: &str = "CERTIFICATE REQUEST";

/// No sensible request is larger; the API server's own limit is its body size.
const MAX_DER: usize = 64 << 10;

/// PKCS#9 extensionRequest, 1.2.840.113549.1.9.14 (RFC 2985, 5.4.2).
const EXTENSION_REQUEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E];
/// subjectAltName, 2.5.29.17.
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 0x11];

/// GeneralName (RFC 5280, 4.2.1.6) by its tag.
const MAIL_NAME: u8 = tag::context_primitive(1);
const DNS_NAME: u8 = tag::context_primitive(2);
const URI_NAME: u8 = tag::context_primitive(6);
const IP_NAME: u8 = tag::context_primitive(7);

/// Builds a request for a subject, signed by the key, and reads it back before it leaves.
///
/// Version 0, one UTF8String per RDN, attributes present as `A0 00` when there are none, SHA-256 (P-384: SHA-384).
///
/// # Errors
/// [`Code::InvalidSubject`] where it cannot be encoded; [`Code::NoRandom`]; [`Code::InvalidRequest`] where what was
/// built does not read back as what was asked.
pub fn build(key: &PrivateKey, subject: &Subject, random: &mut dyn Random) -> Result<String> {
    let der = encode(key, subject, random)?;
    let report = read_der(&der)?;
    let same = report.identity == sorted(&subject.identity) && report.accepted && report.fingerprint == key.fingerprint();
    if !same {
        return Err(Error::new(Code::InvalidRequest, "the request does not read back as it was asked for; it was not handed out"));
    }
    let text = pem::encode(LABEL, &der);
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

fn sorted(identity: &Identity) -> Identity {
    let mut identity = identity.clone();
    identity.groups.sort();
    identity
}

fn encode(key: &PrivateKey, subject: &Subject, random: &mut dyn Random) -> Result<Vec<u8>> {
    let version = write(tag::INTEGER, &[&[0]]);
    let name = subject.identity.to_name();
    let info = write(tag::SEQUENCE, &[&version, &name, key.public_key_der(), &attributes(subject)]);
    let signature = write(tag::BIT_STRING, &[&[0], &key.sign(&info, random)?]);
    Ok(write(tag::SEQUENCE, &[&info, key.signature_algorithm(), &signature]))
}

/// The extension request with the SAN, or the empty set `A0 00`: Go refuses a request that leaves it out.
fn attributes(subject: &Subject) -> Vec<u8> {
    let mut names: Vec<u8> = subject.dns_names.iter().flat_map(|name| write(DNS_NAME, &[name.as_bytes()])).collect();
    for address in &subject.ip_addresses {
        names.extend(match address {
            IpAddr::V4(four) => write(IP_NAME, &[&four.octets()]),
            IpAddr::V6(six) => write(IP_NAME, &[&six.octets()]),
        });
    }
    if names.is_empty() {
        return write(tag::context(0), &[]);
    }
    let value = write(tag::OCTET_STRING, &[&write(tag::SEQUENCE, &[&names])]);
    let extension = write(tag::SEQUENCE, &[&write(tag::OID, &[SUBJECT_ALT_NAME]), &value]);
    let values = write(tag::SET, &[&write(tag::SEQUENCE, &[&extension])]);
    write(tag::context(0), &[&write(tag::SEQUENCE, &[&write(tag::OID, &[EXTENSION_REQUEST]), &values])])
}

/// What a request says, and what kube-apiserver would make of it.
#[derive(Clone, Debug, Default)]
pub struct RequestReport {
    /// Whether POSTing it would be accepted.
    pub accepted: bool,
    /// Effective user, groups, uid.
    pub identity: Identity,
    /// SAN: DNS names.
    pub dns_names: Vec<String>,
    /// SAN: IP addresses.
    pub ip_addresses: Vec<String>,
    /// SAN: mail addresses.
    pub email_addresses: Vec<String>,
    /// SAN: URIs.
    pub uris: Vec<String>,
    /// Such as `ecdsa-p256` or `rsa-2048`.
    pub key_algorithm: String,
    /// Such as `ecdsa-with-sha256`.
    pub signature_algorithm: String,
    /// Lower-case hex SHA-256 of the SubjectPublicKeyInfo.
    pub fingerprint: String,
    /// Remarks; errors say why it would be refused.
    pub findings: Vec<Finding>,
    /// The first block, re-encoded: the only text that is safe to submit.
    pub pem: Option<String>,
}

impl RequestReport {
    fn refused(message: &str) -> Self {
        RequestReport { findings: vec![Finding::error("request-refused", message)], ..RequestReport::default() }
    }

    /// The report as JavaScript sees it (`RequestReport` in index.d.ts).
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("accepted", Some(self.accepted.into())),
            ("user", Some(self.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&self.identity.groups))),
            ("uid", self.identity.uid.as_deref().map(Value::from)),
            ("dnsNames", Some(Value::strings(&self.dns_names))),
            ("ipAddresses", Some(Value::strings(&self.ip_addresses))),
            ("emailAddresses", Some(Value::strings(&self.email_addresses))),
            ("uris", Some(Value::strings(&self.uris))),
            ("keyAlgorithm", Some(self.key_algorithm.as_str().into())),
            ("signatureAlgorithm", Some(self.signature_algorithm.as_str().into())),
            ("fingerprint", Some(self.fingerprint.as_str().into())),
            ("findings", Some(Value::findings(&self.findings))),
            ("pem", self.pem.as_deref().map(Value::from)),
        ])
    }
}

/// Reads a pasted request: its first PEM block, as kube-apiserver does. Never fails: what is wrong is in the report.
#[must_use]
pub fn read(text: &[u8]) -> RequestReport {
    let document = match pem::document(text) {
        Ok(document) => document,
        Err(error) => return RequestReport::refused(error.message()),
    };
    let Some(first) = document.blocks.first() else {
        return RequestReport::refused("no PEM block here: a certificate request begins with -----BEGIN CERTIFICATE REQUEST-----");
    };
    let mut report = if first.label == LABEL {
        read_der(first.contents.expose()).unwrap_or_else(|error| RequestReport::refused(error.message()))
    } else {
        RequestReport::refused("PEM block type must be CERTIFICATE REQUEST")
    };
    if document.blocks.iter().any(|block| block.label.contains("PRIVATE KEY")) {
        report.findings.push(Finding::error(
            "private-key-in-paste",
            "a private key is in this text: nobody but its owner should have it. Make a new key, and send the request alone",
        ));
    } else if document.blocks.len() > 1 {
        report.findings.push(Finding::warning("several-blocks", "only the first block counts; the rest is left out"));
    }
    if document.byte_order_mark {
        report.findings.push(Finding::notice("byte-order-mark", "the text begins with a byte-order mark, which was left out"));
    }
    report
}

/// The parts of a PKCS#10 request (RFC 2986, 4).
struct Parts<'a> {
    info: &'a [u8],
    subject: &'a [u8],
    public_key: &'a [u8],
    attributes: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

fn split(der: &[u8]) -> Option<Parts<'_>> {
    let mut request = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    let info = request.element().filter(|element| element.tag == tag::SEQUENCE)?;
    let algorithm = request.take_whole(tag::SEQUENCE)?;
    let signature = asn1::whole_bits(request.take(tag::BIT_STRING)?)?;
    request.end()?;
    let mut body = Reader::new(info.contents);
    // Go looks at no version number, only that it is one.
    asn1::is_integer(body.take(tag::INTEGER)?).then_some(())?;
    let subject = body.take(tag::SEQUENCE)?;
    let public_key = body.take_whole(tag::SEQUENCE)?;
    let attributes = body.take(tag::context(0))?;
    body.end()?;
    Some(Parts { info: info.whole, subject, public_key, attributes, algorithm, signature })
}

/// Reads strict DER and checks the request's own signature.
fn read_der(der: &[u8]) -> Result<RequestReport> {
    let malformed = || Error::new(Code::InvalidRequest, "not a PKCS#10 certificate request in strict DER");
    if der.len() > MAX_DER {
        return Err(Error::new(Code::InputTooLarge, "the request is larger than 64 KiB"));
    }
    let parts = split(der).ok_or_else(malformed)?;
    let mut report = RequestReport {
        accepted: true,
        identity: Identity::from_name(parts.subject).ok_or_else(malformed)?,
        key_algorithm: public_key_name(parts.public_key).unwrap_or("unknown").to_owned(),
        signature_algorithm: signature_name(parts.algorithm),
        fingerprint: hex(&Sha256::digest(parts.public_key)),
        pem: Some(String::from_utf8_lossy(pem::encode(LABEL, der).expose()).into_owned()),
        ..RequestReport::default()
    };
    report.findings = report.identity.findings();
    if report.identity.user.is_empty() {
        report.findings.push(Finding::error("user-empty", "no user name: the server would ignore the certificate").at("user"));
    }
    check_signature(&parts, &mut report);
    if read_attributes(parts.attributes, &mut report).is_none() {
        report.accepted = false;
        report.findings.push(Finding::error(
            "extensions-malformed",
            "the extensions that are asked for cannot be read; the server refuses the request",
        ));
    }
    Ok(report)
}

fn check_signature(parts: &Parts<'_>, report: &mut RequestReport) {
    let wrong = match verify(parts.public_key, parts.algorithm, parts.info, parts.signature) {
        Ok(true) => return,
        Ok(false) => Finding::error("signature-wrong", "the request's own signature does not verify; the server refuses it"),
        Err(_) => Finding::error("signature-unknown", "the key or signature algorithm is not one that is read here"),
    };
    report.accepted = false;
    report.findings.push(wrong);
}

/// Goes through the attributes; only the first value of an extension request counts, as for Go.
fn read_attributes(attributes: &[u8], report: &mut RequestReport) -> Option<()> {
    let mut attributes = Reader::new(attributes);
    let mut seen: Vec<&[u8]> = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = Reader::new(attributes.take(tag::SEQUENCE)?);
        if attribute.take(tag::OID)? != EXTENSION_REQUEST {
            continue;
        }
        let mut values = Reader::new(attribute.take(tag::SET)?);
        if values.is_empty() {
            continue;
        }
        let mut extensions = Reader::new(values.take(tag::SEQUENCE)?);
        while !extensions.is_empty() {
            let (oid, value) = read_extension(extensions.take(tag::SEQUENCE)?)?;
            if seen.contains(&oid) {
                return None; // Go: "certificate request contains duplicate requested extensions"
            }
            seen.push(oid);
            if oid == SUBJECT_ALT_NAME {
                read_names(value, report)?;
            } else {
                report.findings.push(Finding::notice(
                    "extension-dropped",
                    "an extension other than the SAN is asked for; the built-in signer drops it",
                ));
            }
        }
    }
    Some(())
}

/// Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue } (RFC 5280, 4.1): the id and the value.
pub(crate) fn read_extension(contents: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut extension = Reader::new(contents);
    let oid = extension.take(tag::OID)?;
    if let Some(critical) = extension.optional(tag::BOOLEAN)? {
        asn1::boolean(critical)?;
    }
    let value = extension.take(tag::OCTET_STRING)?;
    extension.end()?;
    Some((oid, value))
}

fn read_names(value: &[u8], report: &mut RequestReport) -> Option<()> {
    let mut names = Reader::new(Reader::one(value, tag::SEQUENCE)?);
    while !names.is_empty() {
        let name = names.element()?;
        let text = || name.contents.is_ascii().then(|| String::from_utf8_lossy(name.contents).into_owned());
        match name.tag {
            DNS_NAME => report.dns_names.push(text()?),
            MAIL_NAME => report.email_addresses.push(text()?),
            URI_NAME => report.uris.push(text()?),
            IP_NAME => report.ip_addresses.push(ip_text(name.contents)?),
            _ => {}
        }
    }
    Some(())
}

fn ip_text(octets: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(octets).ok().map(|four| IpAddr::from(four).to_string());
    four.or_else(|| <[u8; 16]>::try_from(octets).ok().map(|six| IpAddr::from(six).to_string()))
}

/// Names of the signature algorithms that a request may carry (RFC 5758, RFC 8410, RFC 4055); others in dotted form.
fn signature_name(algorithm: &[u8]) -> String {
    let oid = Reader::one(algorithm, tag::SEQUENCE).and_then(|contents| Reader::new(contents).take(tag::OID));
    let text = dotted(oid.unwrap_or_default());
    let name = match text.as_str() {
        "1.2.840.10045.4.3.2" => "ecdsa-with-sha256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-sha384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-sha512",
        "1.3.101.112" => "ed25519",
        "1.2.840.113549.1.1.11" => "rsa-with-sha256",
        "1.2.840.113549.1.1.12" => "rsa-with-sha384",
        "1.2.840.113549.1.1.13" => "rsa-with-sha512",
        "1.2.840.113549.1.1.5" => "rsa-with-sha1",
        _ => return text,
    };
    name.to_owned()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
