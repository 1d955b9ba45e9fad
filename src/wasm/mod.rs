//! The binding: handles, conversions, errors. No logic lives here.
//!
//! Objects cross as plain JavaScript values by way of [`Value`]. Secrets come in by value and are moved into wiped
//! owners; they go out as a fresh `Uint8Array` made from a borrowed buffer, so that no copy stays in linear memory.

#![allow(unreachable_pub, reason = "wasm-bindgen exports what is pub here")]

mod calls;
mod cluster;
mod fence;
mod handles;
mod values;

use crate::crypto;
use crate::error::{Code, Error, Result};
use crate::random::Random;
use crate::value::Value;
use values::to_js;
use wasm_bindgen::prelude::*;

/// `crypto.getRandomValues`, straight.
struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| {
            Error::new(
                Code::NoRandom,
                "There is no secure random generator here. Open the page over https, from localhost or from disk, in a current browser.",
            )
        })
    }
}

/// `{ kubecred, commit, crates, rsaFilter }`
#[wasm_bindgen]
pub fn version() -> JsValue {
    let crates = Value::map([
        ("rsa", Some("0.10".into())),
        ("p256", Some("0.14".into())),
        ("p384", Some("0.14".into())),
        ("ed25519-dalek", Some("3".into())),
    ]);
    to_js(&Value::map([
        ("kubecred", Some(env!("CARGO_PKG_VERSION").into())),
        ("commit", Some(option_env!("KUBECRED_COMMIT").unwrap_or("unknown").into())),
        ("crates", Some(crates)),
        ("rsaFilter", Some(crypto::rsa_filter().into())),
    ]))
}
