//! Which public key a private key's file belongs to, without the checks of an import.
//!
//! For looking at many kubeconfigs at once: what the file itself states is believed (RSA's modulus, the public half beside
//! an EC scalar), and where it states nothing, the public half is computed.

use super::shapes::{self, oid};
use crate::request::hex;
use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest, Sha256};

/// Lower-case hex SHA-256 of the SubjectPublicKeyInfo that belongs to a private key in DER: PKCS#8, SEC1 or PKCS#1.
/// `None` for what is not read here.
pub(crate) fn claimed_public(der: &[u8]) -> Option<String> {
    let info = match shapes::read_private(der) {
        None => rsa(der).or_else(|| ec(der, None)),
        Some(info) if info.algorithm.oid == oid::RSA => rsa(info.contents),
        Some(info) if info.algorithm.oid == oid::EC => ec(info.contents, info.algorithm.curve()),
        Some(info) if info.algorithm.oid == oid::ED25519 => {
            // An OCTET STRING of 32 bytes (RFC 8410, 7).
            let seed: &[u8; 32] = info.contents.strip_prefix(&[0x04, 0x20])?.try_into().ok()?;
            let key = ed25519_dalek::SigningKey::from_bytes(seed);
            Some(shapes::write_ed25519_public(key.verifying_key().as_bytes()))
        }
        Some(_) => None,
    };
    Some(hex(&Sha256::digest(info?)))
}

fn rsa(der: &[u8]) -> Option<Vec<u8>> {
    let [modulus, exponent, ..] = shapes::read_rsa_private(der)?;
    Some(shapes::write_rsa_public(modulus, exponent))
}

fn ec(der: &[u8], curve: Option<&[u8]>) -> Option<Vec<u8>> {
    let key = shapes::read_ec_private(der)?;
    let curve = curve.or(key.curve)?;
    if let Some(point) = key.public_key {
        return Some(shapes::write_ec_public(curve, point));
    }
    let point = match curve {
        oid::P256 => p256::SecretKey::from_slice(key.scalar).ok()?.public_key().to_sec1_point(false).as_bytes().to_vec(),
        oid::P384 => p384::SecretKey::from_slice(key.scalar).ok()?.public_key().to_sec1_point(false).as_bytes().to_vec(),
        _ => return None,
    };
    Some(shapes::write_ec_public(curve, &point))
}
