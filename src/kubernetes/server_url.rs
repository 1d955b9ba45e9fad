//! The server address of a cluster entry.

use crate::error::{Code, Error, Result};
use crate::go::url;
use std::net::Ipv6Addr;

/// Checks and normalises `https://host[:port][/path]`: scheme and host in lower case, no trailing slash, port and path
/// kept. Other schemes, user information, queries and fragments are refused.
///
/// # Errors
/// [`Code::InvalidServer`]; the address is not repeated, since it may hold a password.
pub fn normalise(address: &str) -> Result<String> {
    let (host, port, path) = split(address)?;
    let host = host.to_ascii_lowercase();
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = path.trim_end_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    Ok(format!("https://{host}{port}{slash}{path}"))
}

/// Host, port and path of an address that is good and that client-go reads: a percent sign begins an escape, for example.
pub(crate) fn split(address: &str) -> Result<(&str, Option<u16>, &str)> {
    let address = address.trim();
    let parts = split_readable(address)?;
    if url::parse(address).is_err() {
        return Err(Error::new(
            Code::InvalidServer,
            "The path of the server address contains a percent sign that is not part of a valid escape. Write %25 for the sign itself.",
        ));
    }
    Ok(parts)
}

/// The same of an address that client-go reads, which the caller has checked.
pub(crate) fn split_readable(address: &str) -> Result<(&str, Option<u16>, &str)> {
    let wrong = |message: &'static str| Error::new(Code::InvalidServer, message);
    let parts = address.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
    let Some((scheme, rest)) = parts else {
        return Err(wrong("The server address must begin with https://."));
    };
    if scheme.eq_ignore_ascii_case("http") {
        return Err(wrong("Plain http is not encrypted. The server address must begin with https://."));
    }
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(wrong("The server address must begin with https://."));
    }
    let has = |signs: &[u8]| rest.bytes().any(|byte| signs.contains(&byte));
    if has(b"@") {
        return Err(wrong("The server address must not contain a user name or password."));
    }
    if has(b"?#") {
        return Err(wrong("The server address must not contain a query or fragment."));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = split_port(authority).ok_or_else(|| wrong("The port of the server address must be a number from 1 to 65535."))?;
    if !is_host(host) {
        return Err(wrong("The server address needs a host name or an IP address, with IPv6 in brackets."));
    }
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%:+,=".contains(&byte)) || path.split('/').any(|part| part == "..") {
        return Err(wrong("The path of the server address contains characters that are not allowed in a path. Remove them."));
    }
    Ok((host, port, path))
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let colon = match authority.rfind(']') {
        Some(bracket) => authority[bracket..].find(':').map(|colon| bracket + colon),
        None => authority.find(':'),
    };
    let Some(colon) = colon else { return Some((authority, None)) };
    let digits = &authority[colon + 1..];
    let port = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok()).flatten()?;
    (port > 0).then_some((&authority[..colon], Some(port)))
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}
