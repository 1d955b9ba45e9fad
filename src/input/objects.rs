//! Objects of Kubernetes in what was pasted or dropped: YAML, JSON, several documents, lists, in any wrapper.

use super::describe;
use super::{Change, Views};
use crate::error::{Code, Error, Result};
use crate::value::Value;
use crate::yaml::documents::documents;

/// The objects, and what the front door changed. A text that is read as it was given is not changed.
///
/// # Errors
/// [`Code::InvalidYaml`], [`Code::InputTooLarge`]: what is wrong with the text as it was given.
pub(crate) fn objects(bytes: &[u8]) -> Result<(Vec<Value>, Vec<Change>)> {
    let mut views = Views::open(bytes).map_err(|cause| {
        let code = if cause == super::Cause::TooLarge { Code::InputTooLarge } else { Code::InvalidYaml };
        Error::new(code, cause.sentence())
    })?;
    let given = documents(views.text());
    if let Ok(found) = &given
        && are_objects(found)
    {
        return given.map(|found| (found, views.changes().to_vec()));
    }
    loop {
        if let Some(secret) = describe::secret(views.text()) {
            let changes = views.changes().iter().copied().chain([Change::Described]).collect();
            return Ok((vec![secret], changes));
        }
        if !views.peel() {
            return given.map(|found| (found, Vec::new()));
        }
        if let Ok(found) = documents(views.text())
            && are_objects(&found)
        {
            return Ok((found, views.changes().to_vec()));
        }
    }
}

/// A Secret whose base64 contains HTML entities: it can be parsed, and its values cannot.
fn is_escaped(value: &Value) -> bool {
    matches!(value.get("data"), Some(Value::Map(pairs)) if value.text(&["kind"]) == Some("Secret")
        && pairs.iter().any(|(_, item)| matches!(item, Value::String(text) if text.contains('&') && text.contains(';'))))
}

/// Whether there is something, all of it says what it is, and none is escaped. A list of objects is one.
fn are_objects(found: &[Value]) -> bool {
    let is_object = |value: &Value| value.text(&["kind"]).is_some() || value.text(&["apiVersion"]).is_some() || value.get("spec").is_some();
    !found.is_empty()
        && !found.iter().any(is_escaped)
        && found.iter().all(|value| match value {
            Value::List(items) => items.iter().all(is_object),
            one => is_object(one),
        })
}
