//! Changes to a file: one context of it, other names, expired entries out, files taken in.

use super::build;
use super::model::{Kubeconfig, SECTIONS, body, entries};
use super::shape::wrong_option;
use crate::error::Result;
use crate::locate::Locate;
use crate::token;
use crate::value::{Options, Value};
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node};
use base64ct::{Base64, Encoding};

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
    /// [`crate::Code::InvalidOptions`], [`crate::Code::InvalidName`].
    pub fn edit(&self, changes: &Value) -> Result<Kubeconfig> {
        const KNOWN: [&str; 6] = ["rename", "namespaces", "remove", "embed", "dropExpired", "currentContext"];
        let options = Options::read("changes", changes, &KNOWN)?;
        let mut root = self.root.clone();
        for change in changes.list(&["rename"]) {
            let change = Options::read("a rename", change, &["section", "from", "to"])?;
            let (section, to) = (section(&change)?, build::checked_name("to of a rename", change.required_text("to")?)?);
            rename(&mut root, section, change.required_text("from")?, &to)?;
        }
        for change in changes.list(&["namespaces"]) {
            let change = Options::read("a namespace change", change, &["context", "namespace"])?;
            let body = entry(&mut root, "contexts", change.required_text("context")?)?;
            match change.text("namespace")? {
                None | Some("") => body.remove("namespace"),
                Some(namespace) => body.set("namespace", Node::text(build::checked_namespace(namespace)?)),
            }
        }
        for change in changes.list(&["remove"]) {
            let change = Options::read("a removal", change, &["section", "name"])?;
            let (section, name) = (section(&change)?, change.required_text("name")?);
            entry(&mut root, section, name)?;
            retain(&mut root, section, |entry| entry.text_of("name") != name);
        }
        for change in changes.list(&["embed"]) {
            embed(&mut root, change)?;
        }
        if options.flag("dropExpired")?.unwrap_or(false) {
            self.drop_expired(&mut root);
        }
        if let Some(name) = options.text("currentContext")? {
            if !name.is_empty() && !entries(&root, "contexts").iter().any(|entry| entry.text_of("name") == name) {
                return Err(wrong_option("currentContext names no context of the file"));
            }
            root.set("current-context", Node::text(name));
        } else if !entries(&root, "contexts").iter().any(|entry| entry.text_of("name") == root.text_of("current-context"))
            && !self.current_context().is_empty()
        {
            // It was removed: kubectl would stop at a name that is not there.
            root.set("current-context", Node::text(""));
        }
        Ok(Kubeconfig::new(root, Vec::new(), self.now))
    }

    /// Takes out users whose certificate or token has ended, and the contexts that need them.
    fn drop_expired(&self, root: &mut Node) {
        let users = entries(&self.root, "users");
        let ended: Index = self.seen.ended.iter().map(|number| users[*number].share("name")).collect();
        retain(root, "users", |entry| ended.get(entry.text_of("name")).is_none());
        retain(root, "contexts", |entry| ended.get(body(entry, "context").text_of("user")).is_none());
    }
}

fn section(change: &Options<'_>) -> Result<&'static str> {
    let given = change.required_text("section")?;
    let known = SECTIONS.iter().find(|(section, _)| *section == given);
    known.map(|(section, _)| *section).ok_or_else(|| wrong_option("section must be clusters, users or contexts"))
}

fn retain(root: &mut Node, section: &str, keep: impl Fn(&Node) -> bool) {
    if let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) {
        items.retain(keep);
    }
}

/// The contents of an entry, made a map where they are none.
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

/// Another name, and every reference to it.
fn rename(root: &mut Node, section: &'static str, from: &str, to: &str) -> Result<()> {
    entry(root, section, from)?;
    if from != to && entries(root, section).iter().any(|entry| entry.text_of("name") == to) {
        return Err(wrong_option("an entry of the new name is in the section already"));
    }
    let set = |entry: &mut Node| {
        if entry.text_of("name") == from {
            entry.set("name", Node::text(to));
        }
    };
    if let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) {
        items.iter_mut().for_each(set);
    }
    let field = SECTIONS.iter().find(|(known, _)| *known == section).map_or("", |(_, kind)| *kind);
    if section == "contexts" {
        if root.text_of("current-context") == from {
            root.set("current-context", Node::text(to));
        }
    } else if let Some(Node { data: Data::List(items), .. }) = root.get_mut("contexts") {
        for context in items.iter_mut().filter_map(|entry| entry.get_mut("context")) {
            if context.text_of(field) == from {
                context.set(field, Node::text(to));
            }
        }
    }
    Ok(())
}

/// A file's contents in the place of its path: `{ section, name, field, contents }`, field as `client-key`.
fn embed(root: &mut Node, change: &Value) -> Result<()> {
    let change = Options::read("an embedded file", change, &["section", "name", "field", "contents"])?;
    let (section, field, contents) = (section(&change)?, change.required_text("field")?, change.required_text("contents")?);
    let body = entry(root, section, change.required_text("name")?)?;
    let fits =
        matches!((section, field), ("clusters", "certificate-authority") | ("users", "client-certificate" | "client-key" | "tokenFile"));
    if !fits || body.text_of(field).is_empty() {
        return Err(wrong_option("field of an embedded file must be one that names a file in this entry"));
    }
    body.remove(field);
    if field == "tokenFile" {
        body.set("token", Node::text(token::clean(contents.as_bytes())?));
        return Ok(());
    }
    if !contents.holds("-----BEGIN ") {
        return Err(wrong_option("the file's contents must be PEM: they begin with -----BEGIN"));
    }
    body.set(&format!("{field}-data"), Node::text(Base64::encode_string(contents.as_bytes())));
    Ok(())
}
