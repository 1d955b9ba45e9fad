//! Name constraints: `parseNameConstraintsExtension` of crypto/x509/parser.go, `parseRFC2821Mailbox` of verify.go
//! (Go 1.26.8).

use super::cryptobyte::{Parsed, refuse, some};
use crate::encoding::der::{Reader, tag};
use std::net::IpAddr;

const EMAIL: u8 = tag::context_primitive(1);
const DNS: u8 = tag::context_primitive(2);
const URI: u8 = tag::context_primitive(6);
const IP: u8 = tag::context_primitive(7);

/// Handled where Go reads each kind of constraint in it.
pub(super) fn name_constraints(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid NameConstraints extension";
    let mut fields = Reader::new(some(Reader::one(value, tag::SEQUENCE), WORDS)?);
    let permitted = some(fields.optional(tag::context(0)), WORDS)?.unwrap_or_default();
    let excluded = some(fields.optional(tag::context(1)), WORDS)?.unwrap_or_default();
    some(fields.end(), WORDS)?;
    if permitted.is_empty() && excluded.is_empty() {
        return refuse("x509: empty name constraints extension");
    }
    let mut handled = true;
    for list in [permitted, excluded] {
        let mut subtrees = Reader::new(list);
        while !subtrees.is_empty() {
            let mut subtree = Reader::new(some(subtrees.take(tag::SEQUENCE), WORDS)?);
            let base = some(subtree.element(), WORDS)?;
            handled &= constraint(base.tag, base.contents)?;
        }
    }
    Ok(handled)
}

/// Whether it is of a kind that Go reads.
fn constraint(kind: u8, value: &[u8]) -> Parsed<bool> {
    if matches!(kind, DNS | EMAIL | URI) && !value.is_ascii() {
        return refuse("x509: invalid constraint value");
    }
    match kind {
        DNS if !is_domain(value) => refuse("x509: failed to parse dnsName constraint"),
        EMAIL if !if value.contains(&b'@') { is_mailbox(value) } else { is_domain(value) } => {
            refuse("x509: failed to parse rfc822Name constraint")
        }
        URI if is_address(value) || !is_domain(value) => refuse("x509: failed to parse URI constraint"),
        IP => match value.len() {
            8 | 32 if !is_mask(&value[value.len() / 2..]) => refuse("x509: IP constraint contained invalid mask"),
            8 | 32 => Ok(true),
            _ => refuse("x509: IP constraint contained value of length"),
        },
        _ => Ok(matches!(kind, DNS | EMAIL | URI)),
    }
}

/// `net.ParseIP`.
fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

/// Ones, then zeros.
fn is_mask(mask: &[u8]) -> bool {
    let ones = mask.iter().take_while(|byte| **byte == 0xFF).count();
    match mask[ones..] {
        [] => true,
        [first, ref rest @ ..] => first.leading_ones() + first.trailing_zeros() >= 8 && rest.iter().all(|byte| *byte == 0),
    }
}

/// `domainNameValid` for a constraint: visible ASCII in labels that are not empty, a full stop in front or not.
fn is_domain(name: &[u8]) -> bool {
    name.is_empty() || labels_are_valid(name.strip_prefix(b".").unwrap_or(name))
}

fn labels_are_valid(name: &[u8]) -> bool {
    name.iter().all(|byte| (33..=126).contains(byte)) && name.split(|byte| *byte == b'.').all(|label| !label.is_empty())
}

/// `parseRFC2821Mailbox`.
fn is_mailbox(text: &[u8]) -> bool {
    let rest = match text.strip_prefix(b"\"") {
        Some(quoted) => quoted_string(quoted),
        None => atoms(text),
    };
    let domain = rest.and_then(|rest| rest.strip_prefix(b"@"));
    domain.is_some_and(|domain| domain.is_empty() || labels_are_valid(domain))
}

/// What follows the closing quote.
fn quoted_string(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        let (&first, rest) = text.split_first()?;
        text = match first {
            b'"' => return Some(rest),
            b'\\' => match rest.split_first()? {
                (1..=9 | 11 | 12 | 14..=127, rest) => rest,
                _ => return None,
            },
            1..=8 | 11 | 12 | 14..=33 | 35..=91 | 93..=127 => rest,
            _ => return None,
        };
    }
}

/// What follows the local part.
fn atoms(mut text: &[u8]) -> Option<&[u8]> {
    let mut local = Vec::new();
    while let Some((&first, rest)) = text.split_first() {
        let escaped = first == b'\\';
        if !escaped && !first.is_ascii_alphanumeric() && !b"!#$%&'*+-/=?^_`{|}~.".contains(&first) {
            break;
        }
        let (&character, rest) = if escaped { rest.split_first()? } else { (&first, rest) };
        local.push(character);
        text = rest;
    }
    let ends = [local.first()?, local.last()?];
    let sound = !ends.contains(&&b'.') && !local.windows(2).any(|pair| pair == b"..");
    sound.then_some(text)
}
