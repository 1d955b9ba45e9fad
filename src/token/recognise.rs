//! What was pasted here? For boxes that get the wrong thing, so that a secret is recognised before it is shown or sent.

use super::form::{self, Form, clean, split};
use crate::encoding::json;
use crate::finding::Finding;
use crate::input::{self, Change};
use crate::locate::Locate;
use crate::value::Value;
use crate::yaml::documents::documents;

/// What a pasted text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Nothing but blanks.
    Empty,
    /// A private key, alone or next to other things.
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
}

/// What a text is, and how it was wrapped: `{ kind, secret, findings }` for JavaScript.
#[must_use]
pub fn describe(text: &[u8]) -> Value {
    let kind = recognise(text);
    Value::map([
        ("kind", Some(kind.as_str().into())),
        ("secret", Some(kind.is_secret().into())),
        ("findings", Some(Value::findings(&wrapping(text)))),
    ])
}

/// What the front door changes before a reader takes the text, as notices.
#[must_use]
pub fn wrapping(text: &[u8]) -> Vec<Finding> {
    // PEM is found by the front door itself, and base64 is not an object before it is decoded.
    let mut described = false;
    let mut changes = input::changes_until(text, |view| {
        described = input::described_secret(view).is_some();
        let token = clean(view.as_bytes()).is_ok_and(|token| matches!(split(&token), Form::Jwt { .. } | Form::Bootstrap));
        described || token || kind_of_object(view.trim()).is_some()
    });
    if described {
        changes.push(Change::Described);
    }
    input::notices(&changes)
}

/// Looks at the form alone, in every wrapper that the front door knows. Nothing is refused; in doubt it is a secret.
#[must_use]
pub fn recognise(text: &[u8]) -> Recognised {
    let mut found = Recognised::Empty;
    input::every_view(text, |view| {
        let kind = of_text(view);
        if kind.is_secret() || matches!(found, Recognised::Empty | Recognised::Other) {
            found = kind;
        }
        // An object that is read is what it is; the texts inside of it are its own.
        kind.is_secret() || kind == Recognised::Object && json::read(view.trim()).is_some()
    });
    found
}

/// What one view of it is.
fn of_text(text: &str) -> Recognised {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.is_empty() {
        return Recognised::Empty;
    }
    let labels: Vec<String> = input::labels(trimmed).collect();
    if labels.iter().any(|label| label.holds("PRIVATE KEY")) {
        return Recognised::PrivateKey;
    }
    let object = kind_of_object(trimmed);
    match object {
        Some(Recognised::Object) | None => {
            if input::private_key_in(trimmed) {
                return Recognised::PrivateKey;
            }
        }
        Some(secret) => return secret,
    }
    if object.is_some()
        && let Some(secret) = secret_inside(trimmed, MAX_NESTED)
    {
        return secret;
    }
    let written = object.is_some() && trimmed.contains("apiVersion");
    if labels.iter().any(|label| label.ends_with("CERTIFICATE REQUEST")) && !written {
        return Recognised::CertificateRequest;
    }
    if labels.iter().any(|label| label == "CERTIFICATE") && !written {
        return Recognised::Certificate;
    }
    let token = of_token(trimmed);
    match object {
        Some(object) if !token.is_secret() || written => object,
        _ => token,
    }
}

/// Objects in texts of objects, as in the annotation last-applied-configuration; limited, so that the work is linear.
const MAX_NESTED: usize = 2;

/// A Secret among objects, however its `kind` is written, or a kubeconfig with users, a Secret, a private key or a token in
/// a text of an object, such as a ConfigMap's data, in any wrapper.
fn secret_inside(object: &str, nested: usize) -> Option<Recognised> {
    let objects = documents(object).ok()?;
    if let Some(secret) = objects.iter().find_map(secret_kind) {
        return Some(secret);
    }
    let mut texts = Vec::new();
    objects.iter().for_each(|value| texts_of(value, &mut texts));
    let mut found = None;
    texts.iter().any(|text| {
        input::every_view(text.as_bytes(), |view| {
            found = match kind_of_object(view.trim()) {
                Some(Recognised::Kubeconfig) if has_users(view) => Some(Recognised::Kubeconfig),
                Some(Recognised::SecretObject) => Some(Recognised::SecretObject),
                Some(Recognised::Object) if nested > 0 && view.trim_start().starts_with(['{', '[']) => secret_inside(view, nested - 1),
                _ if input::private_key_in(view) => Some(Recognised::PrivateKey),
                _ => view.split(|character: char| !is_token(character)).any(is_whole_token).then_some(Recognised::Token),
            };
            found.is_some()
        })
    });
    found
}

/// The kind of a Secret or a kubeconfig at any depth. Unlike [`kinds_of_objects`] this reads what the text means, so that no
/// style hides it; that one serves texts that cannot be parsed.
fn secret_kind(value: &Value) -> Option<Recognised> {
    match value {
        Value::Map(pairs) => match value.text(&["kind"]) {
            Some("Secret" | "SecretList") => Some(Recognised::SecretObject),
            Some("Config") => Some(Recognised::Kubeconfig),
            _ => pairs.iter().find_map(|(_, one)| secret_kind(one)),
        },
        Value::List(items) => items.iter().find_map(secret_kind),
        _ => None,
    }
}

/// Texts that are long enough for a credential.
fn texts_of<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.len() > 20 => texts.push(text),
        Value::List(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Map(pairs) => pairs.iter().for_each(|(_, item)| texts_of(item, texts)),
        _ => {}
    }
}

/// In doubt it has: what kubeadm publishes as cluster-info is a kubeconfig without users.
fn has_users(kubeconfig: &str) -> bool {
    documents(kubeconfig).map_or(true, |found| found.iter().any(|one| !one.list(&["users"]).is_empty()))
}

/// Unlike a signature without its payload, such as those of kubeadm's cluster-info.
fn is_whole_token(word: &str) -> bool {
    begins_token(word) && word.split('.').nth(1).is_some_and(|payload| !payload.is_empty())
}

fn of_token(text: &str) -> Recognised {
    let announced =
        ["bearer ", "authorization:"].iter().any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    match clean(text.as_bytes()).map(|token| split(&token)) {
        Ok(Form::Bootstrap) => Recognised::BootstrapToken,
        Ok(Form::Opaque) if !announced => Recognised::Other,
        Ok(_) => Recognised::Token,
        Err(_) if announced || text.split(|character: char| !is_token(character)).any(begins_token) => Recognised::Token,
        Err(_) => Recognised::Other,
    }
}

/// The characters of a JSON Web Token.
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// A word that is a JSON Web Token, or the beginning of one: its header, whole, and a point.
fn begins_token(word: &str) -> bool {
    word.starts_with("eyJ") && word.split_once('.').is_some_and(|(header, _)| form::object(header).is_some())
}

/// Which object it is, YAML or JSON; a secret one where any object in it is.
fn kind_of_object(text: &str) -> Option<Recognised> {
    let kinds = kinds_of_objects(text);
    let any = |wanted: &[&str]| kinds.iter().any(|kind| wanted.iter().any(|wanted| kind.eq_ignore_ascii_case(wanted)));
    let has = |part: &str| text.contains(part);
    match () {
        () if any(&["Secret", "SecretList"]) => Some(Recognised::SecretObject),
        () if any(&["Config"]) || has("client-key-data") => Some(Recognised::Kubeconfig),
        // A damaged one, or one without its first lines.
        () if kinds.is_empty() && has("current-context") && has("users") => Some(Recognised::Kubeconfig),
        () if kinds.is_empty() => None,
        () => Some(Recognised::Object),
    }
}

/// What is behind each `kind` that is a key of an object.
fn kinds_of_objects(text: &str) -> Vec<&str> {
    // In flow style a key may follow anything on its line.
    let flow = text.starts_with(['{', '[']) || text.starts_with("---") && text[3..].trim_start().starts_with('{');
    text.match_indices("kind")
        .filter_map(|(at, _)| {
            let before = text[..at].trim_end_matches([' ', '"', '\'']);
            let is_key = before.is_empty() || before.ends_with(['\n', '-', '\t']) || flow && before.ends_with(['{', ',']);
            let rest = text[at + 4..].trim_start_matches(['"', '\'', ' ', '\t', '\n', '\r']);
            let value =
                rest.strip_prefix(':')?.trim_start_matches(|character: char| character.is_whitespace() || matches!(character, '"' | '\''));
            let length = value.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(value.len());
            (is_key && length > 0).then(|| &value[..length])
        })
        .collect()
}
