//! One wrapper less: what is around a whole text.

use super::change::{Change, add};
use super::{bytes, der, html};
use crate::encoding::json;
use crate::encoding::pem;
use crate::value::Value;
use zeroize::Zeroizing;

/// Base64 that is shorter is a word.
const MIN_BASE64: usize = 16;

/// The text with its outermost wrapper removed, and which one it was. Each rule applies to the whole text or not at all.
pub(super) fn peel(text: &str, changes: &mut Vec<Change>) -> Option<(Zeroizing<String>, Change)> {
    let whole = text.trim();
    if whole.is_empty() {
        return None;
    }
    // The first line keeps its indentation.
    let start = text.len() - text.trim_start().len();
    let body = text[text[..start].rfind('\n').map_or(0, |end| end + 1)..].trim_end();
    carriage_returns(body)
        .map(|text| (text, Change::CarriageReturns))
        .or_else(|| cleaned(body))
        .or_else(|| indented(body).map(|text| (text, Change::Indented)))
        .or_else(|| block(whole).map(|text| (text, Change::FieldName)))
        .or_else(|| quoted(whole).map(|text| (text, Change::Quoted)))
        .or_else(|| fenced(whole).map(|text| (text, Change::Around)))
        .or_else(|| mail_quoted(body).map(|text| (text, Change::MailQuoted)))
        .or_else(|| html::unescape(body).map(|text| (text, Change::Html)))
        .or_else(|| escaped(whole).map(|text| (text, Change::Escaped)))
        .or_else(|| base64(whole, changes).map(|text| (text, Change::Base64)))
        .or_else(|| field(whole).map(|text| (text, Change::FieldName)))
        .or_else(|| paragraph(whole).map(|text| (text, Change::Around)))
}

fn owned(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// A JSON string, or a text in other quotes.
fn quoted(text: &str) -> Option<Zeroizing<String>> {
    if text.starts_with('"')
        && let Some(document) = json::read(text)
        && let Value::String(inner) = document.value
    {
        return Some(Zeroizing::new(inner));
    }
    let pairs =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('\u{201C}', '\u{201D}'), ('\u{2018}', '\u{2019}'), ('\u{AB}', '\u{BB}'), ('<', '>')];
    pairs.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        // With one of them inside, they are not around the whole.
        (!inner.contains([*open, *close])).then(|| owned(inner))
    })
}

/// Between the lines ``` of a code block.
fn fenced(text: &str) -> Option<Zeroizing<String>> {
    let open = text.find("```").filter(|at| *at == 0 || text[..*at].ends_with('\n'))?;
    let (inner, _) = text[open + 3..].rsplit_once("```")?;
    // The first line may name a language.
    let inner = match inner.split_once('\n') {
        Some((_, rest)) => rest,
        None if inner.contains('\\') => return None,
        None => inner,
    };
    (!inner.trim().is_empty()).then(|| owned(inner))
}

fn has_escapes(text: &str) -> bool {
    ["\\n", "\\r", "\\\""].iter().any(|escape| text.contains(escape))
}

/// A text on one line with its line breaks written as `\n`.
fn escaped(text: &str) -> Option<Zeroizing<String>> {
    if text.contains('\n') || !has_escapes(text) {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => {}
                Some('t') => out.push('\t'),
                Some(other @ ('"' | '\'' | '/')) => out.push(other),
                // Escaped twice: one level a time.
                Some('\\') => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    Some(out)
}

/// The lines of a mail that begin with `>`, where every other line is in front of or behind them.
fn mail_quoted(text: &str) -> Option<Zeroizing<String>> {
    // The other lines are behind \n.
    if !text.contains('\n') && text.contains("\\n>") {
        return None;
    }
    let is_marked = |line: &str| line.trim_start().starts_with('>');
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| is_marked(line))?;
    let last = lines.iter().rposition(|line| is_marked(line))?;
    let block = &lines[first..=last];
    if !block.iter().all(|line| is_marked(line) || line.trim().is_empty()) {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for line in block {
        let line = line.trim_start();
        let line = line.strip_prefix('>').unwrap_or(line);
        out.push_str(line.strip_prefix(' ').unwrap_or(line));
        out.push('\n');
    }
    Some(out)
}

/// Characters that copying adds: invisible ones removed, unusual spaces made plain.
fn cleaned(text: &str) -> Option<(Zeroizing<String>, Change)> {
    let first = text.chars().find_map(|character| match unusual(character) {
        Some(Unusual::Nothing) => Some(Change::Invisible),
        Some(Unusual::Space) => Some(Change::Spaces),
        _ => None,
    })?;
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match (unusual(character), first) {
            (Some(Unusual::Nothing), Change::Invisible) => {}
            (Some(Unusual::Space), Change::Spaces) => out.push(' '),
            _ => out.push(character),
        }
    }
    Some((out, first))
}

fn carriage_returns(text: &str) -> Option<Zeroizing<String>> {
    (text.contains('\r') && !text.contains('\n') && !has_escapes(text)).then(|| Zeroizing::new(text.replace('\r', "\n")))
}

/// The text or the object whose base64 this is.
fn base64(text: &str, changes: &mut Vec<Change>) -> Option<Zeroizing<String>> {
    let (contents, url, padded) = decoded(text)?;
    let mut inner = Vec::new();
    let found = bytes::text(&contents, &mut inner).ok()?;
    // Only what is a text counts: nearly every word decodes to something.
    let readable = found.chars().all(|character| !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\0'));
    if !readable || found.trim().is_empty() || inner.contains(&Change::EightBit) {
        return None;
    }
    if url {
        add(changes, Change::UrlSafe);
    }
    if !padded {
        add(changes, Change::Unpadded);
    }
    inner.into_iter().for_each(|change| add(changes, change));
    Some(found)
}

/// Base64 with line breaks, in either alphabet, with or without padding: the bytes, whether it is URL-safe, whether padded.
fn decoded(text: &str) -> Option<(Zeroizing<Vec<u8>>, bool, bool)> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len() + 4));
    let (mut url, mut standard, mut padding) = (false, false, 0);
    for character in text.chars() {
        match character {
            _ if character.is_ascii_whitespace() => continue,
            '=' => {
                padding += 1;
                continue;
            }
            _ if padding > 0 => return None,
            '-' | '_' => url = true,
            '+' | '/' => standard = true,
            _ if character.is_ascii_alphanumeric() => {}
            _ => return None,
        }
        digits.push(match character {
            '-' => '+',
            '_' => '/',
            other => other,
        });
    }
    let wanted = (4 - digits.len() % 4) % 4;
    if digits.len() < MIN_BASE64 || wanted == 3 || url && standard || padding > 0 && padding != wanted {
        return None;
    }
    digits.extend(std::iter::repeat_n('=', wanted));
    let contents = Zeroizing::new(pem::base64(digits.as_bytes())?);
    Some((contents, url, padding == wanted))
}

/// The one run of base64 in other text: words of forty characters and more, and the rest of it on the line below.
fn paragraph(text: &str) -> Option<Zeroizing<String>> {
    let is_base64 = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'='));
    // Of PEM that is damaged no part is taken.
    if text.contains("BEGIN ") {
        return None;
    }
    let mut run = Zeroizing::new(String::with_capacity(text.len()));
    let mut tail = "";
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let long = line.split_ascii_whitespace().find(|word| word.len() >= 40 && is_base64(word));
        match long {
            Some(_) if !run.is_empty() && !open => return None,
            Some(word) => run.push_str(word),
            None if open && is_base64(line) => tail = line,
            None => {}
        }
        open = long.is_some();
    }
    if run.is_empty() || run.len() == text.len() {
        return None;
    }
    // Only what can be decoded is taken out of its text.
    let decodes = |text: &str| base64(text, &mut Vec::new()).is_some();
    if !tail.is_empty() {
        let length = run.len();
        run.push_str(tail);
        if decodes(&run) {
            return Some(run);
        }
        run.truncate(length);
    }
    decodes(&run).then_some(run)
}

/// `name: |` and indented lines: a YAML block scalar with its key.
fn block(text: &str) -> Option<Zeroizing<String>> {
    let (first, rest) = text.split_once('\n')?;
    let (name, style) = first.trim_end().rsplit_once(':')?;
    let fits = is_field(name) && matches!(style.trim(), "|" | "|-" | "|+" | ">" | ">-" | ">+");
    (fits && rest.lines().all(|line| line.is_empty() || line.starts_with([' ', '\t']))).then(|| dedented(rest)).flatten()
}

/// `name: value` or `name=value` on one line, or with base64 in several.
fn field(text: &str) -> Option<Zeroizing<String>> {
    let at = text.find([':', '='])?;
    let (name, value) = (&text[..at], text[at + 1..].trim());
    let alone = !value.contains([':', '{', '[']) && value.split_ascii_whitespace().all(|word| word.len() >= 20 || word.ends_with('='));
    let quoted = value.len() > 2 && value.starts_with(['"', '\'']) && !value.contains('\n');
    (is_field(name) && !value.is_empty() && (alone || quoted || value.starts_with('-'))).then(|| owned(value.trim_end_matches(',')))
}

/// Whether a text can be the name of a field: one word of those that Kubernetes and shells use.
fn is_field(name: &str) -> bool {
    let name = name.trim().trim_start_matches("export ").trim_matches(['"', '\'']);
    !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'))
}

/// Several lines, all of them indented.
fn indented(text: &str) -> Option<Zeroizing<String>> {
    text.contains('\n').then(|| dedented(text)).flatten()
}

/// The lines without the white space that begins each of them.
fn dedented(text: &str) -> Option<Zeroizing<String>> {
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = text.lines().filter(|line| !line.trim().is_empty()).map(blanks).min().filter(|common| *common > 0)?;
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for line in text.lines() {
        out.push_str(line.get(common..).unwrap_or_default());
        out.push('\n');
    }
    Some(out)
}

/// A character that looks like another, or like none.
enum Unusual {
    Nothing,
    Space,
    Dash,
}

fn unusual(character: char) -> Option<Unusual> {
    Some(match character {
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FE0F}'
        | '\u{FEFF}' => Unusual::Nothing,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Unusual::Space,
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{207B}'
        | '\u{208B}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}' => Unusual::Dash,
        _ => return None,
    })
}

/// The text with plain dashes and spaces and without invisible characters, as PEM is looked for in it.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    plain_noting(text, &mut Vec::new())
}

/// The same; what was found is noted. A dash counts only where dashes of PEM can be.
pub(super) fn plain_noting(text: &str, noted: &mut Vec<Change>) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match unusual(character) {
            None => out.push(character),
            Some(Unusual::Nothing) => add(noted, Change::Invisible),
            Some(Unusual::Space) => {
                add(noted, Change::Spaces);
                out.push(' ');
            }
            Some(Unusual::Dash) => {
                add(noted, Change::Dashes);
                out.push('-');
            }
        }
    }
    out
}

/// Whether a run of base64 in the text is a private key: PEM or DER.
pub(super) fn encoded_key(text: &str) -> bool {
    // Wrapped over several lines it is the whole text.
    if decoded(text.trim()).is_some_and(|(whole, ..)| der::is_private(&whole)) {
        return true;
    }
    let is_digit = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '-' | '_');
    text.split(|character: char| !is_digit(character)).filter(|run| run.len() >= 2 * MIN_BASE64).any(|run| {
        // A key may come behind its certificate. Where the whole is not base64, its beginning may be.
        let part = |length: usize| decoded(&run[..length / 4 * 4]);
        let Some((contents, ..)) = part(run.len()).or_else(|| part(run.len().min(400))) else { return false };
        let text = bytes::lossy(&contents);
        if text.contains("BEGIN") && text.contains("PRIVATE KEY") {
            return true;
        }
        contents.first() == Some(&0x30) && decoded(run).is_some_and(|(whole, ..)| der::is_private(&whole))
    })
}
