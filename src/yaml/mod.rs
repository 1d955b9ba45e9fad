//! YAML, as kubectl reads it.

pub mod write;
