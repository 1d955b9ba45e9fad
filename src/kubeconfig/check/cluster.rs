//! One entry of `clusters`.

use super::{Look, OMITTED, Spot, decoded, encoded_twice, has};
use crate::certificate::Chain;
use crate::error::Code;
use crate::finding::Finding;
use crate::kubeconfig::server;
use crate::locate::Locate;
use crate::value::Value;
use crate::yaml::tree::Node;
use std::borrow::Cow;

impl Look {
    /// Looks at it and describes it.
    pub(super) fn cluster(&mut self, entry: &Node, spot: Spot<'_>) {
        let body = spot.body;
        let address = body.text_of("server");
        self.server(spot, address);
        let insecure = body.flag_of("insecure-skip-tls-verify");
        let authority = has(body, "certificate-authority") || has(body, "certificate-authority-data");
        if insecure && authority {
            self.error(
                spot,
                "insecure-skip-tls-verify",
                "insecure-with-authority",
                "insecure-skip-tls-verify cannot be used together with a CA: kubectl refuses the file. Remove this line",
            );
        } else if insecure {
            self.warning(
                spot,
                "insecure-skip-tls-verify",
                "insecure",
                "whoever sits between can pose as the cluster and take the credential: give the cluster's CA instead",
            );
        } else if !authority && address.starts_with("https://") {
            self.notice(spot, "", "no-certificate-authority", "no CA: this works only where the server's certificate is publicly trusted");
        }
        match body.text_of("proxy-url") {
            "" => {}
            url if ["http://", "https://", "socks5://"].iter().any(|scheme| url.starts_with(scheme)) => {
                let code = if url.holds("@") { "proxy-password" } else { "proxy" };
                self.notice(spot, "proxy-url", code, "everything goes through this proxy; a browser's own settings are another matter");
            }
            _ => self.error(spot, "proxy-url", "proxy-invalid", "must begin with http://, https:// or socks5://, or kubectl stops"),
        }
        if has(body, "tls-server-name") {
            self.notice(
                spot,
                "tls-server-name",
                "tls-server-name",
                "the server's certificate is held against this name instead of the address",
            );
        }
        self.twice(spot, "certificate-authority-data", "certificate-authority", "authority-twice");
        self.file(spot, "certificate-authority");
        let authority = self.authority(spot);
        self.out.object(&[
            ("name", entry.text_of("name").into()),
            ("server", without_password(address).as_ref().into()),
            ("certificateAuthority", authority.into()),
        ]);
    }

    fn server(&mut self, spot: Spot<'_>, address: &str) {
        if address.is_empty() {
            return self.error(spot, "", "no-server", "no server address, so kubectl would try localhost:8080: add server");
        }
        let Err(error) = server::split(address) else { return };
        let host = address.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or(rest));
        match host {
            Some("localhost" | "127.0.0.1") => {
                self.notice(spot, "server", "server-http", "plain http, which is right for kubectl proxy on this machine and nowhere else");
            }
            Some(_) => self.say(spot, "server", Finding::error("server-http", error.message().to_owned())),
            None if !address.holds("://") && !address.contains(['@', '?', '#']) => {
                self.warning(
                    spot,
                    "server",
                    "server-without-scheme",
                    "no https:// before the address: kubectl guesses, other programs stop",
                );
            }
            None => self.say(spot, "server", Finding::error("server-invalid", error.message().to_owned())),
        }
    }

    /// The number of the reports of the bundle, one for each certificate.
    fn authority(&mut self, spot: Spot<'_>) -> Option<usize> {
        const FIELD: &str = "certificate-authority-data";
        let text = spot.body.text_of(FIELD);
        if text.is_empty() {
            return None;
        }
        if let Some(known) = self.bundles.get(text) {
            return Some(known);
        }
        if OMITTED.contains(&text) {
            self.error(spot, FIELD, "omitted", "the data was left out when this file was printed: print it with kubectl config view --raw");
            return None;
        }
        let report = self.bundle(spot, &decoded(spot.body, FIELD))?;
        self.bundles.insert(spot.body.share(FIELD), self.reports.len());
        Some(self.shared(report))
    }

    fn bundle(&mut self, spot: Spot<'_>, bytes: &[u8]) -> Option<Value> {
        const FIELD: &str = "certificate-authority-data";
        if encoded_twice(bytes) {
            self.error(spot, FIELD, "base64-twice", "is encoded in base64 twice: decode it once");
            return None;
        }
        let chain = match Chain::read_authorities(bytes) {
            Ok(chain) => chain,
            Err(error) if error.code() == Code::UnexpectedPrivateKey => {
                self.error(
                    spot,
                    FIELD,
                    "private-key-in-authority",
                    "This is a private key, not a CA certificate, and kubectl refuses it. Replace it with the cluster's CA, and treat the key as disclosed to anyone who has this file.",
                );
                return None;
            }
            Err(error) => {
                self.say(spot, FIELD, Finding::error("authority-unreadable", error.message().to_owned()));
                return None;
            }
        };
        if chain.with_key() {
            self.warning(
                spot,
                FIELD,
                "private-key-in-authority",
                "The CA data contains a private key, which everyone with this file can read. Remove it, and treat the key as disclosed.",
            );
        }
        if let Some(error) = chain.unreadable() {
            let message = format!("kubectl ignores a part of the CA data: {}", error.message());
            self.say(spot, FIELD, Finding::warning("authority-partly-unreadable", message));
        }
        let certificates = chain.certificates();
        let ended = certificates.iter().filter(|one| one.not_after <= self.now).count();
        if ended == certificates.len() {
            self.error(spot, FIELD, "authority-expired", "every certificate of the CA has ended: take the cluster's present one");
        } else if ended > 0 {
            self.warning(spot, FIELD, "authority-expired", "some certificates of the CA bundle have ended; they can go");
        }
        if certificates.iter().any(|one| !one.may_issue) {
            self.warning(
                spot,
                FIELD,
                "authority-is-leaf",
                "holds a certificate that is no CA's: that works for one server until it changes its own",
            );
        }
        let now = self.now;
        Some(Value::List(certificates.iter().map(|one| one.to_value(now, 1)).collect()))
    }
}

/// The address without what may be a password in it.
fn without_password(address: &str) -> Cow<'_, str> {
    if !address.holds("@") {
        return address.into();
    }
    let (scheme, rest) = address.cut("://").unwrap_or(("", address));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        None => address.into(),
        Some(at) => format!("{scheme}://…{}", &rest[at..]).into(),
    }
}
