//! What a server says a caller may do, and objects written by server-side apply.
//!
//! Source: "Authorization" and "Server-Side Apply" in the Kubernetes documentation; answers measured on 1.36.3 (2026-11).

use super::rule::{Question, Rule};
use super::table::{Added, Table};
use crate::error::{Code, Error, Result};
use crate::kubernetes::http::{ApiRequest, encode, segment};
use crate::locate::Locate;
use crate::options::options;
use crate::text::readable;
use crate::value::Value;

const AUTHORIZATION: &str = "/apis/authorization.k8s.io/v1";

fn review(kind: &str, spec: Value) -> Value {
    Value::map([("apiVersion", Some("authorization.k8s.io/v1".into())), ("kind", Some(kind.into())), ("spec", Some(spec))])
}

options! {
    struct Permissions<'a> {
        namespace: &'a str = "namespace",
    }
}

options! {
    struct Get {
        object: Option<Value> = "object",
    }
}

options! {
    struct Apply {
        object: Option<Value> = "object",
        dry_run: Option<bool> = "dryRun",
        force: Option<bool> = "force",
    }
}

fn post(path: &str, body: Value, what: &str) -> ApiRequest {
    ApiRequest { method: "POST", path: format!("{AUTHORIZATION}/{path}"), body: Some(body), what: what.to_owned() }
}

/// A SelfSubjectRulesReview: `{ namespace }`.
///
/// # Errors
/// [`Code::InvalidOptions`].
pub(crate) fn permissions_request(arguments: &Value) -> Result<ApiRequest> {
    let Permissions { namespace } = arguments.read("options")?;
    segment(namespace)?;
    let spec = Value::map([("namespace", Some(namespace.into()))]);
    let review = review("SelfSubjectRulesReview", spec);
    Ok(post("selfsubjectrulesreviews", review, "the question what this page may do in a namespace"))
}

/// A SelfSubjectAccessReview for a [`Question`].
///
/// # Errors
/// [`Code::InvalidOptions`].
pub(crate) fn can_request(arguments: &Value) -> Result<ApiRequest> {
    let review = review("SelfSubjectAccessReview", Question::from_value(arguments)?.spec());
    Ok(post("selfsubjectaccessreviews", review, "the question whether this page may do one thing"))
}

/// The object of this kind and name: `{ object }`.
///
/// # Errors
/// [`Code::InvalidOptions`]; [`Code::InvalidObject`] for an object that is not applied here.
pub(crate) fn get_request(arguments: &Value) -> Result<ApiRequest> {
    let Get { object } = arguments.read("options")?;
    Ok(ApiRequest::get(path_of(&object.unwrap_or(Value::Null))?, "nothing but the object's name"))
}

/// Server-side apply: `{ object, dryRun?, force? }`.
///
/// # Errors
/// As [`get_request`].
pub(crate) fn apply_request(arguments: &Value) -> Result<ApiRequest> {
    let Apply { object, dry_run, force } = arguments.read("options")?;
    apply(object.unwrap_or(Value::Null), dry_run.unwrap_or(false), force.unwrap_or(false))
}

/// What is applied here: what kubecred makes, and what is next to it.
const KINDS: [(&str, &str, &str, bool); 9] = [
    ("rbac.authorization.k8s.io/v1", "Role", "roles", true),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", false),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests", false),
    ("v1", "ServiceAccount", "serviceaccounts", true),
    ("v1", "Secret", "secrets", true),
    ("v1", "ConfigMap", "configmaps", true),
    ("v1", "Namespace", "namespaces", false),
];

/// An object that is applied here, taken apart: group and version, plural, namespace, name.
struct Applied<'a> {
    version: &'a str,
    plural: &'static str,
    namespace: Option<&'a str>,
    name: &'a str,
}

/// What a question about this object is about.
pub(crate) fn apply_target(object: &Value) -> Result<Question<'_>> {
    let Applied { version, plural, namespace, name } = applied_object(object)?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    Ok(Question { namespace: namespace.unwrap_or_default(), verb: "", group, resource: plural, subresource: "", name, path: "" })
}

fn applied_object(object: &Value) -> Result<Applied<'_>> {
    let refused = |message: &'static str| Error::new(Code::InvalidObject, message);
    let (version, kind) = (object.text(&["apiVersion"]).unwrap_or_default(), object.text(&["kind"]).unwrap_or_default());
    let Some((_, _, plural, namespaced)) = KINDS.iter().find(|(of, name, ..)| (*of, *name) == (version, kind)) else {
        return Err(refused(
            "This kind of object is not supported. kubecred applies roles, bindings, service accounts, secrets, config maps, namespaces and certificate signing requests of v1. Use kubectl apply for others.",
        ));
    };
    let name = object.text(&["metadata", "name"]).ok_or_else(|| refused("metadata.name: Required value"))?;
    let namespace = object.text(&["metadata", "namespace"]);
    match (namespaced, namespace) {
        (true, None) => Err(refused("metadata.namespace: Required value: this kind of object is in a namespace")),
        (false, Some(_)) => Err(refused("metadata.namespace: this kind of object is in no namespace")),
        _ => Ok(Applied { version, plural, namespace, name }),
    }
}

pub(crate) fn path_of(object: &Value) -> Result<String> {
    let Applied { version, plural, namespace, name } = applied_object(object)?;
    let root = if version.holds("/") { format!("/apis/{version}") } else { format!("/api/{version}") };
    let inside = namespace.map(segment).transpose()?.map(|namespace| format!("/namespaces/{namespace}")).unwrap_or_default();
    Ok(format!("{root}{inside}/{plural}/{}", segment(name)?))
}

/// PATCH with the whole intent; the server works out what changes. Without `force`, a field that another manager set to
/// something else is a conflict and nothing is written.
pub(crate) fn apply(object: Value, dry_run: bool, force: bool) -> Result<ApiRequest> {
    let mut path = format!("{}?fieldManager={}&fieldValidation=Strict", path_of(&object)?, encode("kubecred"));
    for (flag, text) in [(dry_run, "&dryRun=All"), (force, "&force=true")] {
        if flag {
            path.push_str(text);
        }
    }
    let text = |path: &[&str]| object.text(path).unwrap_or_default();
    let what = format!("the {} {}", text(&["kind"]), text(&["metadata", "name"]));
    Ok(ApiRequest { method: "PATCH", path, body: Some(object), what })
}

/// `{ allowed, reason? }` from a SelfSubjectAccessReview.
///
/// # Errors
/// [`Code::BadAnswer`] where the answer is of another kind.
pub fn allowed(review: &Value) -> Result<Value> {
    let status = review
        .get("status")
        .ok_or_else(|| Error::new(Code::BadAnswer, "The answer is not a SelfSubjectAccessReview. Check the address of the API server."))?;
    let allowed = status.get("allowed") == Some(&Value::Bool(true));
    Ok(Value::map([
        ("allowed", Some(allowed.into())),
        ("reason", status.text(&["reason"]).filter(|text| !text.is_empty()).map(Value::from)),
    ]))
}

/// `{ rules, paths, verbs, rows, incomplete, reason? }` from a SelfSubjectRulesReview. Its rules do not say whether they
/// hold in the namespace alone.
///
/// # Errors
/// As [`allowed`].
pub fn permissions(review: &Value) -> Result<Value> {
    let status = review.get("status").filter(|status| status.get("resourceRules").is_some() || status.get("incomplete").is_some());
    let status = status
        .ok_or_else(|| Error::new(Code::BadAnswer, "The answer is not a SelfSubjectRulesReview. Check the address of the API server."))?;
    let (rules, paths) = (Rule::list(status.list(&["resourceRules"])), Rule::list(status.list(&["nonResourceRules"])));
    let mut table = Table::default();
    table.add(&rules, false, &[]);
    table.add(&paths, true, &[]);
    let Added { verbs, rows, paths: urls, omitted } = table.values();
    let rule = |rule: &Rule<'_>| {
        Value::map([
            ("apiGroups", Some(Value::strings(&rule.api_groups))),
            ("resources", Some(Value::strings(&rule.resources))),
            ("verbs", Some(Value::strings(&rule.verbs))),
            ("resourceNames", Some(Value::strings(&rule.resource_names))),
        ])
    };
    Ok(Value::map([
        ("rules", Some(Value::List(rules.iter().map(rule).collect()))),
        ("incomplete", Some((status.get("incomplete") == Some(&Value::Bool(true))).into())),
        ("reason", status.text(&["evaluationError"]).filter(|text| !text.is_empty()).map(|text| readable(text).into())),
        ("verbs", Some(verbs)),
        ("rows", Some(rows)),
        ("paths", Some(urls)),
        ("omitted", (omitted > 0).then_some(Value::Number(omitted as f64))),
    ]))
}

/// `created`, `configured` or `unchanged`, from the HTTP status and the object before and after.
#[must_use]
pub fn applied(created: bool, before: Option<&Value>, after: &Value) -> &'static str {
    let version = |object: &Value| object.text(&["metadata", "resourceVersion"]).map(str::to_owned);
    match before {
        _ if created => "created",
        Some(before) if version(before).is_some() && version(before) == version(after) => "unchanged",
        _ => "configured",
    }
}

/// A role or binding that would give what the caller does not have.
pub(crate) const ESCALATION: &str = "Access denied (403): you can grant only permissions that you have. Ask an administrator, or leave out the permissions that you do not have.";

/// A clear sentence for refusals of roles and bindings whose own sentences help little; `None` for others. Decided by the
/// fields of the Status: `details.kind` and the causes (rbac/validation, structured-merge-diff's conflicts).
pub(crate) fn refusal(status: u16, body: &Value) -> Option<&'static str> {
    let causes = body.list(&["details", "causes"]);
    let binding = matches!(body.text(&["details", "kind"]), Some("RoleBinding" | "ClusterRoleBinding"));
    let any = |field: &str, value: &str| causes.iter().any(|cause| cause.text(&[field]) == Some(value));
    match status {
        422 if binding && any("field", "roleRef") => Some(
            "The binding already exists and refers to another role, which cannot be changed (roleRef is immutable). Delete the binding first, or choose another name.",
        ),
        409 if any("reason", "FieldManagerConflict") => Some(
            "Another field manager sets fields of this object to other values (409). Read the object first (kubectl get -o yaml --show-managed-fields). Then choose another name, or apply with force.",
        ),
        _ => None,
    }
}
