//! The calls that are no method of anything. One way in for all of them: each way of its own is 400 bytes of code between
//! JavaScript and Rust (2026-11).

use super::System;
use super::fence::read;
use super::handles::Kubeconfig;
use super::values::{object, time, to_js};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::kubernetes::csr::{decision, link, signing_request};
use crate::kubernetes::{api, bound, check, discovery, invitation, rbac, service_account, status};
use crate::random::Checked;
use crate::time::UnixTime;
use crate::value::Value;
use crate::x509::certificate;
use crate::x509::certificate::Chain;
use crate::x509::subject::Subject;
use crate::x509::{calendar, csr};
use crate::{kubeconfig, shell, token, yaml};
use js_sys::{Array, JSON, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// The arguments of a call as JavaScript gave them.
struct Given(Array);

impl Given {
    fn js(&self, index: u32) -> JsValue {
        self.0.get(index)
    }

    fn value(&self, index: u32) -> Result<Value> {
        read("options", &self.js(index))
    }

    /// An object, or its text.
    fn object(&self, index: u32) -> Result<Value> {
        object(&self.js(index))
    }

    fn text(&self, index: u32) -> String {
        self.js(index).as_string().unwrap_or_default()
    }

    fn time(&self, index: u32) -> UnixTime {
        time(self.js(index).as_f64().unwrap_or_default())
    }

    /// What may be secret. The caller overwrites its own copy.
    fn bytes(&self, index: u32) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.js(index).dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default())
    }
}

/// Runs the call of this name.
#[wasm_bindgen]
pub fn call(name: &str, arguments: Array) -> Result<JsValue> {
    let given = Given(arguments);
    match name {
        "createKubeconfig" => kubeconfig::from_options(&given.value(0)?, given.time(1)).map(|made| Kubeconfig(made).into()),
        "apiAnswer" => api_answer(&given),
        "watchEvent" => watch_event(&given.text(0)),
        _ => plain(name, &given).map(|value| to_js(&value)),
    }
}

/// The calls that give plain data.
fn plain(name: &str, given: &Given) -> Result<Value> {
    Ok(match name {
        // What kube-apiserver would make of a request.
        "readRequest" => csr::read(&given.bytes(0)).to_value(),
        "readCertificate" => certificate(given)?,
        // Where a CertificateSigningRequest stands.
        "readSigningRequest" => signing_request::read(&given.object(0)?)?.to_value(given.time(1)),
        "readSigningRequests" => signing_requests(given)?,
        // The name of the request that a decision is about.
        "shownRequest" => decision::shown_name(&given.value(0)?)?.into(),
        // What may travel in a link: `{ kind, pem, requested? }`.
        "linked" => link::linked(&given.bytes(0), &given.value(1)?)?,
        // What to ask before something is done, and what a no means.
        "checkQuestions" => check::questions(&given.value(0)?)?,
        "missingPermission" => check::missing(&given.value(0)?)?,
        "boundTo" => bound_to(given)?,
        "renewalReminder" => renewal_reminder(given)?,
        // `status.certificate` as PEM, once it is there.
        "issuedCertificate" => signing_request::certificate_text(&given.object(0)?).map_or(Value::Null, Value::from),
        // The object to submit.
        "signingRequest" => signing_request::build(&given.value(0)?, &mut Checked::new(System)?)?,
        "inspectSubject" => Value::findings(&Subject::from_value(&given.value(0)?)?.findings()),
        "toYaml" => yaml::write::documents(&given.value(0)?).into(),
        "commands" => shell::commands(&given.value(0)?, &given.text(1))?.into(),
        "apiRequest" => api_request(given)?,
        "access" => rbac::call(&given.text(0), given.value(1)?)?,
        "invitation" => invitation::call(&given.text(0), &given.value(1)?, &mut Checked::new(System)?, given.time(2))?,
        // What a link contains: without its token, and with it.
        "readInvitation" => invitation::read(&given.bytes(0), given.time(1))?,
        "openInvitation" => invitation::open(&given.bytes(0), given.time(1))?,
        "readToken" => token::read_pasted(&given.bytes(0), given.time(1))?.to_value(),
        "recognise" => token::describe(&given.bytes(0)),
        "serviceAccountManifests" => Value::List(service_account::manifests(&given.value(0)?)?),
        "issuedToken" => {
            service_account::issued(&given.value(0)?, &given.value(1)?, given.js(2).as_string().as_deref(), given.time(3))?.to_value()
        }
        // Token and CA of a Secret; null while it is not filled.
        "readTokenSecret" => {
            service_account::read_secret(&given.object(0)?, &given.value(1)?)?.map_or(Value::Null, |found| found.to_value())
        }
        "verifyClusterInfo" => discovery::verify_cluster_info(&given.value(0)?, &given.value(1)?)?,
        "combineDiscovery" => discovery::combine(&given.value(0)?, given.time(1))?,
        "inspectCluster" => Value::findings(&discovery::inspect(&given.value(0)?, given.time(1))?),
        "errorCodes" => Value::strings(Code::ALL.iter().map(|code| code.as_str())),
        _ => return Err(Error::new(Code::InvalidOptions, "the module has no call of this name")),
    })
}

/// Many at once, as an API server gave them; or the many in a pasted text, whose signatures are checked.
fn signing_requests(given: &Given) -> Result<Value> {
    let reports = signing_request::read_all(&given.object(0)?, !given.js(0).is_string())?;
    Ok(Value::List(reports.iter().map(|report| report.to_value(given.time(1))).collect()))
}

/// The report on a chain, with its PEM: what was pasted may be in another form.
fn certificate(given: &Given) -> Result<Value> {
    let chain = Chain::pasted(&given.bytes(0))?;
    let mut report = chain.to_value(given.time(1));
    report.set("pem", chain.to_pem().into());
    Ok(report)
}

/// The bindings that name a user or a group.
fn bound_to(given: &Given) -> Result<Value> {
    let who = given.value(1)?;
    Ok(bound::bound_to(&given.value(0)?, who.text(&["user"]).unwrap_or_default(), &who.texts(&["groups"])))
}

/// A calendar entry for a certificate's renewal: `{ due, text }`.
fn renewal_reminder(given: &Given) -> Result<Value> {
    let chain = Chain::pasted(&given.bytes(0))?;
    let text = calendar::reminder(chain.leaf(), given.time(1));
    Ok(Value::map([("due", Some(certificate::renewal_due(chain.leaf()).to_iso().into())), ("text", Some(text.into()))]))
}

/// `{ method, path, body?, contentType?, what }`
fn api_request(given: &Given) -> Result<Value> {
    let request = api::request(&given.text(0), &given.value(1)?, given.time(2))?;
    let content_type = request.content_type();
    let unwritable = |_| Error::new(Code::InvalidOptions, "the body cannot be written as JSON");
    let body = match &request.body {
        Some(body) => Some(String::from(JSON::stringify(&to_js(body)).map_err(unwritable)?)),
        None => None,
    };
    Ok(Value::map([
        ("method", Some(request.method.into())),
        ("path", Some(request.path.into())),
        ("contentType", content_type.map(Value::from)),
        ("body", body.map(Value::from)),
        ("what", Some(request.what.into())),
    ]))
}

/// The body of an answer `{ status, text, retryAfter?, token? }`, or the error that it is; `token` is the one that was sent.
fn api_answer(given: &Given) -> Result<JsValue> {
    let (operation, answer, now) = (given.text(0), given.value(1)?, given.time(2));
    let text = answer.text(&["text"]).unwrap_or_default();
    let token = answer.text(&["token"]);
    let number = |key: &str| if let Some(Value::Number(number)) = answer.get(key) { Some(*number) } else { None };
    // Not by way of JavaScript's parser: each value would cross one by one.
    let body = json::read(text).map(|document| document.value);
    let checked = status::check_with(
        &status::Answer {
            status: number("status").map_or(0, |status| status as u16),
            body: body.as_ref(),
            retry_after: number("retryAfter").map(|seconds| seconds as u32),
        },
        status::Context::new(text, token, now),
    )?;
    let read = api::answer(&operation, checked, token, now)?;
    Ok(read.map_or_else(|| JSON::parse(text).unwrap_or(JsValue::NULL), |value| to_js(&value)))
}

/// One line of a watch: `{ type, object }`.
fn watch_event(line: &str) -> Result<JsValue> {
    let not_json = || Error::new(Code::BadAnswer, "the watch sent something that is not JSON");
    status::check_event(&json::read(line).ok_or_else(not_json)?.value)?;
    JSON::parse(line).map_err(|_| not_json())
}
