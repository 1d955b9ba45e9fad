//! Certificate signing requests: submitted, looked at, decided on, fetched.

use super::script::{Command, Script, path};
use super::{given, object_name, options, seconds, slug};
use crate::error::{Code, Error, Result};
use crate::kubernetes::{signer, signing_request};
use crate::value::Value;
use crate::yaml::write;

/// `{ manifest }`. It is created and not applied: where the name is taken, `kubectl apply` says "configured", keeps the
/// other's request (Kubernetes 1.36.3, 2026-11), and one would wait for a certificate with a stranger's key.
pub(super) fn submit(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["manifest"])?;
    let manifest = options.value("manifest").ok_or_else(|| Error::new(Code::InvalidOptions, "manifest of step must be given"))?;
    let report = signing_request::read(manifest)?;
    let yaml = write::documents(manifest);
    if yaml.contains("PRIVATE KEY") || report.request.findings.iter().any(|finding| finding.code == "private-key-in-paste") {
        return Err(Error::new(Code::UnexpectedPrivateKey, "the manifest holds a private key, which must stay with its owner"));
    }
    script.feed_yaml(&yaml, &format!("{}.yaml", slug(&report.name)), "kubectl", "create")
}

/// `{ name, request, signerName?, usages?, expirationSeconds? }`, the request being a file that openssl wrote.
pub(super) fn submit_file(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["name", "request", "signerName", "usages", "expirationSeconds"])?;
    let file = path(options.required_text("request")?);
    // What may stand in a text where sh and PowerShell replace $( ): nothing but letters, digits and a few signs.
    let name = options.required_text("name")?;
    if !signing_request::is_subdomain(name) {
        return Err(super::wrong_name("name", "lower case letters, digits, hyphens and dots, beginning and ending with a letter or digit"));
    }
    let signer_name = given(&options, "signerName")?.unwrap_or(signer::CLIENT);
    if let Some(reason) = signer::name_refusal(signer_name) {
        return Err(Error::new(Code::InvalidSigningRequest, format!("signerName: {reason}")));
    }
    let usages = options.texts("usages")?.unwrap_or_else(|| vec!["digital signature", "client auth"]);
    if usages.is_empty() || usages.iter().any(|usage| !signer::USAGES.contains(usage)) {
        return Err(Error::new(
            Code::InvalidSigningRequest,
            "usages must be given as \"client auth\" and \"digital signature\" are written",
        ));
    }
    let manifest = Value::map([
        ("apiVersion", Some(signing_request::API_VERSION.into())),
        ("kind", Some(signing_request::KIND.into())),
        ("metadata", Some(Value::map([("name", Some(name.into()))]))),
        (
            "spec",
            Some(Value::map([
                ("request", Some(PLACE.into())),
                ("signerName", Some(signer_name.into())),
                ("expirationSeconds", seconds(&options, "expirationSeconds")?.map(|seconds| Value::Number(seconds as f64))),
                ("usages", Some(Value::strings(usages))),
            ])),
        ),
    ]);
    let encode = Command::new("openssl", "base64 -A").pair("-in", "request", file);
    script.feed_with(&write::documents(&manifest), PLACE, &encode, &format!("{name}.yaml"), "kubectl", "create")
}

/// Where the request goes; no other value of the manifest has capitals alone.
const PLACE: &str = "REQUEST";

/// `{ name }`
pub(super) fn decide(script: &mut Script, step: &Value, verb: &str) -> Result<()> {
    let options = options(step, &["name"])?;
    let words = if verb == "approve" { "certificate approve" } else { "certificate deny" };
    script.run(&Command::new("kubectl", words).operand("name", object_name(&options, "name")?))
}

/// `{}`
pub(super) fn list(script: &mut Script, step: &Value) -> Result<()> {
    options(step, &[])?;
    script.run(&Command::new("kubectl", "get csr"))
}

/// `{ name }`
pub(super) fn show(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["name"])?;
    script.run(&Command::new("kubectl", "get csr").operand("name", object_name(&options, "name")?).option("", "--output=", "yaml"))
}

/// `{ name, timeoutSeconds? }`: until the certificate is there.
pub(super) fn wait(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["name", "timeoutSeconds"])?;
    let timeout = seconds(&options, "timeoutSeconds")?.unwrap_or(3600);
    script.run(
        &Command::new("kubectl", "wait csr")
            .operand("name", object_name(&options, "name")?)
            .option("", "--for=jsonpath=", "{.status.certificate}")
            .option("timeoutSeconds", "--timeout=", format!("{timeout}s")),
    )
}

/// `{ name, file? }`: the certificate, PEM. The template has no quotes, which Windows' shells hand on in different ways.
pub(super) fn fetch(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["name", "file"])?;
    script.run(
        &Command::new("kubectl", "get csr")
            .operand("name", object_name(&options, "name")?)
            .option("", "--output=go-template=", "{{.status.certificate | base64decode}}")
            .into_file(given(&options, "file")?),
    )
}
