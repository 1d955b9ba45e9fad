//! What encrypted private keys are made of: EncryptedPrivateKeyInfo (RFC 5958, 3), the parameters of PBES2 and PBKDF2 (RFC 8018,
//! appendix A) and of scrypt (RFC 7914, 7). What the numbers mean, and how much work they ask for, is checked by the caller.

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Any, Choice, DecodeValue, EncodeValue, Sequence, Tagged};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

/// id-scrypt (RFC 7914, 7).
pub(crate) const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
/// id-PBES2 (RFC 8018, appendix A.4).
pub(crate) const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
/// id-hmacWithSHA1 (RFC 8018, appendix B.1.1).
pub(crate) const HMAC_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");

/// EncryptedPrivateKeyInfo.
#[derive(Sequence)]
pub(crate) struct EncryptedPrivateKeyInfo<'a> {
    pub(crate) algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) data: &'a OctetStringRef,
}

/// PBES2-params.
#[derive(Sequence)]
pub(crate) struct Pbes2<'a> {
    pub(crate) derivation: AlgorithmIdentifierRef<'a>,
    pub(crate) cipher: AlgorithmIdentifierRef<'a>,
}

/// PBKDF2-params.
#[derive(Sequence)]
pub(crate) struct Pbkdf2<'a> {
    /// An OCTET STRING, or the name of another source of it, which nobody writes.
    pub(crate) salt: AnyRef<'a>,
    pub(crate) iterations: UintRef<'a>,
    pub(crate) key_length: Option<UintRef<'a>>,
    /// HMAC-SHA-1 where it is absent.
    pub(crate) function: Option<AlgorithmIdentifierRef<'a>>,
}

/// scrypt-params.
#[derive(Sequence)]
pub(crate) struct Scrypt<'a> {
    pub(crate) salt: &'a OctetStringRef,
    pub(crate) cost: UintRef<'a>,
    pub(crate) block_size: UintRef<'a>,
    pub(crate) parallelism: UintRef<'a>,
    pub(crate) key_length: Option<UintRef<'a>>,
}

/// The value of a number; one that does not fit is as large as can be.
pub(crate) fn number(number: UintRef<'_>) -> u64 {
    let bytes = number.as_bytes();
    if bytes.len() > 8 { u64::MAX } else { bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) }
}

/// The parameters of an algorithm, read as a `T`.
pub(crate) fn parameters<'a, T: Choice<'a> + DecodeValue<'a>>(algorithm: &AlgorithmIdentifierRef<'a>) -> Option<T> {
    algorithm.parameters.and_then(|parameters| parameters.decode_as().ok())
}

/// An AlgorithmIdentifier with these parameters.
///
/// # Errors
/// Where they are too long to be encoded.
pub(crate) fn identifier(oid: ObjectIdentifier, parameters: &(impl Tagged + EncodeValue)) -> der::Result<AlgorithmIdentifierOwned> {
    Ok(AlgorithmIdentifierOwned { oid, parameters: Some(Any::encode_from(parameters)?) })
}
