//! What people ask for, as roles: the ones every cluster has, and ours with the least that does the work.

use super::rule::{Line, Rule, from_line};
use crate::value::Value;

/// Where a template can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In one namespace, or everywhere.
    Any,
    /// What it is about is in no namespace.
    Cluster,
}

/// A role that can be asked for by name.
pub struct Template {
    /// `view`, `pod-reader` …
    pub id: &'static str,
    /// What it lets somebody do, in plain words.
    pub says: &'static str,
    /// Where it can be given.
    pub scope: Scope,
    /// A ClusterRole that every cluster has (Kubernetes documentation: "User-facing roles"): only bound, never made.
    pub built_in: bool,
    rules: &'static [&'static [Line]],
}

const READ: &str = "get list watch";
const WRITE: &str = "create delete deletecollection patch update";
const KEEP: &str = "get list watch create update patch delete";

/// `view` as 1.36.3 has it (2026-11); a cluster's own resources come on top by aggregation.
const VIEW: &[Line] = &[
    [
        "core",
        "bindings configmaps endpoints limitranges namespaces namespaces/status persistentvolumeclaims persistentvolumeclaims/status pods pods/log pods/status replicationcontrollers replicationcontrollers/scale replicationcontrollers/status resourcequotas resourcequotas/status serviceaccounts services services/status",
        READ,
        "",
    ],
    ["core events.k8s.io", "events", READ, ""],
    ["discovery.k8s.io", "endpointslices", READ, ""],
    [
        "apps",
        "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
        READ,
        "",
    ],
    ["autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ, ""],
    ["batch", "cronjobs cronjobs/status jobs jobs/status", READ, ""],
    [
        "extensions",
        "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale",
        READ,
        "",
    ],
    ["policy", "poddisruptionbudgets poddisruptionbudgets/status", READ, ""],
    ["networking.k8s.io", "ingresses ingresses/status networkpolicies", READ, ""],
    ["resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates", READ, ""],
];

/// What `edit` has beyond `view`.
const EDIT: &[Line] = &[
    ["core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", READ, ""],
    ["core", "serviceaccounts", "impersonate", ""],
    [
        "core",
        "configmaps persistentvolumeclaims pods pods/attach pods/exec pods/portforward pods/proxy replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
        WRITE,
        "",
    ],
    ["core", "pods/eviction serviceaccounts/token", "create", ""],
    ["core events.k8s.io", "events", WRITE, ""],
    [
        "apps",
        "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
        WRITE,
        "",
    ],
    ["autoscaling", "horizontalpodautoscalers", WRITE, ""],
    ["batch", "cronjobs jobs", WRITE, ""],
    [
        "extensions",
        "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale",
        WRITE,
        "",
    ],
    ["policy", "poddisruptionbudgets", WRITE, ""],
    ["networking.k8s.io", "ingresses networkpolicies", WRITE, ""],
    ["coordination.k8s.io", "leases", "create delete deletecollection get list patch update watch", ""],
    ["resource.k8s.io", "resourceclaims resourceclaimtemplates", WRITE, ""],
];

/// What `admin` has beyond `edit`.
const ADMIN: &[Line] = &[
    ["authorization.k8s.io", "localsubjectaccessreviews", "create", ""],
    ["rbac.authorization.k8s.io", "rolebindings roles", "create delete deletecollection get list patch update watch", ""],
];

const EVERYTHING: &[Line] = &[["*", "*", "*", ""]];

const POD_READER: &[Line] = &[["core", "pods", READ, ""], ["core", "pods/log", "get", ""]];

/// No secrets, no exec. ReplicaSets, pods and events are there to follow a rollout.
const DEPLOYER: &[Line] = &[
    ["apps", "deployments statefulsets daemonsets", KEEP, ""],
    ["apps", "deployments/scale statefulsets/scale", "get update patch", ""],
    ["batch", "jobs cronjobs", KEEP, ""],
    ["core", "services configmaps", KEEP, ""],
    ["networking.k8s.io", "ingresses", KEEP, ""],
    ["core", "pods events", READ, ""],
    ["core", "pods/log", "get", ""],
    ["apps", "replicasets", READ, ""],
];

/// kubectl opens a stream by a WebSocket first, which takes get and create, and else by POST, which takes create; get alone
/// is refused (measured on 1.36.3, 2026-11).
const PORT_FORWARD: &[Line] =
    &[["core", "pods", "get list", ""], ["core", "services", "get", ""], ["core", "pods/portforward", "create get", ""]];

const EXEC: &[Line] = &[["core", "pods", "get list", ""], ["core", "pods/exec", "create get", ""]];

/// Submitting and collecting. kubectl and this package wait by a watch; without it, every wait begins with a refusal.
const REQUESTER: &[Line] = &[["certificates.k8s.io", "certificatesigningrequests", "create get list watch", ""]];

/// Seeing what waits and what changes, reading it, deciding, and the right to decide for this signer (`CertificateApproval` admission).
const APPROVER: &[Line] = &[
    ["certificates.k8s.io", "certificatesigningrequests", "get list watch", ""],
    ["certificates.k8s.io", "certificatesigningrequests/approval", "update", ""],
    ["certificates.k8s.io", "signers", "approve", "kubernetes.io/kube-apiserver-client"],
];

const fn template(id: &'static str, scope: Scope, built_in: bool, rules: &'static [&'static [Line]], says: &'static str) -> Template {
    Template { id, says, scope, built_in, rules }
}

/// Every template, the mildest first.
pub const TEMPLATES: [Template; 10] = [
    template("view", Scope::Any, true, &[VIEW], "see almost everything, except secrets and roles; change nothing"),
    template("pod-reader", Scope::Any, false, &[POD_READER], "see pods and read their logs"),
    template(
        "deployer",
        Scope::Any,
        false,
        &[DEPLOYER],
        "roll out applications: deployments, jobs, services, configuration, ingresses; follow the rollout; no secrets and no shell",
    ),
    template("port-forward", Scope::Any, false, &[PORT_FORWARD], "reach ports of pods through the API server (kubectl port-forward)"),
    template("exec", Scope::Any, false, &[EXEC], "run commands in pods (kubectl exec)"),
    template("edit", Scope::Any, true, &[EDIT, VIEW], "change almost everything and read secrets; no roles"),
    template("admin", Scope::Any, true, &[ADMIN, EDIT, VIEW], "everything that edit permits, and grant the same permissions to others"),
    template("csr-requester", Scope::Cluster, false, &[REQUESTER], "request a client certificate and fetch it"),
    template(
        "csr-approver",
        Scope::Cluster,
        false,
        &[APPROVER],
        "see certificate requests, and approve or deny those for client certificates",
    ),
    template("cluster-admin", Scope::Any, true, &[EVERYTHING], "everything"),
];

impl Template {
    /// The template of this name.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Template> {
        TEMPLATES.iter().find(|template| template.id == id)
    }

    /// Its rules.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule<'static>> {
        let mut rules = Vec::new();
        for lines in self.rules {
            for line in *lines {
                rules.push(from_line(*line));
            }
        }
        if self.id == "cluster-admin" {
            rules.push(Rule { verbs: vec!["*"], urls: vec!["*"], ..Rule::default() });
        }
        rules
    }

    /// The name of the role: a built-in one has its own.
    #[must_use]
    pub fn role_name(&self) -> String {
        if self.built_in { self.id.to_owned() } else { format!("kubecred:{}", self.id) }
    }
}

/// The built-in ClusterRole of this name.
pub(crate) fn built_in(name: &str) -> Option<&'static Template> {
    Template::of(name).filter(|template| template.built_in)
}

/// The templates as JavaScript sees them (`AccessTemplate[]` in types.ts).
#[must_use]
pub fn list() -> Value {
    let one = |template: &Template| {
        Value::map([
            ("id", Some(template.id.into())),
            ("description", Some(template.says.into())),
            ("roleName", Some(template.role_name().into())),
            ("builtIn", Some(template.built_in.into())),
            ("clusterOnly", Some((template.scope == Scope::Cluster).into())),
            ("rules", Some(Value::List(template.rules().iter().map(Rule::to_value).collect()))),
        ])
    };
    Value::List(TEMPLATES.iter().map(one).collect())
}
