//! A kubeconfig as text, whole or without its secrets.

use super::model::Kubeconfig;
use super::redact::redact;
use super::tree::{body, entries};
use crate::error::Result;
use crate::finding::{Finding, FindingCode};
use crate::go::base64::base64_of_go;
use crate::options::{choices, options};
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::yaml::tree::Node;
use crate::yaml::write::{self, Format};
use zeroize::Zeroizing;

options! {
    struct SerializeOptions {
        format: Option<FormatName> = "format",
        redact: Option<bool> = "redact",
    }
}

choices! {
    enum FormatName {
        Yaml = "yaml",
        Json = "json",
        Kyaml = "kyaml",
    }
}

impl Kubeconfig {
    /// The file's bytes. Options: `{ format?: "yaml" | "json" | "kyaml", redact? }`. With `redact` nothing secret is left, and
    /// nothing that may be: only certificates, and names, addresses and paths that are made of words (`redact.rs`).
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn serialize(&self, options: &Value) -> Result<Zeroizing<Vec<u8>>> {
        let options: SerializeOptions = options.read("options")?;
        let format = match options.format {
            None | Some(FormatName::Yaml) => Format::Yaml,
            Some(FormatName::Json) => Format::Json,
            Some(FormatName::Kyaml) => Format::Kyaml,
        };
        if !options.redact.unwrap_or(false) {
            return Ok(write::tree(&self.root, format));
        }
        let mut root = self.root.clone();
        redact(&mut root);
        Ok(write::tree(&root, format))
    }
}

const UNREADABLE: &str =
    "The CA of this cluster in the file cannot be read, so it is left out. Add the cluster's CA before you use this entry.";
const IN_FILE: &str = "The file names the CA of this cluster by its path, so it is left out. Add the contents of that file.";

/// The public half of a file, for anyone who wants to take cluster and CA from it: `ClusterEntry[]` in types.ts.
impl Kubeconfig {
    /// Each cluster as [`crate::kubeconfig::Parts`] wants it; those that nothing can be made of are left out.
    #[must_use]
    pub fn cluster_entries(&self) -> Value {
        let one = |entry: &Node| {
            let body = body(entry, "cluster");
            let optional = |key: &str| Some(body.text_of(key)).filter(|text| !text.is_empty()).map(Value::from);
            let server = crate::kubernetes::server_url::normalise(body.text_of("server")).ok()?;
            let data = body.text_of("certificate-authority-data");
            let authority = base64_of_go(data).filter(|bytes| !bytes.is_empty());
            let authority = authority.and_then(|bytes| Chain::read_authorities(&bytes).ok()).map(|chain| chain.to_pem());
            let lost = match &authority {
                Some(_) => None,
                None if !data.is_empty() => Some(Finding::error(FindingCode::AuthorityUnreadable, UNREADABLE)),
                None if !body.text_of("certificate-authority").is_empty() => Some(Finding::warning(FindingCode::AuthorityInFile, IN_FILE)),
                None => None,
            };
            Some(Value::map([
                ("name", Some(entry.text_of("name").into())),
                ("server", Some(server.into())),
                ("certificateAuthority", authority.map(Value::from)),
                ("tlsServerName", optional("tls-server-name")),
                ("proxyUrl", optional("proxy-url")),
                ("findings", lost.map(|finding| Value::findings(&[finding.at("certificateAuthority")]))),
            ]))
        };
        Value::List(entries(&self.root, "clusters").iter().filter_map(one).collect())
    }
}
