//! Secrets of every shape, in every field and encoding: none is left in a redacted file or in the report.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use common::{json, vector};
use kubecred::UnixTime;
use kubecred::kubeconfig::Kubeconfig;
use serde_json::{Value as Json, json as object};

const NOW: UnixTime = UnixTime(1_795_474_800);
/// Fixed: whether something looks like a word is a question of probability. KUBECRED_SEED sets another.
const SEED: u64 = 20_261_128;
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const ALL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &str = "0123456789abcdef";
const PASSWORD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&*+?^";

/// Cases out of a seed.
struct Cases(common::Seeded);

impl Cases {
    fn next(&mut self) -> u64 {
        self.0.next()
    }

    fn of(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| alphabet.as_bytes()[(self.next() % alphabet.len() as u64) as usize] as char).collect()
    }

    fn pem(&mut self, label: &str, lines: usize) -> String {
        let body: String = (0..lines).map(|_| self.of(BASE64, 64) + "\n").collect();
        format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n")
    }
}

/// Secrets as they are in the wild; random, with the seed printed.
fn secrets(cases: &mut Cases) -> Vec<String> {
    let jwt = |cases: &mut Cases| {
        let claims = format!("{{\"sub\":\"{}\"}}", cases.of(ALL, 12));
        format!("eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.{}.{}", Base64UrlUnpadded::encode_string(claims.as_bytes()), cases.of(URL, 342))
    };
    let mut all = vec![jwt(cases), format!("{}.{}.", cases.of(URL, 36), cases.of(URL, 80)), jwt(cases).replace('.', "..")];
    for (alphabet, lengths) in [
        (URL, &[22, 32, 43, 86][..]),
        (BASE64, &[24, 40, 44, 88]),
        (HEX, &[16, 32, 40, 64, 128]),
        ("0123456789ABCDEF", &[32, 64]),
        (BASE32, &[16, 32, 52]),
        (ALL, &[12, 16, 20, 36, 64]),
        (LOWER, &[12, 20, 54]),
        ("0123456789", &[16, 24]),
        (PASSWORD, &[12, 16, 24]),
    ] {
        all.extend(lengths.iter().map(|length| cases.of(alphabet, *length)));
    }
    for (start, alphabet, length) in [
        ("ghp_", ALL, 36),
        ("gho_", ALL, 36),
        ("github_pat_", ALL, 82),
        ("glpat-", URL, 20),
        ("AKIA", BASE32, 16),
        ("ASIA", BASE32, 16),
        ("AIza", URL, 35),
        ("ya29.", URL, 60),
        ("xoxb-123456789012-", ALL, 24),
        ("sk_live_", ALL, 24),
        ("npm_", ALL, 36),
        ("pypi-", URL, 60),
        ("dop_v1_", HEX, 64),
        ("hvs.", URL, 90),
        ("s.", ALL, 24),
        ("sha256~", URL, 43),
        ("kubeconfig-u-abcde:", LOWER, 54),
        ("token-x7k2p:", LOWER, 54),
        ("AGE-SECRET-KEY-1", BASE32, 58),
        ("ssh-ed25519 AAAA", BASE64, 64),
        ("Basic ", BASE64, 32),
        ("Bearer ", URL, 43),
        ("session=", HEX, 32),
        ("Cookie: JSESSIONID=", HEX, 32),
        ("sv=2024-01-01&sig=", BASE64, 43),
        ("{\"auths\":{\"r\":{\"auth\":\"", ALL, 30),
        ("{\"kty\":\"EC\",\"d\":\"", URL, 43),
        ("postgres://me:", ALL, 16),
        ("admin:", PASSWORD, 14),
        ("me@example.com:", ALL, 14),
    ] {
        all.push(format!("{start}{}", cases.of(alphabet, length)));
    }
    all.push(format!("{}.{}", cases.of(LOWER, 6), cases.of(LOWER, 16)));
    all.push([8, 4, 4, 4, 12].map(|length| cases.of(HEX, length)).join("-"));
    all.push([4; 5].map(|length| cases.of(LOWER, length)).join("-"));
    all.push(cases.of(HEX, 32).as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap()).collect::<Vec<_>>().join(":"));
    for label in
        ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
    {
        let pem = cases.pem(label, 3);
        all.extend([pem.replace('\n', " "), pem.replace('\n', ""), pem.replace('\n', "\\n"), pem.replace('\n', "\r\n"), pem]);
    }
    all
}

/// What a secret may be turned into before it gets into a file.
fn encodings(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let escaped: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    vec![
        secret.to_owned(),
        Base64::encode_string(secret.as_bytes()),
        Base64UrlUnpadded::encode_string(secret.as_bytes()),
        Base64::encode_string(Base64::encode_string(secret.as_bytes()).as_bytes()),
        hex.to_uppercase(),
        hex,
        percent,
        escaped,
        secret.chars().rev().collect(),
        secret.lines().rev().collect::<Vec<_>>().join("\n"),
        format!("-p{secret}"),
        format!("-HAuthorization: {secret}"),
        format!("--password:{secret}"),
        format!("--token={secret}"),
        format!("--{secret}"),
        format!("https://me:{secret}@a.example:6443"),
        format!("me:{secret}@a.example"),
        format!("https://a.example/?token={secret}"),
        format!("https://a.example/{secret}#{secret}"),
        format!("//{secret}@a.example"),
        format!("/home/me/{secret}/ca.crt"),
        format!("{secret}.example.com"),
    ]
}

/// A file with one text at a place that is written as a JSON pointer; a last part `~key` puts the text in the place of a key.
fn file(place: &str, text: &str) -> String {
    let mut file = object!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x", "extensions": [{ "name": "e", "extension": {} }],
        "preferences": { "extensions": [{ "name": "e", "extension": {} }] },
        "clusters": [{ "name": "c", "cluster": { "server": "https://a.example:6443", "extensions": [{ "name": "e", "extension": {} }] } }],
        "contexts": [{ "name": "x", "context": { "cluster": "c", "user": "u", "extensions": [{ "name": "e", "extension": {} }] } }],
        "users": [{ "name": "u", "user": {
            "as-groups": [""], "as-user-extra": { "k": [""] }, "auth-provider": { "name": "oidc", "config": {} },
            "exec": { "args": ["get-token"], "env": [{ "name": "A", "value": "b" }], "command": "aws", "interactiveMode": "Never", "apiVersion": "client.authentication.k8s.io/v1" },
            "extensions": [{ "name": "e", "extension": {} }],
        } }],
    });
    let (parent, last) = place.rsplit_once('/').unwrap();
    let parent: &mut Json = file.pointer_mut(parent).unwrap();
    match last {
        "~key" => parent[text] = "ordinary".into(),
        "~list" => parent[text] = Json::Array(vec!["ordinary".into()]),
        _ => match parent {
            Json::Array(items) => items[last.parse::<usize>().unwrap()] = text.into(),
            map => map[last] = text.into(),
        },
    }
    file.to_string()
}

const PLACES: [&str; 58] = [
    "/current-context",
    "/unknown",
    "/~key",
    "/extensions/0/name",
    "/extensions/0/extension/deep",
    "/extensions/0/extension/~key",
    "/preferences/unknown",
    "/preferences/extensions/0/name",
    "/preferences/extensions/0/extension/deep",
    "/clusters/0/name",
    "/clusters/0/unknown",
    "/clusters/0/cluster/server",
    "/clusters/0/cluster/tls-server-name",
    "/clusters/0/cluster/certificate-authority",
    "/clusters/0/cluster/proxy-url",
    "/clusters/0/cluster/unknown",
    "/clusters/0/cluster/~key",
    "/clusters/0/cluster/extensions/0/name",
    "/clusters/0/cluster/extensions/0/extension/deep",
    "/contexts/0/name",
    "/contexts/0/context/cluster",
    "/contexts/0/context/user",
    "/contexts/0/context/namespace",
    "/contexts/0/context/unknown",
    "/contexts/0/context/extensions/0/name",
    "/contexts/0/context/extensions/0/extension/deep",
    "/users/0/name",
    "/users/0/user/client-certificate",
    "/users/0/user/client-key",
    "/users/0/user/token",
    "/users/0/user/tokenFile",
    "/users/0/user/as",
    "/users/0/user/as-uid",
    "/users/0/user/as-groups/0",
    "/users/0/user/as-user-extra/k/0",
    "/users/0/user/as-user-extra/~list",
    "/users/0/user/username",
    "/users/0/user/password",
    "/users/0/user/unknown",
    "/users/0/user/~key",
    "/users/0/user/auth-provider/name",
    "/users/0/user/auth-provider/config/client-id",
    "/users/0/user/auth-provider/config/client-secret",
    "/users/0/user/auth-provider/config/idp-issuer-url",
    "/users/0/user/auth-provider/config/idp-certificate-authority",
    "/users/0/user/auth-provider/config/environment",
    "/users/0/user/auth-provider/config/expiry",
    "/users/0/user/auth-provider/config/~key",
    "/users/0/user/exec/command",
    "/users/0/user/exec/args/0",
    "/users/0/user/exec/env/0/name",
    "/users/0/user/exec/env/0/value",
    "/users/0/user/exec/env/0/unknown",
    "/users/0/user/exec/installHint",
    "/users/0/user/exec/apiVersion",
    "/users/0/user/exec/interactiveMode",
    "/users/0/user/exec/unknown",
    "/users/0/user/extensions/0/extension/deep",
];
/// What base64 alone gets into.
const DATA: [&str; 4] = [
    "/clusters/0/cluster/certificate-authority-data",
    "/users/0/user/client-certificate-data",
    "/users/0/user/client-key-data",
    "/users/0/user/auth-provider/config/idp-certificate-authority-data",
];
/// What the page and programs know an entry by is in the report as it is in the file.
const NAMES: [&str; 7] = [
    "/current-context",
    "/clusters/0/name",
    "/contexts/0/name",
    "/contexts/0/context/cluster",
    "/contexts/0/context/user",
    "/contexts/0/context/namespace",
    "/users/0/name",
];

/// Parts of a secret that must not be left: the text as a whole in pieces of 12 characters, as it is and as JSON writes it.
fn pieces(text: &str) -> Vec<String> {
    text.split(['\n', '\r', '"', '\\', ' ', '/', '@', ':', '=', '.', '?', '#'])
        .filter(|part| part.len() >= 12 && !["PRIVATE", "Authorization"].contains(part))
        .flat_map(|part| {
            let characters: Vec<char> = part.chars().collect();
            characters.chunks(24).filter(|chunk| chunk.len() >= 12).map(|chunk| chunk.iter().collect()).collect::<Vec<String>>()
        })
        .collect()
}

fn hold<'a>(text: &str, pieces: &'a [String]) -> Option<&'a String> {
    pieces.iter().find(|piece| text.contains(piece.as_str()))
}

#[test]
fn no_secret_is_left_wherever_and_however_it_is_written() {
    let seed = std::env::var("KUBECRED_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    println!("seed {seed}");
    let mut cases = Cases(common::Seeded(seed));
    let secrets = secrets(&mut cases);
    assert!(secrets.len() >= 57, "{} secrets", secrets.len());
    let (mut files, mut found) = (0, 0);
    for (number, secret) in secrets.iter().enumerate() {
        for (encoding, text) in encodings(secret).into_iter().enumerate() {
            let pieces = pieces(&text);
            for place in PLACES.into_iter().chain(DATA) {
                // Every secret in every place, every encoding of it in a fifth of them.
                if encoding > 0 && (number + encoding + place.len()) % 5 != 0 {
                    continue;
                }
                let Ok(read) = Kubeconfig::read(file(place, &text).as_bytes(), NOW) else { continue };
                files += 1;
                let what = || format!("seed {seed}: secret {number}, encoding {encoding}, at {place}: {text}");
                let redacted = read.serialize(&json(r#"{"redact":true,"format":"json"}"#)).unwrap();
                let shown = std::str::from_utf8(&redacted).unwrap();
                assert_eq!(hold(shown, &pieces), None, "{}: {shown}", what());
                let again = Kubeconfig::read(&redacted, NOW).unwrap_or_else(|error| panic!("{}: {}", what(), error.message()));
                if (number + encoding) % 10 == 0 {
                    for format in ["yaml", "kyaml"] {
                        let other = read.serialize(&json(&format!(r#"{{"redact":true,"format":"{format}"}}"#))).unwrap();
                        assert_eq!(hold(std::str::from_utf8(&other).unwrap(), &pieces), None, "{} as {format}", what());
                        assert!(Kubeconfig::read(&other, NOW).unwrap().tree() == again.tree(), "{} as {format}", what());
                    }
                }
                if !NAMES.contains(&place) {
                    let report = format!("{:?} {:?}", read.lint().description(), read.lint().findings);
                    assert_eq!(hold(&report, &pieces), None, "{}: {report}", what());
                }
                // The control: it is in the file that was not redacted.
                let whole = read.serialize(&json(r#"{"format":"json"}"#)).unwrap();
                let whole: Json = serde_json::from_slice(&whole).unwrap();
                found += usize::from(hold(&texts(&whole), &pieces).is_some());
            }
        }
    }
    println!("{files} files, {found} of them with the secret before");
    assert!(files > 25_000 && found > files * 9 / 10, "{files} files, {found} controls");
}

/// All texts and keys of a file, as they are meant.
fn texts(json: &Json) -> String {
    match json {
        Json::String(text) => format!("{text}\n"),
        Json::Array(items) => items.iter().map(texts).collect(),
        Json::Object(pairs) => pairs.iter().map(|(key, value)| format!("{key}\n{}", texts(value))).collect(),
        _ => String::new(),
    }
}

#[test]
fn what_is_ordinary_stays() {
    let pem = Base64::encode_string(&vector("signing-requests/issued.crt.pem"));
    let source = format!(
        "current-context: arn:aws:eks:us-east-1:123456789012:cluster/prod\nclusters:\n- name: arn:aws:eks:us-east-1:123456789012:cluster/prod\n  cluster: {{server: 'https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-east-1.eks.amazonaws.com', certificate-authority-data: {pem}, certificate-authority: /etc/kubernetes/pki/ca.crt, tls-server-name: api.prod.example}}\ncontexts:\n- name: arn:aws:eks:us-east-1:123456789012:cluster/prod\n  context: {{cluster: 'arn:aws:eks:us-east-1:123456789012:cluster/prod', user: jane, namespace: kube-system}}\nusers:\n- name: jane\n  user: {{as: 'system:admin', as-groups: ['system:masters'], exec: {{command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, args: [--region, us-east-1, --output=json], env: [{{name: AWS_PROFILE, value: prod}}]}}}}\n"
    );
    let read = Kubeconfig::read(source.as_bytes(), NOW).unwrap();
    let shown = String::from_utf8(read.serialize(&json(r#"{"redact":true}"#)).unwrap().to_vec()).unwrap();
    for line in source
        .split([',', '{', '}', '\n'])
        .map(|part| part.trim().trim_matches('\''))
        .filter(|part| part.contains("://") || part.starts_with("/etc"))
    {
        let value = line.split_once(": ").map_or(line, |(_, value)| value).trim_matches('\'');
        assert!(shown.contains(value), "{value} in {shown}");
    }
    for value in [
        "current-context: \"arn:aws:eks:us-east-1:123456789012:cluster/prod\"",
        "user: \"jane\"",
        "namespace: \"kube-system\"",
        "as: \"system:admin\"",
        "- \"system:masters\"",
        "command: \"aws\"",
        "- \"--region\"",
        "- \"--output=REDACTED\"",
        "name: \"AWS_PROFILE\"",
        "value: \"REDACTED\"",
        "tls-server-name: \"api.prod.example\"",
        "certificate-authority-data: \"LS0t",
    ] {
        assert!(shown.contains(value), "{value} in {shown}");
    }
    assert!(!shown.contains("- \"us-east-1\""));
}

/// What is left of each field: an ordinary text where it is of the field's own kind, and a word for anything else.
#[test]
fn each_field_keeps_what_is_of_its_own_kind() {
    let secret = "Zx81kQ9mP2LwT7vB";
    let redacted = |place: &str, text: &str| -> Json {
        let read = Kubeconfig::read(file(place, text).as_bytes(), NOW).unwrap();
        serde_json::from_slice(&read.serialize(&json(r#"{"redact":true,"format":"json"}"#)).unwrap()).unwrap()
    };
    for (place, text, shown) in [
        ("/current-context", "prod", "prod"),
        ("/current-context", secret, "REDACTED-1"),
        ("/extensions/0/name", secret, "REDACTED-1"),
        ("/extensions/0/name", "minikube", "minikube"),
        ("/clusters/0/name", secret, "REDACTED-1"),
        ("/clusters/0/cluster/tls-server-name", "api.example.com", "api.example.com"),
        ("/clusters/0/cluster/tls-server-name", secret, "REDACTED"),
        ("/clusters/0/cluster/extensions/0/name", "minikube", "minikube"),
        ("/contexts/0/name", secret, "REDACTED-1"),
        ("/contexts/0/context/cluster", secret, "REDACTED-1"),
        ("/contexts/0/context/user", secret, "REDACTED-1"),
        ("/contexts/0/context/namespace", "kube-system", "kube-system"),
        ("/contexts/0/context/namespace", secret, "redacted"),
        ("/contexts/0/context/extensions/0/name", "minikube", "minikube"),
        ("/contexts/0/context/extensions/0/name", secret, "REDACTED-1"),
        ("/users/0/name", secret, "REDACTED-1"),
        ("/users/0/user/client-certificate", "/home/me/me.crt", "/home/me/me.crt"),
        ("/users/0/user/client-key", "C:\\certs\\me.key", "C:\\certs\\me.key"),
        ("/users/0/user/tokenFile", "/run/secrets/token", "/run/secrets/token"),
        ("/users/0/user/tokenFile", secret, "REDACTED"),
        ("/users/0/user/token", "ordinary", "REDACTED"),
        ("/users/0/user/as", "system:admin", "system:admin"),
        ("/users/0/user/as", "jane:hunter", "REDACTED"),
        ("/users/0/user/as-groups/0", "dev-team", "dev-team"),
        ("/users/0/user/as-user-extra/k/0", "ordinary", "REDACTED"),
        ("/users/0/user/extensions/0/name", "minikube", "minikube"),
        ("/users/0/user/extensions/0/name", secret, "REDACTED-1"),
        ("/users/0/user/auth-provider/name", "oidc", "oidc"),
        ("/users/0/user/auth-provider/name", secret, "REDACTED"),
        ("/users/0/user/auth-provider/config/idp-issuer-url", "https://id.example/realms/dev", "https://id.example/realms/dev"),
        ("/users/0/user/auth-provider/config/idp-issuer-url", "https://id.example/Zx81kQ9mP2", "https://id.example/REDACTED"),
        ("/users/0/user/auth-provider/config/idp-certificate-authority", "/etc/ca.pem", "/etc/ca.pem"),
        ("/users/0/user/auth-provider/config/environment", "AzurePublicCloud", "AzurePublicCloud"),
        ("/users/0/user/auth-provider/config/environment", "OtherCloud", "REDACTED"),
        ("/users/0/user/auth-provider/config/environment", "AzureZx81kQ9mP2", "REDACTED"),
        ("/users/0/user/auth-provider/config/client-id", "ordinary", "REDACTED"),
        ("/users/0/user/exec/command", "aws", "aws"),
        ("/users/0/user/exec/command", secret, "REDACTED"),
        ("/users/0/user/exec/apiVersion", "client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1beta1"),
        ("/users/0/user/exec/apiVersion", "client.authentication.k8s.io/v2", "REDACTED"),
        ("/users/0/user/exec/interactiveMode", "IfAvailable", "IfAvailable"),
        ("/users/0/user/exec/interactiveMode", "ordinary", "REDACTED"),
        ("/users/0/user/exec/args/0", "--region", "--region"),
        ("/users/0/user/exec/args/0", "--ordinary", "REDACTED"),
        ("/users/0/user/exec/env/0/name", "AWS_PROFILE", "AWS_PROFILE"),
        ("/users/0/user/exec/env/0/value", "ordinary", "REDACTED"),
        ("/users/0/user/exec/installHint", "ordinary", "REDACTED"),
    ] {
        assert_eq!(redacted(place, text).pointer(place).and_then(Json::as_str), Some(shown), "{place}: {text}");
    }
    for place in ["/clusters/0/cluster/unknown", "/contexts/0/context/unknown", "/users/0/user/unknown"] {
        assert_eq!(redacted(place, "ordinary").pointer(place), None, "{place}");
    }
    // Keys that are not ordinary become words; an ordinary one stays.
    let whole = redacted("/users/0/user/as-user-extra/~list", secret);
    assert_eq!(whole.pointer("/users/0/user/as-user-extra"), Some(&object!({ "k": [""], "REDACTED-1": ["REDACTED"] })));
    let whole = redacted("/users/0/user/auth-provider/config/~key", secret);
    assert_eq!(whole.pointer("/users/0/user/auth-provider/config"), Some(&object!({ "REDACTED-1": "REDACTED" })));
    for certificate in
        ["/clusters/0/cluster/certificate-authority-data", "/users/0/user/auth-provider/config/idp-certificate-authority-data"]
    {
        let whole = redacted(certificate, &Base64::encode_string(&vector("signing-requests/issued.crt.pem")));
        assert!(whole.pointer(certificate).unwrap().as_str().unwrap().starts_with("LS0t"), "{certificate}");
    }
}

/// The same name gets the same word wherever it is, so the contexts still fit.
#[test]
fn names_that_are_replaced_still_fit() {
    let (one, two) = ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl");
    let source = format!(
        "current-context: {one}\nclusters: [{{name: {one}, cluster: {{server: 'https://a'}}}}, {{name: {two}, cluster: {{server: 'https://b'}}}}, {{name: REDACTED-1, cluster: {{server: 'https://c'}}}}]\nusers: [{{name: {two}, user: {{token: t}}}}]\ncontexts: [{{name: {one}, context: {{cluster: {two}, user: {two}}}}}]\n"
    );
    let redacted = Kubeconfig::read(source.as_bytes(), NOW).unwrap().serialize(&json(r#"{"redact":true}"#)).unwrap();
    let again = Kubeconfig::read(&redacted, NOW).unwrap();
    let errors: Vec<_> =
        again.lint().findings.iter().map(|finding| finding.code.as_str()).filter(|code| code.contains("not-found")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(again.lint().describe().list(&["clusters"]).len(), 3);
    assert_eq!(again.minify(None).unwrap().lint().describe().list(&["clusters"])[0].text(&["server"]), Some("https://b"));
}

#[test]
fn the_reported_files_hold_no_secret() {
    let table = String::from_utf8(vector("reports/expected.tsv")).unwrap();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let [file, "redact", right, _] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        count += 1;
        let (word, place) = right.split_once('@').unwrap();
        let source = vector(&format!("reports/{file}"));
        let read = Kubeconfig::read(&source, NOW).unwrap();
        let whole: Json = serde_json::from_slice(&read.serialize(&json(r#"{"format":"json"}"#)).unwrap()).unwrap();
        let shown: Json = serde_json::from_slice(&read.serialize(&json(r#"{"format":"json","redact":true}"#)).unwrap()).unwrap();
        assert_ne!(whole.pointer(place).unwrap(), word, "{file}: the control");
        assert_eq!(shown.pointer(place).unwrap(), word, "{file}");
    }
    assert!(count >= 2);
}
