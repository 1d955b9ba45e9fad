//! PKCS#10 certificate requests (RFC 2986): built, read back, and read from others.

mod read;
mod report;

use crate::crypto::PrivateKey;
use crate::encoding::der::{tag, write};
use crate::encoding::pem;
use crate::error::{Code, Error, Result};
use crate::go::csr::{DNS_NAME, EXTENSION_REQUEST, IP_NAME, SUBJECT_ALT_NAME};
use crate::random::Random;
use crate::x509::subject::{Identity, Subject};
pub use report::RequestReport;
use std::net::IpAddr;

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
    let text = pem::encode(pem::CERTIFICATE_REQUEST, &der);
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
