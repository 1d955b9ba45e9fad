//! Names that look like other names: what is said about them, and the page's table of such characters.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::common;

use common::{NOW, json};
use kubecred::kubernetes::csr::signing_request;
use kubecred::kubernetes::rbac::matrix;
use kubecred::names;
use kubecred::x509::subject::Identity;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

fn codes(name: &str) -> Vec<&'static str> {
    names::findings(name).iter().map(|finding| finding.code.as_str()).collect()
}

/// One of each kind, with the code points that the remark must name.
const SUSPICIOUS: &[(&str, &str, &str)] = &[
    // The letters of the issue, each among Latin ones.
    ("\u{0430}dmin", "looks-like-ascii", "U+0430"),     // Cyrillic
    ("j\u{0251}ne", "looks-like-ascii", "U+0251"),      // Latin alpha
    ("\u{0578}dmi\u{057D}", "mixed-scripts", "U+057D"), // Armenian
    ("p\u{0585}d", "looks-like-ascii", "U+0585"),       // Armenian oh
    ("\u{13AA}\u{13A5}", "looks-like-ascii", "U+13A5"), // Cherokee
    ("\u{A4D0}dmin", "looks-like-ascii", "U+A4D0"),     // Lisu
    ("j\u{2C9F}e", "looks-like-ascii", "U+2C9F"),       // Coptic
    ("adm\u{05D5}n", "looks-like-ascii", "U+05D5"),     // Hebrew vav
    ("r\u{3007}\u{3007}t", "mixed-scripts", "U+3007"),  // Han zero
    ("\u{10406}x", "mixed-scripts", "U+10406"),         // Deseret
    ("\u{1D00}dmin", "uncommon-characters", "U+1D00"),  // small capital
    ("system\u{A789}masters", "looks-like-ascii", "U+A789"),
    ("system\u{FF1A}masters", "looks-like-ascii", "U+FF1A"),
    ("system\u{0589}masters", "looks-like-ascii", "U+0589"),
    ("o\u{FB03}ce", "looks-like-ascii", "U+FB03"),     // ligature
    ("\u{01C9}ane", "looks-like-ascii", "U+01C9"),     // digraph
    ("jane\u{00A0}doe", "looks-like-ascii", "U+00A0"), // no-break space
    ("jane\u{2003}doe", "looks-like-ascii", "U+2003"),
    ("jane\u{3000}doe", "looks-like-ascii", "U+3000"),
    ("\u{FF41}\u{FF44}\u{FF4D}\u{FF49}\u{FF4E}", "looks-like-ascii", "U+FF4D"),
    ("\u{1D41A}dmin", "looks-like-ascii", "U+1D41A"), // mathematical
    ("j\u{2090}ne", "looks-like-ascii", "U+2090"),    // subscript
    ("team\u{2010}a", "looks-like-ascii", "U+2010"),  // hyphen
    ("team\u{2215}a", "looks-like-ascii", "U+2215"),
    ("\u{217C}ee", "looks-like-ascii", "U+217C"),   // Roman numeral
    ("\u{212A}ate", "looks-like-ascii", "U+212A"),  // Kelvin
    ("adm\u{0661}n", "looks-like-ascii", "U+0661"), // Arabic digit
    // Wholly in another script.
    ("\u{0430}\u{0501}\u{043C}\u{0456}\u{0578}", "looks-like-ascii", "U+0456"),
    ("\u{0455}\u{0443}\u{0455}\u{0442}\u{0435}\u{043C}", "looks-like-ascii", "U+0455"),
    ("\u{03BF}\u{03C1}\u{0455}", "looks-like-ascii", "U+03BF"),
    // Letters of a script that is not imitated wholly.
    ("\u{0418}\u{0432}\u{0430}\u{043D}", "confusable-characters", "U+0430"),
    ("jane-\u{65E5}\u{672C}", "mixed-scripts", "U+65E5"),
    ("\u{0439}\u{03BB}", "mixed-scripts", "U+03BB"),
    // What cannot be seen.
    ("ad\u{200B}min", "invisible-characters", "U+200B"),
    ("\u{202E}nimda", "invisible-characters", "U+202E"),
    ("admin\u{0007}", "invisible-characters", "U+0007"),
    ("admin\u{00AD}", "invisible-characters", "U+00AD"),
    ("admin\u{FE0F}", "invisible-characters", "U+FE0F"),
    ("admin\u{E0061}", "invisible-characters", "U+E0061"),
    ("admin\u{3164}", "invisible-characters", "U+3164"),
    ("admin\u{13430}", "invisible-characters", "U+13430"),
    ("admin\u{E000}", "invisible-characters", "U+E000"),
    ("admin\u{0378}", "invisible-characters", "U+0378"),
    // Marks, and letters that have two encodings.
    ("a\u{0323}dmin", "combining-characters", "U+0323"),
    ("jose\u{0301}", "combining-characters", "U+0301"),
    ("admin\u{0338}", "combining-characters", "U+0338"),
    ("\u{212B}ngstrom", "not-normalized", "U+212B"),
];

#[test]
fn a_name_in_a_sentence_is_written_out() {
    for (name, shown) in [
        ("jane", "jane"),
        ("J\u{fc}rgen", "J\u{fc}rgen"),
        ("\u{430}lice", "[U+0430]lice"),
        ("a\u{202e}b\"c", "a[U+202E]b[U+0022]c"),
        ("e\u{301}", "e[U+0301]"),
    ] {
        assert_eq!(names::written(name), shown);
    }
    assert_eq!(names::written(&"x".repeat(101)), format!("{}\u{2026}", "x".repeat(100)));
}

#[test]
fn every_name_that_looks_like_another_is_a_warning_that_names_the_characters() {
    for (name, code, point) in SUSPICIOUS {
        let found = names::findings(name);
        let finding =
            found.iter().find(|finding| finding.code.as_str() == *code).unwrap_or_else(|| panic!("{}: {found:?}", name.escape_unicode()));
        assert_eq!(finding.level.as_str(), "warning", "{name}");
        assert!(finding.message.contains(point), "{}: {}", name.escape_unicode(), finding.message);
    }
}

#[test]
fn ordinary_names_are_not_remarked_on() {
    let names = [
        "jane",
        "jane.doe@example.com",
        "system:masters",
        "O'Neil",
        "100%",
        "a|b",
        "Jos\u{E9}",
        "M\u{FC}ller",
        "\u{141}ukasz",
        "Nguy\u{1EC5}n",
        "\u{65E5}\u{672C}\u{592A}\u{90CE}",
        "\u{5C71}\u{7530}\u{30CF}\u{30CA}\u{30B3}",
        "\u{AE40}\u{CCA0}\u{C218}",
        "\u{0915}\u{0941}\u{092E}\u{093E}\u{0930}",
        "\u{0E2A}\u{0E21}\u{0E0A}\u{0E32}\u{0E22}-2",
    ];
    for name in names {
        assert_eq!(codes(name), [] as [&str; 0], "{name}");
    }
}

/// Every letter that UTS 39 lists as looking like a piece of ASCII, one at a time in the middle of an ASCII name.
#[test]
fn no_character_that_looks_like_ascii_goes_unremarked() {
    let mut count = 0;
    for character in ('\u{80}'..=char::MAX).filter(|character| names::is_confusable(*character)) {
        count += 1;
        assert_ne!(codes(&format!("ad{character}min")), [] as [&str; 0], "{:X}", character as u32);
    }
    assert!(count > 2_500, "{count}");
}

#[test]
fn a_long_name_is_described_briefly() {
    let name: String = ('\u{0410}'..='\u{044F}').cycle().take(100_000).collect();
    for finding in names::findings(&name) {
        assert!(finding.message.len() < 400, "{}", finding.message);
    }
}

#[test]
fn user_groups_and_uid_are_judged() {
    let identity = Identity {
        user: "\u{0430}dmin".to_owned(),
        groups: vec!["dev".to_owned(), "d\u{0435}v".to_owned()],
        uid: Some("1\u{200B}".to_owned()),
    };
    let found: Vec<(&str, Option<String>)> = identity.findings().into_iter().map(|finding| (finding.code.as_str(), finding.path)).collect();
    for (code, path) in [("looks-like-ascii", "user"), ("looks-like-ascii", "groups[1]"), ("invisible-characters", "uid")] {
        assert!(found.contains(&(code, Some(path.to_owned()))), "{code} {path}: {found:?}");
    }
}

#[test]
fn names_around_a_request_are_judged() {
    let object = json(
        r#"{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"j\u0430ne","uid":"1"},
            "spec":{"request":"","signerName":"kubernetes.io\u2215kube-apiserver-client","username":"j\u0430ne","groups":["a","d\u0435v"]}}"#,
    );
    let findings = signing_request::read(&object).unwrap().findings(NOW);
    let found: Vec<_> = findings
        .iter()
        .filter(|finding| finding.code.as_str() == "looks-like-ascii")
        .filter_map(|finding| finding.path.as_deref())
        .collect();
    assert_eq!(found, ["name", "signerName", "requestor.user", "requestor.groups[1]"]);
}

#[test]
fn names_in_roles_and_bindings_are_judged() {
    let manifests = json(
        r#"[{"kind":"RoleBinding","metadata":{"name":"b\u0430","namespace":"\u0430pps"},"roleRef":{"kind":"Role","name":"r\u0435"},
             "subjects":[{"kind":"ServiceAccount","name":"rob\u043Et","namespace":"\u0430pps"}]},
            {"kind":"Role","metadata":{"name":"r\u0435","namespace":"\u0430pps"},"rules":[]}]"#,
    );
    let found: Vec<String> = matrix::findings(&manifests)
        .unwrap()
        .into_iter()
        .filter(|finding| finding.code.as_str() == "looks-like-ascii")
        .filter_map(|finding| finding.path)
        .collect();
    let wanted = [
        "[0].subjects[0].name",
        "[0].subjects[0].namespace",
        "[0].metadata.name",
        "[0].metadata.namespace",
        "[0].roleRef.name",
        "[1].metadata.name",
        "[1].metadata.namespace",
    ];
    assert_eq!(found, wanted);
}

/// What the skeletons of ASCII characters hold that is not ASCII itself.
fn ascii_skeletons() -> Vec<char> {
    let ascii: String = ('!'..='~').collect();
    skeleton(&ascii).filter(|character| !character.is_ascii()).collect()
}

fn looks_like_ascii(character: char, skeletons: &[char]) -> bool {
    if character.is_ascii() || names::is_invisible(character) {
        return false;
    }
    let text = character.to_string();
    let mut like = skeleton(&text).peekable();
    like.peek().is_some() && like.all(|one| one.is_ascii() || skeletons.contains(&one))
        || text.nfkd().all(|one| one.is_ascii())
        || character.is_whitespace()
}

fn ranges(wanted: impl Fn(char) -> bool) -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in ('\u{80}'..=char::MAX).filter(|character| wanted(*character)) {
        match ranges.last_mut() {
            Some((_, last)) if *last as u32 + 1 == character as u32 => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    ranges
}

fn rust(name: &str, what: &str, ranges: &[(char, char)]) -> String {
    let mut text = format!("\n/// {what}\n#[rustfmt::skip]\npub(super) const {name}: &[(char, char)] = &[");
    for (index, (first, last)) in ranges.iter().enumerate() {
        let space = if index % 5 == 0 { "\n    " } else { " " };
        let _ = write!(text, "{space}('\\u{{{:X}}}', '\\u{{{:X}}}'),", *first as u32, *last as u32);
    }
    text + "\n];\n"
}

/// The tables of the core and the page, from the crates. `WRITE=1 cargo test --test native names::` writes them.
#[test]
fn the_tables_are_those_of_unicode() {
    let skeletons = ascii_skeletons();
    let confusable = ranges(|character| {
        let mut capital = character.to_uppercase();
        looks_like_ascii(character, &skeletons) || capital.len() == 1 && capital.all(|one| looks_like_ascii(one, &skeletons))
    });
    let common = |character: char| matches!(character.script(), Script::Inherited | Script::Common);
    let marks = ranges(|character| is_combining_mark(character) && common(character));
    let unstable = ranges(|character| !is_combining_mark(character) && !character.nfc().eq([character]));
    let core =
        "//! Characters that look like others, from the crates unicode-security, unicode-normalization and unicode-script. Written by\n\
                //! tests/names.rs: `WRITE=1 cargo test --test native names::`.\n"
            .to_owned()
            + &rust("CONFUSABLE", "Not ASCII, and looks like ASCII.", &confusable)
            + &rust("MARKS", "Marks that go on any letter.", &marks)
            + &rust("UNSTABLE", "Replaced by others in normalization form C.", &unstable);
    let mut class = String::new();
    for (first, last) in confusable {
        for (sign, character) in [("", first), ("-", last)].iter().take(if first == last { 1 } else { 2 }) {
            let _ = write!(class, "{sign}\\u{{{:x}}}", *character as u32);
        }
    }
    let page = format!(
        "// Characters that look like ASCII, as the core judges them (src/names.rs, Unicode Technical Standard 39). Written by tests/names.rs:\n\
         //   WRITE=1 cargo test --test native names::\n\
         export const CONFUSABLE = /[{class}]/u;\n"
    );
    for (file, text) in [("src/names/tables.rs", core), ("pkg/ui/confusable.ts", page)] {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("WRITE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap_or_default() == text,
            "{file} is not what Unicode says: run WRITE=1 cargo test --test native names::"
        );
    }
}
