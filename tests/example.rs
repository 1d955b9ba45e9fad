//! The example of the library, as a program in Rust uses it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/csr_and_lint.rs"]
#[allow(dead_code, reason = "main reads the arguments of a command line; the test calls the parts")]
mod program;

use kubecred::UnixTime;
use kubecred::x509::csr;

#[test]
fn makes_a_request_that_kube_apiserver_accepts() {
    let request = program::request("jane", "developers").unwrap();
    let report = csr::read(request.as_bytes());
    assert!(report.accepted);
    assert_eq!(report.identity.user, "jane");
    assert_eq!(report.identity.groups, ["developers"]);
}

#[test]
fn finds_what_kubectl_refuses_and_nothing_else() {
    let file = |current: &str| {
        format!(
            "apiVersion: v1\nkind: Config\nclusters: [{{name: a, cluster: {{server: 'https://a.example'}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\n\
             contexts: [{{name: c, context: {{cluster: a, user: u}}}}]\ncurrent-context: {current}\n"
        )
    };
    let codes = |text: String| -> Vec<String> {
        let findings = program::lint(text.as_bytes(), UnixTime(1_800_000_000)).unwrap();
        findings.iter().filter(|finding| finding.level == kubecred::Level::Error).map(|finding| finding.code.to_string()).collect()
    };
    assert_eq!(codes(file("c")), Vec::<String>::new());
    assert_eq!(codes(file("gone")).len(), 1);
}
