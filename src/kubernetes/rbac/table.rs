//! Rules added up to a table: verbs across, resources down.
//!
//! A rule allows every combination of its API groups, resources and verbs, so a kilobyte of rules can represent 200,000
//! entries and a megabyte for more than any memory has. Work and output are therefore counted as the table grows, and
//! what does not fit is counted instead of listed: see [`Added::omitted`].

use super::rule::Rule;
use crate::gather::Gather;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most rows that are listed. `kubectl get clusterroles` of a cluster with many operators has about 3,000 (2026-11).
const MAX_ROWS: usize = 5_000;
/// The most verbs, resource names and bindings in all rows together.
const MAX_ENTRIES: usize = 50_000;

/// The usual verbs, in the order of a table's columns; others follow by name.
const VERBS: [&str; 9] = ["*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/// A verb in the order of the columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Verb<'a>(usize, &'a str);

impl<'a> Verb<'a> {
    fn new(verb: &'a str) -> Verb<'a> {
        Verb(VERBS.iter().position(|known| *known == verb).unwrap_or(VERBS.len()), verb)
    }
}

/// What a row is about. Rows are in this order: resources of the cluster, of the namespace, then paths, which have no group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    path: bool,
    in_namespace: bool,
    group: &'a str,
    resource: &'a str,
    names: Vec<&'a str>,
}

#[derive(Default)]
struct Row<'a> {
    verbs: BTreeSet<Verb<'a>>,
    by: BTreeSet<&'a str>,
}

/// A rule and where it comes from.
struct Granted<'r, 'a> {
    rule: &'r Rule<'a>,
    everywhere: bool,
    by: &'r [&'a str],
}

impl Granted<'_, '_> {
    /// Combinations of a group and a resource, and paths, which are in no namespace.
    fn rows(&self) -> u64 {
        let urls = if self.everywhere { self.rule.urls.len() as u64 } else { 0 };
        (self.rule.api_groups.len() as u64).saturating_mul(self.rule.resources.len() as u64).saturating_add(urls)
    }

    fn entries(&self) -> u64 {
        let each = 1 + self.rule.verbs.len() + self.rule.resource_names.len() + self.by.len();
        self.rows().saturating_mul(each as u64)
    }
}

/// Adds rules up to rows.
#[derive(Default)]
pub(crate) struct Table<'r, 'a>(Vec<Granted<'r, 'a>>);

/// `verbs`, `rows` and `paths` of `AccessMatrix` in types.ts.
pub(crate) struct Added {
    pub(crate) verbs: Value,
    pub(crate) rows: Value,
    pub(crate) paths: Value,
    /// How many combinations of a group and a resource, and paths, did not fit.
    pub(crate) omitted: u64,
}

impl<'r, 'a> Table<'r, 'a> {
    pub(crate) fn add(&mut self, rules: &'r [Rule<'a>], everywhere: bool, by: &'r [&'a str]) {
        self.0.extend(rules.iter().map(|rule| Granted { rule, everywhere, by }));
    }

    /// Short rules first, so that a long one cannot crowd out `*`.
    pub(crate) fn values(mut self) -> Added {
        self.0.sort_by_key(Granted::entries);
        let mut rows = Rows::default();
        for granted in &self.0 {
            rows.add(granted);
        }
        rows.values()
    }
}

#[derive(Default)]
struct Rows<'a> {
    rows: BTreeMap<Key<'a>, Row<'a>>,
    entries: usize,
    omitted: u64,
}

impl<'a> Rows<'a> {
    fn add(&mut self, granted: &Granted<'_, 'a>) {
        let rule = granted.rule;
        let verbs: BTreeSet<Verb<'a>> = rule.verbs.iter().copied().map(Verb::new).gather();
        let names: BTreeSet<&str> = rule.resource_names.iter().copied().gather();
        let names: Vec<&str> = names.into_iter().collect();
        let mut left = granted.rows();
        for group in &rule.api_groups {
            for resource in &rule.resources {
                let key = Key { path: false, in_namespace: !granted.everywhere, group, resource, names: names.clone() };
                if !self.put(key, &verbs, granted.by) {
                    self.omitted = self.omitted.saturating_add(left);
                    return;
                }
                left -= 1;
            }
        }
        for url in rule.urls.iter().filter(|_| granted.everywhere) {
            let key = Key { path: true, in_namespace: false, group: "", resource: url, names: Vec::new() };
            if !self.put(key, &verbs, granted.by) {
                self.omitted = self.omitted.saturating_add(left);
                return;
            }
            left -= 1;
        }
    }

    /// Whether there was room for it.
    fn put(&mut self, key: Key<'a>, verbs: &BTreeSet<Verb<'a>>, by: &[&'a str]) -> bool {
        let cost = 1 + verbs.len() + key.names.len() + by.len();
        if self.entries + cost > MAX_ENTRIES || self.rows.len() >= MAX_ROWS {
            return false;
        }
        self.entries += cost;
        let row = self.rows.entry(key).or_default();
        row.verbs.extend(verbs);
        row.by.extend(by);
        true
    }

    fn values(&self) -> Added {
        let mut columns = BTreeSet::new();
        let (mut rows, mut paths) = (Vec::new(), Vec::new());
        for (key, row) in &self.rows {
            let about = !key.path;
            if about {
                columns.extend(&row.verbs);
            }
            let scope = if key.in_namespace { "namespace" } else { "cluster" };
            let value = Value::map([
                ("scope", about.then(|| scope.into())),
                ("apiGroup", about.then(|| key.group.into())),
                (if about { "resource" } else { "path" }, Some(key.resource.into())),
                ("resourceNames", about.then(|| Value::strings(&key.names))),
                ("verbs", Some(texts(&row.verbs))),
                ("by", Some(Value::strings(&row.by))),
            ]);
            if about {
                rows.push(value);
            } else {
                paths.push(value);
            }
        }
        Added { verbs: texts(&columns), rows: Value::List(rows), paths: Value::List(paths), omitted: self.omitted }
    }
}

fn texts(verbs: &BTreeSet<Verb<'_>>) -> Value {
    Value::List(verbs.iter().map(|verb| verb.1.into()).collect())
}
