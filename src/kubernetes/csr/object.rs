//! The fields of the object that are read as they are.

use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `apiVersion` of the object.
pub const API_VERSION: &str = "certificates.k8s.io/v1";
/// `kind` of the object.
pub const KIND: &str = "CertificateSigningRequest";

/// Bounds of `spec.expirationSeconds`, an int32 in the API.
pub(crate) const LIFETIMES: (u32, u32) = (600, 2_147_483_647);

/// `spec.request`, decoded.
pub(crate) fn request_bytes(object: &Value) -> Option<Vec<u8>> {
    decode(object.text(&["spec", "request"])?)
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = base64.as_bytes().split(|byte| matches!(byte, b'\r' | b'\n')).collect();
    STANDARD.decode(lines.concat()).ok()
}

/// `status.certificate` as PEM text; `None` until the signer has set it.
#[must_use]
pub fn certificate_text(object: &Value) -> Option<String> {
    let text = object.text(&["status", "certificate"]).filter(|text| !text.is_empty())?;
    String::from_utf8(decode(text)?).ok()
}
