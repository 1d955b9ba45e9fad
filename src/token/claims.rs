//! The claims of a JSON Web Token, as kube-apiserver reads them.

use super::report::{Kind, Report};
use crate::encoding::json;
use crate::text::readable;
use crate::time::UnixTime;
use crate::value::Value;

/// More claims than anybody shows.
const MAX_CLAIMS: usize = 200;
/// Issuer of the tokens in Secrets of type `kubernetes.io/service-account-token` (`LegacyIssuer` in Kubernetes).
const LEGACY_ISSUER: &str = "kubernetes/serviceaccount";

pub(super) fn read(header: &Value, payload: &json::Document<'_>, report: &mut Report) {
    let claims = &payload.value;
    let text = |key: &str| claims.text(&[key]).map(str::to_owned);
    report.kind = Kind::Jwt;
    report.algorithm = header.text(&["alg"]).map(str::to_owned);
    (report.subject, report.issuer, report.id) = (text("sub"), text("iss"), text("jti"));
    report.audiences = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        _ => claims.texts(&["aud"]),
    };
    report.times = ["iat", "nbf", "exp"].map(|key| claims.get(key).and_then(instant));
    report.claims = payload.members.iter().take(MAX_CLAIMS).map(|(name, raw)| (readable(name), as_written(raw))).collect();
    if report.issuer.as_deref() == Some(LEGACY_ISSUER) {
        let claim = |name: &str| text(&format!("kubernetes.io/serviceaccount/{name}"));
        report.kind = Kind::LegacyServiceAccount;
        (report.namespace, report.service_account) = (claim("namespace"), claim("service-account.name"));
        report.bound_to = claim("secret.name").map(|name| ("Secret", name));
    } else if let (Some(namespace), Some(name)) =
        (claims.text(&["kubernetes.io", "namespace"]), claims.text(&["kubernetes.io", "serviceaccount", "name"]))
    {
        report.kind = Kind::ServiceAccount;
        (report.namespace, report.service_account) = (Some(namespace.to_owned()), Some(name.to_owned()));
        // A pod's token names its node, too; the pod is what it ends with.
        report.bound_to = [("pod", "Pod"), ("secret", "Secret"), ("node", "Node")]
            .into_iter()
            .find_map(|(key, kind)| Some((kind, claims.text(&["kubernetes.io", key, "name"])?.to_owned())));
    }
}

/// A claim for people: a text without its quotes, anything else as it was written.
fn as_written(raw: &str) -> String {
    match json::read(raw).map(|document| document.value) {
        Some(Value::String(text)) => readable(&text),
        _ => readable(raw),
    }
}

/// A NumericDate (RFC 7519, 2) in the years that can be written, 1 to 9999.
pub(super) fn instant(value: &Value) -> Option<UnixTime> {
    match value {
        Value::Number(seconds) if (-62_135_596_800.0..253_402_300_800.0).contains(seconds) => Some(UnixTime(seconds.floor() as i64)),
        _ => None,
    }
}
