//! Errors with line and column.

use super::tree::Place;
use crate::error::{Code, Detail, Error};

/// An error that names the place, in its sentence and as a detail.
pub(crate) fn refused(code: Code, place: Place, sentence: &str) -> Error {
    let Place { line, column } = place;
    let position = format!("line {line}, column {column}");
    let error = Error::new(code, format!("{position}: {sentence}"));
    error.with_details(vec![Detail { field: Some(position), message: sentence.to_owned() }])
}
