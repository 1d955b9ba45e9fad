//! Which fields a kubeconfig has and of what kind each is, and where a file breaks that, as kubectl would find it.
//!
//! Source: k8s.io/client-go `tools/clientcmd/api/v1/types.go` and `conversion.go`, v0.36. JSON's null means an absent value
//! everywhere, as in Go. Stricter on purpose: a name with a NUL character is refused (kubectl reads it and nobody can use it),
//! and so is a list of numbers where base64 is wanted (Go takes it for bytes).

use super::cause::of_base64;
use crate::error::{Code, Error, Result};
use crate::go::base64::is_base64_of_go;
use crate::yaml::error::refused;
use crate::yaml::index::Index;
use crate::yaml::tree::{Data, Node, Pair};
use std::fmt;

/// What a field contains.
pub(super) enum Kind {
    Text,
    Base64,
    Flag,
    Texts,
    TextMap,
    TextsMap,
    Any,
    Map(Fields),
    List(Fields),
}

/// Where a value is, written out only where something is said of it.
pub(super) enum Path<'a> {
    Top,
    Field(&'a Path<'a>, &'static str),
    Item(&'a Path<'a>, usize),
    /// Each value of a map whose keys may be anything.
    Each(&'a Path<'a>),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Top => Ok(()),
            Path::Field(Path::Top, name) => f.write_str(name),
            Path::Field(outer, name) => write!(f, "{outer}.{name}"),
            Path::Item(outer, index) => write!(f, "{outer}[{index}]"),
            Path::Each(outer) => write!(f, "each value of {outer}"),
        }
    }
}

/// Fields by name.
pub(super) type Fields = &'static [(&'static str, Kind)];

use Kind::{Any, Base64, Flag, List, Map, Text, TextMap, Texts, TextsMap};

const EXTENSIONS: Fields = &[("name", Text), ("extension", Any)];
const CLUSTER: Fields = &[
    ("server", Text),
    ("tls-server-name", Text),
    ("insecure-skip-tls-verify", Flag),
    ("certificate-authority", Text),
    ("certificate-authority-data", Base64),
    ("proxy-url", Text),
    ("disable-compression", Flag),
    ("extensions", List(EXTENSIONS)),
];
const CONTEXT: Fields = &[("cluster", Text), ("user", Text), ("namespace", Text), ("extensions", List(EXTENSIONS))];
const EXEC: Fields = &[
    ("command", Text),
    ("args", Texts),
    ("env", List(&[("name", Text), ("value", Text)])),
    ("apiVersion", Text),
    ("installHint", Text),
    ("provideClusterInfo", Flag),
    ("interactiveMode", Text),
];
const USER: Fields = &[
    ("client-certificate", Text),
    ("client-certificate-data", Base64),
    ("client-key", Text),
    ("client-key-data", Base64),
    ("token", Text),
    ("tokenFile", Text),
    ("as", Text),
    ("as-uid", Text),
    ("as-groups", Texts),
    ("as-user-extra", TextsMap),
    ("username", Text),
    ("password", Text),
    ("auth-provider", Map(&[("name", Text), ("config", TextMap)])),
    ("exec", Map(EXEC)),
    ("extensions", List(EXTENSIONS)),
];
/// The whole file.
pub(super) const CONFIG: Fields = &[
    ("kind", Text),
    ("apiVersion", Text),
    ("preferences", Map(&[("colors", Flag), ("extensions", List(EXTENSIONS))])),
    ("clusters", List(&[("name", Text), ("cluster", Map(CLUSTER))])),
    ("users", List(&[("name", Text), ("user", Map(USER))])),
    ("contexts", List(&[("name", Text), ("context", Map(CONTEXT))])),
    ("current-context", Text),
    ("extensions", List(EXTENSIONS)),
];

/// Refuses what kubectl would refuse to load.
///
/// # Errors
/// [`Code::InvalidKubeconfig`] with the path and the place, never the value.
pub(super) fn check(root: &Node) -> Result<()> {
    if !matches!(root.data, Data::Map(_) | Data::Null) {
        return Err(refused(
            Code::InvalidKubeconfig,
            root.place,
            "This is not a kubeconfig: it must be a map that begins with apiVersion: v1.",
        ));
    }
    fields(root, CONFIG, &Path::Top)?;
    type_of(root)
}

/// apiVersion and kind of the top level, which Go's encoding/json reads in any case: of several, the last in byte order counts,
/// since the YAML is written as JSON with sorted keys first.
fn type_of(root: &Node) -> Result<()> {
    for (name, allowed, sentence) in [
        ("kind", &["", "Config"][..], "This is another Kubernetes object, not a kubeconfig: its kind must be Config."),
        ("apiVersion", &["", "v1", "/v1"], "The apiVersion of a kubeconfig must be v1."),
    ] {
        let mut last: Option<(&str, &Node)> = None;
        for pair in root.pairs().iter().filter(|pair| same_letters(&pair.key, name)) {
            let wrong = |sentence: &str| Err(refused(Code::InvalidKubeconfig, pair.value.place, sentence));
            match &pair.value.data {
                Data::Null => {}
                Data::Text(_) if last.is_some_and(|(key, _)| *key > *pair.key) => {}
                Data::Text(_) => last = Some((&pair.key, &pair.value)),
                _ => return wrong(&format!("The {name} must be a text.")),
            }
        }
        if let Some((key, node)) = last
            && !allowed.contains(&node.as_text().unwrap_or_default())
        {
            let value = node.as_text().unwrap_or_default();
            let meant = allowed.iter().find(|allowed| allowed.eq_ignore_ascii_case(value));
            let sentence = match meant {
                Some(meant) => format!("The {name} must be {meant}, in exactly this case. kubectl refuses the file otherwise."),
                None if key == name => sentence.to_owned(),
                None => format!("{sentence} kubectl reads this field in any case."),
            };
            return Err(refused(Code::InvalidKubeconfig, node.place, &sentence));
        }
    }
    Ok(())
}

/// Equal as encoding/json compares names: without case, and with the two letters beyond ASCII that fold to ASCII ones.
fn same_letters(key: &str, name: &str) -> bool {
    let fold = |character: char| match character {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        _ => character.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(name.chars().map(|character| character.to_ascii_lowercase()))
}

fn find(fields: Fields, key: &crate::yaml::tree::Text) -> Option<&'static (&'static str, Kind)> {
    let key = key.as_bytes();
    fields.iter().find(|(name, _)| name.as_bytes() == key)
}

fn fields(node: &Node, fields: Fields, path: &Path<'_>) -> Result<()> {
    for pair in node.pairs() {
        if let Some((name, kind)) = find(fields, &pair.key) {
            value(&pair.value, kind, &Path::Field(path, name))?;
        }
    }
    Ok(())
}

fn value(node: &Node, kind: &Kind, path: &Path<'_>) -> Result<()> {
    let wrong = |want: &str| Err(refused(Code::InvalidKubeconfig, node.place, &format!("{path} must be {want}.")));
    match (kind, &node.data) {
        (_, Data::Null) | (Any, _) | (Text, Data::Text(_)) | (Flag, Data::Bool(_)) => Ok(()),
        (Text, Data::Bool(_) | Data::Number(_)) => wrong("a text. Put it in quotes"),
        (Text, _) => wrong("a text"),
        (Flag, Data::Text(_)) => wrong("true or false, without quotes"),
        (Flag, _) => wrong("true or false"),
        (Base64, Data::Text(text)) if is_base64_of_go(text) => Ok(()),
        (Base64, Data::Text(text)) => {
            let (_, sentence) = of_base64(text);
            Err(refused(Code::InvalidKubeconfig, node.place, &format!("{path}: {sentence}")))
        }
        (Base64, _) => wrong("base64, a text"),
        (Texts, Data::List(items)) => items.iter().enumerate().try_for_each(|(index, item)| value(item, &Text, &Path::Item(path, index))),
        (Texts, _) => wrong("a list of texts"),
        (TextMap, Data::Map(pairs)) => pairs.iter().try_for_each(|pair| value(&pair.value, &Text, &Path::Each(path))),
        (TextsMap, Data::Map(pairs)) => pairs.iter().try_for_each(|pair| value(&pair.value, &Texts, &Path::Each(path))),
        (TextMap | TextsMap, _) => wrong("a map"),
        (Map(known), Data::Map(_)) => fields(node, known, path),
        (Map(_), _) => wrong("a map"),
        (List(known), Data::List(items)) => list(items, known, path),
        (List(_), _) => wrong("a list; each entry begins with -"),
    }
}

fn list(items: &[Node], known: Fields, path: &Path<'_>) -> Result<()> {
    let mut names = Index::default();
    // Variables of a program may repeat; entries may not.
    let repeats = known.iter().any(|(field, _)| *field == "value");
    for (index, item) in items.iter().enumerate() {
        let path = Path::Item(path, index);
        let wrong = |sentence: &str| Err(refused(Code::InvalidKubeconfig, item.place, &format!("{path}{sentence}")));
        match item.data {
            Data::Map(_) => fields(item, known, &path)?,
            Data::Null => {}
            _ => return wrong(" must be a map."),
        }
        let name = item.share("name");
        if name.contains('\0') {
            return wrong(".name contains a NUL character, which a command line cannot contain. Remove it.");
        }
        if !repeats && names.insert(name, index).is_some() {
            return wrong(" has the name of an entry above it, so kubectl refuses the file. Rename one of them.");
        }
    }
    Ok(())
}

/// Fields of a map that no version of kubectl knows, with the known one that was meant where only the case differs.
pub(super) fn unknown(node: &Node, fields: Fields, path: &Path<'_>, found: &mut dyn FnMut(&Pair, &Path<'_>, Option<&'static str>)) {
    for pair in node.pairs() {
        match find(fields, &pair.key) {
            None => {
                let meant = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(&pair.key)).map(|(name, _)| *name);
                found(pair, path, meant);
            }
            Some((name, Map(known))) => unknown(&pair.value, known, &Path::Field(path, name), found),
            Some((name, List(known))) => {
                let path = Path::Field(path, name);
                pair.value.items().iter().enumerate().for_each(|(index, item)| unknown(item, known, &Path::Item(&path, index), found));
            }
            Some(_) => {}
        }
    }
}

/// Removes the fields that kubectl does not know, and what is in extensions: nobody can say what it is.
pub(super) fn without_unknown(node: &mut Node, fields: Fields) {
    let Data::Map(pairs) = &mut node.data else { return };
    pairs.retain(|pair| find(fields, &pair.key).is_some());
    for pair in pairs {
        match find(fields, &pair.key) {
            Some((_, Any)) => pair.value = Node::text("REDACTED"),
            Some((_, Map(known))) => without_unknown(&mut pair.value, known),
            Some((_, List(known))) => {
                if let Data::List(items) = &mut pair.value.data {
                    items.iter_mut().for_each(|item| without_unknown(item, known));
                }
            }
            _ => {}
        }
    }
}

/// An error of this module's kind about options, for its neighbours.
pub(super) fn wrong_option(sentence: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::InvalidOptions, sentence)
}
