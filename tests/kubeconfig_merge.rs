//! Merging and editing: no reference is bound to another file's entry in silence, no file is taken for another, names do not grow.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Encoding};
use common::{System, json, vector};
use kubecred::kubeconfig::{Change, Kubeconfig};
use kubecred::{Code, Level, UnixTime};

const NOW: UnixTime = UnixTime(1_795_474_800);

fn read(text: &str) -> Kubeconfig {
    Kubeconfig::read(text.as_bytes(), NOW).unwrap_or_else(|error| panic!("{}: {text}", error.message()))
}

fn merge(one: &Kubeconfig, two: &Kubeconfig, options: &str) -> (Kubeconfig, Vec<Change>) {
    one.merge(two, &json(options)).unwrap()
}

/// `context: cluster user` of every context, and the current one.
fn contexts(made: &Kubeconfig) -> Vec<String> {
    let report = made.lint().describe();
    let line = |one: &kubecred::Value| ["name", "cluster", "user"].map(|key| one.text(&[key]).unwrap_or("").to_owned()).join(" ");
    let mut lines: Vec<String> = report.list(&["contexts"]).iter().map(line).collect();
    lines.push(made.current_context().to_owned());
    lines
}

fn kinds(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let reference = change.field.or(change.reference.is_some().then_some("current")).map(|field| format!(" {field}"));
        format!("{} {} {}{}", change.kind, change.section, change.name, reference.unwrap_or_default())
    };
    changes.iter().map(line).collect()
}

fn errors(made: &Kubeconfig) -> Vec<&'static str> {
    made.lint().findings.iter().filter(|finding| finding.level == Level::Error).map(|finding| finding.code.as_str()).collect()
}

const ADMIN: &str = "clusters: [{name: prod, cluster: {server: 'https://prod'}}]\nusers: [{name: admin, user: {token: secret}}]\ncontexts: [{name: prod, context: {cluster: prod, user: admin}}]\ncurrent-context: prod\n";

#[test]
fn a_context_of_a_stranger_never_gets_the_first_files_user_or_cluster() {
    let admin = read(ADMIN);
    for (second, bound, field, error) in [
        // The admin's token would go to a stranger's server.
        (
            "clusters: [{name: evil, cluster: {server: 'https://evil'}}]\ncontexts: [{name: x, context: {cluster: evil, user: admin}}]\ncurrent-context: x\n",
            "x evil admin",
            "user",
            "user-not-found",
        ),
        // A stranger's token would act in the admin's cluster.
        (
            "users: [{name: stranger, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: prod, user: stranger}}]\ncurrent-context: x\n",
            "x prod stranger",
            "cluster",
            "cluster-not-found",
        ),
    ] {
        let stranger = read(second);
        let (merged, changes) = merge(&admin, &stranger, r#"{"useContext":true}"#);
        assert_eq!(merged.current_context(), "x");
        assert_eq!(errors(&merged), [error], "{second}");
        let change = changes.iter().find(|change| change.kind == "dangling").unwrap();
        assert_eq!((change.name.as_str(), change.field, change.file), ("x", Some(field), Some("other")));
        assert!(change.warning.is_some() && change.new_reference.is_some());
        assert!(merged.minify(Some("x")).is_err(), "it leads nowhere");
        // The same again is nothing new.
        let (again, changes) = merge(&merged, &stranger, r#"{"useContext":true}"#);
        assert!(again.tree() == merged.tree() && changes.iter().all(|change| change.kind == "identical"), "{:?}", kinds(&changes));
        // The choice is the caller's, and said.
        let (merged, changes) = merge(&admin, &stranger, r#"{"useContext":true,"danglingReferences":"bind"}"#);
        assert!(errors(&merged).is_empty() && contexts(&merged).contains(&bound.to_owned()));
        let change = changes.iter().find(|change| change.kind == "bound").unwrap();
        assert_eq!((change.name.as_str(), change.field, change.file, change.warning.is_some()), ("x", Some(field), Some("other"), true));
        assert_eq!(change.to_value().text(&["warning"]), change.warning);
    }
    assert_eq!(admin.merge(&admin, &json(r#"{"danglingReferences":"ask"}"#)).unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn a_context_of_the_first_file_never_gets_the_second_files_entries() {
    let dangling = read(
        "users: [{name: admin, user: {token: secret}}]\nclusters: []\ncontexts: [{name: x, context: {cluster: prod, user: admin}}, {name: bare, context: {}}]\ncurrent-context: gone\n",
    );
    let second = read(
        "clusters: [{name: prod, cluster: {server: 'https://evil'}}, {name: '', cluster: {server: 'https://empty'}}]\nusers: [{name: '', user: {token: t}}]\ncontexts: [{name: gone, context: {cluster: prod, user: ''}}]\n",
    );
    for options in ["{}", r#"{"onConflict":"keep"}"#, r#"{"onConflict":"replace"}"#] {
        let (merged, changes) = merge(&dangling, &second, options);
        assert_eq!(merged.lint().describe().list(&["contexts"])[0].text(&["cluster"]), Some("prod"));
        assert!(merged.minify(Some("x")).is_err() && errors(&merged).contains(&"cluster-not-found"), "{options}");
        assert!(errors(&merged).contains(&"context-not-found"), "{options}: the current context is not the second file's");
        assert!(kinds(&changes).contains(&"renamed clusters prod".to_owned()), "{:?}", kinds(&changes));
        let report = merged.lint().describe();
        assert!(
            report.list(&["clusters"]).iter().all(|cluster| cluster.text(&["name"]) != Some("")),
            "an empty name would be bound to contexts without a cluster"
        );
        // The second file's own context still means its own entries.
        let own = report
            .list(&["contexts"])
            .iter()
            .find(|one| one.text(&["name"]).unwrap().starts_with("gone") || one.text(&["cluster"]) == Some("prod@evil"));
        assert_eq!(own.unwrap().text(&["cluster"]), Some("prod@evil"));
    }
    let (merged, changes) = merge(&dangling, &second, r#"{"danglingReferences":"bind"}"#);
    assert!(merged.minify(Some("x")).is_ok());
    let changes = kinds(&changes);
    for wanted in
        ["bound contexts x cluster", "bound contexts bare cluster", "bound contexts bare user", "bound fields current-context current"]
    {
        assert!(changes.contains(&wanted.to_owned()), "{wanted} in {changes:?}");
    }
}

#[test]
fn relatives_of_a_dangling_reference() {
    let admin = read(ADMIN);
    // An empty reference and an entry without a name.
    let unnamed = read("clusters: [{name: c, cluster: {server: 'https://a'}}]\nusers: [null]\n");
    let (merged, _) = merge(
        &unnamed,
        &read("clusters: [{name: e, cluster: {server: 'https://e'}}]\ncontexts: [{name: x, context: {cluster: e}}]\n"),
        "{}",
    );
    assert_eq!(contexts(&merged)[0], "x e not-found");
    // The current context.
    let (merged, changes) = merge(&admin, &read("current-context: prod\n"), r#"{"useContext":true}"#);
    assert_eq!((merged.current_context(), errors(&merged)), ("prod-not-found", vec!["context-not-found"]));
    assert_eq!(kinds(&changes), ["dangling fields current-context current"]);
    let (merged, changes) = merge(&admin, &read("current-context: prod\n"), r#"{"useContext":true,"danglingReferences":"bind"}"#);
    assert_eq!((merged.current_context(), kinds(&changes)), ("prod", vec!["bound fields current-context current".to_owned()]));
    // A name that leads nowhere is not given to an entry that is renamed, nor one that the second file uses itself.
    let second = read(
        "clusters: [{name: prod, cluster: {server: 'https://two'}}]\nusers: [{name: admin, user: {token: t}}, {name: admin@prod@two-2, user: {token: v}}]\ncontexts: [{name: a, context: {cluster: prod, user: admin}}, {name: b, context: {cluster: prod, user: admin@prod@two}}, {name: c, context: {cluster: prod-not-found, user: admin-not-found}}]\n",
    );
    let (merged, _) = merge(&admin, &second, "{}");
    assert_eq!(contexts(&merged)[1..4], ["a prod@two admin@prod@two-3", "b prod@two admin@prod@two", "c prod-not-found admin-not-found"]);
    assert_eq!(errors(&merged).iter().filter(|code| **code == "user-not-found").count(), 2);
    // The other ways of merging bind too, and say so.
    let stranger = read(
        "clusters: [{name: prod, cluster: {server: 'https://evil'}}, {name: own, cluster: {server: 'https://own'}}]\nusers: [{name: admin, user: {token: t}}]\ncontexts: [{name: k, context: {cluster: own, user: admin}}]\n",
    );
    let (_, changes) = merge(&admin, &stranger, r#"{"onConflict":"keep"}"#);
    assert!(kinds(&changes).contains(&"bound contexts k user".to_owned()), "{:?}", kinds(&changes));
    let replacing = read("clusters: [{name: prod, cluster: {server: 'https://evil'}}]\n");
    let (_, changes) = merge(&admin, &replacing, r#"{"onConflict":"replace"}"#);
    let change = changes.iter().find(|change| change.kind == "bound").unwrap();
    assert_eq!((change.name.as_str(), change.field, change.file), ("prod", Some("cluster"), Some("this")));
    // The control: nothing is said where nothing is bound.
    let (_, changes) = merge(
        &admin,
        &read(
            "clusters: [{name: c, cluster: {server: 'https://c'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}, {name: z, context: {cluster: gone, user: u}}]\n",
        ),
        "{}",
    );
    assert!(changes.iter().all(|change| change.kind == "added" && change.warning.is_none()), "{:?}", kinds(&changes));
}

#[test]
fn a_relative_path_is_another_file_in_another_folder() {
    let report = |name: &str| read(&String::from_utf8(vector(&format!("reports/{name}"))).unwrap());
    let table = String::from_utf8(vector("reports/expected.tsv")).unwrap();
    assert!(table.lines().any(|line| line.starts_with("B03a-relative-paths.yaml\tmerge\trenamed:users")));
    let (merged, changes) = merge(&report("B03a-relative-paths.yaml"), &report("B03b-relative-paths.yaml"), "{}");
    assert_eq!(contexts(&merged), ["first first minikube", "second second minikube@second", "first"]);
    assert!(changes.iter().filter(|change| change.section != "contexts").all(|change| change.warning.is_some()), "{changes:?}");
    assert!(table.lines().any(|line| line.starts_with("B03b-relative-paths.yaml\tmerge\trenamed:users")));
    let (_, changes) = merge(&report("B03b-relative-paths.yaml"), &report("B03a-relative-paths.yaml"), "{}");
    assert!(changes.iter().any(|change| change.section == "users" && change.kind == "renamed"), "{changes:?}");
    let same = |user: &str| {
        let one = read(&format!("users: [{{name: u, user: {{{user}}}}}]\n"));
        merge(&one, &one, "{}").1[0].kind
    };
    for user in [
        "tokenFile: token",
        "client-key: ../k.pem, client-certificate: c.pem",
        "exec: {command: ./bin/login}",
        "exec: {command: 'bin\\login'}",
        "client-key: 'c:k.pem'",
    ] {
        assert_eq!(same(user), "renamed", "{user}");
    }
    for user in ["tokenFile: /token", "client-key: 'C:\\k.pem'", "exec: {command: aws}", "exec: {command: /bin/aws}", "token: a/b"] {
        assert_eq!(same(user), "identical", "{user}");
    }
}

#[test]
fn names_do_not_grow() {
    let made = |user: &str, cluster: &str, context: &str, host: &str| {
        read(&format!(
            "clusters: [{{name: '{cluster}', cluster: {{server: 'https://{host}'}}}}]\nusers: [{{name: '{user}', user: {{token: t-{host}}}}}]\ncontexts: [{{name: '{context}', context: {{cluster: '{cluster}', user: '{user}'}}}}]\n"
        ))
    };
    for (user, cluster, context, wanted) in [
        ("u@c", "c", "u@c", "u@c@two c@two u@c@two"),
        ("u", "c", "u@c", "u@c@two c@two u@c@two"),
        ("u", "c", "x", "u@c@two c@two u@c@two"),
        ("u", "u", "u", "u@u@two u@two u@u@two"),
    ] {
        let (merged, _) = merge(&made(user, cluster, context, "one"), &made(user, cluster, context, "two"), "{}");
        assert_eq!(contexts(&merged)[1], wanted, "{user} {cluster} {context}");
        // A third file, and the same host again with another credential: no name gets a third part.
        let third = read(&format!(
            "clusters: [{{name: '{cluster}', cluster: {{server: 'https://two', tls-server-name: x}}}}]\nusers: [{{name: '{user}', user: {{token: other}}}}]\ncontexts: [{{name: '{context}', context: {{cluster: '{cluster}', user: '{user}'}}}}]\n"
        ));
        let (merged, _) = merge(&merged, &third, "{}");
        let numbered: Vec<String> = contexts(&merged)[2].split(' ').map(str::to_owned).collect();
        assert!(numbered.iter().all(|name| name.matches('@').count() <= 2), "{numbered:?}");
    }
    // Two identities in one cluster, as the page makes them.
    let (merged, _) = merge(
        &made("jane@h:1", "h:1", "jane@h:1", "h:1"),
        &read(
            "clusters: [{name: 'h:1', cluster: {server: 'https://h:1'}}]\nusers: [{name: 'jane@h:1', user: {token: new}}]\ncontexts: [{name: 'jane@h:1', context: {cluster: 'h:1', user: 'jane@h:1'}}]\n",
        ),
        "{}",
    );
    assert_eq!(contexts(&merged)[1], "jane@h:1-2 h:1 jane@h:1-2");
}

#[test]
fn embedded_files_are_encoded_again_or_refused() {
    // When the certificate of the report is valid.
    let issued = Kubeconfig::read(&vector("reports/B02-embed-into-this.yaml"), UnixTime(1_796_083_200)).unwrap();
    let file = |name: &str| String::from_utf8(vector(&format!("reports/{name}"))).unwrap();
    let change = |section: &str, name: &str, field: &str, contents: &str| serde_json::json!({ "section": section, "name": name, "field": field, "contents": contents });
    let embed = |changes: Vec<serde_json::Value>| issued.edit(&json(&serde_json::json!({ "embed": changes }).to_string()), &mut System);
    let all = vec![
        change("clusters", "c", "certificate-authority", &file("B02-ca-with-bom.crt")),
        change("users", "u", "client-certificate", &file("B02-client-with-bom.crt")),
        change("users", "u", "client-key", &file("B02-client-with-bom.key")),
    ];
    let made = embed(all).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&made.serialize(&json(r#"{"format":"json"}"#)).unwrap()).unwrap();
    for place in
        ["/clusters/0/cluster/certificate-authority-data", "/users/0/user/client-certificate-data", "/users/0/user/client-key-data"]
    {
        let bytes = Base64::decode_vec(written.pointer(place).unwrap().as_str().unwrap()).unwrap();
        assert!(bytes.starts_with(b"-----BEGIN "), "{place}");
    }
    assert!(written.pointer("/users/0/user/client-key").is_none());
    assert!(!made.lint().findings.iter().any(|finding| finding.level == Level::Error), "{:?}", made.lint().findings);
    let key = file("B02-client-with-bom.key");
    let certificate = file("B02-client-with-bom.crt");
    for (section, name, field, contents) in [
        ("users", "u", "client-key", certificate.as_str()),
        ("users", "u", "client-key", "no PEM"),
        ("users", "u", "client-key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("users", "u", "client-certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("clusters", "c", "certificate-authority", key.as_str()),
        ("clusters", "c", "certificate-authority", ""),
        ("users", "u", "token", "t"),
        ("users", "nobody", "client-key", key.as_str()),
    ] {
        assert!(embed(vec![change(section, name, field, contents)]).is_err(), "{field}");
    }
    let imported = kubecred::crypto::PrivateKey::import(b"no PEM", None, &mut System).unwrap_err().code();
    assert_eq!(embed(vec![change("users", "u", "client-key", "no PEM")]).unwrap_err().code(), imported);
}

#[test]
fn changes_follow_each_other() {
    let made = read(
        "clusters: [{name: a, cluster: {server: 'https://a'}}, {name: b, cluster: {server: 'https://b'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: a, user: u}}, {name: k, context: {cluster: b, user: u}}, {name: z, context: {cluster: d, user: u}}]\ncurrent-context: x\n",
    );
    let edit = |changes: &str| made.edit(&json(changes), &mut System);
    // Two names are exchanged by way of a third; references and the current context follow.
    let swapped = edit(r#"{"rename":[{"section":"clusters","from":"a","to":"c"},{"section":"clusters","from":"b","to":"a"},{"section":"clusters","from":"c","to":"b"},{"section":"contexts","from":"x","to":"w"},{"section":"contexts","from":"w","to":"v"}]}"#).unwrap();
    assert_eq!(contexts(&swapped), ["v b u", "k a u", "z d u", "v"]);
    assert_eq!(swapped.lint().describe().list(&["clusters"])[0].text(&["server"]), Some("https://a"));
    for wrong in [
        r#"{"rename":[{"section":"clusters","from":"a","to":"c"},{"section":"clusters","from":"a","to":"d"}]}"#,
        r#"{"remove":[{"section":"users","name":"u"},{"section":"users","name":"u"}]}"#,
        r#"{"namespaces":[{"context":"nope","namespace":"a"}]}"#,
    ] {
        assert_eq!(edit(wrong).unwrap_err().code(), Code::InvalidOptions, "{wrong}");
    }
    let removed = edit(r#"{"remove":[{"section":"clusters","name":"b"},{"section":"contexts","name":"x"}],"namespaces":[{"context":"k","namespace":"one"},{"context":"k","namespace":"two"}]}"#).unwrap();
    assert_eq!(
        (contexts(&removed), removed.lint().describe().list(&["contexts"])[0].text(&["namespace"])),
        (vec!["k b u".to_owned(), "z d u".to_owned(), String::new()], Some("two"))
    );
    // An expired user under a new name still goes, with its contexts, and nobody else.
    let certificate = Base64::encode_string(&vector("signing-requests/issued.crt.pem"));
    let late = UnixTime(NOW.0 + 10 * 366 * 86_400);
    let text = format!(
        "users: [{{name: old, user: {{client-certificate-data: {certificate}}}}}, {{name: fresh, user: {{token: t}}}}]\ncontexts: [{{name: x, context: {{user: old}}}}, {{name: k, context: {{user: fresh}}}}]\n"
    );
    let old = Kubeconfig::read(text.as_bytes(), late).unwrap();
    let dropped = old.edit(&json(r#"{"rename":[{"section":"users","from":"old","to":"gone"},{"section":"users","from":"fresh","to":"old"}],"dropExpired":true}"#), &mut System).unwrap();
    assert_eq!(contexts(&dropped), ["k  old", ""]);
}
