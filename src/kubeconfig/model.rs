//! A kubeconfig as a tree that keeps every field, known or not.
//!
//! Source: "Organizing Cluster Access Using kubeconfig Files" and the `Config` v1 reference of Kubernetes. One model serves
//! files that were read, made here and changed: whatever is not understood stays and comes out again.

use super::lint::{self, Seen};
use super::schema;
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, Level};
use crate::input::Views;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::index::Index;
use crate::yaml::read;
use crate::yaml::tree::{Data, Node, Pair, is_sorted};
use zeroize::Zeroizing;

/// The three lists of a file and the key under which each entry keeps its contents.
pub(super) const SECTIONS: [(&str, &str); 3] = [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

/// A kubeconfig. `Debug` shows its shape and no text; its texts are wiped on drop.
#[derive(Debug)]
pub struct Kubeconfig {
    pub(super) root: Node,
    pub(super) seen: Seen,
    pub(super) now: UnixTime,
}

impl Kubeconfig {
    /// Reads YAML, JSON or KYAML as kubectl would.
    ///
    /// # Errors
    /// [`crate::Code::InvalidYaml`], [`crate::Code::InputTooLarge`], and [`crate::Code::InvalidKubeconfig`] for what kubectl
    /// would refuse to load. Everything else is a finding.
    pub fn read(text: &[u8], now: UnixTime) -> Result<Kubeconfig> {
        Kubeconfig::read_owned(text.to_vec(), now)
    }

    /// The same of a text that is handed over: what stands there as it is meant is not copied.
    ///
    /// # Errors
    /// As [`Kubeconfig::read`].
    pub fn read_owned(text: Vec<u8>, now: UnixTime) -> Result<Kubeconfig> {
        let root = read::owned(text)?;
        schema::check(&root)?;
        Ok(Kubeconfig::new(root, Vec::new(), now))
    }

    /// Reads what was pasted or dropped. A file that kubectl reads is read as it is; one that it refuses is read without
    /// its wrapper, where the front door can remove it, and each change is an error: kubectl refuses the file as it is.
    ///
    /// # Errors
    /// As [`Kubeconfig::read`], about the text as it was given; the sentence names the cause where it is not a text.
    pub fn pasted(text: Vec<u8>, now: UnixTime) -> Result<Kubeconfig> {
        let given = Zeroizing::new(text.clone());
        let first = Kubeconfig::read_owned(text, now);
        match &first {
            Ok(read) if SECTIONS.iter().any(|(section, _)| !entries(&read.root, section).is_empty()) => return first,
            Err(error) if error.code() == Code::InputTooLarge => return first,
            _ => {}
        }
        let mut views = match Views::open(&given) {
            Ok(views) => views,
            Err(cause) => return first.map_err(|_| Error::new(Code::InvalidYaml, cause.sentence())),
        };
        loop {
            if !views.changes().is_empty()
                && let Ok(root) = read::document(views.text().as_bytes())
                && schema::check(&root).is_ok()
                && SECTIONS.iter().any(|(section, _)| !entries(&root, section).is_empty())
            {
                let changes = views.changes().iter();
                let more =
                    changes.map(|change| change.finding(Level::Error, "kubectl cannot use the file as it is. Save it again from here."));
                return Ok(Kubeconfig::new(root, more.collect(), now));
            }
            if !views.peel() {
                return first;
            }
        }
    }

    /// Takes a tree of the right shape, puts it in kubectl's order and looks at it. `more` are remarks of whoever made it.
    pub(super) fn new(mut root: Node, more: Vec<Finding>, now: UnixTime) -> Kubeconfig {
        if root.is_null() {
            root.data = Data::Map(Vec::new());
        }
        order(&mut root);
        let seen = lint::inspect(&root, more, now);
        Kubeconfig { root, seen, now }
    }

    /// What was noticed.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.seen.findings
    }

    /// What is in it, without any secret (`Kubeconfig` in index.d.ts).
    #[must_use]
    pub fn describe(&self) -> Value {
        let Some(Value::Map(mut fields)) = json::read(&self.seen.description).map(|document| document.value) else { return Value::Null };
        let Some((_, Value::List(reports))) = fields.pop() else { return Value::Null };
        for (section, items) in &mut fields {
            let shared = if section == "clusters" { "certificateAuthority" } else { "token" };
            let Value::List(items) = items else { continue };
            for item in items {
                if let Some(Value::Number(number)) = item.get(shared) {
                    item.set(shared, reports.get(*number as usize).cloned().unwrap_or(Value::Null));
                }
            }
        }
        Value::Map(fields)
    }

    /// The same as JSON; a report that several share stands once in the list `reports`, and its number in their places.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.seen.description
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
pub(super) fn names(entries: &[Node]) -> Index {
    entries.iter().map(|entry| entry.share("name")).collect()
}

/// kubectl sorts the keys of every map. What programs put into extensions stays as it is.
fn order(node: &mut Node) {
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
