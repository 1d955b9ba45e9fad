//! x509-limbo's core cases (C2SP): what the reader of certificates makes of each leaf and its chain.
//!
//! Limbo judges path building for TLS servers. kubecred builds no path, because the API server does that with a CA that
//! the browser does not know: it reads, and looks at key, names, use and time. So a case that limbo refuses and kubecred
//! does not stands below with its reason, and a case that is listed in vain fails the test as well.
//! The cases are too large for the repository: where they are absent, nothing is judged.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::NOW;
use kubecred::encoding::pem;
use kubecred::x509::certificate::Chain;
use kubecred::{Code, UnixTime};
use std::collections::BTreeMap;
/// Name constraints and revocation lists are the verifier's alone.
fn is_ours(id: &str) -> bool {
    !id.starts_with("crl::") && !id.contains("::nc::") && !id.contains("::nc-") && !id.ends_with("-nc-permits-variant")
}

/// Where the verdicts differ, and why that is right here.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    (
        "the path (issuer, signature, depth, CA flags and use, policies) is the API server's to build, with a CA not known here",
        &[
            "pathlen::intermediate-violates-pathlen-0",
            "pathlen::intermediate-pathlen-too-long",
            "pathlen::max-chain-depth-0-exhausted",
            "pathlen::max-chain-depth-1-exhausted",
            "pathological::intermediate-cycle-distinct-cas",
            "pathological::intermediate-cycle-distinct-cas-max-depth",
            "pathological::intermediate-cycle-same-logical-ca",
            "rfc5280::pc::ica-noncritical-pc",
            "rfc5280::validity::expired-root",
            "rfc5280::validity::expired-intermediate",
            "rfc5280::ca-empty-subject",
            "rfc5280::unknown-critical-extension-root",
            "rfc5280::unknown-critical-extension-intermediate",
            "rfc5280::chain-untrusted-root",
            "rfc5280::intermediate-ca-without-ca-bit",
            "rfc5280::intermediate-ca-missing-basic-constraints",
            "rfc5280::root-missing-basic-constraints",
            "rfc5280::root-non-critical-basic-constraints",
            "rfc5280::root-inconsistent-ca-extensions",
            "rfc5280::ica-ku-keycertsign",
            "webpki::eku::root-has-eku",
            "webpki::cryptographydotio-chain-missing-intermediate",
            "webpki::forbidden-p192-root",
            "webpki::forbidden-dsa-root",
            "webpki::forbidden-weak-rsa-key-in-root",
            "webpki::forbidden-rsa-not-divisible-by-8-in-root",
        ],
    ),
    (
        "identifiers of keys serve path building; Go passes over what they say",
        &[
            "rfc5280::aki::critical-aki",
            "rfc5280::aki::leaf-missing-aki",
            "rfc5280::aki::intermediate-missing-aki",
            "rfc5280::aki::cross-signed-root-missing-aki",
            "rfc5280::ski::critical-ski",
            "rfc5280::ski::root-missing-ski",
            "rfc5280::ski::intermediate-missing-ski",
            "webpki::aki::root-with-aki-missing-keyidentifier",
            "webpki::aki::root-with-aki-authoritycertissuer",
            "webpki::aki::root-with-aki-authoritycertserialnumber",
            "webpki::aki::root-with-aki-all-fields",
            "webpki::aki::root-with-aki-ski-mismatch",
        ],
    ),
    (
        "names of hosts: a client is known by its subject, and its SANs are not read",
        &[
            "cve::cve-2025-61727",
            "rfc5280::san::noncritical-with-empty-subject",
            "rfc5280::san::underscore-dns",
            "rfc5280::san::ip-in-dns",
            "webpki::cn::ipv4-hex-mismatch",
            "webpki::cn::ipv4-leading-zeros-mismatch",
            "webpki::cn::ipv6-uppercase-mismatch",
            "webpki::cn::ipv6-uncompressed-mismatch",
            "webpki::cn::ipv6-non-rfc5952-mismatch",
            "webpki::cn::punycode-not-in-san",
            "webpki::cn::utf8-vs-punycode-mismatch",
            "webpki::cn::not-in-san",
            "webpki::cn::case-mismatch",
            "webpki::san::mismatch-domain-san",
            "webpki::san::mismatch-subdomain-san",
            "webpki::san::mismatch-subdomain-apex-san",
            "webpki::san::mismatch-apex-subdomain-san",
            "webpki::san::public-suffix-wildcard-san",
            "webpki::san::public-suffix-multi-label-wildcard-san",
            "webpki::san::public-suffix-private-namespace-wildcard-san",
            "webpki::san::wildcard-embedded-leftmost-san",
            "webpki::san::wildcard-not-in-leftmost-san",
            "webpki::san::wildcard-match-across-labels-san",
            "webpki::san::wildcard-embedded-ulabel-san",
            "webpki::san::no-san",
            "webpki::san::san-critical-with-nonempty-subject",
            "webpki::san::san-wildcard-only",
            "webpki::san::san-wildcard-only-tld",
        ],
    ),
    (
        "wants server auth; these certificates are for clients too, or for anything",
        &["rfc5280::eku::ee-wrong-eku", "webpki::eku::ee-anyeku", "webpki::eku::ee-critical-eku", "webpki::eku::ee-without-eku"],
    ),
    ("Go takes an empty extended key usage for none", &["rfc5280::eku::ee-eku-empty"]),
    (
        "Go reads it, so kubectl and the API server accept it: k3s has CAs with serial number zero, microk8s clients of version 1",
        &["rfc5280::serial::too-long", "rfc5280::serial::zero", "webpki::v1-cert"],
    ),
    (
        "long chains are read; which of them makes a path is the API server's to find out",
        &[
            "pathological::pathological-chain-distinct-subject-distinct-key",
            "pathological::pathological-chain-same-subject-distinct-key",
            "pathological::pathological-chain-distinct-subject-same-key",
            "pathological::pathological-chain-same-subject-same-key",
        ],
    ),
    (
        "the API server accepts a CA's certificate as a client's where client authentication is allowed (measured on 1.36.3, 2026-11)",
        &["rfc5280::ca-as-leaf-wrong-san", "webpki::ee-basicconstraints-ca", "webpki::ca-as-leaf"],
    ),
    (
        "clocks may differ by five minutes at the start",
        &[
            "rfc5280::validity::notbefore-fractional",
            "rfc5280::validity::not-yet-valid-1-second",
            "rfc5280::validity::not-yet-valid-5-seconds",
        ],
    ),
    (
        "refused in the last second already: nobody can use it",
        &["rfc5280::validity::notafter-exact", "rfc5280::validity::notafter-fractional"],
    ),
    (
        "what the leaf says beside key, names, use and time is for the API server to judge, which answers 401",
        &["rfc5280::ee-empty-issuer", "rfc5280::unknown-critical-extension-ee", "rfc5280::leaf-ku-keycertsign"],
    ),
    (
        "the leaf's key must equal the key held here, and such keys are refused by PrivateKey::import",
        &["webpki::forbidden-dsa-leaf", "webpki::forbidden-weak-rsa-in-leaf", "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf"],
    ),
];

fn contains(der: &[u8], oid: &[u8]) -> bool {
    der.windows(oid.len()).any(|window| window == oid)
}

/// The first thing that is wrong: reading, use as a CA, time. What the extended key usage says is compared apart.
fn verdict(case: &serde_json::Value, leaf: &str, chain: &[&str]) -> Option<Code> {
    let now = case["validation_time"].as_str().map_or(NOW, |time| UnixTime::from_iso(&time.replace("+00:00", "Z")).unwrap());
    let mut read = match Chain::read([&[leaf], chain].concat().concat().as_bytes()) {
        Ok(read) => read,
        Err(error) => return Some(error.code()),
    };
    assert_eq!(read.certificates().len(), 1 + chain.len());
    let der = pem::decode(leaf.as_bytes()).unwrap().remove(0).contents.expose().clone();
    let for_clients = !contains(&der, &[6, 3, 0x55, 0x1D, 0x25])
        || contains(&der, &[6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 2])
        || contains(&der, &[6, 4, 0x55, 0x1D, 0x25, 0])
        || contains(&der, &[0x55, 0x1D, 0x25, 4, 2, 0x30, 0]); // an empty extended key usage, which Go takes for none

    assert_eq!(read.leaf().client_auth, for_clients, "{}", case["id"]);
    let fingerprint = read.leaf().key_fingerprint.clone();
    let matched = read.match_to(&fingerprint, None, now).map_err(|error| error.code()).err();
    let time = [Code::CertificateExpired, Code::CertificateNotYetValid];
    let time = time.into_iter().find(|code| read.leaf().findings(now).iter().any(|finding| finding.code.as_str() == code.as_str()));
    assert_eq!(matched, if for_clients { time } else { Some(Code::CertificateUsage) }, "{}", case["id"]);
    time
}

#[test]
fn limbo_s_cases_are_refused_or_listed_with_a_reason() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/x509-limbo-core.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("x509-limbo-core.json is absent: nothing was judged");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut listed: BTreeMap<&str, &str> = EXCEPTIONS.iter().flat_map(|(reason, ids)| ids.iter().map(|id| (*id, *reason))).collect();
    let (mut judged, mut refused, mut wrong) = (0, 0, Vec::new());
    for case in cases.iter().filter(|case| is_ours(case["id"].as_str().unwrap())) {
        let id = case["id"].as_str().unwrap();
        let leaf = case["peer_certificate"].as_str().unwrap();
        let chain: Vec<&str> = case["untrusted_intermediates"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let ours = verdict(case, leaf, &chain);
        let same = (case["expected_result"] == "SUCCESS") == ours.is_none();
        let exception = listed.remove(id);
        if same == exception.is_some() {
            wrong.push(format!("{id}: limbo {}, here {ours:?}, exception {exception:?}", case["expected_result"]));
        }
        (judged, refused) = (judged + 1, refused + usize::from(ours.is_some()));
    }
    assert!(wrong.is_empty() && listed.is_empty(), "{}\nin vain: {listed:?}", wrong.join("\n"));
    assert_eq!((judged, refused), (130, 15));
}
