//! The reports of tests/vectors/reports that are about certificates, each as its row of expected.tsv says.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::vector;
use kubecred::kubeconfig::Kubeconfig;
use kubecred::kubernetes::discovery;
use kubecred::x509::certificate::{Chain, authority_bundle};
use kubecred::{Level, UnixTime, Value};

/// 2026-11-28T12:00:00Z, after the reports were made.
const NOW: UnixTime = UnixTime(1_795_867_200);

/// File and expectation of each row for one reader.
fn rows(reader: &str) -> Vec<(String, String)> {
    let table = String::from_utf8(vector("reports/expected.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    rows.filter(|row| row[1] == reader).map(|row| (row[0].clone(), row[2].clone())).collect()
}

fn report(file: &str) -> Vec<u8> {
    vector(&format!("reports/{file}"))
}

#[test]
fn certificates_are_accepted() {
    let rows = rows("certificate");
    assert!(!rows.is_empty());
    for (file, right) in rows {
        let chain = Chain::read(&report(&file));
        assert_eq!(right, "accepted", "{file}");
        let findings = chain.unwrap().leaf().findings(NOW);
        assert!(findings.iter().all(|finding| finding.level == Level::Notice), "{file}: {findings:?}");
    }
}

#[test]
fn cas_are_accepted_wherever_they_are_read() {
    let rows = rows("ca");
    assert!(!rows.is_empty());
    for (file, right) in rows {
        assert_eq!(right, "accepted", "{file}");
        let text = String::from_utf8(report(&file)).unwrap();
        assert!(authority_bundle(text.as_bytes()).is_ok(), "{file}");
        let entry = Value::map([("server", Some("https://a:6443".into())), ("certificateAuthority", Some(text.as_str().into()))]);
        assert_eq!(discovery::inspect(&entry, NOW).unwrap(), [], "{file}");
    }
}

#[test]
fn kubeconfigs_that_work_have_no_error_finding_and_keep_their_ca() {
    let rows = rows("kubeconfig").into_iter().filter(|(_, right)| right == "accepted").collect::<Vec<_>>();
    assert!(rows.len() >= 4);
    for (file, _) in rows {
        let read = Kubeconfig::read(&report(&file), NOW).unwrap();
        let findings = read.lint().findings;
        let errors: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
        let Value::List(entries) = read.cluster_entries() else { panic!("{file}") };
        let text = String::from_utf8(report(&file)).unwrap();
        let authorities = entries.iter().filter(|entry| entry.text(&["certificateAuthority"]).is_some()).count();
        assert_eq!(authorities, text.matches("certificate-authority-data:").count(), "{file}");
    }
}

/// User and expiry of the client certificate, and a renewal.
#[test]
fn a_user_of_a_kubeconfig_is_read_out_of_its_certificate() {
    for file in ["kubeconfig-client-version-1.yaml", "B08-v1-client-certificate.yaml", "B21a-certificate-and-key-in-both.yaml"] {
        let read = Kubeconfig::read(&report(file), NOW).unwrap();
        let description = read.lint().describe();
        let certificate = description.list(&["users"])[0].get("certificate").unwrap().clone();
        assert!(certificate.text(&["user"]).is_some_and(|user| !user.is_empty()), "{file}");
        assert!(certificate.text(&["notAfter"]).is_some(), "{file}");
        assert!(read.renewal(None, &mut common::System).is_ok(), "{file}");
    }
}

/// A curve that is spelled out is named as the cause, with the way out.
#[test]
fn requests_and_keys_that_spell_their_curve_out_say_so() {
    for (file, _) in rows("csr").into_iter().filter(|(_, right)| right == "finding:key-explicit-curve") {
        let read = kubecred::x509::csr::read(&report(&file));
        assert!(!read.accepted && read.refusal.as_deref() == Some("x509: invalid ECDSA parameters"), "{file}: {:?}", read.refusal);
        let finding = read.findings.iter().find(|finding| finding.code.as_str() == "key-explicit-curve").unwrap();
        assert!(finding.message.contains("LibreSSL before 3.4") && finding.message.contains("ec_param_enc:named_curve"), "{file}");
    }
    let keys = rows("key");
    assert!(keys.len() >= 2);
    for (file, right) in keys {
        let read = kubecred::crypto::PrivateKey::import(&report(&file), None, &mut common::System);
        match right.strip_prefix("refused:") {
            Some(code) => assert_eq!(read.unwrap_err().code().as_str(), code, "{file}"),
            None => assert!(read.is_ok(), "{file}"),
        }
    }
}

/// Certificate and key in one file, in either order; two keys stay ambiguous.
#[test]
fn a_key_next_to_its_certificate_is_read() {
    let (certificate, key) = (report("client-version-1.crt"), report("client-throwaway.key"));
    let import = |text: &[u8]| kubecred::crypto::PrivateKey::import(text, None, &mut common::System).map_err(|error| error.code());
    for text in [[&certificate[..], &key].concat(), [&key[..], &certificate, &certificate].concat()] {
        assert!(import(&text).is_ok());
    }
    assert!(import(&[&key[..], &certificate, &key].concat()).is_err());
    assert!(import(&certificate).is_err());
}
