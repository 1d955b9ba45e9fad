//! Requests that want to look like something else to whoever decides about them: each is put together here byte by byte and signed,
//! so that the fault alone speaks. What a real server makes of others: tests/vectors.rs; of any at all: tests/differential.rs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Encoding};
use common::{System, key};
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::x509::csr::{self, RequestReport};

/// One DER element.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = match contents.len() {
        short @ 0..128 => vec![short as u8],
        long => {
            let bytes: Vec<u8> = long.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            [&[0x80 | bytes.len() as u8], bytes.as_slice()].concat()
        }
    };
    [&[tag], length.as_slice(), &contents].concat()
}

const CN: &[u8] = &[0x55, 4, 3];
const O: &[u8] = &[0x55, 4, 10];
const EXTENSION_REQUEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14];
const UTF8: u8 = 0x0C;

/// A RelativeDistinguishedName of one attribute.
fn rdn(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x31, &[&tlv(0x30, &[&tlv(6, &[oid]), &tlv(tag, &[value])])])
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { tlv(1, &[&[0xFF]]) } else { Vec::new() };
    tlv(0x30, &[&tlv(6, &[oid]), &flag, &tlv(4, &[value])])
}

/// An attribute with one list of extensions for each value.
fn asks(values: &[&[u8]]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = values.iter().map(|extensions| tlv(0x30, &[extensions])).collect();
    tlv(0x30, &[&tlv(6, &[EXTENSION_REQUEST]), &tlv(0x31, &sets.iter().map(Vec::as_slice).collect::<Vec<_>>())])
}

fn info(owner: &PrivateKey, names: &[&[u8]], attributes: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&[2, 1, 0], &tlv(0x30, names), owner.public_key_der(), &tlv(0xA0, &[attributes])])
}

fn signed(signer: &PrivateKey, info: &[u8]) -> Vec<u8> {
    let signature = signer.sign(info, &mut System).unwrap();
    tlv(0x30, &[info, signer.signature_algorithm(), &tlv(3, &[&[0], &signature])])
}

fn pem(der: &[u8]) -> String {
    String::from_utf8(kubecred::encoding::pem::encode("CERTIFICATE REQUEST", der).expose().clone()).unwrap()
}

fn read(names: &[&[u8]], attributes: &[u8]) -> RequestReport {
    let owner = key(KeyAlgorithm::EcdsaP256);
    csr::read(pem(&signed(&owner, &info(&owner, names, attributes))).as_bytes())
}

fn has(report: &RequestReport, code: &str) -> bool {
    report.findings.iter().any(|finding| finding.code.as_str() == code)
}

fn jane() -> Vec<u8> {
    rdn(CN, UTF8, b"jane")
}

#[test]
fn the_name_that_counts_is_the_one_that_is_shown() {
    // 38: two common names. 40: none that is a text.
    let two = read(&[&jane(), &rdn(CN, UTF8, b"admin")], b"");
    assert!(two.accepted && has(&two, "several-common-names"));
    assert_eq!(two.identity.user, "admin");
    let wide: Vec<u8> = "jane".chars().flat_map(|character| (character as u32).to_be_bytes()).collect();
    for (tag, value) in [(2, &b"\x05"[..]), (4, b"jane"), (0x1C, &wide)] {
        let report = read(&[&rdn(CN, tag, value), &rdn(O, UTF8, b"dev")], b"");
        assert!(report.accepted && has(&report, "user-empty") && has(&report, "name-not-text"), "{tag}: {report:?}");
        assert_eq!((report.identity.user.as_str(), report.identity.groups.as_slice()), ("", &["dev".to_owned()][..]));
    }
    let plain = read(&[&jane()], b"");
    assert!(plain.accepted && plain.findings.is_empty(), "the control: {plain:?}");
}

#[test]
fn what_is_asked_for_beside_a_name_is_said() {
    let dns = |name: &[u8]| extension(&[0x55, 29, 17], false, &tlv(0x30, &[&tlv(0x82, &[name])]));
    // 41: a second list, where Go does not look.
    let hidden = read(&[&jane()], &asks(&[&dns(b"a.example"), &dns(b"b.example")]));
    assert!(hidden.accepted && has(&hidden, "hidden-attribute"), "{hidden:?}");
    assert_eq!(hidden.dns_names, ["a.example"]);
    // 42: the same extension twice in one list; tests/vectors/csr/035.csr has it in two attributes.
    let twice = read(&[&jane()], &asks(&[&[dns(b"a.example"), dns(b"b.example")].concat()]));
    assert!(!twice.accepted && has(&twice, "extensions-malformed"), "{twice:?}");
    // 43: to be a CA, and a critical extension that nobody knows.
    let authority = read(&[&jane()], &asks(&[&extension(&[0x55, 29, 19], true, &tlv(0x30, &[&[1, 1, 0xFF]]))]));
    assert!(authority.accepted && has(&authority, "ca-asked-for"), "{authority:?}");
    let unknown = read(&[&jane()], &asks(&[&extension(&[0x2A, 3, 4], true, b"\x05\0")]));
    assert!(unknown.accepted && has(&unknown, "extension-dropped"), "{unknown:?}");
    // 52: an address that a careless page would make a link.
    let script = read(&[&jane()], &asks(&[&extension(&[0x55, 29, 17], false, &tlv(0x30, &[&tlv(0x86, &[b"javascript:alert(1)"])]))]));
    assert_eq!((script.accepted, script.uris.as_slice()), (true, &["javascript:alert(1)".to_owned()][..]));
}

#[test]
fn the_text_of_a_uri_never_decides_the_code_of_its_refusal() {
    // Parts of Go's other refusals, which the request's sender puts into a URI that Go refuses.
    let others = [
        "insecure",
        "crypto/rsa: 512-bit keys are insecure",
        "verification failure",
        "x509: ECDSA verification failure",
        "verification error",
        "x509: cannot verify signature",
        "asn1: syntax error: data truncated",
        "duplicate",
        "x509: unsupported elliptic curve",
        "RSA",
        "",
    ];
    for other in others {
        for uri in [
            format!("http://a../{other}"),
            format!("http://[{other}"),
            format!("http://a:{other}x/"),
            format!("%zz{other}"),
            format!("http://a b/{other}"),
        ] {
            let report = read(&[&jane()], &asks(&[&extension(&[0x55, 29, 17], false, &tlv(0x30, &[&tlv(0x86, &[uri.as_bytes()])]))]));
            assert!(
                !report.accepted && report.refusal.as_ref().is_some_and(|text| text.starts_with("x509: cannot parse URI")),
                "{uri}: {report:?}"
            );
            let codes: Vec<_> = report.findings.iter().map(|finding| finding.code.as_str()).collect();
            assert_eq!(codes, ["extensions-malformed"], "{uri}");
        }
    }
    let reported = csr::read(include_bytes!("vectors/reports/uri-san-refused.csr"));
    assert!(!reported.accepted && has(&reported, "extensions-malformed") && !has(&reported, "key-refused"), "{reported:?}");
}

#[test]
fn a_request_that_the_server_refuses_is_never_called_good() {
    let (owner, other) = (key(KeyAlgorithm::EcdsaP256), key(KeyAlgorithm::EcdsaP256));
    let parts = info(&owner, &[&jane()], b"");
    let good = signed(&owner, &parts);
    assert!(csr::read(pem(&good).as_bytes()).accepted, "the control");
    // 44: signed by another key.
    let foreign = csr::read(pem(&signed(&other, &parts)).as_bytes());
    assert!(!foreign.accepted && has(&foreign, "signature-wrong"), "{foreign:?}");
    // 45: MD5 with RSA, 1.2.840.113549.1.1.4.
    let rsa = key(KeyAlgorithm::Rsa2048);
    let parts = info(&rsa, &[&jane()], b"");
    let md5 = tlv(0x30, &[&tlv(6, &[&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 4]]), &[5, 0]]);
    let weak = tlv(0x30, &[&parts, &md5, &tlv(3, &[&[0], &rsa.sign(&parts, &mut System).unwrap()])]);
    let weak = csr::read(pem(&weak).as_bytes());
    assert!(!weak.accepted && weak.refusal.is_some() && has(&weak, "signature-unknown"), "{weak:?}");
    // 46: a byte behind it, a byte less, no definite length, a length longer than it need be.
    let (head, body) = good.split_at(if good[1] == 0x81 { 3 } else { 4 });
    let indefinite = [&[0x30, 0x80][..], body, &[0, 0]].concat();
    let padded = [&[0x30, 0x83, 0][..], &(body.len() as u16).to_be_bytes(), body].concat();
    for (what, der) in [
        ("a byte more", [good.as_slice(), &[0]].concat()),
        ("a byte less", good[..good.len() - 1].to_vec()),
        ("indefinite", indefinite),
        ("padded", padded),
    ] {
        let report = csr::read(pem(&der).as_bytes());
        assert!(!report.accepted && report.refusal.is_some(), "{what}: {report:?}");
    }
    assert_eq!(head[0], 0x30);
    // 55: other wrappings.
    let text = pem(&good);
    let object = format!("apiVersion: v1\nspec:\n  request: {}\n", Base64::encode_string(text.as_bytes()));
    for other in [
        Base64::encode_string(Base64::encode_string(text.as_bytes()).as_bytes()),
        format!("data:text/plain;base64,{}", Base64::encode_string(&good)),
        object,
    ] {
        assert!(!csr::read(other.as_bytes()).accepted, "{other}");
    }
}

#[test]
fn one_block_counts_whatever_stands_around_it() {
    let owner = key(KeyAlgorithm::EcdsaP256);
    let first = pem(&signed(&owner, &info(&owner, &[&jane()], b"")));
    let second = pem(&signed(&owner, &info(&owner, &[&rdn(CN, UTF8, b"admin")], b"")));
    // 47: two requests; a request and a key.
    let two = csr::read(format!("{first}{second}").as_bytes());
    assert_eq!((two.identity.user.as_str(), two.pem.as_deref(), has(&two, "several-blocks")), ("jane", Some(first.as_str()), true));
    let secret = String::from_utf8(owner.export_pem(None, &mut System).unwrap().expose().clone()).unwrap();
    for text in [format!("{first}{secret}"), format!("{secret}{first}")] {
        let report = csr::read(text.as_bytes());
        assert!(has(&report, "private-key-in-paste"), "{report:?}");
        assert!(!format!("{report:?}").contains(&secret[40..80]), "and it is not repeated");
    }
    // 48: text in front, other line ends, one long line; 46b: blanks at the ends of lines.
    let lines: Vec<&str> = first.trim().lines().collect();
    let one_line = format!("{}\n{}\n{}\n", lines[0], lines[1..lines.len() - 1].concat(), lines[lines.len() - 1]);
    for text in [format!("From: jane\n\n{first}"), first.replace('\n', "\r\n"), one_line, first.replace('\n', "  \n")] {
        let report = csr::read(text.as_bytes());
        assert!(report.accepted && report.pem.as_deref() == Some(first.as_str()), "{text}");
    }
}

#[test]
fn long_and_deep_requests_are_read() {
    // 50: a name of 60,000 characters, 5,000 groups. 51: 20,000 levels, in the name and in an extension.
    let long = rdn(CN, UTF8, "a".repeat(60_000).as_bytes());
    let groups: Vec<Vec<u8>> = (0..5000).map(|number| rdn(O, UTF8, format!("group-{number}").as_bytes())).collect();
    let all: Vec<&[u8]> = groups.iter().map(Vec::as_slice).collect();
    let deep = (0..20_000).fold(vec![5, 0], |inside, _| tlv(0x30, &[&inside]));
    let named = read(&[&long], b"");
    assert_eq!((named.accepted, named.identity.user.len()), (true, 60_000));
    let many = read(&all, b"");
    assert_eq!((many.accepted, many.identity.groups.len()), (true, 5000));
    let nested = read(&[&jane()], &asks(&[&extension(&[0x2A, 3, 4], false, &deep)]));
    assert!(nested.accepted, "{nested:?}");
    assert!(!read(&[&deep], b"").accepted);
    assert!(!csr::read(pem(&deep).as_bytes()).accepted);
}

#[test]
fn names_are_given_on_as_they_are() {
    // 49: line ends, directions, markup; how the page shows them: tests/page/hostile.test.mjs.
    for name in ["jane\nroot", "jane\u{202e}nimda", "<img src=x onerror=alert(1)>", "\u{1b}[31mjane"] {
        let report = read(&[&rdn(CN, UTF8, name.as_bytes())], b"");
        assert_eq!((report.accepted, report.identity.user.as_str()), (true, name));
        let remarked = report.findings.iter().any(|finding| finding.path.as_deref() == Some("user"));
        assert_eq!(remarked, !name.starts_with('<'), "what cannot be seen is remarked on: {report:?}");
    }
    // 39: every group, twice where it stands twice.
    let report = read(&[&jane(), &rdn(O, UTF8, b"zeta"), &rdn(O, UTF8, b"alpha"), &rdn(O, UTF8, b"zeta")], b"");
    assert!(has(&report, "group-twice"));
    assert_eq!(report.identity.groups, ["zeta", "alpha", "zeta"]);
}
