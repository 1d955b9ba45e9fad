//! What is at the top of a file next to the entries and the current context.

use super::change::Change;
use crate::gather::Gather;
use crate::kubeconfig::tree::SECTIONS;
use crate::yaml::tree::{Data, Node, Pair};
use std::collections::BTreeMap;

/// Adds what the first file does not have. Of extensions and preferences, what it lacks in them is added, as kubectl does it.
pub(super) fn merge(root: &mut Node, other: &Node, replace: bool, changes: &mut Vec<Change>) {
    let Data::Map(pairs) = &mut root.data else { return };
    let known = positions(pairs);
    for Pair { key, value, place } in other.pairs().iter().filter(|pair| !is_special(&pair.key) && !pair.value.is_null()) {
        let position = known.get(key.as_str()).copied().unwrap_or(pairs.len());
        if position == pairs.len() {
            pairs.push(Pair { key: key.clone(), place: *place, value: Node::from(Data::Null) });
        }
        let mine = std::mem::take(&mut pairs[position].value);
        if key == "apiVersion" || key == "kind" {
            pairs[position].value = if mine.is_null() { value.clone() } else { mine };
            continue;
        }
        let (mut merged, second) = if replace { (value.clone(), &mine) } else { (mine.clone(), value) };
        let lost = complete(&mut merged, second, ["extensions", "preferences"].contains(&key.as_str()));
        let more = if replace && lost { "replaced" } else { "added" };
        // An empty map or list, which kubectl writes where it has none, is not worth a change.
        let empty =
            matches!(&value.data, Data::Map(pairs) if pairs.is_empty()) || matches!(&value.data, Data::List(items) if items.is_empty());
        for (so, kind) in [(merged != mine, more), (lost && !replace, "kept"), (*value == mine, "identical")] {
            if so && !empty {
                changes.push(Change::new(kind, "fields", key, None));
            }
        }
        pairs[position].value = merged;
    }
}

fn positions(pairs: &[Pair]) -> BTreeMap<String, usize> {
    pairs.iter().enumerate().map(|(number, pair)| (pair.key.as_str().to_owned(), number)).gather()
}

/// Adds what a null lacks, and within extensions and preferences (`deep`) what a map or a list of named things lacks. Says
/// whether something of the other was left out.
fn complete(node: &mut Node, other: &Node, deep: bool) -> bool {
    let mut lost = false;
    match (&mut node.data, &other.data) {
        (_, Data::Null) => {}
        (Data::Null, _) => *node = other.clone(),
        (Data::Map(pairs), Data::Map(others)) if deep => {
            let known = positions(pairs);
            for other in others {
                match known.get(other.key.as_str()) {
                    Some(number) => lost |= complete(&mut pairs[*number].value, &other.value, true),
                    None => pairs.push(other.clone()),
                }
            }
        }
        (Data::List(items), Data::List(others)) if deep => {
            let known = crate::kubeconfig::tree::names(items);
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

/// The keys at the top that are neither entries nor kept by name.
pub(super) fn is_special(key: &str) -> bool {
    SECTIONS.iter().any(|(section, _)| *section == key) || key == "current-context"
}
