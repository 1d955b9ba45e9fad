//! One entry of `users`: which credential it is, whose, and until when.
//!
//! Each kind of credential has a file in `user/`; which of several counts is checked here.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` (`validateAuthInfo`) v0.36.

mod auth_provider;
mod certificate;
mod exec;
mod key;
mod token;

use super::{Linter, Spot, has, has_data};
use crate::encoding::json::Part;
use crate::finding::FindingCode;
use crate::kubeconfig::redact;
use crate::value::Value;
use crate::yaml::tree::Node;

const CERTIFICATE: &str = "client-certificate-data";
const KEY: &str = "client-key-data";
const OMITTED_SENTENCE: &str = "The secret was omitted when this file was printed. Print the file again with kubectl config view --raw.";

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
        self.provider(spot);
        self.exec(spot);
        self.impersonation(spot);
        self.twice(spot, CERTIFICATE, "client-certificate", FindingCode::CertificateTwice);
        // client-go looks at the key of a certificate alone.
        if has_data(spot.body, CERTIFICATE) || has(spot.body, "client-certificate") {
            self.twice(spot, KEY, "client-key", FindingCode::KeyTwice);
        }
        ["client-certificate", "client-key", "tokenFile"].iter().for_each(|field| self.file(spot, field));
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
