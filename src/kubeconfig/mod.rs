//! Kubeconfig files: assembled from a key, a certificate and a cluster, and written as kubectl would write them.

mod build;
mod model;
pub(crate) mod server;

pub use build::{Parts, from_certificate};
pub use model::{Cluster, Context, Kubeconfig, User};
pub use server::normalise;
