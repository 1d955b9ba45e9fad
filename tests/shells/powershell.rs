//! PowerShell (about_Parsing, about_Quoting_Rules, about_Pipelines), both as Windows PowerShell 5.1 and as 7.3 and later
//! on Windows, which differ in how they hand arguments to a program.

use super::{World, argv};

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Windows PowerShell.
    V5,
    /// 7.3 and later, `$PSNativeCommandArgumentPassing` being `Windows` unless it is set.
    V7,
}

/// Runs a pasted text.
pub fn run(text: &str, version: Version, world: &mut World<'_>) {
    let mut shell = Shell { text: text.chars().collect(), at: 0, version, legacy: version == Version::V5, printed: String::new(), world };
    shell.statements(None);
}

struct Shell<'w, 'a> {
    text: Vec<char>,
    at: usize,
    version: Version,
    legacy: bool,
    printed: String,
    world: &'w mut World<'a>,
}

const SINGLE: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}'];
const DOUBLE: [char; 4] = ['"', '\u{201C}', '\u{201D}', '\u{201E}'];

impl Shell<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn looking_at(&self, words: &str) -> bool {
        self.text[self.at..].iter().copied().take(words.chars().count()).eq(words.chars())
    }

    fn take(&mut self, words: &str) -> bool {
        let there = self.looking_at(words);
        if there {
            self.at += words.chars().count();
        }
        there
    }

    fn want(&mut self, words: &str) {
        assert!(self.take(words), "{words} was expected at: {}", self.rest());
    }

    fn rest(&self) -> String {
        self.text[self.at..].iter().take(80).collect()
    }

    fn blanks(&mut self) {
        while self.peek() == Some(' ') {
            self.at += 1;
        }
    }

    fn statements(&mut self, end: Option<char>) {
        loop {
            while self.peek().is_some_and(|next| next == ' ' || next == '\n' || next == ';') {
                self.at += 1;
            }
            if self.peek() == end {
                self.at += usize::from(end.is_some());
                return;
            }
            self.statement();
        }
    }

    fn statement(&mut self) {
        if self.peek() == Some('#') {
            while self.peek().is_some_and(|next| next != '\n') {
                self.at += 1;
            }
        } else if self.take("$PSNativeCommandArgumentPassing = ") {
            assert_eq!(self.single_quoted(), "Legacy");
            self.legacy = true;
        } else if self.take("$env:KUBECONFIG = ") {
            let value = self.expression();
            self.world.env.insert("KUBECONFIG".to_owned(), value);
        } else if self.take("if ($?) {") {
            self.statements(Some('}')); // programs of these tests succeed
        } else if self.take("if ((") {
            let value = if self.take("& {") {
                let before = self.legacy;
                self.statements(Some('}'));
                self.legacy = before;
                self.printed.clone()
            } else {
                self.program(None)
            };
            self.want(") -ceq ");
            let equal = value.trim_end_matches('\n') == self.single_quoted();
            self.want(") { ");
            self.branch(equal);
            self.want(" else { ");
            self.branch(!equal);
        } else if self.take("throw ") {
            let text = self.single_quoted();
            self.world.said.push(text);
        } else if self.take("[IO.File]::WriteAllText(") {
            let file = self.expression();
            self.want(", ");
            let text = self.expression();
            self.want(")");
            self.world.write(&file, &text, false);
        } else {
            self.pipeline();
        }
        self.blanks();
        assert!(self.peek().is_none_or(|next| "\n;}".contains(next)), "more than a statement: {}", self.rest());
    }

    /// A block of statements; what a branch that is not taken does is undone.
    fn branch(&mut self, taken: bool) {
        let (runs, said) = (self.world.runs.len(), self.world.said.len());
        self.statements(Some('}'));
        if !taken {
            self.world.runs.truncate(runs);
            self.world.said.truncate(said);
        }
    }

    /// Values and programs joined by `|`. What goes into a program ends in a line end.
    fn pipeline(&mut self) {
        let mut value: Option<String> = None;
        loop {
            self.blanks();
            if self.take("Set-Content -Encoding ascii -LiteralPath ") {
                let file = self.single_quoted();
                let text = value.take().expect("something to write");
                assert!(text.is_ascii(), "beyond ASCII");
                self.world.write(&file, &format!("{}\r\n", text.trim_end_matches('\n').replace('\n', "\r\n")), false);
            } else if value.is_none() && self.take("& {") {
                let before = self.legacy;
                self.statements(Some('}'));
                self.legacy = before; // set in a block of its own, gone with it
                value = Some(self.printed.clone());
            } else if value.is_none() && self.peek().is_some_and(|next| SINGLE.contains(&next) || next == '@') {
                value = Some(self.expression());
            } else {
                let stdin = value.take().map(|text| {
                    // $OutputEncoding of 5.1 is ASCII and turns all else into question marks.
                    assert!(self.version == Version::V7 || text.is_ascii(), "beyond ASCII in a pipe");
                    format!("{text}\r\n")
                });
                value = Some(self.program(stdin));
            }
            self.blanks();
            if !self.take("|") {
                return;
            }
        }
    }

    fn program(&mut self, stdin: Option<String>) -> String {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None | Some('\n' | ';' | '|' | '}' | ')') => break,
                Some(next) if SINGLE.contains(&next) => {
                    words.push(self.single_quoted());
                    assert!(
                        self.peek().is_none_or(|next| " \n;|})".contains(next)),
                        "two strings side by side are two arguments: {}",
                        self.rest()
                    );
                }
                Some(_) if self.take("$env:KUBECONFIG") => words.push(self.world.env["KUBECONFIG"].clone()),
                Some(_) => words.push(self.bare()),
            }
        }
        let name = words.remove(0);
        assert!(name.chars().all(|character| character.is_ascii_alphanumeric() || character == '.'), "no program: {name}");
        let line = if self.legacy { argv::paste_legacy(&words) } else { argv::paste(&words) };
        let mut all = vec![name];
        all.extend(argv::split(&line));
        self.printed = self.world.run(all, stdin);
        self.printed.clone()
    }

    /// A word without quotes, as long as nothing in it is special anywhere.
    fn bare(&mut self) -> String {
        let mut word = String::new();
        while let Some(next) = self.peek().filter(|next| !" \n;|})".contains(*next)) {
            let special = "$`@#&<>(){},%!~*?[]".contains(next) || SINGLE.contains(&next) || DOUBLE.contains(&next);
            assert!(!special && !next.is_whitespace(), "{next} is special in: {}", self.rest());
            word.push(next);
            self.at += 1;
        }
        assert!(word != "--" && word != "--%", "{word} is PowerShell's own");
        assert!(!word.starts_with(|first: char| first.is_ascii_digit() || first == '.'), "{word} may be a number");
        assert!(!word.starts_with('-') || !word.contains(['.', ':']), "{word} is split by Windows PowerShell");
        word
    }

    fn single_quoted(&mut self) -> String {
        assert!(self.peek().is_some_and(|next| SINGLE.contains(&next)), "a string was expected at: {}", self.rest());
        self.at += 1;
        let mut out = String::new();
        loop {
            let next = self.peek().expect("a closing quote");
            self.at += 1;
            if SINGLE.contains(&next) {
                match self.peek() {
                    Some(second) if SINGLE.contains(&second) => {
                        out.push(second);
                        self.at += 1;
                        continue;
                    }
                    _ => return out,
                }
            }
            out.push(next);
        }
    }

    fn here_string(&mut self) -> String {
        let end = if self.take("@'\n") { "'@" } else { "\"@" };
        let expands = end == "\"@" && self.take("@\"\n");
        let mut lines: Vec<String> = vec![String::new()];
        loop {
            if lines.last().is_some_and(String::is_empty) && self.take(end) {
                lines.pop();
                return lines.join("\n");
            }
            let next = self.peek().expect("the end of a here-string");
            if expands && self.take("$(") {
                let printed = self.program(None);
                self.want(")");
                lines.last_mut().expect("a line").push_str(printed.trim_end_matches('\n'));
                continue;
            }
            assert!(!expands || !"$`".contains(next), "{next} is replaced in this string");
            self.at += 1;
            if next == '\n' { lines.push(String::new()) } else { lines.last_mut().expect("a line").push(next) }
        }
    }

    fn expression(&mut self) -> String {
        self.blanks();
        let mut value = if self.looking_at("@'") || self.looking_at("@\"") {
            self.here_string()
        } else if self.take("(") {
            let value = self.expression();
            self.want(")");
            value
        } else if self.take("Join-Path $PWD ") {
            self.single_quoted()
        } else if self.take("Join-Path $HOME ") {
            format!("~/{}", self.single_quoted())
        } else if self.take("Get-Content -Raw -LiteralPath ") {
            let file = self.single_quoted();
            self.world.file(&file).to_owned()
        } else {
            self.single_quoted()
        };
        loop {
            if self.take(".Trim()") {
                value = value.trim().to_owned();
            } else if self.take(" + \"`n\"") {
                value.push('\n');
            } else if self.take(" -f ") {
                let inner = self.expression();
                value = value.replace("{0}", &inner);
            } else {
                return value;
            }
        }
    }
}
