//! Bearer tokens (RFC 6750): cleaned of what comes along when they are copied, and read where they are JSON Web Tokens
//! (RFC 7519).
//!
//! Nothing is verified here: only the cluster holds the keys for that, and every report says so. The claims are read the
//! way kube-apiserver reads them (Kubernetes 1.36, pkg/serviceaccount: `claims.go`, `legacy.go`, `jwt.go`; go-jose), so
//! that a token it is going to refuse is pointed out before it is sent.

mod claims;
mod findings;
mod form;
mod read;
mod recognise;
mod report;

pub use form::{MAX_TOKEN, clean, cleaned};
pub(crate) use form::{bootstrap_id, decode, is_plainly_opaque};
pub use read::{pasted, read, read_pasted};
pub use recognise::{Recognised, describe, recognise, wrapping};
pub use report::{Kind, Report};
