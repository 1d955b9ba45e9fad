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
    Finding::notice(
        FindingCode::NotVerified,
        "not verified: this is what the token says of itself; only the cluster can tell whether it is genuine",
    )
}

/// Findings on what is not a JSON Web Token.
pub(super) fn of_form(report: &mut Report, form: &Form, token: &str) {
    report.findings.push(match form {
        Form::Damaged if token.contains("...") => Finding::error(FindingCode::TokenShortened, SHORTENED),
        Form::Damaged => Finding::error(
            FindingCode::TokenDamaged,
            "It begins like a JSON Web Token but is not one: a part is missing or was changed. Copy the whole token again.",
        ),
        Form::Encrypted => Finding::warning(FindingCode::TokenEncrypted, "an encrypted token (JWE): kube-apiserver does not take these"),
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
                "a bootstrap token: it is for joining nodes and for verifying cluster-info, gives the group system:bootstrappers, and ends soon",
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
            Finding::error(FindingCode::TokenUnsigned, "not signed: every server refuses it, and anybody can have written it").at("alg"),
        );
    } else if !algorithm.is_some_and(|name| ALGORITHMS.contains(&name)) {
        found.push(
            Finding::error(FindingCode::TokenAlgorithm, "signed in a way that kube-apiserver does not take: RS, ES or PS is wanted")
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
                found.push(Finding::warning(FindingCode::ClaimOdd, format!("the claim {key} is a time before 1970")).at(key));
            }
            Some(Value::Number(_)) => {
                let says = format!("The claim {key} is not a time: it is outside of the years 1 to 9999.");
                found.push(Finding::error(FindingCode::ClaimOdd, says).at(key));
            }
            Some(_) => found.push(
                Finding::error(
                    FindingCode::ClaimType,
                    format!("the claim {key} must be a number of seconds since 1970, not a text: the server refuses such a token"),
                )
                .at(key),
            ),
        }
    }
    let texts = |value: &Value| matches!(value, Value::List(items) if items.iter().all(|item| matches!(item, Value::String(_))));
    if claims.get("aud").is_some_and(|value| !matches!(value, Value::String(_)) && !texts(value)) {
        found.push(Finding::error(FindingCode::ClaimType, "the claim aud must be a text or a list of texts").at("aud"));
    }
    for key in ["sub", "iss", "jti"] {
        if claims.get(key).is_some_and(|value| !matches!(value, Value::String(_))) {
            found.push(Finding::error(FindingCode::ClaimType, format!("the claim {key} must be a text")).at(key));
        }
    }
}

fn of_times(report: &Report, claims: &Value, now: UnixTime, found: &mut Vec<Finding>) {
    let [issued, not_before, expires] = report.times;
    if let Some(end) = expires.filter(|end| end.0 <= now.0) {
        found.push(
            Finding::error(
                FindingCode::TokenExpired,
                format!("the token ended on {}; it is {} here. Ask for a new one", end.to_iso(), now.to_iso()),
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
                        "the token is good only from {} (claim {key}); it is {} here, so one of the two clocks is wrong",
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
                    "The token is valid for {days} days, until {}. Anyone who copies it can use it until then, and most tokens cannot be revoked one by one. Request one that expires within a day",
                    end.to_iso()
                ),
            )
            .at("exp"),
        );
    }
    if claims.get("exp").is_none() && report.kind != Kind::LegacyServiceAccount {
        found.push(
            Finding::warning(FindingCode::TokenWithoutEnd, "no time at which it ends (claim exp); OpenID Connect wants one").at("exp"),
        );
    }
}

fn of_bound(report: &Report, claims: &Value, found: &mut Vec<Finding>) {
    let (namespace, name) = (report.namespace.as_deref().unwrap_or_default(), report.service_account.as_deref().unwrap_or_default());
    if report.subject.as_deref() != Some(format!("system:serviceaccount:{namespace}:{name}").as_str()) {
        found.push(
            Finding::warning(
                FindingCode::SubjectDiffers,
                "the claim sub names another account than the claim kubernetes.io, which is the one that counts",
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
                format!("made for {meant}, not for the API server ({}), which therefore most likely answers 401", readable(issuer)),
            )
            .at("aud"),
        );
    }
    if let Some((kind, name)) = &report.bound_to {
        found.push(Finding::notice(FindingCode::TokenBound, format!("it ends as soon as the {kind} {} is gone", readable(name))));
    }
    if claims.at(&["kubernetes.io", "warnafter"]).is_some() {
        found.push(Finding::notice(
            FindingCode::TokenExtended,
            "a pod's own token: it is good for about a year, though it is renewed every hour; better ask for one of your own",
        ));
    }
}

/// What `legacyValidator` in kube-apiserver wants (pkg/serviceaccount/legacy.go).
fn of_legacy(report: &Report, found: &mut Vec<Finding>) {
    let (Some(namespace), Some(name), Some(_)) = (&report.namespace, &report.service_account, &report.bound_to) else {
        found.push(Finding::error(FindingCode::ClaimsMissing, "namespace, Secret or service account is not named: the server refuses it"));
        return;
    };
    if report.subject.as_deref() != Some(format!("system:serviceaccount:{namespace}:{name}").as_str()) {
        found.push(
            Finding::error(FindingCode::SubjectDiffers, "the claim sub names another account than the other claims: the server refuses it")
                .at("sub"),
        );
    }
    found.push(
        Finding::warning(
            FindingCode::TokenNeverEnds,
            "this token does not end: it is good until its Secret or service account is deleted; prefer one that ends (TokenRequest)",
        )
        .at("exp"),
    );
}

fn of_others(report: &Report, found: &mut Vec<Finding>) {
    if report.subject.as_deref().is_some_and(|subject| subject.starts_with("system:serviceaccount:")) {
        found.push(Finding::error(
            FindingCode::ClaimsMissing,
            "it calls itself a service account, but the claim kubernetes.io with namespace and account is missing: the server refuses it",
        ));
    } else if report.issuer.is_none() {
        found.push(
            Finding::error(FindingCode::IssuerMissing, "it does not say who made it: no server can know whose keys to verify it with")
                .at("iss"),
        );
    } else {
        found.push(Finding::notice(
            FindingCode::TokenOfOthers,
            "made by an issuer outside the cluster: it counts only where the API server was told to trust that issuer",
        ));
    }
}
