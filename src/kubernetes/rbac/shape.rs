//! Rules that are well formed and do not do what they seem to. The server says nothing about them.

use super::rule::Rule;
use crate::finding::{Finding, FindingCode};
use crate::locate::Locate;
use crate::value::Value;

/// Resources in no namespace: in a Role, or bound by a RoleBinding, a rule about them gives nothing.
const CLUSTER_SCOPED: [(&str, &str); 9] = [
    ("", "nodes persistentvolumes componentstatuses"),
    ("rbac.authorization.k8s.io", "clusterroles clusterrolebindings"),
    ("certificates.k8s.io", "certificatesigningrequests signers clustertrustbundles"),
    (
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings",
    ),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("apiregistration.k8s.io", "apiservices"),
    ("storage.k8s.io", "storageclasses csidrivers csinodes volumeattachments"),
    ("scheduling.k8s.io", "priorityclasses"),
    ("authentication.k8s.io", "tokenreviews selfsubjectreviews"),
];

/// The core group is closed: what is not here is elsewhere, or misspelt.
const CORE: &str = "bindings componentstatuses configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services users groups";

/// Where resources are that are often looked for in the core group.
const ELSEWHERE: [(&str, &str); 6] = [
    ("apps", "deployments daemonsets statefulsets replicasets controllerrevisions"),
    ("batch", "jobs cronjobs"),
    ("networking.k8s.io", "ingresses networkpolicies ingressclasses"),
    ("rbac.authorization.k8s.io", "roles rolebindings clusterroles clusterrolebindings"),
    ("certificates.k8s.io", "certificatesigningrequests signers"),
    ("autoscaling", "horizontalpodautoscalers"),
];

fn word(list: &str, wanted: &str) -> bool {
    list.split(' ').any(|item| item == wanted)
}

/// Verbs that people write and that are none.
const NO_VERBS: &str = "read write edit view all delete-collection exec log logs scale";

/// Remarks about the rules of one role.
#[must_use]
pub fn rules(rules: &[Rule<'_>], path: &str, everywhere: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let mut say = |code, message: &str| {
            findings.push(Finding::warning(code, message).at(format!("{path}.rules[{index}]")));
        };
        if !everywhere && !rule.urls.is_empty() {
            say(
                FindingCode::PathsInNamespace,
                "Paths do not belong to a namespace, so this rule has no effect here. Use a ClusterRoleBinding.",
            );
        }
        // Once for each rule, not for each of its resources: both lists may be long.
        let scoped: Vec<&str> =
            CLUSTER_SCOPED.iter().filter(|(group, _)| !everywhere && rule.api_groups.contains(group)).map(|(_, names)| *names).collect();
        for resource in &rule.resources {
            let base = resource.split('/').next().unwrap_or_default();
            if scoped.iter().any(|names| word(names, base)) {
                say(
                    FindingCode::ClusterResourceInNamespace,
                    &format!(
                        "The resource {resource} does not belong to a namespace, so this rule has no effect here. Use a ClusterRole and a ClusterRoleBinding."
                    ),
                );
            }
            if rule.api_groups != [""] || base == "*" || word(CORE, base) {
                continue;
            }
            match ELSEWHERE.iter().find(|(_, names)| word(names, base)) {
                Some((group, _)) => say(
                    FindingCode::ResourceElsewhere,
                    &format!(
                        "The resource {base} is in the API group {group}, not in the core group, so this rule has no effect. Change the group."
                    ),
                ),
                None => say(
                    FindingCode::ResourceUnknown,
                    "The core group does not have this resource, so the rule has no effect. Names are plural and lower case, such as pods.",
                ),
            }
        }
        let verb = |list: &str| rule.verbs.iter().any(|verb| word(list, verb));
        if !rule.resource_names.is_empty() && rule.resources.iter().any(|name| !name.holds("/")) {
            if verb("create deletecollection") {
                say(
                    FindingCode::NamesWithoutName,
                    "With resourceNames, create and deletecollection are never allowed, because they name no object. Write a separate rule for them.",
                );
            }
            if verb("list watch") {
                say(
                    FindingCode::NamesList,
                    "With resourceNames, list and watch work only for one object: kubectl get KIND NAME --watch, not kubectl get KIND.",
                );
            }
        }
        if verb(NO_VERBS) || rule.verbs.iter().any(|verb| verb.bytes().any(|byte| byte.is_ascii_uppercase())) {
            say(
                FindingCode::VerbUnknown,
                "A verb is unknown. The verbs are get, list, watch, create, update, patch, delete and deletecollection, in lower case. Commands and logs are subresources (pods/exec, pods/log).",
            );
        }
    }
    findings
}

/// Remarks about a role object.
#[must_use]
pub fn role(object: &Value, path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if object.get("aggregationRule").is_some() {
        findings.push(
            Finding::notice(
                FindingCode::RoleAggregated,
                "The rules of this role are aggregated from other ClusterRoles in the cluster by their labels.",
            )
            .at(path),
        );
    }
    let to = |name: &str| object.text(&["metadata", "labels", &format!("rbac.authorization.k8s.io/aggregate-to-{name}")]) == Some("true");
    if ["view", "edit", "admin"].into_iter().any(to) {
        findings.push(
            Finding::warning(
                FindingCode::RoleAggregates,
                "The label of this role adds its rules to view, edit or admin, and so to everyone who has that role.",
            )
            .at(path),
        );
    }
    findings
}

/// What is wrong with a binding object.
#[must_use]
pub fn binding(object: &Value, path: &str) -> Option<Finding> {
    if object.list(&["subjects"]).is_empty() {
        return Some(Finding::notice(FindingCode::BindingEmpty, "The binding has no subjects, so it has no effect. Add one.").at(path));
    }
    let wrong = object.text(&["kind"]) == Some("ClusterRoleBinding") && object.text(&["roleRef", "kind"]) == Some("Role");
    wrong.then(|| {
        Finding::error(
            FindingCode::BindingRoleKind,
            "A ClusterRoleBinding cannot refer to a Role, so the API server refuses it. Use a ClusterRole or a RoleBinding.",
        )
        .at(path)
    })
}
