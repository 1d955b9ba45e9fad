//! What a set of manifests lets somebody do, without asking a server.
//!
//! The walk is the server's (`pkg/registry/rbac/validation/rule.go`): cluster role bindings first, then the role
//! bindings of the namespace; each applies to a user by name, by group or by service account. Rules only add up.

use super::rule::{Question, Rule};
use super::table::{Added, Table};
use super::template::{self, Template};
use super::{risk, shape};
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::gather::Gather;
use crate::names;
use crate::options::{choices, options, required};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Members bypass every check.
const MASTERS: &str = "system:masters";

/// Roles and bindings out of objects, lists and lists of lists; anything else is ignored.
pub struct Manifests<'a> {
    /// Each with its place in what was given, such as `[1]` or `[0].items[3]`.
    objects: Vec<(String, &'a str, &'a Value)>,
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
    fn of(objects: Vec<(String, &'a str, &'a Value)>) -> Self {
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
    fn role_of(&self, binding: &'a Value) -> (&'a str, Role<'a>) {
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

    /// These bindings and their roles alone.
    fn only(&self, grants: &[Grant<'a>]) -> Manifests<'a> {
        let mut wanted = BTreeSet::new();
        for grant in grants {
            wanted.insert(grant.index);
            if let (_, Role::Given(index, _)) = self.role_of(grant.binding) {
                wanted.insert(index);
            }
        }
        Self::of(wanted.into_iter().filter_map(|index| self.objects.get(index).cloned()).collect())
    }
}

/// What is known of a binding's role.
enum Role<'a> {
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
pub(crate) fn namespace_of(object: &Value) -> &str {
    object.text(&["metadata", "namespace"]).filter(|namespace| !namespace.is_empty()).unwrap_or("default")
}

pub(crate) fn rules_of(role: &Value) -> Vec<Rule<'_>> {
    Rule::list(role.list(&["rules"]))
}

options! {
    struct WhoOptions<'a> {
        kind: SubjectKind = "kind",
        name: &'a str = "name",
        namespace: Option<&'a str> = "namespace",
        groups: Option<Vec<&'a str>> = "groups",
    }
}

choices! {
    enum SubjectKind {
        User = "User",
        Group = "Group",
        ServiceAccount = "ServiceAccount",
    }
}

options! {
    struct MatrixOptions<'a> {
        manifests: Value = "manifests",
        subject: WhoOptions<'a> = "subject",
        namespace: Option<&'a str> = "namespace",
    }
}

options! {
    struct ReviewOptions<'a> {
        manifests: Value = "manifests",
        subject: WhoOptions<'a> = "subject",
        questions: Vec<Question<'a>> = "questions",
    }
}

/// Who asks, as the server knows a caller.
pub struct Who {
    user: String,
    groups: Vec<String>,
    /// The same, for looking one up.
    known: BTreeSet<String>,
}

impl Who {
    /// Reads `{ kind, name, namespace?, groups? }`, adding the groups that the server's authenticators add.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`].
    pub fn from_value(value: &Value) -> Result<Who> {
        value.read("subject").and_then(Who::of)
    }

    fn of(options: WhoOptions<'_>) -> Result<Who> {
        let WhoOptions { kind, name, namespace, groups } = options;
        let mut groups: Vec<String> = groups.unwrap_or_default().into_iter().map(str::to_owned).collect();
        let user = match kind {
            SubjectKind::User => name.to_owned(),
            // Somebody of the group, whose own name no binding has.
            SubjectKind::Group => {
                groups.push(name.to_owned());
                String::new()
            }
            SubjectKind::ServiceAccount => {
                let namespace = required(namespace, "namespace")?;
                groups.push("system:serviceaccounts".to_owned());
                groups.push(format!("system:serviceaccounts:{namespace}"));
                format!("system:serviceaccount:{namespace}:{name}")
            }
        };
        let strangers = user == "system:anonymous" || groups.iter().any(|group| group == "system:unauthenticated");
        groups.push(if strangers { "system:unauthenticated" } else { "system:authenticated" }.to_owned());
        Ok(Who::new(user, groups))
    }

    /// A caller by user name and groups, with nothing added.
    #[must_use]
    pub fn new(user: String, groups: Vec<String>) -> Who {
        let known = groups.iter().cloned().gather();
        Who { user, groups, known }
    }

    fn is_master(&self) -> bool {
        self.known.contains(MASTERS)
    }

    fn is(&self, subject: &Value, namespace: &str) -> bool {
        let name = subject.text(&["name"]).unwrap_or_default();
        match subject.text(&["kind"]) {
            Some("User") => self.user == name,
            Some("Group") => self.known.contains(name),
            Some("ServiceAccount") => {
                let of = subject.text(&["namespace"]).filter(|text| !text.is_empty()).unwrap_or(namespace);
                !of.is_empty() && self.user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')) == Some((of, name))
            }
            _ => false,
        }
    }
}

/// A binding that applies to somebody, with the rules that it gives.
struct Grant<'a> {
    /// Its place among the manifests' objects.
    index: usize,
    binding: &'a Value,
    kind: &'static str,
    subject: &'a Value,
    /// `None`: everywhere.
    namespace: Option<&'a str>,
    /// Read once for all bindings of the role.
    rules: Rc<Vec<Rule<'a>>>,
}

impl Grant<'_> {
    fn name(&self) -> String {
        format!("{} \"{}\"", self.kind, self.binding.text(&["metadata", "name"]).unwrap_or_default())
    }

    /// The server's words for why.
    fn reason(&self) -> String {
        let text = |value: &Value, path: &[&str]| value.text(path).unwrap_or_default().to_owned();
        let (role_kind, role) = (text(self.binding, &["roleRef", "kind"]), text(self.binding, &["roleRef", "name"]));
        let (mut name, kind) = (text(self.subject, &["name"]), text(self.subject, &["kind"]));
        if kind == "ServiceAccount" {
            name = format!("{name}/{}", self.subject.text(&["namespace"]).or(self.namespace).unwrap_or_default());
        }
        let mut binding = text(self.binding, &["metadata", "name"]);
        if let Some(namespace) = self.namespace {
            binding = format!("{binding}/{namespace}");
        }
        format!("{} \"{binding}\" of {role_kind} \"{role}\" to {kind} \"{name}\"", self.kind)
    }
}

const BINDINGS: [&str; 2] = ["ClusterRoleBinding", "RoleBinding"];

fn grants<'a>(manifests: &Manifests<'a>, who: &Who) -> Vec<Grant<'a>> {
    let mut found = Vec::new();
    let mut known: BTreeMap<(&str, usize), Rc<Vec<Rule<'a>>>> = BTreeMap::new();
    for kind in BINDINGS {
        for (index, (_, _, binding)) in manifests.objects.iter().enumerate().filter(|(_, (_, found, _))| *found == kind) {
            let namespace = (kind == "RoleBinding").then(|| namespace_of(binding));
            if let Some(subject) = binding.list(&["subjects"]).iter().find(|subject| who.is(subject, namespace.unwrap_or_default())) {
                let rules = match manifests.role_of(binding) {
                    (_, Role::Given(place, role)) => known.entry(("", place)).or_insert_with(|| Rc::new(rules_of(role))).clone(),
                    (name, Role::BuiltIn(template)) => known.entry((name, 0)).or_insert_with(|| Rc::new(template.rules())).clone(),
                    (_, Role::Unknown) => Rc::default(),
                };
                found.push(Grant { index, binding, kind, subject, namespace, rules });
            }
        }
    }
    found
}

/// What the server would answer to each question: the reason where it says yes.
#[must_use]
pub fn review(manifests: &Manifests<'_>, who: &Who, questions: &[Question<'_>]) -> Vec<Option<String>> {
    let grants = grants(manifests, who);
    let one = |question: &Question<'_>| {
        if who.is_master() {
            return Some(format!("group \"{MASTERS}\""));
        }
        // A namespace counts for resources alone.
        let applies = |grant: &&Grant<'_>| match grant.namespace {
            None => true,
            Some(namespace) => question.path.is_empty() && namespace == question.namespace,
        };
        let found = grants.iter().filter(applies).find(|grant| grant.rules.iter().any(|rule| rule.allows(question)))?;
        Some(found.reason())
    };
    questions.iter().map(one).collect()
}

/// The matrix for `{ manifests, subject, namespace? }`; with `questions`, the answers instead.
///
/// # Errors
/// [`Code::InvalidOptions`].
pub fn matrix(options: &Value) -> Result<Value> {
    let MatrixOptions { manifests, subject, namespace } = options.read("options")?;
    let (manifests, who) = (Manifests::read(&manifests)?, Who::of(subject)?);
    let mut here = grants(&manifests, &who);
    let all = here.len();
    here.retain(|grant| grant.namespace.is_none() || grant.namespace == namespace);
    let names: Vec<String> = here.iter().map(Grant::name).collect();
    let all_rules = Template::of("cluster-admin").map(Template::rules).unwrap_or_default();
    let mut table = Table::default();
    if who.is_master() {
        table.add(&all_rules, true, &["Group \"system:masters\""]);
    }
    // The rules of a role once for all bindings to it, however many.
    let mut sources: BTreeMap<_, (&[Rule<'_>], Vec<&str>)> = BTreeMap::new();
    for (grant, name) in here.iter().zip(&names) {
        let everywhere = grant.namespace.is_none();
        sources.entry((Rc::as_ptr(&grant.rules), everywhere)).or_insert_with(|| (&grant.rules, Vec::new())).1.push(name);
    }
    for ((_, everywhere), (rules, by)) in &sources {
        table.add(rules, *everywhere, by);
    }
    let mut findings = remarks(&manifests.only(&here));
    if namespace.is_none() && here.len() < all {
        findings.push(Finding::notice(
            FindingCode::OtherNamespaces,
            "Some permissions apply in single namespaces and are not listed. Name a namespace to see them.",
        ));
    }
    let Added { verbs, rows, paths, omitted } = table.values();
    if omitted > 0 {
        findings.push(Finding::warning(
            FindingCode::MatrixCut,
            format!(
                "These rules allow more than a table can list: {omitted} further combinations of an API group and a resource, or paths, are left out, and listed rows may lack verbs of the longest rules. Read those rules themselves before you decide."
            ),
        ));
    }
    Ok(Value::map([
        ("user", Some(who.user.as_str().into())),
        ("groups", Some(Value::strings(&who.groups))),
        ("verbs", Some(verbs)),
        ("rows", Some(rows)),
        ("paths", Some(paths)),
        ("omitted", (omitted > 0).then_some(Value::Number(omitted as f64))),
        ("findings", Some(Value::findings(&findings))),
    ]))
}

/// The answers to `{ manifests, subject, questions }`: `{ allowed, reason? }` each.
///
/// # Errors
/// [`Code::InvalidOptions`].
pub fn answers(options: &Value) -> Result<Value> {
    let ReviewOptions { manifests, subject, questions } = options.read("options")?;
    let (manifests, who) = (Manifests::read(&manifests)?, Who::of(subject)?);
    let questions: Vec<Question<'_>> = questions.into_iter().map(Question::checked).collect::<Result<_>>()?;
    let one = |reason: Option<String>| Value::map([("allowed", Some(reason.is_some().into())), ("reason", reason.map(Value::from))]);
    Ok(Value::List(review(&manifests, &who, &questions).into_iter().map(one).collect()))
}

/// Remarks about all manifests, for any subject.
///
/// # Errors
/// [`Code::InvalidOptions`].
pub fn findings(manifests: &Value) -> Result<Vec<Finding>> {
    Ok(remarks(&Manifests::read(manifests)?))
}

fn remarks(manifests: &Manifests<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, everywhere, binding) in manifests.bindings() {
        for (index, subject) in binding.list(&["subjects"]).iter().enumerate() {
            let place = format!("{path}.subjects[{index}]");
            findings.extend(risk::subject(subject, &place));
            for key in ["name", "namespace"] {
                findings.extend(names_of(subject, &[key], &format!("{place}.{key}")));
            }
        }
        findings.extend(shape::binding(binding, path));
        findings.extend(names_of(binding, &["metadata", "name"], &format!("{path}.metadata.name")));
        findings.extend(names_of(binding, &["metadata", "namespace"], &format!("{path}.metadata.namespace")));
        findings.extend(names_of(binding, &["roleRef", "name"], &format!("{path}.roleRef.name")));
        let finding = match manifests.role_of(binding) {
            (name, Role::BuiltIn(_)) => {
                findings.extend(risk::built_in(name, path, everywhere));
                Finding::notice(FindingCode::RoleBuiltIn, "The rules are those of Kubernetes 1.36. The cluster may have changed them.")
            }
            (_, Role::Unknown) => Finding::warning(
                FindingCode::RoleUnknown,
                "The role of this binding is not among the manifests, so its permissions are not known here. Add the role.",
            ),
            (_, Role::Given(..)) => continue,
        };
        findings.push(finding.at(format!("{path}.roleRef")));
    }
    for (path, everywhere, role) in manifests.roles() {
        let rules = rules_of(role);
        findings.extend(risk::rules(&rules, path, everywhere));
        findings.extend(shape::rules(&rules, path, everywhere));
        findings.extend(shape::role(role, path));
        findings.extend(names_of(role, &["metadata", "name"], &format!("{path}.metadata.name")));
        findings.extend(names_of(role, &["metadata", "namespace"], &format!("{path}.metadata.namespace")));
    }
    findings
}

/// What is suspicious about how a name looks.
fn names_of(object: &Value, at: &[&str], path: &str) -> Vec<Finding> {
    names::findings(object.text(at).unwrap_or_default()).into_iter().map(|finding| finding.at(path)).collect()
}
