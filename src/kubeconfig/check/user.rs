//! One entry of `users`: which credential it is, whose, and until when.

use super::{Look, OMITTED, Spot, decoded, encoded_twice, has};
use crate::certificate::Chain;
use crate::finding::{Finding, Level};
use crate::json::Part;
use crate::key;
use crate::pem;
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use crate::yaml::tree::Node;

const CERTIFICATE: &str = "client-certificate-data";
const KEY: &str = "client-key-data";
const OMITTED_SENTENCE: &str = "the secret was left out when this file was printed: print it with kubectl config view --raw";

/// What is told of a token.
#[derive(Default)]
struct Token {
    report: Option<Value>,
    /// The number of a report that it shares.
    shared: Option<usize>,
    ends: Option<UnixTime>,
}

impl Look {
    /// Looks at it and describes it.
    pub(super) fn user(&mut self, entry: &Node, spot: Spot<'_>) {
        let body = spot.body;
        let chain = self.certificate(spot);
        self.key(spot, chain.as_ref());
        let token = self.token(spot);
        let ends = chain.as_ref().map(|chain| chain.leaf().not_after).or(token.ends);
        self.ended.extend(ends.filter(|end| *end <= self.now).map(|_| spot.index));
        self.methods(spot);
        self.exec(spot);
        self.impersonation(spot);
        for (data, path, code) in [(CERTIFICATE, "client-certificate", "certificate-twice"), (KEY, "client-key", "key-twice")] {
            self.twice(spot, data, path, code);
        }
        ["client-certificate", "client-key", "tokenFile"].iter().for_each(|field| self.file(spot, field));
        // The order in which kubectl and the server prefer them.
        let kind = if has(body, CERTIFICATE) {
            "certificate"
        } else if has(body, "client-certificate") || has(body, "tokenFile") {
            "file"
        } else if has(body, "token") {
            "token"
        } else if has(body, "exec") {
            "exec"
        } else if has(body, "auth-provider") {
            "auth-provider"
        } else if has(body, "username") || has(body, "password") {
            "basic"
        } else {
            self.notice(spot, "", "no-credential", "no credential: kubectl would ask for a user name");
            "none"
        };
        let exec = body.get("exec");
        // Names only: the values are secrets often enough.
        let environment = exec.and_then(|exec| exec.get("env"));
        let environment = environment.map(|env| Value::strings(env.items().iter().map(|one| one.text_of("name"))));
        let certificate = chain.map(|chain| chain.to_value(self.now));
        self.out.object(&[
            ("name", entry.text_of("name").into()),
            ("kind", kind.into()),
            ("certificate", (&certificate).into()),
            ("token", token.shared.map_or((&token.report).into(), Part::Number)),
            ("command", exec.map(|exec| exec.text_of("command")).into()),
            ("environment", (&environment).into()),
        ]);
    }

    fn certificate(&mut self, spot: Spot<'_>) -> Option<Chain> {
        let text = spot.body.text_of(CERTIFICATE);
        if text.is_empty() {
            return None;
        }
        if OMITTED.contains(&text) {
            self.error(spot, CERTIFICATE, "omitted", OMITTED_SENTENCE);
            return None;
        }
        let bytes = decoded(spot.body, CERTIFICATE);
        if encoded_twice(&bytes) {
            self.error(spot, CERTIFICATE, "base64-twice", "is encoded in base64 twice: decode it once");
            return None;
        }
        match Chain::read(&bytes) {
            Ok(chain) => {
                for finding in chain.leaf().findings(self.now).into_iter().chain(chain.findings()) {
                    self.say(spot, CERTIFICATE, finding);
                }
                if !chain.leaf().client_auth || chain.leaf().is_ca {
                    self.error(
                        spot,
                        CERTIFICATE,
                        "certificate-usage",
                        "is not one for clients, so the server answers 401: ask for another",
                    );
                }
                Some(chain)
            }
            Err(error) => {
                self.say(spot, CERTIFICATE, Finding::error("certificate-unreadable", error.message().to_owned()));
                None
            }
        }
    }

    fn key(&mut self, spot: Spot<'_>, chain: Option<&Chain>) {
        let body = spot.body;
        let certificate = has(body, CERTIFICATE) || has(body, "client-certificate");
        let key = has(body, KEY) || has(body, "client-key");
        if certificate && !key {
            self.error(
                spot,
                "",
                "certificate-without-key",
                "the certificate's private key is missing, and kubectl refuses: add client-key-data",
            );
        } else if key && !certificate {
            self.warning(
                spot,
                "",
                "key-without-certificate",
                "a private key without its certificate is no credential: kubectl would send none",
            );
        }
        let text = body.text_of(KEY);
        if text.is_empty() {
            return;
        }
        if OMITTED.contains(&text) {
            return self.error(spot, KEY, "omitted", OMITTED_SENTENCE);
        }
        let bytes = decoded(body, KEY);
        if encoded_twice(&bytes) {
            return self.error(spot, KEY, "base64-twice", "is encoded in base64 twice: decode it once");
        }
        // Go takes the first block that is a private key and passes over the others.
        let blocks = pem::decode(&bytes).unwrap_or_default();
        let Some(block) = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")) else {
            return self.error(spot, KEY, "key-unreadable", "no private key in PEM is in here");
        };
        if block.headers || block.label.starts_with("ENCRYPTED") {
            return self.error(spot, KEY, "key-encrypted", "the private key is encrypted, which kubectl does not read: decrypt it first");
        }
        if let (Some(claimed), Some(chain)) = (key::claimed_public(block.contents.expose()), chain)
            && claimed != chain.leaf().key_fingerprint
        {
            self.error(
                spot,
                KEY,
                "certificate-key-mismatch",
                "the certificate belongs to another private key: take the pair that was made together",
            );
        }
    }

    fn token(&mut self, spot: Spot<'_>) -> Token {
        let text = spot.body.text_of("token");
        let mut token = Token::default();
        if text.is_empty() {
            return token;
        }
        if OMITTED.contains(&text) {
            self.error(spot, "token", "omitted", OMITTED_SENTENCE);
            return token;
        }
        let opaque = token::is_plainly_opaque(text);
        if opaque && self.opaque.is_some() {
            token.shared = self.opaque;
            return token;
        }
        if text.chars().any(|character| character.is_control()) {
            self.error(
                spot,
                "token",
                "token-characters",
                "holds a line end or another control character, which no request can carry: take it out",
            );
        } else if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            self.error(spot, "token", "token-bearer", "begins with Bearer, which kubectl adds itself: take the word out");
        }
        let Ok(report) = token::read(text.as_bytes(), self.now) else { return token };
        // That nothing of it is verified goes without saying in a list of what is wrong.
        for finding in report.findings.iter().filter(|finding| finding.code != "not-verified" && finding.level != Level::Notice) {
            self.say(spot, "token", finding.clone());
        }
        token.ends = report.expires_at();
        if opaque {
            self.opaque = Some(self.shared(report.to_value()));
            token.shared = self.opaque;
        } else {
            token.report = Some(report.to_value());
        }
        token
    }

    /// Several credentials at once: which one counts.
    fn methods(&mut self, spot: Spot<'_>) {
        let body = spot.body;
        let basic = has(body, "username") || has(body, "password");
        let token = has(body, "token") || has(body, "tokenFile");
        let certificate = has(body, CERTIFICATE) || has(body, "client-certificate");
        if has(body, "token") && basic {
            self.error(
                spot,
                "",
                "token-and-basic",
                "a token and a password: kubectl takes one method only and refuses. Take the password out",
            );
        } else if basic {
            self.error(spot, "", "basic-auth", "user name and password: no API server since 1.19 takes them");
        }
        if has(body, "token") && has(body, "tokenFile") {
            self.notice(spot, "token", "token-file-wins", "the file of tokenFile is used instead of this token");
        }
        if certificate && token {
            self.notice(spot, "token", "certificate-wins", "the server takes the user of the certificate, not the one of the token");
        }
        if token && has(body, "exec") {
            self.notice(spot, "exec", "token-wins", "the token is used, and the program is not run");
        }
    }

    /// What it would run. Nothing is run here.
    fn exec(&mut self, spot: Spot<'_>) {
        if let Some(provider) = spot.body.get("auth-provider") {
            let sentence = match provider.text_of("name") {
                "gcp" | "azure" => "kubectl 1.26 and later do not know this auth-provider any more: use its exec plugin",
                _ => "kubectl gets the token by itself, as these settings say; they may hold secrets of their own. Nothing is run here",
            };
            self.warning(spot, "auth-provider", "auth-provider", sentence);
        }
        let Some(exec) = spot.body.get("exec") else { return };
        let variables = exec.get("env").map_or(&[][..], Node::items);
        let variables = if variables.is_empty() { String::new() } else { format!(", with {} environment variables set", variables.len()) };
        let arguments = exec.get("args").map_or(0, |args| args.items().len());
        let finding = Finding::warning(
            "runs-a-program",
            format!(
                "kubectl runs a program with {arguments} arguments{variables}, as whoever uses this file: be sure that you know it. Nothing is run here"
            ),
        );
        self.say(spot, "exec", finding);
        if has(spot.body, "auth-provider") {
            self.error(
                spot,
                "auth-provider",
                "exec-and-auth-provider",
                "auth-provider cannot be used together with exec: kubectl refuses the file. Remove one of them",
            );
        }
        if !has(exec, "command") {
            self.error(spot, "exec", "exec-command", "exec needs command, or kubectl refuses");
        }
        let version = exec.text_of("apiVersion");
        if version.is_empty() {
            self.error(spot, "exec", "exec-api-version", "exec needs apiVersion: client.authentication.k8s.io/v1");
        }
        match exec.text_of("interactiveMode") {
            "Never" | "IfAvailable" | "Always" => {}
            "" if version.ends_with("/v1beta1") || version.is_empty() => {}
            _ => self.error(spot, "exec", "exec-interactive-mode", "exec needs interactiveMode: Never, IfAvailable or Always"),
        }
        if exec.get("env").map_or(&[][..], Node::items).iter().any(|one| !has(one, "name")) {
            self.error(spot, "exec", "exec-env-name", "an environment variable of exec has no name, and kubectl refuses");
        }
    }

    fn impersonation(&mut self, spot: Spot<'_>) {
        let body = spot.body;
        let more = ["as-groups", "as-user-extra"]
            .iter()
            .any(|field| body.get(field).is_some_and(|value| !value.items().is_empty() || !value.pairs().is_empty()));
        if !has(body, "as") && (more || has(body, "as-uid")) {
            self.error(spot, "", "impersonation-without-user", "as-uid, as-groups and as-user-extra need as, or kubectl refuses");
        } else if has(body, "as") {
            self.notice(spot, "as", "impersonation", "every request is made in another's name, which the server allows to few");
        }
    }
}
