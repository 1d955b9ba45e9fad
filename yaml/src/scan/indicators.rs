//! Signs that make lists and maps, and the indentation that does.

use super::{Fault, Kind, MAX_DEPTH, Place, Scanned, Scanner, SimpleKey};

const TOO_DEEP: &str = "nested more than 64 levels deep";

impl Scanner<'_> {
    pub(super) fn indicator(&mut self, kind: Kind) -> Scanned<()> {
        let place = self.place();
        self.skip();
        self.push(place, kind);
        Ok(())
    }

    pub(super) fn open(&mut self, kind: Kind) -> Scanned<()> {
        self.save_key()?;
        if self.flow >= MAX_DEPTH {
            return Err(Fault(self.place(), TOO_DEEP));
        }
        self.keys.push(SimpleKey::default());
        self.flow += 1;
        self.key_allowed = true;
        self.indicator(kind)
    }

    pub(super) fn close(&mut self, kind: Kind) -> Scanned<()> {
        self.forget_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            self.keys.pop();
        }
        self.key_allowed = false;
        self.indicator(kind)
    }

    pub(super) fn block_entry(&mut self) -> Scanned<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(Fault(self.place(), "A list entry is not allowed here."));
            }
            self.roll(i64::from(self.column), None, self.place(), Kind::BlockSequenceStart)?;
        }
        self.forget_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry)
    }

    pub(super) fn key(&mut self) -> Scanned<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(Fault(self.place(), "A key is not allowed here."));
            }
            self.roll(i64::from(self.column), None, self.place(), Kind::BlockMappingStart)?;
        }
        self.forget_key()?;
        self.key_allowed = self.flow == 0;
        self.indicator(Kind::Key)
    }

    pub(super) fn value(&mut self) -> Scanned<()> {
        let key = self.keys.last().copied().unwrap_or_default();
        if self.is_valid(&key)? {
            self.insert(key.token, key.place, Kind::Key);
            self.roll(i64::from(key.place.column) - 1, Some(key.token), key.place, Kind::BlockMappingStart)?;
            self.drop_key();
            self.key_allowed = false;
        } else {
            self.drop_key();
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(Fault(self.place(), "A colon is not allowed here. Quote the text, or check the indentation."));
                }
                self.roll(i64::from(self.column), None, self.place(), Kind::BlockMappingStart)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.indicator(Kind::Value)
    }

    /// Opens a block collection where this column is further in than the last one.
    pub(super) fn roll(&mut self, column: i64, number: Option<usize>, place: Place, kind: Kind) -> Scanned<()> {
        if self.flow == 0 && self.indent < column {
            if self.indents.len() > MAX_DEPTH {
                return Err(Fault(place, TOO_DEEP));
            }
            self.indents.push(self.indent);
            self.indent = column;
            match number {
                Some(number) => self.insert(number, place, kind),
                None => self.push(place, kind),
            }
        }
        Ok(())
    }

    pub(super) fn unroll(&mut self, column: i64) {
        while self.flow == 0 && self.indent > column {
            self.push(self.place(), Kind::BlockEnd);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}
