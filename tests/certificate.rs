//! Issued certificates: what must hold before a kubeconfig is made of one.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{System, json, vector};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::kubeconfig::{Parts, from_certificate};
use kubecred::kubernetes::csr::link;
use kubecred::x509::certificate::Chain;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Level, UnixTime, Value};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A CA made by OpenSSL in a folder of its own, which is what signs here.
struct Authority {
    folder: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let authority = Authority { folder };
        authority.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
            "-subj",
            "/CN=client-ca",
            "-days",
            "3650",
        ]);
        authority
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").current_dir(&self.folder).args(arguments).output().expect("openssl runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// Issues for a public key with the subject and extensions given.
    fn issue(&self, key: &PrivateKey, subject: &str, extensions: &str) -> String {
        let pem = kubecred::encoding::pem::encode("PUBLIC KEY", key.public_key_der());
        self.write("public.pem", std::str::from_utf8(pem.expose()).unwrap());
        self.write("extensions.cnf", extensions);
        self.openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "other.key",
            "-subj",
            subject,
            "-out",
            "other.csr",
            "-utf8",
            "-multivalue-rdn",
        ]);
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            "other.csr",
            "-force_pubkey",
            "public.pem",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-days",
            "30",
            "-extfile",
            "extensions.cnf",
            "-out",
            "issued.crt",
        ]);
        self.read("issued.crt")
    }
}

const CLIENT: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n";

struct Case {
    authority: Authority,
    key: PrivateKey,
    request: String,
}

fn case(name: &str) -> Case {
    let key = common::key(KeyAlgorithm::EcdsaP256);
    let subject = Subject::from_value(&json(r#"{"user":"jane","groups":["dev","ops"]}"#)).unwrap();
    let request = csr::build(&key, &subject, &mut System).unwrap();
    Case { authority: Authority::new(name), key, request }
}

fn now() -> UnixTime {
    UnixTime(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64)
}

impl Case {
    fn verdict_at(&self, certificate: &str, now: UnixTime) -> Result<Vec<u8>, Code> {
        let parts = Value::map([
            ("certificate", Some(certificate.into())),
            ("csr", Some(self.request.as_str().into())),
            ("cluster", Some(json(r#"{"server":"https://127.0.0.1:6443"}"#))),
        ]);
        let parts = Parts::from_value(&parts).map_err(|error| error.code())?;
        let made = from_certificate(&self.key, parts, now).map_err(|error| error.code())?;
        Ok(made.serialize(&Value::Map(Vec::new())).unwrap().to_vec())
    }

    fn verdict(&self, certificate: &str) -> Option<Code> {
        self.verdict_at(certificate, now()).err()
    }
}

#[test]
fn only_the_certificate_that_was_asked_for_makes_a_kubeconfig() {
    let case = case("matching");
    let issue = |subject: &str, extensions: &str| case.authority.issue(&case.key, subject, extensions);
    let good = issue("/O=dev/O=ops/CN=jane", CLIENT);
    assert_eq!(case.verdict(&good), None);
    assert_eq!(case.verdict(&issue("/CN=jane/O=ops+O=dev", CLIENT)), None, "re-ordered and merged into one RDN");
    assert_eq!(case.verdict(&issue("/CN=other/O=dev/O=ops/CN=jane", CLIENT)), None, "the last CN wins");
    assert_eq!(case.verdict(&issue("/O=dev/O=ops/CN=jane", "basicConstraints=CA:FALSE\n")), None, "no EKU: the server takes it");
    for wrong in [
        "/O=dev/O=ops/CN=joan",
        "/O=dev/CN=jane",
        "/O=dev/O=ops/O=system:masters/CN=jane",
        "/O=dev/O=ops/O=ops/CN=jane",
        "/O=dev/O=ops/CN=jane/CN=admin",
    ] {
        assert_eq!(case.verdict(&issue(wrong, CLIENT)), Some(Code::CertificateSubjectMismatch), "{wrong}");
    }
    let authority = CLIENT.replace("CA:FALSE", "CA:TRUE").replace("digitalSignature", "keyCertSign");
    let authority = issue("/O=dev/O=ops/CN=jane", &authority);
    assert_eq!(case.verdict(&authority), None, "the server takes it (tried with kube-apiserver 1.36.3)");
    let mut chain = Chain::read(authority.as_bytes()).unwrap();
    let fingerprint = chain.leaf().key_fingerprint.clone();
    let warned = chain.match_to(&fingerprint, None, now()).unwrap();
    assert!(warned.iter().any(|finding| finding.code.as_str() == "client-is-authority" && finding.level == Level::Warning), "{warned:?}");
    let server = CLIENT.replace("CA:FALSE", "CA:TRUE").replace("clientAuth", "serverAuth");
    assert_eq!(case.verdict(&issue("/O=dev/O=ops/CN=jane", &server)), Some(Code::CertificateUsage));
    assert_eq!(case.verdict(&issue("/O=dev/O=ops/CN=jane", &CLIENT.replace("clientAuth", "serverAuth"))), Some(Code::CertificateUsage));
    let other = common::key(KeyAlgorithm::EcdsaP256);
    assert_eq!(case.verdict(&case.authority.issue(&other, "/O=dev/O=ops/CN=jane", CLIENT)), Some(Code::CertificateKeyMismatch));
    assert_eq!(case.verdict(&case.request), Some(Code::InvalidCertificate), "request and certificate swapped");
    let secret = String::from_utf8(case.key.export_pem(None, &mut System).unwrap().expose().clone()).unwrap();
    assert_eq!(case.verdict(&secret), Some(Code::UnexpectedPrivateKey));
    assert_eq!(case.verdict(&secret[..100]), Some(Code::UnexpectedPrivateKey), "a part of it as well");
    for text in [
        "",
        "hello",
        &good.replace("CERTIFICATE", "CERTIFICATE1"),
        &good.replace("-----END", "!-----END"),
        &good[..200],
        &good.replace("-----\nM", "-----\nA: b\n\nM"),
    ] {
        assert_eq!(case.verdict(text), Some(Code::InvalidCertificate), "{text}");
    }
}

/// Many clusters keep a CA for clients beside the one for servers: the certificate is taken, and it is said.
#[test]
fn another_authority_than_the_cluster_s_is_worth_a_notice() {
    let case = case("issuer");
    let certificate = case.authority.issue(&case.key, "/O=dev/O=ops/CN=jane", CLIENT);
    let other = std::str::from_utf8(&vector("api/kube-root-ca.json")).map(json).unwrap();
    let other = other.text(&["data", "ca.crt"]).unwrap().to_owned();
    let findings = |authority: String| {
        let cluster =
            Value::map([("server", Some("https://127.0.0.1:6443".into())), ("certificateAuthority", Some(authority.as_str().into()))]);
        let parts = Value::map([("certificate", Some(certificate.as_str().into())), ("cluster", Some(cluster))]);
        let made = from_certificate(&case.key, Parts::from_value(&parts).unwrap(), now()).unwrap();
        made.lint().findings.iter().map(|finding| (finding.code.as_str(), finding.level)).collect::<Vec<_>>()
    };
    assert!(findings(other).contains(&("other-issuer", Level::Notice)));
    assert!(!findings(case.authority.read("ca.crt")).iter().any(|(code, _)| *code == "other-issuer"), "the control: its own CA");
}

#[test]
fn chains_keep_their_order_and_the_leaf_comes_first() {
    let case = case("chains");
    let leaf = case.authority.issue(&case.key, "/O=dev/O=ops/CN=jane", CLIENT);
    let ca = case.authority.read("ca.crt");
    for text in [format!("{leaf}{ca}"), format!("{ca}{leaf}"), format!("text\n{leaf}between\n{ca}after")] {
        let file = String::from_utf8(case.verdict_at(&text, now()).unwrap()).unwrap();
        let line = file.lines().find(|line| line.contains("client-certificate-data")).unwrap();
        let chain = Chain::read(line.trim().split('"').nth(1).unwrap().as_bytes()).unwrap();
        assert_eq!(chain.certificates().len(), 2);
        assert_eq!((chain.leaf().identity.user.as_str(), chain.certificates()[1].is_ca), ("jane", true));
    }
}

#[test]
fn both_ends_of_the_validity_are_checked_with_five_minutes_of_skew() {
    let case = case("times");
    let certificate = case.authority.issue(&case.key, "/O=dev/O=ops/CN=jane", CLIENT);
    let chain = Chain::read(certificate.as_bytes()).unwrap();
    let (start, end) = (chain.leaf().not_before, chain.leaf().not_after);
    let at = |time: i64| case.verdict_at(&certificate, UnixTime(time)).err();
    assert_eq!((at(start.0 - 301), at(start.0 - 300)), (Some(Code::CertificateNotYetValid), None));
    assert_eq!((at(end.0 - 1), at(end.0)), (None, Some(Code::CertificateExpired)));
    assert_eq!(at(end.0 + 86_400), Some(Code::CertificateExpired), "a clock that is a day ahead");
}

#[test]
fn what_the_real_signer_issued_is_taken() {
    let object = json(std::str::from_utf8(&vector("signing-requests/issued.json")).unwrap());
    let key = PrivateKey::import(&vector("signing-requests/issued.key.pem"), None, &mut System).unwrap();
    let report = kubecred::kubernetes::csr::signing_request::read(&object).unwrap();
    let certificate = kubecred::kubernetes::csr::signing_request::certificate_text(&object).unwrap();
    let mut chain = Chain::read(certificate.as_bytes()).unwrap();
    let captured = UnixTime(1_795_474_800); // 2026-11-23T23:00:00Z
    assert_eq!(captured.to_iso(), "2026-11-23T23:00:00Z");
    chain.match_to(&key.fingerprint(), Some(&report.request.identity), captured).unwrap();
    let base64 = object.text(&["status", "certificate"]).unwrap();
    assert_eq!(Chain::read(base64.as_bytes()).unwrap().leaf().fingerprint, chain.leaf().fingerprint, "pasted as jsonpath prints it");
}

/// Leaves of x509-limbo (C2SP, Apache-2.0); tests/limbo.rs has the others. They are read exactly where Go reads them
/// (tests/certificate_differential.rs), whether or not RFC 5280 allows them.
#[test]
fn certificates_are_read_where_go_reads_them() {
    for (file, says) in [
        ("serial-negative", Some("negative serial number")),
        ("serial-zero", None),
        ("serial-too-long", None),
        ("v1-cert", None),
        ("duplicate-extensions", Some("duplicate extension")),
        ("no-basicconstraints", None),
    ] {
        let refused =
            Chain::read(&vector(&format!("certificates/limbo-{file}.pem"))).map_err(|error| (error.code(), error.message().to_owned()));
        let Some(says) = says else {
            refused.unwrap_or_else(|error| panic!("{file}: {error:?}"));
            continue;
        };
        let (code, message) = refused.unwrap_err();
        assert_eq!(code, Code::InvalidCertificate, "{file}");
        assert!(message.contains(says), "{file}: {message}");
    }
}

#[test]
fn limits_hold() {
    let case = case("limits");
    let ca = case.authority.read("ca.crt");
    for text in [ca.repeat(10_000), "A".repeat(50_000_000), "-----BEGIN CERTIFICATE-----\n".repeat(3_000)] {
        assert!(Chain::read(text.as_bytes()).is_err());
    }
    // The bundles of operating systems have 150 certificates.
    assert_eq!(Chain::read(ca.repeat(300).as_bytes()).unwrap().certificates().len(), 300);
}

fn codes(findings: &[kubecred::Finding]) -> Vec<(&'static str, Level)> {
    findings.iter().map(|finding| (finding.code.as_str(), finding.level)).collect()
}

/// microk8s, and openssl x509 -req without -extfile before OpenSSL 3.4.
#[test]
fn a_version_1_client_certificate_is_read_matched_and_exported() {
    let key = PrivateKey::import(&vector("reports/client-throwaway.key"), None, &mut System).unwrap();
    let text = vector("reports/client-version-1.crt");
    let mut chain = Chain::read(&text).unwrap();
    let leaf = chain.leaf().clone();
    assert_eq!((leaf.version, leaf.client_auth, leaf.is_ca), (1, true, false));
    assert!(!leaf.identity.user.is_empty());
    let now = UnixTime(leaf.not_before.0 + 60);
    assert_eq!(codes(&leaf.findings(now)), [("certificate-version", Level::Notice)]);
    chain.match_to(&leaf.key_fingerprint, None, now).unwrap();
    assert_eq!(leaf.key_fingerprint, key.fingerprint(), "the key of the same report");
    let certificate = std::str::from_utf8(&text).unwrap();
    let parts = Value::map([("certificate", Some(certificate.into())), ("cluster", Some(json(r#"{"server":"https://127.0.0.1:6443"}"#)))]);
    let made = from_certificate(&key, Parts::from_value(&parts).unwrap(), now).unwrap();
    assert!(made.lint().findings.iter().all(|finding| finding.level != Level::Error));
    let options = Value::map([("certificate", Some(certificate.into()))]);
    let words = kubecred::secret::Secret::new("words".to_owned());
    assert!(key.export_pkcs12(&options, Some(&words), now, &mut System).is_ok());
}

/// k3s, RKE2, Rancher, Cluster API and kubeadm before 1.28 make such CAs.
#[test]
fn a_ca_with_serial_number_zero_is_accepted() {
    let text = vector("reports/ca-serial-zero.crt");
    let chain = Chain::read(&text).unwrap();
    assert_eq!((chain.leaf().serial.as_str(), chain.leaf().is_ca, chain.leaf().may_issue), ("00", true, true));
    let bundle = kubecred::x509::certificate::authority_bundle(&text).unwrap();
    assert_eq!(bundle, chain.to_pem());
}

/// As kubelet-client-current.pem and curl have it: `tls.X509KeyPair` ignores blocks that are not a certificate.
#[test]
fn a_certificate_is_read_out_of_a_file_that_has_its_key_as_well() {
    let case = case("combined");
    let certificate = case.authority.issue(&case.key, "/O=dev/O=ops/CN=jane", CLIENT);
    let secret = String::from_utf8(case.key.export_pem(None, &mut System).unwrap().expose().clone()).unwrap();
    let old = secret.replace("PRIVATE KEY", "EC PRIVATE KEY");
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for text in [
        format!("{certificate}{secret}"),
        format!("{secret}{certificate}"),
        format!("{certificate}{old}"),
        format!("{parameters}{old}text\n{certificate}"),
        base64(&format!("{certificate}{secret}")),
    ] {
        assert_eq!(case.verdict(&text), None);
        let chain = Chain::read(text.as_bytes()).unwrap();
        assert!(chain.with_key());
        let report = chain.to_value(now());
        assert!(report.list(&["findings"]).iter().any(|one| one.text(&["code"]) == Some("private-key-included")));
        assert_eq!(chain.to_pem(), certificate, "the key goes nowhere");
        assert_eq!(link::linked(text.as_bytes(), &Value::Null).unwrap_err().code(), Code::UnexpectedPrivateKey, "and in no link");
        assert_eq!(kubecred::x509::certificate::authority_bundle(text.as_bytes()).unwrap_err().code(), Code::UnexpectedPrivateKey);
    }
}

fn base64(text: &str) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(text.as_bytes())
}

/// `CertPool.AppendCertsFromPEM` skips what it cannot parse, and is content with one certificate.
#[test]
fn a_ca_bundle_is_read_as_kubectl_reads_it() {
    let case = case("bundle");
    let ca = case.authority.read("ca.crt");
    let negative = String::from_utf8(vector("certificates/limbo-serial-negative.pem")).unwrap();
    let headed = ca.replace("-----\nM", "-----\nA: b\n\nM");
    for text in [format!("{negative}{ca}"), format!("{ca}{negative}"), format!("{headed}{ca}"), format!("{}{ca}", case.request)] {
        assert_eq!(kubecred::x509::certificate::authority_bundle(text.as_bytes()).unwrap(), ca);
    }
    let error = kubecred::x509::certificate::authority_bundle(negative.as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::InvalidCertificateAuthority);
    assert!(error.message().contains("negative serial number"), "its own reason: {}", error.message());
    let error = kubecred::x509::certificate::authority_bundle(ca.replace("CERTIFICATE", "TRUSTED CERTIFICATE").as_bytes()).unwrap_err();
    assert!(error.message().contains("label is not CERTIFICATE"), "{}", error.message());
}

/// As Go's crypto/x509, which puts such an extension into UnhandledCriticalExtensions, and then verifies no chain with it.
#[test]
fn a_critical_extension_that_the_server_does_not_know_is_found() {
    let case = case("critical");
    let found = |extension: &str| {
        let pem = case.authority.issue(&case.key, "/O=dev/CN=jane", &format!("{CLIENT}{extension}\n"));
        Chain::read(pem.as_bytes()).unwrap().leaf().findings(now()).iter().any(|finding| finding.code.as_str() == "critical-extension")
    };
    for unknown in ["1.2.3.4=critical,ASN1:UTF8String:x", "2.5.29.99=critical,ASN1:UTF8String:x"] {
        assert!(found(unknown), "{unknown}");
    }
    for fine in ["1.2.3.4=ASN1:UTF8String:x", "certificatePolicies=critical,1.2.3.4", "subjectAltName=critical,DNS:a", ""] {
        assert!(!found(fine), "{fine}");
    }
}

/// As in the report of a request: a certificate that somebody else issued can name a user who looks like another.
#[test]
fn names_in_a_certificate_that_look_like_others_are_warnings() {
    let case = case("look-alike");
    let issued = case.authority.issue(&case.key, "/O=d\u{435}v/CN=j\u{430}ne", CLIENT);
    let chain = Chain::read(issued.as_bytes()).unwrap();
    let findings = chain.leaf().findings(now());
    for path in ["user", "groups[0]"] {
        let found = findings.iter().find(|finding| finding.path.as_deref() == Some(path)).unwrap();
        assert!(found.code.as_str() == "looks-like-ascii" && found.level == Level::Warning, "{findings:?}");
    }
}
