//! Kubeconfigs of names that collide, references that dangle and fields of every kind, then merged and edited: never a panic, what is
//! written reads as the same file, and no secret is left when they are removed.
#![no_main]

mod shared;

use kubecred::kubeconfig::Kubeconfig;
use kubecred::yaml::write;
use kubecred::Value;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use shared::{Counter, NOW};

const NAMES: [&str; 8] = ["a", "b", "a@b", "", "prod", "1_000", "yes", "ｐrod"];
/// In no other text of a file.
const SECRET: &str = "kZ7qXw2canary9fT4vB6";

#[derive(Arbitrary, Debug)]
struct Name(u8);

impl Name {
    fn text(&self) -> &'static str {
        NAMES[usize::from(self.0) % NAMES.len()]
    }
}

#[derive(Arbitrary, Debug)]
enum Credential {
    Nothing,
    Token,
    TokenFile,
    Basic,
    Exec { version: u8, mode: bool, variable: bool },
    Certificate(Vec<u8>),
    Provider,
}

#[derive(Arbitrary, Debug)]
struct File {
    clusters: Vec<(Name, u8, Option<Vec<u8>>, bool)>,
    users: Vec<(Name, Credential)>,
    contexts: Vec<(Name, Name, Name, Option<Name>)>,
    current: Option<Name>,
    /// A field that no kubectl knows, and preferences.
    more: bool,
}

fn text(text: &str) -> Option<Value> {
    Some(text.into())
}

fn credential(credential: &Credential) -> Value {
    let one = |field, value: &str| Value::map([(field, text(value))]);
    match credential {
        Credential::Nothing => Value::map([]),
        Credential::Token => one("token", SECRET),
        Credential::TokenFile => one("tokenFile", "token"),
        Credential::Basic => Value::map([("username", text("jane")), ("password", text(SECRET))]),
        Credential::Exec { version, mode, variable } => {
            let version = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1alpha1", ""]
                [usize::from(*version) % 4];
            let env = variable.then(|| Value::List(vec![Value::map([("name", text("TOKEN")), ("value", text(SECRET))])]));
            let mode = mode.then(|| "Never".into());
            Value::map([("exec", Some(Value::map([("apiVersion", text(version)), ("command", text("login")), ("interactiveMode", mode), ("env", env)])))])
        }
        Credential::Certificate(bytes) => {
            let data = || text(&String::from_utf8_lossy(bytes));
            Value::map([("client-certificate-data", data()), ("client-key-data", data())])
        }
        Credential::Provider => {
            let config = Value::map([("id-token", text(SECRET))]);
            Value::map([("auth-provider", Some(Value::map([("name", text("oidc")), ("config", Some(config))])))])
        }
    }
}

impl File {
    fn written(&self) -> Vec<u8> {
        let entry = |name: &Name, kind, body| Value::map([("name", text(name.text())), (kind, Some(body))]);
        let clusters = self.clusters.iter().map(|(name, server, ca, insecure)| {
            let server = ["https://a:6443", "http://b", "https://[::1]:1/x", "", "nowhere"][usize::from(*server) % 5];
            let ca = ca.as_ref().map(|bytes| String::from_utf8_lossy(bytes).as_ref().into());
            let insecure = insecure.then_some(Value::Bool(true));
            entry(name, "cluster", Value::map([("server", text(server)), ("certificate-authority-data", ca), ("insecure-skip-tls-verify", insecure)]))
        });
        let users = self.users.iter().map(|(name, kind)| entry(name, "user", credential(kind)));
        let contexts = self.contexts.iter().map(|(name, cluster, user, namespace)| {
            let namespace = namespace.as_ref().map(|name| name.text().into());
            entry(name, "context", Value::map([("cluster", text(cluster.text())), ("user", text(user.text())), ("namespace", namespace)]))
        });
        let file = Value::map([
            ("apiVersion", text("v1")),
            ("kind", text("Config")),
            ("clusters", Some(Value::List(clusters.collect()))),
            ("users", Some(Value::List(users.collect()))),
            ("contexts", Some(Value::List(contexts.collect()))),
            ("current-context", self.current.as_ref().map(|name| name.text().into())),
            ("colours", self.more.then(|| Value::strings(["red"]))),
        ]);
        write::document(&file).to_vec()
    }
}

#[derive(Arbitrary, Debug)]
enum Step {
    Rename(u8, Name, Name),
    Remove(u8, Name),
    Namespace(Name, Option<Name>),
    Current(Name),
    Embed(u8, Name, Vec<u8>),
    DropExpired,
    Minify(Option<Name>),
    Merge(u8, bool),
}

const SECTIONS: [&str; 3] = ["clusters", "users", "contexts"];

fn section(choice: u8) -> Option<Value> {
    text(SECTIONS[usize::from(choice) % SECTIONS.len()])
}

fn one(field: &str, change: Value) -> Value {
    Value::map([(field, Some(Value::List(vec![change])))])
}

fn apply(file: &Kubeconfig, step: &Step, other: &Kubeconfig) -> Option<Kubeconfig> {
    let changes = match step {
        Step::Rename(choice, from, to) => {
            one("rename", Value::map([("section", section(*choice)), ("from", text(from.text())), ("to", text(to.text()))]))
        }
        Step::Remove(choice, name) => one("remove", Value::map([("section", section(*choice)), ("name", text(name.text()))])),
        Step::Namespace(context, namespace) => {
            let namespace = namespace.as_ref().map_or(Value::Null, |name| name.text().into());
            one("namespaces", Value::map([("context", text(context.text())), ("namespace", Some(namespace))]))
        }
        Step::Current(name) => Value::map([("currentContext", text(name.text()))]),
        Step::Embed(choice, name, contents) => {
            let field = ["certificate-authority", "client-certificate", "client-key", "tokenFile"][usize::from(*choice) % 4];
            let contents = text(&String::from_utf8_lossy(contents));
            one("embed", Value::map([("section", section(*choice)), ("name", text(name.text())), ("field", text(field)), ("contents", contents)]))
        }
        Step::DropExpired => Value::map([("dropExpired", Some(Value::Bool(true)))]),
        Step::Minify(name) => return file.minify(name.as_ref().map(Name::text)).ok(),
        Step::Merge(conflict, bind) => {
            let conflict = ["rename", "replace", "keep"][usize::from(*conflict) % 3];
            let options = Value::map([("onConflict", text(conflict)), ("danglingReferences", text(if *bind { "bind" } else { "keep" }))]);
            return file.merge(other, &options).ok().map(|(merged, _)| merged);
        }
    };
    file.edit(&changes, &mut Counter(1)).ok()
}

/// What is written is read as the same file, in each form, and has no secret where none may be.
fn check(file: &Kubeconfig) {
    let written = |file: &Kubeconfig, format: &str, redact: bool| {
        let options = Value::map([("format", text(format)), ("redact", Some(Value::Bool(redact)))]);
        file.serialize(&options).expect("every file can be written").to_vec()
    };
    let yaml = written(file, "yaml", false);
    for format in ["yaml", "json", "kyaml"] {
        let again = Kubeconfig::read(&written(file, format, false), NOW).expect("what was written is read");
        assert_eq!(written(&again, "yaml", false), yaml, "{format}");
        assert_eq!(again.lint().findings.len(), Kubeconfig::read(&yaml, NOW).expect("as above").lint().findings.len(), "{format}");
    }
    let shown = written(file, "yaml", true);
    assert!(!String::from_utf8_lossy(&shown).contains(SECRET));
    let _ = file.lint().describe();
    let _ = file.cluster_entries();
}

fuzz_target!(|input: (File, File, Vec<Step>)| {
    let (first, second, steps) = input;
    let Ok(mut file) = Kubeconfig::read_owned(first.written(), NOW) else { return };
    let Ok(other) = Kubeconfig::read_owned(second.written(), NOW) else { return };
    check(&file);
    for step in steps.iter().take(12) {
        if let Some(changed) = apply(&file, step, &other) {
            check(&changed);
            file = changed;
        }
    }
});
