//! Questions to Go: the program of tests/oracle.

use kubecred::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// Asks all questions at once; each is a kind and a PEM text.
pub fn ask<'a>(questions: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<Value> {
    let lines: Vec<String> = questions
        .map(|(kind, text)| {
            // Bytes beyond UTF-8 cannot travel in JSON; the questions keep to it.
            let text = std::str::from_utf8(text).expect("PEM texts in UTF-8");
            serde_json::json!({ "kind": kind, "pem": text }).to_string()
        })
        .collect();
    send(&lines)
}

/// Sends lines of JSON, and gives an answer for each.
pub fn send(lines: &[String]) -> Vec<Value> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/target/oracle");
    let mut child =
        Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("target/oracle, built by tests/oracle/build.sh");
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers: Vec<Value> = String::from_utf8(output.stdout).unwrap().lines().map(super::json).collect();
    assert_eq!(answers.len(), lines.len());
    answers
}
