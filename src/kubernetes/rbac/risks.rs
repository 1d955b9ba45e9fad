//! The tables of dangerous rights. Each line: code, level, API groups, resources, verbs, where it counts, what it means
//! and what to do, as what follows "Anyone with this role". `{where}` becomes "in this namespace" or "in every namespace".
//!
//! Source: "Role Based Access Control Good Practices" in the Kubernetes documentation, the API reference of each
//! resource, and what a real API server does (1.36.3, 2026-11). tests/vectors/access/risks.json gives each its reason.

use crate::finding::FindingCode;
use crate::finding::Level::{self, Error, Notice, Warning};

/// Where a right counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// In a namespace as well.
    Any,
    /// Across the cluster alone: of no use in a namespace, or harmless there.
    Cluster,
}
use Reach::{Any, Cluster};

pub(crate) struct Risk(
    pub(crate) FindingCode,
    pub(crate) Level,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) Reach,
    pub(crate) &'static str,
);

/// What a right to decide for a signer means: code, verb, signers (none: any), sentence. The signer's name is the rule there,
/// so naming it makes nothing milder.
pub(crate) struct Signer(pub(crate) FindingCode, pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

#[rustfmt::skip]
pub(crate) const SIGNERS: [Signer; 5] = [
    Signer(FindingCode::SignersApproveClient, "approve", "kubernetes.io/kube-apiserver-client", "may approve certificates for any user and group but system:masters, also for themselves. Give this to few people, who read what they approve."),
    Signer(FindingCode::SignersApproveKubelet, "approve", "kubernetes.io/kube-apiserver-client-kubelet", "may approve certificates of nodes: anyone who has one can read the secrets of the pods on that node."),
    Signer(FindingCode::SignersApproveServing, "approve", "kubernetes.io/kubelet-serving", "may approve certificates with which someone poses as a node's kubelet to the API server."),
    Signer(FindingCode::SignersSign, "sign", "", "may sign certificates in a signer's name. This is for signers' controllers alone."),
    Signer(FindingCode::SignersAttest, "attest", "", "may set the CAs of a signer (ClusterTrustBundles)."),
];

/// Whom a binding had better not name: kind, name (with a star at the end: what begins so), level, code, sentence. The
/// first that fits counts.
pub(crate) struct Person(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) Level,
    pub(crate) FindingCode,
    pub(crate) &'static str,
);

#[rustfmt::skip]
pub(crate) const PEOPLE: [Person; 11] = [
    Person("User", "system:anonymous", Error, FindingCode::SubjectAnonymous, "This binding gives permissions to everyone who reaches the API server, without a credential. Name the users that need them."),
    Person("Group", "system:unauthenticated", Error, FindingCode::SubjectAnonymous, "This binding gives permissions to everyone who reaches the API server, without a credential. Name the users that need them."),
    Person("Group", "system:authenticated", Warning, FindingCode::SubjectEveryone, "This binding gives permissions to everyone with a credential, including all service accounts, and on some clouds anyone with an account there. Use a group of your own."),
    Person("Group", "system:serviceaccounts", Warning, FindingCode::SubjectAllAccounts, "This binding gives permissions to every service account in every namespace. Name the service accounts that need them."),
    Person("Group", "system:serviceaccounts:*", Warning, FindingCode::SubjectNamespaceAccounts, "This binding gives permissions to every service account in that namespace, also future ones. Name the service accounts that need them."),
    Person("Group", "system:masters", Warning, FindingCode::SubjectMasters, "Members of system:masters may do everything without a binding, which cannot be revoked. This binding has no effect. Use a group of your own."),
    Person("Group", "system:nodes", Warning, FindingCode::SubjectNodes, "This binding gives permissions to every node, and so to anyone who takes over one. The Node authorizer already gives nodes what they need."),
    Person("ServiceAccount", "default", Warning, FindingCode::SubjectDefaultAccount, "This binding gives permissions to every pod of that namespace that names no service account. Create a service account for the program."),
    Person("User", "system:serviceaccount:*", Notice, FindingCode::SubjectAccountAsUser, "The binding names a service account by its user name. This works, but a subject of kind ServiceAccount is clearer."),
    Person("User", "system:*", Notice, FindingCode::SubjectSystem, "Names that begin with system: belong to Kubernetes itself. Check that this one is intended."),
    Person("Group", "system:*", Notice, FindingCode::SubjectSystem, "Names that begin with system: belong to Kubernetes itself. Check that this one is intended."),
];

const RBAC: &str = "rbac.authorization.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const CHANGE: &str = "create update patch";

#[rustfmt::skip]
pub(crate) const RISKS: &[Risk] = &[
    // Rights over rights.
    Risk(FindingCode::RbacEscalate, Warning, RBAC, "roles clusterroles", "escalate", Any, "may write permissions into roles that they do not have themselves {where}, which amounts to every permission. Leave out escalate."),
    Risk(FindingCode::RbacBind, Warning, RBAC, "roles clusterroles", "bind", Any, "may bind anyone to a role with more permissions than their own {where}, also to cluster-admin. Name the allowed roles in resourceNames."),
    Risk(FindingCode::RbacRolesWrite, Notice, RBAC, "roles clusterroles", CHANGE, Any, "may write roles {where}, within their own permissions. Everyone who has such a role is affected."),
    Risk(FindingCode::RbacBindingsWrite, Warning, RBAC, "rolebindings clusterrolebindings", CHANGE, Any, "may grant their permissions to others {where}, who keep them after their own access ends. Keep this for administrators."),
    Risk(FindingCode::Impersonate, Warning, "core", "users groups", "impersonate", Cluster, "may act as any user or group, including administrators. Name the users in resourceNames."),
    Risk(FindingCode::ImpersonateAccounts, Warning, "core", "serviceaccounts", "impersonate", Any, "may act as service accounts {where}, with the permissions of each. Name the service accounts in resourceNames."),
    Risk(FindingCode::ImpersonateExtra, Warning, "authentication.k8s.io", "uids userextras userextras/scopes", "impersonate", Cluster, "may forge the uid or the extra fields of whom they act as, which admission policies and webhooks may trust."),
    Risk(FindingCode::ImpersonateConstrained, Warning, "authentication.k8s.io", "users groups serviceaccounts nodes uids", "impersonate:user-info impersonate:serviceaccount impersonate:arbitrary-node impersonate:associated-node", Any, "may act as somebody else for the actions that impersonate-on rules name (Kubernetes 1.36). Name who in resourceNames."),
    // Secrets, tokens, certificates.
    Risk(FindingCode::SecretsGet, Warning, "core", "secrets", "get", Any, "may read secrets {where}, tokens of service accounts among them. Name the secrets in resourceNames."),
    Risk(FindingCode::SecretsList, Warning, "core", "secrets", "list watch", Any, "may list secrets {where}, and a list contains their data. Leave out list and watch."),
    Risk(FindingCode::SecretsWrite, Warning, "core", "secrets", CHANGE, Any, "may write secrets {where}: replace others' credentials, or have a token made for any service account. Keep this for what manages secrets."),
    Risk(FindingCode::TokenCreate, Warning, "core", "serviceaccounts/token", "create", Any, "may create tokens for service accounts {where}, with the permissions of each. Name the service accounts in resourceNames."),
    Risk(FindingCode::CsrApprove, Warning, CERTIFICATES, "certificatesigningrequests/approval", "update patch", Cluster, "may approve certificate signing requests, for the signers that an approve rule names: an approved requester acts under the name in the request."),
    Risk(FindingCode::CsrStatus, Warning, CERTIFICATES, "certificatesigningrequests/status", "update patch", Cluster, "may put certificates into requests, for the signers that a sign rule names. This is for signers' controllers alone."),
    Risk(FindingCode::CsrDecideLate, Notice, CERTIFICATES, "certificatesigningrequests", "delete deletecollection", Cluster, "may delete the certificate signing requests of others before they are answered."),
    Risk(FindingCode::TrustBundlesWrite, Warning, CERTIFICATES, "clustertrustbundles", CHANGE, Cluster, "may change which CAs programs in the cluster trust."),
    Risk(FindingCode::TokenReview, Notice, "authentication.k8s.io", "tokenreviews", "create", Cluster, "may ask the API server whose token a token is. This is for webhooks, and useful with stolen tokens."),
    Risk(FindingCode::AccessReview, Notice, "authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews", "create", Any, "may ask what others are allowed to do {where}."),
    // Running things.
    Risk(FindingCode::PodsCreate, Warning, "core", "pods", "create", Any, "may start pods {where}: such a pod can mount every secret and act as every service account there, and take over its node where Pod Security does not forbid it."),
    Risk(FindingCode::PodsChange, Warning, "core", "pods", "update patch", Any, "may change pods {where}: another image runs with the pod's secrets and service account."),
    Risk(FindingCode::PodsExec, Warning, "core", "pods/exec", "create get", Any, "may run commands in pods {where}, and so read what they read: secrets, tokens, data."),
    Risk(FindingCode::PodsAttach, Warning, "core", "pods/attach", "create get", Any, "may attach to the programs of pods {where}, and type into them."),
    Risk(FindingCode::PodsDebug, Warning, "core", "pods/ephemeralcontainers", "update patch", Any, "may put a container of their own into running pods {where}, next to the pod's secrets."),
    Risk(FindingCode::PodsPortforward, Notice, "core", "pods/portforward", "create get", Any, "may reach every port of every pod {where}, past network policies."),
    Risk(FindingCode::PodsProxy, Warning, "core", "pods/proxy services/proxy", "get create update patch delete", Any, "may send requests to pods and services through the API server {where}, past network policies and sign-in pages."),
    Risk(FindingCode::PodsLog, Notice, "core", "pods/log", "get", Any, "may read logs {where}, which often contain secrets."),
    Risk(FindingCode::PodsBind, Warning, "core", "pods/binding bindings", "create", Any, "may place pods {where} on nodes of their choice, past the scheduler."),
    Risk(FindingCode::PodsEvict, Notice, "core", "pods/eviction", "create", Any, "may evict pods {where}."),
    Risk(FindingCode::WorkloadsWrite, Warning, "core apps batch extensions", "replicationcontrollers deployments daemonsets statefulsets replicasets jobs cronjobs", CHANGE, Any, "may start pods {where} by way of deployments, jobs and the like: such a pod can mount every secret and act as every service account there."),
    Risk(FindingCode::ServiceaccountsWrite, Notice, "core", "serviceaccounts", CHANGE, Any, "may write service accounts {where}: their pull secrets and annotations, on which cloud identities depend."),
    Risk(FindingCode::ConfigmapsWrite, Warning, "core", "configmaps", CHANGE, Cluster, "may change configuration in every namespace, that of kube-system included: DNS, cloud sign-in, the front proxy's CA. Give this in the namespaces that need it."),
    // Nodes.
    Risk(FindingCode::NodesProxy, Warning, "core", "nodes/proxy", "get create update patch delete", Cluster, "may talk to the kubelet: run commands in every pod of every node, past admission and audit. Reading (get) is enough for that. Give nodes/metrics or nodes/stats instead."),
    Risk(FindingCode::NodesWrite, Warning, "core", "nodes", CHANGE, Cluster, "may change labels and taints of nodes, and so draw others' pods to a node of their choice."),
    Risk(FindingCode::NodesStatus, Warning, "core", "nodes/status", "update patch", Cluster, "may change the status of nodes: drive pods away, or send the API server's connections elsewhere."),
    Risk(FindingCode::NodesDelete, Warning, "core", "nodes", "delete deletecollection", Cluster, "may remove nodes, and with them all that runs there."),
    Risk(FindingCode::NodesLog, Notice, "core", "nodes/log", "get", Cluster, "may read the logs of nodes' services."),
    // Storage.
    Risk(FindingCode::VolumesCreate, Warning, "core", "persistentvolumes", CHANGE, Cluster, "may create volumes of type hostPath, which give access to the node's own files. Use a storage class instead."),
    Risk(FindingCode::CsiWrite, Warning, "storage.k8s.io", "csidrivers csinodes volumeattachments", CHANGE, Cluster, "may change storage drivers: have pods' tokens handed to a driver, or others' disks attached elsewhere."),
    Risk(FindingCode::StorageClassesWrite, Notice, "storage.k8s.io", "storageclasses", CHANGE, Cluster, "may change where new volumes are made, and with which credentials."),
    // The API server itself.
    Risk(FindingCode::WebhooksWrite, Warning, "admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations", CHANGE, Cluster, "may have every object sent to a server of their own before it is stored, secrets included, and change it."),
    Risk(FindingCode::WebhooksDelete, Warning, "admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings", "delete deletecollection", Cluster, "may remove the checks that protect the cluster."),
    Risk(FindingCode::PoliciesWrite, Warning, "admissionregistration.k8s.io", "validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings", CHANGE, Cluster, "may change the rules that every object must pass, or that change it."),
    Risk(FindingCode::ApiservicesWrite, Warning, "apiregistration.k8s.io", "apiservices", CHANGE, Cluster, "may have a part of the API answered by a server of their own."),
    Risk(FindingCode::CrdsWrite, Warning, "apiextensions.k8s.io", "customresourcedefinitions", CHANGE, Cluster, "may change kinds of objects: a conversion webhook sees and changes every such object."),
    Risk(FindingCode::CrdsDelete, Warning, "apiextensions.k8s.io", "customresourcedefinitions", "delete deletecollection", Cluster, "may delete kinds of objects, and with a kind all of its objects."),
    Risk(FindingCode::FlowWrite, Notice, "flowcontrol.apiserver.k8s.io", "flowschemas prioritylevelconfigurations", CHANGE, Cluster, "may decide whose requests the API server answers first, and whose last."),
    // Namespaces, network, limits.
    Risk(FindingCode::NamespacesChange, Warning, "core", "namespaces", "update patch", Any, "may change the labels of namespaces: those of Pod Security, which forbid privileged pods, and those that network policies go by."),
    Risk(FindingCode::NamespacesDelete, Warning, "core", "namespaces", "delete", Any, "may delete a namespace, and everything in it."),
    Risk(FindingCode::EndpointsWrite, Warning, "core discovery.k8s.io", "endpoints endpointslices", CHANGE, Any, "may send the traffic of services {where} to addresses of their choice, in other namespaces too (CVE-2021-25740)."),
    Risk(FindingCode::ServicesStatus, Warning, "core", "services/status", "update patch", Any, "may set the address of load balancers {where}, and so draw traffic of others to themselves (CVE-2020-8554)."),
    Risk(FindingCode::ServicesWrite, Notice, "core", "services", CHANGE, Any, "may open services {where} to the outside, and claim external addresses (CVE-2020-8554) where admission does not forbid it."),
    Risk(FindingCode::NetworkPoliciesWrite, Notice, "networking.k8s.io", "networkpolicies", "update patch delete deletecollection", Any, "may remove the restrictions of network traffic between pods {where}."),
    Risk(FindingCode::QuotasWrite, Notice, "core", "resourcequotas limitranges", "create update patch delete deletecollection", Any, "may change the limits set for them {where}."),
    Risk(FindingCode::PriorityWrite, Notice, "scheduling.k8s.io", "priorityclasses", CHANGE, Cluster, "may let their pods preempt others."),
    Risk(FindingCode::RuntimeWrite, Notice, "node.k8s.io", "runtimeclasses", CHANGE, Cluster, "may change with which isolation pods run."),
    Risk(FindingCode::DeleteMany, Notice, "core apps batch", "pods secrets configmaps services persistentvolumeclaims serviceaccounts deployments statefulsets jobs", "deletecollection", Any, "may delete all objects of a kind {where} with one request. With the verb delete alone they are deleted one by one."),
];
