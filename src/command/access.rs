//! Service accounts, their tokens, and roles.

use super::script::{Command, Script};
use super::{given, namespace, object_name, options, seconds, slug, wrong_name};
use crate::error::{Code, Error, Result};
use crate::kubernetes::signing_request::is_subdomain;
use crate::value::{Options, Value};
use crate::yaml::write;

fn account<'a>(options: &Options<'a>) -> Result<&'a str> {
    let name = options.required_text("serviceAccount")?;
    if is_subdomain(name) { Ok(name) } else { Err(wrong_name("serviceAccount", "lower case letters, digits, hyphens and dots")) }
}

fn required_namespace<'a>(options: &Options<'a>) -> Result<&'a str> {
    namespace(options)?.ok_or_else(|| Error::new(Code::InvalidOptions, "namespace of step must be given, a text"))
}

/// `{ serviceAccount, namespace }`
pub(super) fn create_service_account(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["serviceAccount", "namespace"])?;
    let create = Command::new("kubectl", "create serviceaccount").operand("serviceAccount", account(&options)?);
    script.run(&create.option("namespace", "--namespace=", required_namespace(&options)?))
}

/// `{ serviceAccount, namespace, expirationSeconds?, audiences?, file? }`: prints the token, or writes it to a file.
pub(super) fn create_token(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["serviceAccount", "namespace", "expirationSeconds", "audiences", "file"])?;
    let mut create = Command::new("kubectl", "create token").operand("serviceAccount", account(&options)?).option(
        "namespace",
        "--namespace=",
        required_namespace(&options)?,
    );
    if let Some(seconds) = seconds(&options, "expirationSeconds")? {
        create = create.option("expirationSeconds", "--duration=", format!("{seconds}s"));
    }
    for audience in options.texts("audiences")?.unwrap_or_default() {
        create = create.option("audiences", "--audience=", audience);
    }
    script.run(&create.into_file(given(&options, "file")?).private())
}

/// `{ secret, namespace, file?, certificateAuthority? }`: token and CA out of a Secret of type
/// kubernetes.io/service-account-token.
pub(super) fn read_secret_token(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["secret", "namespace", "file", "certificateAuthority"])?;
    let (name, namespace) = (object_name(&options, "secret")?, required_namespace(&options)?);
    let read = |template: &str| {
        Command::new("kubectl", "get secret").operand("secret", name).option("namespace", "--namespace=", namespace).option(
            "",
            "--output=go-template=",
            template,
        )
    };
    script.run(&read("{{.data.token | base64decode}}").into_file(given(&options, "file")?).private())?;
    if let Some(file) = given(&options, "certificateAuthority")? {
        script.run(&read("{{index .data `ca.crt` | base64decode}}").into_file(Some(file)))?;
    }
    Ok(())
}

/// `{ manifests, file? }`: objects without secrets, such as service accounts, roles and bindings. The file is for cmd,
/// which cannot hand a text to a program.
pub(super) fn apply(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["manifests", "file"])?;
    let manifests = options.value("manifests").ok_or_else(|| Error::new(Code::InvalidOptions, "manifests of step must be given"))?;
    let objects = if let Value::List(items) = manifests { items.as_slice() } else { std::slice::from_ref(manifests) };
    if objects.is_empty() || objects.iter().any(|object| object.text(&["kind"]).is_none()) {
        return Err(Error::new(Code::InvalidOptions, "manifests of step must be an object with a kind, or a list of them"));
    }
    let holds_secret =
        |object: &Value| object.text(&["kind"]) == Some("Secret") && ["data", "stringData"].iter().any(|key| object.get(key).is_some());
    let yaml = write::documents(manifests);
    if yaml.contains("PRIVATE KEY") || objects.iter().any(holds_secret) {
        return Err(Error::new(
            Code::UnquotableValue,
            "the manifest holds a secret, which must not stand on a command line: save it as a file",
        ));
    }
    let name = objects.first().and_then(|object| object.text(&["metadata", "name"])).unwrap_or_default();
    let file = given(&options, "file")?.map_or_else(|| format!("{}.yaml", slug(name)), super::script::path);
    script.feed_yaml(&yaml, &file, "kubectl", "apply")
}

/// `{ role, kind?, subjects, namespace?, name? }`: without a namespace for the whole cluster.
pub(super) fn bind_role(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["role", "kind", "subjects", "namespace", "name"])?;
    let role = options.required_text("role")?;
    let namespace = namespace(&options)?;
    let kind = match (given(&options, "kind")?.unwrap_or("ClusterRole"), namespace) {
        ("ClusterRole", _) => "--clusterrole=",
        ("Role", Some(_)) => "--role=",
        _ => return Err(Error::new(Code::InvalidOptions, "kind of step must be ClusterRole, or Role together with a namespace")),
    };
    let Some(Value::List(subjects)) = options.value("subjects") else {
        return Err(Error::new(Code::InvalidOptions, "subjects of step must be a list"));
    };
    let mut flags = Vec::new();
    for subject in subjects {
        let subject = Options::read("subject", subject, &["kind", "name", "namespace"])?;
        let name = subject.required_text("name")?;
        flags.push(match (subject.required_text("kind")?, subject.text("namespace")?) {
            ("User", _) => ("--user=", name.to_owned()),
            ("Group", _) => ("--group=", name.to_owned()),
            ("ServiceAccount", Some(namespace)) => ("--serviceaccount=", format!("{namespace}:{name}")),
            _ => return Err(Error::new(Code::InvalidOptions, "kind of subject must be User, Group, or ServiceAccount with its namespace")),
        });
    }
    let Some((_, first)) = flags.first() else { return Err(Error::new(Code::InvalidOptions, "subjects of step must not be empty")) };
    let name = given(&options, "name")?.map_or_else(|| slug(&format!("{first} {role}")), str::to_owned);
    let words = if namespace.is_some() { "create rolebinding" } else { "create clusterrolebinding" };
    let mut create = Command::new("kubectl", words).operand("name", name).option("role", kind, role);
    for (flag, value) in flags {
        create = create.option("subjects", flag, value);
    }
    script.run(&create.maybe("namespace", "--namespace=", namespace))
}

/// `{ namespace }`: what one may do there.
pub(super) fn list_rights(script: &mut Script, step: &Value) -> Result<()> {
    let options = options(step, &["namespace"])?;
    script.run(&Command::new("kubectl", "auth can-i --list").option("namespace", "--namespace=", required_namespace(&options)?))
}
