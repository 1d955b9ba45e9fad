//! Roles and bindings as they were given, and which role each binding refers to.
//!
//! Source: k8s.io/kubernetes 1.36.3, `pkg/registry/rbac/validation/rule.go` (`GetRoleReferenceRules`).

use crate::error::{Code, Error, Result};
use crate::kubernetes::rbac::rule::Rule;
use crate::kubernetes::rbac::template::{self, Template};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const BINDINGS: [&str; 2] = ["ClusterRoleBinding", "RoleBinding"];

/// Roles and bindings out of objects, lists and lists of lists; anything else is ignored.
pub struct Manifests<'a> {
    /// Each with its place in what was given, such as `[1]` or `[0].items[3]`.
    pub(super) objects: Vec<(String, &'a str, &'a Value)>,
    /// Where the last role of each kind, namespace (empty for a ClusterRole) and name is among the objects: the last one
    /// counts, as with kubectl apply.
    roles: BTreeMap<(&'a str, &'a str, &'a str), usize>,
    /// The ClusterRoles that bindings of each kind refer to.
    referred: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Manifests<'a> {
    /// Sorts the objects out.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] where it is not an object or a list of objects.
    pub fn read(value: &'a Value) -> Result<Self> {
        let mut objects = Vec::new();
        match value {
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    collect(item, format!("[{index}]"), None, &mut objects)?;
                }
            }
            one => collect(one, "[0]".to_owned(), None, &mut objects)?,
        }
        Ok(Self::of(objects))
    }

    /// Every binding looks for its role, so the roles are found by name: n bindings of n roles are n log n steps.
    pub(super) fn of(objects: Vec<(String, &'a str, &'a Value)>) -> Self {
        let (mut roles, mut referred) = (BTreeMap::new(), BTreeSet::new());
        for (index, (_, kind, object)) in objects.iter().enumerate() {
            let name = object.text(&["metadata", "name"]);
            match (*kind, name) {
                ("ClusterRole", Some(name)) => {
                    roles.insert((*kind, "", name), index);
                }
                ("Role", Some(name)) => {
                    roles.insert((*kind, namespace_of(object), name), index);
                }
                ("RoleBinding" | "ClusterRoleBinding", _) if object.text(&["roleRef", "kind"]) == Some("ClusterRole") => {
                    referred.extend(object.text(&["roleRef", "name"]).map(|role| (*kind, role)));
                }
                _ => {}
            }
        }
        Manifests { objects, roles, referred }
    }

    pub(crate) fn of_kind<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'s str, &'a Value)> + 's {
        self.objects.iter().filter(move |(_, found, _)| *found == kind).map(|(path, _, object)| (path.as_str(), *object))
    }

    /// The bindings with their places, and whether each holds across the cluster.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = (&str, bool, &'a Value)> {
        BINDINGS.into_iter().flat_map(|kind| self.of_kind(kind).map(move |(path, binding)| (path, kind == "ClusterRoleBinding", binding)))
    }

    /// The roles with their places, and whether the rules of each hold across the cluster.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&str, bool, &'a Value)> {
        ["ClusterRole", "Role"].into_iter().flat_map(move |kind| {
            self.of_kind(kind).map(move |(path, role)| {
                let name = role.text(&["metadata", "name"]).unwrap_or_default();
                (path, kind == "ClusterRole" && !self.only_in_namespaces(name), role)
            })
        })
    }

    /// The name of the role that exists in every cluster, where the binding refers to one.
    pub(crate) fn built_in_of(&self, binding: &'a Value) -> Option<&'a str> {
        match self.role_of(binding) {
            (name, Role::BuiltIn(_)) => Some(name),
            _ => None,
        }
    }

    /// The role that a binding refers to, and its name.
    pub(super) fn role_of(&self, binding: &'a Value) -> (&'a str, Role<'a>) {
        let text = |key: &str| binding.text(&["roleRef", key]).unwrap_or_default();
        let (kind, name) = (text("kind"), text("name"));
        let wide = kind == "ClusterRole";
        if !wide && binding.text(&["kind"]) == Some("ClusterRoleBinding") {
            return (name, Role::Unknown); // the server refuses such a binding
        }
        let namespace = if wide { "" } else { namespace_of(binding) };
        let found = self.roles.get(&(kind, namespace, name)).and_then(|index| Some((*index, self.objects.get(*index)?.2)));
        let role = match (found, template::built_in(name).filter(|_| wide)) {
            (Some((index, object)), _) => Role::Given(index, object),
            (None, Some(template)) => Role::BuiltIn(template),
            (None, None) => Role::Unknown,
        };
        (name, role)
    }

    /// A ClusterRole that RoleBindings alone refer to gives nothing outside their namespaces.
    fn only_in_namespaces(&self, role: &str) -> bool {
        self.referred.contains(&("RoleBinding", role)) && !self.referred.contains(&("ClusterRoleBinding", role))
    }
}

/// What is known of a binding's role.
pub(super) enum Role<'a> {
    /// Among the manifests, with its place there.
    Given(usize, &'a Value),
    BuiltIn(&'static Template),
    Unknown,
}

fn collect<'a>(object: &'a Value, path: String, kind: Option<&'a str>, out: &mut Vec<(String, &'a str, &'a Value)>) -> Result<()> {
    if !matches!(object, Value::Map(_)) {
        return Err(Error::new(Code::InvalidOptions, "`manifests` must be objects.").at("manifests"));
    }
    let kind = object.text(&["kind"]).or(kind).unwrap_or_default();
    // Items of a typed list carry no kind of their own.
    if let Some(inner) = kind.strip_suffix("List") {
        for (index, item) in object.list(&["items"]).iter().enumerate() {
            collect(item, format!("{path}.items[{index}]"), Some(inner), out)?;
        }
    } else {
        out.push((path, kind, object));
    }
    Ok(())
}

/// kubectl uses the namespace of its context where none is given; that is mostly `default`.
pub(super) fn namespace_of(object: &Value) -> &str {
    object.text(&["metadata", "namespace"]).filter(|namespace| !namespace.is_empty()).unwrap_or("default")
}

pub(crate) fn rules_of(role: &Value) -> Vec<Rule<'_>> {
    Rule::list(role.list(&["rules"]))
}
