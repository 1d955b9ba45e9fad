//! A private key as Go's `tls.X509KeyPair` reads it, which is how client-go reads `client-key-data`.
//!
//! Source: Go 1.26, `crypto/tls/tls.go` (parsePrivateKey), `crypto/x509/pkcs1.go`, `pkcs8.go`, `sec1.go`,
//! `crypto/internal/fips140/rsa/rsa.go`. Go tries PKCS#1, PKCS#8 and SEC 1 in this order, whatever the label says. This
//! decides nothing but whether kubectl reads the key and which public key belongs to it: [`crate::crypto`] is stricter.

use crate::encoding::container;
use crate::encoding::der::{tag, unsigned};
use crate::encoding::hex::hex;
use crate::encoding::oid::{EC, ED25519, P224, P256, P384, P521, RSA};
use crate::encoding::pem::{self, Block};
use crate::go::asn1::{self, Fields, Go, Refusal};
use crate::go::curve;
use const_oid::db::rfc5912::{SECP_224_R_1, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use crypto_bigint::{BoxedUint, ConcatenatingMul, Gcd, NonZero, Odd, Resize};
use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest, Sha256};

/// Why Go refuses a private key. Each is something that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no PEM block at all.
    NoPem,
    /// There are blocks, but none whose label ends with `PRIVATE KEY`; this is the kind of the first.
    NoKey(Other),
    /// The key is encrypted.
    Encrypted,
    /// A format of its own: `OPENSSH PRIVATE KEY`.
    OpenSsh,
    /// An EC key that spells its curve out instead of naming it.
    ExplicitCurve,
    /// An EC key on a curve that Go does not know, or without any curve.
    Curve,
    /// Neither RSA, ECDSA nor Ed25519.
    Algorithm,
    /// The numbers of the key contradict each other, or are out of range.
    Inconsistent,
    /// Not the DER of any kind of key.
    Unreadable,
}

/// What a block is that is not a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    Certificate,
    Request,
    PublicKey,
    /// Parameters of a curve and the like.
    Unknown,
}

impl Other {
    pub(crate) fn of(label: &str) -> Other {
        match label {
            "CERTIFICATE" => Other::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Other::Request,
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "EC PUBLIC KEY" => Other::PublicKey,
            _ => Other::Unknown,
        }
    }
}

/// The fingerprint of the public key (lower-case hex SHA-256 of the SubjectPublicKeyInfo) that belongs to the first
/// private key of a PEM text.
///
/// # Errors
/// Why Go refuses the text.
pub(crate) fn public_of_pem(text: &[u8]) -> Result<String, Fault> {
    let mut first = None;
    for block in pem::blocks_of_go(text) {
        if block.label == "PRIVATE KEY" || block.label.ends_with(" PRIVATE KEY") {
            return public_of_block(&block);
        }
        first.get_or_insert(Other::of(&block.label));
    }
    Err(first.map_or(Fault::NoPem, Fault::NoKey))
}

fn public_of_block(block: &Block) -> Result<String, Fault> {
    match public_of(block.contents.expose()) {
        // Go looks neither at the label nor at headers, and stops at what is behind them.
        Err(_) if block.label == "ENCRYPTED PRIVATE KEY" || block.headers => Err(Fault::Encrypted),
        Err(_) if block.label == "OPENSSH PRIVATE KEY" => Err(Fault::OpenSsh),
        read => read,
    }
}

/// The same of a key in DER.
///
/// # Errors
/// Why Go refuses the key.
pub(crate) fn public_of(der: &[u8]) -> Result<String, Fault> {
    let attempts = [pkcs1(der), pkcs8(der), sec1(der, None)];
    let mut fault = Fault::Unreadable;
    for attempt in attempts {
        match attempt {
            Ok(public) => return Ok(hex(&Sha256::digest(&public))),
            // Where one form could be read as such, its fault says more.
            Err(found) if found != Fault::Unreadable => fault = found,
            Err(_) => {}
        }
    }
    Err(fault)
}

impl From<Refusal> for Fault {
    fn from(_: Refusal) -> Fault {
        Fault::Unreadable
    }
}

/// The fields of the SEQUENCE at the start, and whether anything follows it.
fn sequence(der: &[u8]) -> Go<(Fields<'_>, bool)> {
    let mut outer = Fields::new(der);
    let contents = outer.take(tag::SEQUENCE)?.contents;
    Ok((Fields::new(contents), !outer.is_empty()))
}

/// A number as Go's big.Int, where it is above zero.
fn positive(contents: &[u8]) -> Result<BoxedUint, Fault> {
    let digits = unsigned(contents)
        .ok_or_else(|| if crate::encoding::der::is_integer(contents) { Fault::Inconsistent } else { Fault::Unreadable })?;
    if digits.iter().all(|digit| *digit == 0) {
        return Err(Fault::Inconsistent);
    }
    Ok(BoxedUint::from_be_slice_vartime(digits))
}

struct Rsa {
    n: BoxedUint,
    e: i64,
    d: BoxedUint,
    primes: Vec<BoxedUint>,
    /// dP, dQ and qInv, where the file has all three.
    remainders: Option<[BoxedUint; 3]>,
}

fn pkcs1(der: &[u8]) -> Result<Vec<u8>, Fault> {
    let (mut fields, trailing) = sequence(der)?;
    let version = asn1::int64(fields.take(tag::INTEGER)?.contents)?;
    let mut number = || -> Go<&[u8]> { Ok(fields.take(tag::INTEGER)?.contents) };
    let n = number()?;
    let e = asn1::int64(number()?)?;
    let (d, p, q) = (number()?, number()?, number()?);
    let mut optional = Vec::with_capacity(3);
    for _ in 0..3 {
        optional.extend(fields.optional(tag::INTEGER)?.map(|element| element.contents));
    }
    let mut more = Vec::new();
    if let Some(list) = fields.optional(tag::SEQUENCE)? {
        for one in asn1::sequence_of(list.contents, Some(tag::SEQUENCE))? {
            let mut one = Fields::new(one.contents);
            let prime = one.take(tag::INTEGER)?.contents;
            one.take(tag::INTEGER)?;
            one.take(tag::INTEGER)?;
            more.push(prime);
        }
    }
    if trailing {
        return Err(Fault::Unreadable);
    }
    if version > 1 {
        return Err(Fault::Algorithm);
    }
    let primes = [p, q].into_iter().chain(more).map(positive).collect::<Result<Vec<_>, _>>()?;
    let optional = optional.into_iter().map(positive).collect::<Result<Vec<_>, _>>()?;
    let rsa = Rsa { n: positive(n)?, e, d: positive(d)?, primes, remainders: optional.try_into().ok() };
    if !is_consistent(&rsa).unwrap_or(false) {
        return Err(Fault::Inconsistent);
    }
    encoded(container::public_rsa(&rsa.n.to_be_bytes_trimmed_vartime(), &rsa.e.to_be_bytes()))
}

fn modulus(number: BoxedUint) -> Option<NonZero<BoxedUint>> {
    Option::from(NonZero::new(number))
}

/// Go's `rsa.PrivateKey.Validate`. The key is the caller's own, so nothing here takes constant time.
fn is_consistent(key: &Rsa) -> Option<bool> {
    let one = BoxedUint::one();
    let Rsa { n, e, d, primes, .. } = key;
    if *n == one || d >= n || !n.bit_vartime(0) || !(3..=i64::from(i32::MAX)).contains(e) || e % 2 == 0 {
        return Some(false);
    }
    if primes.contains(&one) {
        return Some(false);
    }
    let [p, q] = primes.as_slice() else {
        // Go checks keys of more primes only for what its own arithmetic needs.
        let mut product = primes.first()?.clone();
        for prime in primes.get(1..)? {
            let width = product.bits_precision().max(prime.bits_precision());
            if (&product).resize(width).gcd(&prime.resize(width)) != one {
                return Some(false);
            }
            product = product.concatenating_mul(prime);
        }
        return Some(true);
    };
    let e = BoxedUint::from(*e as u64);
    let (p1, q1) = (p.wrapping_sub(&one), q.wrapping_sub(&one));
    if p1 <= one || q1 <= one || p >= n || q >= n {
        return Some(false);
    }
    let zero = BoxedUint::zero();
    if p.concatenating_mul(q).rem_vartime(&modulus(n.clone())?) != zero || p == q {
        return Some(false);
    }
    let ([dp, dq], q_inverse) = match &key.remainders {
        Some([dp, dq, q_inverse]) => ([dp.clone(), dq.clone()], q_inverse.clone()),
        None => {
            let odd: Odd<BoxedUint> = Option::from(p.to_odd())?;
            let inverse: BoxedUint =
                Option::from(q.rem_vartime(&modulus(p.clone())?).resize(p.bits_precision()).invert_odd_mod_vartime(&odd))?;
            ([d.rem_vartime(&modulus(p1.clone())?), d.rem_vartime(&modulus(q1.clone())?)], inverse)
        }
    };
    for (exponent, less_one) in [(&dp, &p1), (&dq, &q1)] {
        let less_one = modulus(less_one.clone())?;
        if exponent >= less_one.as_ref()
            || exponent.concatenating_mul(&e).rem_vartime(&less_one) != one
            || d.rem_vartime(&less_one) != *exponent
        {
            return Some(false);
        }
    }
    if q_inverse >= *p || q_inverse.concatenating_mul(q).rem_vartime(&modulus(p.clone())?) != one {
        return Some(false);
    }
    let difference = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    let half = n.bit_width() / 2;
    Some(i64::from(difference.bit_width()) > i64::from(half) - 100 && d.bit_width() > half)
}

/// A SubjectPublicKeyInfo that is too long to be encoded belongs to no key that was read.
fn encoded(public: crate::error::Result<Vec<u8>>) -> Result<Vec<u8>, Fault> {
    public.map_err(|_| Fault::Inconsistent)
}

fn pkcs8(der: &[u8]) -> Result<Vec<u8>, Fault> {
    let (mut fields, _) = sequence(der)?;
    asn1::int64(fields.take(tag::INTEGER)?.contents)?;
    let (oid, parameters) = asn1::algorithm(fields.take(tag::SEQUENCE)?.contents)?;
    let key = fields.take(tag::OCTET_STRING)?.contents;
    match oid {
        RSA => pkcs1(key),
        EC => {
            let named = Fields::new(parameters).take(tag::OID).and_then(|element| asn1::oid(element.contents));
            match sec1(key, named.ok()) {
                Err(Fault::Curve) if parameters.first() == Some(&tag::SEQUENCE) => Err(Fault::ExplicitCurve),
                read => read,
            }
        }
        ED25519 if parameters.is_empty() => {
            let seed = Fields::new(key).take(tag::OCTET_STRING)?.contents;
            let seed: &[u8; 32] = seed.try_into().map_err(|_| Fault::Inconsistent)?;
            let key = ed25519_dalek::SigningKey::from_bytes(seed);
            encoded(container::public_ed25519(key.verifying_key().as_bytes()))
        }
        _ => Err(Fault::Algorithm),
    }
}

/// An EC key; `named` is the curve that PKCS#8 names, which wins.
fn sec1(der: &[u8], named: Option<&[u8]>) -> Result<Vec<u8>, Fault> {
    let (mut fields, _) = sequence(der)?;
    let version = asn1::int64(fields.take(tag::INTEGER)?.contents)?;
    let scalar = fields.take(tag::OCTET_STRING)?.contents;
    let (curve, explicit) = inner_curve(&mut fields)?;
    inner_public(fields)?;
    if version != 1 {
        return Err(Fault::Unreadable);
    }
    let curve = match named.or(curve) {
        Some(curve) => curve,
        None if explicit => return Err(Fault::ExplicitCurve),
        None => return Err(Fault::Curve),
    };
    let (size, named) = match curve {
        P224 => (28, SECP_224_R_1),
        P256 => (32, SECP_256_R_1),
        P384 => (48, SECP_384_R_1),
        P521 => (66, SECP_521_R_1),
        _ => return Err(Fault::Curve),
    };
    // Zeros in front are dropped or put back, as OpenSSL left them out once.
    let padded = container::sized(scalar, size).ok_or(Fault::Inconsistent)?;
    let point = match curve {
        P256 => p256::SecretKey::from_slice(&padded).ok().map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec()),
        P384 => p384::SecretKey::from_slice(&padded).ok().map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec()),
        P224 => curve::P224.public(&padded),
        _ => curve::P521.public(&padded),
    };
    let point = point.ok_or(Fault::Inconsistent)?;
    encoded(container::public_ec(&named, &point))
}

/// `[0] NamedCurveOID`, optional: where something else is inside, Go takes the field for absent and goes on in front of it.
fn inner_curve<'a>(fields: &mut Fields<'a>) -> Go<(Option<&'a [u8]>, bool)> {
    let before = *fields;
    if !fields.explicit(0)? {
        return Ok((None, false));
    }
    if let Some(oid) = fields.optional(tag::OID)? {
        return Ok((Some(asn1::oid(oid.contents)?), false));
    }
    let explicit = fields.optional(tag::SEQUENCE).is_ok_and(|found| found.is_some());
    *fields = before;
    Ok((None, explicit))
}

/// `[1] PublicKey`, which Go reads and does not use.
fn inner_public(mut fields: Fields<'_>) -> Go<()> {
    if fields.explicit(1)?
        && let Some(bits) = fields.optional(tag::BIT_STRING)?
    {
        asn1::bits(bits.contents)?;
    }
    Ok(())
}
