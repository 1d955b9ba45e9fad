//! Issued certificates (RFC 5280): read, and matched to the key and the request they answer.

use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::identity::Identity;
use crate::pem;
use crate::request::{self, hex};
use crate::time::UnixTime;
use crate::value::Value;
use base64ct::{Base64, Encoding};
use const_oid::ObjectIdentifier;
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;

/// The PEM label of a certificate.
pub const LABEL: &str = "CERTIFICATE";
/// Clocks of browser and cluster may differ by this much, in seconds.
const SKEW: i64 = 300;
/// A certificate larger than this does not fit into a TLS handshake together with the rest of it.
const MAX_DER: usize = 64 << 10;
/// More certificates than any chain has.
const MAX_CHAIN: usize = 100;

const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const ANY_EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

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
        if document.blocks.iter().any(|block| block.label.contains("PRIVATE KEY")) {
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

fn read_der(der: &[u8]) -> Result<Read> {
    let wrong = |message: &'static str| Error::new(Code::InvalidCertificate, message);
    if der.len() > MAX_DER {
        return Err(wrong("a certificate is larger than 64 KiB, too large for a TLS handshake"));
    }
    let certificate = Certificate::from_der(der).map_err(|_| wrong("not an X.509 certificate in strict DER"))?;
    let body = certificate.tbs_certificate();
    if body.version() != x509_cert::certificate::Version::V3 {
        return Err(wrong("not a version 3 certificate"));
    }
    let serial = body.serial_number().as_bytes();
    if serial.first().is_some_and(|byte| byte & 0x80 != 0) || serial.iter().all(|byte| *byte == 0) {
        return Err(wrong("the serial number is not positive"));
    }
    let mut read = Read {
        identity: Identity::from_name(body.subject()),
        issuer: name_text(body.issuer()),
        serial: hex(serial),
        fingerprint: hex(&Sha256::digest(der)),
        key_fingerprint: hex(&Sha256::digest(body.subject_public_key_info().to_der().map_err(|_| wrong("the public key cannot be read"))?)),
        not_before: time(&body.validity().not_before),
        not_after: time(&body.validity().not_after),
        is_ca: false,
        usages: Vec::new(),
        client_auth: true,
        der: der.to_vec(),
    };
    read_extensions(&certificate, &mut read).ok_or_else(|| wrong("an extension cannot be read, or stands there twice"))?;
    Ok(read)
}

fn read_extensions(certificate: &Certificate, read: &mut Read) -> Option<()> {
    let extensions: &[_] = certificate.tbs_certificate().extensions().map_or(&[], Vec::as_slice);
    for (index, extension) in extensions.iter().enumerate() {
        if extensions[..index].iter().any(|other| other.extn_id == extension.extn_id) {
            return None;
        }
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            BASIC_CONSTRAINTS => read.is_ca = BasicConstraints::from_der(value).ok()?.ca,
            KEY_USAGE => {
                let usage = KeyUsage::from_der(value).ok()?;
                for (set, word) in [
                    (usage.digital_signature(), "digital signature"),
                    (usage.key_encipherment(), "key encipherment"),
                    (usage.key_cert_sign(), "cert sign"),
                    (usage.crl_sign(), "crl sign"),
                ] {
                    read.usages.extend(set.then_some(word));
                }
            }
            EXTENDED_KEY_USAGE => {
                let ExtendedKeyUsage(purposes) = ExtendedKeyUsage::from_der(value).ok()?;
                read.client_auth = purposes.iter().any(|oid| *oid == CLIENT_AUTH || *oid == ANY_EXTENDED_KEY_USAGE);
                for (oid, word) in [(SERVER_AUTH, "server auth"), (CLIENT_AUTH, "client auth"), (ANY_EXTENDED_KEY_USAGE, "any")] {
                    read.usages.extend(purposes.contains(&oid).then_some(word));
                }
            }
            _ => {}
        }
    }
    Some(())
}

fn time(time: &x509_cert::time::Time) -> UnixTime {
    UnixTime(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

/// The issuer for people: `CN=…` of its common name, or of its organisation where it has none.
fn name_text(name: &Name) -> String {
    let identity = Identity::from_name(name);
    match identity.groups.first() {
        _ if !identity.user.is_empty() => identity.user,
        Some(organization) => organization.clone(),
        None => String::new(),
    }
}

/// Decodes a text that is nothing but the base64 of PEM text.
fn base64_of_pem(text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > pem::MAX_TEXT {
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
