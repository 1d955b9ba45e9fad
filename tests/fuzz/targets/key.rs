//! Private keys: never a panic; what is taken is exported, and the export is the same key.
#![no_main]

use kubecred::error::Result;
use kubecred::crypto::PrivateKey;
use kubecred::random::Random;
use kubecred::secret::Secret;
use libfuzzer_sys::fuzz_target;

/// Bytes that differ, for a run that can be repeated; no key is made with them.
struct Counter(u64);

impl Random for Counter {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    // An encrypted one is work by design; its parameters are bounded by a test of their own.
    let encrypted = data.windows(9).any(|window| window == b"ENCRYPTED");
    let passphrase = Secret::new("passphrase".to_owned());
    let Ok(key) = PrivateKey::import(data, Some(&passphrase).filter(|_| !encrypted), &mut Counter(1)) else { return };
    let text = key.export_pem(None, &mut Counter(2)).expect("a key is exported");
    let again = PrivateKey::import(text.expose(), None, &mut Counter(3)).expect("what was exported is taken");
    assert_eq!(again.fingerprint(), key.fingerprint());
});
