//! The subject of a request as kube-apiserver reads it: Go's `pkix.RDNSequence`, which takes values of any type and
//! keeps only the texts.

use crate::encoding::der::tag;
use crate::go::asn1::{self as der, Element, Fields, Go, refuse};
use crate::time::UnixTime;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;

/// X.520 commonName.
const COMMON_NAME: &[u8] = rfc4519::COMMON_NAME.as_bytes();
/// X.520 organizationName.
const ORGANIZATION: &[u8] = rfc4519::ORGANIZATION_NAME.as_bytes();
/// The user's UID, read by Kubernetes 1.34 and later (`AllowParsingUserUIDFromCertAuth`).
pub(crate) const UID_ATTRIBUTE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57683.2");
/// Its contents in DER.
const KUBERNETES_UID: &[u8] = UID_ATTRIBUTE.as_bytes();

/// Who a certificate speaks for, in Kubernetes' terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The last CN that is a text; empty where there is none, and then the server ignores the certificate.
    pub user: String,
    /// Every O, in order, duplicates kept.
    pub groups: Vec<String>,
    /// The RDN 1.3.6.1.4.1.57683.2.
    pub uid: Option<String>,
}

impl Identity {
    /// Takes an attribute of an X.509 name as kube-apiserver does: the last CN wins, each O is a group.
    pub(crate) fn add(&mut self, oid: &[u8], text: String) {
        match oid {
            COMMON_NAME => self.user = text,
            ORGANIZATION => self.groups.push(text),
            KUBERNETES_UID => self.uid = Some(text),
            _ => {}
        }
    }

    /// The groups by their bytes, as Go sorts them.
    pub(crate) fn sorted_groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self.groups.iter().map(String::as_str).collect();
        groups.sort_unstable();
        groups
    }
}

/// What the subject contains besides user and groups.
#[derive(Debug, Default)]
pub(crate) struct Name {
    pub(crate) identity: Identity,
    /// How many CNs are texts; the last one counts.
    pub(crate) common_names: usize,
    /// A CN, O or uid whose value is not text, and which the server therefore ignores.
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
            self.no_text |= matches!(oid, COMMON_NAME | ORGANIZATION | KUBERNETES_UID);
            return;
        };
        self.common_names += usize::from(oid == COMMON_NAME);
        match oid {
            COMMON_NAME | ORGANIZATION | KUBERNETES_UID => self.identity.add(oid, text),
            _ if is_known_attribute(oid) => self.without_meaning = true,
            _ => self.dropped = true,
        }
    }
}

/// Whether Go's `pkix.Name` has a place for the attribute: 2.5.4 and C, SERIALNUMBER, L, ST, STREET, OU or POSTALCODE.
/// The signer copies those, and drops the others.
pub(crate) fn is_known_attribute(oid: &[u8]) -> bool {
    matches!(oid, [0x55, 0x04, 5..=9 | 11 | 17])
}

/// A text as Go reads one, by its tag, or Go's words for what is wrong with it; `None` for what is not text.
pub(crate) fn text(tag: u8, bytes: &[u8]) -> Option<std::result::Result<String, &'static str>> {
    let text = |fits: bool, words| if fits { Ok(String::from_utf8_lossy(bytes).into_owned()) } else { Err(words) };
    Some(match tag {
        tag::UTF8_STRING => text(std::str::from_utf8(bytes).is_ok(), "asn1: invalid UTF-8 string"),
        // Go lets `*` and `&` pass next to the characters of X.680, because others write them.
        tag::PRINTABLE_STRING => text(
            bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(byte)),
            "asn1: syntax error: PrintableString contains invalid character",
        ),
        tag::NUMERIC_STRING => text(
            bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b' '),
            "asn1: syntax error: NumericString contains invalid character",
        ),
        tag::IA5_STRING => text(bytes.is_ascii(), "asn1: syntax error: IA5String contains invalid character"),
        // Go takes T.61 for Latin-1.
        tag::T61_STRING => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        tag::BMP_STRING => bmp_string(bytes).ok_or("invalid BMPString"),
        _ => return None,
    })
}

/// UCS-2 without surrogates and noncharacters; a zero at the end is cut off.
fn bmp_string(bytes: &[u8]) -> Option<String> {
    let mut units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    if units.last() == Some(&0) {
        units.pop();
    }
    let reserved = |unit: &u16| matches!(unit, 0xD800..=0xDFFF | 0xFDD0..=0xFDEF | 0xFFFE..);
    (bytes.len().is_multiple_of(2) && !units.iter().any(reserved)).then(|| String::from_utf16_lossy(&units))
}

/// A value as Go's `encoding/asn1` reads it into an `any`: the text where it is one; other known types are checked.
fn any(element: Element<'_>) -> Go<Option<String>> {
    let bytes = element.contents;
    if let Some(text) = text(element.tag, bytes) {
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
    UnixTime::from_parts(year, [part(0), part(1), part(2), part(3), part(4)]).is_some()
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
