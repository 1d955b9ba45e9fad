//! A kubeconfig as a tree that keeps every field, known or not.
//!
//! Source: "Organizing Cluster Access Using kubeconfig Files" and the `Config` v1 reference of Kubernetes. One model serves
//! files that were read, made here and changed: whatever is not understood stays and comes out again.

use super::{check, shape};
use crate::error::Result;
use crate::finding::Finding;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::read;
use crate::yaml::tree::{Data, Index, Node, Pair};

/// The three lists of a file and the key under which each entry keeps its contents.
pub(super) const SECTIONS: [(&str, &str); 3] = [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

/// A kubeconfig. `Debug` shows its shape and no text; its texts are wiped on drop.
#[derive(Debug)]
pub struct Kubeconfig {
    pub(super) root: Node,
    /// Clusters, users, contexts, current context, as JavaScript sees them; no secret.
    report: Value,
    findings: Vec<Finding>,
    pub(super) now: UnixTime,
}

impl Kubeconfig {
    /// Reads YAML, JSON or KYAML as kubectl would.
    ///
    /// # Errors
    /// [`crate::Code::InvalidYaml`], [`crate::Code::InputTooLarge`], and [`crate::Code::InvalidKubeconfig`] for what kubectl
    /// would refuse to load. Everything else is a finding.
    pub fn read(text: &[u8], now: UnixTime) -> Result<Kubeconfig> {
        let root = read::document(text)?;
        shape::check(&root)?;
        Ok(Kubeconfig::new(root, Vec::new(), now))
    }

    /// Takes a tree of the right shape, puts it in kubectl's order and looks at it. `more` are remarks of whoever made it.
    pub(super) fn new(mut root: Node, more: Vec<Finding>, now: UnixTime) -> Kubeconfig {
        if root.is_null() {
            root.data = Data::Map(Vec::new());
        }
        order(&mut root);
        let (report, mut findings) = check::inspect(&root, now);
        for finding in more {
            if !findings.iter().any(|known| known.code == finding.code) {
                findings.push(finding);
            }
        }
        Kubeconfig { root, report, findings, now }
    }

    /// What was noticed.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What is in it, without any secret (`Kubeconfig` in index.d.ts).
    #[must_use]
    pub fn describe(&self) -> Value {
        let mut report = self.report.clone();
        report.set("findings", Value::findings(&self.findings));
        report
    }

    /// The name of the current context; empty where there is none.
    #[must_use]
    pub fn current_context(&self) -> &str {
        self.root.text_of("current-context")
    }

    /// The whole tree, secrets included, for those who compare files.
    #[must_use]
    pub fn tree(&self) -> &Node {
        &self.root
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
pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> Index {
    let mut index = Index::new();
    for (number, name) in names.enumerate() {
        index.insert(name.to_owned(), number);
    }
    index
}

/// kubectl sorts the keys of every map. What programs put into extensions stays as it is.
fn order(node: &mut Node) {
    match &mut node.data {
        Data::List(items) => items.iter_mut().for_each(order),
        Data::Map(pairs) => {
            let index = names(pairs.iter().map(|pair| pair.key.as_str()));
            let mut unordered: Vec<Option<Pair>> = std::mem::take(pairs).into_iter().map(Some).collect();
            pairs.extend(index.into_values().filter_map(|number| unordered[number].take()));
            pairs.iter_mut().filter(|pair| pair.key != "extension").for_each(|pair| order(&mut pair.value));
        }
        _ => {}
    }
}
