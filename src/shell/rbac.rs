//! Service accounts, their tokens, and roles.

use super::script::Script;
use super::script::slug;
use crate::error::{Code, Error};
use crate::kubernetes::names::is_subdomain;
use crate::locate::Locate;
use crate::value::Value;
use crate::yaml::write;

fn account<'a>(script: &mut Script<'a>) -> &'a str {
    let name = script.needed("serviceAccount");
    if !is_subdomain(name) {
        script.bad_name("serviceAccount", "Use lower case letters, digits, hyphens and dots.");
    }
    name
}

/// `{ serviceAccount, namespace }`
pub(crate) fn create_service_account(script: &mut Script<'_>) {
    let (name, namespace) = (account(script), script.needed_namespace());
    script.program("kubectl", "create serviceaccount").operand("serviceAccount", name);
    script.option("namespace", "--namespace=", namespace).run();
}

/// `{ serviceAccount, namespace, expirationSeconds?, audiences?, file? }`: prints the token, or writes it to a file.
pub(crate) fn create_token(script: &mut Script<'_>) {
    let (name, namespace) = (account(script), script.needed_namespace());
    let seconds = script.number("expirationSeconds", 4_294_967_296.0).map(|seconds| format!("{seconds}s"));
    let audiences = script.texts("audiences");
    let file = script.file("file", "");
    script.program("kubectl", "create token").operand("serviceAccount", name).option("namespace", "--namespace=", namespace);
    script.maybe("expirationSeconds", "--duration=", seconds.as_deref());
    for audience in audiences {
        script.option("audiences", "--audience=", &audience);
    }
    script.prints_to(&file).private(&file).run();
}

/// `{ secret, namespace, file?, certificateAuthority? }`: token and CA out of a Secret of type
/// kubernetes.io/service-account-token.
pub(crate) fn read_secret_token(script: &mut Script<'_>) {
    let (name, namespace) = (script.object_name("secret"), script.needed_namespace());
    let (file, authority) = (script.file("file", ""), script.file("certificateAuthority", ""));
    let mut read = |template: &str, file: &str| {
        script.program("kubectl", "get secret").operand("secret", name).option("namespace", "--namespace=", namespace);
        script.option("", "--output=go-template=", template).prints_to(file).private(file).run();
    };
    read("{{.data.token | base64decode}}", &file);
    if !authority.is_empty() {
        read("{{index .data `ca.crt` | base64decode}}", &authority);
    }
}

/// `{ manifests, file? }`: objects without secrets, such as service accounts, roles and bindings. The file is for cmd,
/// which cannot hand a text to a program.
pub(crate) fn apply(script: &mut Script<'_>) {
    let manifests = script.value("manifests").unwrap_or(&Value::Null);
    let objects = if let Value::List(items) = manifests { items.as_slice() } else { std::slice::from_ref(manifests) };
    if objects.is_empty() || objects.iter().any(|object| object.text(&["kind"]).is_none()) {
        return script
            .fail(Error::new(Code::InvalidOptions, "`step.manifests` must be an object with a kind, or a list of them.").at("manifests"));
    }
    let secret =
        |object: &Value| object.text(&["kind"]) == Some("Secret") && (object.get("data").is_some() || object.get("stringData").is_some());
    let yaml = write::documents(manifests);
    if yaml.holds("PRIVATE KEY") || objects.iter().any(secret) {
        script.fail(super::quoting::refused("manifests", "contains a secret, which must not be on a command line. Save it as a file."));
    }
    let name = objects.first().and_then(|object| object.text(&["metadata", "name"])).unwrap_or_default();
    let file = script.file("file", &format!("{}.yaml", slug(name)));
    script.feed_yaml(&yaml, &file, "apply");
}

/// `{ role, kind?, subjects, namespace?, name? }`: without a namespace for the whole cluster.
pub(crate) fn bind_role(script: &mut Script<'_>) {
    let (role, kind, namespace) = (script.needed("role"), script.given("kind"), script.namespace());
    let kind = match kind {
        None | Some("ClusterRole") => "--clusterrole=",
        Some("Role") if namespace.is_some() => "--role=",
        Some(_) => {
            return script
                .fail(Error::new(Code::InvalidOptions, "`step.kind` must be ClusterRole, or Role together with a namespace.").at("kind"));
        }
    };
    let mut subjects = Vec::new();
    if let Some(Value::List(items)) = script.value("subjects") {
        for subject in items {
            let name = subject.text(&["name"]).unwrap_or_default();
            match (subject.text(&["kind"]), subject.text(&["namespace"])) {
                (Some("User"), _) => subjects.push(("--user=", name.to_owned())),
                (Some("Group"), _) => subjects.push(("--group=", name.to_owned())),
                (Some("ServiceAccount"), Some(namespace)) => subjects.push(("--serviceaccount=", format!("{namespace}:{name}"))),
                _ => subjects.clear(),
            }
        }
    }
    let Some((_, first)) = subjects.first() else {
        let message = "`step.subjects` must be a list of User, Group, or ServiceAccount with its namespace, by kind and name.";
        return script.fail(Error::new(Code::InvalidOptions, message).at("subjects"));
    };
    let default = slug(&format!("{first} {role}"));
    let name = script.given("name").unwrap_or(&default);
    script.program("kubectl", if namespace.is_some() { "create rolebinding" } else { "create clusterrolebinding" });
    script.operand("name", name).option("role", kind, role);
    for (flag, value) in &subjects {
        script.option("subjects", flag, value);
    }
    script.maybe("namespace", "--namespace=", namespace).run();
}

/// `{ namespace }`: what one may do there.
pub(crate) fn list_rights(script: &mut Script<'_>) {
    let namespace = script.needed_namespace();
    script.program("kubectl", "auth can-i --list").option("namespace", "--namespace=", namespace).run();
}
