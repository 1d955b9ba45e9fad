//! Private keys: never a panic; what is taken is exported, and the export is the same key.
#![no_main]

mod shared;

use kubecred::crypto::PrivateKey;
use kubecred::secret::Secret;
use libfuzzer_sys::fuzz_target;
use shared::Counter;

fuzz_target!(|data: &[u8]| {
    // An encrypted one is work by design; its parameters are bounded by a test of their own.
    let encrypted = data.windows(9).any(|window| window == b"ENCRYPTED");
    let passphrase = Secret::new("passphrase".to_owned());
    let Ok(key) = PrivateKey::import(data, Some(&passphrase).filter(|_| !encrypted), &mut Counter(1)) else { return };
    let text = key.export_pem(None, &mut Counter(2)).expect("a key is exported");
    let again = PrivateKey::import(text.expose(), None, &mut Counter(3)).expect("what was exported is taken");
    assert_eq!(again.fingerprint(), key.fingerprint());
});
