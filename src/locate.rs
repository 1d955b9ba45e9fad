//! Looking for a part of a text.
//!
//! The standard library's search is made for long texts and costs 1 KB of compressed wasm (2026-11); this looks at every place.

/// What a text contains; a part is never empty.
pub(crate) trait Locate {
    /// Every place where the part is.
    fn places(&self, part: &str) -> impl Iterator<Item = usize>;
    /// The first of them.
    fn place(&self, part: &str) -> Option<usize> {
        self.places(part).next()
    }
    /// Whether it is anywhere.
    fn holds(&self, part: &str) -> bool {
        self.place(part).is_some()
    }
    /// What is before and after the first one.
    fn cut(&self, part: &str) -> Option<(&str, &str)>;
}

impl Locate for str {
    fn places(&self, part: &str) -> impl Iterator<Item = usize> {
        let windows = self.as_bytes().windows(part.len());
        windows.enumerate().filter(move |(_, window)| *window == part.as_bytes()).map(|(at, _)| at)
    }

    fn cut(&self, part: &str) -> Option<(&str, &str)> {
        let at = self.place(part)?;
        Some((&self[..at], &self[at + part.len()..]))
    }
}

#[cfg(test)]
mod tests {
    use super::Locate;

    proptest::proptest! {
        #[test]
        fn it_finds_what_the_library_finds(text in "[abé]{0,12}", part in "[abé]{1,3}") {
            proptest::prop_assert_eq!(text.place(&part), text.find(&part));
            proptest::prop_assert_eq!(text.holds(&part), text.contains(&part));
            proptest::prop_assert_eq!(text.cut(&part), text.split_once(&part));
        }
    }
}
