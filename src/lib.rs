//! Kubernetes credentials made where they are used.
//!
//! The core of kubecred: pure functions over bytes and values. It does no I/O, reads no clock and holds no
//! global state; time comes in as [`UnixTime`] and randomness as [`Random`]. What talks to a cluster builds a
//! request value and reads an answer value ([`kubernetes::http`]); JavaScript only carries them.
//!
//! | module | what it knows |
//! |---|---|
//! | [`error`], [`finding`] | the closed set of failures, and remarks with stable codes |
//! | [`secret`], [`random`] | secrets that wipe themselves; randomness that is checked before it is used |
//! | [`value`] | the tree that objects travel in between JavaScript, YAML and the core |
//! | [`encoding`] | PEM, DER and JSON |
//! | [`yaml`] | YAML, as kubectl reads it |
//! | [`names`] | names that look like other names |
//! | [`input`] | the one front door for pasted, dropped and read bytes |
//! | `go` | what Go and client-go make of keys, requests, certificates and addresses |
//! | [`crypto`] | private keys: generate, import, check, sign, export |
//! | [`x509`] | subjects, certificate signing requests, certificates, PKCS#12 |
//! | [`token`] | bearer tokens: what they say of themselves, and what is odd about it |
//! | [`kubernetes`] | CertificateSigningRequest objects, signers, RBAC, API requests and answers |
//! | [`kubeconfig`] | the file that comes out, written so that kubectl reads back what was meant |
//! | [`shell`] | the same steps as lines for sh, PowerShell and cmd |
#![forbid(unsafe_code)]

pub mod crypto;
pub mod encoding;
pub mod error;
pub mod finding;
mod gather;
mod go;
pub mod input;
pub mod kubeconfig;
pub mod kubernetes;
mod locate;
pub mod names;
mod options;
pub mod random;
pub mod secret;
pub mod shell;
pub mod text;
pub mod time;
pub mod token;
pub mod value;
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
mod wasm;
pub mod x509;
pub mod yaml;

pub use error::{Code, Error};
pub use finding::{Audience, Finding, Level};
pub use random::Random;
pub use time::UnixTime;
pub use value::Value;

/// Wipes every allocation when it is freed, so that what `zeroize` cannot reach (moved values, grown vectors,
/// the glue's own copies) does not stay in linear memory. Measured 2026-11: 17 to 29 leftover windows of an RSA
/// key without it, none with it.
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);
