//! What Kubernetes' API takes and answers.

mod answer;
pub mod api;
pub mod bound;
pub mod check;
pub(crate) mod cluster;
pub mod csr;
pub mod discovery;
pub mod http;
pub mod identity;
pub mod invitation;
pub mod names;
pub mod operation;
pub mod rbac;
mod refusal;
pub mod server_url;
pub mod service_account;
pub mod status;
