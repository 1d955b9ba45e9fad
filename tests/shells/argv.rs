//! How a Windows program splits its command line: CommandLineToArgvW, which the C runtime and Go follow
//! (Microsoft, "Parsing C command-line arguments"), and how .NET writes one.

/// The arguments; the program's own name is not among them.
pub fn split(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        while at < characters.len() && matches!(characters[at], ' ' | '\t') {
            at += 1;
        }
        if at == characters.len() {
            return words;
        }
        let mut word = String::new();
        let mut quoted = false;
        while at < characters.len() && (quoted || !matches!(characters[at], ' ' | '\t')) {
            let start = at;
            while at < characters.len() && characters[at] == '\\' {
                at += 1;
            }
            let backslashes = at - start;
            if characters.get(at) == Some(&'"') {
                word.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    word.push('"');
                } else if quoted && characters.get(at + 1) == Some(&'"') {
                    word.push('"'); // two in quotes are one
                    at += 1;
                } else {
                    quoted = !quoted;
                }
                at += 1;
            } else {
                word.extend(std::iter::repeat_n('\\', backslashes));
                if at < characters.len() && (quoted || !matches!(characters[at], ' ' | '\t')) {
                    word.push(characters[at]);
                    at += 1;
                }
            }
        }
        words.push(word);
    }
}

/// .NET's PasteArguments, with which PowerShell 7.3 and later write the line.
pub fn paste(words: &[String]) -> String {
    let one = |word: &String| {
        if !word.is_empty() && !word.contains(|character: char| character.is_whitespace() || character == '"') {
            return word.clone();
        }
        let mut out = String::from("\"");
        let mut backslashes = 0;
        for character in word.chars() {
            if character == '\\' {
                backslashes += 1;
                continue;
            }
            let times = if character == '"' { 2 * backslashes + 1 } else { backslashes };
            out.extend(std::iter::repeat_n('\\', times));
            backslashes = 0;
            out.push(character);
        }
        out.extend(std::iter::repeat_n('\\', 2 * backslashes));
        out + "\""
    };
    words.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Windows PowerShell 5.1: quotes around a word with a blank outside of quotes, and nothing else (its `NeedQuotes`).
pub fn paste_legacy(words: &[String]) -> String {
    let one = |word: &String| {
        let (mut needed, mut quotes, mut escaped) = (false, 0, false);
        for character in word.chars() {
            if character == '"' && !escaped {
                quotes += 1;
            } else if character.is_whitespace() && quotes % 2 == 0 {
                needed = true;
            }
            escaped = character == '\\';
        }
        if needed { format!("\"{word}\"") } else { word.clone() }
    };
    words.iter().map(one).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
