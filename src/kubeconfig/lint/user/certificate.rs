//! `client-certificate-data`: which certificate kubectl reads of it, and what is wrong with that one.
//!
//! Source: Go 1.26 `tls.X509KeyPair`, which client-go reads it with.

use super::{CERTIFICATE, OMITTED_SENTENCE};
use crate::encoding::pem;
use crate::finding::{Finding, FindingCode};
use crate::go::key_pair::Other;
use crate::kubeconfig::cause::{self, BOM};
use crate::kubeconfig::lint::{Linter, OMITTED, Spot, decoded, has_data};
use crate::x509::certificate::Chain;
use zeroize::Zeroizing;

impl Linter {
    /// Reads the certificate as Go's `tls.X509KeyPair` does: the first block of this label counts, whatever else is there.
    pub(super) fn certificate(&mut self, spot: Spot<'_>) -> Option<Chain> {
        let text = spot.body.text_of(CERTIFICATE);
        if !has_data(spot.body, CERTIFICATE) {
            return None;
        }
        if OMITTED.contains(&text) {
            self.error(spot, CERTIFICATE, FindingCode::Omitted, OMITTED_SENTENCE);
            return None;
        }
        let bytes = decoded(spot.body, CERTIFICATE);
        let (mut found, mut first) = (Zeroizing::new(Vec::new()), None);
        for block in pem::blocks_of_go(&bytes) {
            first.get_or_insert_with(|| block.label.clone());
            if block.label == pem::CERTIFICATE {
                found.extend_from_slice(pem::encode(pem::CERTIFICATE, block.contents.expose()).expose());
            }
        }
        if !found.is_empty() && bytes.starts_with(BOM) {
            self.warning(
                spot,
                CERTIFICATE,
                FindingCode::ByteOrderMark,
                "The PEM text begins with a byte-order mark (BOM), so kubectl does not see the first block. Save the file as UTF-8 without BOM and encode it again.",
            );
        }
        if found.is_empty() {
            match first.as_deref() {
                None => self.cause(spot, CERTIFICATE, cause::of_pem(text, &bytes)),
                Some(label) if label.ends_with("PRIVATE KEY") => self.error(
                    spot,
                    CERTIFICATE,
                    FindingCode::KeyInsteadOfCertificate,
                    "There is a private key where the certificate belongs. Move it to client-key-data.",
                ),
                Some(label) => {
                    let sentence = match Other::of(label) {
                        Other::Request => {
                            "There is a certificate request where the certificate belongs. The cluster issues the certificate from it."
                        }
                        _ => "There is no CERTIFICATE block in the value, only PEM blocks of another kind. kubectl refuses it.",
                    };
                    self.error(spot, CERTIFICATE, FindingCode::CertificateUnreadable, sentence);
                }
            }
            return None;
        }
        // The leaf alone decides; what follows it is sent as it is. Behind a byte-order mark, Go does not see the first block.
        let whole = (!bytes.starts_with(BOM)).then(|| Chain::read(&bytes).ok()).flatten();
        let chain = whole.map_or_else(|| Chain::read(&found), Ok).or_else(|_| {
            let leaf = pem::first(&found).map(|block| pem::encode(pem::CERTIFICATE, block.contents.expose()));
            Chain::read(leaf.as_ref().map_or(&found, |leaf| leaf.expose()))
        });
        match chain {
            Ok(chain) => {
                let leaf = chain.leaf();
                for mut finding in leaf.findings(self.now).into_iter().chain(chain.findings()) {
                    // The path is about to be that of the field.
                    if let Some(name) = &finding.path {
                        finding.message = format!("`{name}` in the certificate: {}", finding.message);
                    }
                    self.say(spot, CERTIFICATE, finding);
                }
                if !leaf.client_auth {
                    self.error(
                        spot,
                        CERTIFICATE,
                        FindingCode::CertificateUsage,
                        "The certificate is not valid for client authentication, so the API server rejects it (401). Request a client certificate.",
                    );
                } else if let Some(finding) = leaf.authority_as_client() {
                    self.say(spot, CERTIFICATE, finding);
                    leaf.user_empty().into_iter().for_each(|finding| self.say(spot, CERTIFICATE, finding));
                }
                Some(chain)
            }
            Err(error) => {
                self.say(spot, CERTIFICATE, Finding::error(FindingCode::CertificateUnreadable, error.message().to_owned()));
                None
            }
        }
    }
}
