//! Mutated requests, each read here and by Go as kube-apiserver reads them (tests/oracle): bytes, ASN.1 structure, PEM.
//!
//! The seed is printed; KUBECRED_SEED repeats a run and KUBECRED_CASES makes it longer. What may differ is in
//! [`excused`], with the reason; nothing else may.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test fails by panicking")]

use crate::common::{mutate, oracle};

use kubecred::Value;
use kubecred::encoding::pem;
use kubecred::x509::csr::{self, RequestReport};
use mutate::Mutator;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Differences that are meant. None of them is in the verdict.
fn excused(words: &str) -> bool {
    // Go prints its own structures behind these words, or which rule of an address is broken.
    words.starts_with("asn1: structure error: tags don't match")
        || words.contains("invalid host: ")
        // Its nistec package has a sentence per curve and way of being wrong.
        || (words.contains("P224") || words.contains("P256") || words.contains("P384") || words.contains("P521"))
        // time.Parse has many sentences.
        || words.contains("parsing time") || words.contains("asn1: time did not serialize")
        // A DSA key is never used by Go either, so nothing here looks into it.
        || words.contains("DSA")
}

fn differences(report: &RequestReport, go: &Value) -> Option<String> {
    // Admission comes after Go's reading.
    let accepted = report.accepted || report.refusal.as_deref().is_some_and(|words| words.ends_with("system:masters group is not allowed"));
    let go_accepts = go.get("ok") == Some(&Value::Bool(true));
    if accepted != go_accepts {
        return Some(format!("verdict: {accepted} here ({:?}), {go_accepts} in Go ({:?})", report.refusal, go.text(&["error"])));
    }
    if !accepted {
        let (ours, theirs) = (report.refusal.as_deref().unwrap_or_default(), go.text(&["error"]).unwrap_or_default());
        let same = ours == theirs || excused(theirs);
        return (!same).then(|| format!("reason: {ours:?} here, {theirs:?} in Go"));
    }
    let text = |key: &str| go.text(&[key]).unwrap_or_default().to_owned();
    let list = |key: &str| go.texts(&[key]);
    let identity = &report.identity;
    let pairs = [
        ("user", vec![identity.user.clone()], vec![text("cn")]),
        ("groups", identity.groups.clone(), list("organizations")),
        ("uid", vec![identity.uid.clone().unwrap_or_default()], vec![text("uid")]),
        ("dns", report.dns_names.clone(), list("dns")),
        ("ips", report.ip_addresses.clone(), list("ips")),
        ("mails", report.email_addresses.clone(), list("mails")),
        // Go writes a URI anew; here it stands as it was asked for.
        ("uris", vec![report.uris.len().to_string()], vec![list("uris").len().to_string()]),
        ("key", vec![report.key_algorithm.clone()], vec![text("keyAlgorithm")]),
        ("signature", vec![report.signature_algorithm.clone()], vec![signature_name(&text("signatureAlgorithm"))]),
        ("fingerprint", vec![report.fingerprint.clone()], vec![text("fingerprint")]),
    ];
    pairs
        .into_iter()
        .find(|(_, ours, theirs)| ours != theirs)
        .map(|(what, ours, theirs)| format!("{what}: {ours:?} here, {theirs:?} in Go"))
}

fn signature_name(go: &str) -> String {
    match go.split_once('-') {
        Some(("ECDSA", hash)) => format!("ecdsa-with-{}", hash.to_lowercase()),
        Some((hash, "RSA")) => format!("rsa-with-{}", hash.to_lowercase()),
        Some((hash, "RSAPSS")) => format!("rsa-pss-with-{}", hash.to_lowercase()),
        _ => go.to_lowercase(),
    }
}

/// So many are signed and kept at a time; a batch begins with new keys.
const BATCH: usize = 20_000;

#[test]
fn mutated_requests_are_read_as_go_reads_them() {
    let seed = setting("KUBECRED_SEED", u64::from_le_bytes(std::array::from_fn(|_| mutate::random_byte())));
    let cases = setting("KUBECRED_CASES", 6_000);
    println!("seed {seed}, {cases} cases");
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for from in (0..cases).step_by(BATCH) {
        let mut mutator = Mutator::new(seed.wrapping_add(from), (cases - from).min(BATCH as u64) as usize);
        let texts: Vec<Vec<u8>> = (from..cases.min(from + BATCH as u64)).map(|_| mutator.case()).collect();
        let answers = oracle::ask(texts.iter().map(|text| ("request", text.as_slice())));
        assert_eq!(answers.len(), texts.len());
        for (number, (text, go)) in texts.iter().zip(&answers).enumerate() {
            let report = csr::read(text);
            accepted += u64::from(report.accepted);
            if let Some(difference) = differences(&report, go) {
                wrong.push(format!("case {}: {difference}\n{}", from + number as u64, String::from_utf8_lossy(text)));
            }
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: {} of {cases} differ\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
    println!("{accepted} accepted by both");
    // Both sides of the verdict must have been tried in numbers, or the run shows little.
    assert!(accepted > cases / 5 && accepted < cases * 4 / 5, "seed {seed}: {accepted} of {cases} accepted");
}

#[test]
fn what_is_accepted_is_accepted_again_when_it_is_encoded_anew() {
    let mut mutator = Mutator::new(setting("KUBECRED_SEED", 7), 500);
    for _ in 0..500 {
        let report = csr::read(&mutator.case());
        let Some(text) = report.pem.as_ref().filter(|_| report.accepted) else { continue };
        let again = csr::read(text.as_bytes());
        assert_eq!((again.accepted, &again.identity, again.pem.as_ref()), (true, &report.identity, Some(text)));
        assert_eq!(pem::decode(text.as_bytes()).unwrap().len(), 1);
    }
}
