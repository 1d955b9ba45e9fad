//! Writing keys: PKCS#8 version 1, which OpenSSL 3.0, Go, Node, Java and Python all read.

use super::shapes::{self, oid};
use super::{Material, PrivateKey, passphrase, rsa_key, stack};
use crate::encoding::pem;
use crate::error::Result;
use crate::random::Random;
use crate::secret::Secret;
use zeroize::Zeroizing;

/// RFC 8410 section 7: version 0, Ed25519, the seed as an OCTET STRING inside an OCTET STRING. The crate writes
/// version 1 with the public key, which OpenSSL before 3.5, Node 20 and Python refuse (measured 2026-11).
const ED25519_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

impl PrivateKey {
    /// PKCS#8 (RFC 5958) version 1, DER.
    ///
    /// # Errors
    /// [`crate::Code::InconsistentKey`] where a part of an RSA key is missing.
    pub fn to_pkcs8_der(&self) -> Result<Secret<Vec<u8>>> {
        stack::wiped(|| self.encode())
    }

    fn encode(&self) -> Result<Secret<Vec<u8>>> {
        match self.material() {
            Material::P256(key) => {
                let scalar = Zeroizing::new(key.to_bytes());
                Ok(Secret::new(shapes::write_ec_private(oid::P256, &scalar, key.verifying_key().to_sec1_point(false).as_bytes())))
            }
            Material::P384(key) => {
                let scalar = Zeroizing::new(key.to_bytes());
                Ok(Secret::new(shapes::write_ec_private(oid::P384, &scalar, key.verifying_key().to_sec1_point(false).as_bytes())))
            }
            Material::Ed25519(key) => {
                let mut der = Vec::with_capacity(48);
                der.extend_from_slice(&ED25519_PREFIX);
                der.extend_from_slice(key.as_bytes());
                Ok(Secret::new(der))
            }
            Material::Rsa(key) => rsa_key::encode(key).map(Secret::new),
        }
    }

    /// PEM: `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` (PBES2: scrypt and AES-256-CBC) with a passphrase.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`] for an empty passphrase; [`crate::Code::NoRandom`].
    pub fn export_pem(&self, passphrase: Option<&Secret<String>>, random: &mut dyn Random) -> Result<Secret<Vec<u8>>> {
        let der = self.to_pkcs8_der()?;
        match passphrase {
            None => Ok(pem::encode("PRIVATE KEY", der.expose())),
            Some(words) => {
                let closed = stack::wiped(|| passphrase::seal(der.expose(), words.expose(), random))?;
                Ok(pem::encode("ENCRYPTED PRIVATE KEY", &closed))
            }
        }
    }
}
