//! YAML as kubectl reads it: texts to trees that share them.
//!
//! | file | what |
//! |---|---|
//! | `scan.rs`, `scan/` | text to tokens |
//! | [`compose`], `collections.rs`, `scalar.rs` | tokens to a tree |
//! | [`tree`], [`text`] | the tree, and its texts, which are parts of the document |
//! | [`index`] | numbers by name |
//! | [`runs`], [`base64`], [`number`] | what most of a kubeconfig is, and numbers |
//!
//! A package of its own because it is compiled at another level: these are the loops over every byte, token and value of a file.
//! The core (`src/yaml`) has encodings, errors and plain data around it.
#![forbid(unsafe_code)]

pub mod base64;
mod collections;
pub mod compose;
pub mod index;
pub mod number;
pub mod runs;
mod scalar;
mod scan;
pub mod text;
pub mod tree;
