//! Roles, bindings, and what they allow. What a real server makes of them is in tests/package/access.test.mjs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::common;

use common::{NOW, json, vector};
use kubecred::finding::FindingCode;
use kubecred::kubernetes::api;
use kubecred::kubernetes::operation::Operation;
use kubecred::kubernetes::rbac::grant::{self, Danger};
use kubecred::kubernetes::rbac::matrix::{self, Manifests, Who};
use kubecred::kubernetes::rbac::rule::{Question, Rule};
use kubecred::kubernetes::rbac::template::{self, TEMPLATES};
use kubecred::kubernetes::rbac::{self, live, manifest};
use kubecred::kubernetes::status;
use kubecred::{Code, Value};

fn build(options: &str) -> Vec<Value> {
    manifest::build(&json(options)).unwrap_or_else(|error| panic!("{options}: {error}"))
}

fn refused(options: &str) -> (Code, String) {
    let error = manifest::build(&json(options)).expect_err(options);
    (error.code(), error.details().first().and_then(|detail| detail.field.clone()).unwrap_or_default())
}

/// Keys in the order that serde_json gives them.
fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(sorted).collect()),
        Value::Map(pairs) => {
            let mut pairs: Vec<_> = pairs.iter().map(|(key, item)| (key.clone(), sorted(item))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(pairs)
        }
        other => other.clone(),
    }
}

fn codes(findings: &[kubecred::Finding]) -> Vec<(&str, &str)> {
    let mut codes: Vec<(&str, &str)> = findings.iter().map(|finding| (finding.code.as_str(), finding.level.as_str())).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_template_becomes_a_role_and_its_binding() {
    let made = build(r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"pod-reader","namespace":"apps"}"#);
    let expected = json(
        r#"[{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"kubecred:pod-reader","namespace":"apps"},"rules":[
              {"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]},
              {"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}]},
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"kubecred:pod-reader:user:jane","namespace":"apps"},
             "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"jane"}],
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"kubecred:pod-reader"}}]"#,
    );
    assert_eq!(sorted(&Value::List(made)), expected);
    let made =
        build(r#"{"subjects":[{"kind":"ServiceAccount","name":"ci"},{"kind":"Group","name":"dev"}],"role":"view","namespace":"apps"}"#);
    assert_eq!(made.len(), 1, "view exists");
    assert_eq!(made[0].text(&["metadata", "name"]), Some("view:serviceaccount:apps:ci+group:dev"));
    assert_eq!(sorted(&made[0].list(&["subjects"])[0]), json(r#"{"kind":"ServiceAccount","name":"ci","namespace":"apps"}"#));
    assert_eq!(made[0].text(&["roleRef", "kind"]), Some("ClusterRole"));
    let made = build(r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"csr-approver","name":"a:b*c"}"#);
    let kinds: Vec<_> = made.iter().map(|object| (object.text(&["kind"]).unwrap(), object.text(&["metadata", "name"]).unwrap())).collect();
    assert_eq!(kinds, [("ClusterRole", "kubecred:csr-approver"), ("ClusterRoleBinding", "a:b*c")]);
    assert_eq!(made[1].at(&["metadata", "namespace"]), None);
    let made = build(
        r#"{"subjects":[{"kind":"User","name":"j"}],"role":{"name":"own:*","rules":[{"apiGroups":["*"],"resources":["*/scale"],"verbs":["*"],"resourceNames":["a:b"]}]}}"#,
    );
    assert_eq!(
        [sorted(&made[0].list(&["rules"])[0])],
        [json(r#"{"apiGroups":["*"],"resources":["*/scale"],"resourceNames":["a:b"],"verbs":["*"]}"#)]
    );
    let made = build(r#"{"subjects":[{"kind":"User","name":"j"}],"role":{"name":"there","kind":"Role"},"namespace":"a"}"#);
    assert_eq!((made.len(), made[0].text(&["roleRef", "kind"])), (1, Some("Role")));
    let longest = "a".repeat(253);
    let made = build(&format!(r#"{{"subjects":[{{"kind":"User","name":"j"}}],"role":"view","name":"{longest}"}}"#));
    assert_eq!(made[0].text(&["metadata", "name"]), Some(longest.as_str()));
}

#[test]
fn what_the_server_would_refuse_is_refused_with_its_field() {
    let with = |rest: &str| refused(&format!(r#"{{"subjects":[{{"kind":"User","name":"jane"}}],{rest}}}"#));
    let role = |rule: &str| with(&format!(r#""role":{{"name":"r","rules":[{rule}]}}"#));
    for (found, field) in [
        (with(r#""role":"view","name":"a/b""#), "name"),
        (with(r#""role":"view","name":"a%b""#), "name"),
        (with(r#""role":"view","name":"..""#), "name"),
        (with(r#""role":"view","name":"""#), "name"),
        (with(&format!(r#""role":"view","name":"{}""#, "a".repeat(254))), "name"),
        (with(r#""role":{"name":".","rules":[]}"#), "role.name"),
        (with(r#""role":"view","namespace":"A""#), "namespace"),
        (with(r#""role":"csr-approver","namespace":"apps""#), "namespace"),
        (with(r#""role":{"name":"r","kind":"Role"}"#), "namespace"),
        (with(r#""role":{"name":"r","kind":"Rolle"}"#), "role.kind"),
        (with(r#""role":{"name":"r","rules":[]}"#), "role.rules"),
        (role(r#"{"apiGroups":[""],"resources":["pods"],"verbs":[]}"#), "role.rules[0].verbs"),
        (role(r#"{"resources":["pods"],"verbs":["get"]}"#), "role.rules[0].apiGroups"),
        (role(r#"{"apiGroups":[""],"verbs":["get"]}"#), "role.rules[0].resources"),
        (role(r#"{"apiGroups":[""],"resources":["pods "],"verbs":["get"]}"#), "role.rules[0].resources"),
        (role(r#"{"nonResourceURLs":["/x"],"resources":["pods"],"verbs":["get"]}"#), "role.rules[0].nonResourceURLs"),
        (
            with(r#""namespace":"a","role":{"name":"r","rules":[{"nonResourceURLs":["/x"],"verbs":["get"]}]}"#),
            "role.rules[0].nonResourceURLs",
        ),
        (refused(r#"{"subjects":[],"role":"view"}"#), "subjects"),
        (refused(r#"{"subjects":[{"kind":"User","name":""}],"role":"view"}"#), "subjects[0].name"),
        (refused(r#"{"subjects":[{"kind":"User","name":"a","namespace":"b"}],"role":"view"}"#), "subjects[0].namespace"),
        (refused(r#"{"subjects":[{"kind":"Role","name":"a"}],"role":"view"}"#), "subjects[0].kind"),
        (refused(r#"{"subjects":[{"kind":"ServiceAccount","name":"a"}],"role":"view"}"#), "subjects[0].namespace"),
        (refused(r#"{"subjects":[{"kind":"ServiceAccount","name":"A","namespace":"b"}],"role":"view"}"#), "subjects[0].name"),
    ] {
        assert_eq!((found.0, found.1.as_str()), (Code::InvalidObject, field));
    }
    for shape in
        [r#""role":"viev""#, r#""role":5"#, r#""role":{"rules":[]}"#, r#""role":"view","verbs":[]"#, r#""role":{"name":"r","rules":{}}"#]
    {
        assert_eq!(with(shape).0, Code::InvalidOptions, "{shape}");
    }
    assert_eq!(refused(r#"{"role":"view"}"#).0, Code::InvalidOptions);
}

#[test]
fn every_danger_in_the_table_is_named_and_nothing_else() {
    let cases = json(std::str::from_utf8(&vector("access/risks.json")).unwrap());
    let Value::List(cases) = cases else { panic!("a list") };
    let mut seen = std::collections::BTreeSet::new();
    for case in &cases {
        let name = case.text(&["name"]).unwrap();
        assert!(case.text(&["why"]).unwrap().len() > 5, "{name}: says why");
        let wide = case.text(&["scope"]) != Some("namespace");
        let (role_kind, binding_kind) = if wide { ("ClusterRole", "ClusterRoleBinding") } else { ("Role", "RoleBinding") };
        let meta = Value::map([("name", Some("x".into())), ("namespace", (!wide).then(|| "apps".into()))]);
        let subject = case.get("subject").cloned().unwrap_or(json(r#"{"kind":"User","name":"jane"}"#));
        let built_in = case.text(&["role"]);
        let reference = Value::map([
            ("kind", Some(if built_in.is_some() { "ClusterRole" } else { role_kind }.into())),
            ("name", Some(built_in.unwrap_or("x").into())),
        ]);
        let rules = case.get("rule").cloned().unwrap_or(json(r#"{"apiGroups":["x"],"resources":["y"],"verbs":["get"]}"#));
        let objects = Value::List(vec![
            Value::map([("kind", Some(role_kind.into())), ("metadata", Some(meta.clone())), ("rules", Some(Value::List(vec![rules])))]),
            Value::map([
                ("kind", Some(binding_kind.into())),
                ("metadata", Some(meta)),
                ("subjects", Some(Value::List(vec![subject]))),
                ("roleRef", Some(reference)),
            ]),
        ]);
        let findings = matrix::findings(&objects).unwrap();
        let mut expected: Vec<(&str, &str)> =
            case.list(&["findings"]).iter().map(|finding| (finding.text(&["code"]).unwrap(), finding.text(&["level"]).unwrap())).collect();
        expected.sort_unstable();
        assert_eq!(codes(&findings), expected, "{name}");
        for finding in &findings {
            seen.insert(finding.code.as_str());
            assert!(finding.message.len() > 8 && !finding.message.contains('{') && finding.path.is_some(), "{name}: {}", finding.message);
        }
    }
    assert!(seen.len() >= 75, "{}", seen.len());
    println!("{} cases, {} findings", cases.len(), seen.len());
}

#[test]
fn the_matrix_adds_up_what_bindings_give() {
    let manifests = r#"[
      {"apiVersion":"v1","kind":"List","items":[
        {"kind":"Role","metadata":{"name":"r","namespace":"apps"},"rules":[
          {"apiGroups":["","apps"],"resources":["pods","pods/log"],"verbs":["list","get"]},
          {"apiGroups":[""],"resources":["pods"],"verbs":["patch","approve","get"]},
          {"apiGroups":[""],"resources":["secrets"],"resourceNames":["b","a"],"verbs":["get"]}]},
        {"kind":"RoleBinding","metadata":{"name":"rb","namespace":"apps"},"subjects":[{"kind":"Group","name":"dev"}],"roleRef":{"kind":"Role","name":"r"}}]},
      {"kind":"ClusterRoleBindingList","items":[
        {"metadata":{"name":"crb"},"subjects":[{"kind":"User","name":"jane"}],"roleRef":{"kind":"ClusterRole","name":"paths"}},
        {"metadata":{"name":"lost"},"subjects":[{"kind":"User","name":"jane"}],"roleRef":{"kind":"ClusterRole","name":"gone"}}]},
      {"kind":"ClusterRole","metadata":{"name":"paths"},"rules":[{"nonResourceURLs":["/metrics"],"verbs":["get"]},{"apiGroups":[""],"resources":["nodes"],"verbs":["*"]}]},
      {"kind":"Deployment","metadata":{"name":"other"}}]"#;
    let ask = |namespace: &str| {
        let options = format!(r#"{{"manifests":{manifests},"subject":{{"kind":"User","name":"jane","groups":["dev"]}}{namespace}}}"#);
        matrix::matrix(&json(&options)).unwrap()
    };
    let made = ask(r#","namespace":"apps""#);
    assert_eq!(made.texts(&["groups"]), ["dev", "system:authenticated"]);
    assert_eq!(made.texts(&["verbs"]), ["*", "get", "list", "patch", "approve"]);
    let row = |row: &Value| {
        let of = |key: &str| row.text(&[key]).unwrap().to_owned();
        (
            of("scope"),
            of("apiGroup"),
            of("resource"),
            row.texts(&["resourceNames"]).join(","),
            row.texts(&["verbs"]).join(" "),
            row.texts(&["by"]).join(","),
        )
    };
    let rows: Vec<_> = made.list(&["rows"]).iter().map(row).collect();
    let line = |scope: &str, group: &str, resource: &str, names: &str, verbs: &str, by: &str| {
        (scope.to_owned(), group.to_owned(), resource.to_owned(), names.to_owned(), verbs.to_owned(), by.to_owned())
    };
    let rb = "RoleBinding \"rb\"";
    assert_eq!(
        rows,
        [
            line("cluster", "", "nodes", "", "*", "ClusterRoleBinding \"crb\""),
            line("namespace", "", "pods", "", "get list patch approve", rb),
            line("namespace", "", "pods/log", "", "get list", rb),
            line("namespace", "", "secrets", "a,b", "get", rb),
            line("namespace", "apps", "pods", "", "get list", rb),
            line("namespace", "apps", "pods/log", "", "get list", rb),
        ]
    );
    assert_eq!([sorted(&made.list(&["paths"])[0])], [json(r#"{"path":"/metrics","verbs":["get"],"by":["ClusterRoleBinding \"crb\""]}"#)]);
    let has = |made: &Value, code: &str| made.list(&["findings"]).iter().any(|finding| finding.text(&["code"]) == Some(code));
    assert!(has(&made, "role-unknown") && has(&made, "secrets-get") && !has(&made, "other-namespaces"));
    let wide = ask("");
    assert!(has(&wide, "other-namespaces") && !has(&wide, "secrets-get"), "{wide:?}");
    assert_eq!(wide.list(&["rows"]).len(), 1);
    assert_eq!(ask(r#","namespace":"other""#).list(&["rows"]).len(), 1);
}

#[test]
fn texts_are_read_as_kubectl_reads_them() {
    let role = "kind: Role\nmetadata: {name: r, namespace: apps}\nrules:\n- apiGroups: ['']\n  resources: [secrets]\n  verbs: [get]\n";
    let binding =
        "kind: RoleBinding\nmetadata: {name: b, namespace: apps}\nsubjects: [{kind: User, name: jane}]\nroleRef: {kind: Role, name: r}\n";
    let rows = |manifests: Value| {
        let subject = json(r#"{"kind":"User","name":"jane"}"#);
        let options = Value::map([("manifests", Some(manifests)), ("subject", Some(subject)), ("namespace", Some("apps".into()))]);
        rbac::matrix(options).unwrap().list(&["rows"]).len()
    };
    let text = format!("# first\n---\n{role}--- # second\n{binding}---\n");
    assert_eq!(rows(text.as_str().into()), 1);
    assert_eq!(rows(Value::List(vec![role.into(), binding.into()])), 1);
    assert_eq!(rows(Value::List(vec![role.into(), json(r#"{"kind":"Other"}"#)])), 0);
    assert_eq!(rows(r#"{"kind":"List","items":[]}"#.into()), 0);
    let Value::List(found) = rbac::findings(text.into()).unwrap() else { panic!("a list") };
    assert_eq!(found[0].text(&["code"]), Some("secrets-get"));
    let error = rbac::findings("kind: Role\n---\nkind: Role\nrules: ]\n".into()).unwrap_err();
    assert!(error.code() == Code::InvalidYaml && error.message().starts_with("line 4"), "{error}");
    assert_eq!(Operation::from_name("nothing").unwrap_err().code(), Code::InvalidOptions);
}

#[test]
fn comparisons_are_the_server_s() {
    let allows = |text: &str, question: Question<'_>| Rule::from_value(&json(text)).allows(&question);
    let ask = |group, resource, subresource, verb, name| Question { group, resource, subresource, verb, name, ..Question::default() };
    let pods = r#"{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}"#;
    assert!(allows(pods, ask("", "pods", "", "get", "x")) && !allows(pods, ask("", "pods", "log", "get", "x")));
    assert!(!allows(pods, ask("apps", "pods", "", "get", "")) && !allows(pods, ask("", "pods", "", "list", "")));
    let star = r#"{"apiGroups":["*"],"resources":["*/scale"],"verbs":["*"]}"#;
    assert!(allows(star, ask("apps", "deployments", "scale", "patch", "")) && !allows(star, ask("apps", "scale", "", "get", "")));
    assert!(
        allows(r#"{"apiGroups":["*"],"resources":["*"],"verbs":["get"]}"#, ask("x", "y", "z", "get", "")),
        "a star is subresources as well"
    );
    let named = r#"{"apiGroups":[""],"resources":["pods"],"resourceNames":["a"],"verbs":["*"]}"#;
    assert!(allows(named, ask("", "pods", "", "get", "a")) && !allows(named, ask("", "pods", "", "list", "")));
    assert!(
        !allows(r#"{"apiGroups":[""],"resources":["pods"],"resourceNames":["*"],"verbs":["get"]}"#, ask("", "pods", "", "get", "a")),
        "no star in names"
    );
    let path = |url: &str, path| {
        allows(&format!(r#"{{"nonResourceURLs":["{url}"],"verbs":["get"]}}"#), Question { verb: "get", path, ..Question::default() })
    };
    assert!(path("/healthz", "/healthz") && path("/healthz/*", "/healthz/etcd") && !path("/healthz/*", "/healthz") && path("*", "/x"));
    assert!(!path("/a*b", "/acb") && path("/a**", "/ab") && !path("/a", "/ab"));
    let everything = r#"{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}"#;
    assert!(!allows(everything, Question { verb: "get", path: "/healthz", ..Question::default() }));
}

#[test]
fn a_question_goes_to_whom_a_binding_names() {
    let manifests = json(
        r#"[{"kind":"ClusterRole","metadata":{"name":"c"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]},{"nonResourceURLs":["/x"],"verbs":["get"]}]},
            {"kind":"RoleBinding","metadata":{"name":"rb","namespace":"n"},"subjects":[{"kind":"ServiceAccount","name":"s"},{"kind":"ServiceAccount","name":"t","namespace":"m"},{"kind":"User","name":"u"}],"roleRef":{"kind":"ClusterRole","name":"c"}},
            {"kind":"ClusterRoleBinding","metadata":{"name":"none"},"subjects":[{"kind":"ServiceAccount","name":"s"}],"roleRef":{"kind":"ClusterRole","name":"c"}}]"#,
    );
    let manifests = Manifests::read(&manifests).unwrap();
    let may = |subject: &str, question: Question<'_>| {
        matrix::review(&manifests, &Who::from_value(&json(subject)).unwrap(), &[question]).remove(0)
    };
    let here = Question { namespace: "n", verb: "get", resource: "pods", ..Question::default() };
    let said = may(r#"{"kind":"ServiceAccount","name":"s","namespace":"n"}"#, here).unwrap();
    assert_eq!(said, r#"RoleBinding "rb/n" of ClusterRole "c" to ServiceAccount "s/n""#);
    assert!(may(r#"{"kind":"ServiceAccount","name":"s","namespace":"m"}"#, here).is_none());
    assert!(may(r#"{"kind":"User","name":"system:serviceaccount:m:t"}"#, here).is_some());
    let user = r#"{"kind":"User","name":"u"}"#;
    assert!(may(user, here).is_some());
    assert!(may(user, Question { namespace: "m", ..here }).is_none() && may(user, Question { namespace: "", ..here }).is_none());
    assert!(may(user, Question { verb: "get", path: "/x", ..Question::default() }).is_none(), "paths take a ClusterRoleBinding");
    assert!(may(r#"{"kind":"Group","name":"u"}"#, here).is_none());
    assert!(
        may(r#"{"kind":"User","name":"x","groups":["system:masters"]}"#, Question { verb: "get", path: "/x", ..Question::default() })
            .is_some()
    );
    assert!(matrix::answers(&json(r#"{"manifests":[],"subject":{"kind":"User","name":"x"},"questions":[{"verb":"get"}]}"#)).is_err());
    assert!(Manifests::read(&json("[5]")).is_err());
}

#[test]
fn templates_are_safe_to_give_and_name_what_they_do() {
    for template in &TEMPLATES {
        let made = build(&format!(r#"{{"subjects":[{{"kind":"User","name":"jane"}}],"role":"{}"}}"#, template.id));
        assert_eq!(made.len(), if template.built_in { 1 } else { 2 }, "{}", template.id);
        let findings = matrix::findings(&Value::List(made)).unwrap();
        let said: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
        let expected: &[&str] = match template.id {
            "view" => &["role-view-everywhere", "role-built-in"],
            "pod-reader" => &["pods-log"],
            "deployer" => &["pods-log", "workloads-write", "configmaps-write", "services-write"],
            "port-forward" => &["pods-portforward"],
            "exec" => &["pods-exec"],
            "edit" | "admin" => &["role-edit", "role-built-in"],
            "csr-requester" => &[],
            "csr-approver" => &["csr-approve", "signers-approve-client"],
            _ => &["role-cluster-admin", "role-built-in"],
        };
        let set = |list: &[&str]| list.iter().map(|code| (*code).to_owned()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(set(&said), set(expected), "{}", template.id);
    }
}

#[test]
fn what_one_click_should_not_give_is_told_from_what_is_ordinary() {
    let grant = |options: &str| grant::grant(&Value::List(build(options))).unwrap();
    let cases = [
        (r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"pod-reader"}"#, None, "jane"),
        (r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"deployer"}"#, None, "jane"),
        (r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"cluster-admin","namespace":"apps"}"#, None, "jane"),
        (r#"{"subjects":[{"kind":"User","name":"jane"}],"role":"cluster-admin"}"#, Some(Danger::Control), "jane"),
        (
            r#"{"subjects":[{"kind":"User","name":"jane"},{"kind":"Group","name":"system:serviceaccounts"}],"role":"cluster-admin"}"#,
            Some(Danger::ControlForEveryone),
            "system:serviceaccounts",
        ),
        (
            r#"{"subjects":[{"kind":"Group","name":"system:unauthenticated"}],"role":"pod-reader"}"#,
            Some(Danger::Anonymous),
            "system:unauthenticated",
        ),
        (r#"{"subjects":[{"kind":"Group","name":"system:authenticated"}],"role":"csr-requester"}"#, None, "system:authenticated"),
        (
            r#"{"subjects":[{"kind":"Group","name":"system:authenticated"}],"role":"edit","namespace":"apps"}"#,
            Some(Danger::DangerousForEveryone),
            "system:authenticated",
        ),
    ];
    for (options, danger, subject) in cases {
        let found = grant(options);
        assert_eq!((found.danger, found.subject.as_str(), found.reasons.is_empty()), (danger, subject, danger.is_none()), "{options}");
        let lint: Vec<_> = matrix::findings(&Value::List(build(options))).unwrap().iter().map(|finding| finding.code).collect();
        assert!(found.reasons.iter().all(|code| lint.contains(code)), "every reason is a finding of lint: {options}");
    }
    let twice =
        r#"{"subjects":[{"kind":"Group","name":"system:unauthenticated"},{"kind":"User","name":"system:anonymous"}],"role":"pod-reader"}"#;
    assert_eq!(grant(twice).reasons, [FindingCode::SubjectAnonymous], "each once");
    // The rules of a ClusterRole reach as far as its bindings do.
    let rule = r#"{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["escalate"]}"#;
    let role = format!(r#"{{"kind":"ClusterRole","metadata":{{"name":"r"}},"rules":[{rule}]}}"#);
    let bound = |kind: &str| {
        let binding = format!(
            r#"{{"kind":"{kind}","metadata":{{"name":"b"}},"subjects":[{{"kind":"User","name":"a"}}],"roleRef":{{"kind":"ClusterRole","name":"r"}}}}"#
        );
        grant::grant(&Value::List(vec![json(&role), json(&binding)])).unwrap()
    };
    assert_eq!(bound("ClusterRoleBinding").danger, Some(Danger::Control));
    assert_eq!(bound("ClusterRoleBinding").reasons, [FindingCode::RbacEscalate]);
    assert_eq!(bound("RoleBinding").danger, None);
    let text = rbac::grant(
        "kind: ClusterRoleBinding\nroleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: User, name: jane}]\n".into(),
    )
    .unwrap();
    assert_eq!((text.text(&["danger"]), text.text(&["subject"])), (Some("control"), Some("jane")));
    assert_eq!(rbac::grant(Value::List(Vec::new())).unwrap().text(&["subject"]), Some(""));
}

#[test]
fn requests_for_rights_and_apply() {
    let request = |operation: &str, arguments: &str| api::request(Operation::from_name(operation)?, &json(arguments), NOW);
    let asked = request("permissions", r#"{"namespace":"apps"}"#).unwrap();
    assert_eq!((asked.method, asked.path.as_str()), ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"));
    assert!(request("permissions", "{}").is_err() && request("permissions", r#"{"namespace":"a/b"}"#).is_err());
    let asked = request("can", r#"{"verb":"approve","group":"certificates.k8s.io","resource":"signers","name":"a/b"}"#).unwrap();
    let attributes = r#"{"verb":"approve","group":"certificates.k8s.io","resource":"signers","name":"a/b"}"#;
    assert_eq!(sorted(asked.body.unwrap().at(&["spec", "resourceAttributes"]).unwrap()), json(attributes));
    let asked = request("can", r#"{"verb":"get","path":"/x"}"#).unwrap();
    assert_eq!(sorted(asked.body.unwrap().get("spec").unwrap()), json(r#"{"nonResourceAttributes":{"verb":"get","path":"/x"}}"#));
    let object = r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"a:*b","namespace":"n"}}"#;
    let applied = request("apply", &format!(r#"{{"object":{object},"dryRun":true,"force":true}}"#)).unwrap();
    assert_eq!((applied.method, applied.content_type()), ("PATCH", Some("application/apply-patch+yaml")));
    assert_eq!(
        applied.path,
        "/apis/rbac.authorization.k8s.io/v1/namespaces/n/roles/a%3A%2Ab?fieldManager=kubecred&fieldValidation=Strict&dryRun=All&force=true"
    );
    let read = request("get-object", r#"{"object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}}}"#).unwrap();
    assert_eq!((read.path.as_str(), read.content_type()), ("/api/v1/namespaces/n", None));
    for bad in [
        r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"}}"#,
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}"#,
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":"x"}}"#,
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"../x","namespace":"x"}}"#,
        r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x","namespace":"x"}}"#,
        r#"{"apiVersion":"rbac.authorization.k8s.io/v1beta1","kind":"Role","metadata":{"name":"x","namespace":"x"}}"#,
        "5",
    ] {
        assert!(request("apply", &format!(r#"{{"object":{bad}}}"#)).is_err(), "{bad}");
    }
}

#[test]
fn answers_about_rights() {
    let file = |name: &str| json(std::str::from_utf8(&vector(&format!("api/{name}.json"))).unwrap());
    let answer = |operation: Operation, name: &str| api::answer(operation, &file(name), None, NOW).unwrap().unwrap();
    let rights = answer(Operation::Permissions, "selfsubjectrulesreview");
    assert_eq!((rights.list(&["rules"]).len(), rights.get("incomplete")), (5, Some(&Value::Bool(false))));
    let signer = &rights.list(&["rules"])[4];
    assert_eq!(
        (signer.texts(&["verbs"]), signer.texts(&["resourceNames"])),
        (vec!["approve".into()], vec!["kubernetes.io/kube-apiserver-client".into()])
    );
    assert_eq!(rights.texts(&["verbs"]), ["get", "list", "watch", "create", "update", "approve"]);
    assert_eq!((rights.list(&["rows"]).len(), rights.list(&["paths"]).len()), (6, 11));
    let mut partial = file("selfsubjectrulesreview");
    partial.set(
        "status",
        json(r#"{"resourceRules":[],"incomplete":true,"evaluationError":"webhook authorizer does not support user rule resolution"}"#),
    );
    let partial = live::permissions(&partial).unwrap();
    assert_eq!((partial.get("incomplete"), partial.text(&["reason"]).is_some()), (Some(&Value::Bool(true)), true));
    assert_eq!(answer(Operation::Can, "selfsubjectaccessreview-allowed").get("allowed"), Some(&Value::Bool(true)));
    assert_eq!(answer(Operation::Can, "selfsubjectaccessreview-denied"), json(r#"{"allowed":false}"#));
    assert!(live::permissions(&json("{}")).is_err() && live::allowed(&json("{}")).is_err());
    assert_eq!(api::answer(Operation::Version, &json("{}"), None, NOW).unwrap(), None);
}

#[test]
fn refusals_of_bindings_say_what_to_do() {
    let fail_with = |http: u16, message: &str, details: &str| {
        let body = Value::map([("kind", Some("Status".into())), ("message", Some(message.into())), ("details", Some(json(details)))]);
        status::check(&status::Answer { status: http, body: Some(&body), retry_after: None }).unwrap_err()
    };
    let fail = |http: u16, message: &str| fail_with(http, message, "{}");
    let role_ref = "RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value: {}: cannot change roleRef";
    let error = fail_with(
        422,
        role_ref,
        r#"{"kind":"RoleBinding","causes":[{"reason":"FieldValueInvalid","field":"roleRef","message":"Invalid value: {}: cannot change roleRef"}]}"#,
    );
    assert!(error.code() == Code::InvalidObject && error.message().contains("Delete the binding first"));
    let error =
        fail(403, "roles \"x\" is forbidden: user \"j\" (groups=[\"a\"]) is attempting to grant RBAC permissions not currently held:\n{}");
    assert!(error.code() == Code::Forbidden && error.message().contains("grant only permissions that you have"));
    let conflict = "Apply failed with 1 conflict: conflict with \"kubectl-create\" using rbac.authorization.k8s.io/v1: .rules";
    let error = fail_with(
        409,
        conflict,
        r#"{"causes":[{"reason":"FieldManagerConflict","field":".rules","message":"conflict with \"kubectl-create\""}]}"#,
    );
    assert!(error.code() == Code::Conflict && error.message().contains("force"));
    assert!(fail(409, "the object has been modified").message().contains("Read it again"));
    let object = |version: &str| json(&format!(r#"{{"metadata":{{"resourceVersion":"{version}"}}}}"#));
    assert_eq!(live::applied(true, None, &object("1")), "created");
    assert_eq!(live::applied(false, Some(&object("1")), &object("1")), "unchanged");
    assert_eq!(live::applied(false, Some(&object("1")), &object("2")), "configured");
    assert_eq!(live::applied(false, None, &object("2")), "configured");
}

fn cube(groups: usize, resources: usize, verbs: usize) -> String {
    let list = |stem: &str, count: usize| (0..count).map(|index| format!("{stem}{index}")).collect::<Vec<_>>().join(",");
    format!(
        "kind: ClusterRole\nmetadata: {{name: r}}\nrules:\n- apiGroups: [{}]\n  resources: [{}]\n  verbs: [{}]\n- {{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}\n---\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\nroleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{{kind: User, name: jane}}]\n",
        list("g", groups),
        list("r", resources),
        list("v", verbs)
    )
}

fn matrix_of(manifests: &str) -> Value {
    let options = Value::map([("manifests", Some(manifests.into())), ("subject", Some(json(r#"{"kind":"User","name":"jane"}"#)))]);
    rbac::matrix(options).unwrap()
}

fn entries(matrix: &Value) -> usize {
    let texts = |row: &Value| 1 + row.list(&["verbs"]).len() + row.list(&["resourceNames"]).len() + row.list(&["by"]).len();
    ["rows", "paths"].into_iter().flat_map(|key| matrix.list(&[key])).map(texts).sum()
}

#[test]
fn a_table_of_every_combination_is_cut_and_says_so() {
    let small = matrix_of(&cube(4, 5, 6));
    assert_eq!((small.list(&["rows"]).len(), small.get("omitted")), (21, None));
    assert!(small.list(&["findings"]).iter().all(|finding| finding.text(&["code"]) != Some("matrix-cut")));
    // The case of the report, and ones whose product would fill any memory.
    let table = String::from_utf8(vector("reports/expected.tsv")).unwrap();
    let row = table.lines().find(|line| line.starts_with("matrix-cube-60.yaml\tmatrix\t")).unwrap();
    assert_eq!(row.split('\t').nth(2), Some("finding:matrix-cut"));
    let cube_60 = String::from_utf8(vector("reports/matrix-cube-60.yaml")).unwrap();
    for manifests in
        [cube_60, cube(60, 60, 60), cube(3_000, 3_000, 3_000), cube(20_000, 20_000, 1), cube(1, 30_000, 100), cube(1, 1, 60_000)]
    {
        let matrix = matrix_of(&manifests);
        assert!(entries(&matrix) <= 55_000, "{}", entries(&matrix));
        let found = matrix.list(&["findings"]).iter().filter_map(|finding| finding.text(&["code"])).collect::<Vec<_>>();
        assert!(found.contains(&"matrix-cut"), "{found:?}");
        assert!(matches!(matrix.get("omitted"), Some(Value::Number(count)) if *count >= 1.0));
        if found.contains(&"everything") {
            assert!(matrix.list(&["rows"]).iter().any(|row| row.text(&["resource"]) == Some("*")), "a short rule is not crowded out");
        }
    }
}

/// A row is as large as all that it names: verbs, names of resources, and what gives it.
#[test]
fn names_of_resources_count_in_a_table_that_is_cut() {
    let names: Vec<String> = (0..30_000).map(|index| format!("n{index}")).collect();
    let rule =
        |resource: &str| format!("- {{apiGroups: [''], resources: [{resource}], verbs: [get], resourceNames: [{}]}}\n", names.join(","));
    let manifests = |rules: String| {
        format!(
            "kind: ClusterRole\nmetadata: {{name: r}}\nrules:\n{rules}---\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\nroleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{{kind: User, name: jane}}]\n"
        )
    };
    let one = matrix_of(&manifests(rule("secrets")));
    assert_eq!((one.list(&["rows"]).len(), one.get("omitted")), (1, None));
    let two = matrix_of(&manifests(rule("secrets") + &rule("configmaps")));
    assert_eq!((two.list(&["rows"]).len(), two.get("omitted")), (1, Some(&Value::Number(1.0))), "60,000 names are too many");
}

#[test]
fn bindings_that_do_nothing_or_cannot_be_are_named() {
    let said = |kind: &str, role: &str, subjects: &str| {
        let binding = json(&format!(
            r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{kind}","metadata":{{"name":"b","namespace":"n"}},"roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"{role}","name":"r"}},"subjects":[{subjects}]}}"#
        ));
        let findings = matrix::findings(&Value::List(vec![binding])).unwrap();
        let codes = findings.iter().map(|finding| finding.code.as_str());
        codes.filter(|code| code.starts_with("binding-")).map(str::to_owned).collect::<Vec<_>>()
    };
    let jane = r#"{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"jane"}"#;
    assert_eq!(said("RoleBinding", "Role", jane), [""; 0]);
    assert_eq!(said("RoleBinding", "ClusterRole", jane), [""; 0]);
    assert_eq!(said("RoleBinding", "Role", ""), ["binding-empty"]);
    assert_eq!(said("ClusterRoleBinding", "Role", jane), ["binding-role-kind"]);
    assert_eq!(said("ClusterRoleBinding", "ClusterRole", jane), [""; 0]);
}

/// cluster-admin has two rules (plugin/pkg/auth/authorizer/rbac/bootstrappolicy): all resources, and all other paths.
#[test]
fn cluster_admin_has_every_path_too() {
    let template = TEMPLATES.iter().find(|template| template.id == "cluster-admin").unwrap();
    let rules = template.rules();
    assert!(rules.iter().any(|rule| rule.resources == ["*"] && rule.api_groups == ["*"] && rule.verbs == ["*"]));
    assert!(rules.iter().any(|rule| rule.urls == ["*"] && rule.verbs == ["*"] && rule.resources.is_empty()));
}

/// A role reaches as far as the widest of its bindings; a danger is said once, for the rule that comes first and at its gravest.
#[test]
fn a_role_is_judged_by_its_bindings_and_each_danger_once() {
    let rule = |names: &str| format!(r#"{{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]{names}}}"#);
    let said = |rules: &str, bindings: &[&str]| {
        let role = format!(r#"{{"kind":"ClusterRole","metadata":{{"name":"r"}},"rules":[{rules}]}}"#);
        let bound = bindings.iter().map(|kind| {
            json(&format!(
                r#"{{"kind":"{kind}","metadata":{{"name":"b"}},"subjects":[{{"kind":"User","name":"a"}}],"roleRef":{{"kind":"ClusterRole","name":"r"}}}}"#
            ))
        });
        let findings = matrix::findings(&Value::List(std::iter::once(json(&role)).chain(bound).collect())).unwrap();
        let one = findings.iter().find(|finding| finding.code == FindingCode::SecretsGet).unwrap();
        (one.level.as_str(), one.path.clone().unwrap(), one.message.contains("in every namespace"))
    };
    let (whole, named) = (rule(""), rule(r#","resourceNames":["x"]"#));
    for (bindings, everywhere) in
        [(&[][..], true), (&["ClusterRoleBinding"][..], true), (&["RoleBinding"], false), (&["RoleBinding", "ClusterRoleBinding"], true)]
    {
        assert_eq!(said(&whole, bindings).2, everywhere, "{bindings:?}");
    }
    let path = |rules: &str| (said(rules, &[]).0.to_owned(), said(rules, &[]).1);
    let at = |rules: &str, level: &str, number: usize| {
        let found = path(rules);
        assert_eq!(found.0, level);
        assert!(found.1.ends_with(&format!("rules[{number}]")), "{}", found.1);
    };
    at(&named, "notice", 0);
    at(&format!("{whole},{whole}"), "warning", 0);
    at(&format!("{named},{whole}"), "warning", 1);
    at(&format!("{whole},{named}"), "warning", 0);
}

/// docs: "Aggregated ClusterRoles".
#[test]
fn roles_that_are_aggregated_or_aggregate_are_named() {
    let said = |more: &str| {
        let role = format!(r#"{{"kind":"ClusterRole","metadata":{{"name":"r"{more}}}"#);
        let findings = matrix::findings(&Value::List(vec![json(&role)])).unwrap();
        let codes = findings.iter().map(|finding| finding.code.as_str()).filter(|code| code.starts_with("role-aggregate"));
        codes.map(str::to_owned).collect::<Vec<_>>()
    };
    let label =
        |name: &str, value: &str| format!(r#","labels":{{"rbac.authorization.k8s.io/aggregate-to-{name}":"{value}"}}}},"rules":[]"#);
    assert_eq!(said(r#"},"rules":[]"#), [""; 0]);
    assert_eq!(said(r#"},"aggregationRule":{"clusterRoleSelectors":[]}"#), ["role-aggregated"]);
    for name in ["view", "edit", "admin"] {
        assert_eq!(said(&label(name, "true")), ["role-aggregates"], "{name}");
        assert_eq!(said(&label(name, "false")), [""; 0], "{name}");
    }
    assert_eq!(said(&label("other", "true")), [""; 0]);
}

/// Only a subject that stands for everyone, or for all of a kind, makes a grant one to everyone.
#[test]
fn a_subject_with_a_finding_is_not_everyone() {
    for (kind, name) in
        [("Group", "system:masters"), ("Group", "system:nodes"), ("User", "system:serviceaccount:a:b"), ("User", "system:x")]
    {
        let built = build(&format!(r#"{{"subjects":[{{"kind":"{kind}","name":"{name}"}}],"role":"cluster-admin"}}"#));
        let found = grant::grant(&Value::List(built)).unwrap();
        assert_eq!((found.danger, &found.reasons[..]), (Some(Danger::Control), &[FindingCode::RoleClusterAdmin][..]), "{name}");
    }
}

#[test]
fn the_name_of_a_binding_is_cut_where_the_server_would_refuse_it() {
    let name = |length: usize| {
        let subjects = format!(r#"{{"subjects":[{{"kind":"User","name":"{}"}}],"role":"view"}}"#, "j".repeat(length));
        build(&subjects)[0].text(&["metadata", "name"]).unwrap().len()
    };
    let before = "view:user:".len();
    for (length, made) in [(100, before + 100), (253 - before, 253), (254 - before, 253), (400, 253)] {
        assert_eq!(name(length), made, "{length}");
    }
}

#[test]
fn templates_for_the_whole_cluster_say_so() {
    let Value::List(templates) = template::list() else { panic!("a list") };
    let of = |id: &str| templates.iter().find(|one| one.text(&["id"]) == Some(id)).and_then(|one| one.get("clusterOnly")).cloned();
    assert_eq!((of("csr-approver"), of("view")), (Some(Value::Bool(true)), Some(Value::Bool(false))));
}

/// Roles as SelfSubjectRulesReview gives them may be of any size.
#[test]
fn permissions_that_are_too_many_are_cut_and_counted() {
    let review = |count: usize| {
        let list = |stem: &str| (0..count).map(|index| format!(r#""{stem}{index}""#)).collect::<Vec<_>>().join(",");
        let rule = format!(r#"{{"apiGroups":[{}],"resources":[{}],"verbs":["get"]}}"#, list("g"), list("r"));
        live::permissions(&json(&format!(r#"{{"status":{{"resourceRules":[{rule}],"nonResourceRules":[],"incomplete":false}}}}"#))).unwrap()
    };
    assert_eq!((review(3).list(&["rows"]).len(), review(3).get("omitted")), (9, None));
    assert!(matches!(review(1_000).get("omitted"), Some(Value::Number(count)) if *count >= 1.0));
}

/// Work is counted by what is in the answer: the same number of bindings and roles, in two sizes.
#[test]
fn many_bindings_of_one_role_read_its_rules_once() {
    let bindings: String = (0..2_000)
        .map(|index| format!("---\nkind: ClusterRoleBinding\nmetadata: {{name: b{index}}}\nroleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{{kind: User, name: jane}}]\n"))
        .collect();
    let rules: String = (0..2_000).map(|index| format!("- {{apiGroups: [''], resources: [r{index}], verbs: [get]}}\n")).collect();
    let matrix = matrix_of(&format!("kind: ClusterRole\nmetadata: {{name: r}}\nrules:\n{rules}{bindings}"));
    assert!(entries(&matrix) <= 55_000, "{}", entries(&matrix));
}
