//! The containers of keys: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017) and SubjectPublicKeyInfo (RFC 5280), by the crates of
//! these names. What the numbers mean is checked by the caller.

use crate::error::{Code, Error, Result};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION};
use const_oid::db::rfc8410::ID_ED_25519;
use der::asn1::{AnyRef, BitStringRef, ContextSpecific, OctetStringRef, UintRef};
use der::{Decode, DecodeValue, Encode, Header, Reader, SliceReader, Tag, TagMode, TagNumber, Tagged};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

/// RFC 8017 A.1: the parameters of an RSA key are NULL; kube-apiserver refuses a request whose key lacks them.
const RSA: AlgorithmIdentifierRef<'static> = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
const ED25519: AlgorithmIdentifierRef<'static> = AlgorithmIdentifierRef { oid: ID_ED_25519, parameters: None };

fn ec(curve: &ObjectIdentifier) -> AlgorithmIdentifierRef<'_> {
    AlgorithmIdentifierRef { oid: ID_EC_PUBLIC_KEY, parameters: Some(curve.into()) }
}

fn too_long(_: der::Error) -> Error {
    Error::new(Code::InconsistentKey, "The key cannot be encoded.")
}

fn public(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8]) -> Result<Vec<u8>> {
    let key = BitStringRef::from_bytes(key).map_err(too_long)?;
    SubjectPublicKeyInfoRef { algorithm, subject_public_key: key }.to_der().map_err(too_long)
}

/// SubjectPublicKeyInfo of a key on a curve (RFC 5480, 2); `point` is uncompressed.
pub(crate) fn public_ec(curve: &ObjectIdentifier, point: &[u8]) -> Result<Vec<u8>> {
    public(ec(curve), point)
}

/// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4).
pub(crate) fn public_ed25519(key: &[u8]) -> Result<Vec<u8>> {
    public(ED25519, key)
}

/// SubjectPublicKeyInfo of an RSA key (RFC 8017, A.1.1); big-endian numbers.
pub(crate) fn public_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Vec<u8>> {
    let key = UintRef::new(modulus).and_then(|modulus| {
        let public_exponent = UintRef::new(exponent)?;
        RsaPublicKeyRef { modulus, public_exponent }.to_der()
    });
    public(RSA, &key.map_err(too_long)?)
}

/// PKCS#8 version 1 (RFC 5958 calls it v1): without the public key of version 2, which OpenSSL before 3.5, Node 20 and Python refuse
/// around Ed25519 keys (measured 2026-11).
fn private(algorithm: AlgorithmIdentifierRef<'_>, key: der::Result<Vec<u8>>) -> Result<Vec<u8>> {
    let key = Zeroizing::new(key.map_err(too_long)?);
    let key = OctetStringRef::new(&key).map_err(too_long)?;
    PrivateKeyInfoRef::new(algorithm, key).to_der().map_err(too_long)
}

/// PKCS#8 around ECPrivateKey with its public half and without the curve, which is outside, as OpenSSL writes it.
pub(crate) fn private_ec(curve: &ObjectIdentifier, scalar: &[u8], point: &[u8]) -> Result<Vec<u8>> {
    private(ec(curve), EcPrivateKey { private_key: scalar, parameters: None, public_key: Some(point) }.to_der())
}

/// PKCS#8 around the seed (RFC 8410, 7).
pub(crate) fn private_ed25519(seed: &[u8]) -> Result<Vec<u8>> {
    private(ED25519, OctetStringRef::new(seed).and_then(|seed| seed.to_der()))
}

/// PKCS#8 around RSAPrivateKey (RFC 8017, A.1.2): n, e, d, p, q, dP, dQ, qInv, big-endian.
pub(crate) fn private_rsa(numbers: [&[u8]; 8]) -> Result<Vec<u8>> {
    let number = |index: usize| UintRef::new(numbers[index]).map_err(too_long);
    let key = RsaPrivateKeyRef {
        modulus: number(0)?,
        public_exponent: number(1)?,
        private_exponent: number(2)?,
        prime1: number(3)?,
        prime2: number(4)?,
        exponent1: number(5)?,
        exponent2: number(6)?,
        coefficient: number(7)?,
        other_prime_infos: None,
    };
    private(RSA, key.to_der())
}

/// ECPrivateKey (RFC 5915, 3) as files have it. The crate `sec1` reads named curves and points of whole bytes alone; OpenSSL before
/// 1.0.2 took zero bits at the end of a point for unused ones, and a curve that is not named deserves its own message.
pub(crate) struct EcPrivate<'a> {
    /// As it was written: OpenSSL before 1.0.2 left leading zeros out.
    pub(crate) scalar: &'a [u8],
    pub(crate) curve: Option<AnyRef<'a>>,
    /// The bits without the zeros at their end.
    pub(crate) public_key: Option<&'a [u8]>,
}

impl<'a> DecodeValue<'a> for EcPrivate<'a> {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, _: Header) -> der::Result<Self> {
        if u8::decode(reader)? != 1 {
            return Err(Tag::Integer.value_error().into());
        }
        let scalar = <&OctetStringRef>::decode(reader)?.as_bytes();
        let curve = ContextSpecific::<AnyRef<'a>>::decode_explicit(reader, TagNumber(0))?;
        let public_key = reader.context_specific::<BitStringRef<'a>>(TagNumber(1), TagMode::Explicit)?;
        Ok(EcPrivate {
            scalar,
            curve: curve.map(|field| field.value),
            public_key: public_key.map(|bits| without_last_zeros(bits.raw_bytes())),
        })
    }
}

impl<'a> EcPrivate<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Option<EcPrivate<'a>> {
        let mut reader = SliceReader::new(der).ok()?;
        let header = Header::decode(&mut reader).ok().filter(|header| header.tag() == Tag::Sequence)?;
        let read = reader.read_nested(header.length(), |reader| EcPrivate::decode_value(reader, header)).ok()?;
        reader.is_finished().then_some(read)
    }

    /// Whether the curve is spelled out by its numbers (RFC 3279, 2.3.5) instead of named.
    pub(crate) fn spells_curve_out(&self) -> bool {
        self.curve.is_some_and(is_sequence)
    }
}

pub(crate) fn is_sequence(parameters: AnyRef<'_>) -> bool {
    parameters.tag() == Tag::Sequence
}

/// Zeros at the end say nothing: both sides of a comparison lose them.
pub(crate) fn without_last_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)]
}

/// The number as wide as `size` bytes, leading zeros added or removed, as Go reads it. `None` where it is longer.
pub(crate) fn sized(scalar: &[u8], size: usize) -> Option<Zeroizing<Vec<u8>>> {
    let digits = &scalar[scalar.iter().take_while(|byte| **byte == 0).count().min(scalar.len().saturating_sub(size))..];
    let zeros = size.checked_sub(digits.len())?;
    let mut number = Zeroizing::new(vec![0; size]);
    number[zeros..].copy_from_slice(digits);
    Some(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::encoding::hex::hex;
    use const_oid::db::rfc5912::SECP_256_R_1;

    /// Written out by hand from RFC 5958, 5915, 8017, 5480 and 8410.
    #[test]
    fn containers_have_these_bytes() {
        let seed = "07".repeat(32);
        assert_eq!(hex(&public_ed25519(&[7; 32]).unwrap()), format!("302a300506032b6570032100{seed}"));
        assert_eq!(hex(&private_ed25519(&[7; 32]).unwrap()), format!("302e020100300506032b657004220420{seed}"));
        let (point, scalar) = ("04".to_owned() + &"09".repeat(64), "05".repeat(32));
        let point_bytes: Vec<u8> = [4].into_iter().chain([9; 64]).collect();
        let algorithm = "301306072a8648ce3d020106082a8648ce3d030107";
        assert_eq!(hex(&public_ec(&SECP_256_R_1, &point_bytes).unwrap()), format!("3059{algorithm}034200{point}"));
        assert_eq!(
            hex(&private_ec(&SECP_256_R_1, &[5; 32], &point_bytes).unwrap()),
            format!("308187020100{algorithm}046d306b0201010420{scalar}a144034200{point}")
        );
        let rsa = "300d06092a864886f70d0101010500";
        assert_eq!(hex(&public_rsa(&[0, 0, 0x80, 1], &[1, 0, 1]).unwrap()), format!("301e{rsa}030d00300a02030080010203010001"));
        let numbers: [&[u8]; 8] = [&[0x80, 1], &[1, 0, 1], &[0, 3], &[4], &[0x85], &[6], &[7], &[0]];
        assert_eq!(
            hex(&private_rsa(numbers).unwrap()),
            format!("3036020100{rsa}042230200201000203008001020301000102010302010402020085020106020107020100")
        );
    }

    #[test]
    fn sec1_is_read_as_old_programs_write_it() {
        let read =
            |der: &[u8]| EcPrivate::read(der).map(|key| (key.scalar.to_vec(), key.curve.is_some(), key.public_key.map(<[u8]>::to_vec)));
        let short = [0x30, 0x06, 2, 1, 1, 4, 1, 9];
        assert_eq!(read(&short), Some((vec![9], false, None)));
        let unused = [0x30, 0x0D, 2, 1, 1, 4, 1, 9, 0xA1, 5, 3, 3, 4, 0x10, 0xF0];
        assert_eq!(read(&unused), Some((vec![9], false, Some(vec![0x10, 0xF0]))));
        let explicit = [0x30, 0x0A, 2, 1, 1, 4, 1, 9, 0xA0, 2, 0x30, 0];
        assert!(EcPrivate::read(&explicit).unwrap().spells_curve_out());
        for wrong in [&short[..7], &[&short[..], &[0]].concat(), &[0x30, 0x06, 2, 1, 2, 4, 1, 9], &[0x30, 0x08, 2, 1, 1, 4, 1, 9, 5, 0]] {
            assert!(read(wrong).is_none(), "{wrong:?}");
        }
    }
}
