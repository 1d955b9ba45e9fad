//! From the bytes of a token to its report.

use super::claims;
use super::findings;
use super::form::{Form, clean, cleaned, split};
use super::report::{Kind, Report};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::input::{self, Change, Views};
use crate::time::UnixTime;
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Reads a token.
///
/// # Errors
/// Those of [`clean`]. A token that is not a JSON Web Token, or a damaged one, is a report and no error.
pub fn read(text: &[u8], now: UnixTime) -> Result<Report> {
    let token = clean(text)?;
    let mut report = Report {
        kind: Kind::Opaque,
        subject: None,
        namespace: None,
        service_account: None,
        bound_to: None,
        audiences: Vec::new(),
        issuer: None,
        id: None,
        algorithm: None,
        times: [None; 3],
        claims: Vec::new(),
        findings: std::iter::once(findings::not_verified()).chain(cleaned(text, &token)).collect(),
    };
    match split(&token) {
        Form::Jwt { header, payload, signed } => {
            let duplicates =
                [&header, &payload].into_iter().any(|part| json::read(part).is_some_and(|document| !document.duplicates.is_empty()));
            if let (Some(header), Some(payload)) = (json::read(&header), json::read(&payload)) {
                claims::read(&header.value, &payload, &mut report);
                findings::of_claims(&mut report, &payload.value, signed, duplicates, now);
            }
        }
        form => findings::of_form(&mut report, &form, &token),
    }
    Ok(report)
}

/// The token in what was pasted or dropped, by way of the front door, and what that changed. Of the output of
/// `kubectl describe secret` it is the token of the Secret. An opaque token is what it is: nothing is decoded.
///
/// # Errors
/// Those of [`clean`]; [`Code::InvalidToken`] with the cause where the bytes are not a text.
pub fn pasted(text: &[u8]) -> Result<(Zeroizing<String>, Vec<Change>)> {
    let given = clean(text);
    let known = |token: &str| matches!(split(token), Form::Jwt { .. } | Form::Bootstrap | Form::Encrypted);
    if given.as_ref().is_ok_and(|token| known(token)) {
        return given.map(|token| (token, Vec::new()));
    }
    let mut views = match Views::open(text) {
        Ok(views) => views,
        Err(cause) => return given.and(Err(Error::new(Code::InvalidToken, cause.sentence()))),
    };
    let given = given.map(|token| (token, Vec::new())).or_else(|error| match clean(views.text().as_bytes()) {
        // UTF-16 of a token that is opaque.
        Ok(token) => Ok((token, views.changes().to_vec())),
        Err(_) => Err(error),
    });
    loop {
        if let Some(found) = described(views.text())? {
            let changes = views.changes().iter().copied().chain([Change::Described]).collect();
            return Ok((found, changes));
        }
        if let Ok(token) = clean(views.text().as_bytes())
            && known(&token)
        {
            return Ok((token, views.changes().to_vec()));
        }
        if !views.peel() {
            return given;
        }
    }
}

/// The token in the output of `kubectl describe secret`.
fn described(text: &str) -> Result<Option<Zeroizing<String>>> {
    let Some(secret) = input::described_secret(text) else { return Ok(None) };
    let encoded = secret.text(&["data", "token"]).ok_or_else(|| {
        Error::new(
            Code::InvalidToken,
            "kubectl describe secret prints the sizes of the values only. Use kubectl get secret NAME -o yaml instead.",
        )
    })?;
    let token = Zeroizing::new(Base64::decode_vec(encoded).unwrap_or_default());
    clean(&token).map(Some)
}

/// Reads what was pasted or dropped: as [`read`], with what the front door changed as notices.
///
/// # Errors
/// Those of [`pasted`].
pub fn read_pasted(text: &[u8], now: UnixTime) -> Result<Report> {
    let (token, changes) = pasted(text)?;
    let mut report = read(token.as_bytes(), now)?;
    report.findings.extend(input::notices(&changes));
    if changes.is_empty() {
        report.findings.extend(cleaned(text, &token));
    }
    Ok(report)
}
