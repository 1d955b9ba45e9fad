//! The core where it runs: the same work in wasm, with the platform's randomness, in Node, in a page and in a worker.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_arch = "wasm32")]

use kubecred::crypto::generate::KeySearch;
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::error::{Code, Error, Result};
use kubecred::secret::Secret;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::x509::verify_signature;
use kubecred::{Random, Value};
use wasm_bindgen_test::wasm_bindgen_test;

struct Platform;

impl Random for Platform {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "none"))
    }
}

fn subject() -> Subject {
    let value = Value::map([("user", Some("jane".into())), ("groups", Some(Value::strings(["dev", "ops"])))]);
    Subject::from_value(&value).expect("a sound subject")
}

#[wasm_bindgen_test]
fn every_algorithm_makes_a_request_that_reads_back() {
    for algorithm in KeyAlgorithm::ALL.into_iter().filter(|algorithm| *algorithm != KeyAlgorithm::Rsa4096) {
        let key = PrivateKey::generate(algorithm, Platform).expect("a key");
        let pem = csr::build(&key, &subject(), &mut Platform).expect("a request");
        let report = csr::read(pem.as_bytes());
        assert!(report.accepted);
        assert_eq!((report.identity.user.as_str(), report.identity.groups.len()), ("jane", 2));
        assert_eq!(report.fingerprint, key.fingerprint());
    }
}

#[wasm_bindgen_test]
fn keys_leave_and_come_back() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let key = PrivateKey::generate(algorithm, Platform).expect("a key");
        let passphrase = Secret::new("correct horse".to_owned());
        for words in [None, Some(&passphrase)] {
            let pem = key.export_pem(words, &mut Platform).expect("a file");
            let again = PrivateKey::import(pem.expose(), words, &mut Platform).expect("the same key");
            assert_eq!(again.fingerprint(), key.fingerprint());
            let signature = again.sign(b"message", &mut Platform).expect("a signature");
            assert!(verify_signature(key.public_key_der(), key.signature_algorithm(), b"message", &signature).expect("a known algorithm"));
        }
    }
}

#[wasm_bindgen_test]
fn two_searches_make_one_key() {
    let mut main = KeySearch::new(KeyAlgorithm::Rsa2048);
    let mut helper = KeySearch::helper(KeyAlgorithm::Rsa2048);
    let mut told = 0;
    while !main.step(&mut Platform).expect("a step") {
        while let Some(message) = main.send() {
            helper.receive(message.expose());
        }
        assert!(!helper.step(&mut Platform).expect("a step"), "a helper makes no key");
        while let Some(message) = helper.send() {
            main.receive(message.expose());
            told += 1;
        }
    }
    assert!(told > 0);
    let pem = main.finish().expect("a key").export_pem(None, &mut Platform).expect("a file");
    PrivateKey::import(pem.expose(), None, &mut Platform).expect("a sound key");
}

#[wasm_bindgen_test]
fn errors_keep_their_codes() {
    assert_eq!(KeyAlgorithm::from_name("rsa-1024").map_err(|error| error.code()), Err(Code::UnsupportedAlgorithm));
    assert_eq!(PrivateKey::import(b"hello", None, &mut Platform).map_err(|error| error.code()).err(), Some(Code::InvalidPem));
}
