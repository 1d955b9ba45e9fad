//! Kubernetes' `Status` answers, turned into failures with a code and a sentence.

pub use super::answer::{Answer, Context};
use crate::error::{Code, Detail, Error, Result};
use crate::kubernetes::rbac;
use crate::kubernetes::refusal::{self, Forbidden};
use crate::text::readable;
use crate::value::Value;

/// The body of a successful answer.
///
/// # Errors
/// The code for the status; [`Code::BadAnswer`] where a Kubernetes API server does not answer like that.
pub fn check<'a>(answer: &Answer<'a>) -> Result<&'a Value> {
    check_with(answer, Context::default())
}

/// The same as [`check`], with more to explain a failure from.
///
/// # Errors
/// Those of [`check`].
pub fn check_with<'a>(answer: &Answer<'a>, context: Context<'_>) -> Result<&'a Value> {
    match (answer.status, answer.body) {
        (200..=299, Some(body)) => Ok(body),
        (200..=299, None) if context.page => Err(Error::new(
            Code::BadAnswer,
            "The answer is a web page. Either a proxy asks for a sign-in, or this is not the address of an API server. Check both.",
        )),
        (200..=299, None) => Err(Error::new(
            Code::BadAnswer,
            "The answer is not JSON, so it does not come from a Kubernetes API server. Check the address, and whether a proxy asks for a sign-in.",
        )),
        _ => Err(failure(answer, context)),
    }
}

fn failure(answer: &Answer<'_>, context: Context<'_>) -> Error {
    let body = answer.body.filter(|body| body.text(&["kind"]) == Some("Status"));
    let message = body.and_then(|body| body.text(&["message"])).map(shorten).unwrap_or_default();
    let reason = body.and_then(|body| body.text(&["reason"])).unwrap_or_default();
    let detail = |field: &str, message: &str| Detail { field: Some(field.to_owned()), message: message.to_owned() };
    if let Some((refusal, sentence)) = body.and_then(refusal::by_our_proxy) {
        let details = vec![detail("answeredBy", "proxy"), detail("refusal", refusal)];
        return Error::new(proxy_code(answer.status), readable(sentence)).with_details(details);
    }
    let (code, sentence) = match (answer.status, reason) {
        (401, _) => (Code::Unauthorized, refusal::unauthorized(context, body.is_some())),
        (403, _) if body.is_none() => {
            return Error::new(
                Code::Forbidden,
                "Access denied (403) by a proxy in between, not by the API server.",
            )
            .with_details(vec![detail("answeredBy", "proxy")]);
        }
        (403, _) => match body.and_then(refusal::forbidden) {
            Some(Forbidden::Unauthorized { user, .. }) if user == refusal::ANONYMOUS => (
                Code::Forbidden,
                "The request arrived without credentials, so the API server treats the caller as system:anonymous (403). Sign in, or use kubectl proxy."
                    .to_owned(),
            ),
            Some(Forbidden::Unauthorized { right: Some(missing), .. } | Forbidden::Signer(missing)) => {
                let sentence = format!("Access denied (403): {message}. {}{}.", missing.whose(), missing.sentence());
                return Error::new(Code::Forbidden, sentence).with_details(missing.details());
            }
            Some(Forbidden::Escalation) => (Code::Forbidden, rbac::live::ESCALATION.to_owned()),
            _ => (Code::Forbidden, format!("Access denied (403): {message}")),
        },
        (404, _) => (Code::NotFound, refusal::not_found(body, &message, context)),
        (409, "AlreadyExists") => (Code::AlreadyExists, "An object of this name exists already (409). Choose another name.".to_owned()),
        // Only a conflict of TokenRequest names a kind in its details; the others name a resource (registry/core/serviceaccount).
        (409, _) if matches!(body.and_then(|body| body.text(&["details", "kind"])), Some("Pod" | "Secret" | "Node")) => (
            Code::Conflict,
            "The object that the token is to be bound to has another uid now (409): it was deleted and created again. Read its uid again."
                .to_owned(),
        ),
        (409, _) => (Code::Conflict, "The object was changed in the meantime (409). Read it again.".to_owned()),
        (410, _) => (Code::WatchExpired, "The API server no longer has this version of the list (410). List again.".to_owned()),
        (413, _) => (Code::TooLarge, "The request is too large for the API server (413).".to_owned()),
        (400 | 422, _) => (Code::InvalidObject, or("The API server refuses the object", &message)),
        (429, _) => (Code::TooManyRequests, wait(answer.retry_after)),
        (500..=599, _) => (Code::ServerError, or(&format!("The API server failed ({})", answer.status), &message)),
        _ => (Code::BadAnswer, format!("This is not an answer of a Kubernetes API server ({}). Check the address.", answer.status)),
    };
    let sentence = body.and_then(|body| rbac::live::refusal(answer.status, body)).map_or(sentence, str::to_owned);
    Error::new(code, sentence).with_details(causes(body))
}

/// What a refusal by kubecred's own guard or nginx is.
fn proxy_code(status: u16) -> Code {
    match status {
        401 => Code::Unauthorized,
        403 | 405 => Code::Forbidden,
        404 => Code::NotFound,
        413 => Code::TooLarge,
        429 => Code::TooManyRequests,
        500..=599 => Code::ServerError,
        _ => Code::BadAnswer,
    }
}

fn or(sentence: &str, message: &str) -> String {
    if message.is_empty() { sentence.to_owned() } else { format!("{sentence}: {message}") }
}

fn wait(retry_after: Option<u32>) -> String {
    match retry_after {
        Some(seconds) => format!("The API server is throttling requests (429). Try again in {seconds} seconds."),
        None => "The API server is throttling requests (429). Try again later.".to_owned(),
    }
}

fn causes(body: Option<&Value>) -> Vec<Detail> {
    let causes = body.map(|body| body.list(&["details", "causes"])).unwrap_or_default();
    causes
        .iter()
        .take(32)
        .map(|cause| Detail { field: cause.text(&["field"]).map(readable), message: shorten(cause.text(&["message"]).unwrap_or_default()) })
        .collect()
}

/// The server repeats all of `spec.request` in its messages about it; the useful part follows the last `": `.
fn shorten(message: &str) -> String {
    let useful = match message.as_bytes().windows(3).rposition(|window| window == b"\": ") {
        Some(at) if at > 400 => &message[at + 3..],
        _ => message,
    };
    readable(useful)
}

/// Checks one event of a watch: an object of a known type, or the server's word that the watch is over.
///
/// # Errors
/// [`Code::WatchExpired`] and the other codes of a Status, [`Code::BadAnswer`] for anything else.
pub fn check_event(event: &Value) -> Result<()> {
    let object = event.get("object");
    match event.text(&["type"]) {
        Some("ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK") if object.is_some() => Ok(()),
        Some("ERROR") => {
            let code = object.and_then(|status| status.get("code"));
            let status = if let Some(Value::Number(code)) = code { *code as u16 } else { 500 };
            Err(failure(&Answer { status, body: object, retry_after: None }, Context::default()))
        }
        _ => Err(Error::new(Code::BadAnswer, "The watch contains something that is not an event. Start it again.")),
    }
}
