//! The bindings that apply to somebody, with the rules that each gives.
//!
//! Source: k8s.io/kubernetes 1.36.3, `pkg/registry/rbac/validation/rule.go` (`VisitRulesFor`).

use super::manifests::{BINDINGS, Manifests, Role, namespace_of, rules_of};
use super::who::Who;
use crate::kubernetes::rbac::rule::Rule;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A binding that applies to somebody, with the rules that it gives.
pub(super) struct Grant<'a> {
    /// Its place among the manifests' objects.
    index: usize,
    binding: &'a Value,
    kind: &'static str,
    subject: &'a Value,
    /// `None`: everywhere.
    pub(super) namespace: Option<&'a str>,
    /// Read once for all bindings of the role.
    pub(super) rules: Rc<Vec<Rule<'a>>>,
}

impl Grant<'_> {
    pub(super) fn name(&self) -> String {
        format!("{} \"{}\"", self.kind, self.binding.text(&["metadata", "name"]).unwrap_or_default())
    }

    /// The server's words for why.
    pub(super) fn reason(&self) -> String {
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

pub(super) fn grants<'a>(manifests: &Manifests<'a>, who: &Who) -> Vec<Grant<'a>> {
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

impl<'a> Manifests<'a> {
    /// These bindings and their roles alone.
    pub(super) fn only(&self, grants: &[Grant<'a>]) -> Manifests<'a> {
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
