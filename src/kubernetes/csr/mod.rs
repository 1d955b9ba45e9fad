//! Objects of kind CertificateSigningRequest (certificates.k8s.io/v1) and the signers that answer them.
//!
//! | module | what |
//! |---|---|
//! | [`signing_request`] | builds and reads the object |
//! | [`signer`] | what each of the built-in signers accepts |
//! | [`decision`] | approve and deny |
//! | [`issued`] | whether the certificate is the one that was requested |
//! | [`risk`] | how dangerous an approval is |
//! | [`link`] | what travels in a link |
//! | `explain.rs`, `unsubmitted.rs` | why a request is not answered; what a request would become |

pub mod decision;
mod explain;
pub mod issued;
pub mod link;
pub(crate) mod object;
pub mod risk;
pub mod signer;
pub mod signing_request;
mod unsubmitted;
