//! HTML entities and the tags that copying leaves behind.

use zeroize::Zeroizing;

/// The names that replace characters of credentials (HTML Living Standard, 13.5).
const NAMED: [(&str, char); 22] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("plus", '+'),
    ("sol", '/'),
    ("equals", '='),
    ("colon", ':'),
    ("comma", ','),
    ("period", '.'),
    ("lowbar", '_'),
    ("num", '#'),
    ("bsol", '\\'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("shy", '\u{AD}'),
    ("NewLine", '\n'),
    ("Tab", '\t'),
];
/// Tags that end a line, and tags without a meaning here.
const BREAKS: [&str; 4] = ["br", "p", "div", "li"];
const DROPPED: [&str; 8] = ["pre", "code", "span", "wbr", "b", "tt", "samp", "font"];
/// An entity or a tag is no longer.
const MAX: usize = 64;

/// The text without entities and tags; `None` where there are none.
pub(super) fn unescape(text: &str) -> Option<Zeroizing<String>> {
    if !text.contains(['&', '<']) {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = if rest.starts_with('&') { entity(rest).map(|(character, used)| (Some(character), used)) } else { tag(rest) };
        match found {
            Some((character, used)) => {
                out.extend(character);
                rest = &rest[used..];
                changed = true;
            }
            None => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// The character of `&name;`, `&#43;` or `&#x2B;`, and how many bytes it takes.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(MAX).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let character = match name.strip_prefix('#') {
        Some(digits) => {
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => digits.parse().ok()?,
            };
            match char::from_u32(code)? {
                '\u{A0}' => ' ',
                '\0' => return None,
                character => character,
            }
        }
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)?,
    };
    Some((character, end + 1))
}

/// A line break or nothing for a tag that is known, and how many bytes it takes.
fn tag(text: &str) -> Option<(Option<char>, usize)> {
    let end = text.bytes().take(MAX).position(|byte| byte == b'>')?;
    let inner = &text[1..end];
    let closing = inner.starts_with('/');
    let name = inner.trim_start_matches('/');
    let name = name[..name.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(name.len())].to_ascii_lowercase();
    let known = |names: &[&str]| names.contains(&name.as_str());
    match () {
        () if known(&BREAKS) => Some(((name == "br" || closing).then_some('\n'), end + 1)),
        () if known(&DROPPED) => Some((None, end + 1)),
        () => None,
    }
}
