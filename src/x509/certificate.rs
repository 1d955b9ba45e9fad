//! Issued certificates (RFC 5280): read, and matched to the key and the request they answer.
//!
//! | module | what |
//! |---|---|
//! | `read.rs` | one certificate, and what was read of it |
//! | `chain.rs` | the certificates of a text, in PEM or base64 |
//! | `check.rs` | what is wrong with them; whether they answer a request |
//! | `authority.rs` | CA bundles |

mod authority;
mod chain;
mod check;
mod read;

pub use authority::{authority_bundle, pasted_authority};
pub use chain::Chain;
pub(crate) use check::finding_code;
pub use read::{Read, renewal_due};
