//! Lines for one shell: programs with their arguments, files written, texts handed to standard input.

use super::shell::{Shell, carried, power_shell_string, refused, word};
use crate::error::Result;
use crate::identity::is_invisible;
use std::fmt::Write;

/// A program with its arguments.
pub(super) struct Command<'a> {
    program: &'static str,
    words: Vec<&'static str>,
    options: Vec<(&'a str, &'static str, String)>,
    operands: Vec<(&'a str, String)>,
    output: Option<String>,
    private: bool,
}

impl<'a> Command<'a> {
    /// A program and its fixed words, blank-separated.
    pub(super) fn new(program: &'static str, words: &'static str) -> Self {
        Command {
            program,
            words: words.split_whitespace().collect(),
            options: Vec::new(),
            operands: Vec::new(),
            output: None,
            private: false,
        }
    }

    /// An option whose value is attached, such as `--user=`.
    pub(super) fn option(mut self, field: &'a str, prefix: &'static str, value: impl Into<String>) -> Self {
        self.options.push((field, prefix, value.into()));
        self
    }

    /// The same where there is a value.
    pub(super) fn maybe(self, field: &'a str, prefix: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.option(field, prefix, value),
            None => self,
        }
    }

    /// An option whose value is the next word, such as curl's.
    pub(super) fn pair(self, name: &'static str, field: &'a str, value: impl Into<String>) -> Self {
        self.option("", "", name).option(field, "", value)
    }

    /// A word that is no option even where it begins with a dash.
    pub(super) fn operand(mut self, field: &'a str, value: impl Into<String>) -> Self {
        self.operands.push((field, value.into()));
        self
    }

    /// Writes what the program prints to a file.
    pub(super) fn into_file(mut self, file: Option<&str>) -> Self {
        self.output = file.map(path);
        self
    }

    /// What the program writes is for its owner alone.
    pub(super) fn private(mut self) -> Self {
        self.private = true;
        self
    }

    fn render(&self, shell: Shell) -> Result<String> {
        // PowerShell 5.1 knows curl as another name of Invoke-WebRequest.
        let program = if shell == Shell::PowerShell && self.program == "curl" { "curl.exe" } else { self.program };
        // Programs that read their arguments in the machine's old code page get look-alikes of what it lacks, among
        // them a quote for U+FF02; kubectl does not.
        let narrow = shell.is_windows() && self.program != "kubectl";
        let check = |field: &str, value: &str| -> Result<()> {
            carried(field, value)?;
            if narrow && !value.is_ascii() {
                return Err(refused(field, "holds characters beyond ASCII, which this program may read wrongly on Windows"));
            }
            Ok(())
        };
        let mut text = program.to_owned();
        let mut quoted = false;
        let mut add = |field: &str, prefix: &str, value: &str| -> Result<()> {
            check(field, value)?;
            quoted |= value.contains('"');
            text.push(' ');
            text.push_str(&word(shell, field, prefix, value)?);
            Ok(())
        };
        for fixed in &self.words {
            add("", "", fixed)?;
        }
        let dashed = self.operands.iter().any(|(_, value)| value.starts_with('-'));
        let operands =
            |add: &mut dyn FnMut(&str, &str, &str) -> Result<()>| self.operands.iter().try_for_each(|(field, value)| add(field, "", value));
        if !dashed {
            operands(&mut add)?;
        }
        for (field, prefix, value) in &self.options {
            add(field, prefix, value)?;
        }
        if dashed {
            add("", "", "--")?;
            operands(&mut add)?;
        }
        // The name is a variable of its own before PowerShell 7.3, and a switch from then on: with it both hand `\"` on
        // as 5.1 does. The braces keep it from the rest of the session.
        if quoted && shell == Shell::PowerShell {
            text = format!("& {{ $PSNativeCommandArgumentPassing = 'Legacy'; {text} }}");
        }
        Ok(text)
    }
}

/// A file's name that no program takes for an option or for standard input.
pub(super) fn path(file: &str) -> String {
    if file.starts_with('-') { format!("./{file}") } else { file.to_owned() }
}

/// Whether a file's name says where it is, whatever the folder at hand.
pub(super) fn is_absolute(file: &str) -> bool {
    file.starts_with(['/', '\\']) || file.as_bytes().get(1) == Some(&b':')
}

/// A file as an expression: .NET and later folders need the whole path.
pub(super) fn power_shell_place(file: &str) -> String {
    let quoted = power_shell_string(file);
    if is_absolute(file) { quoted } else { format!("(Join-Path $PWD {quoted})") }
}

/// The lines.
pub(super) struct Script {
    /// The shell that reads them.
    pub(super) shell: Shell,
    lines: Vec<String>,
}

impl Script {
    pub(super) fn new(shell: Shell) -> Self {
        Script { shell, lines: Vec::new() }
    }

    /// The text, without a line end after the last line, so that a person who pastes it still has to press Enter.
    pub(super) fn finish(self) -> String {
        self.lines.join("\n")
    }

    /// A line as it is.
    pub(super) fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A remark: letters, digits, comma, full stop and colon alone, since zsh reads a pasted remark as a command.
    pub(super) fn remark(&mut self, text: &'static str) {
        self.line(format!("{} {text}", if self.shell == Shell::Cmd { "rem" } else { "#" }));
    }

    /// Runs a program.
    pub(super) fn run(&mut self, command: &Command<'_>) -> Result<()> {
        self.run_after("", command)
    }

    /// Runs a program behind something that it reads from, such as `sed … | `.
    pub(super) fn run_after(&mut self, before: &str, command: &Command<'_>) -> Result<()> {
        let mut text = format!("{before}{}", command.render(self.shell)?);
        if let Some(file) = &command.output {
            carried("file", file)?;
            text += &match self.shell {
                // `>` of Windows PowerShell writes UTF-16.
                Shell::PowerShell => format!(" | Set-Content -Encoding ascii -LiteralPath {}", power_shell_string(file)),
                shell => format!(" > {}", word(shell, "file", "", file)?),
            };
        }
        self.line(if command.private && self.shell == Shell::Sh { format!("(umask 077 && {text})") } else { text });
        Ok(())
    }

    /// Hands YAML from our own writer to the standard input of a program whose last argument names it (`-`); in cmd, which
    /// has no such thing, by a file of this name.
    pub(super) fn feed_yaml(&mut self, yaml: &str, file: &str, program: &'static str, words: &'static str) -> Result<()> {
        let yaml = portable_yaml(yaml, self.shell);
        let command = Command::new(program, words);
        match self.shell {
            Shell::Sh => {
                let text = command.pair("-f", "file", "-").render(Shell::Sh)?;
                self.line(format!("{text} <<'EOF'\n{yaml}EOF"));
            }
            Shell::PowerShell => {
                let text = command.pair("-f", "file", "-").render(Shell::PowerShell)?;
                self.line(format!("@'\n{yaml}'@ | {text}"));
            }
            Shell::Cmd => {
                self.echo_into(file, &yaml, ">")?;
                self.run(&command.pair("-f", "file", file))?;
            }
        }
        Ok(())
    }

    /// The same with the output of a program in place of one text, which must be a scalar of its own. All other texts
    /// must be free of what a shell replaces.
    pub(super) fn feed_with(
        &mut self,
        yaml: &str,
        place: &str,
        source: &Command<'_>,
        file: &str,
        program: &'static str,
        words: &'static str,
    ) -> Result<()> {
        let source = source.render(self.shell)?;
        let command = Command::new(program, words);
        let scalar = format!("\"{place}\"");
        match self.shell {
            Shell::Sh => {
                let text = command.pair("-f", "file", "-").render(self.shell)?;
                self.line(format!("{text} <<EOF\n{}EOF", yaml.replacen(&scalar, &format!("\"$({source})\""), 1)));
            }
            Shell::PowerShell => {
                let text = command.pair("-f", "file", "-").render(self.shell)?;
                self.line(format!("@\"\n{}\"@ | {text}", yaml.replacen(&scalar, &format!("\"$({source})\""), 1)));
            }
            Shell::Cmd => {
                // A backslash at the end of a line joins it to the next in a quoted scalar (YAML 1.2.2, 7.3.1).
                let (before, after) = yaml.split_once(&scalar).unwrap_or((yaml, ""));
                self.echo_into(file, &format!("{before}\"\\"), ">")?;
                self.line(format!("{source} >> {}", word(Shell::Cmd, "file", "", file)?));
                self.echo_into(file, &format!("\"{after}"), ">>")?;
                self.run(&command.pair("-f", "file", file))?;
            }
        }
        Ok(())
    }

    /// Writes a text file, UTF-8 without byte-order mark.
    pub(super) fn write_file(&mut self, file: &str, text: &str) -> Result<()> {
        carried("file", file)?;
        match self.shell {
            Shell::Sh => self.line(format!("cat > {} <<'EOF'\n{text}EOF", word(Shell::Sh, "file", "", file)?)),
            Shell::PowerShell => {
                let place = power_shell_place(file);
                self.line(format!("[IO.File]::WriteAllText({place}, @'\n{text}'@ + \"`n\")"));
            }
            Shell::Cmd => {
                if !text.is_ascii() {
                    self.line("chcp 65001 >nul"); // what echo writes follows the code page
                }
                self.echo_into(file, text, ">")?;
            }
        }
        Ok(())
    }

    /// One `echo` for each line; the redirection stands first, so that a digit at the end is no handle.
    fn echo_into(&mut self, file: &str, text: &str, first: &str) -> Result<()> {
        let file = word(Shell::Cmd, "file", "", file)?;
        for (index, line) in text.lines().enumerate() {
            let arrow = if index == 0 { first } else { ">>" };
            self.line(format!("{arrow} {file} echo {}", echo_text(line)?));
        }
        Ok(())
    }
}

/// What stands after `echo ` so that cmd prints this line: as it is where cmd's quotes protect all of it, otherwise with
/// a caret before each sign.
fn echo_text(line: &str) -> Result<String> {
    if line.contains(['%', '!']) {
        return Err(refused("a name", "holds a percent sign or exclamation mark, which cmd cannot carry: use PowerShell"));
    }
    if line.len() > 8000 {
        return Err(refused("a line", "is too long for cmd: use PowerShell"));
    }
    let mut quoted = false;
    let mut exposed = false;
    for character in line.chars() {
        quoted ^= character == '"';
        exposed |= !quoted && "^&|<>()".contains(character);
    }
    if !quoted && !exposed {
        return Ok(line.to_owned());
    }
    let mut out = String::new();
    for character in line.chars() {
        if "^&|<>()\"".contains(character) {
            out.push('^');
        }
        out.push(character);
    }
    Ok(out)
}

/// YAML whose scalars hold nothing that a shell, a pipe's encoding or an eye may take for something else. Our writer
/// leaves such characters nowhere but between double quotes, so that an escape stands for the same text.
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
