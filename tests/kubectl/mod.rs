//! Real kubectl, as the judge of kubeconfigs.
#![allow(unreachable_pub, reason = "shared by the modules of one program")]

pub mod stricter;

use kubecred::kubeconfig::Kubeconfig;
use kubecred::yaml::tree::{Data, Node};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// kubectl with a folder for its files.
pub struct Kubectl {
    program: PathBuf,
    folder: PathBuf,
    count: AtomicUsize,
}

impl Kubectl {
    pub fn new(name: &str) -> Kubectl {
        let program = std::env::var_os("KUBECRED_BIN").expect("KUBECRED_BIN is set: run this through make test-rust");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kubectl").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Kubectl { program: PathBuf::from(program).join("kubectl"), folder, count: AtomicUsize::new(0) }
    }

    /// A file with these contents.
    pub fn file(&self, text: &[u8]) -> PathBuf {
        let path = self.folder.join(format!("{}.yaml", self.count.fetch_add(1, Ordering::Relaxed)));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `kubectl config view -o json` of one file, with more flags; its complaint where it refuses.
    pub fn view(&self, text: &[u8], flags: &[&str]) -> Result<Json, String> {
        self.view_files(&[text], flags)
    }

    /// The same for `KUBECONFIG=a:b`.
    pub fn view_files(&self, texts: &[&[u8]], flags: &[&str]) -> Result<Json, String> {
        self.print(texts, flags).map(|printed| serde_json::from_slice(&printed).unwrap())
    }

    /// What it prints of one file, to the last digit.
    pub fn printed(&self, text: &[u8], flags: &[&str]) -> Result<String, String> {
        self.print(&[text], flags).map(|printed| String::from_utf8(printed).unwrap())
    }

    fn print(&self, texts: &[&[u8]], flags: &[&str]) -> Result<Vec<u8>, String> {
        let files: Vec<String> = texts.iter().map(|text| self.file(text).display().to_string()).collect();
        let output = Command::new(&self.program)
            .env("KUBECONFIG", files.join(":"))
            .args(["config", "view", "-o", "json"])
            .args(flags)
            .output()
            .expect("kubectl runs");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(output.stdout)
    }
}

/// Our tree as JSON.
pub fn to_json(node: &Node) -> Json {
    match &node.data {
        Data::Null => Json::Null,
        Data::Bool(flag) => (*flag).into(),
        Data::Number(digits) => serde_json::from_str(digits).unwrap(),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => items.iter().map(to_json).collect(),
        Data::Map(pairs) => Json::Object(pairs.iter().map(|pair| (pair.key.as_str().to_owned(), to_json(&pair.value))).collect()),
    }
}

/// What kubectl would print of our tree: fields that it knows, empty ones left out, entries sorted by name.
pub fn as_kubectl(json: Json) -> Json {
    let mut top = match json {
        Json::Object(top) => top,
        _ => serde_json::Map::new(),
    };
    for (section, kind) in [("clusters", "cluster"), ("users", "user"), ("contexts", "context")] {
        let mut entries: Vec<Json> = top.remove(section).and_then(|list| list.as_array().cloned()).unwrap_or_default();
        for entry in &mut entries {
            let name = entry.get("name").cloned().filter(|name| !name.is_null()).unwrap_or_else(|| "".into());
            let contents = entry.get(kind).cloned().unwrap_or_default();
            *entry = serde_json::json!({ "name": name, kind: prune(contents, kind) });
        }
        entries.sort_by_key(|entry| entry["name"].as_str().unwrap().to_owned());
        top.insert(section.to_owned(), if entries.is_empty() { Json::Null } else { Json::Array(entries) });
    }
    let current = top.get("current-context").cloned().filter(|name| !name.is_null()).unwrap_or_else(|| "".into());
    let mut out = serde_json::json!({ "current-context": current });
    for section in ["clusters", "users", "contexts"] {
        out[section] = top[section].clone();
    }
    out
}

/// The same parts of what kubectl printed.
pub fn of_kubectl(json: &Json) -> Json {
    as_kubectl(json.clone())
}

/// Known fields that are not empty, in kubectl's meaning; base64 without line breaks.
fn prune(json: Json, kind: &str) -> Json {
    let known: &[&str] = match kind {
        "cluster" => &[
            "server",
            "tls-server-name",
            "insecure-skip-tls-verify",
            "certificate-authority",
            "certificate-authority-data",
            "proxy-url",
            "disable-compression",
        ],
        "context" => &["cluster", "user", "namespace"],
        _ => &[
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "token",
            "tokenFile",
            "as",
            "as-uid",
            "as-groups",
            "as-user-extra",
            "username",
            "password",
            "auth-provider",
            "exec",
        ],
    };
    let Json::Object(pairs) = json else { return Json::Object(serde_json::Map::new()) };
    let meant = |(key, value): (String, Json)| {
        let value = match (key.as_str(), value) {
            // Go decodes and encodes anew: line breaks and left-over bits go.
            (key, Json::String(text)) if key.ends_with("-data") => canonical(&text).into(),
            ("exec", Json::Object(exec)) => program(exec),
            ("auth-provider", Json::Object(mut provider)) => {
                provider.retain(|key, value| ["name", "config"].contains(&key.as_str()) && !empty(value));
                Json::Object(provider)
            }
            // A null among texts is an empty text to Go.
            ("as-groups", Json::Array(items)) => items.into_iter().map(|item| if item.is_null() { "".into() } else { item }).collect(),
            (_, value) => value,
        };
        (key, value)
    };
    Json::Object(pairs.into_iter().filter(|(key, _)| known.contains(&key.as_str())).map(meant).filter(|(_, value)| !empty(value)).collect())
}

fn empty(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(pairs) => pairs.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    }
}

/// `exec` as kubectl has it in memory.
fn program(mut exec: serde_json::Map<String, Json>) -> Json {
    const KNOWN: [&str; 7] = ["command", "args", "env", "apiVersion", "installHint", "provideClusterInfo", "interactiveMode"];
    exec.retain(|key, value| KNOWN.contains(&key.as_str()) && !empty(value));
    // The old versions have a default.
    if exec.get("apiVersion").and_then(Json::as_str).is_some_and(|version| version.ends_with("/v1alpha1") || version.ends_with("/v1beta1"))
    {
        exec.entry("interactiveMode").or_insert_with(|| "IfAvailable".into());
    }
    for variable in exec.get_mut("env").and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut) {
        variable.retain(|key, value| ["name", "value"].contains(&key.as_str()) && !value.is_null());
        variable.entry("name").or_insert_with(|| "".into());
        variable.entry("value").or_insert_with(|| "".into());
    }
    Json::Object(exec)
}

fn canonical(text: &str) -> String {
    use base64ct::{Base64, Encoding};
    let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    // Left-over bits are tried out: there are 16 ways at most.
    Base64::decode_vec(&text).map(|bytes| Base64::encode_string(&bytes)).unwrap_or(text)
}

/// Written in every format, it is what kubectl made of the original, and here nothing is lost, known or unknown.
pub fn round_trip(kubectl: &Kubectl, ours: &Kubeconfig, theirs: &Json, what: &str) {
    for format in ["yaml", "json", "kyaml"] {
        let written = ours.serialize(&crate::common::json(&format!(r#"{{"format":"{format}"}}"#))).unwrap();
        let again = Kubeconfig::read(&written, crate::common::NOW).unwrap();
        assert_eq!(to_json(again.tree()), to_json(ours.tree()), "{what} as {format}, read here");
        assert_eq!(kubectl.view(&written, &["--raw"]).as_ref(), Ok(theirs), "{what} as {format}, read by kubectl");
    }
    wire(ours, what);
}

/// What goes to JavaScript: strict JSON that names every entry as the tree does.
pub fn wire(ours: &Kubeconfig, what: &str) {
    let description: Json = serde_json::from_str(ours.lint().description()).unwrap();
    let tree = to_json(ours.tree());
    let names = |list: &Json| list.as_array().into_iter().flatten().map(|entry| entry["name"].as_str().unwrap_or("").to_owned()).collect();
    for section in ["clusters", "contexts", "users"] {
        let (told, there): (Vec<String>, Vec<String>) = (names(&description[section]), names(&tree[section]));
        assert_eq!(told, there, "{section} of {what} on the wire");
    }
    assert!(description["reports"].is_array() && ours.lint().describe().get("reports").is_none(), "{what}");
}

/// Ours and theirs hold the same.
pub fn same(ours: &Kubeconfig, theirs: &Json, what: &str) {
    assert_eq!(as_kubectl(to_json(ours.tree())), of_kubectl(theirs), "{what}");
}
