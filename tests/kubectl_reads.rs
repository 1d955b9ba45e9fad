//! Kubeconfigs read here and by real kubectl (KUBECRED_BIN, set by tests/env.sh): the same verdict and the same contents.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod kubectl;

use common::vector;
use kubecred::UnixTime;
use kubecred::kubeconfig::Kubeconfig;
use kubectl::{Kubectl, of_kubectl, round_trip, same, to_json};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const NOW: UnixTime = common::NOW;

/// Where ours refuses and kubectl does not: it would lose or mistake something in silence.
const STRICTER: [(&str, &str); 4] = [
    ("21-dup-top-key.yaml", "a key twice: kubectl takes the last"),
    ("24-dup-key-in-user.yaml", "a key twice: kubectl takes the last"),
    ("26-multi-doc.yaml", "a second document: kubectl does not look at it"),
    ("63-nul-byte.yaml", "a name with NUL, which nobody can type"),
];

#[test]
fn the_vectors_get_kubectls_verdict() {
    let kubectl = Kubectl::new("vectors");
    let table = String::from_utf8(vector("kubeconfig/expected.tsv")).unwrap();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, exit, seen] = columns[..] else { panic!("{line}") };
        let text = vector(&format!("kubeconfig/{name}"));
        let ours = Kubeconfig::read(&text, NOW);
        let theirs = kubectl.view(&text, &["--raw"]);
        count += 1;
        assert_eq!(theirs.is_ok(), exit == "0", "{name}: kubectl as recorded");
        if let Some((_, why)) = STRICTER.iter().find(|(stricter, _)| *stricter == name) {
            assert!(ours.is_err() && theirs.is_ok(), "{name}: {why}");
            continue;
        }
        assert_eq!(ours.is_ok(), theirs.is_ok(), "{name}: {:?}", ours.map(|_| ()));
        let (Ok(ours), Ok(theirs)) = (ours, theirs) else { continue };
        let names = |section: &str| -> Vec<String> {
            let mut names: Vec<_> =
                ours.describe().list(&[section]).iter().filter_map(|one| one.text(&["name"]).map(str::to_owned)).collect();
            names.sort();
            names
        };
        let recorded: Vec<&str> = seen.split('|').collect();
        assert_eq!(ours.current_context(), recorded[0], "{name}");
        assert_eq!(names("contexts").join(","), recorded[1], "{name}");
        same(&ours, &theirs, name);
        round_trip(&kubectl, &ours, &theirs, name);
    }
    assert!(count >= 30, "{count} files");
}

/// Fields that nobody knows, extensions with numbers that a float would spoil, every kind of user.
const LARGE: &str = r#"
apiVersion: v1
kind: Config
current-context: one
future: {field: [1, 2.50, 9007199254740993, true, ~, "x"]}
preferences: {colors: true}
extensions:
- name: top
  extension: {big: 9007199254740993, nested: {list: [a, {b: c}]}}
clusters:
- name: a
  cluster: {server: "https://a:6443", disable-compression: true, tls-server-name: b, future: kept}
- name: "b: c"
  cluster: {server: "https://b", insecure-skip-tls-verify: yes, proxy-url: "socks5://p:1"}
users:
- name: cert
  user: {client-certificate-data: aGVsbG8=, client-key-data: d29ybGQ=}
- name: token
  user: {token: abc, as: jane, as-uid: "1", as-groups: [x, z], as-user-extra: {k: [v, w]}}
- name: exec
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, get-token], env: [{name: A, value: b}], interactiveMode: IfAvailable, provideClusterInfo: true, installHint: "do\nthis"}
- name: oidc
  user: {auth-provider: {name: oidc, config: {client-id: x, id-token: "y"}}, future: kept}
- name: basic
  user: {username: u, password: p}
contexts:
- name: one
  context: {cluster: a, user: cert, namespace: dev, extensions: [{name: x, extension: {last-update: Tue}}]}
- name: two
  context: {cluster: "b: c", user: token, future: kept}
"#;

const SECOND: &str = r#"
apiVersion: v1
kind: Config
current-context: three
clusters: [{name: a, cluster: {server: "https://other"}}, {name: d, cluster: {server: "https://d"}}]
users: [{name: cert, user: {token: other}}, {name: e, user: {token: e}}]
contexts: [{name: one, context: {cluster: d, user: e}}, {name: three, context: {cluster: a, user: cert}}]
"#;

fn ours(text: &str) -> Kubeconfig {
    Kubeconfig::read(text.as_bytes(), NOW).unwrap()
}

#[test]
fn what_is_written_is_read_back_whole_in_every_format() {
    let kubectl = Kubectl::new("formats");
    round_trip(&kubectl, &ours(LARGE), &kubectl.view(LARGE.as_bytes(), &["--raw"]).unwrap(), "all kinds of fields");
    for format in ["yaml", "json", "kyaml"] {
        // Down to the digits of a number.
        let written = ours(LARGE).serialize(&common::json(&format!(r#"{{"format":"{format}"}}"#))).unwrap();
        assert!(std::str::from_utf8(&written).unwrap().contains("9007199254740993"), "{format}");
        let redacted = ours(LARGE).serialize(&common::json(&format!(r#"{{"format":"{format}","redact":true}}"#))).unwrap();
        kubectl.view(&redacted, &["--raw"]).unwrap();
    }
}

#[test]
fn the_names_that_break_writers_survive_every_format() {
    let kubectl = Kubectl::new("names");
    let names: Vec<String> = serde_json::from_slice(&vector("names.json")).unwrap();
    for format in ["json", "kyaml"] {
        // One file with all of them: a context and a user each.
        let mut tree = serde_json::json!({ "users": [], "contexts": [] });
        for name in names.iter().filter(|name| !name.contains('\0')) {
            tree["users"].as_array_mut().unwrap().push(serde_json::json!({ "name": name, "user": { "token": name } }));
            tree["contexts"]
                .as_array_mut()
                .unwrap()
                .push(serde_json::json!({ "name": name, "context": { "user": name, "cluster": name } }));
        }
        let value = common::json(&tree.to_string());
        let text = kubecred::yaml::write::document(&value);
        let written = Kubeconfig::read(&text, NOW).unwrap().serialize(&common::json(&format!(r#"{{"format":"{format}"}}"#))).unwrap();
        let seen = kubectl.view(&written, &["--raw"]).unwrap();
        assert_eq!(of_kubectl(&seen)["users"].as_array().unwrap().len(), tree["users"].as_array().unwrap().len());
        same(&Kubeconfig::read(&text, NOW).unwrap(), &seen, format);
        kubectl::wire(&Kubeconfig::read(&text, NOW).unwrap(), "the names");
    }
}

#[test]
fn minify_and_merge_give_what_kubectl_gives() {
    let kubectl = Kubectl::new("changes");
    let small = ours(LARGE).minify(None).unwrap();
    let theirs = kubectl.view(LARGE.as_bytes(), &["--raw", "--minify"]).unwrap();
    same(&small, &theirs, "minify");
    same(
        &ours(LARGE).minify(Some("two")).unwrap(),
        &kubectl.view(LARGE.as_bytes(), &["--raw", "--minify", "--context=two"]).unwrap(),
        "minify two",
    );
    // kubectl's way of merging, asked for.
    let (kept, _) = ours(LARGE).merge(&ours(SECOND), &common::json(r#"{"onConflict":"keep"}"#)).unwrap();
    let theirs = kubectl.view_files(&[LARGE.as_bytes(), SECOND.as_bytes()], &["--raw", "--flatten"]).unwrap();
    same(&kept, &theirs, "keep");
    // Safer on purpose: the second file's context `three` still means its own cluster and user.
    let (renamed, _) = ours(LARGE).merge(&ours(SECOND), &common::json("{}")).unwrap();
    let written = renamed.serialize(&common::json("{}")).unwrap();
    let seen = kubectl.view(&written, &["--raw", "--minify", "--context=three"]).unwrap();
    assert_eq!(seen["clusters"][0]["cluster"]["server"], "https://other");
    assert_eq!(seen["users"][0]["user"]["token"], "other");
    assert_eq!(theirs["clusters"][0]["cluster"]["server"], "https://a:6443", "kubectl's merge gives three the first file's cluster");
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

#[test]
fn generated_files_get_kubectls_verdict_and_contents() {
    const COUNT: usize = 240;
    let seed = std::env::var("KUBECRED_SEED").map_or_else(|_| rand_seed(), |seed| seed.parse().expect("KUBECRED_SEED is a number"));
    println!("KUBECRED_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let files: Vec<String> = (0..COUNT).map(|_| generated().new_tree(&mut runner).unwrap().current()).collect();
    let kubectl = Kubectl::new("generated");
    // kubectl is a process a file, so two at a time.
    let verdicts: Vec<_> = std::thread::scope(|scope| {
        let half = |files: &[String]| files.iter().map(|text| kubectl.view(text.as_bytes(), &["--raw"])).collect::<Vec<_>>();
        let (first, second) = files.split_at(COUNT / 2);
        let first = scope.spawn(move || half(first));
        let second = half(second);
        first.join().unwrap().into_iter().chain(second).collect()
    });
    let mut accepted = 0;
    for (text, theirs) in files.iter().zip(verdicts) {
        match (Kubeconfig::read(text.as_bytes(), NOW), theirs) {
            (Ok(ours), Ok(theirs)) => {
                accepted += 1;
                same(&ours, &theirs, &format!("seed {seed}\n{text}"));
                let written = ours.serialize(&common::json("{}")).unwrap();
                assert_eq!(to_json(Kubeconfig::read(&written, NOW).unwrap().tree()), to_json(ours.tree()), "seed {seed}\n{text}");
            }
            (Err(_), Err(_)) => {}
            (Err(error), Ok(_)) => {
                let listed =
                    ["stands twice", "second document", "belongs to nothing above"].iter().any(|reason| error.message().contains(reason));
                assert!(listed, "seed {seed}: refused here only: {}\n{text}", error.message());
            }
            (Ok(_), Err(theirs)) => panic!("seed {seed}: refused by kubectl only: {theirs}\n{text}"),
        }
    }
    assert!(accepted > COUNT / 10, "only {accepted} of {COUNT} files were read by both: the test says little");
}

fn rand_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

/// serde-saphyr as a second pair of eyes: what it makes of the texts that both take.
#[test]
fn serde_saphyr_sees_the_same_texts() {
    let names: Vec<String> = serde_json::from_slice(&vector("names.json")).unwrap();
    for name in names {
        let value = common::json(&serde_json::json!({ "a": name, "list": [name, { "b": name }] }).to_string());
        let text = kubecred::yaml::write::document(&value);
        let theirs: serde_json::Value = serde_saphyr::from_slice(&text).unwrap();
        assert_eq!(theirs["a"], name.as_str());
        assert_eq!(theirs["list"][1]["b"], name.as_str());
        assert_eq!(kubecred::yaml::read::value(std::str::from_utf8(&text).unwrap()).unwrap(), value);
    }
}
