//! YAML, JSON and KYAML to a tree, as kubectl reads them, with bounds on work.
//!
//! Source: go.yaml.in/yaml/v2 2.4.3 and sigs.k8s.io/yaml 1.6.0, which kubectl 1.36 reads every file with. Stricter on
//! purpose, each time because kubectl would lose or mistake something in silence:
//!
//! | here | kubectl |
//! |---|---|
//! | a key that stands twice in a map is refused | takes the last one |
//! | a second document is refused | does not look at it |
//! | more than 4 MiB, 64 levels, 200,000 values are refused | has wider bounds |
//! | a key that is a number with a fraction is refused | makes a text of it |

use super::decode::{check_characters, decode};
use super::scalar::{self, Scalar};
use super::scan::{Fault, Kind, MAX_DEPTH, Scanned, Scanner, Token};
use super::tree::{Data, Index, Node, Pair, Place, Text};
use crate::error::{Code, Detail, Error, Result};
use crate::value::Value;
use zeroize::Zeroizing;

/// Values in a document, those that aliases repeat included. 1,000 contexts have 16,000.
const MAX_NODES: usize = 200_000;
/// Bytes of all its texts, those that aliases repeat included.
const MAX_BYTES: usize = 16 << 20;
const CORE: &str = "tag:yaml.org,2002:";

/// Any Kubernetes object as plain data: YAML, JSON or KYAML.
///
/// # Errors
/// [`Code::InvalidYaml`], [`Code::InputTooLarge`]; the sentence names line and column and holds nothing of the text.
pub fn value(text: &str) -> Result<Value> {
    Ok(document(text.as_bytes())?.to_value())
}

/// The one document of a text: UTF-8, or UTF-16 with a byte-order mark. An empty text is null.
///
/// # Errors
/// As [`value`].
pub fn document(bytes: &[u8]) -> Result<Node> {
    let text = decode(bytes)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    check_characters(text)?;
    let tags = Vec::new();
    let (scanner, anchors, names) = (Scanner::new(text), Vec::new(), Index::new());
    let mut composer =
        Composer { scanner, anchors, names, tags, depth: 0, nodes: 0, bytes: 0, too_large: false, merges: false, first: None };
    composer.stream().map_err(|Fault(place, sentence)| {
        let code = if composer.too_large { Code::InputTooLarge } else { Code::InvalidYaml };
        match composer.first {
            Some(first) => refused(code, place, &format!("{sentence} (first on line {})", first.line)),
            None => refused(code, place, sentence),
        }
    })
}

/// An error that names the place, in its sentence and as a detail.
pub(crate) fn refused(code: Code, place: Place, sentence: &str) -> Error {
    let Place { line, column } = place;
    let position = format!("line {line}, column {column}");
    let error = Error::new(code, format!("{position}: {sentence}"));
    error.with_details(vec![Detail { field: Some(position), message: sentence.to_owned() }])
}

/// What an anchor stands for, and how much that is.
struct Anchor {
    node: Node,
    nodes: usize,
    bytes: usize,
}

/// One key of a map with its value, before merge keys are worked in.
struct Entry {
    /// `None` for `<<`.
    key: Option<String>,
    place: Place,
    value: Node,
    /// The value is an alias, which may stand for a map only where it is merged.
    aliased: bool,
}

/// Tokens to nodes: go-yaml's parser and decoder in one.
struct Composer<'a> {
    scanner: Scanner<'a>,
    /// What each anchor stands for; `None` while it is still being read.
    anchors: Vec<Option<Anchor>>,
    /// The latest anchor of each name.
    names: Index,
    tags: Vec<(String, String)>,
    depth: usize,
    nodes: usize,
    bytes: usize,
    too_large: bool,
    /// The scalar that was read last is `<<` and would merge where it is a key.
    merges: bool,
    /// Where the key stood first that stands twice.
    first: Option<Place>,
}

impl Composer<'_> {
    fn stream(&mut self) -> Scanned<Node> {
        let mut first = None;
        let mut implicit = true;
        loop {
            while !implicit && matches!(self.scanner.peek()?.kind, Kind::DocumentEnd) {
                self.scanner.take()?;
            }
            let Token { kind, place } = self.scanner.peek()?;
            let place = *place;
            let node = match kind {
                Kind::StreamEnd => return Ok(first.unwrap_or_default()),
                Kind::Version(_) | Kind::TagDirective(..) | Kind::DocumentStart => {
                    self.directives()?;
                    self.content()?
                }
                _ if implicit => {
                    self.directives()?;
                    self.node(true, false)?
                }
                _ => return Err(Fault(place, "this belongs to nothing above it: mend the indentation")),
            };
            if matches!(self.scanner.peek()?.kind, Kind::DocumentEnd) {
                self.scanner.take()?;
            }
            self.anchors.clear();
            self.names.clear();
            self.tags.clear();
            implicit = false;
            match first {
                None => first = Some(node),
                Some(_) if node.is_null() => {}
                Some(_) => {
                    return Err(Fault(place, "a second document begins here, which kubectl would not look at: one file, one document"));
                }
            }
        }
    }

    fn directives(&mut self) -> Scanned<()> {
        let mut version = false;
        loop {
            let place = self.scanner.peek()?.place;
            match &self.scanner.peek()?.kind {
                Kind::Version(true) if !version => version = true,
                Kind::Version(_) => return Err(Fault(place, "kubectl reads %YAML 1.1 only: leave the line out")),
                Kind::TagDirective(handle, prefix) => {
                    if self.tags.iter().any(|(known, _)| known == handle) {
                        return Err(Fault(place, "the same %TAG twice"));
                    }
                    self.tags.push((handle.clone(), prefix.clone()));
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", CORE)] {
            if !self.tags.iter().any(|(known, _)| known == handle) {
                self.tags.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    /// What follows `---`.
    fn content(&mut self) -> Scanned<Node> {
        let start = self.scanner.take()?;
        if !matches!(start.kind, Kind::DocumentStart) {
            return Err(Fault(start.place, "--- must follow the lines that begin with %"));
        }
        match self.scanner.peek()?.kind {
            Kind::Version(_) | Kind::TagDirective(..) | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => Ok(Node::default()),
            _ => self.node(true, false),
        }
    }

    fn node(&mut self, block: bool, indentless: bool) -> Scanned<Node> {
        let place = self.scanner.peek()?.place;
        if self.depth > MAX_DEPTH {
            return Err(Fault(place, "nested more than 64 levels deep"));
        }
        let (mut anchor, mut tag) = (None, None);
        loop {
            match &self.scanner.peek()?.kind {
                Kind::Anchor(_) if anchor.is_some() => break,
                Kind::Tag(..) if tag.is_some() => break,
                Kind::Anchor(_) | Kind::Tag(..) => {}
                Kind::Alias(_) if anchor.is_none() && tag.is_none() => return self.alias(),
                _ => break,
            }
            match self.scanner.take()?.kind {
                Kind::Anchor(name) => anchor = Some(name),
                Kind::Tag(handle, suffix) => tag = Some(self.tag(&handle, &suffix, place)?),
                _ => {}
            }
        }
        let number = self.anchors.len();
        let anchored = anchor.is_some();
        if let Some(name) = anchor {
            self.anchors.push(None);
            self.names.insert(name, number);
        }
        let (nodes, bytes) = (self.nodes, self.bytes);
        self.depth += 1;
        let data = self.data(block, indentless, anchored, tag)?;
        self.depth -= 1;
        let text = if let Data::Text(text) = &data { text.len() } else { 0 };
        self.spend(1, text, place)?;
        let node = Node { place, data };
        if anchored {
            // What it holds is kept a second time.
            let (nodes, bytes) = (self.nodes - nodes, self.bytes - bytes);
            self.spend(nodes, bytes, place)?;
            self.anchors[number] = Some(Anchor { node: node.clone(), nodes, bytes });
        }
        Ok(node)
    }

    fn data(&mut self, block: bool, indentless: bool, anchored: bool, tag: Option<String>) -> Scanned<Data> {
        let Token { kind, place } = self.scanner.peek()?;
        let place = *place;
        match kind {
            Kind::BlockEntry if indentless => {
                self.list(|kind| !matches!(kind, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd))
            }
            Kind::Scalar(..) => {
                let Kind::Scalar(text, plain) = self.scanner.take()?.kind else { return Ok(Data::Null) };
                let tag = tag.as_deref().unwrap_or("");
                self.merges = text.as_str() == "<<" && (tag.is_empty() && plain || tag == "!" || tag.strip_prefix(CORE) == Some("merge"));
                resolve(text, plain, tag, place)
            }
            Kind::FlowSequenceStart => self.flow_list(),
            Kind::FlowMappingStart => self.flow_map(),
            Kind::BlockSequenceStart if block => {
                self.scanner.take()?;
                let list = self.list(|kind| !matches!(kind, Kind::BlockEntry | Kind::BlockEnd))?;
                let end = self.scanner.take()?;
                if !matches!(end.kind, Kind::BlockEnd) {
                    return Err(Fault(end.place, "a list entry must begin with - here: mend the indentation"));
                }
                Ok(list)
            }
            Kind::BlockMappingStart if block => self.block_map(),
            _ if tag.is_some() || anchored => resolve(Text::default(), true, tag.as_deref().unwrap_or(""), place),
            _ => Err(Fault(place, "a value is missing here, or the indentation is wrong")),
        }
    }

    fn tag(&self, handle: &str, suffix: &str, place: Place) -> Scanned<String> {
        if handle.is_empty() {
            return Ok(suffix.to_owned());
        }
        let known = self.tags.iter().find(|(known, _)| known == handle);
        known.map(|(_, prefix)| format!("{prefix}{suffix}")).ok_or(Fault(place, "a tag whose %TAG line is missing"))
    }

    /// A copy of what the anchor stands for, as large as that is.
    fn alias(&mut self) -> Scanned<Node> {
        let Token { kind, place } = self.scanner.take()?;
        let Kind::Alias(name) = kind else { return Ok(Node::default()) };
        self.merges = false;
        let number = *self.names.get(&name).ok_or(Fault(place, "an alias whose anchor is not above it"))?;
        let Some(Anchor { nodes, bytes, .. }) = self.anchors[number] else {
            return Err(Fault(place, "an alias inside of what it stands for"));
        };
        self.spend(nodes, bytes, place)?;
        Ok(self.anchors[number].as_ref().map(|anchor| anchor.node.clone()).unwrap_or_default())
    }

    /// Counts before anything is copied.
    fn spend(&mut self, nodes: usize, bytes: usize, place: Place) -> Scanned<()> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > MAX_NODES || self.bytes > MAX_BYTES {
            self.too_large = true;
            return Err(Fault(place, "more than 200,000 values or 16 MiB of text, what aliases repeat included"));
        }
        Ok(())
    }

    /// Entries that begin with `-`, the end of the list excluded.
    fn list(&mut self, has_value: fn(&Kind) -> bool) -> Scanned<Data> {
        let mut items = Vec::new();
        while matches!(self.scanner.peek()?.kind, Kind::BlockEntry) {
            let place = self.scanner.take()?.place;
            items.push(self.value_or_null(has_value, place, true, false)?);
        }
        Ok(Data::List(items))
    }

    fn value_or_null(&mut self, has_value: fn(&Kind) -> bool, place: Place, block: bool, indentless: bool) -> Scanned<Node> {
        if has_value(&self.scanner.peek()?.kind) {
            return self.node(block, indentless);
        }
        self.spend(1, 0, place)?;
        Ok(Node { place, data: Data::Null })
    }

    fn block_map(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(&Kind) -> bool = |kind| !matches!(kind, Kind::Key | Kind::Value | Kind::BlockEnd);
        self.scanner.take()?;
        let mut entries = Vec::new();
        loop {
            let Token { kind, place } = self.scanner.take()?;
            match kind {
                Kind::Key => {}
                Kind::BlockEnd => return self.merged(entries),
                _ => return Err(Fault(place, "a key must begin here: mend the indentation")),
            }
            entries.push(self.entry(HAS_VALUE, place, true, false)?);
        }
    }

    fn flow_map(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(&Kind) -> bool = |kind| !matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd);
        self.scanner.take()?;
        let mut entries = Vec::new();
        while !matches!(self.scanner.peek()?.kind, Kind::FlowMappingEnd) {
            if !entries.is_empty() {
                self.comma("a comma or } is missing here")?;
            }
            let Token { kind, place } = self.scanner.peek()?;
            let place = *place;
            match kind {
                Kind::FlowMappingEnd => break,
                Kind::Key => {
                    self.scanner.take()?;
                    entries.push(self.entry(HAS_VALUE, place, false, false)?);
                }
                // A key alone, as in `{a}`. A colon on the next line is none of it.
                _ => entries.push(self.entry(|_| true, place, false, true)?),
            }
        }
        self.scanner.take()?;
        self.merged(entries)
    }

    /// A key and, where a colon follows, its value; `alone` where none may follow.
    fn entry(&mut self, has_value: fn(&Kind) -> bool, place: Place, block: bool, alone: bool) -> Scanned<Entry> {
        self.merges = false;
        let name = self.value_or_null(has_value, place, block, block)?;
        let key = match name.data {
            Data::Text(_) if self.merges => None,
            Data::Text(text) => Some(text.as_str().to_owned()),
            Data::Bool(flag) => Some(flag.to_string()),
            Data::Number(digits) if digits.parse::<i64>().is_ok() => Some(digits),
            Data::Null => return Err(Fault(name.place, "a key is empty")),
            _ => return Err(Fault(name.place, "a key must be a text: quote it where it is one")),
        };
        let place = name.place;
        if alone || !matches!(self.scanner.peek()?.kind, Kind::Value) {
            self.spend(1, 0, place)?;
            return Ok(Entry { key, place, value: Node { place, data: Data::Null }, aliased: false });
        }
        let colon = self.scanner.take()?.place;
        let aliased = matches!(self.scanner.peek()?.kind, Kind::Alias(_));
        let value = self.value_or_null(has_value, colon, block, block)?;
        Ok(Entry { key, place, value, aliased })
    }

    /// Entries as pairs: keys that stand twice are refused, merge keys worked in where they stand. As in go-yaml v2, what
    /// is merged replaces what stands above it and is replaced by what stands below.
    fn merged(&mut self, entries: Vec<Entry>) -> Scanned<Data> {
        let mut seen = Index::new();
        for (number, Entry { key, place, .. }) in entries.iter().enumerate() {
            if let Some(first) = key.as_ref().and_then(|key| seen.insert(key.clone(), number)) {
                self.first = Some(entries[first].place);
                return Err(Fault(*place, "the same key stands twice here, and kubectl would take the last one in silence"));
            }
        }
        let simple = entries.iter().all(|entry| entry.key.is_some());
        let mut map = Merged { pairs: Vec::with_capacity(entries.len()), index: Index::new(), simple };
        for Entry { key, place, value, aliased } in entries {
            match (key, value.data) {
                (Some(key), data) => map.set(Pair { key, place, value: Node { place: value.place, data } }),
                (None, Data::Map(pairs)) => pairs.into_iter().for_each(|pair| map.set(pair)),
                // The first of several wins.
                (None, Data::List(items)) if !aliased && items.iter().all(|item| matches!(item.data, Data::Map(_))) => {
                    for item in items.into_iter().rev() {
                        if let Data::Map(pairs) = item.data {
                            pairs.into_iter().for_each(|pair| map.set(pair));
                        }
                    }
                }
                _ => return Err(Fault(place, "<< takes a map, or a list of maps")),
            }
        }
        Ok(Data::Map(map.pairs))
    }

    fn comma(&mut self, missing: &'static str) -> Scanned<()> {
        let Token { kind, place } = self.scanner.take()?;
        if matches!(kind, Kind::FlowEntry) { Ok(()) } else { Err(Fault(place, missing)) }
    }

    fn flow_list(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(&Kind) -> bool = |kind| !matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd);
        self.scanner.take()?;
        let mut items = Vec::new();
        while !matches!(self.scanner.peek()?.kind, Kind::FlowSequenceEnd) {
            if !items.is_empty() {
                self.comma("a comma or ] is missing here")?;
            }
            let Token { kind, place } = self.scanner.peek()?;
            let place = *place;
            match kind {
                Kind::FlowSequenceEnd => break,
                // `[a: b]` is a list of one map.
                Kind::Key => {
                    self.scanner.take()?;
                    let entry = self.entry(HAS_VALUE, place, false, false)?;
                    self.spend(1, 0, place)?;
                    let data = self.merged(vec![entry])?;
                    items.push(Node { place, data });
                }
                _ => items.push(self.node(false, false)?),
            }
        }
        self.scanner.take()?;
        Ok(Data::List(items))
    }
}

/// A map under construction.
struct Merged {
    pairs: Vec<Pair>,
    /// Where each key is; not needed while every key is known to stand once.
    index: Index,
    simple: bool,
}

impl Merged {
    fn set(&mut self, pair: Pair) {
        if !self.simple {
            match self.index.get(&pair.key) {
                Some(position) => {
                    self.pairs[*position] = pair;
                    return;
                }
                None => self.index.insert(pair.key.clone(), self.pairs.len()),
            };
        }
        self.pairs.push(pair);
    }
}

fn resolve(text: Text, plain: bool, tag: &str, place: Place) -> Scanned<Data> {
    Ok(match scalar::resolve(&text, plain, tag).map_err(|sentence| Fault(place, sentence))? {
        Scalar::Null => Data::Null,
        Scalar::Bool(flag) => Data::Bool(flag),
        Scalar::Number(digits) => Data::Number(digits),
        Scalar::Text => Data::Text(text),
        Scalar::Decoded(decoded) => Data::Text(Zeroizing::new(decoded)),
    })
}
