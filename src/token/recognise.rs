//! What was pasted here? For boxes that get the wrong thing, so that a secret is recognised before it is shown or sent.

use super::{Form, clean, split};
use crate::locate::Locate;
use crate::value::Value;

/// What a pasted text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Nothing but blanks.
    Empty,
    /// PEM of a private key, alone or beside other things.
    PrivateKey,
    /// PEM of a certificate request.
    CertificateRequest,
    /// PEM of certificates.
    Certificate,
    /// A JSON Web Token, also a damaged one, or anything behind the word `Bearer`.
    Token,
    /// `id.secret` of kubeadm.
    BootstrapToken,
    /// A kubeconfig, YAML or JSON.
    Kubeconfig,
    /// A Kubernetes Secret, YAML or JSON.
    SecretObject,
    /// Another Kubernetes object.
    Object,
    /// None of these.
    Other,
}

impl Recognised {
    /// In kebab case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Recognised::Empty => "empty",
            Recognised::PrivateKey => "private-key",
            Recognised::CertificateRequest => "certificate-request",
            Recognised::Certificate => "certificate",
            Recognised::Token => "token",
            Recognised::BootstrapToken => "bootstrap-token",
            Recognised::Kubeconfig => "kubeconfig",
            Recognised::SecretObject => "secret-object",
            Recognised::Object => "object",
            Recognised::Other => "other",
        }
    }

    /// Whether it is, or holds, what nobody else may see.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(
            self,
            Recognised::PrivateKey | Recognised::Token | Recognised::BootstrapToken | Recognised::Kubeconfig | Recognised::SecretObject
        )
    }

    /// `{ kind, secret }`
    #[must_use]
    pub fn to_value(self) -> Value {
        Value::map([("kind", Some(self.as_str().into())), ("secret", Some(self.is_secret().into()))])
    }
}

/// Looks at the form alone: nothing is decoded that need not be, nothing is refused.
#[must_use]
pub fn recognise(text: &[u8]) -> Recognised {
    let text = String::from_utf8_lossy(text);
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.is_empty() {
        return Recognised::Empty;
    }
    let mut labels = Vec::new();
    let mut rest = trimmed;
    while let Some((_, after)) = rest.cut("-----BEGIN ") {
        labels.push(after.cut("-----").map_or(after, |(label, _)| label));
        rest = after;
    }
    if labels.iter().any(|label| label.holds("PRIVATE KEY")) {
        return Recognised::PrivateKey;
    }
    if labels.iter().any(|label| label.ends_with("CERTIFICATE REQUEST")) && !trimmed.starts_with('{') {
        return Recognised::CertificateRequest;
    }
    if labels.contains(&"CERTIFICATE") && trimmed.starts_with("-----") {
        return Recognised::Certificate;
    }
    if let Some(kind) = kind_of_object(trimmed) {
        return match kind {
            "Config" => Recognised::Kubeconfig,
            "Secret" | "SecretList" => Recognised::SecretObject,
            _ => Recognised::Object,
        };
    }
    let announced =
        ["bearer ", "authorization:"].iter().any(|word| trimmed.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    match clean(text.as_bytes()).map(|token| split(&token)) {
        Ok(Form::Bootstrap) => Recognised::BootstrapToken,
        Ok(Form::Opaque) if !announced => Recognised::Other,
        Ok(_) => Recognised::Token,
        Err(_) if announced || trimmed.split_whitespace().any(|word| matches!(split(word), Form::Jwt { .. })) => Recognised::Token,
        Err(_) => Recognised::Other,
    }
}

/// The `kind` of an object, YAML or JSON: `Secret` where any object in it is one, else the first that stands there.
fn kind_of_object(text: &str) -> Option<&str> {
    let json = text.starts_with('{');
    let mark = if json { "\"kind\"" } else { "kind:" };
    let word = |rest: &'_ str| -> Option<(usize, usize)> {
        let start = rest.find(|character: char| character.is_ascii_alphanumeric())?;
        let fit = rest[..start].chars().all(|character| character.is_whitespace() || [':', '"', '\''].contains(&character));
        let length = rest[start..].find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len() - start);
        fit.then_some((start, length))
    };
    let mut kinds = text.places(mark).filter_map(|at| {
        let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let own_line = text[line_start..at].chars().all(|character| character == ' ' || character == '-');
        let rest = &text[at + mark.len()..];
        let (start, length) = word(rest).filter(|_| json || own_line)?;
        Some((json || line_start == at, &rest[start..start + length]))
    });
    let first = kinds.next()?;
    let outer = |(outermost, kind): (bool, &'_ str)| outermost || kind == "Secret";
    let mut all = std::iter::once(first).chain(kinds).filter(|one| outer(*one)).map(|(_, kind)| kind);
    let first = all.next()?;
    if first != "Secret" && all.any(|kind| kind == "Secret" || kind == "SecretList") { Some("Secret") } else { Some(first) }
}
