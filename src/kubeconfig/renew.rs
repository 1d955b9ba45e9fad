//! Renewal: who a user of the file is and with which key, and a new certificate in the place of the old one. Contexts, other
//! users and what else is in the entry stay as they are.

use super::build;
use super::edit::entry;
use super::model::Kubeconfig;
use super::schema::wrong_option;
use super::tree::{body, entries};
use crate::crypto::PrivateKey;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::go::base64::base64_of_go;
use crate::kubernetes::csr::issued::{self, Requested};
use crate::options::options;
use crate::random::Random;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate::{self, Chain};
use crate::yaml::tree::Node;
use zeroize::Zeroizing;

options! {
    struct RenewOptions<'a> {
        user: Option<&'a str> = "user",
        certificate: &'a str = "certificate",
        requested: Option<Requested> = "requested",
    }
}

impl Kubeconfig {
    /// What a renewal of this user (or that of the current context) begins with: `{ user, subject, certificate, due, findings }`,
    /// and the key that is in use, where it is in the file; why it cannot be had is among the findings.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] where there is no such user or it has no certificate in the file; what [`Chain::read`] says.
    pub fn renewal(&self, user: Option<&str>, random: &mut dyn Random) -> Result<(Value, Option<PrivateKey>)> {
        let (name, body, chain) = self.certified(user)?;
        let leaf = chain.leaf();
        let (key, findings) = match key_of(body, &leaf.key_fingerprint, random) {
            Ok(key) => (Some(key), Vec::new()),
            Err(error) => (None, vec![Finding::notice(FindingCode::KeyNotUsable, error.message())]),
        };
        let subject = Value::map([
            ("user", Some(leaf.identity.user.as_str().into())),
            ("groups", Some(Value::strings(&leaf.identity.groups))),
            ("uid", leaf.identity.uid.as_deref().map(Value::from)),
        ]);
        let report = Value::map([
            ("user", Some(name.into())),
            ("subject", Some(subject)),
            ("certificate", Some(chain.to_pem().into())),
            ("due", Some(certificate::renewal_due(leaf).to_iso().into())),
            ("findings", Some(Value::findings(&findings))),
        ]);
        Ok((report, key))
    }

    /// A copy in which the user has this key and the certificate issued for it. Options: `{ user?, certificate, requested? }`.
    ///
    /// # Errors
    /// As [`Kubeconfig::renewal`], and [`Chain::match_to`]: the new certificate must be the key's, and speak for the same user and groups.
    pub fn renew(&self, key: &PrivateKey, options: &Value, now: UnixTime) -> Result<Kubeconfig> {
        let options: RenewOptions<'_> = options.read("options")?;
        let (name, _, old) = self.certified(options.user)?;
        let mut chain = Chain::pasted(options.certificate.as_bytes())?;
        let mut findings = chain.match_to(&key.fingerprint(), Some(&old.leaf().identity), now)?;
        findings.extend(issued::findings(chain.leaf(), &options.requested.unwrap_or_default()));
        let mut root = self.root.clone();
        let body = entry(&mut root, "users", name)?;
        for (field, data) in build::credential(&chain, key)? {
            body.remove(field.strip_suffix("-data").unwrap_or(field));
            body.set(field, data);
        }
        Ok(Kubeconfig::new(root, findings, now))
    }

    /// The name, the contents and the certificates of a user entry.
    fn certified(&self, user: Option<&str>) -> Result<(&str, &Node, Chain)> {
        let current = || {
            let context = entries(&self.root, "contexts").iter().find(|entry| entry.text_of("name") == self.current_context());
            context.map_or("", |entry| body(entry, "context").text_of("user"))
        };
        let wanted = user.unwrap_or_else(current);
        let entry = entries(&self.root, "users").iter().find(|entry| entry.text_of("name") == wanted);
        let entry = entry.ok_or_else(|| {
            wrong_option(
                "There is no user of this name in the file, or none was named and there is no current context. Name a user of the file.",
            )
        })?;
        let body = body(entry, "user");
        let bytes = base64_of_go(body.text_of("client-certificate-data")).filter(|bytes| !bytes.is_empty());
        let bytes = bytes.ok_or_else(|| {
            wrong_option("This user has no certificate in the file, and only certificates are renewed here. If the entry refers to a certificate file, embed that file first.")
        })?;
        Ok((entry.text_of("name"), body, Chain::read(&Zeroizing::new(bytes))?))
    }
}

fn key_of(body: &Node, fingerprint: &str, random: &mut dyn Random) -> Result<PrivateKey> {
    let bytes = Zeroizing::new(base64_of_go(body.text_of("client-key-data")).unwrap_or_default());
    if bytes.is_empty() {
        return Err(Error::new(Code::InvalidKey, "The private key is not in the file, so a new one is generated."));
    }
    let key = PrivateKey::import(&bytes, None, random)?;
    if key.fingerprint() != fingerprint {
        return Err(Error::new(
            Code::CertificateKeyMismatch,
            "The private key in the file does not belong to its certificate, so a new one is generated.",
        ));
    }
    Ok(key)
}
