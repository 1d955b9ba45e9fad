//! Requests to the API server: listing by label, closing, deleting.

use super::objects::{CLOSED_ROLE, NAMESPACE, SERVICE_ACCOUNT, USER_BINDING, objects, refused, set_metadata};
use crate::error::{Error, Result};
use crate::kubernetes::http::{ApiRequest, encode};
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::live;
use crate::options::options;
use crate::value::Value;

const SELECTOR: &str = "app.kubernetes.io/managed-by=kubecred,app.kubernetes.io/component=invitation";

options! {
    struct List<'a> {
        kind: &'a str = "kind",
        page: Option<&'a str> = "continue",
    }
}

options! {
    struct Close<'a> {
        name: &'a str = "name",
        uid: &'a str = "uid",
    }
}

options! {
    struct Delete<'a> {
        kind: &'a str = "kind",
        name: &'a str = "name",
        uid: &'a str = "uid",
        namespace: Option<&'a str> = "namespace",
        for_user: Option<bool> = "forUser",
    }
}

/// The objects of an invitation. Their names are made from its name: nothing else can be named.
fn named(name: &str) -> Result<Vec<Value>> {
    if is_label(name) { Ok(objects(name)) } else { Err(refused("name", "Not the name of an invitation.")) }
}

/// Takes the permission to submit a request away: `{ name, uid }`.
///
/// # Errors
/// [`crate::Code::InvalidOptions`], [`crate::Code::InvalidInvitation`].
pub(in crate::kubernetes) fn close_request(arguments: &Value) -> Result<ApiRequest> {
    let Close { name, uid } = arguments.read("options")?;
    // To the object with this uid: another one of the name is a conflict.
    let mut role = named(name)?.swap_remove(CLOSED_ROLE);
    set_metadata(&mut role, "uid", uid.into());
    live::apply(role, false, false)
}

/// Deletes one of its objects: `{ kind, name, uid, namespace?, forUser? }`, the namespace for the user's binding alone.
///
/// # Errors
/// As [`close_request`].
pub(in crate::kubernetes) fn delete_request(arguments: &Value) -> Result<ApiRequest> {
    let Delete { kind, name, uid, namespace, for_user } = arguments.read("options")?;
    let mut all = named(name)?;
    let for_user = for_user.unwrap_or(false);
    let own = if for_user { USER_BINDING..all.len() } else { SERVICE_ACCOUNT..CLOSED_ROLE };
    let Some(object) = all[own].iter_mut().find(|object| object.text(&["kind"]) == Some(kind)) else {
        return Err(other_kind());
    };
    if let Some(namespace) = namespace.filter(|_| for_user) {
        set_metadata(object, "namespace", namespace.into());
    }
    Ok(ApiRequest {
        method: "DELETE",
        path: live::path_of(object)?,
        body: Some(Value::map([
            ("apiVersion", Some("v1".into())),
            ("kind", Some("DeleteOptions".into())),
            // Another object that has the name by now stays.
            ("preconditions", Some(Value::map([("uid", Some(uid.into()))]))),
        ])),
        what: format!("the {kind} of the invitation {name}, to be deleted"),
    })
}

/// Objects of one kind with the labels of invitations, role bindings of all namespaces: `{ kind, continue? }`.
///
/// # Errors
/// As [`close_request`].
pub(in crate::kubernetes) fn list_request(arguments: &Value) -> Result<ApiRequest> {
    let List { kind, page } = arguments.read("options")?;
    let collection = match kind {
        "ServiceAccount" => &format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        "ClusterRole" => "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "ClusterRoleBinding" => "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "RoleBinding" => "/apis/rbac.authorization.k8s.io/v1/rolebindings",
        _ => return Err(other_kind()),
    };
    let page = page.map(|token| format!("&continue={}", encode(token))).unwrap_or_default();
    Ok(ApiRequest::get(format!("{collection}?limit=500&labelSelector={}{page}", encode(SELECTOR)), "nothing"))
}

fn other_kind() -> Error {
    refused("kind", "Not a kind of object that an invitation has.")
}
