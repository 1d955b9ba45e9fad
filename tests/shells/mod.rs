//! Two shells of Windows as far as our lines go, from their documentation, and strict: what is special anywhere in them
//! and not understood here panics instead of passing. Each has known answers of its own (tests/command.rs).
#![allow(unreachable_pub, reason = "shared by the modules of one program")]

pub mod argv;
pub mod cmd;
#[cfg(test)]
mod known;
pub mod posix;
pub mod powershell;

use crate::common::{json, vector};
use kubecred::shell::commands;
use std::collections::BTreeMap;

/// One program that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub words: Vec<String>,
    pub stdin: Option<String>,
}

/// What a shell's lines did: programs run, files written, variables set. Programs print what `answer` gives.
pub struct World<'a> {
    pub runs: Vec<Run>,
    pub files: BTreeMap<String, String>,
    pub env: BTreeMap<String, String>,
    /// Texts for the person alone.
    pub said: Vec<String>,
    pub answer: &'a mut dyn FnMut(&Run, &mut BTreeMap<String, String>) -> String,
}

impl<'a> World<'a> {
    pub fn new(answer: &'a mut dyn FnMut(&Run, &mut BTreeMap<String, String>) -> String) -> Self {
        World { runs: Vec::new(), files: BTreeMap::new(), env: BTreeMap::new(), said: Vec::new(), answer }
    }

    fn run(&mut self, words: Vec<String>, stdin: Option<String>) -> String {
        let run = Run { words, stdin };
        self.runs.push(run.clone());
        (self.answer)(&run, &mut self.files)
    }

    /// A file is the same under `./name`, `.\name` and `name`.
    pub fn file(&self, name: &str) -> &str {
        self.files.get(&plain(name)).unwrap_or_else(|| panic!("no file {name} among {:?}", self.files.keys()))
    }

    fn write(&mut self, name: &str, text: &str, append: bool) {
        let entry = self.files.entry(plain(name)).or_default();
        if !append {
            entry.clear();
        }
        entry.push_str(text);
    }
}

pub fn plain(name: &str) -> String {
    name.trim_start_matches("./").trim_start_matches(".\\").to_owned()
}

pub const SHELLS: [&str; 3] = ["sh", "powershell", "cmd"];

pub fn lines(step: &serde_json::Value, shell: &str) -> kubecred::error::Result<String> {
    commands(&json(&step.to_string()), shell)
}

/// names.json, and what it lacks: words that are special to one of the shells or to a program's options.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = serde_json::from_slice(&vector("names.json")).unwrap();
    let more = [
        "$(touch x)",
        "`id`",
        "'; rm -rf ~ #",
        "-o yaml",
        "--help",
        "-",
        "--",
        "a\"b",
        "a\\\"b c",
        "\"",
        "a b\\",
        "a\\",
        "\\\\ x\\\\",
        "\u{2018}a\u{2019} \u{201a}b\u{201b}",
        "\u{201c}a\u{201d}",
        "%PATH%",
        "100%",
        "!x!",
        "a!b",
        "a^b",
        "a&b|c<d>e",
        "(a)",
        "=ls",
        "~",
        "~root",
        "*",
        "?",
        "[a-z]",
        "{a,b}",
        "a,b",
        "a;b",
        "@file",
        "@args",
        "--%",
        "1kb",
        "a\u{ff02}b",
        "\u{1f600}",
        "\u{202e}x",
        "$HOME",
        "$env:PATH",
        "a\u{3000}b",
        "a''b",
        "system:serviceaccount:ns:x",
        "O=a, CN=b+C=d",
        "/CN=x",
        "a#b",
        "${ENV::HOME}",
        "-n",
        "a\u{7f}",
        "\u{2029}",
        "DOMAIN\\user",
    ];
    names.extend(more.map(str::to_owned));
    names
}

pub fn words(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}
