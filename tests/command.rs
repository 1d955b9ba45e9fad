//! Command lines as each shell reads them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kubecred::Value;
use kubecred::command::commands;

fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(pairs) => Value::Map(pairs.iter().map(|(key, item)| (key.clone(), from_json(item))).collect()),
    }
}

fn lines(step: serde_json::Value, shell: &str) -> String {
    commands(&from_json(&step), shell).expect("lines")
}

#[test]
fn names_that_a_shell_would_read_otherwise_are_quoted() {
    let step = serde_json::json!({ "step": "approve", "name": "it's $(id)" });
    assert_eq!(lines(step.clone(), "sh"), r"kubectl certificate approve 'it'\''s $(id)'");
    assert_eq!(lines(step.clone(), "powershell"), "kubectl certificate approve 'it''s $(id)'");
    assert_eq!(lines(step, "cmd"), "kubectl certificate approve \"it's $(id)\"");
}
