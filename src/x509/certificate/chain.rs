//! The certificates of a text, as kubectl and the API server read it (`tls.X509KeyPair` and `CertPool.AppendCertsFromPEM`, Go 1.26).

use super::read::{Read, invalid, read_block};
use crate::encoding::pem::{self, Document};
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::input::{self, Cause, Change};
use crate::locate::Locate;
use crate::time::UnixTime;
use crate::value::Value;
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// `maxHandshakeCertificateMsg` of crypto/tls (Go 1.26): a longer chain of client certificates ends the handshake.
const MAX_IN_TLS: usize = 256 << 10;

/// Certificates in the order of the text, first one the leaf.
#[derive(Clone, Debug)]
pub struct Chain {
    pub(super) certificates: Vec<Read>,
    with_key: bool,
    unreadable: Option<Error>,
    /// What the front door changed about the text that was pasted.
    changes: Vec<Change>,
}

impl Chain {
    /// Reads what was pasted or dropped, by way of the front door; what was changed are notices of the report.
    ///
    /// # Errors
    /// As [`Chain::read`]; the sentence names the cause where the text cannot be read.
    pub fn pasted(text: &[u8]) -> Result<Chain> {
        let opened = input::pem(text).map_err(|cause| refused(cause, text))?;
        let mut chain = Chain::read(&opened.text)?;
        chain.changes = opened.changes;
        Ok(chain)
    }

    /// Reads PEM, or the base64 of PEM as in `status.certificate`. Other blocks are ignored as kubectl ignores them (`tls.X509KeyPair`),
    /// so that a file with certificate and key can be read (kubelet-client-current.pem); [`Chain::with_key`] tells of a key.
    ///
    /// # Errors
    /// [`Code::InvalidCertificate`], [`Code::UnexpectedPrivateKey`] for a key without a certificate, [`Code::InputTooLarge`].
    pub fn read(text: &[u8]) -> Result<Chain> {
        let chain = Chain::scan(text)?;
        if let Some(error) = chain.unreadable {
            return Err(error);
        }
        Ok(chain)
    }

    /// Reads a CA bundle as kubectl does (`CertPool.AppendCertsFromPEM`, Go 1.26): blocks that are not a certificate, have headers or
    /// cannot be parsed are ignored as long as one certificate is left. [`Chain::unreadable`] has the reason for the first of them.
    ///
    /// # Errors
    /// [`Code::InvalidCertificate`] with the reason where no certificate is left, [`Code::UnexpectedPrivateKey`] for a key without a
    /// certificate, [`Code::InputTooLarge`].
    pub fn read_authorities(text: &[u8]) -> Result<Chain> {
        match Chain::scan(text)? {
            Chain { certificates, unreadable: Some(error), .. } if certificates.is_empty() => Err(error),
            chain => Ok(chain),
        }
    }

    /// All certificates that can be read, and why the first of the others cannot.
    fn scan(text: &[u8]) -> Result<Chain> {
        let decoded = base64_of_pem(text).map(Zeroizing::new); // may contain a private key
        let document = pem::document(decoded.as_ref().map_or(text, |decoded| decoded.as_slice()))?;
        let mut chain = Chain { certificates: Vec::new(), with_key: false, unreadable: None, changes: Vec::new() };
        if document.damaged > 0 {
            chain.unreadable = Some(Error::new(
                Code::InvalidCertificate,
                "The PEM block is damaged. Copy everything from the BEGIN line to the END line, dashes included.",
            ));
        }
        for block in &document.blocks {
            if block.label == pem::CERTIFICATE {
                match read_block(block) {
                    Ok(read) => chain.certificates.push(read),
                    Err(error) => drop(chain.unreadable.get_or_insert(error)),
                }
            } else {
                chain.with_key |= block.label.holds("PRIVATE KEY");
            }
        }
        match chain.unreadable {
            None if chain.certificates.is_empty() => Err(absent(&document)),
            _ => Ok(chain),
        }
    }

    /// Whether a private key is in the same text. It was not read.
    #[must_use]
    pub fn with_key(&self) -> bool {
        self.with_key
    }

    /// Why a block of a CA bundle was ignored, the first one of them.
    #[must_use]
    pub fn unreadable(&self) -> Option<&Error> {
        self.unreadable.as_ref()
    }

    /// The first certificate.
    #[must_use]
    pub fn leaf(&self) -> &Read {
        &self.certificates[0] // never empty, see scan
    }

    /// All certificates, leaf first.
    #[must_use]
    pub fn certificates(&self) -> &[Read] {
        &self.certificates
    }

    /// The chain as PEM, re-encoded.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.certificates
            .iter()
            .map(|one| String::from_utf8_lossy(pem::encode(pem::CERTIFICATE, one.der()).expose()).into_owned())
            .collect()
    }

    /// The report as JavaScript sees it (`CertificateReport` in types.ts).
    #[must_use]
    pub fn to_value(&self, now: UnixTime) -> Value {
        let mut findings = self.leaf().findings(now);
        findings.extend(self.findings());
        self.leaf().describe(self.certificates.len(), &findings)
    }

    /// What is unusual about the text and the chain as a whole.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.with_key {
            findings.push(Finding::notice(
                FindingCode::PrivateKeyIncluded,
                "A private key is in the same text. Only the certificate was read; keep the text secret.",
            ));
        }
        if self.certificates.iter().map(|one| one.der().len()).sum::<usize>() > MAX_IN_TLS {
            findings.push(Finding::error(
                FindingCode::CertificateTooLarge,
                "The certificates are larger than 256 KiB in total, so the API server ends the TLS handshake. Request one with fewer groups or names.",
            ));
        }
        findings.extend(input::notices(&self.changes));
        findings
    }
}

/// Why a text without a certificate is refused.
fn absent(document: &Document) -> Error {
    let labelled = |wanted: &str| document.blocks.iter().any(|block| block.label.holds(wanted));
    if labelled("PRIVATE KEY") {
        return Error::new(Code::UnexpectedPrivateKey, "There is a private key in this text. Give the certificate alone.");
    }
    invalid(if labelled(pem::CERTIFICATE_REQUEST) {
        "This is a certificate signing request. Give the certificate that the cluster issued for it."
    } else if labelled(pem::CERTIFICATE) {
        "The PEM label is not CERTIFICATE, so kubectl ignores the block. Convert it with openssl x509 -in FILE -out NEW-FILE."
    } else if document.blocks.is_empty() {
        "There is no certificate in this text. It begins with -----BEGIN CERTIFICATE-----."
    } else {
        "There is no CERTIFICATE block in this text, only PEM blocks of another kind. Give the certificate."
    })
}

/// Decodes a text that is nothing but the base64 of PEM text.
fn base64_of_pem(text: &[u8]) -> Option<Vec<u8>> {
    // Most texts are PEM already, and base64 has no hyphen.
    if text.len() > pem::MAX_TEXT || text.contains(&b'-') {
        return None;
    }
    let compact: String = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)).collect();
    let decoded = Base64::decode_vec(compact.trim_matches(['"', '\''])).ok()?;
    decoded.windows(11).any(|window| window == b"-----BEGIN ").then_some(decoded)
}

/// Why a text that the front door refuses is not a certificate.
pub(super) fn refused(cause: Cause, text: &[u8]) -> Error {
    match cause {
        Cause::TooLarge => Error::new(Code::InputTooLarge, cause.sentence()),
        _ if input::holds_private_key(text) => {
            Error::new(Code::UnexpectedPrivateKey, "There is a private key in this text. Give the certificate alone.")
        }
        Cause::NoPem | Cause::Empty => {
            Error::new(Code::InvalidCertificate, "There is no certificate in this text. It begins with -----BEGIN CERTIFICATE-----.")
        }
        _ => Error::new(Code::InvalidCertificate, cause.sentence()),
    }
}
