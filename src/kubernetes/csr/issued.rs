//! An issued certificate next to what was requested: how long, and for which uses. Whose key, user and groups they are is
//! checked by [`Chain::match_to`](crate::x509::certificate::Chain::match_to).

use crate::error::Result;
use crate::finding::{Finding, FindingCode};
use crate::options::{Fault, Read, options};
use crate::value::Value;
use crate::x509::certificate;

/// The built-in signer dates certificates back by 5 minutes (`--cluster-signing-duration`, certificate/authority/policies.go,
/// Kubernetes 1.36.3); others do so by up to 10. Up to this much a lifetime counts as the requested one, in seconds.
const SLACK: f64 = 600.0;
/// The usages that [`certificate`] reads out of a certificate; others cannot be compared.
const COMPARED: [&str; 7] = ["digital signature", "key encipherment", "cert sign", "crl sign", "server auth", "client auth", "any"];

/// What a certificate was requested with.
#[derive(Clone, Debug, Default)]
pub struct Requested {
    /// `spec.expirationSeconds`
    pub expiration_seconds: Option<f64>,
    /// `spec.usages`; `None` where nothing is known of them.
    pub usages: Option<Vec<String>>,
}

options! {
    /// What goes with a request, of which an issued certificate shows a part.
    struct RequestedOptions {
        _name: Option<String> = "name",
        _signer_name: Option<String> = "signerName",
        usages: Option<Vec<String>> = "usages",
        expiration_seconds: Option<f64> = "expirationSeconds",
    }
}

impl<'a> Read<'a> for Requested {
    fn read(value: Option<&'a Value>) -> std::result::Result<Requested, Fault> {
        let RequestedOptions { usages, expiration_seconds, .. } = RequestedOptions::read(value)?;
        Ok(Requested { expiration_seconds, usages })
    }
}

impl Requested {
    /// Reads `{ name?, signerName?, usages?, expirationSeconds? }`. Only the types are checked: the server has accepted the values.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn from_value(value: &Value) -> Result<Requested> {
        value.read("requested")
    }
}

/// How a certificate differs from what was requested.
#[must_use]
pub fn findings(leaf: &certificate::Read, requested: &Requested) -> Vec<Finding> {
    let mut findings: Vec<Finding> = lifetime(leaf, requested).into_iter().collect();
    findings.extend(requested.usages.as_deref().and_then(|usages| uses(leaf, usages)));
    findings
}

fn lifetime(leaf: &certificate::Read, requested: &Requested) -> Option<Finding> {
    let asked = requested.expiration_seconds?;
    let life = (leaf.not_after.0 - leaf.not_before.0) as f64;
    if asked - life > SLACK {
        let message = format!(
            "The certificate expires on {}, earlier than requested: the signer or its CA allows no longer lifetime.",
            leaf.not_after.to_iso()
        );
        return Some(Finding::notice(FindingCode::LifetimeShortened, message));
    }
    (life - asked > SLACK).then(|| {
        Finding::warning(
            FindingCode::CertificateOutlivesRequest,
            format!(
                "The certificate is valid until {}, longer than was requested. It was not made from this request as it was sent, or the signer does not follow expirationSeconds; a certificate cannot be revoked. Ask the administrator who approved it.",
                leaf.not_after.to_iso()
            ),
        )
    })
}

fn uses(leaf: &certificate::Read, requested: &[String]) -> Option<Finding> {
    // "signing" is another word for the same bit (certificates/v1, types.go).
    let plain = |usage: &str| if usage == "signing" { "digital signature".to_owned() } else { usage.to_owned() };
    let requested: Vec<String> = requested.iter().map(|usage| plain(usage)).collect();
    let list = |usages: Vec<&str>| if usages.is_empty() { "none".to_owned() } else { usages.join(", ") };
    let more: Vec<&str> = leaf.usages.iter().copied().filter(|usage| !requested.iter().any(|one| one == usage)).collect();
    let missing: Vec<&str> =
        requested.iter().map(String::as_str).filter(|usage| COMPARED.contains(usage) && !leaf.usages.contains(usage)).collect();
    (!more.is_empty() || !missing.is_empty()).then(|| {
        Finding::warning(
            FindingCode::UsagesDiffer,
            format!(
                "The certificate's usages are not those that were requested. Added: {}. Missing: {}. Ask the administrator who approved it.",
                list(more),
                list(missing)
            ),
        )
    })
}
