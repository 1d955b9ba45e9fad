//! Every object of an invitation, and what its files share.

use crate::encoding::json;
use crate::error::{Code, Error};
use crate::value::Value;

/// Where the service accounts of all invitations are.
pub const NAMESPACE: &str = "kubecred-invitations";
/// The annotation of the ClusterRoleBinding, in JSON: user, groups, lifetime, expiry.
pub(super) const ANNOTATION: &str = "kubecred/invitation";

/// Their places in `objects.json`. The namespace comes first, the binding for the invited user, in two kinds, last.
pub(super) const SERVICE_ACCOUNT: usize = 1;
pub(super) const ROLE: usize = 2;
pub(super) const BINDING: usize = 3;
/// The role without `create`.
pub(super) const CLOSED_ROLE: usize = 4;
pub(super) const USER_BINDING: usize = 5;

/// The objects of an invitation. The name is a label or comes from one, so that it needs no escapes.
pub(super) fn objects(name: &str) -> Vec<Value> {
    let parts: Vec<&str> = include_str!("objects.json").split('%').collect();
    match json::read(&parts.join(name)).map(|document| document.value) {
        Some(Value::List(objects)) => objects,
        _ => Vec::new(),
    }
}

/// The user name of an invitation's service account.
pub(super) fn account(name: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{name}")
}

/// Sets a field of an object's metadata.
pub(super) fn set_metadata(object: &mut Value, key: &str, value: Value) {
    let mut metadata = object.get("metadata").cloned().unwrap_or(Value::Null);
    metadata.set(key, value);
    object.set("metadata", metadata);
}

pub(super) fn refused(field: &str, message: &str) -> Error {
    Error::new(Code::InvalidInvitation, message.to_owned()).at(field)
}
