//! A certificate request, encoded: PKCS#10 (RFC 2986) in the types of x509-cert.

use crate::crypto::PrivateKey;
use crate::error::Result;
use crate::random::Random;
use crate::x509::subject::{Subject, unencodable};
use const_oid::AssociatedOid;
use der::asn1::{Any, BitString, Ia5String, OctetString, SetOfVec};
use der::{Decode, Encode};
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

/// Version 0, one UTF8String per RDN, attributes present as `A0 00` when there are none, SHA-256 (P-384: SHA-384).
pub(super) fn encode(key: &PrivateKey, subject: &Subject, random: &mut dyn Random) -> Result<Vec<u8>> {
    let info = info(key, subject).map_err(unencodable)?;
    let signature = key.sign(&info.to_der().map_err(unencodable)?, random)?;
    signed(key, info, &signature).map_err(unencodable)
}

fn info(key: &PrivateKey, subject: &Subject) -> der::Result<CertReqInfo> {
    Ok(CertReqInfo {
        version: Version::V1,
        subject: subject.identity.to_name()?,
        public_key: Decode::from_der(key.public_key_der())?,
        attributes: attributes(subject)?,
    })
}

fn signed(key: &PrivateKey, info: CertReqInfo, signature: &[u8]) -> der::Result<Vec<u8>> {
    CertReq { info, algorithm: Decode::from_der(key.signature_algorithm())?, signature: BitString::from_bytes(signature)? }.to_der()
}

/// The extension request with the SAN, or the empty set: an extension request without extensions is not what Go expects.
fn attributes(subject: &Subject) -> der::Result<Attributes> {
    let mut names = Vec::new();
    for name in &subject.dns_names {
        names.push(GeneralName::DnsName(Ia5String::new(name)?));
    }
    names.extend(subject.ip_addresses.iter().map(|address| GeneralName::from(*address)));
    let mut attributes = Attributes::new();
    if !names.is_empty() {
        let extension =
            Extension { extn_id: SubjectAltName::OID, critical: false, extn_value: OctetString::new(SubjectAltName(names).to_der()?)? };
        let mut values = SetOfVec::new();
        values.insert_ordered(Any::encode_from(&ExtensionReq(vec![extension]))?)?;
        attributes.insert_ordered(Attribute { oid: ExtensionReq::OID, values })?;
    }
    Ok(attributes)
}
