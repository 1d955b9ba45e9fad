//! Changes to a file: one context of it, other names, expired entries removed, files embedded.

mod embed;
mod exec;
mod table;

use super::model::Kubeconfig;
use super::schema::wrong_option;
use super::tree::{SECTIONS, Section, body, entries};
use crate::error::Result;
use crate::kubernetes::cluster::{checked_name, checked_namespace};
use crate::options::options;
use crate::random::Random;
use crate::value::Value;
use crate::yaml::tree::{Data, Node};
use embed::Embed;
use exec::Exec;
use table::Tables;

options! {
    struct Changes<'a> {
        rename: Vec<Rename<'a>> = "rename" default,
        namespaces: Vec<Namespace<'a>> = "namespaces" default,
        remove: Vec<Remove<'a>> = "remove" default,
        embed: Vec<Embed<'a>> = "embed" default,
        exec: Vec<Exec<'a>> = "exec" default,
        drop_expired: bool = "dropExpired" default,
        current_context: Option<&'a str> = "currentContext" default,
    }
}

options! {
    struct Rename<'a> {
        section: Section = "section",
        from: &'a str = "from",
        to: &'a str = "to",
    }
}

options! {
    struct Namespace<'a> {
        context: &'a str = "context",
        namespace: Option<&'a str> = "namespace",
    }
}

options! {
    struct Remove<'a> {
        section: Section = "section",
        name: &'a str = "name",
    }
}

impl Kubeconfig {
    /// One context with its cluster and user, and nothing of the others; the current one where none is named. What belongs
    /// to no entry stays, as with `kubectl config view --minify --raw`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`] where context, cluster or user is not in the file.
    pub fn minify(&self, context: Option<&str>) -> Result<Kubeconfig> {
        let name = context.unwrap_or_else(|| self.current_context());
        if name.is_empty() {
            return Err(wrong_option("The file has no current context. Name a context of the file."));
        }
        let chosen = entries(&self.root, "contexts").iter().find(|entry| entry.text_of("name") == name);
        let chosen = body(chosen.ok_or_else(|| wrong_option("There is no context of this name in the file. Check the name."))?, "context");
        let mut root = self.root.clone();
        for (section, wanted) in [("contexts", name), ("clusters", chosen.text_of("cluster")), ("users", chosen.text_of("user"))] {
            // A context without a user is kubectl's to judge; a context with one that is missing is not.
            let found = entries(&root, section).iter().any(|entry| entry.text_of("name") == wanted);
            if !found && !wanted.is_empty() {
                return Err(wrong_option(
                    "The context names a cluster or user that is not in the file. Add it, or choose another context.",
                ));
            }
            retain(&mut root, section, |entry| found && entry.text_of("name") == wanted);
        }
        root.set("current-context", Node::text(name));
        Ok(Kubeconfig::new(root, Vec::new(), self.now))
    }

    /// A changed copy. Changes, in this order: `{ rename?: { section, from, to }[], namespaces?: { context, namespace }[],
    /// remove?: { section, name }[], embed?: { section, name, field, contents }[], exec?: { user, apiVersion?, interactiveMode? }[], dropExpired?,
    /// currentContext? }`.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`], [`crate::Code::InvalidName`]; of an embedded file what [`crate::x509::certificate::Chain::read`],
    /// [`crate::x509::certificate::authority_bundle`] and [`crate::crypto::PrivateKey::import`] say.
    pub fn edit(&self, changes: &Value, random: &mut dyn Random) -> Result<Kubeconfig> {
        let changes: Changes<'_> = changes.read("changes")?;
        let mut root = self.root.clone();
        let mut tables = Tables::new(&mut root, changes.current_context);
        for Rename { section, from, to } in changes.rename {
            tables.rename(section.as_str(), from, &checked_name("rename.to", to)?)?;
        }
        tables.namespaces(namespaces(changes.namespaces)?)?;
        for Remove { section, name } in changes.remove {
            tables.remove(section.as_str(), name)?;
        }
        for change in changes.embed {
            embed::file(&mut tables, &change, random)?;
        }
        for change in changes.exec {
            exec::program(&mut tables, &change)?;
        }
        if changes.drop_expired {
            tables.drop_expired(&self.lint().expired);
        }
        tables.write(&mut root);
        if let Some(name) = changes.current_context {
            if !name.is_empty() && !has_context(&root, name) {
                return Err(wrong_option("`currentContext` must be the name of a context in the file."));
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
fn namespaces(changes: Vec<Namespace<'_>>) -> Result<Vec<(&str, Option<String>)>> {
    let mut namespaces = Vec::with_capacity(changes.len());
    for Namespace { context, namespace } in changes {
        let namespace = namespace.filter(|namespace| !namespace.is_empty()).map(checked_namespace).transpose()?;
        namespaces.push((context, namespace));
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
    let missing = || wrong_option("There is no entry of this name in the section. Check the name.");
    let kind = SECTIONS.iter().find(|(known, _)| *known == section).map_or("", |(_, kind)| *kind);
    let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) else { return Err(missing()) };
    let found = items.iter_mut().find(|entry| entry.text_of("name") == name).ok_or_else(missing)?;
    if found.get(kind).is_none() {
        found.set(kind, Node::from(Data::Map(Vec::new())));
    }
    found.get_mut(kind).ok_or_else(missing)
}
