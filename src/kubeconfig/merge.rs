//! Two files into one. Nothing is dropped, overwritten or bound to another entry silently: every entry of the second file is in the list
//! of changes, with its name in the result.
//!
//! kubectl merges `KUBECONFIG=a:b` by name: the first file's entry wins whole, so a user `admin` of the second file silently
//! becomes the first file's. Here identical entries collapse, and others are renamed to `user@cluster`, with every
//! reference followed, unless the caller asks for kubectl's way (`keep`) or for the other one (`replace`).
//!
//! A reference that dangles in its own file still dangles in the result, because the entry of that name in the other file is another one: with
//! the user of one file and the cluster of the other, the credential would go to a server that its owner never chose.

mod change;
mod fields;
mod names;
mod references;

pub use change::Change;

use super::model::Kubeconfig;
use super::tree::{body, entries};
use crate::error::Result;
use crate::options::{choices, options};
use crate::value::Value;
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node};
use names::{Bodies, Taken, depends_on_folder};
use references::{References, named};
use std::collections::BTreeMap;

options! {
    struct MergeOptions {
        on_conflict: Option<Conflict> = "onConflict",
        dangling_references: Option<Dangling> = "danglingReferences",
        use_context: Option<bool> = "useContext",
    }
}

choices! {
    #[derive(PartialEq)]
    enum Dangling {
        Keep = "keep",
        Bind = "bind",
    }
}

choices! {
    #[derive(PartialEq)]
    enum Conflict {
        Rename = "rename",
        Replace = "replace",
        Keep = "keep",
    }
}

impl Kubeconfig {
    /// Adds another file's entries. Options: `{ onConflict?: "rename" | "replace" | "keep", danglingReferences?: "keep" | "bind", useContext? }`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn merge(&self, other: &Kubeconfig, options: &Value) -> Result<(Kubeconfig, Vec<Change>)> {
        let options: MergeOptions = options.read("options")?;
        let conflict = options.on_conflict.unwrap_or(Conflict::Rename);
        let bind = options.dangling_references == Some(Dangling::Bind);
        let use_context = options.use_context.unwrap_or(false) || self.current_context().is_empty();
        let references = References::new(&self.root, &other.root, bind);
        let mut merge =
            Merge { root: self.root.clone(), other: &other.root, conflict, changes: Vec::new(), outcomes: BTreeMap::new(), references };
        for (section, kind) in [("clusters", "cluster"), ("users", "user"), ("contexts", "context")] {
            merge.section(section, kind);
        }
        merge.bound_of_first();
        merge.current(other.current_context(), use_context);
        fields::merge(&mut merge.root, &other.root, conflict == Conflict::Replace, &mut merge.changes);
        Ok((Kubeconfig::new(merge.root, Vec::new(), self.now), merge.changes))
    }
}

struct Merge<'a> {
    root: Node,
    other: &'a Node,
    conflict: Conflict,
    changes: Vec<Change>,
    /// What became of each entry of the second file: the kind of its change and its name in the result.
    outcomes: BTreeMap<String, (&'static str, String)>,
    references: References,
}

impl Merge<'_> {
    /// The name in the result of an entry of the second file.
    fn name_of(&self, section: &'static str, name: &str) -> String {
        self.outcomes.get(&named(section, name)).map_or_else(|| name.to_owned(), |(_, name)| name.clone())
    }

    fn section(&mut self, section: &'static str, kind: &'static str) {
        let mut items = match self.root.get_mut(section).map(|node| std::mem::take(&mut node.data)) {
            Some(Data::List(items)) => items,
            _ => Vec::new(),
        };
        let mut taken = Taken::new(&items, entries(self.other, section), self.references.dangling(section));
        let mut bodies: Option<Bodies> = None;
        // The first context that uses a user names its cluster.
        let contexts = entries(self.other, "contexts");
        let mut users = Index::default();
        for (number, context) in contexts.iter().enumerate().rev() {
            users.insert(body(context, "context").share("user"), number);
        }
        for original in entries(self.other, section) {
            let name = original.text_of("name");
            let mut entry = original.clone();
            let followed = if section == "contexts" { self.follow(&mut entry) } else { Vec::new() };
            let mine = taken.position(name);
            let (outcome, new_name) = match mine {
                None if !self.references.would_bind(section, name) => ("added", None),
                Some(number) if items[number] == entry && !depends_on_folder(&entry, kind) => ("identical", None),
                Some(_) if self.conflict == Conflict::Replace => ("replaced", None),
                Some(_) if self.conflict == Conflict::Keep => ("kept", None),
                _ => {
                    let wanted =
                        self.default_name(section, &entry, original, users.get(name).map(|number| body(&contexts[number], "context")));
                    let bodies = bodies.get_or_insert_with(|| Bodies::new(&items));
                    let same = bodies.find(&entry, &wanted).filter(|number| !depends_on_folder(&items[*number], kind));
                    match same {
                        Some(number) => ("identical", Some(items[number].text_of("name").to_owned())),
                        None => ("renamed", Some(taken.free(wanted))),
                    }
                }
            };
            let warning = (outcome != "identical" && outcome != "kept" && depends_on_folder(&entry, kind)).then_some(change::RELATIVE_PATH);
            let final_name = new_name.clone().unwrap_or_else(|| name.to_owned());
            match (outcome, mine) {
                ("added" | "renamed", _) => {
                    if new_name.is_some() {
                        entry.set("name", Node::text(final_name.as_str()));
                    }
                    taken.add(final_name.clone(), items.len());
                    if let Some(bodies) = &mut bodies {
                        bodies.add(&entry, items.len());
                    }
                    items.push(entry);
                }
                ("replaced", Some(number)) => items[number] = entry,
                _ => {}
            }
            self.outcomes.insert(named(section, name), (outcome, final_name));
            self.changes.push(Change { warning, ..Change::new(outcome, section, name, new_name) });
            if outcome != "identical" && outcome != "kept" {
                self.changes.extend(followed);
            }
        }
        self.references.settle(section, taken);
        self.root.set(section, Node::from(Data::List(items)));
    }

    /// The name of an entry that has to have another one. `context` is the first that uses a user.
    fn default_name(&self, section: &str, entry: &Node, original: &Node, context: Option<&Node>) -> String {
        let name = entry.text_of("name");
        match section {
            "clusters" => names::of_cluster(name, body(entry, "cluster").text_of("server")),
            "users" => {
                let cluster = context.map_or("", |context| context.text_of("cluster"));
                names::of_user(name, cluster, &self.name_of("clusters", cluster))
            }
            _ => {
                let (context, before) = (body(entry, "context"), body(original, "context"));
                names::of_context(name, before.text_of("user"), context.text_of("user"), context.text_of("cluster"))
            }
        }
    }

    /// References of a context of the second file: to entries that were renamed, that the first file's took the place of, or that are missing.
    /// Says what is worth a warning.
    fn follow(&mut self, entry: &mut Node) -> Vec<Change> {
        let name = entry.text_of("name").to_owned();
        let mut changes = Vec::new();
        for (field, section) in [("cluster", "clusters"), ("user", "users")] {
            let Some(context) = entry.get_mut("context") else { return changes };
            let reference = context.text_of(field).to_owned();
            let new = match self.outcomes.get(&named(section, &reference)) {
                Some((outcome, new)) => {
                    if *outcome == "kept" {
                        changes.push(Change::bound("other", &name, field, new));
                    }
                    new.clone()
                }
                None if !self.references.is_in_result(section, &reference) => reference.clone(),
                None if self.references.bind => {
                    changes.push(Change::bound("other", &name, field, &reference));
                    reference.clone()
                }
                None => {
                    let new = self.references.missing_name(section, &reference);
                    changes.push(Change::dangling(&name, field, &reference, &new));
                    new
                }
            };
            if new != reference {
                context.set(field, Node::text(new));
            }
        }
        changes
    }

    /// References of the first file that mean an entry of the second one now: replaced, or bound because the caller asked for it.
    fn bound_of_first(&mut self) {
        for context in entries(&self.root, "contexts").iter().take(self.references.first_contexts) {
            let name = context.text_of("name");
            if self.outcomes.get(&named("contexts", name)).is_some_and(|(outcome, _)| *outcome == "replaced") {
                continue;
            }
            for (field, section) in [("cluster", "clusters"), ("user", "users")] {
                let reference = body(context, "context").text_of(field);
                let outcome = self.outcomes.get(&named(section, reference)).map(|(outcome, _)| *outcome);
                if outcome == Some("replaced") || outcome == Some("added") && self.references.dangled_in_first(section, reference) {
                    self.changes.push(Change::bound("this", name, field, reference));
                }
            }
        }
    }

    /// The current context: the first file's, or where that has none or the caller asks for it, the second's.
    fn current(&mut self, other: &str, take: bool) {
        if other.is_empty() || !take {
            let mine = self.root.text_of("current-context");
            let outcome = self.outcomes.get(&named("contexts", mine)).map(|(outcome, _)| *outcome);
            if outcome == Some("added") && self.references.dangled_in_first("contexts", mine) {
                self.changes.push(Change::current("bound", mine, None));
            }
            return;
        }
        let name = match self.outcomes.get(&named("contexts", other)) {
            Some((outcome, name)) => {
                if *outcome == "kept" {
                    self.changes.push(Change::current("bound", name, None));
                }
                name.clone()
            }
            None if !self.references.is_in_result("contexts", other) => other.to_owned(),
            None if self.references.bind => {
                self.changes.push(Change::current("bound", other, None));
                other.to_owned()
            }
            None => {
                let new = self.references.missing_name("contexts", other);
                self.changes.push(Change::current("dangling", other, Some(&new)));
                new
            }
        };
        self.root.set("current-context", Node::text(name));
    }
}
