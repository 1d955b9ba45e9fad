//! Extensions of a certificate: `parseExtension`, `processExtensions` and what they call, of crypto/x509/parser.go
//! (Go 1.26.8).

use super::constraints::name_constraints;
use super::cryptobyte::{Parsed, bit_string, int64, integer, oid, refuse, some};
use crate::encoding::der::{self, Reader, tag};
use crate::go::uri;
use const_oid::db::rfc5912;

/// id-ce, 2.5.29.
const CE: [u8; 2] = [0x55, 0x1D];
/// id-pe-authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
const AUTHORITY_INFO_ACCESS: &[u8] = rfc5912::ID_PE_AUTHORITY_INFO_ACCESS.as_bytes();
/// uniformResourceIdentifier of GeneralName (RFC 5280, 4.2.1.6).
const URI: u8 = tag::context_primitive(6);

/// What the extensions tell.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    /// Bit i is bit i of KeyUsage (RFC 5280, 4.2.1.3); 0 where the extension is absent.
    pub(crate) key_usage: u16,
    /// Whether basic constraints are there, and say CA.
    pub(crate) basic_constraints: Option<bool>,
    /// The extended key usages as the contents of their OIDs.
    pub(crate) extended_key_usages: Vec<Vec<u8>>,
    /// An extension is critical and Go does not process it, so that no chain with this certificate verifies.
    pub(crate) unhandled_critical: bool,
}

struct Extension<'a> {
    id: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

/// Reads the contents of the `[3]`.
pub(super) fn parse(contents: &[u8]) -> Parsed<Extensions> {
    let mut list = Reader::new(some(Reader::new(contents).take(tag::SEQUENCE), "x509: malformed extensions")?);
    let mut found: Vec<Extension<'_>> = Vec::new();
    while !list.is_empty() {
        let extension = extension(some(list.take(tag::SEQUENCE), "x509: malformed extension")?)?;
        if found.iter().any(|known| known.id == extension.id) {
            return refuse("x509: certificate contains duplicate extension with OID");
        }
        found.push(extension);
    }
    let mut extensions = Extensions::default();
    for extension in found {
        let handled = extensions.process(&extension)?;
        extensions.unhandled_critical |= extension.critical && !handled;
    }
    Ok(extensions)
}

fn extension(contents: &[u8]) -> Parsed<Extension<'_>> {
    let mut fields = Reader::new(contents);
    let id = some(oid(&mut fields), "x509: malformed extension OID field")?;
    let critical = some(fields.optional(tag::BOOLEAN), "x509: malformed extension critical field")?;
    let critical = match critical {
        Some(flag) => some(der::boolean(flag), "x509: malformed extension critical field")?,
        None => false,
    };
    let value = some(fields.take(tag::OCTET_STRING), "x509: malformed extension value field")?;
    Ok(Extension { id, critical, value })
}

impl Extensions {
    /// Whether Go handles it.
    fn process(&mut self, extension: &Extension<'_>) -> Parsed<bool> {
        let value = extension.value;
        match extension.id {
            AUTHORITY_INFO_ACCESS if extension.critical => refuse("x509: authority info access incorrectly marked critical"),
            AUTHORITY_INFO_ACCESS => authority_info_access(value),
            [first, second, number] if [*first, *second] == CE => match number {
                14 if extension.critical => refuse("x509: subject key identifier incorrectly marked critical"),
                14 => some(Reader::new(value).take(tag::OCTET_STRING), "x509: invalid subject key identifier").map(|_| true),
                15 => self.key_usage(value),
                17 => alternative_names(value),
                19 => self.basic_constraints(value),
                30 => name_constraints(value),
                31 => distribution_points(value),
                32 => policies(value),
                33 => policy_mappings(value),
                35 if extension.critical => refuse("x509: authority key identifier incorrectly marked critical"),
                35 => authority_key_id(value),
                36 => policy_constraints(value),
                37 => self.extended_key_usages(value),
                54 => some(integer(&mut Reader::new(value)).and_then(int64), "x509: invalid inhibit any policy extension").map(|_| true),
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    fn key_usage(&mut self, value: &[u8]) -> Parsed<bool> {
        let bits = some(bit_string(&mut Reader::new(value)).and_then(der::flags), "x509: invalid key usage")?;
        let bit = |index: usize| bits.get(index / 8).is_some_and(|byte| byte & 0x80 >> (index % 8) != 0);
        self.key_usage = (0..9).fold(0, |usage, index| usage | u16::from(bit(index)) << index);
        Ok(true)
    }

    fn basic_constraints(&mut self, value: &[u8]) -> Parsed<bool> {
        const WORDS: &str = "x509: invalid basic constraints";
        let mut fields = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
        let authority = match some(fields.optional(tag::BOOLEAN), WORDS)? {
            Some(flag) => some(der::boolean(flag), WORDS)?,
            None => false,
        };
        if fields.peek() == Some(tag::INTEGER) {
            let length = some(integer(&mut fields).and_then(int64), WORDS)?;
            if length < 0 {
                return refuse(WORDS);
            }
        }
        self.basic_constraints = Some(authority);
        Ok(true)
    }

    fn extended_key_usages(&mut self, value: &[u8]) -> Parsed<bool> {
        const WORDS: &str = "x509: invalid extended key usages";
        let mut usages = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
        while !usages.is_empty() {
            self.extended_key_usages.push(some(oid(&mut usages), WORDS)?.to_vec());
        }
        Ok(true)
    }
}

fn authority_info_access(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid authority info access";
    let mut list = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
    while !list.is_empty() {
        let mut description = Reader::new(some(list.take(tag::SEQUENCE), WORDS)?);
        some(oid(&mut description), WORDS)?;
        some(description.optional(URI), WORDS)?;
    }
    Ok(true)
}

/// Handled where there is a name of a kind that Go reads.
fn alternative_names(value: &[u8]) -> Parsed<bool> {
    let mut names = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), "x509: invalid subject alternative names")?);
    let mut handled = false;
    while !names.is_empty() {
        let name = some(names.element(), "x509: invalid subject alternative name")?;
        let ascii = |words| if name.contents.is_ascii() { Ok(()) } else { refuse(words) };
        match name.tag {
            0x81 => ascii("x509: SAN rfc822Name is malformed")?,
            0x82 => ascii("x509: SAN dNSName is malformed")?,
            URI => {
                ascii("x509: SAN uniformResourceIdentifier is malformed")?;
                if uri::check(&String::from_utf8_lossy(name.contents)).is_err() {
                    return refuse("x509: cannot parse URI");
                }
            }
            0x87 if !matches!(name.contents.len(), 4 | 16) => return refuse("x509: cannot parse IP address of length"),
            0x87 => {}
            _ => continue,
        }
        handled = true;
    }
    Ok(handled)
}

fn distribution_points(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid CRL distribution point";
    let mut points = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), "x509: invalid CRL distribution points")?);
    while !points.is_empty() {
        let mut point = Reader::new(some(points.take(tag::SEQUENCE), WORDS)?);
        let Some(name) = some(point.optional(tag::context(0)), WORDS)? else { continue };
        let mut names = Reader::new(some(Reader::new(name).take(tag::context(0)), WORDS)?);
        while names.peek() == Some(URI) {
            some(names.take(URI), WORDS)?;
        }
    }
    Ok(true)
}

fn policies(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid certificate policies";
    let mut list = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
    let mut seen: Vec<&[u8]> = Vec::new();
    while !list.is_empty() {
        let mut policy = Reader::new(some(list.take(tag::SEQUENCE), WORDS)?);
        let id = some(policy.take(tag::OID), WORDS)?;
        if seen.contains(&id) || !is_long_oid(id) {
            return refuse(WORDS);
        }
        seen.push(id);
    }
    Ok(true)
}

/// `newOIDFromDER`: numbers of any length, each in the fewest bytes.
fn is_long_oid(contents: &[u8]) -> bool {
    let ends = contents.last().is_some_and(|last| last & 0x80 == 0);
    let starts = |index: usize| index == 0 || contents[index - 1] & 0x80 == 0;
    ends && !contents.iter().enumerate().any(|(index, byte)| *byte == 0x80 && starts(index))
}

fn policy_mappings(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid policy mappings extension";
    let mut list = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
    while !list.is_empty() {
        let mut mapping = Reader::new(some(list.take(tag::SEQUENCE), WORDS)?);
        some(mapping.take(tag::OID), WORDS)?;
        some(mapping.take(tag::OID), WORDS)?;
    }
    Ok(true)
}

fn authority_key_id(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid authority key identifier";
    let mut fields = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
    some(fields.optional(tag::context_primitive(0)), WORDS)?;
    Ok(true)
}

fn policy_constraints(value: &[u8]) -> Parsed<bool> {
    const WORDS: &str = "x509: invalid policy constraints extension";
    let mut fields = Reader::new(some(Reader::new(value).take(tag::SEQUENCE), WORDS)?);
    for number in [0, 1] {
        if let Some(contents) = some(fields.optional(tag::context_primitive(number)), WORDS)? {
            some(int64(contents), WORDS)?;
        }
    }
    Ok(true)
}
