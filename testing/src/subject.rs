//! The subject of a certificate: the attributes that Go's `pkix.Name` knows, in its order.
//!
//! Source: `Name.ToRDNSequence` and `Name.appendRDNs` in crypto/x509/pkix (Go 1.26); measured on kube-controller-manager 1.36.3 (2026-11).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::asn1::{Any, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Result, Tag, Tagged};
use kubecred::x509::subject::Identity;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

/// Before the common name; of these, Go keeps all values.
const BEFORE: [ObjectIdentifier; 7] = [
    rfc4519::COUNTRY_NAME,
    rfc4519::ORGANIZATION_NAME,
    rfc4519::ORGANIZATIONAL_UNIT_NAME,
    rfc4519::LOCALITY_NAME,
    rfc4519::ST,
    rfc4519::STREET,
    rfc4519::POSTAL_CODE,
];

/// The subject of a request whose user and groups the core has read.
pub(crate) fn certified(requested: &Name, identity: &Identity) -> Result<Name> {
    let mut sequence = RdnSequence::default();
    for oid in BEFORE {
        let values = if oid == rfc4519::ORGANIZATION_NAME { identity.groups.clone() } else { values(requested, oid) };
        push(&mut sequence, oid, values)?;
    }
    push(&mut sequence, rfc4519::COMMON_NAME, Some(identity.user.clone()).filter(|user| !user.is_empty()).into_iter().collect())?;
    push(&mut sequence, rfc4519::SERIAL_NUMBER, values(requested, rfc4519::SERIAL_NUMBER).pop().into_iter().collect())?;
    Ok(Name::hazmat_from_rdn_sequence(sequence))
}

/// A name of one common name.
pub(crate) fn common_name(text: &str) -> Result<Name> {
    let mut sequence = RdnSequence::default();
    push(&mut sequence, rfc4519::COMMON_NAME, vec![text.to_owned()])?;
    Ok(Name::hazmat_from_rdn_sequence(sequence))
}

fn values(name: &Name, oid: ObjectIdentifier) -> Vec<String> {
    let texts = [Tag::PrintableString, Tag::Utf8String, Tag::Ia5String];
    let of_oid = name.iter().filter(|attribute| attribute.oid == oid && texts.contains(&attribute.value.tag()));
    of_oid.filter_map(|attribute| String::from_utf8(attribute.value.value().to_vec()).ok()).collect()
}

/// All values in one RDN, a set, sorted by their DER. Go keeps a value that appears twice; a set as DER defines it has it once.
fn push(sequence: &mut RdnSequence, oid: ObjectIdentifier, values: Vec<String>) -> Result<()> {
    let mut values = values;
    values.sort();
    values.dedup();
    if values.is_empty() {
        return Ok(());
    }
    let attributes = values.iter().map(|text| Ok(AttributeTypeAndValue { oid, value: text_value(text)? })).collect::<Result<Vec<_>>>()?;
    sequence.push(RelativeDistinguishedName::from(SetOfVec::try_from(attributes)?));
    Ok(())
}

/// PrintableString where its alphabet is enough, otherwise UTF8String.
fn text_value(text: &str) -> Result<Any> {
    match PrintableStringRef::new(text) {
        Ok(printable) => Any::encode_from(&printable),
        Err(_) => Any::encode_from(&Utf8StringRef::new(text)?),
    }
}
