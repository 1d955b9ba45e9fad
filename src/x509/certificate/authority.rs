//! CA bundles for a kubeconfig, as kubectl reads `certificate-authority-data` (`CertPool.AppendCertsFromPEM`, Go 1.26).

use super::chain::{Chain, refused};
use crate::error::{Code, Error, Result};
use crate::input;

/// The same as [`authority_bundle`] for what was pasted or dropped, by way of the front door.
///
/// # Errors
/// As [`authority_bundle`].
pub fn pasted_authority(text: &[u8]) -> Result<String> {
    let opened = input::pem(text).map_err(|cause| {
        let error = refused(cause, text);
        let code = if error.code() == Code::InvalidCertificate { Code::InvalidCertificateAuthority } else { error.code() };
        Error::new(code, error.message().to_owned())
    })?;
    authority_bundle(&opened.text)
}

/// Checks a CA bundle for a kubeconfig: the certificates that kubectl reads of it, in order, re-encoded.
///
/// # Errors
/// [`Code::InvalidCertificateAuthority`] with the reason, [`Code::UnexpectedPrivateKey`] for any private key in it.
pub fn authority_bundle(text: &[u8]) -> Result<String> {
    match Chain::read_authorities(text) {
        Ok(chain) if chain.with_key() => Err(Error::new(
            Code::UnexpectedPrivateKey,
            "A private key is in the CA bundle. Give the certificates alone: kubectl needs no key here.",
        )),
        Ok(chain) => Ok(chain.to_pem()),
        Err(error) if error.code() == Code::InvalidCertificate => {
            Err(Error::new(Code::InvalidCertificateAuthority, format!("The CA bundle cannot be read. {}", error.message())))
        }
        Err(error) => Err(error),
    }
}
