//! Kubeconfig files: read as kubectl reads them, checked, changed without loss, assembled, written as kubectl would.
//!
//! | file | what |
//! |---|---|
//! | `shape.rs` | the fields and their kinds; what kubectl refuses to load |
//! | `model.rs` | the tree that keeps every field |
//! | `check.rs` | findings, and the description for JavaScript |
//! | `go_key.rs` | a private key as Go's crypto/tls reads it, which is how kubectl reads it |
//! | `build.rs` | a new file from a cluster and a credential |
//! | `merge.rs`, `edit.rs` | two files into one; one context of many, other names, embedded files |
//! | `renew.rs` | who a user is and with which key; the new certificate in its place |
//! | `write.rs` | YAML, JSON, KYAML |
//! | `redact.rs` | the same without secrets: what may be shown |

mod base64;
mod build;
mod check;
mod edit;
pub(crate) mod go_key;
#[cfg(test)]
mod growth;
mod merge;
mod model;
mod redact;
mod renew;
pub(crate) mod server;
mod shape;
mod write;

pub(crate) use base64::base64_of_go;
pub use build::{Parts, from_certificate, from_options};
pub use merge::Change;
pub use model::Kubeconfig;
pub use server::normalise;
