//! Mutated certificates, each read here and by Go's `x509.ParseCertificate` (tests/oracle), and the vectors.
//!
//! The seed is printed; KUBECRED_SEED repeats a run and KUBECRED_CASES makes it longer. Both lists of disagreements are
//! empty: what Go accepts is accepted here, and what it refuses is refused for the same reason.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, dead_code, reason = "a test fails by panicking")]

#[path = "common/certificates.rs"]
mod certificates;
use crate::common::crafted::{certificate, name};
use crate::common::{mutate, oracle};

use base64ct::{Base64, Encoding};
use certificates::Certificates;
use kubecred::encoding::pem;
use kubecred::x509::certificate::{Chain, Read};
use kubecred::{UnixTime, Value};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn go(ders: &[Vec<u8>]) -> Vec<Value> {
    let question = |der: &Vec<u8>| serde_json::json!({ "kind": "certificate", "info": Base64::encode_string(der) }).to_string();
    oracle::send(&ders.iter().map(question).collect::<Vec<_>>())
}

fn ours(der: &[u8]) -> Result<Read, String> {
    let text = pem::encode("CERTIFICATE", der);
    Chain::read(text.expose()).map(|chain| chain.leaf().clone()).map_err(|error| error.message().to_owned())
}

/// What is different between the two readings.
fn difference(ours: &Result<Read, String>, go: &Value) -> Option<String> {
    let theirs = go.text(&["error"]).unwrap_or_default();
    let read = match ours {
        Err(reason) if theirs.is_empty() => return Some(format!("refused here ({reason}), accepted by Go")),
        // Go's words are in parentheses, shortened where Go quotes the certificate.
        Err(reason) => {
            let words = reason.split_once('(').and_then(|(_, rest)| rest.split_once("). ")).map_or("", |(words, _)| words);
            let same = !words.is_empty() && (theirs.starts_with(words) || is_about_curve(theirs) && is_about_curve(words));
            return (!same).then(|| format!("reason: {words:?} here, {theirs:?} in Go"));
        }
        Ok(_) if !theirs.is_empty() => return Some(format!("accepted here, refused by Go ({theirs})")),
        Ok(read) => read,
    };
    let text = |key: &str| go.text(&[key]).unwrap_or_default().to_owned();
    let number = |key: &str| {
        go.get(key).map_or("0".to_owned(), |value| match value {
            Value::Number(number) => format!("{number}"),
            other => format!("{other:?}"),
        })
    };
    let flag = |key: &str| (go.get(key) == Some(&Value::Bool(true))).to_string();
    let usages: Vec<String> = read.usages.iter().map(|usage| (*usage).to_owned()).collect();
    let pairs = [
        ("user", vec![read.identity.user.clone()], vec![text("cn")]),
        ("groups", read.identity.groups.clone(), go.texts(&["organizations"])),
        ("uid", vec![read.identity.uid.clone().unwrap_or_default()], vec![text("uid")]),
        ("issuer", vec![read.issuer.clone()], vec![text("issuer")]),
        ("version", vec![read.version.to_string()], vec![number("version")]),
        ("serial", vec![read.serial.clone()], vec![text("serial")]),
        ("start", vec![read.not_before.0.to_string()], vec![number("notBefore")]),
        ("end", vec![read.not_after.0.to_string()], vec![number("notAfter")]),
        ("CA", vec![read.is_ca.to_string()], vec![flag("isCA")]),
        ("may issue", vec![read.may_issue.to_string()], vec![flag("mayIssue")]),
        ("usages", usages, go.texts(&["usages"])),
        ("client", vec![read.client_auth.to_string()], vec![flag("client")]),
        ("critical", vec![read.unknown_critical.to_string()], vec![flag("unhandled")]),
        ("key", vec![read.key_fingerprint.clone()], vec![text("fingerprint")]),
    ];
    pairs
        .into_iter()
        .find(|(_, ours, theirs)| ours != theirs)
        .map(|(what, ours, theirs)| format!("{what}: {ours:?} here, {theirs:?} in Go"))
}

/// crypto/internal/fips140/nistec has a sentence per curve and way of being wrong.
fn is_about_curve(words: &str) -> bool {
    ["P224", "P256", "P384", "P521"].iter().any(|curve| words.contains(curve))
}

fn compare(what: &str, ders: &[Vec<u8>]) -> usize {
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for (number, (der, go)) in ders.iter().zip(go(ders)).enumerate() {
        let ours = ours(der);
        accepted += usize::from(ours.is_ok());
        if let Some(difference) = difference(&ours, &go) {
            wrong.push(format!("case {number}: {difference}\n{}", Base64::encode_string(der)));
        }
    }
    println!("{what}: {} certificates, {accepted} accepted by both, {} differences", ders.len(), wrong.len());
    assert!(wrong.is_empty(), "{what}: {} of {} differ\n{}", wrong.len(), ders.len(), wrong[..wrong.len().min(8)].join("\n"));
    accepted
}

/// Every certificate in the vectors, and those of x509-limbo where they are next to the repository.
fn real() -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut add = |text: &[u8]| {
        for block in pem::decode(text).unwrap_or_default().into_iter().filter(|block| block.label == "CERTIFICATE") {
            found.push(block.contents.expose().clone());
        }
    };
    for folder in ["certificates", "reports", "signing-requests"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().for_each(|path| add(&std::fs::read(path).unwrap()));
    }
    let limbo = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/x509-limbo-core.json");
    if let Ok(text) = std::fs::read_to_string(limbo) {
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        for case in &cases {
            let lists = ["trusted_certs", "untrusted_intermediates"].map(|list| case[list].as_array().cloned().unwrap_or_default());
            let all = lists.concat().into_iter().chain([case["peer_certificate"].clone()]);
            all.for_each(|one| add(one.as_str().unwrap_or_default().as_bytes()));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn the_vectors_are_read_as_go_reads_them() {
    let real = real();
    assert!(real.len() >= 9, "{} certificates", real.len());
    compare("vectors", &real);
}

#[test]
fn mutated_certificates_are_read_as_go_reads_them() {
    let seed = setting("KUBECRED_SEED", u64::from_le_bytes(std::array::from_fn(|_| mutate::random_byte())));
    let cases = setting("KUBECRED_CASES", 20_000) as usize;
    println!("seed {seed}, {cases} cases");
    let made = oracle::send(&["{\"kind\":\"keys\"}".to_owned()]).remove(0);
    let keys = made.list(&["made"]).iter().map(|one| Base64::decode_vec(one.text(&["spki"]).unwrap()).unwrap()).collect();
    let mut certificates = Certificates::new(seed, keys, &real());
    let mut accepted = 0;
    for from in (0..cases).step_by(20_000) {
        let ders: Vec<Vec<u8>> = (from..cases.min(from + 20_000)).map(|_| certificates.case()).collect();
        accepted += compare(&format!("seed {seed} from {from}"), &ders);
    }
    // Both sides of the verdict must have been tried in numbers, or the run shows little. With 20,000 cases and a third
    // accepted, chance alone leaves these bounds less than once in 10^100 runs.
    assert!(accepted > cases / 10 && accepted < cases * 9 / 10, "seed {seed}: {accepted} of {cases} accepted");
}

#[test]
fn what_is_accepted_keeps_its_bytes() {
    let now = UnixTime(1_795_474_800);
    for der in real() {
        let text = pem::encode("CERTIFICATE", &der);
        let Ok(chain) = Chain::read(text.expose()) else { continue };
        assert_eq!(chain.to_pem().as_bytes(), text.expose().as_slice());
        assert!(chain.to_value(now).get("fingerprint").is_some());
    }
}

#[test]
fn addresses_in_certificates_are_read_as_go_reads_them() {
    use mutate::Node::{Leaf, Tree};
    // Subject alternative names: a URI is [6], a mail address [1].
    let named = |tag: u8, text: &[u8]| {
        let names = Tree(0x30, vec![Leaf(tag, text.to_vec())]).encode();
        certificate(name(vec![(3, Leaf(0x13, b"a".to_vec()))]), Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, 0x11]), Leaf(4, names)]))
    };
    let mut ders = Vec::new();
    for byte in 0..=127u8 {
        for (before, after) in [
            ("", "a://h/p"),
            ("a", "b://h/p"),
            ("a:", "//h/p"),
            ("a://", "h/p"),
            ("a://u", "v@h/p"),
            ("a://h", "i/p"),
            ("a://h:1", "2/p"),
            ("a://[::1", "]/p"),
            ("a://[fe80::1%25", "z]/p"),
            ("a://h/p", "q"),
            ("a://h/p?", "q"),
            ("a://h/p#", "q"),
            ("", ""),
            ("a", ""),
        ] {
            ders.push(named(0x86, &[before.as_bytes(), &[byte], after.as_bytes()].concat()));
        }
    }
    for escape in ["%", "%4", "%41", "%zz", "%20", "%25", "%2f", "%C3%A9", "%00", "%7f", "%3A", "%5B"] {
        for (before, after) in [
            ("a://", "h/p"),
            ("a://u", "@h/p"),
            ("a://h", "/p"),
            ("a://[fe80::1%25", "]/p"),
            ("a://[::1", "]"),
            ("a://h/", ""),
            ("a://h/?", ""),
            ("a://h/#", ""),
        ] {
            ders.push(named(0x86, format!("{before}{escape}{after}").as_bytes()));
        }
    }
    let accepted = compare("URIs", &ders);
    assert!(accepted > 200 && accepted < ders.len(), "{accepted} of {}", ders.len());
}

/// `parseRFC2821Mailbox` and `domainNameValid` of crypto/x509, for the names that a CA may issue for.
#[test]
fn constraints_on_names_are_read_as_go_reads_them() {
    use mutate::Node::{Leaf, Tree};
    // A permitted subtree: a mail address is [1], a DNS name [2], a URI's host [6].
    let constrained = |tag: u8, text: &[u8]| {
        let tree = Tree(0x30, vec![Tree(0xA0, vec![Tree(0x30, vec![Leaf(tag, text.to_vec())])])]).encode();
        let extension = Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, 0x1E]), Leaf(1, vec![0xFF]), Leaf(4, tree)]);
        certificate(name(vec![(3, Leaf(0x13, b"a".to_vec()))]), extension)
    };
    let places = [r#""a^b"@h"#, r#""a\^b"@h"#, r#""^"@h"#, "a^b@h", r"a\^b@h", "^@h", "a^@h", "^a@h", "a@h^i", "a@^"];
    let mut ders = Vec::new();
    for place in places {
        let (before, after) = place.split_once('^').unwrap();
        ders.extend((0..=127u8).map(|byte| constrained(0x81, &[before.as_bytes(), &[byte], after.as_bytes()].concat())));
    }
    for text in [
        r#""ab""#,
        r#""ab"#,
        r#""ab\"#,
        r#""ab"@"#,
        r#""""@h"#,
        r#"""#,
        r#""a\""@h"#,
        r#""a"b@h"#,
        "@h",
        "@",
        "a@",
        ".a@h",
        "a.@h",
        "a..b@h",
    ] {
        ders.push(constrained(0x81, text.as_bytes()));
    }
    for byte in 0..=127u8 {
        for tag in [0x81, 0x82, 0x86] {
            ders.extend([vec![byte], vec![b'.', byte], vec![b'a', byte, b'b'], vec![b'a', byte]].map(|text| constrained(tag, &text)));
        }
    }
    let accepted = compare("constraints", &ders);
    assert!(accepted > 500 && accepted < ders.len(), "{accepted} of {}", ders.len());
}
