//! The command prompt (`help cmd`, `help set`, `help echo`; Microsoft, "cmd"): variables first, then quotes, carets and
//! redirections, then the program's own reading of what is left.

use super::{World, argv};

/// Runs lines as they are pasted, one after the other.
pub fn run(text: &str, world: &mut World<'_>) {
    let mut code_page = 850;
    for line in text.split('\n') {
        assert!(line.len() < 8191, "longer than cmd takes");
        one(line, world, &mut code_page);
    }
}

/// `%NAME%` of a variable that is set is replaced, in quotes as well. In a file an unknown one is removed and in a
/// terminal it stays, so none may be there.
fn variables(line: &str, world: &World<'_>) -> String {
    let mut out = String::new();
    for (index, part) in line.split('%').enumerate() {
        match index % 2 {
            0 => out.push_str(part),
            _ => out.push_str(world.env.get(part).unwrap_or_else(|| panic!("a percent sign that is no variable: {line}"))),
        }
    }
    assert!(line.split('%').count() % 2 == 1, "a single percent sign: {line}");
    assert!(!out.contains('!'), "an exclamation mark, which cmd /v:on replaces: {line}");
    out
}

/// The positions of `text` outside of quotes.
fn unquoted(line: &str, text: &str) -> Vec<usize> {
    line.match_indices(text).map(|(at, _)| at).filter(|at| line[..*at].matches('"').count().is_multiple_of(2)).collect()
}

/// Commands that each need the success of the one before.
fn one(line: &str, world: &mut World<'_>, code_page: &mut u32) {
    let line = variables(line, world);
    if line.starts_with("rem ") {
        return;
    }
    // PROGRAM | findstr TEXT >nul && PROGRAM || echo TEXT: as it is, and nothing else that joins commands. A caret in front
    // would take the meaning of a sign, and then the rest is refused below.
    if let ([find], [and], [or]) = (&*unquoted(&line, " | findstr "), &*unquoted(&line, " >nul && "), &*unquoted(&line, " || echo ")) {
        assert!(find < and && and < or && unquoted(&line, "^").is_empty(), "another order: {line}");
        let text = &line[find + " | findstr ".len()..*and];
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "special to findstr: {line}");
        let printed = command(&line[..*find], world, code_page);
        if printed.lines().any(|line| line.contains(text)) {
            command(&line[and + " >nul && ".len()..*or], world, code_page);
        } else {
            let said = &line[or + " || echo ".len()..];
            assert!(!said.contains(['&', '|', '<', '>', '(', ')', '^', '"']), "special in what is said: {line}");
            world.said.push(said.to_owned());
        }
        return;
    }
    let mut quoted = false;
    let mut from = 0;
    for (at, character) in line.char_indices() {
        quoted ^= character == '"';
        if !quoted && line[at..].starts_with(" && ") {
            command(&line[from..at], world, code_page);
            from = at + " && ".len();
        }
    }
    command(&line[from..], world, code_page);
}

/// One command; what it printed.
fn command(line: &str, world: &mut World<'_>, code_page: &mut u32) -> String {
    let mut rest = String::new();
    let mut output: Option<(String, bool)> = None;
    let mut input: Option<String> = None;
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                quoted = !quoted;
                rest.push('"');
            }
            _ if quoted => rest.push(character),
            '^' => rest.push(characters.next().expect("a caret at the end joins lines")),
            '>' | '<' => {
                assert!(!rest.ends_with(|last: char| last.is_ascii_digit()), "a digit before {character} is a handle: {line}");
                let append = characters.next_if_eq(&'>').is_some();
                while characters.next_if_eq(&' ').is_some() {}
                let mut name = String::new();
                let mut inside = false;
                while let Some(next) = characters.next_if(|next| inside || *next != ' ') {
                    assert!(inside || !"^&|<>()=,;".contains(next), "a sign in a file's name: {line}");
                    inside ^= next == '"';
                    if next != '"' {
                        name.push(next);
                    }
                }
                assert!(!inside && !name.is_empty(), "an unfinished file's name: {line}");
                if character == '>' {
                    output = Some((name, append))
                } else {
                    input = Some(name)
                }
                if rest.is_empty() {
                    while characters.next_if_eq(&' ').is_some() {}
                }
            }
            '&' | '|' | '(' | ')' => panic!("{character} would begin another command: {line}"),
            other => rest.push(other),
        }
    }
    let (name, tail) = rest.split_once(' ').unwrap_or((&rest, ""));
    let printed = match name {
        "echo" => {
            assert!(!["", "on", "off", "/?"].contains(&tail.trim()), "echo takes this for itself: {line}");
            assert!(tail.is_ascii() || *code_page == 65001, "beyond ASCII in code page {code_page}: {line}");
            format!("{tail}\r\n")
        }
        "set" if tail.starts_with("/p \"=") => {
            assert_eq!(input.as_deref(), Some("nul"), "set /p waits for a person: {line}");
            tail.trim_start_matches("/p \"=").strip_suffix('"').expect("a closing quote").trim_start().to_owned()
        }
        "set" => {
            let (key, value) = tail.trim_matches('"').split_once('=').expect("a variable");
            world.env.insert(key.to_owned(), value.to_owned());
            String::new()
        }
        "chcp" => {
            *code_page = tail.trim().parse().expect("a number");
            String::new()
        }
        "type" if tail.trim() == "nul" => String::new(),
        "type" => world.file(&argv::split(tail)[0]).to_owned(),
        "del" => {
            let name = super::plain(&argv::split(tail)[0]);
            assert!(world.files.remove(&name).is_some(), "del of no file: {line}");
            String::new()
        }
        program => {
            assert!(quoted || program.chars().all(|character| character.is_ascii_alphanumeric()), "no program: {line}");
            let mut words = vec![program.to_owned()];
            words.extend(argv::split(tail));
            world.run(words, None)
        }
    };
    assert!(!quoted || name == "echo", "an open quote: {line}");
    if let Some((file, append)) = output.filter(|(file, _)| file != "nul") {
        world.write(&file, &printed, append);
    }
    printed
}
