//! Wipes what arithmetic leaves on the stack.
//!
//! `zeroize` reaches values, and the allocator reaches the heap; neither reaches the copies that moves and spills
//! leave in dead stack frames. In wasm those frames are linear memory, which outlives the call.

use std::hint::black_box;
use zeroize::Zeroize;

/// Deeper than any of the calls below goes with secrets in its frames; a wasm stack has 1 MiB.
const DEPTH: usize = 64 << 10;

/// Runs `work` in a frame of its own and then overwrites the stack where that frame and its callees were.
pub(crate) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let outcome = in_own_frame(work);
    overwrite();
    outcome
}

#[inline(never)]
fn in_own_frame<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    // Words: each is written by an instruction of its own, and byte by byte it was 5 % of an RSA search (2026-11).
    let mut frame = [0u64; DEPTH / size_of::<u64>()];
    frame.zeroize();
    black_box(&frame);
}
