//! The object as it is created: what the API server would refuse is refused with its reason.
//!
//! Source: `ValidateCertificateSigningRequestCreate` in k8s.io/kubernetes 1.36.3, pkg/apis/certificates/validation/validation.go.

use crate::error::{Code, Error, Result};
use crate::finding::{FindingCode, Level};
use crate::kubernetes::csr::object::{API_VERSION, KIND, LIFETIMES};
use crate::kubernetes::csr::signer;
use crate::kubernetes::names::is_subdomain;
use crate::options::options;
use crate::random::Random;
use crate::text::slug;
use crate::value::Value;
use crate::x509::csr::{self, RequestReport};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// As Kubernetes makes random name suffixes: no vowels, so that no word comes out.
const SUFFIX_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

options! {
    struct BuildOptions<'a> {
        name: Option<&'a str> = "name",
        csr: &'a str = "csr",
        signer_name: Option<&'a str> = "signerName",
        usages: Option<Vec<&'a str>> = "usages",
        /// Any value: what is wrong with it is said as the API server does.
        expiration_seconds: Option<Value> = "expirationSeconds",
        labels: Option<Value> = "labels",
    }
}

options! {
    /// What [`requested`] reads.
    struct RequestedOptions<'a> {
        name: Option<&'a str> = "name",
        signer_name: Option<&'a str> = "signerName",
        usages: Option<Vec<&'a str>> = "usages",
        expiration_seconds: Option<Value> = "expirationSeconds",
    }
}

/// Builds the object from `{ csr, name?, signerName?, usages?, expirationSeconds?, labels? }`.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] with the field in the details; [`Code::UnexpectedPrivateKey`];
/// [`Code::InvalidOptions`] for the wrong shape.
pub fn build(options: &Value, random: &mut dyn Random) -> Result<Value> {
    let options: BuildOptions<'_> = options.read("options")?;
    let report = csr::read(options.csr.as_bytes());
    let signer_name = options.signer_name.unwrap_or(signer::CLIENT);
    let pem = accepted(&report, signer_name)?;
    let name = match options.name {
        Some(name) => checked_name(name)?.to_owned(),
        None => random_name(&report.identity.user, random)?,
    };
    if let Some(reason) = signer::name_refusal(signer_name) {
        return Err(refused("spec.signerName", reason));
    }
    let usages = match options.usages {
        Some(usages) => checked_usages(&usages)?,
        None => signer::default_usages(&report.key_algorithm).into_iter().map(str::to_owned).collect(),
    };
    let expiration = expiration(options.expiration_seconds.as_ref())?;
    let labels = options.labels.as_ref().map(checked_labels).transpose()?;
    Ok(Value::map([
        ("apiVersion", Some(API_VERSION.into())),
        ("kind", Some(KIND.into())),
        ("metadata", Some(Value::map([("name", Some(name.into())), ("labels", labels)]))),
        (
            "spec",
            Some(Value::map([
                ("request", Some(STANDARD.encode(pem).into())),
                ("signerName", Some(signer_name.into())),
                ("expirationSeconds", expiration.map(Value::Number)),
                ("usages", Some(Value::strings(usages))),
            ])),
        ),
    ]))
}

/// What a request is to be submitted with, as it travels with the PKCS#10: `{ name?, signerName?, usages?, expirationSeconds? }`,
/// each checked as [`build`] checks it.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] with the field in the details; [`Code::InvalidOptions`] for the wrong shape.
pub fn requested(value: &Value) -> Result<Value> {
    let options: RequestedOptions<'_> = value.read("requested")?;
    let signer_name = options.signer_name;
    if let Some(reason) = signer_name.and_then(signer::name_refusal) {
        return Err(refused("spec.signerName", reason));
    }
    Ok(Value::map([
        ("name", options.name.map(checked_name).transpose()?.map(Value::from)),
        ("signerName", signer_name.map(Value::from)),
        ("usages", options.usages.map(|usages| checked_usages(&usages)).transpose()?.map(Value::strings)),
        ("expirationSeconds", expiration(options.expiration_seconds.as_ref())?.map(Value::Number)),
    ]))
}

fn refused(field: &str, message: impl Into<String>) -> Error {
    Error::of_field(Code::InvalidSigningRequest, field, message)
}

/// The re-encoded block, if the server takes it: what is wrong around it in the paste does not matter.
fn accepted<'a>(report: &'a RequestReport, signer_name: &str) -> Result<&'a str> {
    if let Some(finding) = report.findings.iter().find(|finding| finding.code == FindingCode::PrivateKeyInPaste) {
        return Err(Error::new(Code::UnexpectedPrivateKey, finding.message.clone()));
    }
    if let Some(pem) = report.submittable(signer_name == signer::CLIENT) {
        return Ok(pem);
    }
    let refusal = report.pem.as_ref().and(report.block_refusal.clone());
    let error = report.findings.iter().find(|finding| finding.level == Level::Error).map(|finding| finding.message.clone());
    Err(refused("spec.request", refusal.or(error).unwrap_or_else(|| "the request cannot be read".to_owned())))
}

fn checked_name(name: &str) -> Result<&str> {
    if !is_subdomain(name) {
        return Err(refused(
            "metadata.name",
            "Use at most 253 lower case letters, digits, hyphens and dots, with a letter or digit at both ends.",
        ));
    }
    if name.starts_with("csr-") {
        return Err(refused("metadata.name", "Choose a name that does not begin with csr-. Amazon EKS never signs such requests."));
    }
    Ok(name)
}

/// The user's name made fit for an object, and five random characters.
fn random_name(user: &str, random: &mut dyn Random) -> Result<String> {
    named(&slug(user), 5, random)
}

/// The same as a label, and so long that nobody guesses it.
pub(crate) fn long_name(user: &str, random: &mut dyn Random) -> Result<String> {
    let mut slug = slug(user);
    slug.truncate(40);
    named(slug.trim_end_matches('-'), 12, random)
}

fn named(slug: &str, characters: usize, random: &mut dyn Random) -> Result<String> {
    let slug = if slug.is_empty() || slug == "csr" || slug.starts_with("csr-") { "request" } else { slug };
    Ok(format!("{slug}-{}", suffix(characters, random)?))
}

fn suffix(characters: usize, random: &mut dyn Random) -> Result<String> {
    let mut suffix = String::new();
    while suffix.len() < characters {
        // Sixteen bytes a draw, so that the health check sees it; of each only what divides evenly by 27.
        let mut bytes = [0u8; 16];
        random.fill(&mut bytes)?;
        let fit = bytes.iter().filter(|byte| **byte < 243).map(|byte| char::from(SUFFIX_ALPHABET[usize::from(byte % 27)]));
        suffix.extend(fit.take(characters - suffix.len()));
    }
    Ok(suffix)
}

fn checked_usages(usages: &[&str]) -> Result<Vec<String>> {
    if usages.is_empty() {
        return Err(refused("spec.usages", "Required value"));
    }
    for (index, usage) in usages.iter().enumerate() {
        let field = format!("spec.usages[{index}]");
        if !signer::USAGES.contains(usage) {
            return Err(refused(&field, "Unsupported value: usages are written like \"client auth\" and \"digital signature\""));
        }
        if usages[..index].contains(usage) {
            return Err(refused(&field, format!("Duplicate value: \"{usage}\"")));
        }
    }
    Ok(usages.iter().map(|usage| (*usage).to_owned()).collect())
}

fn expiration(value: Option<&Value>) -> Result<Option<f64>> {
    let Some(value) = value else { return Ok(None) };
    match value {
        Value::Number(seconds) if seconds.fract() != 0.0 || *seconds > f64::from(LIFETIMES.1) || seconds.is_nan() => {
            Err(refused("spec.expirationSeconds", "must be a whole number of seconds, at most 2147483647"))
        }
        Value::Number(seconds) if *seconds < f64::from(LIFETIMES.0) => {
            Err(refused("spec.expirationSeconds", "may not specify a duration less than 600 seconds (10 minutes)"))
        }
        Value::Number(seconds) => Ok(Some(*seconds)),
        _ => Err(refused("spec.expirationSeconds", "must be a number of seconds, such as 86400")),
    }
}

/// Labels: a qualified name and at most 63 letters, digits, `-`, `_`, `.` (Kubernetes: "Labels and Selectors").
fn checked_labels(labels: &Value) -> Result<Value> {
    let Value::Map(pairs) = labels else { return Err(refused("metadata.labels", "must be an object of texts")) };
    let word = |text: &str| {
        let end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let inner = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        text.len() <= 63 && inner && end(text.bytes().next()) && end(text.bytes().last())
    };
    let key = |key: &str| match key.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && word(name),
        None => word(key),
    };
    for (name, value) in pairs {
        let fit = matches!(value, Value::String(text) if text.is_empty() || word(text));
        if !key(name) || !fit {
            return Err(refused("metadata.labels", "Use at most 63 letters, digits, hyphens, dots and underscores in keys and values."));
        }
    }
    Ok(labels.clone())
}
