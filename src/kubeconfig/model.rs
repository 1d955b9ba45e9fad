//! A kubeconfig as a tree that keeps every field, known or not.
//!
//! Source: "Organizing Cluster Access Using kubeconfig Files" and the `Config` v1 reference of Kubernetes. One model serves
//! files that were read, made here and changed: whatever is not understood stays and comes out again.

use super::schema;
use super::tree::{SECTIONS, entries, order};
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, Level};
use crate::input::Views;
use crate::time::UnixTime;
use crate::yaml::read;
use crate::yaml::text::Source;
use crate::yaml::tree::{Data, Node};

/// A kubeconfig. `Debug` shows its shape and no text; its texts are wiped on drop.
#[derive(Debug)]
pub struct Kubeconfig {
    pub(super) root: Node,
    /// Findings of the one who made or read it, which linting adds to its own.
    pub(super) notes: Vec<Finding>,
    pub(super) now: UnixTime,
    /// The fingerprint of the public key that belongs to the one user's `client-key-data`, where this file was made of that key: to compute it again from
    /// the text is a third of the making (P-256, 2026-11). A changed copy does not know it.
    pub(super) own_key: Option<String>,
}

impl Kubeconfig {
    /// Reads YAML, JSON or KYAML as kubectl would.
    ///
    /// ```
    /// use kubecred::kubeconfig::Kubeconfig;
    /// use kubecred::{Level, UnixTime};
    ///
    /// let file = b"apiVersion: v1\nkind: Config\ncurrent-context: prod\ncontexts:\n- name: prod\n  context: {cluster: prod, user: jane}\n";
    /// let findings = Kubeconfig::read(file, UnixTime(1_764_000_000))?.lint().findings;
    /// let errors: Vec<&str> = findings.iter().filter(|one| one.level == Level::Error).map(|one| one.code.as_str()).collect();
    /// assert_eq!(errors, ["cluster-not-found", "user-not-found"]);
    /// # Ok::<(), kubecred::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`crate::Code::InvalidYaml`], [`crate::Code::InputTooLarge`], and [`crate::Code::InvalidKubeconfig`] for what kubectl
    /// would refuse to load. Everything else is a finding.
    pub fn read(text: &[u8], now: UnixTime) -> Result<Kubeconfig> {
        Kubeconfig::read_owned(text.to_vec(), now)
    }

    /// The same of a text that is handed over: what is there as it is meant is not copied.
    ///
    /// # Errors
    /// As [`Kubeconfig::read`].
    pub fn read_owned(text: Vec<u8>, now: UnixTime) -> Result<Kubeconfig> {
        Kubeconfig::checked(read::owned(text)?, now)
    }

    fn checked(root: Node, now: UnixTime) -> Result<Kubeconfig> {
        schema::check(&root)?;
        Ok(Kubeconfig::new(root, Vec::new(), now))
    }

    /// Reads what was pasted or dropped. A file that kubectl reads is read as it is; one that it refuses is read without
    /// its wrapper, where the front door can remove it, and each change is an error: kubectl refuses the file as it is.
    ///
    /// # Errors
    /// As [`Kubeconfig::read`], about the text as it was given; the sentence names the cause where it is not a text.
    pub fn pasted(text: Vec<u8>, now: UnixTime) -> Result<Kubeconfig> {
        let source = Source::utf8(text);
        let (given, root) = match &source {
            Ok(source) => (source.as_str().as_bytes(), read::shared(source)),
            Err(bytes) => (bytes.as_slice(), read::document(bytes)),
        };
        let first = root.and_then(|root| Kubeconfig::checked(root, now));
        match &first {
            Ok(read) if SECTIONS.iter().any(|(section, _)| !entries(&read.root, section).is_empty()) => return first,
            Err(error) if error.code() == Code::InputTooLarge => return first,
            _ => {}
        }
        let mut views = match Views::open(given) {
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

    /// Takes a tree of the right shape and puts it in kubectl's order. `notes` are findings that linting adds to its own.
    pub(super) fn new(mut root: Node, notes: Vec<Finding>, now: UnixTime) -> Kubeconfig {
        if root.is_null() {
            root.data = Data::Map(Vec::new());
        }
        order(&mut root);
        Kubeconfig { root, notes, now, own_key: None }
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
