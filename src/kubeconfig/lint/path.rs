//! Fields that take the path of a file. The file itself cannot be seen here.

use super::{Linter, Spot};
use crate::finding::{Finding, FindingCode};
use crate::kubeconfig::cause::{self, is_space};
use crate::names::is_invisible;

impl Linter {
    /// A path that only a program on the owner's machine can follow, unless it is none at all.
    pub(crate) fn file(&mut self, spot: Spot<'_>, field: &str) {
        let path = spot.body.text_of(field);
        if path.is_empty() {
            return;
        }
        if cause::data_in_path(path) {
            let home = match field {
                "tokenFile" => "token",
                "client-key" => "client-key-data",
                "client-certificate" => "client-certificate-data",
                _ => "certificate-authority-data",
            };
            let sentence = format!(
                "This field takes the path of a file, and the value looks like the data itself. kubectl finds no file of this name. Move it to {home}."
            );
            return self.say(spot, field, Finding::error(FindingCode::DataInPathField, sentence));
        }
        if let Some(cause) = cause::of_text(path) {
            return self.cause(spot, field, cause);
        }
        if is_escaped_windows_path(path) {
            return self.error(spot, field, ESCAPED.0, ESCAPED.1);
        }
        if let Some(character) = path.chars().find(|character| is_invisible(*character)) {
            let sentence = format!(
                "The path contains an invisible character (U+{:04X}), so kubectl looks for another file than the one that is shown. Type the path again.",
                u32::from(character)
            );
            return self.say(spot, field, Finding::error(FindingCode::InvisibleCharacters, sentence));
        }
        let expanded = path.starts_with('~') || path.starts_with('$') || path.starts_with('%') && path[1..].contains('%');
        if expanded {
            return self.error(
                spot,
                field,
                FindingCode::PathNotExpanded,
                "kubectl does not replace ~ or variables in a path. Write the whole path.",
            );
        }
        if path.starts_with("file:") {
            return self.error(
                spot,
                field,
                FindingCode::PathIsUrl,
                "kubectl takes a path here and does not read file: URLs. Write the path alone.",
            );
        }
        if path != path.trim_matches(is_space) {
            self.warning(
                spot,
                field,
                FindingCode::WhiteSpace,
                "There is white space around the path, which kubectl takes for a part of it. Remove it.",
            );
        }
        self.notice(
            spot,
            field,
            FindingCode::FileReference,
            "This field refers to another file, which is not read here and is missing when only the kubeconfig is copied. Embed the file.",
        );
    }

    /// The program of exec, which kubectl looks for when it is run.
    pub(crate) fn program(&mut self, spot: Spot<'_>, command: &str) {
        if is_escaped_windows_path(command) {
            self.warning(spot, "exec", ESCAPED.0, ESCAPED.1);
        } else if command.contains(is_invisible) {
            self.warning(
                spot,
                "exec",
                FindingCode::InvisibleCharacters,
                "`exec.command` contains invisible characters, so kubectl looks for another program than the one that is shown. Type it again.",
            );
        } else if command != command.trim_matches(is_space) {
            self.warning(
                spot,
                "exec",
                FindingCode::WhiteSpace,
                "There is white space around exec.command, which kubectl takes for a part of it. Remove it.",
            );
        }
    }
}

const ESCAPED: cause::Cause = (
    FindingCode::WindowsPathEscaped,
    "This is a Windows path in double quotes, where YAML reads \\n, \\t, \\P and the like as special characters. Double every \\, or use single quotes.",
);

/// A path with a drive in which YAML made characters of what was meant as backslashes with a letter. White space around it,
/// such as a line break behind it, comes from elsewhere.
fn is_escaped_windows_path(path: &str) -> bool {
    let path = path.trim_matches(is_space);
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    drive && path.contains(|character: char| is_invisible(character) || character == '\u{A0}')
}
