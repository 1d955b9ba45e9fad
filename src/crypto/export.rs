//! Writing keys: PKCS#8 version 1, which OpenSSL 3.0, Go, Node, Java and Python all read.

use super::{PrivateKey, passphrase, stack};
use crate::encoding::pem;
use crate::error::Result;
use crate::random::Random;
use crate::secret::Secret;

impl PrivateKey {
    /// PKCS#8 (RFC 5958) version 1, DER.
    ///
    /// # Errors
    /// [`crate::Code::InconsistentKey`] where a part of an RSA key is missing.
    pub fn to_pkcs8_der(&self) -> Result<Secret<Vec<u8>>> {
        stack::wiped(|| self.material.pkcs8()).map(Secret::new)
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
