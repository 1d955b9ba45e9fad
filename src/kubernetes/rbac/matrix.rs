//! What a set of manifests lets somebody do, without asking a server.
//!
//! The walk is the server's (`pkg/registry/rbac/validation/rule.go`): cluster role bindings first, then the role
//! bindings of the namespace; each applies to a user by name, by group or by service account. Rules only add up.

mod bindings;
mod manifests;
mod who;

use super::rule::{Question, Rule};
use super::table::{Added, Table};
use super::template::Template;
use super::{risk, shape};
use crate::error::Result;
use crate::finding::{Finding, FindingCode};
use crate::names;
use crate::options::options;
use crate::value::Value;
use bindings::{Grant, grants};
pub use manifests::Manifests;
use manifests::Role;
pub(crate) use manifests::rules_of;
use std::collections::BTreeMap;
use std::rc::Rc;
pub use who::Who;
use who::{MASTERS, WhoOptions};

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
/// [`crate::Code::InvalidOptions`].
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
/// [`crate::Code::InvalidOptions`].
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
/// [`crate::Code::InvalidOptions`].
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
