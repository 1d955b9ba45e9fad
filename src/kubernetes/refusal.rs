//! Why the server refused: who was refused, the permission that is missing, and what a token says about a 401.
//!
//! A 403 has no fields for user, verb and resource, only a sentence. Its form is fixed, and every name in it is quoted, so
//! it is parsed from its beginning to the last part that is used, never searched: names in it are chosen by others.
//! Sources: Kubernetes 1.36.3, apimachinery `pkg/api/errors/errors.go` (`NewForbidden`), apiserver
//! `endpoints/handlers/responsewriters/errors.go` (`forbiddenMessage`), `plugin/pkg/admission/certificates`,
//! `pkg/registry/rbac/validation/rule.go`. RBAC has no "deny", so the minimum permission is the one that the sentence names.

use super::answer::Context;
use crate::error::Detail;
use crate::finding::{FindingCode, Level};
use crate::kubernetes::rbac::rule::Question;
use crate::text::readable;
use crate::token;
use crate::value::Value;

pub(super) const CERTIFICATES: &str = "certificates.k8s.io";
pub(super) const REQUESTS: &str = "certificatesigningrequests";

/// The rule that would have let a request through, and where it must be.
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

/// Texts as a JSON list.
fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(","))
}

impl Right {
    /// The one that a question asked for.
    pub(super) fn of(question: &Question<'_>) -> Right {
        let Question { namespace, verb, group, resource, subresource, name, path } = *question;
        let target = match (path, subresource) {
            ("", "") => Target::Resource { group: group.to_owned(), resource: resource.to_owned() },
            ("", part) => Target::Resource { group: group.to_owned(), resource: format!("{resource}/{part}") },
            (path, _) => Target::Path(path.to_owned()),
        };
        let one = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Right { verb: verb.to_owned(), target, names: one(name).into_iter().collect(), namespace: one(namespace) }
    }

    /// "Minimum permission required: …"
    pub(super) fn sentence(&self) -> String {
        let kind = if self.namespace.is_some() { "Role" } else { "ClusterRole" };
        let place = self.namespace.as_ref().map(|namespace| format!(" in the namespace {}", readable(namespace))).unwrap_or_default();
        let what = match &self.target {
            Target::Resource { resource, .. } => readable(resource),
            Target::Path(path) => format!("the path {}", readable(path)),
        };
        let names = if self.names.is_empty() { String::new() } else { format!(" named {}", readable(&self.names.join(", "))) };
        format!("Minimum permission required: {} on {what}{names}, by a {kind}{place}", self.verb)
    }

    /// Who lacks it: the requester of a certificate and its approver are seldom the same person. Nothing where both need it.
    pub(super) fn whose(&self) -> &'static str {
        let Target::Resource { group, resource } = &self.target else { return "" };
        if group != CERTIFICATES {
            return "";
        }
        match (resource.as_str(), self.verb.as_str()) {
            ("certificatesigningrequests/approval" | "signers", _) => "The approver lacks this permission. ",
            (REQUESTS, "create") => "The requester lacks this permission. ",
            // The requester's list or watch is of one object.
            (REQUESTS, "list" | "watch") if self.names.is_empty() => "The approver lacks this permission. ",
            (REQUESTS, "list" | "watch") => "The requester lacks this permission. ",
            _ => "",
        }
    }

    /// Everything that a requester needs for one certificate, so that an administrator grants it at once.
    fn requester(&self) -> Option<String> {
        let Target::Resource { group, resource } = &self.target else { return None };
        let mine = group == CERTIFICATES
            && resource == REQUESTS
            && (self.verb == "create" || (!self.names.is_empty() && ["get", "list", "watch"].contains(&self.verb.as_str())));
        mine.then(|| {
            let rule = |verbs: &str, names: &str| {
                format!("{{\"apiGroups\":[\"{CERTIFICATES}\"],\"resources\":[\"certificatesigningrequests\"]{names},\"verbs\":[{verbs}]}}")
            };
            let names = if self.names.is_empty() { String::new() } else { format!(",\"resourceNames\":{}", list(&self.names)) };
            format!("[{},{}]", rule("\"create\"", ""), rule("\"get\",\"list\",\"watch\"", &names))
        })
    }

    /// The rule as JSON under `rule`, `Role NAMESPACE` or `ClusterRole` under `scope`; for a requester of a certificate, all
    /// rules of the role under `role`.
    pub(super) fn details(&self) -> Vec<Detail> {
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
        let detail = |(field, message): (&str, String)| Detail { field: Some(field.to_owned()), message };
        [("rule", rule), ("scope", scope)].into_iter().chain(self.requester().map(|role| ("role", role))).map(detail).collect()
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

/// What a 403 of the API server says in its fixed form.
#[derive(Debug)]
pub(super) enum Forbidden {
    /// `User "…" cannot VERB …`: the authorizer's answer. The right is absent where no rule of RBAC would name it.
    Unauthorized { user: String, right: Option<Right> },
    /// `user not permitted to approve requests with signerName "…"`: the admission of the certificates API.
    Signer(Right),
    /// `user "…" (groups=[…]) is attempting to grant RBAC permissions not currently held`
    Escalation,
}

/// A refusal by kubecred's own guard or nginx (pkg/bin/answers.mts, www/deploy/nginx.conf): the part of the cause's reason after
/// `kubecred-`, and the sentence. Everything else comes from the API server.
pub(super) fn by_our_proxy(status: &Value) -> Option<(&str, &str)> {
    let reason = status.list(&["details", "causes"]).iter().find_map(|cause| cause.text(&["reason"])?.strip_prefix("kubecred-"))?;
    let known = !reason.is_empty() && reason.len() <= 32 && reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    known.then_some((reason, status.text(&["message"])?))
}

/// The user that a caller without credentials is.
pub(super) const ANONYMOUS: &str = "system:anonymous";

/// Reads a 403 of the API server; `None` where its sentence has another form.
pub(super) fn forbidden(status: &Value) -> Option<Forbidden> {
    let name = status.text(&["details", "name"]).filter(|name| !name.is_empty());
    let reason = reason(status.text(&["message"])?, name)?;
    if let Some(rest) = reason.strip_prefix("User ") {
        let (user, rest) = go_string(rest)?;
        return Some(Forbidden::Unauthorized { user: unsanitized(&user), right: right(rest.strip_prefix(" cannot ")?, name) });
    }
    if let Some(rest) = reason.strip_prefix("user not permitted to ") {
        let (verb, rest) = rest.split_once(' ').filter(|(verb, _)| ["approve", "sign"].contains(verb))?;
        let (signer, _) = go_string(rest.strip_prefix("requests with signerName ")?)?;
        let target = Target::Resource { group: CERTIFICATES.to_owned(), resource: "signers".to_owned() };
        return Some(Forbidden::Signer(Right { verb: verb.to_owned(), target, names: vec![signer], namespace: None }));
    }
    let (_, rest) = go_string(reason.strip_prefix("user ")?)?;
    let mut rest = rest.strip_prefix(" (groups=[")?;
    while let Some((_, after)) = go_string(rest.strip_prefix(' ').unwrap_or(rest)) {
        rest = after;
    }
    rest.strip_prefix("]) is attempting to grant RBAC permissions not currently held:").map(|_| Forbidden::Escalation)
}

/// What follows `RESOURCE.GROUP "NAME" is forbidden: ` (or `forbidden: `, for a path). A resource has neither blanks nor
/// quotes, and a name is the one in the details.
fn reason<'a>(message: &'a str, name: Option<&str>) -> Option<&'a str> {
    if let Some(reason) = message.strip_prefix("forbidden: ") {
        return Some(reason);
    }
    let (resource, _) = message.split_once(' ')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-./".contains(&byte);
    (!resource.is_empty() && resource.bytes().all(plain)).then_some(())?;
    let rest = &message[resource.len() + 1..];
    let rest = match go_string(rest) {
        Some((quoted, rest)) if name.is_none_or(|name| name == quoted) => rest.strip_prefix(' ')?,
        Some(_) => return None,
        None => rest,
    };
    rest.strip_prefix("is forbidden: ")
}

/// `VERB resource "…" in API group "…" in the namespace "…"`, or `VERB path "…"`.
fn right(text: &str, name: Option<&str>) -> Option<Right> {
    let (verb, rest) = text.split_once(' ')?;
    // `impersonate-on:user-info:list` and its like are not verbs that a rule should name.
    verb.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(())?;
    let text = |rest| go_string(rest).map(|(text, rest)| (unsanitized(&text), rest));
    if let Some(rest) = rest.strip_prefix("path ") {
        let (path, _) = text(rest)?;
        return Some(Right { verb: verb.to_owned(), target: Target::Path(path), names: Vec::new(), namespace: None });
    }
    let (resource, rest) = text(rest.strip_prefix("resource ")?)?;
    let (group, rest) = text(rest.strip_prefix(" in API group ")?)?;
    let namespace = match rest.strip_prefix(" in the namespace ") {
        Some(rest) => Some(text(rest)?.0),
        None => {
            rest.strip_prefix(" at the cluster scope")?;
            None
        }
    };
    // A new object has no name yet that a rule could contain; a part of an existing object does. A list or watch of one
    // object by its name is authorized by that name.
    let by_name = match verb {
        "create" => resource.bytes().any(|byte| byte == b'/'),
        "deletecollection" => false,
        _ => true,
    };
    let names = name.filter(|_| by_name).map(str::to_owned).into_iter().collect();
    Some(Right { verb: verb.to_owned(), target: Target::Resource { group, resource }, names, namespace })
}

/// The server writes `&`, `<` and `>` of this sentence as HTML entities (`sanitizer` in errors.go).
fn unsanitized(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// One text as Go's `%q` (`strconv.Quote`) writes it, and what follows.
fn go_string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let bytes = inner.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    loop {
        let (byte, escape) = (*bytes.get(at)?, bytes.get(at + 1));
        at += 1;
        match (byte, escape) {
            (b'"', _) => return Some((String::from_utf8_lossy(&out).into_owned(), &inner[at..])),
            (b'\\', Some(escape)) => {
                at += 1;
                let digits = match escape {
                    b'x' => 2,
                    b'u' => 4,
                    b'U' => 8,
                    _ => 0,
                };
                if digits == 0 {
                    out.push(single(*escape)?);
                    continue;
                }
                let digits = inner.get(at..at + digits)?;
                let number = u32::from_str_radix(digits, 16).ok()?;
                at += digits.len();
                match escape {
                    b'x' => out.push(number as u8),
                    _ => out.extend_from_slice(char::from_u32(number)?.encode_utf8(&mut [0; 4]).as_bytes()),
                }
            }
            _ => out.push(byte),
        }
    }
}

/// What an escape of one character represents.
fn single(escape: u8) -> Option<u8> {
    Some(match escape {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        b'"' | b'\\' => escape,
        _ => return None,
    })
}

/// What a 401 means, as far as the token that was sent tells.
pub(super) fn unauthorized(context: Context<'_>, from_api: bool) -> String {
    let plain = "The API server does not accept the credential (401): it is missing, wrong or expired.";
    let Some((text, now)) = context.token.zip(context.now) else {
        return if from_api || !context.page { plain.to_owned() } else { format!("{plain} The answer is the web page of a proxy.") };
    };
    let Ok(report) = token::read(text.as_bytes(), now) else { return plain.to_owned() };
    let found =
        |codes: &[FindingCode]| report.findings.iter().find(|finding| codes.contains(&finding.code)).map(|finding| finding.message.clone());
    let damage = report.findings.iter().find(|finding| finding.level == Level::Error).map(|finding| finding.message.clone());
    if let Some(why) =
        found(&[FindingCode::TokenExpired]).or(damage).or_else(|| found(&[FindingCode::TokenNotYetValid, FindingCode::AudienceElsewhere]))
    {
        return format!("The API server does not accept the token (401). {why}");
    }
    match (&report.bound_to, report.kind) {
        (Some((kind, name)), _) => format!(
            "The API server does not accept the token (401), although its claims are valid. Either the {kind} {} that it is bound to was deleted, or its service account (a new one of the same name does not make it valid again), or the token is of another cluster. Request a new token.",
            readable(name)
        ),
        (None, token::Kind::ServiceAccount) => "The API server does not accept the token (401), although its claims are valid. Either its service account was deleted (a new one of the same name does not make it valid again), or the token is of another cluster. Request a new token.".to_owned(),
        (None, token::Kind::Jwt) => "The API server does not accept the token (401). Either it does not trust the token's issuer, or it requires another audience. Request another token.".to_owned(),
        _ => "The API server does not know this token (401): it was mistyped, has expired, or is of another cluster. Use another token.".to_owned(),
    }
}

/// An object that is gone, or an API that this server does not have: the API server says which.
pub(super) fn not_found(status: Option<&Value>, message: &str, context: Context<'_>) -> String {
    if status.is_some_and(|status| status.text(&["details", "name"]).is_some()) {
        return format!("Not found (404): {message}.");
    }
    if status.is_some() {
        return "Not found (404): the API server does not have this API, or not in this version.".to_owned();
    }
    if context.page {
        return "Not found (404), with a web page: there is no Kubernetes API at this address. Check the address.".to_owned();
    }
    "Not found (404): the API server does not have this API, or there is no Kubernetes API at this address. Check the address.".to_owned()
}
