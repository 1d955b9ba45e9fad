//! Why a CertificateSigningRequest is where it is, and what to do: the sentences for every state.
//!
//! Source: "Certificates and Certificate Signing Requests" in the Kubernetes documentation, and the cleaner of the
//! controller manager; times and texts measured on 1.36.3 (2026-11).

use crate::finding::{Finding, FindingCode, Level};
use crate::kubernetes::csr::issued::{self, Requested};
use crate::kubernetes::csr::signer::{self, Outcome};
use crate::kubernetes::csr::signing_request::{Report, State};
use crate::names;
use crate::text::readable;
use crate::time::UnixTime;
use crate::x509::certificate::Chain;
use crate::x509::certificate::finding_code;

const HOUR: i64 = 3600;
/// The cleaner looks once an hour, so an object may stay that much longer.
const KEPT_UNDECIDED: i64 = 24 * HOUR;
const KEPT_DECIDED: i64 = HOUR;
/// A signer that runs answers within a second; this leaves room for clocks and for a restart.
const PATIENCE: i64 = 120;
const DAY: f64 = 86_400.0;
/// Who reads this decides on the request and cannot change it.
const SHORTER: &str = "If that is too long, deny it and ask for a shorter lifetime.";

impl Report {
    /// What will become of it, as far as it is not settled: of a manifest, once it is submitted and approved.
    #[must_use]
    pub fn prediction(&self) -> Option<Outcome> {
        match self.state {
            State::NotSubmitted if self.refused_on_create() => Some(Outcome::Refused),
            State::Pending | State::Approved | State::NotSubmitted => Some(signer::outcome(&self.signer_name, &self.usages, &self.request)),
            State::Issued | State::Denied | State::Failed => None,
        }
    }

    /// Why it is where it is, and what to do.
    #[must_use]
    pub fn findings(&self, now: UnixTime) -> Vec<Finding> {
        let mut findings = match self.state {
            State::Pending => self.pending(now),
            State::Approved => self.approved(now),
            State::Denied => {
                vec![Finding::error(
                    FindingCode::RequestDenied,
                    format!("{}. This is final. Create a new request.", self.with_reason("An administrator denied the request")),
                )]
            }
            State::Failed => vec![self.failed()],
            State::NotSubmitted => return self.not_submitted(),
            State::Issued => self.certificate.as_ref().map(|chain| self.issued(chain)).unwrap_or_default(),
        };
        if let Some(error) = &self.certificate_error {
            findings.push(Finding::error(finding_code(error.code()), error.message().to_owned()));
        }
        findings.extend(self.kept(now));
        findings.extend(self.requestor_findings());
        findings.extend(self.name_findings());
        findings
    }

    /// A manifest: what the server would say on create; what the signer would make of it where it would not refuse.
    fn not_submitted(&self) -> Vec<Finding> {
        let mut findings = self.on_create.clone();
        if !self.refused_on_create() {
            findings.extend(signer::predict(&self.signer_name, &self.usages, &self.request));
            findings.extend(self.lifetime_findings());
        }
        findings.extend(self.name_findings());
        findings
    }

    /// Whether the API server would refuse the manifest for anything but the request in it.
    fn refused_on_create(&self) -> bool {
        self.on_create.iter().any(|finding| finding.level == Level::Error)
    }

    fn pending(&self, now: UnixTime) -> Vec<Finding> {
        let mut findings = vec![Finding::notice(
            FindingCode::WaitingForApproval,
            format!(
                "The request waits for an administrator's approval: kubectl certificate approve {}. That requires the permissions to update certificatesigningrequests/approval and to approve the signer {}.",
                self.shell_name(),
                readable(&self.signer_name)
            ),
        )];
        findings.extend(signer::predict(&self.signer_name, &self.usages, &self.request));
        findings.extend(self.lifetime_findings());
        if self.name.starts_with("csr-") {
            findings.push(
                Finding::notice(
                    FindingCode::NameCsr,
                    "The name begins with csr-. Amazon EKS never signs such a request. There, deny it and ask for one with another object name.",
                )
                .at("name"),
            );
        }
        if self.created_at().is_some_and(|created| now.0 - created.0 > KEPT_UNDECIDED) {
            findings.push(Finding::warning(
                FindingCode::RequestStale,
                "The request has waited for more than a day and may be deleted at any moment. Create it again.",
            ));
        }
        findings
    }

    fn approved(&self, now: UnixTime) -> Vec<Finding> {
        let waited = self.decided_at().map_or(0, |decided| now.0 - decided.0);
        let mut findings = vec![if waited <= PATIENCE {
            Finding::notice(
                FindingCode::WaitingForSigner,
                "The request is approved but not signed yet. This takes a second if a signer runs.",
            )
        } else if self.signer_name.starts_with("kubernetes.io/") {
            Finding::warning(
                FindingCode::SignerMissing,
                "The request was approved some time ago but is not signed. Either this cluster has no signer for client certificates (such as Amazon EKS), or its signing CA has expired, or the controller manager does not run. Ask the administrator for another credential, such as a token.",
            )
        } else {
            Finding::warning(
                FindingCode::SignerMissing,
                format!(
                    "The request was approved some time ago but is not signed: the signer {} does not respond. Ask the administrator who installed it.",
                    readable(&self.signer_name)
                ),
            )
        }];
        findings.extend(signer::predict(&self.signer_name, &self.usages, &self.request));
        findings
    }

    fn failed(&self) -> Finding {
        let advice = if signer::refuses_usages(&self.signer_name, &self.usages, &self.request) {
            ". Create a new request with the usages client auth and digital signature."
        } else if signer::is_kubelets(&self.signer_name) {
            ". This signer is for nodes. For a person, use kubernetes.io/kube-apiserver-client."
        } else {
            ". This is final. Create a new request without what the signer refuses."
        };
        Finding::error(FindingCode::RequestFailed, format!("{}{advice}", self.with_reason("The signer refused the request")))
    }

    fn issued(&self, chain: &Chain) -> Vec<Finding> {
        let mut findings = Vec::new();
        let leaf = chain.leaf();
        if leaf.key_fingerprint != self.request.fingerprint {
            findings.push(Finding::error(
                FindingCode::IssuedToAnotherKey,
                "The certificate belongs to another key than the request, so the requester cannot use it. Tell the administrator.",
            ));
        } else if !leaf.identity.same_user_and_groups(&self.request.identity) {
            findings.push(Finding::error(
                FindingCode::IssuedToAnotherName,
                "The certificate names another user or other groups than the request. Tell the administrator.",
            ));
        }
        findings.extend(leaf.user_empty());
        let requested = Requested { expiration_seconds: self.expiration_seconds, usages: Some(self.usages.clone()) };
        findings.extend(issued::findings(leaf, &requested));
        if self.decision.is_none() {
            findings.push(Finding::warning(
                FindingCode::IssuedWithoutApproval,
                "The certificate was issued without an approval. Ask the administrator who issued it.",
            ));
        }
        findings
    }

    /// Until when the cluster keeps the object.
    fn kept(&self, now: UnixTime) -> Option<Finding> {
        let until = match self.state {
            State::Pending => self.created_at()?.0 + KEPT_UNDECIDED,
            State::Approved => self.decided_at()?.0 + KEPT_UNDECIDED,
            State::Issued | State::Denied | State::Failed => self.decided_at()?.0 + KEPT_DECIDED,
            State::NotSubmitted => return None,
        };
        let what = if self.state == State::Issued { " Download the certificate before then." } else { "" };
        (until > now.0).then(|| {
            Finding::notice(
                FindingCode::KeptUntil,
                format!("The cluster deletes this object soon after {}.{what}", UnixTime(until).to_iso()),
            )
        })
    }

    fn created_at(&self) -> Option<UnixTime> {
        UnixTime::from_iso(self.created.as_deref()?)
    }

    fn decided_at(&self) -> Option<UnixTime> {
        UnixTime::from_iso(self.decided.as_deref()?)
    }

    fn requestor_findings(&self) -> Option<Finding> {
        let (user, _) = &self.requestor;
        let differs = !user.is_empty() && *user != self.request.identity.user;
        differs.then(|| {
            Finding::notice(
                FindingCode::RequestorDiffers,
                format!(
                    "The requestor \"{}\" is not the user \"{}\" in the request. Confirm with both that this is intended.",
                    names::written(user),
                    names::written(&self.request.identity.user)
                ),
            )
            .at("requestor")
        })
    }

    /// Names around the request that look like others; those in it are in the request's own findings.
    fn name_findings(&self) -> Vec<Finding> {
        let (user, groups) = &self.requestor;
        let mut findings = Vec::new();
        for (name, path) in [(&self.name, "name"), (&self.signer_name, "signerName"), (user, "requestor.user")] {
            findings.extend(names::findings(name).into_iter().map(|finding| finding.at(path)));
        }
        for (index, group) in groups.iter().enumerate() {
            findings.extend(names::findings(group).into_iter().map(|finding| finding.at(format!("requestor.groups[{index}]"))));
        }
        findings
    }

    /// A certificate cannot be revoked, so its length is all there is to limit it.
    fn lifetime_findings(&self) -> Option<Finding> {
        let identity = &self.request.identity;
        let powerful = identity.user.starts_with("system:")
            || identity
                .groups
                .iter()
                .any(|group| group == "kubeadm:cluster-admins" || (group.starts_with("system:") && group != "system:authenticated"));
        if self.signer_name != signer::CLIENT {
            return None;
        }
        match self.expiration_seconds {
            None if powerful => Some("The request has no lifetime, which usually means a year, for a powerful name."),
            Some(asked) if powerful && asked > DAY => Some("The request asks for more than a day, for a powerful name."),
            _ => None,
        }
        .map(|what| Finding::warning(FindingCode::LifetimeLong, format!("{what} A certificate cannot be revoked. {SHORTER}")).at("expirationSeconds"))
        .or_else(|| {
            let long = self.expiration_seconds.is_none_or(|asked| asked > 90.0 * DAY);
            long.then(|| Finding::notice(FindingCode::LifetimeLong, format!("The certificate will be valid for more than 90 days, or for the server's default, which is usually a year. A certificate cannot be revoked. {SHORTER}")).at("expirationSeconds"))
        })
    }

    fn with_reason(&self, sentence: &str) -> String {
        let (reason, message) = self.decision.clone().unwrap_or_default();
        match (message.is_empty(), reason.is_empty()) {
            (false, _) => format!("{sentence}: {}", readable(message.trim_end_matches('.'))),
            (true, false) => format!("{sentence}: {}", readable(&reason)),
            (true, true) => sentence.to_owned(),
        }
    }
}
