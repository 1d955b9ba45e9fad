//! CertificateSigningRequest objects of certificates.k8s.io/v1: built, read, explained.
//!
//! What the API server would refuse is refused here with its reason; what the signer would fail is a finding.

mod build;
mod read;
mod report;

pub use super::object::{API_VERSION, KIND, certificate_text};
pub(crate) use build::long_name;
pub use build::{build, requested};
pub use read::{next_page, page, parse, read, read_all_confirmed, read_confirmed, signatures};
pub(crate) use read::{read_stored, read_unverified};
pub use report::{Report, State};
