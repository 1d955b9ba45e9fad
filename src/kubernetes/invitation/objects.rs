//! Names and objects of an invitation.

use crate::error::{Code, Detail, Error};
use crate::kubernetes::rbac::manifest;
use crate::value::Value;

/// Where the service accounts of all invitations are.
pub const NAMESPACE: &str = "kubecred-invitations";
/// The labels that all objects of an invitation have, besides [`INSTANCE`] (Kubernetes documentation, "Recommended Labels").
pub(super) const LABELS: [(&str, &str); 2] = [("app.kubernetes.io/managed-by", "kubecred"), ("app.kubernetes.io/component", "invitation")];
/// The label with the invitation's name.
pub(super) const INSTANCE: &str = "app.kubernetes.io/instance";
/// The annotation of the ClusterRoleBinding, in JSON: user, groups, lifetime, expiry.
pub(super) const ANNOTATION: &str = "kubecred/invitation";

/// The user name of an invitation's service account.
pub(super) fn account(name: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{name}")
}

/// Name of the ClusterRole and its ClusterRoleBinding.
pub(super) fn role_name(name: &str) -> String {
    format!("kubecred:invitation:{name}")
}

/// Name of the binding for the invited user.
pub(super) fn user_binding_name(name: &str) -> String {
    format!("kubecred:invited:{name}")
}

/// What the account may do: submit requests, unless the invitation is closed, and read the one of its name. A watch with the field
/// selector `metadata.name` is a request for that name (apiserver/pkg/endpoints/request, `RequestInfo`).
pub(super) fn rules(name: &str, closed: bool) -> Value {
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
pub(super) fn metadata(name: &str, object: &str, namespace: Option<&str>) -> Value {
    let mut labels = Value::Map(LABELS.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect());
    labels.set(INSTANCE, name.into());
    Value::map([("name", Some(object.into())), ("namespace", namespace.map(Value::from)), ("labels", Some(labels))])
}

/// The ClusterRole.
pub(super) fn role(name: &str, closed: bool) -> Value {
    Value::map([
        ("apiVersion", Some(manifest::API_VERSION.into())),
        ("kind", Some("ClusterRole".into())),
        ("metadata", Some(metadata(name, &role_name(name), None))),
        ("rules", Some(rules(name, closed))),
    ])
}

/// `subjects` of the ClusterRoleBinding.
pub(super) fn subjects(name: &str) -> Value {
    Value::List(vec![Value::map([
        ("kind", Some("ServiceAccount".into())),
        ("name", Some(name.into())),
        ("namespace", Some(NAMESPACE.into())),
    ])])
}

/// `roleRef` of the ClusterRoleBinding.
pub(super) fn role_ref(name: &str) -> Value {
    Value::map([("apiGroup", Some(manifest::GROUP.into())), ("kind", Some("ClusterRole".into())), ("name", Some(role_name(name).into()))])
}

pub(super) fn refused(field: &str, message: &str) -> Error {
    let detail = Detail { field: Some(field.to_owned()), message: message.to_owned() };
    Error::new(Code::InvalidInvitation, format!("{field}: {message}")).with_details(vec![detail])
}
