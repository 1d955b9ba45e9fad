//! PKCS#12 (RFC 7292): a key and its certificates in one file under a passphrase, as browsers and Java import them.
//!
//! Written alone, never read. Key and certificates are encrypted by PBES2 (PBKDF2 with HMAC-SHA-256, AES-256-CBC), the
//! integrity is HMAC-SHA-256 with the key of appendix B, since neither Java 17 nor NSS knows PBMAC1 (RFC 9579) (2026-11).
//! (The crate p12-keystore 0.4 does the same on pre-releases of `pkcs12` and `cms`, with derived readers of certificates,
//! RC2, DES and randomness of its own, and keeps keys in vectors that nobody wipes; 2026-11.)

mod derive;
mod legacy;
mod shapes;

use crate::crypto::passphrase::Lock;
use crate::crypto::{PrivateKey, stack};
use crate::error::{Code, Error, Result};
use crate::options::{choices, options};
use crate::random::Random;
use crate::secret::Secret;
use crate::text::readable;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::Chain;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256};
use der::Encode;
use der::asn1::{Any, OctetString};
use derive::derive;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use shapes::{ContentInfo, DigestInfo, MacData, Pfx, SafeBag, attributes, unencodable};
use spki::AlgorithmIdentifierOwned;

/// For each of the two derivations. .NET reads at most 600,000 in all, and counts key and certificates one by one (2026-11).
const ITERATIONS: u32 = 200_000;

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
                "PKCS#12 needs a passphrase, which importers ask for. Give one that is not empty.",
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
        let lock = match compatibility {
            Compatibility::Modern => Some(Lock::pbkdf2(passphrase, ITERATIONS, random)?),
            Compatibility::Legacy => None,
        };
        let close = |plain: &[u8], random: &mut dyn Random| match &lock {
            Some(lock) => lock.close(plain, random),
            None => legacy::close(plain, passphrase, random),
        };
        let attributes = attributes(name, &Sha256::digest(self.public_key_der())[..20]).map_err(unencodable)?;
        let mut first = Some(attributes.clone());
        let bags = chain.certificates().iter().map(|certificate| SafeBag::certificate(certificate.der(), first.take()));
        let bags = bags.collect::<der::Result<Vec<SafeBag>>>().map_err(unencodable)?;
        let (algorithm, data) = close(&bags.to_der().map_err(unencodable)?, random)?;
        let certificates = ContentInfo::encrypted(algorithm, data).map_err(unencodable)?;

        let (algorithm, data) = close(self.to_pkcs8_der()?.expose(), random)?;
        let key =
            SafeBag::key(&algorithm, &data, attributes).and_then(|bag| ContentInfo::data(vec![bag].to_der()?)).map_err(unencodable)?;

        let safe = vec![certificates, key].to_der().map_err(unencodable)?;
        let mac_data = match compatibility {
            Compatibility::Modern => mac::<Sha256, Hmac<Sha256>>(ID_SHA_256, ITERATIONS, &safe, passphrase, random)?,
            Compatibility::Legacy => mac::<Sha1, Hmac<Sha1>>(ID_SHA_1, legacy::ITERATIONS, &safe, passphrase, random)?,
        };
        let file = ContentInfo::data(safe).and_then(|auth_safe| Pfx { version: 3, auth_safe, mac_data }.to_der());
        file.map_err(unencodable)
    }
}

fn friendly_name(name: Option<&str>, chain: &Chain) -> Result<String> {
    match name {
        None => Ok(readable(&chain.leaf().identity.user)),
        Some(name) if name.is_empty() || name.chars().any(char::is_control) => {
            Err(Error::new(Code::InvalidName, "`friendlyName` must be a text that is not empty and contains no control characters."))
        }
        Some(name) => Ok(name.to_owned()),
    }
}

/// MacData (RFC 7292, 4), by HMAC over this hash.
fn mac<D: Digest, M: Mac + KeyInit>(
    hash: ObjectIdentifier,
    iterations: u32,
    safe: &[u8],
    passphrase: &str,
    random: &mut dyn Random,
) -> Result<MacData> {
    let mut salt = [0u8; 16];
    random.fill(&mut salt)?;
    let key = derive::<D>(INTEGRITY, passphrase, &salt, iterations, <D as Digest>::output_size());
    let mut mac = <M as KeyInit>::new_from_slice(&key)
        .map_err(|_| Error::new(Code::InvalidOptions, "No key can be derived from the passphrase. Choose another one."))?;
    mac.update(safe);
    let data = mac_data(hash, &mac.finalize().into_bytes(), &salt, iterations);
    data.map_err(unencodable)
}

fn mac_data(hash: ObjectIdentifier, digest: &[u8], salt: &[u8], iterations: u32) -> der::Result<MacData> {
    let algorithm = AlgorithmIdentifierOwned { oid: hash, parameters: Some(Any::null()) };
    Ok(MacData { mac: DigestInfo { algorithm, digest: OctetString::new(digest)? }, salt: OctetString::new(salt)?, iterations })
}
