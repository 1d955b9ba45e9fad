//! PKCS#12 (RFC 7292): a key and its certificates in one file under a passphrase, as browsers and Java import them.
//!
//! Written alone, never read. Key and certificates are encrypted by PBES2 (PBKDF2 with HMAC-SHA-256, AES-256-CBC), the
//! integrity is HMAC-SHA-256 with the key of appendix B, since neither Java 17 nor NSS knows PBMAC1 (RFC 9579) (2026-11).
//! (The crate p12-keystore 0.4 does the same on pre-releases of `pkcs12` and `cms`, with derived readers of certificates,
//! RC2, DES and randomness of its own, and keeps keys in vectors that nobody wipes; 2026-11.)

mod derive;
mod legacy;

use crate::crypto::passphrase::Lock;
use crate::crypto::{PrivateKey, stack};
use crate::encoding::der::{tag, write, write_unsigned};
use crate::error::{Code, Error, Result};
use crate::options::{choices, options};
use crate::random::Random;
use crate::secret::Secret;
use crate::text::readable;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::Chain;
use derive::{derive, oid};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// For each of the two derivations. .NET reads at most 600,000 in all, and counts key and certificates one by one (2026-11).
const ITERATIONS: u32 = 200_000;

/// 1.2.840.113549.1.7.1 and .6 (RFC 5652).
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
/// 1.2.840.113549.1.12.10.1.2 and .3.
const SHROUDED_KEY_BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x02];
const CERTIFICATE_BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x03];
/// 1.2.840.113549.1.9.20, .21 and .22.1 (RFC 2985).
const FRIENDLY_NAME: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x14];
const LOCAL_KEY_ID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x15];
const X509_CERTIFICATE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];
/// AlgorithmIdentifier of SHA-256, 2.16.840.1.101.3.4.2.1 with NULL, whole.
const SHA256: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
/// What the bytes derived for the integrity are for (RFC 7292, B.3).
const INTEGRITY: u8 = 3;

choices! {
    /// How key, certificates and integrity are protected.
    enum Compatibility {
        /// PBES2 and HMAC-SHA-256.
        Modern = "modern",
        /// 3DES and HMAC-SHA-1, see [`legacy`].
        Legacy = "legacy",
    }
}

options! {
    struct Pkcs12Options<'a> {
        certificate: &'a str = "certificate",
        friendly_name: Option<&'a str> = "friendlyName",
        compatibility: Option<Compatibility> = "compatibility",
    }
}

impl PrivateKey {
    /// The key with a certificate issued for it, DER. Options: `certificate` (PEM, a chain or one), `friendlyName` (what
    /// importers call it; the user's name where it is left out), `compatibility` (`modern`, the default, or `legacy`).
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] without a passphrase; [`Code::InvalidName`] for the friendly name; what [`Chain::read`] and
    /// [`Chain::match_to`] say; [`Code::NoRandom`].
    pub fn export_pkcs12(
        &self,
        options: &Value,
        passphrase: Option<&Secret<String>>,
        now: UnixTime,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>> {
        let options: Pkcs12Options<'_> = options.read("options")?;
        let compatibility = options.compatibility.unwrap_or(Compatibility::Modern);
        let mut chain = Chain::pasted(options.certificate.as_bytes())?;
        chain.match_to(&self.fingerprint(), None, now)?;
        let name = friendly_name(options.friendly_name, &chain)?;
        let Some(passphrase) = passphrase.map(Secret::expose).filter(|words| !words.is_empty()) else {
            return Err(Error::new(
                Code::InvalidOptions,
                "PKCS#12 needs a passphrase, which importers ask for: give one that is not empty",
            ));
        };
        stack::wiped(|| self.bundle(&chain, &name, passphrase, compatibility, random))
    }

    fn bundle(
        &self,
        chain: &Chain,
        name: &str,
        passphrase: &str,
        compatibility: Compatibility,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>> {
        let attributes = attributes(name, &Sha256::digest(self.public_key_der())[..20]);
        let lock = match compatibility {
            Compatibility::Modern => Some(Lock::pbkdf2(passphrase, ITERATIONS, random)?),
            Compatibility::Legacy => None,
        };
        let close = |plain: &[u8], random: &mut dyn Random| match &lock {
            Some(lock) => lock.close(plain, random),
            None => legacy::close(plain, passphrase, random),
        };

        let bags: Vec<u8> = chain
            .certificates()
            .iter()
            .zip([&attributes[..]].into_iter().chain(std::iter::repeat(&[][..])))
            .flat_map(certificate_bag)
            .collect();
        let (algorithm, data) = close(&write(tag::SEQUENCE, &[&bags]), random)?;
        let certificates = encrypted_data(&algorithm, &data);

        let (algorithm, data) = close(self.to_pkcs8_der()?.expose(), random)?;
        let key = write(tag::SEQUENCE, &[&algorithm, &write(tag::OCTET_STRING, &[&data])]);
        let key = plain_data(&write(tag::SEQUENCE, &[&bag(SHROUDED_KEY_BAG, &key, &attributes)]));

        let safe = write(tag::SEQUENCE, &[&certificates, &key]);
        let integrity = match compatibility {
            Compatibility::Modern => mac::<Sha256, Hmac<Sha256>>(SHA256, ITERATIONS, &safe, passphrase, random)?,
            Compatibility::Legacy => mac::<Sha1, Hmac<Sha1>>(legacy::SHA1, legacy::ITERATIONS, &safe, passphrase, random)?,
        };
        Ok(write(tag::SEQUENCE, &[&write(tag::INTEGER, &[&[3]]), &plain_data(&safe), &integrity]))
    }
}

fn friendly_name(name: Option<&str>, chain: &Chain) -> Result<String> {
    match name {
        None => Ok(readable(&chain.leaf().identity.user)),
        Some(name) if name.is_empty() || name.chars().any(char::is_control) => {
            Err(Error::new(Code::InvalidName, "friendlyName must be a text that is not empty and contains no control characters"))
        }
        Some(name) => Ok(name.to_owned()),
    }
}

/// ContentInfo (RFC 5652, 3) around bytes that are there as they are.
fn plain_data(contents: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&oid(DATA), &write(tag::context(0), &[&write(tag::OCTET_STRING, &[contents])])])
}

/// ContentInfo around EncryptedData (RFC 5652, 8).
fn encrypted_data(algorithm: &[u8], data: &[u8]) -> Vec<u8> {
    let contents = write(tag::SEQUENCE, &[&oid(DATA), algorithm, &write(tag::context_primitive(0), &[data])]);
    let encrypted = write(tag::SEQUENCE, &[&write(tag::INTEGER, &[&[0]]), &contents]);
    write(tag::SEQUENCE, &[&oid(ENCRYPTED_DATA), &write(tag::context(0), &[&encrypted])])
}

/// SafeBag (RFC 7292, 4.2).
fn bag(kind: &[u8], value: &[u8], attributes: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&oid(kind), &write(tag::context(0), &[value]), attributes])
}

fn certificate_bag((certificate, attributes): (&crate::x509::certificate::Read, &[u8])) -> Vec<u8> {
    let value = write(tag::context(0), &[&write(tag::OCTET_STRING, &[certificate.der()])]);
    bag(CERTIFICATE_BAG, &write(tag::SEQUENCE, &[&oid(X509_CERTIFICATE), &value]), attributes)
}

/// What binds key and certificate together, and the name; a SET in the order of DER. BMPString in practice is UTF-16.
fn attributes(name: &str, id: &[u8]) -> Vec<u8> {
    let attribute = |kind: &[u8], value: &[u8]| write(tag::SEQUENCE, &[&oid(kind), &write(tag::SET, &[value])]);
    let id = attribute(LOCAL_KEY_ID, &write(tag::OCTET_STRING, &[id]));
    if name.is_empty() {
        return write(tag::SET, &[&id]);
    }
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let name = attribute(FRIENDLY_NAME, &write(tag::BMP_STRING, &[&name]));
    let (first, second) = if name <= id { (name, id) } else { (id, name) };
    write(tag::SET, &[&first, &second])
}

/// MacData (RFC 7292, 4), by HMAC over this hash.
fn mac<D: Digest, M: Mac + KeyInit>(
    hash: &[u8],
    iterations: u32,
    safe: &[u8],
    passphrase: &str,
    random: &mut dyn Random,
) -> Result<Vec<u8>> {
    let mut salt = [0u8; 16];
    random.fill(&mut salt)?;
    let key = derive::<D>(INTEGRITY, passphrase, &salt, iterations, <D as Digest>::output_size());
    let mut mac = <M as KeyInit>::new_from_slice(&key)
        .map_err(|_| Error::new(Code::InvalidOptions, "the passphrase makes no key: choose another"))?;
    mac.update(safe);
    let digest = write(tag::SEQUENCE, &[hash, &write(tag::OCTET_STRING, &[&mac.finalize().into_bytes()])]);
    Ok(write(tag::SEQUENCE, &[&digest, &write(tag::OCTET_STRING, &[&salt]), &write_unsigned(&iterations.to_be_bytes())]))
}
