//! JSON (RFC 8259): `read.rs` reads it strictly (the parts of a token, what an API server answers), `write.rs` writes it.

mod read;
mod write;

pub(crate) use read::{Document, early, read, stream};
pub(crate) use write::{Part, Writer};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
