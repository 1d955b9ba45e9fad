//! Keys that are known as keys only when their colon comes.

use super::{Fault, Scanned, Scanner, SimpleKey};

/// A key on one line is at most this long (YAML 1.1, 7.3).
const MAX_KEY: usize = 1024;
const NO_COLON: &str = "A key without a colon. Check the indentation, or quote a text of several lines.";

impl Scanner<'_> {
    /// Whether the token of this number may turn out to be a key.
    pub(super) fn may_be_key(&self, number: usize) -> Scanned<bool> {
        match self.keys.iter().rev().find(|key| key.possible && key.token == number) {
            Some(key) => self.is_valid(key),
            None => Ok(false),
        }
    }

    pub(super) fn is_valid(&self, key: &SimpleKey) -> Scanned<bool> {
        if !key.possible {
            return Ok(false);
        }
        if key.place.line <= self.line || key.index + MAX_KEY < self.index {
            return if key.required { Err(Fault(key.place, NO_COLON)) } else { Ok(false) };
        }
        Ok(true)
    }

    pub(super) fn save_key(&mut self) -> Scanned<()> {
        if self.key_allowed {
            let required = self.flow == 0 && self.indent == i64::from(self.column);
            self.forget_key()?;
            let token = self.taken + self.tokens.len();
            let key = SimpleKey { possible: true, required, token, index: self.index, place: self.place() };
            if let Some(last) = self.keys.last_mut() {
                *last = key;
            }
        }
        Ok(())
    }

    pub(super) fn forget_key(&mut self) -> Scanned<()> {
        match self.keys.last() {
            Some(SimpleKey { possible: true, required: true, place, .. }) => Err(Fault(*place, NO_COLON)),
            _ => {
                self.drop_key();
                Ok(())
            }
        }
    }

    pub(super) fn drop_key(&mut self) {
        if let Some(key) = self.keys.last_mut() {
            key.possible = false;
        }
    }
}
