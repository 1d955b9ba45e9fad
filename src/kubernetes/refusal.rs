//! Why the server refused, read out of its words: the right that is missing, and what a token says about a 401.
//!
//! Source: Kubernetes 1.36, apiserver `endpoints/handlers/responsewriters/errors.go` (`forbiddenMessage`). RBAC has no
//! "deny", so the smallest right that mends a refusal is the one that its sentence names.

use super::status::Context;
use crate::error::Detail;
use crate::finding::Level;
use crate::kubernetes::signing_request::readable;
use crate::locate::Locate;
use crate::token;
use crate::value::Value;

/// The rule that would have let a request through, and where it must stand.
#[derive(Debug)]
pub(super) struct Right {
    verb: String,
    /// A resource with its API group, or a path.
    target: Target,
    names: Vec<String>,
    namespace: Option<String>,
}

#[derive(Debug)]
enum Target {
    Resource { group: String, resource: String },
    Path(String),
}

impl Right {
    /// "The smallest right that mends it: …"
    pub(super) fn sentence(&self) -> String {
        let kind = if self.namespace.is_some() { "Role" } else { "ClusterRole" };
        let place = self.namespace.as_ref().map(|namespace| format!(" in the namespace {}", readable(namespace))).unwrap_or_default();
        let what = match &self.target {
            Target::Resource { resource, .. } => readable(resource),
            Target::Path(path) => format!("the path {}", readable(path)),
        };
        let names = if self.names.is_empty() { String::new() } else { format!(" named {}", readable(&self.names.join(", "))) };
        format!("The smallest right that mends it: {} on {what}{names}, by a {kind}{place}", self.verb)
    }

    /// The rule as JSON under `rule`, and `Role NAMESPACE` or `ClusterRole` under `scope`.
    pub(super) fn details(&self) -> Vec<Detail> {
        let list = |items: &[String]| format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(","));
        let one = |item: &String| list(std::slice::from_ref(item));
        let mut rule = match &self.target {
            Target::Resource { group, resource } => format!("{{\"apiGroups\":{},\"resources\":{}", one(group), one(resource)),
            Target::Path(path) => format!("{{\"nonResourceURLs\":{}", one(path)),
        };
        if !self.names.is_empty() {
            rule.push_str(&format!(",\"resourceNames\":{}", list(&self.names)));
        }
        rule.push_str(&format!(",\"verbs\":{}}}", one(&self.verb)));
        let scope = self.namespace.as_ref().map_or("ClusterRole".to_owned(), |namespace| format!("Role {}", readable(namespace)));
        [("rule", rule), ("scope", scope)].map(|(field, message)| Detail { field: Some(field.to_owned()), message }).into()
    }
}

/// A JSON string of what the server wrote; it may hold anything.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in readable(text).chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}

/// The right that a 403 of the API server names.
pub(super) fn missing_right(status: &Value) -> Option<Right> {
    let message = status.text(&["message"])?;
    let name = status.text(&["details", "name"]).map(str::to_owned);
    if let Some((verb, signer)) = signer(message) {
        let target = Target::Resource { group: "certificates.k8s.io".to_owned(), resource: "signers".to_owned() };
        return Some(Right { verb, target, names: vec![signer], namespace: None });
    }
    let start = message.place("User \"")? + 5;
    let (_, rest) = go_string(&message[start..])?;
    let (verb, rest) = rest.strip_prefix(" cannot ")?.split_once(' ')?;
    // `impersonate-on:user-info:list` and its like are no verbs that a rule of one's own should name.
    verb.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(())?;
    if let Some(rest) = rest.strip_prefix("path ") {
        let (path, _) = go_string(rest)?;
        return Some(Right { verb: verb.to_owned(), target: Target::Path(path), names: Vec::new(), namespace: None });
    }
    let (resource, rest) = go_string(rest.strip_prefix("resource ")?)?;
    let (group, rest) = go_string(rest.strip_prefix(" in API group ")?)?;
    let namespace = match rest.strip_prefix(" in the namespace ") {
        Some(rest) => Some(go_string(rest)?.0),
        None => None,
    };
    // What is made has no name yet that a rule could hold; a part of something that exists does.
    let by_name = match verb {
        "create" => resource.holds("/"),
        "list" | "watch" | "deletecollection" => false,
        _ => true,
    };
    let names = name.filter(|_| by_name).into_iter().collect();
    Some(Right { verb: verb.to_owned(), target: Target::Resource { group, resource }, names, namespace })
}

/// `user not permitted to approve requests with signerName "…"` (plugin/pkg/admission/certificates).
fn signer(message: &str) -> Option<(String, String)> {
    let (_, rest) = message.cut("user not permitted to ")?;
    let (verb, rest) = rest.cut(" requests with signerName ")?;
    let (name, _) = go_string(rest)?;
    ["approve", "sign"].contains(&verb).then(|| (verb.to_owned(), name))
}

/// One text as Go's `%q` writes it, and what follows. Escapes other than of quote and backslash stay as they are.
fn go_string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((out, &inner[at + 1..])),
            '\\' => match characters.next()?.1 {
                escaped @ ('"' | '\\') => out.push(escaped),
                escaped => out.extend(['\\', escaped]),
            },
            _ => out.push(character),
        }
    }
    None
}

/// What a 401 means, as far as the token that was sent tells.
pub(super) fn unauthorized(context: Context<'_>, from_api: bool) -> String {
    let plain = "the server does not accept the credential (401): it is missing, wrong or expired";
    let Some((text, now)) = context.token.zip(context.now) else {
        return if from_api || !context.page { plain.to_owned() } else { format!("{plain}. A proxy in between said so, with a web page") };
    };
    let Ok(report) = token::read(text.as_bytes(), now) else { return plain.to_owned() };
    let found =
        |codes: &[&str]| report.findings.iter().find(|finding| codes.contains(&finding.code)).map(|finding| finding.message.clone());
    let damage = report.findings.iter().find(|finding| finding.level == Level::Error).map(|finding| finding.message.clone());
    if let Some(why) = found(&["token-expired"]).or(damage).or_else(|| found(&["token-not-yet-valid", "audience-elsewhere"])) {
        return format!("the server does not accept the token (401). The token says why: {why}");
    }
    match (&report.bound_to, report.kind) {
        (Some((kind, name)), _) => format!(
            "the server does not accept the token (401). By its claims it is in order, so most likely the {kind} {} that it is bound to is gone, its service account was deleted (a new one of the same name does not revive it), or it is of another cluster",
            readable(name)
        ),
        (None, token::Kind::ServiceAccount) => "the server does not accept the token (401). By its claims it is in order, so most likely its service account was deleted (a new one of the same name does not revive it), or it is of another cluster".to_owned(),
        (None, token::Kind::Jwt) => "the server does not accept the token (401): most likely it does not trust the token's issuer, or wants another audience".to_owned(),
        _ => "the server does not accept the token (401): it does not know it; a changed or mistyped one, one of another cluster, or one that has ended".to_owned(),
    }
}

/// An object that is gone, or an API that this server does not have: the API server says which.
pub(super) fn not_found(status: Option<&Value>, message: &str, context: Context<'_>) -> String {
    if status.is_some_and(|status| status.text(&["details", "name"]).is_some()) {
        return format!("not found (404): {message}");
    }
    if status.is_some() {
        return "not found (404): this server does not have this API, or not in this version; it may be older or newer than what is asked for".to_owned();
    }
    if context.page {
        return "not found (404), and a web page says so: no Kubernetes API is at this address".to_owned();
    }
    "not found (404): this server does not have this API, or no Kubernetes API is at this address".to_owned()
}
