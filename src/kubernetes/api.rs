//! The requests to the API server, and what their answers say.

use super::http::{ApiRequest, COLLECTION, encode, segment};
use crate::error::{Code, Error, Result};
use crate::kubernetes::csr::decision;
use crate::kubernetes::csr::signing_request;
use crate::kubernetes::operation::Operation;
use crate::kubernetes::{discovery, identity, invitation, rbac, service_account};
use crate::options::options;
use crate::time::UnixTime;
use crate::value::Value;

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
        page_size: Option<f64> = "pageSize",
        page: Option<&'a str> = "continue",
        signer_name: Option<&'a str> = "signerName",
    }
}

/// Builds a request; the arguments of each operation are named at [`Operation`].
///
/// # Errors
/// [`Code::InvalidOptions`]; [`Code::InvalidSigningRequest`] where the object is none; [`Code::Changed`] where the object is
/// not the one that was shown; [`Code::Conflict`] where the opposite was decided already.
pub fn request(operation: Operation, arguments: &Value, now: UnixTime) -> Result<ApiRequest> {
    match operation {
        Operation::CreateSigningRequest => create(arguments),
        Operation::GetSigningRequest => {
            let Named { name } = arguments.read("options")?;
            Ok(ApiRequest::get(format!("{COLLECTION}/{}", segment(name)?), "nothing but the request's name"))
        }
        Operation::WatchSigningRequest => watch(arguments),
        Operation::ListSigningRequests | Operation::PageSigningRequests => list(COLLECTION, arguments),
        Operation::WatchSigningRequests => watch_all(arguments),
        Operation::ListClusterRoleBindings => list("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", arguments),
        Operation::ListRoleBindings => list("/apis/rbac.authorization.k8s.io/v1/rolebindings", arguments),
        Operation::Approve | Operation::Deny => decision::request(operation == Operation::Approve, arguments, now),
        Operation::WhoAmI => Ok(ApiRequest {
            method: "POST",
            path: "/apis/authentication.k8s.io/v1/selfsubjectreviews".to_owned(),
            body: Some(Value::map([("apiVersion", Some("authentication.k8s.io/v1".into())), ("kind", Some("SelfSubjectReview".into()))])),
            what: "who am I?".to_owned(),
        }),
        Operation::Version => Ok(ApiRequest::get("/version".to_owned(), "nothing")),
        Operation::ApiAddresses => Ok(ApiRequest::get("/api".to_owned(), "nothing")),
        Operation::RootCa => Ok(ApiRequest::get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt".to_owned(), "nothing")),
        Operation::ClusterInfo => Ok(discovery::cluster_info_request()),
        Operation::TrustBundles => discovery::trust_bundles_request(arguments),
        Operation::IssueToken => service_account::token_request(arguments),
        Operation::GetSecret => service_account::secret_request(arguments),
        Operation::Permissions => rbac::live::permissions_request(arguments),
        Operation::Can => rbac::live::can_request(arguments),
        Operation::GetObject => rbac::live::get_request(arguments),
        Operation::Apply => rbac::live::apply_request(arguments),
        Operation::ListInvitations => invitation::list_request(arguments),
        Operation::CloseInvitation => invitation::close_request(arguments),
        Operation::DeleteInvitation => invitation::delete_request(arguments),
    }
}

/// What the answer to an operation says; `None` where the body is handed on as it came. `token` is the one that was sent.
///
/// # Errors
/// [`Code::BadAnswer`] where the body is not what the operation asks for.
pub fn answer(operation: Operation, body: &Value, token: Option<&str>, now: UnixTime) -> Result<Option<Value>> {
    match operation {
        Operation::PageSigningRequests => signing_request::page(body, now).map(Some),
        Operation::WhoAmI => identity::who_am_i_with(body, token, now).map(Some),
        Operation::Permissions => rbac::live::permissions(body).map(Some),
        Operation::Can => rbac::live::allowed(body).map(Some),
        _ => Ok(None),
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
    let limit = match options.page_size {
        None => 500,
        Some(limit) if (1.0..=5000.0).contains(&limit) && limit.fract() == 0.0 => limit as u32,
        Some(_) => return Err(Error::new(Code::InvalidOptions, "`pageSize` must be a whole number from 1 to 5000.").at("pageSize")),
    };
    let mut path = format!("{collection}?limit={limit}{}", signer_selector(options.signer_name));
    if let Some(token) = options.page {
        path.push_str(&format!("&continue={}", encode(token)));
    }
    Ok(ApiRequest::get(path, "nothing"))
}
