//! Invitations: the objects, hostile links, what is found in a cluster, and every difference between a request and its invitation.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use common::{NOW, Seeded, System, json, key, vector};
use kubecred::crypto::KeyAlgorithm;
use kubecred::kubernetes::csr::signing_request;
use kubecred::kubernetes::operation::Operation;
use kubecred::kubernetes::{api, invitation};
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Error, UnixTime, Value};

fn text(value: &Value) -> String {
    fn convert(value: &Value) -> serde_json::Value {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Number(number) => serde_json::json!(number),
            Value::String(text) => text.clone().into(),
            Value::List(items) => items.iter().map(convert).collect(),
            Value::Map(pairs) => pairs.iter().map(|(key, item)| (key.clone(), convert(item))).collect(),
        }
    }
    convert(value).to_string()
}

/// Equal but for the order of keys, which means nothing.
#[track_caller]
fn same(found: Option<&Value>, wanted: &str) {
    let found: serde_json::Value = serde_json::from_str(&text(found.unwrap())).unwrap();
    assert_eq!(found, serde_json::from_str::<serde_json::Value>(wanted).unwrap());
}

fn with(object: &Value, path: &[&str], value: Value) -> Value {
    let mut out = object.clone();
    match path {
        [last] => out.set(last, value),
        [first, rest @ ..] => out.set(first, with(object.get(first).unwrap_or(&Value::Map(Vec::new())), rest, value)),
        [] => {}
    }
    out
}

fn authority() -> Value {
    json(std::str::from_utf8(&vector("api/kube-root-ca.json")).unwrap()).text(&["data", "ca.crt"]).unwrap().into()
}

fn options() -> Value {
    let cluster = with(&json(r#"{"server":"https://k8s.example:6443"}"#), &["certificateAuthority"], authority());
    let options = json(
        r#"{"user":"jane","groups":["dev","ops"],"expirationSeconds":86400,"validSeconds":3600,"page":"https://page.example/#/invite"}"#,
    );
    with(&options, &["cluster"], cluster)
}

fn plan(options: &Value) -> Result<Value, Error> {
    invitation::plan(options, &mut Seeded(7), NOW)
}

fn codes(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding.text(&["code"]).unwrap()).collect()
}

fn field(error: &Error) -> &str {
    error.details()[0].field.as_deref().unwrap()
}

/// A token as TokenRequest gives it, signed by nobody.
fn token(namespace: &str, name: &str, expires: i64) -> String {
    signed_by_nobody(namespace, name, &format!(r#""exp":{expires},"#))
}

fn signed_by_nobody(namespace: &str, name: &str, expiry: &str) -> String {
    let part = |text: String| Base64UrlUnpadded::encode_string(text.as_bytes());
    let claims = format!(
        r#"{{"aud":["https://kubernetes.default.svc"],{expiry}"iat":{0},"nbf":{0},"iss":"https://kubernetes.default.svc","jti":"x","sub":"system:serviceaccount:{namespace}:{name}","kubernetes.io":{{"namespace":"{namespace}","serviceaccount":{{"name":"{name}","uid":"u"}}}}}}"#,
        NOW.0
    );
    format!("{}.{}.{}", part(r#"{"alg":"RS256","kid":"k"}"#.into()), part(claims), part("signature".into()))
}

fn link() -> Value {
    let made = plan(&options()).unwrap();
    with(made.get("link").unwrap(), &["token"], token(invitation::NAMESPACE, "jane-x", NOW.0 + 3600).into())
}

#[test]
fn the_objects_give_one_account_what_it_needs_and_no_more() {
    let made = plan(&options()).unwrap();
    let objects = made.list(&["objects"]);
    let kinds: Vec<_> = objects.iter().map(|object| object.text(&["kind"]).unwrap()).collect();
    assert_eq!(kinds, ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"]);
    let name = made.text(&["invitation", "name"]).unwrap();
    assert!(name.starts_with("jane-") && name.len() == "jane-".len() + 12, "{name}");
    assert_eq!(objects[0].text(&["metadata", "labels", "pod-security.kubernetes.io/enforce"]), Some("restricted"));
    assert_eq!(objects[1].get("automountServiceAccountToken"), Some(&Value::Bool(false)));
    let rule = r#"{"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests"]"#;
    let wanted = format!(r#"[{rule},"verbs":["create"]}},{rule},"resourceNames":["{name}"],"verbs":["get","watch"]}}]"#);
    same(objects[2].get("rules"), &wanted);
    for object in &objects[1..] {
        let label = |key: &str| object.text(&["metadata", "labels", key]);
        assert_eq!(label("app.kubernetes.io/managed-by"), Some("kubecred"));
        assert_eq!(label("app.kubernetes.io/component"), Some("invitation"));
        assert_eq!(label("app.kubernetes.io/instance"), Some(name));
    }
    let written = json(objects[3].text(&["metadata", "annotations", "kubecred/invitation"]).unwrap());
    let expires = UnixTime(NOW.0 + 3600).to_iso();
    same(Some(&written), &format!(r#"{{"user":"jane","groups":["dev","ops"],"expirationSeconds":86400.0,"expiresAt":"{expires}"}}"#));
    assert_eq!(made.text(&["page"]), Some("https://page.example/"));
    assert_eq!(made.text(&["link", "api"]), Some("https://k8s.example:6443"));
    assert!(codes(made.list(&["findings"])).contains(&"invitation-create-unlimited"));
    // The name that was shown is the name that is made, with the token's own expiry.
    let again = with(&with(&options(), &["name"], name.into()), &["expiresAt"], "2026-11-18T10:00:00Z".into());
    let again = plan(&again).unwrap();
    assert_eq!(again.text(&["invitation", "name"]), Some(name));
    assert_eq!(again.text(&["invitation", "expiresAt"]), Some("2026-11-18T10:00:00Z"));
    // Two people of one name get two names.
    assert_ne!(invitation::plan(&options(), &mut System, NOW).unwrap().text(&["invitation", "name"]), Some(name));
}

#[test]
fn a_role_is_bound_to_the_invited_user_and_not_to_the_account() {
    let made = plan(&with(&options(), &["role"], json(r#"{"role":"pod-reader","namespace":"team-a"}"#))).unwrap();
    let objects = made.list(&["objects"]);
    assert_eq!(objects.len(), 6);
    assert_eq!(objects[4].text(&["kind"]), Some("Role"));
    assert_eq!(objects[4].at(&["metadata", "labels"]), None, "the role is not the invitation's own: others may be bound to it");
    assert_eq!(objects[5].text(&["kind"]), Some("RoleBinding"));
    let subject = &objects[5].list(&["subjects"])[0];
    assert_eq!((subject.text(&["kind"]), subject.text(&["name"])), (Some("User"), Some("jane")));
    assert_eq!(objects[5].text(&["metadata", "namespace"]), Some("team-a"));
    let name = made.text(&["invitation", "name"]).unwrap();
    assert_eq!(objects[5].text(&["metadata", "labels", "app.kubernetes.io/instance"]), Some(name));
    assert_eq!(made.text(&["invitation", "role", "name"]), Some(format!("kubecred:invited:{name}").as_str()));
    let everything = plan(&with(&options(), &["role"], json(r#"{"role":"cluster-admin"}"#))).unwrap();
    assert!(everything.list(&["findings"]).iter().any(|finding| finding.text(&["path"]).is_some_and(|path| path.starts_with("[0]"))));
    assert_eq!(
        plan(&with(&options(), &["role"], json(r#"{"role":"pod-reader","namespace":"A"}"#))).unwrap_err().code(),
        Code::InvalidObject
    );
}

#[test]
fn what_must_not_be_invited_is_refused_with_its_field() {
    let masters = plan(&with(&options(), &["groups"], json(r#"["dev","system:masters"]"#))).unwrap_err();
    assert_eq!((masters.code(), field(&masters)), (Code::InvalidInvitation, "groups[1]"));
    for (path, value, code, at) in [
        ("user", r#""""#, Code::InvalidSubject, "user"),
        ("user", "\"ja\u{202e}ne\"", Code::InvalidSubject, "user"),
        ("groups", r#"["dev"," "]"#, Code::InvalidSubject, "groups[1]"),
        ("expirationSeconds", "599", Code::InvalidInvitation, "expirationSeconds"),
        ("expirationSeconds", "600.5", Code::InvalidInvitation, "expirationSeconds"),
        ("expirationSeconds", "2147483648", Code::InvalidInvitation, "expirationSeconds"),
        ("expirationSeconds", "null", Code::InvalidInvitation, "expirationSeconds"),
        ("validSeconds", "599", Code::InvalidInvitation, "validSeconds"),
        ("validSeconds", "86401", Code::InvalidInvitation, "validSeconds"),
        ("page", r#""javascript:alert(1)""#, Code::InvalidInvitation, "page"),
        ("page", r#""https://""#, Code::InvalidInvitation, "page"),
        ("page", r#""https://user:password@page.example""#, Code::InvalidInvitation, "page"),
        ("page", r#""https://page.example/a b""#, Code::InvalidInvitation, "page"),
        ("api", r#""//evil.example""#, Code::InvalidInvitation, "api"),
        ("api", r#""/a/../b""#, Code::InvalidInvitation, "api"),
        ("api", r#""/\\evil.example""#, Code::InvalidInvitation, "api"),
        ("invitedBy", "\"ad\u{200b}min\"", Code::InvalidInvitation, "invitedBy"),
        ("name", r#""Jane""#, Code::InvalidInvitation, "name"),
        ("name", r#""csr-jane""#, Code::InvalidInvitation, "name"),
        ("expiresAt", r#""tomorrow""#, Code::InvalidInvitation, "expiresAt"),
    ] {
        let error = plan(&with(&options(), &[path], json(value))).unwrap_err();
        assert_eq!((error.code(), field(&error)), (code, at), "{path} {value}");
    }
    for (path, value, code) in [
        (&["api"][..], r#""http://k8s.example""#, Code::InvalidServer),
        (&["cluster", "server"], r#""http://k8s.example""#, Code::InvalidServer),
        (&["cluster", "certificateAuthority"], r#""no CA""#, Code::InvalidCertificateAuthority),
        (&["page"], "null", Code::InvalidOptions),
        (&["misspelt"], "1", Code::InvalidOptions),
    ] {
        assert_eq!(plan(&with(&options(), path, json(value))).unwrap_err().code(), code, "{path:?} {value}");
    }
    for (path, value, code) in [
        ("groups", r#"["kubeadm:cluster-admins"]"#, "group-cluster-admins"),
        ("user", r#""system:kube-scheduler""#, "user-reserved"),
        ("user", "\"j\u{430}ne\"", "looks-like-ascii"),
        ("invitedBy", "\"\u{430}dmin\"", "looks-like-ascii"),
        ("page", r#""http://page.example""#, "invitation-page-insecure"),
        ("page", r#""http://127.0.0.1:8001/x""#, "invitation-page-only-here"),
        ("page", r#""http://[::1]:8001/x""#, "invitation-page-only-here"),
        ("page", r#""https://localhost:8001/x""#, "invitation-page-only-here"),
        ("api", r#""https://other.example""#, "invitation-two-servers"),
    ] {
        let made = plan(&with(&options(), &[path], json(value))).unwrap();
        assert!(codes(made.list(&["findings"])).contains(&code), "{path} {value}");
    }
    let elsewhere = plan(&with(&options(), &["page"], "https://localhost.example/".into())).unwrap();
    assert!(!codes(elsewhere.list(&["findings"])).contains(&"invitation-page-only-here"));
    for (path, value) in [("api", r#""https://k8s.example:6443/clusters/a""#), ("api", r#""""#), ("api", r#""/clusters/a""#)] {
        let made = plan(&with(&options(), &[path], json(value))).unwrap();
        assert!(!codes(made.list(&["findings"])).contains(&"invitation-two-servers"), "{value}");
    }
}

#[test]
fn a_link_is_read_without_its_token() {
    let report = invitation::read(text(&link()).as_bytes(), NOW).unwrap();
    for (path, wanted) in [
        (&["user"][..], "jane"),
        (&["api"], "https://k8s.example:6443"),
        (&["cluster", "server"], "https://k8s.example:6443"),
        (&["name"], "jane-x"),
        (&["serviceAccount"], "system:serviceaccount:kubecred-invitations:jane-x"),
        (&["requested", "name"], "jane-x"),
        (&["requested", "signerName"], "kubernetes.io/kube-apiserver-client"),
    ] {
        assert_eq!(report.text(path), Some(wanted), "{path:?}");
    }
    assert_eq!(report.text(&["expiresAt"]), Some(UnixTime(NOW.0 + 3600).to_iso().as_str()));
    assert_eq!(report.get("expired"), Some(&Value::Bool(false)));
    assert_eq!(codes(report.list(&["findings"]))[..2], ["invitation-not-verified", "invitation-link-secret"]);
    let secret = token(invitation::NAMESPACE, "jane-x", NOW.0 + 3600);
    assert!(!format!("{report:?}").contains(&secret[..40]), "the token is not in the report");
    let opened = invitation::open(text(&link()).as_bytes(), NOW).unwrap();
    assert_eq!(opened.text(&["token"]), Some(secret.as_str()));
    assert_eq!((opened.text(&["user"]), opened.texts(&["groups"])), (Some("jane"), vec!["dev".to_owned(), "ops".to_owned()]));
}

#[test]
fn an_expired_link_is_read_and_not_opened() {
    let late = UnixTime(NOW.0 + 3600);
    let bytes = text(&link());
    let report = invitation::read(bytes.as_bytes(), late).unwrap();
    assert_eq!(report.get("expired"), Some(&Value::Bool(true)));
    assert!(codes(report.list(&["findings"])).contains(&"invitation-expired"));
    let error = invitation::open(bytes.as_bytes(), late).unwrap_err();
    assert_eq!(error.code(), Code::InvitationExpired);
    assert!(invitation::open(bytes.as_bytes(), UnixTime(late.0 - 1)).is_ok());
}

#[test]
fn hostile_links_are_refused_by_both_and_never_repeated() {
    let canary = token(invitation::NAMESPACE, "jane-x", NOW.0 + 3600);
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let mut cases: Vec<String> = ["", "{}", "null", "[]", "\u{0}", "{\"user\":\"jane\"", &deep].map(str::to_owned).to_vec();
    cases.push(text(&link()).replacen("{", "{\"user\":\"eve\",", 1));
    cases.push(format!("{}{}", text(&link()), " ".repeat(64 << 10)));
    let changed = |path: &[&str], value: Value| text(&with(&link(), path, value));
    for other in [
        token("default", "jane-x", NOW.0 + 3600),
        token("kube-system", "admin", NOW.0 + 3600),
        token(invitation::NAMESPACE, "a/b", NOW.0 + 3600),
        signed_by_nobody(invitation::NAMESPACE, "jane-x", ""),
        format!("Bearer {canary}"),
        "opaque".to_owned(),
    ] {
        cases.push(changed(&["token"], other.into()));
    }
    for (path, value) in [
        (&["token"][..], "null"),
        (&["token"], "5"),
        (&["user"], "\"ja\u{202e}ne\""),
        (&["user"], "null"),
        (&["groups"], r#"["system:masters"]"#),
        (&["groups"], r#""dev""#),
        (&["invitedBy"], "\"Bank\u{2028}Call us\""),
        (&["api"], r#""//evil.example""#),
        (&["api"], r#""http://evil.example""#),
        (&["api"], r#""https://user@evil.example""#),
        (&["api"], r#""javascript:alert(1)""#),
        (&["cluster", "server"], r#""http://evil.example""#),
        (&["cluster", "exec"], r#"{"command":"sh"}"#),
        (&["expirationSeconds"], "1"),
        (&["onload"], "1"),
    ] {
        cases.push(changed(path, json(value)));
    }
    cases.push(changed(&["user"], "j".repeat(257).into()));
    cases.push(changed(&["groups"], Value::strings((0..257).map(|index| format!("g{index}")))));
    for case in &cases {
        for result in [invitation::read(case.as_bytes(), NOW), invitation::open(case.as_bytes(), NOW)] {
            let error = result.unwrap_err();
            assert_eq!(error.code(), Code::InvalidInvitation, "{case}");
            assert!(!format!("{error:?}").contains(&canary[..20]), "{case}");
        }
    }
    assert_eq!(invitation::read(b"\xff\xfe", NOW).unwrap_err().code(), Code::InvalidInvitation);
    for (path, value, code) in [
        (&["user"][..], "\"j\u{430}ne\"", "looks-like-ascii"),
        (&["groups"], "[\"d\u{435}v\"]", "looks-like-ascii"),
        (&["invitedBy"], "\"\u{430}dmin\"", "looks-like-ascii"),
        (&["user"], r#""jane,O=system:masters""#, "looks-like-dn"),
        (&["cluster", "name"], "\"pr\u{43e}d\"", "looks-like-ascii"),
        (&["cluster", "server"], r#""https://evil.example""#, "invitation-two-servers"),
        (&["cluster", "proxyUrl"], r#""http://evil.example:3128""#, "proxy"),
        (&["cluster", "tlsServerName"], r#""evil.example""#, "tls-server-name"),
    ] {
        let report = invitation::read(changed(path, json(value)).as_bytes(), NOW).unwrap();
        assert!(codes(report.list(&["findings"])).contains(&code), "{path:?} {value}");
    }
}

/// The objects of one invitation as a server stores them, by kind.
fn stored() -> Value {
    let options = with(&with(&options(), &["name"], "jane-x".into()), &["role"], json(r#"{"role":"view","namespace":"team-a"}"#));
    let made = plan(&options).unwrap();
    let lists = made.list(&["objects"])[1..].iter().enumerate().map(|(index, object)| {
        let object = with(object, &["metadata", "uid"], format!("uid-{index}").into());
        let object = with(&object, &["metadata", "creationTimestamp"], NOW.to_iso().into());
        (object.text(&["kind"]).unwrap().to_owned(), Value::List(vec![object]))
    });
    Value::Map(lists.collect())
}

fn listed(lists: &Value, now: UnixTime) -> Vec<Value> {
    invitation::list(lists, now).unwrap().list(&[]).to_vec()
}

#[test]
fn what_is_in_the_cluster_is_found_by_labels_and_names() {
    let all = listed(&stored(), NOW);
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].text(&["state"]), all[0].text(&["user"]), all[0].text(&["createdAt"])),
        (Some("open"), Some("jane"), Some(NOW.to_iso().as_str()))
    );
    same(all[0].at(&["uids"]), r#"{"ServiceAccount":"uid-0","ClusterRole":"uid-1","ClusterRoleBinding":"uid-2"}"#);
    assert_eq!(all[0].text(&["role", "uid"]), Some("uid-3"));
    assert_eq!(all[0].text(&["role", "namespace"]), Some("team-a"));
    assert_eq!(listed(&stored(), UnixTime(NOW.0 + 3600))[0].text(&["state"]), Some("expired"));
    // Someone who may bind roles elsewhere makes a binding of the same name and labels there: it is none of the invitation's.
    let binding = stored().list(&["RoleBinding"])[0].clone();
    let decoy = with(&with(&binding, &["metadata", "namespace"], "team-b".into()), &["metadata", "uid"], "uid-of-another".into());
    for bindings in [[&decoy, &binding], [&binding, &decoy]] {
        let one = &listed(&with(&stored(), &["RoleBinding"], Value::List(bindings.map(Clone::clone).to_vec())), NOW)[0];
        assert_eq!((one.text(&["role", "uid"]), one.text(&["role", "namespace"])), (Some("uid-3"), Some("team-a")));
    }
    let only = &listed(&with(&stored(), &["RoleBinding"], Value::List(vec![decoy])), NOW)[0];
    assert_eq!((only.text(&["state"]), only.get("role")), (Some("open"), None));
    let role = stored().list(&["ClusterRole"])[0].clone();
    let closed = Value::List(vec![role.list(&["rules"])[1].clone()]);
    let closed = with(&stored(), &["ClusterRole"], Value::List(vec![with(&role, &["rules"], closed)]));
    assert_eq!(listed(&closed, NOW)[0].text(&["state"]), Some("closed"));
    for kind in ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"] {
        let one = &listed(&with(&stored(), &[kind], Value::List(Vec::new())), NOW)[0];
        assert_eq!((one.text(&["state"]), one.texts(&["missing"])), (Some("incomplete"), vec![kind.to_owned()]), "{kind}");
    }
    // Our labels on an object of another name make it no part of an invitation.
    for (kind, name) in [
        ("ClusterRole", "cluster-admin"),
        ("ClusterRoleBinding", "cluster-admin"),
        ("RoleBinding", "admins"),
        ("ServiceAccount", "default"),
    ] {
        let object = with(&stored().list(&[kind])[0], &["metadata", "name"], name.into());
        let lists = Value::Map(vec![(kind.to_owned(), Value::List(vec![object]))]);
        assert_eq!(listed(&lists, NOW), Vec::<Value>::new(), "{kind}");
    }
    // A record counts at the binding alone.
    let annotations = stored().list(&["ClusterRoleBinding"])[0].at(&["metadata", "annotations"]).unwrap().clone();
    let account = with(&stored().list(&["ServiceAccount"])[0], &["metadata", "annotations"], annotations);
    let forged = &listed(&Value::map([("ServiceAccount", Some(Value::List(vec![account])))]), NOW)[0];
    assert_eq!((forged.text(&["user"]), forged.texts(&["missing"])), (Some(""), vec!["ClusterRole".into(), "ClusterRoleBinding".into()]));
    // What was changed is not taken for an invitation.
    let change = |kind: &str, path: &[&str], value: &str| {
        let object = with(&stored().list(&[kind])[0], path, json(value));
        listed(&with(&stored(), &[kind], Value::List(vec![object])), NOW)[0].texts(&["missing"])
    };
    let annotation = ["metadata", "annotations", "kubecred/invitation"];
    for value in [r#""{}""#, r#""""#, r#""[""#, r#""{\"user\":\"jane\",\"groups\":[],\"expirationSeconds\":600,\"expiresAt\":\"soon\"}""#] {
        assert_eq!(change("ClusterRoleBinding", &annotation, value), ["ClusterRoleBinding"], "{value}");
    }
    assert_eq!(change("ClusterRoleBinding", &["subjects"], r#"[{"kind":"User","name":"eve"}]"#), ["ClusterRoleBinding"]);
    assert_eq!(change("ClusterRoleBinding", &["roleRef", "name"], r#""cluster-admin""#), ["ClusterRoleBinding"]);
    assert_eq!(change("ClusterRole", &["rules"], r#"[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]"#), ["ClusterRole"]);
}

/// A report on the request that the invited person submits, as a server stores it, with some of it changed.
fn submitted(subject: &str, algorithm: KeyAlgorithm, change: impl Fn(Value) -> Value) -> Value {
    let pem = csr::build(&key(algorithm), &Subject::from_value(&json(subject)).unwrap(), &mut System).unwrap();
    let usages = if algorithm == KeyAlgorithm::Rsa2048 { r#","key encipherment""# } else { "" };
    let object = json(&format!(
        r#"{{"metadata":{{"name":"jane-x","uid":"1","resourceVersion":"1","creationTimestamp":"{}"}},"spec":{{"request":"{}","signerName":"kubernetes.io/kube-apiserver-client","expirationSeconds":86400,"usages":["client auth"{usages},"digital signature"],"username":"system:serviceaccount:kubecred-invitations:jane-x","uid":"uid-0","groups":["system:serviceaccounts"]}}}}"#,
        NOW.to_iso(),
        Base64::encode_string(pem.as_bytes())
    ));
    signing_request::read(&change(object)).unwrap().to_value(NOW)
}

const JANE: &str = r#"{"user":"jane","groups":["ops","dev"]}"#;

fn matched(report: Value, invitations: Vec<Value>) -> Value {
    let arguments = Value::map([("report", Some(report)), ("invitations", Some(Value::List(invitations)))]);
    invitation::compare(&arguments).unwrap()
}

#[test]
fn a_request_matches_only_where_everything_is_as_invited() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa2048] {
        let found = matched(submitted(JANE, algorithm, |object| object), listed(&stored(), NOW));
        assert_eq!(found.get("matches"), Some(&Value::Bool(true)), "{found:?}");
        assert_eq!(found.text(&["invitation", "name"]), Some("jane-x"));
        assert_eq!(codes(found.list(&["findings"])), ["invitation-compare-fingerprint"]);
    }
    let spec = |key: &'static str, value: &'static str| move |object: Value| with(&object, &["spec", key], json(value));
    let p256 = KeyAlgorithm::EcdsaP256;
    let meta = |key: &'static str, value: &'static str| move |object: Value| with(&object, &["metadata", key], json(value));
    let cases = [
        (submitted(r#"{"user":"eve","groups":["ops","dev"]}"#, p256, |object| object), "invitation-user-differs"),
        (submitted(r#"{"user":"jane","groups":["dev"]}"#, p256, |object| object), "invitation-groups-differ"),
        (submitted(r#"{"user":"jane","groups":["dev","ops","admins"]}"#, p256, |object| object), "invitation-groups-differ"),
        (submitted(r#"{"user":"jane","groups":["dev","ops"],"uid":"0"}"#, p256, |object| object), "invitation-extra-names"),
        (submitted(r#"{"user":"jane","groups":["dev","ops"],"dnsNames":["kubernetes"]}"#, p256, |object| object), "invitation-extra-names"),
        (submitted(JANE, p256, spec("expirationSeconds", "86401")), "invitation-lifetime-differs"),
        (submitted(JANE, p256, spec("expirationSeconds", "null")), "invitation-lifetime-differs"),
        (submitted(JANE, p256, spec("signerName", r#""kubernetes.io/kubelet-serving""#)), "invitation-signer-differs"),
        (submitted(JANE, p256, spec("usages", r#"["client auth","digital signature","server auth"]"#)), "invitation-usages-differ"),
        (submitted(JANE, p256, spec("usages", r#"["client auth"]"#)), "invitation-usages-differ"),
        (submitted(JANE, p256, spec("username", r#""eve""#)), "invitation-requestor-differs"),
        (submitted(JANE, p256, spec("uid", r#""uid-of-another""#)), "invitation-account-differs"),
        (submitted(JANE, p256, spec("uid", "null")), "invitation-account-differs"),
        (submitted(JANE, p256, meta("name", r#""jane-y""#)), "invitation-name-differs"),
        (submitted(JANE, p256, meta("creationTimestamp", r#""2030-01-01T00:00:00Z""#)), "invitation-late"),
        (submitted(JANE, p256, meta("creationTimestamp", "null")), "invitation-late"),
    ];
    for (report, code) in cases {
        let found = matched(report, listed(&stored(), NOW));
        assert_eq!(found.get("matches"), Some(&Value::Bool(false)), "{code}");
        assert_eq!(codes(found.list(&["findings"])), [code]);
        assert!(found.list(&["findings"]).iter().all(|finding| finding.text(&["level"]) == Some("error")), "{code}");
    }
    let incomplete = listed(&with(&stored(), &["ClusterRole"], Value::List(Vec::new())), NOW);
    assert_eq!(codes(matched(submitted(JANE, p256, |object| object), incomplete).list(&["findings"])), ["invitation-incomplete"]);
}

#[test]
fn a_request_of_no_invitation_has_no_match() {
    let plain = |object: Value| with(&with(&object, &["spec", "username"], "eve".into()), &["metadata", "name"], "eve".into());
    assert_eq!(matched(submitted(JANE, KeyAlgorithm::Ed25519, plain), listed(&stored(), NOW)), Value::Null);
    // Of an account of invitations it has one, also where the invitation is gone.
    let gone = matched(submitted(JANE, KeyAlgorithm::Ed25519, |object| object), Vec::new());
    assert_eq!((gone.get("matches"), codes(gone.list(&["findings"]))), (Some(&Value::Bool(false)), vec!["invitation-missing"]));
    // What is compared is the object, which must be what the report shows.
    let report = with(&submitted(JANE, KeyAlgorithm::Ed25519, |object| object), &["request", "user"], "eve".into());
    let arguments = Value::map([("report", Some(report)), ("invitations", Some(Value::List(listed(&stored(), NOW))))]);
    assert_eq!(invitation::compare(&arguments).unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn nothing_but_an_object_of_the_invitation_can_be_deleted() {
    let ask = |operation: &str, arguments: &str| api::request(Operation::from_name(operation)?, &json(arguments), NOW);
    let path = |arguments: &str| {
        let request = ask("delete-invitation", arguments).unwrap();
        assert_eq!(request.method, "DELETE");
        assert_eq!(request.body.unwrap().text(&["preconditions", "uid"]), Some("u"));
        request.path
    };
    assert_eq!(
        path(r#"{"kind":"ServiceAccount","name":"jane-x","uid":"u"}"#),
        "/api/v1/namespaces/kubecred-invitations/serviceaccounts/jane-x"
    );
    assert_eq!(
        path(r#"{"kind":"ClusterRole","name":"jane-x","uid":"u"}"#),
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/kubecred%3Ainvitation%3Ajane-x"
    );
    assert_eq!(
        path(r#"{"kind":"ClusterRoleBinding","name":"jane-x","uid":"u","forUser":true}"#),
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/kubecred%3Ainvited%3Ajane-x"
    );
    assert_eq!(
        path(r#"{"kind":"RoleBinding","name":"jane-x","uid":"u","namespace":"a","forUser":true}"#),
        "/apis/rbac.authorization.k8s.io/v1/namespaces/a/rolebindings/kubecred%3Ainvited%3Ajane-x"
    );
    assert_eq!(
        path(r#"{"kind":"ServiceAccount","name":"jane-x","uid":"u","namespace":"kube-system"}"#),
        "/api/v1/namespaces/kubecred-invitations/serviceaccounts/jane-x"
    );
    for arguments in [
        r#"{"kind":"ServiceAccount","name":"../x","uid":"u"}"#,
        r#"{"kind":"ServiceAccount","name":"","uid":"u"}"#,
        r#"{"kind":"Secret","name":"jane-x","uid":"u"}"#,
        r#"{"kind":"RoleBinding","name":"jane-x","uid":"u"}"#,
        r#"{"kind":"RoleBinding","name":"jane-x","uid":"u","namespace":"a/b","forUser":true}"#,
        r#"{"kind":"ServiceAccount","name":"jane-x"}"#,
    ] {
        assert!(ask("delete-invitation", arguments).is_err(), "{arguments}");
    }
    assert!(ask("list-invitations", r#"{"kind":"Secret"}"#).is_err());
    let close = ask("close-invitation", r#"{"name":"jane-x","uid":"u"}"#).unwrap();
    assert_eq!((close.method, close.body.as_ref().unwrap().text(&["metadata", "uid"])), ("PATCH", Some("u")));
    assert_eq!(close.body.unwrap().list(&["rules"]).len(), 1);
    let listing = ask("list-invitations", r#"{"kind":"ClusterRole","continue":"a&b"}"#).unwrap().path;
    assert_eq!(
        listing,
        "/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=500&labelSelector=app.kubernetes.io%2Fmanaged-by%3Dkubecred%2Capp.kubernetes.io%2Fcomponent%3Dinvitation&continue=a%26b"
    );
}
