//! Clusters and users by name, as contexts name them.

use crate::gather::Gather;
use crate::kubeconfig::cause;
use crate::kubeconfig::tree::names;
use crate::yaml::index::Index;
use crate::yaml::tree::Node;
use std::collections::BTreeSet;

/// Entries that contexts name.
pub(super) struct Known<'a> {
    entries: &'a [Node],
    /// By name, once it is needed.
    names: Option<Index>,
    /// Names without case and white space, once they are needed.
    folded: Option<BTreeSet<String>>,
    /// Which of them a context uses.
    pub(super) used: Vec<bool>,
}

impl<'a> Known<'a> {
    pub(super) fn new(entries: &'a [Node]) -> Known<'a> {
        Known { entries, names: None, folded: None, used: vec![false; entries.len()] }
    }

    /// Whether there is one of this name; marks it as used. Programs write contexts in the order of what they name.
    pub(super) fn find(&mut self, name: &str, guess: usize) -> bool {
        let guessed = self.entries.get(guess).filter(|entry| entry.text_of("name") == name);
        let number = guessed.map(|_| guess).or_else(|| self.names.get_or_insert_with(|| names(self.entries)).get(name));
        number.map(|number| self.used[number] = true).is_some()
    }

    /// Whether there is one that differs in case or white space alone.
    pub(super) fn nearly(&mut self, name: &str) -> bool {
        let entries = self.entries;
        self.folded.get_or_insert_with(|| entries.iter().map(|entry| fold(entry.text_of("name"))).gather()).contains(&fold(name))
    }
}

/// A name without what cannot be seen: case aside, and white space around it.
pub(super) fn fold(name: &str) -> String {
    name.trim_matches(|character: char| cause::is_space(character) || crate::names::is_invisible(character)).to_lowercase()
}
