//! Plain JavaScript values as [`Value`] and back, and errors as JavaScript sees them.

use crate::error::{Code, Error, Result};
use crate::input;
use crate::kubernetes::csr::signing_request;
use crate::time::UnixTime;
use crate::value::Value;
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// The error as JavaScript sees it; built here, after the Rust frames are gone.
impl From<Error> for JsValue {
    fn from(error: Error) -> JsValue {
        let js = js_sys::Error::new(error.message());
        js.set_name("KubecredError");
        let set = |key: &str, value: &JsValue| Reflect::set(&js, &key.into(), value).is_ok();
        set("code", &error.code().as_str().into());
        if !error.details().is_empty() {
            set("details", &to_js(&Value::details(error.details())));
        }
        js.into()
    }
}

fn wrong(message: &'static str) -> Error {
    Error::new(Code::InvalidOptions, message)
}

/// Nothing that crosses is nested deeper; a cycle would be.
const MAX_DEPTH: usize = 64;

fn from_js(js: &JsValue, depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        return Err(wrong("An object is nested too deeply, or contains itself."));
    }
    if js.is_null() || js.is_undefined() {
        return Ok(Value::Null);
    }
    if let Some(flag) = js.as_bool() {
        return Ok(Value::Bool(flag));
    }
    if let Some(number) = js.as_f64() {
        return Ok(Value::Number(number));
    }
    if let Some(text) = js.dyn_ref::<JsString>() {
        if !text.is_valid_utf16() {
            return Err(wrong("A text contains half of a surrogate pair, which is not a character."));
        }
        return Ok(Value::String(String::from(text)));
    }
    if Array::is_array(js) {
        return Array::from(js).iter().map(|item| from_js(&item, depth + 1)).collect::<Result<_>>().map(Value::List);
    }
    // Bytes stand for text: certificates and bundles may come either way, DER and UTF-16 among them.
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        let bytes = Zeroizing::new(bytes.to_vec());
        return std::str::from_utf8(&bytes).map(str::to_owned).or_else(|_| input::text(&bytes)).map(Value::String);
    }
    if !js.is_object() {
        return Err(wrong("a value is neither text, number, flag, list nor object"));
    }
    let mut pairs = Vec::new();
    for entry in Object::entries(js.unchecked_ref()) {
        let entry = Array::from(&entry);
        let Value::String(key) = from_js(&entry.get(0), depth + 1)? else { return Err(wrong("A key is not a text.")) };
        let value = entry.get(1);
        if !value.is_undefined() {
            pairs.push((key, from_js(&value, depth + 1)?));
        }
    }
    Ok(Value::Map(pairs))
}

pub(super) fn read(js: &JsValue) -> Result<Value> {
    from_js(js, 0)
}

/// No options are an empty object.
pub(super) fn optional(options: &JsValue) -> Result<Value> {
    if options.is_undefined() { Ok(Value::Map(Vec::new())) } else { read(options) }
}

/// An object, or its text or bytes: JSON or YAML, by way of the front door. The platform's own JSON reader is no choice
/// here, since of a key that appears twice it takes the last one silently.
pub(super) fn object(js: &JsValue) -> Result<Value> {
    if let Some(text) = js.as_string() {
        return signing_request::parse(Zeroizing::new(text).as_bytes());
    }
    match js.dyn_ref::<Uint8Array>() {
        Some(bytes) => signing_request::parse(Zeroizing::new(bytes.to_vec())),
        None => read(js),
    }
}

pub(super) fn to_js(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_js).collect::<Array>().into(),
        // fromEntries defines own properties, so that a key such as __proto__ stays a plain key.
        Value::Map(pairs) => {
            let entries: Array = pairs.iter().map(|(key, item)| Array::of2(&key.as_str().into(), &to_js(item))).collect();
            Object::from_entries(&entries).map_or(JsValue::NULL, Into::into)
        }
    }
}

/// Unix seconds.
pub(super) fn time(seconds: f64) -> UnixTime {
    UnixTime(seconds as i64)
}
