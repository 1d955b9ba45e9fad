//! PKCS#10 certificate requests (RFC 2986): built, read back, and read from others.

use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::identity::{Identity, Subject};
use crate::key::{PrivateKey, public_key_name, verify};
use crate::pem;
use crate::random::Random;
use crate::value::Value;
use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::{Any, BitString, Ia5String, OctetString, SetOfVec};
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use x509_cert::attr::Attribute;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

/// The PEM label that kube-apiserver insists on.
pub const LABEL: &str = "CERTIFICATE REQUEST";

/// No sensible request is larger; the API server's own limit is its body size.
const MAX_DER: usize = 64 << 10;

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
    let unencodable = |_| Error::new(Code::InvalidSubject, "the subject cannot be encoded");
    let info = CertReqInfo {
        version: Version::V1,
        subject: subject.identity.to_name()?,
        public_key: Decode::from_der(key.public_key_der()).map_err(unencodable)?,
        attributes: attributes(subject).map_err(unencodable)?,
    };
    let signature = key.sign(&info.to_der().map_err(unencodable)?, random)?;
    let signature = BitString::from_bytes(&signature).map_err(unencodable)?;
    CertReq { info, algorithm: key.signature_algorithm(), signature }.to_der().map_err(unencodable)
}

/// The extension request (RFC 2985 5.4.2) with the SAN, or an empty set.
fn attributes(subject: &Subject) -> der::Result<SetOfVec<Attribute>> {
    let mut attributes = SetOfVec::new();
    let mut names = Vec::new();
    for name in &subject.dns_names {
        names.push(GeneralName::DnsName(Ia5String::new(name)?));
    }
    for address in &subject.ip_addresses {
        let octets = match address {
            IpAddr::V4(four) => four.octets().to_vec(),
            IpAddr::V6(six) => six.octets().to_vec(),
        };
        names.push(GeneralName::IpAddress(OctetString::new(octets)?));
    }
    if !names.is_empty() {
        let extension =
            Extension { extn_id: SubjectAltName::OID, critical: false, extn_value: OctetString::new(SubjectAltName(names).to_der()?)? };
        let mut values = SetOfVec::new();
        values.insert(Any::encode_from(&vec![extension])?)?;
        attributes.insert(Attribute { oid: ExtensionReq::OID, values })?;
    }
    Ok(attributes)
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

/// Reads strict DER and checks the request's own signature.
fn read_der(der: &[u8]) -> Result<RequestReport> {
    let refuse = |message: &'static str| Error::new(Code::InvalidRequest, message);
    if der.len() > MAX_DER {
        return Err(Error::new(Code::InputTooLarge, "the request is larger than 64 KiB"));
    }
    let request = CertReq::from_der(der).map_err(|_| refuse("not a PKCS#10 certificate request in strict DER"))?;
    let public_key = request.info.public_key.to_der().map_err(|_| refuse("the public key cannot be read"))?;
    let mut report = RequestReport {
        accepted: true,
        identity: Identity::from_name(&request.info.subject),
        key_algorithm: public_key_name(&public_key).map_or_else(|| "unknown".to_owned(), str::to_owned),
        signature_algorithm: signature_name(&request.algorithm.oid),
        fingerprint: hex(&Sha256::digest(&public_key)),
        pem: Some(String::from_utf8_lossy(pem::encode(LABEL, der).expose()).into_owned()),
        ..RequestReport::default()
    };
    report.findings = report.identity.findings();
    if report.identity.user.is_empty() {
        report.findings.push(Finding::error("user-empty", "no user name: the server would ignore the certificate").at("user"));
    }
    check_signature(&request, &public_key, &mut report);
    read_attributes(&request, &mut report);
    Ok(report)
}

fn check_signature(request: &CertReq, public_key: &[u8], report: &mut RequestReport) {
    let verdict = request
        .info
        .to_der()
        .ok()
        .zip(request.signature.as_bytes())
        .map(|(message, signature)| verify(public_key, &request.algorithm, &message, signature));
    let wrong = match verdict {
        Some(Ok(true)) => return,
        Some(Ok(false)) | None => Finding::error("signature-wrong", "the request's own signature does not verify; the server refuses it"),
        Some(Err(_)) => Finding::error("signature-unknown", "the key or signature algorithm is not one that is read here"),
    };
    report.accepted = false;
    report.findings.push(wrong);
}

fn read_attributes(request: &CertReq, report: &mut RequestReport) {
    for attribute in request.info.attributes.iter().filter(|attribute| attribute.oid == ExtensionReq::OID) {
        let Some(value) = attribute.values.iter().next() else { continue };
        let Ok(extensions) = value.decode_as::<Vec<Extension>>() else { continue };
        for extension in extensions {
            if extension.extn_id == SubjectAltName::OID {
                read_names(extension.extn_value.as_bytes(), report);
            } else {
                report.findings.push(Finding::notice("extension-dropped", "an extension other than the SAN is asked for; the built-in signer drops it"));
            }
        }
    }
}

fn read_names(der: &[u8], report: &mut RequestReport) {
    let Ok(SubjectAltName(names)) = SubjectAltName::from_der(der) else {
        report.accepted = false;
        report.findings.push(Finding::error("san-malformed", "the subjectAltName extension cannot be read"));
        return;
    };
    for name in names {
        match name {
            GeneralName::DnsName(name) => report.dns_names.push(name.to_string()),
            GeneralName::Rfc822Name(name) => report.email_addresses.push(name.to_string()),
            GeneralName::UniformResourceIdentifier(name) => report.uris.push(name.to_string()),
            GeneralName::IpAddress(octets) => report.ip_addresses.push(ip_text(octets.as_bytes())),
            _ => {}
        }
    }
}

fn ip_text(octets: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return IpAddr::from(four).to_string();
    }
    <[u8; 16]>::try_from(octets).map_or_else(|_| "malformed".to_owned(), |six| IpAddr::from(six).to_string())
}

/// Names of the signature algorithms that a request may carry (RFC 5758, RFC 8410, RFC 4055).
fn signature_name(oid: &ObjectIdentifier) -> String {
    let text = oid.to_string();
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
