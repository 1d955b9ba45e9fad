//! How a cluster is reached, as options name it and kubeconfigs contain it.

use crate::error::{Code, Error, Result};
use crate::go::url;
use crate::kubernetes::names::is_label;
use crate::kubernetes::server_url;
use crate::locate::Locate;
use crate::options::{options, required};
use crate::value::Value;
use crate::x509::certificate;

/// One cluster, as it goes into a kubeconfig.
#[derive(Debug, Default)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) certificate_authority: Option<String>,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) proxy_url: Option<String>,
}

options! {
    /// The option `cluster` of kubeconfig parts and of invitations.
    pub(crate) struct ClusterOptions<'a> {
        name: Option<&'a str> = "name",
        pub(crate) server: Option<&'a str> = "server",
        pub(crate) certificate_authority: Option<&'a str> = "certificateAuthority",
        tls_server_name: Option<&'a str> = "tlsServerName",
        proxy_url: Option<&'a str> = "proxyUrl",
        /// Those of an entry that came from `clusterEntries`: for its reader.
        _findings: Option<Value> = "findings",
    }
}

/// The entry that the options describe.
pub(crate) fn read_cluster(options: &ClusterOptions<'_>) -> Result<Cluster> {
    let authority = match options.certificate_authority {
        Some(text) if !text.trim().is_empty() => Some(certificate::pasted_authority(text.as_bytes())?),
        _ => None,
    };
    Ok(Cluster {
        name: options.name.map(|name| checked_name("cluster.name", name)).transpose()?.unwrap_or_default(),
        server: server_url::normalise(required(options.server, "cluster.server")?)?,
        certificate_authority: authority,
        tls_server_name: options
            .tls_server_name
            .filter(|text| !text.is_empty())
            .map(|name| checked_name("cluster.tlsServerName", name))
            .transpose()?,
        proxy_url: options.proxy_url.filter(|text| !text.is_empty()).map(checked_proxy).transpose()?,
    })
}

/// The same as plain data, for what keeps it until a kubeconfig is made.
pub(crate) fn cluster_entry(options: &ClusterOptions<'_>) -> Result<Value> {
    let Cluster { name, server, certificate_authority, tls_server_name, proxy_url } = read_cluster(options)?;
    let text = |text: Option<String>| text.map(Value::from);
    Ok(Value::map([
        ("name", text(Some(name).filter(|name| !name.is_empty()))),
        ("server", Some(server.into())),
        ("certificateAuthority", text(certificate_authority)),
        ("tlsServerName", text(tls_server_name)),
        ("proxyUrl", text(proxy_url)),
    ]))
}

/// Names are taken as they are. NUL is refused, because neither a YAML reader nor a command line takes it.
pub(crate) fn checked_name(field: &str, name: &str) -> Result<String> {
    if name.is_empty() || name.holds("\0") {
        return Err(
            Error::new(Code::InvalidName, format!("`{field}` must be a text that is not empty and contains no NUL character.")).at(field)
        );
    }
    Ok(name.to_owned())
}

/// A namespace is a label (RFC 1123).
pub(crate) fn checked_namespace(namespace: &str) -> Result<String> {
    if !is_label(namespace) {
        return Err(Error::new(
            Code::InvalidName,
            "The namespace must have at most 63 characters: lower case letters, digits and hyphens. It must begin and end with a letter or digit.",
        )
        .at("namespace"));
    }
    Ok(namespace.to_owned())
}

fn checked_proxy(url: &str) -> Result<String> {
    let scheme = ["http://", "https://", "socks5://"].iter().any(|scheme| url.starts_with(scheme));
    // As client-go reads it, which refuses the whole file otherwise.
    let read = url::parse(url).is_ok_and(|url| !url.name().is_empty());
    if !scheme || !read || url.holds("@") || url.chars().any(|character| character.is_control() || character == ' ') {
        return Err(Error::new(
            Code::InvalidServer,
            "`cluster.proxyUrl` must begin with http://, https:// or socks5://, and must not contain a password.",
        )
        .at("cluster.proxyUrl"));
    }
    Ok(url.to_owned())
}
