//! The requests of tests/vectors, ordinary and hostile, beside what a real API server made of each (live-1.36.3.tsv).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{json, vector};
use kubecred::Value;
use kubecred::x509::csr;

/// One row: file, HTTP status and the server's words, effective user and groups.
fn rows(folder: &str) -> Vec<(String, String, String, Vec<String>)> {
    let table = String::from_utf8(vector(&format!("{folder}/live-1.36.3.tsv"))).unwrap();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let user = columns[3].split("\"... (").next().unwrap().trim_matches('"').to_owned();
        let groups = if columns[4].is_empty() { Vec::new() } else { Value::Map(vec![("g".into(), json(columns[4]))]).texts(&["g"]) };
        (columns[0].to_owned(), columns[1].to_owned(), user, groups)
    };
    table.lines().skip(1).map(row).collect()
}

fn sorted(mut groups: Vec<String>) -> Vec<String> {
    groups.sort();
    groups
}

fn unescape(text: &str) -> String {
    Value::Map(vec![("t".into(), json(&format!("\"{text}\"")))]).text(&["t"]).unwrap().to_owned()
}

#[test]
fn verdict_user_groups_and_reason_are_the_real_servers() {
    let mut seen = 0;
    for folder in ["csr", "csr-pem-shapes"] {
        for (file, answer, user, groups) in rows(folder) {
            let report = csr::read(&vector(&format!("{folder}/{file}")));
            assert_eq!(report.accepted, answer == "201", "{file}: {report:?}");
            if report.accepted {
                assert!(report.identity.user.starts_with(&unescape(&user)), "{file}");
                assert_eq!(report.identity.user.is_empty(), user.is_empty(), "{file}");
                // The signer sorts them within the certificate.
                assert_eq!(sorted(report.identity.groups), sorted(groups), "{file}");
                assert_eq!(report.refusal, None);
            } else {
                let reason = answer.split_once("\"<spec.request>\": ").unwrap().1;
                assert_eq!(report.refusal.as_deref(), Some(reason), "{file}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 63);
}
