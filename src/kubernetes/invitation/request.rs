//! Requests to the API server: listing by label, closing, deleting.

use super::objects::{CLOSED_ROLE, SERVICE_ACCOUNT, USER_BINDING, objects, refused, set_metadata};
use crate::error::Result;
use crate::kubernetes::http::{ApiRequest, encode};
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::live;
use crate::value::{Options, Value};

const SELECTOR: &str = "app.kubernetes.io/managed-by=kubecred,app.kubernetes.io/component=invitation";

/// Builds a request: `list-invitations` `{ kind, continue? }`, `close-invitation` `{ name, uid }`, `delete-invitation`
/// `{ kind, name, uid, namespace?, forUser? }`. Names of objects are made from the name of the invitation: nothing else can be named.
pub(in crate::kubernetes) fn request(operation: &str, arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("invitation", arguments, &["kind", "name", "uid", "namespace", "forUser", "continue"])?;
    if operation == "list-invitations" {
        return Ok(list(options.required_text("kind")?, options.text("continue")?));
    }
    let name = options.required_text("name")?;
    if !is_label(name) {
        return Err(refused("name", "Not the name of an invitation."));
    }
    let uid = options.required_text("uid")?;
    let mut all = objects(name);
    if operation == "close-invitation" {
        // To the object with this uid: another one of the name is a conflict.
        let mut role = all.swap_remove(CLOSED_ROLE);
        set_metadata(&mut role, "uid", uid.into());
        return live::apply(&Value::map([("object", Some(role))]));
    }
    let own = if options.flag("forUser")?.unwrap_or(false) { USER_BINDING..all.len() } else { SERVICE_ACCOUNT..CLOSED_ROLE };
    let kind = options.required_text("kind")?;
    let Some(object) = all[own].iter_mut().find(|object| object.text(&["kind"]) == Some(kind)) else {
        return Err(refused("kind", "Not a kind of object that an invitation has."));
    };
    if let Some(namespace) = options.value("namespace") {
        set_metadata(object, "namespace", namespace.clone());
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
fn list(kind: &str, token: Option<&str>) -> ApiRequest {
    let collection = match kind {
        "ServiceAccount" => "/api/v1/namespaces/kubecred-invitations/serviceaccounts",
        "ClusterRole" => "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "ClusterRoleBinding" => "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        _ => "/apis/rbac.authorization.k8s.io/v1/rolebindings",
    };
    let token = token.map(|token| format!("&continue={}", encode(token))).unwrap_or_default();
    ApiRequest::get(format!("{collection}?limit=500&labelSelector={}{token}", encode(SELECTOR)), "nothing")
}
