//! PKCS#12 files as OpenSSL reads them. What Java and NSS make of them stands in tests/interop/pkcs12.test.mjs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{FailsAt, NOW, System, json};
use kubecred::certificate::Chain;
use kubecred::key::{KeyAlgorithm, PrivateKey};
use kubecred::secret::Secret;
use kubecred::{Code, UnixTime, Value};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PASSPHRASE: &str = "four words – and ümlaut 🔑";

/// A folder with a key, a certificate that it signed for itself, and whatever OpenSSL makes of them.
struct Case {
    folder: PathBuf,
    key: PrivateKey,
}

impl Case {
    fn new(algorithm: KeyAlgorithm, name: &str) -> Case {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pkcs12-{name}-{}", algorithm.as_str()));
        std::fs::create_dir_all(&folder).unwrap();
        let key = common::key(algorithm);
        std::fs::write(folder.join("key.pem"), key.export_pem(None, &mut System).unwrap().expose()).unwrap();
        std::fs::write(folder.join("pass"), PASSPHRASE).unwrap();
        Case { folder, key }
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new("openssl").current_dir(&self.folder).args(arguments.split_whitespace()).output().expect("openssl runs")
    }

    fn openssl(&self, arguments: &str) -> Vec<u8> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Signed by the key itself: who vouches for it is nothing to PKCS#12.
    fn certificate(&self, extensions: &str) -> String {
        let made = self.openssl(&format!("req -x509 -new -key key.pem -subj /O=dev/CN=jane -days 2 {extensions}"));
        String::from_utf8(made).unwrap()
    }

    fn client(&self) -> String {
        self.certificate("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth")
    }

    fn export(&self, certificate: &str, name: Option<&str>, passphrase: &str) -> Result<Vec<u8>, Code> {
        let options = Value::map([("certificate", Some(certificate.into())), ("friendlyName", name.map(Value::from))]);
        let passphrase = Secret::new(passphrase.to_owned());
        self.key.export_pkcs12(&options, Some(&passphrase), now(), &mut System).map_err(|error| error.code())
    }

    fn write(&self, file: &[u8]) {
        std::fs::write(self.folder.join("key.p12"), file).unwrap();
    }
}

fn now() -> UnixTime {
    UnixTime(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64)
}

#[test]
fn openssl_opens_the_file_and_finds_key_and_certificate() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let case = Case::new(algorithm, "opens");
        let certificate = case.client();
        case.write(&case.export(&certificate, None, PASSPHRASE).unwrap());

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
        let mut damaged = case.export(&certificate, None, PASSPHRASE).unwrap();
        damaged[200] ^= 1;
        case.write(&damaged);
        assert!(!case.run("pkcs12 -in key.p12 -info -noout -passin file:pass").status.success());
    }
}

#[test]
fn a_chain_is_kept_with_the_certificate_of_the_key_in_front_which_alone_bears_the_name() {
    let case = Case::new(KeyAlgorithm::EcdsaP256, "chain");
    let authority = Case::new(KeyAlgorithm::Ed25519, "chain");
    let (ours, theirs) = (case.client(), authority.certificate("-subj /CN=some-ca"));
    for name in ["a", "ten letter", "a longer name – with ümlaut"] {
        case.write(&case.export(&format!("{theirs}{ours}"), Some(name), "words").unwrap());
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
    let case = Case::new(KeyAlgorithm::EcdsaP256, "refused");
    let other = Case::new(KeyAlgorithm::EcdsaP256, "other");
    let certificate = case.client();
    let cases = [
        (case.export(&certificate, None, ""), Code::InvalidOptions),
        (case.export(&other.client(), None, "words"), Code::CertificateKeyMismatch),
        (
            case.export(&case.certificate("-addext extendedKeyUsage=serverAuth -addext basicConstraints=CA:FALSE"), None, "words"),
            Code::CertificateUsage,
        ),
        (case.export(&case.certificate(""), None, "words"), Code::CertificateUsage),
        (case.export("", None, "words"), Code::InvalidCertificate),
        (case.export(&std::fs::read_to_string(case.folder.join("key.pem")).unwrap(), None, "words"), Code::UnexpectedPrivateKey),
        (case.export(&certificate, Some(""), "words"), Code::InvalidName),
        (case.export(&certificate, Some("a\nb"), "words"), Code::InvalidName),
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
    let case = Case::new(KeyAlgorithm::EcdsaP256, "random");
    let certificate = case.client();
    let options = Value::map([("certificate", Some(certificate.as_str().into()))]);
    let words = Secret::new("words".to_owned());
    for call in 0..4 {
        let error = case.key.export_pkcs12(&options, Some(&words), now(), &mut FailsAt(call)).unwrap_err();
        assert_eq!(error.code(), Code::NoRandom, "two salts, two initialisation vectors: draw {call}");
    }
    let [one, two] = [0, 1].map(|_| case.export(&certificate, None, "words").unwrap());
    let changed = one.iter().zip(&two).filter(|(one, two)| one != two).count();
    assert!(one.len() == two.len() && changed > 500, "{changed} bytes of {} differ", one.len());
}
