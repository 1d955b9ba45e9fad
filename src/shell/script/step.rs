//! Reading what the caller gave: the fields of a step (`CommandStep` in types.ts).

use super::Script;
use crate::error::{Code, Error};
use crate::kubernetes::names::is_label;
use crate::value::Value;

impl<'a> Script<'a> {
    fn wrong(&mut self, field: &str, want: &str) {
        self.fail(Error::new(Code::InvalidOptions, format!("`step.{field}` must be {want}.")).at(field));
    }

    pub(crate) fn value(&mut self, field: &'static str) -> Option<&'a Value> {
        self.asked.push(field);
        self.step.get(field)
    }

    /// A text where it is given and not empty.
    pub(crate) fn given(&mut self, field: &'static str) -> Option<&'a str> {
        match self.value(field) {
            None => None,
            Some(Value::String(text)) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Some(_) => {
                self.wrong(field, "a string");
                None
            }
        }
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, field: &'static str) -> &'a str {
        let given = self.given(field);
        if given.is_none() {
            self.wrong(field, "given, a string");
        }
        given.unwrap_or_default()
    }

    /// The name of a file, which no program takes for an option or for standard input.
    pub(crate) fn file(&mut self, field: &'static str, default: &str) -> String {
        let file = self.given(field).unwrap_or(default);
        if file.starts_with('-') { format!("./{file}") } else { file.to_owned() }
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> bool {
        match self.value(field) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(field, "true or false");
                false
            }
        }
    }

    /// A whole number.
    pub(crate) fn number(&mut self, field: &'static str, most: f64) -> Option<u64> {
        match self.value(field) {
            None => None,
            Some(Value::Number(number)) if number.fract() == 0.0 && (0.0..=most).contains(number) => Some(*number as u64),
            Some(_) => {
                self.wrong(field, "a whole number within its bounds");
                None
            }
        }
    }

    pub(crate) fn texts(&mut self, field: &'static str) -> Vec<String> {
        match self.value(field) {
            None => Vec::new(),
            Some(Value::List(items)) if items.iter().all(|item| matches!(item, Value::String(_))) => self.step.texts(&[field]),
            Some(_) => {
                self.wrong(field, "a list of strings");
                Vec::new()
            }
        }
    }

    /// The name of an object: what a path segment may be, since kubectl reads `a/b` as TYPE/NAME.
    pub(crate) fn object_name(&mut self, field: &'static str) -> &'a str {
        let name = self.step.text(&[field]);
        if name.is_some_and(|name| ["", ".", ".."].contains(&name) || name.contains(['/', '%'])) {
            self.bad_name(field, "It is empty, a dot, or contains a slash or a percent sign.");
        }
        self.needed(field)
    }

    /// A namespace.
    pub(crate) fn namespace(&mut self) -> Option<&'a str> {
        let namespace = self.given("namespace");
        if namespace.is_some_and(|namespace| !is_label(namespace)) {
            self.bad_name("namespace", "Use at most 63 lower case letters, digits and hyphens.");
        }
        namespace
    }

    pub(crate) fn needed_namespace(&mut self) -> &'a str {
        let namespace = self.namespace();
        if namespace.is_none() {
            self.wrong("namespace", "given, a string");
        }
        namespace.unwrap_or_default()
    }

    pub(crate) fn bad_name(&mut self, field: &str, why: &str) {
        self.fail(Error::new(Code::InvalidName, format!("`{field}` is not a valid name in Kubernetes. {why}")).at(field));
    }
}
