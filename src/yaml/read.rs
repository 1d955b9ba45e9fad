//! YAML, JSON and KYAML to a tree, as kubectl reads them, with bounds on work.
//!
//! Source: go.yaml.in/yaml/v2 2.4.3 and sigs.k8s.io/yaml 1.6.0, which kubectl 1.36 reads every file with. Stricter on
//! purpose, each time because kubectl would lose or mistake something silently:
//!
//! | here | kubectl |
//! |---|---|
//! | a key that appears twice in a map is refused | takes the last one |
//! | a second document is refused | does not look at it |
//! | more than 4 MiB, 64 levels, 200,000 values are refused | has wider bounds |
//! | a key that is a number with a fraction is refused | makes a text of it |

use super::decode::{check_characters, check_size, decode};
use super::error::refused;
use super::text::Source;
use super::tree::{Node, Place};
use crate::error::{Code, Result};
use crate::value::Value;
use kubecred_yaml::compose::{self, Refused};

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Any Kubernetes object as plain data: YAML, JSON or KYAML.
///
/// # Errors
/// [`Code::InvalidYaml`], [`Code::InputTooLarge`]; the sentence names line and column and contains nothing of the text.
pub fn value(text: &str) -> Result<Value> {
    Ok(Value::from(&document(text.as_bytes())?))
}

/// The one document of a text: UTF-8, or UTF-16 with a byte-order mark. An empty text is null.
///
/// # Errors
/// As [`value`].
pub fn document(bytes: &[u8]) -> Result<Node> {
    owned(bytes.to_vec())
}

/// The same without a copy: the tree shares the text.
pub(crate) fn owned(bytes: Vec<u8>) -> Result<Node> {
    from_line(bytes, 0)
}

/// The same of a text that is needed afterwards as well.
pub(crate) fn shared(source: &Source) -> Result<Node> {
    check_size(source.as_str().as_bytes())?;
    parse(source, 0)
}

/// The same of a part of a larger text: faults are named by their line in the whole.
pub(super) fn from_line(bytes: Vec<u8>, line: u32) -> Result<Node> {
    parse(&decode(bytes)?, line)
}

fn parse(source: &Source, line: u32) -> Result<Node> {
    let text = source.as_str();
    // A second mark is none of the text's, as in Go: programs that join files write one before another.
    let start = text.chars().take(2).take_while(|character| *character == BYTE_ORDER_MARK).count() * BYTE_ORDER_MARK.len_utf8();
    check_characters(&text[start..])?;
    compose::document(source, start, line).map_err(|Refused { place, sentence, too_large, first }| {
        let sentence = if is_indented_with_other_spaces(text, place) { OTHER_SPACES } else { sentence };
        let code = if too_large { Code::InputTooLarge } else { Code::InvalidYaml };
        match first {
            Some(first) => refused(code, place, &format!("{sentence} (first on line {})", first.line)),
            None => refused(code, place, sentence),
        }
    })
}

const OTHER_SPACES: &str =
    "This line is indented with no-break spaces (U+00A0 and the like), which YAML takes for text. Indent with ordinary spaces.";

/// Whether the line of a fault, or the one above it, begins with white space that is not white space for YAML.
fn is_indented_with_other_spaces(text: &str, place: Place) -> bool {
    let begins = |line: &str| {
        line.trim_start_matches([' ', '\t'])
            .starts_with(|first: char| first != BYTE_ORDER_MARK && !first.is_ascii() && first.is_whitespace())
    };
    text.lines().skip((place.line as usize).saturating_sub(2)).take(if place.line > 1 { 2 } else { 1 }).any(begins)
}
