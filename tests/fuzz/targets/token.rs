//! A bearer token: never a panic, and no remark repeats its signature.
#![no_main]

use kubecred::{UnixTime, token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(clean) = token::clean(data) {
        assert!(!clean.contains(['\r', '\n', '\0']));
    }
    if let Ok(report) = token::read(data, UnixTime(1_795_000_000)) {
        let _ = report.to_value();
    }
});
