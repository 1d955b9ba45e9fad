//! What a kubeconfig holds, and how it is written.
//!
//! Source: "Organizing Cluster Access Using kubeconfig Files" and the `Config` v1 reference of Kubernetes.

use crate::certificate::Chain;
use crate::error::{Code, Error, Result};
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::value::{Options, Value};
use crate::yaml::write;
use base64ct::{Base64, Encoding};
use zeroize::{Zeroize, Zeroizing};

/// One entry of `clusters`.
#[derive(Debug, Default)]
pub struct Cluster {
    /// The entry's name.
    pub name: String,
    /// `https://host[:port][/path]`
    pub server: String,
    /// PEM bundle; `None` where the server's certificate is publicly trusted.
    pub certificate_authority: Option<String>,
    /// `tls-server-name`
    pub tls_server_name: Option<String>,
    /// `proxy-url`
    pub proxy_url: Option<String>,
}

/// One entry of `users`: a client certificate with its key.
#[derive(Debug)]
pub struct User {
    /// The entry's name.
    pub name: String,
    /// The certificate chain, leaf first.
    pub certificate: Chain,
    /// PKCS#8 PEM.
    pub key: Secret<Vec<u8>>,
}

/// One entry of `contexts`.
#[derive(Debug, Default)]
pub struct Context {
    /// The entry's name.
    pub name: String,
    /// Name of its cluster.
    pub cluster: String,
    /// Name of its user.
    pub user: String,
    /// Its namespace; `default` where there is none.
    pub namespace: Option<String>,
}

/// A kubeconfig with one cluster, user and context, which is the current one.
#[derive(Debug)]
pub struct Kubeconfig {
    /// The cluster.
    pub cluster: Cluster,
    /// The user.
    pub user: User,
    /// The context.
    pub context: Context,
    /// What was noticed when it was made.
    pub findings: Vec<crate::Finding>,
}

impl Kubeconfig {
    /// What is in it, without any secret (`Kubeconfig` in index.d.ts).
    #[must_use]
    pub fn describe(&self, now: UnixTime) -> Value {
        let authority = self.cluster.certificate_authority.as_deref().and_then(|pem| Chain::read(pem.as_bytes()).ok());
        let authority = authority.map(|chain| Value::List(chain.certificates().iter().map(|one| one.to_value(now, 1)).collect()));
        let cluster = Value::map([
            ("name", Some(self.cluster.name.as_str().into())),
            ("server", Some(self.cluster.server.as_str().into())),
            ("certificateAuthority", authority),
        ]);
        let user = Value::map([
            ("name", Some(self.user.name.as_str().into())),
            ("kind", Some("certificate".into())),
            ("certificate", Some(self.user.certificate.to_value(now))),
        ]);
        let context = Value::map([
            ("name", Some(self.context.name.as_str().into())),
            ("cluster", Some(self.context.cluster.as_str().into())),
            ("user", Some(self.context.user.as_str().into())),
            ("namespace", self.context.namespace.as_deref().map(Value::from)),
        ]);
        Value::map([
            ("clusters", Some(Value::List(vec![cluster]))),
            ("users", Some(Value::List(vec![user]))),
            ("contexts", Some(Value::List(vec![context]))),
            ("currentContext", Some(self.context.name.as_str().into())),
            ("findings", Some(Value::findings(&self.findings))),
        ])
    }

    /// Block YAML in kubectl's key order, every text quoted. Options: `{ format?: "yaml", redact? }`; with `redact`
    /// the key is replaced by the word that kubectl puts there.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`].
    pub fn serialize(&self, options: &Value) -> Result<Zeroizing<Vec<u8>>> {
        let options = Options::read("serialize options", options, &["format", "redact"])?;
        if options.text("format")?.is_some_and(|format| format != "yaml") {
            return Err(Error::new(Code::InvalidOptions, "format of serialize must be \"yaml\""));
        }
        let redact = options.flag("redact")?.unwrap_or(false);
        let mut tree = self.tree(redact);
        let text = write::document(&tree);
        wipe(&mut tree);
        Ok(text)
    }

    fn tree(&self, redact: bool) -> Value {
        let entry =
            |name: &str, kind: &str, value: Value| Value::List(vec![Value::map([(kind, Some(value)), ("name", Some(name.into()))])]);
        let cluster = Value::map([
            ("certificate-authority-data", self.cluster.certificate_authority.as_deref().map(|pem| base64(pem.as_bytes()))),
            ("proxy-url", self.cluster.proxy_url.as_deref().map(Value::from)),
            ("server", Some(self.cluster.server.as_str().into())),
            ("tls-server-name", self.cluster.tls_server_name.as_deref().map(Value::from)),
        ]);
        let context = Value::map([
            ("cluster", Some(self.context.cluster.as_str().into())),
            ("namespace", self.context.namespace.as_deref().map(Value::from)),
            ("user", Some(self.context.user.as_str().into())),
        ]);
        let key = if redact { "DATA+OMITTED".into() } else { base64(self.user.key.expose()) };
        let user = Value::map([
            ("client-certificate-data", Some(base64(self.user.certificate.to_pem().as_bytes()))),
            ("client-key-data", Some(key)),
        ]);
        Value::map([
            ("apiVersion", Some("v1".into())),
            ("clusters", Some(entry(&self.cluster.name, "cluster", cluster))),
            ("contexts", Some(entry(&self.context.name, "context", context))),
            ("current-context", Some(self.context.name.as_str().into())),
            ("kind", Some("Config".into())),
            ("preferences", Some(Value::Map(Vec::new()))),
            ("users", Some(users(&self.user.name, user))),
        ])
    }
}

/// kubectl writes `name` before `user`, since it sorts keys.
fn users(name: &str, user: Value) -> Value {
    Value::List(vec![Value::map([("name", Some(name.into())), ("user", Some(user))])])
}

fn base64(bytes: &[u8]) -> Value {
    Value::String(Base64::encode_string(bytes))
}

/// Overwrites every text of a tree that held a secret.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::List(items) => items.iter_mut().for_each(wipe),
        Value::Map(pairs) => pairs.iter_mut().for_each(|(_, item)| wipe(item)),
        _ => {}
    }
}
