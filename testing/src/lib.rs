//! The throw-away certificate authority of `kubecred/testing`, the API server in memory for tests of portals.
//!
//! | module | what it does |
//! |---|---|
//! | [`authority`] | a CA that certifies itself, signs requests as kube-controller-manager does, and signs tokens |
//! | `subject` | the subject of a request, as Go writes it into a certificate |
//! | `binding` | the calls from JavaScript |
//!
//! Requests are read and verified by the core of kubecred, as kube-apiserver does it. Everything else of the server in memory (objects, watches,
//! permissions) is JavaScript, in `pkg/testing`. No key of this crate may protect anything: it lives as long as a test.
#![forbid(unsafe_code)]

pub mod authority;
#[cfg(target_arch = "wasm32")]
pub mod binding;
mod subject;
