//! What Kubernetes' API takes and answers.

pub mod access;
pub mod api;
pub mod signer;
pub mod signing_request;
pub mod status;
