//! Whether a request is the one that an invitation is for.

use super::objects::{NAMESPACE, account};
use crate::error::Result;
use crate::finding::{Finding, FindingCode, Level};
use crate::kubernetes::csr::decision::shown_name;
use crate::kubernetes::csr::signer;
use crate::kubernetes::csr::signing_request::{Report, read_stored};
use crate::options::options;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::subject::Identity;

options! {
    struct Match {
        report: Option<Value> = "report",
        invitations: Vec<Value> = "invitations",
    }
}

/// `{ matches, invitation?, findings }` from `{ report, invitations }`, or null where the request has nothing to do with an invitation:
/// neither its name nor its requestor is that of one, and the requestor is not in the namespace of invitations.
pub fn compare(arguments: &Value) -> Result<Value> {
    let Match { report, invitations } = arguments.read("options")?;
    let shown = &report.unwrap_or(Value::Null);
    shown_name(shown)?;
    let object = shown.get("object").unwrap_or(&Value::Null);
    let report = read_stored(object)?;
    let requestor = report.requestor.0.as_str();
    let find = |key: &str, text: &str| invitations.iter().find(|one| one.text(&[key]) == Some(text));
    let Some(invitation) = find("serviceAccount", requestor).or_else(|| find("name", &report.name)) else {
        if !requestor.starts_with(&account("")) {
            return Ok(Value::Null);
        }
        let missing = Finding::error(
            FindingCode::InvitationMissing,
            format!(
                "The request comes from a service account in {NAMESPACE}, but there is no invitation for it: it was revoked, or never made. Deny the request."
            ),
        );
        return Ok(result(None, &[missing]));
    };
    let findings = differences(&report, shown, invitation);
    Ok(result(Some(invitation), &findings))
}

fn result(invitation: Option<&Value>, findings: &[Finding]) -> Value {
    let matches = findings.iter().all(|finding| finding.level < Level::Error);
    Value::map([("matches", Some(matches.into())), ("invitation", invitation.cloned()), ("findings", Some(Value::findings(findings)))])
}

/// Each difference with a code of its own; without one, what a match proves. What to do is the same for all.
fn differences(report: &Report, shown: &Value, invitation: &Value) -> Vec<Finding> {
    let text = |key: &str| invitation.text(&[key]).unwrap_or_default();
    let time = |text: Option<&str>| text.and_then(UnixTime::from_iso);
    let request = &report.request;
    let invited = Identity { user: text("user").to_owned(), groups: invitation.texts(&["groups"]), uid: None };
    let mut usages: Vec<&str> = report.usages.iter().map(String::as_str).collect();
    let mut expected = signer::default_usages(&request.key_algorithm);
    usages.sort_unstable();
    expected.sort_unstable();
    let more = [&request.dns_names, &request.ip_addresses, &request.email_addresses, &request.uris];
    let submitted_by = shown.text(&["object", "spec", "uid"]);
    let times = time(shown.text(&["createdAt"])).zip(time(invitation.text(&["expiresAt"])));
    let all = [
        (
            invitation.get("missing").is_some(),
            FindingCode::InvitationIncomplete,
            "The objects of the invitation are not as they were created. Revoke it.",
        ),
        (
            report.requestor.0 != text("serviceAccount"),
            FindingCode::InvitationRequestorDiffers,
            "The request has the name of an invitation, but somebody else submitted it.",
        ),
        (
            submitted_by.is_none_or(|uid| invitation.text(&["uids", "ServiceAccount"]) != Some(uid)),
            FindingCode::InvitationAccountDiffers,
            "The service account that submitted the request is another one than the invitation's: its uid differs.",
        ),
        (
            report.name != text("name"),
            FindingCode::InvitationNameDiffers,
            "The request has another name than the invitation, so someone else who has the link submitted it.",
        ),
        (request.identity.user != invited.user, FindingCode::InvitationUserDiffers, "The request is for another user than the invitation."),
        (
            request.identity.sorted_groups() != invited.sorted_groups(),
            FindingCode::InvitationGroupsDiffer,
            "The request is for other groups than the invitation.",
        ),
        (
            request.identity.uid.is_some() || more.iter().any(|names| !names.is_empty()),
            FindingCode::InvitationExtraNames,
            "The request is for a uid or for alternative names, which an invitation never contains.",
        ),
        (
            report.expiration_seconds.map(Value::Number).as_ref() != invitation.get("expirationSeconds"),
            FindingCode::InvitationLifetimeDiffers,
            "The request is for another lifetime than the invitation.",
        ),
        (
            report.signer_name != signer::CLIENT,
            FindingCode::InvitationSignerDiffers,
            "The request is for another signer than the invitation.",
        ),
        (usages != expected, FindingCode::InvitationUsagesDiffer, "The request is for other usages than the invitation."),
        (
            times.is_none_or(|(created, expires)| created > expires),
            FindingCode::InvitationLate,
            "The request was submitted after the invitation had expired.",
        ),
    ];
    let mut findings: Vec<Finding> = all
        .into_iter()
        .filter(|(differs, _, _)| *differs)
        .map(|(_, code, message)| Finding::error(code, format!("{message} Deny the request.")))
        .collect();
    if findings.is_empty() {
        findings.push(Finding::notice(
            FindingCode::InvitationCompareFingerprint,
            "A match proves that the sender had the link, not who the sender is. Compare the fingerprint with the invited person before you approve.",
        ));
    }
    findings
}
