//! One entry of `clusters`.

use super::{Linter, OMITTED, Spot, decoded, has, has_data};
use crate::encoding::{pem, runs};
use crate::finding::{Finding, FindingCode, Level};
use crate::go::key_pair::Other;
use crate::go::url::{self, Fault, Url};
use crate::kubeconfig::cause::{self, is_space};
use crate::kubeconfig::redact;
use crate::kubernetes::server_url;
use crate::locate::Locate;
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::yaml::tree::Node;
use std::net::Ipv6Addr;

const AUTHORITY: &str = "certificate-authority-data";
/// More certificates of a bundle are read by kubectl, and not shown here: the bundle of all public CAs has 150.
const MAX_SHOWN: usize = 100;

impl Linter {
    /// Looks at it and describes it.
    pub(crate) fn cluster(&mut self, entry: &Node, spot: Spot<'_>) {
        let body = spot.body;
        let address = body.text_of("server");
        let secure = self.server(spot, address);
        let before = self.findings.len();
        let insecure = body.flag_of("insecure-skip-tls-verify");
        let authority = has(body, "certificate-authority") || has_data(body, AUTHORITY);
        if insecure && authority {
            self.error(
                spot,
                "insecure-skip-tls-verify",
                FindingCode::InsecureWithAuthority,
                "`insecure-skip-tls-verify` cannot be combined with a CA. kubectl refuses both together. Remove `insecure-skip-tls-verify`.",
            );
        } else if insecure {
            self.warning(
                spot,
                "insecure-skip-tls-verify",
                FindingCode::Insecure,
                "The server's certificate is not verified. Anyone between you and the cluster can pose as the server and steal the credential. Use the cluster's CA instead.",
            );
        } else if !authority && address.starts_with("https://") {
            self.notice(
                spot,
                "",
                FindingCode::NoCertificateAuthority,
                "There is no CA. This works only if the server's certificate is publicly trusted. Otherwise add the cluster's CA.",
            );
        }
        let report = self.authority(spot);
        if secure == Some(false) {
            // client-go reads neither where the address is plain http.
            for finding in &mut self.findings[before..] {
                finding.level = finding.level.min(Level::Warning);
            }
        }
        self.proxy(spot);
        if has(body, "tls-server-name") {
            self.notice(
                spot,
                "tls-server-name",
                FindingCode::TlsServerName,
                "The server's certificate is verified for this name instead of the host name in the address.",
            );
        }
        self.twice(spot, AUTHORITY, "certificate-authority", FindingCode::AuthorityTwice);
        self.file(spot, "certificate-authority");
        self.out.object(&[
            ("name", entry.text_of("name").into()),
            ("server", (&*redact::address(address)).into()),
            ("certificateAuthority", report.into()),
        ]);
    }

    /// Whether client-go speaks TLS to this address; `None` where it refuses the address.
    fn server(&mut self, spot: Spot<'_>, address: &str) -> Option<bool> {
        if address.is_empty() {
            self.error(spot, "", FindingCode::NoServer, "There is no server address, so kubectl tries localhost:8080. Add server.");
            return None;
        }
        if is_ordinary(address) {
            return Some(true);
        }
        let server = match url::server(address) {
            Ok(server) => server,
            Err(fault) => {
                let (code, sentence) = of_server(address, fault);
                self.error(spot, "server", code, sentence);
                return None;
            }
        };
        let url = server.url;
        let secure = url.scheme == "https";
        let impossible = url.port().is_some_and(|digits| !digits.is_empty() && !port_exists(digits));
        if impossible {
            self.error(
                spot,
                "server",
                FindingCode::ServerPort,
                "The port of the server address must be a number from 1 to 65535. No connection is possible.",
            );
        }
        if server.completed {
            self.warning(
                spot,
                "server",
                FindingCode::ServerWithoutScheme,
                "There is no https:// in front of the address. kubectl then uses plain http and sends no credential. Write https:// in front.",
            );
        } else if !secure && url::is_loopback(&url.name()) {
            self.notice(
                spot,
                "server",
                FindingCode::ServerHttp,
                "The address begins with http://, which is suitable only for kubectl proxy on this machine. Use https:// for an API server.",
            );
        } else if !secure {
            self.warning(
                spot,
                "server",
                FindingCode::ServerHttp,
                "The address begins with http://. kubectl sends no credential then, and anyone in between can read and change everything. Use https://.",
            );
        }
        self.unusual(spot, address, &url, impossible);
        Some(secure)
    }

    /// What client-go takes and nobody means.
    fn unusual(&mut self, spot: Spot<'_>, address: &str, url: &Url<'_>, impossible: bool) {
        let before = self.findings.len();
        let mut warn = |code: FindingCode, sentence: &str| self.warning(spot, "server", code, sentence);
        if let Some((code, sentence)) = cause::of_text_or_space(address) {
            warn(code, sentence);
        }
        if url.user {
            warn(
                FindingCode::ServerUser,
                "The address contains a user name or password, which kubectl sends as basic authentication. Remove it.",
            );
        }
        if url.query || url.fragment {
            warn(FindingCode::ServerQuery, "The address contains a query or a fragment, which kubectl ignores. Remove it.");
        }
        if url.port() == Some(b"") || url.name().is_empty() {
            warn(FindingCode::ServerIncomplete, "The address lacks a host name or the number of a port. Write https://HOST:PORT.");
        }
        let told = impossible || self.findings.len() > before || !address.starts_with("https://");
        if !told && let Err(error) = server_url::split_readable(address) {
            self.say(spot, "server", Finding::warning(FindingCode::ServerUnusual, error.message().to_owned()));
        }
    }

    fn proxy(&mut self, spot: Spot<'_>) {
        let text = spot.body.text_of("proxy-url");
        if text.is_empty() {
            return;
        }
        match url::parse(text) {
            Ok(url) if matches!(url.scheme.as_str(), "http" | "https" | "socks5") => {
                let code = if text.holds("@") { FindingCode::ProxyPassword } else { FindingCode::Proxy };
                self.notice(
                    spot,
                    "proxy-url",
                    code,
                    "kubectl sends all requests through this proxy. A browser uses its own proxy settings instead.",
                );
                if url.name().is_empty() {
                    self.warning(
                        spot,
                        "proxy-url",
                        FindingCode::ProxyIncomplete,
                        "The address of the proxy has no host name. Write SCHEME://HOST:PORT.",
                    );
                }
            }
            Ok(_) => match cause::of_text_or_space(text) {
                Some(cause) => self.cause(spot, "proxy-url", cause),
                None => {
                    self.error(
                        spot,
                        "proxy-url",
                        FindingCode::ProxyInvalid,
                        "`proxy-url` must begin with http://, https:// or socks5://. kubectl refuses others.",
                    );
                }
            },
            Err(fault) => {
                let (code, sentence) = of_address(text, fault).unwrap_or((
                    FindingCode::ProxyInvalid,
                    "`proxy-url` must begin with http://, https:// or socks5://. kubectl refuses others.",
                ));
                self.error(spot, "proxy-url", code, sentence);
            }
        }
    }

    /// The number of the reports of the bundle, one for each certificate.
    fn authority(&mut self, spot: Spot<'_>) -> Option<usize> {
        let text = spot.body.text_of(AUTHORITY);
        if !has_data(spot.body, AUTHORITY) {
            return None;
        }
        let latest = self.latest.as_ref().filter(|(latest, _)| runs::same(latest.as_bytes(), text.as_bytes())).map(|(_, known)| *known);
        if let Some(known) = latest.or_else(|| self.bundles.get(text)) {
            for finding in self.remarks.iter().find(|(number, _)| *number == known).map(|(_, remarks)| remarks.clone()).unwrap_or_default()
            {
                self.say(spot, AUTHORITY, finding);
            }
            return Some(known);
        }
        if OMITTED.contains(&text) {
            self.error(
                spot,
                AUTHORITY,
                FindingCode::Omitted,
                "The data was omitted when this file was printed. Print the file again with kubectl config view --raw.",
            );
            return None;
        }
        let before = self.findings.len();
        let report = self.bundle(spot, text, &decoded(spot.body, AUTHORITY))?;
        let number = self.reports.len();
        self.bundles.insert(spot.body.share(AUTHORITY), number);
        self.latest = Some((spot.body.share(AUTHORITY), number));
        // Without the path, which is another one each time.
        let remarks = self.findings[before..].iter().map(|finding| Finding { path: None, message: finding.message.clone(), ..*finding });
        let remarks = remarks.collect();
        self.remarks.push((number, remarks));
        Some(self.shared(report))
    }

    /// Reads a bundle as Go's `AppendCertsFromPEM` does: one certificate that can be read is enough.
    fn bundle(&mut self, spot: Spot<'_>, text: &str, bytes: &[u8]) -> Option<Value> {
        let (mut certificates, mut fault, mut first, mut key, mut more) = (Vec::new(), None, None, false, 0);
        for block in pem::blocks_of_go(bytes) {
            first.get_or_insert_with(|| block.label.clone());
            key |= block.label.ends_with("PRIVATE KEY");
            if block.label != pem::CERTIFICATE || block.headers {
                continue;
            }
            if certificates.len() == MAX_SHOWN {
                more += 1;
                continue;
            }
            match Chain::read(pem::encode(pem::CERTIFICATE, block.contents.expose()).expose()) {
                Ok(chain) => certificates.extend(chain.certificates().first().cloned()),
                Err(error) => drop(fault.get_or_insert(error)),
            }
        }
        if certificates.is_empty() {
            match (first.as_deref(), fault) {
                _ if key => self.error(
                    spot,
                    AUTHORITY,
                    FindingCode::PrivateKeyInAuthority,
                    "This is a private key, not a CA certificate, and kubectl refuses it. Replace it with the cluster's CA, and treat the key as disclosed to anyone who has this file.",
                ),
                (_, Some(error)) => self.say(spot, AUTHORITY, Finding::error(FindingCode::AuthorityUnreadable, error.message().to_owned())),
                (None, None) => self.cause(spot, AUTHORITY, cause::of_pem(text, bytes)),
                (Some(pem::CERTIFICATE), None) => {
                    self.error(spot, AUTHORITY, FindingCode::PemHeaders, "The certificate's PEM block has headers. kubectl ignores such a block. Remove the lines between BEGIN and the base64.");
                }
                (Some(label), None) => {
                    let sentence = match Other::of(label) {
                        Other::Request => "There is a certificate request where the CA's certificate belongs. kubectl refuses it.",
                        Other::PublicKey => "There is a public key where the CA's certificate belongs. kubectl refuses it.",
                        _ => "There is no CERTIFICATE block in the value, only PEM blocks of another kind. kubectl refuses it.",
                    };
                    self.error(spot, AUTHORITY, FindingCode::AuthorityUnreadable, sentence);
                }
            }
            return None;
        }
        if bytes.starts_with(cause::BOM) {
            self.warning(
                spot,
                AUTHORITY,
                FindingCode::ByteOrderMark,
                "The PEM text begins with a byte-order mark (BOM), so kubectl does not see the first block. Save the file as UTF-8 without BOM and encode it again.",
            );
        }
        if key {
            self.warning(
                spot,
                AUTHORITY,
                FindingCode::PrivateKeyInAuthority,
                "The CA data contains a private key, which everyone with this file can read. Remove it, and treat the key as disclosed.",
            );
        }
        if let Some(error) = fault {
            let sentence = format!("kubectl ignores a part of the CA data. {}", error.message());
            self.say(spot, AUTHORITY, Finding::warning(FindingCode::AuthorityPartlyUnreadable, sentence));
        }
        if more > 0 {
            self.notice(
                spot,
                AUTHORITY,
                FindingCode::AuthorityMany,
                "The bundle has more than 100 certificates. kubectl reads all of them; the first 100 are shown.",
            );
        }
        let ended = certificates.iter().filter(|one| one.not_after <= self.now).count();
        if ended == certificates.len() && more == 0 {
            self.error(
                spot,
                AUTHORITY,
                FindingCode::AuthorityExpired,
                "Every certificate of the CA has expired, so kubectl does not trust the server. Use the cluster's current CA.",
            );
        } else if ended > 0 {
            self.warning(
                spot,
                AUTHORITY,
                FindingCode::AuthorityExpired,
                "Some certificates of the CA bundle have expired. You can remove them.",
            );
        }
        if certificates.iter().any(|one| !one.may_issue) {
            self.warning(
                spot,
                AUTHORITY,
                FindingCode::AuthorityIsLeaf,
                "The CA data contains a certificate that is not a CA certificate. It works for one server, until that server gets a new certificate. Use the cluster's CA instead.",
            );
        }
        let now = self.now;
        Some(Value::List(certificates.iter().map(|one| one.to_value(now, 1)).collect()))
    }
}

/// Whether there is nothing to say of an address: https://, a host name, a port and a path, in letters, digits and what is between them.
fn is_ordinary(address: &str) -> bool {
    address.starts_with("https://")
        && address.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'/'))
        && server_url::split_readable(address).is_ok()
}

/// Whether the digits of a port are from 1 to 65535.
fn port_exists(digits: &[u8]) -> bool {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u16>().ok()).is_some_and(|port| port > 0)
}

/// Why client-go refuses this server address.
fn of_server(address: &str, fault: Fault) -> cause::Cause {
    if let Some(cause) = of_address(address, fault) {
        return cause;
    }
    match fault {
        Fault::Scheme => {
            (FindingCode::ServerScheme, "The address must begin with https://. kubectl speaks no other protocol to a cluster.")
        }
        Fault::PathWithoutScheme => (
            FindingCode::ServerWithoutScheme,
            "There is no https:// in front of the address, and kubectl refuses a path then. Write https:// in front.",
        ),
        Fault::NoHost | Fault::NoScheme => {
            (FindingCode::ServerInvalid, "The address has no host name that kubectl can find. Write https://HOST:PORT.")
        }
        _ => {
            (FindingCode::ServerInvalid, "The host name of the address contains characters that kubectl refuses. Write https://HOST:PORT.")
        }
    }
}

/// What is wrong with an address of any kind, where it can be told.
fn of_address(address: &str, fault: Fault) -> Option<cause::Cause> {
    if let Some(cause) = cause::of_text(address) {
        return Some(cause);
    }
    let trimmed = address.trim_matches(is_space);
    if trimmed.len() < address.len() && url::parse(trimmed).is_ok() {
        return Some((
            FindingCode::WhiteSpace,
            "There is white space around the address. kubectl takes it for a part of the address and refuses it. Remove it.",
        ));
    }
    if let Some(cause) = cause::of_text_or_space(address) {
        return Some(cause);
    }
    let begins = |scheme: &str| trimmed.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if (begins("https:") || begins("http:")) && !(begins("https://") || begins("http://")) {
        return Some((
            FindingCode::ServerScheme,
            "There must be two slashes behind the colon of https: or http:. kubectl refuses the address without them.",
        ));
    }
    let rest = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let without_port = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if matches!(fault, Fault::Port | Fault::NoScheme) && (host.parse::<Ipv6Addr>().is_ok() || without_port.parse::<Ipv6Addr>().is_ok()) {
        return Some((FindingCode::ServerIpv6, "An IPv6 address must be in square brackets: https://[2001:db8::1]:6443."));
    }
    match fault {
        Fault::Port => {
            Some((FindingCode::ServerPort, "The port of the address is not a number. Write HOST:PORT with a number from 1 to 65535."))
        }
        Fault::Brackets => Some((
            FindingCode::ServerIpv6,
            "The square brackets of the address do not enclose an IPv6 address. Write https://[2001:db8::1]:6443.",
        )),
        Fault::Escape => Some((
            FindingCode::ServerEscape,
            "There is a percent sign in the address that is not part of a valid escape. Write %25 for the sign itself.",
        )),
        Fault::User => Some((
            FindingCode::ServerUser,
            "The user name or password in the address contains characters that must be escaped. kubectl refuses it. Remove both.",
        )),
        _ => None,
    }
}
