//! The three lists of a file by name, so that n changes to n entries take n steps and not n².

use crate::error::{Error, Result};
use crate::gather::Gather;
use crate::kubeconfig::schema::wrong_option;
use crate::kubeconfig::tree::SECTIONS;
use crate::yaml::tree::{Data, Node};
use std::collections::{BTreeMap, BTreeSet};

/// One list.
struct Table {
    section: &'static str,
    /// The key under which an entry keeps its contents.
    kind: &'static str,
    items: Vec<Node>,
    /// Where the entry of a name is; those that were removed are not in here.
    positions: BTreeMap<String, usize>,
    /// In the order of the changes.
    renamed: Vec<(usize, String)>,
    /// The contexts that refer to each name; of contexts themselves none.
    referring: BTreeMap<String, Vec<usize>>,
}

/// Lists that are being changed. They are taken out of the file, and put back by [`Tables::write`].
pub(super) struct Tables {
    tables: [Table; 3],
    current: String,
}

fn missing() -> Error {
    wrong_option("There is no entry of this name in the section. Check the name.")
}

impl Tables {
    /// `current` is another current context where the caller gives one.
    pub(super) fn new(root: &mut Node, current: Option<&str>) -> Tables {
        let mut tables = SECTIONS.map(|(section, kind)| {
            let items = match root.get_mut(section) {
                Some(Node { data: Data::List(items), .. }) => std::mem::take(items),
                _ => Vec::new(),
            };
            let positions = items.iter().enumerate().rev().map(|(number, entry)| (entry.text_of("name").to_owned(), number)).gather();
            Table { section, kind, items, positions, renamed: Vec::new(), referring: BTreeMap::new() }
        });
        let [clusters, contexts, users] = &mut tables;
        for (number, context) in contexts.items.iter().enumerate().filter_map(|(number, entry)| Some((number, entry.get("context")?))) {
            for table in [&mut *clusters, &mut *users] {
                table.referring.entry(context.text_of(table.kind).to_owned()).or_default().push(number);
            }
        }
        Tables { tables, current: if current.is_some() { String::new() } else { root.text_of("current-context").to_owned() } }
    }

    fn table(&mut self, section: &str) -> Result<&mut Table> {
        self.tables.iter_mut().find(|table| table.section == section).ok_or_else(missing)
    }

    /// Another name, and every reference to it. A reference that has dangled so far stays as it is: the rename is refused.
    pub(super) fn rename(&mut self, section: &str, from: &str, to: &str) -> Result<()> {
        let current = self.current.clone();
        let table = self.table(section)?;
        let number = *table.positions.get(from).ok_or_else(missing)?;
        if from == to {
            return Ok(());
        }
        if table.positions.contains_key(to) {
            return Err(wrong_option("The section already has an entry of the new name. Choose another name."));
        }
        // As in a merge: the credential of a context must not go to a server that nobody chose for it.
        if table.referring.contains_key(to) {
            return Err(wrong_option(
                "A context refers to the new name, which no entry has yet. After the rename it would use this entry. Choose another name, or remove that context in an earlier edit.",
            ));
        }
        if section == "contexts" && current == to {
            return Err(wrong_option(
                "The new name is already in current-context, although no context has it yet. Give currentContext in the same edit, or choose another name.",
            ));
        }
        table.positions.remove(from);
        table.positions.insert(to.to_owned(), number);
        table.renamed.push((number, to.to_owned()));
        if let Some(contexts) = table.referring.remove(from) {
            table.referring.insert(to.to_owned(), contexts);
        }
        if section == "contexts" && self.current == from {
            self.current = to.to_owned();
        }
        Ok(())
    }

    /// The namespace of each context; `None` removes it.
    pub(super) fn namespaces(&mut self, wanted: Vec<(&str, Option<String>)>) -> Result<()> {
        for (context, namespace) in wanted {
            let body = self.body("contexts", context)?;
            match namespace {
                None => body.remove("namespace"),
                Some(namespace) => body.set("namespace", Node::text(namespace)),
            }
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, section: &str, name: &str) -> Result<()> {
        self.table(section)?.positions.remove(name).map(|_| ()).ok_or_else(missing)
    }

    /// The contents of an entry, made a map where there are none.
    pub(super) fn body(&mut self, section: &str, name: &str) -> Result<&mut Node> {
        let table = self.table(section)?;
        let number = *table.positions.get(name).ok_or_else(missing)?;
        let entry = &mut table.items[number];
        if entry.get(table.kind).is_none() {
            entry.set(table.kind, Node::from(Data::Map(Vec::new())));
        }
        entry.get_mut(table.kind).ok_or_else(missing)
    }

    /// Removes users whose certificate or token has expired, by their numbers in the file, and the contexts that need them.
    pub(super) fn drop_expired(&mut self, expired: &[usize]) {
        let [_, contexts, users] = &mut self.tables;
        let expired: BTreeSet<usize> = expired.iter().copied().gather();
        let names: Vec<String> =
            users.positions.iter().filter(|(_, number)| expired.contains(number)).map(|(name, _)| name.clone()).collect();
        let mut needing = BTreeSet::new();
        for name in names {
            users.positions.remove(&name);
            needing.extend(users.referring.get(&name).into_iter().flatten().copied());
        }
        contexts.positions.retain(|_, number| !needing.contains(number));
    }

    /// Puts the lists back, with the new names and references.
    pub(super) fn write(self, root: &mut Node) {
        let [mut clusters, mut contexts, mut users] = self.tables;
        for table in [&mut clusters, &mut users] {
            for (name, referring) in std::mem::take(&mut table.referring) {
                for number in referring {
                    let Some(context) = contexts.items[number].get_mut("context") else { continue };
                    if context.text_of(table.kind) != name {
                        context.set(table.kind, Node::text(name.as_str()));
                    }
                }
            }
        }
        for table in [clusters, contexts, users] {
            table.write(root);
        }
        if root.text_of("current-context") != self.current {
            root.set("current-context", Node::text(self.current));
        }
    }
}

impl Table {
    fn write(mut self, root: &mut Node) {
        let Some(Node { data: Data::List(list), .. }) = root.get_mut(self.section) else { return };
        for (number, name) in self.renamed {
            self.items[number].set("name", Node::text(name));
        }
        let left: BTreeSet<usize> = self.positions.into_values().gather();
        list.extend(self.items.into_iter().enumerate().filter(|(number, _)| left.contains(number)).map(|(_, entry)| entry));
    }
}
