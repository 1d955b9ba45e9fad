//! Whether Go's `net/url` takes a URI, and the host that it sees; kube-apiserver refuses a request whose SAN holds
//! another one. Follows url.Parse of Go 1.26, its words included.

use crate::go::asn1::Refusal;
use crate::locate::Locate;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Checks a URI of a SAN as `crypto/x509` does.
pub(crate) fn check(uri: &str) -> Result<(), Refusal> {
    match host(uri) {
        Err(words) => Err(Refusal::Uri(format!("x509: cannot parse URI {}: {words}", quote(uri)))),
        Ok(host) if !host.is_empty() && !is_domain(&host) => {
            Err(Refusal::Uri(format!("x509: cannot parse URI {}: invalid domain", quote(uri))))
        }
        Ok(_) => Ok(()),
    }
}

/// `domainNameValid` of crypto/x509: visible ASCII without empty labels.
fn is_domain(host: &[u8]) -> bool {
    host.iter().all(|byte| (33..=126).contains(byte)) && host.split(|byte| *byte == b'.').all(|label| !label.is_empty())
}

/// Text as Go's `%q` writes ASCII.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0C' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0B' => out.push_str("\\v"),
            '\0'..='\x1F' | '\x7F' => out.push_str(&format!("\\x{:02x}", character as u32)),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Other,
    Host,
    Zone,
}

/// The host with its port, percent signs resolved, or Go's words for what is wrong.
fn host(uri: &str) -> Result<Vec<u8>, String> {
    let (text, fragment) = uri.split_once('#').unwrap_or((uri, ""));
    let host = parse(text).map_err(|words| format!("parse {}: {words}", quote(text)))?;
    unescape(fragment, Part::Other).map_err(|words| format!("parse {}: {words}", quote(uri)))?;
    Ok(host)
}

fn parse(text: &str) -> Result<Vec<u8>, String> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7F) {
        return Err("net/url: invalid control character in URL".into());
    }
    if text == "*" {
        return Ok(Vec::new());
    }
    let (scheme, rest) = scheme(text)?;
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            return Ok(Vec::new());
        }
        if rest.split('/').next().is_some_and(|segment| segment.holds(":")) {
            return Err("first path segment in URL cannot contain colon".into());
        }
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(after) if !scheme.is_empty() || !after.starts_with('/') => after.split_at(after.find('/').unwrap_or(after.len())),
        _ => ("", rest),
    };
    let host = parse_authority(scheme, authority)?;
    unescape(path, Part::Other)?;
    Ok(host)
}

/// `scheme:rest`; no scheme where another character comes first.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((&text[..index], &text[index + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn parse_authority(scheme: &str, authority: &str) -> Result<Vec<u8>, String> {
    let Some((user, host)) = authority.rsplit_once('@') else { return parse_host(scheme, authority) };
    let host = parse_host(scheme, host)?;
    if !user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)) {
        return Err("net/url: invalid userinfo".into());
    }
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    unescape(name, Part::Other)?;
    unescape(password, Part::Other)?;
    Ok(host)
}

fn parse_host(scheme: &str, host: &str) -> Result<Vec<u8>, String> {
    match host.rfind('[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        // Several colons are let through for databases' lists of hosts, not for the web.
        let port = if ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) { first } else { last };
        check_port(&host[port..])?;
    }
    unescape(host, Part::Host)
}

/// `[address]:port`, the address with a zone where `%25` introduces one (RFC 6874).
fn parse_literal(host: &str) -> Result<Vec<u8>, String> {
    let Some(close) = host.rfind(']') else { return Err("missing ']' in host".into()) };
    let port = &host[close + 1..];
    check_port(port)?;
    let inside = &host[1..close];
    let address = match inside.place("%25") {
        Some(zone) => [unescape(&inside[..zone], Part::Host)?, unescape(&inside[zone..], Part::Zone)?].concat(),
        None => unescape(inside, Part::Host)?,
    };
    let (plain, zone) = match address.iter().position(|byte| *byte == b'%') {
        Some(percent) => (&address[..percent], Some(&address[percent + 1..])),
        None => (&address[..], None),
    };
    if std::str::from_utf8(&address).is_ok_and(|text| text.parse::<Ipv4Addr>().is_ok()) {
        return Err("invalid IP-literal".into());
    }
    let known = std::str::from_utf8(plain).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok()) && zone.is_none_or(|zone| !zone.is_empty());
    if !known {
        return Err("invalid host: not an IPv6 address".into());
    }
    Ok([b"[", &address[..], b"]", port.as_bytes()].concat())
}

fn check_port(port: &str) -> Result<(), String> {
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(()),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err(format!("invalid port {} after host", quote(port))),
    }
}

/// What Go accepts in a host as it is.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}

fn unescape(text: &str, part: Part) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        if byte != b'%' {
            if part != Part::Other && byte < 0x80 && !is_host_byte(byte) {
                return Err(format!("invalid character {} in host name", quote(&text[index..=index])));
            }
            out.push(byte);
            index += 1;
            continue;
        }
        let escape = &text[index..bytes.len().min(index + 3)];
        let wrong = || Err(format!("invalid URL escape {}", quote(escape)));
        let digit = |at: usize| bytes.get(index + at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(1), digit(2)) else { return wrong() };
        let value = (high << 4 | low) as u8;
        let allowed = match part {
            Part::Other => true,
            Part::Host => high >= 8 || escape == "%25",
            Part::Zone => escape == "%25" || value == b' ' || is_host_byte(value),
        };
        if !allowed {
            return wrong();
        }
        out.push(value);
        index += 3;
    }
    Ok(out)
}
