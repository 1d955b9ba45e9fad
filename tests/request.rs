//! Subjects and PKCS#10 requests.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{System, json, key};
use kubecred::Code;
use kubecred::crypto::KeyAlgorithm;
use kubecred::kubernetes::csr::signer::{self, Outcome};
use kubecred::value::Value;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;

fn subject(text: &str) -> Result<Subject, Code> {
    Subject::from_value(&json(text)).map_err(|error| error.code())
}

fn build(text: &str) -> csr::RequestReport {
    let key = key(KeyAlgorithm::EcdsaP256);
    let pem = csr::build(&key, &subject(text).unwrap(), &mut System).unwrap();
    csr::read(pem.as_bytes())
}

#[test]
fn text_goes_in_literally() {
    for user in [
        "jane,O=system:masters",
        "jane+O=system:masters",
        "#0c0561646d696e",
        "jane/O=x",
        "jane\\\\,b",
        "CN=x",
        "jane@example.com",
        "a_b",
        "Zoë",
    ] {
        let report = build(&format!(r#"{{"user":"{user}","groups":["dev,O=x","b+c"]}}"#));
        assert!(report.accepted, "{user}");
        assert_eq!(report.identity.user, user.replace("\\\\", "\\"));
        assert_eq!(report.identity.groups, ["b+c", "dev,O=x"]);
    }
}

#[test]
fn what_cannot_be_seen_or_is_missing_is_refused() {
    let refused = [
        r#"{"user":""}"#,
        r#"{"user":"   "}"#,
        r#"{"user":"a\u0000b"}"#,
        r#"{"user":"a\nb"}"#,
        r#"{"user":"a\tb"}"#,
        r#"{"user":"a\u202eb"}"#,
        r#"{"user":"a\u200bb"}"#,
        r#"{"user":"\ufeffa"}"#,
        r#"{"user":"a","groups":["x\u2066"]}"#,
        r#"{"user":"a","uid":"\u0007"}"#,
        r#"{"user":"a","dnsNames":["*"]}"#,
        r#"{"user":"a","dnsNames":["a b"]}"#,
        r#"{"user":"a","dnsNames":["a..b"]}"#,
        r#"{"user":"a","dnsNames":["-a"]}"#,
        r#"{"user":"a","dnsNames":["é.example"]}"#,
        r#"{"user":"a","dnsNames":["10.0.0.256"]}"#,
        r#"{"user":"a","ipAddresses":["::ffff:10.0.0.1"]}"#,
        r#"{"user":"a","ipAddresses":["10.0.0.0/8"]}"#,
    ];
    for text in refused {
        assert_eq!(subject(text).unwrap_err(), Code::InvalidSubject, "{text}");
    }
    assert_eq!(subject(&format!(r#"{{"user":"{}"}}"#, "x".repeat(257))).unwrap_err(), Code::InvalidSubject);
    let long = |last: &str| format!(r#"{{"user":"a","dnsNames":["{}{last}"]}}"#, "a.".repeat(126));
    assert_eq!(subject(&long("bb")).unwrap_err(), Code::InvalidSubject, "a DNS name of 254 characters");
    subject(&long("b")).unwrap();
    let many: Vec<String> = (0..5000).map(|number| format!("\"g{number}\"")).collect();
    assert_eq!(subject(&format!(r#"{{"user":"a","groups":[{}]}}"#, many.join(","))).unwrap_err(), Code::InvalidSubject);
    for text in [r#"{}"#, r#"{"user":1}"#, r#"{"user":"a","group":["x"]}"#, r#"{"user":"a","groups":"x"}"#, r#"[]"#, r#""a""#] {
        assert_eq!(subject(text).unwrap_err(), Code::InvalidOptions, "{text}");
    }
}

#[test]
fn reserved_names_get_findings() {
    let cases = [
        (r#"{"user":"system:node:x"}"#, "user-reserved"),
        (r#"{"user":"system:anonymous"}"#, "user-is-anonymous"),
        (r#"{"user":"system:serviceaccount:default:default"}"#, "user-is-service-account"),
        (r#"{"user":"a","groups":["system:masters"]}"#, "group-system-masters"),
        (r#"{"user":"a","groups":["kubeadm:cluster-admins"]}"#, "group-cluster-admins"),
        (r#"{"user":"a","groups":["system:nodes"]}"#, "group-nodes"),
        (r#"{"user":"a","groups":["system:authenticated"]}"#, "group-implied"),
        (r#"{"user":"a","groups":["system:unauthenticated"]}"#, "group-implied"),
        (r#"{"user":"a","groups":["system:other"]}"#, "group-reserved"),
        (r#"{"user":"a","groups":["dev, ops"]}"#, "group-comma"),
        (r#"{"user":"a","groups":["System:Masters"]}"#, "group-looks-reserved"),
        (r#"{"user":"аdmin"}"#, "looks-like-ascii"),
        (r#"{"user":"аdmiя"}"#, "mixed-scripts"),
        (r#"{"user":"ａｄｍｉｎ"}"#, "looks-like-ascii"),
        (r#"{"user":"admin "}"#, "surrounding-space"),
        (r#"{"user":"a","uid":"7"}"#, "uid-dropped"),
        (r#"{"user":"jane,O=x"}"#, "looks-like-dn"),
    ];
    for (text, code) in cases {
        let codes: Vec<&str> = subject(text).unwrap().findings().iter().map(|finding| finding.code.as_str()).collect();
        assert!(codes.contains(&code), "{text}: {codes:?}");
    }
    let fits = format!(r#"{{"user":"{}"}}"#, "x".repeat(64));
    assert!(subject(&fits).unwrap().findings().is_empty());
    let long = format!(r#"{{"user":"{}"}}"#, "x".repeat(65));
    assert_eq!(subject(&long).unwrap().findings()[0].code.as_str(), "user-long");
    assert!(subject(r#"{"user":"jane","groups":["dev"]}"#).unwrap().findings().is_empty());
}

#[test]
fn groups_collapse_and_names_become_sans() {
    let report = build(
        r#"{"user":"jane","groups":["dev","","ops","dev"],"uid":"42","dnsNames":["*.a.example","10.0.0.7"],"ipAddresses":["2001:db8::1"]}"#,
    );
    assert_eq!(report.identity.groups, ["dev", "ops"]);
    assert_eq!(report.identity.uid.as_deref(), Some("42"));
    assert_eq!(report.dns_names, ["*.a.example"]);
    assert_eq!(report.ip_addresses, ["10.0.0.7", "2001:db8::1"]);
}

#[test]
fn attributes_are_present_even_when_empty() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let pem = csr::build(&key, &subject(r#"{"user":"jane"}"#).unwrap(), &mut System).unwrap();
        let blocks = kubecred::encoding::pem::decode(pem.as_bytes()).unwrap();
        let der = blocks[0].contents.expose();
        let spki = key.public_key_der();
        let end = der.windows(spki.len()).position(|window| window == spki).unwrap() + spki.len();
        assert_eq!(der[end..end + 2], [0xA0, 0x00], "{algorithm:?}");
        let report = csr::read(pem.as_bytes());
        assert!(report.accepted);
        assert_eq!((report.key_algorithm.as_str(), report.fingerprint.clone()), (algorithm.as_str(), key.fingerprint()));
    }
}

#[test]
fn pasted_requests_are_read_as_the_server_reads_them() {
    let good = build(r#"{"user":"jane"}"#).pem.unwrap();
    let shapes =
        [format!("some text\n{good}\n\nmore text"), good.replace('\n', "\r\n"), good.replace('\n', " \n"), good.trim_end().to_owned()];
    for shape in shapes {
        let report = csr::read(shape.as_bytes());
        assert!(report.accepted, "{shape}");
        assert_eq!(report.pem.as_deref(), Some(good.as_str()), "re-encoded, nothing else of the paste");
    }
    let secret = String::from_utf8(key(KeyAlgorithm::Ed25519).export_pem(None, &mut System).unwrap().expose().clone()).unwrap();
    let report = csr::read(format!("{good}{secret}").as_bytes());
    assert!(report.findings.iter().any(|finding| finding.code.as_str() == "private-key-in-paste"));
    for (text, accepted) in
        [("", false), ("hello", false), (secret.as_str(), false), (&good.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"), false)]
    {
        let report = csr::read(text.as_bytes());
        assert_eq!((report.accepted, report.findings.is_empty()), (accepted, false));
    }
}

/// Admission refuses the group for the default signer alone; the label is refused for every signer.
#[test]
fn the_refusal_of_a_label_is_not_that_of_admission() {
    let pem = build(r#"{"user":"jane","groups":["system:masters"]}"#).pem.unwrap();
    let usages = ["client auth".to_owned()];
    let outcome = |text: &str| signer::outcome("example.com/signer", &usages, &csr::read(text.as_bytes()));
    assert_eq!(outcome(&pem), Outcome::Unknown);
    assert_eq!(outcome(&pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")), Outcome::Refused);
}

#[test]
fn a_changed_request_is_not_accepted() {
    let good = build(r#"{"user":"jane","groups":["dev"]}"#).pem.unwrap();
    let der = kubecred::encoding::pem::decode(good.as_bytes()).unwrap().remove(0);
    for position in 0..der.contents.expose().len() {
        let mut damaged = der.contents.expose().clone();
        damaged[position] ^= 1;
        let report = csr::read(kubecred::encoding::pem::encode("CERTIFICATE REQUEST", &damaged).expose());
        assert!(!report.accepted, "byte {position}");
    }
}

#[test]
fn groups_and_names_are_counted_before_they_are_looked_at() {
    // Each list begins with an entry that is refused by itself: the number is what the refusal is about.
    let many = |first: &str| {
        Value::List(std::iter::once(first.to_owned()).chain((0..8000).map(|number| format!("g{number}"))).map(Value::from).collect())
    };
    for (field, first) in [("groups", "a\0b"), ("dnsNames", "a b"), ("ipAddresses", "x")] {
        let few = Value::map([("user", Some("jane".into())), (field, Some(Value::List(vec![first.into()])))]);
        let alone = Subject::from_value(&few).unwrap_err();
        let error = Subject::from_value(&Value::map([("user", Some("jane".into())), (field, Some(many(first)))])).unwrap_err();
        assert_eq!(error.code(), Code::InvalidSubject, "{field}");
        assert!(error.message().starts_with("Too many"), "{field}: {}", error.message());
        assert!(!alone.message().starts_with("Too many"), "{field}: {}", alone.message());
    }
    // One group many times is one group.
    let same = Value::List(vec!["dev".into(); 8000]);
    let subject = Subject::from_value(&Value::map([("user", Some("jane".into())), ("groups", Some(same))])).unwrap();
    assert_eq!(subject.identity.groups, ["dev"]);
}

/// Keys that Go accepts in a request, and that are weak nevertheless: the exponent and the length of an RSA key.
#[test]
fn weak_keys_in_requests_are_warnings() {
    let openssl = |arguments: &[&str], input: &[u8]| {
        use std::io::Write;
        let mut command = std::process::Command::new("openssl");
        let mut child = command.args(arguments).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        output.stdout
    };
    for (bits, exponent, weak) in [("2048", "65537", false), ("2048", "3", true), ("1024", "65537", true), ("2048", "65539", false)] {
        let (bits, exponent) = (format!("rsa_keygen_bits:{bits}"), format!("rsa_keygen_pubexp:{exponent}"));
        let key = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &bits, "-pkeyopt", &exponent], b"");
        let request = openssl(&["req", "-new", "-key", "/dev/stdin", "-subj", "/CN=jane"], &key);
        let report = csr::read(&request);
        assert!(report.accepted, "{bits} {exponent}: {:?}", report.refusal);
        let found = report.findings.iter().any(|finding| finding.code.as_str() == "weak-key");
        assert_eq!(found, weak, "{bits} {exponent}");
    }
}

/// Go's `getSignatureAlgorithmFromAI`: the whole object identifier decides, and Ed25519 has no parameters (RFC 8410, 3).
#[test]
fn algorithms_of_signatures_are_told_by_their_whole_identifier() {
    let key = key(KeyAlgorithm::Ed25519);
    let signature = key.sign(b"message", &mut System).unwrap();
    let verify = |algorithm: &[u8]| {
        kubecred::x509::verify_signature(key.public_key_der(), algorithm, b"message", &signature).map_err(|error| error.code())
    };
    assert_eq!(verify(&[0x30, 5, 6, 3, 0x2B, 0x65, 0x70]), Ok(true));
    assert_eq!(verify(&[0x30, 7, 6, 3, 0x2B, 0x65, 0x70, 5, 0]), Err(Code::UnsupportedKey));
    let rsa = common::key(KeyAlgorithm::Rsa2048);
    let signature = rsa.sign(b"message", &mut System).unwrap();
    let verify = |algorithm: &[u8]| {
        kubecred::x509::verify_signature(rsa.public_key_der(), algorithm, b"message", &signature).map_err(|error| error.code())
    };
    // sha256WithRSAEncryption, with another part in each place in turn.
    let right = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];
    assert_eq!(verify(&right), Ok(true));
    for place in [4, 6, 8, 9, 10, 11] {
        let mut other = right;
        other[place] ^= 2;
        assert_eq!(verify(&other), Err(Code::UnsupportedKey), "byte {place}");
    }
    for (last, verdict) in [(5, Ok(false)), (12, Ok(false)), (13, Ok(false)), (14, Err(Code::UnsupportedKey))] {
        let mut other = right;
        other[12] = last;
        assert_eq!(verify(&other), verdict, "hash {last}");
    }
}
