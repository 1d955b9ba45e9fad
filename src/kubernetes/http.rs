//! Requests to the API server as values. JavaScript carries them; nothing here talks to a network.

use crate::error::{Code, Error, Result};
use crate::kubernetes::csr::decision;
use crate::kubernetes::csr::signing_request::read;
use crate::kubernetes::{discovery, invitation, rbac, service_account};
use crate::time::UnixTime;
use crate::value::{Options, Value};

pub(super) const COLLECTION: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/// One HTTP request, the path from the server's root on.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiRequest {
    /// `GET`, `POST`, `PUT`, `DELETE`, or `PATCH` for server-side apply.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// JSON, where there is a body.
    pub body: Option<Value>,
    /// What it carries, in a few words, for the ledger of the page.
    pub what: String,
}

impl ApiRequest {
    pub(crate) fn get(path: String, what: &str) -> Self {
        ApiRequest { method: "GET", path, body: None, what: what.to_owned() }
    }

    /// `Content-Type` of the body. An apply patch may be JSON, which is YAML.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        let media = if self.method == "PATCH" { "application/apply-patch+yaml" } else { "application/json" };
        self.body.as_ref().map(|_| media)
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
            let name = Options::read("get", arguments, &["name"])?.required_text("name")?;
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

fn create(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("create", arguments, &["object", "dryRun"])?;
    let object = options.value("object").ok_or_else(|| Error::new(Code::InvalidOptions, "object of create must be given"))?;
    let report = read(object)?;
    let dry_run = options.flag("dryRun")?.unwrap_or(false);
    // Strict: a misspelt field would otherwise be dropped with a warning that a browser cannot read.
    let query = if dry_run { "?fieldValidation=Strict&dryRun=All" } else { "?fieldValidation=Strict" };
    Ok(ApiRequest {
        method: "POST",
        path: format!("{COLLECTION}{query}"),
        body: Some(object.clone()),
        what: format!("certificate request for {}: a name and a public key", report.request.identity.user),
    })
}

fn watch(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("watch", arguments, &["name", "resourceVersion"])?;
    let name = options.required_text("name")?;
    segment(name)?;
    let mut path = format!("{COLLECTION}?watch=1&timeoutSeconds=300&fieldSelector={}", encode(&format!("metadata.name={name}")));
    if let Some(version) = options.text("resourceVersion")? {
        path.push_str(&format!("&resourceVersion={}", encode(version)));
    }
    Ok(ApiRequest::get(path, "nothing but the request's name"))
}

/// Every change of every request from a version on.
fn watch_all(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("watch", arguments, &["resourceVersion", "signerName"])?;
    let version = options.required_text("resourceVersion")?;
    let signer = signer_selector(options.text("signerName")?);
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
    let options = Options::read("list", arguments, &["limit", "continue", "signerName"])?;
    let limit = match options.value("limit") {
        None => 500,
        Some(Value::Number(limit)) if (1.0..=5000.0).contains(limit) && limit.fract() == 0.0 => *limit as u32,
        Some(_) => return Err(Error::new(Code::InvalidOptions, "limit of list must be a whole number from 1 to 5000")),
    };
    let mut path = format!("{collection}?limit={limit}{}", signer_selector(options.text("signerName")?));
    if let Some(token) = options.text("continue")? {
        path.push_str(&format!("&continue={}", encode(token)));
    }
    Ok(ApiRequest::get(path, "nothing"))
}

/// What a caller is to the server, from a SelfSubjectReview: `{ user, groups, uid?, extra, credential? }`.
///
/// # Errors
/// [`Code::BadAnswer`] where it is no such review.
pub fn who_am_i(review: &Value) -> Result<Value> {
    let info = review.at(&["status", "userInfo"]).ok_or_else(|| Error::new(Code::BadAnswer, "the answer is no SelfSubjectReview"))?;
    let user = info.text(&["username"]).unwrap_or_default();
    let extra = info.get("extra").cloned().unwrap_or(Value::Map(Vec::new()));
    let id = extra.texts(&["authentication.kubernetes.io/credential-id"]);
    let credential = id.first().and_then(|id| {
        let (kind, id) = match id.split_once('=')? {
            ("X509SHA256", id) => ("certificate", id),
            ("JTI", id) => ("token", id),
            _ => return None,
        };
        Some(Value::map([("kind", Some(kind.into())), ("id", Some(id.into()))]))
    });
    Ok(Value::map([
        ("user", Some(user.into())),
        ("groups", Some(Value::strings(info.texts(&["groups"])))),
        ("uid", info.text(&["uid"]).map(Value::from)),
        ("extra", Some(extra)),
        ("credential", credential),
    ]))
}

/// The same as [`who_am_i`], for a caller that sent a token: `tokenSeen` says whether the server saw this very one. A
/// proxy that logs in with a client certificate puts that in front, and the token is not looked at (measured 2026-11).
///
/// # Errors
/// Those of [`who_am_i`].
pub fn who_am_i_with(review: &Value, token: Option<&str>, now: UnixTime) -> Result<Value> {
    let mut who = who_am_i(review)?;
    let report = token.and_then(|token| crate::token::read(token.as_bytes(), now).ok());
    if let Some(seen) = report.and_then(|report| report.seen_by(&who)) {
        who.set("tokenSeen", seen.into());
    }
    Ok(who)
}

/// A name as one path segment. The server takes any but these (kubernetes-sigs: path segment names).
pub(crate) fn segment(name: &str) -> Result<String> {
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '%']) {
        return Err(Error::new(
            Code::InvalidOptions,
            "the name cannot be that of an object: it is empty, a dot, or holds a slash or a percent sign",
        ));
    }
    Ok(encode(name))
}

/// Percent-encoding of everything but RFC 3986 unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
