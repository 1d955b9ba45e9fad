//! What is dangerous in a role or binding, as findings: why, and what to do instead.
//!
//! A danger is never an error: an administrator's role is dangerous on purpose. Only what lets in people without a
//! name is.

use super::risks::{PEOPLE, RISKS, Reach, Risk, SIGNERS};
use super::rule::{Question, Rule, words};
use crate::finding::{Finding, FindingCode, Level};
use crate::locate::Locate;
use crate::value::Value;

/// Begins the sentences of [`RISKS`] and [`SIGNERS`].
const WHO: &str = "Anyone with this role ";

/// Verbs that name no object, so that `resourceNames` can allow none of them.
const NAMELESS: [&str; 2] = ["create", "deletecollection"];

/// The remarks about one role: each code once, the graver one where names make another milder.
struct Remarks {
    found: Vec<Finding>,
    path: String,
}

impl Remarks {
    fn say(&mut self, level: Level, code: FindingCode, message: &str) {
        let finding = Finding::new(level, code, message).at(self.path.clone());
        match self.found.iter_mut().find(|known| known.code == code) {
            Some(known) if known.level < level => *known = finding,
            Some(_) => {}
            None => self.found.push(finding),
        }
    }
}

/// Remarks about the rules of one role. `everywhere`: they hold across the cluster and not in one namespace.
#[must_use]
pub fn rules(rules: &[Rule<'_>], path: &str, everywhere: bool) -> Vec<Finding> {
    let mut remarks = Remarks { found: Vec::new(), path: String::new() };
    for (index, rule) in rules.iter().enumerate() {
        remarks.path = format!("{path}.rules[{index}]");
        one(rule, everywhere, &mut remarks);
    }
    remarks.found
}

fn one(rule: &Rule<'_>, everywhere: bool, remarks: &mut Remarks) {
    let star = |list: &[&str]| list.contains(&"*");
    let (groups, resources, verbs) = (star(&rule.api_groups), star(&rule.resources), star(&rule.verbs));
    if groups && resources && verbs && rule.resource_names.is_empty() {
        let text = if everywhere {
            "Anyone with this role may do everything in the whole cluster, now and with whatever is added to it, like cluster-admin. List what is needed instead."
        } else {
            "Anyone with this role may do everything in this namespace, read its secrets and act as its service accounts. List what is needed instead."
        };
        return remarks.say(Level::Warning, FindingCode::Everything, text);
    }
    for (so, code, text) in [
        (
            verbs && rule.urls.is_empty(),
            FindingCode::WildcardVerbs,
            "The rule allows every verb: also escalate, bind, impersonate, approve and future ones. List the verbs.",
        ),
        (
            resources,
            FindingCode::WildcardResources,
            "The rule covers every resource of its groups, also subresources such as pods/exec and future ones. List the resources.",
        ),
        (groups, FindingCode::WildcardGroups, "The rule covers every API group, also those installed later. List the groups."),
        (
            everywhere && rule.urls.iter().any(|url| ["*", "/*"].contains(url)),
            FindingCode::WildcardPaths,
            "The rule covers every path of the API server that is not a resource, also its logs and profiler. List the paths.",
        ),
        (
            everywhere && rule.urls.iter().any(|url| url.starts_with("/logs") || url.starts_with("/debug")),
            FindingCode::DebugPaths,
            "Anyone with this role may read the API server's own logs or profiler, which contain parts of its memory.",
        ),
    ] {
        if so {
            remarks.say(Level::Warning, code, text);
        }
    }
    let named = !rule.resource_names.is_empty();
    let place = if everywhere { "in every namespace" } else { "in this namespace" };
    for risk in RISKS {
        if (everywhere || risk.5 == Reach::Any) && hit(risk, rule) {
            let level = if named && !matches!(risk.0, FindingCode::CsrApprove | FindingCode::CsrDecideLate | FindingCode::CsrStatus) {
                Level::Notice
            } else {
                risk.1
            };
            let (before, place, after) = risk.6.cut("{where}").map_or((risk.6, "", ""), |(before, after)| (before, place, after));
            let sentence = [WHO, before, place, after].concat();
            remarks.say(level, risk.0, &sentence);
        }
    }
    for signer in SIGNERS.iter().filter(|_| everywhere) {
        let may = |name: &str| {
            rule.allows(&Question { verb: signer.1, group: "certificates.k8s.io", resource: "signers", name, ..Question::default() })
        };
        let any = rule.resource_names.first().is_some_and(|name| signer.2.is_empty() && may(name));
        if any || may(signer.2) || (!signer.2.is_empty() && may("kubernetes.io/*")) {
            remarks.say(Level::Warning, signer.0, &[WHO, signer.3].concat());
        }
    }
}

fn hit(risk: &Risk, rule: &Rule<'_>) -> bool {
    let name = rule.resource_names.first().copied().unwrap_or_default();
    for group in words(risk.2) {
        for resource in words(risk.3) {
            let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
            for verb in words(risk.4) {
                // Creating a subresource names its object.
                let nameless = !name.is_empty() && subresource.is_empty() && NAMELESS.contains(&verb);
                if !nameless && rule.allows(&Question { verb, group, resource, subresource, name, ..Question::default() }) {
                    return true;
                }
            }
        }
    }
    false
}

/// Remarks about whom a binding names.
#[must_use]
pub fn subject(subject: &Value, path: &str) -> Option<Finding> {
    let text = |key: &str| subject.text(&[key]).unwrap_or_default();
    let (kind, name) = (text("kind"), text("name"));
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    };
    let person = PEOPLE.iter().find(|person| person.0 == kind && fits(person.1))?;
    Some(Finding::new(person.2, person.3, person.4).at(path))
}

/// What a binding to a built-in role means.
#[must_use]
pub fn built_in(role: &str, path: &str, everywhere: bool) -> Option<Finding> {
    let (level, code, text) = match (role, everywhere) {
        ("cluster-admin", true) => (
            Level::Warning,
            FindingCode::RoleClusterAdmin,
            "The role cluster-admin permits everything in the whole cluster. Give it to as few people as possible, and not for daily work.",
        ),
        ("cluster-admin", false) => (
            Level::Warning,
            FindingCode::RoleClusterAdmin,
            "The role cluster-admin permits everything in this namespace, also to remove its quotas and policies. Usually admin is enough.",
        ),
        ("admin" | "edit", _) => (
            Level::Warning,
            FindingCode::RoleEdit,
            "The roles edit and admin permit to read and write secrets, run commands in pods and create tokens for every service account in the namespace. Use view or a role for the task if that is enough.",
        ),
        ("view", true) => (
            Level::Notice,
            FindingCode::RoleViewEverywhere,
            "The role view in every namespace shows all configuration and logs, also those of kube-system.",
        ),
        _ => return None,
    };
    Some(Finding::new(level, code, text).at(path))
}
