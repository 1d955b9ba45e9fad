//! Keys: generation, import, export, and what is refused.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{FailsAt, Pattern, Seeded, System, key, vector};
use kubecred::Code;
use kubecred::crypto::{KeyAlgorithm, PrivateKey};

use kubecred::secret::Secret;
use kubecred::x509::verify_signature;
use proptest::prelude::*;

fn import(text: &[u8]) -> Result<PrivateKey, Code> {
    PrivateKey::import(text, None, &mut System).map_err(|error| error.code())
}

#[test]
fn every_algorithm_signs_exports_and_comes_back() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let signature = key.sign(b"message", &mut System).unwrap();
        assert!(verify_signature(key.public_key_der(), key.signature_algorithm(), b"message", &signature).unwrap());
        assert!(!verify_signature(key.public_key_der(), key.signature_algorithm(), b"massage", &signature).unwrap());
        let plain = key.export_pem(None, &mut System).unwrap();
        let again = PrivateKey::import(plain.expose(), None, &mut System).unwrap();
        assert_eq!((again.algorithm(), again.fingerprint()), (algorithm, key.fingerprint()));
        assert_eq!(again.to_pkcs8_der().unwrap().expose(), key.to_pkcs8_der().unwrap().expose());
        let passphrase = Secret::new("correct horse".to_owned());
        let closed = key.export_pem(Some(&passphrase), &mut System).unwrap();
        assert!(closed.expose().starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        let opened = PrivateKey::import(closed.expose(), Some(&passphrase), &mut System).unwrap();
        assert_eq!(opened.fingerprint(), key.fingerprint());
        let wrong = Secret::new("wrong horse".to_owned());
        assert_eq!(PrivateKey::import(closed.expose(), Some(&wrong), &mut System).unwrap_err().code(), Code::WrongPassphrase);
        assert_eq!(import(closed.expose()).unwrap_err(), Code::PassphraseRequired);
        assert_eq!(format!("{key:?}"), format!("PrivateKey({})", algorithm.as_str()));
    }
}

#[test]
fn ed25519_is_pkcs8_version_1() {
    let der = key(KeyAlgorithm::Ed25519).to_pkcs8_der().unwrap();
    assert_eq!(der.expose().len(), 48);
    assert!(der.expose().starts_with(&[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]));
}

#[test]
fn nothing_but_the_six_names_is_an_algorithm() {
    for name in [
        "",
        "rsa",
        "RSA-2048",
        "rsa-512",
        "rsa-1024",
        "rsa-2047",
        "rsa-8192",
        "rsa--2048",
        "rsa-2048.5",
        "rsa-2048abc",
        "rsa-1000000",
        "rsa-4294969344",
        " rsa-2048",
        "ecdsa-p521",
        "2048",
        "NaN",
    ] {
        assert_eq!(KeyAlgorithm::from_name(name).unwrap_err().code(), Code::UnsupportedAlgorithm, "{name}");
    }
}

#[test]
fn the_published_type_lists_the_algorithms_and_the_page_offers_no_other() {
    let names = KeyAlgorithm::ALL.map(KeyAlgorithm::as_str);
    let types = include_str!("../pkg/types.ts");
    let union = types.split("export type KeyAlgorithm = ").nth(1).unwrap().split(';').next().unwrap();
    assert_eq!(union, names.map(|name| format!("\"{name}\"")).join(" | "));
    let choices = include_str!("../www/index.html").split("name=\"algorithm\" value=\"").skip(1);
    let choices: Vec<_> = choices.map(|choice| choice.split('"').next().unwrap()).collect();
    assert!(!choices.is_empty() && choices.iter().all(|choice| names.contains(choice)), "{choices:?}");
}

#[test]
fn a_failing_generator_makes_no_key() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519] {
        for call in 0..3 {
            assert_eq!(PrivateKey::generate(algorithm, FailsAt(call)).unwrap_err().code(), Code::NoRandom);
        }
        assert!(PrivateKey::generate(algorithm, FailsAt(3)).is_ok(), "three calls: two of the health check, one key");
    }
    // Later calls: tests/key_steps.rs, because luck may find two primes in a few hundred.
    for call in [0, 1, 2, 3, 10] {
        assert_eq!(PrivateKey::generate(KeyAlgorithm::Rsa2048, FailsAt(call)).unwrap_err().code(), Code::NoRandom);
    }
}

#[test]
fn a_generator_that_repeats_itself_makes_no_key() {
    let patterns = [vec![0], vec![0xFF], vec![7], (0..16).collect(), (0..32).collect(), (0..64).collect::<Vec<u8>>()];
    for pattern in patterns {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(PrivateKey::generate(algorithm, Pattern(pattern.clone())).unwrap_err().code(), Code::NoRandom, "{pattern:?}");
        }
    }
    // Going in longer circles, never the same block twice in a row: a search for primes would never end.
    for length in [48u32, 96, 256, 1000] {
        let circle: Vec<u8> = (0..length).map(|at| (at * 7 + at / 256) as u8).collect();
        assert_eq!(PrivateKey::generate(KeyAlgorithm::Rsa2048, Circle(circle, 0)).unwrap_err().code(), Code::NoRandom, "{length}");
    }
}

/// Goes on where the draw before ended, and round again.
struct Circle(Vec<u8>, usize);

impl kubecred::Random for Circle {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), kubecred::Error> {
        for byte in bytes {
            *byte = self.0[self.1 % self.0.len()];
            self.1 += 1;
        }
        Ok(())
    }
}

#[test]
fn the_vectors_are_refused_each_with_its_code() {
    let verdicts = [
        ("01-pkcs1-good.pem", None),
        ("02-dP-wrong.pem", Some(Code::InconsistentKey)),
        ("03-qInv-wrong.pem", Some(Code::InconsistentKey)),
        ("04-d-wrong.pem", Some(Code::InconsistentKey)),
        ("05-n-is-not-pq.pem", Some(Code::InconsistentKey)),
        ("06-p-equals-q.pem", Some(Code::InconsistentKey)),
        ("07-composite-p-d-mod(P-1).pem", Some(Code::InconsistentKey)),
        ("08-fermat-close.pem", Some(Code::WeakKey)),
        ("09-e-huge.pem", Some(Code::WeakKey)),
        ("10-e3.pem", Some(Code::WeakKey)),
        ("11-e1.pem", Some(Code::WeakKey)),
        ("12-e-even.pem", Some(Code::WeakKey)),
        ("13-rsa1024.pem", Some(Code::UnsupportedKey)),
        ("13-rsa512.pem", Some(Code::UnsupportedKey)),
        ("13-rsa1536.pem", Some(Code::UnsupportedKey)),
        ("14-rsa8192.pem", Some(Code::UnsupportedKey)),
        ("16-version1-multi-no-other.pem", Some(Code::InvalidKey)),
        ("17-pkcs8-no-null.pem", Some(Code::InvalidKey)),
        ("18-trailing-in-octet.pem", Some(Code::InvalidKey)),
        ("19-trailing-after-outer.pem", Some(Code::InvalidKey)),
        ("20-negative-n.pem", Some(Code::InvalidKey)),
        ("21-d-zero.pem", Some(Code::InconsistentKey)),
        ("22-d-plus-phi.pem", Some(Code::InconsistentKey)),
        ("23-p-q-swapped(q>p).pem", None),
        ("24-p=1,q=n.pem", Some(Code::InconsistentKey)),
        ("25-pkcs1-under-PRIVATE-KEY.pem", None),
        ("26-EC label with RSA.pem", None),
        ("27-roca.pem", Some(Code::WeakKey)),
        ("28-unbalanced-512-1536.pem", Some(Code::InconsistentKey)),
    ];
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys")).unwrap();
    let pems = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "pem")).count();
    assert_eq!(pems, verdicts.len(), "every vector has a verdict");
    for (file, verdict) in verdicts {
        assert_eq!(import(&vector(&format!("keys/{file}"))).err(), verdict, "{file}");
    }
}

#[test]
fn what_openssl_writes_is_read() {
    // openssl ecparam -name prime256v1 -genkey: parameters first, then SEC1.
    let sec1 = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIHIWvsvWxVDfwUGBtvMI3ZN3GgBMkfFOqDbMNBvUWmpooAoGCCqGSM49\nAwEHoUQDQgAE";
    assert_eq!(import(sec1).unwrap_err(), Code::InvalidPem, "a cut paste");
    let made = openssl(&["ecparam", "-name", "prime256v1", "-genkey"]);
    assert_eq!(import(&made).unwrap().algorithm(), KeyAlgorithm::EcdsaP256);
    let made = openssl(&["genpkey", "-algorithm", "ED25519"]);
    assert_eq!(import(&made).unwrap().algorithm(), KeyAlgorithm::Ed25519);
    let made = openssl(&["genrsa", "-traditional", "2048"]);
    assert_eq!(import(&made).unwrap().algorithm(), KeyAlgorithm::Rsa2048);
    for (curve, parameters) in [("secp256k1", "named_curve"), ("secp521r1", "named_curve"), ("prime256v1", "explicit")] {
        let made = openssl(&["ecparam", "-name", curve, "-genkey", "-param_enc", parameters, "-noout"]);
        assert!(matches!(import(&made).unwrap_err(), Code::UnsupportedKey | Code::InvalidKey), "{curve} {parameters}");
    }
    let passphrase = Secret::new("words".to_owned());
    let closed = openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-aes-256-cbc", "-pass", "pass:words"]);
    assert_eq!(PrivateKey::import(&closed, Some(&passphrase), &mut System).unwrap().algorithm(), KeyAlgorithm::EcdsaP384);
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let output = std::process::Command::new("openssl").args(arguments).output().expect("openssl runs");
    assert!(output.status.success());
    output.stdout
}

#[test]
fn other_formats_are_named() {
    for text in [
        "PuTTY-User-Key-File-3: ssh-ed25519\n",
        "{\"kty\":\"EC\"}",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n",
    ] {
        assert_eq!(import(text.as_bytes()).unwrap_err(), Code::UnsupportedKeyFormat, "{text}");
    }
    assert_eq!(import(b"").unwrap_err(), Code::InvalidPem);
    let two = [key(KeyAlgorithm::Ed25519), key(KeyAlgorithm::Ed25519)]
        .map(|key| key.export_pem(None, &mut System).unwrap().expose().clone())
        .concat();
    assert_eq!(import(&two).unwrap_err(), Code::InvalidKey);
}

#[test]
fn huge_and_costly_inputs_are_refused_at_once() {
    for text in
        ["-----BEGIN ".repeat(1_000_000), "-----BEGIN A-----\n".repeat(1_000_000), "a: b\n".repeat(1_000_000), "A".repeat(50_000_000)]
    {
        assert_eq!(import(text.as_bytes()).unwrap_err(), Code::InputTooLarge);
    }
    assert_eq!(import("-----BEGIN A-----\n".repeat(10_000).as_bytes()).unwrap_err(), Code::InvalidPem);
    assert!(import("-----BEGIN PRIVATE KEY-----\n".repeat(200).as_bytes()).is_err());
    // PBES2 with scrypt N = 2^30, and PBKDF2 with 2^31-1 rounds: refused before the work, whatever the passphrase.
    let passphrase = Secret::new("x".to_owned());
    for pem in [EXPENSIVE_SCRYPT, EXPENSIVE_PBKDF2] {
        assert_eq!(PrivateKey::import(pem.as_bytes(), Some(&passphrase), &mut System).unwrap_err().code(), Code::ExcessiveWork);
    }
}

const EXPENSIVE_SCRYPT: &str = include_str!("vectors/expensive-scrypt.pem");
const EXPENSIVE_PBKDF2: &str = include_str!("vectors/expensive-pbkdf2.pem");

/// The mark of CVE-2017-15361, apart from src/crypto/check.rs: modulo each of these, n is a power of 65537.
fn has_roca_mark(n: &num::BigUint) -> bool {
    let primes = (3u64..168).filter(|number| (2..*number).all(|divisor| number % divisor != 0));
    primes.into_iter().all(|prime| {
        let residue = (n % prime).iter_u64_digits().next().unwrap_or(0);
        std::iter::successors(Some(1), |power| Some(power * 65_537 % prime)).take(prime as usize).any(|power| power == residue)
    })
}

#[test]
fn rsa_keys_meet_fips_186_5() {
    use der::Decode;
    use num::{BigUint, Integer, One};
    let marked = kubecred::encoding::pem::decode(&vector("keys/27-roca.pem")).unwrap();
    let marked = pkcs8::PrivateKeyInfoRef::from_der(marked[0].contents.expose()).unwrap();
    let marked = pkcs1::RsaPrivateKeyRef::from_der(marked.private_key.as_bytes()).unwrap();
    assert!(has_roca_mark(&BigUint::from_bytes_be(marked.modulus.as_bytes())), "the control");
    let mut primes = Vec::new();
    // Seeded: one key in 2^27 has the mark of ROCA by chance, and none of these.
    for seed in 0..20 {
        let der = PrivateKey::generate(KeyAlgorithm::Rsa2048, Seeded(seed)).unwrap().to_pkcs8_der().unwrap();
        let info = pkcs8::PrivateKeyInfoRef::from_der(der.expose()).unwrap();
        let parts = pkcs1::RsaPrivateKeyRef::from_der(info.private_key.as_bytes()).unwrap();
        let number = |value: der::asn1::UintRef<'_>| BigUint::from_bytes_be(value.as_bytes());
        let (p, q, d) = (number(parts.prime1), number(parts.prime2), number(parts.private_exponent));
        let one = BigUint::one();
        let lambda = (&p - &one).lcm(&(&q - &one));
        assert_eq!(number(parts.public_exponent), BigUint::from(65_537u32));
        assert_eq!((number(parts.modulus), number(parts.modulus).bits()), (&p * &q, 2048));
        assert!(&p * &p >= &one << 2047 && &q * &q >= &one << 2047, "both at least sqrt(2) 2^1023");
        assert!(&p - &q > &one << 924, "far apart, the larger first");
        assert!(d < lambda && d > &one << 1024, "d between 2^1024 and the lcm");
        assert!((&d * 65_537u32 % &lambda).is_one());
        assert!(!has_roca_mark(&(&p * &q)), "by chance once in 2^27 and more");
        primes.extend([p, q]);
    }
    primes.sort();
    primes.dedup();
    assert_eq!(primes.len(), 40, "no prime twice");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// A key with one byte changed is refused, or is a sound key all the same; nothing panics.
    #[test]
    fn damaged_keys_do_not_pass(position in any::<prop::sample::Index>(), bit in 0u8..8, which in 0usize..3) {
        let algorithm = [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519][which];
        let der = key(algorithm).to_pkcs8_der().unwrap();
        let mut damaged = der.expose().clone();
        let at = position.index(damaged.len());
        damaged[at] ^= 1 << bit;
        let text = kubecred::encoding::pem::encode("PRIVATE KEY", &damaged);
        if let Ok(read) = PrivateKey::import(text.expose(), None, &mut System) {
            let signature = read.sign(b"m", &mut System).unwrap();
            prop_assert!(verify_signature(read.public_key_der(), read.signature_algorithm(), b"m", &signature).unwrap());
        }
    }
}

#[test]
fn a_damaged_rsa_key_never_passes() {
    let der = vector("keys/01-pkcs1-good.pem");
    let block = kubecred::encoding::pem::decode(&der).unwrap().remove(0);
    let good = block.contents.expose();
    for position in (0..good.len()).step_by(7) {
        let mut damaged = good.clone();
        damaged[position] ^= 0x10;
        let text = kubecred::encoding::pem::encode("RSA PRIVATE KEY", &damaged);
        assert!(import(text.expose()).is_err(), "byte {position}");
    }
}
