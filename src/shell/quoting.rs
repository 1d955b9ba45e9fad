//! Three shells, and what each reads as one word.
//!
//! | shell | rule |
//! |---|---|
//! | sh | POSIX.1-2024, Shell Command Language 2.2.2: between single quotes everything is literal; zsh and dash agree |
//! | PowerShell | about_Quoting_Rules: single quotes, doubled inside; U+2018 to U+201B count as single quotes too. about_Parsing: how a word with `"` reaches a program differs between 5.1 and 7.3 |
//! | cmd | double quotes, and inside them the rules of CommandLineToArgvW; `%` and `!` are replaced even there |
//!
//! What no shell can carry safely is refused before anything is written: see [`carried`].

use crate::error::{Code, Error, Result};
use crate::names::is_invisible;

/// The shell that shall read the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Any POSIX shell: bash, dash, zsh.
    Sh,
    /// Windows PowerShell 5.1 and PowerShell 7.
    PowerShell,
    /// The Windows command prompt.
    Cmd,
}

impl Shell {
    /// `sh`, `powershell` or `cmd`.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] for anything else.
    pub fn from_name(name: &str) -> Result<Shell> {
        match name {
            "sh" => Ok(Shell::Sh),
            "powershell" => Ok(Shell::PowerShell),
            "cmd" => Ok(Shell::Cmd),
            _ => Err(Error::new(Code::InvalidOptions, "`shell` must be one of: sh, powershell, cmd.").at("shell")),
        }
    }

    /// One of the two that run on Windows.
    #[must_use]
    pub fn is_windows(self) -> bool {
        self != Shell::Sh
    }
}

pub(crate) fn refused(field: &str, why: &str) -> Error {
    Error::new(Code::UnquotableValue, format!("`{field}` {why}"))
}

/// Refuses what a command line must not hold in any shell: nothing, line ends and NUL, what cannot be seen, what
/// changes the order of its neighbours, and what looks like a token or a key, since command lines are seen by every
/// program of the machine and kept in histories.
pub(crate) fn carried<'a>(field: &str, value: &'a str) -> Result<&'a str> {
    if value.is_empty() {
        return Err(refused(field, "is empty."));
    }
    if value.chars().any(is_invisible) {
        return Err(refused(field, "contains line ends, control, direction or invisible characters, which a command must not contain."));
    }
    if value.len() > MAX_WORD {
        return Err(refused(field, "is too long for a command line."));
    }
    if value.starts_with("eyJ") && value.bytes().filter(|byte| *byte == b'.').count() == 2 && value.len() > 60 {
        return Err(refused(field, "looks like a token, and a token must not be on a command line. Keep it in a file."));
    }
    Ok(value)
}

/// Far below cmd's 8191 characters a line, which are the fewest.
const MAX_WORD: usize = 2000;

/// One argument as the shell's text, so that a program gets exactly `prefix` and `value` as one word. `prefix` is our
/// own, such as `--user=`. The value must have passed [`carried`].
pub(crate) fn word(shell: Shell, field: &str, prefix: &str, value: &str) -> Result<String> {
    match shell {
        Shell::Sh => Ok(format!("{prefix}{}", sh(value))),
        Shell::PowerShell => power_shell(field, &format!("{prefix}{value}")),
        Shell::Cmd => cmd(field, &format!("{prefix}{value}")),
    }
}

fn sh(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+:,./-=".contains(&byte);
    // zsh replaces a word that begins with = by the path of a program.
    if value.bytes().all(plain) && !value.starts_with('=') {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// A single-quoted PowerShell string: every character that PowerShell takes for a single quote is doubled.
pub(crate) fn power_shell_string(value: &str) -> String {
    let mut text = String::from("'");
    for character in value.chars() {
        text.push(character);
        if matches!(character, '\'' | '\u{2018}'..='\u{201B}') {
            text.push(character);
        }
    }
    text.push('\'');
    text
}

fn power_shell(field: &str, value: &str) -> Result<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_/-".contains(&byte);
    let named = value.bytes().all(|byte| plain(byte) || b"=".contains(&byte)) && value.starts_with('-');
    let start = value.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if value != "--" && (named || start && value.bytes().all(|byte| plain(byte) || b".:".contains(&byte))) {
        return Ok(value.to_owned());
    }
    // Windows PowerShell 5.1 puts blanks between quotes but leaves a backslash before the closing one.
    if value.ends_with('\\') && value.chars().any(char::is_whitespace) {
        return Err(refused(
            field,
            "ends in a backslash and contains a space, which Windows PowerShell passes on incorrectly. Remove the backslash.",
        ));
    }
    Ok(power_shell_string(&escape_quotes(value)))
}

/// `"` as CommandLineToArgvW wants it, for PowerShell's Legacy way of handing arguments on (see `Script::run`).
fn escape_quotes(value: &str) -> String {
    let mut out = String::new();
    let mut backslashes = 0;
    for character in value.chars() {
        if character == '"' {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        out.push(character);
    }
    out
}

/// Between double quotes cmd replaces nothing but `%NAME%` and, where it is switched on, `!NAME!`. A `"` inside would
/// end its quoting, and where the program is a batch file the line is read twice (CVE-2024-24576): so it is refused.
fn cmd(field: &str, value: &str) -> Result<String> {
    if value.contains(['%', '!', '"']) {
        return Err(refused(
            field,
            "contains a percent sign, exclamation mark or double quote, which cmd cannot pass on safely. Use PowerShell.",
        ));
    }
    // A batch file splits its arguments at = and , as well: those are bare in options of our own alone.
    let sign = |byte: u8| b"_./\\:@+-".contains(&byte) || byte == b'=' && value.starts_with("--");
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte)) {
        return Ok(value.to_owned());
    }
    let backslashes = value.len() - value.trim_end_matches('\\').len();
    Ok(format!("\"{value}{}\"", "\\".repeat(backslashes)))
}
