//! The requests of this product, by the name of the operation.

use super::http::{ApiRequest, COLLECTION, encode, segment};
use crate::error::{Code, Error, Result};
use crate::kubernetes::csr::decision;
use crate::kubernetes::csr::signing_request;
use crate::kubernetes::{discovery, identity, invitation, rbac, service_account};
use crate::time::UnixTime;
use crate::value::{Value, options};

options! {
    struct Named<'a> {
        name: &'a str = "name",
    }
}

options! {
    struct Create {
        object: Value = "object",
        dry_run: Option<bool> = "dryRun",
    }
}

options! {
    struct Watch<'a> {
        name: &'a str = "name",
        resource_version: Option<&'a str> = "resourceVersion",
    }
}

options! {
    struct WatchAll<'a> {
        resource_version: &'a str = "resourceVersion",
        signer_name: Option<&'a str> = "signerName",
    }
}

options! {
    struct List<'a> {
        limit: Option<f64> = "limit",
        page: Option<&'a str> = "continue",
        signer_name: Option<&'a str> = "signerName",
    }
}

/// Builds a request. Operations: `create-signing-request` `{ object, dryRun? }`; `get-signing-request` `{ name }`;
/// `watch-signing-request` `{ name, resourceVersion? }`; `list-signing-requests` `{ limit?, continue?, signerName? }`;
/// `watch-signing-requests` `{ resourceVersion, signerName? }`; `list-cluster-role-bindings`, `list-role-bindings` like the list;
/// `approve` and `deny` `{ shown, object, reason?, message? }` ([`decision`]); `who-am-i`, `version`, `root-ca`, `api-addresses` `{}`; those of
/// [`rbac::live`]; `issue-token` and `get-secret` of [`service_account`]; those of [`discovery`]; `list-invitations`,
/// `close-invitation` and `delete-invitation` of [`invitation`].
///
/// # Errors
/// [`Code::InvalidOptions`]; [`Code::InvalidSigningRequest`] where the object is none; [`Code::Changed`] where the object is
/// not the one that was shown; [`Code::Conflict`] where the opposite was decided already.
pub fn request(operation: &str, arguments: &Value, now: UnixTime) -> Result<ApiRequest> {
    match operation {
        "create-signing-request" => create(arguments),
        "get-signing-request" => {
            let Named { name } = arguments.read("options")?;
            Ok(ApiRequest::get(format!("{COLLECTION}/{}", segment(name)?), "nothing but the request's name"))
        }
        "watch-signing-request" => watch(arguments),
        "list-signing-requests" | "page-signing-requests" => list(COLLECTION, arguments),
        "watch-signing-requests" => watch_all(arguments),
        "list-cluster-role-bindings" => list("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", arguments),
        "list-role-bindings" => list("/apis/rbac.authorization.k8s.io/v1/rolebindings", arguments),
        "approve" | "deny" => decision::request(operation == "approve", arguments, now),
        "who-am-i" => Ok(ApiRequest {
            method: "POST",
            path: "/apis/authentication.k8s.io/v1/selfsubjectreviews".to_owned(),
            body: Some(Value::map([("apiVersion", Some("authentication.k8s.io/v1".into())), ("kind", Some("SelfSubjectReview".into()))])),
            what: "the question who the server takes this page for".to_owned(),
        }),
        "version" => Ok(ApiRequest::get("/version".to_owned(), "nothing")),
        "api-addresses" => Ok(ApiRequest::get("/api".to_owned(), "nothing")),
        "root-ca" => Ok(ApiRequest::get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt".to_owned(), "nothing")),
        "issue-token" => service_account::token_request(arguments),
        "get-secret" => service_account::secret_request(arguments),
        "list-invitations" | "close-invitation" | "delete-invitation" => invitation::request(operation, arguments),
        "cluster-info" | "trust-bundles" => {
            discovery::request(operation, arguments)?.ok_or_else(|| Error::new(Code::InvalidOptions, "no such operation"))
        }
        _ => rbac::live::request(operation, arguments)?.ok_or_else(|| Error::new(Code::InvalidOptions, "no such operation")),
    }
}

/// What the answer to an operation says; `None` where the body is handed on as it came. `token` is the one that was sent.
///
/// # Errors
/// [`Code::BadAnswer`] where the body is not what the operation asks for.
pub fn answer(operation: &str, body: &Value, token: Option<&str>, now: UnixTime) -> Result<Option<Value>> {
    match operation {
        "page-signing-requests" => signing_request::page(body, now).map(Some),
        "who-am-i" => identity::who_am_i_with(body, token, now).map(Some),
        _ => rbac::live::answer(operation, body),
    }
}

fn create(arguments: &Value) -> Result<ApiRequest> {
    let Create { object, dry_run } = arguments.read("options")?;
    let report = signing_request::read_unverified(&object)?;
    let dry_run = dry_run.unwrap_or(false);
    // Strict: a misspelt field would otherwise be dropped with a warning that a browser cannot read.
    let query = if dry_run { "?fieldValidation=Strict&dryRun=All" } else { "?fieldValidation=Strict" };
    Ok(ApiRequest {
        method: "POST",
        path: format!("{COLLECTION}{query}"),
        body: Some(object),
        what: format!("certificate request for {}: a name and a public key", report.request.identity.user),
    })
}

fn watch(arguments: &Value) -> Result<ApiRequest> {
    let Watch { name, resource_version } = arguments.read("options")?;
    segment(name)?;
    let mut path = format!("{COLLECTION}?watch=1&timeoutSeconds=300&fieldSelector={}", encode(&format!("metadata.name={name}")));
    if let Some(version) = resource_version {
        path.push_str(&format!("&resourceVersion={}", encode(version)));
    }
    Ok(ApiRequest::get(path, "nothing but the request's name"))
}

/// Every change of every request from a version on.
fn watch_all(arguments: &Value) -> Result<ApiRequest> {
    let WatchAll { resource_version: version, signer_name } = arguments.read("options")?;
    let signer = signer_selector(signer_name);
    Ok(ApiRequest::get(
        format!("{COLLECTION}?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion={}{signer}", encode(version)),
        "nothing",
    ))
}

/// The only field besides the name that the server selects by (measured 2026-11).
fn signer_selector(signer: Option<&str>) -> String {
    signer.map(|signer| format!("&fieldSelector={}", encode(&format!("spec.signerName={signer}")))).unwrap_or_default()
}

fn list(collection: &str, arguments: &Value) -> Result<ApiRequest> {
    let options: List<'_> = arguments.read("options")?;
    let limit = match options.limit {
        None => 500,
        Some(limit) if (1.0..=5000.0).contains(&limit) && limit.fract() == 0.0 => limit as u32,
        Some(_) => return Err(Error::new(Code::InvalidOptions, "limit of list must be a whole number from 1 to 5000").at("limit")),
    };
    let mut path = format!("{collection}?limit={limit}{}", signer_selector(options.signer_name));
    if let Some(token) = options.page {
        path.push_str(&format!("&continue={}", encode(token)));
    }
    Ok(ApiRequest::get(path, "nothing"))
}
