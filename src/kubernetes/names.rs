//! Names of objects as the API server checks them (RFC 1123).

/// A lower case RFC 1123 label.
#[must_use]
pub fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

/// A label of any length.
fn is_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(inner) && text.bytes().last().is_some_and(inner);
    ends && text.bytes().all(|byte| inner(byte) || byte == b'-')
}

/// Whether a text is a DNS-1123 subdomain, as Kubernetes wants most object names: `IsDNS1123Subdomain` of apimachinery bounds the
/// whole, and not each part as DNS does.
#[must_use]
pub fn is_subdomain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_part)
}
