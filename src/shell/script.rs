//! The lines of one step: what the caller gave is read, programs with their arguments are written, for one shell.
//!
//! The first thing that is wrong is kept and ends it all in [`Script::finish`]; what is requested after it comes out
//! empty. So the steps read as lists of what they do (and are half the size in wasm of the same with `?`; 2026-11).

use super::quoting::{Shell, carried, power_shell_string, refused, word};
use crate::error::{Code, Error, Result};
use crate::kubernetes::names::is_label;
use crate::locate::Locate;
use crate::names::is_invisible;
use crate::options::step;
use crate::text;
use crate::value::Value;
use std::fmt::Write;

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

// Reading what the caller gave.
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

// Programs.
impl Script<'_> {
    /// Begins a program with its fixed words, blank-separated.
    pub(crate) fn program(&mut self, program: &'static str, words: &'static str) -> &mut Self {
        self.program = program;
        self.words.clear();
        for fixed in words.split_whitespace() {
            self.push(true, "", "", fixed);
        }
        self
    }

    fn push(&mut self, operand: bool, field: &'static str, prefix: &'static str, value: &str) -> &mut Self {
        self.words.push(Word { operand, field, prefix, value: value.to_owned() });
        self
    }

    /// An option whose value is attached, such as `--user=`.
    pub(crate) fn option(&mut self, field: &'static str, prefix: &'static str, value: &str) -> &mut Self {
        self.push(false, field, prefix, value)
    }

    /// The same where there is a value.
    pub(crate) fn maybe(&mut self, field: &'static str, prefix: &'static str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.option(field, prefix, value),
            None => self,
        }
    }

    /// An option whose value is the next word, such as curl's.
    pub(crate) fn pair(&mut self, name: &'static str, field: &'static str, value: &str) -> &mut Self {
        self.push(false, "", "", name).push(false, field, "", value)
    }

    /// A word that is not an option even where it begins with a dash.
    pub(crate) fn operand(&mut self, field: &'static str, value: &str) -> &mut Self {
        self.push(true, field, "", value)
    }

    /// Something that the program reads from, such as `sed … | `.
    pub(crate) fn after(&mut self, before: &str) -> &mut Self {
        before.clone_into(&mut self.before);
        self
    }

    /// Writes what the program prints to a file; nowhere where it has no name.
    pub(crate) fn prints_to(&mut self, file: &str) -> &mut Self {
        file.clone_into(&mut self.output);
        self
    }

    /// The file that the program writes is for its owner alone; see [`Script::restricted`].
    pub(crate) fn private(&mut self, file: &str) -> &mut Self {
        file.clone_into(&mut self.private);
        self
    }

    /// Ends the program: its line is written.
    pub(crate) fn run(&mut self) {
        let mut text = std::mem::take(&mut self.before) + &self.rendered();
        let output = std::mem::take(&mut self.output);
        if !output.is_empty() {
            let file = self.quoted("file", &output);
            // `>` of Windows PowerShell writes UTF-16.
            let arrow = if self.shell == Shell::PowerShell { " | Set-Content -Encoding ascii -LiteralPath " } else { " > " };
            text += arrow;
            text += &file;
        }
        let private = std::mem::take(&mut self.private);
        if !private.is_empty() {
            text = self.restricted(&private, &text);
        }
        self.line(&text);
    }

    /// Lets a program write a secret only after its file is empty and readable by its owner alone; where that fails, the
    /// program does not run.
    ///
    /// sh: umask decides about new files only (POSIX.1-2024, umask), so an older file is removed. Windows: a new file
    /// inherits the permissions of its folder, so `icacls` takes every other entry away (`/reset`, then `/inheritance:r`)
    /// and grants the owner full access; what opens an existing file for writing keeps its permissions. `*S-1-3-4` is
    /// Owner Rights by its SID, since names of accounts differ by language (Microsoft, "icacls" and "Security
    /// identifiers", 2026-11).
    fn restricted(&mut self, file: &str, text: &str) -> String {
        let place = self.quoted("file", file);
        if self.shell == Shell::Sh {
            return format!("(umask 077 && rm -f {place} && {text})");
        }
        let mut icacls = |words| {
            self.program(if self.shell == Shell::Cmd { "icacls" } else { "icacls.exe" }, "");
            self.operand("file", file);
            for word in words {
                self.operand("", word);
            }
            self.rendered()
        };
        let (reset, grant) = (icacls(vec!["/reset", "/q"]), icacls(vec!["/inheritance:r", "/grant:r", "*S-1-3-4:F", "/q"]));
        match self.shell {
            Shell::Cmd => format!("type nul > {place} && {reset} && {grant} && {text}"),
            // `$?` is whether the last command succeeded, a program by its exit code (about_Automatic_Variables); 5.1 has no `&&`.
            _ => format!("[IO.File]::WriteAllText({}, ''); {reset}; if ($?) {{ {grant}; if ($?) {{ {text} }} }}", power_shell_place(file)),
        }
    }

    /// A file's name in a place that is no program's argument.
    pub(crate) fn quoted(&mut self, field: &'static str, file: &str) -> String {
        let quoted = carried(field, file).and_then(|file| match self.shell {
            Shell::PowerShell => Ok(power_shell_string(file)),
            shell => word(shell, field, "", file),
        });
        self.or_empty(quoted)
    }

    /// The program at hand as text, for a line that is more than one program.
    pub(crate) fn rendered(&mut self) -> String {
        // PowerShell 5.1 knows curl as another name of Invoke-WebRequest.
        let program = if self.shell == Shell::PowerShell && self.program == "curl" { "curl.exe" } else { self.program };
        let mut text = program.to_owned();
        let words = std::mem::take(&mut self.words);
        // Our own words are operands without a field. Where one of the caller's begins with a dash, all of the caller's
        // come last, behind `--`.
        let dashed = words.iter().any(|word| word.operand && !word.field.is_empty() && word.value.starts_with('-'));
        let last = |word: &&Word| dashed && word.operand && !word.field.is_empty();
        for one in words.iter().filter(|word| word.operand && !last(word)) {
            self.add(&mut text, one);
        }
        for one in words.iter().filter(|word| !word.operand) {
            self.add(&mut text, one);
        }
        if dashed {
            self.add(&mut text, &Word { operand: true, field: "", prefix: "", value: "--".to_owned() });
        }
        for one in words.iter().filter(last) {
            self.add(&mut text, one);
        }
        // The name is a variable of its own before PowerShell 7.3, and a switch from then on: with it both hand `\"` on
        // as 5.1 does. The braces keep it from the rest of the session.
        if self.shell == Shell::PowerShell && words.iter().any(|word| word.value.holds("\"")) {
            text = format!("& {{ $PSNativeCommandArgumentPassing = 'Legacy'; {text} }}");
        }
        text
    }

    fn add(&mut self, text: &mut String, one: &Word) {
        // Programs that read their arguments in the machine's old code page get look-alikes of what it lacks, among
        // them a quote for U+FF02; kubectl and icacls do not.
        if self.shell.is_windows() && !self.program.starts_with("kubectl") && !self.program.starts_with("icacls") && !one.value.is_ascii() {
            self.fail(refused(
                one.field,
                "contains characters beyond ASCII, which this program may misread on Windows. Choose other characters.",
            ));
        }
        let written = carried(one.field, &one.value).and_then(|value| word(self.shell, one.field, one.prefix, value));
        text.push(' ');
        text.push_str(&self.or_empty(written));
    }
}

// Lines.
impl Script<'_> {
    /// The text, without a line end after the last line, so that a person who pastes it still has to press Enter.
    pub(crate) fn finish(mut self) -> Result<String> {
        if let Value::Map(pairs) = self.step
            && let Some(position) = pairs.iter().position(|(key, _)| !self.asked.contains(&key.as_str()))
        {
            let known = self.asked.join(", ");
            let field = step(&pairs[position].0, position);
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

/// Whether a file's name says where it is, whatever the folder at hand.
pub(crate) fn is_absolute(file: &str) -> bool {
    file.starts_with(['/', '\\']) || file.as_bytes().get(1) == Some(&b':')
}

/// A file as an expression: .NET and later folders need the whole path.
pub(crate) fn power_shell_place(file: &str) -> String {
    let quoted = power_shell_string(file);
    if is_absolute(file) { quoted } else { format!("(Join-Path $PWD {quoted})") }
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

/// The user's name made fit for a file or an object.
pub(super) fn slug(text: &str) -> String {
    let slug = text::slug(text);
    if slug.is_empty() { "user".to_owned() } else { slug }
}
