//! The calls that belong to no key and no kubeconfig: one typed export each, by its name in JavaScript.
//!
//! PEM, tokens and links come as bytes, which may be secret: the caller overwrites its own copy. What else comes from the
//! package's users is read by [`read`]; a name or an address that is not text is as good as an empty one, which each call refuses.

use super::System;
use super::fence::read;
use super::handles::Kubeconfig;
use super::values::{object, time, to_js, to_json};
use crate::error::Result;
use crate::kubernetes::csr::{decision, link, signing_request};
use crate::kubernetes::{bound, rbac, service_account};
use crate::random::Checked;
use crate::value::Value;
use crate::x509::calendar;
use crate::x509::certificate::{self, Chain};
use crate::x509::csr::{self, Confirmed, EcdsaSignature};
use crate::x509::subject::Subject;
use crate::{kubeconfig, shell, token, yaml};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

fn text(js: &JsValue) -> String {
    js.as_string().unwrap_or_default()
}

/// The signatures for the platform to confirm: of a request, or inside of objects or of their text. Each as
/// `[id, curve, hash, point, message, numbers]` (pkg/worker/signatures.ts).
#[wasm_bindgen]
pub fn signatures(given: &JsValue, request: bool) -> Result<Array> {
    let found = if request {
        Vec::from_iter(csr::signature(&Zeroizing::new(Uint8Array::from(given.clone()).to_vec())))
    } else {
        signing_request::signatures(&object(given)?)
    };
    let parts = |each: EcdsaSignature| {
        let parts = Array::of2(&each.id.into(), &each.curve.into());
        parts.push(&each.hash.into());
        for bytes in [each.point, each.message, each.numbers] {
            parts.push(&Uint8Array::from(bytes.as_slice()));
        }
        parts
    };
    Ok(found.into_iter().map(parts).collect())
}

/// What kube-apiserver would make of a request: `CsrReport`. `confirmed`, here and below: ids of signatures that are right, with blanks between them.
#[wasm_bindgen(js_name = readRequest)]
pub fn read_request(pem: Vec<u8>, confirmed: &JsValue) -> JsValue {
    to_js(&csr::read_confirmed(&Zeroizing::new(pem), &Confirmed::from_ids(&text(confirmed))).to_value())
}

/// The report on a chain, with its PEM: what was pasted may be in another form.
#[wasm_bindgen(js_name = readCertificate)]
pub fn read_certificate(pem: Vec<u8>, now: f64) -> Result<JsValue> {
    let chain = Chain::pasted(&Zeroizing::new(pem))?;
    let mut report = chain.to_value(time(now));
    report.set("pem", chain.to_pem().into());
    Ok(to_js(&report))
}

/// A calendar entry for a certificate's renewal: `{ due, text }`.
#[wasm_bindgen(js_name = renewalReminder)]
pub fn renewal_reminder(pem: Vec<u8>, now: f64) -> Result<JsValue> {
    let chain = Chain::pasted(&Zeroizing::new(pem))?;
    let text = calendar::reminder(chain.leaf(), time(now));
    let due = certificate::renewal_due(chain.leaf()).to_iso();
    Ok(to_js(&Value::map([("due", Some(due.into())), ("text", Some(text.into()))])))
}

/// Where a CertificateSigningRequest is on its way: an object, or its text. `stored`: one that an API server has stored is not
/// verified again.
#[wasm_bindgen(js_name = readSigningRequest)]
pub fn read_signing_request(given: &JsValue, confirmed: &JsValue, now: f64, stored: Option<bool>) -> Result<JsValue> {
    let object = object(given)?;
    let report = match stored {
        Some(true) => signing_request::read_stored(&object),
        _ => signing_request::read_confirmed(&object, &Confirmed::from_ids(&text(confirmed))),
    };
    Ok(to_js(&report?.to_value(time(now))))
}

/// Many at once, with `stored` as above. As JSON.
#[wasm_bindgen(js_name = readSigningRequests)]
pub fn read_signing_requests(given: &JsValue, confirmed: &JsValue, now: f64, stored: bool) -> Result<JsValue> {
    let reports = signing_request::read_all_confirmed(&object(given)?, stored, &Confirmed::from_ids(&text(confirmed)))?;
    Ok(to_json(&Value::List(reports.iter().map(|report| report.to_value(time(now))).collect())))
}

/// The name of the request that a decision is about.
#[wasm_bindgen(js_name = shownRequest)]
pub fn shown_request(report: &JsValue) -> Result<String> {
    decision::shown_name(&read("options", report)?).map(str::to_owned)
}

/// What may travel in a link: `{ kind, pem, requested? }`.
#[wasm_bindgen]
pub fn linked(pem: Vec<u8>, requested: &JsValue) -> Result<JsValue> {
    Ok(to_js(&link::linked(&Zeroizing::new(pem), &read("options", requested)?)?))
}

/// `status.certificate` as PEM, once it is there.
#[wasm_bindgen(js_name = issuedCertificate)]
pub fn issued_certificate(given: &JsValue) -> Result<Option<String>> {
    Ok(signing_request::certificate_text(&object(given)?))
}

/// The object to submit.
#[wasm_bindgen(js_name = signingRequest)]
pub fn signing_request(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&signing_request::build(&read("options", options)?, &mut Checked::new(System))?))
}

/// Findings about user, groups and alternative names.
#[wasm_bindgen(js_name = inspectSubject)]
pub fn inspect_subject(subject: &JsValue) -> Result<JsValue> {
    Ok(to_js(&Value::findings(&Subject::from_value(&read("options", subject)?)?.findings())))
}

/// Objects as YAML documents.
#[wasm_bindgen(js_name = toYaml)]
pub fn to_yaml(objects: &JsValue) -> Result<String> {
    Ok(yaml::write::documents(&read("options", objects)?))
}

/// The lines of a step for a shell.
#[wasm_bindgen]
pub fn commands(step: &JsValue, shell: &JsValue) -> Result<String> {
    shell::commands(&read("options", step)?, &text(shell))
}

/// The kubeconfig that options describe, without a private key.
#[wasm_bindgen(js_name = createKubeconfig)]
pub fn create_kubeconfig(parts: &JsValue, now: f64) -> Result<Kubeconfig> {
    kubeconfig::from_options(&read("options", parts)?, time(now)).map(Kubeconfig)
}

/// Roles and bindings to grant access.
#[wasm_bindgen(js_name = accessManifests)]
pub fn access_manifests(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&Value::List(rbac::manifest::build(&read("options", options)?)?)))
}

/// The roles that people ask for.
#[wasm_bindgen(js_name = accessTemplates)]
pub fn access_templates() -> JsValue {
    to_js(&rbac::template::list())
}

/// What manifests let a subject do.
#[wasm_bindgen(js_name = accessMatrix)]
pub fn access_matrix(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&rbac::matrix(read("options", options)?)?))
}

/// Whether manifests let a subject do things.
#[wasm_bindgen(js_name = accessReview)]
pub fn access_review(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&rbac::review(read("options", options)?)?))
}

/// What is dangerous in manifests.
#[wasm_bindgen(js_name = accessFindings)]
pub fn access_findings(manifests: &JsValue) -> Result<JsValue> {
    Ok(to_js(&rbac::findings(read("options", manifests)?)?))
}

/// How dangerous it is to grant manifests.
#[wasm_bindgen(js_name = accessRisk)]
pub fn access_risk(manifests: &JsValue) -> Result<JsValue> {
    Ok(to_js(&rbac::grant(read("options", manifests)?)?))
}

/// What became of an applied object: `created`, `configured` or `unchanged`.
#[wasm_bindgen]
pub fn applied(options: &JsValue) -> Result<String> {
    rbac::applied(&read("options", options)?).map(str::to_owned)
}

/// The bindings that name a user or a group: `{ user, groups }`.
#[wasm_bindgen(js_name = boundTo)]
pub fn bound_to(bindings: &JsValue, who: &JsValue) -> Result<JsValue> {
    let who = read("options", who)?;
    let bound = bound::bound_to(&read("options", bindings)?, who.text(&["user"]).unwrap_or_default(), &who.texts(&["groups"]));
    Ok(to_js(&bound))
}

/// What a pasted token is.
#[wasm_bindgen(js_name = readToken)]
pub fn read_token(pasted: Vec<u8>, now: f64) -> Result<JsValue> {
    Ok(to_js(&token::read_pasted(&Zeroizing::new(pasted), time(now))?.to_value()))
}

/// What a pasted text is.
#[wasm_bindgen]
pub fn recognise(pasted: Vec<u8>) -> JsValue {
    to_js(&token::describe(&Zeroizing::new(pasted)))
}

/// A service account, and a Secret for its token.
#[wasm_bindgen(js_name = serviceAccountManifests)]
pub fn service_account_manifests(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&Value::List(service_account::manifests(&read("options", options)?)?)))
}

/// The token that a TokenRequest was answered with.
#[wasm_bindgen(js_name = issuedToken)]
pub fn issued_token(answer: &JsValue, asked: &JsValue, warning: &JsValue, now: f64) -> Result<JsValue> {
    let (answer, asked) = (read("options", answer)?, read("options", asked)?);
    Ok(to_js(&service_account::issued(&answer, &asked, warning.as_string().as_deref(), time(now))?.to_value()))
}

/// Token and CA of a Secret; null while it is not filled.
#[wasm_bindgen(js_name = readTokenSecret)]
pub fn read_token_secret(given: &JsValue, options: &JsValue) -> Result<JsValue> {
    let found = service_account::read_secret(&object(given)?, &read("options", options)?)?;
    Ok(found.map_or(JsValue::NULL, |found| to_js(&found.to_value())))
}
