//! Writing keys: PKCS#8 version 1, which OpenSSL 3.0, Go, Node, Java and Python all read.

use super::{Material, PrivateKey, stack};
use crate::error::{Code, Error, Result};
use crate::pem;
use crate::random::Random;
use crate::secret::Secret;
use der::Encode;
use der::asn1::OctetStringRef;
use pkcs5::pbes2;
use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::EncodePrivateKey;
use zeroize::Zeroizing;

/// RFC 8410 section 7: version 0, Ed25519, the seed as an OCTET STRING inside an OCTET STRING. The crate writes
/// version 1 with the public key, which OpenSSL before 3.5, Node 20 and Python refuse (measured 2026-11).
const ED25519_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// scrypt with N = 2^14, r = 8, p = 5: 16 MiB, since OpenSSL by default refuses more than 32, and by OWASP's count
/// (2025) as strong as N = 2^17, p = 1.
const SCRYPT: (u8, u32, u32) = (14, 8, 5);

impl PrivateKey {
    /// PKCS#8 (RFC 5958) version 1, DER.
    ///
    /// # Errors
    /// [`Code::InvalidKey`] where it cannot be encoded.
    pub fn to_pkcs8_der(&self) -> Result<Secret<Vec<u8>>> {
        stack::wiped(|| self.encode())
    }

    fn encode(&self) -> Result<Secret<Vec<u8>>> {
        let unencodable = |_| Error::new(Code::InvalidKey, "the private key cannot be encoded");
        match self.material() {
            Material::P256(key) => {
                let key = p256::SecretKey::from(key);
                Ok(Secret::new(key.to_pkcs8_der().map_err(unencodable)?.as_bytes().to_vec()))
            }
            Material::P384(key) => {
                let key = p384::SecretKey::from(&**key);
                Ok(Secret::new(key.to_pkcs8_der().map_err(unencodable)?.as_bytes().to_vec()))
            }
            Material::Ed25519(key) => {
                let mut der = Vec::with_capacity(48);
                der.extend_from_slice(&ED25519_PREFIX);
                der.extend_from_slice(key.as_bytes());
                Ok(Secret::new(der))
            }
            Material::Rsa(key) => Ok(Secret::new(key.to_pkcs8_der().map_err(unencodable)?.as_bytes().to_vec())),
        }
    }

    /// PEM: `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` (PBES2: scrypt and AES-256-CBC) with a passphrase.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] for an empty passphrase; [`Code::NoRandom`].
    pub fn export_pem(&self, passphrase: Option<&Secret<String>>, random: &mut dyn Random) -> Result<Secret<Vec<u8>>> {
        let der = self.to_pkcs8_der()?;
        match passphrase {
            None => Ok(pem::encode("PRIVATE KEY", der.expose())),
            Some(passphrase) => {
                let closed = stack::wiped(|| encrypt(der.expose(), passphrase, random))?;
                Ok(pem::encode("ENCRYPTED PRIVATE KEY", &closed))
            }
        }
    }
}

fn encrypt(der: &[u8], passphrase: &Secret<String>, random: &mut dyn Random) -> Result<Zeroizing<Vec<u8>>> {
    if passphrase.expose().is_empty() {
        return Err(Error::new(Code::InvalidOptions, "the passphrase is empty: give one, or leave it out to save the key unencrypted"));
    }
    let (mut salt, mut iv) = ([0u8; 16], [0u8; 16]);
    random.fill(&mut salt)?;
    random.fill(&mut iv)?;
    let unencodable = || Error::new(Code::InvalidKey, "the private key cannot be encrypted");
    let (log_n, r, p) = SCRYPT;
    let scrypt = scrypt::Params::new(log_n, r, p).map_err(|_| unencodable())?;
    let parameters = pbes2::Parameters::generate_scrypt_aes256cbc(scrypt, &salt, iv).map_err(|_| unencodable())?;
    let encrypted = parameters.encrypt(passphrase.expose(), der).map_err(|_| unencodable())?;
    let data = OctetStringRef::new(&encrypted).map_err(|_| unencodable())?;
    let info = EncryptedPrivateKeyInfo { encryption_algorithm: parameters.into(), encrypted_data: data };
    info.to_der().map(Zeroizing::new).map_err(|_| unencodable())
}
