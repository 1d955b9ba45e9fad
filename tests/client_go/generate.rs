//! Kubeconfigs that are nearly right: a good one with some values replaced, wrapped, moved or damaged. From a seed alone.

use crate::common::Seeded;
use base64ct::{Base64, Encoding};
use serde_json::{Map, Value, json};

/// A seeded source, and how calm it is: by this much rarer is everything that may go wrong.
pub struct Dice {
    source: Seeded,
    calm: usize,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        let mut dice = Dice { source: Seeded(seed), calm: 1 };
        dice.calm = *dice.pick(&[1, 2, 4, 8]);
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.source.next()
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True once in so many times.
    pub fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// The same of something that may go wrong.
    pub fn fault_in(&mut self, count: usize) -> bool {
        self.below(count * self.calm) == 0
    }

    /// One of the first few, which are right, or now and then any of them.
    pub fn nearly<'a, T>(&mut self, items: &'a [T], right: usize) -> &'a T {
        if self.fault_in(2) { self.pick(items) } else { self.pick(&items[..right]) }
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A key with its certificates, in DER; a part that does not exist is empty.
#[derive(Default)]
pub struct Pair {
    pub pkcs8: Vec<u8>,
    pub traditional: Vec<u8>,
    pub certificate: Vec<u8>,
    pub authority: Vec<u8>,
}

pub struct Material {
    pub pairs: Vec<Pair>,
    /// PEM texts of the reports: certificates of version 1, with serial number 0, keys with explicit curves, requests …
    pub pems: Vec<Vec<u8>>,
}

pub fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let base64 = Base64::encode_string(der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")).into_bytes()
}

const LABELS: [&str; 12] = [
    "CERTIFICATE",
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PUBLIC KEY",
    "CERTIFICATE REQUEST",
    "X509 CRL",
    "EC PARAMETERS",
    "ANY PRIVATE KEY",
    "MYPRIVATE KEY",
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Material {
    /// The PEM text of a key or a certificate, now and then not quite what belongs there.
    fn key(&self, dice: &mut Dice, pair: &Pair) -> Vec<u8> {
        let traditional = !pair.traditional.is_empty() && dice.once_in(2);
        let mut der = if traditional { pair.traditional.clone() } else { pair.pkcs8.clone() };
        if dice.fault_in(12) {
            damage(dice, &mut der);
        }
        let label = if dice.fault_in(10) {
            dice.pick(&LABELS)
        } else if traditional {
            &"RSA PRIVATE KEY"
        } else {
            &"PRIVATE KEY"
        };
        self.around(dice, pem(label, &der))
    }

    fn certificate(&self, dice: &mut Dice, pair: &Pair) -> Vec<u8> {
        let der = if dice.fault_in(12) { &pair.authority } else { &pair.certificate };
        let mut der = der.clone();
        if dice.fault_in(20) {
            damage(dice, &mut der);
        }
        let label = if dice.fault_in(15) { dice.pick(&LABELS) } else { &"CERTIFICATE" };
        self.around(dice, pem(label, &der))
    }

    fn authority(&self, dice: &mut Dice) -> Vec<u8> {
        let pair = dice.pick(&self.pairs);
        let der = if dice.fault_in(8) { &pair.certificate } else { &pair.authority };
        let mut der = der.clone();
        if dice.fault_in(20) {
            damage(dice, &mut der);
        }
        let label = if dice.fault_in(15) { dice.pick(&LABELS) } else { &"CERTIFICATE" };
        self.around(dice, pem(label, &der))
    }

    /// Other blocks in front or behind, and what editors and clipboards do to a text.
    fn around(&self, dice: &mut Dice, one: Vec<u8>) -> Vec<u8> {
        let mut all = one;
        if dice.fault_in(10) {
            let other = if dice.once_in(2) {
                dice.pick(&self.pems).clone()
            } else {
                pem(dice.pick::<&str>(&LABELS), &dice.pick(&self.pairs).authority)
            };
            all = if dice.once_in(2) { [other, all].concat() } else { [all, other].concat() };
        }
        if dice.fault_in(5) {
            all = damage_text(dice, &text(&all));
        }
        all
    }

    fn data(&self, dice: &mut Dice, pem: &[u8]) -> String {
        let good = Base64::encode_string(pem);
        if dice.fault_in(14) { damage_base64(dice, pem, &good) } else { good }
    }
}

/// Bytes flipped, lost or added: numbers that contradict each other, lengths that do not fit.
pub fn damage(dice: &mut Dice, der: &mut Vec<u8>) {
    if der.is_empty() {
        return;
    }
    for _ in 0..=dice.below(2) {
        let at = if dice.once_in(2) { dice.below(der.len()) } else { dice.below(der.len().min(40)) };
        match dice.below(6) {
            0 => der.truncate(at),
            1 => der.push(dice.next() as u8),
            2 => der.insert(at.min(der.len()), dice.next() as u8),
            3 if at < der.len() => drop(der.remove(at)),
            4 if at < der.len() => der[at] ^= 1 << dice.below(8),
            _ if at < der.len() => der[at] = *dice.pick(&[0, 1, 2, 0x30, 0xA0, 0xFF, 0x80]),
            _ => {}
        }
        if der.is_empty() {
            der.push(0x30);
        }
    }
}

fn damage_text(dice: &mut Dice, text: &str) -> Vec<u8> {
    let text = match dice.below(16) {
        0 => format!("\u{FEFF}{text}"),
        1 => text.replace('\n', "\r\n"),
        2 => text.lines().map(|line| format!("    {line}\n")).collect(),
        3 => text.replace('\n', " "),
        4 => text.replace('\n', "\\n"),
        5 => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        6 => text[..dice.below(text.len())].to_owned(),
        7 => text.trim().to_owned(),
        8 => text.replacen("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1),
        9 => text.replacen('\n', "\n\u{200B}", 2),
        10 => text.replace("-----", "----"),
        11 => text.replace('+', "&#43;").replacen('/', "&#47;", 1),
        12 => format!("Bag Attributes\n    friendlyName: x\nsubject=CN = jane\n{text}trailing"),
        13 => text.replacen("\n-----END", "-----END", 1),
        14 => Base64::encode_string(text.as_bytes()),
        _ => text.replace('\n', "\n\n"),
    };
    text.into_bytes()
}

fn damage_base64(dice: &mut Dice, pem: &[u8], good: &str) -> String {
    match dice.below(16) {
        0 => String::from_utf8_lossy(pem).into_owned(),
        1 => good.trim_end_matches('=').to_owned(),
        2 => good[..dice.below(good.len() + 1)].to_owned(),
        3 => good.as_bytes().chunks(64).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect(),
        4 => good.replace('+', "-").replace('/', "_"),
        5 => format!("<{good}>"),
        6 => format!("\"{good}\""),
        7 => good.replacen('L', "&#76;", 1),
        8 => format!("data:application/x-pem-file;base64,{good}"),
        9 => format!("{good}{good}"),
        10 => format!(" {good}"),
        11 => format!("{good}\n"),
        12 => "/home/me/jane.crt".to_owned(),
        13 => "/home/me/jane".to_owned(),
        14 => format!("{}...", &good[..good.len().min(40)]),
        _ => Base64::encode_string(good.as_bytes()),
    }
}

const SERVERS: [&str; 60] = [
    "https://127.0.0.1:6443",
    "https://api.example.com",
    "https://api.example.com/",
    "https://api.example.com:6443/k8s/clusters/c-1",
    "HTTPS://API.example.com",
    "https://[::1]:6443",
    "https://[2001:db8::1]",
    "https://[fe80::1%25eth0]:6443",
    "https://[fe80::1%eth0]:6443",
    "https://2001:db8::1",
    "https://2001:db8::1:6443",
    "https://[127.0.0.1]:6443",
    "https://[::ffff:127.0.0.1]:6443",
    "http://127.0.0.1:8001",
    "http://api.example.com",
    "127.0.0.1:6443",
    "api.example.com",
    "api.example.com:6443",
    "api.example.com/path",
    "localhost",
    "//api.example.com",
    "//api.example.com/path",
    "///api",
    "/api",
    "https:/api.example.com",
    "https:api.example.com",
    "https//api.example.com",
    "https://",
    "https:///path",
    "https://:6443",
    "https://api.example.com:",
    "https://api.example.com:0",
    "https://api.example.com:65536",
    "https://api.example.com:port",
    "https://api.example.com:-1",
    "https://api.example.com: 6443",
    "https://api.example.com:6443 ",
    " https://api.example.com:6443",
    "https://api.example.com:6443\u{A0}",
    "https://api.example.com\u{200B}",
    "https://api.example.com:6443\n",
    "https://api.ex\tample.com",
    "https://api example.com",
    "https://me:secret@api.example.com",
    "https://me:se cret@api.example.com",
    "https://me@api.example.com:6443",
    "https://api.example.com?x=1",
    "https://api.example.com/a?x=1#y",
    "https://api.example.com#%zz",
    "https://api.example.com/a%20b",
    "https://api.example.com/a%zz",
    "https://api%2eexample.com",
    "https://%e4%b8%ad.example",
    "https://b\u{FC}cher.example:6443",
    "ftp://api.example.com",
    "javascript:alert(1)",
    "https://<server>:6443",
    "<https://api.example.com:6443>",
    "https://api.example.com&#58;6443",
    "*",
];
const PROXIES: [&str; 18] = [
    "http://proxy:3128",
    "https://proxy",
    "socks5://proxy:1080",
    "socks5h://proxy:1080",
    "socks4://proxy",
    "HTTP://proxy",
    "proxy:3128",
    "proxy",
    "http:proxy",
    "http://",
    "http://me:pw@proxy:1",
    "http://me:p%w@proxy:1",
    "http://proxy:port",
    " http://proxy:3128",
    "http://proxy:3128 ",
    "<http://proxy>",
    "ftp://proxy",
    "http://[::1",
];
const TOKENS: [&str; 18] = [
    "abcdefghijklmnop",
    "abcdef.0123456789abcdef",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2kuZXhhbXBsZSIsInN1YiI6ImphbmUiLCJhdWQiOlsieCJdLCJleHAiOjQ5MDAwMDAwMDB9.c2lnbmF0dXJl",
    "abc\u{200B}def",
    "abc\ndef",
    "abcdef\n",
    "abc def",
    " abc",
    "abc ",
    "abc\tdef",
    "abc\u{7F}def",
    "abc\u{85}def",
    "abcd\u{E9}f",
    "abc\u{0}def",
    "<token>",
    "\"abcdef\"",
    "Bearer abcdef",
    "abc&#43;def",
];
const PATHS: [&str; 14] = [
    "ca.crt",
    "/nowhere/jane.key",
    "C:\\Users\\me\\jane.crt",
    "\u{202A}C:\\Users\\me\\jane.crt",
    "~/.kube/jane.crt",
    "$HOME/jane.crt",
    "%USERPROFILE%\\jane.crt",
    "</path/to/ca.crt>",
    "file:///etc/ca.crt",
    " /nowhere/ca.crt",
    "/nowhere/ca.crt ",
    "relative/\u{FEFF}ca.crt",
    "\"/nowhere/ca.crt\"",
    "0123456789abcdef0123456789abcdef",
];
const VERSIONS: [&str; 9] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
    "client.authentication.k8s.io/v1alpha1",
    "client.authentication.k8s.io/v2",
    "client.authentication.k8s.io",
    "v1",
    "client.authentication.k8s.io/V1",
    "",
];
const MODES: [&str; 7] = ["IfAvailable", "Never", "Always", "never", "Sometimes", "", " Never"];
const FIELDS: [&str; 12] = [
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "token",
    "tokenFile",
    "username",
    "password",
    "as",
    "as-uid",
    "certificate-authority",
    "server",
];

/// An address out of parts, most of them ordinary.
pub fn address(dice: &mut Dice) -> String {
    let scheme = *dice.nearly(
        &["https://", "http://", "", "HTTPS://", "https:", "https:/", "https:///", "://", "//", "a+b.c://", "1https://", "socks5://", " "],
        2,
    );
    let user = *dice.nearly(&["", "me@", "me:pw@", "me:p@w@", "m%zz@", "m e@", "m\u{E9}@", "@", ":@"], 1);
    let host = *dice.nearly(
        &[
            "api.example.com",
            "10.0.0.1",
            "[::1]",
            "[::1",
            "::1]",
            "[]",
            "[::1%25eth0]",
            "[::1%25]",
            "[::1%eth0]",
            "[::1%25e%20h]",
            "[1.2.3.4]",
            "[::ffff:1.2.3.4]",
            "a_b",
            "a..b",
            "",
            "a b",
            "a%20b",
            "a%C3%A9",
            "a%2Eb",
            "a%",
            "a\\b",
            "a\"b",
            "a'b",
            "a,b",
            "a;b",
            "a{b}",
            "a|b",
            "a^b",
            "a`b",
            "a<b>",
            "a~b",
            "a!b",
            "\u{4E2D}.com",
            "a\u{200B}b",
            "xn--a",
            "[a]b",
            "a[b]",
            "[::1]x",
            "*",
        ],
        3,
    );
    let port = *dice.nearly(
        &["", ":6443", ":", ":0", ":65535", ":65536", ":99999999999999999999", ":+1", ":-1", ":a", ":1:2", ": 1", ":\u{0661}", ":%31"],
        2,
    );
    let path = *dice.nearly(
        &[
            "", "/", "/a/b", "//", "/a//b", "/a b", "/a%20b", "/a%2", "/a%zz", "/..", "/a?b", "?", "?a", "?a%zz", "#", "#a", "#%zz", "/#?",
            "/a\tb", "/\u{E9}", "/a@b", "/a:b", "\\a",
        ],
        3,
    );
    format!("{scheme}{user}{host}{port}{path}")
}

pub fn token(dice: &mut Dice) -> &'static str {
    dice.nearly::<&str>(&TOKENS, 3)
}

fn cluster(dice: &mut Dice, material: &Material) -> Map<String, Value> {
    let mut body = Map::new();
    let server = if dice.once_in(3) { address(dice) } else { (*dice.nearly(&SERVERS, 7)).to_owned() };
    if !dice.fault_in(40) {
        body.insert("server".into(), json!(server));
    }
    if !dice.once_in(4) {
        let pem = material.authority(dice);
        body.insert("certificate-authority-data".into(), json!(material.data(dice, &pem)));
    }
    if dice.fault_in(12) {
        body.insert("certificate-authority".into(), json!(dice.nearly(&PATHS, 2)));
    }
    if dice.once_in(10) {
        body.insert("insecure-skip-tls-verify".into(), json!(dice.once_in(2)));
    }
    if dice.once_in(5) {
        let proxy = if dice.once_in(3) { address(dice) } else { (*dice.nearly(&PROXIES, 3)).to_owned() };
        body.insert("proxy-url".into(), json!(proxy));
    }
    if dice.once_in(10) {
        body.insert("tls-server-name".into(), json!("kubernetes"));
    }
    body
}

fn exec(dice: &mut Dice) -> Value {
    let mut exec = Map::new();
    if !dice.fault_in(8) {
        exec.insert("command".into(), json!(dice.nearly(&["aws", "/opt/bin/get token", ""], 2)));
    }
    if !dice.fault_in(8) {
        exec.insert("apiVersion".into(), json!(dice.nearly(&VERSIONS, 3)));
    }
    if !dice.fault_in(4) {
        exec.insert("interactiveMode".into(), json!(dice.nearly(&MODES, 3)));
    }
    if dice.once_in(2) {
        exec.insert(
            "args".into(),
            dice.nearly(&[json!(["a", "b"]), json!([]), json!(null), json!(["a", null]), json!("a"), json!([1])], 4).clone(),
        );
    }
    if dice.once_in(3) {
        let shapes = [
            json!([{"name": "A", "value": "b"}]),
            json!([{"name": ""}]),
            json!([{"value": "b"}]),
            json!(null),
            json!([null]),
            json!({"A": "b"}),
        ];
        exec.insert("env".into(), dice.nearly(&shapes, 1).clone());
    }
    if dice.once_in(4) {
        exec.insert("provideClusterInfo".into(), json!(true));
    }
    Value::Object(exec)
}

fn provider(dice: &mut Dice, material: &Material) -> Value {
    let name = dice.nearly(&["oidc", "gcp", "azure", "openstack", ""], 1);
    let mut config = Map::new();
    for (key, value) in [("idp-issuer-url", "https://issuer.example"), ("client-id", "kubernetes"), ("id-token", "abc")] {
        if !dice.fault_in(6) {
            config.insert(key.into(), json!(value));
        }
    }
    if dice.once_in(3) {
        let pem = material.authority(dice);
        config.insert("idp-certificate-authority-data".into(), json!(material.data(dice, &pem)));
    }
    if dice.once_in(8) {
        config.insert("idp-certificate-authority".into(), json!(dice.nearly(&PATHS, 2)));
    }
    match dice.below(8 * dice.calm) {
        0 => json!({ "name": name }),
        1 => json!({ "name": name, "config": null }),
        _ => json!({ "name": name, "config": config }),
    }
}

fn user(dice: &mut Dice, material: &Material) -> Map<String, Value> {
    let mut body = Map::new();
    let pair = dice.pick(&material.pairs);
    let other = if dice.fault_in(10) { dice.pick(&material.pairs) } else { pair };
    match dice.below(10) {
        0..=4 => {
            if !dice.fault_in(15) {
                let pem = if dice.fault_in(15) { dice.pick(&material.pems).clone() } else { material.certificate(dice, pair) };
                body.insert("client-certificate-data".into(), json!(material.data(dice, &pem)));
            }
            if !dice.fault_in(15) {
                let pem = if dice.fault_in(15) { dice.pick(&material.pems).clone() } else { material.key(dice, other) };
                body.insert("client-key-data".into(), json!(material.data(dice, &pem)));
            }
        }
        5 | 6 => drop(body.insert("token".into(), json!(dice.nearly(&TOKENS, 3)))),
        7 => drop(body.insert("exec".into(), exec(dice))),
        8 => drop(body.insert("auth-provider".into(), provider(dice, material))),
        _ => {
            for field in ["client-certificate", "client-key", "tokenFile"] {
                if dice.once_in(2) {
                    body.insert(field.into(), json!(dice.nearly(&PATHS, 2)));
                }
            }
        }
    }
    if dice.once_in(12) {
        body.insert("token".into(), json!(dice.nearly(&TOKENS, 3)));
    }
    if dice.fault_in(20) {
        body.insert("exec".into(), exec(dice));
    }
    if dice.fault_in(25) {
        body.insert("username".into(), json!("me"));
    }
    if dice.once_in(12) {
        let values = ["admin", "", "a\u{E9}", "a\nb", "a\tb", "a\u{7F}"];
        for (field, many) in [("as", false), ("as-uid", false), ("as-groups", true)] {
            if dice.once_in(2) {
                let value = json!(dice.nearly(&values, 1));
                body.insert(field.into(), if many { json!([value]) } else { value });
            }
        }
        if dice.once_in(3) {
            body.insert(
                "as-user-extra".into(),
                dice.pick(&[json!({"a b": ["c"]}), json!({}), json!({"k": []}), json!({"k": ["a\u{1}"]})]).clone(),
            );
        }
    }
    body
}

/// Values swapped, wrapped, moved to another field, replaced by one of another kind.
fn disturb(dice: &mut Dice, body: &mut Map<String, Value>) {
    let keys: Vec<String> = body.keys().cloned().collect();
    if keys.is_empty() {
        return;
    }
    let key = dice.pick(&keys).clone();
    let value = body[&key].clone();
    match dice.below(9) {
        0 => {
            let other = dice.pick(&keys).clone();
            let swapped = body.insert(other, value).unwrap_or_default();
            body.insert(key, swapped);
        }
        1 => {
            body.remove(&key);
            body.insert((*dice.pick(&FIELDS)).to_owned(), value);
        }
        2 => {
            body.remove(&key);
            body.insert(key.to_uppercase(), value);
        }
        3 => drop(body.insert(key, dice.pick(&[json!(null), json!(""), json!(5), json!(true), json!([]), json!({}), json!("~")]).clone())),
        _ => {
            let Value::String(text) = value else { return };
            let wrapped = match dice.below(12) {
                0 => format!("<{text}>"),
                1 => format!("\"{text}\""),
                2 => format!(" {text}"),
                3 => format!("{text} "),
                4 => format!("{text}\n"),
                5 => format!("\u{FEFF}{text}"),
                6 => format!("{text}\u{200B}"),
                7 => format!("{text}\u{A0}"),
                8 => text.replace('+', "&#43;").replace('/', "&#x2F;"),
                9 => format!("${{{text}}}"),
                10 => {
                    let at = text.char_indices().map(|(at, _)| at).nth(dice.below(text.chars().count().max(1))).unwrap_or(0);
                    format!(
                        "{}{}{}",
                        &text[..at],
                        dice.pick(&["\t", "\u{200B}", " ", "%", "\\", "\u{AD}", "=", "@", ":", "["]),
                        &text[at..]
                    )
                }
                _ => text.chars().take(text.chars().count() * 2 / 3).collect(),
            };
            body.insert(key, json!(wrapped));
        }
    }
}

fn entries(dice: &mut Dice, bodies: Vec<Map<String, Value>>, kind: &str, prefix: &str) -> Vec<Value> {
    let mut list = Vec::new();
    for (index, body) in bodies.into_iter().enumerate() {
        let name = match dice.below(60 * dice.calm) {
            0 => String::new(),
            1 => format!("{prefix}0"),
            2 => format!("{prefix} \u{E9}{index}"),
            _ => format!("{prefix}{index}"),
        };
        let body = if dice.fault_in(80) { Value::Null } else { Value::Object(body) };
        list.push(match dice.below(80 * dice.calm) {
            0 => json!({ "name": name }),
            1 => json!({ kind: body }),
            _ => json!({ "name": name, kind: body }),
        });
    }
    list
}

/// One kubeconfig, as text.
pub fn kubeconfig(dice: &mut Dice, material: &Material) -> String {
    let count = 1 + dice.below(3);
    let mut clusters: Vec<_> = (0..count).map(|_| cluster(dice, material)).collect();
    let mut users: Vec<_> = (0..count).map(|_| user(dice, material)).collect();
    for body in clusters.iter_mut().chain(&mut users) {
        if dice.fault_in(4) {
            disturb(dice, body);
        }
    }
    if dice.fault_in(30) {
        // Between two kinds of entries: what belongs to a cluster in a user, and the other way round.
        std::mem::swap(&mut clusters[0], &mut users[0]);
    }
    let contexts: Vec<_> = (0..count)
        .map(|index| {
            let mut body = Map::new();
            for (field, prefix) in [("cluster", "c"), ("user", "u")] {
                let name = match dice.below(40 * dice.calm) {
                    0 => String::new(),
                    1 => format!("{prefix}9"),
                    2 => format!("{prefix}0"),
                    3 => continue,
                    _ => format!("{prefix}{index}"),
                };
                body.insert(field.into(), json!(name));
            }
            if dice.once_in(6) {
                body.insert("namespace".into(), json!(dice.nearly(&["dev", "kube-system", "Dev", "a b", "-x", "a.b", ""], 2)));
            }
            body
        })
        .collect();
    let clusters = entries(dice, clusters, "cluster", "c");
    let users = entries(dice, users, "user", "u");
    let contexts = entries(dice, contexts, "context", "x");
    let mut root = Map::new();
    let (kind, version) = (dice.pick(&["kind", "kind", "kind", "Kind", "KIND"]), dice.pick(&["apiVersion", "apiVersion", "apiversion"]));
    if !dice.fault_in(20) {
        let kind_is = if dice.fault_in(60) { dice.pick(&["config", "Pod", ""]) } else { &"Config" };
        root.insert((*kind).to_owned(), json!(kind_is));
        let version_is = if dice.fault_in(60) { dice.pick(&["v2", "", "/v1", "client.k8s.io/v1"]) } else { &"v1" };
        root.insert((*version).to_owned(), json!(version_is));
    }
    root.insert("clusters".into(), json!(clusters));
    root.insert("users".into(), json!(users));
    root.insert("contexts".into(), json!(contexts));
    match dice.below(20 * dice.calm) {
        0 => {}
        1 => drop(root.insert("current-context".into(), json!("x9"))),
        _ => drop(root.insert("current-context".into(), json!("x0"))),
    }
    if dice.fault_in(60) {
        disturb(dice, &mut root);
    }
    let text = Value::Object(root).to_string();
    // A character that JSON carries raw and YAML refuses ends every comparison at the first stage.
    text.replace('\u{7F}', "\\u007f").replace('\u{85}', "\\u0085").replace('\u{FEFF}', "\\ufeff")
}
