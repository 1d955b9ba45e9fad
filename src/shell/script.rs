//! The lines of one step: what the caller gave is read, programs with their arguments are written, for one shell.
//!
//! The first thing that is wrong is kept and ends it all in [`Script::finish`]; what is requested after it comes out
//! empty. So the steps read as lists of what they do (and are half the size in wasm of the same with `?`; 2026-11).

mod feed;
mod program;
mod step;

use super::quoting::{Shell, power_shell_string};
use crate::error::{Code, Error, Result};
use crate::options;
use crate::text;
use crate::value::Value;

/// One word of a program.
struct Word {
    operand: bool,
    field: &'static str,
    prefix: &'static str,
    value: String,
}

/// The lines, and the program at hand.
pub(crate) struct Script<'a> {
    /// The shell that reads the lines.
    pub(crate) shell: Shell,
    step: &'a Value,
    asked: Vec<&'static str>,
    text: String,
    error: Option<Error>,
    program: &'static str,
    words: Vec<Word>,
    before: String,
    output: String,
    private: String,
}

impl<'a> Script<'a> {
    pub(crate) fn new(shell: Shell, step: &'a Value) -> Self {
        Script {
            shell,
            step,
            asked: vec!["step"],
            text: String::new(),
            error: None,
            program: "",
            words: Vec::new(),
            before: String::new(),
            output: String::new(),
            private: String::new(),
        }
    }

    /// Keeps the first failure.
    pub(crate) fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// The value, or its failure kept and an empty one in its place.
    pub(crate) fn or_empty<T: Default>(&mut self, found: Result<T>) -> T {
        found.unwrap_or_else(|error| {
            self.fail(error);
            T::default()
        })
    }

    /// The text, without a line end after the last line, so that a person who pastes it still has to press Enter.
    pub(crate) fn finish(mut self) -> Result<String> {
        if let Value::Map(pairs) = self.step
            && let Some(position) = pairs.iter().position(|(key, _)| !self.asked.contains(&key.as_str()))
        {
            let known = self.asked.join(", ");
            let field = options::step(&pairs[position].0, position);
            let message = format!("`{field}` is not a known field of this step. Known fields: {known}.");
            self.fail(Error::new(Code::InvalidOptions, message).at(&field));
        }
        self.error.map_or(Ok(self.text), Err)
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }

    /// More of the last line.
    pub(crate) fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A remark: letters, digits, comma, full stop and colon alone, since zsh reads a pasted remark as a command.
    pub(crate) fn remark(&mut self, text: &'static str) {
        self.line(if self.shell == Shell::Cmd { "rem " } else { "# " });
        self.append(text);
    }
}

/// Whether a file's name says where it is, whatever the folder at hand.
pub(crate) fn is_absolute(file: &str) -> bool {
    file.starts_with(['/', '\\']) || file.as_bytes().get(1) == Some(&b':')
}

/// A file as an expression: .NET and later folders need the whole path.
pub(crate) fn power_shell_place(file: &str) -> String {
    let quoted = power_shell_string(file);
    if is_absolute(file) { quoted } else { format!("(Join-Path $PWD {quoted})") }
}

/// The user's name made fit for a file or an object.
pub(super) fn slug(text: &str) -> String {
    let slug = text::slug(text);
    if slug.is_empty() { "user".to_owned() } else { slug }
}
