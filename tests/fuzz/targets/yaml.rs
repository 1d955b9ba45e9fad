//! YAML, and what is made of it: never a panic, and what our writer writes reads as the same value.
#![no_main]

use kubecred::Value;
use kubecred::kubernetes::csr::signing_request;
use kubecred::yaml::{read, write};
use libfuzzer_sys::fuzz_target;

/// What does not come back by design: keys beyond the 1024 characters, escapes included, that may stand before a colon
/// (YAML 1.2.2, 7.4.2; our writer knows no other form).
fn beyond(value: &Value) -> bool {
    match value {
        Value::Map(pairs) => pairs.iter().any(|(key, item)| key.len() > 250 || beyond(item)),
        Value::List(items) => items.iter().any(beyond),
        _ => false,
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(node) = read::document(data) else { return };
    let value = Value::from(&node);
    let _ = signing_request::read(&value).map(|report| report.to_value(kubecred::UnixTime(1_795_000_000)));
    if beyond(&value) {
        return;
    }
    let text = write::document(&value);
    let again = read::document(&text).expect("what was written is read");
    assert_eq!(Value::from(&again), value);
});
