//! YAML, JSON and KYAML to a tree, as kubectl reads them, with bounds on work.
//!
//! Source: go.yaml.in/yaml/v2 2.4.3 and sigs.k8s.io/yaml 1.6.0, which kubectl 1.36 reads every file with. Stricter on
//! purpose, each time because kubectl would lose or mistake something silently:
//!
//! | here | kubectl |
//! |---|---|
//! | a key that appears twice in a map is refused | takes the last one |
//! | a second document is refused | does not look at it |
//! | more than 4 MiB, 64 levels, 200,000 values are refused | has wider bounds |
//! | a key that is a number with a fraction is refused | makes a text of it |

use super::decode::{check_characters, check_size, decode};
use super::error::refused;
use super::index::Index;
use super::scalar::{self, Scalar};
use super::scan::{Fault, Kind, MAX_DEPTH, Scanned, Scanner, Token};
use super::text::{Source, Text, Wiped};
use super::tree::{Data, Node, Place};
use crate::error::{Code, Result};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values in a document, those that aliases repeat included. 1,000 contexts have 16,000.
const MAX_NODES: usize = 200_000;
/// Bytes of all its texts, those that aliases repeat included.
const MAX_BYTES: usize = 16 << 20;
const CORE: &str = "tag:yaml.org,2002:";
/// Longer than every tag that means something, `tag:yaml.org,2002:timestamp` being the longest.
const MAX_TAG: usize = 64;
/// A tag that nobody knows makes a text.
const UNKNOWN_TAG: &str = "!unknown";
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Any Kubernetes object as plain data: YAML, JSON or KYAML.
///
/// # Errors
/// [`Code::InvalidYaml`], [`Code::InputTooLarge`]; the sentence names line and column and contains nothing of the text.
pub fn value(text: &str) -> Result<Value> {
    Ok(document(text.as_bytes())?.to_value())
}

/// The one document of a text: UTF-8, or UTF-16 with a byte-order mark. An empty text is null.
///
/// # Errors
/// As [`value`].
pub fn document(bytes: &[u8]) -> Result<Node> {
    owned(bytes.to_vec())
}

/// The same without a copy: the tree shares the text.
pub(crate) fn owned(bytes: Vec<u8>) -> Result<Node> {
    from_line(bytes, 0)
}

/// The same of a text that is needed afterwards as well.
pub(crate) fn shared(source: &Source) -> Result<Node> {
    check_size(source.as_bytes())?;
    parse(&source.0, 0)
}

/// The same of a part of a larger text: faults are named by their line in the whole.
pub(super) fn from_line(bytes: Vec<u8>, line: u32) -> Result<Node> {
    parse(&Arc::new(decode(bytes)?), line)
}

fn parse(whole: &Arc<Wiped>, line: u32) -> Result<Node> {
    // A second mark is none of the text's, as in Go: programs that join files write one before another.
    let start = whole.chars().take(2).take_while(|character| *character == BYTE_ORDER_MARK).count() * BYTE_ORDER_MARK.len_utf8();
    check_characters(&whole[start..])?;
    let tags = BTreeMap::new();
    let (scanner, anchors, names) = (Scanner::new(whole, start, line), Vec::new(), Index::default());
    let mut composer =
        Composer { scanner, anchors, names, tags, depth: 0, nodes: 0, bytes: 0, too_large: false, merges: false, first: None };
    composer.stream().map_err(|Fault(place, sentence)| {
        let sentence = if is_indented_with_other_spaces(whole, place) { OTHER_SPACES } else { sentence };
        let code = if composer.too_large { Code::InputTooLarge } else { Code::InvalidYaml };
        match composer.first {
            Some(first) => refused(code, place, &format!("{sentence} (first on line {})", first.line)),
            None => refused(code, place, sentence),
        }
    })
}

const OTHER_SPACES: &str =
    "This line is indented with no-break spaces (U+00A0 and the like), which YAML takes for text. Indent with ordinary spaces.";

/// Whether the line of a fault, or the one above it, begins with white space that is not white space for YAML.
fn is_indented_with_other_spaces(text: &str, place: Place) -> bool {
    let begins = |line: &str| {
        line.trim_start_matches([' ', '\t'])
            .starts_with(|first: char| first != BYTE_ORDER_MARK && !first.is_ascii() && first.is_whitespace())
    };
    text.lines().skip((place.line as usize).saturating_sub(2)).take(if place.line > 1 { 2 } else { 1 }).any(begins)
}

/// What an anchor means, and how much that is.
struct Anchor {
    node: Node,
    nodes: usize,
    bytes: usize,
}

/// Tokens to nodes: go-yaml's parser and decoder in one.
pub(super) struct Composer<'a> {
    pub(super) scanner: Scanner<'a>,
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
    pub(super) merges: bool,
    /// Where the key that appears twice appears first.
    pub(super) first: Option<Place>,
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

    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Scanned<Node> {
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
    pub(super) fn spend(&mut self, nodes: usize, bytes: usize, place: Place) -> Scanned<()> {
        #[cfg(test)]
        super::text::work::add(nodes);
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
