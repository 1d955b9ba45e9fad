//! Roles and bindings, built. What the API server would refuse is refused here, with its field.

use super::rule::Rule;
use super::template::{Scope, TEMPLATES, Template};
use crate::error::{Code, Error, Result};
use crate::kubernetes::names::is_label;
use crate::kubernetes::names::is_subdomain;
use crate::locate::Locate;
use crate::options::options;
use crate::value::Value;

/// `apiVersion` of everything here.
pub const API_VERSION: &str = "rbac.authorization.k8s.io/v1";
/// The API group.
pub const GROUP: &str = "rbac.authorization.k8s.io";

/// Names get no longer than others of Kubernetes; RBAC itself sets no bound.
const MAX_NAME: usize = 253;

options! {
    struct BuildOptions<'a> {
        subjects: Vec<Subject<'a>> = "subjects",
        /// The name of a template, or [`RoleOptions`].
        role: Value = "role",
        namespace: Option<&'a str> = "namespace",
        name: Option<&'a str> = "name",
    }
}

options! {
    struct RoleOptions<'a> {
        name: &'a str = "name",
        kind: Option<&'a str> = "kind",
        rules: Option<Vec<Rule<'a>>> = "rules",
    }
}

/// Builds the objects for `{ subjects, role, namespace?, name? }`: the role, unless it exists in every cluster, and
/// its binding. In a namespace a RoleBinding, without one a ClusterRoleBinding.
///
/// # Errors
/// [`Code::InvalidObject`] with the field in the details for what the server would refuse; [`Code::InvalidOptions`]
/// for the wrong shape.
pub fn build(options: &Value) -> Result<Vec<Value>> {
    let options: BuildOptions<'_> = options.read("options")?;
    let namespace = options.namespace;
    if namespace.is_some_and(|namespace| !is_label(namespace)) {
        return Err(refused("namespace", "Use at most 63 lower case letters, digits and hyphens, with a letter or digit at both ends."));
    }
    if options.subjects.is_empty() {
        return Err(refused("subjects", "Required value: a binding that binds nobody gives nothing"));
    }
    let subjects: Vec<Subject<'_>> =
        options.subjects.into_iter().enumerate().map(|(index, subject)| Subject::read(subject, index, namespace)).collect::<Result<_>>()?;
    let role = Role::read(&options.role, namespace)?;
    let name = match options.name {
        Some(name) => checked_name("name", name)?.to_owned(),
        None => binding_name(&role.name, &subjects),
    };
    let metadata = |name: &str, inside: bool| {
        Some(Value::map([("name", Some(name.into())), ("namespace", namespace.filter(|_| inside).map(Value::from))]))
    };
    let mut objects = Vec::new();
    if let Some(rules) = &role.rules {
        objects.push(Value::map([
            ("apiVersion", Some(API_VERSION.into())),
            ("kind", Some(role.kind.into())),
            ("metadata", metadata(&role.name, role.kind == "Role")),
            ("rules", Some(Value::List(rules.iter().map(Rule::to_value).collect()))),
        ]));
    }
    objects.push(Value::map([
        ("apiVersion", Some(API_VERSION.into())),
        ("kind", Some(if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" }.into())),
        ("metadata", metadata(&name, true)),
        ("subjects", Some(Value::List(subjects.iter().map(Subject::to_value).collect()))),
        (
            "roleRef",
            Some(Value::map([
                ("apiGroup", Some(GROUP.into())),
                ("kind", Some(role.kind.into())),
                ("name", Some(role.name.as_str().into())),
            ])),
        ),
    ]));
    Ok(objects)
}

fn refused(field: &str, message: &str) -> Error {
    Error::of_field(Code::InvalidObject, field, message)
}

/// RBAC takes any name that is one segment of a path (Kubernetes documentation: "Path segment names"), so `:`, `*`, `@`
/// and capitals as well.
fn checked_name<'a>(field: &str, name: &'a str) -> Result<&'a str> {
    let reason = match name {
        "" => "Required value: choose a name",
        "." => "may not be '.'",
        ".." => "may not be '..'",
        _ if name.holds("/") => "may not contain '/'",
        _ if name.holds("%") => "may not contain '%'",
        _ if name.len() > MAX_NAME => "Choose a shorter name, of at most 253 bytes.",
        _ => return Ok(name),
    };
    Err(refused(field, reason))
}

options! {
    /// Whom a binding names.
    struct Subject<'a> {
        kind: &'a str = "kind",
        name: &'a str = "name",
        namespace: Option<&'a str> = "namespace",
    }
}

impl<'a> Subject<'a> {
    fn read(subject: Subject<'a>, index: usize, namespace: Option<&'a str>) -> Result<Self> {
        let field = |key: &str| format!("subjects[{index}].{key}");
        let Subject { kind, name, namespace: given } = subject;
        if name.is_empty() {
            return Err(refused(&field("name"), "Required value: the name of whom this is for"));
        }
        match kind {
            "User" | "Group" if given.is_none() => Ok(Subject { kind, name, namespace: None }),
            "User" | "Group" => Err(refused(&field("namespace"), "Users and groups do not belong to a namespace. Leave it out.")),
            "ServiceAccount" => {
                // Without one of its own it is the binding's, as in kubectl's `--serviceaccount` next to `--namespace`.
                let Some(namespace) = given.or(namespace) else {
                    return Err(refused(&field("namespace"), "Required value: a service account is known by its namespace and its name"));
                };
                if !is_label(namespace) {
                    return Err(refused(
                        &field("namespace"),
                        "Use lower case letters, digits and hyphens in the namespace of a service account.",
                    ));
                }
                if !is_subdomain(name) {
                    return Err(refused(
                        &field("name"),
                        "Use lower case letters, digits, hyphens and dots in the name of a service account.",
                    ));
                }
                Ok(Subject { kind, name, namespace: Some(namespace) })
            }
            _ => Err(refused(&field("kind"), "Unsupported value: supported values: \"User\", \"Group\", \"ServiceAccount\"")),
        }
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("kind", Some(self.kind.into())),
            // The core group for service accounts, which is the empty text and left out.
            ("apiGroup", self.namespace.is_none().then(|| GROUP.into())),
            ("name", Some(self.name.into())),
            ("namespace", self.namespace.map(Value::from)),
        ])
    }

    /// `user:jane`, `serviceaccount:apps:robot`; literal, so that two subjects never share a binding by accident.
    fn label(&self) -> String {
        let name = self.name.replace(['/', '%'], "-");
        match self.namespace {
            Some(namespace) => format!("serviceaccount:{namespace}:{name}"),
            None => format!("{}:{name}", self.kind.to_ascii_lowercase()),
        }
    }
}

/// The same role for the same people is the same binding, so that applying twice changes nothing; another role is
/// another binding, since a binding's role cannot be changed.
fn binding_name(role: &str, subjects: &[Subject<'_>]) -> String {
    let labels: Vec<String> = subjects.iter().map(Subject::label).collect();
    let mut name = format!("{role}:{}", labels.join("+"));
    while name.len() > MAX_NAME {
        name.pop();
    }
    name
}

struct Role<'a> {
    kind: &'static str,
    name: String,
    /// `None` where the role exists already.
    rules: Option<Vec<Rule<'a>>>,
}

impl<'a> Role<'a> {
    fn read(value: &'a Value, namespace: Option<&str>) -> Result<Self> {
        let own = if namespace.is_some() { "Role" } else { "ClusterRole" };
        if let Value::String(id) = value {
            let Some(template) = Template::of(id) else {
                let known: Vec<&str> = TEMPLATES.iter().map(|template| template.id).collect();
                let message = format!("`options.role` must be an object, or one of: {}.", known.join(", "));
                return Err(Error::new(Code::InvalidOptions, message).at("role"));
            };
            if template.scope == Scope::Cluster && namespace.is_some() {
                return Err(refused("namespace", "Certificate signing requests do not belong to a namespace. Leave it out for this role."));
            }
            let kind = if template.built_in { "ClusterRole" } else { own };
            return Ok(Role { kind, name: template.role_name(), rules: (!template.built_in).then(|| template.rules()) });
        }
        let options: RoleOptions<'a> = value.read_at("options", "role")?;
        let name = checked_name("role.name", options.name)?.to_owned();
        let Some(rules) = options.rules else {
            let kind = match options.kind {
                None | Some("ClusterRole") => "ClusterRole",
                Some("Role") if namespace.is_some() => "Role",
                Some("Role") => return Err(refused("namespace", "Required value: a Role is in a namespace")),
                Some(_) => return Err(refused("role.kind", "Unsupported value: supported values: \"Role\", \"ClusterRole\"")),
            };
            return Ok(Role { kind, name, rules: None });
        };
        if options.kind.is_some() {
            let message = "`options.role.kind` is for a role that exists. With rules it follows from the namespace: leave it out.";
            return Err(Error::new(Code::InvalidOptions, message).at("role.kind"));
        }
        if rules.is_empty() {
            return Err(refused("role.rules", "Required value: a role without rules gives nothing"));
        }
        let rules = rules.into_iter().enumerate().map(|(index, rule)| checked_rule(rule, index, own)).collect::<Result<_>>()?;
        Ok(Role { kind: own, name, rules: Some(rules) })
    }
}

/// `ValidatePolicyRule` of pkg/apis/rbac/validation, and texts that hold something.
fn checked_rule<'a>(rule: Rule<'a>, index: usize, kind: &str) -> Result<Rule<'a>> {
    let field = |key: &str| format!("role.rules[{index}].{key}");
    if rule.verbs.is_empty() {
        return Err(refused(&field("verbs"), "verbs must contain at least one value"));
    }
    if !rule.urls.is_empty() {
        if kind == "Role" {
            return Err(refused(&field("nonResourceURLs"), "namespaced rules cannot apply to non-resource URLs"));
        }
        if !(rule.api_groups.is_empty() && rule.resources.is_empty() && rule.resource_names.is_empty()) {
            return Err(refused(&field("nonResourceURLs"), "rules cannot apply to both regular resources and non-resource URLs"));
        }
        return Ok(rule);
    }
    if rule.api_groups.is_empty() {
        return Err(refused(
            &field("apiGroups"),
            "resource rules must supply at least one api group: \"\" is the core group, of pods and secrets",
        ));
    }
    if rule.resources.is_empty() {
        return Err(refused(&field("resources"), "resource rules must supply at least one resource"));
    }
    for (key, items) in [("verbs", &rule.verbs), ("resources", &rule.resources), ("resourceNames", &rule.resource_names)] {
        if items.iter().any(|item| item.trim() != *item || item.is_empty()) {
            return Err(refused(&field(key), "An entry is empty, or begins or ends with a space, so it matches nothing. Correct it."));
        }
    }
    Ok(rule)
}
