//! The types of PKCS#12 (RFC 7292) and of the part of CMS (RFC 5652) that it is made of, as they are written here.

use crate::encoding::pbes2::EncryptedPrivateKeyInfo;
use crate::error::{Code, Error};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc2985::{PKCS_9_AT_FRIENDLY_NAME, PKCS_9_AT_LOCAL_KEY_ID};
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use der::asn1::{Any, OctetString, OctetStringRef, SetOfVec};
use der::referenced::OwnedToRef;
use der::{EncodeValue, Result, Sequence, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::{Attribute, Attributes};

/// bag-types 2 and 3 (RFC 7292, appendix D).
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
/// x509Certificate (RFC 2985, appendix A).
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

/// RFC 7292, 4.
#[derive(Sequence)]
pub(super) struct Pfx {
    pub(super) version: u8,
    pub(super) auth_safe: ContentInfo,
    pub(super) mac_data: MacData,
}

/// RFC 7292, 4.
#[derive(Sequence)]
pub(super) struct MacData {
    pub(super) mac: DigestInfo,
    pub(super) salt: OctetString,
    pub(super) iterations: u32,
}

/// RFC 2315, 9.4.
#[derive(Sequence)]
pub(super) struct DigestInfo {
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) digest: OctetString,
}

/// RFC 5652, 3.
#[derive(Sequence)]
pub(super) struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

/// RFC 5652, 8.
#[derive(Sequence)]
struct EncryptedData {
    version: u8,
    info: EncryptedContentInfo,
}

/// RFC 5652, 6.1.
#[derive(Sequence)]
struct EncryptedContentInfo {
    content_type: ObjectIdentifier,
    algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    content: OctetString,
}

/// RFC 7292, 4.2.
#[derive(Sequence)]
pub(super) struct SafeBag {
    bag_id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    attributes: Option<Attributes>,
}

/// RFC 7292, 4.2.3.
#[derive(Sequence)]
struct CertBag {
    cert_id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: OctetString,
}

pub(super) fn unencodable(_: der::Error) -> Error {
    Error::new(Code::InconsistentKey, "The file cannot be encoded. Generate a new key.")
}

fn any(value: &(impl Tagged + EncodeValue)) -> Result<Any> {
    Any::encode_from(value)
}

impl ContentInfo {
    /// Contents that are not encrypted.
    pub(super) fn data(contents: Vec<u8>) -> Result<ContentInfo> {
        Ok(ContentInfo { content_type: ID_DATA, content: any(&OctetString::new(contents)?)? })
    }

    /// Encrypted contents.
    pub(super) fn encrypted(algorithm: AlgorithmIdentifierOwned, contents: Vec<u8>) -> Result<ContentInfo> {
        let info = EncryptedContentInfo { content_type: ID_DATA, algorithm, content: OctetString::new(contents)? };
        Ok(ContentInfo { content_type: ID_ENCRYPTED_DATA, content: any(&EncryptedData { version: 0, info })? })
    }
}

impl SafeBag {
    pub(super) fn certificate(der: &[u8], attributes: Option<Attributes>) -> Result<SafeBag> {
        let certificate = CertBag { cert_id: X509_CERTIFICATE, value: OctetString::new(der)? };
        Ok(SafeBag { bag_id: CERTIFICATE_BAG, value: any(&certificate)?, attributes })
    }

    /// A key that is encrypted already.
    pub(super) fn key(algorithm: &AlgorithmIdentifierOwned, data: &[u8], attributes: Attributes) -> Result<SafeBag> {
        let key = EncryptedPrivateKeyInfo { algorithm: algorithm.owned_to_ref(), data: OctetStringRef::new(data)? };
        Ok(SafeBag { bag_id: SHROUDED_KEY_BAG, value: any(&key)?, attributes: Some(attributes) })
    }
}

/// What binds key and certificate together, and the name (RFC 7292, 4.2): BMPString, in practice UTF-16.
pub(super) fn attributes(name: &str, id: &[u8]) -> Result<Attributes> {
    let attribute = |oid, value| Result::Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? });
    let mut attributes = vec![attribute(PKCS_9_AT_LOCAL_KEY_ID, any(&OctetString::new(id)?)?)?];
    if !name.is_empty() {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attributes.push(attribute(PKCS_9_AT_FRIENDLY_NAME, Any::new(Tag::BmpString, name)?)?);
    }
    SetOfVec::try_from(attributes)
}
