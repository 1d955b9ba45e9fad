//! Writing keys: PKCS#8 version 1, which OpenSSL 3.0, Go, Node, Java and Python all read.

use super::{Material, PrivateKey, passphrase, rsa_key, stack};
use crate::encoding::container;
use crate::encoding::pem;
use crate::error::Result;
use crate::random::Random;
use crate::secret::Secret;
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1};
use zeroize::Zeroizing;

impl PrivateKey {
    /// PKCS#8 (RFC 5958) version 1, DER.
    ///
    /// # Errors
    /// [`crate::Code::InconsistentKey`] where a part of an RSA key is missing.
    pub fn to_pkcs8_der(&self) -> Result<Secret<Vec<u8>>> {
        stack::wiped(|| self.encode())
    }

    fn encode(&self) -> Result<Secret<Vec<u8>>> {
        let der = match self.material() {
            Material::P256(key) => {
                let scalar = Zeroizing::new(key.to_bytes());
                container::private_ec(&SECP_256_R_1, &scalar, key.verifying_key().to_sec1_point(false).as_bytes())
            }
            Material::P384(key) => {
                let scalar = Zeroizing::new(key.to_bytes());
                container::private_ec(&SECP_384_R_1, &scalar, key.verifying_key().to_sec1_point(false).as_bytes())
            }
            Material::Ed25519(key) => container::private_ed25519(key.as_bytes()),
            Material::Rsa(key) => rsa_key::encode(key),
        };
        der.map(Secret::new)
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
