//! Bearer tokens (RFC 6750): cleaned of what comes along when they are copied, and read where they are JSON Web Tokens
//! (RFC 7519).
//!
//! Nothing is verified here: only the cluster holds the keys for that, and every report says so. The claims are read the
//! way kube-apiserver reads them (Kubernetes 1.36, pkg/serviceaccount: `claims.go`, `legacy.go`, `jwt.go`; go-jose), so
//! that a token it is going to refuse is pointed out before it is sent.

mod findings;
mod recognise;

use crate::text::readable;
pub use recognise::{Recognised, describe, recognise, wrapping};

use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::input::{self, Change, Views};
use crate::time::UnixTime;
use crate::value::Value;
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

/// Longest token that is read, in bytes. Proxies and servers take 8 to 16 KiB of header.
pub const MAX_TOKEN: usize = 16 << 10;
/// More claims than anybody shows.
const MAX_CLAIMS: usize = 200;
/// Issuer of the tokens in Secrets of type `kubernetes.io/service-account-token` (`LegacyIssuer` in Kubernetes).
const LEGACY_ISSUER: &str = "kubernetes/serviceaccount";

/// Terminals, chats and pages cut long words.
const SHORTENED: &str = "The token was shortened: dots replace the missing characters. Copy the whole token.";

/// What kind of token it is, by its form and claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made by the TokenRequest API: claim `kubernetes.io`.
    ServiceAccount,
    /// From a Secret of type `kubernetes.io/service-account-token`: it does not end.
    LegacyServiceAccount,
    /// Another JSON Web Token, of OpenID Connect for example.
    Jwt,
    /// Anything else: only the server knows what it means.
    Opaque,
}

impl Kind {
    /// `service-account`, `legacy-service-account`, `jwt` or `opaque`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::ServiceAccount => "service-account",
            Kind::LegacyServiceAccount => "legacy-service-account",
            Kind::Jwt => "jwt",
            Kind::Opaque => "opaque",
        }
    }
}

/// What a token says of itself. None of it is verified.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its kind.
    pub kind: Kind,
    /// Claim `sub`; for a bootstrap token the user that it makes.
    pub subject: Option<String>,
    /// Namespace of the service account.
    pub namespace: Option<String>,
    /// Name of the service account.
    pub service_account: Option<String>,
    /// Kind and name of the object that it ends with.
    pub bound_to: Option<(&'static str, String)>,
    /// Claim `aud`, one or several.
    pub audiences: Vec<String>,
    /// Claim `iss`.
    pub issuer: Option<String>,
    /// Claim `jti`: Kubernetes' credential id `JTI=…`.
    pub id: Option<String>,
    /// Header `alg`, as it stands there.
    pub algorithm: Option<String>,
    /// Claims `iat`, `nbf`, `exp`, where they are instants.
    pub times: [Option<UnixTime>; 3],
    /// Every claim: its name, and its value as it was written, cut where it is long.
    pub claims: Vec<(String, String)>,
    /// What is odd about it; the first says that nothing is verified.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The report as JavaScript sees it (`TokenReport` in index.d.ts).
    #[must_use]
    pub fn to_value(&self) -> Value {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let time = |index: usize| self.times[index].map(|time| time.to_iso().into());
        let claim =
            |(name, value): &(String, String)| Value::map([("name", Some(name.as_str().into())), ("value", Some(value.as_str().into()))]);
        let bound =
            self.bound_to.as_ref().map(|(kind, name)| Value::map([("kind", Some((*kind).into())), ("name", Some(name.as_str().into()))]));
        Value::map([
            ("kind", Some(self.kind.as_str().into())),
            ("subject", text(&self.subject)),
            ("namespace", text(&self.namespace)),
            ("serviceAccount", text(&self.service_account)),
            ("boundTo", bound),
            ("audiences", Some(Value::strings(&self.audiences))),
            ("issuer", text(&self.issuer)),
            ("id", text(&self.id)),
            ("algorithm", text(&self.algorithm)),
            ("issuedAt", time(0)),
            ("notBefore", time(1)),
            ("expiresAt", time(2)),
            ("claims", Some(Value::List(self.claims.iter().map(claim).collect()))),
            ("findings", Some(Value::findings(&self.findings))),
        ])
    }

    /// Whether the server that answered `who` (see [`crate::kubernetes::identity::who_am_i`]) saw this token: by the
    /// credential's id where it gives one; by the user where only that can differ. `None` where it cannot be told.
    #[must_use]
    pub fn seen_by(&self, who: &Value) -> Option<bool> {
        if let Some(id) = who.text(&["credential", "id"]) {
            return Some(who.text(&["credential", "kind"]) == Some("token") && self.id.as_deref() == Some(id));
        }
        // Every TokenRequest token has an id, and servers since 1.32 repeat it; older ones do not.
        let (namespace, name) = (self.namespace.as_deref()?, self.service_account.as_deref()?);
        let user = format!("system:serviceaccount:{namespace}:{name}");
        (who.text(&["user"]) != Some(user.as_str())).then_some(false)
    }

    /// When it ends, by its own word.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.times[2]
    }
}

/// Takes off what comes along with a copied token: blanks around it, `Authorization:`, `Bearer`, quotes, and the line
/// ends of a narrow terminal. What is left can stand in a header (RFC 6750, 2.1: `b64token`, taken a little wider, since
/// static tokens may hold any visible character).
///
/// # Errors
/// [`Code::InputTooLarge`], [`Code::InvalidToken`]; the text is not repeated.
pub fn clean(text: &[u8]) -> Result<Zeroizing<String>> {
    if text.len() > MAX_TOKEN + 1024 {
        return Err(Error::new(Code::InputTooLarge, "too long for a token: at most 16 KiB are read"));
    }
    let wrong = |message: &'static str| Err(Error::new(Code::InvalidToken, message));
    let Ok(text) = std::str::from_utf8(text) else { return wrong("not a token: it is not text") };
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
        return wrong("no token here");
    }
    if out.starts_with("-----BEGIN") {
        return wrong("not a token: this is PEM, a certificate or a key");
    }
    if out.contains('\u{2026}') {
        return wrong(SHORTENED);
    }
    if !out.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong(if out.contains(char::is_whitespace) {
            "not a token: there are blanks inside; copy the token alone"
        } else {
            "not a token: it holds characters that cannot stand in a header"
        });
    }
    if out.len() > MAX_TOKEN {
        return Err(Error::new(Code::InputTooLarge, "too long for a token: at most 16 KiB are read"));
    }
    Ok(out)
}

/// A notice where [`clean`] removed more than blanks around the token.
#[must_use]
pub fn cleaned(text: &[u8], token: &str) -> Option<Finding> {
    let same = std::str::from_utf8(text).is_ok_and(|text| text.trim_start_matches('\u{feff}').trim() == token);
    (!same).then(|| {
        Finding::notice(
            "token-cleaned",
            "What is not part of the token was removed: Bearer, Authorization:, quotes or line breaks. Only the token itself is used.",
        )
    })
}

/// Reads a token.
///
/// # Errors
/// Those of [`clean`]. A token that is no JSON Web Token, or a damaged one, is a report and no error.
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
                read_claims(&header.value, &payload, &mut report);
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

/// The form of a token, before any claim is read.
enum Form {
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
    /// The base64 of a JSON Web Token, as a Secret holds it.
    Encoded,
    Opaque,
}

/// Whether [`read`] takes it for [`Form::Opaque`] for sure: letters and digits alone, with none of the beginnings that mean something.
pub(crate) fn is_plainly_opaque(text: &str) -> bool {
    let meaning = ["eyJ", "ZXlK"].iter().any(|start| text.starts_with(start)) || text.eq_ignore_ascii_case("bearer");
    !meaning && text.len() <= MAX_TOKEN && matches!(text.get(crate::encoding::runs::BASE64.run(text.as_bytes())..), Some("" | "=" | "=="))
}

fn split(token: &str) -> Form {
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
fn object(part: &str) -> Option<Zeroizing<String>> {
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

fn read_claims(header: &Value, payload: &json::Document<'_>, report: &mut Report) {
    let claims = &payload.value;
    let text = |key: &str| claims.text(&[key]).map(str::to_owned);
    report.kind = Kind::Jwt;
    report.algorithm = header.text(&["alg"]).map(str::to_owned);
    (report.subject, report.issuer, report.id) = (text("sub"), text("iss"), text("jti"));
    report.audiences = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        _ => claims.texts(&["aud"]),
    };
    report.times = ["iat", "nbf", "exp"].map(|key| claims.get(key).and_then(instant));
    report.claims = payload.members.iter().take(MAX_CLAIMS).map(|(name, raw)| (readable(name), as_written(raw))).collect();
    if report.issuer.as_deref() == Some(LEGACY_ISSUER) {
        let claim = |name: &str| text(&format!("kubernetes.io/serviceaccount/{name}"));
        report.kind = Kind::LegacyServiceAccount;
        (report.namespace, report.service_account) = (claim("namespace"), claim("service-account.name"));
        report.bound_to = claim("secret.name").map(|name| ("Secret", name));
    } else if let (Some(namespace), Some(name)) =
        (claims.text(&["kubernetes.io", "namespace"]), claims.text(&["kubernetes.io", "serviceaccount", "name"]))
    {
        report.kind = Kind::ServiceAccount;
        (report.namespace, report.service_account) = (Some(namespace.to_owned()), Some(name.to_owned()));
        // A pod's token names its node, too; the pod is what it ends with.
        report.bound_to = [("pod", "Pod"), ("secret", "Secret"), ("node", "Node")]
            .into_iter()
            .find_map(|(key, kind)| Some((kind, claims.text(&["kubernetes.io", key, "name"])?.to_owned())));
    }
}

/// A claim for people: a text without its quotes, anything else as it was written.
fn as_written(raw: &str) -> String {
    match json::read(raw).map(|document| document.value) {
        Some(Value::String(text)) => readable(&text),
        _ => readable(raw),
    }
}

/// A NumericDate (RFC 7519, 2) in the years that can be written, 1 to 9999.
fn instant(value: &Value) -> Option<UnixTime> {
    match value {
        Value::Number(seconds) if (-62_135_596_800.0..253_402_300_800.0).contains(seconds) => Some(UnixTime(seconds.floor() as i64)),
        _ => None,
    }
}
