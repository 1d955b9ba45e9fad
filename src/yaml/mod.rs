//! YAML, as kubectl reads it.

#[cfg(test)]
mod bombs;
mod collections;
mod decode;
pub mod documents;
pub(crate) mod error;
pub(crate) mod index;
pub mod read;
mod scalar;
mod scan;
pub(crate) mod text;
pub mod tree;
pub mod write;
