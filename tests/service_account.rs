//! Service accounts: manifests, TokenRequests, Secrets, against what a real server takes and sends.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Encoding};
use common::{json, vector};
use kubecred::kubernetes::api;
use kubecred::kubernetes::operation::Operation;
use kubecred::kubernetes::service_account::{issued, manifests, read_secret, token_request, warnings};
use kubecred::kubernetes::status;
use kubecred::{Code, Error, UnixTime, Value};

const DURING: UnixTime = UnixTime(1_795_474_000);

fn api_vector(name: &str) -> Value {
    json(std::str::from_utf8(&vector(&format!("api/{name}.json"))).unwrap())
}

/// Equal but for the order of keys, which means nothing.
fn same(left: &Value, right: &Value) {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Map(pairs) => {
                let mut pairs: Vec<_> = pairs.iter().map(|(key, item)| (key.clone(), sorted(item))).collect();
                pairs.sort_by(|one, two| one.0.cmp(&two.0));
                Value::Map(pairs)
            }
            other => other.clone(),
        }
    }
    assert_eq!(sorted(left), sorted(right));
}

fn field(error: &Error) -> &str {
    error.details()[0].field.as_deref().unwrap()
}

#[test]
fn manifests_are_what_the_api_wants() {
    let objects = manifests(&json(r#"{"name":"ci","namespace":"build","legacySecret":"ci-token"}"#)).unwrap();
    same(&objects[0], &json(r#"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"ci","namespace":"build"}}"#));
    same(
        &objects[1],
        &json(
            r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"ci-token","namespace":"build","annotations":{"kubernetes.io/service-account.name":"ci"}},"type":"kubernetes.io/service-account-token"}"#,
        ),
    );
    assert_eq!(manifests(&json(r#"{"name":"ci","namespace":"build"}"#)).unwrap().len(), 1);
    for (options, at) in [
        (r#"{"name":"","namespace":"a"}"#, "metadata.name"),
        (r#"{"name":"A","namespace":"a"}"#, "metadata.name"),
        (r#"{"name":"../x","namespace":"a"}"#, "metadata.name"),
        (r#"{"name":"a","namespace":"a.b"}"#, "metadata.namespace"),
        (r#"{"name":"a","namespace":"a","legacySecret":"a b"}"#, "metadata.name"),
    ] {
        let error = manifests(&json(options)).unwrap_err();
        assert_eq!((error.code(), field(&error)), (Code::InvalidObject, at), "{options}");
    }
    assert_eq!(manifests(&json(r#"{"name":"a"}"#)).unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn a_token_request_is_refused_in_the_server_s_words() {
    let ask = |extra: &str| token_request(&json(&format!(r#"{{"serviceAccount":"ci","namespace":"build"{extra}}}"#)));
    let request =
        ask(r#","expirationSeconds":7200,"audiences":["x"],"boundTo":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}"#).unwrap();
    assert_eq!(
        (request.method, request.path.as_str()),
        ("POST", "/api/v1/namespaces/build/serviceaccounts/ci/token?fieldValidation=Strict")
    );
    same(
        &request.body.unwrap(),
        &json(
            r#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["x"],"expirationSeconds":7200,"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}}}"#,
        ),
    );
    assert_eq!(ask(r#","audiences":[]"#).unwrap().body.unwrap().at(&["spec", "audiences"]), None);
    // The server's own words, from its answer to 60 seconds.
    let said = api_vector("422-token-too-short");
    let theirs = status::check(&status::Answer { status: 422, body: Some(&said), retry_after: None }).unwrap_err();
    let ours = ask(r#","expirationSeconds":60"#).unwrap_err();
    assert_eq!(field(&ours), field(&theirs));
    assert!(theirs.message().contains(&ours.details()[0].message), "{} / {}", ours.message(), theirs.message());
    for (extra, part) in [
        (r#","expirationSeconds":599"#, "less than 10 minutes"),
        (r#","expirationSeconds":-1"#, "less than 10 minutes"),
        (r#","expirationSeconds":4294967297"#, "larger than 2^32 seconds"),
        (r#","expirationSeconds":600.5"#, "whole number"),
        (r#","expirationSeconds":"1h""#, "whole number"),
        (r#","audiences":[" "]"#, "audience"),
        (r#","boundTo":{"kind":"ConfigMap","name":"x"}"#, "cannot bind token to object of this type"),
        (r#","boundTo":{"kind":"Pod","name":"A/B"}"#, "lower case letters"),
    ] {
        let error = ask(extra).unwrap_err();
        assert_eq!(error.code(), Code::InvalidObject, "{extra}");
        assert!(error.message().contains(part), "{extra}: {}", error.message());
    }
    for extra in [r#","expirationSeconds":600"#, r#","expirationSeconds":4294967296"#, r#","boundTo":{"kind":"Node","name":"n"}"#] {
        ask(extra).unwrap();
    }
    assert!(api::request(Operation::IssueToken, &json(r#"{"serviceAccount":"../../x","namespace":"a"}"#), DURING).is_err());
    assert!(api::request(Operation::GetSecret, &json(r#"{"name":"a","namespace":"a/b"}"#), DURING).is_err());
}

fn asked(seconds: u32) -> Value {
    json(&format!(r#"{{"serviceAccount":"deployer","namespace":"default","expirationSeconds":{seconds}}}"#))
}

#[test]
fn the_answer_says_when_it_really_ends() {
    let answer = api_vector("tokenrequest");
    let token = issued(&answer, &asked(7200), None, DURING).unwrap();
    assert_eq!((token.expires_at.as_str(), token.token.len()), ("2026-11-24T00:46:23Z", answer.text(&["status", "token"]).unwrap().len()));
    let codes = |asked: &Value, warning: Option<&str>| -> Vec<&'static str> {
        issued(&answer, asked, warning, DURING).unwrap().findings.iter().map(|finding| finding.code.as_str()).collect()
    };
    assert_eq!(codes(&asked(7200), None), ["not-verified"]);
    let said = r#"299 - "requested expiration of 86400 seconds shortened to 7200 seconds""#;
    assert_eq!(codes(&asked(86_400), Some(said)), ["lifetime-shortened", "not-verified"], "said once");
    assert_eq!(codes(&asked(86_400), None), ["lifetime-shortened", "not-verified"], "the header cannot be read across origins");
    assert_eq!(codes(&asked(7200), Some(r#"299 - "other""#)), ["server-warning", "not-verified"]);
    let mut year = answer.clone();
    let mut status = answer.get("status").unwrap().clone();
    status.set("expirationTimestamp", "2026-11-23T23:46:30Z".into());
    year.set("status", status);
    let findings = issued(&year, &asked(7200), None, DURING).unwrap().findings;
    assert!(findings[0].code.as_str() == "lifetime-differs" && findings[0].message.contains("2026-11-24T00:46:23Z"));
    let other = json(r#"{"serviceAccount":"other","namespace":"default"}"#);
    assert_eq!(issued(&answer, &other, None, DURING).unwrap_err().code(), Code::WrongObject);
    for broken in [
        json("{}"),
        json(r#"{"kind":"TokenRequest","status":{"token":"a b","expirationTimestamp":"2026-11-24T00:46:23Z"}}"#),
        json(r#"{"kind":"TokenRequest","status":{"token":"a","expirationTimestamp":"soon"}}"#),
    ] {
        assert_eq!(issued(&broken, &asked(7200), None, DURING).unwrap_err().code(), Code::BadAnswer);
    }
}

#[test]
fn warning_headers() {
    assert_eq!(warnings(r#"299 - "a \"b\" c", 299 - "d, 299 e""#), [r#"a "b" c"#, "d, 299 e"]);
    assert_eq!(warnings(""), Vec::<String>::new());
    assert_eq!(warnings("299 - unquoted"), Vec::<String>::new());
    assert_eq!(warnings(r#"299 - "no end"#), ["no end"]);
    assert_eq!(warnings(&"299 ".repeat(9000)), Vec::<String>::new());
}

#[test]
fn a_secret_by_type_and_annotation() {
    let secret = api_vector("legacy-token-secret");
    let none = json("{}");
    let filled = read_secret(&secret, &json(r#"{"serviceAccount":"deployer"}"#)).unwrap().unwrap();
    assert_eq!(
        (filled.name.as_str(), filled.namespace.as_str(), filled.service_account.as_str()),
        ("deployer-token", "default", "deployer")
    );
    assert!(filled.token.starts_with("eyJ") && filled.certificate_authority.unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let changed = |key: &str, value: Option<Value>| {
        let mut secret = secret.clone();
        secret.set(key, value.unwrap_or(Value::Null));
        secret
    };
    assert!(read_secret(&changed("data", None), &none).unwrap().is_none(), "not filled yet");
    assert!(read_secret(&changed("data", Some(json(r#"{"extra":"eA=="}"#))), &none).unwrap().is_none());
    let code = |secret: &Value, options: &str| read_secret(secret, &json(options)).unwrap_err().code();
    assert_eq!(code(&secret, r#"{"serviceAccount":"other"}"#), Code::WrongObject);
    assert_eq!(code(&changed("type", Some("Opaque".into())), "{}"), Code::InvalidObject);
    assert_eq!(code(&changed("metadata", Some(json(r#"{"name":"a","namespace":"default"}"#))), "{}"), Code::InvalidObject);
    assert_eq!(code(&api_vector("cluster-info"), "{}"), Code::InvalidObject);
    let key = Base64::encode_string(b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    let token = secret.text(&["data", "token"]).unwrap();
    let with_key = changed("data", Some(json(&format!(r#"{{"token":"{token}","ca.crt":"{key}"}}"#))));
    assert_eq!(code(&with_key, "{}"), Code::UnexpectedPrivateKey);
    let moved = changed(
        "metadata",
        Some(json(r#"{"name":"a","namespace":"other","annotations":{"kubernetes.io/service-account.name":"deployer"}}"#)),
    );
    assert_eq!(code(&moved, "{}"), Code::WrongObject, "the token inside is of another namespace");
    // A list: never by position.
    let other =
        changed("metadata", Some(json(r#"{"name":"z","namespace":"default","annotations":{"kubernetes.io/service-account.name":"zed"}}"#)));
    let docker = json(
        r#"{"kind":"Secret","type":"kubernetes.io/dockerconfigjson","metadata":{"name":"d","annotations":{"kubernetes.io/service-account.name":"deployer"}},"data":{"token":"eA=="}}"#,
    );
    let list = |items: &[&Value]| {
        Value::map([("kind", Some("List".into())), ("items", Some(Value::List(items.iter().map(|item| (*item).clone()).collect())))])
    };
    let mixed = list(&[&docker, &other, &secret]);
    assert_eq!(read_secret(&mixed, &json(r#"{"serviceAccount":"deployer"}"#)).unwrap().unwrap().name, "deployer-token");
    assert_eq!(read_secret(&mixed, &json(r#"{"name":"deployer-token"}"#)).unwrap().unwrap().name, "deployer-token");
    let pasted = Value::List(mixed.list(&["items"]).to_vec());
    assert_eq!(read_secret(&pasted, &json(r#"{"name":"deployer-token"}"#)).unwrap().unwrap().name, "deployer-token");
    assert_eq!(code(&mixed, "{}"), Code::InvalidObject, "two fit");
    assert_eq!(code(&mixed, r#"{"serviceAccount":"nobody"}"#), Code::NotFound);
    assert_eq!(code(&list(&[]), "{}"), Code::NotFound);
}

#[test]
fn times_as_kubernetes_writes_them() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("2026-11-24T00:46:23Z", Some(1_795_481_183)),
        ("2026-11-24T00:46:23.123456Z", Some(1_795_481_183)),
    ] {
        assert_eq!(UnixTime::from_iso(text).map(|time| time.0), seconds);
    }
    for text in [
        "",
        "2026-11-24",
        "2026-11-24T00:46:23",
        "2026-11-24T00:46:23+01:00",
        "2026-02-30T00:00:00Z",
        "2026-11-24t00:46:23Z",
        "+026-11-24T00:46:23Z",
        "2026-11-24T00:46:60Z",
        "2026-11-24T00:46:23.xZ",
    ] {
        assert_eq!(UnixTime::from_iso(text), None, "{text}");
    }
}
