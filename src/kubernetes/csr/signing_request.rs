//! CertificateSigningRequest objects of certificates.k8s.io/v1: built, read, explained.
//!
//! What the API server would refuse is refused here with its reason; what the signer would fail is a finding.

pub use super::object::{API_VERSION, KIND, certificate_text};
use super::object::{LIFETIMES, request_bytes};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode, Level};
use crate::input;
use crate::kubernetes::csr::{signer, unsubmitted};
use crate::kubernetes::names::is_subdomain;
use crate::options::options;
use crate::random::Random;
use crate::text::slug;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::x509::csr::{self, Confirmed, EcdsaSignature, RequestReport};
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

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No condition yet.
    Pending,
    /// Approved, and not signed yet.
    Approved,
    /// The certificate is there.
    Issued,
    /// Denied: final.
    Denied,
    /// The signer gave up: final, also next to Approved.
    Failed,
    /// A manifest that no API server has stored.
    NotSubmitted,
}

impl State {
    /// `pending`, `approved`, `issued`, `denied`, `failed` or `not-submitted`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Approved => "approved",
            State::Issued => "issued",
            State::Denied => "denied",
            State::Failed => "failed",
            State::NotSubmitted => "not-submitted",
        }
    }
}

/// An object, read.
#[derive(Clone, Debug)]
pub struct Report {
    /// `metadata.name`
    pub name: String,
    /// From the conditions and the certificate.
    pub state: State,
    /// `spec.signerName`
    pub signer_name: String,
    /// `spec.usages`
    pub usages: Vec<String>,
    /// `spec.expirationSeconds`
    pub expiration_seconds: Option<f64>,
    /// Who sent it: `spec.username`, `spec.groups`, filled by the server.
    pub requestor: (String, Vec<String>),
    /// `metadata.creationTimestamp`
    pub created: Option<String>,
    /// `spec.request`, read.
    pub request: RequestReport,
    /// `status.certificate`, read.
    pub certificate: Option<Chain>,
    /// The certificate is there and cannot be read.
    pub(crate) certificate_error: Option<Error>,
    /// Reason and message of the condition that decided.
    pub decision: Option<(String, String)>,
    /// `lastUpdateTime` of that condition.
    pub decided: Option<String>,
    /// Name, uid, resource version and spec as they were read: what a decision is compared with.
    pub object: Value,
    /// What the server would say to a manifest that it has not stored.
    pub(crate) on_create: Vec<Finding>,
}

/// Reads an object.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] where it is no CertificateSigningRequest.
pub fn read(object: &Value) -> Result<Report> {
    read_confirmed(object, &Confirmed::default())
}

/// Reads an object as [`read`] does; a signature that is confirmed is right.
///
/// # Errors
/// As [`read`].
pub fn read_confirmed(object: &Value, confirmed: &Confirmed) -> Result<Report> {
    read_as(object, Verify::Always(confirmed))
}

/// The signatures inside of one object, a list of them, or a List object, each once, for a library that may confirm them before the objects are read.
#[must_use]
pub fn signatures(objects: &Value) -> Vec<EcdsaSignature> {
    let mut known = Confirmed::default();
    let found = items(objects).iter().filter_map(|object| csr::signature(&request_bytes(object)?));
    found.filter(|signature| known.insert(signature)).collect()
}

/// Reads an object that an API server has stored and checked: its signature is not verified again.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_stored(object: &Value) -> Result<Report> {
    read_as(object, Verify::UnlessStored(&Confirmed::default()))
}

/// Reads an object that is about to be sent: the API server verifies the signature.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_unverified(object: &Value) -> Result<Report> {
    read_as(object, Verify::Never)
}

/// When the signature of a request inside an object is verified.
#[derive(Clone, Copy)]
enum Verify<'a> {
    Always(&'a Confirmed),
    /// What a server has stored, it has checked; only it gives the resource version.
    UnlessStored(&'a Confirmed),
    Never,
}

/// Reads one object, a list of them, or a List object. With `trust` they come straight from an API server, which has
/// checked the signatures inside; that is then left out, which makes thousands of them a matter of a second. Of the others,
/// signatures that are confirmed are right.
///
/// # Errors
/// As [`read`], where one of them is something else.
pub fn read_all_confirmed(objects: &Value, trust: bool, confirmed: &Confirmed) -> Result<Vec<Report>> {
    let verify = if trust { Verify::UnlessStored(confirmed) } else { Verify::Always(confirmed) };
    items(objects).iter().map(|item| read_as(item, verify)).collect()
}

/// The objects of a list or List; one object by itself.
fn items(objects: &Value) -> &[Value] {
    match objects {
        Value::List(items) => items,
        Value::Map(_) if objects.text(&["kind"]).is_some_and(|kind| kind.ends_with("List")) => objects.list(&["items"]),
        one => std::slice::from_ref(one),
    }
}

/// A page of a list as an API server gave it: `{ statuses, continue?, resourceVersion, remaining? }`.
///
/// # Errors
/// As [`read_all_confirmed`].
pub fn page(list: &Value, now: UnixTime) -> Result<Value> {
    let reports = list.list(&["items"]).iter().map(read_stored).collect::<Result<Vec<_>>>()?;
    let metadata = |key: &str| list.at(&["metadata", key]).cloned();
    Ok(Value::map([
        ("statuses", Some(Value::List(reports.iter().map(|report| report.to_value(now)).collect()))),
        ("continue", metadata("continue")),
        ("resourceVersion", metadata("resourceVersion")),
        ("remaining", metadata("remainingItemCount")),
    ]))
}

/// The continue token of a page, out of the text that an API server gave: known before the page is read, as a server writes `metadata` before `items`.
/// Nothing where there is none.
#[must_use]
pub fn next_page(text: &str) -> Option<String> {
    json::early(text, "metadata")?.text(&["continue"]).filter(|token| !token.is_empty()).map(str::to_owned)
}

/// The objects in a pasted text: JSON, YAML, several YAML documents, or a List, in any wrapper that the front door knows.
///
/// # Errors
/// [`Code::InvalidSigningRequest`] where there is none; those of [`crate::yaml::read::value`].
pub fn parse(text: impl AsRef<[u8]>) -> Result<Value> {
    let mut objects = Vec::new();
    for document in input::objects::objects(text.as_ref())?.0 {
        match document {
            Value::List(items) => objects.extend(items),
            list if list.text(&["kind"]).is_some_and(|kind| kind.ends_with("List")) => objects.extend(list.list(&["items"]).to_vec()),
            one => objects.push(one),
        }
    }
    match objects.len() {
        0 => Err(Error::new(
            Code::InvalidSigningRequest,
            "There is no object in this text. Paste the output of kubectl get csr NAME -o yaml.",
        )),
        1 => Ok(objects.remove(0)),
        _ => Ok(Value::List(objects)),
    }
}

fn read_as(object: &Value, verify: Verify<'_>) -> Result<Report> {
    let is_kind = object.text(&["kind"]).is_none_or(|kind| kind == KIND); // items of a list carry no kind
    let spec = object.get("spec").filter(|_| is_kind);
    let name = object.text(&["metadata", "name"]).or_else(|| object.text(&["metadata", "generateName"]));
    let (Some(spec), Some(name)) = (spec, name) else {
        return Err(Error::new(
            Code::InvalidSigningRequest,
            "This is not a CertificateSigningRequest object, which has kind, metadata.name and spec. Paste the whole object.",
        ));
    };
    let pem = request_bytes(object).unwrap_or_default();
    let stored = || object.text(&["metadata", "resourceVersion"]).is_some();
    let confirmed = match verify {
        Verify::Always(confirmed) => Some(confirmed),
        Verify::UnlessStored(confirmed) => (!stored()).then_some(confirmed),
        Verify::Never => None,
    };
    let (certificate, certificate_error) = match certificate_text(object).map(|text| Chain::read(text.as_bytes())) {
        None => (None, None),
        Some(Ok(chain)) => (Some(chain), None),
        Some(Err(error)) => (None, Some(error)),
    };
    let mut report = Report {
        name: name.to_owned(),
        state: State::Pending,
        signer_name: spec.text(&["signerName"]).unwrap_or_default().to_owned(),
        usages: spec.texts(&["usages"]),
        expiration_seconds: if let Some(Value::Number(seconds)) = spec.get("expirationSeconds") { Some(*seconds) } else { None },
        requestor: (spec.text(&["username"]).unwrap_or_default().to_owned(), spec.texts(&["groups"])),
        created: object.text(&["metadata", "creationTimestamp"]).map(str::to_owned),
        request: confirmed.map_or_else(|| csr::read_unverified(&pem), |confirmed| csr::read_confirmed(&pem, confirmed)),
        certificate,
        certificate_error,
        decision: None,
        decided: None,
        object: Report::identity_of(object),
        on_create: Vec::new(),
    };
    if unsubmitted::is_unsubmitted(object) {
        // What the server sets itself is not known yet, whatever the manifest says.
        report.state = State::NotSubmitted;
        report.requestor = Default::default();
        (report.certificate, report.certificate_error) = (None, None);
        report.on_create = unsubmitted::findings(object);
        return Ok(report);
    }
    let has_certificate = report.certificate.is_some() || report.certificate_error.is_some();
    report.state = state(object, &mut report, has_certificate);
    Ok(report)
}

/// Denied and Failed are final; a certificate beats Approved, and may be there without it.
fn state(object: &Value, report: &mut Report, has_certificate: bool) -> State {
    let conditions = object.list(&["status", "conditions"]);
    let mut condition = |kind: &str| {
        let found = conditions.iter().find(|condition| condition.text(&["type"]) == Some(kind))?;
        let text = |key: &str| found.text(&[key]).unwrap_or_default().to_owned();
        report.decision = Some((text("reason"), text("message")));
        report.decided = Some(text("lastUpdateTime"));
        Some(())
    };
    match () {
        () if condition("Denied").is_some() => State::Denied,
        () if condition("Failed").is_some() => State::Failed,
        () if condition("Approved").is_some() => {
            if has_certificate {
                State::Issued
            } else {
                State::Approved
            }
        }
        () if has_certificate => State::Issued,
        () => State::Pending,
    }
}

impl Report {
    /// The name where a shell takes it as one word; otherwise a placeholder, since names from outside may hold anything.
    pub(crate) fn shell_name(&self) -> &str {
        if is_subdomain(&self.name) { &self.name } else { "NAME" }
    }

    /// The report as JavaScript sees it (`CsrStatus` in types.ts).
    #[must_use]
    pub fn to_value(&self, now: UnixTime) -> Value {
        let (user, groups) = &self.requestor;
        let findings = self.findings(now);
        let certificate = self.certificate.as_ref().map(|chain| {
            let mut report = chain.to_value(now);
            report.set("pem", chain.to_pem().into());
            report
        });
        Value::map([
            ("name", Some(self.name.as_str().into())),
            ("state", Some(self.state.as_str().into())),
            ("signerName", Some(self.signer_name.as_str().into())),
            ("usages", Some(Value::strings(&self.usages))),
            ("expirationSeconds", self.expiration_seconds.map(Value::Number)),
            ("createdAt", self.created.as_deref().map(Value::from)),
            ("requestor", Some(Value::map([("user", Some(user.as_str().into())), ("groups", Some(Value::strings(groups)))]))),
            ("request", Some(self.request.to_value())),
            ("certificate", certificate),
            ("prediction", self.prediction().map(|outcome| outcome.as_str().into())),
            ("risk", self.risk_value(&findings)),
            ("findings", Some(Value::findings(&findings))),
            ("object", Some(self.object.clone())),
        ])
    }
}
