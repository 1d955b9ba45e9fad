//! Two files into one. Nothing is dropped or overwritten in silence: every entry of the second file is in the list of
//! changes, and under the name that stands there.
//!
//! kubectl merges `KUBECONFIG=a:b` by name: the first file's entry wins whole, so a user `admin` of the second file silently
//! becomes the first file's. Here identical entries collapse, and others are renamed to `user@cluster`, with every
//! reference followed, unless the caller asks for kubectl's way (`keep`) or for the other one (`replace`).

use super::model::{Kubeconfig, SECTIONS, body, entries, names};
use super::shape::wrong_option;
use crate::error::Result;
use crate::locate::Locate;
use crate::value::{Options, Value};
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node, Pair};

/// What happened to one entry of the second file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `added`, `identical`, `renamed`, `replaced` or `kept` (the first file's).
    pub kind: &'static str,
    /// `clusters`, `users`, `contexts`, or `fields` for everything else at the top of the file.
    pub section: &'static str,
    /// Its name in the second file.
    pub name: String,
    /// Its name in the result, where that is another one.
    pub new_name: Option<String>,
}

impl Change {
    /// `MergeChange` in index.d.ts.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("kind", Some(self.kind.into())),
            ("section", Some(self.section.into())),
            ("name", Some(self.name.as_str().into())),
            ("newName", self.new_name.as_deref().map(Value::from)),
        ])
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Conflict {
    Rename,
    Replace,
    Keep,
}

impl Kubeconfig {
    /// Adds another file's entries. Options: `{ onConflict?: "rename" | "replace" | "keep", useContext? }`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn merge(&self, other: &Kubeconfig, options: &Value) -> Result<(Kubeconfig, Vec<Change>)> {
        let options = Options::read("merge options", options, &["onConflict", "useContext"])?;
        let conflict = match options.text("onConflict")? {
            None | Some("rename") => Conflict::Rename,
            Some("replace") => Conflict::Replace,
            Some("keep") => Conflict::Keep,
            Some(_) => return Err(wrong_option("onConflict of merge options must be rename, replace or keep")),
        };
        let mut merge = Merge { root: self.root.clone(), other: &other.root, conflict, changes: Vec::new(), renamed: Index::default() };
        merge.section("clusters", "cluster");
        merge.section("users", "user");
        merge.section("contexts", "context");
        merge.fields();
        let current = other.current_context();
        if !current.is_empty() && (options.flag("useContext")?.unwrap_or(false) || self.current_context().is_empty()) {
            let name = merge.name_of("contexts", current);
            merge.root.set("current-context", Node::text(name));
        }
        for key in ["apiVersion", "kind"] {
            if merge.root.get(key).is_none()
                && let Some(value) = other.root.get(key)
            {
                merge.root.set(key, value.clone());
            }
        }
        Ok((Kubeconfig::new(merge.root, Vec::new(), self.now), merge.changes))
    }
}

struct Merge<'a> {
    root: Node,
    other: &'a Node,
    conflict: Conflict,
    changes: Vec<Change>,
    /// Which change gave an entry another name, by section and name.
    renamed: Index,
}

impl<'a> Merge<'a> {
    fn name_of(&self, section: &str, name: &str) -> String {
        let change = self.renamed.get(&format!("{section}/{name}")).and_then(|number| self.changes[number].new_name.clone());
        change.unwrap_or_else(|| name.to_owned())
    }

    fn section(&mut self, section: &'static str, kind: &'static str) {
        if !matches!(self.root.get(section).map(|node| &node.data), Some(Data::List(_))) {
            self.root.set(section, Node::from(Data::List(Vec::new())));
        }
        let mut index = names(entries(&self.root, section));
        // The last of equal names stays in an index, and the first context of a user is wanted.
        let contexts = entries(self.other, "contexts");
        let users = Index::from_iter(contexts.iter().rev().map(|context| body(context, "context").share("user")));
        for entry in entries(self.other, section) {
            let name = entry.text_of("name");
            let mut entry = entry.clone();
            if section == "contexts" {
                self.follow(&mut entry);
            }
            let known = |merge: &Self, name: &str| index.get(name).map(|number| entries(&merge.root, section)[number].clone());
            let (kind_of_change, new_name) = match known(self, name) {
                None => ("added", None),
                Some(mine) if mine == entry => ("identical", None),
                Some(_) if self.conflict == Conflict::Replace => ("replaced", None),
                Some(_) if self.conflict == Conflict::Keep => ("kept", None),
                Some(_) => {
                    let context = users.get(name).filter(|_| section == "users").map(|number| &contexts[contexts.len() - 1 - number]);
                    let wanted = match context {
                        Some(context) => format!("{name}@{}", self.name_of("clusters", body(context, "context").text_of("cluster"))),
                        None => self.default_name(section, &entry, kind),
                    };
                    let mut number = 1;
                    loop {
                        let candidate = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
                        rename(&mut entry, &candidate);
                        match known(self, &candidate) {
                            Some(mine) if mine == entry => break ("identical", Some(candidate)),
                            Some(_) => number += 1,
                            None => break ("renamed", Some(candidate)),
                        }
                    }
                }
            };
            let final_name = new_name.clone().unwrap_or_else(|| name.to_owned());
            match kind_of_change {
                "added" | "renamed" => {
                    if let Some(Node { data: Data::List(items), .. }) = self.root.get_mut(section) {
                        index.insert(final_name.as_str().into(), items.len());
                        items.push(entry);
                    }
                }
                "replaced" => {
                    if let (Some(number), Some(Node { data: Data::List(items), .. })) = (index.get(name), self.root.get_mut(section)) {
                        items[number] = entry;
                    }
                }
                _ => {}
            }
            if new_name.is_some() {
                self.renamed.insert(format!("{section}/{name}").into(), self.changes.len());
            }
            self.changes.push(Change { kind: kind_of_change, section, name: name.to_owned(), new_name });
        }
    }

    fn default_name(&self, section: &str, entry: &Node, kind: &str) -> String {
        let name = entry.text_of("name");
        let body = body(entry, kind);
        match section {
            "clusters" => {
                let server = body.text_of("server");
                let host = server.cut("://").map_or(server, |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
                let host = host.rsplit('@').next().unwrap_or_default();
                if host.is_empty() { name.to_owned() } else { format!("{name}@{host}") }
            }
            "contexts" => {
                let (user, cluster) = (body.text_of("user"), body.text_of("cluster"));
                // A user that was renamed has its cluster in its name already.
                if user.ends_with(&format!("@{cluster}")) { user.to_owned() } else { format!("{user}@{cluster}") }
            }
            _ => name.to_owned(),
        }
    }

    /// References of a context to entries that were renamed.
    fn follow(&self, entry: &mut Node) {
        let Some(context) = entry.get_mut("context") else { return };
        for (field, section) in [("cluster", "clusters"), ("user", "users")] {
            let new = self.name_of(section, context.text_of(field));
            if new != context.text_of(field) {
                context.set(field, Node::text(new));
            }
        }
    }

    /// Everything at the top that is neither an entry nor the current context: added where the first file has none. Of extensions
    /// and preferences, what the first file lacks is added, as kubectl does it.
    fn fields(&mut self) {
        let sections = SECTIONS.map(|(section, _)| section);
        let replace = self.conflict == Conflict::Replace;
        for Pair { key, value, .. } in self.other.pairs() {
            if sections.contains(&key.as_str()) || ["apiVersion", "kind", "current-context"].contains(&key.as_str()) || value.is_null() {
                continue;
            }
            let mine = self.root.get(key).cloned().unwrap_or(Node::from(Data::Null));
            let (mut merged, second) = if replace { (value.clone(), &mine) } else { (mine.clone(), value) };
            let lost = complete(&mut merged, second, ["extensions", "preferences"].contains(&key.as_str()));
            let more = if replace && lost { "replaced" } else { "added" };
            // An empty map or list, which kubectl writes where it has none, is worth no word.
            let empty =
                matches!(&value.data, Data::Map(pairs) if pairs.is_empty()) || matches!(&value.data, Data::List(items) if items.is_empty());
            for (so, kind) in [(merged != mine, more), (lost && !replace, "kept"), (*value == mine, "identical")] {
                if so && !empty {
                    self.changes.push(Change { kind, section: "fields", name: key.as_str().to_owned(), new_name: None });
                }
            }
            self.root.set(key, merged);
        }
    }
}

/// Adds what a null lacks, and within extensions and preferences (`deep`) what a map or a list of named things lacks. Says
/// whether something of the other was left out.
fn complete(node: &mut Node, other: &Node, deep: bool) -> bool {
    let mut lost = false;
    match (&mut node.data, &other.data) {
        (_, Data::Null) => {}
        (Data::Null, _) => *node = other.clone(),
        (Data::Map(pairs), Data::Map(others)) if deep => {
            for other in others {
                match pairs.iter_mut().find(|pair| *pair.key == *other.key) {
                    Some(pair) => lost |= complete(&mut pair.value, &other.value, true),
                    None => pairs.push(other.clone()),
                }
            }
        }
        (Data::List(items), Data::List(others)) if deep => {
            let known = names(items);
            for other in others {
                match known.get(other.text_of("name")) {
                    Some(number) => lost |= items[number] != *other,
                    None => items.push(other.clone()),
                }
            }
        }
        _ => lost = node != other,
    }
    lost
}

fn rename(entry: &mut Node, name: &str) {
    entry.set("name", Node::text(name));
}
