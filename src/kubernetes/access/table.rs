//! Rules added up to a table: verbs across, resources down.

use super::rule::Rule;
use crate::value::Value;
use std::cmp::Ordering;

/// The usual verbs, in the order of a table's columns; others follow by name.
const VERBS: [&str; 9] = ["*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

fn by_column(a: &str, b: &str) -> Ordering {
    let place = |verb: &str| VERBS.iter().position(|known| *known == verb).unwrap_or(VERBS.len());
    place(a).cmp(&place(b)).then_with(|| a.cmp(b))
}

/// Adds an item at its place, once. (Sorting at the end would bring 4 KB of merge sort for each type; 2026-11.)
fn put<'a>(list: &mut Vec<&'a str>, item: &'a str, order: fn(&str, &str) -> Ordering) {
    let mut place = 0;
    for other in list.iter() {
        match order(other, item) {
            Ordering::Less => place += 1,
            Ordering::Equal => return,
            Ordering::Greater => break,
        }
    }
    list.insert(place, item);
}

/// One line of the table: what may be done with a resource, or with a path (which has no group, and holds everywhere).
#[derive(Default)]
struct Row<'a> {
    path: bool,
    in_namespace: bool,
    group: &'a str,
    resource: &'a str,
    names: Vec<&'a str>,
    verbs: Vec<&'a str>,
    by: Vec<&'a str>,
}

impl Row<'_> {
    fn order(&self, other: &Row<'_>) -> Ordering {
        let key = |row: &Row<'_>| (u8::from(row.path) << 1) | u8::from(row.in_namespace);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.group.cmp(other.group))
            .then_with(|| self.resource.cmp(other.resource))
            .then_with(|| self.names.cmp(&other.names))
    }
}

/// Adds rules up to rows.
#[derive(Default)]
pub(super) struct Table<'a>(Vec<Row<'a>>);

impl<'a> Table<'a> {
    pub(super) fn add(&mut self, rules: &[Rule<'a>], everywhere: bool, by: &'a str) {
        for rule in rules {
            let mut names = Vec::new();
            for name in &rule.resource_names {
                put(&mut names, name, str::cmp);
            }
            for group in &rule.api_groups {
                for resource in &rule.resources {
                    self.put(Row { in_namespace: !everywhere, group, resource, names: names.clone(), ..Row::default() }, &rule.verbs, by);
                }
            }
            // Paths are in no namespace.
            if everywhere {
                for url in &rule.urls {
                    self.put(Row { path: true, resource: url, ..Row::default() }, &rule.verbs, by);
                }
            }
        }
    }

    fn put(&mut self, row: Row<'a>, verbs: &[&'a str], by: &'a str) {
        let place = self.0.iter().position(|other| other.order(&row) != Ordering::Less).unwrap_or(self.0.len());
        if self.0.get(place).is_none_or(|other| other.order(&row) != Ordering::Equal) {
            self.0.insert(place, row);
        }
        let row = &mut self.0[place];
        for verb in verbs {
            put(&mut row.verbs, verb, by_column);
        }
        if !by.is_empty() {
            put(&mut row.by, by, str::cmp);
        }
    }

    /// `verbs`, `rows` and `paths` of `AccessMatrix` in index.d.ts.
    pub(super) fn values(&self) -> [Value; 3] {
        let mut columns = Vec::new();
        let (mut rows, mut paths) = (Vec::new(), Vec::new());
        for row in &self.0 {
            let about = !row.path;
            if about {
                for verb in &row.verbs {
                    put(&mut columns, verb, by_column);
                }
            }
            let scope = if row.in_namespace { "namespace" } else { "cluster" };
            let value = Value::map([
                ("scope", about.then(|| scope.into())),
                ("apiGroup", about.then(|| row.group.into())),
                (if about { "resource" } else { "path" }, Some(row.resource.into())),
                ("resourceNames", about.then(|| Value::strings(&row.names))),
                ("verbs", Some(Value::strings(&row.verbs))),
                ("by", Some(Value::strings(&row.by))),
            ]);
            if about {
                rows.push(value);
            } else {
                paths.push(value);
            }
        }
        [Value::strings(&columns), Value::List(rows), Value::List(paths)]
    }
}
