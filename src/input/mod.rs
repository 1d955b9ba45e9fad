//! The front door for everything that is pasted, dropped or handed over as bytes.
//!
//! People copy credentials out of mails, terminals, web pages, JSON files and Windows tools. What arrives is often the
//! right object in a wrapper: UTF-16, DER, base64, one line, quotes, HTML. This module removes a wrapper where its
//! removal is unambiguous and records that as a [`Change`]; where it is not, it names the reason as a [`Cause`].
//!
//! | file | what |
//! |---|---|
//! | `change.rs` | what was changed, why something is refused |
//! | `bytes.rs` | bytes to text: byte-order marks, UTF-16, zero bytes, binary formats |
//! | `der.rs` | which object DER bytes are |
//! | `armor.rs` | PEM that Go's `encoding/pem` does not see: one line, escaped, indented, quoted, typographic dashes |
//! | `layers.rs`, `html.rs` | one wrapper less: quotes, code fences, HTML, `\n`, mail quotes, base64 |
//! | `describe.rs` | the output of `kubectl describe secret` |
//! | `objects.rs` | objects of Kubernetes, YAML and JSON, in any wrapper |
//!
//! Every step is linear. None makes a text longer than one and a half times what came in, except bytes of Windows-1252,
//! which take three in UTF-8: nothing can be packed into a small input. Texts are wiped on drop: each may be a private key.

mod armor;
mod bytes;
mod change;
mod der;
mod describe;
mod html;
mod layers;
pub(crate) mod objects;

pub(crate) use bytes::MAX_BYTES;
pub use change::{Cause, Change};
pub(crate) use describe::secret as described_secret;

use crate::encoding::pem;
use crate::finding::{Finding, Level};
use zeroize::Zeroizing;

/// More wrappers around one another than any copying makes.
const MAX_LAYERS: usize = 12;

/// A text without its wrappers.
pub struct Opened {
    /// The text. A private key perhaps, hence wiped on drop.
    pub text: Zeroizing<Vec<u8>>,
    /// What was changed, in this order. Empty where the text is as it was given.
    pub changes: Vec<Change>,
}

impl Opened {
    fn as_given(bytes: &[u8]) -> Opened {
        Opened { text: Zeroizing::new(bytes.to_vec()), changes: Vec::new() }
    }
}

/// The changes as notices.
#[must_use]
pub fn notices(changes: &[Change]) -> Vec<Finding> {
    changes.iter().map(|change| change.finding(Level::Notice, "")).collect()
}

/// A text, and the same with one wrapper less each time.
pub(crate) struct Views {
    text: Zeroizing<String>,
    changes: Vec<Change>,
    peeled: usize,
}

impl Views {
    /// The outermost view: bytes as text.
    pub(crate) fn open(bytes: &[u8]) -> Result<Views, Cause> {
        if bytes.len() > MAX_BYTES {
            return Err(Cause::TooLarge);
        }
        let mut changes = Vec::new();
        let text = bytes::text(bytes, &mut changes)?;
        Ok(Views { text, changes, peeled: 0 })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Removes the outermost wrapper; false where there is none.
    pub(crate) fn peel(&mut self) -> bool {
        // Counted, so that the work is linear however deep a text is wrapped.
        self.peeled += 1;
        if self.peeled > MAX_LAYERS {
            return false;
        }
        let Some((text, change)) = layers::peel(&self.text, &mut self.changes) else { return false };
        self.text = text;
        self.change(change);
        true
    }

    /// The blocks that a tolerant reader finds in this view, as PEM that Go reads.
    pub(crate) fn armor(&self) -> Option<Result<Opened, Cause>> {
        let mut changes = self.changes.clone();
        let found = armor::read(&self.text, &mut changes)?;
        Some(found.map(|text| Opened { text, changes }))
    }

    fn change(&mut self, change: Change) {
        change::add(&mut self.changes, change);
    }
}

/// PEM that Go's `encoding/pem` reads, out of whatever it is wrapped in. Text in which Go sees every block comes back as
/// it is.
///
/// # Errors
/// The [`Cause`] why there is no block that can be read.
pub fn pem(bytes: &[u8]) -> Result<Opened, Cause> {
    if bytes.len() > MAX_BYTES || go_sees_all(bytes) {
        return Ok(Opened::as_given(bytes));
    }
    let mut views = Views::open(bytes)?;
    let mut cause = None;
    loop {
        match views.armor() {
            Some(Ok(opened)) => return Ok(opened),
            Some(Err(found)) => cause = Some(found),
            None => {}
        }
        if !views.peel() {
            break;
        }
    }
    // What Go sees is read, with whatever else is there.
    if pem::first(bytes).is_some() {
        return Ok(Opened::as_given(bytes));
    }
    Err(cause.unwrap_or(if views.text.trim().is_empty() { Cause::Empty } else { Cause::NoPem }))
}

/// Bytes that should be a text and are not UTF-8: DER as PEM, UTF-16 as UTF-8.
///
/// # Errors
/// [`Code::InvalidOptions`] with the cause.
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
pub(crate) fn text(bytes: &[u8]) -> crate::error::Result<String> {
    let refused = |sentence: &'static str| crate::error::Error::new(crate::error::Code::InvalidOptions, sentence);
    let mut views = Views::open(bytes).map_err(|cause| refused(cause.sentence()))?;
    if views.changes.contains(&Change::EightBit) {
        return Err(refused("Bytes that should be text are neither UTF-8 nor UTF-16 nor DER."));
    }
    Ok(std::mem::take(&mut *views.text))
}

/// Whether Go finds a block for each BEGIN that is written.
fn go_sees_all(bytes: &[u8]) -> bool {
    let begins = bytes.windows(7).filter(|window| window == b"-BEGIN ").count();
    begins > 0 && pem::document(bytes).is_ok_and(|found| !found.byte_order_mark && found.damaged == 0 && found.blocks.len() >= begins)
}

/// Whether a private key is in a text, in any wrapper. Errs on the side of yes.
#[must_use]
pub fn holds_private_key(bytes: &[u8]) -> bool {
    every_view(bytes, private_key_in)
}

/// Asks about each view of a text, the one included that is left of what is not text.
pub(crate) fn every_view(bytes: &[u8], mut is: impl FnMut(&str) -> bool) -> bool {
    // What is damaged is still looked at: zero bytes in a key do not make it public.
    let plain = bytes::lossy(bytes);
    if is(&plain) {
        return true;
    }
    let mut views = match Views::open(bytes) {
        Ok(views) => views,
        Err(cause) if cause.is_key_container() => return is("-----BEGIN PRIVATE KEY-----"),
        Err(_) => Views { text: plain, changes: Vec::new(), peeled: 0 },
    };
    loop {
        let found = if views.text.contains('\0') { is(&Zeroizing::new(views.text.replace('\0', ""))) } else { is(views.text()) };
        if found {
            return true;
        }
        if !views.peel() {
            return false;
        }
    }
}

/// Whether the text itself contains a private key: PEM, DER in base64, a JWK, or a key of PuTTY's.
pub(crate) fn private_key_in(text: &str) -> bool {
    let text = layers::plain(text);
    labels(&text).any(|label| label.contains("PRIVATE KEY"))
        || layers::encoded_key(&text)
        || text.contains("PuTTY-User-Key-File")
        || is_jwk(&text)
}

/// The labels of the BEGIN lines of a text whose dashes and spaces are plain.
pub(crate) fn labels(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("BEGIN").filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches(' ');
        before.ends_with('-').then(|| {
            let label: String = text[at + 5..].chars().take(80).take_while(|character| *character != '-').collect();
            label
                .split(|character: char| character.is_whitespace() || character == '\\')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
    })
}

/// A JSON Web Key with its private part (RFC 7517).
fn is_jwk(text: &str) -> bool {
    let has = |key: &str| text.contains(key);
    has("\"kty\"") && (has("\"d\"") || has("\"k\""))
}

/// The changes that a reader of PEM or of objects made to a text before it was recognised, for the page.
#[must_use]
pub fn changes_until(bytes: &[u8], mut recognised: impl FnMut(&str) -> bool) -> Vec<Change> {
    if go_sees_all(bytes) {
        return Vec::new();
    }
    let Ok(mut views) = Views::open(bytes) else { return Vec::new() };
    loop {
        match views.armor() {
            Some(Ok(opened)) => return opened.changes,
            // A block that is wrapped once more.
            Some(Err(_)) => {}
            None if recognised(views.text()) => return views.changes,
            None => {}
        }
        if !views.peel() {
            return Vec::new();
        }
    }
}
