//! Discovery: a real signed cluster-info, every byte of it changed, pins, and what each source proves.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use common::{NOW, json, vector};
use hmac::{Hmac, KeyInit, Mac};
use kubecred::kubernetes::api;
use kubecred::kubernetes::discovery::{combine, inspect, verify_cluster_info};
use kubecred::kubernetes::operation::Operation;
use kubecred::x509::certificate::Chain;
use kubecred::{Code, Value};
use sha2::Sha256;

const TOKEN: &str = "abcdef.0123456789abcdef";

fn api_vector(name: &str) -> Value {
    json(std::str::from_utf8(&vector(&format!("api/{name}.json"))).unwrap())
}

fn options(token: &str, pins: &[&str]) -> Value {
    Value::map([("bootstrapToken", Some(token.into())), ("pins", (!pins.is_empty()).then(|| Value::strings(pins)))])
}

fn with_data(pairs: &[(&str, &str)]) -> Value {
    let data = Value::Map(pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect());
    Value::map([("kind", Some("ConfigMap".into())), ("data", Some(data))])
}

fn code(object: &Value, options: &Value) -> Code {
    verify_cluster_info(object, options).unwrap_err().code()
}

/// As the bootstrap signer does it.
fn signed(kubeconfig: &str) -> Value {
    let header = Base64UrlUnpadded::encode_string(br#"{"alg":"HS256","kid":"abcdef"}"#);
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"0123456789abcdef").unwrap();
    mac.update(format!("{header}.{}", Base64UrlUnpadded::encode_string(kubeconfig.as_bytes())).as_bytes());
    let signature = Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes());
    with_data(&[("kubeconfig", kubeconfig), ("jws-kubeconfig-abcdef", &format!("{header}..{signature}"))])
}

fn real_pin() -> String {
    let ca = api_vector("kube-root-ca");
    let chain = Chain::read(ca.text(&["data", "ca.crt"]).unwrap().as_bytes()).unwrap();
    format!("sha256:{}", chain.leaf().key_fingerprint)
}

#[test]
fn a_real_cluster_info_verifies() {
    let info = api_vector("cluster-info");
    let token = String::from_utf8(vector("api/bootstrap-token.txt")).unwrap();
    let entry = verify_cluster_info(&info, &options(&token, &[])).unwrap();
    assert_eq!(entry.text(&["server"]), Some("https://127.0.0.1:26443"));
    assert_eq!(entry.text(&["certificateAuthority"]), api_vector("kube-root-ca").text(&["data", "ca.crt"]));
    let pin = real_pin();
    verify_cluster_info(&info, &options(&token, &[&pin])).unwrap();
    let upper = format!("sha256:{}", pin[7..].to_uppercase());
    verify_cluster_info(&info, &options(&token, &[&format!("sha256:{}", "00".repeat(32)), &upper])).unwrap();
}

#[test]
fn four_answers_and_a_pin() {
    let info = api_vector("cluster-info");
    let text = info.text(&["data", "kubeconfig"]).unwrap();
    let signature = info.text(&["data", "jws-kubeconfig-abcdef"]).unwrap();
    let plain = options(TOKEN, &[]);
    assert_eq!(code(&json("{}"), &plain), Code::ClusterInfoAbsent);
    assert_eq!(code(&with_data(&[("jws-kubeconfig-abcdef", signature)]), &plain), Code::ClusterInfoAbsent);
    assert_eq!(code(&with_data(&[("kubeconfig", text)]), &plain), Code::ClusterInfoUnsigned);
    assert_eq!(code(&info, &options("bcdefg.0123456789abcdef", &[])), Code::ClusterInfoUnsigned);
    assert_eq!(code(&info, &options("abcdef.0123456789abcdeg", &[])), Code::ClusterInfoMismatch);
    let wrong_pin = format!("sha256:{}", "ab".repeat(32));
    assert_eq!(code(&info, &options(TOKEN, &[&wrong_pin])), Code::PinMismatch);
    for token in ["", "abcdef", "ABCDEF.0123456789abcdef", "abcdef.0123456789abcde", "abcdef.0123456789abcdef.x"] {
        assert_eq!(code(&info, &options(token, &[])), Code::InvalidToken, "{token}");
    }
    for pin in ["", "sha256:", "sha1:00", &real_pin()[7..], &real_pin()[..70], "sha256:zz"] {
        assert_eq!(code(&info, &options(TOKEN, &[pin])), Code::InvalidOptions, "{pin}");
    }
    // With a pin, a wrong secret and a changed text can be told apart after all.
    let told = |object: &Value, token: &str| verify_cluster_info(object, &options(token, &[&real_pin()])).unwrap_err().message().to_owned();
    assert!(told(&info, "abcdef.0123456789abcdeg").contains("so check the token"));
    let other = std::str::from_utf8(&vector("signing-requests/issued.crt.pem")).unwrap().to_owned();
    let swapped = format!(
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {}\n    server: https://a\n  name: ''\n",
        Base64::encode_string(other.as_bytes())
    );
    assert!(told(&with_data(&[("kubeconfig", &swapped), ("jws-kubeconfig-abcdef", signature)]), TOKEN).contains("do not trust it"));
    // Signed by somebody who knows the token, with a CA of their own.
    assert_eq!(code(&signed(&swapped), &options(TOKEN, &[&real_pin()])), Code::PinMismatch);
    verify_cluster_info(&signed(&swapped), &plain).expect("the control: without a pin it passes");
    for odd in [
        "",
        "[",
        "clusters: []",
        "clusters:\n- cluster: {server: http://a}\n",
        "clusters:\n- cluster: {server: https://a}\n- cluster: {server: https://b}\n",
    ] {
        assert_eq!(code(&signed(odd), &plain), Code::ClusterInfoDamaged, "{odd}");
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let info = api_vector("cluster-info");
    let text = info.text(&["data", "kubeconfig"]).unwrap();
    let signature = info.text(&["data", "jws-kubeconfig-abcdef"]).unwrap();
    let plain = options(TOKEN, &[]);
    let changed = |text: &str, at: usize| -> Vec<String> {
        let flip = |with: u8| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = if bytes[at] == with { with + 1 } else { with };
            String::from_utf8(bytes).unwrap()
        };
        vec![flip(b'a'), flip(b'Z'), flip(b'0'), flip(b' ')]
    };
    for at in 0..text.len() {
        for other in changed(text, at) {
            assert_eq!(
                code(&with_data(&[("kubeconfig", &other), ("jws-kubeconfig-abcdef", signature)]), &plain),
                Code::ClusterInfoMismatch,
                "{at}"
            );
        }
    }
    for at in 0..signature.len() {
        for other in changed(signature, at) {
            let refused = code(&with_data(&[("kubeconfig", text), ("jws-kubeconfig-abcdef", &other)]), &plain);
            assert!(matches!(refused, Code::ClusterInfoMismatch | Code::ClusterInfoDamaged), "{at}: {other}");
        }
    }
    for at in 0..TOKEN.len() {
        for other in changed(TOKEN, at) {
            verify_cluster_info(&info, &options(&other, &[])).unwrap_err();
        }
    }
    let pin = real_pin();
    for at in 0..pin.len() {
        for other in changed(&pin, at).into_iter().filter(|other| !other.eq_ignore_ascii_case(&pin)) {
            verify_cluster_info(&info, &options(TOKEN, &[&other])).unwrap_err();
        }
    }
    for other in [format!("{text}\n"), text[1..].to_owned(), text.trim_end().to_owned()] {
        assert_eq!(code(&with_data(&[("kubeconfig", &other), ("jws-kubeconfig-abcdef", signature)]), &plain), Code::ClusterInfoMismatch);
    }
    for other in [format!("{signature}="), format!("{signature}."), signature.replace("..", "."), String::new()] {
        assert_eq!(code(&with_data(&[("kubeconfig", text), ("jws-kubeconfig-abcdef", &other)]), &plain), Code::ClusterInfoDamaged);
    }
}

fn found(value: &Value) -> Vec<&str> {
    value.list(&["findings"]).iter().filter_map(|finding| finding.text(&["code"])).collect()
}

#[test]
fn what_was_told_is_put_together() {
    let ca = api_vector("kube-root-ca");
    let addresses = |address: &str| json(&format!(r#"{{"serverAddressByClientCIDRs":[{{"serverAddress":"{address}"}}]}}"#));
    let told = |pairs: [(&str, Option<Value>); 5]| combine(&Value::map(pairs), NOW);
    let none = || ("server", None);
    let all = told([
        none(),
        ("apiAddresses", Some(addresses("10.1.2.3:6443"))),
        ("rootCa", Some(ca.clone())),
        ("clusterInfo", None),
        ("trustBundles", None),
    ])
    .unwrap();
    assert_eq!((all.text(&["entry", "server"]), all.text(&["source"])), (Some("https://10.1.2.3:6443"), Some("kube-root-ca.crt")));
    assert_eq!(found(&all), ["authority-source"]);
    // The address that others reach is preferred, and one that nobody else reaches is pointed out.
    let outside = signed("clusters:\n- cluster: {server: 'https://api.example.com'}\n");
    let better = told([
        none(),
        ("apiAddresses", Some(addresses("127.0.0.1:6443"))),
        ("rootCa", Some(ca.clone())),
        ("clusterInfo", Some(outside)),
        ("trustBundles", None),
    ])
    .unwrap();
    assert_eq!(better.text(&["entry", "server"]), Some("https://api.example.com"));
    let local = told([
        none(),
        ("apiAddresses", Some(addresses("127.0.0.1:6443"))),
        ("rootCa", Some(ca.clone())),
        ("clusterInfo", None),
        ("trustBundles", None),
    ])
    .unwrap();
    assert_eq!(found(&local), ["authority-source", "server-only-here"]);
    let info = told([
        ("server", Some("https://reached.example".into())),
        ("apiAddresses", None),
        ("rootCa", None),
        ("clusterInfo", Some(api_vector("cluster-info"))),
        ("trustBundles", None),
    ])
    .unwrap();
    assert_eq!((info.text(&["entry", "server"]), info.text(&["source"])), (Some("https://reached.example"), Some("cluster-info")));
    assert!(info.list(&["findings"])[0].text(&["message"]).unwrap().contains("is not verified with a bootstrap token"));
    let leaf = std::str::from_utf8(&vector("signing-requests/issued.crt.pem")).unwrap().to_owned();
    let bundle = Value::map([(
        "items",
        Some(Value::List(vec![Value::map([("spec", Some(Value::map([("trustBundle", Some(leaf.as_str().into()))])))])])),
    )]);
    let trust =
        told([none(), ("apiAddresses", None), ("rootCa", None), ("clusterInfo", None), ("trustBundles", Some(bundle.clone()))]).unwrap();
    assert_eq!(trust.text(&["source"]), Some("ClusterTrustBundle"));
    assert_eq!(found(&trust), ["authority-source", "authority-is-leaf", "server-unknown"]);
    let differ = told([
        none(),
        ("apiAddresses", Some(addresses("10.1.2.3"))),
        ("rootCa", Some(ca)),
        ("clusterInfo", None),
        ("trustBundles", Some(bundle)),
    ])
    .unwrap();
    assert_eq!(found(&differ), ["authority-source", "authorities-differ"]);
    let nothing =
        told([none(), ("apiAddresses", Some(addresses("10.1.2.3"))), ("rootCa", None), ("clusterInfo", None), ("trustBundles", None)])
            .unwrap();
    assert_eq!((nothing.at(&["entry", "certificateAuthority"]), found(&nothing)), (None, vec!["authority-unknown"]));
    assert_eq!(combine(&json("{}"), NOW).unwrap_err().code(), Code::NotFound);
}

/// What a source says and cannot be used is passed on with its reason; only what no source returned may have been forbidden.
#[test]
fn a_reader_s_own_reason_is_passed_on() {
    let with_ca = |text: &str| Value::map([("data", Some(Value::map([("ca.crt", Some(text.into()))])))]);
    let negative = String::from_utf8(vector("certificates/limbo-serial-negative.pem")).unwrap();
    let told = |root: &str| Value::map([("server", Some("https://a.example".into())), ("rootCa", Some(with_ca(root)))]);
    let findings = |told: &Value| {
        let combined = combine(told, NOW).unwrap();
        let one = |finding: &Value| (finding.text(&["code"]).unwrap().to_owned(), finding.text(&["message"]).unwrap().to_owned());
        combined.list(&["findings"]).iter().map(one).collect::<Vec<_>>()
    };
    for (text, reason) in
        [(negative.as_str(), "negative serial number"), ("hello", "no certificate in this text"), (&negative[..200], "damaged")]
    {
        let found = findings(&told(text));
        assert_eq!(found[0].0, "authority-unreadable");
        assert!(
            found[0].1.starts_with("kube-root-ca.crt cannot be used. The CA in it cannot be read. ") && found[0].1.contains(reason),
            "{found:?}"
        );
        assert!(!found.iter().any(|(code, _)| code == "authority-unknown"), "{found:?}");
    }
    let absent = findings(&Value::map([("server", Some("https://a.example".into()))]));
    assert_eq!(absent[0].0, "authority-unknown");
    let zero = String::from_utf8(vector("reports/ca-serial-zero.crt")).unwrap();
    assert_eq!(findings(&told(&zero))[0].0, "authority-source", "k3s");
    // Signed by kubeadm's signer, with a CA that nobody can read: the signature is right, and the reason is the CA's.
    let base64 = Base64::encode_string(negative.as_bytes());
    let cases = [
        (format!("clusters:\n- cluster: {{server: 'https://a', certificate-authority-data: {base64}}}\n"), "negative serial number"),
        ("clusters: []\n".to_owned(), "0 clusters"),
        ("clusters:\n- cluster: {server: 'http://a'}\n".to_owned(), "server address"),
        ("clusters:\n- cluster: {server: 'https://a', certificate-authority-data: '!'}\n".to_owned(), "not valid base64"),
        ("a: [\n".to_owned(), "not valid YAML"),
    ];
    for (text, reason) in cases {
        let error = verify_cluster_info(&signed(&text), &options(TOKEN, &[])).unwrap_err();
        assert_eq!(error.code(), Code::ClusterInfoDamaged, "{text}");
        assert!(
            error.message().starts_with("The signature of cluster-info is valid, but ") && error.message().contains(reason),
            "{}",
            error.message()
        );
    }
    let base64 = Base64::encode_string(zero.as_bytes());
    let info = signed(&format!("clusters:\n- cluster: {{server: 'https://a', certificate-authority-data: {base64}}}\n"));
    assert!(verify_cluster_info(&info, &options(TOKEN, &[])).unwrap().text(&["certificateAuthority"]).is_some());
    // The form that asks for a CA says what is wrong with it.
    let entry = Value::map([("server", Some("https://a".into())), ("certificateAuthority", Some(negative.as_str().into()))]);
    let error = inspect(&entry, NOW).unwrap_err();
    assert_eq!(error.code(), Code::InvalidCertificateAuthority);
    assert!(error.message().contains("negative serial number"), "{}", error.message());
}

#[test]
fn addresses_and_authorities_are_looked_at() {
    let ca = api_vector("kube-root-ca");
    let ca = ca.text(&["data", "ca.crt"]).unwrap();
    let codes = |server: &str, authority: Option<&str>| -> Vec<&'static str> {
        inspect(&Value::map([("server", Some(server.into())), ("certificateAuthority", authority.map(Value::from))]), NOW)
            .unwrap()
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    };
    for server in [
        "https://localhost:6443",
        "https://LOCALHOST",
        "https://a.localhost",
        "https://127.0.0.1:1",
        "https://127.1.2.3",
        "https://0.0.0.0:6443",
        "https://[::1]:6443",
        "https://[::]/x",
    ] {
        assert_eq!(codes(server, Some(ca)), ["server-only-here"], "{server}");
    }
    for server in ["https://kubernetes.default.svc", "https://kubernetes", "https://kubernetes.default.svc.cluster.local:443"] {
        assert_eq!(codes(server, Some(ca)), ["server-in-cluster"], "{server}");
    }
    for server in ["https://203.0.113.7:6443", "https://api.example.com/prefix", "https://[2001:db8::1]", "https://localhost.example.com"] {
        assert_eq!(codes(server, Some(ca)), Vec::<&str>::new(), "{server}");
    }
    assert_eq!(codes("https://a", None), ["no-certificate-authority"]);
    let late = kubecred::UnixTime(NOW.0 + 40 * 86_400);
    let entry = |authority: &str| Value::map([("server", Some("https://a".into())), ("certificateAuthority", Some(authority.into()))]);
    assert_eq!(inspect(&entry(ca), late).unwrap()[0].code.as_str(), "authority-expired");
    let key = format!("{ca}-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    assert_eq!(inspect(&entry(&key), NOW).unwrap_err().code(), Code::UnexpectedPrivateKey);
    assert_eq!(inspect(&entry("hello"), NOW).unwrap_err().code(), Code::InvalidCertificateAuthority);
    assert_eq!(inspect(&json(r#"{"server":"http://localhost:8001"}"#), NOW).unwrap_err().code(), Code::InvalidServer);
    assert!(api::request(Operation::TrustBundles, &json(r#"{"version":"../v1"}"#), NOW).is_err());
}
