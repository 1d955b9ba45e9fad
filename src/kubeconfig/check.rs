//! What is wrong with a kubeconfig, what is odd, and who is in it: one look at everything, one list of findings.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` v0.36, and what kubectl 1.36.3 does with broken files (measured
//! 2026-11). Findings name path and place; names, addresses and credentials of the file are in none of their sentences.

mod cluster;
mod user;

use super::model::{body, entries, names};
use super::shape;
use crate::finding::Finding;
use crate::kubernetes::signer::is_label;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::tree::{Data, Index, Node};

/// What `kubectl config view` without `--raw` puts in the place of secrets.
pub(super) const OMITTED: [&str; 2] = ["DATA+OMITTED", "REDACTED"];

/// The look that is being taken.
struct Look {
    now: UnixTime,
    findings: Vec<Finding>,
    /// CA bundles that were read already: most files repeat a few.
    bundles: Index,
    reports: Vec<Value>,
}

/// Where a finding belongs: section, number, kind of contents.
#[derive(Clone, Copy)]
struct Spot<'a> {
    section: &'static str,
    index: usize,
    kind: &'static str,
    body: &'a Node,
}

impl Spot<'_> {
    fn path(&self, field: &str) -> String {
        let Spot { section, index, kind, .. } = self;
        if field.is_empty() { format!("{section}[{index}].{kind}") } else { format!("{section}[{index}].{kind}.{field}") }
    }
}

impl Look {
    /// Adds a finding about a field of an entry.
    fn say(&mut self, spot: Spot<'_>, field: &str, finding: Finding) {
        let place = spot.body.get(field).map_or(spot.body.place, |node| node.place);
        self.findings.push(finding.at(spot.path(field)).on(place.line, place.column));
    }

    fn error(&mut self, spot: Spot<'_>, field: &str, code: &'static str, sentence: &str) {
        self.say(spot, field, Finding::error(code, sentence));
    }

    fn warning(&mut self, spot: Spot<'_>, field: &str, code: &'static str, sentence: &str) {
        self.say(spot, field, Finding::warning(code, sentence));
    }

    fn notice(&mut self, spot: Spot<'_>, field: &str, code: &'static str, sentence: &str) {
        self.say(spot, field, Finding::notice(code, sentence));
    }

    /// A path that only a program on the owner's machine can follow.
    fn file(&mut self, spot: Spot<'_>, field: &str) {
        if !spot.body.text_of(field).is_empty() {
            self.notice(
                spot,
                field,
                "file-reference",
                "names a file beside this one, which is not read here and is lost when the kubeconfig is moved: embed it",
            );
        }
    }

    /// Data and a path for the same thing: kubectl refuses, although its message says that the data wins.
    fn twice(&mut self, spot: Spot<'_>, data: &str, path: &str, code: &'static str) {
        if !spot.body.text_of(data).is_empty() && !spot.body.text_of(path).is_empty() {
            self.error(spot, path, code, "is given as data and as a file, which kubectl refuses: take one of them out");
        }
    }
}

/// The report for JavaScript and the findings.
pub(super) fn inspect(root: &Node, now: UnixTime) -> (Value, Vec<Finding>) {
    let mut look = Look { now, findings: Vec::new(), bundles: Index::new(), reports: Vec::new() };
    let spots = |section: &'static str, kind: &'static str| {
        let spot = move |(index, entry)| (entry, Spot { section, index, kind, body: body(entry, kind) });
        entries(root, section).iter().enumerate().map(spot)
    };
    let clusters: Vec<Value> = spots("clusters", "cluster").map(|(entry, spot)| look.cluster(entry, spot)).collect();
    let users: Vec<Value> = spots("users", "user").map(|(entry, spot)| look.user(entry, spot)).collect();
    let of = |section: &str| names(entries(root, section).iter().map(|entry| entry.text_of("name")));
    let (cluster_names, user_names, context_names) = (of("clusters"), of("users"), of("contexts"));
    let contexts: Vec<Value> = spots("contexts", "context")
        .map(|(entry, spot)| {
            look.context(entry, spot, &cluster_names, &user_names);
            Value::map([
                ("name", Some(entry.text_of("name").into())),
                ("cluster", Some(spot.body.text_of("cluster").into())),
                ("user", Some(spot.body.text_of("user").into())),
                ("namespace", Some(spot.body.text_of("namespace")).filter(|text| !text.is_empty()).map(Value::from)),
            ])
        })
        .collect();
    for (section, kind) in [("clusters", "cluster"), ("users", "user")] {
        let used = names(entries(root, "contexts").iter().map(|entry| body(entry, "context").text_of(kind)));
        for (_, spot) in spots(section, kind).filter(|(entry, _)| !used.contains_key(entry.text_of("name"))) {
            look.notice(spot, "", "unused", "belongs to no context, so it is used only where a command names it");
        }
    }
    look.names(root);
    look.whole(root, &context_names);
    shape::unknown(root, shape::CONFIG, "", &mut |node, path, meant| {
        let finding = match meant {
            Some(meant) => {
                Finding::error("wrong-case", format!("kubectl knows {meant}, in exactly this case, and passes over this field: rename it"))
            }
            None => Finding::warning("unknown-field", "a field that kubectl does not know and passes over; it is kept here"),
        };
        let path = if path.is_empty() { "(top)" } else { path };
        look.findings.push(finding.at(path).on(node.place.line, node.place.column));
    });
    let report = Value::map([
        ("clusters", Some(Value::List(clusters))),
        ("users", Some(Value::List(users))),
        ("contexts", Some(Value::List(contexts))),
        ("currentContext", Some(root.text_of("current-context").into())),
    ]);
    (report, look.findings)
}

impl Look {
    fn context(&mut self, entry: &Node, spot: Spot<'_>, clusters: &Index, users: &Index) {
        if entry.text_of("name").is_empty() {
            self.error(spot, "", "context-unnamed", "a context without a name cannot be chosen: give it one");
        }
        for (field, known, missing, dangling) in
            [("cluster", clusters, "cluster-missing", "cluster-not-found"), ("user", users, "user-missing", "user-not-found")]
        {
            match spot.body.text_of(field) {
                "" if field == "cluster" => {
                    self.error(spot, "", missing, "names no cluster, so kubectl would try localhost:8080: add one");
                }
                "" => self.error(spot, "", missing, "names no user, so kubectl would ask for a user name: add one"),
                name if known.contains_key(name) => {}
                _ if field == "cluster" => {
                    self.error(spot, field, dangling, "no cluster of this name is in the file: add it, or name another");
                }
                _ => self.error(spot, field, dangling, "no user of this name is in the file: add it, or name another"),
            }
        }
        let namespace = spot.body.text_of("namespace");
        if !namespace.is_empty() && !is_label(namespace) {
            self.error(
                spot,
                "namespace",
                "invalid-namespace",
                "must be at most 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit",
            );
        }
    }

    /// Names that cannot be seen for what they are, or that terminals would act upon.
    fn names(&mut self, root: &Node) {
        for (section, _) in super::model::SECTIONS {
            for (index, entry) in entries(root, section).iter().enumerate() {
                let odd = |character: char| {
                    character.is_control()
                        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
                };
                if entry.text_of("name").contains(odd) {
                    let place = entry.get("name").map_or(entry.place, |node| node.place);
                    let finding = Finding::warning(
                        "name-characters",
                        "holds control or invisible characters, which can pretend to be another name: rename it",
                    );
                    self.findings.push(finding.at(format!("{section}[{index}].name")).on(place.line, place.column));
                }
            }
        }
    }

    fn whole(&mut self, root: &Node, contexts: &Index) {
        let field = root.get("current-context");
        let place = field.map_or(root.place, |node| node.place);
        let current = root.text_of("current-context");
        let empty = ["clusters", "users", "contexts"].iter().all(|section| entries(root, section).is_empty());
        let finding = if empty && current.is_empty() {
            Finding::warning("empty", "nothing is in this file: no cluster, no user, no context")
        } else if current.is_empty() {
            Finding::notice("no-current-context", "no context is the current one: kubectl needs --context, or kubectl config use-context")
        } else if contexts.contains_key(current) {
            return;
        } else {
            Finding::error("context-not-found", "the current context is not in the file: choose one that is, or kubectl stops")
        };
        self.findings.push(finding.at("current-context").on(place.line, place.column));
    }
}

/// Bytes of a base64 field; empty where it is absent.
fn decoded(body: &Node, field: &str) -> zeroize::Zeroizing<Vec<u8>> {
    zeroize::Zeroizing::new(super::base64_of_go(body.text_of(field)).unwrap_or_default())
}

/// Base64 of base64: somebody encoded what was encoded already.
fn encoded_twice(bytes: &[u8]) -> bool {
    let inner = std::str::from_utf8(bytes).ok().and_then(super::base64_of_go).map(zeroize::Zeroizing::new);
    inner.is_some_and(|inner| inner.windows(11).any(|window| window == b"-----BEGIN "))
}

/// Whether a value stands under a key at all.
fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|value| !matches!(&value.data, Data::Text(text) if text.is_empty()))
}
