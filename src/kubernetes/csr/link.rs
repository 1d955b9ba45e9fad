//! What may travel in a link between the person who requests access and the one who approves it.

use crate::encoding::pem;
use crate::error::{Code, Error, Result};
use crate::finding::FindingCode;
use crate::input;
use crate::kubernetes::csr::{signer, signing_request};
use crate::value::Value;
use crate::x509::certificate::Chain;
use crate::x509::csr::read;

/// What may travel in a link: one request that the server takes, or one chain of certificates; re-encoded, nothing else
/// of the text. With a request, what it is to be submitted with ([`signing_request::requested`]; null: nothing is known of it).
/// `{ kind: "csr" | "certificate", pem, requested? }`.
///
/// # Errors
/// [`Code::UnexpectedPrivateKey`], [`Code::InvalidRequest`], [`Code::InvalidCertificate`], those of [`signing_request::requested`].
pub fn linked(text: &[u8], requested: &Value) -> Result<Value> {
    let given = *requested != Value::Null;
    match Chain::pasted(text) {
        Ok(chain) if chain.with_key() => return Err(with_key()),
        Ok(_) if given => {
            let message = "Name, lifetime, signer and usages belong to a request, and this is a certificate.";
            return Err(Error::new(Code::InvalidOptions, message));
        }
        Ok(chain) => return Ok(Value::map([("kind", Some("certificate".into())), ("pem", Some(chain.to_pem().into()))])),
        Err(error) if input::pem(text).is_ok_and(|opened| is_certificate(&opened.text)) => return Err(error),
        Err(_) => {}
    }
    let report = read(text);
    if report.findings.iter().any(|finding| finding.code == FindingCode::PrivateKeyInPaste) {
        return Err(with_key());
    }
    let requested = given.then(|| signing_request::requested(requested)).transpose()?;
    let signer = requested.as_ref().and_then(|requested| requested.text(&["signerName"])).unwrap_or(signer::CLIENT);
    match report.submittable(signer == signer::CLIENT) {
        Some(pem) => Ok(Value::map([("kind", Some("csr".into())), ("pem", Some(pem.into())), ("requested", requested)])),
        None => Err(Error::new(
            Code::InvalidRequest,
            "A link can contain only a certificate signing request or a certificate. Give one of them.",
        )),
    }
}

fn with_key() -> Error {
    Error::new(
        Code::UnexpectedPrivateKey,
        "There is a private key in this text, which must not be sent to anyone. Give the request or certificate alone.",
    )
}

fn is_certificate(text: &[u8]) -> bool {
    pem::first(text).is_some_and(|block| block.label == pem::CERTIFICATE)
}
