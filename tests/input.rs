//! The front door for bytes: every object in every wrapper, one and two deep, is read as what it is or refused with the
//! cause, and a secret is recognised as one whatever is around it. Inputs from reports: tests/vectors/reports.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use base64ct::{Base64, Base64Unpadded, Base64Url, Encoding};
use common::{NOW, System, key};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::encoding::pem;
use kubecred::error::Code;
use kubecred::kubeconfig::Kubeconfig;
use kubecred::kubernetes::csr::signing_request;
use kubecred::kubernetes::service_account;
use kubecred::secret::Secret;
use kubecred::token::{self, Recognised, recognise};
use kubecred::x509::certificate::{Chain, pasted_authority};
use kubecred::x509::csr;
use kubecred::x509::subject::{Identity, Subject};
use kubecred::{Level, Value, input};
use proptest::prelude::*;

const TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.",
    "eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50IiwiZXhwIjoxNzk1MDAwMDAwLCJrdWJlcm5ldGVzLmlvL3NlcnZpY2VhY2NvdW50L25hbWVzcGFjZSI6ImRlZmF1bHQifQ.",
    "c2lnbmF0dXJlLXRoYXQtaXMtbm90LW9uZS1idXQtbG9uZy1lbm91Z2g"
);

fn report(file: &str) -> Vec<u8> {
    std::fs::read(format!("tests/vectors/reports/{file}")).unwrap()
}

fn text_of(file: &str) -> String {
    String::from_utf8(report(file)).unwrap().trim_start_matches('\u{FEFF}').to_owned()
}

/// Whether the text is read as what it is, or why not.
type Reader = Box<dyn Fn(&[u8]) -> Result<(), String>>;

/// What is wrapped, and how it is known again.
struct Object {
    name: &'static str,
    text: String,
    secret: bool,
    is_pem: bool,
    /// Whether the bytes are read as this object; otherwise why not.
    read: Reader,
}

fn object(name: &'static str, text: String, secret: bool, read: impl Fn(&[u8]) -> Result<(), String> + 'static) -> Object {
    let is_pem = text.starts_with("-----BEGIN");
    Object { name, text, secret, is_pem, read: Box::new(read) }
}

fn same(yes: bool) -> Result<(), String> {
    if yes { Ok(()) } else { Err("read as something else".to_owned()) }
}

fn key_object(name: &'static str, text: String) -> Object {
    let wanted = PrivateKey::import(text.as_bytes(), None, &mut System).unwrap().fingerprint();
    object(name, text, true, move |bytes| match PrivateKey::import(bytes, None, &mut System) {
        Ok(read) => same(read.fingerprint() == wanted),
        Err(error) => Err(error.message().to_owned()),
    })
}

fn kubeconfig_yaml() -> String {
    let authority = Base64::encode_string(text_of("B02-ca-with-bom.crt").as_bytes());
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://203.0.113.7:6443\n    certificate-authority-data: {authority}\nusers:\n- name: u\n  user:\n    token: {TOKEN}\ncontexts:\n- name: x\n  context:\n    cluster: c\n    user: u\ncurrent-context: x\n"
    )
}

fn kubeconfig_object(name: &'static str, text: String) -> Object {
    // kubectl needs neither apiVersion nor kind.
    let sections = |read: &Kubeconfig| {
        let tree = kubecred::Value::from(read.tree());
        ["clusters", "users", "contexts", "current-context"].map(|section| tree.get(section).cloned())
    };
    let wanted = sections(&Kubeconfig::read(text.as_bytes(), NOW).unwrap());
    object(name, text, true, move |bytes| match Kubeconfig::pasted(bytes.to_vec(), NOW) {
        Ok(read) => same(sections(&read) == wanted),
        Err(error) => Err(error.message().to_owned()),
    })
}

fn secret_object(name: &'static str, text: String) -> Object {
    object(name, text, true, |bytes| {
        let parsed = signing_request::parse(bytes).map_err(|error| error.message().to_owned())?;
        let options = Value::Map(Vec::new());
        let found = service_account::read_secret(&parsed, &options).map_err(|error| error.message().to_owned())?;
        same(found.is_some_and(|found| found.token.as_str() == TOKEN))
    })
}

fn objects() -> Vec<Object> {
    let p256 = key(KeyAlgorithm::EcdsaP256);
    let subject = Subject {
        identity: Identity { user: "jane".to_owned(), groups: vec!["dev".to_owned()], ..Identity::default() },
        dns_names: Vec::new(),
        ip_addresses: Vec::new(),
    };
    let csr = csr::build(&p256, &subject, &mut System).unwrap();
    let pem = |secret: Secret<Vec<u8>>| String::from_utf8(secret.expose().clone()).unwrap();
    let plain = pem(p256.export_pem(None, &mut System).unwrap());
    let encrypted = pem(p256.export_pem(Some(&Secret::new("a passphrase of some length".to_owned())), &mut System).unwrap());
    let pkcs8 = pem::decode(plain.as_bytes()).unwrap();
    // ECPrivateKey (RFC 5915) is the last element of PrivateKeyInfo, there without its curve: [0] goes in between.
    let der = pkcs8[0].contents.expose();
    let start = der.windows(7).position(|bytes| bytes == [0x30, 0x6B, 2, 1, 1, 4, 0x20]).unwrap();
    let curve = [0xA0, 0x0A, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];
    let ec = [&[0x30, 0x77], &der[start + 2..start + 39], &curve, &der[start + 39..]].concat();
    let sec1 = pem(pem::encode("EC PRIVATE KEY", &ec));
    let client = text_of("B02-client-with-bom.crt");
    let bundle = text_of("B02-ca-with-bom.crt").repeat(2);
    let secret_yaml = format!(
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/service-account-token\nmetadata:\n  name: deploy-token\n  namespace: default\n  annotations:\n    kubernetes.io/service-account.name: deploy\ndata:\n  token: {}\n",
        Base64::encode_string(TOKEN.as_bytes())
    );
    let secret_json = format!(
        "{{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Secret\",\n  \"type\": \"kubernetes.io/service-account-token\",\n  \"metadata\": {{\"name\": \"deploy-token\", \"namespace\": \"default\", \"annotations\": {{\"kubernetes.io/service-account.name\": \"deploy\"}}}},\n  \"data\": {{\"token\": \"{}\"}}\n}}\n",
        Base64::encode_string(TOKEN.as_bytes())
    );
    let json = format!(
        "{{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Config\",\n  \"clusters\": [{{\"name\": \"c\", \"cluster\": {{\"server\": \"https://203.0.113.7:6443\"}}}}],\n  \"users\": [{{\"name\": \"u\", \"user\": {{\"token\": \"{TOKEN}\"}}}}],\n  \"contexts\": [{{\"name\": \"x\", \"context\": {{\"cluster\": \"c\", \"user\": \"u\"}}}}],\n  \"current-context\": \"x\"\n}}\n"
    );
    let (csr_wanted, client_wanted, bundle_wanted) = (csr.clone(), client.clone(), bundle.clone());
    vec![
        object("request", csr, false, move |bytes| {
            let report = csr::read(bytes);
            match report.pem {
                Some(pem) => {
                    same(pem == csr_wanted && !report.findings.iter().any(|finding| finding.code.as_str() == "private-key-in-paste"))
                }
                None => Err(report.findings[0].message.clone()),
            }
        }),
        key_object("key", plain),
        key_object("sec1 key", sec1),
        object("encrypted key", encrypted, true, |bytes| match PrivateKey::import(bytes, None, &mut System) {
            Err(error) if error.code() == Code::PassphraseRequired => Ok(()),
            Err(error) => Err(error.message().to_owned()),
            Ok(_) => same(false),
        }),
        object("certificate", client, false, move |bytes| match Chain::pasted(bytes) {
            Ok(chain) => same(chain.to_pem() == client_wanted),
            Err(error) => Err(error.message().to_owned()),
        }),
        object("bundle", bundle, false, move |bytes| match pasted_authority(bytes) {
            Ok(pem) => same(pem == bundle_wanted),
            Err(error) => Err(error.message().to_owned()),
        }),
        secret_object("Secret, YAML", secret_yaml),
        secret_object("Secret, JSON", secret_json),
        object("token", TOKEN.to_owned(), true, |bytes| match token::pasted(bytes) {
            Ok((token, _)) => same(token.as_str() == TOKEN),
            Err(error) => Err(error.message().to_owned()),
        }),
        kubeconfig_object("kubeconfig, YAML", kubeconfig_yaml()),
        kubeconfig_object("kubeconfig, JSON", json),
    ]
}

type Wrap = fn(&str, &Object) -> Option<Vec<u8>>;

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

fn lines(text: &str, each: impl Fn(&str) -> String) -> Vec<u8> {
    text.lines().map(each).collect::<String>().into_bytes()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('+', "&#43;").replace('=', "&#x3D;")
}

fn wrapped_lines(text: &str) -> String {
    text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn der(text: &str) -> Option<Vec<u8>> {
    let blocks = pem::decode(text.as_bytes()).ok().filter(|blocks| blocks.len() == text.matches("BEGIN").count())?;
    Some(blocks.iter().flat_map(|block| block.contents.expose().clone()).collect())
}

/// Every wrapper. `None` where it does not fit: it would lose something that nobody can know.
const WRAPPERS: &[(&str, Wrap)] = &[
    ("nothing", |text, _| Some(text.into())),
    ("BOM", |text, _| Some(format!("\u{FEFF}{text}").into_bytes())),
    ("two BOMs", |text, _| Some(format!("\u{FEFF}\u{FEFF}{text}").into_bytes())),
    // kubectl takes the third one for the first character of a key.
    ("three BOMs", |text, of| of.is_pem.then(|| format!("\u{FEFF}\u{FEFF}\u{FEFF}{text}").into_bytes())),
    ("UTF-16 LE", |text, _| Some(utf16(text, true, u16::to_le_bytes))),
    ("UTF-16 BE", |text, _| Some(utf16(text, true, u16::to_be_bytes))),
    ("UTF-16 LE without BOM", |text, _| Some(utf16(text, false, u16::to_le_bytes))),
    ("UTF-16 BE without BOM", |text, _| Some(utf16(text, false, u16::to_be_bytes))),
    ("CRLF", |text, _| Some(text.replace('\n', "\r\n").into_bytes())),
    ("CR", |text, _| Some(text.replace('\n', "\r").into_bytes())),
    ("one line", |text, of| of.is_pem.then(|| text.replace('\n', " ").into_bytes())),
    ("no line breaks", |text, of| of.is_pem.then(|| text.replace('\n', "").into_bytes())),
    ("\\n", |text, _| Some(text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").into_bytes())),
    ("\\r\\n", |text, _| Some(text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\r\\n").into_bytes())),
    ("indented", |text, _| Some(lines(text, |line| format!("    {line}\n")))),
    ("indented by tabs", |text, _| Some(lines(text, |line| format!("\t{line}\n")))),
    ("blanks behind", |text, _| Some(lines(text, |line| format!("{line}  \n")))),
    ("mail", |text, _| Some(lines(text, |line| format!("> {line}\n")))),
    ("mail, twice", |text, _| Some(lines(text, |line| format!(">> {line}\n")))),
    ("mail with its first line", |text, _| {
        Some([b"On Monday, Jane wrote:\n\n".to_vec(), lines(text, |line| format!("> {line}\n"))].concat())
    }),
    ("JSON string", |text, _| Some(json_string(text).into_bytes())),
    ("double quotes", |text, _| (!text.contains('"')).then(|| format!("\"{text}\"").into_bytes())),
    ("single quotes", |text, _| (!text.contains('\'')).then(|| format!("'{text}'").into_bytes())),
    ("code block", |text, _| Some(format!("```yaml\n{text}\n```\n").into_bytes())),
    ("HTML", |text, _| Some(html(text).into_bytes())),
    ("HTML with <br>", |text, _| Some(format!("<p>{}</p>", html(text).replace('\n', "<br>")).into_bytes())),
    ("HTML with <pre>", |text, _| Some(format!("<pre><code>{}</code></pre>", html(text)).into_bytes())),
    ("no-break spaces", |text, _| Some(text.replace(' ', "\u{A0}").into_bytes())),
    ("zero-width spaces", |text, _| Some(format!("\u{200B}{}\u{200B}", text.replace('\n', "\u{200B}\n")).into_bytes())),
    ("en dashes", |text, of| of.is_pem.then(|| text.replace("-----", "\u{2013}\u{2013}\u{2013}\u{2013}\u{2013}").into_bytes())),
    ("em dashes", |text, of| of.is_pem.then(|| text.replace("-----", "\u{2014}\u{2014}-").into_bytes())),
    ("base64", |text, _| Some(Base64::encode_string(text.as_bytes()).into_bytes())),
    ("base64, wrapped", |text, _| Some(wrapped_lines(&Base64::encode_string(text.as_bytes())).into_bytes())),
    ("base64, URL-safe", |text, _| Some(Base64Url::encode_string(text.as_bytes()).into_bytes())),
    ("base64, unpadded", |text, _| Some(Base64Unpadded::encode_string(text.as_bytes()).into_bytes())),
    ("base64 of UTF-16", |text, _| Some(Base64::encode_string(&utf16(text, true, u16::to_le_bytes)).into_bytes())),
    ("a field of base64", |text, _| Some(format!("client-key-data: {}\n", Base64::encode_string(text.as_bytes())).into_bytes())),
    ("a block scalar", |text, _| Some([b"value: |\n".to_vec(), lines(text, |line| format!("  {line}\n"))].concat())),
    ("text around", |text, of| of.is_pem.then(|| format!("Hello,\nhere it is:\n\n{text}\nRegards\n").into_bytes())),
    ("DER", |text, of| of.is_pem.then(|| der(text)).flatten()),
    ("base64 of DER", |text, of| of.is_pem.then(|| der(text).map(|der| Base64::encode_string(&der).into_bytes())).flatten()),
    ("base64 of DER, wrapped", |text, of| {
        of.is_pem.then(|| der(text).map(|der| wrapped_lines(&Base64::encode_string(&der)).into_bytes())).flatten()
    }),
];

/// Sentences that name nothing: a text that contains the object must not get one.
fn is_named(sentence: &str) -> bool {
    !["There is no", "no private key here", "no certificate here", "read as something else"].iter().any(|start| sentence.starts_with(start))
}

#[test]
fn every_object_in_every_wrapper_is_read() {
    let mut wrong = Vec::new();
    for object in objects() {
        for (name, wrap) in WRAPPERS {
            let Some(bytes) = wrap(&object.text, &object) else { continue };
            if let Err(sentence) = (object.read)(&bytes) {
                wrong.push(format!("{} in {name}: {sentence}", object.name));
            }
            if object.secret && !recognise(&bytes).is_secret() {
                wrong.push(format!("{} in {name}: recognised as {:?}", object.name, recognise(&bytes)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_object_in_two_wrappers_is_read_or_the_cause_is_named() {
    let (mut read, mut named, mut wrong) = (0, 0, Vec::new());
    let mut causes = std::collections::BTreeMap::new();
    for object in objects() {
        for (inner, first) in WRAPPERS {
            let Some(once) =
                first(&object.text, &object).and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.contains('\0'))
            else {
                continue;
            };
            for (outer, second) in WRAPPERS {
                let Some(bytes) = second(&once, &object) else { continue };
                match (object.read)(&bytes) {
                    Ok(()) => read += 1,
                    Err(sentence) if is_named(&sentence) => {
                        named += 1;
                        *causes.entry(format!("{inner} in {outer}: {sentence}")).or_insert(0) += 1;
                    }
                    Err(sentence) => wrong.push(format!("{} in {inner} in {outer}: {sentence}", object.name)),
                }
                if object.secret && !recognise(&bytes).is_secret() {
                    wrong.push(format!("{} in {inner} in {outer}: recognised as {:?}", object.name, recognise(&bytes)));
                }
            }
        }
    }
    println!("two wrappers: {read} read, {named} refused with the cause");
    for (sentence, count) in &causes {
        println!("{count:6} {sentence}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(named * 50 < read, "nearly all are read: {named} refused, {read} read");
}

/// The rows of expected.tsv that the front door answers for.
#[test]
fn the_reports_are_read_as_expected() {
    let table = text_of("expected.tsv");
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let [file, reader, right, what] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("four columns: {row}") };
        let Some(found) = read_as(reader, file) else { continue };
        rows += 1;
        assert!(right.split(' ').all(|one| found.contains(&one.to_owned())), "{file}, {reader}: {what}\nwanted {right}, found {found:?}");
    }
    assert!(rows >= 18, "{rows} rows");
}

/// What a reader of the table finds: `read`, the codes of its findings, the kind.
fn read_as(reader: &str, file: &str) -> Option<Vec<String>> {
    let codes =
        |findings: &[kubecred::Finding]| findings.iter().map(|finding| format!("finding:{}", finding.code.as_str())).collect::<Vec<_>>();
    let done = |more: Vec<String>| Some([vec!["read".to_owned()], more].concat());
    let refused = |error: kubecred::Error| Some(vec![format!("refused:{}", error.code().as_str()), error.message().replace(' ', "_")]);
    if ![
        "recognise",
        "pasted-kubeconfig",
        "pasted-csr",
        "pasted-key",
        "pasted-certificate",
        "pasted-ca",
        "pasted-token",
        "pasted-secret",
        "pasted-manifest",
    ]
    .contains(&reader)
    {
        return None;
    }
    let bytes = report(file);
    match reader {
        "recognise" => {
            let found = recognise(&bytes);
            Some(vec![found.as_str().to_owned(), if found.is_secret() { "secret" } else { "public" }.to_owned()])
        }
        "pasted-kubeconfig" => match Kubeconfig::pasted(bytes, NOW) {
            Ok(read) => done(codes(&read.lint().findings)),
            Err(error) => refused(error),
        },
        "pasted-csr" => {
            let report = csr::read(&bytes);
            let accepted = if report.accepted { "accepted" } else { "not-accepted" }.to_owned();
            let read = report.pem.as_ref().is_some_and(|pem| csr::read(pem.as_bytes()).accepted);
            Some([vec![accepted, if read { "read" } else { "unread" }.to_owned()], codes(&report.findings)].concat())
        }
        "pasted-key" => PrivateKey::import(&bytes, None, &mut System).map_or_else(refused, |_| done(Vec::new())),
        "pasted-certificate" => Chain::pasted(&bytes).map_or_else(refused, |chain| done(codes(&chain.findings()))),
        "pasted-ca" => pasted_authority(&bytes).map_or_else(refused, |_| done(Vec::new())),
        "pasted-token" => token::read_pasted(&bytes, NOW).map_or_else(refused, |report| done(codes(&report.findings))),
        "pasted-secret" => {
            let parsed = signing_request::parse(&bytes).unwrap();
            service_account::read_secret(&parsed, &Value::Map(Vec::new()))
                .map_or_else(refused, |found| done(vec![found.unwrap().service_account]))
        }
        _ => {
            let parsed = signing_request::parse(&bytes).unwrap();
            let report = signing_request::read(&parsed).unwrap();
            Some(
                [
                    vec![format!("state:{}", report.state.as_str()), format!("requestor:{}", report.requestor.0)],
                    codes(&report.findings(NOW)),
                ]
                .concat(),
            )
        }
    }
}

#[test]
fn what_is_damaged_is_refused_with_its_cause() {
    let pem = text_of("B02-client-with-bom.key");
    let mut zeros = pem.clone().into_bytes();
    zeros[60] = 0;
    let appended = [utf16(&pem, true, u16::to_le_bytes), pem.clone().into_bytes()].concat();
    let cases: [(Vec<u8>, &str); 13] = [
        (vec![0; 600], "only zero bytes"),
        (zeros, "zero bytes"),
        (utf16(&pem, true, u16::to_le_bytes)[..401].to_vec(), "ends within a character"),
        (appended, "another encoding"),
        (pem[..150].into(), "END line"),
        (pem.replace("END PRIVATE", "END EC PRIVATE").into_bytes(), "different objects"),
        (format!("{}...{}", &pem[..60], &pem[150..]).into_bytes(), "shortened"),
        (pem.replace("MIGH", "MI%H").into_bytes(), "not base64"),
        (pem.replace("MIGH", "MIG").into_bytes(), "impossible length"),
        (vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "compressed"),
        (vec![0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], "Java key store"),
        (vec![0x30, 0x06, 0x02, 0x01, 0x03, 0x30, 0x01, 0x00], "DER"),
        (b" \n".to_vec(), "There is no private key"),
    ];
    for (bytes, part) in cases {
        let error = PrivateKey::import(&bytes, None, &mut System).expect_err(part);
        assert!(error.message().contains(part), "{part}: {}", error.message());
    }
}

#[test]
fn a_secret_inside_of_something_else_is_a_secret() {
    let pem = text_of("B02-client-with-bom.key");
    let encoded = Base64::encode_string(pem.as_bytes());
    let inside = [
        format!("apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata:\n  name: x\nspec:\n  request: {encoded}\n"),
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{{\"tls.key\":{}}}}}", json_string(&pem)),
        format!("client-key-data: {encoded}"),
        format!("export KEY='{encoded}'"),
        format!("a mail with a key in it\n\n> {}\n", pem.replace('\n', "\n> ")),
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n".to_owned(),
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"a\",\"y\":\"b\",\"d\":\"c\"}".to_owned(),
        format!("apiVersion: v1\nkind: List\nitems:\n- {}", kubeconfig_yaml().replace('\n', "\n  ")),
        kubeconfig_yaml().replace("kind: Config\n", "").replace("apiVersion: v1\n", ""),
        kubeconfig_yaml().replace("kind: Config", "Kind: config"),
        kubeconfig_yaml().replace("clusters:", "  clusters:"),
        format!("$ kubectl create token x\n{TOKEN}\n$ "),
        format!("curl -H 'Authorization: Bearer {TOKEN}' https://203.0.113.7"),
        format!("token={TOKEN}"),
    ];
    for text in inside {
        for bytes in [text.clone().into_bytes(), utf16(&text, false, u16::to_le_bytes), Base64::encode_string(text.as_bytes()).into_bytes()]
        {
            assert!(recognise(&bytes).is_secret(), "{:?}: {text}", recognise(&bytes));
        }
        // Damaged in transport, and a secret still.
        let mut zeros = text.clone().into_bytes();
        zeros.insert(text.len() / 3, 0);
        assert!(recognise(&zeros).is_secret(), "with a zero byte: {text}");
    }
    for text in ["jane", "https://203.0.113.7:6443", "hello world, this is a mail", "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBtYWls", ""] {
        assert!(!recognise(text.as_bytes()).is_secret(), "{text}");
    }
    // PKCS#12 as OpenSSL begins it: a container of keys.
    let pkcs12 = [0x30, 0x14, 2, 1, 3, 0x30, 0x0F, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1, 0xA0, 2, 4, 0];
    assert_eq!(recognise(&pkcs12), Recognised::PrivateKey);
    assert_eq!(recognise(Base64::encode_string(&pkcs12).as_bytes()), Recognised::PrivateKey);
}

#[test]
fn what_was_changed_is_said() {
    let of = |bytes: &[u8]| token::wrapping(bytes).iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>();
    let objects = objects();
    let key = objects.iter().find(|object| object.name == "key").unwrap();
    let wrapped = |name: &str| WRAPPERS.iter().find(|(known, _)| *known == name).unwrap().1(&key.text, key).unwrap();
    for (name, codes) in [
        ("nothing", &[][..]),
        ("CRLF", &[]),
        ("BOM", &["byte-order-mark"]),
        ("UTF-16 LE without BOM", &["utf-16"]),
        ("one line", &["line-breaks-missing"]),
        ("CR", &["carriage-returns"]),
        ("\\n", &["escaped-line-breaks"]),
        ("indented", &["indented"]),
        ("mail", &["mail-quoted"]),
        ("HTML with <br>", &["html-escaped"]),
        ("en dashes", &["typographic-dashes"]),
        ("base64", &["base64-encoded"]),
        ("base64 of DER", &["raw-der", "base64-encoded"]),
        ("DER", &["raw-der"]),
        ("text around", &[]),
    ] {
        assert_eq!(of(&wrapped(name)), codes, "{name}");
    }
    let report = Kubeconfig::pasted(utf16(&kubeconfig_yaml(), false, u16::to_le_bytes), NOW).unwrap();
    assert!(
        report.lint().findings.iter().any(|finding| finding.code.as_str() == "utf-16" && finding.level == Level::Error),
        "kubectl refuses the file"
    );
    let plain = Kubeconfig::pasted(kubeconfig_yaml().into_bytes(), NOW).unwrap();
    assert_eq!(plain.lint().findings, Kubeconfig::read(kubeconfig_yaml().as_bytes(), NOW).unwrap().lint().findings);
}

#[test]
fn documents_are_taken_apart_as_kubectl_takes_them_apart() {
    let parse = |text: &str| signing_request::parse(text);
    let count = |text: &str| match parse(text).unwrap() {
        Value::List(items) => items.len(),
        _ => 1,
    };
    let one = "apiVersion: v1\nkind: A\n";
    assert_eq!(count(&format!("{one}---\n{one}--- # second\n---   \n{one}")), 3);
    assert_eq!(count(&format!("---\n{one}---\r\n{one}---")), 2);
    assert_eq!(count("{\"kind\":\"A\"}{\"kind\":\"B\"}\n{\"kind\":\"C\"}"), 3);
    assert_eq!(count(&format!("{one}data: \"---\"\nx: |\n  ---\n  y\n")), 1);
    let error = parse(&format!("{one}--- {{kind: B}}\n")).unwrap_err();
    assert!(error.message().contains("line 3") && error.message().contains("alone on its line"), "{}", error.message());
    let error = parse(&format!("{one}---\nkind: B\n  x: [\n")).unwrap_err();
    assert!(error.message().starts_with("line 5"), "{}", error.message());
    // A key that appears twice: JSON as YAML, deep inside too.
    for text in ["kind: A\nkind: B\n", "{\"kind\":\"A\",\"kind\":\"B\"}", "{\"kind\":\"A\",\"spec\":{\"x\":1,\"x\":2}}"] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.code(), Code::InvalidYaml, "{text}");
        assert!(error.message().contains("twice"), "{}", error.message());
    }
}

#[test]
fn the_work_is_linear() {
    // Counted by the sizes that come out: nothing that goes in becomes longer than one and a half times as long, whatever is repeated.
    let many = 200_000;
    for text in [
        format!("&{}lt;", "amp;".repeat(many)),
        ">".repeat(many),
        "-----BEGIN X-----\n".repeat(many / 20),
        "\\n".repeat(many),
        format!("{}{}", "<".repeat(many), ">".repeat(many)),
        "\u{200B}\u{A0}".repeat(many / 4),
        "-----BEGIN A-----\n-----END B-----\n".repeat(many / 40),
        "eyJ.".repeat(many / 4),
        "kind: A\n---\n".repeat(many / 12),
        format!("\"{}\"", "\\\"".repeat(many)),
    ] {
        let _ = (recognise(text.as_bytes()), input::pem(text.as_bytes()).map(|opened| assert!(opened.text.len() <= 2 * text.len() + 256)));
        let _ = (token::pasted(text.as_bytes()), Kubeconfig::pasted(text.clone().into_bytes(), NOW), signing_request::parse(&text));
    }
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in any::<Vec<u8>>()) {
        all_readers(&bytes);
    }

    #[test]
    fn no_text_does_harm(text in "(-----BEGIN [A-Z ]{0,12}-{0,5}|-----END [A-Z ]{0,12}-{0,5}|[A-Za-z0-9+/=]{0,90}|\\\\[nrtu\"]|&(lt|amp|#[0-9]{0,4});|<br>|> |\"|'|kind: (Config|Secret)|token: |[\r\n\t {}\u{0}\u{FEFF}\u{A0}\u{200B}\u{2013}]){0,24}") {
        all_readers(text.as_bytes());
        all_readers(&utf16(&text, false, u16::to_le_bytes));
        all_readers(Base64::encode_string(text.as_bytes()).as_bytes());
    }

    /// A key with a byte changed, anywhere, in any wrapper: another key is never read, and a secret it stays.
    #[test]
    fn a_damaged_key_is_no_other_key(wrapper in 0..WRAPPERS.len(), place in 0..200usize, byte in any::<u8>()) {
        let text = text_of("B02-client-with-bom.key");
        let key = key_object("key", text.clone());
        if let Some(mut bytes) = WRAPPERS[wrapper].1(&text, &key) {
            let place = place % bytes.len();
            bytes[place] = byte;
            prop_assert_ne!((key.read)(&bytes), Err("read as something else".to_owned()));
        }
    }
}

fn all_readers(bytes: &[u8]) {
    let _ = (recognise(bytes), token::wrapping(bytes), token::read_pasted(bytes, NOW), input::holds_private_key(bytes));
    let _ = (csr::read(bytes), Chain::pasted(bytes), pasted_authority(bytes), PrivateKey::import(bytes, None, &mut System));
    let _ = (Kubeconfig::pasted(bytes.to_vec(), NOW), signing_request::parse(bytes));
    if let Ok(opened) = input::pem(bytes) {
        assert!(opened.text.len() <= bytes.len() * 2 + 256, "{} from {}", opened.text.len(), bytes.len());
    }
}
