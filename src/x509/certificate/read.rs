//! One certificate: what Go's parser read of it ([`crate::go::certificate`]), in the words of Kubernetes.

use crate::encoding::der;
use crate::encoding::hex::hex;
use crate::encoding::pem::Block;
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::go::certificate;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::subject::Identity;
use const_oid::db::rfc5912;
use sha2::{Digest, Sha256};

/// Extended key usages: 1.3.6.1.5.5.7.3.1, .2, and 2.5.29.37.0.
const SERVER_AUTH: &[u8] = rfc5912::ID_KP_SERVER_AUTH.as_bytes();
const CLIENT_AUTH: &[u8] = rfc5912::ID_KP_CLIENT_AUTH.as_bytes();
const ANY_EXTENDED_KEY_USAGE: &[u8] = rfc5912::ANY_EXTENDED_KEY_USAGE.as_bytes();
/// Bits of KeyUsage (RFC 5280, 4.2.1.3) that have a word here.
const KEY_USAGES: [(u16, &str); 4] = [(0, "digital signature"), (2, "key encipherment"), (5, "cert sign"), (6, "crl sign")];
const CERT_SIGN: u16 = 1 << 5;

/// One certificate and what was read of it.
#[derive(Clone, Debug)]
pub struct Read {
    /// Who it speaks for.
    pub identity: Identity,
    /// The issuer's name, for people.
    pub issuer: String,
    /// X.509 version: 1, 2 or 3. Only version 3 has extensions.
    pub version: u8,
    /// Lower-case hex in whole bytes, without the sign byte of the encoding; `00` for zero.
    pub serial: String,
    /// Lower-case hex SHA-256 of the DER; equals Kubernetes' credential id `X509SHA256=…`.
    pub fingerprint: String,
    /// Lower-case hex SHA-256 of the SubjectPublicKeyInfo; equals the key's fingerprint.
    pub key_fingerprint: String,
    /// Start of validity.
    pub not_before: UnixTime,
    /// End of validity.
    pub not_after: UnixTime,
    /// Basic constraints say CA.
    pub is_ca: bool,
    /// Whether Go verifies other certificates with it (`CheckSignatureFrom`): version 1 and 2 cannot say that they are a CA.
    pub may_issue: bool,
    /// Key usages and extended key usages in Kubernetes' words (`digital signature`, `client auth`).
    pub usages: Vec<&'static str>,
    /// The extended key usage allows a TLS client; absent or `any` does too, as the server sees it.
    pub client_auth: bool,
    /// An extension is marked critical that kube-apiserver does not understand, so that it must refuse the certificate.
    pub unknown_critical: bool,
    pub(super) self_issued: bool,
    der: Vec<u8>,
}

impl Read {
    /// The certificate itself.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The report as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self, now: UnixTime, chain_length: usize) -> Value {
        self.describe(chain_length, &self.findings(now))
    }

    pub(super) fn describe(&self, chain_length: usize, findings: &[Finding]) -> Value {
        Value::map([
            ("user", Some(self.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&self.identity.groups))),
            ("uid", self.identity.uid.as_deref().map(Value::from)),
            ("issuer", Some(self.issuer.as_str().into())),
            ("version", Some(Value::Number(f64::from(self.version)))),
            ("serial", Some(self.serial.as_str().into())),
            ("fingerprint", Some(self.fingerprint.as_str().into())),
            ("notBefore", Some(self.not_before.to_iso().into())),
            ("notAfter", Some(self.not_after.to_iso().into())),
            ("renewalDue", (!self.is_ca).then(|| renewal_due(self).to_iso().into())),
            ("isCa", Some(self.is_ca.into())),
            ("usages", Some(Value::strings(&self.usages))),
            ("chainLength", Some(Value::Number(chain_length as f64))),
            ("findings", Some(Value::findings(findings))),
        ])
    }
}

pub(super) fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::InvalidCertificate, message)
}

pub(super) fn read_block(block: &Block) -> Result<Read> {
    if block.headers {
        return Err(invalid(
            "The certificate's PEM block has headers, which the API server refuses. Remove the lines between BEGIN and the base64.",
        ));
    }
    read_der(block.contents.expose())
}

fn read_der(der: &[u8]) -> Result<Read> {
    let parsed = certificate::parse(der).map_err(|words| {
        invalid(format!("The certificate cannot be parsed, and kubectl and the API server refuse it as well ({words}). Request a new one."))
    })?;
    let extensions = &parsed.extensions;
    let mut usages: Vec<&'static str> =
        KEY_USAGES.iter().filter(|(bit, _)| extensions.key_usage >> bit & 1 == 1).map(|(_, word)| *word).collect();
    // As `Certificate.Verify` of Go: no extended key usage at all is fit for any use.
    let mut client_auth = extensions.extended_key_usages.is_empty();
    for usage in &extensions.extended_key_usages {
        let word = match usage.as_slice() {
            SERVER_AUTH => "server auth",
            CLIENT_AUTH => "client auth",
            ANY_EXTENDED_KEY_USAGE => "any",
            _ => continue,
        };
        client_auth |= word != "server auth";
        usages.push(word);
    }
    let constraints = extensions.basic_constraints;
    let signs = extensions.key_usage == 0 || extensions.key_usage & CERT_SIGN != 0;
    Ok(Read {
        issuer: name_text(&parsed.issuer),
        self_issued: parsed.self_issued,
        version: parsed.version,
        serial: hex(der::unsigned(parsed.serial).unwrap_or(parsed.serial)),
        fingerprint: hex(&Sha256::digest(der)),
        key_fingerprint: hex(&Sha256::digest(parsed.public_key)),
        not_before: parsed.not_before,
        not_after: parsed.not_after,
        is_ca: constraints == Some(true),
        may_issue: signs && constraints.unwrap_or(parsed.version < 3),
        usages,
        client_auth,
        unknown_critical: extensions.unhandled_critical,
        identity: parsed.subject,
        der: der.to_vec(),
    })
}

/// The issuer for people: its common name, or its organisation where it has none.
fn name_text(identity: &Identity) -> String {
    match identity.groups.first() {
        _ if !identity.user.is_empty() => identity.user.clone(),
        Some(organization) => organization.clone(),
        None => String::new(),
    }
}

/// When to renew: four fifths into the lifetime, which is also when a certificate's report begins to warn.
#[must_use]
pub fn renewal_due(certificate: &Read) -> UnixTime {
    let life = certificate.not_after.0 - certificate.not_before.0;
    UnixTime(certificate.not_after.0 - life / 5)
}
