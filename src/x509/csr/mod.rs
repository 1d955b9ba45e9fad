//! PKCS#10 certificate requests (RFC 2986): built, read back, and read from others.

mod read;

use crate::crypto::PrivateKey;
use crate::encoding::der::{tag, write};
use crate::encoding::pem;
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::go::csr::{DNS_NAME, IP_NAME};
use crate::input;
use crate::kubernetes::csr::{signer, signing_request};
use crate::random::Random;
use crate::value::Value;
use crate::x509::subject::{Identity, Subject};
use std::net::IpAddr;

/// The PEM label that kube-apiserver insists on.
pub const LABEL: &str = "CERTIFICATE REQUEST";

/// PKCS#9 extensionRequest, 1.2.840.113549.1.9.14 (RFC 2985, 5.4.2).
pub(crate) const EXTENSION_REQUEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E];
/// subjectAltName, 2.5.29.17.
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 0x11];

/// Builds a request for a subject, signed by the key, and reads it back before it leaves.
///
/// Version 0, one UTF8String per RDN, attributes present as `A0 00` when there are none, SHA-256 (P-384: SHA-384).
///
/// # Errors
/// [`Code::InvalidSubject`] where it cannot be encoded; [`Code::NoRandom`]; [`Code::InvalidRequest`] where what was
/// built does not read back as what was asked.
pub fn build(key: &PrivateKey, subject: &Subject, random: &mut dyn Random) -> Result<String> {
    let der = encode(key, subject, random)?;
    let report = read::der(&der, true);
    let same = report.identity == sorted(&subject.identity) && report.accepted && report.fingerprint == key.fingerprint();
    if !same {
        return Err(Error::new(Code::InvalidRequest, "the request does not read back as it was asked for; it was not handed out"));
    }
    let text = pem::encode(LABEL, &der);
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

fn sorted(identity: &Identity) -> Identity {
    let groups = identity.sorted_groups().into_iter().map(str::to_owned).collect();
    Identity { groups, ..identity.clone() }
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
    /// Whether POSTing the text as it stands would be accepted.
    pub accepted: bool,
    /// Why not, in the server's own words.
    pub refusal: Option<String>,
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
    /// The refusal is that of the admission for the default signer; another signer's request passes.
    pub(crate) refused_by_admission: bool,
}

impl RequestReport {
    /// The report as JavaScript sees it (`RequestReport` in index.d.ts).
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("accepted", Some(self.accepted.into())),
            ("refusal", self.refusal.as_deref().map(Value::from)),
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

/// Reads a pasted request: its first PEM block, as kube-apiserver does, which is to sign it with the default signer.
/// Never fails: what is wrong is in the report.
#[must_use]
pub fn read(text: &[u8]) -> RequestReport {
    let mut report = read::pasted(text, true);
    if report.accepted && report.identity.groups.iter().any(|group| group == "system:masters") {
        // Admission, CertificateSubjectRestriction: for the default signer, and exactly this group.
        report.accepted = false;
        report.refusal = Some(MASTERS.to_owned());
        report.refused_by_admission = true;
    }
    report
}

/// The server's sentence about `system:masters`; it says them for the signer kubernetes.io/kube-apiserver-client alone.
const MASTERS: &str = "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed";

/// Reads a request that an API server has stored, and which it has therefore checked: the signature is not verified
/// again, which is most of the work where a list is read.
#[must_use]
pub fn read_stored(text: &[u8]) -> RequestReport {
    read::pasted(text, false)
}

/// What may travel in a link: one request that the server takes, or one chain of certificates; re-encoded, nothing else
/// of the text. With a request, what it is to be submitted with ([`signing_request::requested`]; null: nothing is known of it).
/// `{ kind: "request" | "certificate", pem, requested? }`.
///
/// # Errors
/// [`Code::UnexpectedPrivateKey`], [`Code::InvalidRequest`], [`Code::InvalidCertificate`], those of [`signing_request::requested`].
pub fn linked(text: &[u8], requested: &Value) -> Result<Value> {
    let given = *requested != Value::Null;
    match crate::x509::certificate::Chain::pasted(text) {
        Ok(chain) if chain.with_key() => return Err(with_key()),
        Ok(_) if given => {
            let message = "Name, lifetime, signer and usages belong to a request, and this is a certificate.";
            return Err(Error::new(Code::InvalidOptions, message));
        }
        Ok(chain) => return Ok(Value::map([("kind", Some("certificate".into())), ("pem", Some(chain.to_pem().into()))])),
        Err(error) if input::pem(text).is_ok_and(|opened| is_certificate(&opened.text)) => return Err(error),
        Err(_) => {}
    }
    let report = read(text);
    if report.findings.iter().any(|finding| finding.code == "private-key-in-paste") {
        return Err(with_key());
    }
    let requested = given.then(|| signing_request::requested(requested)).transpose()?;
    let signer = requested.as_ref().and_then(|requested| requested.text(&["signerName"])).unwrap_or(signer::CLIENT);
    let accepted = |pem: &str| {
        let report = read(pem.as_bytes());
        report.accepted || signer != signer::CLIENT && report.refused_by_admission
    };
    match report.pem {
        Some(pem) if accepted(&pem) => {
            Ok(Value::map([("kind", Some("request".into())), ("pem", Some(pem.into())), ("requested", requested)]))
        }
        _ => Err(Error::new(Code::InvalidRequest, "a link takes a certificate request or a certificate, and nothing else")),
    }
}

fn with_key() -> Error {
    Error::new(Code::UnexpectedPrivateKey, "a private key is in this text, and must not travel: send the request or certificate alone")
}

fn is_certificate(text: &[u8]) -> bool {
    pem::first(text).is_some_and(|block| block.label == crate::x509::certificate::LABEL)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(half)]));
        }
    }
    text
}
