//! Where kubecred refuses what kubectl takes: each because kubectl would lose or mistake something in silence, or has no bound.
//! tests/kubectl_differs.rs proves each row, and that nothing else is refused here only.

use kubecred::Error;

/// One kind of file that is refused here only.
pub struct Stricter {
    /// Part of our sentence. None is empty.
    pub says: &'static str,
    /// A file.
    pub file: fn() -> String,
    /// What kubectl reads of it, measured: a place in `kubectl config view -o json` and what stands there.
    pub kubectl: (&'static str, &'static str),
    /// The reason.
    pub why: &'static str,
}

const fn row(says: &'static str, file: fn() -> String, kubectl: (&'static str, &'static str), why: &'static str) -> Stricter {
    Stricter { says, file, kubectl, why }
}

/// A file with one extension.
fn extension(value: &str) -> String {
    format!("current-context: x\nextensions: [{{name: a, extension: {value}}}]\n")
}

const TOKEN: &str = "/users/0/user/token";
const CURRENT: &str = "/current-context";

/// Every such kind.
pub const ROWS: &[Stricter] = &[
    row(
        "The same key appears twice",
        || "users: [{name: u, user: {token: first, token: second}}]".into(),
        (TOKEN, "second"),
        "kubectl takes the last one in silence",
    ),
    row(
        "a second document begins here",
        || "current-context: x\n---\ncurrent-context: y\n".into(),
        (CURRENT, "x"),
        "kubectl does not look at it",
    ),
    row(
        "Unexpected content",
        || "current-context: x\n...\ncurrent-context: y\n".into(),
        (CURRENT, "x"),
        "kubectl does not look at what follows the end",
    ),
    row(
        "contains a NUL character",
        || "current-context: x\nusers: [{name: \"a\\0b\"}]".into(),
        ("/users/0/name", "a\0b"),
        "no command line carries it",
    ),
    row(
        "has the name of an entry above it",
        || "extensions: [{name: a}, {name: a, extension: x}]".into(),
        ("/extensions/0/extension", "x"),
        "kubectl takes the later of two extensions where the earlier holds nothing, and refuses every other name that stands twice",
    ),
    row(
        "must be base64, a text",
        || "users: [{name: u, user: {client-key-data: [104, 105]}}]".into(),
        ("/users/0/user/client-key-data", "aGk="),
        "kubectl takes a list of numbers for bytes, which nobody means",
    ),
    row(
        "a key must be a text",
        || extension("{1.50: x}"),
        ("/extensions/0/extension/1.5", "x"),
        "kubectl makes another text of a number with a fraction",
    ),
    row("nested more than 64 levels", || extension(&format!("{}{}", "[".repeat(70), "]".repeat(70))), (CURRENT, "x"), "a bound on work"),
    row("more than 200,000 values", || extension(&format!("[{}]", "1,".repeat(200_001))), (CURRENT, "x"), "a bound on work"),
    row(
        "16 MiB of text",
        || extension(&format!("[&a \"{}\", {}]", "x".repeat(1 << 20), "*a, ".repeat(17))),
        (CURRENT, "x"),
        "a bound on work, what aliases repeat included",
    ),
    row("at most 4 MiB", || format!("current-context: x\n#{}\n", " ".repeat(4 << 20)), (CURRENT, "x"), "a bound on work"),
];

/// The row of an error.
pub fn reason(error: &Error) -> Option<&'static Stricter> {
    ROWS.iter().find(|row| error.message().contains(row.says))
}
