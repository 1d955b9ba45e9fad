//! Kubeconfigs: what is written, and what real kubectl reads back (KUBECRED_BIN, set by scripts/env.sh).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::signed::{Signed, now};
use common::{json, vector};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::kubeconfig::{Kubeconfig, Parts, from_certificate};
use kubecred::kubernetes::server_url::normalise;
use kubecred::{Code, Level, UnixTime, Value, yaml};
use std::path::{Path, PathBuf};
use std::process::Command;

const ISSUED: UnixTime = UnixTime(1_795_474_800); // when the vector's certificate was issued: 2026-11-23T23:00:00Z

fn make(extra: &str) -> Result<String, Code> {
    let key = PrivateKey::import(&vector("signing-requests/issued.key.pem"), None, &mut common::System).unwrap();
    let mut parts = json(extra);
    parts.set("certificate", String::from_utf8(vector("signing-requests/issued.crt.pem")).unwrap().into());
    let parts = Parts::from_value(&parts).map_err(|error| error.code())?;
    let made = from_certificate(&key, parts, ISSUED).map_err(|error| error.code())?;
    Ok(String::from_utf8(made.serialize(&Value::Map(Vec::new())).unwrap().to_vec()).unwrap())
}

fn kubectl(arguments: &[&str]) -> String {
    let folder = std::env::var_os("KUBECRED_BIN").expect("KUBECRED_BIN is set: run this through make test-rust");
    let output =
        Command::new(PathBuf::from(folder).join("kubectl")).env_remove("KUBECONFIG").args(arguments).output().expect("kubectl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_file_holds_exactly_what_was_asked_for() {
    let authority = r#"{"cluster":{"server":"https://127.0.0.1:6443/","certificateAuthority":"CA"},"namespace":"dev"}"#;
    let ca = String::from_utf8(vector("signing-requests/issued.crt.pem")).unwrap().replace('\n', "\\n");
    let text = make(&authority.replace("CA\"", &format!("{ca}\""))).unwrap();
    let keys: Vec<&str> = text.lines().filter_map(|line| line.split_once(':').map(|(key, _)| key.trim_start_matches(['-', ' ']))).collect();
    assert_eq!(
        keys,
        [
            "apiVersion",
            "clusters",
            "cluster",
            "certificate-authority-data",
            "server",
            "name",
            "contexts",
            "context",
            "cluster",
            "namespace",
            "user",
            "name",
            "current-context",
            "kind",
            "preferences",
            "users",
            "name",
            "user",
            "client-certificate-data",
            "client-key-data"
        ]
    );
    assert!(text.contains("server: \"https://127.0.0.1:6443\"\n") && text.contains("current-context: \"jane@127.0.0.1:6443\"\n"));
    let seen = json(&kubectl(&["config", "view", "--raw", "-o", "json", "--kubeconfig", file("exact.yaml", &text).to_str().unwrap()]));
    assert_eq!(seen.list(&["contexts"])[0].text(&["context", "namespace"]), Some("dev"));
}

#[test]
fn kubectl_reads_every_hostile_name_back() {
    let names = json(std::str::from_utf8(&vector("names.json")).unwrap());
    let Value::List(names) = names else { panic!("a list") };
    for (index, name) in names.iter().enumerate() {
        let Value::String(text) = name else { panic!("a text") };
        let mut parts = json(r#"{"cluster":{"server":"https://example.com"}}"#);
        let mut cluster = parts.get("cluster").unwrap().clone();
        cluster.set("name", name.clone());
        parts.set("cluster", cluster);
        parts.set("userName", name.clone());
        parts.set("contextName", name.clone());
        let key = PrivateKey::import(&vector("signing-requests/issued.key.pem"), None, &mut common::System).unwrap();
        parts.set("certificate", String::from_utf8(vector("signing-requests/issued.crt.pem")).unwrap().into());
        let parts = Parts::from_value(&parts);
        if text.contains('\0') {
            assert_eq!(parts.unwrap_err().code(), Code::InvalidName);
            continue;
        }
        let made = from_certificate(&key, parts.unwrap(), ISSUED).unwrap();
        let file = file(&format!("name-{index}.yaml"), std::str::from_utf8(&made.serialize(&Value::Map(Vec::new())).unwrap()).unwrap());
        let seen = json(&kubectl(&["config", "view", "--raw", "-o", "json", "--kubeconfig", file.to_str().unwrap()]));
        let read = |section: &str| seen.list(&[section])[0].text(&["name"]).map(str::to_owned);
        for section in ["clusters", "users", "contexts"] {
            assert_eq!(read(section).as_deref(), Some(text.as_str()), "{section}");
        }
        assert_eq!(seen.text(&["current-context"]), Some(text.as_str()));
        assert_eq!(seen.list(&["contexts"])[0].text(&["context", "user"]), Some(text.as_str()));
        let Value::Map(user) = seen.list(&["users"])[0].get("user").unwrap() else { panic!("a map") };
        let fields: Vec<&str> = user.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(fields, ["client-certificate-data", "client-key-data"], "nothing else got in");
    }
}

#[test]
fn servers_are_normalised_or_refused() {
    let cases = [
        ("https://Example.COM", "https://example.com"),
        (" https://127.0.0.1:6443/ ", "https://127.0.0.1:6443"),
        ("HTTPS://[::1]:6443", "https://[::1]:6443"),
        ("https://rancher.example/k8s/clusters/c-1", "https://rancher.example/k8s/clusters/c-1"),
    ];
    for (given, wanted) in cases {
        assert_eq!(normalise(given).unwrap(), wanted);
    }
    for wrong in [
        "",
        "example.com",
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@example.com",
        "https://a?b",
        "https://a#b",
        "https://a:0",
        "https://a:65536",
        "https://a:b",
        "https://[::1",
        "https://a b",
        "https://a/../b",
        "https://a\"b",
        "ftp://a",
    ] {
        let error = normalise(wrong).unwrap_err();
        assert_eq!(error.code(), Code::InvalidServer, "{wrong}");
        assert!(!error.message().contains("secret"));
    }
}

#[test]
fn bad_parts_are_refused() {
    let cases = [
        (r#"{"cluster":{"server":"https://a"},"namespace":"A B/../"}"#, Code::InvalidName),
        (r#"{"cluster":{"server":"https://a"},"namespace":"a`b"}"#, Code::InvalidName),
        (r#"{"cluster":{"server":"https://a"},"userName":""}"#, Code::InvalidName),
        (r#"{"cluster":{"server":"https://a","certificateAuthority":"hello"}}"#, Code::InvalidCertificateAuthority),
        (r#"{"cluster":{"server":"https://a","proxyUrl":"foo"}}"#, Code::InvalidServer),
        (r#"{"cluster":{"server":"https://a","insecureSkipTlsVerify":true}}"#, Code::InvalidOptions),
        (r#"{}"#, Code::InvalidOptions),
    ];
    for (extra, code) in cases {
        assert_eq!(make(extra).unwrap_err(), code, "{extra}");
    }
    let key = String::from_utf8(vector("signing-requests/issued.key.pem")).unwrap().replace('\n', "\\n");
    let extra = format!(r#"{{"cluster":{{"server":"https://a","certificateAuthority":"{key}"}}}}"#);
    assert_eq!(make(&extra).unwrap_err(), Code::UnexpectedPrivateKey);
}

/// A new file knows which public key belongs to its private key. Its text does not, and the same is said of it; a changed copy does not, either.
#[test]
fn a_new_file_is_described_as_its_text_is() {
    let other = Signed::new(KeyAlgorithm::EcdsaP256, "new-file-other");
    for algorithm in KeyAlgorithm::ALL {
        let signed = Signed::new(algorithm, "new-file");
        let mut parts = json(r#"{"cluster":{"server":"https://a"}}"#);
        parts.set("certificate", signed.client().into());
        let made = from_certificate(&signed.key, Parts::from_value(&parts).unwrap(), now()).unwrap();
        let text = made.serialize(&Value::Map(Vec::new())).unwrap();
        let read = Kubeconfig::read(&text, now()).unwrap().lint();
        assert_eq!(made.lint().describe().get("users"), read.describe().get("users"), "{algorithm:?}");
        assert!(made.lint().findings.iter().chain(&read.findings).all(|finding| finding.level != Level::Error), "{algorithm:?}");
        let renewed = made.renew(&other.key, &Value::map([("certificate", Some(other.client().into()))]), now()).unwrap();
        assert!(renewed.lint().findings.iter().all(|finding| finding.level != Level::Error), "{algorithm:?}");
    }
}

#[test]
fn a_redacted_file_holds_no_key() {
    let key = PrivateKey::import(&vector("signing-requests/issued.key.pem"), None, &mut common::System).unwrap();
    let mut parts = json(r#"{"cluster":{"server":"https://a"}}"#);
    parts.set("certificate", String::from_utf8(vector("signing-requests/issued.crt.pem")).unwrap().into());
    let made = from_certificate(&key, Parts::from_value(&parts).unwrap(), ISSUED).unwrap();
    let text = made.serialize(&json(r#"{"redact":true}"#)).unwrap();
    assert!(std::str::from_utf8(&text).unwrap().contains("client-key-data: \"DATA+OMITTED\""));
    assert!(made.serialize(&json(r#"{"format":"toml"}"#)).is_err());
}

#[test]
fn manifests_read_back_through_kubectl() {
    let objects = json(
        r#"[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"yes":"no","n":"on","a: b":"- x\n#y"}},
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","labels":{}},"data":{}}]"#,
    );
    let text = yaml::write::documents(&objects);
    assert_eq!(text.matches("\n---\n").count(), 1);
    let path = file("objects.yaml", &text);
    // `kubectl patch --local` reads the file without a server and prints what it read.
    let seen = kubectl(&["patch", "--local", "-f", path.to_str().unwrap(), "--type=merge", "-p", "{}", "-o", "json"]);
    assert!(seen.contains(r##""a: b": "- x\n#y""##) && seen.contains(r#""yes": "no""#) && seen.contains(r#""n": "on""#), "{seen}");
}
