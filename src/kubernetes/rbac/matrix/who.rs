//! Who asks, with the groups that the server's authenticators add.
//!
//! Source: k8s.io/apiserver `pkg/authentication/group` and `pkg/authentication/serviceaccount/util.go` v0.36; `appliesToUser` in k8s.io/kubernetes
//! 1.36.3, `pkg/registry/rbac/validation/rule.go`.

use crate::error::Result;
use crate::gather::Gather;
use crate::options::{choices, options, required};
use crate::value::Value;
use std::collections::BTreeSet;

/// Members bypass every check.
pub(super) const MASTERS: &str = "system:masters";

options! {
    pub(super) struct WhoOptions<'a> {
        kind: SubjectKind = "kind",
        name: &'a str = "name",
        namespace: Option<&'a str> = "namespace",
        groups: Option<Vec<&'a str>> = "groups",
    }
}

choices! {
    enum SubjectKind {
        User = "User",
        Group = "Group",
        ServiceAccount = "ServiceAccount",
    }
}

/// Who asks, as the server knows a caller.
pub struct Who {
    pub(super) user: String,
    pub(super) groups: Vec<String>,
    /// The same, for looking one up.
    known: BTreeSet<String>,
}

impl Who {
    /// Reads `{ kind, name, namespace?, groups? }`, adding the groups that the server's authenticators add.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn from_value(value: &Value) -> Result<Who> {
        value.read("subject").and_then(Who::of)
    }

    pub(super) fn of(options: WhoOptions<'_>) -> Result<Who> {
        let WhoOptions { kind, name, namespace, groups } = options;
        let mut groups: Vec<String> = groups.unwrap_or_default().into_iter().map(str::to_owned).collect();
        let user = match kind {
            SubjectKind::User => name.to_owned(),
            // Somebody of the group, whose own name no binding has.
            SubjectKind::Group => {
                groups.push(name.to_owned());
                String::new()
            }
            SubjectKind::ServiceAccount => {
                let namespace = required(namespace, "namespace")?;
                groups.push("system:serviceaccounts".to_owned());
                groups.push(format!("system:serviceaccounts:{namespace}"));
                format!("system:serviceaccount:{namespace}:{name}")
            }
        };
        let strangers = user == "system:anonymous" || groups.iter().any(|group| group == "system:unauthenticated");
        groups.push(if strangers { "system:unauthenticated" } else { "system:authenticated" }.to_owned());
        Ok(Who::new(user, groups))
    }

    /// A caller by user name and groups, with nothing added.
    #[must_use]
    pub fn new(user: String, groups: Vec<String>) -> Who {
        let known = groups.iter().cloned().gather();
        Who { user, groups, known }
    }

    pub(super) fn is_master(&self) -> bool {
        self.known.contains(MASTERS)
    }

    pub(super) fn is(&self, subject: &Value, namespace: &str) -> bool {
        let name = subject.text(&["name"]).unwrap_or_default();
        match subject.text(&["kind"]) {
            Some("User") => self.user == name,
            Some("Group") => self.known.contains(name),
            Some("ServiceAccount") => {
                let of = subject.text(&["namespace"]).filter(|text| !text.is_empty()).unwrap_or(namespace);
                !of.is_empty() && self.user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')) == Some((of, name))
            }
            _ => false,
        }
    }
}
