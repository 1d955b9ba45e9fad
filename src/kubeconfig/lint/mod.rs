//! What is wrong with a kubeconfig, what is odd, and who is in it: one pass over everything, one list of findings.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` v0.36, and what kubectl 1.36.3 does with broken files (measured
//! 2026-11). Findings name path and place; names, addresses and credentials of the file are in none of their sentences.

mod cluster;
mod path;
mod user;

use super::cause::{self, Cause};
use super::model::Kubeconfig;
use super::schema::{self, Path};
use super::tree::{body, entries, names};
use crate::encoding::decimal;
use crate::encoding::json::{self, Writer};
use crate::finding::{Finding, FindingCode, Level};
use crate::gather::Gather;
use crate::go::key_pair::Fault;
use crate::kubernetes::names::is_label;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node, Place, Text};
use std::collections::BTreeSet;

/// What `kubectl config view` without `--raw` puts in the place of secrets.
pub(super) const OMITTED: [&str; 2] = ["DATA+OMITTED", "REDACTED"];

/// What linting a kubeconfig gives: findings, and a description without any secret.
#[derive(Debug)]
pub struct Lint {
    /// Clusters, users, contexts, current context, findings, as JSON; no secret. A report that several share is written once in
    /// the list `reports`, and its number in their places; a finding that repeats another one's sentence has its number (`like`).
    description: String,
    /// What is wrong with the file or suspicious about it.
    pub findings: Vec<Finding>,
    /// The numbers of the users whose certificate or token has expired.
    pub(super) expired: Vec<usize>,
}

impl Kubeconfig {
    /// Lints the file: a pure function of what was read and of the time that was given with it.
    #[must_use]
    pub fn lint(&self) -> Lint {
        lint(self)
    }
}

impl Lint {
    /// What is in the file, without any secret (`Kubeconfig` in types.ts).
    #[must_use]
    pub fn describe(&self) -> Value {
        let Some(Value::Map(mut fields)) = json::read(&self.description).map(|document| document.value) else { return Value::Null };
        let Some((_, Value::List(reports))) = fields.pop() else { return Value::Null };
        for (section, items) in &mut fields {
            if section == "findings" {
                *items = Value::findings(&self.findings);
            }
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

    /// The same as JSON, with everything that repeats written once: reports in the list `reports`, with their numbers in their places,
    /// and code, level and message of a finding, which others name by its number in `like`.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

/// A linter at work.
struct Linter {
    now: UnixTime,
    out: Writer,
    findings: Vec<Finding>,
    expired: Vec<usize>,
    /// Reports that several share.
    reports: Vec<Value>,
    /// CA bundles that were read already: most files repeat a few.
    bundles: Index,
    /// The one that was read last, and the number of its report: most often the next one is the same.
    latest: Option<(Text, usize)>,
    /// What was said of each of them, by the number of its report.
    remarks: Vec<(usize, Vec<Finding>)>,
    /// Private keys that were read already, and the public key of each or why Go refuses it.
    keys: Index,
    publics: Vec<Result<String, Fault>>,
    /// The report of a token that is nothing but a secret: it is the same for all.
    opaque: Option<usize>,
}

/// Entries that contexts name.
struct Known<'a> {
    entries: &'a [Node],
    /// By name, once it is needed.
    names: Option<Index>,
    /// Names without case and white space, once they are needed.
    folded: Option<BTreeSet<String>>,
    /// Which of them a context uses.
    used: Vec<bool>,
}

impl<'a> Known<'a> {
    fn new(entries: &'a [Node]) -> Known<'a> {
        Known { entries, names: None, folded: None, used: vec![false; entries.len()] }
    }

    /// Whether there is one of this name; marks it as used. Programs write contexts in the order of what they name.
    fn find(&mut self, name: &str, guess: usize) -> bool {
        let guessed = self.entries.get(guess).filter(|entry| entry.text_of("name") == name);
        let number = guessed.map(|_| guess).or_else(|| self.names.get_or_insert_with(|| names(self.entries)).get(name));
        number.map(|number| self.used[number] = true).is_some()
    }

    /// Whether there is one that differs in case or white space alone.
    fn nearly(&mut self, name: &str) -> bool {
        let entries = self.entries;
        self.folded.get_or_insert_with(|| entries.iter().map(|entry| fold(entry.text_of("name"))).gather()).contains(&fold(name))
    }
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
        let mut number = String::new();
        decimal::push(&mut number, *index);
        let dot = if field.is_empty() { "" } else { "." };
        [section, "[", &number, "].", kind, dot, field].concat()
    }
}

impl Linter {
    /// Adds a finding about a field of an entry.
    fn say(&mut self, spot: Spot<'_>, field: &str, finding: Finding) {
        let place = spot.body.get(field).map_or(spot.body.place, |node| node.place);
        self.findings.push(finding.at(spot.path(field)).on(place.line, place.column));
    }

    fn error(&mut self, spot: Spot<'_>, field: &str, code: FindingCode, sentence: &str) {
        self.say(spot, field, Finding::error(code, sentence));
    }

    fn warning(&mut self, spot: Spot<'_>, field: &str, code: FindingCode, sentence: &str) {
        self.say(spot, field, Finding::warning(code, sentence));
    }

    fn notice(&mut self, spot: Spot<'_>, field: &str, code: FindingCode, sentence: &str) {
        self.say(spot, field, Finding::notice(code, sentence));
    }

    /// Keeps a report for several to name it by its number.
    fn shared(&mut self, report: Value) -> usize {
        self.reports.push(report);
        self.reports.len() - 1
    }

    /// A cause that kubectl stops at.
    fn cause(&mut self, spot: Spot<'_>, field: &str, (code, sentence): Cause) {
        self.error(spot, field, code, sentence);
    }

    /// Data and a path for the same thing: kubectl refuses, although its message says that the data wins.
    fn twice(&mut self, spot: Spot<'_>, data: &str, path: &str, code: FindingCode) {
        if has_data(spot.body, data) && has(spot.body, path) {
            self.error(spot, path, code, "The value is given both as data and as a file, which kubectl refuses. Remove one of them.");
        }
    }
}

/// Lints the whole file. Its notes are added where the linter has no finding of the same code.
fn lint(Kubeconfig { root, notes, now, own_key }: &Kubeconfig) -> Lint {
    let mut linter = Linter {
        now: *now,
        out: Writer::default(),
        findings: Vec::new(),
        expired: Vec::new(),
        reports: Vec::new(),
        bundles: Index::default(),
        latest: None,
        remarks: Vec::new(),
        keys: Index::default(),
        publics: Vec::new(),
        opaque: None,
    };
    if let (Some(public), [user]) = (own_key, entries(root, "users")) {
        linter.public_of(body(user, "user"), || Ok(public.clone()));
    }
    linter.out.open('{');
    linter.section(root, "clusters", "cluster", Linter::cluster);
    linter.section(root, "users", "user", Linter::user);
    let mut known = ["clusters", "users"].map(|section| Known::new(entries(root, section)));
    linter.section(root, "contexts", "context", |linter, entry, spot| linter.context(entry, spot, &mut known));
    for ((section, kind), Known { used, .. }) in [("clusters", "cluster"), ("users", "user")].into_iter().zip(known) {
        for (index, entry) in entries(root, section).iter().enumerate().filter(|(index, _)| !used[*index]) {
            let spot = Spot { section, index, kind, body: body(entry, kind) };
            linter.notice(spot, "", FindingCode::Unused, "No context uses this entry, so it is used only if a command names it.");
        }
    }
    linter.names(root);
    linter.whole(root);
    let mut indented = Vec::new();
    schema::unknown(root, schema::CONFIG, &Path::Top, &mut |pair, path, meant| {
        let place = pair.place;
        let path = if let Path::Top = path { "(top)".to_owned() } else { path.to_string() };
        if pair.key.starts_with(|character: char| !character.is_ascii() && cause::is_space(character)) {
            return indented.push((place, path));
        }
        let finding = match meant {
            Some("apiVersion" | "kind") if path == "(top)" => Finding::notice(
                FindingCode::WrongCase,
                "kubectl reads this field in any case, and other programs do not. Write apiVersion and kind.",
            ),
            Some(meant) => Finding::warning(
                FindingCode::WrongCase,
                format!("kubectl knows {meant}, in exactly this case, and ignores this field. Rename it."),
            ),
            None => Finding::warning(FindingCode::UnknownField, "The field is unknown to kubectl, which ignores it. It is kept here."),
        };
        linter.findings.push(finding.at(path).on(place.line, place.column));
    });
    linter.no_break_spaces(root, indented);
    for finding in notes {
        if !linter.findings.iter().any(|known| known.code == finding.code) {
            linter.findings.push(finding.clone());
        }
    }
    linter.end(root)
}

impl Linter {
    /// A list of the description.
    fn section<'a>(
        &mut self,
        root: &'a Node,
        section: &'static str,
        kind: &'static str,
        mut describe: impl FnMut(&mut Linter, &'a Node, Spot<'a>),
    ) {
        self.out.key(section);
        self.out.open('[');
        for (index, entry) in entries(root, section).iter().enumerate() {
            describe(self, entry, Spot { section, index, kind, body: body(entry, kind) });
        }
        self.out.close(']');
    }

    fn end(mut self, root: &Node) -> Lint {
        self.out.key("currentContext");
        self.out.text(root.text_of("current-context"));
        self.out.key("findings");
        self.out.open('[');
        // Where a CA is repeated for each cluster, so are its findings. The latest of each code is enough to see that.
        let mut latest = [None; FindingCode::ALL.len()];
        for (number, Finding { code, level, message, path, position }) in self.findings.iter().enumerate() {
            let latest = &mut latest[*code as usize];
            let same = |(_, known): &(usize, &Finding)| known.level == *level && known.message == *message;
            let like = latest.filter(|known| same(known) && path.is_some() && position.is_some());
            if like.is_none() {
                *latest = Some((number, &self.findings[number]));
            }
            let new = |text| Some(text).filter(|_| like.is_none());
            self.out.object(&[
                ("like", like.map(|(number, _)| number).into()),
                ("code", new(code.as_str()).into()),
                ("level", new(level.as_str()).into()),
                ("message", new(message.as_str()).into()),
                ("path", path.as_deref().into()),
                ("line", position.map(|(line, _)| line as usize).into()),
                ("column", position.map(|(_, column)| column as usize).into()),
            ]);
        }
        self.out.close(']');
        self.out.key("reports");
        self.out.value(&Value::List(self.reports));
        self.out.close('}');
        Lint { description: self.out.text, findings: self.findings, expired: self.expired }
    }
}

impl Linter {
    /// `known`: clusters and users.
    fn context(&mut self, entry: &Node, spot: Spot<'_>, known: &mut [Known<'_>; 2]) {
        let name = entry.text_of("name");
        if name.is_empty() {
            self.error(spot, "", FindingCode::ContextUnnamed, "The context has no name, so it cannot be selected. Give it a name.");
        }
        let fields = [
            ("cluster", FindingCode::ClusterMissing, FindingCode::ClusterNotFound),
            ("user", FindingCode::UserMissing, FindingCode::UserNotFound),
        ];
        let names = ["cluster", "user"].map(|field| spot.body.text_of(field));
        for (((field, missing, dangling), known), named) in fields.into_iter().zip(known).zip(names) {
            let found = known.find(named, spot.index);
            match named {
                "" if field == "cluster" => {
                    self.error(spot, "", missing, "The context names no cluster, so kubectl tries localhost:8080. Add a cluster.");
                }
                "" => self.error(spot, "", missing, "The context names no user, so kubectl asks for a user name. Add a user."),
                _ if found => {}
                _ if known.nearly(named) => self.error(
                    spot,
                    field,
                    dangling,
                    "There is no entry of this name. One differs only in upper and lower case or in white space. Write the name exactly as it is there.",
                ),
                _ if field == "cluster" => {
                    self.error(spot, field, dangling, "There is no cluster of this name in the file. Add it, or name another one.");
                }
                _ => self.error(spot, field, dangling, "There is no user of this name in the file. Add it, or name another one."),
            }
        }
        let namespace = spot.body.text_of("namespace");
        if !namespace.is_empty() && !is_label(namespace) {
            self.error(
                spot,
                "namespace",
                FindingCode::InvalidNamespace,
                "The namespace must have at most 63 characters: lower case letters, digits and hyphens. It must begin and end with a letter or digit.",
            );
        }
        self.out.object(&[
            ("name", name.into()),
            ("cluster", names[0].into()),
            ("user", names[1].into()),
            ("namespace", Some(namespace).filter(|text| !text.is_empty()).into()),
        ]);
    }

    /// Keys that begin with no-break spaces: what was meant as indentation belongs to the name for YAML, so that the fields are lost.
    /// Said first, because other findings follow from it; an error where it keeps an entry from working.
    fn no_break_spaces(&mut self, root: &Node, keys: Vec<(Place, String)>) {
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
            super::tree::SECTIONS.into_iter().filter_map(last).max_by_key(|(place, _)| *place).map(|(_, path)| path)
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
    fn names(&mut self, root: &Node) {
        for (section, _) in super::tree::SECTIONS {
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

    fn whole(&mut self, root: &Node) {
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

/// A name without what cannot be seen: case aside, and white space around it.
fn fold(name: &str) -> String {
    name.trim_matches(|character: char| cause::is_space(character) || crate::names::is_invisible(character)).to_lowercase()
}

/// Bytes of a base64 field; empty where it is absent.
fn decoded(body: &Node, field: &str) -> zeroize::Zeroizing<Vec<u8>> {
    zeroize::Zeroizing::new(crate::go::base64::base64_of_go(body.text_of(field)).unwrap_or_default())
}

/// Whether a value is under a key at all.
fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|value| !matches!(&value.data, Data::Text(text) if text.is_empty()))
}

/// Whether a field of base64 holds any bytes, as Go decodes it: line ends alone are none.
fn has_data(node: &Node, key: &str) -> bool {
    node.text_of(key).bytes().any(|byte| !matches!(byte, b'\r' | b'\n'))
}
