//! The calls around a live API server: requests to it, its answers, invitations, and where it is.

use super::System;
use super::fence::read;
use super::values::{time, to_js, to_json};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::kubernetes::csr::signing_request;
use crate::kubernetes::operation::Operation;
use crate::kubernetes::{api, check, discovery, invitation, status};
use crate::random::Checked;
use crate::value::Value;
use js_sys::JSON;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// What to ask before something is done.
#[wasm_bindgen(js_name = checkQuestions)]
pub fn check_questions(action: &JsValue) -> Result<JsValue> {
    Ok(to_js(&check::questions(&read("options", action)?)?))
}

/// What a no to a question means.
#[wasm_bindgen(js_name = missingPermission)]
pub fn missing_permission(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&check::missing(&read("options", options)?)?))
}

/// The objects of a new invitation, and its link without a token.
#[wasm_bindgen(js_name = planInvitation)]
pub fn plan_invitation(options: &JsValue, now: f64) -> Result<JsValue> {
    Ok(to_js(&invitation::plan(&read("options", options)?, &mut Checked::new(System), time(now))?))
}

/// The invitations among what a cluster has.
#[wasm_bindgen(js_name = listInvitations)]
pub fn list_invitations(lists: &JsValue, now: f64) -> Result<JsValue> {
    Ok(to_js(&invitation::list(&read("options", lists)?, time(now))?))
}

/// The invitation that a request is for; null where there is none.
#[wasm_bindgen(js_name = matchInvitation)]
pub fn match_invitation(options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&invitation::compare(&read("options", options)?)?))
}

/// What the link of an invitation contains, without its token.
#[wasm_bindgen(js_name = readInvitation)]
pub fn read_invitation(link: Vec<u8>, now: f64) -> Result<JsValue> {
    Ok(to_js(&invitation::read(&Zeroizing::new(link), time(now))?))
}

/// The same with its token.
#[wasm_bindgen(js_name = openInvitation)]
pub fn open_invitation(link: Vec<u8>, now: f64) -> Result<JsValue> {
    Ok(to_js(&invitation::open(&Zeroizing::new(link), time(now))?))
}

/// Address and CA by a signed `cluster-info`.
#[wasm_bindgen(js_name = verifyClusterInfo)]
pub fn verify_cluster_info(config_map: &JsValue, options: &JsValue) -> Result<JsValue> {
    Ok(to_js(&discovery::verify_cluster_info(&read("options", config_map)?, &read("options", options)?)?))
}

/// Address and CA by what a server answered.
#[wasm_bindgen(js_name = combineDiscovery)]
pub fn combine_discovery(answers: &JsValue, now: f64) -> Result<JsValue> {
    Ok(to_js(&discovery::combine(&read("options", answers)?, time(now))?))
}

/// Findings about a cluster's address and CA.
#[wasm_bindgen(js_name = inspectCluster)]
pub fn inspect_cluster(entry: &JsValue, now: f64) -> Result<JsValue> {
    Ok(to_js(&Value::findings(&discovery::inspect(&read("options", entry)?, time(now))?)))
}

/// The request of an operation: `{ method, path, body?, contentType?, what }`.
#[wasm_bindgen(js_name = apiRequest)]
pub fn api_request(operation: &str, arguments: &JsValue, now: f64) -> Result<JsValue> {
    let request = api::request(Operation::from_name(operation)?, &read("options", arguments)?, time(now))?;
    let content_type = request.content_type();
    let unwritable = |_| Error::new(Code::InvalidOptions, "The body cannot be written as JSON. Give plain data.");
    let body = match &request.body {
        Some(body) => Some(String::from(JSON::stringify(&to_js(body)).map_err(unwritable)?)),
        None => None,
    };
    Ok(to_js(&Value::map([
        ("method", Some(request.method.into())),
        ("path", Some(request.path.into())),
        ("contentType", content_type.map(Value::from)),
        ("body", body.map(Value::from)),
        ("what", Some(request.what.into())),
    ])))
}

/// The body of an answer `{ status, text, retryAfter?, token? }`, or the error that it is; `token` is the one that was sent. A page of requests comes as JSON.
#[wasm_bindgen(js_name = apiAnswer)]
pub fn api_answer(operation: &str, answer: &JsValue, now: f64) -> Result<JsValue> {
    let (operation, answer, now) = (Operation::from_name(operation)?, read("options", answer)?, time(now));
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
    let read = api::answer(operation, checked, token, now)?;
    Ok(match read {
        None => JSON::parse(text).unwrap_or(JsValue::NULL),
        Some(page) if operation == Operation::PageSigningRequests => to_json(&page),
        Some(value) => to_js(&value),
    })
}

/// The continue token of a list, before what the list has is read.
#[wasm_bindgen(js_name = nextPage)]
pub fn next_page(answer: &str) -> Option<String> {
    signing_request::next_page(answer)
}

/// One line of a watch: `{ type, object }`.
#[wasm_bindgen(js_name = watchEvent)]
pub fn watch_event(line: &str) -> Result<JsValue> {
    let not_json = || Error::new(Code::BadAnswer, "The watch contains something that is not JSON. Start it again.");
    status::check_event(&json::read(line).ok_or_else(not_json)?.value)?;
    JSON::parse(line).map_err(|_| not_json())
}
