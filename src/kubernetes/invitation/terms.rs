//! Who is invited, to which cluster and for how long: what an administrator gives, and what a link says.

use super::objects::refused;
use crate::error::Result;
use crate::finding::{Finding, FindingCode, Level};
use crate::kubernetes::cluster::{self, ClusterOptions};
use crate::kubernetes::csr::object::LIFETIMES;
use crate::kubernetes::{discovery, server_url};
use crate::locate::Locate;
use crate::names;
use crate::text::readable;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::subject::{Identity, Subject, SubjectOptions, is_invisible};

/// As long as a user name may be.
const MAX_NAME: usize = 256;

/// What an administrator's options and a link have in common.
pub(super) struct TermsOptions<'a> {
    pub(super) user: &'a str,
    pub(super) groups: Option<Vec<&'a str>>,
    /// Any value: what is wrong with it is said with the bounds.
    pub(super) expiration_seconds: Option<Value>,
    pub(super) cluster: ClusterOptions<'a>,
    pub(super) api: Option<&'a str>,
    pub(super) invited_by: Option<&'a str>,
}

#[derive(Debug)]
pub(super) struct Terms {
    pub(super) identity: Identity,
    /// Lifetime of the certificate, in seconds.
    pub(super) lifetime: f64,
    /// The entry for the kubeconfig, checked.
    pub(super) cluster: Value,
    /// Where requests are sent: a path of the page's own origin, or an https address.
    pub(super) api: String,
    pub(super) invited_by: Option<String>,
}

impl Terms {
    pub(super) fn read(options: TermsOptions<'_>) -> Result<Terms> {
        let identity = Subject::of(SubjectOptions { user: options.user, groups: options.groups, ..SubjectOptions::default() })?.identity;
        // A request for system:masters is refused by the API server, so nobody could approve it.
        if let Some(finding) = identity.findings().into_iter().find(|finding| finding.level == Level::Error) {
            return Err(refused(finding.path.as_deref().unwrap_or("user"), &finding.message));
        }
        let cluster = cluster::cluster_entry(&options.cluster)?;
        let server = cluster.text(&["server"]).unwrap_or_default();
        let api = match options.api {
            None => server.to_owned(),
            Some(path) if path.is_empty() || path.starts_with('/') => checked_path(path)?.to_owned(),
            Some(address) => server_url::normalise(address)?,
        };
        let invited_by = options.invited_by.filter(|text| !text.is_empty());
        if invited_by.is_some_and(|text| text.chars().any(is_invisible) || text.chars().count() > MAX_NAME) {
            return Err(refused("invitedBy", "Use at most 256 characters, without control, direction and invisible ones."));
        }
        Ok(Terms {
            identity,
            lifetime: seconds(options.expiration_seconds.as_ref(), "expirationSeconds", LIFETIMES)?,
            cluster,
            api,
            invited_by: invited_by.map(str::to_owned),
        })
    }

    /// `{ user, groups, expirationSeconds, cluster, api, invitedBy? }`
    pub(super) fn to_value(&self) -> Value {
        Value::map([
            ("user", Some(self.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&self.identity.groups))),
            ("expirationSeconds", Some(Value::Number(self.lifetime))),
            ("cluster", Some(self.cluster.clone())),
            ("api", Some(self.api.as_str().into())),
            ("invitedBy", self.invited_by.as_deref().map(Value::from)),
        ])
    }

    /// What is unusual about names and addresses.
    pub(super) fn findings(&self, now: UnixTime) -> Result<Vec<Finding>> {
        let mut findings = self.identity.findings();
        findings.extend(self.invited_by.iter().flat_map(|name| names::findings(name)).map(|finding| finding.at("invitedBy")));
        for key in ["name", "tlsServerName"] {
            let name = self.cluster.text(&[key]).unwrap_or_default();
            findings.extend(names::findings(name).into_iter().map(|finding| finding.at(format!("cluster.{key}"))));
        }
        for (key, code, what) in [
            ("proxyUrl", FindingCode::Proxy, "The kubeconfig will send every request through the proxy"),
            ("tlsServerName", FindingCode::TlsServerName, "The certificate of the API server will be checked for the name"),
        ] {
            if let Some(value) = self.cluster.text(&[key]) {
                let message = format!("{what} {}. Continue only if you were told about it.", readable(value));
                findings.push(Finding::warning(code, message).at(format!("cluster.{key}")));
            }
        }
        findings.extend(discovery::inspect(&self.cluster, now)?);
        let server = self.cluster.text(&["server"]).unwrap_or_default();
        if self.api.starts_with("https:") && origin(&self.api) != origin(server) {
            findings.push(
                Finding::warning(
                    FindingCode::InvitationTwoServers,
                    "Requests are sent to another host than the kubeconfig will name. Continue only if you know that both belong to this cluster.",
                )
                .at("api"),
            );
        }
        Ok(findings)
    }
}

/// Scheme, host and port.
pub(super) fn origin(address: &str) -> &str {
    let host = address.cut("://").map_or(address, |(_, rest)| rest);
    let end = host.bytes().position(|byte| b"/?#".contains(&byte)).unwrap_or(host.len());
    &address[..address.len() - host.len() + end]
}

/// A whole number within bounds that must be given.
pub(super) fn seconds(value: Option<&Value>, key: &'static str, (least, most): (u32, u32)) -> Result<f64> {
    match value {
        Some(Value::Number(seconds)) if seconds.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(seconds) => Ok(*seconds),
        _ => Err(refused(key, &format!("Give a whole number of seconds from {least} to {most}."))),
    }
}

/// A path of the page's own origin: one that no reader takes for another origin or for a step up.
fn checked_path(path: &str) -> Result<&str> {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
    if !plain || path.starts_with("//") || path.split('/').any(|part| part == "." || part == "..") {
        return Err(refused(
            "api",
            "Give an address that begins with https://, or a path of letters, digits, hyphens, dots and underscores.",
        ));
    }
    Ok(path)
}
