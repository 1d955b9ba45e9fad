//! Requests to the API server: listing by label, closing, deleting.

use super::objects::{CLOSED_ROLE, NAMESPACE, SERVICE_ACCOUNT, USER_BINDING, objects, refused, set_metadata};
use crate::error::{Error, Result};
use crate::kubernetes::http::{ApiRequest, encode};
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::live;
use crate::value::{Value, options, required};

const SELECTOR: &str = "app.kubernetes.io/managed-by=kubecred,app.kubernetes.io/component=invitation";

options! {
    struct RequestOptions<'a> {
        kind: Option<&'a str> = "kind",
        name: Option<&'a str> = "name",
        uid: Option<&'a str> = "uid",
        namespace: Option<&'a str> = "namespace",
        for_user: Option<bool> = "forUser",
        page: Option<&'a str> = "continue",
    }
}

/// Builds a request: `list-invitations` `{ kind, continue? }`, `close-invitation` `{ name, uid }`, `delete-invitation`
/// `{ kind, name, uid, namespace?, forUser? }`, the namespace for the user's binding alone. Names of objects are made from the name of
/// the invitation: nothing else can be named.
pub(in crate::kubernetes) fn request(operation: &str, arguments: &Value) -> Result<ApiRequest> {
    let options: RequestOptions<'_> = arguments.read("options")?;
    if operation == "list-invitations" {
        return list(required(options.kind, "kind")?, options.page);
    }
    let name = required(options.name, "name")?;
    if !is_label(name) {
        return Err(refused("name", "Not the name of an invitation."));
    }
    let uid = required(options.uid, "uid")?;
    let mut all = objects(name);
    if operation == "close-invitation" {
        // To the object with this uid: another one of the name is a conflict.
        let mut role = all.swap_remove(CLOSED_ROLE);
        set_metadata(&mut role, "uid", uid.into());
        return live::apply(role, false, false);
    }
    let for_user = options.for_user.unwrap_or(false);
    let own = if for_user { USER_BINDING..all.len() } else { SERVICE_ACCOUNT..CLOSED_ROLE };
    let kind = required(options.kind, "kind")?;
    let Some(object) = all[own].iter_mut().find(|object| object.text(&["kind"]) == Some(kind)) else {
        return Err(other_kind());
    };
    if let Some(namespace) = options.namespace.filter(|_| for_user) {
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

/// Objects of one kind with the labels of invitations, role bindings of all namespaces.
fn list(kind: &str, token: Option<&str>) -> Result<ApiRequest> {
    let collection = match kind {
        "ServiceAccount" => &format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        "ClusterRole" => "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "ClusterRoleBinding" => "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "RoleBinding" => "/apis/rbac.authorization.k8s.io/v1/rolebindings",
        _ => return Err(other_kind()),
    };
    let token = token.map(|token| format!("&continue={}", encode(token))).unwrap_or_default();
    Ok(ApiRequest::get(format!("{collection}?limit=500&labelSelector={}{token}", encode(SELECTOR)), "nothing"))
}

fn other_kind() -> Error {
    refused("kind", "Not a kind of object that an invitation has.")
}
