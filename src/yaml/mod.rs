//! YAML, as kubectl reads it.

mod collections;
mod decode;
pub mod documents;
pub(crate) mod index;
pub mod read;
mod scalar;
mod scan;
pub(crate) mod text;
pub mod tree;
pub mod write;
