//! A kubeconfig out of a key, the certificate issued for it and a cluster.

use super::model::{Cluster, Context, Kubeconfig, User};
use super::server;
use crate::certificate::{self, Chain};
use crate::error::{Code, Error, Result};
use crate::finding::Finding;
use crate::key::PrivateKey;
use crate::kubernetes::signer::is_label;
use crate::pem;
use crate::request;
use crate::time::UnixTime;
use crate::value::{Options, Value};

/// What a kubeconfig is made of, besides the key.
#[derive(Debug)]
pub struct Parts {
    certificate: Vec<u8>,
    request: Option<String>,
    cluster: Cluster,
    user_name: Option<String>,
    context_name: Option<String>,
    namespace: Option<String>,
}

impl Parts {
    /// Reads `{ certificate, cluster: { name?, server, certificateAuthority?, tlsServerName?, proxyUrl? }, request?,
    /// userName?, contextName?, namespace? }`.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`], [`Code::InvalidServer`], [`Code::InvalidCertificateAuthority`], [`Code::InvalidName`].
    pub fn from_value(value: &Value) -> Result<Parts> {
        let known = ["certificate", "cluster", "request", "userName", "contextName", "namespace"];
        let options = Options::read("kubeconfig parts", value, &known)?;
        let cluster =
            options.value("cluster").ok_or_else(|| Error::new(Code::InvalidOptions, "cluster of kubeconfig parts must be given"))?;
        let name = |key: &str| -> Result<Option<String>> { options.text(key)?.map(|text| checked_name(key, text)).transpose() };
        Ok(Parts {
            certificate: options.required_text("certificate")?.as_bytes().to_vec(),
            request: options.text("request")?.map(str::to_owned),
            cluster: read_cluster(cluster)?,
            user_name: name("userName")?,
            context_name: name("contextName")?,
            namespace: options.text("namespace")?.filter(|text| !text.is_empty()).map(checked_namespace).transpose()?,
        })
    }
}

/// Checks the certificate against the key and, where given, the request, then assembles.
///
/// # Errors
/// The codes of [`Chain::match_to`], [`Code::InvalidRequest`] where the given request cannot be read, and
/// [`Code::CertificateKeyMismatch`] where it was made with another key.
pub fn from_certificate(key: &PrivateKey, parts: Parts, now: UnixTime) -> Result<Kubeconfig> {
    let mut certificate = Chain::read(&parts.certificate)?;
    let requested = parts.request.as_deref().map(|text| request::read(text.as_bytes()));
    if let Some(report) = &requested {
        if !report.accepted {
            return Err(Error::new(Code::InvalidRequest, "the request that the certificate shall be compared with cannot be read"));
        }
        if report.fingerprint != key.fingerprint() {
            return Err(Error::new(Code::CertificateKeyMismatch, "the request was made with another private key than this one"));
        }
    }
    let mut findings = certificate.match_to(&key.fingerprint(), requested.as_ref().map(|report| &report.identity), now)?;
    findings.extend(certificate.leaf().findings(now));
    findings.extend(authority_findings(&parts.cluster, &certificate, now));
    let mut cluster = parts.cluster;
    if cluster.name.is_empty() {
        cluster.name = default_cluster_name(&cluster.server);
    }
    let user = certificate.leaf().identity.user.clone();
    // `user@cluster`, as kubeadm names them; the same for both, so that a merge by hand keeps them together.
    let default = format!("{user}@{}", cluster.name);
    let user_name = parts.user_name.unwrap_or_else(|| default.clone());
    let context = Context {
        name: parts.context_name.unwrap_or(default),
        cluster: cluster.name.clone(),
        user: user_name.clone(),
        namespace: parts.namespace,
    };
    let key = pem::encode("PRIVATE KEY", key.to_pkcs8_der()?.expose());
    Ok(Kubeconfig { cluster, user: User { name: user_name, certificate, key }, context, findings })
}

fn read_cluster(value: &Value) -> Result<Cluster> {
    let options = Options::read("cluster", value, &["name", "server", "certificateAuthority", "tlsServerName", "proxyUrl"])?;
    let authority = match options.text("certificateAuthority")? {
        Some(text) if !text.trim().is_empty() => Some(certificate::authority_bundle(text.as_bytes())?),
        _ => None,
    };
    Ok(Cluster {
        name: options.text("name")?.map(|name| checked_name("cluster.name", name)).transpose()?.unwrap_or_default(),
        server: server::normalise(options.required_text("server")?)?,
        certificate_authority: authority,
        tls_server_name: options
            .text("tlsServerName")?
            .filter(|text| !text.is_empty())
            .map(|name| checked_name("tlsServerName", name))
            .transpose()?,
        proxy_url: options.text("proxyUrl")?.filter(|text| !text.is_empty()).map(checked_proxy).transpose()?,
    })
}

/// The host of the server: what people call a cluster when they did not name it.
fn default_cluster_name(server: &str) -> String {
    let rest = server.strip_prefix("https://").unwrap_or(server);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// Names are taken as they are. NUL is refused, because neither a YAML reader nor a command line takes it.
fn checked_name(field: &str, name: &str) -> Result<String> {
    if name.is_empty() || name.contains('\0') {
        return Err(Error::new(Code::InvalidName, format!("{field} must be a text that is not empty and holds no NUL character")));
    }
    Ok(name.to_owned())
}

fn checked_namespace(namespace: &str) -> Result<String> {
    if !is_label(namespace) {
        return Err(Error::new(
            Code::InvalidName,
            "namespace must be at most 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit",
        ));
    }
    Ok(namespace.to_owned())
}

fn checked_proxy(url: &str) -> Result<String> {
    let scheme = ["http://", "https://", "socks5://"].iter().any(|scheme| url.starts_with(scheme));
    if !scheme || url.contains('@') || url.chars().any(|character| character.is_control() || character == ' ') {
        return Err(Error::new(Code::InvalidServer, "proxyUrl must begin with http://, https:// or socks5:// and hold no password"));
    }
    Ok(url.to_owned())
}

/// The client CA need not be the serving CA (it is not on k3s), so another issuer is only worth a notice.
fn authority_findings(cluster: &Cluster, certificate: &Chain, now: UnixTime) -> Vec<Finding> {
    let Some(chain) = cluster.certificate_authority.as_deref().and_then(|pem| Chain::read(pem.as_bytes()).ok()) else {
        return vec![Finding::notice(
            "no-certificate-authority",
            "no CA in the file: this works only where the server's certificate is publicly trusted",
        )];
    };
    let mut findings = Vec::new();
    let issuer = &certificate.leaf().issuer;
    if !chain.certificates().iter().any(|one| &one.identity.user == issuer || one.identity.groups.first() == Some(issuer)) {
        findings.push(Finding::notice(
            "other-issuer",
            "the certificate comes from another CA than the server's own; many clusters keep two, so this is no fault",
        ));
    }
    if chain.certificates().iter().any(|one| !one.is_ca) {
        findings.push(
            Finding::warning("authority-is-leaf", "the CA bundle holds a certificate that is no CA's").at("cluster.certificateAuthority"),
        );
    }
    if chain.certificates().iter().any(|one| one.not_after <= now) {
        findings.push(
            Finding::warning("authority-expired", "the CA bundle holds a certificate that has ended").at("cluster.certificateAuthority"),
        );
    }
    findings
}
