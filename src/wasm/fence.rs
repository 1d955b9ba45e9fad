//! The one way in for plain data: checked by `fence.js`, then read by serde-wasm-bindgen.
//!
//! Without the check an object that contains itself ends the instance. Errors of serde-wasm-bindgen quote values, so none of them
//! is passed on; what fits a [`Value`] has none.

use crate::error::{Code, Error, Result};
use crate::input;
use crate::value::Value;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

#[wasm_bindgen(module = "/src/wasm/fence.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn refusal(holder: &Array, bytes: &Array) -> std::result::Result<Option<Array>, JsValue>;
}

/// Reasons of `fence.js`, by their numbers.
const REASONS: [&str; 3] = [
    "is nested too deeply, or contains itself.",
    "contains half of a surrogate pair, which is not a character.",
    "is not plain data: give text, numbers, true or false, lists and plain objects.",
];

/// Reads the argument of this name.
pub(super) fn read(name: &str, js: &JsValue) -> Result<Value> {
    let (holder, bytes) = (Array::of1(js), Array::new());
    let unreadable = |_| refused(name, "", "cannot be read: give a plain object.");
    if let Some(found) = refusal(&holder, &bytes).map_err(unreadable)? {
        let reason = found.get(0).as_f64().unwrap_or_default() as usize;
        let path = found.get(1).as_string().unwrap_or_default();
        return Err(refused(name, &path, REASONS.get(reason).unwrap_or(&REASONS[2])));
    }
    for place in bytes {
        let place = Array::from(&place);
        decode(&place.get(0), &place.get(1))?;
    }
    serde_wasm_bindgen::from_value(holder.get(0)).map_err(|_| refused(name, "", REASONS[2]))
}

/// Certificates and bundles may come as bytes, DER and UTF-16 among them.
fn decode(holder: &JsValue, key: &JsValue) -> Result<()> {
    let unreadable = |_| Error::new(Code::InvalidOptions, "Bytes in the options cannot be read.");
    let bytes = Zeroizing::new(Uint8Array::from(Reflect::get(holder, key).map_err(unreadable)?).to_vec());
    let text = std::str::from_utf8(&bytes).map(str::to_owned).or_else(|_| input::text(&bytes)).map(Zeroizing::new)?;
    Reflect::set(holder, key, &text.as_str().into()).map(|_| ()).map_err(unreadable)
}

fn refused(name: &str, path: &str, what: &str) -> Error {
    let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
    let field = if path.is_empty() { name } else { path };
    Error::new(Code::InvalidOptions, format!("`{name}{dot}{path}` {what}")).at(field)
}
