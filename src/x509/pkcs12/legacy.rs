//! The older protection of PKCS#12, for programs that read no other: macOS Keychain, Windows before version 10 1709, Java before 8u301.
//!
//! pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, appendix C) for key and certificates, HMAC-SHA-1 for the integrity. 3DES has blocks of
//! 64 bits and 112 bits of security, and the derivation is fast to guess with, so this is used only where it is requested.

use super::derive::derive;
use super::shapes::unencodable;
use crate::encoding::pbes2::identifier;
use crate::error::{Code, Error, Result};
use crate::random::Random;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use const_oid::ObjectIdentifier;
use der::Sequence;
use der::asn1::OctetString;
use sha1::Sha1;
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

/// For each of the three derivations; OpenSSL writes 2,048.
pub(crate) const ITERATIONS: u32 = 100_000;
/// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, appendix C).
const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
/// What derived bytes are for (RFC 7292, B.3).
const KEY: u8 = 1;
const IV: u8 = 2;

/// pkcs-12PbeParams (RFC 7292, appendix C).
#[derive(Sequence)]
struct Parameters {
    salt: OctetString,
    iterations: u32,
}

/// The AlgorithmIdentifier and the encrypted bytes, under a salt of their own.
pub(crate) fn close(plain: &[u8], passphrase: &str, random: &mut dyn Random) -> Result<(AlgorithmIdentifierOwned, Vec<u8>)> {
    let failed = || Error::new(Code::InvalidOptions, "The passphrase cannot be used as a key. Choose another one.");
    let mut salt = [0u8; 16];
    random.fill(&mut salt)?;
    let key = derive::<Sha1>(KEY, passphrase, &salt, ITERATIONS, 24);
    let iv = derive::<Sha1>(IV, passphrase, &salt, ITERATIONS, 8);
    let mut buffer = Zeroizing::new(vec![0u8; plain.len() + 8]);
    buffer[..plain.len()].copy_from_slice(plain);
    let mode = cbc::Encryptor::<des::TdesEde3>::new_from_slices(&key, &iv).map_err(|_| failed())?;
    let data = mode.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).map_err(|_| failed())?.to_vec();
    let parameters = OctetString::new(salt).map(|salt| Parameters { salt, iterations: ITERATIONS });
    let algorithm = parameters.and_then(|parameters| identifier(PBE_SHA1_3DES, &parameters)).map_err(unencodable)?;
    Ok((algorithm, data))
}
