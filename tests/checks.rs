//! What is asked before something is done, and the refusal that comes of a no: as the API server would have refused the action itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use common::{json, vector};
use kubecred::kubernetes::{check, status};
use kubecred::{Code, Value};

/// `[[{ verb, … }]]`, fields in the order of the alphabet, as `json` gives them.
fn asked(action: &str) -> Value {
    fn sorted(value: Value) -> Value {
        match value {
            Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
            Value::Map(mut pairs) => {
                pairs.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Map(pairs)
            }
            other => other,
        }
    }
    sorted(check::questions(&json(action)).unwrap())
}

#[test]
fn each_action_asks_for_what_the_api_server_authorizes() {
    let csr = r#""group":"certificates.k8s.io","resource":"certificatesigningrequests""#;
    assert_eq!(asked(r#"{"action":"request-certificate"}"#), json(&format!(r#"[[{{"verb":"create",{csr}}}]]"#)));
    assert_eq!(asked(r#"{"action":"list-requests"}"#), json(&format!(r#"[[{{"verb":"list",{csr}}}]]"#)));
    let signer = |name: &str| format!(r#"{{"verb":"approve","group":"certificates.k8s.io","resource":"signers","name":"{name}"}}"#);
    let update = format!(r#"[{{"verb":"update",{csr},"subresource":"approval"}}]"#);
    assert_eq!(
        asked(r#"{"action":"decide"}"#),
        json(&format!("[{update},[{},{}]]", signer("kubernetes.io/kube-apiserver-client"), signer("kubernetes.io/*")))
    );
    assert_eq!(
        asked(r#"{"action":"decide","signerName":"example.com/a"}"#),
        json(&format!("[{update},[{},{}]]", signer("example.com/a"), signer("example.com/*")))
    );
    assert_eq!(
        asked(r#"{"action":"issue-token","namespace":"ci","serviceAccount":"deployer"}"#),
        json(r#"[[{"namespace":"ci","verb":"create","resource":"serviceaccounts","subresource":"token","name":"deployer"}]]"#)
    );
}

#[test]
fn an_apply_is_a_patch_and_where_the_object_is_missing_a_create() {
    let role = r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"n"}}"#;
    let patch = r#"[{"namespace":"n","verb":"patch","group":"rbac.authorization.k8s.io","resource":"roles","name":"r"}]"#;
    let create = r#"[{"namespace":"n","verb":"create","group":"rbac.authorization.k8s.io","resource":"roles"}]"#;
    assert_eq!(asked(&format!(r#"{{"action":"apply","object":{role}}}"#)), json(&format!("[{patch}]")));
    assert_eq!(asked(&format!(r#"{{"action":"apply","object":{role},"exists":true}}"#)), json(&format!("[{patch}]")));
    assert_eq!(asked(&format!(r#"{{"action":"apply","object":{role},"exists":false}}"#)), json(&format!("[{patch},{create}]")));
    let account = r#"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a","namespace":"n"}}"#;
    assert_eq!(
        asked(&format!(r#"{{"action":"apply","object":{account}}}"#)),
        json(r#"[[{"namespace":"n","verb":"patch","resource":"serviceaccounts","name":"a"}]]"#)
    );
}

#[test]
fn a_no_names_the_permission_as_a_403_does() {
    let missing = |question: &str| check::missing(&json(&format!(r#"{{"question":{question}}}"#))).unwrap();
    let detail = |value: &Value, field: &str| {
        value
            .list(&["details"])
            .iter()
            .find(|one| one.text(&["field"]) == Some(field))
            .and_then(|one| one.text(&["message"]))
            .map(str::to_owned)
    };
    let requester = missing(r#"{"verb":"create","group":"certificates.k8s.io","resource":"certificatesigningrequests"}"#);
    assert_eq!(
        detail(&requester, "rule").unwrap(),
        r#"{"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests"],"verbs":["create"]}"#
    );
    assert_eq!(detail(&requester, "scope").unwrap(), "ClusterRole");
    assert!(detail(&requester, "role").is_some(), "all that a requester needs");
    let approver =
        missing(r#"{"verb":"update","group":"certificates.k8s.io","resource":"certificatesigningrequests","subresource":"approval"}"#);
    assert_eq!(
        detail(&approver, "rule").unwrap(),
        r#"{"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests/approval"],"verbs":["update"]}"#
    );
    let account = missing(r#"{"namespace":"ci","verb":"create","resource":"serviceaccounts","subresource":"token","name":"deployer"}"#);
    assert_eq!(detail(&account, "scope").unwrap(), "Role ci");
    assert_eq!(
        detail(&account, "rule").unwrap(),
        r#"{"apiGroups":[""],"resources":["serviceaccounts/token"],"resourceNames":["deployer"],"verbs":["create"]}"#
    );
}

#[test]
fn a_no_has_the_details_of_the_real_403() {
    let requests = r#""group":"certificates.k8s.io","resource":"certificatesigningrequests""#;
    for (file, question) in [
        ("403-create-csr", format!(r#"{{"verb":"create",{requests}}}"#)),
        ("403-list-csr", format!(r#"{{"verb":"list",{requests}}}"#)),
        (
            "403-approve-no-signer-permission",
            r#"{"verb":"approve","group":"certificates.k8s.io","resource":"signers","name":"kubernetes.io/kube-apiserver-client"}"#
                .to_owned(),
        ),
    ] {
        let body = json(std::str::from_utf8(&vector(&format!("api/{file}.json"))).unwrap());
        let refusal = status::check(&status::Answer { status: 403, body: Some(&body), retry_after: None }).unwrap_err();
        let missing = check::missing(&json(&format!(r#"{{"question":{question}}}"#))).unwrap();
        assert_eq!(missing.get("details"), Some(&Value::details(refusal.details())), "{file}");
    }
}

#[test]
fn what_is_no_action_is_refused() {
    for action in [r#"{}"#, r#"{"action":"delete"}"#, r#"{"action":"issue-token"}"#, r#"{"action":"apply","verb":"get"}"#] {
        assert_eq!(check::questions(&json(action)).unwrap_err().code(), Code::InvalidOptions, "{action}");
    }
    assert_eq!(check::questions(&json(r#"{"action":"apply","object":{"kind":"Pod"}}"#)).unwrap_err().code(), Code::InvalidObject);
    assert_eq!(check::missing(&json(r#"{"question":{}}"#)).unwrap_err().code(), Code::InvalidOptions);
}
