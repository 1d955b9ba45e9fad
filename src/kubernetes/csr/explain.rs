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
                    self.with_reason("an administrator denied it. That is final: ask for a new one"),
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
                "an administrator has to approve it: kubectl certificate approve {}. That takes the right to update certificatesigningrequests/approval and to approve the signer {}",
                self.shell_name(),
                readable(&self.signer_name)
            ),
        )];
        findings.extend(signer::predict(&self.signer_name, &self.usages, &self.request));
        findings.extend(self.lifetime_findings());
        if self.name.starts_with("csr-") {
            findings
                .push(Finding::notice(FindingCode::NameCsr, "the name begins with csr-: Amazon EKS never signs such a request").at("name"));
        }
        if self.created_at().is_some_and(|created| now.0 - created.0 > KEPT_UNDECIDED) {
            findings.push(Finding::warning(
                FindingCode::RequestStale,
                "it has waited for more than a day and may be deleted at any moment: ask for it again",
            ));
        }
        findings
    }

    fn approved(&self, now: UnixTime) -> Vec<Finding> {
        let waited = self.decided_at().map_or(0, |decided| now.0 - decided.0);
        let mut findings = vec![if waited <= PATIENCE {
            Finding::notice(FindingCode::WaitingForSigner, "approved, not signed yet: this takes a second where a signer runs")
        } else if self.signer_name.starts_with("kubernetes.io/") {
            Finding::warning(
                FindingCode::SignerMissing,
                "approved some time ago, and nothing has signed it: this cluster has no signer for client certificates (Amazon EKS and some others have none), its signing CA has expired, or the controller manager does not run. Ask its administrator for another way in, such as a token",
            )
        } else {
            Finding::warning(
                FindingCode::SignerMissing,
                format!(
                    "approved some time ago, and nothing has signed it: whatever serves the signer {} does not run. Ask who installed it",
                    readable(&self.signer_name)
                ),
            )
        }];
        findings.extend(signer::predict(&self.signer_name, &self.usages, &self.request));
        findings
    }

    fn failed(&self) -> Finding {
        let advice = if signer::refuses_usages(&self.signer_name, &self.usages, &self.request) {
            ". Ask again with the usages client auth and digital signature"
        } else if signer::is_kubelets(&self.signer_name) {
            ". That signer is for nodes: a person asks kubernetes.io/kube-apiserver-client"
        } else {
            ". That is final: ask again without what it refuses"
        };
        Finding::error(FindingCode::RequestFailed, format!("{}{advice}", self.with_reason("the signer refused it")))
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
                "the certificate names another user or other groups than the request. Tell the administrator",
            ));
        }
        findings.extend(leaf.user_empty());
        let requested = Requested { expiration_seconds: self.expiration_seconds, usages: Some(self.usages.clone()) };
        findings.extend(issued::findings(leaf, &requested));
        if self.decision.is_none() {
            findings.push(Finding::warning(
                FindingCode::IssuedWithoutApproval,
                "a certificate was set without anybody's approval; ask the administrator who did that",
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
        let what = if self.state == State::Issued { "fetch the certificate before" } else { "afterwards the same key may ask again" };
        (until > now.0).then(|| {
            Finding::notice(
                FindingCode::KeptUntil,
                format!("the cluster deletes this object soon after {}: {what}", UnixTime(until).to_iso()),
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
            Finding::warning(
                FindingCode::RequestorDiffers,
                "it was sent by somebody else than the user it asks for; make sure that both know of it",
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
            None if powerful => Some("no lifetime is asked for, which usually means a year, for a name with great power"),
            Some(asked) if powerful && asked > DAY => Some("more than a day is asked for, for a name with great power"),
            _ => None,
        }
        .map(|what| Finding::warning(FindingCode::LifetimeLong, format!("{what}: a certificate cannot be revoked. Ask for a short one")).at("expirationSeconds"))
        .or_else(|| {
            let long = self.expiration_seconds.is_none_or(|asked| asked > 90.0 * DAY);
            long.then(|| Finding::notice(FindingCode::LifetimeLong, "it lasts longer than 90 days, or as long as the server's default, which is usually a year; a certificate cannot be revoked").at("expirationSeconds"))
        })
    }

    fn with_reason(&self, sentence: &str) -> String {
        let (reason, message) = self.decision.clone().unwrap_or_default();
        match (message.is_empty(), reason.is_empty()) {
            (false, _) => format!("{sentence}: {}", readable(&message)),
            (true, false) => format!("{sentence}: {}", readable(&reason)),
            (true, true) => sentence.to_owned(),
        }
    }
}
