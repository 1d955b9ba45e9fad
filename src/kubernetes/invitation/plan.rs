//! The objects of an invitation.

use super::objects::{ANNOTATION, BINDING, CLOSED_ROLE, account, objects, refused, set_metadata};
use super::terms::{self, Terms, TermsOptions};
use crate::encoding::json::Writer;
use crate::error::Result;
use crate::finding::{Finding, FindingCode};
use crate::go::url;
use crate::kubernetes::cluster::ClusterOptions;
use crate::kubernetes::csr::signing_request;
use crate::kubernetes::names::is_label;
use crate::kubernetes::rbac::{manifest, matrix};
use crate::locate::Locate;
use crate::options::options;
use crate::random::Random;
use crate::time::UnixTime;
use crate::value::Value;

/// Ten minutes, which is the shortest of a TokenRequest, to a day.
const VALIDITY: (u32, u32) = (600, 86_400);
/// Of a page's address.
const MAX_ADDRESS: usize = 2048;

options! {
    struct PlanOptions<'a> {
        user: &'a str = "user",
        groups: Option<Vec<&'a str>> = "groups",
        expiration_seconds: Option<Value> = "expirationSeconds",
        cluster: ClusterOptions<'a> = "cluster",
        api: Option<&'a str> = "api",
        invited_by: Option<&'a str> = "invitedBy",
        valid_seconds: Option<Value> = "validSeconds",
        page: &'a str = "page",
        role: Option<RoleForUser<'a>> = "role",
        name: Option<&'a str> = "name",
        expires_at: Option<&'a str> = "expiresAt",
    }
}

options! {
    struct RoleForUser<'a> {
        role: Option<Value> = "role",
        namespace: Option<&'a str> = "namespace",
    }
}

/// `{ invitation, objects, findings, link, page }` from InvitationOptions of types.ts. `expiresAt` is the expiry of the token, once there
/// is one. The first four objects are the namespace, the service account, the role and its binding; then comes what is for the
/// invited user.
pub fn plan(options: &Value, random: &mut dyn Random, now: UnixTime) -> Result<Value> {
    let PlanOptions { user, groups, expiration_seconds, cluster, api, invited_by, valid_seconds, page, role, name, expires_at } =
        options.read("options")?;
    let terms = Terms::read(TermsOptions { user, groups, expiration_seconds, cluster, api, invited_by })?;
    let validity = terms::seconds(valid_seconds.as_ref(), "validSeconds", VALIDITY)?;
    let page = checked_page(page)?;
    let user = terms.identity.user.as_str();
    let name = match name {
        Some(name) if is_label(name) && !name.starts_with("csr-") => name.to_owned(),
        Some(_) => return Err(refused("name", "Use lower case letters, digits and hyphens, at most 63, and do not begin with csr-.")),
        None => signing_request::long_name(user, random)?,
    };
    let expires = match expires_at {
        Some(text) => UnixTime::from_iso(text).ok_or_else(|| refused("expiresAt", "Give a time as the API server writes it."))?,
        None => UnixTime(now.0 + validity as i64),
    };
    let mut for_user = role.map(|role| for_user(&name, user, role)).transpose()?.unwrap_or_default();
    let role = for_user.last().map(|binding| {
        let part = |path: &[&'static str]| (path[path.len() - 1], binding.at(path).cloned());
        Value::map([part(&["kind"]), part(&["metadata", "name"]), part(&["metadata", "namespace"])])
    });
    let link = terms.to_value();
    let part = |key: &'static str| (key, link.get(key).cloned());
    let mut record = Value::map([
        part("user"),
        part("groups"),
        part("expirationSeconds"),
        ("expiresAt", Some(expires.to_iso().into())),
        part("invitedBy"),
        ("role", role),
    ]);
    let mut written = Writer::default();
    written.value(&record);
    let mut all = objects(&name);
    let labels = all[BINDING].at(&["metadata", "labels"]).cloned().unwrap_or(Value::Null);
    all.truncate(CLOSED_ROLE);
    set_metadata(&mut all[BINDING], "annotations", Value::map([(ANNOTATION, Some(written.text.into()))]));
    let mut findings = terms.findings(now)?;
    findings.extend(page_finding(page));
    findings.push(Finding::notice(
        FindingCode::InvitationCreateUnlimited,
        "Kubernetes cannot limit create to one name. Until the link expires, anyone who has it can submit certificate requests for any user. A certificate needs an approval. Approve only the request that matches this invitation.",
    ));
    record.set("name", name.as_str().into());
    record.set("serviceAccount", account(&name).into());
    record.set("state", "planned".into());
    record.set("uids", Value::Map(Vec::new()));
    if let Some(binding) = for_user.last_mut() {
        set_metadata(binding, "labels", labels);
        findings.extend(matrix::findings(&Value::List(for_user.clone()))?);
        all.extend(for_user);
    }
    Ok(Value::map([
        ("invitation", Some(record)),
        ("objects", Some(Value::List(all))),
        ("findings", Some(Value::findings(&findings))),
        ("link", Some(link)),
        ("page", Some(page.into())),
    ]))
}

/// The role for the invited user, unless it exists, and its binding: the only one of these objects that is the invitation's own.
fn for_user(name: &str, user: &str, role: RoleForUser<'_>) -> Result<Vec<Value>> {
    let subject = Value::map([("kind", Some("User".into())), ("name", Some(user.into()))]);
    manifest::build(&Value::map([
        ("subjects", Some(Value::List(vec![subject]))),
        ("role", role.role),
        ("namespace", role.namespace.map(Value::from)),
        ("name", Some(format!("kubecred:invited:{name}").into())),
    ]))
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
    let page = url::parse(page).ok()?;
    let (code, message) = match page.scheme.as_str() {
        _ if url::is_loopback(&page.name()) => (
            FindingCode::InvitationPageOnlyHere,
            "Only this computer can open the page at this address. Give the address at which the invited person reaches the page.",
        ),
        "http" => (
            FindingCode::InvitationPageInsecure,
            "The page is not served over https, so anyone in between can change it and read the link. Use an https address.",
        ),
        _ => return None,
    };
    Some(Finding::warning(code, message).at("page"))
}
