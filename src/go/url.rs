//! Addresses as client-go reads them: Go's `net/url.Parse` (1.26), and client-go's `DefaultServerURL`.
//!
//! Source: Go 1.26 `net/url/url.go`; client-go v0.36 `rest/url_utils.go`, `tools/clientcmd/helpers.go`; the checks that
//! `net/http` makes of an address before it sends a request (`transport.go`, `httpguts.ValidHostHeader`).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Why Go refuses an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A control character, anywhere.
    Control,
    /// A colon before anything that could be a scheme, or a scheme that cannot be one.
    NoScheme,
    /// What follows the host's colon is not a number.
    Port,
    /// A character that no host name has.
    Host(char),
    /// Brackets that do not enclose an IPv6 address.
    Brackets,
    /// A percent sign that begins no escape, or one that is not allowed in a host.
    Escape,
    /// A user name or password with characters that must be escaped.
    User,
    /// A path where there is no scheme.
    PathWithoutScheme,
    /// Neither http nor https.
    Scheme,
    /// There is no host.
    NoHost,
}

/// What an address consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// In lower case; empty where there is none.
    pub(crate) scheme: String,
    /// With its port, escapes decoded.
    pub(crate) host: Vec<u8>,
    pub(crate) path: &'a str,
    pub(crate) user: bool,
    pub(crate) query: bool,
    pub(crate) fragment: bool,
}

impl Url<'_> {
    /// What follows the host's last colon.
    pub(crate) fn port(&self) -> Option<&[u8]> {
        let after = self.host.iter().rposition(|byte| *byte == b']').unwrap_or(0);
        let colon = self.host[after..].iter().position(|byte| *byte == b':')?;
        Some(&self.host[after + colon + 1..])
    }

    /// The host without brackets and port, in lower case.
    pub(crate) fn name(&self) -> String {
        let end = self.host.len() - self.port().map_or(0, |port| port.len() + 1);
        String::from_utf8_lossy(&self.host[..end]).trim_matches(['[', ']']).to_ascii_lowercase()
    }
}

/// Go's `url.Parse`.
pub(crate) fn parse(address: &str) -> Result<Url<'_>, Fault> {
    let (rest, fragment) = address.split_once('#').unwrap_or((address, ""));
    let mut url = without_fragment(rest)?;
    escapes(fragment)?;
    url.fragment = !fragment.is_empty();
    Ok(url)
}

fn without_fragment(address: &str) -> Result<Url<'_>, Fault> {
    if address.bytes().any(|byte| byte < b' ' || byte == 0x7F) {
        return Err(Fault::Control);
    }
    if address == "*" {
        return Ok(Url { path: "*", ..Url::default() });
    }
    let (scheme, rest) = scheme(address)?;
    let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut url = Url { scheme: scheme.to_ascii_lowercase(), query: !query.is_empty(), ..Url::default() };
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            return Ok(url); // opaque, such as mailto:
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err(Fault::NoScheme);
        }
    }
    if (!scheme.is_empty() || !rest.starts_with("///"))
        && let Some(authority) = rest.strip_prefix("//")
    {
        let end = authority.find('/').unwrap_or(authority.len());
        rest = &authority[end..];
        (url.host, url.user) = self::authority(&url.scheme, &authority[..end])?;
    }
    escapes(rest)?;
    url.path = rest;
    Ok(url)
}

/// The host, and whether there is a user in front of it.
fn authority(scheme: &str, authority: &str) -> Result<(Vec<u8>, bool), Fault> {
    let (user, name) = authority.rsplit_once('@').map_or((None, authority), |(user, name)| (Some(user), name));
    let host = host(scheme, name)?;
    let Some(user) = user else { return Ok((host, false)) };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(allowed) {
        return Err(Fault::User);
    }
    escapes(user)?;
    Ok((host, true))
}

fn scheme(address: &str) -> Result<(&str, &str), Fault> {
    for (index, byte) in address.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index > 0 => return Ok((&address[..index], &address[index + 1..])),
            b':' => return Err(Fault::NoScheme),
            _ => break,
        }
    }
    Ok(("", address))
}

/// Every percent sign begins two hexadecimal digits.
fn escapes(text: &str) -> Result<(), Fault> {
    let hex = |part: &str| part.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if text.split('%').skip(1).all(hex) { Ok(()) } else { Err(Fault::Escape) }
}

fn host(scheme: &str, host: &str) -> Result<Vec<u8>, Fault> {
    match host.rfind('[') {
        Some(0) => return bracketed(host),
        Some(_) => return Err(Fault::Brackets),
        None => {}
    }
    if let Some(first) = host.find(':') {
        // Go allows further colons in the host of other schemes alone (golang.org/issue/75223).
        let colon = if matches!(scheme, "http" | "https") { first } else { host.rfind(':').unwrap_or(first) };
        port(&host[colon..])?;
    }
    unescape(host, false)
}

fn bracketed(host: &str) -> Result<Vec<u8>, Fault> {
    let close = host.rfind(']').ok_or(Fault::Brackets)?;
    port(&host[close + 1..])?;
    let inner = &host[1..close];
    let zone = inner.find("%25").unwrap_or(inner.len());
    let mut name = unescape(&inner[..zone], false)?;
    name.extend(unescape(&inner[zone..], true)?);
    let text = std::str::from_utf8(&name).map_err(|_| Fault::Brackets)?;
    if !is_ipv6(text) {
        return Err(Fault::Brackets);
    }
    Ok([b"[", &name[..], b"]", &host.as_bytes()[close + 1..]].concat())
}

/// Go's `netip.ParseAddr`, IPv4 excluded: a zone may follow, which must not be empty.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    address.parse::<Ipv6Addr>().is_ok() && zone != Some("")
}

fn port(text: &str) -> Result<(), Fault> {
    match text.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        None if text.is_empty() => Ok(()),
        _ => Err(Fault::Port),
    }
}

fn is_host_byte(byte: u8) -> bool {
    byte >= 0x80 || byte.is_ascii_alphanumeric() || b"!\"$&'()*+,-.:;<=>[]_~".contains(&byte)
}

/// Go's `unescape` for hosts and for zones.
fn unescape(text: &str, zone: bool) -> Result<Vec<u8>, Fault> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        if byte != b'%' {
            if !is_host_byte(byte) {
                return Err(Fault::Host(text[index..].chars().next().unwrap_or_default()));
            }
            out.push(byte);
            index += 1;
            continue;
        }
        let digit = |at: usize| bytes.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(index + 1), digit(index + 2)) else { return Err(Fault::Escape) };
        let value = (high << 4 | low) as u8;
        let percent = value == b'%';
        if !percent && if zone { value != b' ' && (high > 7 || !is_host_byte(value)) } else { high < 8 } {
            return Err(Fault::Escape);
        }
        out.push(value);
        index += 3;
    }
    Ok(out)
}

/// A server address as client-go takes it, and whether it had to put `http://` in front.
pub(crate) struct Server<'a> {
    pub(crate) url: Url<'a>,
    pub(crate) completed: bool,
}

/// client-go's `DefaultServerURL`, and what net/http asks of an address before it sends anything.
pub(crate) fn server(address: &str) -> Result<Server<'_>, Fault> {
    let first = parse(address);
    let (url, completed) = match first {
        Ok(url) if !url.scheme.is_empty() && !url.host.is_empty() => (url, false),
        first => {
            // The same text after http://, in two parts so that nothing is copied: what is in front of a host has no say.
            let fault = first.err();
            let (rest, fragment) = address.split_once('#').unwrap_or((address, ""));
            let url = completed(rest).and_then(|mut url| {
                escapes(fragment)?;
                url.fragment = !fragment.is_empty();
                Ok(url)
            });
            // The first reading tells more, where the second fails as well.
            (url.map_err(|second| fault.unwrap_or(second))?, true)
        }
    };
    if !matches!(url.scheme.as_str(), "http" | "https") {
        return Err(Fault::Scheme);
    }
    if url.host.is_empty() {
        return Err(Fault::NoHost);
    }
    // A host beyond ASCII is sent as Punycode, which keeps its ASCII characters as they are (RFC 3492, section 3.1). In the zone of an
    // address it is not: client-go escapes it there when it writes a request's address, and cannot read that again.
    let zone = url.host.starts_with(b"[");
    let refused = |byte: u8| !is_host_byte(byte) && byte != b'%' || b"\"<>".contains(&byte) || zone && !byte.is_ascii();
    if let Some(wrong) = url.host.iter().find(|byte| refused(**byte)) {
        return Err(Fault::Host(char::from(*wrong)));
    }
    Ok(Server { url, completed })
}

/// `http://` and then this.
fn completed(rest: &str) -> Result<Url<'_>, Fault> {
    if rest.bytes().any(|byte| byte < b' ' || byte == 0x7F) {
        return Err(Fault::Control);
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, user) = self::authority("http", authority)?;
    escapes(path)?;
    if !matches!(path, "" | "/") {
        return Err(Fault::PathWithoutScheme);
    }
    Ok(Url { scheme: "http".to_owned(), host, path, user, query: !query.is_empty(), fragment: false })
}

/// Whether an address is one of this machine.
pub(crate) fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || name.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}
