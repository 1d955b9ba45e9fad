//! A key by the rsa crate alone: its own search with its own defaults, PKCS#8 as DER.
use getrandom::SysRng;
use rsa::PrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use wasm_bindgen::prelude::wasm_bindgen;

/// PKCS#8 of a new key of so many bits; nothing where none can be made.
#[wasm_bindgen]
pub fn pkcs8(bits: usize) -> Option<Vec<u8>> {
    let key = PrivateKey::new(&mut SysRng, bits).ok()?;
    Some(key.to_pkcs8_der().ok()?.as_bytes().to_vec())
}
