//! What client-go and the JavaScript client test themselves with (tests/vectors/kubeconfig/clients), read, written and merged
//! here and by real kubectl (KUBECRED_BIN, set by scripts/env.sh).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;
use crate::kubectl;

use common::{NOW, vector};
use kubecred::kubeconfig::Kubeconfig;
use kubectl::{Kubectl, round_trip, same};

/// The files from the table of the README: name, kubectl's verdict, what each stands for.
fn files() -> Vec<(String, bool, String)> {
    let table = String::from_utf8(vector("kubeconfig/clients/README.md")).unwrap();
    let row = |line: &str| match line.split('|').map(str::trim).collect::<Vec<_>>()[..] {
        [_, file, verdict @ ("read" | "refused"), what, _] => Some((file.to_owned(), verdict == "read", what.to_owned())),
        _ => None,
    };
    table.lines().filter_map(row).collect()
}

fn bytes(name: &str) -> Vec<u8> {
    vector(&format!("kubeconfig/clients/{name}"))
}

#[test]
fn each_file_gets_kubectls_verdict_and_comes_out_as_it_went_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/kubeconfig/clients");
    let mut present: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    present.retain(|name| name != "README.md");
    present.sort();
    assert_eq!(files().into_iter().map(|(name, ..)| name).collect::<Vec<_>>(), present, "the README names each file");
    let kubectl = Kubectl::new("clients");
    for (name, accepted, _) in files() {
        let theirs = kubectl.view(&bytes(&name), &["--raw"]);
        let ours = Kubeconfig::read(&bytes(&name), NOW);
        assert_eq!((ours.is_ok(), theirs.is_ok()), (accepted, accepted), "{name}: {:?} {theirs:?}", ours.map(|_| ()));
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            same(&ours, &theirs, &name);
            round_trip(&kubectl, &ours, &theirs, &name);
        }
    }
}

fn merged(names: &[&str]) -> Kubeconfig {
    let mut all = names.iter().map(|name| Kubeconfig::read(&bytes(name), NOW).unwrap());
    let first = all.next().unwrap();
    all.fold(first, |first, second| first.merge(&second, &common::json(r#"{"onConflict":"keep","danglingReferences":"bind"}"#)).unwrap().0)
}

#[test]
fn merged_in_kubectls_way_files_give_what_kubectl_gives() {
    let files = files();
    let names = |client: &str| -> Vec<&str> {
        let merging = files.iter().filter(|(name, _, what)| name.starts_with(client) && what.starts_with("merging"));
        merging.map(|(name, ..)| name.as_str()).collect()
    };
    let mut cases = vec![vec!["go-plain.yaml", "go-other.yaml", "go-third.yaml", "go-conflict.yaml"]];
    for names in [names("go-"), names("node-")] {
        for one in &names {
            cases.extend(names.iter().filter(|two| *two != one).map(|two| vec![*one, *two]));
        }
    }
    assert!(cases.len() > 90, "{} cases", cases.len());
    let kubectl = Kubectl::new("clients-merged");
    let check = |names: &Vec<&str>| {
        let texts: Vec<Vec<u8>> = names.iter().map(|name| bytes(name)).collect();
        let theirs = kubectl.view_files(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>(), &["--raw", "--flatten"]).unwrap();
        let written = merged(names).serialize(&common::json("{}")).unwrap();
        assert_eq!(kubectl.view(&written, &["--raw"]).unwrap(), theirs, "{names:?}");
    };
    // kubectl is a process a file, so two at a time.
    let (first, second) = cases.split_at(cases.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| first.iter().for_each(check));
        second.iter().for_each(check);
    });
}

#[test]
fn files_that_are_taken_in_are_those_that_flatten_takes_in() {
    let kubectl = Kubectl::new("clients-flattened");
    let pem = |file: &str| {
        let name = if file == "client.key" { "signing-requests/issued.key.pem" } else { "signing-requests/issued.crt.pem" };
        String::from_utf8(common::vector(name)).unwrap()
    };
    let source = "clusters: [{name: c, cluster: {server: 'https://c', certificate-authority: ca.pem}}]\nusers: [{name: u, user: {client-certificate: client.pem, client-key: client.key}}]\n";
    let mut changes = Vec::new();
    for (section, name, field, file) in [
        ("clusters", "c", "certificate-authority", "ca.pem"),
        ("users", "u", "client-certificate", "client.pem"),
        ("users", "u", "client-key", "client.key"),
    ] {
        std::fs::write(kubectl.file(source.as_bytes()).with_file_name(file), pem(file)).unwrap();
        changes.push(serde_json::json!({ "section": section, "name": name, "field": field, "contents": pem(file) }));
    }
    let changes = common::json(&serde_json::json!({ "embed": changes }).to_string());
    let ours = Kubeconfig::read(source.as_bytes(), NOW).unwrap().edit(&changes, &mut common::System).unwrap();
    same(&ours, &kubectl.view(source.as_bytes(), &["--raw", "--flatten"]).unwrap(), "flatten");
}
