//! Work grows with the size of a file, not with its square: what `work` counts is compared at n and 2n.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{Kubeconfig, Lint};
use crate::error::Result;
use crate::random::Random;
use crate::time::UnixTime;
use crate::value::Value;
use crate::yaml::text::work;

/// Nothing that is drawn counts here.
struct Zeros;

impl Random for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        bytes.fill(0);
        Ok(())
    }
}

fn read(text: &str) -> Kubeconfig {
    Kubeconfig::read(text.as_bytes(), UnixTime(1_795_000_000)).unwrap()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A file with n clusters, users and contexts of its own kind.
fn large(count: usize, kind: &str) -> Kubeconfig {
    let clusters = lines(count, |number| format!("- {{name: c{number}, cluster: {{server: 'https://{kind}{number}'}}}}\n"));
    let users = lines(count, |number| format!("- {{name: u{number}, user: {{token: {kind}}}}}\n"));
    let contexts = lines(count, |number| format!("- {{name: x{number}, context: {{cluster: c{number}, user: u{number}}}}}\n"));
    read(&format!("clusters:\n{clusters}users:\n{users}contexts:\n{contexts}"))
}

/// A file with n contexts of one user and one cluster.
fn shared(count: usize, kind: &str) -> Kubeconfig {
    let contexts = lines(count, |number| format!("- {{name: x{number}, context: {{cluster: c, user: u, namespace: {kind}{number}}}}}\n"));
    read(&format!(
        "clusters: [{{name: c, cluster: {{server: 'https://c'}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\ncontexts:\n{contexts}"
    ))
}

/// A file with n keys at the top, or in one of its maps.
fn wide(count: usize, start: &str, indentation: &str) -> Kubeconfig {
    read(&format!("{start}{}", lines(count, |number| format!("{indentation}key{number}: v\n"))))
}

fn no_options() -> Value {
    Value::Map(Vec::new())
}

fn changes(count: usize, kind: &str, change: impl Fn(usize) -> Vec<(&'static str, String)>) -> Value {
    let change = |number| Value::Map(change(number).into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect());
    Value::Map(vec![(kind.to_owned(), Value::List((0..count).map(change).collect()))])
}

fn edit(file: &Kubeconfig, changes: &Value) -> Lint {
    file.edit(changes, &mut Zeros).unwrap().lint()
}

#[test]
fn merges_and_edits_are_linear() {
    type Work = Box<dyn Fn(usize) -> u64>;
    fn merged(make: impl Fn(usize, &str) -> Kubeconfig + 'static) -> Work {
        Box::new(move |count| {
            let (one, two) = (make(count, "one"), make(count, "two"));
            work::of(|| one.merge(&two, &no_options()).unwrap().0.lint())
        })
    }
    fn edited(make: impl Fn(usize) -> Kubeconfig + 'static, changes: impl Fn(usize) -> Value + 'static) -> Work {
        Box::new(move |count| {
            let (file, changes) = (make(count), changes(count));
            work::of(|| edit(&file, &changes))
        })
    }
    let section = |name: &str| ("section", name.to_owned());
    let cases: Vec<(&str, Work)> = vec![
        ("merge of other entries of the same names", merged(large)),
        ("merge of contexts of one user and cluster", merged(shared)),
        ("merge of the same", merged(|count, _| large(count, "same"))),
        ("merge of unknown keys", merged(|count, _| wide(count, "", ""))),
        ("merge of preferences", merged(|count, _| wide(count, "preferences:\n", "  "))),
        ("merge of an entry with unknown keys", merged(|count, _| wide(count, "users:\n- name: u\n  user:\n", "    "))),
        (
            "renames",
            edited(
                |count| large(count, "one"),
                move |count| {
                    changes(count, "rename", |number| {
                        vec![section("clusters"), ("from", format!("c{number}")), ("to", format!("d{number}"))]
                    })
                },
            ),
        ),
        (
            "renames of one cluster of all contexts",
            edited(
                |count| shared(count, "one"),
                move |count| {
                    let name = |number: usize| if number == 0 { "c".to_owned() } else { format!("c{number}") };
                    changes(count, "rename", |number| vec![section("clusters"), ("from", name(number)), ("to", name(number + 1))])
                },
            ),
        ),
        (
            "removals",
            edited(
                |count| large(count, "one"),
                move |count| changes(count, "remove", |number| vec![section("users"), ("name", format!("u{number}"))]),
            ),
        ),
        (
            "namespaces",
            edited(
                |count| large(count, "one"),
                |count| changes(count, "namespaces", |number| vec![("context", format!("x{number}")), ("namespace", format!("n{number}"))]),
            ),
        ),
        (
            "reading %TAG lines",
            Box::new(|count| {
                work::of(|| read(&format!("{}---\nkind: Config\n", lines(count, |number| format!("%TAG !t{number}! tag:x:\n")))).lint())
            }),
        ),
        (
            "reading contexts",
            Box::new(|count| {
                let contexts = lines(count, |number| format!("- {{name: x{number}, context: {{cluster: c{number}, user: u{number}}}}}\n"));
                work::of(|| read(&format!("contexts:\n{contexts}")).lint())
            }),
        ),
        (
            "redaction",
            Box::new(|count| {
                let file = large(count, "one");
                work::of(|| file.serialize(&Value::map([("redact", Some(true.into()))])).unwrap())
            }),
        ),
    ];
    for (what, count) in cases {
        let (small, large) = (count(400), count(800));
        assert!(large <= small * 5 / 2 + 100, "{what}: {small} units of work for 400, {large} for 800");
    }
}
