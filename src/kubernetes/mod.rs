//! What Kubernetes' API takes and answers.

pub mod access;
pub mod api;
pub mod bound;
pub mod decision;
pub mod discovery;
mod explain;
pub mod issued;
mod refusal;
pub mod service_account;
pub mod signer;
pub mod signing_request;
pub mod status;
mod unsubmitted;
