//! Public keys and signatures of requests, judged as Go's `crypto/x509` judges them (1.26), which is what
//! kube-apiserver asks. Refusals carry Go's text.

use crate::encoding::der::{self, Reader, tag};
use crate::error::{Code, Error, Result};
use crate::go::asn1::{self, Fields, Go, Refusal, refuse_as};
use crate::go::confirmed::EcdsaSignature;
use crate::go::curve;
use crypto_bigint::BoxedUint;
use p256::elliptic_curve::point::AffineCoordinates;
use rsa::{Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::Verifier;
use signature::hazmat::PrehashVerifier;
use std::borrow::Cow;

/// Algorithm identifiers next to those of the keys made here, as the bytes of their OIDs.
mod id {
    pub(crate) use crate::encoding::oid::{EC, ED25519, P224, P256, P384, P521, RSA};
    use const_oid::db::rfc5912;
    pub(crate) const DSA: &[u8] = rfc5912::ID_DSA.as_bytes();
    pub(crate) const MGF1: &[u8] = rfc5912::ID_MGF_1.as_bytes();
    pub(crate) const PSS: &[u8] = rfc5912::ID_RSASSA_PSS.as_bytes();
    /// 2.16.840.1.101.3.4.2, before the last number.
    pub(crate) const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
}

/// Go's crypto/tls refuses the certificates of longer RSA keys on both sides of a handshake.
pub(crate) const MAX_RSA_IN_TLS: u32 = 8192;
/// Nobody has longer keys, and checking them would take seconds.
const MAX_RSA: u32 = 16_384;

/// A SubjectPublicKeyInfo in its parts (RFC 5280, 4.1.2.7).
pub(crate) struct Info<'a> {
    pub(crate) algorithm: &'a [u8],
    /// All bytes of the parameters; none where they are absent.
    pub(crate) parameters: &'a [u8],
    pub(crate) bits: Cow<'a, [u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Named {
    P224,
    P256,
    P384,
    P521,
}

/// A key as far as Go reads it.
#[derive(Debug)]
pub(crate) enum Key<'a> {
    Rsa {
        modulus: &'a [u8],
        exponent: u64,
    },
    Ec {
        curve: NamedCurve,
        point: &'a [u8],
    },
    Ed25519 {
        key: &'a [u8],
    },
    /// Go reads it and verifies nothing with it.
    Dsa,
    /// Go does not know the algorithm.
    Unknown,
}

/// One of the four curves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedCurve(Named);

impl NamedCurve {
    fn length(self) -> usize {
        match self.0 {
            Named::P224 => 28,
            Named::P256 => 32,
            Named::P384 => 48,
            Named::P521 => 66,
        }
    }
}

impl<'a> Key<'a> {
    /// Go's `parsePublicKey`; points are looked at by [`Key::check`].
    pub(crate) fn read(info: &'a Info<'_>) -> Go<Key<'a>> {
        match info.algorithm {
            id::RSA => rsa_key(info),
            id::EC => ec_key(info),
            id::ED25519 if !info.parameters.is_empty() => refuse_as(Refusal::Key, "x509: Ed25519 key encoded with illegal parameters"),
            id::ED25519 if info.bits.len() != 32 => refuse_as(Refusal::Key, "x509: wrong Ed25519 public key size"),
            id::ED25519 => Ok(Key::Ed25519 { key: &info.bits }),
            id::DSA => Ok(Key::Dsa),
            _ => Ok(Key::Unknown),
        }
    }

    /// Whether the point of an elliptic curve is on it.
    pub(crate) fn check(&self) -> Go<()> {
        let Key::Ec { curve, point } = self else { return Ok(()) };
        let known = match curve.0 {
            Named::P224 => curve::P224.has_point(point),
            Named::P256 => p256_key(point).is_some(),
            Named::P384 => p384_key(point).is_some(),
            Named::P521 => curve::P521.has_point(point),
        };
        if known { Ok(()) } else { refuse_as(Refusal::Key, format!("{:?} point not on curve", curve.0)) }
    }

    /// `ecdsa-p256`, `rsa-2048` …; `unknown` for what Go does not know.
    pub(crate) fn name(&self) -> String {
        match self {
            Key::Rsa { .. } => format!("rsa-{}", self.bits()),
            Key::Ec { curve, .. } => format!("ecdsa-{:?}", curve.0).to_ascii_lowercase(),
            Key::Ed25519 { .. } => "ed25519".to_owned(),
            Key::Dsa => "dsa".to_owned(),
            Key::Unknown => "unknown".to_owned(),
        }
    }

    /// Bits of an RSA modulus; 0 for other keys.
    pub(crate) fn bits(&self) -> u32 {
        let Key::Rsa { modulus, .. } = self else { return 0 };
        (modulus.len() as u32 * 8).saturating_sub(modulus.first().map_or(0, |first| first.leading_zeros()))
    }

    /// Too weak for today, although the server takes it.
    pub(crate) fn is_weak(&self) -> bool {
        match self {
            Key::Rsa { exponent, .. } => self.bits() < 2048 || *exponent < 65_537,
            Key::Ec { curve, .. } => curve.0 == Named::P224,
            _ => false,
        }
    }
}

fn rsa_key<'a>(info: &'a Info<'_>) -> Go<Key<'a>> {
    if info.parameters != [5, 0] {
        return refuse_as(Refusal::Key, "x509: RSA key missing NULL parameters");
    }
    let Some(sequence) = Reader::new(&info.bits).take(tag::SEQUENCE) else {
        return refuse_as(Refusal::Key, "x509: invalid RSA public key");
    };
    let mut fields = Reader::new(sequence);
    let mut integer = || fields.take(tag::INTEGER).filter(|contents| der::is_integer(contents));
    let Some(modulus) = integer() else { return refuse_as(Refusal::Key, "x509: invalid RSA modulus") };
    let Some(exponent) = integer().and_then(|contents| asn1::int64(contents).ok()) else {
        return refuse_as(Refusal::Key, "x509: invalid RSA public exponent");
    };
    if modulus[0] & 0x80 != 0 || modulus == [0] {
        return refuse_as(Refusal::Key, "x509: RSA modulus is not a positive number");
    }
    let Some(exponent) = u64::try_from(exponent).ok().filter(|exponent| *exponent > 0) else {
        return refuse_as(Refusal::Key, "x509: RSA public exponent is not a positive number");
    };
    Ok(Key::Rsa { modulus: modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent })
}

fn ec_key<'a>(info: &'a Info<'_>) -> Go<Key<'a>> {
    let oid = Reader::new(info.parameters).take(tag::OID).and_then(|oid| asn1::oid(oid).ok());
    let curve = match oid {
        None if info.parameters.first() == Some(&tag::SEQUENCE) => return Err(Refusal::SpelledCurve),
        None => return refuse_as(Refusal::Key, "x509: invalid ECDSA parameters"),
        Some(id::P224) => NamedCurve(Named::P224),
        Some(id::P256) => NamedCurve(Named::P256),
        Some(id::P384) => NamedCurve(Named::P384),
        Some(id::P521) => NamedCurve(Named::P521),
        Some(_) => return refuse_as(Refusal::Key, "x509: unsupported elliptic curve"),
    };
    if info.bits.first() != Some(&4) {
        return refuse_as(Refusal::Key, "ecdsa: invalid uncompressed public key");
    }
    if info.bits.len() != 1 + 2 * curve.length() {
        return refuse_as(Refusal::Key, format!("invalid {:?} point encoding", curve.0));
    }
    Ok(Key::Ec { curve, point: &info.bits })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scheme {
    Unknown,
    Md5,
    Rsa(Hash),
    Pss(Hash),
    Dsa,
    Ecdsa(Hash),
    Ed25519,
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Algorithm(Scheme);

impl Algorithm {
    /// Go's `getSignatureAlgorithmFromAI`: only Ed25519 and PSS look at the parameters.
    pub(crate) fn read((oid, parameters): (&[u8], &[u8])) -> Algorithm {
        let rsa = &id::RSA[..8];
        let ecdsa = &id::EC[..5];
        Algorithm(match oid {
            id::ED25519 if parameters.is_empty() => Scheme::Ed25519,
            id::PSS => pss(parameters).map_or(Scheme::Unknown, Scheme::Pss),
            [start @ .., 4] if start == rsa => Scheme::Md5,
            [start @ .., 5] if start == rsa => Scheme::Rsa(Hash::Sha1),
            [0x2B, 0x0E, 0x03, 0x02, 0x1D] => Scheme::Rsa(Hash::Sha1),
            [start @ .., 11] if start == rsa => Scheme::Rsa(Hash::Sha256),
            [start @ .., 12] if start == rsa => Scheme::Rsa(Hash::Sha384),
            [start @ .., 13] if start == rsa => Scheme::Rsa(Hash::Sha512),
            [start @ .., 4, 1] if start == ecdsa => Scheme::Ecdsa(Hash::Sha1),
            [start @ .., 4, 3, 2] if start == ecdsa => Scheme::Ecdsa(Hash::Sha256),
            [start @ .., 4, 3, 3] if start == ecdsa => Scheme::Ecdsa(Hash::Sha384),
            [start @ .., 4, 3, 4] if start == ecdsa => Scheme::Ecdsa(Hash::Sha512),
            [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 3] | [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 3, 2] => Scheme::Dsa,
            _ => Scheme::Unknown,
        })
    }

    /// `ecdsa-with-sha256`, `rsa-with-sha256`, `rsa-pss-with-sha256`, `ed25519` …
    pub(crate) fn name(self) -> String {
        let name = match self.0 {
            Scheme::Unknown => "unknown",
            Scheme::Md5 => "rsa-with-md5",
            Scheme::Dsa => "dsa",
            Scheme::Ed25519 => "ed25519",
            Scheme::Rsa(hash) => return format!("rsa-with-{hash:?}").to_ascii_lowercase(),
            Scheme::Pss(hash) => return format!("rsa-pss-with-{hash:?}").to_ascii_lowercase(),
            Scheme::Ecdsa(hash) => return format!("ecdsa-with-{hash:?}").to_ascii_lowercase(),
        };
        name.to_owned()
    }

    /// Signed over SHA-1, which Go still takes in requests.
    pub(crate) fn is_sha1(self) -> bool {
        matches!(self.0, Scheme::Rsa(Hash::Sha1) | Scheme::Ecdsa(Hash::Sha1))
    }
}

/// RSASSA-PSS-params (RFC 4055, 3.1) in the three forms that Go takes: one hash throughout, salt as long as the hash.
fn pss(parameters: &[u8]) -> Option<Hash> {
    let mut fields = Fields::new(Fields::new(parameters).take(tag::SEQUENCE).ok()?.contents);
    let mut explicit = |number: u8, tag: u8| fields.explicit(number).ok()?.then(|| fields.take(tag).ok())?;
    let (hash, hash_parameters) = asn1::algorithm(explicit(0, tag::SEQUENCE)?.contents).ok()?;
    let (generator, generator_parameters) = asn1::algorithm(explicit(1, tag::SEQUENCE)?.contents).ok()?;
    let salt = asn1::int64(explicit(2, tag::INTEGER)?.contents).ok()?;
    let trailer = if fields.explicit(3).ok()? { asn1::int64(fields.take(tag::INTEGER).ok()?.contents).ok()? } else { 1 };
    let inner = Fields::new(generator_parameters).take(tag::SEQUENCE).ok()?;
    let (inner, inner_parameters) = asn1::algorithm(inner.contents).ok()?;
    let empty = |parameters: &[u8]| matches!(parameters, [] | [5, 0]);
    if !empty(hash_parameters) || !empty(inner_parameters) || generator != id::MGF1 || inner != hash || trailer != 1 {
        return None;
    }
    match (hash.strip_prefix(id::SHA2)?, salt) {
        ([1], 32) => Some(Hash::Sha256),
        ([2], 48) => Some(Hash::Sha384),
        ([3], 64) => Some(Hash::Sha512),
        _ => None,
    }
}

/// Whether a signature over a message verifies under a SubjectPublicKeyInfo; `algorithm` is the DER of the
/// AlgorithmIdentifier.
///
/// # Errors
/// [`Code::UnsupportedKey`] for a key that Go does not read, or that does not go with the algorithm.
pub fn verify_signature(public_key: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<bool> {
    let read = || {
        let mut fields = Fields::new(Fields::new(public_key).take(tag::SEQUENCE)?.contents);
        let (kind, parameters) = asn1::algorithm(fields.take(tag::SEQUENCE)?.contents)?;
        let info = Info { algorithm: kind, parameters, bits: asn1::bits(fields.take(tag::BIT_STRING)?.contents)? };
        let key = Key::read(&info)?;
        key.check()?;
        let algorithm = Algorithm::read(asn1::algorithm(Fields::new(algorithm).take(tag::SEQUENCE)?.contents)?);
        verify(&key, algorithm, message, signature)
    };
    match read() {
        Ok(verdict) => Ok(verdict == Verdict::Right),
        Err(Refusal::Signature(_)) => Ok(false),
        Err(_) => Err(Error::new(Code::UnsupportedKey, "The key or signature algorithm is not supported. Use RSA, ECDSA or Ed25519.")),
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The signature is right.
    Right,
    /// Nobody looked: the key is too long to try.
    NotTried,
}

/// Go's `checkSignature`, SHA-1 allowed as for requests.
pub(crate) fn verify(key: &Key<'_>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Go<Verdict> {
    let verified = match (algorithm.0, key) {
        (Scheme::Md5, _) => return refuse_as(Refusal::Algorithm, "x509: cannot verify signature: insecure algorithm MD5-RSA"),
        (Scheme::Unknown, _) | (_, Key::Unknown | Key::Dsa) => {
            return refuse_as(Refusal::Algorithm, "x509: cannot verify signature: algorithm unimplemented");
        }
        (Scheme::Rsa(_) | Scheme::Pss(_), Key::Rsa { modulus, exponent }) => {
            return rsa(modulus, *exponent, key.bits(), algorithm.0, message, signature);
        }
        (Scheme::Ecdsa(hash), Key::Ec { curve, point }) => ecdsa(*curve, point, &digest(hash, message), signature),
        (Scheme::Ed25519, Key::Ed25519 { key }) => {
            return if ed25519(key, message, signature) {
                Ok(Verdict::Right)
            } else {
                Err(Refusal::Signature("x509: Ed25519 verification failure"))
            };
        }
        (scheme, _) => return mismatch(scheme, key),
    };
    if verified { Ok(Verdict::Right) } else { Err(Refusal::Signature("x509: ECDSA verification failure")) }
}

/// A signature that another library may confirm: ECDSA on the curves and with the hashes that every WebCrypto has. RSA is quick to verify here,
/// and implementations of Ed25519 differ about odd points, where only Go's counts.
pub(crate) fn confirmable(key: &Key<'_>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<EcdsaSignature> {
    let (Key::Ec { curve, point }, Scheme::Ecdsa(hash)) = (key, algorithm.0) else { return None };
    let (r, s) = ecdsa_parts(signature, curve.length())?;
    let numbers = [r, s].concat();
    let in_range = match curve.0 {
        Named::P256 => p256::ecdsa::Signature::from_slice(&numbers).is_ok(),
        Named::P384 => p384::ecdsa::Signature::from_slice(&numbers).is_ok(),
        Named::P224 | Named::P521 => false,
    };
    let hash = match hash {
        Hash::Sha1 => return None,
        Hash::Sha256 => 256,
        Hash::Sha384 => 384,
        Hash::Sha512 => 512,
    };
    in_range.then(|| EcdsaSignature::new(8 * curve.length() as u16, hash, point, message, numbers))
}

fn mismatch(scheme: Scheme, key: &Key<'_>) -> Go<Verdict> {
    let wanted = match scheme {
        Scheme::Rsa(_) | Scheme::Pss(_) => "RSA",
        Scheme::Ecdsa(_) => "ECDSA",
        Scheme::Dsa => "DSA",
        _ => "Ed25519",
    };
    let found = match key {
        Key::Rsa { .. } => "*rsa.PublicKey",
        Key::Ec { .. } => "*ecdsa.PublicKey",
        _ => "ed25519.PublicKey",
    };
    refuse_as(
        Refusal::Algorithm,
        format!("x509: signature algorithm specifies an {wanted} public key, but have public key of type {found}"),
    )
}

fn digest(hash: Hash, message: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha1 => Sha1::digest(message).to_vec(),
        Hash::Sha256 => Sha256::digest(message).to_vec(),
        Hash::Sha384 => Sha384::digest(message).to_vec(),
        Hash::Sha512 => Sha512::digest(message).to_vec(),
    }
}

fn rsa(modulus: &[u8], exponent: u64, bits: u32, scheme: Scheme, message: &[u8], signature: &[u8]) -> Go<Verdict> {
    if bits < 1024 {
        let text = format!("crypto/rsa: {bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)");
        return refuse_as(Refusal::Key, text);
    }
    if modulus.last().is_some_and(|last| last & 1 == 0) {
        return refuse_as(Refusal::Key, "crypto/rsa: public modulus is even");
    }
    if exponent < 2 {
        return refuse_as(Refusal::Key, "crypto/rsa: public exponent too small or negative");
    }
    if exponent & 1 == 0 {
        return refuse_as(Refusal::Key, "crypto/rsa: public exponent is even");
    }
    if exponent > i32::MAX as u64 {
        return refuse_as(Refusal::Key, "crypto/rsa: public exponent too large");
    }
    if bits > MAX_RSA {
        return Ok(Verdict::NotTried);
    }
    let key = rsa::PublicKey::new_unchecked(BoxedUint::from_be_slice_vartime(modulus), BoxedUint::from(exponent));
    let checked = match scheme {
        Scheme::Pss(Hash::Sha384) => key.verify(Pss::<Sha384>::new_with_salt(48), &Sha384::digest(message), signature),
        Scheme::Pss(Hash::Sha512) => key.verify(Pss::<Sha512>::new_with_salt(64), &Sha512::digest(message), signature),
        Scheme::Pss(_) => key.verify(Pss::<Sha256>::new_with_salt(32), &Sha256::digest(message), signature),
        Scheme::Rsa(Hash::Sha1) => key.verify(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message), signature),
        Scheme::Rsa(Hash::Sha384) => key.verify(Pkcs1v15Sign::new::<Sha384>(), &Sha384::digest(message), signature),
        Scheme::Rsa(Hash::Sha512) => key.verify(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(message), signature),
        _ => key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message), signature),
    };
    if checked.is_ok() { Ok(Verdict::Right) } else { Err(Refusal::Signature("crypto/rsa: verification error")) }
}

fn ecdsa(named: NamedCurve, point: &[u8], hash: &[u8], signature: &[u8]) -> bool {
    let length = named.length();
    let Some((r, s)) = ecdsa_parts(signature, length) else { return false };
    // The crates want no hash shorter than half the field; zeros in front change no number.
    let padded = if hash.len() < length { pad(hash, length) } else { hash.to_vec() };
    match named.0 {
        Named::P256 => p256_key(point)
            .zip(p256::ecdsa::Signature::from_slice(&[r, s].concat()).ok())
            .is_some_and(|(key, signature)| key.verify_prehash(&padded, &signature).is_ok()),
        Named::P384 => p384_key(point)
            .zip(p384::ecdsa::Signature::from_slice(&[r, s].concat()).ok())
            .is_some_and(|(key, signature)| key.verify_prehash(&padded, &signature).is_ok()),
        Named::P224 => curve::P224.verify(point, hash, &r, &s),
        Named::P521 => curve::P521.verify(point, hash, &r, &s),
    }
}

/// From an uncompressed point; that it is on its curve is checked where it is made.
fn p256_key(point: &[u8]) -> Option<p256::ecdsa::VerifyingKey> {
    let (x, y) = point.get(1..)?.split_at_checked(32)?;
    let point = p256::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
    p256::ecdsa::VerifyingKey::from_affine(point).ok()
}

fn p384_key(point: &[u8]) -> Option<p384::ecdsa::VerifyingKey> {
    let (x, y) = point.get(1..)?.split_at_checked(48)?;
    let point = p384::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).into_option()?;
    p384::ecdsa::VerifyingKey::from_affine(point).ok()
}

/// r and s of an Ecdsa-Sig-Value (RFC 3279, 2.2.3), each as wide as the field.
fn ecdsa_parts(signature: &[u8], length: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut numbers = Reader::new(Reader::one(signature, tag::SEQUENCE)?);
    let mut number = || {
        let contents = numbers.take(tag::INTEGER).filter(|contents| der::is_integer(contents) && contents[0] & 0x80 == 0)?;
        let digits = contents.strip_prefix(&[0]).unwrap_or(contents);
        (digits.len() <= length).then(|| pad(digits, length))
    };
    let parts = (number()?, number()?);
    numbers.end()?;
    Some(parts)
}

fn pad(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut padded = vec![0; length.saturating_sub(bytes.len())];
    padded.extend_from_slice(bytes);
    padded
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = ed25519_dalek::VerifyingKey::try_from(key) else { return false };
    ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}
