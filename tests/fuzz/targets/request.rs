//! A certificate request: never a panic, and what is accepted reads the same once more.
#![no_main]

use kubecred::x509::csr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let report = csr::read(data);
    let _ = report.to_value();
    if report.accepted {
        let pem = report.pem.as_deref().expect("what is accepted has a text that is safe to submit");
        let again = csr::read(pem.as_bytes());
        assert!(again.accepted, "{:?}", again.findings);
        assert_eq!((again.identity, again.fingerprint), (report.identity, report.fingerprint));
        assert_eq!(again.pem.as_deref(), Some(pem));
    }
});
