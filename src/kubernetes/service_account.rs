//! Service accounts and both kinds of their tokens: asked for by TokenRequest, or taken from a Secret that the token
//! controller fills.
//!
//! Sources: Kubernetes 1.36, "Managing Service Accounts"; pkg/registry/core/serviceaccount/storage/token.go;
//! pkg/apis/authentication/validation. What the server would refuse is refused here, with the same field.

use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::kubernetes::http::{ApiRequest, segment};
use crate::kubernetes::names::is_label;
use crate::kubernetes::names::is_subdomain;
use crate::locate::Locate;
use crate::options::options;
use crate::text::readable;
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use crate::x509::certificate;
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// `type` of a Secret that the token controller fills.
pub const SECRET_TYPE: &str = "kubernetes.io/service-account-token";
/// The annotation that says for which account.
const ACCOUNT: &str = "kubernetes.io/service-account.name";
/// Shortest and longest lifetime of a TokenRequest, in seconds.
const LIFETIMES: (f64, f64) = (600.0, 4_294_967_296.0);
/// What the server gives where no lifetime is requested.
const DEFAULT_LIFETIME: f64 = 3600.0;

options! {
    struct AccountOptions<'a> {
        name: &'a str = "name",
        namespace: &'a str = "namespace",
        legacy_secret: Option<&'a str> = "legacySecret",
    }
}

options! {
    struct TokenOptions<'a> {
        service_account: &'a str = "serviceAccount",
        namespace: &'a str = "namespace",
        audiences: Option<Vec<&'a str>> = "audiences",
        /// Any value: what is wrong with it is said as the API server does.
        expiration_seconds: Option<Value> = "expirationSeconds",
        bound_to: Option<BoundTo<'a>> = "boundTo",
    }
}

options! {
    struct BoundTo<'a> {
        api_version: Option<&'a str> = "apiVersion",
        kind: &'a str = "kind",
        name: &'a str = "name",
        uid: Option<&'a str> = "uid",
    }
}

options! {
    struct SecretName<'a> {
        name: &'a str = "name",
        namespace: &'a str = "namespace",
    }
}

options! {
    struct SecretOptions<'a> {
        service_account: Option<&'a str> = "serviceAccount",
        name: Option<&'a str> = "name",
    }
}

/// ServiceAccount, and with `legacySecret` the Secret for a token that does not end, from `{ name, namespace, legacySecret? }`.
///
/// # Errors
/// [`Code::InvalidObject`] with the field in the details, [`Code::InvalidOptions`].
pub fn manifests(options: &Value) -> Result<Vec<Value>> {
    let options: AccountOptions<'_> = options.read("options")?;
    let name = checked("metadata.name", options.name)?;
    let namespace = checked_namespace(options.namespace)?;
    let metadata = |name: &str, annotations: Option<Value>| {
        Value::map([("name", Some(name.into())), ("namespace", Some(namespace.into())), ("annotations", annotations)])
    };
    let object = |kind: &str, metadata: Value, kind_of_secret: Option<Value>| {
        Value::map([("apiVersion", Some("v1".into())), ("kind", Some(kind.into())), ("metadata", Some(metadata)), ("type", kind_of_secret)])
    };
    let mut objects = vec![object("ServiceAccount", metadata(name, None), None)];
    if let Some(secret) = options.legacy_secret {
        let secret = checked("metadata.name", secret)?;
        let annotations = Value::map([(ACCOUNT, Some(name.into()))]);
        objects.push(object("Secret", metadata(secret, Some(annotations)), Some(SECRET_TYPE.into())));
    }
    Ok(objects)
}

fn refused(field: &str, message: impl Into<String>) -> Error {
    Error::of_field(Code::InvalidObject, field, message)
}

fn checked<'a>(field: &str, name: &'a str) -> Result<&'a str> {
    if is_subdomain(name) {
        return Ok(name);
    }
    Err(refused(field, "Use at most 253 lower case letters, digits, hyphens and dots, with a letter or digit at both ends."))
}

fn checked_namespace(name: &str) -> Result<&str> {
    if is_label(name) {
        return Ok(name);
    }
    Err(refused("metadata.namespace", "Use at most 63 lower case letters, digits and hyphens, with a letter or digit at both ends."))
}

/// POST of a TokenRequest, from `{ serviceAccount, namespace, audiences?, expirationSeconds?, boundTo?: { apiVersion, kind,
/// name, uid? } }`.
///
/// # Errors
/// [`Code::InvalidObject`] with the field in the details, [`Code::InvalidOptions`].
pub fn token_request(arguments: &Value) -> Result<ApiRequest> {
    let options: TokenOptions<'_> = arguments.read("options")?;
    let account = checked("metadata.name", options.service_account)?;
    let namespace = checked_namespace(options.namespace)?;
    let audiences = options.audiences.filter(|audiences| !audiences.is_empty());
    if audiences.iter().flatten().any(|audience| audience.trim().is_empty()) {
        return Err(refused("spec.audiences", "An audience must not be empty. Leave out all audiences for the API server itself."));
    }
    let seconds = lifetime(options.expiration_seconds.as_ref())?;
    let bound = options.bound_to.map(bound_to).transpose()?;
    let spec = Value::map([
        ("audiences", audiences.map(Value::strings)),
        ("expirationSeconds", seconds.map(Value::Number)),
        ("boundObjectRef", bound),
    ]);
    Ok(ApiRequest {
        method: "POST",
        path: format!("/api/v1/namespaces/{}/serviceaccounts/{}/token?fieldValidation=Strict", segment(namespace)?, segment(account)?),
        body: Some(Value::map([
            ("apiVersion", Some("authentication.k8s.io/v1".into())),
            ("kind", Some("TokenRequest".into())),
            ("spec", Some(spec)),
        ])),
        what: format!("the request for a token of the service account {account}; the token comes back in the answer"),
    })
}

/// The server's own rules and words (pkg/apis/authentication/validation).
fn lifetime(value: Option<&Value>) -> Result<Option<f64>> {
    let field = "spec.expirationSeconds";
    match value {
        None => Ok(None),
        Some(Value::Number(seconds)) if *seconds < LIFETIMES.0 => Err(refused(field, "may not specify a duration less than 10 minutes")),
        Some(Value::Number(seconds)) if *seconds > LIFETIMES.1 => {
            Err(refused(field, "may not specify a duration larger than 2^32 seconds"))
        }
        Some(Value::Number(seconds)) if seconds.fract() == 0.0 => Ok(Some(*seconds)),
        Some(_) => Err(refused(field, "must be a whole number of seconds, such as 3600")),
    }
}

fn bound_to(options: BoundTo<'_>) -> Result<Value> {
    let version = options.api_version.unwrap_or("v1");
    let kind = options.kind;
    // Newer servers bind to webhook configurations, too; 1.36 says itself that it does not.
    let webhook = version == "admissionregistration.k8s.io/v1" && kind.ends_with("WebhookConfiguration");
    if !(version == "v1" && ["Pod", "Secret", "Node"].contains(&kind) || webhook) {
        return Err(refused("spec.boundObjectRef", "cannot bind token to object of this type: it must be a Pod, Secret or Node of v1"));
    }
    Ok(Value::map([
        ("apiVersion", Some(version.into())),
        ("kind", Some(kind.into())),
        ("name", Some(checked("spec.boundObjectRef.name", options.name)?.into())),
        ("uid", options.uid.filter(|uid| !uid.is_empty()).map(Value::from)),
    ]))
}

/// A token as it came back.
#[derive(Debug)]
pub struct Issued {
    /// The token.
    pub token: Zeroizing<String>,
    /// When it ends, by `status.expirationTimestamp`.
    pub expires_at: String,
    /// What the server changed, and what is odd about the token.
    pub findings: Vec<Finding>,
}

impl Issued {
    /// `{ token, expiresAt, findings }`
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("token", Some(self.token.as_str().into())),
            ("expiresAt", Some(self.expires_at.as_str().into())),
            ("findings", Some(Value::findings(&self.findings))),
        ])
    }
}

/// Reads the answer to a TokenRequest. `asked` is what [`token_request`] was given, `warning` the HTTP header, where it
/// can be read: across origins it cannot, so a shortened lifetime is also seen from the difference.
///
/// # Errors
/// [`Code::BadAnswer`], [`Code::WrongObject`] where the token belongs to another account.
pub fn issued(answer: &Value, asked: &Value, warning: Option<&str>, now: UnixTime) -> Result<Issued> {
    let bad = || Error::new(Code::BadAnswer, "The answer is not a TokenRequest with a token. Check the address of the API server.");
    let (Some("TokenRequest"), Some(text), Some(expires)) =
        (answer.text(&["kind"]), answer.text(&["status", "token"]), answer.text(&["status", "expirationTimestamp"]))
    else {
        return Err(bad());
    };
    let end = UnixTime::from_iso(expires).ok_or_else(bad)?;
    let token = token::clean(text.as_bytes()).map_err(|_| bad())?;
    let report = token::read(token.as_bytes(), now).map_err(|_| bad())?;
    let account = |key: &str, found: &Option<String>| found.as_deref().is_none_or(|found| asked.text(&[key]) == Some(found));
    if !account("serviceAccount", &report.service_account) || !account("namespace", &report.namespace) {
        return Err(Error::new(
            Code::WrongObject,
            "The answer contains the token of another service account, so it was discarded. Check for a proxy between here and the API server.",
        ));
    }
    let mut findings = Vec::new();
    let number = |value: Option<&Value>| if let Some(Value::Number(number)) = value { Some(*number) } else { None };
    let wanted = number(asked.get("expirationSeconds")).unwrap_or(DEFAULT_LIFETIME) as u64;
    let given = number(answer.at(&["spec", "expirationSeconds"])).map_or(wanted, |given| given as u64);
    if given < wanted {
        findings.push(Finding::warning(
            FindingCode::LifetimeShortened,
            format!("{wanted} seconds were requested, but the cluster allows only {given}. The token expires on {}.", end.to_iso()),
        ));
    }
    let shortening = format!("requested expiration of {wanted} seconds shortened to {given} seconds");
    for text in warnings(warning.unwrap_or_default()).into_iter().filter(|text| *text != shortening) {
        findings.push(Finding::warning(FindingCode::ServerWarning, format!("The API server warns: {}", readable(&text))));
    }
    // 3607 seconds and bound to a pod: the server lets such a token live for a year.
    if let Some(real) = report.expires_at().filter(|real| (real.0 - end.0).abs() > 60) {
        findings.push(Finding::warning(
            FindingCode::LifetimeDiffers,
            format!("The expiry in the answer is {}, but that of the token is {}. The latter counts.", end.to_iso(), real.to_iso()),
        ));
    }
    findings.extend(report.findings.into_iter().filter(|finding| finding.code != FindingCode::TokenExtended));
    Ok(Issued { token, expires_at: end.to_iso(), findings })
}

/// The texts of a Warning header (RFC 7234, 5.5), which Kubernetes sends as `299 - "text"`, several joined by commas.
#[must_use]
pub fn warnings(header: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = header.get(..header.len().min(8192)).unwrap_or_default();
    while let Some(start) = rest.place("299 ") {
        rest = &rest[start + 4..];
        let Some(quote) = rest.find('"') else { break };
        let mut text = String::new();
        let mut characters = rest[quote + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    end = quote + 1 + at + 1;
                    break;
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                _ => text.push(character),
            }
        }
        found.push(text);
        rest = rest.get(end..).unwrap_or_default();
    }
    found
}

/// GET of a Secret, from `{ name, namespace }`.
///
/// # Errors
/// [`Code::InvalidObject`], [`Code::InvalidOptions`].
pub fn secret_request(arguments: &Value) -> Result<ApiRequest> {
    let options: SecretName<'_> = arguments.read("options")?;
    let name = checked("metadata.name", options.name)?;
    let namespace = checked_namespace(options.namespace)?;
    Ok(ApiRequest {
        method: "GET",
        path: format!("/api/v1/namespaces/{}/secrets/{}", segment(namespace)?, segment(name)?),
        body: None,
        what: "nothing but the Secret's name; the token comes back in the answer".to_owned(),
    })
}

/// What a filled Secret gives.
#[derive(Debug)]
pub struct SecretToken {
    /// Name of the Secret.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The account that the token speaks for.
    pub service_account: String,
    /// `data.token`, decoded.
    pub token: Zeroizing<String>,
    /// `data["ca.crt"]`, decoded and checked; the controller writes it where it knows it.
    pub certificate_authority: Option<String>,
}

impl SecretToken {
    /// `{ name, namespace, serviceAccount, token, certificateAuthority? }`
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("name", Some(self.name.as_str().into())),
            ("namespace", Some(self.namespace.as_str().into())),
            ("serviceAccount", Some(self.service_account.as_str().into())),
            ("token", Some(self.token.as_str().into())),
            ("certificateAuthority", self.certificate_authority.as_deref().map(Value::from)),
        ])
    }
}

/// Takes token and CA out of a Secret, or out of the one in a list that fits by type and annotation: never by position.
/// `None` while the token controller has not filled it. Options: `{ serviceAccount?, name? }`.
///
/// # Errors
/// [`Code::InvalidObject`], [`Code::NotFound`] where none in the list fits, [`Code::WrongObject`] where it is another account's.
pub fn read_secret(object: &Value, options: &Value) -> Result<Option<SecretToken>> {
    let SecretOptions { service_account: account, name } = options.read("options")?;
    // A pasted text of several objects arrives as a plain list.
    let items = match (object, object.text(&["kind"])) {
        (Value::List(items), _) => items.as_slice(),
        (_, Some("List" | "SecretList")) => object.list(&["items"]),
        (_, Some("Secret")) => return read_one(object, account),
        _ => return Err(refused("kind", "This is not a Secret. Give the output of kubectl get secret NAME -o json.")),
    };
    let fits = |item: &&Value| {
        item.text(&["type"]) == Some(SECRET_TYPE)
            && account.is_none_or(|account| annotation(item) == Some(account))
            && name.is_none_or(|name| item.text(&["metadata", "name"]) == Some(name))
    };
    let mut fitting = items.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => read_one(one, account),
        (None, _) => Err(Error::new(
            Code::NotFound,
            "There is no Secret of type kubernetes.io/service-account-token for that service account in this list. Since Kubernetes 1.24 it must be created.",
        )),
        _ => Err(refused("items", "There are several such Secrets. Give the name of the Secret or of its service account.")),
    }
}

fn annotation(secret: &Value) -> Option<&str> {
    secret.text(&["metadata", "annotations", ACCOUNT]).filter(|name| !name.is_empty())
}

fn read_one(secret: &Value, account: Option<&str>) -> Result<Option<SecretToken>> {
    if secret.text(&["type"]) != Some(SECRET_TYPE) {
        return Err(refused("type", format!("This is not a Secret for a service account's token. Its type must be {SECRET_TYPE}.")));
    }
    let Some(owner) = annotation(secret) else {
        return Err(refused("metadata.annotations[kubernetes.io/service-account.name]", "Required value"));
    };
    let wrong = || Error::new(Code::WrongObject, "The Secret belongs to another service account. Give the Secret of the right one.");
    if account.is_some_and(|account| account != owner) {
        return Err(wrong());
    }
    let namespace = secret.text(&["metadata", "namespace"]).unwrap_or_default();
    let data = |key: &str| secret.text(&["data", key]).filter(|text| !text.is_empty());
    let Some(encoded) = data("token") else { return Ok(None) };
    let decode = |encoded: &str, field: &str| {
        Base64::decode_vec(encoded).map(Zeroizing::new).map_err(|_| refused(field, "The value is not valid base64. Copy it again."))
    };
    let token = token::clean(&decode(encoded, "data.token")?)?;
    // No clock is needed: nothing here depends on when it ends.
    let report = token::read(token.as_bytes(), UnixTime(0))?;
    let same = |found: &Option<String>, wanted: &str| found.as_deref().is_none_or(|found| found == wanted);
    if !same(&report.service_account, owner) || !same(&report.namespace, namespace) {
        return Err(wrong());
    }
    let authority = data("ca.crt").map(|encoded| certificate::authority_bundle(&decode(encoded, "data[ca.crt]")?)).transpose()?;
    Ok(Some(SecretToken {
        name: secret.text(&["metadata", "name"]).unwrap_or_default().to_owned(),
        namespace: namespace.to_owned(),
        service_account: owner.to_owned(),
        token,
        certificate_authority: authority,
    }))
}
