//! What the authority signs, read by the core as Go reads it. OpenSSL and the real API server: tests/package/testing.test.mjs.
#![allow(clippy::unwrap_used, missing_docs)]

use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::x509::certificate::Chain;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Error, Random, Value};
use kubecred_testing::authority::{Authority, Lifetime, cluster_info_signature};

const LIFETIME: Lifetime = Lifetime { not_before: 1_795_000_000, not_after: 1_795_003_600 };

struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> kubecred::error::Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "no randomness"))
    }
}

fn request(algorithm: KeyAlgorithm, user: &str, groups: &[&str]) -> (PrivateKey, String) {
    let key = PrivateKey::generate(algorithm, System).unwrap();
    let subject =
        Subject::from_value(&Value::map([("user", Some(user.into())), ("groups", Some(Value::strings(groups.iter().copied())))])).unwrap();
    let pem = csr::build(&key, &subject, &mut System).unwrap();
    (key, pem)
}

fn usages(all: &[&str]) -> Vec<String> {
    all.iter().map(|usage| (*usage).to_owned()).collect()
}

#[test]
fn a_certificate_has_the_user_groups_key_and_usages_of_its_request() {
    let authority = Authority::new("kubernetes", LIFETIME).unwrap();
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519] {
        let (key, pem) = request(algorithm, "zoë*", &["b", "a", "on call"]);
        let text = authority.sign(pem.as_bytes(), &usages(&["digital signature", "client auth"]), LIFETIME).unwrap();
        let chain = Chain::read(text.as_bytes()).unwrap();
        let [leaf] = chain.certificates() else { unreachable!("one certificate") };
        let mut groups = leaf.identity.groups.clone();
        groups.sort();
        assert_eq!((leaf.identity.user.as_str(), groups), ("zoë*", usages(&["a", "b", "on call"])));
        assert_eq!(leaf.key_fingerprint, key.fingerprint());
        assert_eq!(leaf.usages, ["digital signature", "client auth"]);
        assert!(!leaf.is_ca && leaf.client_auth && leaf.version == 3);
        assert_eq!((leaf.not_before.0, leaf.not_after.0), (1_795_000_000, 1_795_003_600));
    }
    let root = authority.certificate().unwrap();
    assert!(Chain::read_authorities(root.as_bytes()).unwrap().certificates()[0].is_ca);
}

#[test]
fn no_key_usage_where_none_was_requested_and_no_two_serial_numbers_alike() {
    let authority = Authority::new("kubernetes", LIFETIME).unwrap();
    let (_, pem) = request(KeyAlgorithm::EcdsaP256, "jane", &[]);
    let read = || Chain::read(authority.sign(pem.as_bytes(), &usages(&["client auth"]), LIFETIME).unwrap().as_bytes()).unwrap();
    let (one, two) = (read(), read());
    assert_eq!(one.certificates()[0].usages, ["client auth"]);
    assert_ne!(one.certificates()[0].serial, two.certificates()[0].serial);
}

#[test]
fn what_the_server_would_not_store_is_not_signed() {
    let authority = Authority::new("kubernetes", LIFETIME).unwrap();
    let (_, pem) = request(KeyAlgorithm::EcdsaP256, "jane", &[]);
    // The last letters of the last full line are of the signature.
    let at = pem.rfind("\n-----END").unwrap() - 8;
    let other = if pem.as_bytes()[at] == b'A' { "B" } else { "A" };
    let damaged = format!("{}{other}{}", &pem[..at], &pem[at + 1..]);
    assert!(authority.sign(damaged.as_bytes(), &usages(&["client auth"]), LIFETIME).is_err());
    assert!(authority.sign(pem.replace("CERTIFICATE REQUEST", "CERTIFICATE").as_bytes(), &[], LIFETIME).is_err());
    assert!(authority.sign(b"", &[], LIFETIME).is_err());
}

#[test]
fn cluster_info_has_the_signature_that_a_real_cluster_gave_it() {
    let read = |name: &str| std::fs::read_to_string(format!("{}/../tests/vectors/api/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let info: serde_json::Value = serde_json::from_str(&read("cluster-info.json")).unwrap();
    let token = read("bootstrap-token.txt");
    let (id, secret) = token.trim().split_once('.').unwrap();
    let made = cluster_info_signature(info["data"]["kubeconfig"].as_str().unwrap(), id, secret).unwrap();
    assert_eq!(made, info["data"]["jws-kubeconfig-abcdef"].as_str().unwrap());
}
