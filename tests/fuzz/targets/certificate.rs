//! A certificate chain and a CA bundle: never a panic, and what was read is written so that it reads the same.
#![no_main]

use kubecred::UnixTime;
use kubecred::x509::certificate::{Chain, authority_bundle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let now = UnixTime(1_795_000_000);
    if let Ok(chain) = Chain::read(data) {
        let again = Chain::read(chain.to_pem().as_bytes()).expect("what was written is read");
        assert_eq!(again.to_value(now), chain.to_value(now));
    }
    if let Ok(bundle) = authority_bundle(data) {
        assert_eq!(authority_bundle(bundle.as_bytes()).expect("a bundle stays one"), bundle);
    }
});
