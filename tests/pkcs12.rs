//! PKCS#12 files as OpenSSL reads them. What Java and NSS make of them stands in tests/interop/pkcs12.test.mjs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::signed::{Signed, now};
use common::{FailsAt, NOW, System, json};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::secret::Secret;
use kubecred::x509::certificate::Chain;
use kubecred::{Code, UnixTime, Value};

const PASSPHRASE: &str = "four words – and ümlaut 🔑";

/// A key with a certificate of its own, and the passphrase in a file for OpenSSL.
fn signed(algorithm: KeyAlgorithm, name: &str) -> Signed {
    let case = Signed::new(algorithm, &format!("pkcs12-{name}"));
    std::fs::write(case.folder.join("pass"), PASSPHRASE).unwrap();
    case
}

fn export(case: &Signed, certificate: &str, name: Option<&str>, passphrase: &str) -> Result<Vec<u8>, Code> {
    let options = Value::map([("certificate", Some(certificate.into())), ("friendlyName", name.map(Value::from))]);
    let passphrase = Secret::new(passphrase.to_owned());
    case.key.export_pkcs12(&options, Some(&passphrase), now(), &mut System).map_err(|error| error.code())
}

fn write(case: &Signed, file: &[u8]) {
    std::fs::write(case.folder.join("key.p12"), file).unwrap();
}

#[test]
fn openssl_opens_the_file_and_finds_key_and_certificate() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let case = signed(algorithm, "opens");
        let certificate = case.client();
        write(&case, &export(&case, &certificate, None, PASSPHRASE).unwrap());

        let told = String::from_utf8(case.run("pkcs12 -in key.p12 -info -noout -passin file:pass").stderr).unwrap();
        for line in [
            "MAC: sha256, Iteration 200000",
            "PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC, Iteration 200000, PRF hmacWithSHA256",
            "Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 200000, PRF hmacWithSHA256",
        ] {
            assert!(told.contains(line), "{line}\n{told}");
        }
        let key = case.openssl("pkcs12 -in key.p12 -nodes -nocerts -passin file:pass");
        assert!(String::from_utf8_lossy(&key).contains("friendlyName: jane"), "the user's name, where no other was given");
        let key = PrivateKey::import(&key, None, &mut System).unwrap();
        assert_eq!(key.to_pkcs8_der().unwrap().expose(), case.key.to_pkcs8_der().unwrap().expose());
        let found = case.openssl("pkcs12 -in key.p12 -nokeys -passin file:pass");
        assert_eq!(Chain::read(&found).unwrap().to_pem(), Chain::read(certificate.as_bytes()).unwrap().to_pem());

        let wrong = case.run("pkcs12 -in key.p12 -info -noout -passin pass:other");
        assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("invalid password"));
        // The control of all of the above: with one byte changed the file no longer opens.
        let mut damaged = export(&case, &certificate, None, PASSPHRASE).unwrap();
        damaged[200] ^= 1;
        write(&case, &damaged);
        assert!(!case.run("pkcs12 -in key.p12 -info -noout -passin file:pass").status.success());
    }
}

/// What macOS Keychain reads: 3DES by the derivation of RFC 7292 and HMAC-SHA-1, opened by OpenSSL with its legacy provider.
#[test]
fn the_legacy_mode_is_3des_and_sha_1_and_never_the_default() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let case = signed(algorithm, "legacy");
        let certificate = case.client();
        // Passphrases of one and of several blocks of the derivation.
        for words in [PASSPHRASE, "x", "a passphrase that is longer than thirty-one characters, and more than one block"] {
            std::fs::write(case.folder.join("pass"), words).unwrap();
            let options = Value::map([("certificate", Some(certificate.as_str().into())), ("compatibility", Some("legacy".into()))]);
            let file = case.key.export_pkcs12(&options, Some(&Secret::new(words.to_owned())), now(), &mut System).unwrap();
            write(&case, &file);
            let told = String::from_utf8(case.run("pkcs12 -legacy -in key.p12 -info -noout -passin file:pass").stderr).unwrap();
            for line in [
                "MAC: sha1, Iteration 100000",
                "PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000",
                "Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000",
            ] {
                assert!(told.contains(line), "{line}\n{told}");
            }
            let key = case.openssl("pkcs12 -legacy -in key.p12 -nodes -nocerts -passin file:pass");
            let key = PrivateKey::import(&key, None, &mut System).unwrap();
            assert_eq!(key.to_pkcs8_der().unwrap().expose(), case.key.to_pkcs8_der().unwrap().expose());
            let found = case.openssl("pkcs12 -legacy -in key.p12 -nokeys -passin file:pass");
            assert_eq!(Chain::read(&found).unwrap().to_pem(), Chain::read(certificate.as_bytes()).unwrap().to_pem());
            let wrong = case.run("pkcs12 -legacy -in key.p12 -info -noout -passin pass:other");
            assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("invalid password"));
        }
    }
    let case = signed(KeyAlgorithm::EcdsaP256, "legacy-options");
    let certificate = case.client();
    let words = Secret::new("words".to_owned());
    let file = |compatibility: &str| {
        let options = Value::map([("certificate", Some(certificate.as_str().into())), ("compatibility", Some(compatibility.into()))]);
        case.key.export_pkcs12(&options, Some(&words), now(), &mut System).map_err(|error| error.code())
    };
    write(&case, &file("modern").unwrap());
    let told = String::from_utf8(case.run("pkcs12 -in key.p12 -info -noout -passin pass:words").stderr).unwrap();
    assert!(told.contains("PBES2") && told.contains("MAC: sha256"), "modern is the default: {told}");
    for wrong in ["", "LEGACY", "3des"] {
        assert_eq!(file(wrong).unwrap_err(), Code::InvalidOptions, "{wrong}");
    }
}

#[test]
fn a_chain_is_kept_with_the_certificate_of_the_key_in_front_which_alone_bears_the_name() {
    let case = signed(KeyAlgorithm::EcdsaP256, "chain");
    let authority = signed(KeyAlgorithm::Ed25519, "chain");
    let (ours, theirs) = (case.client(), authority.certificate("-subj /CN=some-ca"));
    for name in ["a", "ten letter", "a longer name – with ümlaut"] {
        write(&case, &export(&case, &format!("{theirs}{ours}"), Some(name), "words").unwrap());
        let found = case.openssl("pkcs12 -in key.p12 -nokeys -passin pass:words");
        let chain = Chain::read(&found).unwrap();
        assert_eq!(chain.to_pem(), Chain::read(format!("{ours}{theirs}").as_bytes()).unwrap().to_pem());
        let text = String::from_utf8_lossy(&found);
        assert_eq!((text.matches("friendlyName: ").count(), text.matches("localKeyID: ").count()), (1, 1), "{text}");
        if name.is_ascii() {
            assert!(text.contains(&format!("friendlyName: {name}\n")), "{text}");
        }
        case.openssl("asn1parse -inform DER -in key.p12 -noout");
    }
}

#[test]
fn what_would_be_useless_is_refused() {
    let case = signed(KeyAlgorithm::EcdsaP256, "refused");
    let other = signed(KeyAlgorithm::EcdsaP256, "other");
    let certificate = case.client();
    let cases = [
        (export(&case, &certificate, None, ""), Code::InvalidOptions),
        (export(&case, &other.client(), None, "words"), Code::CertificateKeyMismatch),
        (
            export(&case, &case.certificate("-addext extendedKeyUsage=serverAuth -addext basicConstraints=CA:FALSE"), None, "words"),
            Code::CertificateUsage,
        ),
        (export(&case, "", None, "words"), Code::InvalidCertificate),
        (export(&case, &std::fs::read_to_string(case.folder.join("key.pem")).unwrap(), None, "words"), Code::UnexpectedPrivateKey),
        (export(&case, &certificate, Some(""), "words"), Code::InvalidName),
        (export(&case, &certificate, Some("a\nb"), "words"), Code::InvalidName),
    ];
    for (at, (found, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(found.unwrap_err(), wanted, "case {at}");
    }
    let options = Value::map([("certificate", Some(certificate.as_str().into()))]);
    let words = Secret::new("words".to_owned());
    let code =
        |options: &Value, words: Option<&Secret<String>>, now| case.key.export_pkcs12(options, words, now, &mut System).unwrap_err().code();
    assert_eq!(code(&options, None, now()), Code::InvalidOptions, "no passphrase");
    assert_eq!(code(&options, Some(&words), UnixTime(now().0 + 3 * 86_400)), Code::CertificateExpired);
    assert_eq!(code(&json(r#"{"certificate":"","name":"a"}"#), Some(&words), NOW), Code::InvalidOptions, "a misspelt option");
}

#[test]
fn every_file_has_its_own_salts_and_none_is_made_without_randomness() {
    let case = signed(KeyAlgorithm::EcdsaP256, "random");
    let certificate = case.client();
    let options = Value::map([("certificate", Some(certificate.as_str().into()))]);
    let words = Secret::new("words".to_owned());
    for call in 0..4 {
        let error = case.key.export_pkcs12(&options, Some(&words), now(), &mut FailsAt(call)).unwrap_err();
        assert_eq!(error.code(), Code::NoRandom, "two salts, two initialisation vectors: draw {call}");
    }
    let [one, two] = [0, 1].map(|_| export(&case, &certificate, None, "words").unwrap());
    let changed = one.iter().zip(&two).filter(|(one, two)| one != two).count();
    assert!(one.len() == two.len() && changed > 500, "{changed} bytes of {} differ", one.len());
}
