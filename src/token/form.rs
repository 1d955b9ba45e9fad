//! A token without what comes along when it is copied, and its form.

use crate::encoding::{json, runs};
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::value::Value;
use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

/// Longest token that is read, in bytes. Proxies and servers take 8 to 16 KiB of header.
pub const MAX_TOKEN: usize = 16 << 10;

/// Terminals, chats and pages cut long words.
pub(super) const SHORTENED: &str = "The token was shortened: dots replace the missing characters. Copy the whole token.";

/// Takes off what comes along with a copied token: blanks around it, `Authorization:`, `Bearer`, quotes, and the line
/// ends of a narrow terminal. What is left can be in a header (RFC 6750, 2.1: `b64token`, taken a little wider, since
/// static tokens may hold any visible character).
///
/// # Errors
/// [`Code::InputTooLarge`], [`Code::InvalidToken`]; the text is not repeated.
pub fn clean(text: &[u8]) -> Result<Zeroizing<String>> {
    if text.len() > MAX_TOKEN + 1024 {
        return Err(Error::new(Code::InputTooLarge, "The text is too long for a token: at most 16 KiB are read. Copy the token alone."));
    }
    let wrong = |message: &'static str| Err(Error::new(Code::InvalidToken, message));
    let Ok(text) = std::str::from_utf8(text) else { return wrong("This is not a token: it is not text. Copy the token alone.") };
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    for word in ["authorization:", "bearer"] {
        let Some((start, after)) = rest.split_at_checked(word.len()) else { continue };
        if start.eq_ignore_ascii_case(word) && (word.ends_with(':') || after.is_empty() || after.starts_with(char::is_whitespace)) {
            rest = after.trim_start();
        }
    }
    for quote in ['"', '\''] {
        rest = rest.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or(rest);
    }
    let mut out = Zeroizing::new(String::with_capacity(rest.len()));
    for line in rest.as_bytes().split(|byte| matches!(byte, b'\r' | b'\n')) {
        out.push_str(std::str::from_utf8(line).unwrap_or_default().trim());
    }
    if out.is_empty() {
        return wrong("There is no token in this text. Copy the token.");
    }
    if out.starts_with("-----BEGIN") {
        return wrong("This is not a token but PEM: a certificate or a key. Copy the token alone.");
    }
    if out.contains('\u{2026}') {
        return wrong(SHORTENED);
    }
    if !out.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong(if out.contains(char::is_whitespace) {
            "This is not a token: it contains white space. Copy the token alone."
        } else {
            "This is not a token: it contains characters that an HTTP header cannot contain. Copy the token alone."
        });
    }
    if out.len() > MAX_TOKEN {
        return Err(Error::new(Code::InputTooLarge, "The text is too long for a token: at most 16 KiB are read. Copy the token alone."));
    }
    Ok(out)
}

/// A notice where [`clean`] removed more than blanks around the token.
#[must_use]
pub fn cleaned(text: &[u8], token: &str) -> Option<Finding> {
    let same = std::str::from_utf8(text).is_ok_and(|text| text.trim_start_matches('\u{feff}').trim() == token);
    (!same).then(|| {
        Finding::notice(
            FindingCode::TokenCleaned,
            "What is not part of the token was removed: Bearer, Authorization:, quotes or line breaks. Only the token itself is used.",
        )
    })
}

/// The form of a token, before any claim is read.
pub(super) enum Form {
    /// Header and payload are JSON objects.
    Jwt {
        header: Zeroizing<String>,
        payload: Zeroizing<String>,
        signed: bool,
    },
    /// Five parts: encrypted (RFC 7516).
    Encrypted,
    /// It begins like a JSON Web Token, and is damaged.
    Damaged,
    /// `id.secret` of kubeadm.
    Bootstrap,
    /// The base64 of a JSON Web Token, as a Secret contains it.
    Encoded,
    Opaque,
}

/// Whether [`super::read`] takes it for [`Form::Opaque`] for sure: letters and digits alone, with none of the beginnings that mean something.
pub(crate) fn is_plainly_opaque(text: &str) -> bool {
    let meaning = ["eyJ", "ZXlK"].iter().any(|start| text.starts_with(start)) || text.eq_ignore_ascii_case("bearer");
    !meaning && text.len() <= MAX_TOKEN && matches!(text.get(runs::BASE64.run(text.as_bytes())..), Some("" | "=" | "=="))
}

pub(super) fn split(token: &str) -> Form {
    let parts: Vec<&str> = token.split('.').collect();
    // `{"` in base64url.
    let begins = token.starts_with("eyJ");
    match parts.as_slice() {
        // Cut with dots: three of them make two parts more.
        _ if begins && token.contains("...") => Form::Damaged,
        [header, payload, signature] => match (object(header), object(payload), decode(signature)) {
            (Some(header), Some(payload), Some(signature)) => Form::Jwt { header, payload, signed: !signature.is_empty() },
            (None, ..) if !begins => Form::Opaque,
            _ => Form::Damaged,
        },
        [_, _, _, _, _] if begins => Form::Encrypted,
        _ if begins => Form::Damaged,
        _ if bootstrap_id(token).is_some() => Form::Bootstrap,
        // `eyJ` in base64.
        _ if token.starts_with("ZXlK") => Form::Encoded,
        _ => Form::Opaque,
    }
}

/// Strict base64url (RFC 7515, 2): no padding, no blank, nothing but zeros in the bits that are left over.
pub(crate) fn decode(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    Base64UrlUnpadded::decode_vec(part).ok().map(Zeroizing::new)
}

/// A part that is a JSON object, as text.
pub(super) fn object(part: &str) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(std::str::from_utf8(&decode(part)?).ok()?.to_owned());
    let is_object = matches!(json::read(&text)?.value, Value::Map(_));
    is_object.then_some(text)
}

/// The id of a bootstrap token (`[a-z0-9]{6}.[a-z0-9]{16}`; Kubernetes: "Authenticating with Bootstrap Tokens").
pub(crate) fn bootstrap_id(token: &str) -> Option<(&str, &str)> {
    let (id, secret) = token.split_once('.')?;
    let fit =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (fit(id, 6) && fit(secret, 16)).then_some((id, secret))
}
