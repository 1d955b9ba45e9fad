//! Nothing is decided by searching sentences, our own or a server's: they contain names that others chose. This reads the sources for
//! searches in what is called a message, words, refusal or sentence, and for literals that are parts of sentences; each one that is
//! meant has a reason here.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// File, a part of the line, and why it decides nothing by somebody's sentence.
const MEANT: [(&str, &str, &str); 8] = [
    ("src/input/layers.rs", "text.contains(\"BEGIN \")", "PEM in a pasted text"),
    ("src/input/describe.rs", "token.ends_with(\" bytes\")", "the size that kubectl describe prints in place of a value"),
    ("yaml/src/scalar.rs", "words.contains(&text)", "the words of YAML 1.1 for booleans and null"),
    ("src/yaml/write.rs", "!words.contains(", "the same words, where a key is written"),
    ("src/kubernetes/service_account.rs", "rest.place(\"299 \")", "the code that begins each value of the header Warning (RFC 7234, 5.5)"),
    ("pkg/bin/proxy.mts", "Starting to serve on", "kubectl proxy says in no other way that it serves, and at which port"),
    ("pkg/testing/requests.ts", "usages.includes(\"client auth\")", "the usages of a request, which are a closed list of Kubernetes"),
    ("www/ui/findings.js", "/^request-|^forbidden$|^wasm-/.test(error?.code)", "an error's code"),
];

/// What the build writes: inline.js, and the JavaScript next to its TypeScript.
fn is_built(path: &Path) -> bool {
    let sources = [("js", "ts"), ("mjs", "mts")];
    path.ends_with("inline.js")
        || sources
            .iter()
            .any(|(built, source)| path.extension().is_some_and(|ending| ending == *built) && path.with_extension(source).exists())
}

fn sources(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["cdn", "wasm", "dist", "node_modules", "target"].contains(&name.as_str()) || folder.ends_with("src") {
                sources(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) && !name.contains("tests") && !is_built(&path) {
            found.push(path);
        }
    }
}

/// The literal that a search is for: what follows the call, up to the quote.
fn searched(line: &str) -> Vec<&str> {
    let calls = [
        ".holds(\"",
        ".contains(\"",
        ".place(\"",
        ".places(\"",
        ".cut(\"",
        ".find(\"",
        ".ends_with(\"",
        ".includes(\"",
        ".endsWith(\"",
        ".indexOf(\"",
    ];
    calls
        .iter()
        .flat_map(|call| line.match_indices(call).map(move |(at, _)| &line[at + call.len()..]))
        .map(|rest| &rest[..rest.find('"').unwrap_or(rest.len())])
        .collect()
}

/// A sentence has a blank between words; a header, a mark of PEM or a name has none, or dashes around it.
fn is_sentence(text: &str) -> bool {
    text.contains(' ') && !text.contains("-----") && !text.contains("PRIVATE KEY") && !text.contains("CERTIFICATE") && text.trim() != ""
}

/// The regular expressions of a line that are tested or executed, without their slashes.
fn expressions(code: &str) -> Vec<&str> {
    ["/.test(", "/i.test(", "/s.test(", "/.exec(", "/i.exec(", "/s.exec(", "/m.exec("]
        .iter()
        .flat_map(|call| code.match_indices(call).map(|(at, _)| &code[..at]))
        .filter_map(|before| before.rfind("/").map(|start| &before[start + 1..]))
        .collect()
}

/// Two words with a blank between them, as in a sentence.
fn has_words(expression: &str) -> bool {
    let bytes = expression.as_bytes();
    bytes.windows(3).any(|three| three[0].is_ascii_lowercase() && three[1] == b' ' && three[2].is_ascii_lowercase())
}

fn suspicious(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or(line);
    let subject = ["message.", "message)", "words.", "sentence.", "refusal.", "message()."];
    let verbs = [
        "holds(",
        "contains(",
        "ends_with(",
        "starts_with(",
        "place(",
        "cut(",
        "find(\"",
        "includes(",
        "endsWith(",
        "startsWith(",
        "match(",
        "search(",
    ];
    let of_message = subject
        .iter()
        .any(|subject| code.match_indices(subject).any(|(at, _)| verbs.iter().any(|verb| code[at + subject.len()..].starts_with(verb))));
    let tested = ["/.test(", "/i.test(", "/s.exec(", "/.exec(", "/i.exec("]
        .iter()
        .any(|call| code.contains(call) && code[code.find(call).unwrap()..].contains("message"));
    of_message || tested || searched(code).into_iter().any(is_sentence) || expressions(code).into_iter().any(has_words)
}

#[test]
fn nothing_is_decided_by_the_text_of_a_sentence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "yaml/src"] {
        sources(&root.join(folder), &[".rs"], &mut files);
    }
    for folder in ["www", "pkg"] {
        sources(&root.join(folder), &[".js", ".mjs", ".ts", ".mts"], &mut files);
    }
    assert!(files.len() > 100, "the sources are here: {}", files.len());
    let mut found = Vec::new();
    for file in &files {
        let name = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (index, line) in code.lines().enumerate() {
            let meant = MEANT.iter().any(|(file, part, _)| *file == name && line.contains(part));
            if !line.trim_start().starts_with("//") && suspicious(line) && !meant {
                found.push(format!("{name}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "decide by a type, a code or a field, or add a reason to MEANT:\n{}", found.join("\n"));
}

#[test]
fn the_search_finds_what_was_there_before() {
    for line in [
        r#"        (403, _) if message.holds("\"system:anonymous\"") => ("#,
        r#"        _ if words.holds("insecure") => "key-refused","#,
        r#"        _ if words.ends_with("verification failure") || words.ends_with("verification error") => "signature-wrong","#,
        r#"        409 if message.holds("Apply failed with") => Some("#,
        r#"        let advice = if message.holds("usage") {"#,
        r#"  if (/\bissuer\b/.test(error?.message)) return "issuer";"#,
        r#"  if (error.code === "invalid-name" && /namespace/.test(error.message)) return "namespace";"#,
        r#"  const [, rest] = /^metadata\.name: (.+)$/s.exec(error.message ?? "") ?? [];"#,
        r#"if (text.includes("not by the API server")) return;"#,
        r#"if (/is invalid: spec/.test(text)) return;"#,
    ] {
        assert!(suspicious(line), "{line}");
    }
    for line in [
        r#"if version.holds("/") {"#,
        r#"if (/^[a-z]+ $/.test(text)) return;"#,
        r#"labels.iter().any(|label| label.holds("PRIVATE KEY"))"#,
        r#"address.starts_with("https://")"#,
    ] {
        assert!(!suspicious(line), "{line}");
    }
}
