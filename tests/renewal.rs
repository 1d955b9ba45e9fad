//! Renewal: who a user of a file is and with which key, and a new certificate in the place of the old one. And a kubeconfig for a
//! certificate whose key is elsewhere.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::signed::{CLIENT, Signed, now};
use common::{System, json};
use kubecred::crypto::KeyAlgorithm;
use kubecred::kubeconfig::{Kubeconfig, Parts, from_certificate, from_options};
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Value};

fn cluster() -> Value {
    json(r#"{"server":"https://cluster.example:6443"}"#)
}

/// jane in two contexts beside a user with a token; what kubectl does not know stands there too.
fn file(case: &Signed) -> Kubeconfig {
    let parts = Value::map([("certificate", Some(case.client().into())), ("cluster", Some(cluster())), ("userName", Some("me".into()))]);
    let made = from_certificate(&case.key, Parts::from_value(&parts).unwrap(), now()).unwrap();
    let text = String::from_utf8(made.serialize(&json("{}")).unwrap().to_vec()).unwrap();
    let more = [
        ("contexts:\n", "contexts:\n- {name: second, context: {cluster: other, user: me, namespace: dev}}\n"),
        ("users:\n", "users:\n- {name: robot, user: {token: canary}}\n"),
        ("    client-certificate-data", "    as: somebody\n    mark: stays\n    client-certificate-data"),
    ];
    let text = more.iter().fold(text, |text, (at, with)| {
        assert!(text.contains(at), "{text}");
        text.replacen(at, with, 1)
    });
    Kubeconfig::read(text.as_bytes(), now()).unwrap()
}

fn text_of(file: &Kubeconfig) -> String {
    String::from_utf8(file.serialize(&json("{}")).unwrap().to_vec()).unwrap()
}

#[test]
fn a_renewed_certificate_is_compared_with_what_was_requested() {
    let case = Signed::new(KeyAlgorithm::EcdsaP256, "renewal-requested");
    let file = file(&case);
    let codes = |requested: Option<&str>| {
        let options = Value::map([("certificate", Some(case.client().as_str().into())), ("requested", requested.map(json))]);
        let description = json(file.renew(&case.key, &options, now()).unwrap().lint().description());
        description.list(&["findings"]).iter().filter_map(|one| Some(one.text(&["code"])?.to_owned())).collect::<Vec<_>>()
    };
    for (requested, code) in [
        (r#"{"expirationSeconds":600}"#, "certificate-outlives-request"),
        (r#"{"expirationSeconds":2147483647}"#, "lifetime-shortened"),
        (r#"{"usages":["server auth"]}"#, "usages-differ"),
    ] {
        assert!(codes(Some(requested)).iter().any(|one| one == code), "{requested}: {:?}", codes(Some(requested)));
        assert!(!codes(None).iter().any(|one| one == code), "{code}");
    }
    let options = Value::map([("certificate", Some(case.client().as_str().into())), ("requested", Some(json(r#"{"lifetime":1}"#)))]);
    assert_eq!(file.renew(&case.key, &options, now()).unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn a_user_is_read_with_the_key_and_gets_a_new_certificate_while_all_else_stays() {
    let case = Signed::new(KeyAlgorithm::EcdsaP256, "renewal-same");
    let file = file(&case);
    let (report, key) = file.renewal(None, &mut System).unwrap();
    let key = key.unwrap();
    assert_eq!((key.fingerprint(), report.text(&["user"])), (case.key.fingerprint(), Some("me")));
    assert_eq!((report.text(&["subject", "user"]), report.texts(&["subject", "groups"])), (Some("jane"), vec!["dev".to_owned()]));
    let due = report.text(&["due"]).unwrap();
    let users = file.lint().describe();
    let me = users.list(&["users"]).iter().find(|user| user.text(&["name"]) == Some("me")).unwrap();
    assert_eq!(me.text(&["certificate", "renewalDue"]), Some(due));
    assert!(me.text(&["certificate", "notBefore"]).unwrap() < due && due < me.text(&["certificate", "notAfter"]).unwrap());
    let request = csr::build(&key, &Subject::from_value(report.get("subject").unwrap()).unwrap(), &mut System).unwrap();
    assert!(csr::read(request.as_bytes()).accepted);

    let other = Signed::new(KeyAlgorithm::Ed25519, "renewal-new");
    for (key, certificate) in [(&key, case.client()), (&other.key, other.client())] {
        let options = Value::map([("user", Some("me".into())), ("certificate", Some(certificate.as_str().into()))]);
        let renewed = file.renew(key, &options, now()).unwrap();
        let (report, again) = renewed.renewal(Some("me"), &mut System).unwrap();
        assert_eq!(again.unwrap().fingerprint(), key.fingerprint());
        assert_eq!(report.text(&["certificate"]), Some(certificate.as_str()));
        // Line for line the file of before, but for the two values.
        let (before, after) = (text_of(&file), text_of(&renewed));
        let changed: Vec<&str> =
            after.lines().zip(before.lines()).filter(|(a, b)| a != b).map(|(a, _)| a.trim().split(':').next().unwrap()).collect();
        assert_eq!(before.lines().count(), after.lines().count());
        assert!(changed.iter().all(|field| ["client-certificate-data", "client-key-data"].contains(field)), "{changed:?}");
        assert!(changed.contains(&"client-certificate-data") && after.contains("mark: \"stays\"") && after.contains("canary"));
    }
}

#[test]
fn a_key_that_is_elsewhere_is_named_as_such_and_a_path_gives_way_to_the_new_data() {
    let case = Signed::new(KeyAlgorithm::EcdsaP256, "renewal-elsewhere");
    let certificate = case.client();
    let parts = Value::map([
        ("cluster", Some(cluster())),
        ("certificate", Some(certificate.as_str().into())),
        ("keyFile", Some("keys/jane.key".into())),
    ]);
    let file = from_options(&parts, now()).unwrap();
    let text = text_of(&file);
    assert!(
        text.contains("client-key: \"keys/jane.key\"") && text.contains("client-certificate-data") && !text.contains("client-key-data"),
        "{text}"
    );
    let (report, key) = file.renewal(None, &mut System).unwrap();
    assert!(key.is_none());
    assert_eq!(report.list(&["findings"])[0].text(&["code"]), Some("key-not-usable"));
    let options = Value::map([("certificate", Some(certificate.as_str().into()))]);
    let renewed = text_of(&file.renew(&case.key, &options, now()).unwrap());
    assert!(renewed.contains("client-key-data") && !renewed.contains("keys/jane.key"), "{renewed}");
}

#[test]
fn what_is_no_renewal_is_refused() {
    let case = Signed::new(KeyAlgorithm::EcdsaP256, "renewal-refused");
    let other = Signed::new(KeyAlgorithm::EcdsaP256, "renewal-stranger");
    let file = file(&case);
    let renew = |user: &str, certificate: &str| {
        let options = Value::map([("user", Some(user.into())), ("certificate", Some(certificate.into()))]);
        file.renew(&case.key, &options, now()).unwrap_err().code()
    };
    assert_eq!(renew("me", &other.client()), Code::CertificateKeyMismatch);
    assert_eq!(renew("me", &case.certificate(&format!("-subj /O=ops/CN=jane {CLIENT}"))), Code::CertificateSubjectMismatch);
    assert_eq!(renew("me", &case.certificate(&format!("-subj /O=dev/CN=joan {CLIENT}"))), Code::CertificateSubjectMismatch);
    assert_eq!(renew("me", &case.certificate("-subj /O=dev/CN=jane -addext extendedKeyUsage=serverAuth")), Code::CertificateUsage);
    assert_eq!(renew("nobody", &case.client()), Code::InvalidOptions);
    assert_eq!(renew("robot", &case.client()), Code::InvalidOptions);
    for user in ["nobody", "robot"] {
        assert_eq!(file.renewal(Some(user), &mut System).unwrap_err().code(), Code::InvalidOptions);
    }
    // A key that is not the certificate's is not handed out.
    let swapped = text_of(&file).replace(&value(&file, "client-key-data"), &value(&self::file(&other), "client-key-data"));
    let (report, key) = Kubeconfig::read(swapped.as_bytes(), now()).unwrap().renewal(Some("me"), &mut System).unwrap();
    assert!(key.is_none() && report.list(&["findings"])[0].text(&["message"]).unwrap().contains("does not belong to its certificate"));

    let elsewhere = |certificate: &str, request: &str, path: &str| {
        let parts = [
            ("cluster", Some(cluster())),
            ("certificate", Some(certificate.into())),
            ("keyFile", Some(path.into())),
            ("csr", Some(request.into())),
        ];
        from_options(&Value::map(parts), now()).map_err(|error| error.code())
    };
    let subject = Subject::from_value(&json(r#"{"user":"jane","groups":["dev"]}"#)).unwrap();
    let request = csr::build(&case.key, &subject, &mut System).unwrap();
    assert!(elsewhere(&case.client(), &request, "a.key").is_ok());
    assert_eq!(elsewhere(&other.client(), &request, "a.key").unwrap_err(), Code::CertificateKeyMismatch);
    assert_eq!(elsewhere(&case.client(), "no request", "a.key").unwrap_err(), Code::InvalidRequest);
    assert_eq!(elsewhere(&case.client(), &request, "").unwrap_err(), Code::InvalidName);
}

fn value(file: &Kubeconfig, field: &str) -> String {
    text_of(file).lines().find(|line| line.trim().starts_with(field)).unwrap().trim().to_owned()
}
