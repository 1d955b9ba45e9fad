//! The operations of the Kubernetes API that are used here.

use crate::error::Result;
use crate::options::choices;
use crate::value::Value;

choices! {
    /// A request to the API server: what it asks for, by its name in JavaScript. Its arguments are those of [`super::api::request`].
    #[derive(Debug, PartialEq, Eq)]
    pub enum Operation {
        /// Submits a CertificateSigningRequest: `{ object, dryRun? }`.
        CreateSigningRequest = "create-signing-request",
        /// `{ name }`
        GetSigningRequest = "get-signing-request",
        /// Changes of one: `{ name, resourceVersion? }`.
        WatchSigningRequest = "watch-signing-request",
        /// One page, as the server gave it: `{ pageSize?, continue?, signerName? }`.
        ListSigningRequests = "list-signing-requests",
        /// The same, read.
        PageSigningRequests = "page-signing-requests",
        /// Changes of all: `{ resourceVersion, signerName? }`.
        WatchSigningRequests = "watch-signing-requests",
        /// `{ shown, object, reason?, message? }` ([`super::csr::decision`]).
        Approve = "approve",
        /// As [`Operation::Approve`].
        Deny = "deny",
        /// `{ pageSize?, continue? }`
        ListClusterRoleBindings = "list-cluster-role-bindings",
        /// Those of all namespaces: `{ pageSize?, continue? }`.
        ListRoleBindings = "list-role-bindings",
        /// The caller's user, groups and uid.
        WhoAmI = "who-am-i",
        /// The version of the server.
        Version = "version",
        /// The addresses that the server announces.
        ApiAddresses = "api-addresses",
        /// The CA that pods are given.
        RootCa = "root-ca",
        /// The public `cluster-info` of kubeadm.
        ClusterInfo = "cluster-info",
        /// ClusterTrustBundles for the server's certificate: `{ version }`.
        TrustBundles = "trust-bundles",
        /// A token by TokenRequest ([`super::service_account::token_request`]).
        IssueToken = "issue-token",
        /// A Secret ([`super::service_account::secret_request`]).
        GetSecret = "get-secret",
        /// What the caller may do in a namespace: `{ namespace }`.
        Permissions = "permissions",
        /// Whether the caller may do one thing: a [`super::rbac::rule::Question`].
        Can = "can",
        /// `{ object }`, of which the name counts.
        GetObject = "get-object",
        /// Server-side apply: `{ object, dryRun?, force? }`.
        Apply = "apply",
        /// `{ kind, continue? }`
        ListInvitations = "list-invitations",
        /// `{ name, uid }`
        CloseInvitation = "close-invitation",
        /// `{ kind, name, uid, namespace?, forUser? }`
        DeleteInvitation = "delete-invitation",
    }
}

impl Operation {
    /// The operation of exactly this name.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOptions`].
    pub fn from_name(name: &str) -> Result<Operation> {
        Value::from(name).read("operation")
    }
}
