//! What is wrong with a certificate: by itself at a time, and as the answer to a key and a request.
//!
//! Source: `x509.Certificate.Verify` of Go 1.26, which kube-apiserver asks about a client certificate.

use super::chain::Chain;
use super::read::Read;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::names;
use crate::time::UnixTime;
use crate::x509::subject::Identity;

/// Clocks of browser and cluster may differ by this much, in seconds.
const SKEW: i64 = 300;

impl Chain {
    /// Checks the chain against the key it must belong to and, where given, the request it answers; puts the leaf first.
    ///
    /// The signer re-types, re-orders and merges RDNs, and signs with another CA than the serving one: neither is a
    /// fault. What differs without harm is returned as findings.
    ///
    /// # Errors
    /// [`Code::CertificateKeyMismatch`], [`Code::CertificateSubjectMismatch`], [`Code::CertificateUsage`],
    /// [`Code::CertificateNotYetValid`], [`Code::CertificateExpired`].
    pub fn match_to(&mut self, key_fingerprint: &str, requested: Option<&Identity>, now: UnixTime) -> Result<Vec<Finding>> {
        let Some(position) = self.certificates.iter().position(|one| one.key_fingerprint == key_fingerprint) else {
            return Err(Error::new(
                Code::CertificateKeyMismatch,
                "The certificate belongs to another private key. Use the one issued for this request.",
            ));
        };
        let leaf = self.certificates.remove(position);
        self.certificates.insert(0, leaf);
        let leaf = self.leaf();
        check_use(leaf)?;
        check_time(leaf, now)?;
        let mut findings: Vec<Finding> = leaf.authority_as_client().into_iter().collect();
        if let Some(requested) = requested {
            check_subject(leaf, requested, &mut findings)?;
        }
        if position > 0 {
            findings.push(Finding::notice(
                FindingCode::ChainReordered,
                "The certificate of this key was not the first one. It was moved to the front, as TLS requires.",
            ));
        }
        Ok(findings)
    }
}

impl Read {
    /// Without a user name, a client certificate is ignored.
    pub(crate) fn user_empty(&self) -> Option<Finding> {
        self.identity.user.is_empty().then(|| {
            Finding::error(
                FindingCode::UserEmpty,
                "The certificate has no user name, so the API server ignores it. Request one with a user name.",
            )
        })
    }

    /// Names that look like others, as in the report of a request.
    fn name_findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = names::findings(&self.identity.user).into_iter().map(|finding| finding.at("user")).collect();
        for (index, group) in self.identity.groups.iter().enumerate() {
            findings.extend(names::findings(group).into_iter().map(|finding| finding.at(format!("groups[{index}]"))));
        }
        findings
    }

    /// A CA's certificate as the credential of a client: kube-apiserver 1.36.3 accepts it (`x509.Certificate.Verify` of Go 1.26 looks
    /// at the extended key usage alone).
    pub(crate) fn authority_as_client(&self) -> Option<Finding> {
        self.is_ca.then(|| {
            Finding::warning(
                FindingCode::ClientIsAuthority,
                "This is a CA certificate. The API server accepts it as a client certificate, but anyone who has its key may be able to issue certificates for other users. Request a client certificate instead.",
            )
        })
    }

    /// What is odd about it at this time.
    #[must_use]
    pub fn findings(&self, now: UnixTime) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Err(error) = check_time(self, now) {
            findings.push(Finding::error(finding_code(error.code()), error.message().to_owned()));
        } else if !self.is_ca {
            let (left, whole) = (self.not_after.0 - now.0, self.not_after.0 - self.not_before.0);
            if left * 5 < whole {
                findings.push(Finding::warning(
                    FindingCode::CertificateEndsSoon,
                    "Less than a fifth of the certificate's lifetime is left. Request a new one.",
                ));
            }
        }
        if !self.is_ca {
            findings.extend(self.user_empty());
        }
        findings.extend(self.name_findings());
        if self.version < 3 && !self.self_issued {
            findings.push(Finding::notice(
                FindingCode::CertificateVersion,
                format!(
                    "An X.509 version {} certificate has no extensions, so it is not limited to clients. kubectl and the API server accept it.",
                    self.version
                ),
            ));
        }
        if self.unknown_critical {
            findings.push(Finding::error(
                FindingCode::CriticalExtension,
                "A critical extension is unknown to the API server, which therefore rejects the certificate (401). Request a new one.",
            ));
        }
        findings
    }
}

fn check_use(leaf: &Read) -> Result<()> {
    if !leaf.client_auth {
        return Err(Error::new(
            Code::CertificateUsage,
            "The certificate is not valid for client authentication, so the API server rejects it (401). Request a client certificate.",
        ));
    }
    Ok(())
}

fn check_time(leaf: &Read, now: UnixTime) -> Result<()> {
    if leaf.not_before.0 > now.0 + SKEW {
        return Err(Error::new(
            Code::CertificateNotYetValid,
            format!(
                "The certificate is valid only from {}, and the time here is {}. One of the two clocks is wrong.",
                leaf.not_before.to_iso(),
                now.to_iso()
            ),
        ));
    }
    if leaf.not_after.0 <= now.0 {
        return Err(Error::new(
            Code::CertificateExpired,
            format!(
                "The certificate expired on {}, and the time here is {}. Request a new one, or correct the clock.",
                leaf.not_after.to_iso(),
                now.to_iso()
            ),
        ));
    }
    Ok(())
}

fn check_subject(leaf: &Read, requested: &Identity, findings: &mut Vec<Finding>) -> Result<()> {
    if !leaf.identity.same_user_and_groups(requested) {
        return Err(Error::new(
            Code::CertificateSubjectMismatch,
            "The certificate names another user or other groups than the request. Ask the administrator who issued it.",
        ));
    }
    if requested.uid.is_some() && leaf.identity.uid.is_none() {
        findings.push(Finding::notice(
            FindingCode::UidDropped,
            "The signer left the uid out of the certificate. The API server knows the user by name and groups alone.",
        ));
    }
    Ok(())
}

/// The finding for a certificate that cannot be read or used, by the error that says so.
pub(crate) const fn finding_code(code: Code) -> FindingCode {
    match code {
        Code::CertificateExpired => FindingCode::CertificateExpired,
        Code::CertificateNotYetValid => FindingCode::CertificateNotYetValid,
        Code::InputTooLarge => FindingCode::InputTooLarge,
        Code::InvalidPem => FindingCode::InvalidPem,
        Code::UnexpectedPrivateKey => FindingCode::UnexpectedPrivateKey,
        _ => FindingCode::InvalidCertificate,
    }
}
