//! The ASN.1 shapes that keys and signatures come in, read and written with the strict DER of [`crate::encoding::der`].
//!
//! Our own, because the derived readers of `pkcs8`, `sec1`, `pkcs1` and `spki` cost 20 KB of compressed wasm (measured
//! 2026-11), and only a handful of shapes is wanted. What the numbers mean is checked by whoever asked for them.

use crate::encoding::der::{self, Element, Reader, tag, unsigned, write, write_unsigned};
pub(crate) use crate::encoding::oid;
use zeroize::Zeroizing;

/// NULL, whole.
const NULL: &[u8] = &[0x05, 0x00];

/// AlgorithmIdentifier (RFC 5280, 4.1.1.2).
pub(crate) struct Algorithm<'a> {
    pub(crate) oid: &'a [u8],
    pub(crate) parameters: Option<Element<'a>>,
}

impl<'a> Algorithm<'a> {
    fn read(contents: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(contents);
        let oid = reader.take(tag::OID)?;
        let parameters = if reader.is_empty() { None } else { Some(reader.element()?) };
        reader.end()?;
        Some(Algorithm { oid, parameters })
    }

    /// RFC 8017 A.1: the parameters of an RSA key are NULL; kube-apiserver refuses a request whose key lacks them.
    pub(crate) fn has_null(&self) -> bool {
        self.parameters.is_some_and(|parameters| parameters.whole == NULL)
    }

    /// The curve, where it is named.
    pub(crate) fn curve(&self) -> Option<&'a [u8]> {
        self.parameters.filter(|parameters| parameters.tag == tag::OID).map(|parameters| parameters.contents)
    }
}

/// SubjectPublicKeyInfo of a key on a curve (RFC 5480, 2); `point` is uncompressed.
pub(crate) fn write_ec_public(curve: &[u8], point: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&ec_algorithm(curve), &write(tag::BIT_STRING, &[&[0], point])])
}

/// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4).
pub(crate) fn write_ed25519_public(key: &[u8]) -> Vec<u8> {
    let algorithm = write(tag::SEQUENCE, &[&write(tag::OID, &[oid::ED25519])]);
    write(tag::SEQUENCE, &[&algorithm, &write(tag::BIT_STRING, &[&[0], key])])
}

/// SubjectPublicKeyInfo of an RSA key (RFC 8017, A.1.1); big-endian numbers.
pub(crate) fn write_rsa_public(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = write(tag::SEQUENCE, &[&write_unsigned(modulus), &write_unsigned(exponent)]);
    write(tag::SEQUENCE, &[&rsa_algorithm(), &write(tag::BIT_STRING, &[&[0], &key])])
}

fn ec_algorithm(curve: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&write(tag::OID, &[oid::EC]), &write(tag::OID, &[curve])])
}

fn rsa_algorithm() -> Vec<u8> {
    write(tag::SEQUENCE, &[&write(tag::OID, &[oid::RSA]), NULL])
}

/// PrivateKeyInfo (RFC 5958, 2).
pub(crate) struct PrivateInfo<'a> {
    pub(crate) algorithm: Algorithm<'a>,
    pub(crate) contents: &'a [u8],
    /// Version 1 alone has it.
    pub(crate) public_key: Option<&'a [u8]>,
}

pub(crate) fn read_private(der: &[u8]) -> Option<PrivateInfo<'_>> {
    let mut info = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    let version = info.take(tag::INTEGER)?;
    let algorithm = Algorithm::read(info.take(tag::SEQUENCE)?)?;
    let contents = info.take(tag::OCTET_STRING)?;
    info.optional(tag::context(0))?; // attributes: nothing that a key needs
    let public_key = match info.optional(tag::context_primitive(1))? {
        Some(bits) => Some(der::whole_bits(bits)?),
        None => None,
    };
    info.end()?;
    let known = matches!((version, public_key), ([0], None) | ([1], Some(_)));
    known.then_some(PrivateInfo { algorithm, contents, public_key })
}

/// ECPrivateKey (RFC 5915, 3).
pub(crate) struct EcPrivate<'a> {
    /// As it was written: OpenSSL before 1.0.2 left leading zeros out.
    pub(crate) scalar: &'a [u8],
    pub(crate) curve: Option<&'a [u8]>,
    /// The bits without the zeros at their end, which OpenSSL before 1.0.2 took for unused ones.
    pub(crate) public_key: Option<&'a [u8]>,
}

/// Whether this is a key on a curve that is spelled out by its numbers (RFC 3279, 2.3.5) instead of named: as LibreSSL before
/// 3.4 and OpenSSL 1.0 write it, and as no Go program reads it.
pub(crate) fn spells_curve_out(der: &[u8]) -> bool {
    let spelled = |parameters: Option<Element<'_>>| parameters.is_some_and(|parameters| parameters.tag == tag::SEQUENCE);
    if let Some(info) = read_private(der) {
        return info.algorithm.oid == oid::EC && spelled(info.algorithm.parameters);
    }
    let sec1 = || {
        let mut key = Reader::new(Reader::one(der, tag::SEQUENCE)?);
        key.take(tag::INTEGER).filter(|version| *version == [1])?;
        key.take(tag::OCTET_STRING)?;
        Reader::new(key.optional(tag::context(0))??).element()
    };
    spelled(sec1())
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

/// Reads it; explicit parameters instead of a named curve are a violation.
pub(crate) fn read_ec_private(der: &[u8]) -> Option<EcPrivate<'_>> {
    let mut key = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    (key.take(tag::INTEGER)? == [1]).then_some(())?;
    let scalar = key.take(tag::OCTET_STRING)?;
    let curve = match key.optional(tag::context(0))? {
        Some(parameters) => Some(Reader::one(parameters, tag::OID)?),
        None => None,
    };
    let public_key = match key.optional(tag::context(1))? {
        Some(public) => Some(without_last_zeros(der::flags(Reader::one(public, tag::BIT_STRING)?)?)),
        None => None,
    };
    key.end()?;
    Some(EcPrivate { scalar, curve, public_key })
}

/// PKCS#8 version 0 around ECPrivateKey with its public half, as OpenSSL writes it.
pub(crate) fn write_ec_private(curve: &[u8], scalar: &[u8], point: &[u8]) -> Vec<u8> {
    let public = write(tag::context(1), &[&write(tag::BIT_STRING, &[&[0], point])]);
    let scalar = Zeroizing::new(write(tag::OCTET_STRING, &[scalar]));
    let key = Zeroizing::new(write(tag::SEQUENCE, &[&write(tag::INTEGER, &[&[1]]), &scalar, &public]));
    write_private(&ec_algorithm(curve), &key)
}

/// PKCS#8 version 0 around RSAPrivateKey (RFC 8017, A.1.2): n, e, d, p, q, dP, dQ, qInv, big-endian.
pub(crate) fn write_rsa_private(numbers: [&[u8]; 8]) -> Vec<u8> {
    let mut all = Zeroizing::new(Vec::with_capacity(5 * numbers[0].len() + 64));
    all.extend_from_slice(&write(tag::INTEGER, &[&[0]]));
    for number in numbers {
        all.extend_from_slice(&Zeroizing::new(write_unsigned(number)));
    }
    write_private(&rsa_algorithm(), &Zeroizing::new(write(tag::SEQUENCE, &[&all])))
}

fn write_private(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let key = Zeroizing::new(write(tag::OCTET_STRING, &[key]));
    write(tag::SEQUENCE, &[&write(tag::INTEGER, &[&[0]]), algorithm, &key])
}

/// The eight numbers of RSAPrivateKey with two primes, in its order.
pub(crate) fn read_rsa_private(der: &[u8]) -> Option<[&[u8]; 8]> {
    let mut key = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    (key.take(tag::INTEGER)? == [0]).then_some(())?;
    let mut numbers = [&[][..]; 8];
    for number in &mut numbers {
        *number = unsigned(key.take(tag::INTEGER)?)?;
    }
    key.end()?;
    Some(numbers)
}

/// Whether this is an RSA key of more than two primes (version 1), and nothing else is wrong with its frame.
pub(crate) fn has_more_primes(der: &[u8]) -> bool {
    let read = || {
        let contents = read_private(der).filter(|info| info.algorithm.oid == oid::RSA).map_or(der, |info| info.contents);
        let mut key = Reader::new(Reader::one(contents, tag::SEQUENCE)?);
        key.take(tag::INTEGER).filter(|version| *version == [1])?;
        (0..8).try_for_each(|_| key.take(tag::INTEGER).map(|_| ()))?;
        key.take(tag::SEQUENCE)
    };
    read().is_some()
}

/// r and s as Ecdsa-Sig-Value.
pub(crate) fn write_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&write_unsigned(r), &write_unsigned(s)])
}
