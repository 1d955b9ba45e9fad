//! Programs with their arguments, each a line or a part of one; how a program writes a secret.

use super::{Script, Word, power_shell_place};
use crate::locate::Locate;
use crate::shell::quoting::{Shell, carried, power_shell_string, refused, word};

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
