//! Lists and maps of a document.

use crate::compose::Composer;
use crate::index::Index;
use crate::scan::{Kind, Scanned, Token};
use crate::text::Text;
use crate::tree::{Data, Node, Pair, Place, is_sorted};

/// Keys of a map with their values, before merge keys are worked in.
#[derive(Default)]
struct Entries {
    pairs: Vec<Pair>,
    /// Which of them are `<<`, and whether their value is an alias, which may mean a map only.
    merges: Vec<(usize, bool)>,
}

impl Composer<'_> {
    /// Entries that begin with `-`, the end of the list excluded.
    pub(super) fn list(&mut self, has_value: fn(Kind) -> bool) -> Scanned<Data> {
        let mut items = Vec::new();
        while self.scanner.is(Kind::BlockEntry) {
            let place = self.scanner.take().place;
            items.push(self.value_or_null(has_value, place, true, false)?);
        }
        Ok(Data::List(items))
    }

    fn value_or_null(&mut self, has_value: fn(Kind) -> bool, place: Place, block: bool, indentless: bool) -> Scanned<Node> {
        if has_value(self.scanner.peek().kind) {
            return self.node(block, indentless);
        }
        self.spend(1, 0, place)?;
        Ok(Node { place, data: Data::Null })
    }

    pub(super) fn block_map(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(Kind) -> bool = |kind| !matches!(kind, Kind::Key | Kind::Value | Kind::BlockEnd);
        self.scanner.take();
        let mut entries = Entries::default();
        loop {
            let Token { kind, place } = self.scanner.take();
            match kind {
                Kind::Key => {}
                Kind::BlockEnd => return self.merged(entries),
                _ => return Err(self.scanner.stop(place, "A key must begin here. Check the indentation.")),
            }
            self.entry(&mut entries, HAS_VALUE, place, true, false)?;
        }
    }

    pub(super) fn flow_map(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(Kind) -> bool = |kind| !matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd);
        self.scanner.take();
        let mut entries = Entries::default();
        while !self.scanner.is(Kind::FlowMappingEnd) {
            if !entries.pairs.is_empty() {
                self.comma("a comma or } is missing here")?;
            }
            let Token { kind, place } = self.scanner.peek();
            match kind {
                Kind::FlowMappingEnd => break,
                Kind::Key => {
                    self.scanner.take();
                    self.entry(&mut entries, HAS_VALUE, place, false, false)?;
                }
                // A key alone, as in `{a}`. A colon on the next line is none of it.
                _ => self.entry(&mut entries, |_| true, place, false, true)?,
            }
        }
        self.scanner.take();
        self.merged(entries)
    }

    /// Adds a key and, where a colon follows, its value; `alone` where none may follow.
    fn entry(&mut self, entries: &mut Entries, has_value: fn(Kind) -> bool, place: Place, block: bool, alone: bool) -> Scanned<()> {
        self.merges = false;
        let Node { place, data } = self.value_or_null(has_value, place, block, block)?;
        let key = match data {
            Data::Text(text) => text,
            Data::Bool(flag) => Text::from(flag.to_string()),
            Data::Number(digits) => match number_key(&digits) {
                Some(key) => key.into(),
                None => return Err(self.scanner.stop(place, "a key must be a text: quote it where it is one")),
            },
            Data::Null => return Err(self.scanner.stop(place, "a key is empty")),
            _ => return Err(self.scanner.stop(place, "a key must be a text: quote it where it is one")),
        };
        let merges = self.merges;
        let mut pair = Pair { key, place, value: Node { place, data: Data::Null } };
        let mut aliased = false;
        if alone || !self.scanner.is(Kind::Value) {
            self.spend(1, 0, place)?;
        } else {
            let colon = self.scanner.take().place;
            aliased = self.scanner.is(Kind::Alias);
            pair.value = self.value_or_null(has_value, colon, block, block)?;
        }
        if merges {
            entries.merges.push((entries.pairs.len(), aliased));
        }
        entries.pairs.push(pair);
        Ok(())
    }

    /// Keys that appear twice are refused, merge keys worked in where they are. As in go-yaml v2, what is merged replaces
    /// what is above it and is replaced by what is below.
    fn merged(&mut self, Entries { pairs, merges }: Entries) -> Scanned<Data> {
        // Programs sort the keys of a map, and then each is there once.
        if merges.is_empty() && is_sorted(&pairs) {
            return Ok(Data::Map(pairs));
        }
        let mut merge = merges.iter().peekable();
        let mut seen = Index::default();
        for (number, Pair { key, place, .. }) in pairs.iter().enumerate() {
            if merge.next_if(|(merge, _)| *merge == number).is_none()
                && let Some(first) = seen.insert(key.share(), number)
            {
                self.first = Some(pairs[first].place);
                return Err(self
                    .scanner
                    .stop(*place, "The same key appears twice here, and kubectl would use the last one without a warning"));
            }
        }
        if merges.is_empty() {
            return Ok(Data::Map(pairs));
        }
        let mut merge = merges.iter().peekable();
        let mut map = Merged::default();
        for (number, pair) in pairs.into_iter().enumerate() {
            let Some((_, aliased)) = merge.next_if(|(merge, _)| *merge == number) else {
                map.set(pair);
                continue;
            };
            match pair.value.data {
                Data::Map(pairs) => pairs.into_iter().for_each(|pair| map.set(pair)),
                // The first of several wins.
                Data::List(items) if !aliased && items.iter().all(|item| matches!(item.data, Data::Map(_))) => {
                    for item in items.into_iter().rev() {
                        if let Data::Map(pairs) = item.data {
                            pairs.into_iter().for_each(|pair| map.set(pair));
                        }
                    }
                }
                _ => return Err(self.scanner.stop(pair.place, "<< takes a map, or a list of maps")),
            }
        }
        Ok(Data::Map(map.pairs))
    }

    fn comma(&mut self, missing: &'static str) -> Scanned<()> {
        let Token { kind, place } = self.scanner.take();
        if kind == Kind::FlowEntry { Ok(()) } else { Err(self.scanner.stop(place, missing)) }
    }

    pub(super) fn flow_list(&mut self) -> Scanned<Data> {
        const HAS_VALUE: fn(Kind) -> bool = |kind| !matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd);
        self.scanner.take();
        let mut items = Vec::new();
        while !self.scanner.is(Kind::FlowSequenceEnd) {
            if !items.is_empty() {
                self.comma("a comma or ] is missing here")?;
            }
            let Token { kind, place } = self.scanner.peek();
            match kind {
                Kind::FlowSequenceEnd => break,
                // `[a: b]` is a list of one map.
                Kind::Key => {
                    self.scanner.take();
                    let mut entries = Entries::default();
                    self.entry(&mut entries, HAS_VALUE, place, false, false)?;
                    self.spend(1, 0, place)?;
                    let data = self.merged(entries)?;
                    items.push(Node { place, data });
                }
                _ => items.push(self.node(false, false)?),
            }
        }
        self.scanner.take();
        Ok(Data::List(items))
    }
}

/// The text that sigs.k8s.io/yaml makes of a number: an `int64`, or a `float64` written as a `float32`, of which only small whole ones mean
/// the same afterwards.
fn number_key(digits: &str) -> Option<String> {
    if let Ok(number) = digits.parse::<i64>() {
        return Some(number.to_string());
    }
    let number = crate::number::read(digits)?;
    let same = number.fract() == 0.0 && number.abs() < 1e6;
    same.then(|| if number == 0.0 && number.is_sign_negative() { "-0".to_owned() } else { (number as i64).to_string() })
}

/// A map under construction, and where each key is in it.
#[derive(Default)]
struct Merged {
    pairs: Vec<Pair>,
    index: Index,
}

impl Merged {
    fn set(&mut self, pair: Pair) {
        match self.index.get(&pair.key) {
            Some(position) => self.pairs[position] = pair,
            None => {
                self.index.insert(pair.key.share(), self.pairs.len());
                self.pairs.push(pair);
            }
        }
    }
}
