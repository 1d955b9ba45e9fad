//! Changes to a file: one context of it, other names, expired entries removed, files embedded.

mod embed;
mod table;

use super::model::Kubeconfig;
use super::schema::wrong_option;
use super::tree::{SECTIONS, body, entries};
use crate::error::Result;
use crate::kubernetes::cluster::{checked_name, checked_namespace};
use crate::random::Random;
use crate::value::{Options, Value};
use crate::yaml::tree::{Data, Node};
use table::{Tables, section};

impl Kubeconfig {
    /// One context with its cluster and user, and nothing of the others; the current one where none is named. What belongs
    /// to no entry stays, as with `kubectl config view --minify --raw`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`] where context, cluster or user is not in the file.
    pub fn minify(&self, context: Option<&str>) -> Result<Kubeconfig> {
        let name = context.unwrap_or_else(|| self.current_context());
        if name.is_empty() {
            return Err(wrong_option("the file has no current context: say which one is wanted"));
        }
        let chosen = entries(&self.root, "contexts").iter().find(|entry| entry.text_of("name") == name);
        let chosen = body(chosen.ok_or_else(|| wrong_option("no context of this name is in the file"))?, "context");
        let mut root = self.root.clone();
        for (section, wanted) in [("contexts", name), ("clusters", chosen.text_of("cluster")), ("users", chosen.text_of("user"))] {
            // A context without a user is kubectl's to judge; a context with one that is missing is not.
            let found = entries(&root, section).iter().any(|entry| entry.text_of("name") == wanted);
            if !found && !wanted.is_empty() {
                return Err(wrong_option("the context names a cluster or user that is not in the file"));
            }
            retain(&mut root, section, |entry| found && entry.text_of("name") == wanted);
        }
        root.set("current-context", Node::text(name));
        Ok(Kubeconfig::new(root, Vec::new(), self.now))
    }

    /// A changed copy. Changes, in this order: `{ rename?: { section, from, to }[], namespaces?: { context, namespace }[],
    /// remove?: { section, name }[], embed?: { section, name, field, contents }[], dropExpired?, currentContext? }`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`], [`crate::Code::InvalidName`]; of an embedded file what [`crate::x509::certificate::Chain::read`],
    /// [`crate::x509::certificate::authority_bundle`] and [`crate::crypto::PrivateKey::import`] say.
    pub fn edit(&self, changes: &Value, random: &mut dyn Random) -> Result<Kubeconfig> {
        const KNOWN: [&str; 6] = ["rename", "namespaces", "remove", "embed", "dropExpired", "currentContext"];
        let options = Options::read("changes", changes, &KNOWN)?;
        let mut root = self.root.clone();
        let mut tables = Tables::new(&mut root, options.text("currentContext")?);
        for change in changes.list(&["rename"]) {
            let change = Options::read("a rename", change, &["section", "from", "to"])?;
            let (section, to) = (section(&change)?, checked_name("to of a rename", change.required_text("to")?)?);
            tables.rename(section, change.required_text("from")?, &to)?;
        }
        tables.namespaces(namespaces(changes)?)?;
        for change in changes.list(&["remove"]) {
            let change = Options::read("a removal", change, &["section", "name"])?;
            tables.remove(section(&change)?, change.required_text("name")?)?;
        }
        for change in changes.list(&["embed"]) {
            embed::file(&mut tables, change, random)?;
        }
        if options.flag("dropExpired")?.unwrap_or(false) {
            tables.drop_expired(&self.lint().expired);
        }
        tables.write(&mut root);
        if let Some(name) = options.text("currentContext")? {
            if !name.is_empty() && !has_context(&root, name) {
                return Err(wrong_option("currentContext names no context of the file"));
            }
            root.set("current-context", Node::text(name));
        } else if !has_context(&root, root.text_of("current-context")) && !self.current_context().is_empty() {
            root.set("current-context", Node::text(""));
        }
        Ok(Kubeconfig::new(root, Vec::new(), self.now))
    }
}

fn has_context(root: &Node, name: &str) -> bool {
    entries(root, "contexts").iter().any(|entry| entry.text_of("name") == name)
}

/// The namespaces of contexts; of one that is named twice, the last counts.
fn namespaces(changes: &Value) -> Result<Vec<(&str, Option<String>)>> {
    let mut namespaces = Vec::new();
    for change in changes.list(&["namespaces"]) {
        let change = Options::read("a namespace change", change, &["context", "namespace"])?;
        let namespace = change.text("namespace")?.filter(|namespace| !namespace.is_empty()).map(checked_namespace).transpose()?;
        namespaces.push((change.required_text("context")?, namespace));
    }
    Ok(namespaces)
}

fn retain(root: &mut Node, section: &str, keep: impl Fn(&Node) -> bool) {
    if let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) {
        items.retain(keep);
    }
}

/// The contents of an entry, made a map where there are none.
pub(super) fn entry<'a>(root: &'a mut Node, section: &str, name: &str) -> Result<&'a mut Node> {
    let missing = || wrong_option("no entry of this name is in the section");
    let kind = SECTIONS.iter().find(|(known, _)| *known == section).map_or("", |(_, kind)| *kind);
    let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) else { return Err(missing()) };
    let found = items.iter_mut().find(|entry| entry.text_of("name") == name).ok_or_else(missing)?;
    if found.get(kind).is_none() {
        found.set(kind, Node::from(Data::Map(Vec::new())));
    }
    found.get_mut(kind).ok_or_else(missing)
}
