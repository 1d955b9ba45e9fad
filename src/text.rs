//! Texts made fit to be shown or to be part of a name.

use crate::names::is_invisible;

/// A text of the server's, safe to show: control and invisible characters replaced, cut at 300 characters.
#[must_use]
pub fn readable(text: &str) -> String {
    let mut shown: String = text.chars().take(300).map(|character| if is_invisible(character) { '\u{FFFD}' } else { character }).collect();
    if text.chars().nth(300).is_some() {
        shown.push('…');
    }
    shown
}

/// A text made fit for an object's name: lower case letters, digits, single hyphens; it may come out empty.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().take(64) {
        match character.to_ascii_lowercase() {
            fit @ ('a'..='z' | '0'..='9') => slug.push(fit),
            _ if slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_matches('-').to_owned()
}
