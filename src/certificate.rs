//! Issued certificates (RFC 5280): read, and matched to the key and the request they answer.

use crate::asn1::{self, Reader, tag};
use crate::calendar::renewal_due;
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::identity::Identity;
use crate::locate::Locate;
use crate::pem;
use crate::request::{self, hex};
use crate::time::UnixTime;
use crate::value::Value;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// The PEM label of a certificate.
pub const LABEL: &str = "CERTIFICATE";
/// Clocks of browser and cluster may differ by this much, in seconds.
const SKEW: i64 = 300;
/// A certificate larger than this does not fit into a TLS handshake together with the rest of it.
const MAX_DER: usize = 64 << 10;
/// More certificates than any chain has.
const MAX_CHAIN: usize = 100;

/// Extended key usages: 1.3.6.1.5.5.7.3.1, .2, and 2.5.29.37.0.
const SERVER_AUTH: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const ANY_EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25, 0x00];
/// Extensions: 2.5.29.19, .15, .37.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
/// The other extensions 2.5.29.x that Go's crypto/x509 understands (1.26): subject key id, alternative names, name
/// constraints, distribution points, policies, policy mappings, authority key id, policy constraints, inhibit any policy.
const KNOWN_TO_GO: &[u8] = &[14, 17, 30, 31, 32, 33, 35, 36, 54];

/// One certificate and what was read of it.
#[derive(Clone, Debug)]
pub struct Read {
    /// Who it speaks for.
    pub identity: Identity,
    /// The issuer's name, for people.
    pub issuer: String,
    /// Lower-case hex, without leading zeros of the encoding.
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
    /// Key usages and extended key usages in Kubernetes' words (`digital signature`, `client auth`).
    pub usages: Vec<&'static str>,
    /// The extended key usage allows a TLS client; absent or `any` does too, as the server sees it.
    pub client_auth: bool,
    /// An extension is marked critical that kube-apiserver does not understand, so that it must refuse the certificate.
    pub unknown_critical: bool,
    der: Vec<u8>,
}

/// Certificates in the order of the text, first one the leaf.
#[derive(Clone, Debug)]
pub struct Chain {
    certificates: Vec<Read>,
}

impl Chain {
    /// Reads PEM, or the base64 of PEM as it stands in `status.certificate`.
    ///
    /// # Errors
    /// [`Code::InvalidCertificate`], [`Code::UnexpectedPrivateKey`], [`Code::InputTooLarge`].
    pub fn read(text: &[u8]) -> Result<Chain> {
        if let Some(decoded) = base64_of_pem(text) {
            return Chain::read_pem(&decoded);
        }
        Chain::read_pem(text)
    }

    fn read_pem(text: &[u8]) -> Result<Chain> {
        let document = pem::document(text)?;
        let wrong = |message: &'static str| Err(Error::new(Code::InvalidCertificate, message));
        if document.blocks.iter().any(|block| block.label.holds("PRIVATE KEY")) {
            return Err(Error::new(Code::UnexpectedPrivateKey, "a private key is in this text; a certificate is wanted here, alone"));
        }
        if document.damaged > 0 {
            return wrong("a PEM block is damaged: copy everything from the BEGIN line to the END line, dashes included");
        }
        if document.blocks.len() > MAX_CHAIN {
            return wrong("more than 100 certificates: that is no chain");
        }
        let mut certificates = Vec::with_capacity(document.blocks.len());
        for block in &document.blocks {
            match block.label.as_str() {
                LABEL if block.headers => return wrong("the certificate's PEM block has headers, which the server refuses"),
                LABEL => certificates.push(read_der(block.contents.expose())?),
                request::LABEL => return wrong("this is the request; the certificate is what the cluster answers to it"),
                _ => return wrong("only CERTIFICATE blocks belong here"),
            }
        }
        if certificates.is_empty() {
            return wrong("no certificate here: it begins with -----BEGIN CERTIFICATE-----");
        }
        Ok(Chain { certificates })
    }

    /// The first certificate.
    #[must_use]
    pub fn leaf(&self) -> &Read {
        &self.certificates[0] // never empty, see read_pem
    }

    /// All certificates, leaf first.
    #[must_use]
    pub fn certificates(&self) -> &[Read] {
        &self.certificates
    }

    /// The chain as PEM, re-encoded.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.certificates.iter().map(|one| String::from_utf8_lossy(pem::encode(LABEL, &one.der).expose()).into_owned()).collect()
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
                "this certificate belongs to another private key; take the one issued for this request",
            ));
        };
        let leaf = self.certificates.remove(position);
        self.certificates.insert(0, leaf);
        let leaf = self.leaf();
        check_use(leaf)?;
        check_time(leaf, now)?;
        let mut findings = Vec::new();
        if let Some(requested) = requested {
            check_subject(leaf, requested, &mut findings)?;
        }
        if position > 0 {
            findings.push(Finding::notice("chain-reordered", "the certificate of this key was not the first; it is now, as TLS wants it"));
        }
        Ok(findings)
    }

    /// The report as JavaScript sees it (`CertificateReport` in index.d.ts).
    #[must_use]
    pub fn to_value(&self, now: UnixTime) -> Value {
        self.leaf().to_value(now, self.certificates.len())
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
        Value::map([
            ("user", Some(self.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&self.identity.groups))),
            ("uid", self.identity.uid.as_deref().map(Value::from)),
            ("issuer", Some(self.issuer.as_str().into())),
            ("serial", Some(self.serial.as_str().into())),
            ("fingerprint", Some(self.fingerprint.as_str().into())),
            ("notBefore", Some(self.not_before.to_iso().into())),
            ("notAfter", Some(self.not_after.to_iso().into())),
            ("renewalDue", (!self.is_ca).then(|| renewal_due(self).to_iso().into())),
            ("isCa", Some(self.is_ca.into())),
            ("usages", Some(Value::strings(&self.usages))),
            ("chainLength", Some(Value::Number(chain_length as f64))),
            ("findings", Some(Value::findings(&self.findings(now)))),
        ])
    }

    /// What is odd about it at this time.
    #[must_use]
    pub fn findings(&self, now: UnixTime) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Err(error) = check_time(self, now) {
            findings.push(Finding::error(error.code().as_str(), error.message().to_owned()));
        } else if !self.is_ca {
            let (left, whole) = (self.not_after.0 - now.0, self.not_after.0 - self.not_before.0);
            if left * 5 < whole {
                findings.push(Finding::warning("certificate-ends-soon", "less than a fifth of its lifetime is left; ask for a new one"));
            }
        }
        if self.identity.user.is_empty() && !self.is_ca {
            findings.push(Finding::error("user-empty", "no user name: the server ignores this certificate"));
        }
        if self.unknown_critical {
            findings.push(Finding::error(
                "critical-extension",
                "an extension that the server does not know is marked critical, so it refuses this certificate (401)",
            ));
        }
        findings
    }
}

fn check_use(leaf: &Read) -> Result<()> {
    let wrong = |message: &'static str| Err(Error::new(Code::CertificateUsage, message));
    if leaf.is_ca {
        return wrong("this is a CA's certificate, not one for a client");
    }
    if !leaf.client_auth {
        return wrong("this certificate is not for clients: its extended key usage lacks client auth, so the server answers 401");
    }
    Ok(())
}

fn check_time(leaf: &Read, now: UnixTime) -> Result<()> {
    if leaf.not_before.0 > now.0 + SKEW {
        return Err(Error::new(
            Code::CertificateNotYetValid,
            format!("valid only from {}; it is {} here, so one of the two clocks is wrong", leaf.not_before.to_iso(), now.to_iso()),
        ));
    }
    if leaf.not_after.0 <= now.0 {
        return Err(Error::new(
            Code::CertificateExpired,
            format!("ended on {}; it is {} here. Ask for a new one, or set the clock right", leaf.not_after.to_iso(), now.to_iso()),
        ));
    }
    Ok(())
}

fn check_subject(leaf: &Read, requested: &Identity, findings: &mut Vec<Finding>) -> Result<()> {
    if !leaf.identity.same_user_and_groups(requested) {
        return Err(Error::new(
            Code::CertificateSubjectMismatch,
            "the certificate names another user or other groups than were asked for; ask the administrator who issued it",
        ));
    }
    if requested.uid.is_some() && leaf.identity.uid.is_none() {
        findings.push(Finding::notice("uid-dropped", "the signer left the uid out of the certificate"));
    }
    Ok(())
}

/// The parts of a certificate that are used (RFC 5280, 4.1).
struct Parts<'a> {
    serial: &'a [u8],
    issuer: &'a [u8],
    validity: &'a [u8],
    subject: &'a [u8],
    public_key: &'a [u8],
    extensions: &'a [u8],
}

fn split(der: &[u8]) -> Option<Parts<'_>> {
    let mut certificate = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    let mut body = Reader::new(certificate.take(tag::SEQUENCE)?);
    let outer = certificate.take(tag::SEQUENCE)?;
    asn1::whole_bits(certificate.take(tag::BIT_STRING)?)?;
    certificate.end()?;
    // Version 3 is written as 2. Others have no extensions, and nobody issues them any more.
    (Reader::one(body.take(tag::context(0))?, tag::INTEGER)? == [2]).then_some(())?;
    let serial = body.take(tag::INTEGER)?;
    (body.take(tag::SEQUENCE)? == outer).then_some(())?;
    let (issuer, validity, subject) = (body.take(tag::SEQUENCE)?, body.take(tag::SEQUENCE)?, body.take(tag::SEQUENCE)?);
    let public_key = body.take_whole(tag::SEQUENCE)?;
    for unique_id in [tag::context_primitive(1), tag::context_primitive(2)] {
        body.optional(unique_id)?;
    }
    let extensions = match body.optional(tag::context(3))? {
        Some(extensions) => Reader::one(extensions, tag::SEQUENCE)?,
        None => &[],
    };
    body.end()?;
    Some(Parts { serial, issuer, validity, subject, public_key, extensions })
}

fn read_der(der: &[u8]) -> Result<Read> {
    let wrong = |message: &'static str| Error::new(Code::InvalidCertificate, message);
    if der.len() > MAX_DER {
        return Err(wrong("a certificate is larger than 64 KiB, too large for a TLS handshake"));
    }
    let malformed = || wrong("not an X.509 version 3 certificate in strict DER");
    let parts = split(der).ok_or_else(malformed)?;
    let serial = parts.serial;
    let positive = asn1::is_integer(serial) && serial[0] & 0x80 == 0 && serial.iter().any(|byte| *byte != 0);
    if !positive || serial.len() > 20 + usize::from(serial[0] == 0) {
        return Err(wrong("the serial number is not a positive number of at most 20 bytes"));
    }
    let (not_before, not_after) = validity(parts.validity).ok_or_else(|| wrong("the validity cannot be read"))?;
    let mut read = Read {
        identity: Identity::from_name(parts.subject).ok_or_else(malformed)?,
        issuer: name_text(&Identity::from_name(parts.issuer).ok_or_else(malformed)?),
        serial: hex(serial),
        fingerprint: hex(&Sha256::digest(der)),
        key_fingerprint: hex(&Sha256::digest(parts.public_key)),
        not_before,
        not_after,
        is_ca: false,
        usages: Vec::new(),
        client_auth: true,
        unknown_critical: false,
        der: der.to_vec(),
    };
    read_extensions(parts.extensions, &mut read).ok_or_else(|| wrong("an extension cannot be read, or stands there twice"))?;
    Ok(read)
}

fn read_extensions(extensions: &[u8], read: &mut Read) -> Option<()> {
    let mut extensions = Reader::new(extensions);
    let mut seen: Vec<&[u8]> = Vec::new();
    while !extensions.is_empty() {
        let (oid, critical, value) = request::read_extension(extensions.take(tag::SEQUENCE)?)?;
        if seen.contains(&oid) {
            return None;
        }
        seen.push(oid);
        match oid {
            BASIC_CONSTRAINTS => {
                let mut constraints = Reader::new(Reader::one(value, tag::SEQUENCE)?);
                read.is_ca = match constraints.optional(tag::BOOLEAN)? {
                    Some(flag) => asn1::boolean(flag)?,
                    None => false,
                };
            }
            KEY_USAGE => {
                let first = asn1::flags(Reader::one(value, tag::BIT_STRING)?)?.first().copied().unwrap_or(0);
                for (bit, word) in [(0x80, "digital signature"), (0x20, "key encipherment"), (0x04, "cert sign"), (0x02, "crl sign")] {
                    read.usages.extend((first & bit != 0).then_some(word));
                }
            }
            EXTENDED_KEY_USAGE => {
                let mut purposes = Reader::new(Reader::one(value, tag::SEQUENCE)?);
                read.client_auth = false;
                while !purposes.is_empty() {
                    let word = match purposes.take(tag::OID)? {
                        SERVER_AUTH => "server auth",
                        CLIENT_AUTH => "client auth",
                        ANY_EXTENDED_KEY_USAGE => "any",
                        _ => continue,
                    };
                    read.client_auth |= word != "server auth";
                    read.usages.push(word);
                }
            }
            [0x55, 0x1D, known] if KNOWN_TO_GO.contains(known) => {}
            _ => read.unknown_critical |= critical,
        }
    }
    Some(())
}

fn validity(contents: &[u8]) -> Option<(UnixTime, UnixTime)> {
    let mut validity = Reader::new(contents);
    let times = (time(validity.element()?)?, time(validity.element()?)?);
    validity.end()?;
    Some(times)
}

/// UTCTime `YYMMDDHHMMSSZ` (until 2049) or GeneralizedTime `YYYYMMDDHHMMSSZ` (RFC 5280, 4.1.2.5).
fn time(element: asn1::Element<'_>) -> Option<UnixTime> {
    let digits = element.contents.strip_suffix(b"Z")?;
    let number = |range: std::ops::Range<usize>| {
        let digits = digits.get(range)?;
        digits.iter().try_fold(0i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
    };
    let (year, rest) = match (element.tag, digits.len()) {
        (tag::UTC_TIME, 12) => {
            let short = number(0..2)?;
            (if short < 50 { 2000 + short } else { 1900 + short }, 2)
        }
        (tag::GENERALIZED_TIME, 14) => (number(0..4)?, 4),
        _ => return None,
    };
    let part = |index: usize| number(rest + 2 * index..rest + 2 * index + 2);
    UnixTime::from_parts(year, [part(0)?, part(1)?, part(2)?, part(3)?, part(4)?])
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

/// Checks a CA bundle for a kubeconfig: certificates only, kept whole and in order, re-encoded.
///
/// # Errors
/// [`Code::InvalidCertificateAuthority`], [`Code::UnexpectedPrivateKey`].
pub fn authority_bundle(text: &[u8]) -> Result<String> {
    match Chain::read(text) {
        Ok(chain) => Ok(chain.to_pem()),
        Err(error) if error.code() == Code::UnexpectedPrivateKey => Err(error),
        Err(_) => Err(Error::new(
            Code::InvalidCertificateAuthority,
            "the CA bundle holds something else than readable CERTIFICATE blocks; give the cluster's CA as PEM",
        )),
    }
}
