//! Invitations: one link with which a person without credentials submits one certificate signing request.
//!
//! | file | what |
//! |---|---|
//! | `terms.rs` | who is invited, to which cluster, for how long: checked the same way for the administrator and for the newcomer |
//! | `plan.rs` | the objects of an invitation |
//! | `link.rs` | what a link contains, read without trust |
//! | `found.rs` | invitations that are in a cluster, leftovers among them |
//! | `compare.rs` | whether a request is the one that an invitation is for |
//! | `request.rs` | requests to the API server |
//!
//! An invitation is a service account of its own with a short-lived token. RBAC cannot limit `create` to one name (Kubernetes
//! documentation, "Referring to resources"), so the account can submit any request; it can read the one of its own name alone.
//! What counts for a comparison is written on the ClusterRoleBinding: someone who may write service accounts in the namespace, as its
//! administrators may, must not be able to fake an invitation.

mod compare;
mod found;
mod link;
mod plan;
mod request;
mod terms;

pub(super) use request::request;

use crate::error::{Code, Detail, Error, Result};
use crate::random::Random;
use crate::time::UnixTime;
use crate::value::Value;

pub use link::{open, read};

/// Where the service accounts of all invitations are.
pub const NAMESPACE: &str = "kubecred-invitations";
/// The labels that all objects of an invitation have, besides [`INSTANCE`] (Kubernetes documentation, "Recommended Labels").
const LABELS: [(&str, &str); 2] = [("app.kubernetes.io/managed-by", "kubecred"), ("app.kubernetes.io/component", "invitation")];
/// The label with the invitation's name.
const INSTANCE: &str = "app.kubernetes.io/instance";
/// The annotation of the ClusterRoleBinding, in JSON: user, groups, lifetime, expiry.
const ANNOTATION: &str = "kubecred/invitation";

/// The user name of an invitation's service account.
fn account(name: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{name}")
}

/// Name of the ClusterRole and its ClusterRoleBinding.
fn role_name(name: &str) -> String {
    format!("kubecred:invitation:{name}")
}

/// Name of the binding for the invited user.
fn user_binding_name(name: &str) -> String {
    format!("kubecred:invited:{name}")
}

/// What the account may do: submit requests, unless the invitation is closed, and read the one of its name. A watch with the field
/// selector `metadata.name` is a request for that name (apiserver/pkg/endpoints/request, `RequestInfo`).
fn rules(name: &str, closed: bool) -> Value {
    let rule = |verbs: &[&str], names: Option<&str>| {
        Value::map([
            ("apiGroups", Some(Value::strings(["certificates.k8s.io"]))),
            ("resources", Some(Value::strings(["certificatesigningrequests"]))),
            ("resourceNames", names.map(|name| Value::strings([name]))),
            ("verbs", Some(Value::strings(verbs))),
        ])
    };
    let mut rules = vec![rule(&["get", "watch"], Some(name))];
    if !closed {
        rules.insert(0, rule(&["create"], None));
    }
    Value::List(rules)
}

/// `metadata` of an object of this invitation.
fn metadata(name: &str, object: &str, namespace: Option<&str>) -> Value {
    let mut labels = Value::Map(LABELS.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect());
    labels.set(INSTANCE, name.into());
    Value::map([("name", Some(object.into())), ("namespace", namespace.map(Value::from)), ("labels", Some(labels))])
}

/// The ClusterRole.
fn role(name: &str, closed: bool) -> Value {
    Value::map([
        ("apiVersion", Some(super::rbac::manifest::API_VERSION.into())),
        ("kind", Some("ClusterRole".into())),
        ("metadata", Some(metadata(name, &role_name(name), None))),
        ("rules", Some(rules(name, closed))),
    ])
}

/// `subjects` of the ClusterRoleBinding.
fn subjects(name: &str) -> Value {
    Value::List(vec![Value::map([
        ("kind", Some("ServiceAccount".into())),
        ("name", Some(name.into())),
        ("namespace", Some(NAMESPACE.into())),
    ])])
}

/// `roleRef` of the ClusterRoleBinding.
fn role_ref(name: &str) -> Value {
    Value::map([
        ("apiGroup", Some(super::rbac::manifest::GROUP.into())),
        ("kind", Some("ClusterRole".into())),
        ("name", Some(role_name(name).into())),
    ])
}

fn refused(field: &str, message: &str) -> Error {
    let detail = Detail { field: Some(field.to_owned()), message: message.to_owned() };
    Error::new(Code::InvalidInvitation, format!("{field}: {message}")).with_details(vec![detail])
}

/// The entry for JavaScript: `plan` (options), `list` (what was found), `match` (`{ report, invitations }`).
///
/// # Errors
/// Those of each; [`Code::InvalidOptions`] for any other name.
pub fn call(what: &str, value: &Value, random: &mut dyn Random, now: UnixTime) -> Result<Value> {
    match what {
        "plan" => plan::plan(value, random, now),
        "list" => found::list(value, now),
        "match" => compare::compare(value),
        _ => Err(Error::new(Code::InvalidOptions, "no such operation")),
    }
}
