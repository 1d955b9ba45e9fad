//! YAML, as kubectl reads it.

mod decode;
pub mod read;
mod scalar;
mod scan;
pub mod tree;
pub mod write;
