//! Kubeconfig files: read as kubectl reads them, checked, changed without loss, assembled, written as kubectl would.
//!
//! | file | what |
//! |---|---|
//! | `schema.rs` | the fields and their kinds; what kubectl refuses to load |
//! | `model.rs` | the tree that keeps every field |
//! | `lint/` | findings, and the description for JavaScript |
//! | `build.rs` | a new file from a cluster and a credential |
//! | `merge.rs`, `edit.rs` | two files into one; one context of many, other names, embedded files |
//! | `renew.rs` | who a user is and with which key; the new certificate in its place |
//! | `write.rs` | YAML, JSON, KYAML |
//! | `redact.rs` | the same without secrets: what may be shown |

mod build;
mod cause;
mod edit;
#[cfg(test)]
mod growth;
mod lint;
mod merge;
mod model;
mod redact;
mod renew;
mod schema;
mod tree;
mod write;

pub use build::{Parts, from_certificate, from_options};
pub use lint::Lint;
pub use merge::Change;
pub use model::Kubeconfig;
