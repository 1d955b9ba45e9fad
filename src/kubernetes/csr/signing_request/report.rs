//! What was read of an object, and how far the request has come (`status.conditions`, certificates.k8s.io/v1).

use crate::error::Error;
use crate::finding::Finding;
use crate::kubernetes::names::is_subdomain;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::x509::csr::RequestReport;

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No condition yet.
    Pending,
    /// Approved, and not signed yet.
    Approved,
    /// The certificate is there.
    Issued,
    /// Denied: final.
    Denied,
    /// The signer gave up: final, also next to Approved.
    Failed,
    /// A manifest that no API server has stored.
    NotSubmitted,
}

impl State {
    /// `pending`, `approved`, `issued`, `denied`, `failed` or `not-submitted`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Approved => "approved",
            State::Issued => "issued",
            State::Denied => "denied",
            State::Failed => "failed",
            State::NotSubmitted => "not-submitted",
        }
    }
}

/// An object, read.
#[derive(Clone, Debug)]
pub struct Report {
    /// `metadata.name`
    pub name: String,
    /// From the conditions and the certificate.
    pub state: State,
    /// `spec.signerName`
    pub signer_name: String,
    /// `spec.usages`
    pub usages: Vec<String>,
    /// `spec.expirationSeconds`
    pub expiration_seconds: Option<f64>,
    /// Who sent it: `spec.username`, `spec.groups`, filled by the server.
    pub requestor: (String, Vec<String>),
    /// `metadata.creationTimestamp`
    pub created: Option<String>,
    /// `spec.request`, read.
    pub request: RequestReport,
    /// `status.certificate`, read.
    pub certificate: Option<Chain>,
    /// The certificate is there and cannot be read.
    pub(crate) certificate_error: Option<Error>,
    /// Reason and message of the condition that decided.
    pub decision: Option<(String, String)>,
    /// `lastUpdateTime` of that condition.
    pub decided: Option<String>,
    /// Name, uid, resource version and spec as they were read: what a decision is compared with.
    pub object: Value,
    /// What the server would say to a manifest that it has not stored.
    pub(crate) on_create: Vec<Finding>,
}

impl Report {
    /// The name where a shell takes it as one word; otherwise a placeholder, since names from outside may hold anything.
    pub(crate) fn shell_name(&self) -> &str {
        if is_subdomain(&self.name) { &self.name } else { "NAME" }
    }

    /// The report as JavaScript sees it (`CsrStatus` in types.ts).
    #[must_use]
    pub fn to_value(&self, now: UnixTime) -> Value {
        let (user, groups) = &self.requestor;
        let findings = self.findings(now);
        let certificate = self.certificate.as_ref().map(|chain| {
            let mut report = chain.to_value(now);
            report.set("pem", chain.to_pem().into());
            report
        });
        Value::map([
            ("name", Some(self.name.as_str().into())),
            ("state", Some(self.state.as_str().into())),
            ("signerName", Some(self.signer_name.as_str().into())),
            ("usages", Some(Value::strings(&self.usages))),
            ("expirationSeconds", self.expiration_seconds.map(Value::Number)),
            ("createdAt", self.created.as_deref().map(Value::from)),
            ("requestor", Some(Value::map([("user", Some(user.as_str().into())), ("groups", Some(Value::strings(groups)))]))),
            ("request", Some(self.request.to_value())),
            ("certificate", certificate),
            ("prediction", self.prediction().map(|outcome| outcome.as_str().into())),
            ("risk", self.risk_value(&findings)),
            ("findings", Some(Value::findings(&findings))),
            ("object", Some(self.object.clone())),
        ])
    }
}
