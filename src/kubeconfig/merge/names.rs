//! Names of entries that have to have another one, and whether two entries are the same.

use crate::gather::Gather;
use crate::kubeconfig::tree::body;
use crate::yaml::tree::{Data, Node, Pair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The fields that kubectl resolves against the folder of the kubeconfig (client-go `tools/clientcmd/loader.go` v0.36,
/// `GetClusterFileReferences` and `GetAuthInfoFileReferences`).
const PATHS: [&str; 4] = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/// Whether an entry means other files in another folder.
pub(super) fn depends_on_folder(entry: &Node, kind: &str) -> bool {
    let body = body(entry, kind);
    let command = body.get("exec").map_or("", |exec| exec.text_of("command"));
    PATHS.iter().map(|field| body.text_of(field)).any(is_relative) || command.contains(['/', '\\']) && is_relative(command)
}

fn is_relative(path: &str) -> bool {
    let drive = matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    !path.is_empty() && !path.starts_with(['/', '\\']) && !drive
}

/// A cluster by the host of its server.
pub(super) fn of_cluster(name: &str, server: &str) -> String {
    let host = server.split_once("://").map_or(server, |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty() { name.to_owned() } else { with_suffix(name, host) }
}

/// A user by its cluster, whose name it may have had in its own already: `u@c` becomes `u@c2`, not `u@c@c2`.
pub(super) fn of_user(name: &str, cluster: &str, new_cluster: &str) -> String {
    if new_cluster.is_empty() {
        return name.to_owned();
    }
    let base = [cluster, new_cluster].iter().find_map(|cluster| name.strip_suffix(*cluster)?.strip_suffix('@'));
    with_suffix(base.filter(|base| !base.is_empty()).unwrap_or(name), new_cluster)
}

/// A context by its user and cluster, or like its user where the two had one name before.
pub(super) fn of_context(name: &str, old_user: &str, user: &str, cluster: &str) -> String {
    if user.is_empty() || cluster.is_empty() {
        name.to_owned()
    } else if name == old_user || without_number(user).ends_with(&format!("@{cluster}")) {
        user.to_owned()
    } else {
        with_suffix(user, cluster)
    }
}

fn with_suffix(name: &str, suffix: &str) -> String {
    if name.ends_with(&format!("@{suffix}")) { name.to_owned() } else { format!("{name}@{suffix}") }
}

/// A name without the number that [`Taken::free`] added.
fn without_number(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((base, number)) if !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) => base,
        _ => name,
    }
}

/// The names that are taken in a section.
pub(super) struct Taken {
    /// Names in the result and where their entries are.
    positions: BTreeMap<String, usize>,
    /// Names of entries of the second file.
    second: BTreeSet<String>,
    /// Names to which references lead in vain.
    dangling: BTreeSet<String>,
    /// The number to try next for a name that was wanted already.
    next: BTreeMap<String, usize>,
}

impl Taken {
    pub(super) fn new(first: &[Node], second: &[Node], dangling: impl Iterator<Item = String>) -> Taken {
        let positions = first.iter().enumerate().map(|(number, entry)| (entry.text_of("name").to_owned(), number)).gather();
        let second = second.iter().map(|entry| entry.text_of("name").to_owned()).gather();
        Taken { positions, second, dangling: dangling.gather(), next: BTreeMap::new() }
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    pub(super) fn add(&mut self, name: String, position: usize) {
        self.positions.insert(name, position);
    }

    /// The wanted name, with a number where it is taken. Each number is tried once, however many entries want the same name.
    pub(super) fn free(&mut self, wanted: String) -> String {
        let mut number = self.next.get(&wanted).copied().unwrap_or(1);
        let name = loop {
            let name = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            number += 1;
            if !self.is_entry(&name) && !self.dangling.contains(&name) {
                break name;
            }
        };
        self.next.insert(wanted, number);
        name
    }

    /// A name that no entry of either file has, for a reference that must lead nowhere.
    pub(super) fn missing(&self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !self.is_entry(name)).unwrap_or_default()
    }

    fn is_entry(&self, name: &str) -> bool {
        self.positions.contains_key(name) || self.second.contains(name)
    }
}

/// Entries by what is in them apart from their names, so that the one that was renamed before is found without comparing it to all.
pub(super) struct Bodies(BTreeMap<String, usize>);

impl Bodies {
    pub(super) fn new(items: &[Node]) -> Bodies {
        let mut bodies = Bodies(BTreeMap::new());
        items.iter().enumerate().for_each(|(number, entry)| bodies.add(entry, number));
        bodies
    }

    pub(super) fn add(&mut self, entry: &Node, number: usize) {
        let (digest, name) = (digest(entry), entry.text_of("name"));
        let base = without_number(name);
        for name in [Some(name), Some(base).filter(|base| *base != name)].into_iter().flatten() {
            self.0.entry([&digest, name].concat()).or_insert(number);
        }
    }

    /// An entry with the same contents and the wanted name, or that name with a number.
    pub(super) fn find(&self, entry: &Node, wanted: &str) -> Option<usize> {
        self.0.get(&[&digest(entry), wanted].concat()).copied()
    }
}

/// SHA-256 of an entry without its name, in base64. The order of keys does not count, as in a comparison.
fn digest(entry: &Node) -> String {
    let mut hash = Sha256::new();
    pairs(entry.pairs().iter().filter(|pair| pair.key != *"name"), &mut hash);
    STANDARD.encode(hash.finalize())
}

fn feed(node: &Node, hash: &mut Sha256) {
    let mut text = |kind: u8, text: &str| {
        hash.update([kind]);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    match &node.data {
        Data::Null => text(0, ""),
        Data::Bool(flag) => text(1, if *flag { "true" } else { "false" }),
        Data::Number(digits) => text(2, digits),
        Data::Text(contents) => text(3, contents),
        Data::List(items) => {
            hash.update([4]);
            hash.update((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| feed(item, hash));
        }
        Data::Map(known) => {
            hash.update([5]);
            pairs(known.iter(), hash);
        }
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = &'a Pair>, hash: &mut Sha256) {
    let mut sorted: Vec<&Pair> = pairs.collect();
    sorted.sort_by(|one, two| one.key.as_bytes().cmp(two.key.as_bytes()));
    hash.update((sorted.len() as u64).to_le_bytes());
    for pair in sorted {
        hash.update((pair.key.len() as u64).to_le_bytes());
        hash.update(pair.key.as_bytes());
        feed(&pair.value, hash);
    }
}
