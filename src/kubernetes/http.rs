//! Requests to the API server as values. JavaScript carries them; nothing here talks to a network.

use crate::error::{Code, Error, Result};
use crate::value::Value;

pub(super) const COLLECTION: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/// One HTTP request, the path from the server's root on.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiRequest {
    /// `GET`, `POST`, `PUT`, `DELETE`, or `PATCH` for server-side apply.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// JSON, where there is a body.
    pub body: Option<Value>,
    /// What it carries, in a few words, for the ledger of the page.
    pub what: String,
}

impl ApiRequest {
    pub(crate) fn get(path: String, what: &str) -> Self {
        ApiRequest { method: "GET", path, body: None, what: what.to_owned() }
    }

    /// `Content-Type` of the body. An apply patch may be JSON, which is YAML.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        let media = if self.method == "PATCH" { "application/apply-patch+yaml" } else { "application/json" };
        self.body.as_ref().map(|_| media)
    }
}

/// A name as one path segment. The server takes any but these (`path.ValidatePathSegmentName`, apimachinery).
pub(crate) fn segment(name: &str) -> Result<String> {
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '%']) {
        return Err(Error::new(
            Code::InvalidOptions,
            "This is not a valid name of an object: it is empty, a dot, or contains a slash or a percent sign. Choose another name.",
        ));
    }
    Ok(encode(name))
}

/// Percent-encoding of everything but RFC 3986 unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
