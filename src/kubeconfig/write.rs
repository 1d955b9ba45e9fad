//! A kubeconfig as text, whole or without its secrets.

use super::base64_of_go;
use super::model::{Kubeconfig, body, entries};
use super::shape::{self, wrong_option};
use crate::certificate::Chain;
use crate::error::Result;
use crate::locate::Locate;
use crate::value::{Options, Value};
use crate::yaml::tree::{Data, Node};
use crate::yaml::write::{self, Format};
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Settings of an auth-provider that are no secrets. Its others are tokens and client secrets.
const HARMLESS: [&str; 9] = [
    "client-id",
    "idp-issuer-url",
    "idp-certificate-authority",
    "idp-certificate-authority-data",
    "extra-scopes",
    "environment",
    "tenant-id",
    "apiserver-id",
    "expiry",
];

impl Kubeconfig {
    /// The file's bytes. Options: `{ format?: "yaml" | "json" | "kyaml", redact? }`. With `redact` nothing secret is left, and
    /// nothing of which nobody can say whether it is: keys and certificates with keys, tokens, passwords, what a program
    /// gets as environment and arguments, extensions, unknown fields.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn serialize(&self, options: &Value) -> Result<Zeroizing<Vec<u8>>> {
        let options = Options::read("serialize options", options, &["format", "redact"])?;
        let format = match options.text("format")? {
            None | Some("yaml") => Format::Yaml,
            Some("json") => Format::Json,
            Some("kyaml") => Format::Kyaml,
            Some(_) => return Err(wrong_option("format of serialize must be \"yaml\", \"json\" or \"kyaml\"")),
        };
        if !options.flag("redact")?.unwrap_or(false) {
            return Ok(write::tree(&self.root, format));
        }
        let mut root = self.root.clone();
        redact(&mut root);
        Ok(write::tree(&root, format))
    }
}

fn redact(root: &mut Node) {
    shape::without_unknown(root, shape::CONFIG);
    for (section, kind) in [("clusters", "cluster"), ("users", "user")] {
        let Some(Node { data: Data::List(items), .. }) = root.get_mut(section) else { continue };
        for body in items.iter_mut().filter_map(|entry| entry.get_mut(kind)) {
            for field in ["token", "password"] {
                replace(body, field, "REDACTED");
            }
            replace(body, "client-key-data", "DATA+OMITTED");
            for field in ["client-certificate-data", "certificate-authority-data"] {
                match only_certificates(body.text_of(field)) {
                    Some(encoded) => body.set(field, Node::text(encoded)),
                    None => replace(body, field, "DATA+OMITTED"),
                }
            }
            for field in ["server", "proxy-url"] {
                let (scheme, rest) = body.text_of(field).cut("://").unwrap_or_default();
                if let Some((_, rest)) = rest.rsplit_once('@') {
                    let without = format!("{scheme}://REDACTED@{rest}");
                    body.set(field, Node::text(without));
                }
            }
            if let Some(exec) = body.get_mut("exec") {
                redact_exec(exec);
            }
            if let Some(Node { data: Data::Map(pairs), .. }) = body.get_mut("auth-provider").and_then(|provider| provider.get_mut("config"))
            {
                pairs.iter_mut().filter(|pair| !HARMLESS.contains(&pair.key.as_str())).for_each(|pair| pair.value = Node::text("REDACTED"));
            }
        }
    }
}

/// Values of variables, and of arguments whatever follows a `=` or does not begin with `-`.
fn redact_exec(exec: &mut Node) {
    if let Some(Node { data: Data::List(variables), .. }) = exec.get_mut("env") {
        variables.iter_mut().for_each(|variable| replace(variable, "value", "REDACTED"));
    }
    if let Some(Node { data: Data::List(arguments), .. }) = exec.get_mut("args") {
        for argument in arguments {
            let shown = match argument.as_text() {
                Some(text) if text.starts_with('-') => {
                    text.split_once('=').map_or_else(|| text.to_owned(), |(flag, _)| format!("{flag}=REDACTED"))
                }
                _ => "REDACTED".to_owned(),
            };
            *argument = Node::text(shown);
        }
    }
}

fn replace(body: &mut Node, field: &str, word: &str) {
    if !body.text_of(field).is_empty() {
        body.set(field, Node::text(word));
    }
}

/// The certificates of a base64 field, re-encoded: what is between them, be it a private key, is left out. `None` where there
/// is no certificate.
fn only_certificates(text: &str) -> Option<String> {
    let bytes = Zeroizing::new(base64_of_go(text)?);
    Some(Base64::encode_string(Chain::read_authorities(&bytes).ok()?.to_pem().as_bytes()))
}

/// The public half of a file, for whoever wants to take cluster and CA from it: `ClusterEntry[]` in index.d.ts.
impl Kubeconfig {
    /// Each cluster as [`crate::kubeconfig::Parts`] wants it; those that nothing can be made of are left out.
    #[must_use]
    pub fn cluster_entries(&self) -> Value {
        let one = |entry: &Node| {
            let body = body(entry, "cluster");
            let optional = |key: &str| Some(body.text_of(key)).filter(|text| !text.is_empty()).map(Value::from);
            let server = super::normalise(body.text_of("server")).ok()?;
            let authority = base64_of_go(body.text_of("certificate-authority-data")).filter(|bytes| !bytes.is_empty());
            let authority = authority.and_then(|bytes| Chain::read_authorities(&bytes).ok()).map(|chain| chain.to_pem());
            Some(Value::map([
                ("name", Some(entry.text_of("name").into())),
                ("server", Some(server.into())),
                ("certificateAuthority", authority.map(Value::from)),
                ("tlsServerName", optional("tls-server-name")),
                ("proxyUrl", optional("proxy-url")),
            ]))
        };
        Value::List(entries(&self.root, "clusters").iter().filter_map(one).collect())
    }
}
