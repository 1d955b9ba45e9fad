//! A kubeconfig without its secrets, to be shown to others.
//!
//! What a value is decides, not the field that it is in: keys and tokens are pasted into fields for paths, users and commands. Fields whose
//! contents are secret by their purpose are always replaced; of everything else only what has a shape on the list in `shapes.rs` is left.

mod arguments;
mod shapes;

pub(super) use shapes::{address, program, variable};

use super::schema;
use super::tree::SECTIONS;
use crate::gather::Gather;
use crate::go::base64::base64_of_go;
use crate::x509::certificate::Chain;
use crate::yaml::tree::{Data, Node};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shapes::REDACTED;
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

const OMITTED: &str = "DATA+OMITTED";

/// Replaces every secret of a file that was read.
pub(super) fn redact(root: &mut Node) {
    schema::without_unknown(root, schema::CONFIG);
    Names::new(root).apply(root);
    for (section, kind, fields) in
        [("clusters", "cluster", cluster as fn(&str, &mut Node)), ("users", "user", user), ("contexts", "context", context)]
    {
        for body in list(root, section).iter_mut().filter_map(|entry| entry.get_mut(kind)) {
            if let Data::Map(pairs) = &mut body.data {
                pairs.iter_mut().for_each(|pair| fields(&pair.key, &mut pair.value));
            }
        }
    }
    extensions(root);
    if let Some(preferences) = root.get_mut("preferences") {
        extensions(preferences);
    }
}

fn list<'a>(node: &'a mut Node, field: &str) -> &'a mut [Node] {
    match node.get_mut(field) {
        Some(Node { data: Data::List(items), .. }) => items,
        _ => &mut [],
    }
}

/// Replaces a text by what is made of it.
fn text(node: &mut Node, shown: impl FnOnce(&str) -> String) {
    if let Some(text) = node.as_text().filter(|text| !text.is_empty()) {
        *node = Node::text(shown(text));
    }
}

fn replace(node: &mut Node, word: &str) {
    text(node, |_| word.to_owned());
}

/// Leaves a text of one of the shapes.
fn only(node: &mut Node, fits: impl FnOnce(&str) -> bool) {
    text(node, |text| if fits(text) { text.to_owned() } else { REDACTED.to_owned() });
}

fn cluster(field: &str, value: &mut Node) {
    match field {
        "server" | "proxy-url" => text(value, |text| address(text).into_owned()),
        "tls-server-name" => only(value, shapes::is_host),
        "certificate-authority" => only(value, shapes::is_path),
        "certificate-authority-data" => certificates(value),
        "extensions" => numbered(value),
        _ => anything_else(value),
    }
}

fn user(field: &str, value: &mut Node) {
    match field {
        "client-certificate" | "client-key" | "tokenFile" => only(value, shapes::is_path),
        "client-certificate-data" => certificates(value),
        "client-key-data" => replace(value, OMITTED),
        "as" => only(value, shapes::is_subject),
        "as-groups" => items(value).iter_mut().for_each(|group| only(group, shapes::is_subject)),
        "as-user-extra" => extra(value),
        "auth-provider" => auth_provider(value),
        "exec" => exec(value),
        "extensions" => numbered(value),
        _ => anything_else(value),
    }
}

fn context(field: &str, value: &mut Node) {
    match field {
        // Names, which were replaced before.
        "cluster" | "user" => {}
        // It must be a label.
        "namespace" => text(value, |text| if shapes::is_namespace(text) { text.to_owned() } else { "redacted".to_owned() }),
        "extensions" => numbered(value),
        _ => anything_else(value),
    }
}

/// A field that is not listed above, a token or password among them: flags stay, and nothing else.
fn anything_else(value: &mut Node) {
    match &mut value.data {
        Data::Null | Data::Bool(_) => {}
        Data::Text(_) => replace(value, REDACTED),
        Data::Number(_) => value.data = Data::Number("0".to_owned()),
        Data::List(items) => items.clear(),
        Data::Map(pairs) => pairs.clear(),
    }
}

fn items(value: &mut Node) -> &mut [Node] {
    if let Data::List(items) = &mut value.data { items } else { &mut [] }
}

/// The certificates of a base64 field, encoded again: what is between them, a private key perhaps, is left out.
fn certificates(value: &mut Node) {
    text(value, |text| {
        let bytes = base64_of_go(text).map(Zeroizing::new);
        let chain = bytes.and_then(|bytes| Chain::read_authorities(&bytes).ok());
        chain.map_or_else(|| OMITTED.to_owned(), |chain| STANDARD.encode(chain.to_pem()))
    });
}

/// A map from texts to lists of texts: how many there are, and the keys that are ordinary.
fn extra(value: &mut Node) {
    keys(value);
    if let Data::Map(pairs) = &mut value.data {
        for pair in pairs {
            items(&mut pair.value).iter_mut().for_each(|item| replace(item, REDACTED));
        }
    }
}

/// Replaces the keys of a map that are not ordinary, each by another word.
fn keys(value: &mut Node) {
    let Data::Map(pairs) = &mut value.data else { return };
    let mut words = Words::new(pairs.iter().map(|pair| pair.key.as_str()));
    for pair in pairs {
        if !shapes::is_name(&pair.key) {
            pair.key = words.next().into();
        }
    }
}

fn auth_provider(value: &mut Node) {
    let Data::Map(pairs) = &mut value.data else { return };
    for pair in pairs {
        match pair.key.as_str() {
            "name" => only(&mut pair.value, shapes::is_name),
            "config" => {
                keys(&mut pair.value);
                let Data::Map(settings) = &mut pair.value.data else { continue };
                for setting in settings {
                    match setting.key.as_str() {
                        "idp-issuer-url" => text(&mut setting.value, |text| address(text).into_owned()),
                        "idp-certificate-authority" => only(&mut setting.value, shapes::is_path),
                        "idp-certificate-authority-data" => certificates(&mut setting.value),
                        "environment" => only(&mut setting.value, |text| text.starts_with("Azure") && shapes::is_name(text)),
                        _ => replace(&mut setting.value, REDACTED),
                    }
                }
            }
            _ => anything_else(&mut pair.value),
        }
    }
}

fn exec(value: &mut Node) {
    let Data::Map(pairs) = &mut value.data else { return };
    for pair in pairs {
        match pair.key.as_str() {
            "command" => text(&mut pair.value, program),
            "apiVersion" => only(&mut pair.value, |text| {
                text.strip_prefix("client.authentication.k8s.io/").is_some_and(|version| ["v1", "v1beta1", "v1alpha1"].contains(&version))
            }),
            "interactiveMode" => only(&mut pair.value, |text| ["Never", "IfAvailable", "Always"].contains(&text)),
            "args" => items(&mut pair.value).iter_mut().for_each(|argument| text(argument, arguments::shown)),
            "env" => {
                for setting in items(&mut pair.value) {
                    let Data::Map(pairs) = &mut setting.data else { continue };
                    for pair in pairs {
                        match pair.key.as_str() {
                            "name" => text(&mut pair.value, variable),
                            _ => replace(&mut pair.value, REDACTED),
                        }
                    }
                }
            }
            _ => anything_else(&mut pair.value),
        }
    }
}

/// Names of extensions; what is in them was replaced already.
fn extensions(node: &mut Node) {
    if let Some(value) = node.get_mut("extensions") {
        numbered(value);
    }
}

fn numbered(value: &mut Node) {
    let items = items(value);
    let mut words = Words::new(items.iter().map(|item| item.text_of("name")));
    for name in items.iter_mut().filter_map(|item| item.get_mut("name")) {
        text(name, |text| if shapes::is_name(text) { text.to_owned() } else { words.next() });
    }
}

/// `REDACTED-1`, `REDACTED-2` and so on, without those that are there already.
struct Words {
    taken: BTreeSet<String>,
    number: usize,
}

impl Words {
    fn new<'a>(known: impl Iterator<Item = &'a str>) -> Words {
        Words { taken: known.filter(|name| name.starts_with(REDACTED)).map(str::to_owned).gather(), number: 0 }
    }

    fn next(&mut self) -> String {
        loop {
            self.number += 1;
            let word = format!("{REDACTED}-{}", self.number);
            if !self.taken.contains(&word) {
                return word;
            }
        }
    }
}

/// The names of clusters, users and contexts: a name that is not ordinary is replaced by the same word wherever it is.
struct Names(BTreeMap<String, String>);

impl Names {
    fn new(root: &Node) -> Names {
        let mut all: Vec<&str> = Vec::new();
        for (section, kind) in SECTIONS {
            for entry in root.get(section).map_or(&[][..], Node::items) {
                all.push(entry.text_of("name"));
                if let Some(body) = entry.get(kind).filter(|_| kind == "context") {
                    all.extend([body.text_of("cluster"), body.text_of("user")]);
                }
            }
        }
        all.push(root.text_of("current-context"));
        let mut words = Words::new(all.iter().copied());
        let mut names = BTreeMap::new();
        for name in all {
            if !name.is_empty() && !shapes::is_name(name) && !names.contains_key(name) {
                names.insert(name.to_owned(), words.next());
            }
        }
        Names(names)
    }

    fn apply(&self, root: &mut Node) {
        let set = |node: Option<&mut Node>| {
            if let Some(node) = node {
                text(node, |text| self.0.get(text).cloned().unwrap_or_else(|| text.to_owned()));
            }
        };
        for (section, kind) in SECTIONS {
            for entry in list(root, section) {
                set(entry.get_mut("name"));
                if let Some(body) = entry.get_mut(kind).filter(|_| kind == "context") {
                    set(body.get_mut("cluster"));
                    set(body.get_mut("user"));
                }
            }
        }
        set(root.get_mut("current-context"));
    }
}
