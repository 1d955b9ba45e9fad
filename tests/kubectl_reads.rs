//! Kubeconfigs read here and by real kubectl (KUBECRED_BIN, set by scripts/env.sh): the same verdict and the same contents.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;
use crate::kubectl;

use common::vector;
use kubecred::UnixTime;
use kubecred::kubeconfig::Kubeconfig;
use kubectl::{Kubectl, of_kubectl, round_trip, same};

const NOW: UnixTime = common::NOW;

#[test]
fn the_vectors_get_kubectls_verdict() {
    let kubectl = Kubectl::new("vectors");
    let table = String::from_utf8(vector("kubeconfig/expected.tsv")).unwrap();
    let (mut count, mut stricter) = (0, Vec::new());
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, exit, seen] = columns[..] else { panic!("{line}") };
        let text = vector(&format!("kubeconfig/{name}"));
        let ours = Kubeconfig::read(&text, NOW);
        let theirs = kubectl.view(&text, &["--raw"]);
        count += 1;
        assert_eq!(theirs.is_ok(), exit == "0", "{name}: kubectl as recorded");
        if let Err(error) = &ours
            && theirs.is_ok()
        {
            stricter.push(name.to_owned());
            assert!(kubectl::stricter::reason(error).is_some(), "{name}: refused here only, and not listed: {}", error.message());
        }
        assert!(theirs.is_ok() || ours.is_err(), "{name}: refused by kubectl only");
        let (Ok(ours), Ok(theirs)) = (ours, theirs) else { continue };
        let names = |section: &str| -> Vec<String> {
            let mut names: Vec<_> =
                ours.lint().describe().list(&[section]).iter().filter_map(|one| one.text(&["name"]).map(str::to_owned)).collect();
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
    assert_eq!(stricter, ["21-dup-top-key.yaml", "24-dup-key-in-user.yaml", "26-multi-doc.yaml", "63-nul-byte.yaml"]);
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
    // No context, one whose cluster is missing, one that is missing: refused by both. One without a cluster: by neither.
    let rest =
        "contexts: [{name: x, context: {cluster: c, user: u}}, {name: w, context: {user: u}}]\nusers: [{name: u, user: {token: t}}]\n";
    for (current, accepted) in [("''", false), ("x", false), ("z", false), ("w", true)] {
        let text = format!("current-context: {current}\n{rest}");
        let theirs = kubectl.view(text.as_bytes(), &["--raw", "--minify"]);
        let small = ours(&text).minify(None);
        assert_eq!((small.is_ok(), theirs.is_ok()), (accepted, accepted), "{current}: {theirs:?}");
        if let (Ok(small), Ok(theirs)) = (small, theirs) {
            same(&small, &theirs, current);
        }
    }
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
