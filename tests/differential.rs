//! Mutated requests, each read here and by Go as kube-apiserver reads them (tests/oracle): bytes, ASN.1 structure, PEM.
//!
//! The seed is printed; KUBECRED_SEED repeats a run and KUBECRED_CASES makes it longer. What may differ is in
//! [`excused`], with the reason; nothing else may.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test fails by panicking")]

use crate::common::crafted::{hex, info, is_right, jane, request, signed};
use crate::common::{self, System, mutate, oracle};

use base64ct::{Base64, Encoding};
use kubecred::Value;
use kubecred::crypto::KeyAlgorithm;
use kubecred::encoding::pem;
use kubecred::x509::csr::{self, Confirmed, RequestReport};
use mutate::Mutator;
use mutate::Node::{self, Leaf, Raw, Tree};

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

/// The report, which is the same where another library confirmed the signature before, if that is right.
fn read(text: &[u8]) -> RequestReport {
    let report = csr::read(text);
    let signature = csr::signature(text);
    let usual = ["ecdsa-p256", "ecdsa-p384"].contains(&report.key_algorithm.as_str()) && report.signature_algorithm != "ecdsa-with-sha1";
    assert!(signature.is_some() || !(report.accepted && usual), "the platform is asked\n{}", String::from_utf8_lossy(text));
    if let Some(signature) = signature.filter(is_right) {
        let confirmed = csr::read_confirmed(text, &Confirmed::from_ids(&signature.id));
        assert_eq!(format!("{confirmed:?}"), format!("{report:?}"), "{}", String::from_utf8_lossy(text));
    }
    report
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
            let report = read(text);
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

/// Compares every request with Go, and gives how many are accepted.
fn accepted(requests: &[Vec<u8>]) -> usize {
    let answers = oracle::ask(requests.iter().map(|text| ("request", text.as_slice())));
    let reports: Vec<RequestReport> = requests.iter().map(|text| read(text)).collect();
    let judged = requests.iter().zip(&reports).zip(&answers);
    let wrong: Vec<String> = judged
        .filter_map(|((text, report), go)| Some(format!("{}\n{}", differences(report, go)?, String::from_utf8_lossy(text))))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), requests.len(), wrong[..wrong.len().min(5)].join("\n"));
    reports.iter().filter(|report| report.accepted).count()
}

/// Requests with these values in the place of a name, with right signatures.
fn named(values: impl Iterator<Item = (u8, Vec<u8>)>) -> Vec<Vec<u8>> {
    let key = common::key(KeyAlgorithm::Ed25519);
    values.map(|(tag, value)| signed(&info(Leaf(tag, value), key.public_key_der(), Vec::new()), &key)).collect()
}

#[test]
fn times_in_names_are_read_as_go_reads_them() {
    let short = "2301010000 230101000000 2302280000 2302290000 2402290000 0002290000 6902280000 6902290000 7202290000 9902290000 \
        230101000059 230101000060 2301012359 2301012400 2301012360 2312310000 2313010000 2300010000 2304310000 2304300000 2301320000 \
        2301000000 23010100 23010100000 23010100000000 2301010000.5";
    let long = "20230101000000 20230228000000 20230229000000 20240229000000 19000229000000 20000229000000 00000101000000 99991231235959 \
        20230101000000.5 20230101000000.50 20230101000000. 20230101000000.123456789 20230101000000.1234567891 20230101000000.x \
        202301010000 2023010100 2023010100000 20230101000060 20230101240000";
    let zones = "Z +0100 -0100 +0000 -0000 +0001 +2359 +2360 +2400 +2401 +2500 +01 +010 +01000 z ZZ Z0";
    let or_nothing = |text: &'static str| text.split(' ').filter(|word| !word.is_empty()).chain([""]);
    let times = or_nothing(short).map(|time| (0x17, time)).chain(or_nothing(long).map(|time| (0x18, time)));
    let requests = named(times.flat_map(|(tag, time)| or_nothing(zones).map(move |zone| (tag, format!("{time}{zone}").into_bytes()))));
    let accepted = accepted(&requests);
    assert!(accepted > 80 && accepted < requests.len() / 2, "{accepted} of {}", requests.len());
}

#[test]
fn values_of_every_type_in_names_are_read_as_go_reads_them() {
    let numbers = " 00 01 ff 80 7f 0000 0001 007f 0080 00ff 0180 0181 0780 07c0 0800 ff7f ff80 8001 550403 550483 87ffffff7f 8880808000 \
        818080808000 0102030405060708 010203040506070809";
    // What each type of string takes and refuses: `*`, `&`, `@`, `_`, letters among digits, UTF-8, and UCS-2 with surrogates.
    let texts = "616263 612062 612a2662 614062 615f62 31322033 313261 c3a9 c3 e9 00610062 00610000 006100 d800dc00 fffe fffd fdcf fdd0 \
        fdef fdf0";
    let values: Vec<Vec<u8>> = [numbers, texts].iter().flat_map(|list| list.split(' ').map(hex)).collect();
    let tags = [1, 2, 3, 4, 5, 6, 0x0A, 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1B, 0x1C, 0x1E, 0x80];
    let requests = named(tags.iter().flat_map(|tag| values.iter().map(|value| (*tag, value.clone()))));
    let accepted = accepted(&requests);
    assert!(accepted > 200 && accepted < requests.len(), "{accepted} of {}", requests.len());
}

/// The keys of tests/oracle/sign.go: name, PKCS#8 in base64, SubjectPublicKeyInfo, algorithm.
fn signers() -> Vec<(String, String, Vec<u8>, Vec<u8>)> {
    let made = oracle::send(&["{\"kind\":\"keys\"}".to_owned()]).remove(0);
    let bytes = |one: &Value, field: &str| Base64::decode_vec(one.text(&[field]).unwrap()).unwrap();
    let text = |one: &Value, field: &str| one.text(&[field]).unwrap().to_owned();
    made.list(&["made"]).iter().map(|one| (text(one, "name"), text(one, "pkcs8"), bytes(one, "spki"), bytes(one, "algorithm"))).collect()
}

/// Signatures by Go's own keys; `plans` has the name of a way to sign, the key and what is signed.
fn signatures(plans: &[(&str, &str, &[u8])]) -> Vec<Vec<u8>> {
    let question = |(name, pkcs8, info): &(&str, &str, &[u8])| {
        serde_json::json!({ "kind": "sign", "pem": pkcs8, "name": name, "info": Base64::encode_string(info) }).to_string()
    };
    let answers = oracle::send(&plans.iter().map(question).collect::<Vec<_>>());
    answers.iter().map(|one| Base64::decode_vec(one.text(&["signature"]).unwrap()).unwrap()).collect()
}

#[test]
fn every_algorithm_is_tried_with_every_key_as_go_does() {
    let signers = signers();
    let infos: Vec<Vec<u8>> = signers.iter().map(|(_, _, spki, _)| info(jane(), spki, Vec::new())).collect();
    let plans = signers.iter().zip(&infos).map(|((name, pkcs8, ..), info)| (name.as_str(), pkcs8.as_str(), info.as_slice()));
    let signed = signatures(&plans.collect::<Vec<_>>());
    let mut requests = Vec::new();
    for ((info, (.., algorithm)), signature) in infos.iter().zip(&signers).zip(&signed) {
        let mut wrong = signature.clone();
        *wrong.last_mut().unwrap() ^= 1;
        requests.push(request(info, algorithm, signature));
        requests.push(request(info, algorithm, &wrong));
    }
    let right = accepted(&requests);
    assert!(right > 20 && right < signers.len(), "{right} of {}", signers.len());
    // Each algorithm with each key, and identifiers that end as known ones do; r and s are 5 and 7.
    let mut algorithms: Vec<Vec<u8>> = signers.iter().map(|(.., algorithm)| algorithm.clone()).collect();
    for oid in "2a0304 2a0305 2a030b 2a030c 2a030d 2a0401 2a040302 2a040303 2a040304 2a8648ce380403 2b0e03021d 2b0e03021c".split(' ') {
        algorithms.push(Tree(0x30, vec![Leaf(6, hex(oid))]).encode());
    }
    algorithms.sort_unstable();
    algorithms.dedup();
    let mut infos = infos;
    infos.sort_unstable();
    infos.dedup();
    let requests = infos.iter().flat_map(|info| algorithms.iter().map(|algorithm| request(info, algorithm, &[0x30, 6, 2, 1, 5, 2, 1, 7])));
    assert_eq!(accepted(&requests.collect::<Vec<_>>()), 0);
}

/// RSASSA-PSS-params (RFC 4055, 3.1) in forms that Go takes for an algorithm that it does not know.
#[test]
fn parameters_of_pss_are_read_as_go_reads_them() {
    let (name, pkcs8, spki, algorithm) = signers().into_iter().find(|(name, ..)| name == "rsa1024-pss-sha256").unwrap();
    let info = info(jane(), &spki, Vec::new());
    let signature = signatures(&[(&name, &pkcs8, &info)]).remove(0);
    let sha = |last: u8, parameters: Option<Node>| {
        let oid = Leaf(6, vec![0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last]);
        Tree(0x30, [Some(oid), parameters].into_iter().flatten().collect())
    };
    let null = || Some(Leaf(5, Vec::new()));
    let zero = || Some(Leaf(2, vec![0]));
    let generator = |last: u8, inner: Node| Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, last]), inner]);
    let pss = |hash: Node, generator: Node, salt: u8, trailer: Option<u8>| {
        let mut parts = vec![Tree(0xA0, vec![hash]), Tree(0xA1, vec![generator]), Tree(0xA2, vec![Leaf(2, vec![salt])])];
        parts.extend(trailer.map(|trailer| Tree(0xA3, vec![Leaf(2, vec![trailer])])));
        Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10]), Tree(0x30, parts)]).encode()
    };
    assert_eq!(pss(sha(1, null()), generator(8, sha(1, null())), 32, None), algorithm);
    let requests = [
        algorithm,
        pss(sha(1, None), generator(8, sha(1, null())), 32, None),
        pss(sha(1, null()), generator(8, sha(1, None)), 32, None),
        pss(sha(1, null()), generator(8, sha(1, null())), 32, Some(1)),
        pss(sha(1, null()), generator(8, sha(1, null())), 32, Some(2)),
        pss(sha(1, zero()), generator(8, sha(1, null())), 32, None),
        pss(sha(1, null()), generator(8, sha(1, zero())), 32, None),
        pss(sha(1, null()), generator(8, sha(2, null())), 32, None),
        pss(sha(1, null()), generator(9, sha(1, null())), 32, None),
        pss(sha(1, null()), generator(8, sha(1, null())), 48, None),
        pss(sha(2, null()), generator(8, sha(2, null())), 32, None),
        pss(sha(4, null()), generator(8, sha(4, null())), 28, None),
    ]
    .map(|algorithm| request(&info, &algorithm, &signature));
    assert_eq!(accepted(&requests), 4);
}

#[test]
fn numbers_of_rsa_keys_are_judged_as_go_judges_them() {
    let algorithm = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];
    let modulus = |bits: usize, last: u8| {
        let mut bytes = vec![0xC5; bits.div_ceil(8)];
        bytes[0] = 1 << ((bits - 1) % 8);
        *bytes.last_mut().unwrap() = last;
        if bytes[0] & 0x80 == 0 { bytes } else { [vec![0], bytes].concat() }
    };
    let long = [(2048, 0xC5), (2048, 0xC4), (1025, 0xC5), (1024, 0xC5), (1023, 0xC5), (1016, 0xC5)];
    let mut moduli: Vec<Vec<u8>> = long.iter().map(|(bits, last)| modulus(*bits, *last)).collect();
    moduli.extend([vec![0], vec![1], vec![0x80; 128], vec![0, 0x7F], Vec::new()]);
    let exponents = " 010001 00 01 02 03 04 ff 010000 7fffffff 7ffffffe 0080000000 0080000001 7fffffffff 7fffffffffffffff \
        008000000000000001 0003";
    let exponents: Vec<Vec<u8>> = exponents.split(' ').map(hex).collect();
    let requests = moduli.iter().flat_map(|modulus| {
        exponents.iter().map(|exponent| {
            let numbers = Tree(0x30, vec![Leaf(2, modulus.clone()), Leaf(2, exponent.clone())]).encode();
            let rsa = Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]), Leaf(5, Vec::new())]);
            let spki = Tree(0x30, vec![rsa, Leaf(3, [&[0], numbers.as_slice()].concat())]).encode();
            request(&info(jane(), &spki, Vec::new()), &algorithm, &vec![7; modulus.len()])
        })
    });
    assert_eq!(accepted(&requests.collect::<Vec<_>>()), 0);
}

/// The keys 1 and n-1 of P-224, whose points are the generator and its opposite (FIPS 186-4, D.1.2.2): sums of points that are equal
/// up to their sign have formulas of their own.
#[test]
fn points_next_to_the_generator_are_added_as_go_adds_them() {
    let x = "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21";
    let keys = [
        ("00000000000000000000000000000000000000000000000000000001", "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34"),
        ("ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3c", "42c89c774a08dc04b3dd201932bc8a5ea5f8b89bbb2a7e667aff81cd"),
    ];
    let algorithm = || Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]), Leaf(6, vec![0x2B, 0x81, 4, 0, 0x21])]);
    let keys: Vec<(String, Vec<u8>)> = keys
        .iter()
        .map(|(scalar, y)| {
            let private = Tree(0x30, vec![Leaf(2, vec![1]), Leaf(4, hex(scalar))]).encode();
            let pkcs8 = Tree(0x30, vec![Leaf(2, vec![0]), algorithm(), Leaf(4, private)]).encode();
            let point = [vec![0, 4], hex(x), hex(y)].concat();
            let spki = Tree(0x30, vec![algorithm(), Leaf(3, point)]).encode();
            (Base64::encode_string(&pkcs8), info(jane(), &spki, Vec::new()))
        })
        .collect();
    let signed = signatures(&keys.iter().map(|(pkcs8, info)| ("p224-sha256", pkcs8.as_str(), info.as_slice())).collect::<Vec<_>>());
    let ecdsa = Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2])]).encode();
    let requests = keys.iter().zip(&signed).map(|((_, info), signature)| request(info, &ecdsa, signature));
    assert_eq!(accepted(&requests.collect::<Vec<_>>()), 2);
}

/// Go's net/url names the part that is wrong and quotes it.
#[test]
fn addresses_in_requests_are_read_as_go_reads_them() {
    let key = common::key(KeyAlgorithm::Ed25519);
    let asked = |uri: &[u8]| {
        let names = Tree(0x30, vec![Leaf(0x86, uri.to_vec())]).encode();
        let extension = Tree(0x30, vec![Leaf(6, vec![0x55, 0x1D, 0x11]), Leaf(4, names)]);
        let id = Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14]);
        let attribute = Tree(0x30, vec![id, Tree(0x31, vec![Tree(0x30, vec![extension])])]);
        signed(&info(jane(), key.public_key_der(), vec![attribute]), &key)
    };
    let places = ["^a://h/p", "a^b://h/p", "a:^//h/p", "a://^h/p", "a://u^v@h/p", "a://h^i/p", "a://h:1^2/p", "a://[::1^]/p", "a://h/p^q"];
    let zones = ["a://[fe80::1%25^z]/p", "a://[fe80::1%25]^/p", "a://h/p?^", "a://h/p#^", "^"];
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for place in places.iter().chain(&zones) {
        let (before, after) = place.split_once('^').unwrap();
        texts.extend((0..=127u8).map(|byte| [before.as_bytes(), &[byte], after.as_bytes()].concat()));
        for escape in ["%", "%4", "%41", "%zz", "%20", "%25", "%2f", "%C3%A9", "%00", "%7f", "%3A", "%5B"] {
            texts.push([before, escape, after].concat().into_bytes());
        }
    }
    let requests: Vec<Vec<u8>> = texts.iter().map(|text| asked(text)).collect();
    let accepted = accepted(&requests);
    assert!(accepted > 200 && accepted < requests.len(), "{accepted} of {}", requests.len());
}

/// RFC 5480, 2.1.1: a curve is named; Go reads neither one that is spelled out nor one that is left out.
#[test]
fn parameters_of_ec_keys_are_read_as_go_reads_them() {
    let key = common::key(KeyAlgorithm::EcdsaP256);
    let spki = key.public_key_der();
    let point = Leaf(3, [&[0], &spki[spki.len() - 65..]].concat());
    let ecdsa = Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2])]).encode();
    let named = |oid: &str| Some(Leaf(6, hex(oid)));
    let parameters = [
        named("2a8648ce3d030107"),
        named("2b8104000a"),
        named("2b81040022"),
        named(""),
        named("80"),
        None,
        Some(Leaf(5, Vec::new())),
        Some(Leaf(4, vec![1])),
        Some(Tree(0x30, vec![Leaf(2, vec![1])])),
        Some(Raw(vec![0x30])),
    ];
    let requests = parameters.map(|parameters| {
        let algorithm = [Some(Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1])), parameters].into_iter().flatten().collect();
        let info = info(jane(), &Tree(0x30, vec![Tree(0x30, algorithm), point.clone()]).encode(), Vec::new());
        let signature = key.sign(&info, &mut System).unwrap();
        request(&info, &ecdsa, &signature)
    });
    assert_eq!(accepted(&requests), 1);
    // One that is spelled out has advice of its own.
    let explicit = |text: &Vec<u8>| csr::read(text).findings.iter().any(|finding| finding.code.as_str() == "key-explicit-curve");
    assert_eq!(requests.iter().map(explicit).position(|found| found), Some(8));
    assert_eq!(requests.iter().filter(|text| explicit(text)).count(), 1);
}

/// r and s are numbers from 1 to n-1 (SEC 1, 4.1.4): a signature with n added to one of them is another text for the same signature.
#[test]
fn signatures_are_read_in_one_way_as_by_go() {
    let order = "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409";
    let add = |digits: &[u8]| {
        let order = hex(order);
        let padded = [vec![0; order.len() - digits.len()], digits.to_vec()].concat();
        let mut carry = 0;
        let mut sum: Vec<u8> = padded
            .iter()
            .zip(&order)
            .rev()
            .map(|(a, b)| {
                carry += u16::from(*a) + u16::from(*b);
                let low = carry as u8;
                carry >>= 8;
                low
            })
            .collect();
        sum.reverse();
        sum
    };
    let (name, pkcs8, spki, algorithm) = signers().into_iter().find(|(name, ..)| name == "p521-sha512").unwrap();
    let info = info(jane(), &spki, Vec::new());
    let signature = signatures(&[(&name, &pkcs8, &info)]).remove(0);
    // Two numbers in one SEQUENCE, whose length has one byte or two.
    let start = if signature[1] == 0x81 { 3 } else { 2 };
    let r = signature[start + 2..start + 2 + usize::from(signature[start + 1])].to_vec();
    let s = signature[start + 2 + r.len() + 2..].to_vec();
    let number = |digits: &[u8]| {
        let first = digits.iter().position(|byte| *byte != 0).unwrap_or(digits.len());
        let sign = if digits.get(first).is_none_or(|byte| byte & 0x80 != 0) { &[0][..] } else { &[] };
        Leaf(2, [sign, &digits[first..]].concat())
    };
    let requests = [
        (r.clone(), s.clone()),
        (add(&r), s.clone()),
        (r.clone(), add(&s)),
        (vec![0], s.clone()),
        (r.clone(), vec![0]),
        (hex(order), s),
        (r, hex(order)),
    ]
    .map(|(r, s)| request(&info, &algorithm, &Tree(0x30, vec![number(&r), number(&s)]).encode()));
    assert_eq!(accepted(&requests), 1);
}
