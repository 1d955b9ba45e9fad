//! What is odd about a token: what the server is going to refuse, and what its owner should know.

use super::claims::instant;
use super::form::{Form, SHORTENED, bootstrap_id};
use super::report::{Kind, Report};
use crate::finding::{Finding, FindingCode};
use crate::text::readable;
use crate::time::UnixTime;
use crate::value::Value;

/// go-jose's leeway when kube-apiserver looks at the times of a token, in seconds.
const LEEWAY: i64 = 60;
/// A lifetime beyond this much is remarked on, in seconds. A pod's own token lasts a year and a few minutes where kubelets
/// renew it hourly (`token-extended`).
const LONG: i64 = 90 * 86_400;
/// What kube-apiserver takes for service accounts and OpenID Connect. Symmetric ones are not among them.
const ALGORITHMS: [&str; 9] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

pub(super) fn not_verified() -> Finding {
    Finding::notice(FindingCode::NotVerified, "The token is not verified: these are its own claims. Only the API server can verify it.")
}

/// Findings on what is not a JSON Web Token.
pub(super) fn of_form(report: &mut Report, form: &Form, token: &str) {
    report.findings.push(match form {
        Form::Damaged if token.contains("...") => Finding::error(FindingCode::TokenShortened, SHORTENED),
        Form::Damaged => Finding::error(
            FindingCode::TokenDamaged,
            "It begins like a JSON Web Token but is not one: a part is missing or was changed. Copy the whole token again.",
        ),
        Form::Encrypted => Finding::warning(FindingCode::TokenEncrypted, "The token is encrypted (JWE), which kube-apiserver does not accept. Request a signed token."),
        Form::Encoded => Finding::error(
            FindingCode::TokenStillEncoded,
            "This is a token encoded in base64 once more, as in a Secret. Decode it first, for example with base64 -d.",
        ),
        Form::Bootstrap => {
            if let Some((id, _)) = bootstrap_id(token) {
                report.subject = Some(format!("system:bootstrap:{id}"));
            }
            Finding::warning(
                FindingCode::BootstrapToken,
                "This is a bootstrap token. It serves to join nodes and to verify cluster-info, with the group system:bootstrappers, and expires soon. Use another credential for a person.",
            )
        }
        Form::Opaque | Form::Jwt { .. } => Finding::notice(
            FindingCode::TokenOpaque,
            "An opaque token: only the API server knows its user and when it expires. Ask the server who you are.",
        ),
    });
}

/// Findings on the claims of a JSON Web Token.
pub(super) fn of_claims(report: &mut Report, claims: &Value, signed: bool, duplicates: bool, now: UnixTime) {
    let mut found = Vec::new();
    let algorithm = report.algorithm.as_deref();
    if !signed || algorithm.is_none_or(|name| name.eq_ignore_ascii_case("none")) {
        found.push(
            Finding::error(
                FindingCode::TokenUnsigned,
                "The token is not signed, so anyone may have written it. API servers refuse it. Request a signed token.",
            )
            .at("alg"),
        );
    } else if !algorithm.is_some_and(|name| ALGORITHMS.contains(&name)) {
        found.push(
            Finding::error(
                FindingCode::TokenAlgorithm,
                "The signature algorithm is one that kube-apiserver does not accept. Use RS, ES or PS.",
            )
            .at("alg"),
        );
    }
    if duplicates {
        found.push(Finding::error(
            FindingCode::ClaimDuplicate,
            "A name appears twice in one object. The API server refuses such a token, and other programs read it differently.",
        ));
    }
    of_types(claims, &mut found);
    of_times(report, claims, now, &mut found);
    match report.kind {
        Kind::ServiceAccount => of_bound(report, claims, &mut found),
        Kind::LegacyServiceAccount => of_legacy(report, &mut found),
        _ => of_others(report, &mut found),
    }
    report.findings.append(&mut found);
}

/// Claims of a type that RFC 7519 does not have: the server cannot read them and answers 401.
fn of_types(claims: &Value, found: &mut Vec<Finding>) {
    for key in ["exp", "nbf", "iat"] {
        let time = claims.get(key).and_then(instant);
        match claims.get(key) {
            None => {}
            Some(Value::Number(_)) if time.is_some_and(|time| time.0 >= 0) => {}
            Some(Value::Number(_)) if time.is_some() => {
                found.push(
                    Finding::warning(
                        FindingCode::ClaimOdd,
                        format!("The claim {key} is a time before 1970. Check the program that issued the token."),
                    )
                    .at(key),
                );
            }
            Some(Value::Number(_)) => {
                let says = format!("The claim {key} is not a time: it is outside of the years 1 to 9999.");
                found.push(Finding::error(FindingCode::ClaimOdd, says).at(key));
            }
            Some(_) => found.push(
                Finding::error(
                    FindingCode::ClaimType,
                    format!("The claim {key} must be a number of seconds since 1970. The API server refuses the token otherwise."),
                )
                .at(key),
            ),
        }
    }
    let texts = |value: &Value| matches!(value, Value::List(items) if items.iter().all(|item| matches!(item, Value::String(_))));
    if claims.get("aud").is_some_and(|value| !matches!(value, Value::String(_)) && !texts(value)) {
        found.push(
            Finding::error(
                FindingCode::ClaimType,
                "The claim aud must be a text or a list of texts. The API server refuses the token otherwise.",
            )
            .at("aud"),
        );
    }
    for key in ["sub", "iss", "jti"] {
        if claims.get(key).is_some_and(|value| !matches!(value, Value::String(_))) {
            found.push(
                Finding::error(
                    FindingCode::ClaimType,
                    format!("The claim {key} must be a text. The API server refuses the token otherwise."),
                )
                .at(key),
            );
        }
    }
}

fn of_times(report: &Report, claims: &Value, now: UnixTime, found: &mut Vec<Finding>) {
    let [issued, not_before, expires] = report.times;
    if let Some(end) = expires.filter(|end| end.0 <= now.0) {
        found.push(
            Finding::error(
                FindingCode::TokenExpired,
                format!(
                    "The token expired on {}, and the time here is {}. Request a new token, or correct the clock.",
                    end.to_iso(),
                    now.to_iso()
                ),
            )
            .at("exp"),
        );
    }
    for (time, key) in [(issued, "iat"), (not_before, "nbf")] {
        if let Some(start) = time.filter(|start| start.0 > now.0 + LEEWAY) {
            found.push(
                Finding::warning(
                    FindingCode::TokenNotYetValid,
                    format!(
                        "The token cannot be used before {} (claim {key}), and the time here is {}. One of the two clocks is wrong.",
                        start.to_iso(),
                        now.to_iso()
                    ),
                )
                .at(key),
            );
        }
    }
    // From when it was issued; from now where it does not say, or says a time to come.
    let start = issued.or(not_before).map_or(now.0, |start| start.0.min(now.0));
    // A pod's own token has a remark of its own.
    let extended = claims.at(&["kubernetes.io", "warnafter"]).is_some();
    if let Some(end) = expires.filter(|end| !extended && end.0 > now.0 && end.0.saturating_sub(start) > LONG) {
        let days = end.0.saturating_sub(start) / 86_400;
        found.push(
            Finding::warning(
                FindingCode::TokenLifetimeLong,
                format!(
                    "The token is valid for {days} days, until {}. Anyone who copies it can use it until then, and most tokens cannot be revoked one by one. Request one that expires within a day.",
                    end.to_iso()
                ),
            )
            .at("exp"),
        );
    }
    if claims.get("exp").is_none() && report.kind != Kind::LegacyServiceAccount {
        found.push(
            Finding::warning(
                FindingCode::TokenWithoutEnd,
                "The token has no expiry (claim exp), which OpenID Connect requires. Request a token that expires.",
            )
            .at("exp"),
        );
    }
}

fn of_bound(report: &Report, claims: &Value, found: &mut Vec<Finding>) {
    let (namespace, name) = (report.namespace.as_deref().unwrap_or_default(), report.service_account.as_deref().unwrap_or_default());
    if report.subject.as_deref() != Some(format!("system:serviceaccount:{namespace}:{name}").as_str()) {
        found.push(
            Finding::warning(
                FindingCode::SubjectDiffers,
                "The claim sub names another service account than the claim kubernetes.io. The API server uses the latter.",
            )
            .at("sub"),
        );
    }
    // By default the API server's own audience is the issuer (--api-audiences).
    if let Some(issuer) = report.issuer.as_deref().filter(|issuer| !report.audiences.iter().any(|one| one == issuer)) {
        let meant = if report.audiences.is_empty() { "none".to_owned() } else { readable(&report.audiences.join(", ")) };
        found.push(
            Finding::warning(
                FindingCode::AudienceElsewhere,
                format!("The token is for the audience {meant}, not for the API server ({}), which then usually answers 401. Request a token for the API server.", readable(issuer)),
            )
            .at("aud"),
        );
    }
    if let Some((kind, name)) = &report.bound_to {
        found.push(Finding::notice(
            FindingCode::TokenBound,
            format!("The token expires as soon as the {kind} {} is deleted.", readable(name)),
        ));
    }
    if claims.at(&["kubernetes.io", "warnafter"]).is_some() {
        found.push(Finding::notice(
            FindingCode::TokenExtended,
            "This is a pod's own token. It works for about a year, although it is renewed every hour. Request a token of your own instead.",
        ));
    }
}

/// What `legacyValidator` in kube-apiserver wants (pkg/serviceaccount/legacy.go).
fn of_legacy(report: &Report, found: &mut Vec<Finding>) {
    let (Some(namespace), Some(name), Some(_)) = (&report.namespace, &report.service_account, &report.bound_to) else {
        found.push(Finding::error(
            FindingCode::ClaimsMissing,
            "The token does not name its namespace, Secret or service account, so the API server refuses it. Request a new token.",
        ));
        return;
    };
    if report.subject.as_deref() != Some(format!("system:serviceaccount:{namespace}:{name}").as_str()) {
        found.push(
            Finding::error(FindingCode::SubjectDiffers, "The claim sub names another service account than the other claims, so the API server refuses the token. Request a new one.")
                .at("sub"),
        );
    }
    found.push(
        Finding::warning(
            FindingCode::TokenNeverEnds,
            "The token does not expire: it works until its Secret or service account is deleted. Use one that expires (TokenRequest).",
        )
        .at("exp"),
    );
}

fn of_others(report: &Report, found: &mut Vec<Finding>) {
    if report.subject.as_deref().is_some_and(|subject| subject.starts_with("system:serviceaccount:")) {
        found.push(Finding::error(
            FindingCode::ClaimsMissing,
            "The token names a service account as its subject, but lacks the claim kubernetes.io, so the API server refuses it. Request a new token.",
        ));
    } else if report.issuer.is_none() {
        found.push(
            Finding::error(
                FindingCode::IssuerMissing,
                "The token has no issuer (claim iss), so no API server can verify it. Request a token of another issuer.",
            )
            .at("iss"),
        );
    } else {
        found.push(Finding::notice(
            FindingCode::TokenOfOthers,
            "The token comes from an issuer outside the cluster. The API server accepts it only if it is configured to trust that issuer.",
        ));
    }
}
