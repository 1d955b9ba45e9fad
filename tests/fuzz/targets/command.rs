//! Command lines from any step: never a panic, and nothing in them that cannot be seen.
#![no_main]

use kubecred::Value;
use kubecred::shell::commands;
use kubecred::names::is_invisible;
use kubecred::yaml::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(node) = read::document(data) else { return };
    for shell in ["sh", "powershell", "cmd"] {
        if let Ok(text) = commands(&Value::from(&node), shell) {
            assert!(!text.chars().any(|character| is_invisible(character) && character != '\n'), "{text:?}");
        }
    }
});
