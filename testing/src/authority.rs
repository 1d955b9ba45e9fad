//! A certificate authority that lives as long as a test, and what it signs.
//!
//! Sources: pkg/controller/certificates/authority/policies.go and signer/signer.go, pkg/serviceaccount/jwt.go in k8s.io/kubernetes 1.36.3;
//! "Authenticating with Bootstrap Tokens" and cluster-bootstrap token/jws/jws.go; measured 2026-11.

use crate::subject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use const_oid::db::rfc5912::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use der::asn1::{GeneralizedTime, Ia5String};
use der::flagset::FlagSet;
use der::{Decode, Encode};
use hmac::{Hmac, KeyInit, Mac};
use kubecred::encoding::pem;
use kubecred::x509::csr::{self, RequestReport};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, Signature, SigningKey};
use sha2::{Digest, Sha256};
use spki::{EncodePublicKey, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::request::CertReq;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

/// Why nothing was made: no randomness, or what was given cannot be part of a certificate. The message is for developers of tests.
#[derive(Debug)]
pub struct Refused(&'static str);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

impl From<builder::Error> for Refused {
    fn from(_: builder::Error) -> Self {
        Refused("The certificate cannot be built from this request.")
    }
}

impl From<der::Error> for Refused {
    fn from(_: der::Error) -> Self {
        Refused("A part of the certificate cannot be encoded.")
    }
}

impl From<spki::Error> for Refused {
    fn from(_: spki::Error) -> Self {
        Refused("A public key cannot be encoded.")
    }
}

/// When a certificate is valid, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// From this second on.
    pub not_before: u64,
    /// Until this second, inclusive.
    pub not_after: u64,
}

impl Lifetime {
    fn validity(self) -> der::Result<Validity> {
        let time = |seconds| GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::from);
        Ok(Validity::new(time(self.not_before)?, time(self.not_after)?))
    }
}

/// The authority: signs certificates, and tokens of service accounts.
pub struct Authority {
    key: SigningKey,
    certificate: Certificate,
}

impl Authority {
    /// A new key and its certificate for the common name `name`.
    ///
    /// # Errors
    /// [`Refused`] without randomness.
    pub fn new(name: &str, lifetime: Lifetime) -> Result<Authority, Refused> {
        let key = new_key()?;
        let name = subject::common_name(name)?;
        let public_key = SubjectPublicKeyInfoOwned::from_key(key.verifying_key())?;
        let builder = CertificateBuilder::new(Root { name }, serial_number()?, lifetime.validity()?, public_key)?;
        let certificate = builder.build::<_, DerSignature>(&key)?;
        Ok(Authority { key, certificate })
    }

    /// The authority's own certificate, PEM.
    ///
    /// # Errors
    /// Never in practice: it was encoded when it was signed.
    pub fn certificate(&self) -> Result<String, Refused> {
        text_of(&self.certificate)
    }

    /// The certificate for a request, PEM: user and groups, SAN, key usages from `usages`, no CA. Whether the signer would take these usages is
    /// the caller's to check.
    ///
    /// # Errors
    /// [`Refused`] where the API server would not have stored the request.
    pub fn sign(&self, request: &[u8], usages: &[String], lifetime: Lifetime) -> Result<String, Refused> {
        let report = csr::read(request);
        if refusal(&report).is_some() {
            return Err(Refused("The API server refuses this request."));
        }
        let block = pem::first(request).ok_or(Refused("There is no PEM block in the request."))?;
        let requested = CertReq::from_der(block.contents.expose())?;
        let leaf = Leaf {
            issuer: self.certificate.tbs_certificate().subject().clone(),
            subject: subject::certified(&requested.info.subject, &report.identity)?,
            usages,
            names: names(&report)?,
        };
        let builder = CertificateBuilder::new(leaf, serial_number()?, lifetime.validity()?, requested.info.public_key)?;
        text_of(&builder.build::<_, DerSignature>(&self.key)?)
    }

    /// A JSON Web Token (RFC 7519) with these claims, signed with ES256; the header names the key as kube-apiserver does.
    ///
    /// # Errors
    /// Never in practice: the key was encoded before.
    pub fn token(&self, claims: &str) -> Result<String, Refused> {
        let public_key = self.key.verifying_key().to_public_key_der()?;
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(public_key.as_bytes()));
        let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"ES256\",\"kid\":\"{id}\"}}"));
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }
}

/// Why kube-apiserver does not store this request, in its words. Admission, which also looks at the signer, is not part of it.
#[must_use]
pub fn refusal(report: &RequestReport) -> Option<&str> {
    use kubecred::kubernetes::csr::signer::{Outcome, outcome};
    // A signer that is not built in: nothing but the request itself can be refused.
    let refused = outcome("example.com/any", &[], report) == Outcome::Refused;
    report.refusal.as_deref().filter(|_| refused)
}

/// The signature of kube-public/cluster-info by a bootstrap token: a JWS without its payload.
///
/// # Errors
/// Never in practice: HMAC takes keys of any length.
pub fn cluster_info_signature(kubeconfig: &str, id: &str, secret: &str) -> Result<String, Refused> {
    let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"HS256\",\"kid\":\"{id}\"}}"));
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).map_err(|_| Refused("The secret cannot be a key."))?;
    for part in [&header, ".", &URL_SAFE_NO_PAD.encode(kubeconfig)] {
        mac.update(part.as_bytes());
    }
    Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}

fn random<const N: usize>() -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Refused("There is no randomness here: crypto.getRandomValues is missing."))?;
    Ok(bytes)
}

fn new_key() -> Result<SigningKey, Refused> {
    // Less than one draw in 2^32 is not below the order of the curve.
    for _ in 0..8 {
        if let Ok(key) = SigningKey::from_slice(&random::<32>()?) {
            return Ok(key);
        }
    }
    Err(Refused("The random numbers are not random."))
}

fn serial_number() -> Result<SerialNumber, Refused> {
    let mut bytes = random::<16>()?;
    bytes[0] = bytes[0] & 0x7f | 0x40; // positive, and of the same length each time
    Ok(SerialNumber::new(&bytes)?)
}

fn text_of(certificate: &Certificate) -> Result<String, Refused> {
    let text = pem::encode("CERTIFICATE", &certificate.to_der()?);
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

/// In the order in which Go writes them.
fn names(report: &RequestReport) -> Result<Vec<GeneralName>, Refused> {
    let mut names = Vec::new();
    for name in &report.dns_names {
        names.push(GeneralName::DnsName(Ia5String::new(name)?));
    }
    for name in &report.email_addresses {
        names.push(GeneralName::Rfc822Name(Ia5String::new(name)?));
    }
    for address in &report.ip_addresses {
        names.push(GeneralName::from(address.parse::<IpAddr>().map_err(|_| Refused("An IP address cannot be read."))?));
    }
    for name in &report.uris {
        names.push(GeneralName::UniformResourceIdentifier(Ia5String::new(name)?));
    }
    Ok(names)
}

/// The authority's own certificate, as kubeadm makes one.
struct Root {
    name: Name,
}

impl BuilderProfile for Root {
    fn get_issuer(&self, _: &Name) -> Name {
        self.name.clone()
    }

    fn get_subject(&self) -> Name {
        self.name.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let usages = KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyCertSign;
        Ok(vec![
            KeyUsage(usages).to_extension(&self.name, &[])?,
            BasicConstraints { ca: true, path_len_constraint: None }.to_extension(&self.name, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(&self.name, &[])?,
        ])
    }
}

/// A certificate by the signer of kube-controller-manager (`PermissiveSigningPolicy`).
struct Leaf<'a> {
    issuer: Name,
    subject: Name,
    usages: &'a [String],
    names: Vec<GeneralName>,
}

impl BuilderProfile for Leaf<'_> {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let has = |usage: &str| self.usages.iter().any(|one| one == usage);
        let mut extensions = Vec::new();
        // The usages that the built-in signers take; others fail before they get here.
        let mut key_usage = FlagSet::<KeyUsages>::default();
        for (usage, flag) in [("digital signature", KeyUsages::DigitalSignature), ("key encipherment", KeyUsages::KeyEncipherment)] {
            if has(usage) {
                key_usage |= flag;
            }
        }
        if !key_usage.is_empty() {
            extensions.push(KeyUsage(key_usage).to_extension(&self.subject, &[])?);
        }
        let purposes = [("server auth", ID_KP_SERVER_AUTH), ("client auth", ID_KP_CLIENT_AUTH)];
        let purposes: Vec<_> = purposes.into_iter().filter(|(usage, _)| has(usage)).map(|(_, oid)| oid).collect();
        if !purposes.is_empty() {
            extensions.push(ExtendedKeyUsage(purposes).to_extension(&self.subject, &[])?);
        }
        extensions.push(BasicConstraints { ca: false, path_len_constraint: None }.to_extension(&self.subject, &[])?);
        let key = SubjectKeyIdentifier::try_from(issuer_key)?;
        extensions.push(AuthorityKeyIdentifier { key_identifier: Some(key.0), ..Default::default() }.to_extension(&self.subject, &[])?);
        if !self.names.is_empty() {
            extensions.push(SubjectAltName(self.names.clone()).to_extension(&self.subject, &[])?);
        }
        Ok(extensions)
    }
}
