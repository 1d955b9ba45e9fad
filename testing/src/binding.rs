//! The calls from JavaScript. Times are seconds since 1970, certificates and requests are PEM.

use crate::authority::{self, Lifetime, Refused};
use kubecred::x509::csr;
use wasm_bindgen::prelude::*;

fn failure(refused: Refused) -> JsError {
    JsError::new(&refused.to_string())
}

/// JavaScript has no integers: a time before 1970 becomes 1970.
fn lifetime(not_before: f64, not_after: f64) -> Lifetime {
    Lifetime { not_before: not_before as u64, not_after: not_after as u64 }
}

/// A throw-away certificate authority.
#[wasm_bindgen]
pub struct Authority(authority::Authority);

#[wasm_bindgen]
impl Authority {
    /// A new key and its certificate.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, not_before: f64, not_after: f64) -> Result<Authority, JsError> {
        authority::Authority::new(name, lifetime(not_before, not_after)).map(Authority).map_err(failure)
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> Result<String, JsError> {
        self.0.certificate().map_err(failure)
    }

    /// The certificate for a request.
    pub fn sign(&self, request: &[u8], usages: Vec<String>, not_before: f64, not_after: f64) -> Result<String, JsError> {
        self.0.sign(request, &usages, lifetime(not_before, not_after)).map_err(failure)
    }

    /// A JSON Web Token with these claims, JSON.
    pub fn token(&self, claims: &str) -> Result<String, JsError> {
        self.0.token(claims).map_err(failure)
    }
}

/// What kube-apiserver reads of a request.
#[wasm_bindgen]
pub struct Request(csr::RequestReport);

#[wasm_bindgen]
impl Request {
    /// Reads `spec.request`, decoded, and verifies its signature.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &[u8]) -> Request {
        Request(csr::read(text))
    }

    /// Why it is not stored, in the server's words.
    #[wasm_bindgen(getter)]
    pub fn refusal(&self) -> Option<String> {
        authority::refusal(&self.0).map(str::to_owned)
    }

    /// The common name.
    #[wasm_bindgen(getter)]
    pub fn user(&self) -> String {
        self.0.identity.user.clone()
    }

    /// The organizations.
    #[wasm_bindgen(getter)]
    pub fn groups(&self) -> Vec<String> {
        self.0.identity.groups.clone()
    }

    /// How many names of this kind the SAN has: `DNS`, `Email`, `IP` or `URI`.
    pub fn names(&self, kind: &str) -> usize {
        let report = &self.0;
        match kind {
            "DNS" => report.dns_names.len(),
            "Email" => report.email_addresses.len(),
            "IP" => report.ip_addresses.len(),
            _ => report.uris.len(),
        }
    }
}

/// The signature of kube-public/cluster-info by a bootstrap token.
#[wasm_bindgen(js_name = clusterInfoSignature)]
pub fn cluster_info_signature(kubeconfig: &str, id: &str, secret: &str) -> Result<String, JsError> {
    authority::cluster_info_signature(kubeconfig, id, secret).map_err(failure)
}
