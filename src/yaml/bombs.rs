//! What is built to take long takes work in proportion to its size, and is refused where it would make much of little.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::read::document;
use super::text::work;
use crate::error::Code;

/// Looks at bytes, texts compared and values made. Most bytes are looked at fewer than ten times; aliases make at most 200,000 values.
fn bound(bytes: usize) -> u64 {
    40 * bytes as u64 + 400_000
}

#[test]
fn bombs_take_work_in_proportion_to_their_size() {
    let laughs: String =
        (0..9).map(|level| format!("a{}: &a{} [{}]\n", level + 1, level + 1, vec![format!("*a{level}"); 9].join(","))).collect();
    let texts: String =
        (0..5).map(|level| format!("a{}: &a{} [{}]\n", level + 1, level + 1, vec![format!("*a{level}"); 9].join(","))).collect();
    let merges: String = (1..2000).map(|level| format!("m{level}: &m{level}\n  <<: *m{}\n  k{level}: v\n", level - 1)).collect();
    let cases = [
        ("aliases of aliases", format!("a0: &a0 [x]\n{laughs}"), Code::InputTooLarge),
        ("aliases of a long text", format!("a0: &a0 \"{}\"\n{texts}", "x".repeat(100_000)), Code::InputTooLarge),
        ("merges of merges", format!("m0: &m0 {{}}\n{merges}"), Code::InputTooLarge),
        ("an alias inside of itself", "a: &a [*a]".to_owned(), Code::InvalidYaml),
        ("deep blocks", "- ".repeat(100_000), Code::InvalidYaml),
        (
            "deep blocks, a level a line",
            (0..12_000).map(|depth| format!("{}- \n", " ".repeat(depth.min(150)))).collect(),
            Code::InvalidYaml,
        ),
        ("deep lists", "[".repeat(1_000_000), Code::InvalidYaml),
        ("deep maps", "{a: ".repeat(1_000_000), Code::InvalidYaml),
        ("anchors inside of anchors", format!("{}{}{}", "&a [".repeat(60), "x,".repeat(90_000), "]".repeat(60)), Code::InputTooLarge),
        ("many users", format!("users:\n{}", "- name: u\n  user: {token: t}\n".repeat(100_000)), Code::InputTooLarge),
        ("too many bytes", " ".repeat((4 << 20) + 1), Code::InputTooLarge),
        ("many documents", "a\n---\n".repeat(500_000), Code::InvalidYaml),
        ("a quotation mark and nothing else", format!("\"{}", "x\n".repeat(2_000_000)), Code::InvalidYaml),
        ("colons", ":".repeat(4 << 20), Code::InvalidYaml),
        ("question marks", "? ".repeat(2 << 20), Code::InvalidYaml),
        ("keys without a colon", "a\n".repeat(2 << 20), Code::InvalidYaml),
    ];
    for (what, text, code) in cases {
        let mut found = Ok(());
        let work = work::of(|| found = document(text.as_bytes()).map(|_| ()).map_err(|error| error.code()));
        assert!(work <= bound(text.len()), "{what}, {} bytes: {work}", text.len());
        if !["colons", "keys without a colon"].contains(&what) {
            assert_eq!(found, Err(code), "{what}");
        }
    }
    // As long as the bound lets it be, and harmless.
    let long = format!("a: {}", "x".repeat(3_000_000));
    assert!(work::of(|| assert_eq!(document(long.as_bytes()).unwrap().text_of("a").len(), 3_000_000)) <= bound(long.len()));
    let wide: String = (0..60_000).map(|number| format!("key{number}: v\n")).collect();
    assert!(work::of(|| assert_eq!(document(wide.as_bytes()).unwrap().pairs().len(), 60_000)) <= bound(wide.len()));
}
