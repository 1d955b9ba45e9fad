//! Requests and certificates made by hand: the bounds of lengths and times, and what is said of each part.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::crafted::{certificate, info, jane, name, signed};
use common::mutate::Node::{self, Leaf, Raw, Tree};
use common::{System, key};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::encoding::pem;
use kubecred::x509::calendar::reminder;
use kubecred::x509::certificate::{Chain, pasted_authority, renewal_due};
use kubecred::x509::csr::{self, RequestReport};
use kubecred::x509::subject::{Identity, Subject};
use kubecred::{Code, Finding, UnixTime, Value};

fn text(value: &str) -> Node {
    Leaf(0x0C, value.into())
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn says(report: &RequestReport, code: &str) -> bool {
    codes(&report.findings).contains(&code)
}

/// What is signed: a version, a subject and nothing else.
fn body(version: u8, subject: Node, key: &PrivateKey) -> Vec<u8> {
    Tree(0x30, vec![Leaf(2, vec![version]), subject, Raw(key.public_key_der().to_vec()), Tree(0xA0, vec![])]).encode()
}

/// A value that makes what is built of it as long as it is to be.
fn of_length(wanted: usize, build: impl Fn(Node) -> Vec<u8>) -> Vec<u8> {
    let made = |length: usize| build(text(&"x".repeat(length)));
    let rest = made(wanted).len() - wanted;
    let made = made(wanted - rest);
    assert_eq!(made.len(), wanted);
    made
}

/// PKCS#9 (RFC 2985, 5.4.1 and 5.4.2); Kubernetes ignores all but the first extension request.
#[test]
fn each_kind_of_attribute_is_named() {
    let id = |last: u8| Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, last]);
    let pkcs9 = |last: u8, values: Vec<Node>| Tree(0x30, vec![id(last), Tree(0x31, values)]);
    let usage = |last: u8| Tree(0x30, vec![Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, last]), Leaf(4, vec![3, 2, 7, 0x80])])]);
    let key = key(KeyAlgorithm::Ed25519);
    for (attributes, expected) in [
        (vec![], &[][..]),
        (vec![pkcs9(14, vec![usage(15)])], &["extension-dropped"][..]),
        (vec![pkcs9(14, vec![usage(15), usage(16)])], &["extension-dropped", "hidden-attribute"]),
        (vec![pkcs9(7, vec![text("secret")])], &["challenge-password"]),
        (vec![pkcs9(8, vec![text("secret")])], &[]),
        (vec![pkcs9(14, vec![usage(15)]), pkcs9(7, vec![text("secret")])], &["extension-dropped", "challenge-password"]),
        (vec![Tree(0x30, vec![id(14), text("no set")])], &["extensions-unreadable"]),
        (vec![Tree(0x30, vec![id(8), text("no set")])], &[]),
    ] {
        let report = csr::read(&signed(&info(jane(), key.public_key_der(), attributes), &key));
        assert!(report.accepted, "{:?}", report.refusal);
        assert_eq!(codes(&report.findings), expected);
    }
}

#[test]
fn the_shape_of_a_request_is_judged() {
    let key = key(KeyAlgorithm::Ed25519);
    let read = |version: u8, subject: Node| csr::read(&signed(&body(version, subject, &key), &key));
    let plain = read(0, name(vec![(3, jane()), (10, text("dev")), (10, text("ops"))]));
    assert!(plain.accepted && plain.findings.is_empty(), "{:?}", plain.findings);
    assert_eq!(codes(&read(1, name(vec![(3, jane())])).findings), ["version-odd"]);
    let twice = read(0, name(vec![(3, jane()), (10, text("dev")), (10, text("ops")), (10, text("dev"))]));
    assert_eq!(codes(&twice.findings), ["group-twice"]);
    // The signer copies what Go's pkix.Name has a place for, and drops the rest.
    let more = |last: u8| read(0, name(vec![(3, jane()), (last, text("x"))]));
    for known in [5, 6, 7, 8, 9, 11, 17] {
        assert_eq!(codes(&more(known).findings), ["attribute-unused"], "2.5.4.{known}");
    }
    for unknown in [4, 12, 42] {
        assert_eq!(codes(&more(unknown).findings), ["attribute-dropped"], "2.5.4.{unknown}");
    }
    // Fields behind the known ones, which Go leaves alone.
    let der = pem::decode(&signed(&body(0, name(vec![(3, jane())]), &key), &key)).unwrap().remove(0).contents.expose().clone();
    assert_eq!(der[1], 0x81);
    let longer = [&[0x30, 0x81, der[2] + 2], &der[3..], &[5, 0]].concat();
    let report = csr::read(pem::encode("CERTIFICATE REQUEST", &longer).expose());
    assert!(report.accepted && codes(&report.findings) == ["unread-bytes"], "{:?}", report.findings);
    let broken = csr::read(pem::encode("CERTIFICATE REQUEST", &der[..20]).expose());
    assert_eq!((broken.signature_algorithm.as_str(), broken.key_algorithm.as_str()), ("unknown", "unknown"));
}

/// 60 KiB of request make more than the 64 KiB that a TLS handshake carries; etcd takes 1.5 MiB, and a paste has at most 2 MiB.
#[test]
fn requests_are_read_up_to_their_bounds() {
    let key = key(KeyAlgorithm::Ed25519);
    let of = |length: usize| {
        let build = |value| pem::decode(&signed(&body(0, name(vec![(3, value)]), &key), &key)).unwrap().remove(0).contents.expose().clone();
        csr::read(pem::encode("CERTIFICATE REQUEST", &of_length(length, build)).expose())
    };
    assert!(!says(&of(60 << 10), "request-large"));
    for length in [(60 << 10) + 1, 70 << 10] {
        assert!(says(&of(length), "request-large"), "{length}");
    }
    assert!(of(800 << 10).accepted);
    for length in [(800 << 10) + 1, 900 << 10] {
        assert_eq!(of(length).refusal.as_deref(), Some("etcdserver: request is too large"), "{length}");
    }
    let request = signed(&body(0, name(vec![(3, jane())]), &key), &key);
    let padded = |length: usize| csr::read(&[vec![b'\n'; length - request.len()], request.clone()].concat());
    assert!(padded(2 << 20).accepted);
    for length in [(2 << 20) + 1, 3 << 20] {
        assert_eq!(padded(length).refusal.as_deref(), Some("Request entity too large"), "{length}");
    }
}

#[test]
fn as_many_names_are_taken_as_the_refusal_says() {
    let names = |count: usize| Value::List((0..count).map(|number| format!("g{number}").into()).collect());
    let addresses = |count: usize| Value::List((0..count).map(|number| format!("10.0.{}.{}", number / 250, number % 250).into()).collect());
    let read = |dns: usize, ips: usize, groups: usize| {
        let user = Some("jane".into());
        let fields =
            [("user", user), ("dnsNames", Some(names(dns))), ("ipAddresses", Some(addresses(ips))), ("groups", Some(names(groups)))];
        Subject::from_value(&Value::map(fields)).map(|_| ()).map_err(|error| error.message().to_owned())
    };
    assert_eq!(read(500, 500, 256), Ok(()));
    assert!(read(501, 500, 0).unwrap_err().contains("1000"));
    assert!(read(500, 501, 0).unwrap_err().contains("1000"));
    assert!(read(0, 0, 257).unwrap_err().contains("256"));
}

fn usage() -> Node {
    Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, 0x0F]), Leaf(4, vec![3, 2, 7, 0x80])])
}

fn authority() -> Node {
    Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, 0x13]), Leaf(1, vec![0xFF]), Leaf(4, vec![0x30, 3, 1, 1, 0xFF])])
}

fn chain(certificates: &[Vec<u8>]) -> Chain {
    let text: Vec<u8> = certificates.iter().flat_map(|der| pem::encode("CERTIFICATE", der).expose().clone()).collect();
    Chain::read(&text).unwrap()
}

/// 2026-07-01, in the middle of the lifetime of what is made here.
const SUMMER: UnixTime = UnixTime(1_782_864_000);

#[test]
fn a_certificate_ends_soon_in_the_last_fifth_of_its_lifetime() {
    let chain = chain(&[certificate(name(vec![(3, jane())]), usage())]);
    let due = renewal_due(chain.leaf());
    assert_eq!(due.to_iso(), "2026-10-20T00:00:00Z", "four fifths of 365 days");
    assert!(chain.leaf().findings(due).is_empty());
    assert_eq!(codes(&chain.leaf().findings(UnixTime(due.0 + 1))), ["certificate-ends-soon"]);
}

/// kube-apiserver ignores a client certificate without a common name; a CA needs none.
#[test]
fn a_client_certificate_has_a_user() {
    let nameless = || name(vec![(10, text("dev"))]);
    let of = |subject: Node, extension: Node| {
        let chain = chain(&[certificate(subject, extension)]);
        chain.leaf().findings(SUMMER).iter().any(|finding| finding.code.as_str() == "user-empty")
    };
    assert!(of(nameless(), usage()));
    assert!(!of(nameless(), authority()));
    assert!(!of(name(vec![(3, jane())]), usage()));
}

#[test]
fn the_order_of_a_chain_and_a_uid_that_was_left_out_are_said_where_they_are_so() {
    let one = certificate(name(vec![(3, jane()), (10, text("dev"))]), usage());
    let key = key(KeyAlgorithm::Ed25519);
    let other = key.public_key_der();
    let own = [0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 0x21, 0];
    let at = one.windows(own.len()).position(|window| window == own).unwrap();
    let mut second = one.clone();
    second[at..at + other.len()].copy_from_slice(other);
    let identity = |uid: Option<&str>| Identity { user: "jane".into(), groups: vec!["dev".into()], uid: uid.map(str::to_owned) };
    let matched = |ders: &[&Vec<u8>], requested: &Identity| {
        let findings =
            chain(&ders.iter().map(|der| (*der).clone()).collect::<Vec<_>>()).match_to(&key.fingerprint(), Some(requested), SUMMER);
        codes(&findings.unwrap()).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(matched(&[&second, &one], &identity(None)), [""; 0]);
    assert_eq!(matched(&[&one, &second], &identity(None)), ["chain-reordered"]);
    assert_eq!(matched(&[&second], &identity(Some("7"))), ["uid-dropped"]);
}

/// crypto/tls ends a handshake whose certificates are longer than 256 KiB.
#[test]
fn certificates_are_as_long_as_a_handshake_takes_them() {
    let one = certificate(name(vec![(3, jane())]), usage());
    let of = |length: usize| {
        let long = of_length(length - one.len(), |value| certificate(name(vec![(3, jane()), (10, value)]), usage()));
        codes(&chain(&[one.clone(), long]).findings()).contains(&"certificate-too-large")
    };
    assert!(!of(256 << 10));
    assert!(of((256 << 10) + 1));
}

/// RFC 5545: lines of at most 75 octets, continued with a blank (3.1), and `,`, `;` and `\` after a backslash (3.3.11).
#[test]
fn a_reminder_is_folded_and_escaped() {
    for user in [r"a,b;c\d", &"é".repeat(60), &format!("a{}", "é".repeat(60)), &"a".repeat(200), &"日".repeat(64), "x"] {
        let chain = chain(&[certificate(name(vec![(3, text(user))]), usage())]);
        let file = reminder(chain.leaf(), SUMMER);
        assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{file}");
        let escaped = user.replace('\\', r"\\").replace(',', r"\,").replace(';', r"\;");
        let summary = format!("\r\nSUMMARY:Renew the Kubernetes certificate of {escaped}\r\n");
        assert!(file.replace("\r\n ", "").contains(&summary), "{file}");
        let short = file.split("\r\n").find(|line| line.starts_with("DTSTART:")).unwrap();
        assert_eq!(short, "DTSTART:20261020T000000Z");
    }
}

#[test]
fn what_is_not_a_certificate_is_said() {
    let refused = |text: &[u8]| Chain::pasted(text).map(|_| ()).unwrap_err().message().to_owned();
    assert!(refused(b"hello").starts_with("There is no certificate in this text."));
    assert!(refused(b"").starts_with("There is no certificate in this text."));
    let good = pem::encode("CERTIFICATE", &certificate(name(vec![(3, jane())]), usage())).expose().clone();
    let bad = pem::encode("CERTIFICATE", &[0x30, 0]).expose().clone();
    assert!(Chain::read_authorities(&good).unwrap().unreadable().is_none());
    assert!(Chain::read_authorities(&[good, bad].concat()).unwrap().unreadable().is_some());
}

/// crypto/tls takes no RSA key of more than 8192 bits (Go, CVE-2023-29409).
#[test]
fn a_key_that_is_too_long_for_tls_is_found() {
    let of = |bits: usize| {
        let mut modulus = vec![0xC5; bits.div_ceil(8)];
        modulus[0] = 1 << ((bits - 1) % 8);
        let sign = if modulus[0] & 0x80 == 0 { &[][..] } else { &[0] };
        let numbers = Tree(0x30, vec![Leaf(2, [sign, &modulus].concat()), Leaf(2, vec![1, 0, 1])]).encode();
        let rsa = Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]), Leaf(5, Vec::new())]);
        let spki = Tree(0x30, vec![rsa, Leaf(3, [&[0], numbers.as_slice()].concat())]).encode();
        let algorithm = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];
        says(&csr::read(&common::crafted::request(&info(jane(), &spki, Vec::new()), &algorithm, &[7; 64])), "key-too-long")
    };
    assert_eq!([8191, 8192, 8193, 9000].map(of), [false, false, true, true]);
}

/// More blocks than are read, each indented, so that the front door opens them.
#[test]
fn a_flood_of_blocks_is_too_large_whatever_it_is_given_for() {
    let block = " -----BEGIN CERTIFICATE-----\n AAAA\n -----END CERTIFICATE-----\n".repeat(2_001);
    assert_eq!(pasted_authority(block.as_bytes()).unwrap_err().code(), Code::InputTooLarge);
    assert_eq!(Chain::pasted(block.as_bytes()).map(|_| ()).unwrap_err().code(), Code::InputTooLarge);
}

/// No finding about a private key where there is none, and one where it is in the same text.
#[test]
fn a_private_key_next_to_a_request_is_found() {
    let key = key(KeyAlgorithm::Ed25519);
    let request = signed(&body(0, name(vec![(3, jane())]), &key), &key);
    assert!(csr::read(&request).findings.is_empty());
    let secret = key.export_pem(None, &mut System).unwrap();
    assert_eq!(codes(&csr::read(&[request.as_slice(), secret.expose()].concat()).findings), ["private-key-in-paste"]);
}
