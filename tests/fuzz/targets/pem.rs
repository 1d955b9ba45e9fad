//! PEM blocks: never a panic, and each one written anew is the same block.
#![no_main]

use kubecred::encoding::pem;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(blocks) = pem::decode(data) else { return };
    for block in blocks {
        let text = pem::encode(&block.label, block.contents.expose());
        let again = pem::first(text.expose()).expect("what was written is read");
        assert_eq!((again.label, again.contents.expose()), (block.label, block.contents.expose()));
    }
});
