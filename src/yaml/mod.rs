//! YAML, as kubectl reads it. The package `kubecred-yaml` makes trees of texts; here is what surrounds that.

#[cfg(test)]
mod bombs;
mod decode;
pub mod documents;
pub(crate) mod error;
pub mod read;
mod values;
pub mod write;

pub use kubecred_yaml::tree;
pub(crate) use kubecred_yaml::{index, text};
