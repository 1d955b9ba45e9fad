//! Invitations: one link with which a person without credentials submits one certificate signing request.
//!
//! | file | what |
//! |---|---|
//! | `objects.json`, `objects.rs` | every object of an invitation, `%` for its name |
//! | `terms.rs` | who is invited, to which cluster, for how long: checked the same way for the administrator and for the newcomer |
//! | `plan.rs` | the objects of one invitation |
//! | `link.rs` | what a link contains, read without trust |
//! | `found.rs` | invitations that are in a cluster, leftovers among them |
//! | `compare.rs` | whether a request is the one that an invitation is for |
//! | `request.rs` | requests to the API server |
//!
//! An invitation is a service account of its own with a short-lived token. RBAC cannot limit `create` to one name (Kubernetes
//! documentation, "Referring to resources"), so the account can submit any request; it can read the one of its own name alone. A watch
//! with the field selector `metadata.name` is a request for that name (`RequestInfo` in apiserver/pkg/endpoints/request).
//! What counts for a comparison is written on the ClusterRoleBinding: someone who may write service accounts in the namespace, as its
//! administrators may, must not be able to fake an invitation.

mod compare;
mod found;
mod link;
mod objects;
mod plan;
mod request;
mod terms;

pub(super) use request::{close_request, delete_request, list_request};

pub use compare::compare;
pub use found::list;
pub use link::{open, read};
pub use objects::NAMESPACE;
pub use plan::plan;
