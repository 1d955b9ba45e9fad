//! `client-key-data`: whether kubectl reads the key, and whether it belongs to the certificate.
//!
//! Source: Go 1.26 `tls.X509KeyPair` ([`crate::go::key_pair`]), and k8s.io/client-go `tools/clientcmd/validation.go` (`validateAuthInfo`) v0.36.

use super::{CERTIFICATE, KEY, OMITTED_SENTENCE};
use crate::finding::FindingCode;
use crate::go::key_pair::{self, Fault, Other};
use crate::kubeconfig::cause;
use crate::kubeconfig::lint::{Linter, OMITTED, Spot, decoded, has, has_data};
use crate::x509::certificate::Chain;
use crate::yaml::tree::Node;

impl Linter {
    pub(super) fn key(&mut self, spot: Spot<'_>, chain: Option<&Chain>) {
        let body = spot.body;
        let certificate = has_data(body, CERTIFICATE) || has(body, "client-certificate");
        let key = has_data(body, KEY) || has(body, "client-key");
        if certificate && !key {
            self.error(
                spot,
                "",
                FindingCode::CertificateWithoutKey,
                "The certificate's private key is missing, so kubectl refuses the file. Add client-key-data.",
            );
        } else if key && !certificate {
            let sentence = if has(body, "token") || has(body, "tokenFile") {
                "The private key has no certificate, so kubectl does not use it. The token is sent. Remove the key, or add its certificate."
            } else if body.get("exec").is_some() || body.get("auth-provider").is_some() {
                "The private key has no certificate, so kubectl does not use it. The credential comes from exec or auth-provider. Remove the key, or add its certificate."
            } else {
                "The private key has no certificate, so kubectl does not use it. Add client-certificate-data."
            };
            self.warning(spot, "", FindingCode::KeyWithoutCertificate, sentence);
        }
        // client-go looks at the key of a certificate alone.
        if !certificate || !has_data(body, KEY) {
            return;
        }
        let text = body.text_of(KEY);
        if OMITTED.contains(&text) {
            return self.error(spot, KEY, FindingCode::Omitted, OMITTED_SENTENCE);
        }
        let number = self.public_of(body, || key_pair::public_of_pem(&decoded(body, KEY)));
        match &self.publics[number] {
            Ok(public) if chain.is_none_or(|chain| *public == chain.leaf().key_fingerprint) => {}
            Ok(_) => self.error(
                spot,
                KEY,
                FindingCode::CertificateKeyMismatch,
                "The certificate belongs to another private key, so kubectl refuses the pair. Use the certificate and the key that belong together.",
            ),
            Err(fault) => {
                let (code, sentence) = of_key(*fault).unwrap_or_else(|| cause::of_pem(text, &decoded(body, KEY)));
                self.error(spot, KEY, code, sentence);
            }
        }
    }

    /// The number of a user's private key in `publics`, which `public` gives where it is not known yet.
    pub(in crate::kubeconfig::lint) fn public_of(&mut self, body: &Node, public: impl FnOnce() -> Result<String, Fault>) -> usize {
        if let Some(known) = self.keys.get(body.text_of(KEY)) {
            return known;
        }
        self.keys.insert(body.share(KEY), self.publics.len());
        self.publics.push(public());
        self.publics.len() - 1
    }
}

/// Why Go refuses a private key; `None` where there is no PEM at all.
fn of_key(fault: Fault) -> Option<cause::Cause> {
    Some(match fault {
        Fault::NoPem => return None,
        Fault::NoKey(Other::Certificate) => (
            FindingCode::CertificateInsteadOfKey,
            "There is a certificate where the private key belongs. Write the base64 of the key's PEM file.",
        ),
        Fault::NoKey(_) => (
            FindingCode::KeyUnreadable,
            "There is no PEM block of a private key in the value, only blocks of another kind. kubectl refuses it.",
        ),
        Fault::Encrypted => (
            FindingCode::KeyEncrypted,
            "The private key is encrypted, and kubectl asks for no passphrase. Decrypt it first: openssl pkey -in FILE.",
        ),
        Fault::OpenSsh => (
            FindingCode::KeyFormat,
            "The private key is in OpenSSH's own format, which kubectl does not read. Convert a copy with ssh-keygen -p -m PKCS8.",
        ),
        Fault::ExplicitCurve => (
            FindingCode::KeyExplicitCurve,
            "The EC key spells its curve out instead of naming it, as LibreSSL before 3.4 and OpenSSL 1.0 write it. kubectl does not read it. Convert it: openssl ec -param_enc named_curve.",
        ),
        Fault::Curve => (
            FindingCode::KeyCurve,
            "The EC key is on a curve that kubectl does not know. It knows P-224, P-256, P-384 and P-521. Make a new key.",
        ),
        Fault::Algorithm => (
            FindingCode::KeyAlgorithm,
            "The private key is of a kind that kubectl does not use. It uses RSA, ECDSA and Ed25519. Make a new key.",
        ),
        Fault::Inconsistent => (
            FindingCode::KeyDamaged,
            "The numbers of the private key contradict each other, so kubectl refuses it. Take the key from the original file.",
        ),
        Fault::Unreadable => (
            FindingCode::KeyUnreadable,
            "The PEM block of the private key does not contain a key that kubectl can parse. Take the key from the original file.",
        ),
    })
}
