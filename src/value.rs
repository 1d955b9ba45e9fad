//! The tree that objects travel in: between JavaScript, YAML and the core.
//!
//! Kubernetes objects and option objects are plain data, so one small tree serves them all, keeps the order of
//! keys, and lets every reader name the field that is wrong.

#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
mod data;

use crate::error::Detail;
use crate::finding::Finding;

/// Plain data, as JSON knows it. Maps keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as JSON and JavaScript know it.
    Number(f64),
    /// Text.
    String(String),
    /// A sequence.
    List(Vec<Value>),
    /// Key and value pairs in their order. Keys are unique.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A map from pairs; pairs whose value is `None` are left out.
    pub fn map<const N: usize>(mut pairs: [(&str, Option<Value>); N]) -> Value {
        Value::given(&mut pairs)
    }

    /// One copy of the code for all lengths: 3 KB less wasm (2026-11).
    #[inline(never)]
    fn given(pairs: &mut [(&str, Option<Value>)]) -> Value {
        let mut map = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            if let Some(value) = value.take() {
                map.push(((*key).to_owned(), value));
            }
        }
        Value::Map(map)
    }

    /// A list of texts.
    pub fn strings<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> Value {
        Value::List(items.into_iter().map(|item| Value::from(item.as_ref())).collect())
    }

    /// Findings as JavaScript sees them (`Finding[]` in types.ts).
    pub fn findings(findings: &[Finding]) -> Value {
        let one = |finding: &Finding| {
            Value::map([
                ("code", Some(finding.code.as_str().into())),
                ("level", Some(finding.level.as_str().into())),
                ("message", Some(finding.message.as_str().into())),
                ("path", finding.path.as_deref().map(Value::from)),
                ("line", finding.position.map(|(line, _)| line.into())),
                ("column", finding.position.map(|(_, column)| column.into())),
                ("audience", finding.code.audience().map(|audience| audience.as_str().into())),
            ])
        };
        Value::List(findings.iter().map(one).collect())
    }

    /// Details of an error as JavaScript sees them.
    #[must_use]
    pub fn details(details: &[Detail]) -> Value {
        let one = |detail: &Detail| {
            Value::map([("field", detail.field.as_deref().map(Value::from)), ("message", Some(detail.message.as_str().into()))])
        };
        Value::List(details.iter().map(one).collect())
    }

    /// The value under a key; `None` where this is not a map, the key is absent or its value is null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Value::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value).filter(|value| **value != Value::Null)
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text at a path; `None` where it is absent or no text.
    #[must_use]
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The list at a path; empty where it is absent or no list.
    #[must_use]
    pub fn list(&self, path: &[&str]) -> &[Value] {
        match self.at(path) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The texts of the list at a path; what is not text is ignored.
    #[must_use]
    pub fn texts(&self, path: &[&str]) -> Vec<String> {
        self.list(path).iter().filter_map(|item| if let Value::String(text) = item { Some(text.clone()) } else { None }).collect()
    }

    /// Sets a key of a map, replacing or appending; does nothing on other kinds.
    pub fn set(&mut self, key: &str, value: Value) {
        if let Value::Map(pairs) = self {
            match pairs.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value,
                None => pairs.push((key.to_owned(), value)),
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}
