//! Kubeconfig files: assembled from a key, a certificate and a cluster, and written as kubectl would write them.

mod base64;
mod build;
mod model;
pub(crate) mod server;

pub(crate) use base64::base64_of_go;
pub use build::{Parts, from_certificate};
pub use model::{Cluster, Context, Kubeconfig, User};
pub use server::normalise;
