//! Where a cluster is and which CA it has: what the API tells of itself, what each source proves, and kubeadm's
//! `cluster-info`, verified with a bootstrap token.
//!
//! Sources: Kubernetes 1.36, "Authenticating with Bootstrap Tokens" (ConfigMap signing); cluster-bootstrap
//! `token/jws/jws.go`; kubeadm `app/discovery/token`; "Certificate Signing Requests" (ClusterTrustBundle).

use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::go::url;
use crate::kubernetes::cluster::ClusterOptions;
use crate::kubernetes::http::{ApiRequest, encode};
use crate::kubernetes::server_url;
use crate::options::{choices, options};
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use crate::x509::certificate::{self, Chain};
use crate::yaml;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signer whose trust bundle verifies kube-apiserver.
const SERVING_SIGNER: &str = "kubernetes.io/kube-apiserver-serving";

options! {
    struct TrustBundles {
        version: BundleVersion = "version",
    }
}

choices! {
    enum BundleVersion {
        V1 = "v1",
        V1beta1 = "v1beta1",
    }
}

options! {
    struct ClusterInfo<'a> {
        bootstrap_token: &'a str = "bootstrapToken",
        pins: Option<Vec<&'a str>> = "pins",
    }
}

/// The request for `cluster-info`, which kubeadm lets everybody read.
pub(crate) fn cluster_info_request() -> ApiRequest {
    ApiRequest::get("/api/v1/namespaces/kube-public/configmaps/cluster-info".to_owned(), "nothing")
}

/// The request for the ClusterTrustBundles of the server's certificate: `{ version: "v1" | "v1beta1" }`.
///
/// # Errors
/// [`Code::InvalidOptions`].
pub(crate) fn trust_bundles_request(arguments: &Value) -> Result<ApiRequest> {
    let TrustBundles { version } = arguments.read("options")?;
    let version = match version {
        BundleVersion::V1 => "v1",
        BundleVersion::V1beta1 => "v1beta1",
    };
    let selector = encode(&format!("spec.signerName={SERVING_SIGNER}"));
    Ok(ApiRequest::get(format!("/apis/certificates.k8s.io/{version}/clustertrustbundles?fieldSelector={selector}"), "nothing"))
}

/// Verifies `cluster-info` as kubeadm does: HS256 over `data.kubeconfig` with the token's secret, compared in constant
/// time; and, where `sha256:` pins are given, one CA inside must have one of these public keys. Options:
/// `{ bootstrapToken, pins? }`. The answer is `{ server, certificateAuthority }`.
///
/// # Errors
/// [`Code::ClusterInfoAbsent`], [`Code::ClusterInfoUnsigned`], [`Code::ClusterInfoMismatch`],
/// [`Code::ClusterInfoDamaged`], [`Code::PinMismatch`]; [`Code::InvalidToken`], [`Code::InvalidOptions`].
pub fn verify_cluster_info(config_map: &Value, options: &Value) -> Result<Value> {
    let options: ClusterInfo<'_> = options.read("options")?;
    let (bearer, _) = token::pasted(options.bootstrap_token.as_bytes())?;
    let Some((id, secret)) = token::bootstrap_id(&bearer) else {
        return Err(Error::new(
            Code::InvalidToken,
            "This is not a bootstrap token, which is six characters, a dot and sixteen characters: lower case letters and digits. Copy it again.",
        ));
    };
    let pins = options.pins.unwrap_or_default().into_iter().map(pin).collect::<Result<Vec<_>>>()?;
    let Some(text) = config_map.text(&["data", "kubeconfig"]) else {
        return Err(Error::new(
            Code::ClusterInfoAbsent,
            "There is no kubeconfig in the ConfigMap kube-public/cluster-info. kubeadm writes it; other clusters, such as k3s, do not have it.",
        ));
    };
    let Some(signature) = config_map.text(&["data", &format!("jws-kubeconfig-{id}")]) else {
        return Err(Error::new(
            Code::ClusterInfoUnsigned,
            "The ConfigMap cluster-info is not signed with this token. The token has expired, is of another cluster, or was created a moment ago. Try again, or use another token.",
        ));
    };
    let damaged = |message: &'static str| Error::new(Code::ClusterInfoDamaged, message);
    // The header is always this one (jws.go); kubeadm compares the whole text.
    let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"HS256\",\"kid\":\"{id}\"}}"));
    let signature =
        signature.strip_prefix(header.as_str()).and_then(|rest| rest.strip_prefix("..")).and_then(token::decode).ok_or_else(|| {
            damaged(
                "The signature of cluster-info does not have the form that the bootstrap signer writes. Do not trust its address or CA.",
            )
        })?;
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).map_err(|_| damaged("The token's secret cannot be used as a key."))?;
    for part in [&header, ".", &URL_SAFE_NO_PAD.encode(text)] {
        mac.update(part.as_bytes());
    }
    let entry = entry(text);
    let pinned = |authority: &str| spki_digests(authority).iter().any(|digest| pins.iter().any(|pin| equal(digest, pin)));
    if mac.verify_slice(&signature).is_err() {
        // Nobody can tell a wrong secret from a changed text; a pin is evidence, though.
        let hint = match &entry {
            Ok((_, Some(authority))) if !pins.is_empty() && pinned(authority) => " The CA has the pinned key, so check the token.",
            Ok(_) if !pins.is_empty() => " The CA does not have the pinned key either, so do not trust it.",
            _ => " Check the token, and do not trust this address or CA until the signature is valid.",
        };
        return Err(Error::new(
            Code::ClusterInfoMismatch,
            format!(
                "The signature of cluster-info is not valid. Either the second half of the token is wrong, or cluster-info was changed.{hint}"
            ),
        ));
    }
    let (server, authority) = entry.map_err(|error| {
        Error::new(Code::ClusterInfoDamaged, format!("The signature of cluster-info is valid, but its content is not. {}", error.message()))
    })?;
    if !pins.is_empty() && !authority.as_deref().is_some_and(pinned) {
        return Err(Error::new(
            Code::PinMismatch,
            "The signature of cluster-info is valid, but no CA in it has a pinned public key. Someone else may know the token. Do not trust this CA.",
        ));
    }
    Ok(Value::map([("server", Some(server.into())), ("certificateAuthority", authority.map(Value::from))]))
}

/// `sha256:` and 64 hex digits, as kubeadm prints it.
fn pin(text: &str) -> Result<[u8; 32]> {
    let wrong = || Error::new(Code::InvalidOptions, "A pin must be sha256: and 64 hex digits.");
    let digits = text.strip_prefix("sha256:").filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
    let mut pin = [0u8; 32];
    for (byte, pair) in pin.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let value = |digit: u8| char::from(digit).to_digit(16);
        let (high, low) = value(pair[0]).zip(value(pair[1])).ok_or_else(wrong)?;
        *byte = (high * 16 + low) as u8;
    }
    Ok(pin)
}

/// In constant time, as kubeadm does it; public keys are no secret.
fn equal(one: &[u8; 32], two: &[u8; 32]) -> bool {
    one.iter().zip(two).fold(0, |sum, (one, two)| sum | (one ^ two)) == 0
}

fn spki_digests(authority: &str) -> Vec<[u8; 32]> {
    let unhex = |text: &str| pin(&format!("sha256:{text}")).ok();
    let chain = Chain::read_authorities(authority.as_bytes()).ok();
    chain.iter().flat_map(Chain::certificates).filter_map(|one| unhex(&one.key_fingerprint)).collect()
}

/// Address and CA of a kubeconfig with exactly one cluster, or why there is none.
fn entry(text: &str) -> Result<(String, Option<String>)> {
    let damaged = |message: String| Error::new(Code::ClusterInfoDamaged, message);
    let config =
        yaml::read::value(text).map_err(|error| damaged(format!("The kubeconfig in it is not valid YAML. {}", error.message())))?;
    let clusters = config.list(&["clusters"]);
    let [cluster] = clusters else {
        return Err(damaged(format!("The kubeconfig in it has {} clusters, but must have exactly one.", clusters.len())));
    };
    let server = cluster.text(&["cluster", "server"]).unwrap_or_default();
    let server = server_url::normalise(server).map_err(|error| damaged(error.message().to_owned()))?;
    let authority = match cluster.text(&["cluster", "certificate-authority-data"]).filter(|data| !data.is_empty()) {
        Some(data) => {
            let bytes =
                STANDARD.decode(data).map_err(|_| damaged("The certificate-authority-data in it is not valid base64.".to_owned()))?;
            Some(readable_authority(&bytes).map_err(|error| damaged(error.message().to_owned()))?)
        }
        None => None,
    };
    Ok((server, authority))
}

/// The certificates of a CA that a cluster tells, as kubectl reads them.
fn readable_authority(text: &[u8]) -> Result<String> {
    let wrong = |error: Error| Error::new(error.code(), format!("The CA in it cannot be read. {}", error.message()));
    Chain::read_authorities(text).map(|chain| chain.to_pem()).map_err(wrong)
}

/// Puts together what the sources told: `{ server?, apiAddresses?, rootCa?, clusterInfo?, trustBundles? }`, each the body
/// of an answer, `server` the address that this caller reached. The answer is `{ entry, source, findings }`.
///
/// # Errors
/// [`Code::NotFound`] where neither an address nor a CA was told.
pub fn combine(told: &Value, now: UnixTime) -> Result<Value> {
    let mut refused: Vec<(&str, Error)> = Vec::new();
    let mut keep = |source: &'static str, read: Option<Result<String>>| match read? {
        Ok(authority) => Some(authority),
        Err(error) => {
            refused.push((source, error));
            None
        }
    };
    let signed = told.text(&["clusterInfo", "data", "kubeconfig"]).map(entry);
    let told_server = signed.as_ref().and_then(|entry| entry.as_ref().ok()).map(|(server, _)| server.clone());
    let reached = told.text(&["server"]).and_then(|server| server_url::normalise(server).ok());
    let advertised = told.list(&["apiAddresses", "serverAddressByClientCIDRs"]).first().and_then(|one| one.text(&["serverAddress"]));
    let advertised = advertised.and_then(|address| server_url::normalise(&format!("https://{address}")).ok());
    let servers: Vec<String> = [reached, told_server, advertised].into_iter().flatten().collect();
    let server = servers.iter().find(|server| reach(server).is_none()).or(servers.first());
    let bundle = |text: &str| (!text.trim().is_empty()).then(|| readable_authority(text.as_bytes()));
    let bundles = told.list(&["trustBundles", "items"]).iter().filter_map(|item| item.text(&["spec", "trustBundle"])).collect::<String>();
    let sources = [
        (
            "kube-root-ca.crt",
            keep("kube-root-ca.crt", told.text(&["rootCa", "data", "ca.crt"]).and_then(bundle)),
            "which is valid inside the cluster (a load balancer with its own certificate needs another CA)",
        ),
        ("ClusterTrustBundle", keep("ClusterTrustBundle", bundle(&bundles)), "which the cluster publishes for its API server"),
        (
            "cluster-info",
            keep("cluster-info", signed.and_then(|entry| entry.map(|(_, authority)| authority).transpose())),
            "which is not verified with a bootstrap token",
        ),
    ];
    let mut findings = Vec::new();
    let found = sources.iter().find_map(|(source, authority, proves)| Some((*source, authority.as_deref()?, *proves)));
    match found {
        Some((source, authority, proves)) => {
            findings.push(
                Finding::notice(FindingCode::AuthoritySource, format!("The CA comes from {source}, {proves}. It is only as trustworthy as the connection that it came over."))
                    .at("cluster.certificateAuthority"),
            );
            findings.extend(Chain::read_authorities(authority.as_bytes()).iter().flat_map(|chain| authority_findings(chain, now)));
            if sources.iter().any(|(_, other, _)| other.as_deref().is_some_and(|other| other != authority)) {
                findings.push(
                    Finding::warning(FindingCode::AuthoritiesDiffer, "The cluster publishes different CAs in different places. Either its CA is being replaced, or one of them is wrong. Ask an administrator.")
                        .at("cluster.certificateAuthority"),
                );
            }
        }
        // Where a source was read and is unusable, its reason is told below.
        None if refused.is_empty() => findings.push(
            Finding::warning(
                FindingCode::AuthorityUnknown,
                "No source returned a CA: the cluster does not have them, or this caller may not read them. To continue, ask an administrator for the ConfigMap kube-root-ca.crt, or take the CA from a kubeconfig of this cluster.",
            )
            .at("cluster.certificateAuthority"),
        ),
        None => {}
    }
    for (source, error) in &refused {
        let message = format!("{source} cannot be used. {}", error.message());
        findings.push(Finding::warning(FindingCode::AuthorityUnreadable, message).at("cluster.certificateAuthority"));
    }
    match server {
        Some(server) => findings.extend(server_finding(server)),
        None => findings.push(
            Finding::warning(
                FindingCode::ServerUnknown,
                "The API server does not publish its address. Ask an administrator, or take it from a kubeconfig of this cluster.",
            )
            .at("cluster.server"),
        ),
    }
    if server.is_none() && found.is_none() {
        return Err(Error::new(Code::NotFound, "The API server publishes neither its address nor its CA. Ask an administrator for both."));
    }
    let entry = Value::map([
        ("server", Some(server.map_or("", String::as_str).into())),
        ("certificateAuthority", found.map(|(_, authority, _)| authority.into())),
    ]);
    Ok(Value::map([
        ("entry", Some(entry)),
        ("source", Some(found.map_or("GET /api", |(source, ..)| source).into())),
        ("findings", Some(Value::findings(&findings))),
    ]))
}

/// What is odd about the cluster of a kubeconfig: `{ server, certificateAuthority? }`, as a form has it.
///
/// # Errors
/// [`Code::InvalidServer`], [`Code::InvalidCertificateAuthority`], [`Code::UnexpectedPrivateKey`].
pub fn inspect(entry: &Value, now: UnixTime) -> Result<Vec<Finding>> {
    let entry: ClusterOptions<'_> = entry.read("entry")?;
    let mut findings: Vec<Finding> = server_finding(&server_url::normalise(entry.server.unwrap_or_default())?).into_iter().collect();
    match entry.certificate_authority.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            findings.extend(token::wrapping(text.as_bytes()));
            let pem = certificate::pasted_authority(text.as_bytes())?;
            findings.extend(Chain::read_authorities(pem.as_bytes()).iter().flat_map(|chain| authority_findings(chain, now)));
        }
        None => findings.push(Finding::notice(
            FindingCode::NoCertificateAuthority,
            "There is no CA. This works only if the server's certificate is publicly trusted. Otherwise add the cluster's CA.",
        )),
    }
    Ok(findings)
}

/// Why nobody else may reach an address.
fn reach(server: &str) -> Option<(FindingCode, &'static str)> {
    let rest = server.strip_prefix("https://")?.split('/').next()?;
    let host = match rest.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => rest.split(':').next()?,
    };
    let ends = |end: &str| host == end || host.ends_with(&format!(".{end}"));
    if ends("localhost") || url::is_loopback(host) || ["0.0.0.0", "::"].contains(&host) {
        return Some((
            FindingCode::ServerOnlyHere,
            "Only programs on the server's own machine reach this address. From elsewhere, use the address that kubectl cluster-info prints there.",
        ));
    }
    (ends("svc") || ends("cluster.local") || ["kubernetes", "kubernetes.default"].contains(&host)).then_some((
        FindingCode::ServerInCluster,
        "Only programs inside the cluster reach this name. From outside, use the address that kubectl cluster-info prints.",
    ))
}

fn server_finding(server: &str) -> Option<Finding> {
    reach(server).map(|(code, message)| Finding::notice(code, message).at("cluster.server"))
}

/// What is odd about the certificates of a CA bundle.
pub(crate) fn authority_findings(chain: &Chain, now: UnixTime) -> Vec<Finding> {
    let any = |odd: &dyn Fn(&certificate::Read) -> bool| chain.certificates().iter().any(odd);
    let mut findings = Vec::new();
    if any(&|one| !one.may_issue) {
        findings.push(Finding::warning(FindingCode::AuthorityIsLeaf, "The CA bundle contains a certificate that is not a CA certificate."));
    }
    if any(&|one| one.not_after <= now) {
        findings.push(Finding::warning(FindingCode::AuthorityExpired, "The CA bundle contains a certificate that has expired."));
    }
    findings.into_iter().map(|finding| finding.at("cluster.certificateAuthority")).collect()
}
