//! A kubeconfig out of a cluster and a credential: a key with the certificate issued for it, a token, or a program that
//! asks an OpenID Connect provider for one.

use super::model::Kubeconfig;
use crate::crypto::PrivateKey;
use crate::encoding::pem;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::input;
use crate::kubernetes::cluster::{Cluster, ClusterOptions, checked_name, checked_namespace, read_cluster};
use crate::kubernetes::csr::issued::{self, Requested};
use crate::kubernetes::discovery;
use crate::options::{options, required};
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use crate::x509::certificate::{self, Chain};
use crate::x509::csr;
use crate::yaml::tree::{Data, Node};
use base64ct::{Base64, Encoding};

/// What the entries are called.
#[derive(Debug)]
struct Naming {
    user: Option<String>,
    context: Option<String>,
    namespace: Option<String>,
}

impl Naming {
    fn read(user: Option<&str>, context: Option<&str>, namespace: Option<&str>) -> Result<Naming> {
        Ok(Naming {
            user: user.map(|name| checked_name("userName", name)).transpose()?,
            context: context.map(|name| checked_name("contextName", name)).transpose()?,
            namespace: namespace.filter(|text| !text.is_empty()).map(checked_namespace).transpose()?,
        })
    }
}

options! {
    struct PartsOptions<'a> {
        certificate: &'a str = "certificate",
        cluster: ClusterOptions<'a> = "cluster",
        csr: Option<&'a str> = "csr",
        requested: Option<Requested> = "requested",
        user_name: Option<&'a str> = "userName",
        context_name: Option<&'a str> = "contextName",
        namespace: Option<&'a str> = "namespace",
    }
}

options! {
    struct CreateOptions<'a> {
        cluster: ClusterOptions<'a> = "cluster",
        token: Option<&'a str> = "token",
        oidc: Option<Oidc<'a>> = "oidc",
        certificate: Option<&'a str> = "certificate",
        key_file: Option<&'a str> = "keyFile",
        csr: Option<&'a str> = "csr",
        requested: Option<Requested> = "requested",
        user_name: Option<&'a str> = "userName",
        context_name: Option<&'a str> = "contextName",
        namespace: Option<&'a str> = "namespace",
    }
}

options! {
    struct Oidc<'a> {
        issuer: &'a str = "issuer",
        client_id: &'a str = "clientId",
        client_secret: Option<&'a str> = "clientSecret",
        scopes: Option<Vec<&'a str>> = "scopes",
        certificate_authority: Option<&'a str> = "certificateAuthority",
    }
}

/// What a kubeconfig is made of, besides the key.
#[derive(Debug)]
pub struct Parts {
    certificate: Vec<u8>,
    request: Option<String>,
    requested: Requested,
    cluster: Cluster,
    naming: Naming,
}

impl Parts {
    /// Reads `{ certificate, cluster: { name?, server, certificateAuthority?, tlsServerName?, proxyUrl? }, csr?,
    /// requested?, userName?, contextName?, namespace? }`.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`], [`Code::InvalidServer`], [`Code::InvalidCertificateAuthority`], [`Code::InvalidName`].
    pub fn from_value(value: &Value) -> Result<Parts> {
        let parts: PartsOptions<'_> = value.read("parts")?;
        Ok(Parts {
            certificate: parts.certificate.as_bytes().to_vec(),
            request: parts.csr.map(str::to_owned),
            requested: parts.requested.unwrap_or_default(),
            cluster: read_cluster(&parts.cluster)?,
            naming: Naming::read(parts.user_name, parts.context_name, parts.namespace)?,
        })
    }
}

/// Checks the certificate against the key and, where given, the request, then assembles.
///
/// # Errors
/// The codes of [`Chain::match_to`], [`Code::InvalidRequest`] where the given request cannot be read, and
/// [`Code::CertificateKeyMismatch`] where it was made with another key.
pub fn from_certificate(key: &PrivateKey, parts: Parts, now: UnixTime) -> Result<Kubeconfig> {
    let (certificate, findings) = examine(&parts.certificate, Some(key), parts.request.as_deref(), &parts.requested, &parts.cluster, now)?;
    let user = certificate.leaf().identity.user.clone();
    let credential = Node::map(credential(&certificate, key)?.map(|(field, data)| (field, Some(data))));
    let file = Kubeconfig::new(assemble(parts.cluster, &user, credential, parts.naming), findings, now);
    Ok(Kubeconfig { own_key: Some(key.fingerprint()), ..file })
}

/// The certificate, fit to be used, and what is odd about it. Where the key is elsewhere, the request says which it is.
fn examine(
    certificate: &[u8],
    key: Option<&PrivateKey>,
    request: Option<&str>,
    requested: &Requested,
    cluster: &Cluster,
    now: UnixTime,
) -> Result<(Chain, Vec<Finding>)> {
    let mut certificate = Chain::pasted(certificate)?;
    // Certificate and key decide; the signer has verified the request.
    let report = request.map(|text| csr::read_unverified(text.as_bytes()));
    let mut fingerprint = key.map(PrivateKey::fingerprint);
    if let Some(report) = &report {
        // What was recognised counts, whatever was around it.
        if report.submittable(true).is_none() {
            return Err(Error::new(
                Code::InvalidRequest,
                "The request to compare the certificate with cannot be read. Give the request that the certificate was issued for.",
            ));
        }
        if *fingerprint.get_or_insert_with(|| report.fingerprint.clone()) != report.fingerprint {
            return Err(Error::new(
                Code::CertificateKeyMismatch,
                "The request was made with another private key. Give the request of this key.",
            ));
        }
    }
    let fingerprint = fingerprint.unwrap_or_else(|| certificate.leaf().key_fingerprint.clone());
    let mut findings = certificate.match_to(&fingerprint, report.as_ref().map(|report| &report.identity), now)?;
    findings.extend(issued::findings(certificate.leaf(), requested));
    findings.extend(certificate.leaf().findings(now));
    findings.extend(authority_findings(cluster, &certificate, now));
    findings.extend(certificate.findings());
    Ok((certificate, findings))
}

/// A certificate and its key as the fields of a user.
pub(super) fn credential(certificate: &Chain, key: &PrivateKey) -> Result<[(&'static str, Node); 2]> {
    Ok([("client-certificate-data", base64(certificate.to_pem().as_bytes())), ("client-key-data", key_data(key)?)])
}

/// A key as `client-key-data`.
pub(super) fn key_data(key: &PrivateKey) -> Result<Node> {
    Ok(base64(pem::encode("PRIVATE KEY", key.to_pkcs8_der()?.expose()).expose()))
}

/// A new kubeconfig from `{ cluster, token }`, `{ cluster, oidc: { issuer, clientId, clientSecret?, scopes?,
/// certificateAuthority? } }` or `{ cluster, certificate, keyFile, csr?, requested? }` with `{ userName?, contextName?, namespace? }`.
/// The second kind runs the kubectl plugin oidc-login (int128/kubelogin), which must be installed; the third names the file
/// that has the key, and leaves it there.
///
/// # Errors
/// [`Code::InvalidOptions`], [`Code::InvalidToken`], [`Code::InvalidServer`], [`Code::InvalidCertificateAuthority`],
/// [`Code::InvalidName`], [`Code::InvalidRequest`], the codes of [`Chain::match_to`].
pub fn from_options(value: &Value, now: UnixTime) -> Result<Kubeconfig> {
    let parts: CreateOptions<'_> = value.read("parts")?;
    let (cluster, naming) = (read_cluster(&parts.cluster)?, Naming::read(parts.user_name, parts.context_name, parts.namespace)?);
    let mut findings = Vec::new();
    let (user, credential) = match (parts.token, parts.oidc, parts.certificate) {
        (Some(text), None, None) => {
            let (token, changes) = token::pasted(text.as_bytes())?;
            let account = token::read(token.as_bytes(), now)?.service_account;
            findings.extend(input::notices(&changes));
            if changes.is_empty() {
                findings.extend(token::cleaned(text.as_bytes(), &token).map(|finding| finding.at("token")));
            }
            let credential = Node::map([("token", Some(Node::text(token)))]);
            (account.unwrap_or_else(|| "token".to_owned()), credential)
        }
        (None, Some(oidc), None) => ("oidc".to_owned(), Node::map([("exec", Some(oidc_exec(oidc)?))])),
        (None, None, Some(text)) => {
            let file = checked_name("keyFile", required(parts.key_file, "keyFile")?)?;
            let (certificate, remarks) = examine(text.as_bytes(), None, parts.csr, &parts.requested.unwrap_or_default(), &cluster, now)?;
            findings = remarks;
            let data = base64(certificate.to_pem().as_bytes());
            let credential = Node::map([("client-certificate-data", Some(data)), ("client-key", Some(Node::text(file)))]);
            (certificate.leaf().identity.user.clone(), credential)
        }
        _ => return Err(Error::new(Code::InvalidOptions, "A kubeconfig needs exactly one of token, oidc and certificate.")),
    };
    Ok(Kubeconfig::new(assemble(cluster, &user, credential, naming), findings, now))
}

/// `kubectl oidc-login get-token`, as kubelogin's documentation sets it up.
fn oidc_exec(options: Oidc<'_>) -> Result<Node> {
    let argument = |field: &str, text: &str, what: &'static str| match text {
        "" => Err(Error::new(Code::InvalidOptions, what).at(field)),
        text if text.chars().any(char::is_control) => Err(Error::new(Code::InvalidOptions, what).at(field)),
        text => Ok(text.to_owned()),
    };
    let issuer = argument("oidc.issuer", options.issuer, "`oidc.issuer` must be an https address.")?;
    if !issuer.starts_with("https://") || issuer.contains(['?', '#', '@', ' ']) {
        return Err(
            Error::new(Code::InvalidOptions, "`oidc.issuer` must be an https address without query and password.").at("oidc.issuer")
        );
    }
    let client = argument("oidc.clientId", options.client_id, "`oidc.clientId` must be a text of one line.")?;
    let mut arguments = vec!["oidc-login".to_owned(), "get-token".to_owned()];
    arguments.push(format!("--oidc-issuer-url={issuer}"));
    arguments.push(format!("--oidc-client-id={client}"));
    if let Some(secret) = options.client_secret {
        arguments.push(format!(
            "--oidc-client-secret={}",
            argument("oidc.clientSecret", secret, "`oidc.clientSecret` must be a text of one line.")?
        ));
    }
    for scope in options.scopes.unwrap_or_default() {
        arguments.push(format!("--oidc-extra-scope={}", argument("oidc.scopes", scope, "`oidc.scopes` must be texts of one line.")?));
    }
    if let Some(authority) = options.certificate_authority.filter(|text| !text.trim().is_empty()) {
        let authority = certificate::pasted_authority(authority.as_bytes()).map_err(|error| error.at("oidc.certificateAuthority"))?;
        arguments.push(format!("--certificate-authority-data={}", Base64::encode_string(authority.as_bytes())));
    }
    Ok(Node::map([
        ("apiVersion", Some(Node::text("client.authentication.k8s.io/v1"))),
        ("args", Some(Node::from(Data::List(arguments.into_iter().map(Node::text).collect())))),
        ("command", Some(Node::text("kubectl"))),
        ("env", Some(Node::from(Data::List(Vec::new())))),
        ("interactiveMode", Some(Node::text("IfAvailable"))),
        ("provideClusterInfo", Some(Node::from(Data::Bool(false)))),
    ]))
}

/// One cluster, one user, one context, which is the current one.
fn assemble(cluster: Cluster, user: &str, credential: Node, naming: Naming) -> Node {
    let cluster_name = if cluster.name.is_empty() { default_cluster_name(&cluster.server) } else { cluster.name };
    // `user@cluster`, as kubeadm names them; the same for both, so that a merge by hand keeps them together.
    let default = format!("{user}@{cluster_name}");
    let user_name = naming.user.unwrap_or_else(|| default.clone());
    let context_name = naming.context.unwrap_or(default);
    let text = |text: Option<String>| text.map(Node::text);
    let entry = |name: String, kind: &str, contents: Node| {
        Node::from(Data::List(vec![Node::map([(kind, Some(contents)), ("name", Some(Node::text(name)))])]))
    };
    let contents = Node::map([
        ("certificate-authority-data", cluster.certificate_authority.map(|pem| base64(pem.as_bytes()))),
        ("proxy-url", text(cluster.proxy_url)),
        ("server", text(Some(cluster.server))),
        ("tls-server-name", text(cluster.tls_server_name)),
    ]);
    let context = Node::map([
        ("cluster", text(Some(cluster_name.clone()))),
        ("namespace", text(naming.namespace)),
        ("user", text(Some(user_name.clone()))),
    ]);
    Node::map([
        ("apiVersion", Some(Node::text("v1"))),
        ("clusters", Some(entry(cluster_name, "cluster", contents))),
        ("contexts", Some(entry(context_name.clone(), "context", context))),
        ("current-context", text(Some(context_name))),
        ("kind", Some(Node::text("Config"))),
        ("preferences", Some(Node::from(Data::Map(Vec::new())))),
        ("users", Some(entry(user_name, "user", credential))),
    ])
}

pub(super) fn base64(bytes: &[u8]) -> Node {
    Node::text(Base64::encode_string(bytes))
}

/// The host of the server: what people call a cluster when they did not name it.
fn default_cluster_name(server: &str) -> String {
    let rest = server.strip_prefix("https://").unwrap_or(server);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// The client CA need not be the serving CA (it is not on k3s), so another issuer is only worth a notice.
fn authority_findings(cluster: &Cluster, certificate: &Chain, now: UnixTime) -> Vec<Finding> {
    let Some(chain) = cluster.certificate_authority.as_deref().and_then(|pem| Chain::read_authorities(pem.as_bytes()).ok()) else {
        return vec![Finding::notice(
            FindingCode::NoCertificateAuthority,
            "There is no CA. This works only if the server's certificate is publicly trusted. Otherwise add the cluster's CA.",
        )];
    };
    let mut findings = Vec::new();
    let issuer = &certificate.leaf().issuer;
    if !chain.certificates().iter().any(|one| &one.identity.user == issuer || one.identity.groups.first() == Some(issuer)) {
        findings.push(Finding::notice(
            FindingCode::OtherIssuer,
            "The certificate comes from another CA than the server's certificate. Many clusters have two, so this may be right.",
        ));
    }
    findings.extend(discovery::authority_findings(&chain, now));
    findings
}
