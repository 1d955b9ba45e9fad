//! Links: never a panic, a report never has the token of its link, and what a request's link takes is taken again.
#![no_main]

mod shared;

use kubecred::Value;
use kubecred::kubernetes::csr::link;
use kubecred::kubernetes::invitation;
use libfuzzer_sys::fuzz_target;
use shared::{Counter, NOW, object};

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::List(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(pairs) => pairs.iter().for_each(|(_, item)| texts(item, found)),
        _ => {}
    }
}

fuzz_target!(|data: &[u8]| {
    if let (Ok(report), Ok(opened)) = (invitation::read(data, NOW), invitation::open(data, NOW)) {
        let token = opened.text(&["token"]).expect("an opened link has its token");
        let mut found = Vec::new();
        texts(&report, &mut found);
        assert!(!found.iter().any(|text| text.contains(token)));
    }
    if let Ok(taken) = link::linked(data, &Value::Null) {
        let pem = taken.text(&["pem"]).expect("what was taken has its PEM");
        assert_eq!(link::linked(pem.as_bytes(), &Value::Null).expect("what was taken is taken again"), taken);
    }
    let Some(value) = object(data) else { return };
    let _ = invitation::plan(&value, &mut Counter(1), NOW);
    let _ = invitation::list(&value, NOW);
    let _ = invitation::compare(&value);
});
