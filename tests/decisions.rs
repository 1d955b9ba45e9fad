//! Decisions are about the object that was shown; links and certificates carry and keep what was requested.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Encoding};
use common::{System, json, key, vector};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::encoding::pem;
use kubecred::finding::FindingCode;
use kubecred::kubernetes::api;
use kubecred::kubernetes::csr::issued::{self, Requested};
use kubecred::kubernetes::csr::link;
use kubecred::kubernetes::csr::signer::Outcome;
use kubecred::kubernetes::csr::signing_request::{self, Report};
use kubecred::kubernetes::http;
use kubecred::kubernetes::operation::Operation;
use kubecred::x509::certificate::Chain;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Level, UnixTime, Value};

const NOW: UnixTime = UnixTime(1_795_474_800);

fn file(name: &str) -> Value {
    json(std::str::from_utf8(&vector(&format!("signing-requests/{name}.json"))).unwrap())
}

/// The value with another one at a path; null removes.
fn with(object: &Value, path: &[&str], value: Value) -> Value {
    let mut out = object.clone();
    match path {
        [last] => out.set(last, value),
        [first, rest @ ..] => out.set(first, with(object.get(first).unwrap_or(&Value::Map(Vec::new())), rest, value)),
        [] => {}
    }
    out
}

fn shown(object: &Value) -> Value {
    signing_request::read(object).unwrap().to_value(NOW)
}

fn decide(operation: &str, shown: Value, object: &Value) -> kubecred::error::Result<http::ApiRequest> {
    api::request(Operation::from_name(operation)?, &Value::map([("shown", Some(shown)), ("object", Some(object.clone()))]), NOW)
}

#[test]
fn the_object_that_was_shown_is_decided_on_with_its_uid_and_version() {
    let object = file("pending");
    for operation in ["approve", "deny"] {
        let body = decide(operation, shown(&object), &object).unwrap().body.unwrap();
        for field in ["uid", "resourceVersion", "name"] {
            assert!(body.text(&["metadata", field]).is_some(), "{field}");
            assert_eq!(body.text(&["metadata", field]), object.text(&["metadata", field]), "{field}");
        }
    }
}

/// A name as it could be put into a request on the way, under the signature of before.
fn forged(object: &Value) -> Value {
    let text = Base64::decode_vec(object.text(&["spec", "request"]).unwrap()).unwrap();
    let mut der = pem::first(&text).unwrap().contents.expose().to_vec();
    let user = shown(object).text(&["request", "user"]).unwrap().to_owned();
    let place = der.windows(user.len()).position(|bytes| bytes == user.as_bytes()).unwrap();
    der[place] ^= 1;
    let text = pem::encode("CERTIFICATE REQUEST", &der);
    with(object, &["spec", "request"], Base64::encode_string(text.expose()).into())
}

#[test]
fn what_was_changed_under_its_signature_is_never_approved_and_can_be_denied() {
    let object = forged(&file("pending"));
    let shown = signing_request::page(&Value::map([("items", Some(Value::List(vec![object.clone()])))]), NOW).unwrap();
    let shown = shown.list(&["statuses"])[0].clone();
    let error = decide("approve", shown.clone(), &object).unwrap_err();
    assert_eq!((error.code(), error.details()[0].field.as_deref()), (Code::InvalidRequest, Some("report")));
    let request = Base64::decode_vec(object.text(&["spec", "request"]).unwrap()).unwrap();
    let findings = csr::read(&request).findings;
    let why = findings.iter().find(|finding| finding.level == Level::Error).unwrap();
    assert!(error.message().ends_with(&why.message), "the reason is told: {}", error.message());
    assert!(decide("deny", shown, &object).is_ok());
}

/// The report on a request of this subject, as an object that waits in a cluster, or as a manifest.
fn report(user: &str, groups: &[&str], submitted: bool, spec: &[(&str, Value)]) -> Report {
    let pem = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject(user, groups), &mut System).unwrap();
    let mut object = file("pending");
    if !submitted {
        object = with(&with(&object, &["status"], Value::Null), &["metadata"], json(r#"{"name":"jane-1"}"#));
    }
    for (field, value) in [("request", Base64::encode_string(pem.as_bytes()).into())].iter().chain(spec) {
        object = with(&object, &["spec", field], value.clone());
    }
    signing_request::read(&object).unwrap()
}

fn findings(report: &Report) -> Vec<(FindingCode, Level)> {
    report.findings(NOW).into_iter().map(|finding| (finding.code, finding.level)).collect()
}

#[test]
fn a_long_lifetime_is_a_warning_for_powerful_names_and_otherwise_a_notice_from_90_days() {
    let day = 86_400.0;
    let plain: &[&str] = &["dev", "system:authenticated"];
    for (user, groups, seconds, expected) in [
        ("jane", plain, Some(90.0 * day), None),
        ("jane", plain, Some(90.0 * day + 1.0), Some(Level::Notice)),
        ("jane", plain, None, Some(Level::Notice)),
        ("jane", &["kubeadm:cluster-admins"], None, Some(Level::Warning)),
        ("jane", &["kubeadm:cluster-admins"], Some(day + 1.0), Some(Level::Warning)),
        ("jane", &["kubeadm:cluster-admins"], Some(day), None),
        ("jane", &["system:nodes"], Some(day + 1.0), Some(Level::Warning)),
        ("system:kube-scheduler", &[], Some(day + 1.0), Some(Level::Warning)),
        ("system:kube-scheduler", &[], Some(day), None),
    ] {
        let found = findings(&report(user, groups, true, &[("expirationSeconds", seconds.map_or(Value::Null, Value::Number))]));
        let level = found.iter().find(|(code, _)| *code == FindingCode::LifetimeLong).map(|(_, level)| *level);
        assert_eq!(level, expected, "{user} {groups:?} {seconds:?}");
    }
}

#[test]
fn what_the_server_would_refuse_is_told_of_a_manifest_instead_of_what_the_signer_would_do() {
    let lifetime = |found: &[(FindingCode, Level)]| found.iter().any(|(code, _)| *code == FindingCode::LifetimeLong);
    let refused = |found: &[(FindingCode, Level)]| found.iter().any(|(_, level)| *level == Level::Error);
    let default = [("expirationSeconds", Value::Null)];
    let good = report("jane", &[], false, &default);
    assert!(lifetime(&findings(&good)) && !refused(&findings(&good)), "{:?}", findings(&good));
    assert_eq!(good.prediction(), Some(Outcome::Issued));
    let bad = report("jane", &[], false, &[default[0].clone(), ("usages", Value::List(Vec::new()))]);
    assert!(refused(&findings(&bad)) && !lifetime(&findings(&bad)), "{:?}", findings(&bad));
    assert_eq!(bad.prediction(), Some(Outcome::Refused));
}

/// What kube-apiserver 1.36 answers to such a manifest: `ValidateCertificateSigningRequestCreate` and `path.ValidatePathSegmentName`.
#[test]
fn each_field_of_a_manifest_is_judged_as_the_server_judges_it() {
    let usages = |usages: &[&str]| Value::strings(usages);
    let cases: Vec<(&str, Value, Option<FindingCode>)> = vec![
        ("apiVersion", "certificates.k8s.io/v1beta1".into(), Some(FindingCode::ApiVersionRemoved)),
        ("apiVersion", "certificates.k8s.io/v2".into(), Some(FindingCode::ApiVersionUnknown)),
        ("metadata", json(r#"{"generateName":"jane-"}"#), None),
        ("metadata", json(r#"{"generateName":""}"#), Some(FindingCode::NameMissing)),
        ("metadata", json(r#"{"name":""}"#), Some(FindingCode::NameMissing)),
        ("metadata", json(r#"{"name":"a/b"}"#), Some(FindingCode::NameRefused)),
        ("metadata", json(r#"{"name":".."}"#), Some(FindingCode::NameRefused)),
        ("metadata", json(r#"{"name":"A_b"}"#), None),
        ("spec.usages", usages(&["client auth"]), None),
        ("spec.usages", usages(&[]), Some(FindingCode::UsagesMissing)),
        ("spec.usages", usages(&["clientAuth"]), Some(FindingCode::UsageUnknown)),
        ("spec.usages", usages(&["client auth", "digital signature", "client auth"]), Some(FindingCode::UsageDuplicate)),
        ("spec.expirationSeconds", Value::Number(599.0), Some(FindingCode::ExpirationRefused)),
        ("spec.expirationSeconds", Value::Number(600.0), None),
        ("spec.expirationSeconds", Value::Number(600.5), Some(FindingCode::ExpirationRefused)),
        ("spec.expirationSeconds", Value::Number(2_147_483_647.0), None),
        ("spec.expirationSeconds", Value::Number(2_147_483_648.0), Some(FindingCode::ExpirationRefused)),
        ("spec.expirationSeconds", "600".into(), Some(FindingCode::ExpirationRefused)),
    ];
    for (field, value, expected) in cases {
        let path: Vec<&str> = field.split('.').collect();
        let pem = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject("jane", &[]), &mut System).unwrap();
        let mut manifest = json(
            r#"{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"jane-1"},"spec":{"signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"expirationSeconds":3600}}"#,
        );
        manifest = with(&manifest, &["spec", "request"], Base64::encode_string(pem.as_bytes()).into());
        manifest = with(&manifest, &path, value.clone());
        let found = signing_request::read(&manifest).unwrap().findings(NOW);
        let errors: Vec<FindingCode> = found.iter().filter(|one| one.level == Level::Error).map(|one| one.code).collect();
        assert_eq!(errors, Vec::from_iter(expected), "{field}: {value:?}");
        let first = &found[0];
        assert_eq!(first.code, FindingCode::NotSubmitted);
        assert_eq!(first.message.contains("would refuse"), expected.is_some(), "{field}: {value:?}: {}", first.message);
        assert_eq!(first.message.contains("Submit it"), expected.is_none(), "{field}: {value:?}: {}", first.message);
    }
}

/// kubectl writes its own words where none are given, and so does this.
#[test]
fn a_decision_has_the_reason_and_message_that_are_given() {
    let object = file("pending");
    for (message, reason, expected) in [
        (Some("fine"), Some("Checked"), ("fine", "Checked")),
        (Some(""), Some(""), ("Approved with kubecred.", "KubecredApprove")),
        (None, None, ("Approved with kubecred.", "KubecredApprove")),
    ] {
        let options = Value::map([
            ("shown", Some(shown(&object))),
            ("object", Some(object.clone())),
            ("message", message.map(Value::from)),
            ("reason", reason.map(Value::from)),
        ]);
        let body = api::request(Operation::from_name("approve").unwrap(), &options, NOW).unwrap().body.unwrap();
        let one = body.list(&["status", "conditions"]).last().unwrap().clone();
        assert_eq!((one.text(&["message"]).unwrap(), one.text(&["reason"]).unwrap()), expected);
    }
}

#[test]
fn what_is_in_the_place_of_a_request_is_named() {
    for (text, code, words) in [
        ("", FindingCode::RequestMissing, "is required"),
        ("$(base64 jane.csr)", FindingCode::RequestPlaceholder, "shell command"),
        ("`base64 jane.csr`", FindingCode::RequestPlaceholder, "shell command"),
        ("$REQUEST", FindingCode::RequestPlaceholder, "a placeholder"),
        ("<base64>", FindingCode::RequestPlaceholder, "a placeholder"),
        ("-----BEGIN CERTIFICATE REQUEST-----", FindingCode::RequestNotBase64, "the PEM text itself"),
    ] {
        let manifest = json(
            r#"{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"jane-1"},"spec":{"signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}"#,
        );
        let found = signing_request::read(&with(&manifest, &["spec", "request"], text.into())).unwrap().findings(NOW);
        let one = found.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{text}: {found:?}"));
        assert!(one.message.contains(words), "{text}: {}", one.message);
    }
}

#[test]
fn each_built_in_signer_is_known_and_a_person_is_none_of_a_kubelet() {
    for (signer, outcome) in [
        ("kubernetes.io/kube-apiserver-client", Outcome::Issued),
        ("kubernetes.io/kube-apiserver-client-kubelet", Outcome::Failed),
        ("kubernetes.io/kubelet-serving", Outcome::Failed),
        ("kubernetes.io/no-such", Outcome::Unknown),
        ("example.com/own", Outcome::Unknown),
    ] {
        assert_eq!(report("jane", &[], true, &[("signerName", signer.into())]).prediction(), Some(outcome), "{signer}");
    }
}

#[test]
fn the_certificate_of_an_issued_object_is_compared_with_its_request() {
    let object = file("issued");
    let differs = |object: &Value| -> Vec<FindingCode> {
        let codes = findings(&signing_request::read(object).unwrap()).into_iter().map(|(code, _)| code);
        codes.filter(|code| matches!(code, FindingCode::IssuedToAnotherKey | FindingCode::IssuedToAnotherName)).collect()
    };
    assert_eq!(differs(&object), []);
    let asks = |key: &PrivateKey, subject: &Subject| {
        let pem = csr::build(key, subject, &mut System).unwrap();
        with(&object, &["spec", "request"], Base64::encode_string(pem.as_bytes()).into())
    };
    let own = PrivateKey::import(&vector("signing-requests/issued.key.pem"), None, &mut System).unwrap();
    assert_eq!(differs(&asks(&own, &subject("someone-else", &[]))), [FindingCode::IssuedToAnotherName]);
    assert_eq!(differs(&asks(&key(KeyAlgorithm::EcdsaP256), &subject("someone-else", &[]))), [FindingCode::IssuedToAnotherKey]);
}

#[test]
fn what_was_requested_is_read_as_it_is_given() {
    let read = Requested::from_value(&json(r#"{"usages":["client auth"],"expirationSeconds":3600}"#)).unwrap();
    assert_eq!((read.usages, read.expiration_seconds), (Some(vec!["client auth".to_owned()]), Some(3600.0)));
}

#[test]
fn any_other_uid_or_spec_is_changed_and_the_field_is_named() {
    let object = file("pending");
    let other = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject("prod-admin", &["kubeadm:cluster-admins"]), &mut System).unwrap();
    let encoded = |pem: &str| Value::from(Base64::encode_string(pem.as_bytes()));
    let spec = |field: &'static str, value: Value| (format!("spec.{field}"), with(&object, &["spec", field], value));
    let cases = [
        ("metadata.uid".to_owned(), with(&object, &["metadata", "uid"], "another".into())),
        spec("request", encoded(&other)),
        spec("request", "not base64".into()),
        spec("signerName", "example.com/other".into()),
        spec("usages", Value::strings(["client auth"])),
        spec("usages", Value::strings(["client auth", "digital signature", "server auth"])),
        spec("expirationSeconds", Value::Number(2_592_000.0)),
        spec("expirationSeconds", Value::Null),
        spec("username", "somebody-else".into()),
        spec("uid", "another".into()),
        spec("groups", Value::strings(["system:masters"])),
        spec("extra", json(r#"{"scopes.example.com":["all"]}"#)),
        spec("a-field-of-the-future", "x".into()),
    ];
    // The vector has no lifetime or extra of its own: given one, so that removing and adding are both there.
    let object = with(&object, &["spec", "expirationSeconds"], Value::Number(3600.0));
    for (field, changed) in &cases {
        let changed = if field.ends_with("expirationSeconds") {
            changed.clone()
        } else {
            with(changed, &["spec", "expirationSeconds"], Value::Number(3600.0))
        };
        for operation in ["approve", "deny"] {
            let error = decide(operation, shown(&object), &changed).unwrap_err();
            assert_eq!(error.code(), Code::Changed, "{field}");
            let fields: Vec<_> = error.details().iter().filter_map(|detail| detail.field.as_deref()).collect();
            assert_eq!(fields, [field.as_str()]);
            assert!(error.message().ends_with('.') && !error.message().contains("prod-admin"), "{}", error.message());
        }
    }
    let swapped = with(&with(&object, &["metadata", "uid"], "another".into()), &["spec", "request"], encoded(&other));
    let error = decide("approve", shown(&object), &swapped).unwrap_err();
    assert_eq!(error.details().len(), 2);
    assert!(error.message().contains("deleted"), "{}", error.message());
}

#[test]
fn labels_versions_and_the_order_of_keys_change_nothing() {
    let object = file("pending");
    let labelled = with(&with(&object, &["metadata", "labels"], json(r#"{"team":"x"}"#)), &["metadata", "resourceVersion"], "99999".into());
    let body = decide("approve", shown(&object), &labelled).unwrap().body.unwrap();
    assert_eq!(body.text(&["metadata", "resourceVersion"]), Some("99999"), "that of the object that was compared");
    assert_eq!(body.text(&["metadata", "labels", "team"]), Some("x"));
    let Some(Value::Map(mut pairs)) = object.get("spec").cloned() else { panic!("a spec") };
    pairs.reverse();
    pairs.push(("extra".to_owned(), Value::Null));
    assert!(decide("approve", shown(&object), &with(&object, &["spec"], Value::Map(pairs))).is_ok());
}

#[test]
fn what_is_not_the_report_that_was_shown_is_refused() {
    let object = file("pending");
    let report = shown(&object);
    let mut cases = vec![Value::Null, "pending".into(), Value::Map(Vec::new()), object.clone(), Value::map([("name", Some("one".into()))])];
    for field in ["name", "uid", "resourceVersion"] {
        cases.push(with(&report, &["object", "metadata", field], Value::Null));
        cases.push(with(&report, &["object", "metadata", field], "".into()));
    }
    cases.push(with(&report, &["object", "metadata", "name"], "a/b".into()));
    // Put together from two reports: what a person saw is not what would be decided.
    cases.push(with(&report, &["name"], "another".into()));
    cases.push(with(&report, &["expirationSeconds"], Value::Number(600.0)));
    cases.push(with(&report, &["signerName"], "example.com/other".into()));
    cases.push(with(&report, &["requestor", "user"], "somebody".into()));
    for field in ["user", "fingerprint", "uid"] {
        cases.push(with(&report, &["request", field], "another".into()));
    }
    cases.push(with(&report, &["request", "groups"], Value::strings(["ops"])));
    cases.push(with(&report, &["object", "spec", "expirationSeconds"], Value::Number(2_592_000.0)));
    for case in cases {
        let code = decide("approve", case.clone(), &object).unwrap_err().code();
        assert!([Code::InvalidOptions, Code::InvalidSigningRequest].contains(&code), "{case:?}: {code:?}");
    }
}

fn subject(user: &str, groups: &[&str]) -> Subject {
    let groups = Value::strings(groups);
    Subject::from_value(&Value::map([("user", Some(user.into())), ("groups", Some(groups))])).unwrap()
}

#[test]
fn a_link_carries_what_the_request_is_to_be_submitted_with() {
    let pem = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject("jane", &[]), &mut System).unwrap();
    let wanted =
        json(r#"{"name":"jane-1","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"expirationSeconds":3600}"#);
    let linked = link::linked(pem.as_bytes(), &wanted).unwrap();
    for field in ["name", "signerName", "usages", "expirationSeconds"] {
        assert_eq!(linked.at(&["requested", field]), wanted.get(field), "{field}");
    }
    assert_eq!(link::linked(pem.as_bytes(), &Value::Null).unwrap().get("requested"), None);
    for wrong in [
        r#"{"name":"Jane"}"#,
        r#"{"name":"csr-1"}"#,
        r#"{"signerName":"x"}"#,
        r#"{"usages":["everything"]}"#,
        r#"{"usages":[]}"#,
        r#"{"expirationSeconds":599}"#,
        r#"{"expirationSeconds":1e99}"#,
        r#"{"labels":{}}"#,
        r#"{"name":"-----BEGIN PRIVATE KEY-----"}"#,
        "[]",
        r#""jane-1""#,
    ] {
        let code = link::linked(pem.as_bytes(), &json(wrong)).unwrap_err().code();
        assert!([Code::InvalidSigningRequest, Code::InvalidOptions].contains(&code), "{wrong}: {code:?}");
    }
    // The admission refuses this group for the default signer alone.
    let masters = csr::build(&key(KeyAlgorithm::EcdsaP256), &subject("jane", &["system:masters"]), &mut System).unwrap();
    assert_eq!(link::linked(masters.as_bytes(), &Value::Null).unwrap_err().code(), Code::InvalidRequest);
    assert_eq!(link::linked(masters.as_bytes(), &wanted).unwrap_err().code(), Code::InvalidRequest);
    assert!(link::linked(masters.as_bytes(), &json(r#"{"signerName":"example.com/x"}"#)).is_ok());
    assert_eq!(link::linked(&vector("signing-requests/issued.crt.pem"), &wanted).unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn a_certificate_that_differs_from_what_was_requested_is_a_warning() {
    let chain = Chain::read(&vector("signing-requests/issued.crt.pem")).unwrap();
    let leaf = chain.leaf();
    let life = (leaf.not_after.0 - leaf.not_before.0) as f64;
    let own: Vec<String> = leaf.usages.iter().map(|usage| (*usage).to_owned()).collect();
    let codes = |seconds: Option<f64>, usages: Option<Vec<String>>| -> Vec<(&str, &str)> {
        let requested = Requested { expiration_seconds: seconds, usages };
        issued::findings(leaf, &requested).iter().map(|finding| (finding.code.as_str(), finding.level.as_str())).collect()
    };
    assert_eq!(codes(None, None), []);
    assert_eq!(codes(Some(life - 300.0), Some(own.clone())), [], "dated back by five minutes, as the built-in signer does");
    assert_eq!(codes(Some(life - 601.0), None), [("certificate-outlives-request", "warning")]);
    assert_eq!(codes(Some(3600.0_f64.min(life / 2.0)), None), [("certificate-outlives-request", "warning")]);
    assert_eq!(codes(Some(life + 601.0), None), [("lifetime-shortened", "notice")]);
    assert_eq!(codes(Some(life - 600.0), None), [], "ten minutes are no difference");
    assert_eq!(codes(Some(life + 600.0), None), []);
    assert_eq!(codes(None, Some(vec!["client auth".to_owned()])), [("usages-differ", "warning")], "more than was requested");
    assert_eq!(codes(None, Some([own.clone(), vec!["server auth".to_owned()]].concat())), [("usages-differ", "warning")]);
    let signing: Vec<String> = own.iter().map(|usage| usage.replace("digital signature", "signing")).collect();
    assert_eq!(codes(None, Some(signing)), [], "another word for the same bit");
    assert_eq!(codes(None, Some([own, vec!["code signing".to_owned()]].concat())), [], "a usage that is not read out of certificates");
}

#[test]
fn a_kubeconfig_says_how_its_certificate_differs_from_what_was_requested() {
    let pem = String::from_utf8(vector("signing-requests/issued.crt.pem")).unwrap();
    let then = UnixTime(Chain::read(pem.as_bytes()).unwrap().leaf().not_before.0 + 600);
    let made = |requested: &str| {
        let parts = Value::map([
            ("certificate", Some(pem.as_str().into())),
            ("keyFile", Some("client.key".into())),
            ("cluster", Some(json(r#"{"server":"https://cluster.example:6443"}"#))),
            ("requested", Some(json(requested))),
        ]);
        kubecred::kubeconfig::from_options(&parts, then)
    };
    let codes = |requested: &str| {
        let description = json(made(requested).unwrap().lint().description());
        let findings = description.list(&["findings"]).to_vec();
        findings.iter().filter_map(|finding| Some(finding.text(&["code"])?.to_owned())).collect::<Vec<_>>()
    };
    for (requested, code) in [
        (r#"{"expirationSeconds":3600}"#, "certificate-outlives-request"),
        (r#"{"expirationSeconds":2147483647}"#, "lifetime-shortened"),
        (r#"{"usages":["server auth"]}"#, "usages-differ"),
    ] {
        assert!(codes(requested).iter().any(|one| one == code), "{requested}: {:?}", codes(requested));
        assert!(!codes("{}").iter().any(|one| one == code));
    }
    // The name may be one that is refused for new requests: the cluster has it.
    assert!(made(r#"{"name":"csr-1","signerName":"x"}"#).is_ok());
    for wrong in [r#"{"expirationSeconds":"3600"}"#, r#"{"usages":"client auth"}"#, r#"{"lifetime":1}"#, "5"] {
        assert_eq!(made(wrong).unwrap_err().code(), Code::InvalidOptions, "{wrong}");
    }
}

#[test]
fn an_issued_object_that_outlives_its_request_says_so() {
    let object = with(&file("issued"), &["spec", "expirationSeconds"], Value::Number(3600.0));
    let findings = signing_request::read(&object).unwrap().findings(NOW);
    let leaf = Chain::read(&vector("signing-requests/issued.crt.pem")).unwrap().leaf().clone();
    let outlives = leaf.not_after.0 - leaf.not_before.0 > 3600 + 600;
    assert!(outlives, "the vector lives longer than an hour");
    assert!(findings.iter().any(|finding| finding.code.as_str() == "certificate-outlives-request"), "{findings:?}");
}
