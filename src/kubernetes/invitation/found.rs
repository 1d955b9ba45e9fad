//! Invitations that are in a cluster, found by their labels: also those of which only a part is there.

use super::objects::{ANNOTATION, BINDING, CLOSED_ROLE, ROLE, SERVICE_ACCOUNT, account, objects};
use crate::encoding::json;
use crate::error::Result;
use crate::kubernetes::csr::decision::same;
use crate::kubernetes::names::is_label;
use crate::options::options;
use crate::time::UnixTime;
use crate::value::Value;

/// The kinds of an invitation's own objects, in the order of `objects.json`.
const KINDS: [&str; 3] = ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"];

/// The objects of one invitation that are there.
struct Found<'a> {
    name: &'a str,
    /// As they would be made.
    made: Vec<Value>,
    own: [Option<&'a Value>; 3],
    /// Bindings that have the name of the one for the invited user, with their kinds.
    for_user: Vec<(&'a str, &'a Value)>,
}

options! {
    struct Lists {
        service_account: Vec<Value> = "ServiceAccount" default,
        cluster_role: Vec<Value> = "ClusterRole" default,
        cluster_role_binding: Vec<Value> = "ClusterRoleBinding" default,
        role_binding: Vec<Value> = "RoleBinding" default,
    }
}

options! {
    /// What an invitation's binding says of it.
    #[expect(dead_code, reason = "read to be checked: the record goes out as it is")]
    struct Record<'a> {
        user: &'a str = "user",
        groups: Vec<&'a str> = "groups",
        expiration_seconds: f64 = "expirationSeconds",
        expires_at: &'a str = "expiresAt",
        invited_by: Option<&'a str> = "invitedBy",
        role: Option<Value> = "role",
    }
}

/// `Invitation[]` of types.ts, from lists by kind. An object counts where its kind, labels and name are those of an invitation's: a label
/// alone makes nobody's object a part of one, which would be deleted with it.
pub fn list(lists: &Value, now: UnixTime) -> Result<Value> {
    let lists: Lists = lists.read("lists")?;
    let mut all: Vec<Found<'_>> = Vec::new();
    let by_kind = [
        ("ServiceAccount", &lists.service_account),
        ("ClusterRole", &lists.cluster_role),
        ("ClusterRoleBinding", &lists.cluster_role_binding),
        ("RoleBinding", &lists.role_binding),
    ];
    for (kind, items) in by_kind {
        for item in items {
            let name = item.text(&["metadata", "labels", "app.kubernetes.io/instance"]).filter(|name| is_label(name));
            let Some(name) = name else { continue };
            let made = objects(name);
            let is_own = |object: &Value| {
                let same = |path: &[&str]| object.text(path) == item.text(path);
                object.text(&["kind"]) == Some(kind)
                    && same(&["metadata", "name"])
                    && same(&["metadata", "labels", "app.kubernetes.io/managed-by"])
                    && same(&["metadata", "labels", "app.kubernetes.io/component"])
            };
            let Some(place) = made.iter().position(is_own) else { continue };
            let found = match all.iter().position(|found| found.name == name) {
                Some(known) => &mut all[known],
                None => {
                    all.push(Found { name, made, own: [None; 3], for_user: Vec::new() });
                    let last = all.len() - 1;
                    &mut all[last]
                }
            };
            if place < CLOSED_ROLE {
                found.own[place - SERVICE_ACCOUNT] = Some(item);
            } else {
                found.for_user.push((kind, item));
            }
        }
    }
    Ok(Value::List(all.into_iter().map(|found| found.to_value(now)).collect()))
}

impl Found<'_> {
    fn is_as(&self, place: usize, made: usize, field: &str) -> bool {
        self.own[place - SERVICE_ACCOUNT].is_some_and(|object| same(object.get(field), self.made[made].get(field)))
    }

    fn to_value(&self, now: UnixTime) -> Value {
        let record = self.record();
        let role = self.role(record.as_ref());
        let closed = self.is_as(ROLE, CLOSED_ROLE, "rules");
        let there = [self.own[0].is_some(), closed || self.is_as(ROLE, ROLE, "rules"), record.is_some()];
        let missing: Vec<&str> = KINDS.into_iter().zip(there).filter_map(|(kind, there)| (!there).then_some(kind)).collect();
        let mut invitation = record.unwrap_or_else(|| {
            let nothing = || Some("".into());
            let none = Some(Value::List(Vec::new()));
            Value::map([("user", nothing()), ("groups", none), ("expirationSeconds", Some(0.into())), ("expiresAt", nothing())])
        });
        if let Value::Map(pairs) = &mut invitation {
            pairs.retain(|(key, _)| key != "role");
        }
        let expires = invitation.text(&["expiresAt"]).and_then(UnixTime::from_iso);
        let state = match () {
            () if !missing.is_empty() => "incomplete",
            () if expires.is_none_or(|expires| expires <= now) => "expired",
            () if closed => "closed",
            () => "open",
        };
        let metadata = |object: Option<&Value>, key: &str| object.and_then(|object| object.at(&["metadata", key])).cloned();
        let uids = KINDS.iter().zip(self.own).filter_map(|(kind, object)| Some(((*kind).to_owned(), metadata(object, "uid")?)));
        invitation.set("name", self.name.into());
        invitation.set("serviceAccount", account(self.name).into());
        invitation.set("state", state.into());
        invitation.set("uids", Value::Map(uids.collect()));
        if !missing.is_empty() {
            invitation.set("missing", Value::strings(missing));
        }
        if let Some(created) = self.own.into_iter().rev().find_map(|object| metadata(object, "creationTimestamp")) {
            invitation.set("createdAt", created);
        }
        if let Some((kind, binding)) = role {
            let part = |key: &'static str| (key, metadata(Some(binding), key));
            invitation.set("role", Value::map([("kind", Some(kind.into())), part("name"), part("namespace"), part("uid")]));
        }
        invitation
    }

    /// The binding that the invitation names. Someone who may bind roles in a namespace can create another one of the same name there,
    /// which is not one of the invitation's. Where the record is gone, nothing says which it is: the first.
    fn role(&self, record: Option<&Value>) -> Option<(&str, &Value)> {
        let named = |kind: &str, binding: &Value| {
            record.is_none_or(|record| {
                record.text(&["role", "kind"]) == Some(kind)
                    && record.text(&["role", "namespace"]) == binding.text(&["metadata", "namespace"])
            })
        };
        self.for_user.iter().copied().find(|(kind, binding)| named(kind, binding))
    }

    /// User, groups, lifetime, expiry and role as the binding has them; `None` where it is not as it was made.
    fn record(&self) -> Option<Value> {
        let binding = self.own[BINDING - SERVICE_ACCOUNT]?;
        let value = json::read(binding.text(&["metadata", "annotations", ANNOTATION])?)?.value;
        UnixTime::from_iso(value.read::<Record<'_>>("record").ok()?.expires_at)?;
        let as_made = ["subjects", "roleRef"].iter().all(|field| self.is_as(BINDING, BINDING, field));
        as_made.then_some(value)
    }
}
