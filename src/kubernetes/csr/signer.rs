//! What each built-in signer demands, so that a failure is known before it happens.
//!
//! Source: "Kubernetes signers" in the Kubernetes documentation; texts measured on 1.36.3 (2026-11).

use crate::finding::{Finding, FindingCode};
use crate::kubernetes::names::{is_label, is_subdomain};
use crate::locate::Locate;
use crate::x509::csr::RequestReport;

/// Signs client certificates for users; the default.
pub const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const KUBELET_SERVING: &str = "kubernetes.io/kubelet-serving";
const LEGACY_UNKNOWN: &str = "kubernetes.io/legacy-unknown";

/// The usages that the API knows; any other is refused at once.
pub const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

/// The usages for a client certificate with this key: key encipherment is RSA's alone (RFC 9295, RFC 8813).
#[must_use]
pub fn default_usages(key_algorithm: &str) -> Vec<&'static str> {
    let mut usages = vec!["digital signature", "client auth"];
    if key_algorithm.starts_with("rsa-") {
        usages.insert(1, "key encipherment");
    }
    usages
}

/// Why the server refuses this signer name, in its own words; `None` where it takes it.
#[must_use]
pub fn name_refusal(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("Required value".into());
    }
    if name.len() > 571 {
        return Some("Too long: may not be more than 571 bytes".into());
    }
    let Some((domain, path)) = name.split_once('/').filter(|(_, path)| !path.holds("/")) else {
        return Some("must be a fully qualified domain and path of the form 'example.com/signer-name'".into());
    };
    if name == LEGACY_UNKNOWN {
        return Some("the legacy signerName is not allowed via this API version".into());
    }
    if !domain.holds(".") {
        return Some("should be a domain with at least two segments separated by dots".into());
    }
    if !domain.split('.').all(is_label) || domain.len() > 253 {
        return Some("the part before the slash must be a domain of lower case letters, digits and hyphens".into());
    }
    // `ValidateSignerName` of Kubernetes 1.36.3 holds each part to 253 characters, and the whole to 571.
    if !path.split('.').all(is_subdomain) {
        return Some("the part after the slash must be lower case letters, digits, hyphens and dots".into());
    }
    None
}

/// What the signer will do with the request once it is approved: errors are a sure `Failed` or refusal.
#[must_use]
pub fn predict(signer: &str, usages: &[String], request: &RequestReport) -> Vec<Finding> {
    predictions(signer, usages, request).into_iter().map(|(_, finding)| finding).collect()
}

/// A finding, and what it makes of the request.
type Prediction = (Outcome, Finding);

fn predictions(signer: &str, usages: &[String], request: &RequestReport) -> Vec<Prediction> {
    match signer {
        CLIENT => client(usages, request),
        KUBELET_CLIENT => kubelet_client(usages, request),
        KUBELET_SERVING => kubelet_serving(usages, request),
        _ if signer.starts_with("kubernetes.io/") => {
            let finding = Finding::warning(
                FindingCode::SignerUnknown,
                "There is no built-in signer of this name. The request waits until another signer signs it. Check the name.",
            );
            vec![(Outcome::Unknown, finding.at("signerName"))]
        }
        _ => {
            let finding = Finding::notice(
                FindingCode::SignerCustom,
                "This is not a built-in signer. The signer of this name in the cluster decides.",
            );
            vec![(Outcome::Unknown, finding.at("signerName"))]
        }
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Signed, once approved.
    Issued,
    /// The signer sets Failed, once approved.
    Failed,
    /// The API server does not take it.
    Refused,
    /// No built-in signer has this name: it depends on who serves it.
    Unknown,
}

impl Outcome {
    /// `issued`, `failed`, `refused` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Issued => "issued",
            Outcome::Failed => "failed",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
        }
    }
}

/// What becomes of the request once it is sent and approved.
#[must_use]
pub fn outcome(signer: &str, usages: &[String], request: &RequestReport) -> Outcome {
    let predictions = predictions(signer, usages, request);
    let has = |outcome: Outcome| predictions.iter().any(|(one, _)| *one == outcome);
    // Admission judges for the signer at hand; the request's own report is for the default one.
    let refused = request.refusal.is_some() && !request.refused_by_admission;
    match () {
        () if refused || has(Outcome::Refused) => Outcome::Refused,
        () if has(Outcome::Failed) => Outcome::Failed,
        () if has(Outcome::Unknown) => Outcome::Unknown,
        () => Outcome::Issued,
    }
}

/// Whether the signer fails because of the usages.
pub(crate) fn refuses_usages(signer: &str, usages: &[String], request: &RequestReport) -> bool {
    let of_usages = |(outcome, finding): &Prediction| *outcome == Outcome::Failed && finding.path.as_deref() == Some("usages");
    predictions(signer, usages, request).iter().any(of_usages)
}

/// Whether the signer is for nodes.
pub(crate) fn is_kubelets(signer: &str) -> bool {
    [KUBELET_CLIENT, KUBELET_SERVING].contains(&signer)
}

fn fails(message: impl Into<String>) -> Prediction {
    (
        Outcome::Failed,
        Finding::error(FindingCode::SignerFails, format!("The signer will set Failed once the request is approved: {}.", message.into())),
    )
}

fn fails_at(path: &str, message: impl Into<String>) -> Prediction {
    let (outcome, finding) = fails(message);
    (outcome, finding.at(path))
}

fn client(usages: &[String], request: &RequestReport) -> Vec<Prediction> {
    let mut findings = Vec::new();
    if let Some(usage) = usages.iter().find(|usage| !["client auth", "digital signature", "key encipherment"].contains(&usage.as_str())) {
        findings.push(fails_at("usages", format!("invalid usage for client certificate: {usage}")));
    } else if !usages.iter().any(|usage| usage == "client auth") {
        findings.push(fails_at("usages", "missing required usage for client certificate: client auth"));
    }
    if request.identity.groups.iter().any(|group| group == "system:masters") {
        findings.push((
            Outcome::Refused,
            Finding::error(
                FindingCode::AdmissionRefuses,
                "The API server refuses the request (403): use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed.",
            ),
        ));
    }
    findings
}

fn kubelet_subject(request: &RequestReport) -> Vec<Prediction> {
    let mut findings = Vec::new();
    if request.identity.groups != ["system:nodes"] {
        findings.push(fails_at("groups", "subject organization is not system:nodes"));
    }
    if !request.identity.user.starts_with("system:node:") {
        findings.push(fails_at("user", "subject common name does not begin with system:node:"));
    }
    findings
}

fn kubelet_usages(usages: &[String], purpose: &str) -> Option<Prediction> {
    let rest: Vec<&str> = usages.iter().map(String::as_str).filter(|usage| *usage != "key encipherment").collect();
    let wanted = ["digital signature", purpose];
    (rest != wanted && rest != [purpose, "digital signature"])
        .then(|| fails_at("usages", format!("usages did not match [{purpose} digital signature key encipherment]")))
}

fn kubelet_client(usages: &[String], request: &RequestReport) -> Vec<Prediction> {
    let mut findings = kubelet_subject(request);
    findings.extend(kubelet_usages(usages, "client auth"));
    for (names, kind) in
        [(&request.dns_names, "DNS"), (&request.ip_addresses, "IP"), (&request.email_addresses, "Email"), (&request.uris, "URI")]
    {
        findings.extend((!names.is_empty()).then(|| fails(format!("{kind} subjectAltNames are not allowed"))));
    }
    findings
}

fn kubelet_serving(usages: &[String], request: &RequestReport) -> Vec<Prediction> {
    let mut findings = kubelet_subject(request);
    findings.extend(kubelet_usages(usages, "server auth"));
    if request.dns_names.is_empty() && request.ip_addresses.is_empty() {
        findings.push(fails("DNS or IP subjectAltName is required"));
    }
    for (names, kind) in [(&request.email_addresses, "Email"), (&request.uris, "URI")] {
        findings.extend((!names.is_empty()).then(|| fails(format!("{kind} subjectAltNames are not allowed"))));
    }
    findings
}
