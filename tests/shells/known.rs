//! Known answers of these readers: the examples of the documents that they follow, and what must not pass.

use super::powershell::{self, Version};
use super::{Run, World, argv, cmd, words};
use std::collections::BTreeMap;

fn one(text: &str, version: Version) -> Vec<String> {
    let mut answer = |_: &Run, _: &mut BTreeMap<String, String>| String::new();
    let mut world = World::new(&mut answer);
    powershell::run(text, version, &mut world);
    world.runs.remove(0).words
}

fn windows(shell: &str, text: &str) -> Vec<Vec<String>> {
    if shell != "cmd" {
        return vec![one(text, Version::V7)];
    }
    let mut answer = |_: &Run, _: &mut BTreeMap<String, String>| String::new();
    let mut world = World::new(&mut answer);
    cmd::run(text, &mut world);
    world.runs.into_iter().map(|run| run.words).collect()
}

#[test]
fn the_reader_of_arguments_knows_the_documented_answers() {
    for (line, words) in [
        (r#""a b c" d e"#, vec!["a b c", "d", "e"]),
        (r#""ab\"c" "\\" d"#, vec!["ab\"c", "\\", "d"]),
        (r#"a\\\b d"e f"g h"#, vec![r"a\\\b", "de fg", "h"]),
        (r#"a\\\"b c d"#, vec![r#"a\"b"#, "c", "d"]),
        (r#"a\\\\"b c" d e"#, vec![r"a\\b c", "d", "e"]),
        (r#""a""b" c"#, vec![r#"a"b"#, "c"]),
    ] {
        assert_eq!(argv::split(line), words, "{line}");
    }
    let hard = words(&["a b", "a\"b", "a\\", "a b\\", "\\\"", "", "\u{e9}"]);
    assert_eq!(argv::split(&argv::paste(&hard)), hard);
    assert_eq!(argv::split(&argv::paste_legacy(&words(&["a b", "say \"hi\" x"]))), ["a b", "say hi x"], "5.1 loses quotes");
}

#[test]
fn the_readers_of_shells_know_the_documented_answers() {
    assert_eq!(
        windows("powershell", "x 'Don''t' '$a `n \"' "),
        [words(&["x", "Don't", "$a `n \""])].map(|mut run| {
            run[2] = "$a `n \"".to_owned();
            run
        })
    );
    assert_eq!(windows("cmd", r#"x "a&b^|c" ^"d^" ^&e"#), [words(&["x", "a&b^|c", "d", "&e"])]);
    let refused = |shell: &'static str, text: &'static str| {
        std::panic::catch_unwind(|| windows(shell, text)).expect_err(text);
    };
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for text in ["x a&b", "x \"a\"b\"&c", "x %PATH", "x !a!", "x (a)", "x \"a", "x a^"] {
        refused("cmd", text);
    }
    for text in ["x $a", "x @a", "x a;y b c)", "x \"a\"", "x 'a'b", "x 'a\u{2019}b'", "x -a.b", "x --", "x 1kb", "x a,b", "x `a", "x 'a"] {
        refused("powershell", text);
    }
    std::panic::set_hook(hook);
    let mut answer = |_: &Run, _: &mut BTreeMap<String, String>| String::new();
    let mut world = World::new(&mut answer);
    cmd::run("> a echo x ^\"^&^\" y\n>> a echo  \"b & c\"", &mut world);
    assert_eq!(world.file("a"), "x \"&\" y\r\n \"b & c\"\r\n");
}
