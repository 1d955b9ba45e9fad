//! Invitations that are in a cluster, found by their labels: also those of which only a part is there.

use super::objects::{ANNOTATION, INSTANCE, LABELS, account, role_name, role_ref, rules, subjects, user_binding_name};
use crate::encoding::json;
use crate::error::Result;
use crate::kubernetes::csr::decision::same;
use crate::time::UnixTime;
use crate::value::{Options, Value};
use std::collections::BTreeMap;

/// The objects of one invitation.
#[derive(Default)]
struct Found<'a> {
    account: Option<&'a Value>,
    role: Option<&'a Value>,
    binding: Option<&'a Value>,
    /// For the invited user, with its kind.
    for_user: Option<(&'a str, &'a Value)>,
}

/// `Invitation[]` of index.d.ts, from lists by kind. An object counts where its labels and its name are those of an invitation: a label
/// alone makes nobody's object a part of one, which would be deleted with it.
pub(super) fn list(lists: &Value, now: UnixTime) -> Result<Value> {
    Options::read("invitations", lists, &["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "RoleBinding"])?;
    let mut all: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    let Value::Map(lists) = lists else { return Ok(Value::List(Vec::new())) };
    for (kind, items) in lists {
        let Value::List(items) = items else { continue };
        for item in items {
            let label = |key: &str| item.text(&["metadata", "labels", key]);
            let (Some(name), Some(object)) = (label(INSTANCE), item.text(&["metadata", "name"])) else { continue };
            if LABELS.iter().any(|(key, value)| label(key) != Some(value)) {
                continue;
            }
            let own = object == role_name(name);
            let for_user = object == user_binding_name(name);
            match kind.as_str() {
                "ServiceAccount" if object == name => all.entry(name).or_default().account = Some(item),
                "ClusterRole" if own => all.entry(name).or_default().role = Some(item),
                "ClusterRoleBinding" if own => all.entry(name).or_default().binding = Some(item),
                "ClusterRoleBinding" | "RoleBinding" if for_user => all.entry(name).or_default().for_user = Some((kind, item)),
                _ => {}
            }
        }
    }
    Ok(Value::List(all.into_iter().map(|(name, found)| found.to_value(name, now)).collect()))
}

impl Found<'_> {
    fn to_value(&self, name: &str, now: UnixTime) -> Value {
        let uid = |object: Option<&Value>| object.and_then(|object| object.at(&["metadata", "uid"])).cloned();
        let is = |role: &&Value, closed: bool| same(role.get("rules"), Some(&rules(name, closed)));
        let record = self.record(name);
        let closed = self.role.is_some_and(|role| is(&role, true));
        let missing: Vec<&str> = [
            ("ServiceAccount", self.account.is_some()),
            ("ClusterRole", closed || self.role.is_some_and(|role| is(&role, false))),
            ("ClusterRoleBinding", record.is_some()),
        ]
        .into_iter()
        .filter_map(|(kind, there)| (!there).then_some(kind))
        .collect();
        let mut invitation = record.unwrap_or_else(|| {
            Value::map([
                ("user", Some("".into())),
                ("groups", Some(Value::List(Vec::new()))),
                ("expirationSeconds", Some(Value::Number(0.0))),
                ("expiresAt", Some("".into())),
            ])
        });
        let expires = invitation.text(&["expiresAt"]).and_then(UnixTime::from_iso);
        let state = match () {
            () if !missing.is_empty() => "incomplete",
            () if expires.is_none_or(|expires| expires <= now) => "expired",
            () if closed => "closed",
            () => "open",
        };
        invitation.set("name", name.into());
        invitation.set("serviceAccount", account(name).into());
        invitation.set("state", state.into());
        let created = [self.binding, self.account, self.role].into_iter().flatten().next();
        if let Some(created) = created.and_then(|object| object.at(&["metadata", "creationTimestamp"])) {
            invitation.set("createdAt", created.clone());
        }
        if !missing.is_empty() {
            invitation.set("missing", Value::strings(missing));
        }
        let uids = [("ServiceAccount", uid(self.account)), ("ClusterRole", uid(self.role)), ("ClusterRoleBinding", uid(self.binding))];
        invitation.set("uids", Value::map(uids));
        if let Some((kind, binding)) = self.for_user {
            let part = |key: &'static str| (key, binding.at(&["metadata", key]).cloned());
            invitation.set("role", Value::map([("kind", Some(kind.into())), part("name"), part("namespace"), part("uid")]));
        }
        invitation
    }

    /// User, groups, lifetime and expiry as the binding has them; `None` where it is not as it was made.
    fn record(&self, name: &str) -> Option<Value> {
        let binding = self.binding?;
        let as_made = same(binding.get("subjects"), Some(&subjects(name))) && same(binding.get("roleRef"), Some(&role_ref(name)));
        let document = json::read(binding.text(&["metadata", "annotations", ANNOTATION])?)?;
        let value = document.value;
        let fields = ["user", "groups", "expirationSeconds", "expiresAt", "invitedBy"];
        let known = Options::read("invitation", &value, &fields).ok()?;
        let (user, groups, expires) = (known.required_text("user"), known.texts("groups"), known.required_text("expiresAt"));
        let lifetime = matches!(known.value("expirationSeconds"), Some(Value::Number(_)));
        let whole =
            user.is_ok() && groups.is_ok_and(|groups| groups.is_some()) && expires.is_ok_and(|text| UnixTime::from_iso(text).is_some());
        (as_made && lifetime && whole && known.text("invitedBy").is_ok()).then_some(value)
    }
}
