//! One entry of `users`: which credential it is, whose, and until when.

use super::{Linter, OMITTED, Spot, decoded, has, has_data};
use crate::encoding::json::Part;
use crate::encoding::pem;
use crate::finding::{Finding, FindingCode, Level};
use crate::go::base64::base64_of_go;
use crate::go::key_pair::{self, Fault, Other};
use crate::kubeconfig::cause::{self, BOM};
use crate::kubeconfig::redact;
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::yaml::tree::Node;
use zeroize::Zeroizing;

const CERTIFICATE: &str = "client-certificate-data";
const KEY: &str = "client-key-data";
const OMITTED_SENTENCE: &str = "The secret was omitted when this file was printed. Print the file again with kubectl config view --raw.";

/// What is told of a token.
#[derive(Default)]
struct Token {
    report: Option<Value>,
    /// The number of a report that it shares.
    shared: Option<usize>,
    ends: Option<UnixTime>,
}

impl Linter {
    /// Looks at it and describes it.
    pub(crate) fn user(&mut self, entry: &Node, spot: Spot<'_>) {
        let body = spot.body;
        // Most often a token is all there is: then there is nothing else to look at.
        let alone = matches!(body.pairs(), [pair] if pair.key == *"token") && has(body, "token");
        let chain = if alone { None } else { self.certificate(spot) };
        if !alone {
            self.key(spot, chain.as_ref());
        }
        let token = self.token(spot);
        let ends = chain.as_ref().map(|chain| chain.leaf().not_after).or(token.ends);
        self.expired.extend(ends.filter(|end| *end <= self.now).map(|_| spot.index));
        if !alone {
            self.credentials(spot);
        }
        // The order in which kubectl and the server prefer them.
        let kind = if alone {
            "token"
        } else if has_data(body, CERTIFICATE) {
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
            self.notice(
                spot,
                "",
                FindingCode::NoCredential,
                "The user has no credential, so kubectl asks for a user name. Add a credential.",
            );
            "none"
        };
        let exec = body.get("exec");
        // Names only: the values are secrets often enough.
        let command = exec.map(|exec| redact::program(exec.text_of("command")));
        let environment = exec.and_then(|exec| exec.get("env"));
        let environment = environment.map(|env| Value::strings(env.items().iter().map(|one| redact::variable(one.text_of("name")))));
        let certificate = chain.map(|chain| chain.to_value(self.now));
        self.out.object(&[
            ("name", entry.text_of("name").into()),
            ("kind", kind.into()),
            ("certificate", (&certificate).into()),
            ("token", token.shared.map_or((&token.report).into(), Part::Number)),
            ("command", command.as_deref().into()),
            ("environment", (&environment).into()),
        ]);
    }

    /// Which credentials there are besides a token, and whether they go together.
    fn credentials(&mut self, spot: Spot<'_>) {
        self.methods(spot);
        self.exec(spot);
        self.impersonation(spot);
        self.twice(spot, CERTIFICATE, "client-certificate", FindingCode::CertificateTwice);
        // client-go looks at the key of a certificate alone.
        if has_data(spot.body, CERTIFICATE) || has(spot.body, "client-certificate") {
            self.twice(spot, KEY, "client-key", FindingCode::KeyTwice);
        }
        ["client-certificate", "client-key", "tokenFile"].iter().for_each(|field| self.file(spot, field));
    }

    /// Reads the certificate as Go's `tls.X509KeyPair` does: the first block of this label counts, whatever else is there.
    fn certificate(&mut self, spot: Spot<'_>) -> Option<Chain> {
        let text = spot.body.text_of(CERTIFICATE);
        if !has_data(spot.body, CERTIFICATE) {
            return None;
        }
        if OMITTED.contains(&text) {
            self.error(spot, CERTIFICATE, FindingCode::Omitted, OMITTED_SENTENCE);
            return None;
        }
        let bytes = decoded(spot.body, CERTIFICATE);
        let (mut found, mut first) = (Zeroizing::new(Vec::new()), None);
        for block in pem::blocks_of_go(&bytes) {
            first.get_or_insert_with(|| block.label.clone());
            if block.label == pem::CERTIFICATE {
                found.extend_from_slice(pem::encode(pem::CERTIFICATE, block.contents.expose()).expose());
            }
        }
        if !found.is_empty() && bytes.starts_with(BOM) {
            self.warning(
                spot,
                CERTIFICATE,
                FindingCode::ByteOrderMark,
                "The PEM text begins with a byte-order mark (BOM), so kubectl does not see the first block. Save the file as UTF-8 without BOM and encode it again.",
            );
        }
        if found.is_empty() {
            match first.as_deref() {
                None => self.cause(spot, CERTIFICATE, cause::of_pem(text, &bytes)),
                Some(label) if label.ends_with("PRIVATE KEY") => self.error(
                    spot,
                    CERTIFICATE,
                    FindingCode::KeyInsteadOfCertificate,
                    "There is a private key where the certificate belongs. Move it to client-key-data.",
                ),
                Some(label) => {
                    let sentence = match Other::of(label) {
                        Other::Request => {
                            "There is a certificate request where the certificate belongs. The cluster issues the certificate from it."
                        }
                        _ => "There is no CERTIFICATE block in the value, only PEM blocks of another kind. kubectl refuses it.",
                    };
                    self.error(spot, CERTIFICATE, FindingCode::CertificateUnreadable, sentence);
                }
            }
            return None;
        }
        // The leaf alone decides; what follows it is sent as it is. Behind a byte-order mark, Go does not see the first block.
        let whole = (!bytes.starts_with(BOM)).then(|| Chain::read(&bytes).ok()).flatten();
        let chain = whole.map_or_else(|| Chain::read(&found), Ok).or_else(|_| {
            let leaf = pem::first(&found).map(|block| pem::encode(pem::CERTIFICATE, block.contents.expose()));
            Chain::read(leaf.as_ref().map_or(&found, |leaf| leaf.expose()))
        });
        match chain {
            Ok(chain) => {
                let leaf = chain.leaf();
                for mut finding in leaf.findings(self.now).into_iter().chain(chain.findings()) {
                    // The path is about to be that of the field.
                    if let Some(name) = &finding.path {
                        finding.message = format!("`{name}` in the certificate: {}", finding.message);
                    }
                    self.say(spot, CERTIFICATE, finding);
                }
                if !leaf.client_auth {
                    self.error(
                        spot,
                        CERTIFICATE,
                        FindingCode::CertificateUsage,
                        "The certificate is not valid for client authentication, so the API server rejects it (401). Request a client certificate.",
                    );
                } else if let Some(finding) = leaf.authority_as_client() {
                    self.say(spot, CERTIFICATE, finding);
                    leaf.user_empty().into_iter().for_each(|finding| self.say(spot, CERTIFICATE, finding));
                }
                Some(chain)
            }
            Err(error) => {
                self.say(spot, CERTIFICATE, Finding::error(FindingCode::CertificateUnreadable, error.message().to_owned()));
                None
            }
        }
    }

    fn key(&mut self, spot: Spot<'_>, chain: Option<&Chain>) {
        let body = spot.body;
        let certificate = has_data(body, CERTIFICATE) || has(body, "client-certificate");
        let key = has_data(body, KEY) || has(body, "client-key");
        if certificate && !key {
            self.error(
                spot,
                "",
                FindingCode::CertificateWithoutKey,
                "The certificate's private key is missing, so kubectl refuses the file. Add client-key-data.",
            );
        } else if key && !certificate {
            let sentence = if has(body, "token") || has(body, "tokenFile") {
                "The private key has no certificate, so kubectl does not use it. The token is sent. Remove the key, or add its certificate."
            } else if body.get("exec").is_some() || body.get("auth-provider").is_some() {
                "The private key has no certificate, so kubectl does not use it. The credential comes from exec or auth-provider. Remove the key, or add its certificate."
            } else {
                "The private key has no certificate, so kubectl does not use it. Add client-certificate-data."
            };
            self.warning(spot, "", FindingCode::KeyWithoutCertificate, sentence);
        }
        // client-go looks at the key of a certificate alone.
        if !certificate || !has_data(body, KEY) {
            return;
        }
        let text = body.text_of(KEY);
        if OMITTED.contains(&text) {
            return self.error(spot, KEY, FindingCode::Omitted, OMITTED_SENTENCE);
        }
        let number = self.public_of(body, || key_pair::public_of_pem(&decoded(body, KEY)));
        match &self.publics[number] {
            Ok(public) if chain.is_none_or(|chain| *public == chain.leaf().key_fingerprint) => {}
            Ok(_) => self.error(
                spot,
                KEY,
                FindingCode::CertificateKeyMismatch,
                "The certificate belongs to another private key, so kubectl refuses the pair. Use the certificate and the key that belong together.",
            ),
            Err(fault) => {
                let (code, sentence) = of_key(*fault).unwrap_or_else(|| cause::of_pem(text, &decoded(body, KEY)));
                self.error(spot, KEY, code, sentence);
            }
        }
    }

    /// The number of a user's private key in `publics`, which `public` gives where it is not known yet.
    pub(super) fn public_of(&mut self, body: &Node, public: impl FnOnce() -> Result<String, Fault>) -> usize {
        if let Some(known) = self.keys.get(body.text_of(KEY)) {
            return known;
        }
        self.keys.insert(body.share(KEY), self.publics.len());
        self.publics.push(public());
        self.publics.len() - 1
    }

    fn token(&mut self, spot: Spot<'_>) -> Token {
        let text = spot.body.text_of("token");
        let mut token = Token::default();
        if text.is_empty() {
            return token;
        }
        if OMITTED.contains(&text) {
            self.error(spot, "token", FindingCode::Omitted, OMITTED_SENTENCE);
            return token;
        }
        let opaque = token::is_plainly_opaque(text);
        if opaque && self.opaque.is_some() {
            token.shared = self.opaque;
            return token;
        }
        if self.token_characters(spot, text) {
            // What follows would be said of another token than this one.
        } else if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            self.error(
                spot,
                "token",
                FindingCode::TokenBearer,
                "The token begins with Bearer, which kubectl adds itself. Remove the word.",
            );
        }
        let Ok(report) = token::read(text.as_bytes(), self.now) else { return token };
        // That nothing of it is verified goes without saying in a list of what is wrong.
        for finding in report.findings.iter().filter(|finding| finding.code != FindingCode::NotVerified && finding.level != Level::Notice) {
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

    /// Characters that cannot be sent, or that no server takes for a part of a token (RFC 6750, 2.1: `b64token`).
    fn token_characters(&mut self, spot: Spot<'_>, text: &str) -> bool {
        let mut error = |sentence: &str| self.error(spot, "token", FindingCode::TokenCharacters, sentence);
        if text.contains(|character: char| character.is_ascii_control() && character != '\t') {
            error("The token contains a line end or another control character. kubectl cannot send it in a header. Remove it.");
        } else if let Some(character) = text.chars().find(|character| !character.is_ascii()) {
            error(&format!(
                "The token contains a character that cannot be sent in a header (U+{:04X}). No server accepts it. Copy the token again.",
                u32::from(character)
            ));
        } else if text.trim_end().contains([' ', '\t']) && !text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            error("The token contains white space. The API server reads it only up to there, and refuses it. Copy the token again.");
        } else {
            if text.ends_with([' ', '\t']) {
                self.warning(spot, "token", FindingCode::WhiteSpace, "There is white space behind the token. Remove it.");
            }
            if let Some((code, sentence)) = cause::of_text(text) {
                self.warning(spot, "token", code, sentence);
            }
            return false;
        }
        true
    }

    /// Several credentials at once: which one counts.
    fn methods(&mut self, spot: Spot<'_>) {
        let body = spot.body;
        let basic = has(body, "username") || has(body, "password");
        let token = has(body, "token") || has(body, "tokenFile");
        let certificate = has_data(body, CERTIFICATE) || has(body, "client-certificate");
        // Next to a file of a token, client-go looks at the user name alone.
        if has(body, "token") && basic || has(body, "tokenFile") && has(body, "username") {
            self.error(
                spot,
                "",
                FindingCode::TokenAndBasic,
                "The user has both a token and a password. kubectl accepts only one method and refuses the file. Remove user name and password.",
            );
        } else if basic {
            self.error(
                spot,
                "",
                FindingCode::BasicAuth,
                "The user has a user name and a password, which API servers since 1.19 do not accept. Use another credential.",
            );
        }
        if has(body, "token") && has(body, "tokenFile") {
            self.notice(
                spot,
                "token",
                FindingCode::TokenFileWins,
                "The file in tokenFile is used instead of this token. Remove the one that you do not need.",
            );
        }
        if certificate && token {
            self.notice(
                spot,
                "token",
                FindingCode::CertificateWins,
                "The user has both a certificate and a token. The API server uses the identity in the certificate. Remove the one that you do not need.",
            );
        }
        if token && has(body, "exec") {
            self.notice(
                spot,
                "exec",
                FindingCode::TokenWins,
                "The user has both a token and exec. The token is used, and the program is not run. Remove the one that you do not need.",
            );
        }
    }

    /// What it would run. Nothing is run here.
    fn exec(&mut self, spot: Spot<'_>) {
        self.provider(spot);
        let Some(exec) = spot.body.get("exec") else { return };
        let variables = exec.get("env").map_or(&[][..], Node::items);
        let variables = if variables.is_empty() { String::new() } else { format!(", {} environment variables", variables.len()) };
        let arguments = exec.get("args").map_or(0, |args| args.items().len());
        let finding = Finding::warning(
            FindingCode::RunsAProgram,
            format!(
                "kubectl runs a program with your permissions ({arguments} arguments{variables}). Use the file only if you trust that program. Nothing is run here."
            ),
        );
        self.say(spot, "exec", finding);
        if has(spot.body, "auth-provider") {
            self.error(
                spot,
                "auth-provider",
                FindingCode::ExecAndAuthProvider,
                "The user has both exec and auth-provider, so kubectl refuses the file. Remove one of them.",
            );
        }
        self.program(spot, exec.text_of("command"));
        if !has(exec, "command") {
            self.error(
                spot,
                "exec",
                FindingCode::ExecCommand,
                "There is no command in exec, so kubectl refuses the file. Add exec.command.",
            );
        }
        let version = exec.text_of("apiVersion");
        match version {
            "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1" => {}
            "" => self.error(spot, "exec", FindingCode::ExecApiVersion, "There is no apiVersion in exec, so kubectl refuses the file. Add apiVersion: client.authentication.k8s.io/v1."),
            "client.authentication.k8s.io/v1alpha1" => self.error(
                spot,
                "exec",
                FindingCode::ExecApiVersion,
                "`exec.apiVersion` is client.authentication.k8s.io/v1alpha1, which kubectl 1.24 and later do not know. Update the program, and write client.authentication.k8s.io/v1 or v1beta1, whichever it supports.",
            ),
            _ => self.error(
                spot,
                "exec",
                FindingCode::ExecApiVersion,
                "`exec.apiVersion` is one that kubectl does not know. It knows client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1. Write the one that the program supports.",
            ),
        }
        match exec.text_of("interactiveMode") {
            "Never" | "IfAvailable" | "Always" => {}
            // client-go fills it in for these two alone (SetDefaults_ExecConfig).
            "" if matches!(version, "client.authentication.k8s.io/v1beta1" | "client.authentication.k8s.io/v1alpha1") => {}
            "" => self.error(
                spot,
                "exec",
                FindingCode::ExecInteractiveMode,
                "`exec.interactiveMode` is required with apiVersion v1. Set it to Never, IfAvailable or Always.",
            ),
            _ => self.error(
                spot,
                "exec",
                FindingCode::ExecInteractiveMode,
                "`exec.interactiveMode` has a value that kubectl does not know. Set it to Never, IfAvailable or Always, in exactly this case.",
            ),
        }
        if exec.get("env").map_or(&[][..], Node::items).iter().any(|one| !has(one, "name")) {
            self.error(
                spot,
                "exec",
                FindingCode::ExecEnvName,
                "An environment variable of exec has no name, so kubectl refuses the file. Add the name.",
            );
        }
    }

    /// Providers are part of kubectl: it knows three names, and two of them only say that they are gone.
    fn provider(&mut self, spot: Spot<'_>) {
        const FIELD: &str = "auth-provider";
        let Some(provider) = spot.body.get(FIELD) else { return };
        self.warning(
            spot,
            FIELD,
            FindingCode::AuthProvider,
            "kubectl gets the token itself with these settings, which may contain secrets. Nothing is run here.",
        );
        match provider.text_of("name") {
            "oidc" => {}
            "gcp" | "azure" => {
                return self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderRemoved,
                    "kubectl 1.26 and later do not have this auth-provider. Use the exec plugin of the cloud: gke-gcloud-auth-plugin or kubelogin.",
                );
            }
            _ => {
                return self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderUnknown,
                    "kubectl has no auth-provider of this name. It knows oidc only. Use an exec plugin.",
                );
            }
        }
        let config = provider.get("config");
        let setting = |name: &str| config.map_or("", |config| config.text_of(name));
        if ["idp-issuer-url", "client-id"].iter().any(|name| setting(name).is_empty()) {
            self.error(
                spot,
                FIELD,
                FindingCode::AuthProviderConfig,
                "The auth-provider oidc needs idp-issuer-url and client-id in its config. kubectl refuses it without them.",
            );
        }
        let authority = setting("idp-certificate-authority-data");
        if authority.is_empty() {
            return;
        }
        match base64_of_go(authority) {
            None => {
                let (_, sentence) = cause::of_base64(authority);
                self.say(
                    spot,
                    FIELD,
                    Finding::error(FindingCode::AuthProviderConfig, format!("`idp-certificate-authority-data`: {sentence}")),
                );
            }
            Some(bytes) if !bytes.is_empty() && !is_bundle(&bytes) => {
                self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderConfig,
                    "`idp-certificate-authority-data` has no certificate that kubectl can read. Write the base64 of the CA's PEM file.",
                );
            }
            Some(_) => {}
        }
    }

    fn impersonation(&mut self, spot: Spot<'_>) {
        let body = spot.body;
        let more = ["as-groups", "as-user-extra"]
            .iter()
            .any(|field| body.get(field).is_some_and(|value| !value.items().is_empty() || !value.pairs().is_empty()));
        let values = ["as", "as-uid"].into_iter().map(|field| body.text_of(field));
        let groups = body.get("as-groups").map_or(&[][..], Node::items).iter().filter_map(Node::as_text);
        let extra = body.get("as-user-extra").map_or(&[][..], Node::pairs).iter();
        let extra = extra.flat_map(|pair| pair.value.items().iter().filter_map(Node::as_text));
        let unsendable = |text: &str| text.contains(|character: char| character.is_ascii_control() && character != '\t');
        if has(body, "as") && values.chain(groups).chain(extra).any(unsendable) {
            self.error(
                spot,
                "",
                FindingCode::ImpersonationCharacters,
                "A value of as, as-uid, as-groups or as-user-extra contains a control character. kubectl cannot send it in a header. Remove it.",
            );
        }
        if !has(body, "as") && (more || has(body, "as-uid")) {
            self.error(
                spot,
                "",
                FindingCode::ImpersonationWithoutUser,
                "The user has as-uid, as-groups or as-user-extra without as, so kubectl refuses the file. Add as.",
            );
        } else if has(body, "as") {
            self.notice(
                spot,
                "as",
                FindingCode::Impersonation,
                "Every request impersonates another user. The API server permits that only with the permission to impersonate.",
            );
        }
    }
}

/// Whether Go's `AppendCertsFromPEM` finds a certificate.
fn is_bundle(bytes: &[u8]) -> bool {
    pem::blocks_of_go(bytes)
        .filter(|block| block.label == pem::CERTIFICATE && !block.headers)
        .any(|block| Chain::read(pem::encode(pem::CERTIFICATE, block.contents.expose()).expose()).is_ok())
}

/// Why Go refuses a private key; `None` where there is no PEM at all.
fn of_key(fault: Fault) -> Option<cause::Cause> {
    Some(match fault {
        Fault::NoPem => return None,
        Fault::NoKey(Other::Certificate) => (
            FindingCode::CertificateInsteadOfKey,
            "There is a certificate where the private key belongs. Write the base64 of the key's PEM file.",
        ),
        Fault::NoKey(_) => (
            FindingCode::KeyUnreadable,
            "There is no PEM block of a private key in the value, only blocks of another kind. kubectl refuses it.",
        ),
        Fault::Encrypted => (
            FindingCode::KeyEncrypted,
            "The private key is encrypted, and kubectl asks for no passphrase. Decrypt it first: openssl pkey -in FILE.",
        ),
        Fault::OpenSsh => (
            FindingCode::KeyFormat,
            "The private key is in OpenSSH's own format, which kubectl does not read. Convert a copy with ssh-keygen -p -m PKCS8.",
        ),
        Fault::ExplicitCurve => (
            FindingCode::KeyExplicitCurve,
            "The EC key spells its curve out instead of naming it, as LibreSSL before 3.4 and OpenSSL 1.0 write it. kubectl does not read it. Convert it: openssl ec -param_enc named_curve.",
        ),
        Fault::Curve => (
            FindingCode::KeyCurve,
            "The EC key is on a curve that kubectl does not know. It knows P-224, P-256, P-384 and P-521. Make a new key.",
        ),
        Fault::Algorithm => (
            FindingCode::KeyAlgorithm,
            "The private key is of a kind that kubectl does not use. It uses RSA, ECDSA and Ed25519. Make a new key.",
        ),
        Fault::Inconsistent => (
            FindingCode::KeyDamaged,
            "The numbers of the private key contradict each other, so kubectl refuses it. Take the key from the original file.",
        ),
        Fault::Unreadable => (
            FindingCode::KeyUnreadable,
            "The PEM block of the private key does not contain a key that kubectl can parse. Take the key from the original file.",
        ),
    })
}
