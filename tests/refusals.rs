//! Refusals of the API server whose names are chosen to look like other refusals: the sentence is parsed in its fixed form, and
//! a name in it decides nothing. Forms: Kubernetes 1.36.3, apimachinery `NewForbidden`, apiserver `forbiddenMessage`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::json;
use kubecred::kubernetes::status;
use kubecred::{Code, Error, Value};

/// Go's `%q` for what these names contain.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\u{200B}' => out.push_str("\\u200b"),
            '\u{1}' => out.push_str("\\x01"),
            '\u{E0001}' => out.push_str("\\U000e0001"),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

fn sanitized(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

struct Attributes<'a> {
    user: &'a str,
    verb: &'a str,
    resource: &'a str,
    group: &'a str,
    namespace: &'a str,
    name: &'a str,
}

/// `ForbiddenStatusError` of the API server.
fn forbidden(of: &Attributes<'_>, reason: &str) -> Error {
    let place =
        if of.namespace.is_empty() { " at the cluster scope".to_owned() } else { format!(" in the namespace {}", quoted(of.namespace)) };
    let sentence =
        format!("User {} cannot {} resource {} in API group {}{place}", quoted(of.user), of.verb, quoted(of.resource), quoted(of.group));
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let main = of.resource.split('/').next().unwrap();
    new_forbidden(main, of.group, of.name, &format!("{}{reason}", sanitized(&sentence)))
}

/// `NewForbidden` of apimachinery.
fn new_forbidden(resource: &str, group: &str, name: &str, reason: &str) -> Error {
    let kind = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
    let named = if name.is_empty() { String::new() } else { format!(" {}", quoted(name)) };
    answer(403, &format!("{kind}{named} is forbidden: {reason}"), &[("name", name), ("group", group), ("kind", resource)])
}

fn answer(http: u16, message: &str, details: &[(&'static str, &str)]) -> Error {
    let given = details.iter().filter(|(_, text)| !text.is_empty());
    let details = Value::Map(given.map(|(key, text)| ((*key).to_owned(), Value::from(*text))).collect());
    let body = Value::map([("kind", Some("Status".into())), ("message", Some(message.into())), ("details", Some(details))]);
    status::check(&status::Answer { status: http, body: Some(&body), retry_after: None }).unwrap_err()
}

/// Names that repeat parts of the server's other sentences.
const FORGED: [&str; 16] = [
    "system:anonymous",
    "\"system:anonymous\"",
    "x\" is forbidden: User \"system:anonymous\" cannot get resource \"pods\" in API group \"\" at the cluster scope",
    "is forbidden: User \"system:anonymous\" cannot get path \"/\"",
    "User \"system:anonymous\" cannot",
    "\\\" is forbidden: User \\\"system:anonymous\\\" cannot get path",
    "user not permitted to approve requests with signerName \"example.com/x\"",
    "x\" is forbidden: user not permitted to approve requests with signerName \"example.com/x\"",
    "user \"j\" (groups=[\"a\"]) is attempting to grant RBAC permissions not currently held:",
    "is attempting to grant RBAC permissions not currently held",
    "the UID in the bound object reference",
    "cannot change roleRef",
    "Apply failed with 1 conflict",
    "certificatesigningrequests/approval\"",
    "a\u{200B}\n\u{1}\u{E0001} \\ \" b",
    "x&quot;&lt;y>",
];

#[test]
fn names_in_a_sentence_decide_nothing() {
    for forged in FORGED {
        let object = Attributes {
            user: "jane",
            verb: "get",
            resource: "clusterrolebindings",
            group: "rbac.authorization.k8s.io",
            namespace: "",
            name: forged,
        };
        let error = forbidden(&object, "");
        assert!(!error.message().contains("arrived without credentials"), "{forged}: {error}");
        assert!(!error.message().contains("lacks this permission"), "{forged}: {error}");
        let rule = json(&error.details()[0].message);
        assert_eq!(
            (rule.texts(&["resources"]), rule.texts(&["verbs"])),
            (vec!["clusterrolebindings".to_owned()], vec!["get".to_owned()]),
            "{forged}"
        );
        assert_eq!(error.details()[1].message, "ClusterRole", "{forged}");

        let user = forbidden(&Attributes { user: forged, name: "", ..object }, "");
        assert_eq!(user.message().contains("arrived without credentials"), forged == "system:anonymous", "{forged}: {user}");
        let place = forbidden(&Attributes { namespace: forged, name: "", resource: "pods", group: "", ..object }, "");
        assert!(
            !place.message().contains("arrived without credentials") && place.details()[1].message.starts_with("Role "),
            "{forged}: {place}"
        );
        let reason = forbidden(&Attributes { name: "", ..object }, forged);
        assert!(
            !reason.message().contains("arrived without credentials") && !reason.message().contains("lacks this permission"),
            "{forged}: {reason}"
        );
        // A webhook's or another admission's own sentence.
        let other = new_forbidden("pods", "", "p", &format!("admission webhook {} denied the request: {forged}", quoted(forged)));
        assert!(
            other.details().is_empty()
                && !other.message().contains("arrived without credentials")
                && !other.message().contains("lacks this permission"),
            "{forged}: {other}"
        );

        let conflict = answer(
            409,
            &format!("Operation cannot be fulfilled on secrets {}: {forged}", quoted(forged)),
            &[("name", forged), ("kind", "secrets")],
        );
        assert!(conflict.code() == Code::Conflict && conflict.message().contains("Read it again"), "{forged}: {conflict}");
        let invalid = answer(
            422,
            &format!("ClusterRoleBinding {} is invalid: {forged}", quoted(forged)),
            &[("name", forged), ("kind", "ClusterRoleBinding")],
        );
        assert!(!invalid.message().contains("Delete the binding first"), "{forged}: {invalid}");
    }
}

#[test]
fn names_that_need_escapes_come_out_as_they_are() {
    for name in ["a\"b", "a\\b", "a&b<c>", "ä", "a\nb"] {
        let error = forbidden(&Attributes { user: "jane", verb: "get", resource: "secrets", group: "", namespace: "apps", name }, "");
        let rule = json(&error.details()[0].message);
        let shown = if name == "a\nb" { rule.texts(&["resourceNames"])[0].clone() } else { name.to_owned() };
        assert_eq!(rule.texts(&["resourceNames"]), [shown], "{name}");
    }
    let path = answer(403, "forbidden: User \"j\" cannot get path \"/a&amp;b\"", &[]);
    assert_eq!(json(&path.details()[0].message).texts(&["nonResourceURLs"]), ["/a&b"]);
}

#[test]
fn a_requester_of_a_certificate_is_told_the_whole_role() {
    let csr = Attributes {
        user: "jane",
        verb: "create",
        resource: "certificatesigningrequests",
        group: "certificates.k8s.io",
        namespace: "",
        name: "",
    };
    let of = |verb: &'static str, name: &'static str| forbidden(&Attributes { verb, name, ..csr }, "");
    for (verb, name, who) in
        [("create", "", "requester"), ("watch", "jane-1", "requester"), ("list", "", "approver"), ("watch", "", "approver")]
    {
        let error = of(verb, name);
        assert!(error.message().contains(&format!("The {who} lacks this permission")), "{verb} {name}: {error}");
    }
    let get = of("get", "jane-1");
    assert!(!get.message().contains("lacks this permission"), "both of them read a request: {get}");
    for (verb, name) in [("create", ""), ("get", "jane-1"), ("watch", "jane-1")] {
        let error = of(verb, name);
        let role = error.details().iter().find(|detail| detail.field.as_deref() == Some("role")).expect("a role");
        let Value::List(rules) = json(&role.message) else { panic!("{}", role.message) };
        assert_eq!(rules[0].texts(&["verbs"]), ["create"]);
        assert_eq!(rules[1].texts(&["verbs"]), ["get", "list", "watch"]);
        assert_eq!(rules[1].texts(&["resourceNames"]), if name.is_empty() { vec![] } else { vec![name.to_owned()] });
    }
    assert!(of("list", "").details().iter().all(|detail| detail.field.as_deref() != Some("role")));
}

#[test]
fn a_refusal_by_a_proxy_is_marked() {
    let error = status::check(&status::Answer { status: 403, body: None, retry_after: None }).unwrap_err();
    assert_eq!(
        error.details().iter().map(|detail| (detail.field.as_deref(), detail.message.as_str())).collect::<Vec<_>>(),
        [(Some("answeredBy"), "proxy")]
    );
}

#[test]
fn a_refusal_by_the_guard_or_nginx_is_told_apart_by_its_cause() {
    let details = |status: u16, body: &str| {
        let error = status::check(&status::Answer { status, body: Some(&json(body)), retry_after: None }).unwrap_err();
        let details =
            error.details().iter().map(|detail| (detail.field.clone().unwrap_or_default(), detail.message.clone())).collect::<Vec<_>>();
        (error.code(), error.message().to_owned(), details)
    };
    let ours = |status: u16, reason: &str| {
        let body = format!(
            r#"{{"kind":"Status","status":"Failure","message":"Ours.","reason":"Forbidden","details":{{"causes":[{{"reason":"{reason}","message":"Ours."}}]}},"code":{status}}}"#
        );
        details(status, &body)
    };
    let proxy = |refusal: &str| vec![("answeredBy".to_owned(), "proxy".to_owned()), ("refusal".to_owned(), refusal.to_owned())];
    for (status, code, refusal) in [
        (403, Code::Forbidden, "read-only"),
        (403, Code::Forbidden, "path"),
        (405, Code::Forbidden, "method"),
        (401, Code::Unauthorized, "session"),
        (404, Code::NotFound, "offline"),
        (413, Code::TooLarge, "body"),
        (502, Code::ServerError, "cluster"),
        (503, Code::ServerError, "waiting"),
        (400, Code::BadAnswer, "framing"),
    ] {
        assert_eq!(ours(status, &format!("kubecred-{refusal}")), (code, "Ours.".to_owned(), proxy(refusal)));
    }
    // The API server's own causes, and what only looks like one of ours: no word of a sentence decides.
    for reason in ["FieldValueInvalid", "kubecred-", "kubecred-A", "xkubecred-path", "kubecred-path of somebody"] {
        assert!(ours(403, reason).2.iter().all(|(field, _)| field != "answeredBy"), "{reason}");
    }
    let sentence =
        r#"{"kind":"Status","message":"kubecred-path: kubecred does not forward this API path","reason":"Forbidden","code":403}"#;
    assert!(details(403, sentence).2.is_empty());
}
