//! `auth-provider`: the providers that are part of kubectl, and the settings of the one that is left.
//!
//! Source: k8s.io/client-go `plugin/pkg/client/auth` v0.36: `oidc/oidc.go`, `azure/azure_stub.go`, `gcp/gcp_stub.go`.

use crate::encoding::pem;
use crate::finding::{Finding, FindingCode};
use crate::go::base64::base64_of_go;
use crate::kubeconfig::cause;
use crate::kubeconfig::lint::{Linter, Spot};
use crate::x509::certificate::Chain;

impl Linter {
    /// Providers are part of kubectl: it knows three names, and two of them only say that they are gone.
    pub(super) fn provider(&mut self, spot: Spot<'_>) {
        const FIELD: &str = "auth-provider";
        let Some(provider) = spot.body.get(FIELD) else { return };
        self.warning(
            spot,
            FIELD,
            FindingCode::AuthProvider,
            "kubectl gets the token itself with these settings, which may contain secrets. Nothing is run here.",
        );
        match provider.text_of("name") {
            "oidc" => {}
            "gcp" | "azure" => {
                return self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderRemoved,
                    "kubectl 1.26 and later do not have this auth-provider. Use the exec plugin of the cloud: gke-gcloud-auth-plugin or kubelogin.",
                );
            }
            _ => {
                return self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderUnknown,
                    "kubectl has no auth-provider of this name. It knows oidc only. Use an exec plugin.",
                );
            }
        }
        let config = provider.get("config");
        let setting = |name: &str| config.map_or("", |config| config.text_of(name));
        if ["idp-issuer-url", "client-id"].iter().any(|name| setting(name).is_empty()) {
            self.error(
                spot,
                FIELD,
                FindingCode::AuthProviderConfig,
                "The auth-provider oidc needs idp-issuer-url and client-id in its config. kubectl refuses it without them.",
            );
        }
        let authority = setting("idp-certificate-authority-data");
        if authority.is_empty() {
            return;
        }
        match base64_of_go(authority) {
            None => {
                let (_, sentence) = cause::of_base64(authority);
                self.say(
                    spot,
                    FIELD,
                    Finding::error(FindingCode::AuthProviderConfig, format!("`idp-certificate-authority-data`: {sentence}")),
                );
            }
            Some(bytes) if !bytes.is_empty() && !is_bundle(&bytes) => {
                self.error(
                    spot,
                    FIELD,
                    FindingCode::AuthProviderConfig,
                    "`idp-certificate-authority-data` has no certificate that kubectl can read. Write the base64 of the CA's PEM file.",
                );
            }
            Some(_) => {}
        }
    }
}

/// Whether Go's `AppendCertsFromPEM` finds a certificate.
fn is_bundle(bytes: &[u8]) -> bool {
    pem::blocks_of_go(bytes)
        .filter(|block| block.label == pem::CERTIFICATE && !block.headers)
        .any(|block| Chain::read(pem::encode(pem::CERTIFICATE, block.contents.expose()).expose()).is_ok())
}
