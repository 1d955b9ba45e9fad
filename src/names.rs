//! Names that look like other names.
//!
//! The server compares names byte by byte and a person compares them by eye. What the eye takes for something else is
//! listed by Unicode Technical Standard 39, "Unicode Security Mechanisms": characters that look like others
//! (confusables.txt), and names that mix scripts. The tables are those of the crate `unicode-security`; as
//! ranges of characters that look like ASCII they are a tenth of its map of what each looks like, which is 70 KB of compressed
//! wasm (2026-11). tests/names.rs writes `names/tables.rs` and the package's `pkg/ui/confusable.ts`, and compares them with the crate.

mod tables;

use crate::finding::{Finding, FindingCode};
use std::collections::BTreeSet;
use std::fmt::Write;
use unicode_script::{Script, UnicodeScript};
use unicode_security::GeneralSecurityProfile;
use unicode_security::mixed_script::AugmentedScriptSet;

/// A finding names no more characters than this.
const MAX_NAMED: usize = 8;
/// A sentence shows no more characters of a name than this.
const MAX_WRITTEN: usize = 100;

/// Characters that cannot be seen, or that change how their neighbours are shown (Unicode Cc, Cf, Zl, Zp and the
/// fillers that render as nothing).
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}' | '\u{070F}' | '\u{0890}' | '\u{0891}'
            | '\u{08E2}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{115F}' | '\u{1160}'
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character, though not ASCII, looks like ASCII: its skeleton (UTS 39, section 4) or its compatibility
/// decomposition (UAX 15: full-width forms, ligatures, superscripts) is ASCII, or its capital looks like an ASCII one. UTS 39
/// compares small Cyrillic letters of that shape with small capitals, which are not ASCII.
#[must_use]
pub fn is_confusable(character: char) -> bool {
    within(tables::CONFUSABLE, character)
}

/// A mark that goes on any letter, such as an accent of its own. Vowel signs of a script are letters of it.
fn is_foreign_mark(character: char) -> bool {
    within(tables::MARKS, character)
}

fn within(ranges: &[(char, char)], character: char) -> bool {
    ranges.partition_point(|(_, last)| *last < character) < ranges.partition_point(|(first, _)| *first <= character)
}

/// Not assigned by Unicode or for private use: what is shown depends on the font.
fn is_unknown(character: char) -> bool {
    character.script() == Script::Unknown
}

/// Restricted in identifiers by UTS 39, section 3.1, such as phonetic and historic letters, and not named by another finding.
fn is_uncommon(character: char) -> bool {
    let named = is_invisible(character) || is_unknown(character) || is_confusable(character) || is_foreign_mark(character);
    !character.is_ascii() && !named && !character.identifier_allowed()
}

/// Letters of more than one script, by UTS 39, section 5.1. Digits and punctuation belong to every script.
fn foreign_letters(text: &str) -> Vec<char> {
    if !AugmentedScriptSet::for_str(text).is_empty() {
        return Vec::new();
    }
    let latin = |character: &char| matches!(character.script(), Script::Latin | Script::Common | Script::Inherited | Script::Unknown);
    text.chars().filter(|character| !latin(character)).collect()
}

/// A name for a sentence, between quotation marks: written out is what cannot be seen, looks like something else or would end the quotation.
#[must_use]
pub fn written(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(MAX_WRITTEN) {
        if character == '"' || is_invisible(character) || is_unknown(character) || is_confusable(character) || is_foreign_mark(character) {
            let _ = write!(shown, "[U+{:04X}]", character as u32); // writing to a String cannot fail
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(MAX_WRITTEN).is_some() {
        shown.push('…');
    }
    shown
}

/// Remarks about how a name looks, without a path.
#[must_use]
pub fn findings(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if text.trim() != text {
        findings.push(Finding::warning(
            FindingCode::SurroundingSpace,
            "White space at the beginning or end makes this a different name. Remove it.",
        ));
    }
    if text.is_ascii() && !text.chars().any(is_invisible) {
        return findings;
    }
    let found = |wanted: fn(char) -> bool| text.chars().filter(|character| wanted(*character)).collect::<Vec<char>>();
    let mut say = |code, characters: &[char], what: &str, then: &str| {
        if !characters.is_empty() {
            findings.push(Finding::warning(code, format!("{what} {}. {then}", named(characters))));
        }
    };
    say(
        FindingCode::InvisibleCharacters,
        &found(|character| is_invisible(character) || is_unknown(character)),
        "Contains control, direction, invisible or unassigned characters:",
        "What you see is not what the server compares. Ask for a name without them.",
    );
    let confusable = found(is_confusable);
    let other =
        |character: char| !character.is_ascii() && !is_confusable(character) && !is_invisible(character) && !is_foreign_mark(character);
    if !text.chars().any(other) {
        say(
            FindingCode::LooksLikeAscii,
            &confusable,
            "Looks like plain ASCII text, but contains",
            "The server treats it as a different name. Do not approve it for the name that it looks like.",
        );
    } else {
        say(
            FindingCode::ConfusableCharacters,
            &confusable,
            "Contains characters that look like ASCII:",
            "The server treats it as a different name than one with ASCII characters. Compare it character by character.",
        );
    }
    say(
        FindingCode::MixedScripts,
        &foreign_letters(text),
        "Mixes letters of several scripts:",
        "Letters of different scripts can look alike. Compare the name character by character.",
    );
    say(
        FindingCode::UncommonCharacters,
        &found(is_uncommon),
        "Contains characters that Unicode does not recommend in names:",
        "They can look like common ones. Compare the name character by character.",
    );
    say(
        FindingCode::CombiningCharacters,
        &found(is_foreign_mark),
        "Contains combining characters:",
        "The same letters can be written in other ways, which are different names to the server. Compare the code points.",
    );
    // With a mark, an unstable sequence is named already.
    say(
        FindingCode::NotNormalized,
        &found(|character| within(tables::UNSTABLE, character)),
        "Is not in Unicode normalization form C because of",
        "A name that looks the same may be a different one to the server. Compare the code points.",
    );
    findings
}

/// `U+0430, U+0435 and 3 more`: each once, in the order of the text.
fn named(characters: &[char]) -> String {
    let mut known = BTreeSet::new();
    let distinct: Vec<char> = characters.iter().copied().filter(|character| known.insert(*character as usize)).collect();
    let more = distinct.len().saturating_sub(MAX_NAMED);
    let mut text = String::new();
    for (index, character) in distinct.iter().take(MAX_NAMED).enumerate() {
        let _ = write!(text, "{}U+{:04X}", if index > 0 { ", " } else { "" }, *character as u32); // writing to a String cannot fail
    }
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}
