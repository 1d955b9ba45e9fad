//! The kubeconfig engine by itself: findings, changes, secrets. What kubectl makes of the same is in kubectl_reads.rs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use common::crafted::{certificate, name};
use common::mutate::Node;
use common::{json, vector};
use kubecred::encoding::pem;
use kubecred::kubeconfig::{Kubeconfig, from_options};
use kubecred::{Code, Level, UnixTime, Value};

/// When the vectors' certificate was valid.
const ISSUED: UnixTime = UnixTime(1_795_474_800);

fn read(text: &str) -> Kubeconfig {
    Kubeconfig::read(text.as_bytes(), ISSUED).unwrap_or_else(|error| panic!("{}: {text}", error.message()))
}

fn text(made: &Kubeconfig, options: &str) -> String {
    String::from_utf8(made.serialize(&json(options)).unwrap().to_vec()).unwrap()
}

/// A file with one cluster, user and context; the body of cluster and user in flow style.
fn file(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {{{cluster}}}\ncontexts:\n- name: x\n  context: {{cluster: c, user: u}}\nusers:\n- name: u\n  user: {{{user}}}\ncurrent-context: x\n"
    )
}

fn base64(path: &str) -> String {
    Base64::encode_string(&vector(path))
}

/// client-go's validation rules (tools/clientcmd/validation.go, v0.36), each with the finding that says so. `Err`: why it does
/// not apply here.
const SERVER: &str = "server: 'https://a'";
type Rule = (&'static str, Result<(&'static str, &'static str, &'static str), &'static str>);
const RULES: [Rule; 22] = [
    ("config is empty", Ok(("", "", "empty"))),
    ("context was not found for specified context", Ok((SERVER, "token: t", "context-not-found"))),
    ("empty context name", Ok((SERVER, "token: t", "context-unnamed"))),
    ("user was not specified for context", Ok((SERVER, "token: t", "user-missing"))),
    ("user was not found for context", Ok((SERVER, "token: t", "user-not-found"))),
    ("cluster was not specified for context", Ok((SERVER, "token: t", "cluster-missing"))),
    ("cluster was not found for context", Ok((SERVER, "token: t", "cluster-not-found"))),
    ("namespace does not conform to DNS_LABEL", Ok((SERVER, "token: t", "invalid-namespace"))),
    ("no server found for cluster", Ok(("tls-server-name: a", "token: t", "no-server"))),
    ("invalid proxy-url", Ok(("server: 'https://a', proxy-url: foo", "token: t", "proxy-invalid"))),
    (
        "certificate-authority-data and certificate-authority are both specified",
        Ok(("server: 'https://a', certificate-authority: ca, certificate-authority-data: aGk=", "token: t", "authority-twice")),
    ),
    ("unable to read certificate-authority / client-cert / client-key", Err("a browser follows no path; see file-reference")),
    (
        "client-cert-data and client-cert are both specified",
        Ok((SERVER, "client-certificate: a, client-certificate-data: aGk=, client-key: k", "certificate-twice")),
    ),
    (
        "client-key-data and client-key are both specified",
        Ok((SERVER, "client-certificate: a, client-key-data: aGk=, client-key: k", "key-twice")),
    ),
    ("client-key-data or client-key must be specified", Ok((SERVER, "client-certificate: a", "certificate-without-key"))),
    (
        "authProvider cannot be provided in combination with an exec plugin",
        Ok((SERVER, "auth-provider: {name: a}, exec: {command: a, apiVersion: v, interactiveMode: Never}", "exec-and-auth-provider")),
    ),
    ("command must be specified", Ok((SERVER, "exec: {apiVersion: v, interactiveMode: Never}", "exec-command"))),
    ("apiVersion must be specified", Ok((SERVER, "exec: {command: a, interactiveMode: Never}", "exec-api-version"))),
    (
        "env variable name must be specified",
        Ok((SERVER, "exec: {command: a, apiVersion: v, interactiveMode: Never, env: [{value: b}]}", "exec-env-name")),
    ),
    (
        "interactiveMode must be specified / invalid",
        Ok((SERVER, "exec: {command: a, apiVersion: client.authentication.k8s.io/v1}", "exec-interactive-mode")),
    ),
    ("more than one authentication method found", Ok((SERVER, "token: a, username: b, password: c", "token-and-basic"))),
    (
        "requesting uid, groups or user-extra without impersonating a user",
        Ok((SERVER, "token: a, as-groups: [g]", "impersonation-without-user")),
    ),
];

#[test]
fn client_gos_rules_are_all_known() {
    for (rule, expected) in RULES {
        let Ok((cluster, user, code)) = expected else { continue };
        let mut text = file(cluster, user);
        match code {
            "empty" => text.clear(),
            "context-not-found" => text = text.replace("current-context: x", "current-context: nope"),
            "context-unnamed" => text = text.replace("- name: x\n", "- name: ''\n"),
            "user-missing" => text = text.replace(", user: u", ""),
            "user-not-found" => text = text.replace(", user: u", ", user: nope"),
            "cluster-missing" => text = text.replace("cluster: c, ", ""),
            "cluster-not-found" => text = text.replace("cluster: c, ", "cluster: nope, "),
            "invalid-namespace" => text = text.replace("user: u}", "user: u, namespace: 'A B/..'}"),
            _ => {}
        }
        let found = read(&text);
        let findings = found.lint().findings;
        let finding = findings.iter().find(|finding| finding.code.as_str() == code);
        assert!(finding.is_some_and(|finding| finding.path.is_some()), "{rule}: {:?}", found.lint().findings);
        if code != "empty" {
            assert_eq!(finding.unwrap().level, Level::Error, "{rule}");
            assert!(finding.unwrap().position.is_some(), "{rule}: {finding:?}");
        }
        // The same file without the fault says nothing of it.
        assert!(!read(&file(SERVER, "token: t")).lint().findings.iter().any(|finding| finding.code.as_str() == code), "{rule}");
    }
}

#[test]
fn what_is_odd_is_said() {
    let certificate = base64("signing-requests/issued.crt.pem");
    let key = base64("signing-requests/issued.key.pem");
    let other = Base64::encode_string(
        common::key(kubecred::crypto::KeyAlgorithm::EcdsaP256).export_pem(None, &mut common::System).unwrap().expose(),
    );
    let twice = Base64::encode_string(certificate.as_bytes());
    let many = Base64::encode_string(vector("signing-requests/issued.crt.pem").repeat(2_001).as_slice());
    let pair = format!("client-certificate-data: {certificate}, client-key-data: ");
    let cases = [
        (format!("server: 'https://a', certificate-authority-data: {certificate}"), "token: t".to_owned(), vec!["authority-is-leaf"]),
        (format!("server: 'https://a', certificate-authority-data: {key}"), "token: t".to_owned(), vec!["private-key-in-authority"]),
        (format!("server: 'https://a', certificate-authority-data: {twice}"), "token: t".to_owned(), vec!["base64-twice"]),
        (
            format!("server: 'https://a', certificate-authority-data: {many}"),
            "token: t".to_owned(),
            vec!["authority-many", "authority-is-leaf"],
        ),
        (
            "server: 'https://a', certificate-authority-data: DATA+OMITTED".to_owned(),
            "token: REDACTED".to_owned(),
            vec!["omitted", "omitted"],
        ),
        ("server: 'http://a'".to_owned(), "token: t".to_owned(), vec!["server-http"]),
        ("server: 'http://127.0.0.1:8001'".to_owned(), "token: t".to_owned(), vec!["server-http"]),
        ("server: 'javascript:alert(1)'".to_owned(), "token: t".to_owned(), vec!["server-port"]),
        ("server: 'https://me:secret@a'".to_owned(), "token: t".to_owned(), vec!["server-user", "no-certificate-authority"]),
        ("server: 'https://a', insecure-skip-tls-verify: true".to_owned(), "token: t".to_owned(), vec!["insecure"]),
        (
            "server: 'https://a', proxy-url: 'http://p', tls-server-name: b, certificate-authority: ca.crt".to_owned(),
            "token: t".to_owned(),
            vec!["proxy", "tls-server-name", "file-reference"],
        ),
        (SERVER.to_owned(), format!("{pair}{key}"), vec!["no-certificate-authority"]),
        (SERVER.to_owned(), format!("{pair}{other}"), vec!["no-certificate-authority", "certificate-key-mismatch"]),
        (SERVER.to_owned(), format!("{pair}{certificate}"), vec!["no-certificate-authority", "certificate-instead-of-key"]),
        (
            SERVER.to_owned(),
            format!("client-key-data: {key}"),
            vec!["no-certificate-authority", "key-without-certificate", "no-credential"],
        ),
        (SERVER.to_owned(), "token: \"a\\nb\"".to_owned(), vec!["no-certificate-authority", "token-characters"]),
        (SERVER.to_owned(), "token: Bearer abc".to_owned(), vec!["no-certificate-authority", "token-bearer"]),
        (SERVER.to_owned(), "username: a, password: b".to_owned(), vec!["no-certificate-authority", "basic-auth"]),
        (
            SERVER.to_owned(),
            "auth-provider: {name: gcp}".to_owned(),
            vec!["no-certificate-authority", "auth-provider", "auth-provider-removed"],
        ),
        (
            SERVER.to_owned(),
            "exec: {command: aws, apiVersion: client.authentication.k8s.io/v1beta1, args: [a], env: [{name: A, value: b}]}".to_owned(),
            vec!["no-certificate-authority", "runs-a-program"],
        ),
        (
            SERVER.to_owned(),
            "tokenFile: /var/token, token: a".to_owned(),
            vec!["no-certificate-authority", "token-file-wins", "file-reference"],
        ),
        (SERVER.to_owned(), "TOKEN: a, token: b, nonsense: c".to_owned(), vec!["no-certificate-authority", "wrong-case", "unknown-field"]),
        (SERVER.to_owned(), "as: admin, token: b".to_owned(), vec!["no-certificate-authority", "impersonation"]),
    ];
    for (cluster, user, codes) in cases {
        let found = read(&file(&cluster, &user));
        let mut seen: Vec<&str> = found.lint().findings.iter().map(|finding| finding.code.as_str()).collect();
        let mut codes = codes;
        seen.sort_unstable();
        codes.sort_unstable();
        assert_eq!(seen, codes, "{cluster} {user}");
    }
    let expired = Kubeconfig::read(file(SERVER, &format!("{pair}{key}")).as_bytes(), UnixTime(ISSUED.0 + 10 * 366 * 86_400)).unwrap();
    let findings = expired.lint().findings;
    let finding = findings.iter().find(|finding| finding.code.as_str() == "certificate-expired").unwrap();
    assert_eq!(finding.path.as_deref(), Some("users[0].user.client-certificate-data"));
    assert_eq!(finding.position, Some((11, 35)));
    let ca = json(std::str::from_utf8(&vector("api/kube-root-ca.json")).unwrap());
    let ca = Base64::encode_string(ca.text(&["data", "ca.crt"]).unwrap().as_bytes());
    let bundle = file(&format!("server: 'https://a', certificate-authority-data: {ca}"), "token: t");
    let says = |now: i64| {
        Kubeconfig::read(bundle.as_bytes(), UnixTime(now)).unwrap().lint().findings.iter().map(|one| one.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(says(ISSUED.0 + 20 * 366 * 86_400), ["authority-expired"]);
    assert!(says(ISSUED.0 + 86_400).is_empty(), "the control");
    let names = read("contexts:\n- name: \"a\\e[31mb\"\n  context: {}\n- name: \"c\\u202Ed\"\n");
    assert_eq!(names.lint().findings.iter().filter(|finding| finding.code.as_str() == "name-characters").count(), 2);
}

/// Go's `url.Parse` and client-go refuse these addresses, or kubectl sends something else than what is written.
#[test]
fn addresses_are_judged_by_the_part_that_is_wrong() {
    for (server, code, words) in [
        ("https://u{v@a", "server-user", "must be escaped"),
        ("https://a:x", "server-port", "not a number"),
        ("https://[a", "server-ipv6", "do not enclose"),
        ("https://a/%zz", "server-escape", "valid escape"),
        ("https://2001:db8::1", "server-ipv6", "in square brackets"),
        ("https:a", "server-scheme", "two slashes"),
        ("ftp://a", "server-scheme", "must begin with https://"),
        (":a", "server-invalid", "no host name"),
        ("https://a{b", "server-invalid", "characters that kubectl refuses"),
        ("https://u:v@a", "server-user", "basic authentication"),
        ("https://a?b", "server-query", "kubectl ignores"),
        ("https://a#b", "server-query", "kubectl ignores"),
        ("https://a:", "server-incomplete", "lacks"),
        ("a:6443#b", "server-query", "kubectl ignores"),
        ("//u{v@a", "server-user", "must be escaped"),
        ("https://:6443", "server-incomplete", "lacks"),
    ] {
        let findings = read(&file(&format!("server: '{server}'"), "token: t")).lint().findings;
        let found = findings.iter().find(|finding| finding.code.as_str() == code);
        assert!(found.is_some_and(|finding| finding.message.contains(words)), "{server}: {findings:?}");
    }
}

#[test]
fn what_is_in_the_place_of_a_ca_is_named() {
    let pem = |label: &str| Base64::encode_string(format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n").as_bytes());
    for (label, words) in [
        ("CERTIFICATE REQUEST", "There is a certificate request where"),
        ("PUBLIC KEY", "There is a public key where"),
        ("X509 CRL", "only PEM blocks of another kind"),
    ] {
        let findings = read(&file(&format!("server: 'https://a', certificate-authority-data: {}", pem(label)), "token: t")).lint().findings;
        let found = findings.iter().find(|finding| finding.code.as_str() == "authority-unreadable");
        assert!(found.is_some_and(|finding| finding.message.contains(words)), "{label}: {findings:?}");
    }
    // client-go's plugin oidc takes certificates, and nothing at all for none; it refuses the rest.
    let certificate = base64("signing-requests/issued.crt.pem");
    for (data, wrong) in
        [(certificate, None), (String::new(), None), (pem("PUBLIC KEY"), Some("no certificate")), ("a!".to_owned(), Some("base64"))]
    {
        let user = format!(
            "auth-provider: {{name: oidc, config: {{idp-issuer-url: 'https://i', client-id: c, idp-certificate-authority-data: '{data}'}}}}"
        );
        let findings = read(&file(SERVER, &user)).lint().findings;
        let found = findings.iter().find(|finding| finding.code.as_str() == "auth-provider-config");
        assert_eq!(found.is_some(), wrong.is_some(), "{data}: {findings:?}");
        assert!(found.is_none_or(|finding| finding.message.contains(wrong.unwrap())), "{data}: {findings:?}");
    }
}

/// Which of two credentials client-go uses (transport/config.go, rest/transport.go).
#[test]
fn of_two_credentials_the_one_that_is_used_is_said() {
    let certificate = format!(
        "client-certificate-data: {}, client-key-data: {}",
        base64("signing-requests/issued.crt.pem"),
        base64("signing-requests/issued.key.pem")
    );
    let exec = "exec: {command: a, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}";
    for (user, code) in [
        (format!("{certificate}, token: t"), "certificate-wins"),
        (format!("{certificate}, tokenFile: /t"), "certificate-wins"),
        ("client-certificate: /c, client-key: /k, token: t".to_owned(), "certificate-wins"),
        (format!("token: t, {exec}"), "token-wins"),
        (format!("tokenFile: /t, {exec}"), "token-wins"),
        ("token: t, username: u".to_owned(), "token-and-basic"),
        ("token: t, password: p".to_owned(), "token-and-basic"),
        ("tokenFile: /t, username: u".to_owned(), "token-and-basic"),
        ("tokenFile: /t, password: p".to_owned(), "basic-auth"),
        ("username: u".to_owned(), "basic-auth"),
        ("password: p".to_owned(), "basic-auth"),
        ("token: t, tokenFile: /t".to_owned(), "token-file-wins"),
    ] {
        let codes = ["certificate-wins", "token-wins", "token-and-basic", "basic-auth", "token-file-wins"];
        let findings = read(&file(SERVER, &user)).lint().findings;
        let found: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).filter(|code| codes.contains(code)).collect();
        assert_eq!(found, [code], "{user}");
    }
}

fn base64_pem(label: &str, der: &[u8]) -> String {
    Base64::encode_string(pem::encode(label, der).expose())
}

/// The message of the one finding of a code.
fn said(found: &Kubeconfig, code: &str) -> (Level, String) {
    let findings = found.lint().findings;
    let mut those = findings.iter().filter(|finding| finding.code.as_str() == code);
    let one = those.next().unwrap_or_else(|| panic!("{code}: {findings:?}"));
    assert!(those.next().is_none(), "{code}: {findings:?}");
    (one.level, one.message.to_string())
}

fn is_silent(found: &Kubeconfig, code: &str) -> bool {
    found.lint().findings.iter().all(|finding| finding.code.as_str() != code)
}

#[test]
fn ports_and_loopback_addresses_are_told_apart() {
    for (port, exists) in [("1", true), ("65535", true), ("0", false), ("65536", false)] {
        assert_eq!(is_silent(&read(&file(&format!("server: 'https://a:{port}'"), "token: t")), "server-port"), exists, "{port}");
    }
    for (server, level) in [("http://127.0.0.1:8001", Level::Notice), ("http://[::1]", Level::Notice), ("http://a", Level::Warning)] {
        assert_eq!(said(&read(&file(&format!("server: '{server}'"), "token: t")), "server-http").0, level, "{server}");
    }
    for server in ["https://127.0.0.1:6443", "https://a"] {
        assert!(is_silent(&read(&file(&format!("server: '{server}'"), "token: t")), "server-http"), "{server}");
    }
    assert!(said(&read(&file("server: 'https://a/b!'", "token: t")), "server-unusual").1.contains("path"));
}

#[test]
fn a_context_says_which_of_its_names_is_not_in_the_file() {
    let context = |from: &str, to: &str| read(&file(SERVER, "token: t").replace(from, to));
    assert!(said(&context("cluster: c, ", ""), "cluster-missing").1.contains("names no cluster"));
    assert!(said(&context(", user: u}", "}"), "user-missing").1.contains("names no user"));
    assert!(said(&context("cluster: c, ", "cluster: nope, "), "cluster-not-found").1.contains("no cluster of this name"));
    assert!(said(&context("user: u}", "user: nope}"), "user-not-found").1.contains("no user of this name"));
    for (found, code) in
        [(context("cluster: c, ", "cluster: C, "), "cluster-not-found"), (context("user: u}", "user: U}"), "user-not-found")]
    {
        assert!(said(&found, code).1.contains("upper and lower case"), "{code}");
    }
}

/// kubectl finds apiVersion and kind in any case at the top, and fields of other objects in exactly one (2026-11).
#[test]
fn the_case_of_a_field_matters_below_the_top() {
    let top = read(&file(SERVER, "token: t").replace("apiVersion: v1", "APIVERSION: v1"));
    assert_eq!(said(&top, "wrong-case").0, Level::Notice);
    let user = read(&file(SERVER, "token: t, exec: {command: a, APIVERSION: client.authentication.k8s.io/v1, interactiveMode: Never}"));
    assert_eq!(said(&user, "wrong-case").0, Level::Warning);
}

/// Go's `AppendCertsFromPEM` takes blocks of the label CERTIFICATE without headers, and nothing else; a BOM hides the first block.
#[test]
fn certificates_count_under_their_own_label_alone() {
    let text = vector("signing-requests/issued.crt.pem");
    let der = pem::decode(&text).unwrap().remove(0).contents.expose().clone();
    let authority = |data: &str| read(&file(&format!("server: 'https://a', certificate-authority-data: {data}"), "token: t"));
    assert!(said(&authority(&base64_pem("X509 CERTIFICATE", &der)), "authority-unreadable").1.contains("another kind"));
    let headers = String::from_utf8(text.clone()).unwrap().replacen("-----\n", "-----\nA: b\n\n", 1);
    assert!(said(&authority(&Base64::encode_string(headers.as_bytes())), "pem-headers").1.contains("headers"));
    let key = base64("signing-requests/issued.key.pem");
    let user = |data: &str| read(&file(SERVER, &format!("client-certificate-data: {data}, client-key-data: {key}")));
    let hidden = Base64::encode_string(&[b"\xEF\xBB\xBF".as_slice(), &text, &text].concat());
    assert!(!is_silent(&user(&hidden), "byte-order-mark") && !is_silent(&authority(&hidden), "byte-order-mark"));
    assert!(is_silent(&user(&Base64::encode_string(&text)), "byte-order-mark"));
    assert!(said(&user(&key), "key-instead-of-certificate").1.contains("private key where the certificate"));
    let request = said_of_certificate(&user(&base64_pem("CERTIFICATE REQUEST", &[0x30, 0])));
    assert!(request.contains("certificate request where the certificate"), "{request}");
    let provider = |data: &str| {
        let config = format!("{{idp-issuer-url: 'https://i', client-id: c, idp-certificate-authority-data: {data}}}");
        read(&file(SERVER, &format!("auth-provider: {{name: oidc, config: {config}}}")))
    };
    for (data, silent) in [
        ("\"\\n\"".to_owned(), true), // no bytes at all
        (Base64::encode_string(&text), true),
        (base64_pem("X509 CERTIFICATE", &der), false),
        (Base64::encode_string(headers.as_bytes()), false),
    ] {
        assert_eq!(is_silent(&provider(&data), "auth-provider-config"), silent, "{data}");
    }
}

fn said_of_certificate(found: &Kubeconfig) -> String {
    let path = Some("users[0].user.client-certificate-data");
    let findings = found.lint().findings;
    findings.iter().find(|finding| finding.path.as_deref() == path).map(|finding| finding.message.to_string()).unwrap()
}

#[test]
fn what_is_in_the_place_of_a_path_names_the_field_for_it() {
    let data = base64("signing-requests/issued.crt.pem");
    for (user, field) in [
        (format!("client-certificate: {data}, client-key: k"), "client-certificate-data"),
        (format!("client-certificate: c, client-key: {data}"), "client-key-data"),
        (format!("tokenFile: {data}"), "token"),
    ] {
        assert!(said(&read(&file(SERVER, &user)), "data-in-path-field").1.ends_with(&format!("Move it to {field}.")), "{field}");
    }
    let cluster = format!("server: 'https://a', certificate-authority: {data}");
    assert!(said(&read(&file(&cluster, "token: t")), "data-in-path-field").1.ends_with("Move it to certificate-authority-data."));
}

#[test]
fn values_that_kubectl_cannot_send_or_does_not_know_are_told_apart() {
    let user = |user: &str| read(&file(SERVER, user));
    for (value, silent) in [("a\\nb", false), ("a\\tb", true), ("ab", true)] {
        for fields in
            [format!("as: \"{value}\""), format!("as: a, as-uid: \"{value}\""), format!("as: a, as-user-extra: {{k: [\"{value}\"]}}")]
        {
            assert_eq!(is_silent(&user(&format!("token: t, {fields}")), "impersonation-characters"), silent, "{fields}");
        }
    }
    let exec = |rest: &str| user(&format!("exec: {{command: a, apiVersion: client.authentication.k8s.io/{rest}}}"));
    assert!(said(&exec("v1"), "exec-interactive-mode").1.contains("is required with apiVersion v1"));
    assert!(said(&exec("v1, interactiveMode: never"), "exec-interactive-mode").1.contains("has a value that kubectl does not know"));
    assert!(is_silent(&exec("v1beta1"), "exec-interactive-mode"));
    assert!(said(&user("exec: {command: a, interactiveMode: Never}"), "exec-api-version").1.contains("There is no apiVersion"));
    for (fields, silent) in
        [("as-groups: []", true), ("as-user-extra: {}", true), ("as-groups: [a]", false), ("as-user-extra: {a: [b]}", false)]
    {
        assert_eq!(is_silent(&user(&format!("token: t, {fields}")), "impersonation-without-user"), silent, "{fields}");
    }
    let key = base64("signing-requests/issued.key.pem");
    for (fields, words) in
        [("token: t", "The token is sent"), ("tokenFile: /t", "The token is sent"), ("username: u", "Add client-certificate-data")]
    {
        assert!(said(&user(&format!("client-key-data: {key}, {fields}")), "key-without-certificate").1.contains(words), "{fields}");
    }
    let ssh = base64_pem("OPENSSH PRIVATE KEY", b"openssh-key-v1");
    let certificate = base64("signing-requests/issued.crt.pem");
    assert!(said(&user(&format!("client-certificate-data: {certificate}, client-key-data: {ssh}")), "key-format").1.contains("OpenSSH"));
    // A token that expired; that nothing of it is verified is not said.
    let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(r#"{"iss":"https://i","sub":"jane","exp":1700000000}"#));
    let found = user(&format!("token: {token}"));
    assert_eq!(said(&found, "token-expired").0, Level::Error);
    assert!(
        is_silent(&found, "not-verified")
            && found.lint().findings.iter().filter(|one| one.path.as_deref() == Some("users[0].user.token")).count() == 1
    );
}

/// What repeats is written once in the description, and belongs to each entry all the same.
#[test]
fn reports_and_findings_that_repeat_belong_to_each_entry() {
    let ca = |user: &str| {
        let constraints = Node::Tree(0x30, vec![Node::Leaf(6, vec![0x55, 0x1D, 0x13]), Node::Leaf(4, vec![0x30, 3, 1, 1, 0xFF])]);
        base64_pem("CERTIFICATE", &certificate(name(vec![(3, Node::Leaf(0x0C, user.into()))]), constraints))
    };
    let cluster = |entry: &str, server: &str, data: &str| {
        format!("- {{name: {entry}, cluster: {{server: '{server}', certificate-authority-data: {data}}}}}\n")
    };
    let (one, two) = (ca("one"), ca("two"));
    let clusters = [("a", "http://a", &one), ("b", "http://127.0.0.1", &two), ("c", "http://c", &one), ("d", "http://d", &two)];
    let text: String = clusters.iter().map(|(name, server, data)| cluster(name, server, data)).collect();
    // Two findings of the same code and level may say different things.
    let contexts = "contexts:\n- {name: p, context: {cluster: A, user: u}}\n- {name: q, context: {cluster: nope, user: u}}\n- {name: r, context: {cluster: none, user: u}}\n";
    let lint = read(&format!("clusters:\n{text}{contexts}users:\n- {{name: u, user: {{token: t}}}}\n")).lint();
    let described = lint.describe();
    let users = described.list(&["clusters"]).iter().map(|one| one.list(&["certificateAuthority"])[0].text(&["user"]).unwrap());
    assert_eq!(users.collect::<Vec<_>>(), ["one", "two", "one", "two"]);
    // The JSON for JavaScript: each finding is that of its own, or is named by the number of one that says the same.
    let written = json(lint.description());
    let written = written.list(&["findings"]);
    assert_eq!(written.len(), lint.findings.len());
    let mut repeated = 0;
    for (value, finding) in written.iter().zip(&lint.findings) {
        let like = match value.get("like") {
            Some(Value::Number(number)) => &written[*number as usize],
            _ => value,
        };
        repeated += usize::from(!std::ptr::eq(like, value));
        let texts = (like.text(&["code"]), like.text(&["level"]), like.text(&["message"]), value.text(&["path"]));
        let (code, level) = (finding.code.as_str(), finding.level.as_str());
        assert_eq!(texts, (Some(code), Some(level), Some(&*finding.message), finding.path.as_deref()));
    }
    assert!(repeated >= 2, "{repeated}");
}

#[test]
fn what_is_empty_or_only_unusual_is_told_apart() {
    assert!(said(&read("apiVersion: v1\nkind: Config\n"), "empty").1.contains("no cluster, no user"));
    let none = read(&file(SERVER, "token: t").replace("current-context: x", "current-context: ''"));
    assert_eq!((said(&none, "no-current-context").0, is_silent(&none, "empty")), (Level::Notice, true));
    let gone = read("current-context: x\n");
    assert_eq!((said(&gone, "context-not-found").0, is_silent(&gone, "empty")), (Level::Error, true));
    // A letter beyond ASCII is no white space, and no control character.
    let field = read(&file(SERVER, "token: t, éa: b"));
    assert!(is_silent(&field, "no-break-space-indentation") && said(&field, "unknown-field").0 == Level::Warning);
    assert!(is_silent(
        &read(&file(SERVER, "token: t").replace("name: c\n", "name: é\n").replace("cluster: c,", "cluster: é,")),
        "name-characters"
    ));
}

/// Go trusts what is left of a bundle; none left is an error.
#[test]
fn a_bundle_expires_in_part_or_as_a_whole() {
    let constraints = Node::Tree(0x30, vec![Node::Leaf(6, vec![0x55, 0x1D, 0x13]), Node::Leaf(4, vec![0x30, 3, 1, 1, 0xFF])]);
    let short = pem::encode("CERTIFICATE", &certificate(name(vec![(3, Node::Leaf(0x0C, b"ca".to_vec()))]), constraints));
    let long = json(std::str::from_utf8(&vector("api/kube-root-ca.json")).unwrap());
    let bundle = [short.expose().as_slice(), long.text(&["data", "ca.crt"]).unwrap().as_bytes()].concat();
    let text = file(&format!("server: 'https://a', certificate-authority-data: {}", Base64::encode_string(&bundle)), "token: t");
    let at = |time: i64| Kubeconfig::read(text.as_bytes(), UnixTime(time)).unwrap();
    assert!(is_silent(&at(ISSUED.0 + 86_400), "authority-expired"));
    assert_eq!(said(&at(1_798_070_400), "authority-expired").0, Level::Warning, "2026-12-24, after the last day of one of them");
    assert_eq!(said(&at(ISSUED.0 + 20 * 366 * 86_400), "authority-expired").0, Level::Error);
}

/// Go names P-224, P-256, P-384 and P-521 alone (RFC 5915, RFC 5480).
#[test]
fn a_key_that_spells_its_curve_out_is_told_from_one_on_an_unknown_curve() {
    let ec = |parameters: &[Node], inner: &[Node]| {
        let key = [&[Node::Leaf(2, vec![1]), Node::Leaf(4, vec![7; 32])], inner].concat();
        let id = Node::Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]);
        let sec1 = Node::Tree(0x30, key).encode();
        let pkcs8 =
            Node::Tree(0x30, vec![Node::Leaf(2, vec![0]), Node::Tree(0x30, [&[id], parameters].concat()), Node::Leaf(4, sec1.clone())]);
        (base64_pem("EC PRIVATE KEY", &sec1), base64_pem("PRIVATE KEY", &pkcs8.encode()))
    };
    let certificate = base64("signing-requests/issued.crt.pem");
    let code = |key: &str| {
        let found = read(&file(SERVER, &format!("client-certificate-data: {certificate}, client-key-data: {key}")));
        let findings = found.lint().findings;
        findings.iter().find(|one| one.path.as_deref() == Some("users[0].user.client-key-data")).map_or("none", |one| one.code.as_str())
    };
    let secp256k1 = || Node::Leaf(6, vec![0x2B, 0x81, 4, 0, 0x0A]);
    let p256 = || Node::Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]);
    let spelled = || Node::Tree(0x30, vec![Node::Leaf(2, vec![1])]);
    let inner = |node: Node| [Node::Tree(0xA0, vec![node])];
    assert_eq!(code(&ec(&[p256()], &[]).1), "certificate-key-mismatch", "the control");
    assert_eq!(code(&ec(&[secp256k1()], &[]).1), "key-curve");
    assert_eq!(code(&ec(&[spelled()], &[]).1), "key-explicit-curve");
    assert_eq!(code(&ec(&[], &[]).1), "key-curve");
    assert_eq!(code(&ec(&[], &inner(p256())).0), "certificate-key-mismatch", "the control");
    assert_eq!(code(&ec(&[], &inner(secp256k1())).0), "key-curve");
    assert_eq!(code(&ec(&[], &inner(spelled())).0), "key-explicit-curve");
    assert_eq!(code(&ec(&[], &[]).0), "key-curve");
}

#[test]
fn who_each_user_is_can_be_seen() {
    let certificate = base64("signing-requests/issued.crt.pem");
    let report = read(&file(SERVER, &format!("client-certificate-data: {certificate}"))).lint().describe();
    assert_eq!(report.list(&["users"])[0].text(&["certificate", "user"]), Some("jane"));
    let kinds = [
        ("token: a, exec: {}", "token"),
        ("exec: {command: aws, env: [{name: A, value: b}]}", "exec"),
        ("auth-provider: {name: oidc}", "auth-provider"),
        ("username: a", "basic"),
        ("client-certificate: a, client-key: b, token: c", "file"),
        ("", "none"),
    ];
    for (user, kind) in kinds {
        let report = read(&file(SERVER, user)).lint().describe();
        assert_eq!(report.list(&["users"])[0].text(&["kind"]), Some(kind), "{user}");
    }
    let report = read(&file("server: 'https://me:secret@a:1/b@c'", "token: t")).lint().describe();
    assert_eq!(report.list(&["clusters"])[0].text(&["server"]), Some("https://REDACTED@a:1/REDACTED"));
}

const FIELDS: [&str; 14] = [
    "client-key-data: \"CANARY\"",
    "token: CANARY",
    "token: [CANARY]",
    "token: CANARY, token: x",
    "password: CANARY",
    "username: CANARY, token: {a: b}",
    "exec: {command: a, args: [CANARY, --x=CANARY], env: [{name: A, value: CANARY}], apiVersion: v}",
    "exec: {command: a, args: CANARY}",
    "auth-provider: {name: oidc, config: {id-token: CANARY, refresh-token: CANARY, client-secret: CANARY}}",
    "auth-provider: {name: oidc, config: {id-token: [CANARY]}}",
    "unknown: CANARY, other: {deep: [CANARY, 1]}",
    "CANARY: x",
    "extensions: [{name: a, extension: {x: CANARY}}]",
    "client-certificate-data: CANARY",
];

#[test]
fn no_error_finding_report_or_redacted_file_holds_a_secret() {
    for (index, field) in FIELDS.into_iter().enumerate() {
        // Base64 that is valid, so that the *-data fields are accepted too.
        let canary = Base64::encode_string(format!("canary{index}-{:?}", std::time::SystemTime::now()).as_bytes());
        let source = file("server: 'https://me:CANARY@a', proxy-url: 'http://me:CANARY@p'", field).replace("CANARY", &canary);
        let duplicate = source.replace("- name: u\n", &format!("- name: u\n  user: {{token: {canary}}}\n- name: u\n"));
        for source in
            [source.clone(), duplicate, source.replace("kind: Config", "kind: Pod"), source.replace("apiVersion: v1", "apiVersion: [")]
        {
            match Kubeconfig::read(source.as_bytes(), ISSUED) {
                Err(error) => {
                    let shown = format!("{error:?} {error} {:?}", error.details());
                    assert!(!shown.contains(&canary), "{field}: {shown}");
                }
                Ok(read) => {
                    let shown = format!("{:?} {:?} {:?}", read.lint().describe(), read.lint().findings, read);
                    assert!(!shown.contains(&canary), "{field}: {shown}");
                    for format in ["yaml", "json", "kyaml"] {
                        let redacted = text(&read, &format!(r#"{{"redact":true,"format":"{format}"}}"#));
                        assert!(!redacted.contains(&canary), "{field} {format}: {redacted}");
                        Kubeconfig::read(redacted.as_bytes(), ISSUED).unwrap();
                        // The control: it is there where it must be.
                        assert!(text(&read, &format!(r#"{{"format":"{format}"}}"#)).contains(&canary), "{field}");
                    }
                }
            }
        }
    }
    // Of a private key among certificates, only the certificates are left.
    let mixed = Base64::encode_string(&[vector("signing-requests/issued.crt.pem"), vector("signing-requests/issued.key.pem")].concat());
    let read = read(&file(&format!("server: 'https://a', certificate-authority-data: {mixed}"), "token: t"));
    let certificate = base64("signing-requests/issued.crt.pem");
    assert!(text(&read, r#"{"redact":true}"#).contains(&format!("certificate-authority-data: \"{certificate}\"")));
}

#[test]
fn type_errors_name_path_and_place() {
    let cases = [
        ("users:\n- name: u\n  user:\n    token: 12345\n", "line 4, column 12: users[0].user.token must be a text. Put it in quotes"),
        (
            "users:\n- name: u\n  user: {as-groups: [a, 1]}\n",
            "line 3, column 25: users[0].user.as-groups[1] must be a text. Put it in quotes",
        ),
        ("clusters: {a: b}\n", "line 1, column 11: clusters must be a list"),
        (
            "clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: \"true\"}\n",
            "line 3, column 39: clusters[0].cluster.insecure-skip-tls-verify must be true or false, without quotes",
        ),
        ("- a\n", "line 1, column 1: This is not a kubeconfig"),
        ("kind: Pod\n", "line 1, column 7: This is another Kubernetes object"),
        ("apiVersion: apps/v1\n", "line 1, column 13: The apiVersion of a kubeconfig must be v1."),
        ("contexts:\n- name: a\n- name: a\n", "line 3, column 3: contexts[1] has the name of an entry above it"),
        (
            "users:\n- name: u\n  user: {client-key-data: \"-----BEGIN PRIVATE KEY-----\"}\n",
            "line 3, column 27: users[0].user.client-key-data: The field takes the base64 of the PEM text",
        ),
        (
            "users:\n- name: u\n  user: {client-key-data: abc}\n",
            "line 3, column 27: users[0].user.client-key-data: Not valid base64: the = padding",
        ),
    ];
    for (text, message) in cases {
        let error = Kubeconfig::read(text.as_bytes(), ISSUED).unwrap_err();
        assert_eq!(error.code(), Code::InvalidKubeconfig, "{text}");
        assert!(error.message().starts_with(message), "{}", error.message());
    }
}

#[test]
fn merging_renames_and_follows_and_lists_everything() {
    let entry = |server: &str, token: &str, namespace: &str| {
        read(&format!(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: kubernetes\n  cluster: {{server: 'https://{server}', odd: kept}}\nusers:\n- name: admin\n  user: {{token: {token}}}\ncontexts:\n- name: admin@kubernetes\n  context: {{cluster: kubernetes, user: admin, namespace: {namespace}}}\ncurrent-context: admin@kubernetes\n"
        ))
    };
    let (one, two) = (entry("one:6443", "a", "x"), entry("two:6443", "b", "x"));
    let list = |changes: &[kubecred::kubeconfig::Change]| -> Vec<String> {
        changes
            .iter()
            .map(|change| format!("{} {} {} {}", change.kind, change.section, change.name, change.new_name.as_deref().unwrap_or("-")))
            .collect()
    };
    let (merged, changes) = one.merge(&two, &json("{}")).unwrap();
    assert_eq!(
        list(&changes),
        [
            "renamed clusters kubernetes kubernetes@two:6443",
            "renamed users admin admin@kubernetes@two:6443",
            "renamed contexts admin@kubernetes admin@kubernetes@two:6443"
        ]
    );
    let report = merged.lint().describe();
    let context = &report.list(&["contexts"])[1];
    assert_eq!((context.text(&["cluster"]), context.text(&["user"])), (Some("kubernetes@two:6443"), Some("admin@kubernetes@two:6443")));
    assert_eq!(merged.current_context(), "admin@kubernetes");
    assert!(!merged.lint().findings.iter().any(|finding| finding.level == Level::Error), "{:?}", merged.lint().findings);
    assert_eq!(text(&merged, "{}").matches("odd: \"kept\"").count(), 2);
    // Twice is no more than once.
    let (again, changes) = merged.merge(&two, &json("{}")).unwrap();
    assert_eq!(again.tree(), merged.tree());
    assert!(changes.iter().all(|change| change.kind == "identical"), "{:?}", list(&changes));
    let (same, changes) = one.merge(&one, &json("{}")).unwrap();
    assert!(same.tree() == one.tree() && changes.iter().all(|change| change.kind == "identical"));
    // The other's context, when asked for, under its new name.
    let (used, _) = one.merge(&two, &json(r#"{"useContext":true}"#)).unwrap();
    assert_eq!(used.current_context(), "admin@kubernetes@two:6443");
    let (kept, changes) = one.merge(&two, &json(r#"{"onConflict":"keep"}"#)).unwrap();
    assert_eq!((kept.tree() == one.tree(), list(&changes)[0].as_str()), (true, "kept clusters kubernetes -"));
    let (replaced, changes) = one.merge(&two, &json(r#"{"onConflict":"replace"}"#)).unwrap();
    assert_eq!((replaced.tree() == two.tree(), list(&changes)[1].as_str()), (true, "replaced users admin -"));
    assert_eq!(one.merge(&two, &json(r#"{"onConflict":"ask"}"#)).unwrap_err().code(), Code::InvalidOptions);
    // What stands beside the entries: a field that is empty hides nothing, extensions go by their names.
    let bare = read("preferences: {}\nextensions: [{name: a, extension: 1}]\nodd: x\n");
    let full = read("preferences: {colors: true}\nextensions: [{name: a, extension: 2}, {name: b, extension: 3}]\nodd: y\n");
    for (options, wanted, changed) in [
        ("{}", "[{name: a, extension: 1}, {name: b, extension: 3}]\nodd: x", "added kept kept added"),
        (r#"{"onConflict":"replace"}"#, "[{name: a, extension: 2}, {name: b, extension: 3}]\nodd: y", "replaced replaced added"),
    ] {
        let (merged, changes) = bare.merge(&full, &json(options)).unwrap();
        let wanted = format!("clusters: []\ncontexts: []\nusers: []\npreferences: {{colors: true}}\nextensions: {wanted}\n");
        assert_eq!(text(&merged, "{}"), text(&read(&wanted), "{}"));
        assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>().join(" "), changed, "{:?}", list(&changes));
    }
    assert!(full.merge(&bare, &json("{}")).unwrap().1.iter().all(|change| change.kind == "kept"), "an empty field is worth no word");
    // Into an empty file.
    let (filled, changes) = read("").merge(&two, &json("{}")).unwrap();
    assert!(filled.tree() == two.tree() && changes.iter().all(|change| change.kind == "added"));
}

#[test]
fn one_context_of_many_and_other_changes() {
    let made = read(
        "clusters: [{name: a, cluster: {server: 'https://a'}}, {name: b, cluster: {server: 'https://b', certificate-authority: ca.pem}}]\nusers: [{name: u, user: {token: t}}, {name: v, user: {client-certificate: c, client-key: k, tokenFile: t}}]\ncontexts: [{name: x, context: {cluster: a, user: u}}, {name: w, context: {cluster: b, user: v}}]\ncurrent-context: x\nextra: kept\n",
    );
    let small = made.minify(Some("w")).unwrap();
    let report = small.lint().describe();
    assert_eq!((report.list(&["clusters"]).len(), report.list(&["users"]).len(), report.list(&["contexts"]).len()), (1, 1, 1));
    assert_eq!((small.current_context(), report.list(&["users"])[0].text(&["name"])), ("w", Some("v")));
    assert!(text(&small, "{}").contains("extra: \"kept\"") && made.minify(None).unwrap().current_context() == "x");
    assert_eq!(made.minify(Some("nope")).unwrap_err().code(), Code::InvalidOptions);
    let key = String::from_utf8(vector("signing-requests/issued.key.pem")).unwrap();
    let edited = made
        .edit(
            &json(
                &r#"{"rename":[{"section":"clusters","from":"a","to":"new"},{"section":"contexts","from":"x","to":"z"}],
                "namespaces":[{"context":"z","namespace":"dev"}],
                "remove":[{"section":"contexts","name":"w"}],
                "embed":[{"section":"users","name":"v","field":"client-key","contents":"KEY"},
                         {"section":"users","name":"v","field":"tokenFile","contents":"tok\n"}]}"#
                    .replace("KEY", &key.replace('\n', "\\n")),
            ),
            &mut common::System,
        )
        .unwrap();
    let written = text(&edited, "{}");
    for line in ["cluster: \"new\"", "namespace: \"dev\"", "current-context: \"z\"", "client-key-data: \"LS0t", "token: \"tok\""] {
        assert!(written.contains(line), "{line} in {written}");
    }
    assert!(!written.contains("client-key:") && !written.contains("tokenFile") && edited.lint().describe().list(&["contexts"]).len() == 1);
    for wrong in [
        r#"{"rename":[{"section":"clusters","from":"a","to":"b"}]}"#,
        r#"{"rename":[{"section":"clusters","from":"nope","to":"c"}]}"#,
        r#"{"rename":[{"section":"extensions","from":"a","to":"c"}]}"#,
        r#"{"embed":[{"section":"users","name":"u","field":"client-key","contents":"-----BEGIN X-----"}]}"#,
        r#"{"currentContext":"nope"}"#,
        r#"{"nonsense":1}"#,
    ] {
        assert_eq!(made.edit(&json(wrong), &mut common::System).unwrap_err().code(), Code::InvalidOptions, "{wrong}");
    }
    assert_eq!(
        made.edit(&json(r#"{"namespaces":[{"context":"x","namespace":"A B"}]}"#), &mut common::System).unwrap_err().code(),
        Code::InvalidName
    );
    assert_eq!(made.edit(&json(r#"{"remove":[{"section":"contexts","name":"x"}]}"#), &mut common::System).unwrap().current_context(), "");
    let certificate = base64("signing-requests/issued.crt.pem");
    let late = UnixTime(ISSUED.0 + 10 * 366 * 86_400);
    let old = Kubeconfig::read(file(SERVER, &format!("client-certificate-data: {certificate}")).as_bytes(), late).unwrap();
    let dropped = old.edit(&json(r#"{"dropExpired":true}"#), &mut common::System).unwrap().lint().describe();
    assert!(dropped.list(&["users"]).is_empty() && dropped.list(&["contexts"]).is_empty() && dropped.list(&["clusters"]).len() == 1);
}

#[test]
fn version_and_mode_of_a_program_are_set_and_the_rest_of_it_stays() {
    let made = read(
        "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login, args: [--now], env: [{name: A, value: b}]}}}, {name: t, user: {token: t}}]\n",
    );
    let of_exec = |file: &Kubeconfig| {
        let findings = file.lint().findings;
        findings.iter().filter(|finding| finding.level == Level::Error).map(|finding| finding.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of_exec(&made), ["exec-api-version"]);
    let edit = |changes: &str| made.edit(&json(changes), &mut common::System);
    let v1beta1 = edit(r#"{"exec":[{"user":"u","apiVersion":"client.authentication.k8s.io/v1beta1"}]}"#).unwrap();
    assert!(of_exec(&v1beta1).is_empty());
    let v1 = edit(r#"{"exec":[{"user":"u","apiVersion":"client.authentication.k8s.io/v1"}]}"#).unwrap();
    assert_eq!(of_exec(&v1), ["exec-interactive-mode"]);
    let both = edit(r#"{"exec":[{"user":"u","apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"Never"}]}"#).unwrap();
    assert!(of_exec(&both).is_empty());
    let written = text(&both, "{}");
    for line in ["command: \"login\"", "--now", "interactiveMode: \"Never\"", "value: \"b\""] {
        assert!(written.contains(line), "{line} in {written}");
    }
    for wrong in [
        r#"{"exec":[{"user":"t","interactiveMode":"Never"}]}"#,
        r#"{"exec":[{"user":"nobody","interactiveMode":"Never"}]}"#,
        r#"{"exec":[{"user":"u","interactiveMode":"never"}]}"#,
        r#"{"exec":[{"user":"u","apiVersion":"client.authentication.k8s.io/v1alpha1"}]}"#,
    ] {
        assert_eq!(edit(wrong).unwrap_err().code(), Code::InvalidOptions, "{wrong}");
    }
}

#[test]
fn a_rename_binds_no_reference_that_dangles() {
    let made = read(
        "clusters: [{name: a, cluster: {server: 'https://a'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: a, user: gone}}, {name: w, context: {cluster: lost, user: u}}]\ncurrent-context: z\n",
    );
    let edit = |changes: &str| made.edit(&json(changes), &mut common::System);
    for bound in [
        r#"{"rename":[{"section":"users","from":"u","to":"gone"}]}"#,
        r#"{"rename":[{"section":"clusters","from":"a","to":"lost"}]}"#,
        r#"{"rename":[{"section":"contexts","from":"x","to":"z"}]}"#,
        r#"{"rename":[{"section":"users","from":"u","to":"v"},{"section":"users","from":"v","to":"gone"}]}"#,
    ] {
        assert_eq!(edit(bound).unwrap_err().code(), Code::InvalidOptions, "{bound}");
    }
    // Controls: another name, there and back, two that change places, and a current context that is given.
    for free in [
        r#"{"rename":[{"section":"users","from":"u","to":"v"},{"section":"users","from":"v","to":"u"}]}"#,
        r#"{"rename":[{"section":"contexts","from":"x","to":"t"},{"section":"contexts","from":"w","to":"x"},{"section":"contexts","from":"t","to":"w"}]}"#,
        r#"{"rename":[{"section":"contexts","from":"x","to":"z"}],"currentContext":"z"}"#,
        r#"{"rename":[{"section":"contexts","from":"x","to":"z"}],"currentContext":""}"#,
    ] {
        let codes = |file: &Kubeconfig| text(file, "{}").matches("\"gone\"").count();
        assert_eq!(edit(free).map(|file| codes(&file)).unwrap(), 1, "{free}");
    }
}

#[test]
fn an_entry_says_why_its_certificate_authority_is_missing() {
    let made = read(
        "clusters: [{name: a, cluster: {server: 'https://a', certificate-authority-data: bm9uZQ==}}, {name: b, cluster: {server: 'https://b', certificate-authority: ca.pem}}, {name: c, cluster: {server: 'https://c'}}]\n",
    );
    let entries = made.cluster_entries();
    let Value::List(entries) = &entries else { panic!("a list") };
    let codes =
        entries.iter().map(|entry| entry.list(&["findings"]).iter().filter_map(|finding| finding.text(&["code"])).collect::<Vec<_>>());
    assert_eq!(codes.collect::<Vec<_>>(), [vec!["authority-unreadable"], vec!["authority-in-file"], vec![]]);
    // It can be passed on as it is.
    let again = |entry: &Value| Value::map([("token", Some("t".into())), ("cluster", Some(entry.clone()))]);
    assert!(entries.iter().all(|entry| from_options(&again(entry), ISSUED).is_ok()));
}

#[test]
fn new_files_from_tokens_and_providers() {
    let make = |text: &str| from_options(&json(text), ISSUED);
    let made = make(r#"{"cluster":{"server":"https://a"},"token":" Bearer abc.d\r\nef \n","namespace":"dev"}"#).unwrap();
    let written = text(&made, "{}");
    assert!(written.contains("token: \"abc.def\"\n") && written.contains("current-context: \"token@a\"\n"), "{written}");
    let made =
        make(r#"{"cluster":{"server":"https://a"},"oidc":{"issuer":"https://i","clientId":"k8s","scopes":["groups"]},"userName":"me"}"#)
            .unwrap();
    let written = text(&made, "{}");
    for line in [
        "command: \"kubectl\"",
        "- \"oidc-login\"",
        "- \"--oidc-issuer-url=https://i\"",
        "- \"--oidc-client-id=k8s\"",
        "- \"--oidc-extra-scope=groups\"",
        "interactiveMode: \"IfAvailable\"",
    ] {
        assert!(written.contains(line), "{line} in {written}");
    }
    assert!(!made.lint().findings.iter().any(|finding| finding.level == Level::Error));
    for wrong in [r#"{"cluster":{"server":"https://a"},"token":" \n"}"#, r#"{"cluster":{"server":"https://a"},"token":"a b"}"#] {
        assert_eq!(make(wrong).unwrap_err().code(), Code::InvalidToken, "{wrong}");
    }
    for wrong in [
        r#"{"cluster":{"server":"https://a"}}"#,
        r#"{"cluster":{"server":"https://a"},"token":"a","oidc":{"issuer":"https://i","clientId":"k"}}"#,
        r#"{"cluster":{"server":"https://a"},"oidc":{"issuer":"http://i","clientId":"k"}}"#,
        r#"{"cluster":{"server":"https://a"},"oidc":{"issuer":"https://i","clientId":"k\nl"}}"#,
        r#"{"cluster":{"server":"https://a"},"oidc":{"issuer":"https://i"}}"#,
        r#"{"token":"a"}"#,
    ] {
        assert_eq!(make(wrong).unwrap_err().code(), Code::InvalidOptions, "{wrong}");
    }
}

#[test]
fn names_are_names_whatever_they_say() {
    let text = "contexts:\n- name: __proto__\n  context: {cluster: constructor, user: toString}\ncurrent-context: __proto__\n";
    let report = read(text).lint().describe();
    assert_eq!(report.list(&["contexts"])[0].text(&["name"]), Some("__proto__"));
    assert!(Kubeconfig::read(b"users: [{name: \"a\\0b\"}]", ISSUED).is_err());
    assert_eq!(Kubeconfig::read(b"users: [null]\nclusters: null", ISSUED).unwrap().lint().describe().list(&["users"]).len(), 1);
}

#[test]
fn a_thousand_contexts_are_read_written_and_merged() {
    let (certificate, key) = (base64("signing-requests/issued.crt.pem"), base64("signing-requests/issued.key.pem"));
    let mut text = String::from("apiVersion: v1\nkind: Config\nclusters:\n");
    for number in 0..1000 {
        text.push_str(&format!(
            "- name: c{number}\n  cluster:\n    server: https://c{number}.example:6443\n    certificate-authority-data: {certificate}\n"
        ));
    }
    text.push_str("contexts:\n");
    for number in 0..1000 {
        text.push_str(&format!("- name: x{number}\n  context: {{cluster: c{number}, user: u{number}}}\n"));
    }
    text.push_str("users:\n");
    for number in 0..1000 {
        text.push_str(&format!("- name: u{number}\n  user:\n    client-certificate-data: {certificate}\n    client-key-data: {key}\n"));
    }
    let made = read(&text);
    let written = made.serialize(&Value::Map(Vec::new())).unwrap();
    let again = Kubeconfig::read(&written, ISSUED).unwrap();
    assert!(again.tree() == made.tree());
    let (merged, changes) = made.merge(&again, &json("{}")).unwrap();
    assert!(merged.tree() == made.tree() && changes.len() == 3000);
}
