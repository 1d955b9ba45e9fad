//! Signatures of requests, verified as Go's `crypto/x509` verifies them (1.26), which is what kube-apiserver asks. Refusals carry Go's text.
//!
//! Source: `checkSignature` in `crypto/x509/x509.go`, and `crypto/rsa` for the keys that it refuses.

use crate::encoding::der::{self, Reader, tag};
use crate::error::{Code, Error, Result};
use crate::go::asn1::{self, Fields, Go, Refusal, refuse_as};
use crate::go::confirmed::EcdsaSignature;
use crate::go::curve;
use crate::go::public_key::{Info, Key, Named, NamedCurve, p256_key, p384_key};
use crate::go::signature_algorithm::{Algorithm, Hash, Scheme};
use crypto_bigint::BoxedUint;
use rsa::{Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::Verifier;
use signature::hazmat::PrehashVerifier;

/// Nobody has longer keys, and checking them would take seconds.
const MAX_RSA: u32 = 16_384;

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
