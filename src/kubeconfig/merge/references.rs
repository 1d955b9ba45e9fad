//! Which references lead nowhere in their own file, and names under which they still lead nowhere in the result.

use super::names::Taken;
use crate::gather::Gather;
use crate::kubeconfig::tree::{body, entries};
use crate::yaml::tree::Node;
use std::collections::{BTreeMap, BTreeSet};

/// A section and a name in it, as one text: sets and maps of texts are in the module anyway.
pub(super) fn named(section: &str, name: &str) -> String {
    [section, "/", name].concat()
}

pub(super) struct References {
    /// The caller wants them bound to the entries of the other file.
    pub(super) bind: bool,
    /// How many contexts the first file has.
    pub(super) first_contexts: usize,
    /// References of each file to entries that it does not have.
    first: BTreeSet<String>,
    second: BTreeSet<String>,
    /// The names of the result, section by section as each is done.
    taken: Vec<(&'static str, Taken)>,
    /// The names that missing entries were given.
    missing: BTreeMap<String, String>,
}

impl References {
    pub(super) fn new(first: &Node, second: &Node, bind: bool) -> References {
        References {
            bind,
            first_contexts: entries(first, "contexts").len(),
            first: dangling(first),
            second: dangling(second),
            taken: Vec::new(),
            missing: BTreeMap::new(),
        }
    }

    /// The names of a section to which a reference of either file leads in vain.
    pub(super) fn dangling(&self, section: &'static str) -> impl Iterator<Item = String> {
        let name = move |named: &String| named.strip_prefix(section)?.strip_prefix('/').map(str::to_owned);
        self.first.iter().chain(&self.second).filter_map(name)
    }

    pub(super) fn dangled_in_first(&self, section: &'static str, name: &str) -> bool {
        self.first.contains(&named(section, name))
    }

    /// Whether a reference of the first file would lead to an entry of the second one that keeps its name.
    pub(super) fn would_bind(&self, section: &'static str, name: &str) -> bool {
        !self.bind && self.dangled_in_first(section, name)
    }

    /// Keeps the names of a section that is done.
    pub(super) fn settle(&mut self, section: &'static str, taken: Taken) {
        self.taken.push((section, taken));
    }

    pub(super) fn is_in_result(&self, section: &'static str, name: &str) -> bool {
        self.taken(section).is_some_and(|taken| taken.position(name).is_some())
    }

    fn taken(&self, section: &str) -> Option<&Taken> {
        self.taken.iter().find(|(known, _)| *known == section).map(|(_, taken)| taken)
    }

    /// A name that no entry has, one for each entry that is missing.
    pub(super) fn missing_name(&mut self, section: &'static str, reference: &str) -> String {
        let key = named(section, reference);
        if let Some(name) = self.missing.get(&key) {
            return name.clone();
        }
        let wanted = if reference.is_empty() { "not-found".to_owned() } else { format!("{reference}-not-found") };
        let name = self.taken(section).map_or_else(|| wanted.clone(), |taken| taken.missing(&wanted));
        self.missing.insert(key, name.clone());
        name
    }
}

fn dangling(root: &Node) -> BTreeSet<String> {
    let known: BTreeSet<String> = ["clusters", "users", "contexts"]
        .into_iter()
        .flat_map(|section| entries(root, section).iter().map(move |entry| named(section, entry.text_of("name"))))
        .gather();
    let contexts = entries(root, "contexts").iter().map(|context| body(context, "context"));
    let references = contexts.flat_map(|context| [("clusters", context.text_of("cluster")), ("users", context.text_of("user"))]);
    let current = Some(("contexts", root.text_of("current-context"))).filter(|(_, name)| !name.is_empty());
    references.chain(current).map(|(section, name)| named(section, name)).filter(|named| !known.contains(named)).gather()
}
