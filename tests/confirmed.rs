//! Signatures that another library confirms: which ones it is asked about, and what its word counts for.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test fails by panicking")]

use crate::common::crafted::{ec_key, ecdsa_value, ecdsa_with, hex, info, is_right, jane, request};
use crate::common::mutate::Node::{self, Leaf, Raw, Tree};
use crate::common::{System, key, vector};
use base64ct::{Base64, Encoding};
use kubecred::Value;
use kubecred::crypto::KeyAlgorithm;
use kubecred::encoding::pem;
use kubecred::kubernetes::csr::signing_request;
use kubecred::x509::csr::{self, Confirmed, EcdsaSignature};

const ORDER_256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const ORDER_384: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";

/// A request that is signed as it should be, and its signature in its parts.
fn signed(algorithm: KeyAlgorithm, hash: u16) -> (Vec<u8>, EcdsaSignature) {
    let key = key(algorithm);
    let info = info(jane(), key.public_key_der(), Vec::new());
    let text = request(&info, &ecdsa_with(hash), &key.sign(&info, &mut System).unwrap());
    let signature = csr::signature(&text).unwrap();
    (text, signature)
}

/// The request of these parts.
fn of(signature: &EcdsaSignature, value: &[u8]) -> Vec<u8> {
    request(&signature.message, &ecdsa_with(signature.hash), value)
}

fn accepted(text: &[u8], confirmed: &[&EcdsaSignature]) -> bool {
    let ids: Vec<&str> = confirmed.iter().map(|signature| signature.id.as_str()).collect();
    csr::read_confirmed(text, &Confirmed::from_ids(&ids.join(" "))).accepted
}

#[test]
fn a_confirmed_signature_is_right_and_no_other_one_is() {
    for (algorithm, hash) in [(KeyAlgorithm::EcdsaP256, 256), (KeyAlgorithm::EcdsaP384, 384)] {
        let (text, signature) = signed(algorithm, hash);
        assert_eq!(signature.hash, hash);
        assert!(is_right(&signature) && accepted(&text, &[]) && accepted(&text, &[&signature]));
        // One that is wrong: the word of the platform is taken for it, and for nothing else.
        let half = signature.numbers.len() / 2;
        let (r, s) = signature.numbers.split_at(half);
        let wrong = |value: &[u8]| {
            let text = of(&signature, value);
            let found = csr::signature(&text).unwrap();
            assert!(!is_right(&found) && !accepted(&text, &[]), "wrong without it");
            assert!(!accepted(&text, &[&signature]), "another signature was confirmed");
            assert!(accepted(&text, &[&found]), "this one was");
            (text, found)
        };
        let mut other = s.to_vec();
        other[half - 1] ^= 1;
        let (one, two) = (wrong(&ecdsa_value(r, &other)), wrong(&ecdsa_value(s, r)));
        assert!(!accepted(&one.0, &[&two.1]) && !accepted(&two.0, &[&one.1]));
        assert!(accepted(&one.0, &[&two.1, &signature, &one.1]), "in whatever order");
        // The same numbers under another message, key or hash are another signature.
        let named = info(Leaf(0x0C, b"eve".to_vec()), &ec_key(signature.curve, &signature.point), Vec::new());
        assert!(!accepted(&request(&named, &ecdsa_with(hash), &ecdsa_value(r, s)), &[&signature]));
        let stranger = info(jane(), key(algorithm).public_key_der(), Vec::new());
        assert!(!accepted(&request(&stranger, &ecdsa_with(hash), &ecdsa_value(r, s)), &[&signature]));
        for hash in [1, 256, 384, 512].into_iter().filter(|other| *other != hash) {
            assert!(!accepted(&request(&signature.message, &ecdsa_with(hash), &ecdsa_value(r, s)), &[&signature]), "{hash}");
        }
    }
}

/// Whatever is wrong with a confirmed signature's request besides is said all the same.
#[test]
fn a_confirmed_signature_excuses_nothing_else() {
    let (text, signature) = signed(KeyAlgorithm::EcdsaP256, 256);
    let der = pem::decode(&text).unwrap().remove(0);
    let text = pem::encode("NEW CERTIFICATE REQUEST", der.contents.expose());
    assert_eq!(csr::signature(text.expose()).unwrap().id, signature.id);
    assert!(!accepted(text.expose(), &[&signature]));
    let longer = pem::encode("CERTIFICATE REQUEST", &[der.contents.expose().as_slice(), &[0]].concat());
    assert!(!accepted(longer.expose(), &[&signature]));
}

/// No other reader of keys or numbers decides anything: what is wrong about those is not even asked.
#[test]
fn only_good_keys_and_numbers_are_handed_out() {
    for (algorithm, hash, order) in [(KeyAlgorithm::EcdsaP256, 256, ORDER_256), (KeyAlgorithm::EcdsaP384, 384, ORDER_384)] {
        let (_, signature) = signed(algorithm, hash);
        let order = hex(order);
        let (r, s) = signature.numbers.split_at(order.len());
        let mut below = order.clone();
        *below.last_mut().unwrap() -= 1;
        let asked = |value: &[u8]| {
            let text = of(&signature, value);
            assert!(!csr::read(&text).accepted || value == ecdsa_value(r, s));
            csr::signature(&text)
        };
        assert!(asked(&ecdsa_value(r, s)).is_some());
        assert!(asked(&ecdsa_value(&below, &below)).is_some(), "n-1");
        assert!(asked(&ecdsa_value(&[1], &[1])).is_some_and(|found| found.numbers.len() == 2 * order.len()), "leading zeros");
        let longer = [&[1][..], &order].concat();
        for (r, s) in
            [(&[0][..], s), (r, &[0][..]), (&order[..], s), (r, &order[..]), (&[0xFF; 66][..], s), (&longer[..], s), (r, &longer[..])]
        {
            assert!(asked(&ecdsa_value(r, s)).is_none());
        }
        let raw = |r: Node, s: Node| Tree(0x30, vec![r, s]).encode();
        let number = |bytes: &[u8]| Leaf(2, [&[0], bytes].concat());
        assert!(asked(&raw(number(r), Leaf(2, [&[0, 0], s].concat()))).is_none(), "zeros in front");
        assert!(asked(&raw(number(&[0x7F]), number(&[0x7F]))).is_none(), "a zero that is not needed");
        assert!(asked(&raw(Leaf(2, vec![0x80]), Leaf(2, vec![1]))).is_none(), "a negative number");
        assert!(asked(&[ecdsa_value(r, s), vec![0]].concat()).is_none(), "a byte behind");
        assert!(asked(&Tree(0x30, vec![Raw(ecdsa_value(r, s)), Leaf(2, vec![1])]).encode()).is_none());
        // The point: changed, at infinity, not on the curve.
        let mut off = signature.point.clone();
        *off.last_mut().unwrap() ^= 1;
        for point in [off, vec![0], [&[4][..], &vec![0; 2 * order.len()]].concat()] {
            let text = request(&info(jane(), &ec_key(signature.curve, &point), Vec::new()), &ecdsa_with(hash), &ecdsa_value(r, s));
            assert!(csr::signature(&text).is_none() && !accepted(&text, &[&signature]));
        }
        let sha1 = request(&signature.message, &ecdsa_with(1), &ecdsa_value(r, s));
        assert!(csr::signature(&sha1).is_none());
        let long = [&of(&signature, &ecdsa_value(r, s))[..], &vec![b'\n'; 2 << 20]].concat();
        assert!(csr::signature(&long).is_none(), "nobody reads so much");
    }
    for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let key = key(algorithm);
        let info = info(jane(), key.public_key_der(), Vec::new());
        let text = request(&info, key.signature_algorithm(), &key.sign(&info, &mut System).unwrap());
        assert!(csr::read(&text).accepted && csr::signature(&text).is_none());
    }
}

#[test]
fn ids_that_are_cut_off_confirm_nothing() {
    let (text, signature) = signed(KeyAlgorithm::EcdsaP256, 256);
    let text = of(&csr::signature(&text).unwrap(), &ecdsa_value(&[1], &[1]));
    let id = csr::signature(&text).unwrap().id;
    let read = |ids: &str| csr::read_confirmed(&text, &Confirmed::from_ids(ids)).accepted;
    assert!(read(&id) && read(&format!("{id} x")) && read(&format!("{} {id}", signature.id)) && read(&format!("  {id} ")));
    assert!(!read("") && !read(&id[..63]) && !read(&format!("{id}0")) && !read(&id.to_uppercase()) && !read(&signature.id));
}

#[test]
fn objects_are_asked_about_once_for_each_signature() {
    let (one, first) = signed(KeyAlgorithm::EcdsaP256, 256);
    let (two, second) = signed(KeyAlgorithm::EcdsaP384, 384);
    let wrong = of(&second, &ecdsa_value(&[1], &[2]));
    let third = csr::signature(&wrong).unwrap();
    let object = |text: &[u8], more: Option<Value>| {
        let metadata = Value::map([("name", Some("jane".into())), ("resourceVersion", more)]);
        let spec = Value::map([
            ("request", Some(Base64::encode_string(text).into())),
            ("signerName", Some("kubernetes.io/kube-apiserver-client".into())),
        ]);
        Value::map([("kind", Some("CertificateSigningRequest".into())), ("metadata", Some(metadata)), ("spec", Some(spec))])
    };
    let stored = Some(Value::from("1"));
    let damaged = object(&vector("csr/020.csr"), None);
    let list = vec![object(&one, None), object(&two, None), object(&one, stored.clone()), object(&wrong, stored), "text".into(), damaged];
    let ids = |value: &Value| signing_request::signatures(value).into_iter().map(|found| found.id).collect::<Vec<_>>();
    let found = ids(&Value::List(list.clone()));
    assert_eq!(found[..3], [first.id.clone(), second.id.clone(), third.id.clone()]);
    let items = Value::List(list.clone());
    assert_eq!(ids(&Value::map([("kind", Some("CertificateSigningRequestList".into())), ("items", Some(items))])), found);
    assert_eq!(ids(&list[1]), found[1..2]);
    assert!(ids(&"text".into()).is_empty());
    // What the platform says counts where the signature is verified at all.
    let read = |objects: &[Value], trust: bool, confirmed: &str| {
        let reports = signing_request::read_all_confirmed(&Value::List(objects.to_vec()), trust, &Confirmed::from_ids(confirmed)).unwrap();
        reports.iter().map(|report| report.request.accepted).collect::<Vec<_>>()
    };
    assert_eq!(read(&list[..4], false, ""), [true, true, true, false]);
    assert_eq!(read(&list[..4], false, &format!("{} {}", first.id, second.id)), [true, true, true, false]);
    assert_eq!(read(&list[..4], false, &third.id), [true, true, true, true]);
    assert_eq!(read(&list[..4], true, ""), [true, true, true, true], "a server stored it");
    let unstored = object(&wrong, None);
    assert_eq!(read(std::slice::from_ref(&unstored), true, ""), [false]);
    assert!(signing_request::read_confirmed(&unstored, &Confirmed::from_ids(&third.id)).unwrap().request.accepted);
    assert!(!signing_request::read(&unstored).unwrap().request.accepted);
}
