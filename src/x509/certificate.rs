//! Issued certificates (RFC 5280): read, and matched to the key and the request they answer.

use crate::encoding::der;
use crate::encoding::hex::hex;
use crate::encoding::pem::{self, Block, Document};
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::go::certificate;
use crate::input::{self, Cause, Change};
use crate::locate::Locate;
use crate::names;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::subject::Identity;
use base64ct::{Base64, Encoding};
use const_oid::db::rfc5912;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Clocks of browser and cluster may differ by this much, in seconds.
const SKEW: i64 = 300;
/// `maxHandshakeCertificateMsg` of crypto/tls (Go 1.26): a longer chain of client certificates ends the handshake.
const MAX_IN_TLS: usize = 256 << 10;

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
    self_issued: bool,
    der: Vec<u8>,
}

/// Certificates in the order of the text, first one the leaf.
#[derive(Clone, Debug)]
pub struct Chain {
    certificates: Vec<Read>,
    with_key: bool,
    unreadable: Option<Error>,
    /// What the front door changed about the text that was pasted.
    changes: Vec<Change>,
}

impl Chain {
    /// Reads what was pasted or dropped, by way of the front door; what was changed are notices of the report.
    ///
    /// # Errors
    /// As [`Chain::read`]; the sentence names the cause where the text cannot be read.
    pub fn pasted(text: &[u8]) -> Result<Chain> {
        let opened = input::pem(text).map_err(|cause| refused(cause, text))?;
        let mut chain = Chain::read(&opened.text)?;
        chain.changes = opened.changes;
        Ok(chain)
    }

    /// Reads PEM, or the base64 of PEM as in `status.certificate`. Other blocks are ignored as kubectl ignores them (`tls.X509KeyPair`),
    /// so that a file with certificate and key can be read (kubelet-client-current.pem); [`Chain::with_key`] tells of a key.
    ///
    /// # Errors
    /// [`Code::InvalidCertificate`], [`Code::UnexpectedPrivateKey`] for a key without a certificate, [`Code::InputTooLarge`].
    pub fn read(text: &[u8]) -> Result<Chain> {
        let chain = Chain::scan(text)?;
        if let Some(error) = chain.unreadable {
            return Err(error);
        }
        Ok(chain)
    }

    /// Reads a CA bundle as kubectl does (`CertPool.AppendCertsFromPEM`, Go 1.26): blocks that are not a certificate, have headers or
    /// cannot be parsed are ignored as long as one certificate is left. [`Chain::unreadable`] has the reason for the first of them.
    ///
    /// # Errors
    /// [`Code::InvalidCertificate`] with the reason where no certificate is left, [`Code::UnexpectedPrivateKey`] for a key without a
    /// certificate, [`Code::InputTooLarge`].
    pub fn read_authorities(text: &[u8]) -> Result<Chain> {
        match Chain::scan(text)? {
            Chain { certificates, unreadable: Some(error), .. } if certificates.is_empty() => Err(error),
            chain => Ok(chain),
        }
    }

    /// All certificates that can be read, and why the first of the others cannot.
    fn scan(text: &[u8]) -> Result<Chain> {
        let decoded = base64_of_pem(text).map(Zeroizing::new); // may contain a private key
        let document = pem::document(decoded.as_ref().map_or(text, |decoded| decoded.as_slice()))?;
        let mut chain = Chain { certificates: Vec::new(), with_key: false, unreadable: None, changes: Vec::new() };
        if document.damaged > 0 {
            chain.unreadable = Some(Error::new(
                Code::InvalidCertificate,
                "The PEM block is damaged. Copy everything from the BEGIN line to the END line, dashes included.",
            ));
        }
        for block in &document.blocks {
            if block.label == pem::CERTIFICATE {
                match read_block(block) {
                    Ok(read) => chain.certificates.push(read),
                    Err(error) => drop(chain.unreadable.get_or_insert(error)),
                }
            } else {
                chain.with_key |= block.label.holds("PRIVATE KEY");
            }
        }
        match chain.unreadable {
            None if chain.certificates.is_empty() => Err(absent(&document)),
            _ => Ok(chain),
        }
    }

    /// Whether a private key is in the same text. It was not read.
    #[must_use]
    pub fn with_key(&self) -> bool {
        self.with_key
    }

    /// Why a block of a CA bundle was ignored, the first one of them.
    #[must_use]
    pub fn unreadable(&self) -> Option<&Error> {
        self.unreadable.as_ref()
    }

    /// The first certificate.
    #[must_use]
    pub fn leaf(&self) -> &Read {
        &self.certificates[0] // never empty, see scan
    }

    /// All certificates, leaf first.
    #[must_use]
    pub fn certificates(&self) -> &[Read] {
        &self.certificates
    }

    /// The chain as PEM, re-encoded.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.certificates.iter().map(|one| String::from_utf8_lossy(pem::encode(pem::CERTIFICATE, &one.der).expose()).into_owned()).collect()
    }

    /// Checks the chain against the key it must belong to and, where given, the request it answers; puts the leaf first.
    ///
    /// The signer re-types, re-orders and merges RDNs, and signs with another CA than the serving one: neither is a
    /// fault. What differs without harm is returned as findings.
    ///
    /// # Errors
    /// [`Code::CertificateKeyMismatch`], [`Code::CertificateSubjectMismatch`], [`Code::CertificateUsage`],
    /// [`Code::CertificateNotYetValid`], [`Code::CertificateExpired`].
    pub fn match_to(&mut self, key_fingerprint: &str, requested: Option<&Identity>, now: UnixTime) -> Result<Vec<Finding>> {
        let Some(position) = self.certificates.iter().position(|one| one.key_fingerprint == key_fingerprint) else {
            return Err(Error::new(
                Code::CertificateKeyMismatch,
                "The certificate belongs to another private key. Use the one issued for this request.",
            ));
        };
        let leaf = self.certificates.remove(position);
        self.certificates.insert(0, leaf);
        let leaf = self.leaf();
        check_use(leaf)?;
        check_time(leaf, now)?;
        let mut findings: Vec<Finding> = leaf.authority_as_client().into_iter().collect();
        if let Some(requested) = requested {
            check_subject(leaf, requested, &mut findings)?;
        }
        if position > 0 {
            findings.push(Finding::notice(
                FindingCode::ChainReordered,
                "The certificate of this key was not the first one. It was moved to the front, as TLS requires.",
            ));
        }
        Ok(findings)
    }

    /// The report as JavaScript sees it (`CertificateReport` in types.ts).
    #[must_use]
    pub fn to_value(&self, now: UnixTime) -> Value {
        let mut findings = self.leaf().findings(now);
        findings.extend(self.findings());
        self.leaf().describe(self.certificates.len(), &findings)
    }

    /// What is unusual about the text and the chain as a whole.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.with_key {
            findings.push(Finding::notice(
                FindingCode::PrivateKeyIncluded,
                "A private key is in the same text. Only the certificate was read; keep the text secret.",
            ));
        }
        if self.certificates.iter().map(|one| one.der.len()).sum::<usize>() > MAX_IN_TLS {
            findings.push(Finding::error(
                FindingCode::CertificateTooLarge,
                "The certificates are larger than 256 KiB in total, so the API server ends the TLS handshake. Request one with fewer groups or names.",
            ));
        }
        findings.extend(input::notices(&self.changes));
        findings
    }
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

    fn describe(&self, chain_length: usize, findings: &[Finding]) -> Value {
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

    /// Without a user name, a client certificate is ignored.
    pub(crate) fn user_empty(&self) -> Option<Finding> {
        self.identity.user.is_empty().then(|| {
            Finding::error(
                FindingCode::UserEmpty,
                "The certificate has no user name, so the API server ignores it. Request one with a user name.",
            )
        })
    }

    /// Names that look like others, as in the report of a request.
    fn name_findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = names::findings(&self.identity.user).into_iter().map(|finding| finding.at("user")).collect();
        for (index, group) in self.identity.groups.iter().enumerate() {
            findings.extend(names::findings(group).into_iter().map(|finding| finding.at(format!("groups[{index}]"))));
        }
        findings
    }

    /// A CA's certificate as the credential of a client: kube-apiserver 1.36.3 accepts it (`x509.Certificate.Verify` of Go 1.26 looks
    /// at the extended key usage alone).
    pub(crate) fn authority_as_client(&self) -> Option<Finding> {
        self.is_ca.then(|| {
            Finding::warning(
                FindingCode::ClientIsAuthority,
                "This is a CA certificate. The API server accepts it as a client certificate, but anyone who has its key may be able to issue certificates for other users. Request a client certificate instead.",
            )
        })
    }

    /// What is odd about it at this time.
    #[must_use]
    pub fn findings(&self, now: UnixTime) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Err(error) = check_time(self, now) {
            findings.push(Finding::error(finding_code(error.code()), error.message().to_owned()));
        } else if !self.is_ca {
            let (left, whole) = (self.not_after.0 - now.0, self.not_after.0 - self.not_before.0);
            if left * 5 < whole {
                findings.push(Finding::warning(
                    FindingCode::CertificateEndsSoon,
                    "Less than a fifth of the certificate's lifetime is left. Request a new one.",
                ));
            }
        }
        if !self.is_ca {
            findings.extend(self.user_empty());
        }
        findings.extend(self.name_findings());
        if self.version < 3 && !self.self_issued {
            findings.push(Finding::notice(
                FindingCode::CertificateVersion,
                format!(
                    "An X.509 version {} certificate has no extensions, so it is not limited to clients. kubectl and the API server accept it.",
                    self.version
                ),
            ));
        }
        if self.unknown_critical {
            findings.push(Finding::error(
                FindingCode::CriticalExtension,
                "A critical extension is unknown to the API server, which therefore rejects the certificate (401). Request a new one.",
            ));
        }
        findings
    }
}

fn check_use(leaf: &Read) -> Result<()> {
    if !leaf.client_auth {
        return Err(Error::new(
            Code::CertificateUsage,
            "The certificate is not valid for client authentication, so the API server rejects it (401). Request a client certificate.",
        ));
    }
    Ok(())
}

fn check_time(leaf: &Read, now: UnixTime) -> Result<()> {
    if leaf.not_before.0 > now.0 + SKEW {
        return Err(Error::new(
            Code::CertificateNotYetValid,
            format!(
                "The certificate is valid only from {}, and the time here is {}. One of the two clocks is wrong.",
                leaf.not_before.to_iso(),
                now.to_iso()
            ),
        ));
    }
    if leaf.not_after.0 <= now.0 {
        return Err(Error::new(
            Code::CertificateExpired,
            format!(
                "The certificate expired on {}, and the time here is {}. Request a new one, or correct the clock.",
                leaf.not_after.to_iso(),
                now.to_iso()
            ),
        ));
    }
    Ok(())
}

fn check_subject(leaf: &Read, requested: &Identity, findings: &mut Vec<Finding>) -> Result<()> {
    if !leaf.identity.same_user_and_groups(requested) {
        return Err(Error::new(
            Code::CertificateSubjectMismatch,
            "The certificate names another user or other groups than the request. Ask the administrator who issued it.",
        ));
    }
    if requested.uid.is_some() && leaf.identity.uid.is_none() {
        findings.push(Finding::notice(
            FindingCode::UidDropped,
            "The signer left the uid out of the certificate. The API server knows the user by name and groups alone.",
        ));
    }
    Ok(())
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::InvalidCertificate, message)
}

fn read_block(block: &Block) -> Result<Read> {
    if block.headers {
        return Err(invalid(
            "The certificate's PEM block has headers, which the API server refuses. Remove the lines between BEGIN and the base64.",
        ));
    }
    read_der(block.contents.expose())
}

/// Why a text without a certificate is refused.
fn absent(document: &Document) -> Error {
    let labelled = |wanted: &str| document.blocks.iter().any(|block| block.label.holds(wanted));
    if labelled("PRIVATE KEY") {
        return Error::new(Code::UnexpectedPrivateKey, "There is a private key in this text. Give the certificate alone.");
    }
    invalid(if labelled(pem::CERTIFICATE_REQUEST) {
        "This is a certificate signing request. Give the certificate that the cluster issued for it."
    } else if labelled(pem::CERTIFICATE) {
        "The PEM label is not CERTIFICATE, so kubectl ignores the block. Convert it with openssl x509 -in FILE -out NEW-FILE."
    } else if document.blocks.is_empty() {
        "There is no certificate in this text. It begins with -----BEGIN CERTIFICATE-----."
    } else {
        "There is no CERTIFICATE block in this text, only PEM blocks of another kind. Give the certificate."
    })
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

/// Decodes a text that is nothing but the base64 of PEM text.
fn base64_of_pem(text: &[u8]) -> Option<Vec<u8>> {
    // Most texts are PEM already, and base64 has no hyphen.
    if text.len() > pem::MAX_TEXT || text.contains(&b'-') {
        return None;
    }
    let compact: String = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)).collect();
    let decoded = Base64::decode_vec(compact.trim_matches(['"', '\''])).ok()?;
    decoded.windows(11).any(|window| window == b"-----BEGIN ").then_some(decoded)
}

/// Why a text that the front door refuses is not a certificate.
fn refused(cause: Cause, text: &[u8]) -> Error {
    match cause {
        Cause::TooLarge => Error::new(Code::InputTooLarge, cause.sentence()),
        _ if input::holds_private_key(text) => {
            Error::new(Code::UnexpectedPrivateKey, "There is a private key in this text. Give the certificate alone.")
        }
        Cause::NoPem | Cause::Empty => {
            Error::new(Code::InvalidCertificate, "There is no certificate in this text. It begins with -----BEGIN CERTIFICATE-----.")
        }
        _ => Error::new(Code::InvalidCertificate, cause.sentence()),
    }
}

/// The same as [`authority_bundle`] for what was pasted or dropped, by way of the front door.
///
/// # Errors
/// As [`authority_bundle`].
pub fn pasted_authority(text: &[u8]) -> Result<String> {
    let opened = input::pem(text).map_err(|cause| {
        let error = refused(cause, text);
        let code = if error.code() == Code::InvalidCertificate { Code::InvalidCertificateAuthority } else { error.code() };
        Error::new(code, error.message().to_owned())
    })?;
    authority_bundle(&opened.text)
}

/// Checks a CA bundle for a kubeconfig: the certificates that kubectl reads of it, in order, re-encoded.
///
/// # Errors
/// [`Code::InvalidCertificateAuthority`] with the reason, [`Code::UnexpectedPrivateKey`] for any private key in it.
pub fn authority_bundle(text: &[u8]) -> Result<String> {
    match Chain::read_authorities(text) {
        Ok(chain) if chain.with_key => Err(Error::new(
            Code::UnexpectedPrivateKey,
            "A private key is in the CA bundle. Give the certificates alone: kubectl needs no key here.",
        )),
        Ok(chain) => Ok(chain.to_pem()),
        Err(error) if error.code() == Code::InvalidCertificate => {
            Err(Error::new(Code::InvalidCertificateAuthority, format!("The CA bundle cannot be read. {}", error.message())))
        }
        Err(error) => Err(error),
    }
}

/// When to renew: four fifths into the lifetime, which is also when a certificate's report begins to warn.
#[must_use]
pub fn renewal_due(certificate: &Read) -> UnixTime {
    let life = certificate.not_after.0 - certificate.not_before.0;
    UnixTime(certificate.not_after.0 - life / 5)
}

/// The finding for a certificate that cannot be read or used, by the error that says so.
pub(crate) const fn finding_code(code: Code) -> FindingCode {
    match code {
        Code::CertificateExpired => FindingCode::CertificateExpired,
        Code::CertificateNotYetValid => FindingCode::CertificateNotYetValid,
        Code::InputTooLarge => FindingCode::InputTooLarge,
        Code::InvalidPem => FindingCode::InvalidPem,
        Code::UnexpectedPrivateKey => FindingCode::UnexpectedPrivateKey,
        _ => FindingCode::InvalidCertificate,
    }
}
