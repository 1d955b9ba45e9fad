//! Bearer tokens: the table of hostile tokens, real ones, and what was pasted where.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use common::{NOW, json, vector};
use kubecred::token::{Kind, MAX_TOKEN, Recognised, Report, clean, read, recognise};
use kubecred::{Code, Level, UnixTime};
use proptest::prelude::*;

const HEADER: &str = r#"{"alg":"ES256","kid":"k"}"#;

fn jwt(header: &str, payload: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", Base64UrlUnpadded::encode_string(header.as_bytes()), Base64UrlUnpadded::encode_string(payload.as_bytes()))
}

/// A token with these claims, read.
fn claims(payload: &str) -> Report {
    read(jwt(HEADER, payload, "c2ln").as_bytes(), NOW).unwrap()
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn has(report: &Report, code: &str) -> bool {
    codes(report).contains(&code)
}

fn real_token() -> String {
    json(std::str::from_utf8(&vector("api/tokenrequest.json")).unwrap()).text(&["status", "token"]).unwrap().to_owned()
}

fn real_legacy_token() -> String {
    let secret = json(std::str::from_utf8(&vector("api/legacy-token-secret.json")).unwrap());
    String::from_utf8(Base64::decode_vec(secret.text(&["data", "token"]).unwrap()).unwrap()).unwrap()
}

const BOUND: &str =
    r#""iss":"https://k","aud":["https://k"],"sub":"system:serviceaccount:a:b","exp":1795003600,"iat":1795000000,"nbf":1795000000"#;

#[test]
fn a_real_token_of_tokenrequest() {
    let during = UnixTime(1_795_474_000);
    let report = read(real_token().as_bytes(), during).unwrap();
    assert_eq!(report.kind, Kind::ServiceAccount);
    assert_eq!((report.namespace.as_deref(), report.service_account.as_deref()), (Some("default"), Some("deployer")));
    assert_eq!(report.subject.as_deref(), Some("system:serviceaccount:default:deployer"));
    assert_eq!(report.audiences, ["https://kubernetes.default.svc.cluster.local"]);
    assert_eq!(report.id.as_deref(), Some("e6220ab0-719a-48e6-bf46-cb9e8d8e6ab1"), "what whoAmI calls the credential");
    assert_eq!(report.to_value().text(&["expiresAt"]), Some("2026-11-24T00:46:23Z"));
    assert_eq!(report.bound_to, None);
    assert_eq!(codes(&report), ["not-verified"]);
    assert!(report.claims.iter().any(|(name, value)| name == "exp" && value == "1795481183"));
    let later = read(real_token().as_bytes(), UnixTime(1_795_481_183)).unwrap();
    assert_eq!(codes(&later), ["not-verified", "token-expired"]);
    let early = read(real_token().as_bytes(), UnixTime(1_795_470_000)).unwrap();
    assert!(has(&early, "token-not-yet-valid") && early.findings.iter().all(|finding| finding.level != Level::Error));
}

#[test]
fn a_real_token_of_a_secret() {
    let report = read(real_legacy_token().as_bytes(), NOW).unwrap();
    assert_eq!(report.kind, Kind::LegacyServiceAccount);
    assert_eq!(report.service_account.as_deref(), Some("deployer"));
    assert_eq!(report.bound_to, Some(("Secret", "deployer-token".to_owned())));
    assert_eq!((report.expires_at(), report.audiences.len(), report.id), (None, 0, None));
    assert_eq!(report.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["not-verified", "token-never-ends"]);
}

#[test]
fn it_is_never_called_valid() {
    // 94: alg none in every case, a symmetric algorithm, no signature, too few and too many parts.
    let unsigned = [
        jwt(r#"{"alg":"none"}"#, "{}", ""),
        jwt(r#"{"alg":"None"}"#, "{}", "c2ln"),
        jwt(r#"{"alg":"nOnE"}"#, "{}", "c2ln"),
        jwt("{}", "{}", "c2ln"),
        jwt(r#"{"alg":5}"#, "{}", "c2ln"),
        jwt(HEADER, "{}", ""),
    ];
    for token in &unsigned {
        assert!(has(&read(token.as_bytes(), NOW).unwrap(), "token-unsigned"), "{token}");
    }
    let symmetric = jwt(r#"{"alg":"HS256"}"#, "{}", "c2ln");
    assert!(has(&read(symmetric.as_bytes(), NOW).unwrap(), "token-algorithm"));
    let two = jwt(HEADER, "{}", "").trim_end_matches('.').to_owned();
    let four = format!("{}.c2ln", jwt(HEADER, "{}", "c2ln"));
    for token in [&two, &four, &format!("{four}.x.y")] {
        assert!(has(&read(token.as_bytes(), NOW).unwrap(), "token-damaged"), "{token}");
    }
    let encrypted = format!("{}.c2ln", four);
    assert!(has(&read(encrypted.as_bytes(), NOW).unwrap(), "token-encrypted"));
    let all = unsigned.iter().chain([&symmetric, &two, &four, &encrypted]).cloned();
    for token in all.chain([real_token(), real_legacy_token(), "opaque".to_owned(), "abcdef.0123456789abcdef".to_owned()]) {
        let report = read(token.as_bytes(), NOW).unwrap();
        assert_eq!(report.findings[0].code.as_str(), "not-verified", "{token}");
        assert!(report.findings.iter().all(|finding| !finding.message.contains("is valid")), "{token}");
    }
}

#[test]
fn base64url_is_strict() {
    // 95. The control: the same token without the fault is read.
    let good = jwt(HEADER, r#"{"a":"b?>"}"#, "c2ln");
    assert_eq!(read(good.as_bytes(), NOW).unwrap().kind, Kind::Jwt);
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload) = (parts[0], parts[1]);
    let standard = Base64::encode_string(r#"{"a":"b?>"}"#.as_bytes());
    assert!(standard.contains(['+', '/']) || standard.ends_with('='));
    for token in [
        format!("{header}.{payload}==.c2ln"),
        format!("{header}.{payload}.c2ln="),
        format!("{header}.{standard}.c2ln"),
        format!("{header}.{payload}.c2+n"),
        format!("{header}.{payload}.c2/n"),
        format!("{header}.{payload}.c2l"), // three characters whose last two bits are not zero
        format!("{header}.{payload}.c"),
        format!("{header}.{}x.c2ln", &payload[..payload.len() - 1]),
        format!("{header}..c2ln"),
        format!("{header}.{}.c2ln", Base64UrlUnpadded::encode_string(b"[]")),
        format!("{header}.{}.c2ln", Base64UrlUnpadded::encode_string(b"\"text\"")),
        format!("{header}.{}.c2ln", Base64UrlUnpadded::encode_string(b"{} ")).replace(&Base64UrlUnpadded::encode_string(b"{} "), "e30g4"),
        format!("{header}.{}.c2ln", Base64UrlUnpadded::encode_string(b"{\"a\":\"\xff\"}")), // 97: not UTF-8
    ] {
        let report = read(token.as_bytes(), NOW).unwrap();
        assert_eq!(report.kind, Kind::Opaque, "{token}");
        assert!(has(&report, "token-damaged") && report.claims.is_empty(), "{token}");
    }
    assert_eq!(read(format!("{header}.{payload} .c2ln").as_bytes(), NOW).unwrap_err().code(), Code::InvalidToken);
    assert_eq!(read(format!("{header}.\u{feff}{payload}.c2ln").as_bytes(), NOW).unwrap_err().code(), Code::InvalidToken);
}

#[test]
fn what_is_removed_around_a_token_is_said() {
    for text in
        ["Bearer abc", "bearer  abc", "Authorization: Bearer abc", "\"abc\"", "'abc'", "ab\nc", "ab\r\n  c\n", "\u{feff}Bearer abc\n"]
    {
        assert_eq!(clean(text.as_bytes()).unwrap().as_str(), "abc", "{text:?}");
        let report = read(text.as_bytes(), NOW).unwrap();
        assert!(codes(&report)[0] == "not-verified" && has(&report, "token-cleaned"), "{text:?}");
        assert!(report.findings.iter().all(|finding| !finding.message.contains("abc")), "{text:?}");
    }
    for text in ["abc", " abc\n", "\u{feff}abc", "bearer-of-news"] {
        assert!(!has(&read(text.as_bytes(), NOW).unwrap(), "token-cleaned"), "{text:?}");
    }
}

#[test]
fn a_very_long_lifetime_is_a_warning() {
    let day = 86_400;
    let long = |claims_json: &str| {
        let report = claims(claims_json);
        report
            .findings
            .iter()
            .find(|finding| finding.code.as_str() == "token-lifetime-long")
            .map(|finding| (finding.level, finding.path.clone(), finding.message.clone()))
    };
    let of = |issued: i64, expires: i64| long(&format!(r#"{{"iss":"https://k","sub":"jane","iat":{issued},"exp":{expires}}}"#));
    let now = NOW.0;
    for (issued, expires) in
        [(now, now + 3650 * day), (now, now + 91 * day), (now - 3649 * day, now + day), (now + 3000 * day, now + 3650 * day)]
    {
        let (level, path, message) = of(issued, expires).expect("a warning");
        assert_eq!((level, path.as_deref()), (kubecred::Level::Warning, Some("exp")));
        assert!(message.contains(" days, until 20"), "{message}");
    }
    for (issued, expires) in [(now, now + 90 * day), (now, now + 3600), (now - 3650 * day, now - day)] {
        assert_eq!(of(issued, expires), None, "{issued} {expires}");
    }
    assert!(long(&format!(r#"{{"iss":"https://k","sub":"jane","exp":{}}}"#, now + 3650 * day)).is_some(), "without iat, from now on");
    assert!(long(&format!(r#"{{"iss":"https://k","sub":"jane","nbf":{now},"exp":{}}}"#, now + 3650 * day)).is_some());
    let pods = format!(
        r#"{{"iss":"https://k","sub":"system:serviceaccount:a:b","iat":{now},"exp":{},"kubernetes.io":{{"namespace":"a","serviceaccount":{{"name":"b"}},"warnafter":{}}}}}"#,
        now + 365 * day,
        now + 3600
    );
    assert!(long(&pods).is_none() && has(&claims(&pods), "token-extended"));
}

#[test]
fn odd_claims_are_shown_and_flagged() {
    // 96
    assert!(has(&claims(r#"{"exp":1,"exp":1795003600}"#), "claim-duplicate"));
    assert!(has(&claims(r#"{"iss":"x","a":{"b":1,"b":2}}"#), "claim-duplicate"));
    let doubled = jwt(r#"{"alg":"ES256","alg":"none"}"#, "{}", "c2ln");
    assert!(has(&read(doubled.as_bytes(), NOW).unwrap(), "claim-duplicate"));
    let text = claims(r#"{"exp":"1795003600"}"#);
    assert!(has(&text, "claim-type") && text.expires_at().is_none());
    assert!(text.claims.contains(&("exp".to_owned(), "1795003600".to_owned())));
    let huge = claims(r#"{"exp":1e20,"nbf":-1e400,"iat":-5}"#);
    assert_eq!(huge.findings.iter().filter(|finding| finding.code.as_str() == "claim-odd").count(), 3, "{:?}", huge.findings);
    assert!(huge.claims.contains(&("exp".to_owned(), "1e20".to_owned())), "as it was written");
    let negative = claims(r#"{"nbf":-1}"#);
    assert_eq!(negative.to_value().text(&["notBefore"]), Some("1969-12-31T23:59:59Z"));
    assert!(has(&claims(r#"{"iat":1795099999}"#), "token-not-yet-valid"));
    assert!(!has(&claims(r#"{"iat":1795000050}"#), "token-not-yet-valid"), "a minute is allowed, as the server does");
    assert_eq!(claims(r#"{"aud":"x"}"#).audiences, ["x"]);
    assert_eq!(claims(r#"{"aud":["x","y"]}"#).audiences, ["x", "y"]);
    for odd in [r#"{"aud":5}"#, r#"{"aud":["x",5]}"#, r#"{"sub":5}"#, r#"{"iss":[]}"#, r#"{"jti":{}}"#, r#"{"iat":true}"#] {
        assert!(has(&claims(odd), "claim-type"), "{odd}");
    }
    assert!(!has(&claims(r#"{"aud":null,"exp":null,"sub":null}"#), "claim-type"));
    assert!(has(&claims(r#"{"iss":"x"}"#), "token-without-end"));
    assert_eq!(claims(r#"{"exp":1795003600.9}"#).expires_at(), Some(UnixTime(1_795_003_600)));
}

#[test]
fn bombs_are_capped() {
    // 97
    let five_megabytes = jwt(HEADER, &format!(r#"{{"a":"{}"}}"#, "a".repeat(5 << 20)), "c2ln");
    assert_eq!(read(five_megabytes.as_bytes(), NOW).unwrap_err().code(), Code::InputTooLarge);
    let room = MAX_TOKEN - jwt(HEADER, "", "c2ln").len();
    let deep = jwt(HEADER, &format!(r#"{{"a":{}"#, "[".repeat(room / 4 * 3 - 8)), "c2ln");
    assert!(has(&read(deep.as_bytes(), NOW).unwrap(), "token-damaged"));
    assert!(has(&read(jwt(&"[".repeat(10_000), "{}", "c2ln").as_bytes(), NOW).unwrap(), "token-opaque"));
    let odd = claims(r#"{"__proto__":{"polluted":true},"constructor":1,"a\ud800":"\udfff","":"x"}"#);
    assert_eq!(odd.claims.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["__proto__", "constructor", "a\u{fffd}", ""]);
    let hidden = claims("{\"iss\":\"a\\u202eb\\u0000\",\"aud\":\"\\u001b[31m\"}");
    assert!(hidden.claims.iter().all(|(_, value)| !value.contains(['\u{202e}', '\0', '\u{1b}'])));
    let many: Vec<String> = (0..1000).map(|index| format!(r#""{index}":{index}"#)).collect();
    assert_eq!(claims(&format!("{{{}}}", many.join(","))).claims.len(), 200);
    let long = claims(&format!(r#"{{"a":"{}"}}"#, "x".repeat(5000)));
    assert!(long.claims[0].1.chars().count() <= 301);
}

#[test]
fn accounts_are_read_as_kubernetes_does() {
    // 98. The claim kubernetes.io counts, not the subject (pkg/serviceaccount/claims.go).
    let with = |extra: &str| claims(&format!("{{{BOUND},{extra}}}"));
    let plain = with(r#""kubernetes.io":{"namespace":"a","serviceaccount":{"name":"b","uid":"u"}}"#);
    assert_eq!((plain.kind, codes(&plain)), (Kind::ServiceAccount, vec!["not-verified"]));
    let other = with(r#""kubernetes.io":{"namespace":"x","serviceaccount":{"name":"y"}}"#);
    assert_eq!((other.namespace.as_deref(), other.service_account.as_deref()), (Some("x"), Some("y")));
    assert!(has(&other, "subject-differs"));
    let missing = claims(&format!("{{{BOUND}}}"));
    assert_eq!((missing.kind, missing.service_account), (Kind::Jwt, None));
    assert!(missing.findings.iter().any(|finding| finding.code.as_str() == "claims-missing" && finding.level == Level::Error));
    let colons = claims(r#"{"iss":"https://k","sub":"system:serviceaccount:a:b:c"}"#);
    assert_eq!((colons.kind, colons.namespace.clone()), (Kind::Jwt, None));
    assert!(has(&colons, "claims-missing"));
    for (key, kind) in [("pod", "Pod"), ("secret", "Secret"), ("node", "Node")] {
        let bound =
            with(&format!(r#""kubernetes.io":{{"namespace":"a","serviceaccount":{{"name":"b"}},"{key}":{{"name":"n","uid":"u"}}}}"#));
        assert_eq!(bound.bound_to, Some((kind, "n".to_owned())));
        assert!(has(&bound, "token-bound"));
    }
    let pod = with(
        r#""kubernetes.io":{"namespace":"a","node":{"name":"m"},"pod":{"name":"n"},"serviceaccount":{"name":"b"},"warnafter":1795003607}"#,
    );
    assert_eq!(pod.bound_to, Some(("Pod", "n".to_owned())), "a pod's token names its node, and ends with the pod");
    assert!(has(&pod, "token-extended"));
    let elsewhere = claims(&format!(
        "{{{},\"kubernetes.io\":{{\"namespace\":\"a\",\"serviceaccount\":{{\"name\":\"b\"}}}}}}",
        BOUND.replace(r#"["https://k"]"#, r#"["vault"]"#)
    ));
    assert!(has(&elsewhere, "audience-elsewhere"));
    let legacy = |name: &str| {
        claims(&format!(
            r#"{{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:a:{name}","kubernetes.io/serviceaccount/namespace":"a","kubernetes.io/serviceaccount/service-account.name":"b","kubernetes.io/serviceaccount/secret.name":"s"}}"#
        ))
    };
    assert!(!has(&legacy("b"), "subject-differs"));
    assert!(has(&legacy("b:c"), "subject-differs"));
    assert!(has(&claims(r#"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:a:b"}"#), "claims-missing"));
    assert!(has(&claims(r#"{"iss":"https://login.example","sub":"jane","exp":1795003600}"#), "token-of-others"));
    assert!(has(&claims(r#"{"sub":"jane","exp":1795003600}"#), "issuer-missing"));
}

#[test]
fn what_comes_along_with_a_copied_token_is_taken_off() {
    let token = real_token();
    let (first, second) = token.split_at(300);
    for text in [
        format!("  {token}\r\n\n"),
        format!("Bearer {token}"),
        format!("bearer   {token}\n"),
        format!("Authorization: Bearer {token}"),
        format!("\"{token}\""),
        format!("'{token}'\n"),
        format!("{first}\n{second}"),
        format!("{first}\r\n   {second}\r\n"),
        format!("\u{feff}{token}"),
    ] {
        assert_eq!(clean(text.as_bytes()).unwrap().as_str(), token, "{text}");
    }
    for text in [
        "",
        " \n",
        "Bearer ",
        "a b",
        "token with blanks",
        "tök",
        "a\u{200b}b",
        "a\0b",
        "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
    ] {
        let error = clean(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), Code::InvalidToken, "{text}");
    }
    assert_eq!(clean(&[0xff, 0xfe]).unwrap_err().code(), Code::InvalidToken);
    // A static token may be any visible text, and is left alone.
    assert_eq!(clean(b"31ada4fd-adec-460c-809a-9e56ceb75269").unwrap().as_str(), "31ada4fd-adec-460c-809a-9e56ceb75269");
    assert!(has(&read(b"s3cr=t!#", NOW).unwrap(), "token-opaque"));
    let encoded = Base64::encode_string(token.as_bytes());
    assert!(has(&read(encoded.as_bytes(), NOW).unwrap(), "token-still-encoded"));
    let bootstrap = read(b"abcdef.0123456789abcdef", NOW).unwrap();
    assert_eq!((bootstrap.kind, bootstrap.subject.as_deref()), (Kind::Opaque, Some("system:bootstrap:abcdef")));
    assert!(has(&bootstrap, "bootstrap-token"));
}

/// An object of a kind with one text, as kubectl prints it with -o json.
fn json_text(kind: &str, field: &str, text: &str) -> String {
    serde_json::json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": "a" }, "data": { field: text } }).to_string()
}

#[test]
fn a_token_in_the_wrong_box_is_recognised() {
    // 99
    let token = real_token();
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n");
    let secret = String::from_utf8(vector("api/legacy-token-secret.json")).unwrap();
    let cases: Vec<(String, Recognised)> = vec![
        (String::new(), Recognised::Empty),
        (" \n\t".to_owned(), Recognised::Empty),
        (token.clone(), Recognised::Token),
        (format!("Authorization: Bearer {token}"), Recognised::Token),
        ("Bearer 31ada4fd".to_owned(), Recognised::Token),
        (format!("my token is {token} ok?"), Recognised::Token),
        (token[..200].to_owned(), Recognised::Token),
        (Base64::encode_string(token.as_bytes()), Recognised::Token),
        ("abcdef.0123456789abcdef\n".to_owned(), Recognised::BootstrapToken),
        (pem("PRIVATE KEY"), Recognised::PrivateKey),
        (pem("RSA PRIVATE KEY"), Recognised::PrivateKey),
        (format!("{}{}", pem("CERTIFICATE"), pem("EC PRIVATE KEY")), Recognised::PrivateKey),
        (pem("CERTIFICATE"), Recognised::Certificate),
        (pem("CERTIFICATE REQUEST"), Recognised::CertificateRequest),
        ("apiVersion: v1\nkind: Config\nclusters: []\n".to_owned(), Recognised::Kubeconfig),
        (r#"{"kind":"Config","apiVersion":"v1"}"#.to_owned(), Recognised::Kubeconfig),
        ("apiVersion: v1\nkind: Secret\ndata: {}\n".to_owned(), Recognised::SecretObject),
        ("apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\nkind: List\n".to_owned(), Recognised::SecretObject),
        (secret, Recognised::SecretObject),
        (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, data: {password: aHVudGVyMg==}}\n".to_owned(),
            Recognised::SecretObject,
        ),
        ("apiVersion: v1\nkind: List\nitems:\n- kind: !!str Secret\n".to_owned(), Recognised::SecretObject),
        (r#"{"kind":"List","items":[{"k\u0069nd":"Secret"}]}"#.to_owned(), Recognised::SecretObject),
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    kind of text\n".to_owned(), Recognised::Object),
        (String::from_utf8(vector("api/cluster-info.json")).unwrap(), Recognised::Object),
        (String::from_utf8(vector("signing-requests/pending.json")).unwrap(), Recognised::Object),
        ("jane".to_owned(), Recognised::Other),
        ("system:serviceaccount:a:b".to_owned(), Recognised::Other),
        ("https://203.0.113.7:6443".to_owned(), Recognised::Other),
        ("host.example.com".to_owned(), Recognised::Other),
    ];
    for (text, wanted) in cases {
        assert_eq!(recognise(text.as_bytes()), wanted, "{text}");
    }
    // What is in the texts of an object.
    let kubeconfig = format!("apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user:\n    token: {}\n", "0123456789abcdef01234567");
    let inside = |kind: &str, field: &str, text: &str| json_text(kind, field, text);
    // A key behind certificates, as in a bundle.
    let bundle = format!("{}{}", pem("CERTIFICATE").repeat(20), pem("PRIVATE KEY"));
    for (text, wanted) in [
        (inside("ConfigMap", "config", &kubeconfig), Recognised::Kubeconfig),
        (inside("ConfigMap", "config", &Base64::encode_string(kubeconfig.as_bytes())), Recognised::Kubeconfig),
        (inside("ConfigMap", "annotation", &inside("ConfigMap", "config", &kubeconfig)), Recognised::Kubeconfig),
        (inside("ConfigMap", "annotation", "{\"kind\":\"Secret\",\"data\":{}}"), Recognised::SecretObject),
        (inside("TokenRequest", "token", &token), Recognised::Token),
        (format!("apiVersion: authentication.k8s.io/v1\nkind: TokenRequest\nstatus:\n  token: {token}\n"), Recognised::Token),
        (
            format!("apiVersion: v1\nkind: ConfigMap\nbinaryData:\n  config: {}\n", Base64::encode_string(kubeconfig.as_bytes())),
            Recognised::Kubeconfig,
        ),
        (inside("ConfigMap", "bundle", &Base64::encode_string(bundle.as_bytes())), Recognised::PrivateKey),
        (inside("ConfigMap", "config", "a text of more than twenty letters"), Recognised::Object),
    ] {
        assert_eq!(recognise(text.as_bytes()), wanted, "{text}");
    }
    assert!(Recognised::Token.is_secret() && Recognised::Kubeconfig.is_secret() && !Recognised::Certificate.is_secret());
}

proptest! {
    #[test]
    fn nothing_that_is_pasted_does_harm(text in any::<Vec<u8>>()) {
        let _ = (recognise(&text), read(&text, NOW));
    }

    #[test]
    fn no_claim_does_harm(payload in "\\{(\"(exp|sub|aud|iss|kubernetes.io)\":(-?[0-9e]{1,9}|\"[^\"]{0,9}\"|\\[\\]|\\{\"namespace\":[0-9]\\}|null),?){0,4}\\}", signature in "[A-Za-z0-9_-]{0,8}") {
        let report = read(jwt(HEADER, &payload, &signature).as_bytes(), NOW).unwrap();
        prop_assert_eq!(report.findings[0].code.as_str(), "not-verified");
    }

    #[test]
    fn no_error_repeats_its_input(text in "[a-z]{12} [a-z]{12}") {
        let error = read(text.as_bytes(), NOW).unwrap_err();
        prop_assert!(text.split(' ').all(|word| !error.message().contains(word)));
    }
}
