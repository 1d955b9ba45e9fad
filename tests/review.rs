//! The administrator's side: why a request is where it is, which right is missing, what a link may carry.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::Encoding;
use common::{System, json, key, vector};
use kubecred::crypto::KeyAlgorithm;
use kubecred::kubernetes::bound::bound_to;
use kubecred::kubernetes::csr::link;
use kubecred::kubernetes::csr::signing_request::{State, parse, read, read_all_confirmed};
use kubecred::kubernetes::status;
use kubecred::x509::calendar;
use kubecred::x509::certificate::Chain;
use kubecred::x509::certificate::renewal_due;
use kubecred::x509::csr::{self, Confirmed};
use kubecred::x509::subject::Subject;
use kubecred::{Code, UnixTime, Value};

fn object(file: &str) -> Value {
    json(std::str::from_utf8(&vector(&format!("signing-requests/{file}.json"))).unwrap())
}

fn codes(object: &Value, now: UnixTime) -> Vec<&'static str> {
    read(object).unwrap().findings(now).iter().map(|finding| finding.code.as_str()).collect()
}

/// The vectors were captured on 2026-11-23, about 23:00 UTC.
const THEN: UnixTime = UnixTime(1_795_474_800);
const HOUR: i64 = 3600;

fn later(seconds: i64) -> UnixTime {
    UnixTime(THEN.0 + seconds)
}

#[test]
fn time_changes_what_is_said() {
    assert!(codes(&object("pending"), later(HOUR)).contains(&"kept-until"));
    assert!(!codes(&object("pending"), later(HOUR)).contains(&"request-stale"));
    assert!(codes(&object("pending"), later(25 * HOUR)).contains(&"request-stale"));
    assert!(codes(&object("approved-not-signed"), later(HOUR)).contains(&"signer-missing"));
    let other = read(&object("approved-other-signer")).unwrap().findings(later(HOUR));
    assert!(other.iter().any(|finding| finding.code.as_str() == "signer-missing" && finding.message.contains("example.com/my-signer")));
    assert!(codes(&object("issued"), later(60)).contains(&"kept-until"));
    assert!(!codes(&object("issued"), later(2 * HOUR)).contains(&"kept-until"));
}

/// csrcleaner deletes what was decided an hour ago, and what was not decided a day ago (pkg/controller/certificates/cleaner).
#[test]
fn until_when_an_object_is_kept_is_said_until_then() {
    for (file, field, kept) in [("pending", "/metadata/creationTimestamp", 24 * HOUR), ("issued", "", HOUR)] {
        let object = object(file);
        let decided = object.list(&["status", "conditions"]).first().and_then(|one| one.text(&["lastUpdateTime"]));
        let from = if field.is_empty() { decided } else { object.text(&["metadata", "creationTimestamp"]) };
        let until = UnixTime::from_iso(from.unwrap()).unwrap().0 + kept;
        assert!(codes(&object, UnixTime(until - 1)).contains(&"kept-until"), "{file}");
        assert!(!codes(&object, UnixTime(until)).contains(&"kept-until"), "{file}");
    }
}

#[test]
fn failed_and_predicted_say_what_to_do() {
    let findings = read(&object("failed-usages")).unwrap().findings(THEN);
    assert!(
        findings[0].message.contains("invalid usage") && findings[0].message.contains("Create a new request with the usages"),
        "{findings:?}"
    );
    let kubelet = read(&object("failed-kubelet-subject")).unwrap().findings(THEN);
    assert!(kubelet[0].message.contains("kube-apiserver-client"), "{kubelet:?}");
    let prediction = |file: &str| read(&object(file)).unwrap().prediction().map(kubecred::kubernetes::csr::signer::Outcome::as_str);
    assert_eq!(prediction("pending"), Some("issued"));
    assert_eq!(prediction("approved-other-signer"), Some("unknown"));
    assert_eq!(prediction("issued"), None);
}

/// A pending request for this user and these groups, as an administrator reads it.
fn requested(user: &str, groups: &[&str]) -> Value {
    let subject = Subject::from_value(&Value::map([("user", Some(user.into())), ("groups", Some(Value::strings(groups)))])).unwrap();
    let pem = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject, &mut System).unwrap();
    let mut object = object("pending");
    let mut spec = object.get("spec").unwrap().clone();
    spec.set("request", base64ct::Base64::encode_string(pem.as_bytes()).into());
    object.set("spec", spec);
    object
}

#[test]
fn another_requestor_is_named_with_what_cannot_be_told_by_eye_written_out() {
    let mut object = requested("\u{430}lice", &[]);
    let mut spec = object.get("spec").unwrap().clone();
    spec.set("username", "eve\"\u{202e}".into());
    object.set("spec", spec);
    let findings = read(&object).unwrap().findings(THEN);
    let said = &findings.iter().find(|finding| finding.code.as_str() == "requestor-differs").unwrap().message;
    assert_eq!(
        said,
        "The requestor \"eve[U+0022][U+202E]\" is not the user \"[U+0430]lice\" in the request. Confirm with both that this is intended."
    );
}

#[test]
fn who_decides_is_not_told_to_choose_another_name() {
    for (user, groups) in [
        ("system:kube-controller-manager", vec![]),
        ("system:serviceaccount:default:ci", vec![]),
        ("system:anonymous", vec![]),
        ("jane", vec!["system:nodes"]),
        ("jane", vec!["system:bootstrappers"]),
    ] {
        let report = read(&requested(user, &groups)).unwrap();
        let (form, decided) = (&report.request.identity.findings()[0], &report.request.findings[0]);
        assert_eq!(form.code, decided.code);
        assert!(form.message.contains(" Choose another "), "{}", form.message);
        assert!(decided.message.contains(" Deny the request unless you expect exactly this "), "{}", decided.message);
        assert!(report.request.findings.iter().all(|finding| !finding.message.contains("Choose")));
    }
}

#[test]
fn a_certificate_for_somebody_else_is_noticed() {
    let mut stolen = object("issued");
    let other = object("pending").at(&["spec", "request"]).cloned().unwrap();
    let mut spec = stolen.get("spec").cloned().unwrap();
    spec.set("request", other);
    stolen.set("spec", spec);
    assert!(codes(&stolen, THEN).contains(&"issued-to-another-key"));
    let mut silent = object("issued");
    let mut status = silent.get("status").cloned().unwrap();
    status.set("conditions", Value::List(Vec::new()));
    silent.set("status", status);
    assert_eq!(read(&silent).unwrap().state, State::Issued);
    assert!(codes(&silent, THEN).contains(&"issued-without-approval"));
}

#[test]
fn a_requestor_who_is_not_the_user_is_noticed() {
    let user = read(&object("pending")).unwrap().request.identity.user;
    for (requestor, differs) in [(user.as_str(), false), ("", false), ("somebody-else", true)] {
        let mut asked = object("pending");
        let mut spec = asked.get("spec").cloned().unwrap();
        spec.set("username", requestor.into());
        asked.set("spec", spec);
        assert_eq!(codes(&asked, THEN).contains(&"requestor-differs"), differs, "{requestor}");
    }
}

/// What to do follows from the signer: one for nodes is not for a person.
#[test]
fn what_failed_says_what_to_do_by_the_signer() {
    let failed = |file: &str, signer: &str| {
        let mut object = object(file);
        let mut spec = object.get("spec").cloned().unwrap();
        spec.set("signerName", signer.into());
        spec.set("usages", Value::strings(["client auth", "digital signature"]));
        object.set("spec", spec);
        read(&object).unwrap().findings(THEN)[0].message.to_string()
    };
    assert!(failed("failed-usages", "kubernetes.io/kube-apiserver-client").contains("This is final"));
    assert!(failed("failed-usages", "kubernetes.io/kube-apiserver-client-kubelet").contains("This signer is for nodes"));
}

/// What a server has stored is read without its signature, and a private key in it is found all the same.
#[test]
fn a_private_key_in_a_stored_request_is_found() {
    let pem = base64ct::Base64::decode_vec(object("pending").text(&["spec", "request"]).unwrap()).unwrap();
    let secret = key(KeyAlgorithm::Ed25519).export_pem(None, &mut System).unwrap();
    for (text, found) in [(pem.clone(), false), ([pem.as_slice(), secret.expose()].concat(), true)] {
        let mut stored = object("pending");
        let mut spec = stored.get("spec").cloned().unwrap();
        spec.set("request", base64ct::Base64::encode_string(&text).into());
        stored.set("spec", spec);
        let report = read_all_confirmed(&stored, true, &Confirmed::default()).unwrap().remove(0);
        assert_eq!(report.request.findings.iter().any(|finding| finding.code.as_str() == "private-key-in-paste"), found);
    }
}

#[test]
fn requester_and_approver_lack_different_rights() {
    let refusal = |file: &str| {
        let body = json(std::str::from_utf8(&vector(&format!("api/{file}.json"))).unwrap());
        status::check(&status::Answer { status: 403, body: Some(&body), retry_after: None }).unwrap_err()
    };
    let cases = [
        ("403-create-csr", "The requester lacks this permission. Minimum permission required: create on certificatesigningrequests"),
        ("403-list-csr", "The approver lacks this permission. Minimum permission required: list on certificatesigningrequests"),
        (
            "403-approve-no-update-permission",
            "The approver lacks this permission. Minimum permission required: update on certificatesigningrequests/approval",
        ),
        (
            "403-approve-no-signer-permission",
            "The approver lacks this permission. Minimum permission required: approve on signers named kubernetes.io/kube-apiserver-client",
        ),
    ];
    for (file, sentence) in cases {
        let error = refusal(file);
        assert_eq!(error.code(), Code::Forbidden);
        assert!(error.message().contains(sentence), "{file}: {}", error.message());
        assert_eq!(json(&error.details()[0].message).texts(&["apiGroups"]), ["certificates.k8s.io"], "{file}");
    }
    assert!(!refusal("403-create-token").message().contains("lacks this permission"));
}

#[test]
fn pasted_objects_come_alone_in_lists_and_in_documents() {
    let yaml = kubecred::yaml::write::documents(&object("pending"));
    assert_eq!(read(&parse(&yaml).unwrap()).unwrap().name, read(&object("pending")).unwrap().name);
    let several = parse(format!("{yaml}---\n{}", kubecred::yaml::write::documents(&object("denied")))).unwrap();
    let names: Vec<&str> =
        read_all_confirmed(&several, false, &Confirmed::default()).unwrap().iter().map(|report| report.state.as_str()).collect();
    assert_eq!(names, ["pending", "denied"]);
    assert_eq!(read_all_confirmed(&object("list-limit-3"), true, &Confirmed::default()).unwrap().len(), 3);
    assert_eq!(parse("").unwrap_err().code(), Code::InvalidSigningRequest);
    assert!(read_all_confirmed(&json(r#"[{"kind":"Pod","metadata":{"name":"x"},"spec":{}}]"#), false, &Confirmed::default()).is_err());
}

#[test]
fn only_objects_of_a_server_are_spared_the_signature() {
    let mut forged = object("pending");
    let mut spec = forged.get("spec").cloned().unwrap();
    let pem = String::from_utf8(vector("csr/020.csr")).unwrap(); // its signature is wrong
    spec.set("request", base64ct::Base64::encode_string(pem.as_bytes()).into());
    forged.set("spec", spec);
    assert!(read_all_confirmed(&forged, true, &Confirmed::default()).unwrap()[0].request.accepted, "as the server gave it");
    assert!(!read_all_confirmed(&forged, false, &Confirmed::default()).unwrap()[0].request.accepted, "pasted");
}

#[test]
fn bindings_are_found_by_user_group_and_account() {
    let bindings = json(
        r#"[{"metadata":{"name":"a"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","name":"dev"}]},
            {"metadata":{"name":"b","namespace":"n"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"jane"}]},
            {"metadata":{"name":"c"},"roleRef":{"kind":"ClusterRole","name":"edit"},"subjects":[{"kind":"User","name":"dev"}]},
            {"metadata":{"name":"d"},"roleRef":{"kind":"ClusterRole","name":"admin"},"subjects":[{"kind":"ServiceAccount","name":"s","namespace":"n"}]},
            {"metadata":{"name":"e"},"roleRef":{"kind":"ClusterRole","name":"x"}}]"#,
    );
    let names = |user: &str, groups: &[String]| -> Vec<String> {
        let Value::List(found) = bound_to(&bindings, user, groups) else { panic!("a list") };
        found.iter().map(|one| one.text(&["name"]).unwrap().to_owned()).collect()
    };
    assert_eq!(names("jane", &["dev".to_owned()]), ["a", "b"]);
    assert_eq!(names("system:serviceaccount:n:s", &[]), ["d"]);
    assert!(names("nobody", &[]).is_empty());
}

#[test]
fn the_reminder_is_a_calendar_file() {
    let chain = Chain::read(&vector("signing-requests/issued.crt.pem")).unwrap();
    let text = calendar::reminder(chain.leaf(), THEN);
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
    let due = renewal_due(chain.leaf());
    assert!(chain.leaf().not_before < due && due < chain.leaf().not_after);
    assert!(text.contains(&format!("DTSTART:{}", due.to_iso().replace(['-', ':'], ""))));
    assert_eq!(UnixTime::from_iso(&due.to_iso()), Some(due));
    assert_eq!(UnixTime::from_iso("2026-02-30T00:00:00Z"), None);
}

#[test]
fn a_link_carries_a_request_or_a_certificate_and_nothing_else() {
    let subject = Subject::from_value(&json(r#"{"user":"jane"}"#)).unwrap();
    let pem = csr::build(&key(KeyAlgorithm::Ed25519), &subject, &mut System).unwrap();
    let linked = link::linked(format!("hello\n{pem}{pem}").as_bytes(), &Value::Null).unwrap();
    assert_eq!((linked.text(&["kind"]), linked.text(&["pem"])), (Some("csr"), Some(pem.as_str())));
    assert_eq!(link::linked(&vector("signing-requests/issued.crt.pem"), &Value::Null).unwrap().text(&["kind"]), Some("certificate"));
    let secret = key(KeyAlgorithm::Ed25519).export_pem(None, &mut System).unwrap();
    assert_eq!(link::linked(secret.expose(), &Value::Null).unwrap_err().code(), Code::UnexpectedPrivateKey);
    for text in ["", "hello", "apiVersion: v1\nkind: Config", &pem[..pem.len() / 2]] {
        assert_eq!(link::linked(text.as_bytes(), &Value::Null).unwrap_err().code(), Code::InvalidRequest, "{text}");
    }
    assert_eq!(link::linked(&vector("csr/020.csr"), &Value::Null).unwrap_err().code(), Code::InvalidRequest);
}

#[test]
fn the_risk_of_an_approval_follows_from_the_findings() {
    let of = |user: &str, groups: &[&str], expiration: Option<u32>| {
        let mut object = requested(user, groups);
        let mut spec = object.get("spec").unwrap().clone();
        if let Some(seconds) = expiration {
            spec.set("expirationSeconds", Value::Number(f64::from(seconds)));
        }
        object.set("spec", spec);
        let report = read(&object).unwrap();
        let (risk, reasons) = report.risk(&report.findings(THEN)).unwrap();
        (risk.as_str(), reasons.iter().map(|code| code.as_str()).collect::<Vec<_>>())
    };
    assert_eq!(of("jane", &["dev"], Some(3600)), ("none-found", vec![]));
    assert_eq!(of("jane ", &["dev"], Some(3600)), ("unusual", vec!["surrounding-space"]));
    assert_eq!(of("jane", &["dev, ops"], Some(3600)), ("unusual", vec!["group-comma"]));
    assert_eq!(of("system:kube-controller-manager", &[], Some(3600)), ("dangerous", vec!["user-reserved"]));
    assert_eq!(of("carol", &["kubeadm:cluster-admins"], Some(3600)), ("dangerous", vec!["group-cluster-admins"]));
    assert_eq!(of("grace", &["system:nodes"], Some(3600)).0, "dangerous");
    assert_eq!(of("\u{430}lice", &[], Some(3600)).0, "dangerous");
    let issued = read(&object("issued")).unwrap();
    assert!(issued.risk(&issued.findings(THEN)).is_none(), "what is decided has no risk left");
}
