//! The parts of a kubeconfig in its tree.

use crate::options::choices;
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node, Pair, is_sorted};

/// The three lists of a file and the key under which each entry keeps its contents.
pub(super) const SECTIONS: [(&str, &str); 3] = [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

choices! {
    /// One of [`SECTIONS`].
    pub(super) enum Section {
        Clusters = "clusters",
        Contexts = "contexts",
        Users = "users",
    }
}

/// The entries of a section.
pub(super) fn entries<'a>(root: &'a Node, section: &str) -> &'a [Node] {
    root.get(section).map_or(&[], Node::items)
}

/// The contents of an entry; a null where there are none.
pub(super) fn body<'a>(entry: &'a Node, kind: &str) -> &'a Node {
    static NONE: Node = Node { place: crate::yaml::tree::Place { line: 0, column: 0 }, data: Data::Null };
    entry.get(kind).unwrap_or(&NONE)
}

/// The number of each name.
pub(super) fn names(entries: &[Node]) -> Index {
    entries.iter().map(|entry| entry.share("name")).collect()
}

/// kubectl sorts the keys of every map. What programs put into extensions stays as it is.
pub(super) fn order(node: &mut Node) {
    match &mut node.data {
        Data::List(items) => items.iter_mut().for_each(order),
        Data::Map(pairs) => {
            if !is_sorted(pairs) {
                let index: Index = pairs.iter().map(|pair| pair.key.share()).collect();
                let mut unordered: Vec<Option<Pair>> = std::mem::take(pairs).into_iter().map(Some).collect();
                pairs.extend(index.numbers().filter_map(|number| unordered[number].take()));
            }
            pairs.iter_mut().filter(|pair| pair.key != *"extension").for_each(|pair| order(&mut pair.value));
        }
        _ => {}
    }
}
