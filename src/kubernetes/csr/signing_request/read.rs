//! Objects read: one, a list of them, a page of a list, a pasted text; each with the signatures verified that are not known to be right.

use super::report::{Report, State};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::input;
use crate::kubernetes::csr::object::{KIND, certificate_text, request_bytes};
use crate::kubernetes::csr::unsubmitted;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::x509::csr::{self, Confirmed, EcdsaSignature};

/// Reads an object.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] where it is no CertificateSigningRequest.
pub fn read(object: &Value) -> Result<Report> {
    read_confirmed(object, &Confirmed::default())
}

/// Reads an object as [`read`] does; a signature that is confirmed is right.
///
/// # Errors
/// As [`read`].
pub fn read_confirmed(object: &Value, confirmed: &Confirmed) -> Result<Report> {
    read_as(object, Verify::Always(confirmed))
}

/// The signatures inside of one object, a list of them, or a List object, each once, for a library that may confirm them before the objects are read.
#[must_use]
pub fn signatures(objects: &Value) -> Vec<EcdsaSignature> {
    let mut known = Confirmed::default();
    let found = items(objects).iter().filter_map(|object| csr::signature(&request_bytes(object)?));
    found.filter(|signature| known.insert(signature)).collect()
}

/// Reads an object that an API server has stored and checked: its signature is not verified again.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_stored(object: &Value) -> Result<Report> {
    read_as(object, Verify::UnlessStored(&Confirmed::default()))
}

/// Reads an object that is about to be sent: the API server verifies the signature.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_unverified(object: &Value) -> Result<Report> {
    read_as(object, Verify::Never)
}

/// When the signature of a request inside an object is verified.
#[derive(Clone, Copy)]
enum Verify<'a> {
    Always(&'a Confirmed),
    /// What a server has stored, it has checked; only it gives the resource version.
    UnlessStored(&'a Confirmed),
    Never,
}

/// Reads one object, a list of them, or a List object. With `trust` they come straight from an API server, which has
/// checked the signatures inside; that is then left out, which makes thousands of them a matter of a second. Of the others,
/// signatures that are confirmed are right.
///
/// # Errors
/// As [`read`], where one of them is something else.
pub fn read_all_confirmed(objects: &Value, trust: bool, confirmed: &Confirmed) -> Result<Vec<Report>> {
    let verify = if trust { Verify::UnlessStored(confirmed) } else { Verify::Always(confirmed) };
    items(objects).iter().map(|item| read_as(item, verify)).collect()
}

/// The objects of a list or List; one object by itself.
fn items(objects: &Value) -> &[Value] {
    match objects {
        Value::List(items) => items,
        Value::Map(_) if objects.text(&["kind"]).is_some_and(|kind| kind.ends_with("List")) => objects.list(&["items"]),
        one => std::slice::from_ref(one),
    }
}

/// A page of a list as an API server gave it: `{ statuses, continue?, resourceVersion, remaining? }`.
///
/// # Errors
/// As [`read_all_confirmed`].
pub fn page(list: &Value, now: UnixTime) -> Result<Value> {
    let reports = list.list(&["items"]).iter().map(read_stored).collect::<Result<Vec<_>>>()?;
    let metadata = |key: &str| list.at(&["metadata", key]).cloned();
    Ok(Value::map([
        ("statuses", Some(Value::List(reports.iter().map(|report| report.to_value(now)).collect()))),
        ("continue", metadata("continue")),
        ("resourceVersion", metadata("resourceVersion")),
        ("remaining", metadata("remainingItemCount")),
    ]))
}

/// The continue token of a page, out of the text that an API server gave: known before the page is read, as a server writes `metadata` before `items`.
/// Nothing where there is none.
#[must_use]
pub fn next_page(text: &str) -> Option<String> {
    json::early(text, "metadata")?.text(&["continue"]).filter(|token| !token.is_empty()).map(str::to_owned)
}

/// The objects in a pasted text: JSON, YAML, several YAML documents, or a List, in any wrapper that the front door knows.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] where there is none; those of [`crate::yaml::read::value`].
pub fn parse(text: impl AsRef<[u8]>) -> Result<Value> {
    let mut objects = Vec::new();
    for document in input::objects::objects(text.as_ref())?.0 {
        match document {
            Value::List(items) => objects.extend(items),
            list if list.text(&["kind"]).is_some_and(|kind| kind.ends_with("List")) => objects.extend(list.list(&["items"]).to_vec()),
            one => objects.push(one),
        }
    }
    match objects.len() {
        0 => Err(Error::new(
            Code::InvalidSigningRequest,
            "There is no object in this text. Paste the output of kubectl get csr NAME -o yaml.",
        )),
        1 => Ok(objects.remove(0)),
        _ => Ok(Value::List(objects)),
    }
}

fn read_as(object: &Value, verify: Verify<'_>) -> Result<Report> {
    let is_kind = object.text(&["kind"]).is_none_or(|kind| kind == KIND); // items of a list carry no kind
    let spec = object.get("spec").filter(|_| is_kind);
    let name = object.text(&["metadata", "name"]).or_else(|| object.text(&["metadata", "generateName"]));
    let (Some(spec), Some(name)) = (spec, name) else {
        return Err(Error::new(
            Code::InvalidSigningRequest,
            "This is not a CertificateSigningRequest object, which has kind, metadata.name and spec. Paste the whole object.",
        ));
    };
    let pem = request_bytes(object).unwrap_or_default();
    let stored = || object.text(&["metadata", "resourceVersion"]).is_some();
    let confirmed = match verify {
        Verify::Always(confirmed) => Some(confirmed),
        Verify::UnlessStored(confirmed) => (!stored()).then_some(confirmed),
        Verify::Never => None,
    };
    let (certificate, certificate_error) = match certificate_text(object).map(|text| Chain::read(text.as_bytes())) {
        None => (None, None),
        Some(Ok(chain)) => (Some(chain), None),
        Some(Err(error)) => (None, Some(error)),
    };
    let mut report = Report {
        name: name.to_owned(),
        state: State::Pending,
        signer_name: spec.text(&["signerName"]).unwrap_or_default().to_owned(),
        usages: spec.texts(&["usages"]),
        expiration_seconds: if let Some(Value::Number(seconds)) = spec.get("expirationSeconds") { Some(*seconds) } else { None },
        requestor: (spec.text(&["username"]).unwrap_or_default().to_owned(), spec.texts(&["groups"])),
        created: object.text(&["metadata", "creationTimestamp"]).map(str::to_owned),
        request: confirmed.map_or_else(|| csr::read_unverified(&pem), |confirmed| csr::read_confirmed(&pem, confirmed)),
        certificate,
        certificate_error,
        decision: None,
        decided: None,
        object: Report::identity_of(object),
        on_create: Vec::new(),
    };
    if unsubmitted::is_unsubmitted(object) {
        // What the server sets itself is not known yet, whatever the manifest says.
        report.state = State::NotSubmitted;
        report.requestor = Default::default();
        (report.certificate, report.certificate_error) = (None, None);
        report.on_create = unsubmitted::findings(object);
        return Ok(report);
    }
    let has_certificate = report.certificate.is_some() || report.certificate_error.is_some();
    report.state = state(object, &mut report, has_certificate);
    Ok(report)
}

/// Denied and Failed are final; a certificate beats Approved, and may be there without it.
fn state(object: &Value, report: &mut Report, has_certificate: bool) -> State {
    let conditions = object.list(&["status", "conditions"]);
    let mut condition = |kind: &str| {
        let found = conditions.iter().find(|condition| condition.text(&["type"]) == Some(kind))?;
        let text = |key: &str| found.text(&[key]).unwrap_or_default().to_owned();
        report.decision = Some((text("reason"), text("message")));
        report.decided = Some(text("lastUpdateTime"));
        Some(())
    };
    match () {
        () if condition("Denied").is_some() => State::Denied,
        () if condition("Failed").is_some() => State::Failed,
        () if condition("Approved").is_some() => {
            if has_certificate {
                State::Issued
            } else {
                State::Approved
            }
        }
        () if has_certificate => State::Issued,
        () => State::Pending,
    }
}
