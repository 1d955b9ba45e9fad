//! What is wrong with a kubeconfig, what is odd, and who is in it: one pass over everything, one list of findings.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` v0.36, and what kubectl 1.36.3 does with broken files (measured
//! 2026-11). Findings name path and place; names, addresses and credentials of the file are in none of their sentences.

mod cluster;
mod context;
mod known;
mod path;
mod user;
mod whole;

use super::cause::{self, Cause};
use super::model::Kubeconfig;
use super::schema::{self, Path};
use super::tree::{body, entries};
use crate::encoding::decimal;
use crate::encoding::json::{self, Writer};
use crate::finding::{Finding, FindingCode};
use crate::go::key_pair::Fault;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node, Text};
use known::Known;

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
