//! Arguments of a program: only flags on a list are left, without their values.

use super::shapes::REDACTED;

/// Flags of the plugins that managed clusters use, as their documentation names them (2026-11): aws, gke-gcloud-auth-plugin, kubelogin (Azure and
/// OpenID Connect), doctl, oci, ibmcloud, tsh, linode-cli, openstack.
const FLAGS: [&str; 44] = [
    "api-version",
    "audience",
    "authority-host",
    "certificate-authority",
    "certificate-authority-data",
    "client-certificate",
    "client-id",
    "client-secret",
    "cluster",
    "cluster-id",
    "cluster-name",
    "context",
    "environment",
    "exec-credential",
    "force-refresh",
    "grant-type",
    "insecure-skip-tls-verify",
    "interactive",
    "listen-address",
    "login",
    "no-include-email",
    "oidc-auth-request-extra-params",
    "oidc-client-id",
    "oidc-client-secret",
    "oidc-extra-scope",
    "oidc-issuer-url",
    "oidc-pkce-method",
    "oidc-redirect-url",
    "oidc-use-access-token",
    "oidc-use-pkce",
    "output",
    "password",
    "profile",
    "project",
    "proxy",
    "region",
    "role",
    "role-arn",
    "server-id",
    "tenant-id",
    "token",
    "token-cache-dir",
    "username",
    "version",
];

/// `--flag`, `--flag=REDACTED`, or `REDACTED`.
pub(super) fn shown(argument: &str) -> String {
    let (flag, value) = argument.split_once('=').map_or((argument, ""), |(flag, _)| (flag, "=REDACTED"));
    let known = flag.strip_prefix("--").is_some_and(|name| FLAGS.contains(&name));
    if known { format!("{flag}{value}") } else { REDACTED.to_owned() }
}
