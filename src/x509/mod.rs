//! X.509: names, certificate signing requests, certificates and the files that contain them.
//!
//! | module | what |
//! |---|---|
//! | [`subject`] | user, groups and uid as an X.509 name, the way kube-apiserver reads it |
//! | [`csr`] | PKCS#10 certificate signing requests: built, parsed, described |
//! | [`certificate`] | certificates and chains |
//! | `pkcs12` | PKCS#12 files |
//! | [`calendar`] | a calendar entry that reminds of the renewal |

pub mod calendar;
pub mod certificate;
pub mod csr;
pub(crate) mod pkcs12;
pub mod subject;

pub use crate::go::signature::verify_signature;
