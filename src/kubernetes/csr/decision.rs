//! Approving and denying a CertificateSigningRequest: exactly the one that a person was shown.
//!
//! `kubectl certificate approve` takes a name, reads whatever has that name now, and approves it. Anyone who may delete and
//! create requests can exchange the object between reading and approving (Kubernetes 1.36.3, 2026-11). So a decision takes
//! the report that was shown. The uid and every field of the spec are compared with the object as the server has it now,
//! and the write carries the uid and resource version of the object that was compared: the API server refuses it with 409
//! where either is another by then (`rest.DefaultUpdatedObjectInfo.Preconditions`, Kubernetes 1.36.3).

use super::object::{API_VERSION, KIND, request_bytes};
use super::signer;
use super::signing_request::{Report, read, read_stored};
use crate::error::{Code, Detail, Error, Result};
use crate::finding::Level;
use crate::kubernetes::http::{ApiRequest, COLLECTION, segment};
use crate::options::options;
use crate::time::UnixTime;
use crate::value::Value;

/// What a person sees of a report, and what it must therefore have in common with its `object`.
const VISIBLE: [&str; 5] = ["name", "signerName", "usages", "expirationSeconds", "requestor"];
const VISIBLE_IN_REQUEST: [&str; 9] =
    ["user", "groups", "uid", "dnsNames", "ipAddresses", "emailAddresses", "uris", "keyAlgorithm", "fingerprint"];

/// The name of the request that a report shows.
///
/// # Errors
/// [`Code::InvalidOptions`] where this is not a report of an object that a server has stored, or not any more as it was read.
pub fn shown_name(report: &Value) -> Result<&str> {
    let object = report.get("object");
    let part = |path: &[&str]| object.and_then(|object| object.text(path)).filter(|text| !text.is_empty());
    let (Some(name), Some(_), Some(_)) = (part(&["metadata", "name"]), part(&["metadata", "uid"]), part(&["metadata", "resourceVersion"]))
    else {
        return Err(Error::new(
            Code::InvalidOptions,
            "A decision takes the report that was shown, as signingRequests, watchSigningRequests or readSigningRequest returned it, and not a name: a name can belong to another request by now. The report must be of an object that the server has stored, with uid and resourceVersion.",
        )
        .at("report"));
    };
    segment(name)?;
    let again = read_stored(object.unwrap_or(&Value::Null))?.to_value(UnixTime(0));
    let kept = |one: &Value, other: &Value, keys: &[&str]| keys.iter().all(|key| same(one.get(key), other.get(key)));
    let inner = |value: &Value| value.get("request").cloned().unwrap_or(Value::Null);
    if !kept(report, &again, &VISIBLE) || !kept(&inner(report), &inner(&again), &VISIBLE_IN_REQUEST) {
        return Err(Error::new(
            Code::InvalidOptions,
            "The report and its object do not agree, so what was shown is not what would be decided. Pass the report unchanged.",
        )
        .at("report"));
    }
    Ok(name)
}

options! {
    struct Decision<'a> {
        shown: Option<Value> = "shown",
        object: Value = "object",
        reason: Option<&'a str> = "reason",
        message: Option<&'a str> = "message",
    }
}

/// PUT of the whole object to `/approval` with one more condition; the conditions of others are kept. Arguments:
/// `{ shown, object, reason?, message? }`, the report that was shown and the object as the server has it now.
pub(crate) fn request(approve: bool, arguments: &Value, now: UnixTime) -> Result<ApiRequest> {
    let Decision { shown, object, reason, message } = arguments.read("options")?;
    let (shown, object) = (&shown.unwrap_or(Value::Null), &object);
    let name = shown_name(shown)?;
    read_stored(object)?;
    if approve {
        check_signature(shown.get("object").unwrap_or(&Value::Null))?;
    }
    check_unchanged(shown.get("object").unwrap_or(&Value::Null), object)?;
    let (kind, opposite) = if approve { ("Approved", "Denied") } else { ("Denied", "Approved") };
    let mut conditions = object.list(&["status", "conditions"]).to_vec();
    let has = |kind: &str| conditions.iter().any(|condition| condition.text(&["type"]) == Some(kind));
    if has(opposite) {
        let done = if approve { "denied" } else { "approved" };
        return Err(Error::new(Code::Conflict, format!("The request was already {done}, which is final. Create a new request.")));
    }
    if !has(kind) {
        let word = if approve { "KubecredApprove" } else { "KubecredDeny" };
        let sentence = if approve { "Approved with kubecred." } else { "Denied with kubecred." };
        conditions.push(Value::map([
            ("type", Some(kind.into())),
            ("status", Some("True".into())),
            ("reason", Some(reason.filter(|text| !text.is_empty()).unwrap_or(word).into())),
            ("message", Some(message.filter(|text| !text.is_empty()).unwrap_or(sentence).into())),
            ("lastUpdateTime", Some(now.to_iso().into())),
        ]));
    }
    let mut object = object.clone();
    object.set("apiVersion", API_VERSION.into());
    object.set("kind", KIND.into());
    let mut status = object.get("status").cloned().unwrap_or(Value::Map(Vec::new()));
    status.set("conditions", Value::List(conditions));
    object.set("status", status);
    Ok(ApiRequest {
        method: "PUT",
        path: format!("{COLLECTION}/{}/approval", segment(name)?),
        body: Some(object),
        what: format!("the decision on the request {name}"),
    })
}

/// A list leaves the signature inside a request to the server, which verified it. Before an approval it is verified here, so that nothing
/// between server and person has put another key or name under it.
fn check_signature(shown: &Value) -> Result<()> {
    let Report { request, signer_name, .. } = read(shown)?;
    if request.submittable(signer_name == signer::CLIENT).is_some() {
        return Ok(());
    }
    let why = request.findings.iter().find(|finding| finding.level == Level::Error).map_or("", |finding| finding.message.as_str());
    let sentence =
        "The request was changed after it was signed, or its signature is wrong. It was not approved. Deny it, and ask for a new one.";
    Err(Error::new(Code::InvalidRequest, [sentence, why].join(" ")).at("report"))
}

/// Refuses an object that is not the one that was shown. Labels, annotations and conditions may differ: they change nothing
/// about what would be approved.
fn check_unchanged(shown: &Value, object: &Value) -> Result<()> {
    let fields = differences(shown, object);
    if fields.is_empty() {
        return Ok(());
    }
    let what = if fields.iter().any(|field| field == "metadata.uid") {
        "The request that was shown was deleted, and another one was created under its name."
    } else {
        "The request is not as it was shown."
    };
    let details =
        fields.into_iter().map(|field| Detail { field: Some(field), message: "Differs from what was shown.".to_owned() }).collect();
    Err(Error::new(Code::Changed, format!("{what} Nothing was decided. Read the request as it is now, then decide.")).with_details(details))
}

/// The fields in which two objects differ, of those that make a request what it is: `metadata.uid` and everything in `spec`.
fn differences(shown: &Value, object: &Value) -> Vec<String> {
    let mut fields: Vec<String> = ["name", "uid"]
        .iter()
        .filter(|key| shown.text(&["metadata", key]) != object.text(&["metadata", key]))
        .map(|key| format!("metadata.{key}"))
        .collect();
    let keys = |value: &Value| match value.get("spec") {
        Some(Value::Map(pairs)) => pairs.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    };
    let mut all: Vec<String> = keys(shown);
    all.extend(keys(object));
    all.sort_unstable();
    all.dedup();
    for key in all {
        let (one, other) = (shown.at(&["spec", &key]), object.at(&["spec", &key]));
        let equal = same(one, other) || key == "request" && request_bytes(shown).is_some_and(|bytes| request_bytes(object) == Some(bytes));
        if !equal {
            fields.push(format!("spec.{key}"));
        }
    }
    fields
}

/// Whether two values are the same data: the order of keys does not count, and null is absent.
pub(crate) fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let given = |value: &Value| *value != Value::Null;
    match (one.filter(|value| given(value)), other.filter(|value| given(value))) {
        (None, None) => true,
        (Some(Value::Map(pairs)), Some(second @ Value::Map(others))) => {
            let count = |pairs: &[(String, Value)]| pairs.iter().filter(|(_, value)| given(value)).count();
            count(pairs) == count(others) && pairs.iter().all(|(key, value)| same(Some(value), second.get(key)))
        }
        (Some(Value::List(items)), Some(Value::List(others))) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(Some(item), Some(other)))
        }
        (one, other) => one == other,
    }
}

impl Report {
    /// What a decision is compared with: the object's name, uid, resource version and spec, as they were read.
    pub(crate) fn identity_of(object: &Value) -> Value {
        let metadata = |key: &'static str| (key, object.at(&["metadata", key]).cloned());
        Value::map([
            ("metadata", Some(Value::map([metadata("name"), metadata("uid"), metadata("resourceVersion")]))),
            ("spec", object.get("spec").cloned()),
        ])
    }
}
