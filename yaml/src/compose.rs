//! Tokens to a tree: go-yaml's parser and decoder in one, with bounds on work.

use crate::index::Index;
use crate::scalar::{self, Scalar};
use crate::scan::{Fault, Kind, MAX_DEPTH, Scanned, Scanner, Token};
use crate::text::{Source, Text};
use crate::tree::{Data, Node, Place};
use std::collections::BTreeMap;

/// Values in a document, those that aliases repeat included. 1,000 contexts have 16,000.
const MAX_NODES: usize = 200_000;
/// Bytes of all its texts, those that aliases repeat included.
const MAX_BYTES: usize = 16 << 20;
const CORE: &str = "tag:yaml.org,2002:";
/// Longer than every tag that means something, `tag:yaml.org,2002:timestamp` being the longest.
const MAX_TAG: usize = 64;
/// A tag that nobody knows makes a text.
const UNKNOWN_TAG: &str = "!unknown";

/// Why a text is not read.
#[derive(Debug)]
pub struct Refused {
    /// Where.
    pub place: Place,
    /// A sentence that contains nothing of the text.
    pub sentence: &'static str,
    /// Whether it is too large, counting what its aliases repeat.
    pub too_large: bool,
    /// Where the key that appears twice appears first.
    pub first: Option<Place>,
}

/// The one document of a text from a byte on, which is on this line, counted from 0. The text must contain none of the characters that
/// YAML refuses, NUL above all.
///
/// # Errors
/// Why kubectl would not read it, and what is stricter here.
pub fn document(source: &Source, start: usize, line: u32) -> Result<Node, Refused> {
    let (scanner, anchors, names, tags) = (Scanner::new(&source.0, start, line), Vec::new(), Index::default(), BTreeMap::new());
    let mut composer =
        Composer { scanner, anchors, names, tags, depth: 0, nodes: 0, bytes: 0, too_large: false, merges: false, first: None };
    let read = composer.stream();
    read.map_err(|Fault(place, sentence)| Refused { place, sentence, too_large: composer.too_large, first: composer.first })
}

/// What an anchor means, and how much that is.
struct Anchor {
    node: Node,
    nodes: usize,
    bytes: usize,
}

/// Tokens to nodes: go-yaml's parser and decoder in one.
pub(crate) struct Composer<'a> {
    pub(crate) scanner: Scanner<'a>,
    /// What each anchor means; `None` while it is still being read.
    anchors: Vec<Option<Anchor>>,
    /// The latest anchor of each name.
    names: Index,
    /// What each handle of a tag means.
    tags: BTreeMap<String, String>,
    depth: usize,
    nodes: usize,
    bytes: usize,
    too_large: bool,
    /// The scalar that was read last is `<<` and would merge where it is a key.
    pub(crate) merges: bool,
    /// Where the key that appears twice appears first.
    pub(crate) first: Option<Place>,
}

impl Composer<'_> {
    fn stream(&mut self) -> Scanned<Node> {
        let mut first = None;
        let mut implicit = true;
        loop {
            while !implicit && self.scanner.is(Kind::DocumentEnd) {
                self.scanner.take();
            }
            let Token { kind, place } = self.scanner.peek();
            let node = match kind {
                Kind::StreamEnd => return Ok(first.unwrap_or_default()),
                Kind::Version | Kind::OtherVersion | Kind::TagDirective | Kind::DocumentStart => {
                    self.directives()?;
                    self.content()?
                }
                _ if implicit => {
                    self.directives()?;
                    self.node(true, false)?
                }
                _ => return Err(self.scanner.stop(place, "Unexpected content. Check the indentation.")),
            };
            if self.scanner.is(Kind::DocumentEnd) {
                self.scanner.take();
            }
            self.anchors.clear();
            self.names.clear();
            self.tags.clear();
            implicit = false;
            match first {
                None => first = Some(node),
                Some(_) if node.is_null() => {}
                Some(_) => {
                    return Err(self
                        .scanner
                        .stop(place, "a second document begins here, which kubectl would not look at: one file, one document"));
                }
            }
        }
    }

    fn directives(&mut self) -> Scanned<()> {
        let mut version = false;
        loop {
            let Token { kind, place } = self.scanner.peek();
            match kind {
                Kind::Version if !version => version = true,
                Kind::Version | Kind::OtherVersion => {
                    return Err(self.scanner.stop(place, "kubectl reads %YAML 1.1 only: leave the line out"));
                }
                Kind::TagDirective => {}
                _ => break,
            }
            self.scanner.take();
            if kind == Kind::TagDirective {
                let (handle, prefix) = (self.scanner.text(), self.scanner.text());
                if self.tags.insert(handle.as_str().to_owned(), prefix.as_str().to_owned()).is_some() {
                    return Err(self.scanner.stop(place, "the same %TAG twice"));
                }
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", CORE)] {
            self.tags.entry(handle.to_owned()).or_insert_with(|| prefix.to_owned());
        }
        Ok(())
    }

    /// What follows `---`.
    fn content(&mut self) -> Scanned<Node> {
        let start = self.scanner.take();
        if start.kind != Kind::DocumentStart {
            return Err(self.scanner.stop(start.place, "--- must follow the lines that begin with %"));
        }
        match self.scanner.peek().kind {
            Kind::Version | Kind::OtherVersion | Kind::TagDirective | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => {
                Ok(Node::default())
            }
            _ => self.node(true, false),
        }
    }

    pub(crate) fn node(&mut self, block: bool, indentless: bool) -> Scanned<Node> {
        let Token { mut kind, place } = self.scanner.peek();
        if self.depth > MAX_DEPTH {
            return Err(self.scanner.stop(place, "nested more than 64 levels deep"));
        }
        let (mut anchor, mut tag) = (None, None);
        loop {
            match kind {
                Kind::Anchor if anchor.is_none() => {
                    self.scanner.take();
                    anchor = Some(self.scanner.text());
                }
                Kind::Tag if tag.is_none() => {
                    self.scanner.take();
                    let (handle, suffix) = (self.scanner.text(), self.scanner.text());
                    tag = Some(self.tag(&handle, &suffix, place)?);
                }
                Kind::Alias if anchor.is_none() && tag.is_none() => return self.alias(),
                _ => break,
            }
            kind = self.scanner.peek().kind;
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
            // What it contains is kept a second time.
            let (nodes, bytes) = (self.nodes - nodes, self.bytes - bytes);
            self.spend(nodes, bytes, place)?;
            self.anchors[number] = Some(Anchor { node: node.clone(), nodes, bytes });
        }
        Ok(node)
    }

    fn data(&mut self, block: bool, indentless: bool, anchored: bool, tag: Option<String>) -> Scanned<Data> {
        let Token { kind, place } = self.scanner.peek();
        match kind {
            Kind::BlockEntry if indentless => {
                self.list(|kind| !matches!(kind, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd))
            }
            Kind::Plain | Kind::Quoted => {
                self.scanner.take();
                let (text, plain) = (self.scanner.text(), kind == Kind::Plain);
                let tag = tag.as_deref().unwrap_or("");
                self.merges = text == *"<<" && (tag.is_empty() && plain || tag == "!" || tag.strip_prefix(CORE) == Some("merge"));
                self.resolve(text, plain, tag, place)
            }
            Kind::FlowSequenceStart => self.flow_list(),
            Kind::FlowMappingStart => self.flow_map(),
            Kind::BlockSequenceStart if block => {
                self.scanner.take();
                let list = self.list(|kind| !matches!(kind, Kind::BlockEntry | Kind::BlockEnd))?;
                let end = self.scanner.take();
                if end.kind != Kind::BlockEnd {
                    return Err(self.scanner.stop(end.place, "A list entry must begin with - here. Check the indentation."));
                }
                Ok(list)
            }
            Kind::BlockMappingStart if block => self.block_map(),
            _ if tag.is_some() || anchored => self.resolve(Text::default(), true, tag.as_deref().unwrap_or(""), place),
            _ => Err(self.scanner.stop(place, "a value is missing here, or the indentation is wrong")),
        }
    }

    fn tag(&mut self, handle: &str, suffix: &str, place: Place) -> Scanned<String> {
        if handle.is_empty() {
            return Ok(if suffix.len() > MAX_TAG { UNKNOWN_TAG.to_owned() } else { suffix.to_owned() });
        }
        let prefix = self.tags.get(handle).ok_or_else(|| self.scanner.stop(place, "a tag whose %TAG line is missing"))?;
        // A prefix may be as long as the document and be used on every line: only tags that mean something are put together.
        Ok(if prefix.len() + suffix.len() > MAX_TAG { UNKNOWN_TAG.to_owned() } else { format!("{prefix}{suffix}") })
    }

    /// A copy of what the anchor means, as large as that is.
    fn alias(&mut self) -> Scanned<Node> {
        let place = self.scanner.take().place;
        let name = self.scanner.text();
        self.merges = false;
        let number = self.names.get(&name).ok_or_else(|| self.scanner.stop(place, "an alias whose anchor is not above it"))?;
        let Some(Anchor { nodes, bytes, .. }) = self.anchors[number] else {
            return Err(self.scanner.stop(place, "An alias must not be inside the value that it refers to."));
        };
        self.spend(nodes, bytes, place)?;
        Ok(self.anchors[number].as_ref().map(|anchor| anchor.node.clone()).unwrap_or_default())
    }

    /// Counts before anything is copied.
    pub(crate) fn spend(&mut self, nodes: usize, bytes: usize, place: Place) -> Scanned<()> {
        #[cfg(feature = "work")]
        crate::text::work::add(nodes);
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > MAX_NODES || self.bytes > MAX_BYTES {
            self.too_large = self.scanner.fault.is_none();
            return Err(self.scanner.stop(place, "more than 200,000 values or 16 MiB of text, what aliases repeat included"));
        }
        Ok(())
    }

    fn resolve(&mut self, text: Text, plain: bool, tag: &str, place: Place) -> Scanned<Data> {
        match scalar::resolve(&text, plain, tag) {
            Ok(Scalar::Null) => Ok(Data::Null),
            Ok(Scalar::Bool(flag)) => Ok(Data::Bool(flag)),
            Ok(Scalar::Number(digits)) => Ok(Data::Number(digits)),
            Ok(Scalar::Text) => Ok(Data::Text(text)),
            Ok(Scalar::Decoded(decoded)) => Ok(Data::Text(decoded.into())),
            Err(sentence) => Err(self.scanner.stop(place, sentence)),
        }
    }
}
