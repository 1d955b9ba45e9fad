//! Ordered sets and maps, filled one entry at a time.
//!
//! `collect` sorts the entries before it builds a tree, with a sort and a bulk builder of its own for each type of entry: for
//! twenty types that is a tenth of the module (2026-11). Nothing here is filled with so much that this would be felt.

/// [`Iterator::collect`] without the sort.
pub(crate) trait Gather: Iterator + Sized {
    /// Puts every item into a new collection, in order. Of equal keys the last one stays, as with `collect`.
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}
