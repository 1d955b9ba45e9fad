//! A text of several objects, taken apart as kubectl takes it apart.
//!
//! Source: `YAMLOrJSONDecoder` and `YAMLReader` in k8s.io/apimachinery 0.36.3, pkg/util/yaml/decoder.go. JSON objects may
//! follow one another; anything else is YAML whose documents are separated by lines that begin with `---` and contain
//! nothing else but a comment. As for YAML, a key that appears twice in one object is refused, which the server's
//! strict field validation does as well (`kubectl --validate=strict`, the default).

use super::error::refused;
use super::read::from_line;
use super::tree::Place;
use crate::encoding::json;
use crate::error::{Code, Result};
use crate::value::Value;

const SEPARATOR: &str = "---";

/// The objects of a text, empty documents left out.
///
/// # Errors
/// Those of [`super::read::value`]; the line is that in the whole text.
pub fn documents(text: &str) -> Result<Vec<Value>> {
    if text.trim_start().starts_with(['{', '[']) {
        match json::stream(text) {
            Some(found) if found.iter().all(|document| document.duplicates.is_empty()) => {
                return Ok(found.into_iter().map(|document| document.value).collect());
            }
            // The YAML reader names the place, and reads what is JSON at first sight only.
            _ => {}
        }
    }
    let mut objects = Vec::new();
    for (line, part) in split(text)? {
        match Value::from(&from_line(part.into(), line)?) {
            Value::Null => {}
            object => objects.push(object),
        }
    }
    Ok(objects)
}

/// The documents and the line, from 0, that each begins on.
fn split(text: &str) -> Result<Vec<(u32, &str)>> {
    let mut parts = Vec::new();
    let (mut start, mut first, mut at) = (0, 0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if let Some(rest) = line.strip_prefix(SEPARATOR) {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                let place = Place { line: number as u32 + 1, column: 4 };
                return Err(refused(
                    Code::InvalidYaml,
                    place,
                    "The separator --- must be alone on its line: kubectl accepts only a comment after it.",
                ));
            }
            parts.push((first, &text[start..at]));
            (start, first) = (at + line.len(), number as u32 + 1);
        }
        at += line.len();
    }
    parts.push((first, &text[start..]));
    parts.retain(|(_, part)| !part.is_empty());
    Ok(parts)
}
