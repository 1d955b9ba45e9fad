//! Certificate signing requests: submitted, looked at, decided on, fetched.

use super::quoting::Shell;
use super::script::Script;
use super::script::slug;
use crate::error::{Code, Error};
use crate::finding::FindingCode;
use crate::kubernetes::csr::{signer, signing_request};
use crate::kubernetes::names::is_subdomain;
use crate::locate::Locate;
use crate::value::Value;
use crate::yaml::write;

/// `{ manifest }`. It is created and not applied: where the name is taken, `kubectl apply` says "configured", keeps the
/// other's request (Kubernetes 1.36.3, 2026-11), and one would wait for a certificate with a stranger's key.
pub(crate) fn submit(script: &mut Script<'_>) {
    let manifest = script.value("manifest").unwrap_or(&Value::Null);
    let report = match signing_request::read(manifest) {
        Ok(report) => report,
        Err(error) => return script.fail(error),
    };
    let yaml = write::documents(manifest);
    if yaml.holds("PRIVATE KEY") || report.request.findings.iter().any(|finding| finding.code == FindingCode::PrivateKeyInPaste) {
        script.fail(Error::new(
            Code::UnexpectedPrivateKey,
            "The manifest contains a private key, which must stay with its owner. Remove it.",
        ));
    }
    script.feed_yaml(&yaml, &format!("{}.yaml", slug(&report.name)), "create");
}

/// `{ name, request, signerName?, usages?, expirationSeconds? }`, the request being a file that openssl wrote.
pub(crate) fn submit_file(script: &mut Script<'_>) {
    let file = script.file("request", "");
    let name = script.needed("name");
    let signer_name = script.given("signerName").unwrap_or(signer::CLIENT);
    let mut usages = script.texts("usages");
    if usages.is_empty() {
        usages = ["digital signature", "client auth"].map(str::to_owned).to_vec();
    }
    let expiration = script.number("expirationSeconds", 2_147_483_647.0);
    // What may be in a text where sh and PowerShell replace $( ): nothing but letters, digits and a few signs.
    if !is_subdomain(name) {
        script.bad_name("name", "Use lower case letters, digits, hyphens and dots, with a letter or digit at both ends.");
    }
    if signer::name_refusal(signer_name).is_some() || !usages.iter().all(|usage| signer::USAGES.contains(&usage.as_str())) {
        script.fail(Error::new(
            Code::InvalidSigningRequest,
            "Kubernetes does not know the signerName or the usages of the step. Correct them.",
        ));
    }
    let manifest = Value::map([
        ("apiVersion", Some(signing_request::API_VERSION.into())),
        ("kind", Some(signing_request::KIND.into())),
        ("metadata", Some(Value::map([("name", Some(name.into()))]))),
        (
            "spec",
            Some(Value::map([
                ("request", Some("REQUEST".into())),
                ("signerName", Some(signer_name.into())),
                ("expirationSeconds", expiration.map(|seconds| Value::Number(seconds as f64))),
                ("usages", Some(Value::strings(usages))),
            ])),
        ),
    ]);
    script.program("openssl", "base64 -A").pair("-in", "request", &file);
    script.feed_with(&write::documents(&manifest), "\"REQUEST\"", &format!("{name}.yaml"), "create");
}

/// `{ name, uid? }`
pub(crate) fn approve(script: &mut Script<'_>) {
    decide(script, "certificate approve", "approved");
}

/// `{ name, uid? }`
pub(crate) fn deny(script: &mut Script<'_>) {
    decide(script, "certificate deny", "denied");
}

/// kubectl decides on whatever has the name (kubectl/pkg/cmd/certificates, `modifyCertificateCondition`, v0.36.3: it reads the
/// object and writes it back, again after a conflict). With a uid the line compares first; spec cannot change under one uid.
fn decide(script: &mut Script<'_>, words: &'static str, done: &'static str) {
    let name = script.object_name("name");
    let Some(uid) = script.given("uid") else {
        script.remark("kubectl decides on whatever has this name by then, so read it right before");
        return script.program("kubectl", words).operand("name", name).run();
    };
    if !is_uid(uid) {
        script.fail(
            Error::new(
                Code::InvalidOptions,
                "`step.uid` must be the metadata.uid of the request that was read, a UUID such as 123e4567-e89b-12d3-a456-426614174000.",
            )
            .at("uid"),
        );
    }
    script.remark("kubectl compares the uid and decides in two steps, so a swap in the moment between them is not noticed");
    let get = script.program("kubectl", "get csr").operand("name", name).option("", "--output=jsonpath=", "{.metadata.uid}").rendered();
    let decide = script.program("kubectl", words).operand("name", name).rendered();
    let refusal = format!("Not {done}: this is not the request that was read, or kubectl failed.");
    script.line(&match script.shell {
        Shell::Sh => format!("if [ \"$({get})\" = {uid} ]; then {decide}; else echo '{refusal}' >&2; false; fi"),
        Shell::PowerShell => format!("if (({get}) -ceq '{uid}') {{ {decide} }} else {{ throw '{refusal}' }}"),
        // Both are UUIDs, of one length: a line that contains the other is equal to it.
        Shell::Cmd => format!("{get} | findstr {uid} >nul && {decide} || echo {refusal}"),
    });
}

/// A uid as the API server makes it (`uuid.NewUUID`): 36 lower case hexadecimal digits and hyphens.
fn is_uid(uid: &str) -> bool {
    uid.len() == 36
        && uid.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

/// `{}`
pub(crate) fn list(script: &mut Script<'_>) {
    script.program("kubectl", "get csr").run();
}

/// `{ name }`
pub(crate) fn show(script: &mut Script<'_>) {
    let name = script.object_name("name");
    script.program("kubectl", "get csr").operand("name", name).option("", "--output=", "yaml").run();
}

/// `{ name, timeoutSeconds? }`: until the certificate is there.
pub(crate) fn wait(script: &mut Script<'_>) {
    let name = script.object_name("name");
    let timeout = script.number("timeoutSeconds", 31_536_000.0).unwrap_or(3600);
    script.program("kubectl", "wait csr").operand("name", name).option("", "--for=jsonpath=", "{.status.certificate}");
    script.option("timeoutSeconds", "--timeout=", &format!("{timeout}s")).run();
}

/// `{ name, file? }`: the certificate, PEM. The template has no quotes, which Windows' shells hand on in different ways.
pub(crate) fn fetch(script: &mut Script<'_>) {
    let name = script.object_name("name");
    let file = script.file("file", "");
    script.program("kubectl", "get csr").operand("name", name);
    script.option("", "--output=go-template=", "{{.status.certificate | base64decode}}").prints_to(&file).run();
}
