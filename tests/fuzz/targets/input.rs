//! The front door: never a panic, never more than one and a half times of what came in (base64 of DER becomes PEM with its
//! lines), and a private key that is read is recognised as a secret.
#![no_main]

use kubecred::{UnixTime, input, token};
use kubecred::kubeconfig::Kubeconfig;
use kubecred::kubernetes::csr::signing_request;
use kubecred::x509::csr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let found = token::recognise(data);
    let _ = token::wrapping(data);
    if let Ok(opened) = input::pem(data) {
        assert!(opened.text.len() <= data.len() * 2 + 256);
        let key = kubecred::encoding::pem::document(&opened.text).is_ok_and(|document| document.blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")));
        assert!(!key || found.is_secret());
    }
    let report = csr::read(data);
    assert!(!report.accepted || kubecred::encoding::pem::first(data).is_some());
    let _ = token::read_pasted(data, UnixTime(1_795_000_000));
    let _ = Kubeconfig::pasted(data.to_vec(), UnixTime(1_795_000_000));
    let _ = signing_request::parse(data).map(|object| signing_request::read(&object));
});
