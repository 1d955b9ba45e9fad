//! What is said of the file as a whole: its current context, its names, its indentation.

use super::known::fold;
use super::{Linter, Spot};
use crate::finding::{Finding, FindingCode, Level};
use crate::gather::Gather;
use crate::kubeconfig::tree::{SECTIONS, entries};
use crate::yaml::tree::{Node, Place};
use std::collections::BTreeSet;

impl Linter {
    /// Keys that begin with no-break spaces: what was meant as indentation belongs to the name for YAML, so that the fields are lost.
    /// Said first, because other findings follow from it; an error where it keeps an entry from working.
    pub(super) fn no_break_spaces(&mut self, root: &Node, keys: Vec<(Place, String)>) {
        if keys.is_empty() {
            return;
        }
        let entry = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
        let errors = self.findings.iter().filter(|finding| finding.level == Level::Error);
        let broken: BTreeSet<String> = errors.filter_map(|finding| finding.path.as_deref().map(entry)).gather();
        // At the top, it is the entry above that lacks its fields: the last one of each list, and of these the nearest.
        let above = |place: Place| {
            let last = |(section, kind): (&'static str, &'static str)| {
                let entries = entries(root, section);
                let index = entries.partition_point(|entry| entry.place < place).checked_sub(1)?;
                Some((entries[index].place, Spot { section, index, kind, body: &entries[index] }.path("")))
            };
            SECTIONS.into_iter().filter_map(last).max_by_key(|(place, _)| *place).map(|(_, path)| path)
        };
        let (mut told, mut named) = (Vec::new(), BTreeSet::new());
        for (place, path) in keys {
            let path = if path == "(top)" { above(place).unwrap_or(path) } else { path };
            if !named.insert(path.clone()) {
                continue;
            }
            let level = if broken.contains(&entry(&path)) { Level::Error } else { Level::Warning };
            let sentence = "Fields are indented with no-break spaces (U+00A0 and the like). YAML takes these for a part of the name, so kubectl does not find the fields. Indent with ordinary spaces.";
            told.push(Finding::new(level, FindingCode::NoBreakSpaceIndentation, sentence).at(path).on(place.line, place.column));
        }
        self.findings.splice(0..0, told);
    }

    /// Names that cannot be seen for what they are, or that terminals would act upon.
    pub(super) fn names(&mut self, root: &Node) {
        for (section, _) in SECTIONS {
            for (index, entry) in entries(root, section).iter().enumerate() {
                let odd = |character: char| {
                    character.is_control()
                        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
                };
                let name = entry.text_of("name");
                if crate::encoding::runs::PLAIN.run(name.as_bytes()) < name.len() && name.contains(odd) || name.contains('\n') {
                    let place = entry.get("name").map_or(entry.place, |node| node.place);
                    let finding = Finding::warning(
                        FindingCode::NameCharacters,
                        "The name contains control or invisible characters, so it can imitate another name. Rename the entry.",
                    );
                    self.findings.push(finding.at(format!("{section}[{index}].name")).on(place.line, place.column));
                }
            }
        }
    }

    pub(super) fn whole(&mut self, root: &Node) {
        let field = root.get("current-context");
        let place = field.map_or(root.place, |node| node.place);
        let current = root.text_of("current-context");
        let empty = ["clusters", "users", "contexts"].iter().all(|section| entries(root, section).is_empty());
        let finding = if empty && current.is_empty() {
            Finding::warning(
                FindingCode::Empty,
                "The file is empty: it has no cluster, no user and no context. Check that it is the right file.",
            )
        } else if current.is_empty() {
            Finding::notice(
                FindingCode::NoCurrentContext,
                "There is no current context, so kubectl needs --context. Set one with kubectl config use-context.",
            )
        } else if entries(root, "contexts").iter().any(|context| context.text_of("name") == current) {
            return;
        } else if entries(root, "contexts").iter().any(|context| fold(context.text_of("name")) == fold(current)) {
            Finding::error(
                FindingCode::ContextNotFound,
                "There is no context of the name in current-context. One differs only in upper and lower case or in white space. Write the name exactly as it is there.",
            )
        } else {
            Finding::error(
                FindingCode::ContextNotFound,
                "The current context is not in the file, so kubectl reports an error. Choose a context of the file.",
            )
        };
        self.findings.push(finding.at("current-context").on(place.line, place.column));
    }
}
