//! YAML, and what is made of it: never a panic, and what our writer writes reads as the same value.
#![no_main]

use kubecred::Value;
use kubecred::kubernetes::signing_request;
use kubecred::yaml::{read, write};
use libfuzzer_sys::fuzz_target;

/// A key before a colon has at most 1024 characters (YAML 1.2.2, 7.4.2), escapes included. Our writer knows no other form
/// of key, so longer ones do not come back.
fn has_long_key(value: &Value) -> bool {
    match value {
        Value::Map(pairs) => pairs.iter().any(|(key, item)| key.len() > 250 || has_long_key(item)),
        Value::List(items) => items.iter().any(has_long_key),
        _ => false,
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(node) = read::document(data) else { return };
    let value = node.to_value();
    let _ = signing_request::read(&value).map(|report| report.to_value(kubecred::UnixTime(1_795_000_000)));
    if has_long_key(&value) {
        return;
    }
    let text = write::document(&value);
    let again = read::document(&text).expect("what was written is read");
    assert_eq!(again.to_value(), value);
});
