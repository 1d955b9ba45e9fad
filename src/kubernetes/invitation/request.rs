//! Requests to the API server: listing by label, closing, deleting.

use super::objects::{LABELS, NAMESPACE, refused, role, role_name, user_binding_name};
use crate::error::{Code, Error, Result};
use crate::kubernetes::http::{ApiRequest, encode, segment};
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::{self, live};
use crate::value::{Options, Value};

/// Builds a request: `list-invitations` `{ kind, continue? }`, `close-invitation` `{ name, uid }`, `delete-invitation`
/// `{ kind, name, uid, namespace?, forUser? }`. Names of objects are made from the name of the invitation: nothing else can be named.
pub(in crate::kubernetes) fn request(operation: &str, arguments: &Value) -> Result<ApiRequest> {
    match operation {
        "list-invitations" => list(arguments),
        "close-invitation" => close(arguments),
        _ => delete(arguments),
    }
}

fn list(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("invitations", arguments, &["kind", "continue"])?;
    let collection = match options.required_text("kind")? {
        "ServiceAccount" => format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        "ClusterRole" => format!("/apis/{}/clusterroles", rbac::manifest::API_VERSION),
        "ClusterRoleBinding" => format!("/apis/{}/clusterrolebindings", rbac::manifest::API_VERSION),
        _ => format!("/apis/{}/rolebindings", rbac::manifest::API_VERSION),
    };
    let selector: Vec<String> = LABELS.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let mut path = format!("{collection}?limit=500&labelSelector={}", encode(&selector.join(",")));
    if let Some(token) = options.text("continue")? {
        path.push_str(&format!("&continue={}", encode(token)));
    }
    Ok(ApiRequest::get(path, "nothing"))
}

/// Server-side apply of the role without `create`, to the object with this uid.
fn close(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("invitation", arguments, &["name", "uid"])?;
    let name = checked(&options)?;
    let mut object = role(name, true);
    let mut metadata = object.get("metadata").cloned().unwrap_or(Value::Null);
    metadata.set("uid", options.required_text("uid")?.into());
    object.set("metadata", metadata);
    live::request("apply", &Value::map([("object", Some(object))]))?.ok_or_else(|| Error::new(Code::InvalidOptions, "no such operation"))
}

/// DELETE with the uid as a precondition: another object that has the name by now stays.
fn delete(arguments: &Value) -> Result<ApiRequest> {
    let options = Options::read("invitation", arguments, &["kind", "name", "uid", "namespace", "forUser"])?;
    let name = checked(&options)?;
    let kind = options.required_text("kind")?;
    let object = if options.flag("forUser")?.unwrap_or(false) { user_binding_name(name) } else { role_name(name) };
    let rbac = |plural: &str, object: &str| -> Result<String> {
        Ok(format!("/apis/{}/{plural}/{}", rbac::manifest::API_VERSION, segment(object)?))
    };
    let path = match (kind, options.text("namespace")?) {
        ("ServiceAccount", _) => format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}"),
        ("ClusterRole", _) => rbac("clusterroles", &role_name(name))?,
        ("ClusterRoleBinding", _) => rbac("clusterrolebindings", &object)?,
        ("RoleBinding", Some(namespace)) => rbac(&format!("namespaces/{}/rolebindings", segment(namespace)?), &user_binding_name(name))?,
        _ => return Err(refused("kind", "Not a kind of object that an invitation has.")),
    };
    let preconditions = Value::map([("uid", Some(options.required_text("uid")?.into()))]);
    Ok(ApiRequest {
        method: "DELETE",
        path,
        body: Some(Value::map([
            ("apiVersion", Some("v1".into())),
            ("kind", Some("DeleteOptions".into())),
            ("preconditions", Some(preconditions)),
        ])),
        what: format!("the {kind} of the invitation {name}, to be deleted"),
    })
}

fn checked<'a>(options: &Options<'a>) -> Result<&'a str> {
    let name = options.required_text("name")?;
    if is_label(name) { Ok(name) } else { Err(refused("name", "Not the name of an invitation.")) }
}
