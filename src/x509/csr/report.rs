//! What a certificate signing request contains.

use crate::finding::Finding;
use crate::value::Value;
use crate::x509::subject::Identity;

/// What a request says, and what kube-apiserver would make of it.
#[derive(Clone, Debug, Default)]
pub struct RequestReport {
    /// Whether POSTing the text as it is would be accepted.
    pub accepted: bool,
    /// Why not, in the server's own words.
    pub refusal: Option<String>,
    /// Effective user, groups, uid.
    pub identity: Identity,
    /// SAN: DNS names.
    pub dns_names: Vec<String>,
    /// SAN: IP addresses.
    pub ip_addresses: Vec<String>,
    /// SAN: mail addresses.
    pub email_addresses: Vec<String>,
    /// SAN: URIs.
    pub uris: Vec<String>,
    /// Such as `ecdsa-p256` or `rsa-2048`.
    pub key_algorithm: String,
    /// Such as `ecdsa-with-sha256`.
    pub signature_algorithm: String,
    /// Lower-case hex SHA-256 of the SubjectPublicKeyInfo.
    pub fingerprint: String,
    /// Remarks; errors say why it would be refused.
    pub findings: Vec<Finding>,
    /// The first block, re-encoded: the only text that is safe to submit.
    pub pem: Option<String>,
    /// Why the first block by itself would not be accepted, whatever was around it.
    pub(crate) block_refusal: Option<String>,
    /// That refusal is of the admission for the default signer; another signer's request passes.
    pub(crate) block_refused_by_admission: bool,
    /// The same of [`RequestReport::refusal`].
    pub(crate) refused_by_admission: bool,
}

impl RequestReport {
    /// The first block, re-encoded, where kube-apiserver accepts it for the default signer or for another one.
    pub(crate) fn submittable(&self, default_signer: bool) -> Option<&str> {
        let passes = self.block_refusal.is_none() || self.block_refused_by_admission && !default_signer;
        self.pem.as_deref().filter(|_| passes)
    }

    /// The report as JavaScript sees it (`CsrReport` in types.ts).
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("accepted", Some(self.accepted.into())),
            ("refusal", self.refusal.as_deref().map(Value::from)),
            ("user", Some(self.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&self.identity.groups))),
            ("uid", self.identity.uid.as_deref().map(Value::from)),
            ("dnsNames", Some(Value::strings(&self.dns_names))),
            ("ipAddresses", Some(Value::strings(&self.ip_addresses))),
            ("emailAddresses", Some(Value::strings(&self.email_addresses))),
            ("uris", Some(Value::strings(&self.uris))),
            ("keyAlgorithm", Some(self.key_algorithm.as_str().into())),
            ("signatureAlgorithm", Some(self.signature_algorithm.as_str().into())),
            ("fingerprint", Some(self.fingerprint.as_str().into())),
            ("findings", Some(Value::findings(&self.findings))),
            ("pem", self.pem.as_deref().map(Value::from)),
        ])
    }
}
