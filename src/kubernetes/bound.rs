//! What a user and their groups may do already: the role bindings that name them.

use crate::value::Value;

/// Out of ClusterRoleBindings and RoleBindings, those that name the user or one of the groups:
/// `{ kind, name, namespace?, role, roleKind, subject }` each. Everybody who is authenticated is in
/// `system:authenticated`, which is left out, since it says nothing about this one.
#[must_use]
pub fn bound_to(bindings: &Value, user: &str, groups: &[String]) -> Value {
    let items = if let Value::List(items) = bindings { items.as_slice() } else { bindings.list(&["items"]) };
    let named = |subject: &Value| match (subject.text(&["kind"]), subject.text(&["name"])) {
        (Some("User"), Some(name)) => name == user,
        (Some("Group"), Some(name)) => groups.iter().any(|group| group == name),
        (Some("ServiceAccount"), Some(name)) => {
            let namespace = subject.text(&["namespace"]).unwrap_or_default();
            user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')) == Some((namespace, name))
        }
        _ => false,
    };
    let found = items.iter().filter_map(|binding| {
        let subject = binding.list(&["subjects"]).iter().find(|subject| named(subject))?;
        let namespace = binding.text(&["metadata", "namespace"]);
        Some(Value::map([
            ("kind", Some(if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" }.into())),
            ("name", binding.text(&["metadata", "name"]).map(Value::from)),
            ("namespace", namespace.map(Value::from)),
            ("roleKind", binding.text(&["roleRef", "kind"]).map(Value::from)),
            ("role", binding.text(&["roleRef", "name"]).map(Value::from)),
            ("subject", subject.text(&["name"]).map(Value::from)),
        ]))
    });
    Value::List(found.collect())
}
