//! The objects of an invitation.

use super::objects::{self, ANNOTATION, NAMESPACE, account, metadata, refused, role, role_name, user_binding_name};
use super::terms::{self, Terms};
use crate::encoding::json::Writer;
use crate::error::Result;
use crate::finding::Finding;
use crate::kubernetes::csr::signing_request;
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::{self, manifest, matrix};
use crate::locate::Locate;
use crate::random::Random;
use crate::time::UnixTime;
use crate::value::{Options, Value};

/// Ten minutes, which is the shortest of a TokenRequest, to a day.
const VALIDITY: (f64, f64) = (600.0, 86_400.0);
/// Of a page's address.
const MAX_ADDRESS: usize = 2048;

/// `{ invitation, objects, findings, link, page }` from InvitationOptions of index.d.ts. `expiresAt` is the expiry of the token, once there
/// is one. The first four objects are the namespace, the service account, the role and its binding; then comes what is for the
/// invited user.
pub(super) fn plan(options: &Value, random: &mut dyn Random, now: UnixTime) -> Result<Value> {
    let own = ["validSeconds", "page", "role", "name", "expiresAt"];
    let options = Options::read("invitation", options, &[&terms::FIELDS[..], &own[..]].concat())?;
    let terms = Terms::read(&options)?;
    let validity = terms::seconds(&options, "validSeconds", VALIDITY)?;
    let page = checked_page(options.required_text("page")?)?;
    let user = terms.identity.user.as_str();
    let name = match options.text("name")? {
        Some(name) if is_label(name) && !name.starts_with("csr-") => name.to_owned(),
        Some(_) => {
            return Err(refused("name", "Use lower case letters, digits and hyphens, at most 63, and do not begin with csr-."));
        }
        None => signing_request::long_name(user, random)?,
    };
    let expires = match options.text("expiresAt")? {
        Some(text) => text.to_owned(),
        None => UnixTime(now.0 + validity as i64).to_iso(),
    };
    let mut record = Value::map([
        ("user", Some(user.into())),
        ("groups", Some(Value::strings(&terms.identity.groups))),
        ("expirationSeconds", Some(Value::Number(terms.lifetime))),
        ("expiresAt", Some(expires.into())),
        ("invitedBy", terms.invited_by.as_deref().map(Value::from)),
    ]);
    let mut objects = vec![namespace(), service_account(&name), role(&name, false), binding(&name, &record)];
    let for_user = options.value("role").map(|role| for_user(&name, user, role)).transpose()?.unwrap_or_default();
    let mut findings = terms.findings(now)?;
    findings.extend(page_finding(page));
    findings.extend(matrix::findings(&Value::List(for_user.clone()))?);
    findings.push(Finding::notice(
        "invitation-create-unlimited",
        "Kubernetes cannot limit create to one name. Until the link expires, anyone who has it can submit certificate requests for any user. A certificate needs an approval. Approve only the request that matches this invitation.",
    ));
    let bound = for_user.last().map(|binding| {
        Value::map([
            ("kind", binding.get("kind").cloned()),
            ("name", binding.at(&["metadata", "name"]).cloned()),
            ("namespace", binding.at(&["metadata", "namespace"]).cloned()),
        ])
    });
    objects.extend(for_user);
    record.set("name", name.as_str().into());
    record.set("serviceAccount", account(&name).into());
    record.set("state", "planned".into());
    record.set("uids", Value::Map(Vec::new()));
    if let Some(bound) = bound {
        record.set("role", bound);
    }
    Ok(Value::map([
        ("invitation", Some(record)),
        ("objects", Some(Value::List(objects))),
        ("findings", Some(Value::findings(&findings))),
        ("link", Some(terms.to_value())),
        ("page", Some(page.into())),
    ]))
}

/// Shared by all invitations. Nothing runs in it.
fn namespace() -> Value {
    let labels = Value::map([
        ("app.kubernetes.io/managed-by", Some("kubecred".into())),
        ("pod-security.kubernetes.io/enforce", Some("restricted".into())),
    ]);
    Value::map([
        ("apiVersion", Some("v1".into())),
        ("kind", Some("Namespace".into())),
        ("metadata", Some(Value::map([("name", Some(NAMESPACE.into())), ("labels", Some(labels))]))),
    ])
}

fn service_account(name: &str) -> Value {
    Value::map([
        ("apiVersion", Some("v1".into())),
        ("kind", Some("ServiceAccount".into())),
        ("metadata", Some(metadata(name, name, Some(NAMESPACE)))),
        ("automountServiceAccountToken", Some(false.into())),
    ])
}

fn binding(name: &str, record: &Value) -> Value {
    let mut written = Writer::default();
    written.value(record);
    let mut metadata = metadata(name, &role_name(name), None);
    metadata.set("annotations", Value::map([(ANNOTATION, Some(written.text.into()))]));
    Value::map([
        ("apiVersion", Some(rbac::manifest::API_VERSION.into())),
        ("kind", Some("ClusterRoleBinding".into())),
        ("metadata", Some(metadata)),
        ("subjects", Some(objects::subjects(name))),
        ("roleRef", Some(objects::role_ref(name))),
    ])
}

/// The role for the invited user, unless it exists, and its binding: the only one of these objects that is the invitation's own.
fn for_user(name: &str, user: &str, role: &Value) -> Result<Vec<Value>> {
    let options = Options::read("role", role, &["role", "namespace"])?;
    let subject = Value::map([("kind", Some("User".into())), ("name", Some(user.into()))]);
    let mut objects = manifest::build(&Value::map([
        ("subjects", Some(Value::List(vec![subject]))),
        ("role", options.value("role").cloned()),
        ("namespace", options.value("namespace").cloned()),
        ("name", Some(user_binding_name(name).into())),
    ]))?;
    if let Some(binding) = objects.last_mut() {
        binding.set("metadata", metadata(name, &user_binding_name(name), options.text("namespace")?));
    }
    Ok(objects)
}

/// The page's address without a fragment, whose place the invitation takes.
fn checked_page(page: &str) -> Result<&str> {
    let page = page.cut("#").map_or(page, |(page, _)| page);
    let host = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() || page.len() > MAX_ADDRESS || !page.bytes().all(|byte| byte.is_ascii_graphic()) || terms::origin(page).holds("@") {
        return Err(refused("page", "Give the address of the page that the invited person opens, beginning with https://."));
    }
    Ok(page)
}

fn page_finding(page: &str) -> Option<Finding> {
    let (scheme, rest) = terms::origin(page).cut("://")?;
    let host = if rest.starts_with('[') { rest } else { rest.split(':').next().unwrap_or_default() };
    if host == "localhost" || host.starts_with("127.") || host.starts_with("[::1]") {
        return Some(
            Finding::warning(
                "invitation-page-only-here",
                "Only this computer can open the page at this address. Give the address at which the invited person reaches the page.",
            )
            .at("page"),
        );
    }
    (scheme == "http").then(|| {
        Finding::warning(
            "invitation-page-insecure",
            "The page is not served over https, so anyone in between can change it and read the link. Use an https address.",
        )
        .at("page")
    })
}
