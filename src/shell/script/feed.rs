//! Texts that are handed to a program or written to a file: here-documents of sh, here-strings of PowerShell, `echo` of cmd.
//!
//! Source: POSIX.1-2024, Shell Command Language 2.7.4; about_Quoting_Rules ("Here-strings"); YAML 1.2.2, 7.3.1 for the escapes.

use super::{Script, power_shell_place};
use crate::error::{Code, Error, Result};
use crate::locate::Locate;
use crate::names::is_invisible;
use crate::shell::quoting::Shell;
use std::fmt::Write;

impl Script<'_> {
    /// Hands YAML from our own writer to the standard input of kubectl; in cmd, which has no such thing, by a file of
    /// this name.
    pub(crate) fn feed_yaml(&mut self, yaml: &str, file: &str, words: &'static str) {
        let yaml = portable_yaml(yaml, self.shell);
        if self.shell == Shell::Cmd {
            self.echo_into(file, &yaml, ">");
            return self.program("kubectl", words).pair("-f", "file", file).run();
        }
        let text = self.program("kubectl", words).pair("-f", "file", "-").rendered();
        self.line(&match self.shell {
            Shell::Sh => format!("{text} <<'EOF'\n{yaml}EOF"),
            _ => format!("@'\n{yaml}'@ | {text}"),
        });
    }

    /// The same with what the program at hand prints in place of one scalar. All other texts must be free of what a shell
    /// replaces.
    pub(crate) fn feed_with(&mut self, yaml: &str, scalar: &str, file: &str, words: &'static str) {
        let source = self.rendered();
        let (before, after) = yaml.cut(scalar).unwrap_or((yaml, ""));
        if self.shell == Shell::Cmd {
            // A backslash at the end of a line joins it to the next in a quoted scalar (YAML 1.2.2, 7.3.1).
            self.echo_into(file, &format!("{before}\"\\"), ">");
            let place = self.quoted("file", file);
            self.line(&format!("{source} >> {place}"));
            self.echo_into(file, &format!("\"{after}"), ">>");
            return self.program("kubectl", words).pair("-f", "file", file).run();
        }
        let text = self.program("kubectl", words).pair("-f", "file", "-").rendered();
        let yaml = format!("{before}\"$({source})\"{after}");
        self.line(&match self.shell {
            Shell::Sh => format!("{text} <<EOF\n{yaml}EOF"),
            _ => format!("@\"\n{yaml}\"@ | {text}"),
        });
    }

    /// Writes a text file, UTF-8 without byte-order mark.
    pub(crate) fn write_file(&mut self, file: &str, text: &str) {
        let quoted = self.quoted("file", file);
        match self.shell {
            Shell::Sh => self.line(&format!("cat > {quoted} <<'EOF'\n{text}EOF")),
            Shell::PowerShell => self.line(&format!("[IO.File]::WriteAllText({}, @'\n{text}'@ + \"`n\")", power_shell_place(file))),
            Shell::Cmd => {
                if !text.is_ascii() {
                    self.line("chcp 65001 >nul"); // what echo writes follows the code page
                }
                self.echo_into(file, text, ">");
            }
        }
    }

    /// One `echo` for each line; the redirection is first, so that a digit at the end is not a handle.
    fn echo_into(&mut self, file: &str, text: &str, first: &str) {
        let file = self.quoted("file", file);
        let mut arrow = first;
        for line in text.lines() {
            let echoed = echo_text(line);
            let echoed = self.or_empty(echoed);
            self.line(&format!("{arrow} {file} echo {echoed}"));
            arrow = ">>";
        }
    }
}

/// What is after `echo ` so that cmd prints this line: as it is where cmd's quotes protect all of it, otherwise with
/// a caret before each sign.
fn echo_text(line: &str) -> Result<String> {
    let unwritable = |message: &'static str| Error::new(Code::UnquotableValue, message);
    if line.contains(['%', '!']) {
        return Err(unwritable("A name contains a percent sign or exclamation mark, which cmd cannot pass on. Use PowerShell."));
    }
    if line.len() > 8000 {
        return Err(unwritable("A line is too long for cmd. Use PowerShell."));
    }
    let mut quoted = false;
    let mut exposed = false;
    for character in line.chars() {
        quoted ^= character == '"';
        exposed |= !quoted && matches!(character, '^' | '&' | '|' | '<' | '>' | '(' | ')');
    }
    if !quoted && !exposed {
        return Ok(line.to_owned());
    }
    let mut out = String::new();
    for character in line.chars() {
        if matches!(character, '^' | '&' | '|' | '<' | '>' | '(' | ')' | '"') {
            out.push('^');
        }
        out.push(character);
    }
    Ok(out)
}

/// YAML whose scalars hold nothing that a shell, a pipe's encoding or an eye may take for something else. Our writer
/// leaves such characters nowhere but between double quotes, so that an escape represents the same text.
fn portable_yaml(yaml: &str, shell: Shell) -> String {
    let mut out = String::with_capacity(yaml.len());
    let mut characters = yaml.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('"') if shell == Shell::Cmd => out.push_str(r"\x22"),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            // An older bash looks for history even here.
            '!' => out.push_str(r"\x21"),
            '%' if shell == Shell::Cmd => out.push_str(r"\x25"),
            '\n' => out.push('\n'),
            other if is_invisible(other) || shell.is_windows() && !other.is_ascii() => {
                let _ = write!(out, "\\U{:08X}", other as u32); // writing to a String cannot fail
            }
            other => out.push(other),
        }
    }
    out
}
