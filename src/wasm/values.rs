//! Plain JavaScript values as [`Value`] and back, and errors as JavaScript sees them.

use super::fence::read;
use crate::encoding::json::Writer;
use crate::error::{Error, Result};
use crate::kubernetes::csr::signing_request;
use crate::time::UnixTime;
use crate::value::Value;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// The error as JavaScript sees it; built here, after the Rust frames are gone.
impl From<Error> for JsValue {
    fn from(error: Error) -> JsValue {
        let js = js_sys::Error::new(error.message());
        js.set_name("KubecredError");
        let set = |key: &str, value: &JsValue| Reflect::set(&js, &key.into(), value).is_ok();
        set("code", &error.code().as_str().into());
        if let Some(field) = error.field() {
            set("field", &field.into());
        }
        if !error.details().is_empty() {
            set("details", &to_js(&Value::details(error.details())));
        }
        js.into()
    }
}

/// No options are an empty object.
pub(super) fn optional(options: &JsValue) -> Result<Value> {
    if options.is_undefined() { Ok(Value::Map(Vec::new())) } else { read("options", options) }
}

/// An object, or its text or bytes: JSON or YAML, by way of the front door. The platform's own JSON reader is not a choice
/// here, since of a key that appears twice it takes the last one silently.
pub(super) fn object(js: &JsValue) -> Result<Value> {
    if let Some(text) = js.as_string() {
        return signing_request::parse(Zeroizing::new(text).as_bytes());
    }
    match js.dyn_ref::<Uint8Array>() {
        Some(bytes) => signing_request::parse(Zeroizing::new(bytes.to_vec())),
        None => read("object", js),
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

/// As JSON, where there are many values: a text is written and copied in a tenth of the time, and JavaScript's own parser makes them of it on the other side.
pub(super) fn to_json(value: &Value) -> JsValue {
    let mut writer = Writer::default();
    writer.value(value);
    writer.text.into()
}

/// Unix seconds.
pub(super) fn time(seconds: f64) -> UnixTime {
    UnixTime(seconds as i64)
}
