//! Requests as Kubernetes reads them: each one goes through Go's parser and its signature check (tests/oracle).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, dead_code, reason = "a test fails by panicking")]

use crate::common;
use crate::common::oracle;

use common::{System, key};
use kubecred::Value;
use kubecred::crypto::KeyAlgorithm;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const CASES: u32 = 300;

fn names() -> impl Strategy<Value = String> {
    // Whatever can be seen: Latin with punctuation that DN syntaxes give a meaning, and the rest of Unicode.
    prop_oneof!["[a-zA-Z0-9 ,+=#/\\\\:@_.*&'\"<>-]{1,40}", "\\PC{1,20}"]
        .prop_filter("names that are taken", |text| !text.trim().is_empty() && !text.chars().any(kubecred::names::is_invisible))
}

#[test]
fn go_reads_the_names_that_were_given() {
    let keys = [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048].map(key);
    let mut runner = TestRunner::default();
    let (mut lines, mut wanted) = (Vec::new(), Vec::new());
    for case in 0..CASES {
        let strategy = (names(), prop::collection::vec(names(), 0..6));
        let (user, groups) = strategy.new_tree(&mut runner).unwrap().current();
        let options = Value::map([("user", Some(user.as_str().into())), ("groups", Some(Value::strings(&groups)))]);
        let subject = Subject::from_value(&options).unwrap();
        let pem = csr::build(&keys[case as usize % keys.len()], &subject, &mut System).unwrap();
        lines.push(serde_json::json!({ "kind": "request", "pem": pem }).to_string());
        wanted.push(subject.identity);
    }
    let answers = oracle::send(&lines);
    assert_eq!(answers.len(), CASES as usize);
    for (answer, mut identity) in answers.iter().zip(wanted) {
        assert_eq!(answer.get("ok"), Some(&Value::Bool(true)), "{answer:?}");
        assert_eq!(answer.text(&["cn"]), Some(identity.user.as_str()));
        identity.groups.sort();
        assert_eq!(answer.texts(&["organizations"]), identity.groups);
    }
}
