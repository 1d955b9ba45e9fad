//! The codes of findings and of errors: each is in the published types, and the types name no other. Each of a finding is used.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use kubecred::Code;
use kubecred::finding::FindingCode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The members of a union in the published types.
fn published(types: &str, union: &str) -> Vec<String> {
    let union = types.split(&format!("export type {union} =")).nth(1).unwrap().split(';').next().unwrap();
    union.split('|').map(|member| member.trim().trim_matches('"').to_owned()).filter(|member| !member.is_empty()).collect()
}

fn sources(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("finding/code.rs") {
            found.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_published_types_list_the_codes_and_no_others() {
    let types = std::fs::read_to_string(root().join("pkg/types.ts")).unwrap();
    let published = published(&types, "FindingCode");
    let here: Vec<&str> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
    let (there_alone, here_alone): (BTreeSet<&str>, BTreeSet<&str>) = (
        published.iter().map(String::as_str).filter(|code| !here.contains(code)).collect(),
        here.iter().copied().filter(|code| !published.iter().any(|one| one == code)).collect(),
    );
    assert!(there_alone.is_empty() && here_alone.is_empty(), "only published: {there_alone:?}; not published: {here_alone:?}");
    assert_eq!(published.len(), here.len(), "each once");
}

#[test]
fn the_published_types_list_the_codes_of_errors_and_no_others() {
    let types = std::fs::read_to_string(root().join("pkg/types.ts")).unwrap();
    let mut published = published(&types, "KubecredErrorCode");
    published.sort();
    let mut here: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    here.sort_unstable();
    assert_eq!(published, here);
    here.dedup();
    assert_eq!(published.len(), here.len(), "each once");
}

#[test]
fn codes_are_kebab_case_sorted_and_each_is_used() {
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    let mut before = "";
    for one in FindingCode::ALL {
        let text = one.as_str();
        assert!(before < text, "{text} is not in its place, or twice");
        assert!(
            text.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        );
        let name = format!("FindingCode::{one:?}");
        let used = code.match_indices(&name).any(|(at, _)| !code[at + name.len()..].starts_with(|next: char| next.is_ascii_alphanumeric()));
        assert!(used, "no finding has the code {text}");
        before = text;
    }
}

#[test]
fn a_missing_code_would_be_found() {
    assert_eq!(published("x; export type FindingCode =\n  | \"a\"\n  | \"b-c\";\n", "FindingCode"), ["a", "b-c"]);
}
