//! Texts of a document: most are a part of it as they are, and are not copied.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
#[cfg(not(target_arch = "wasm32"))]
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// A text that may be secret: a part of what is wiped when nothing holds it any more, which is the document that it was
/// read from, or this text alone. A clone is a text of its own, so that what is made of a document does not keep it.
pub struct Text {
    whole: Arc<Wiped>,
    start: usize,
    end: usize,
}

/// Wiped on drop. In the module the allocator does that with every block (the core's lib.rs), faster than byte by byte.
#[derive(Default)]
pub(crate) struct Wiped(pub(crate) String);

#[cfg(not(target_arch = "wasm32"))]
impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Deref for Wiped {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

/// A whole text in UTF-8: a document that is read from it shares its parts.
pub struct Source(pub(crate) Arc<Wiped>);

impl From<String> for Source {
    fn from(text: String) -> Source {
        Source(Arc::new(Wiped(text)))
    }
}

impl Source {
    /// Takes the bytes over without a copy.
    ///
    /// # Errors
    /// The bytes, where they are not UTF-8.
    pub fn utf8(bytes: Vec<u8>) -> Result<Source, Zeroizing<Vec<u8>>> {
        String::from_utf8(bytes).map(Source::from).map_err(|error| Zeroizing::new(error.into_bytes()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text {
    /// What is between two places of a document.
    pub(crate) fn part(whole: &Arc<Wiped>, start: usize, end: usize) -> Text {
        Text { whole: Arc::clone(whole), start, end }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.whole.get(self.start..self.end).unwrap_or_default()
    }

    /// Its bytes, which are found faster: where characters begin is not looked at.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.whole.as_bytes()[self.start..self.end]
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The same text without a copy, for as long as the document is there anyway.
    #[must_use]
    pub fn share(&self) -> Text {
        Text::part(&self.whole, self.start, self.end)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        #[cfg(feature = "work")]
        work::count();
        // Names differ in length most often, and that is seen at once.
        self.len() == other.len() && self.as_bytes() == other.as_bytes()
    }
}

impl Clone for Text {
    fn clone(&self) -> Text {
        #[cfg(feature = "work")]
        work::count();
        Text::from(self.as_str())
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::from(String::new())
    }
}

impl From<Wiped> for Text {
    fn from(text: Wiped) -> Text {
        let end = text.len();
        Text { whole: Arc::new(text), start: 0, end }
    }
}

impl From<String> for Text {
    #[inline(never)]
    fn from(text: String) -> Text {
        Text::from(Wiped(text))
    }
}

impl From<Zeroizing<String>> for Text {
    fn from(mut text: Zeroizing<String>) -> Text {
        Text::from(std::mem::take(&mut *text))
    }
}

impl From<&str> for Text {
    #[inline(never)]
    fn from(text: &str) -> Text {
        Text::from(text.to_owned())
    }
}

/// How many texts were compared and copied, bytes were looked at by the scanner, and values were made: what tests count instead of time.
#[cfg(feature = "work")]
pub mod work {
    use std::cell::Cell;

    thread_local! {
        static COUNT: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        add(1);
    }

    pub(crate) fn add(work: usize) {
        COUNT.with(|count| count.set(count.get() + work as u64));
    }

    /// The work of this thread in a function.
    pub fn of<T>(function: impl FnOnce() -> T) -> u64 {
        let before = COUNT.with(Cell::get);
        let _ = function();
        COUNT.with(Cell::get) - before
    }
}
