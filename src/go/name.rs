//! The subject of a request as kube-apiserver reads it: Go's `pkix.RDNSequence`, which takes values of any type and
//! keeps only the texts.

use crate::encoding::der::tag;
use crate::go::asn1::{self as der, Element, Fields, Go, refuse};
use crate::x509::subject::{self, Identity, is_known_attribute};

/// What the subject holds besides user and groups.
#[derive(Debug, Default)]
pub(crate) struct Name {
    pub(crate) identity: Identity,
    /// How many CNs are texts; the last one counts.
    pub(crate) common_names: usize,
    /// A CN, O or uid whose value is no text, and which the server therefore passes over.
    pub(crate) no_text: bool,
    /// Attributes that Go knows and Kubernetes makes nothing of (OU, C …).
    pub(crate) without_meaning: bool,
    /// Attributes that Go does not know; the signer drops them.
    pub(crate) dropped: bool,
}

/// Reads the whole bytes of the subject.
pub(crate) fn read(subject: &[u8]) -> Go<Name> {
    let mut name = Name::default();
    let sequence = Fields::new(subject).take(tag::SEQUENCE)?;
    for set in der::sequence_of(sequence.contents, Some(tag::SET))? {
        for attribute in der::sequence_of(set.contents, Some(tag::SEQUENCE))? {
            let mut fields = Fields::new(attribute.contents);
            let oid = der::oid(fields.take(tag::OID)?.contents)?;
            let text = any(fields.any()?)?;
            name.add(oid, text);
        }
    }
    Ok(name)
}

impl Name {
    fn add(&mut self, oid: &[u8], text: Option<String>) {
        let Some(text) = text else {
            self.no_text |= matches!(oid, subject::COMMON_NAME | subject::ORGANIZATION | subject::KUBERNETES_UID);
            return;
        };
        match oid {
            subject::COMMON_NAME => {
                self.common_names += 1;
                self.identity.user = text;
            }
            subject::ORGANIZATION => self.identity.groups.push(text),
            subject::KUBERNETES_UID => self.identity.uid = Some(text),
            _ if is_known_attribute(oid) => self.without_meaning = true,
            _ => self.dropped = true,
        }
    }
}

/// A value as Go's `encoding/asn1` reads it into an `any`: the text where it is one; other known types are checked.
fn any(element: Element<'_>) -> Go<Option<String>> {
    let bytes = element.contents;
    if let Some(text) = subject::text(element.tag, bytes) {
        return text.map(Some).or_else(refuse);
    }
    match element.tag {
        tag::BOOLEAN => der::boolean(bytes)?,
        tag::INTEGER => drop(der::int64(bytes)?),
        tag::BIT_STRING => drop(der::bits(bytes)?),
        tag::OID => drop(der::oid(bytes)?),
        tag::UTC_TIME if !is_utc_time(bytes) => return refuse("asn1: the time cannot be read"),
        tag::GENERALIZED_TIME if !is_generalized_time(bytes) => return refuse("asn1: the time cannot be read"),
        _ => {}
    }
    Ok(None)
}

/// `YYMMDDhhmm[ss]` and a zone that Go would write in the same way.
fn is_utc_time(bytes: &[u8]) -> bool {
    let Some((digits, zone)) = split_zone(bytes) else { return false };
    let Some(parts) = pairs(digits) else { return false };
    let year = parts.first().map_or(0, |year| i64::from(*year) + if *year >= 69 { 1900 } else { 2000 });
    (parts.len() == 5 || parts.len() == 6) && is_date(year, &parts[1..]) && is_zone(zone)
}

/// `YYYYMMDDhhmmss[.fraction]` and a zone; the fraction without zeros at its end, at most nine digits.
fn is_generalized_time(bytes: &[u8]) -> bool {
    let Some((time, zone)) = split_zone(bytes) else { return false };
    let (digits, fraction) = match time.iter().position(|byte| *byte == b'.') {
        Some(dot) => (&time[..dot], Some(&time[dot + 1..])),
        None => (time, None),
    };
    let Some(parts) = pairs(digits) else { return false };
    let clean = fraction.is_none_or(|fraction| {
        (1..=9).contains(&fraction.len()) && fraction.iter().all(u8::is_ascii_digit) && fraction.last() != Some(&b'0')
    });
    parts.len() == 7 && is_date(i64::from(parts[0]) * 100 + i64::from(parts[1]), &parts[2..]) && is_zone(zone) && clean
}

fn split_zone(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    Some(bytes.split_at(bytes.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-'))?))
}

/// Two digits each.
fn pairs(digits: &[u8]) -> Option<Vec<u8>> {
    let fits = digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| digits.chunks_exact(2).map(|pair| (pair[0] - b'0') * 10 + pair[1] - b'0').collect())
}

/// Month, day, hour, minute and, where given, second.
fn is_date(year: i64, parts: &[u8]) -> bool {
    let part = |index: usize| parts.get(index).map_or(0, |part| i64::from(*part));
    crate::UnixTime::from_parts(year, [part(0), part(1), part(2), part(3), part(4)]).is_some()
}

/// `Z`, or an offset that is not zero.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [_, digits @ ..] if digits.len() == 4 => {
            pairs(digits).is_some_and(|parts| parts[0] <= 24 && parts[1] < 60 && (parts[0], parts[1]) != (0, 0))
        }
        _ => false,
    }
}
