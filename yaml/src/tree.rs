//! What a document contains, with the place of everything in the text.
//!
//! Scalars are resolved, anchors followed, merge keys merged. Texts are wiped on drop, since any of them may be a token
//! or a key. Numbers keep the digits that JSON would write, so that none loses its precision on the way through.

use crate::index::Index;
pub use crate::text::Text;

/// A place in a text, both from 1; 0 and 0 for what was not read from one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A value and where it is.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub data: Data,
}

/// One key of a map with its value. `Debug` leaves the key out: where a file is damaged, it may be anything.
#[derive(Clone)]
pub struct Pair {
    /// The key as a text, as JSON would have it.
    pub key: Text,
    /// Where the key begins.
    pub place: Place,
    /// Its value.
    pub value: Node,
}

/// The kinds of values that JSON knows. `Debug` shows the shape and no text.
#[derive(Clone, Default)]
pub enum Data {
    /// `null`, or nothing
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Digits as JSON writes them.
    Number(String),
    /// Text.
    Text(Text),
    /// A sequence.
    List(Vec<Node>),
    /// Keys in their order, each once.
    Map(Vec<Pair>),
}

/// Equal in what is meant: places do not count, nor does the order of keys.
impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(one), Data::Bool(two)) => one == two,
            (Data::Number(one), Data::Number(two)) => one == two,
            (Data::Text(one), Data::Text(two)) => *one == **two,
            (Data::List(one), Data::List(two)) => one == two,
            (Data::Map(one), Data::Map(two)) => same_pairs(one, two),
            _ => false,
        }
    }
}

/// Maps that were read are in the same order most often; others are looked up by name.
fn same_pairs(one: &[Pair], two: &[Pair]) -> bool {
    if one.len() != two.len() {
        return false;
    }
    let ordered = one.iter().zip(two).all(|(one, two)| one.key == *two.key);
    if ordered {
        return one.iter().zip(two).all(|(one, two)| one.value == two.value);
    }
    let index: Index = two.iter().map(|pair| pair.key.share()).collect();
    one.iter().all(|pair| index.get(&pair.key).is_some_and(|number| two[number].value == pair.value))
}

impl Node {
    /// A text that was not read.
    pub fn text(text: impl Into<Text>) -> Node {
        Node::from(Data::Text(text.into()))
    }

    /// A map that was not read, from pairs; those whose value is `None` are left out.
    pub fn map<const N: usize>(pairs: [(&str, Option<Node>); N]) -> Node {
        let pair = |(key, value): (&str, Option<Node>)| Some(Pair { key: key.into(), place: Place::default(), value: value? });
        Node::from(Data::Map(pairs.into_iter().filter_map(pair).collect()))
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Its pairs; none where it is not a map.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        if let Data::Map(pairs) = &self.data { pairs } else { &[] }
    }

    /// Its items; none where it is not a list.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        if let Data::List(items) = &self.data { items } else { &[] }
    }

    /// The value under a key, unless it is null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pairs().iter().find(|pair| pair.key == *key).map(|pair| &pair.value).filter(|value| !value.is_null())
    }

    /// The value under a key, null included.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let Data::Map(pairs) = &mut self.data else { return None };
        pairs.iter_mut().find(|pair| pair.key == *key).map(|pair| &mut pair.value)
    }

    /// Its text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    /// The same as a text of its own, without a copy where that can be.
    pub fn share(&self, key: &str) -> Text {
        match self.get(key) {
            Some(Node { data: Data::Text(text), .. }) => text.share(),
            _ => Text::default(),
        }
    }

    /// The text under a key; empty where there is none, as Go has it.
    #[must_use]
    pub fn text_of(&self, key: &str) -> &str {
        self.get(key).and_then(Node::as_text).unwrap_or_default()
    }

    /// Whether the value under a key is true.
    #[must_use]
    pub fn flag_of(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| matches!(value.data, Data::Bool(true)))
    }

    /// Sets a key of a map, replacing or appending; does nothing on other kinds.
    pub fn set(&mut self, key: &str, value: Node) {
        if let Data::Map(pairs) = &mut self.data {
            match pairs.iter_mut().find(|pair| pair.key == *key) {
                Some(pair) => pair.value = value,
                None => pairs.push(Pair { key: key.into(), place: Place::default(), value }),
            }
        }
    }

    /// Takes a key out of a map.
    pub fn remove(&mut self, key: &str) {
        if let Data::Map(pairs) = &mut self.data {
            pairs.retain(|pair| pair.key != *key);
        }
    }
}

/// Whether the keys are in their order, each once.
pub fn is_sorted(pairs: &[Pair]) -> bool {
    pairs.windows(2).all(|two| two[0].key.as_bytes() < two[1].key.as_bytes())
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Data::Null => f.write_str("null"),
            Data::Bool(_) => f.write_str("flag"),
            Data::Number(_) => f.write_str("number"),
            Data::Text(_) => f.write_str("text"),
            Data::List(items) => f.debug_list().entries(items).finish(),
            Data::Map(pairs) => f.debug_list().entries(pairs).finish(),
        }
    }
}

impl From<Data> for Node {
    fn from(data: Data) -> Node {
        Node { place: Place::default(), data }
    }
}
