//! One rule of a role, and whether it lets a request through: the same comparison as the server's.
//!
//! Source: "Using RBAC Authorization" in the Kubernetes documentation, and `pkg/apis/rbac/v1/evaluation_helpers.go`;
//! held against SubjectAccessReview on 1.36.3 (2026-11).

use crate::error::{Code, Error, Result};
use crate::options::options;
use crate::value::Value;

options! {
    /// `PolicyRule` of rbac.authorization.k8s.io/v1.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Rule<'a> {
        /// `""` is the core group, `*` any.
        pub api_groups: Vec<&'a str> = "apiGroups" default,
        /// `pods`, `pods/log`, `*/scale`, `*`.
        pub resources: Vec<&'a str> = "resources" default,
        /// `get`, `approve`, `*`.
        pub verbs: Vec<&'a str> = "verbs" default,
        /// Empty: any name.
        pub resource_names: Vec<&'a str> = "resourceNames" default,
        /// `/healthz`, `/metrics/*`, `*`.
        pub urls: Vec<&'a str> = "nonResourceURLs" default,
    }
}

options! {
    /// What somebody asks to do: `resourceAttributes` or `nonResourceAttributes` of a SubjectAccessReview. Empty is absent.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Question<'a> {
        /// Empty: at the cluster scope, or in all namespaces.
        pub namespace: &'a str = "namespace" default,
        /// `get`, `list`, `approve` …
        pub verb: &'a str = "verb" default,
        /// API group; empty is the core group.
        pub group: &'a str = "group" default,
        /// Plural, lower case; empty where a path is requested.
        pub resource: &'a str = "resource" default,
        /// Such as `log`.
        pub subresource: &'a str = "subresource" default,
        /// Empty where the request names no object: create, list, deletecollection.
        pub name: &'a str = "name" default,
        /// A path instead of a resource.
        pub path: &'a str = "path" default,
    }
}

/// The fields of a question, as JavaScript and Kubernetes name them.
const FIELDS: [&str; 7] = ["namespace", "verb", "group", "resource", "subresource", "name", "path"];

impl<'a> Question<'a> {
    /// Reads `{ verb, group?, resource, subresource?, name?, namespace? }` or `{ verb, path }`.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`].
    pub fn from_value(value: &'a Value) -> Result<Question<'a>> {
        value.read::<Question<'a>>("question")?.checked()
    }

    /// The same where a server could answer it.
    pub(crate) fn checked(self) -> Result<Question<'a>> {
        if self.verb.is_empty() {
            return Err(Error::new(Code::InvalidOptions, "`question.verb` is required.").at("verb"));
        }
        if self.resource.is_empty() == self.path.is_empty() {
            return Err(Error::new(Code::InvalidOptions, "An access question needs either a `resource` or a `path`.").at("resource"));
        }
        Ok(self)
    }

    fn texts(&self) -> [&'a str; 7] {
        [self.namespace, self.verb, self.group, self.resource, self.subresource, self.name, self.path]
    }

    /// As [`Question::from_value`] reads it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let given = FIELDS.iter().zip(self.texts()).filter(|(_, text)| !text.is_empty());
        Value::Map(given.map(|(field, text)| ((*field).to_owned(), text.into())).collect())
    }

    /// The spec of a SelfSubjectAccessReview that asks the server this.
    #[must_use]
    pub fn spec(&self) -> Value {
        let kind = if self.path.is_empty() { "resourceAttributes" } else { "nonResourceAttributes" };
        Value::Map(vec![(kind.to_owned(), self.to_value())])
    }
}

fn has(list: &[&str], wanted: &str) -> bool {
    list.contains(&"*") || list.contains(&wanted)
}

/// The texts of a list; what is not text is ignored.
fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let mut texts = Vec::new();
    for item in value.list(&[key]) {
        if let Value::String(text) = item {
            texts.push(text.as_str());
        }
    }
    texts
}

impl<'a> Rule<'a> {
    /// A rule as it is in a manifest; what is not a list of texts counts as empty, as unknown fields do.
    #[must_use]
    pub fn from_value(value: &'a Value) -> Rule<'a> {
        Rule {
            api_groups: texts(value, "apiGroups"),
            resources: texts(value, "resources"),
            verbs: texts(value, "verbs"),
            resource_names: texts(value, "resourceNames"),
            urls: texts(value, "nonResourceURLs"),
        }
    }

    /// Rules as a list has them.
    #[must_use]
    pub fn list(values: &'a [Value]) -> Vec<Rule<'a>> {
        values.iter().map(Rule::from_value).collect()
    }

    /// The rule as a manifest has it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let list = |items: &[&str]| if items.is_empty() { None } else { Some(Value::strings(items)) };
        Value::map([
            ("apiGroups", list(&self.api_groups)),
            ("resources", list(&self.resources)),
            ("resourceNames", list(&self.resource_names)),
            ("nonResourceURLs", list(&self.urls)),
            ("verbs", list(&self.verbs)),
        ])
    }

    /// Whether the rule lets this through.
    #[must_use]
    pub fn allows(&self, question: &Question<'_>) -> bool {
        if !has(&self.verbs, question.verb) {
            return false;
        }
        if !question.path.is_empty() {
            return self.urls.iter().any(|url| url_matches(url, question.path));
        }
        has(&self.api_groups, question.group)
            && self.resources.iter().any(|resource| resource_matches(resource, question.resource, question.subresource))
            && (self.resource_names.is_empty() || self.resource_names.contains(&question.name))
    }
}

/// `*` is everything, subresources included; `pods` is not `pods/log`; `*/log` is the log of anything.
fn resource_matches(rule: &str, resource: &str, subresource: &str) -> bool {
    if rule == "*" {
        return true;
    }
    if subresource.is_empty() {
        return rule == resource;
    }
    rule.split_once('/').is_some_and(|(of, sub)| sub == subresource && (of == "*" || of == resource))
}

/// A star counts at the end alone.
fn url_matches(rule: &str, path: &str) -> bool {
    rule == "*" || rule == path || (rule.ends_with('*') && path.starts_with(rule.trim_end_matches('*')))
}

/// Resources, verbs and names of a rule as one line of words, for the tables of this module: `core` is the core group.
pub(crate) type Line = [&'static str; 4];

/// The rule that a line represents.
pub(crate) fn from_line([groups, resources, verbs, names]: Line) -> Rule<'static> {
    Rule { api_groups: words(groups), resources: words(resources), verbs: words(verbs), resource_names: words(names), urls: Vec::new() }
}

/// The words of a line; `core` is the core group, whose name is empty.
pub(crate) fn words(line: &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        words.push(if word == "core" { "" } else { word });
    }
    words
}
