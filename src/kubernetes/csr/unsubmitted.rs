//! A CertificateSigningRequest manifest that no API server has stored: what the server would say to it on create.
//!
//! Source: `ValidateCertificateSigningRequestCreate` in k8s.io/kubernetes 1.36.3, pkg/apis/certificates/validation/validation.go,
//! and `PrepareForCreate` in pkg/registry/certificates/certificates/strategy.go, which replaces `spec.username`, `spec.uid`,
//! `spec.groups` and `spec.extra` by those of the caller and empties `status`.

use crate::finding::{Finding, FindingCode, Level};
use crate::kubernetes::csr::object::{self, API_VERSION, LIFETIMES};
use crate::kubernetes::csr::signer;
use crate::kubernetes::http::segment;
use crate::text::readable;
use crate::value::Value;

/// Whether no server has stored this object: each gives it a uid, a version and a time.
pub(crate) fn is_unsubmitted(object: &Value) -> bool {
    ["uid", "resourceVersion", "creationTimestamp"].iter().all(|key| object.at(&["metadata", key]).is_none())
}

/// What the server would refuse, and what it would change; the first says that it is a manifest.
pub(crate) fn findings(object: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    api_version(object, &mut found);
    name(object, &mut found);
    request(object, &mut found);
    match signer::name_refusal(object.text(&["spec", "signerName"]).unwrap_or_default()) {
        Some(_) if object.at(&["spec", "signerName"]).is_none() => found.push(
            Finding::error(
                FindingCode::SignerNameMissing,
                "`spec.signerName` is required. For a client certificate set it to kubernetes.io/kube-apiserver-client.",
            )
            .at("signerName"),
        ),
        Some(reason) => found.push(
            Finding::error(FindingCode::SignerNameRefused, format!("The API server refuses `spec.signerName`: {reason}.")).at("signerName"),
        ),
        None => {}
    }
    usages(object, &mut found);
    expiration(object, &mut found);
    overwritten(object, &mut found);
    let refused = found.iter().any(|finding| finding.level == Level::Error);
    found.insert(
        0,
        if refused {
            Finding::notice(
                FindingCode::NotSubmitted,
                "This manifest was not submitted to a cluster, and the API server would refuse it as it is.",
            )
        } else {
            Finding::notice(
                FindingCode::NotSubmitted,
                "This manifest was not submitted to a cluster yet. Submit it with kubectl create -f FILE.",
            )
        },
    );
    found
}

fn api_version(object: &Value, found: &mut Vec<Finding>) {
    let sentence = match object.text(&["apiVersion"]) {
        Some(API_VERSION) => return,
        Some("certificates.k8s.io/v1beta1") => {
            found.push(
                Finding::error(
                    FindingCode::ApiVersionRemoved,
                    "certificates.k8s.io/v1beta1 was removed in Kubernetes 1.22. Use certificates.k8s.io/v1, which requires `spec.signerName` and `spec.usages`.",
                )
                .at("apiVersion"),
            );
            return;
        }
        Some(_) => "The API server has no such version of CertificateSigningRequest. Set `apiVersion` to certificates.k8s.io/v1.",
        None => "`apiVersion` is required. Set it to certificates.k8s.io/v1.",
    };
    found.push(Finding::error(FindingCode::ApiVersionUnknown, sentence).at("apiVersion"));
}

/// `path.ValidatePathSegmentName`, the only rule for the name of a request (measured on 1.36.3, 2026-11).
fn name(object: &Value, found: &mut Vec<Finding>) {
    let generated = object.text(&["metadata", "generateName"]).is_some_and(|prefix| !prefix.is_empty());
    match object.text(&["metadata", "name"]).filter(|name| !name.is_empty()) {
        Some(name) if segment(name).is_err() => {
            found.push(
                Finding::error(
                    FindingCode::NameRefused,
                    "`metadata.name` must not contain / or %, and must not be `.` or `..`. Choose another name.",
                )
                .at("name"),
            );
        }
        None if !generated => {
            found.push(Finding::error(FindingCode::NameMissing, "`metadata.name` or `metadata.generateName` is required.").at("name"));
        }
        _ => {}
    }
}

fn request(object: &Value, found: &mut Vec<Finding>) {
    let text = object.text(&["spec", "request"]).unwrap_or_default();
    let (code, sentence) = match () {
        () if text.is_empty() => (FindingCode::RequestMissing, "`spec.request` is required: the base64 of the PEM request."),
        () if text.contains("$(") || text.contains('`') => (
            FindingCode::RequestPlaceholder,
            "`spec.request` contains a shell command as text. kubectl does not run commands in a manifest: replace it by the output of the command.",
        ),
        () if text.contains(['$', '{', '<']) => {
            (FindingCode::RequestPlaceholder, "`spec.request` contains a placeholder. Replace it by the base64 of the PEM request.")
        }
        () if text.contains("-----BEGIN") => {
            (FindingCode::RequestNotBase64, "`spec.request` contains the PEM text itself. The API server requires its base64, on one line.")
        }
        () if object::request_bytes(object).is_none() => (
            FindingCode::RequestNotBase64,
            "`spec.request` is not valid base64. Encode the PEM request again, for example with base64 FILE | tr -d '\\n'.",
        ),
        () => return,
    };
    found.push(Finding::error(code, sentence).at("request"));
}

fn usages(object: &Value, found: &mut Vec<Finding>) {
    let usages = object.texts(&["spec", "usages"]);
    if usages.is_empty() {
        found.push(
            Finding::error(FindingCode::UsagesMissing, "`spec.usages` is required. For a client certificate set it to [\"client auth\"].")
                .at("usages"),
        );
    }
    for (index, usage) in usages.iter().enumerate() {
        let at = format!("usages[{index}]");
        if !signer::USAGES.contains(&usage.as_str()) {
            found.push(
                Finding::error(
                    FindingCode::UsageUnknown,
                    "The API server does not know this usage. Usages are written like \"client auth\" and \"digital signature\".",
                )
                .at(at),
            );
        } else if usages[..index].contains(usage) {
            found.push(
                Finding::error(
                    FindingCode::UsageDuplicate,
                    format!("The usage \"{}\" is listed twice, which the API server refuses.", readable(usage)),
                )
                .at(at),
            );
        }
    }
}

fn expiration(object: &Value, found: &mut Vec<Finding>) {
    let fits = match object.at(&["spec", "expirationSeconds"]) {
        None => true,
        Some(Value::Number(seconds)) => seconds.fract() == 0.0 && (f64::from(LIFETIMES.0)..=f64::from(LIFETIMES.1)).contains(seconds),
        Some(_) => false,
    };
    if !fits {
        found.push(
            Finding::error(
                FindingCode::ExpirationRefused,
                "`spec.expirationSeconds` must be a whole number of seconds from 600 to 2147483647.",
            )
            .at("expirationSeconds"),
        );
    }
}

/// Fields that the server sets itself.
fn overwritten(object: &Value, found: &mut Vec<Finding>) {
    let spec = ["username", "uid", "groups", "extra"].iter().any(|key| object.at(&["spec", key]).is_some());
    if spec || object.at(&["status"]).is_some_and(|status| *status != Value::Map(Vec::new())) {
        found.push(Finding::notice(
            FindingCode::ServerOverwrites,
            "The API server sets `spec.username`, `spec.uid`, `spec.groups`, `spec.extra` and `status` itself. What the manifest contains there is ignored and not shown.",
        ));
    }
}
