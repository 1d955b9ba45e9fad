//! CertificateSigningRequest objects, API requests and answers, against what a real server sent.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{NOW, System, json, key, vector};
use kubecred::crypto::KeyAlgorithm;
use kubecred::kubernetes::api;
use kubecred::kubernetes::csr::signer::{self, Outcome};
use kubecred::kubernetes::csr::signing_request::{State, build, read};
use kubecred::kubernetes::identity;
use kubecred::kubernetes::operation::Operation;
use kubecred::kubernetes::status;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Value};

fn pem(algorithm: KeyAlgorithm) -> String {
    let subject = Subject::from_value(&json(r#"{"user":"Jane Doe@example.com","groups":["dev"]}"#)).unwrap();
    csr::build(&key(algorithm), &subject, &mut System).unwrap()
}

fn options(extra: &str) -> Value {
    let mut options = json(extra);
    options.set("csr", pem(KeyAlgorithm::EcdsaP256).into());
    options
}

fn refused(extra: &str) -> (Code, String) {
    let error = build(&options(extra), &mut System).unwrap_err();
    (error.code(), error.message().to_owned())
}

#[test]
fn the_object_is_what_the_api_wants() {
    let object = build(&options("{}"), &mut System).unwrap();
    let name = object.text(&["metadata", "name"]).unwrap();
    assert!(name.starts_with("jane-doe-example-com-") && name.len() == "jane-doe-example-com-".len() + 5, "{name}");
    assert_eq!(object.text(&["apiVersion"]), Some("certificates.k8s.io/v1"));
    assert_eq!(object.text(&["spec", "signerName"]), Some(signer::CLIENT));
    assert_eq!(object.texts(&["spec", "usages"]), ["digital signature", "client auth"]);
    assert_eq!(object.at(&["spec", "expirationSeconds"]), None);
    let mut rsa = json("{}");
    rsa.set("csr", pem(KeyAlgorithm::Rsa2048).into());
    let object = build(&rsa, &mut System).unwrap();
    assert_eq!(object.texts(&["spec", "usages"]), ["digital signature", "key encipherment", "client auth"]);
    let report = read(&object).unwrap();
    assert_eq!((report.state, report.request.identity.user.as_str()), (State::NotSubmitted, "Jane Doe@example.com"));
}

/// The alphabet of Kubernetes' own random names (apimachinery `util/rand`), each letter of it as likely as the others.
#[test]
fn names_end_in_random_letters_and_never_begin_with_csr() {
    let mut seen = std::collections::BTreeMap::new();
    for number in 0..400 {
        let object = build(&options("{}"), &mut common::Seeded(number)).unwrap();
        let name = object.text(&["metadata", "name"]).unwrap();
        for letter in name.rsplit_once('-').unwrap().1.chars() {
            *seen.entry(letter).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.keys().collect::<String>(), "2456789bcdfghjklmnpqrstvwxz");
    // 2,000 letters by fixed seeds, 74 of each on average with a deviation of 8.
    assert!(seen.values().all(|count| (40..=110).contains(count)), "{seen:?}");
    for (user, start) in [("csr", "request-"), ("CSR", "request-"), ("csr jane", "request-"), ("***", "request-"), ("csrx", "csrx-")] {
        let subject = Subject::from_value(&Value::map([("user", Some(user.into()))])).unwrap();
        let pem = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject, &mut System).unwrap();
        let object = build(&Value::map([("csr", Some(pem.into()))]), &mut System).unwrap();
        let name = object.text(&["metadata", "name"]).unwrap();
        assert!(name.starts_with(start) && name.len() == start.len() + 5, "{user}: {name}");
    }
}

#[test]
fn what_the_server_refuses_is_refused_with_its_reason() {
    let cases = [
        (r#"{"name":"../x"}"#, "metadata.name"),
        (r#"{"name":"a/b"}"#, "metadata.name"),
        (r#"{"name":"A B"}"#, "metadata.name"),
        (r#"{"name":"."}"#, "metadata.name"),
        (r#"{"name":"csr-1"}"#, "csr-"),
        (r#"{"name":""}"#, "metadata.name"),
        (r#"{"signerName":"a/b"}"#, "at least two segments"),
        (r#"{"signerName":"example.com/"}"#, "spec.signerName"),
        (r#"{"signerName":"x.com/a/b"}"#, "fully qualified domain and path"),
        (r#"{"signerName":""}"#, "Required value"),
        (r#"{"signerName":"kubernetes.io/legacy-unknown"}"#, "legacy signerName"),
        (r#"{"signerName":"Example.com/x"}"#, "spec.signerName"),
        (r#"{"usages":[]}"#, "Required value"),
        (r#"{"usages":["client auth","client auth"]}"#, "Duplicate value"),
        (r#"{"usages":["Client Auth"]}"#, "Unsupported value"),
        (r#"{"expirationSeconds":599}"#, "600 seconds (10 minutes)"),
        (r#"{"expirationSeconds":0}"#, "600 seconds"),
        (r#"{"expirationSeconds":-1}"#, "600 seconds"),
        (r#"{"expirationSeconds":2147483648}"#, "2147483647"),
        (r#"{"expirationSeconds":600.5}"#, "whole number"),
        (r#"{"expirationSeconds":"1h"}"#, "number of seconds"),
        (r#"{"labels":{"a b":"c"}}"#, "metadata.labels"),
        (r#"{"labels":{"A b/c":"d"}}"#, "metadata.labels"),
        (r#"{"labels":{"example.com/-c":"d"}}"#, "metadata.labels"),
    ];
    for (extra, part) in cases {
        let (code, message) = refused(extra);
        assert_eq!(code, Code::InvalidSigningRequest, "{extra}");
        assert!(message.contains(part), "{extra}: {message}");
    }
    assert!(refused(&format!(r#"{{"name":"{}"}}"#, "a".repeat(254))).1.contains("253"));
    let signer = |length: usize| format!(r#"{{"signerName":"example.com/{}"}}"#, "a".repeat(length - 12));
    assert!(refused(&signer(572)).1.contains("Too long: may not be more than 571"));
    assert!(!refused(&signer(571)).1.contains("Too long"), "refused for its one long label");
    for extra in [
        r#"{"expirationSeconds":600}"#,
        r#"{"expirationSeconds":2147483647}"#,
        r#"{"expirationSeconds":null}"#,
        r#"{"signerName":"example.com/a.b"}"#,
        r#"{"usages":["server auth"]}"#,
        r#"{"name":"a.b-c","labels":{"example.com/team":"dev","empty":""}}"#,
    ] {
        build(&options(extra), &mut System).unwrap();
    }
    assert_eq!(refused(r#"{"expiration":600}"#).0, Code::InvalidOptions);
}

/// The lengths of `ValidateSignerName` (Kubernetes 1.36.3, pkg/apis/core/validation/names.go): 63 for a part of the domain, 253 for the
/// domain and for a part of the path, 571 for the whole.
#[test]
fn names_of_signers_are_as_long_as_the_server_takes_them() {
    let parts = |part: usize, whole: usize| {
        let text = format!("{}.", "a".repeat(part)).repeat(whole);
        text[..whole].trim_end_matches('.').to_owned()
    };
    let domain = parts(60, 253);
    assert_eq!(domain.len(), 253);
    for (name, taken) in [
        (format!("{}.com/a", "a".repeat(63)), true),
        (format!("{}.com/a", "a".repeat(64)), false),
        (format!("{domain}/a"), true),
        (format!("{domain}a/a"), false),
        (format!("a.com/{}", "a".repeat(64)), true),
        (format!("a.com/{}", "a".repeat(253)), true),
        (format!("a.com/{}", "a".repeat(254)), false),
        (format!("a.com/{}.{}", "a".repeat(63), "b".repeat(253)), true),
        (format!("{domain}/{}.{}", "a".repeat(63), "b".repeat(253)), true),
        (format!("{domain}/{}.{}.c", "a".repeat(63), "b".repeat(253)), false),
        ("a.com/-a".to_owned(), false),
        ("a.com/a..b".to_owned(), false),
    ] {
        assert_eq!(signer::name_refusal(&name).is_none(), taken, "{} characters: {name}", name.len());
    }
}

/// `IsDNS1123Subdomain` of apimachinery: 253 characters, parts of any length.
#[test]
fn names_of_objects_are_as_long_as_the_server_takes_them() {
    let named = |name: String| build(&options(&format!(r#"{{"name":"{name}"}}"#)), &mut System).map(|_| ()).map_err(|error| error.code());
    assert_eq!(named("a".repeat(64)), Ok(()));
    assert_eq!(named("a".repeat(253)), Ok(()));
    assert!(named("a".repeat(254)).is_err());
    assert!(named("a..b".to_owned()).is_err());
}

#[test]
fn the_request_inside_must_be_one_that_the_server_takes() {
    let with = |text: &str| build(&Value::map([("csr", Some(text.into()))]), &mut System).unwrap_err().code();
    assert_eq!(with("hello"), Code::InvalidSigningRequest);
    let secret = key(KeyAlgorithm::Ed25519).export_pem(None, &mut System).unwrap();
    let secret = std::str::from_utf8(secret.expose()).unwrap();
    assert_eq!(with(secret), Code::UnexpectedPrivateKey);
    assert_eq!(with(&format!("{}{secret}", pem(KeyAlgorithm::EcdsaP256))), Code::UnexpectedPrivateKey);
}

#[test]
fn every_state_is_read_from_the_server_s_own_objects() {
    let cases = [
        ("pending", State::Pending, "waiting-for-approval"),
        ("pending-hostile-names", State::Pending, "waiting-for-approval"),
        ("pending-requested-by-service-account", State::Pending, "requestor-differs"),
        ("approved-not-signed", State::Approved, "waiting-for-signer"),
        ("approved-without-reason", State::Approved, "waiting-for-signer"),
        ("approved-other-signer", State::Approved, "waiting-for-signer"),
        ("denied", State::Denied, "request-denied"),
        ("failed-usages", State::Failed, "request-failed"),
        ("failed-missing-client-auth", State::Failed, "request-failed"),
        ("failed-kubelet-subject", State::Failed, "request-failed"),
        ("failed-without-approval", State::Failed, "request-failed"),
    ];
    for (file, state, code) in cases {
        let object = json(std::str::from_utf8(&vector(&format!("signing-requests/{file}.json"))).unwrap());
        let report = read(&object).unwrap();
        let findings = report.findings(NOW);
        assert_eq!(report.state, state, "{file}");
        assert!(findings.iter().any(|finding| finding.code.as_str() == code), "{file}: {findings:?}");
        assert!(
            findings.iter().all(|finding| !finding.message.contains("hostile name")),
            "{file}: names from outside stay out of commands"
        );
    }
    let issued = read(&json(std::str::from_utf8(&vector("signing-requests/issued.json")).unwrap())).unwrap();
    assert_eq!((issued.state, issued.certificate.map(|chain| chain.leaf().client_auth)), (State::Issued, Some(true)));
}

/// `ValidateKubeletClientCSR` and `ValidateKubeletServingCSR` (pkg/apis/certificates/helpers.go, 1.36.3).
#[test]
fn the_signers_of_kubelets_take_nodes_and_their_usages_alone() {
    let outcome = |signer: &str, subject: &str, usages: &[&str]| {
        let subject = Subject::from_value(&json(subject)).unwrap();
        let pem = csr::build(&key(KeyAlgorithm::Ed25519), &subject, &mut System).unwrap();
        let usages: Vec<String> = usages.iter().map(|usage| (*usage).to_owned()).collect();
        signer::outcome(signer, &usages, &csr::read(pem.as_bytes()))
    };
    let node = r#"{"user":"system:node:a","groups":["system:nodes"]}"#;
    let named = r#"{"user":"system:node:a","groups":["system:nodes"],"dnsNames":["a"]}"#;
    let (client, serving) = ("kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving");
    let (signs, encrypts) = ("digital signature", "key encipherment");
    for (signer, subject, usages, expected) in [
        (client, node, &[signs, "client auth"][..], Outcome::Issued),
        (client, node, &["client auth", signs], Outcome::Issued),
        (client, node, &[encrypts, signs, "client auth"], Outcome::Issued),
        (client, node, &["client auth"], Outcome::Failed),
        (client, node, &[signs, "server auth"], Outcome::Failed),
        (client, node, &[signs, "client auth", "server auth"], Outcome::Failed),
        (client, named, &[signs, "client auth"], Outcome::Failed),
        (client, r#"{"user":"jane","groups":["system:nodes"]}"#, &[signs, "client auth"], Outcome::Failed),
        (client, r#"{"user":"system:node:a","groups":["dev"]}"#, &[signs, "client auth"], Outcome::Failed),
        (client, r#"{"user":"system:node:a","groups":["dev","system:nodes"]}"#, &[signs, "client auth"], Outcome::Failed),
        (serving, named, &[signs, "server auth"], Outcome::Issued),
        (serving, named, &[encrypts, "server auth", signs], Outcome::Issued),
        (serving, node, &[signs, "server auth"], Outcome::Failed),
        (serving, named, &[signs, "client auth"], Outcome::Failed),
    ] {
        assert_eq!(outcome(signer, subject, usages), expected, "{signer} {subject} {usages:?}");
    }
    let request = csr::read(pem(KeyAlgorithm::Ed25519).as_bytes());
    let code = |signer: &str| signer::predict(signer, &["client auth".to_owned()], &request)[0].code.as_str();
    assert_eq!((code("kubernetes.io/nope"), code("example.com/nope")), ("signer-unknown", "signer-custom"));
}

#[test]
fn what_the_signer_failed_was_predicted() {
    for file in ["failed-usages", "failed-missing-client-auth", "failed-kubelet-subject"] {
        let object = json(std::str::from_utf8(&vector(&format!("signing-requests/{file}.json"))).unwrap());
        let report = read(&object).unwrap();
        let said = report.decision.clone().unwrap().1;
        let predicted = signer::predict(&report.signer_name, &report.usages, &report.request);
        assert!(
            predicted.iter().any(|finding| finding.code.as_str() == "signer-fails" && finding.message.contains(&said)),
            "{file}: {said} / {predicted:?}"
        );
    }
    let masters = Subject::from_value(&json(r#"{"user":"a","groups":["system:masters"]}"#)).unwrap();
    let pem = csr::build(&key(KeyAlgorithm::Ed25519), &masters, &mut System).unwrap();
    let predicted = signer::predict(signer::CLIENT, &["client auth".to_owned()], &csr::read(pem.as_bytes()));
    assert_eq!(predicted[0].code.as_str(), "admission-refuses");
}

#[test]
fn answers_become_codes_and_sentences() {
    let cases = [
        ("400-bad-base64", 400, Code::InvalidObject),
        ("401-unauthorized", 401, Code::Unauthorized),
        ("403-anonymous", 403, Code::Forbidden),
        ("403-anonymous-path", 403, Code::Forbidden),
        ("403-create-csr", 403, Code::Forbidden),
        ("403-system-masters", 403, Code::Forbidden),
        ("404-not-found", 404, Code::NotFound),
        ("409-already-exists", 409, Code::AlreadyExists),
        ("409-conflict", 409, Code::Conflict),
        ("410-continue-expired", 410, Code::WatchExpired),
        ("413-too-large", 413, Code::TooLarge),
        ("422-bad-signature", 422, Code::InvalidObject),
        ("422-many-causes", 422, Code::InvalidObject),
        ("500-etcd-too-large", 500, Code::ServerError),
    ];
    for (file, http, code) in cases {
        let body = json(std::str::from_utf8(&vector(&format!("api/{file}.json"))).unwrap());
        let error = status::check(&status::Answer { status: http, body: Some(&body), retry_after: None }).unwrap_err();
        assert_eq!(error.code(), code, "{file}");
        assert!(error.message().len() < 500, "{file}: the base64 of the request is cut out: {}", error.message());
        let longest = error.details().iter().map(|detail| detail.message.len()).max().unwrap_or(0);
        assert!(longest < 500, "{file}");
    }
    let causes = json(std::str::from_utf8(&vector("api/422-many-causes.json")).unwrap());
    let error = status::check(&status::Answer { status: 422, body: Some(&causes), retry_after: None }).unwrap_err();
    assert_eq!(error.details().len(), 5);
    let anonymous = json(std::str::from_utf8(&vector("api/403-anonymous.json")).unwrap());
    let error = status::check(&status::Answer { status: 403, body: Some(&anonymous), retry_after: None }).unwrap_err();
    assert!(error.message().contains("without credentials"));
    let html = status::check(&status::Answer { status: 200, body: None, retry_after: None }).unwrap_err();
    assert_eq!(html.code(), Code::BadAnswer);
    let wait = status::check(&status::Answer { status: 429, body: None, retry_after: Some(7) }).unwrap_err();
    assert!(wait.code() == Code::TooManyRequests && wait.message().contains("7 seconds"));
    let expired = json(std::str::from_utf8(&vector("api/watch-410-expired.json")).unwrap());
    assert_eq!(status::check_event(&expired).unwrap_err().code(), Code::WatchExpired);
}

#[test]
fn who_am_i_names_the_credential() {
    let who = |file: &str| identity::who_am_i(&json(std::str::from_utf8(&vector(&format!("api/{file}.json"))).unwrap())).unwrap();
    let certificate = who("selfsubjectreview-certificate");
    assert_eq!(certificate.text(&["credential", "kind"]), Some("certificate"));
    let issued = kubecred::x509::certificate::Chain::read(&vector("signing-requests/issued.crt.pem")).unwrap();
    assert_eq!(certificate.text(&["credential", "id"]), Some(issued.leaf().fingerprint.as_str()));
    assert_eq!(who("selfsubjectreview-serviceaccount").text(&["credential", "kind"]), Some("token"));
    assert_eq!(who("selfsubjectreview-static-token").get("credential"), None);
}

#[test]
fn requests_to_the_api_cannot_be_bent() {
    let request = |operation: &str, arguments: &str| api::request(Operation::from_name(operation)?, &json(arguments), NOW);
    assert_eq!(
        request("get-signing-request", r#"{"name":"a b?c#d"}"#).unwrap().path,
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/a%20b%3Fc%23d"
    );
    for name in ["", ".", "..", "a/b", "../../secrets", "a%2fb"] {
        assert!(request("get-signing-request", &format!(r#"{{"name":"{name}"}}"#)).is_err(), "{name}");
    }
    let watch = request("watch-signing-request", r#"{"name":"a&b","resourceVersion":"7"}"#).unwrap();
    assert!(watch.path.contains("fieldSelector=metadata.name%3Da%26b&resourceVersion=7"));
    assert!(request("delete-everything", "{}").is_err());
    assert!(request("list-signing-requests", r#"{"limit":0}"#).is_err());
}

#[test]
fn a_decision_keeps_what_others_wrote() {
    let file = |name: &str| json(std::str::from_utf8(&vector(&format!("signing-requests/{name}.json"))).unwrap());
    let decide = |operation: &str, object: Value| {
        let shown = read(&object).unwrap().to_value(NOW);
        api::request(Operation::from_name(operation)?, &Value::map([("shown", Some(shown)), ("object", Some(object))]), NOW)
    };
    let body = decide("approve", file("pending")).unwrap().body.unwrap();
    let condition = &body.list(&["status", "conditions"])[0];
    assert_eq!((condition.text(&["type"]), condition.text(&["status"])), (Some("Approved"), Some("True")));
    assert_eq!(body.text(&["metadata", "resourceVersion"]), file("pending").text(&["metadata", "resourceVersion"]));
    let again = decide("approve", file("failed-usages")).unwrap().body.unwrap();
    assert_eq!(
        again.list(&["status", "conditions"]),
        file("failed-usages").list(&["status", "conditions"]),
        "approved already: nothing is added"
    );
    assert_eq!(decide("approve", file("denied")).unwrap_err().code(), Code::Conflict);
    assert_eq!(decide("deny", file("issued")).unwrap_err().code(), Code::Conflict);
    let denied = decide("deny", file("failed-without-approval")).unwrap().body.unwrap();
    assert_eq!(denied.list(&["status", "conditions"]).len(), 2, "Failed stays");
}
