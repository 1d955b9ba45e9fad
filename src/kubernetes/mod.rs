//! What Kubernetes' API takes and answers.

pub mod bound;
pub mod csr;
pub mod discovery;
pub mod http;
pub mod invitation;
pub mod rbac;
mod refusal;
pub mod server_url;
pub mod service_account;
pub mod status;
