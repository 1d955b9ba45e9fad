//! What JavaScript holds: a key search, a key, a kubeconfig.

use super::System;
use super::fence::read;
use super::values::{optional, time, to_js, to_json};
use crate::crypto::{self, KeyAlgorithm};
use crate::error::Result;
use crate::kubeconfig;
use crate::random::Checked;
use crate::secret::Secret;
use crate::value::Value;
use crate::x509::csr;
use crate::x509::subject::Subject;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

fn random() -> Checked<System> {
    Checked::new(System)
}

/// The search for a key, in slices.
#[wasm_bindgen]
pub struct KeySearch {
    search: crypto::generate::KeySearch,
}

#[wasm_bindgen]
impl KeySearch {
    /// A search that makes a key, or helps one that does. Refuses unknown algorithms before any work.
    #[wasm_bindgen(constructor)]
    pub fn new(algorithm: &str, helps: bool) -> Result<KeySearch> {
        let algorithm = KeyAlgorithm::from_name(algorithm)?;
        let search = if helps { crypto::generate::KeySearch::helper(algorithm) } else { crypto::generate::KeySearch::new(algorithm) };
        Ok(KeySearch { search })
    }

    /// One slice of a few milliseconds; true when the key is found.
    pub fn step(&mut self) -> Result<bool> {
        self.search.step(&mut System) // the search checks what it draws
    }

    /// Candidates tried so far.
    #[wasm_bindgen(getter)]
    pub fn candidates(&self) -> u32 {
        self.search.candidates()
    }

    /// How many candidates a prime takes on average; 0 where there are no primes.
    #[wasm_bindgen(getter, js_name = perPrime)]
    pub fn per_prime(&self) -> u32 {
        self.search.candidates_per_prime()
    }

    /// Primes found so far, of two.
    #[wasm_bindgen(getter)]
    pub fn primes(&self) -> u32 {
        self.search.primes()
    }

    /// The next message to the search that makes the key; it must be wiped.
    pub fn send(&mut self) -> Option<Uint8Array> {
        self.search.send().map(|message| Uint8Array::from(message.expose().as_slice()))
    }

    /// Takes in a message of a helper.
    pub fn receive(&mut self, message: Vec<u8>) {
        self.search.receive(&Zeroizing::new(message));
    }

    /// Hands the key over; the search is used up.
    pub fn finish(self) -> Result<PrivateKey> {
        self.search.finish().map(PrivateKey)
    }
}

/// A private key.
#[wasm_bindgen]
pub struct PrivateKey(crypto::PrivateKey);

#[wasm_bindgen]
impl PrivateKey {
    /// Reads a key from PEM.
    pub fn import(pem: Vec<u8>, passphrase: Option<String>) -> Result<PrivateKey> {
        let pem = Zeroizing::new(pem);
        let passphrase = passphrase.map(Secret::new);
        crypto::PrivateKey::import(&pem, passphrase.as_ref(), &mut random()).map(PrivateKey)
    }

    /// `{ algorithm, fingerprint }`
    pub fn describe(&self) -> JsValue {
        to_js(&Value::map([("algorithm", Some(self.0.algorithm().as_str().into())), ("fingerprint", Some(self.0.fingerprint().into()))]))
    }

    /// PKCS#10, PEM.
    #[wasm_bindgen(js_name = certificateRequest)]
    pub fn certificate_request(&self, subject: &JsValue) -> Result<String> {
        let subject = Subject::from_value(&read("subject", subject)?)?;
        csr::build(&self.0, &subject, &mut random())
    }

    /// PKCS#8 PEM, encrypted where a passphrase is given.
    #[wasm_bindgen(js_name = exportPem)]
    pub fn export_pem(&self, passphrase: Option<String>) -> Result<Uint8Array> {
        let passphrase = passphrase.map(Secret::new);
        let pem = self.0.export_pem(passphrase.as_ref(), &mut random())?;
        Ok(Uint8Array::from(pem.expose().as_slice()))
    }

    /// PKCS#12, DER.
    #[wasm_bindgen(js_name = exportPkcs12)]
    pub fn export_pkcs12(&self, options: &JsValue, passphrase: Option<String>, now: f64) -> Result<Uint8Array> {
        let passphrase = passphrase.map(Secret::new);
        let file = self.0.export_pkcs12(&read("options", options)?, passphrase.as_ref(), time(now), &mut random())?;
        Ok(Uint8Array::from(file.as_slice()))
    }

    /// Checks the certificate and assembles.
    pub fn kubeconfig(&self, parts: &JsValue, now: f64) -> Result<Kubeconfig> {
        let parts = kubeconfig::Parts::from_value(&read("parts", parts)?)?;
        kubeconfig::from_certificate(&self.0, parts, time(now)).map(Kubeconfig)
    }
}

/// A kubeconfig.
#[wasm_bindgen]
pub struct Kubeconfig(pub(super) kubeconfig::Kubeconfig);

#[wasm_bindgen]
impl Kubeconfig {
    /// Reads YAML, JSON or KYAML.
    #[wasm_bindgen(js_name = read)]
    pub fn from_text(text: Vec<u8>, now: f64) -> Result<Kubeconfig> {
        kubeconfig::Kubeconfig::pasted(text, time(now)).map(Kubeconfig)
    }

    /// Clusters, users, contexts, current context, findings; no secret. As JSON: thousands of values cross at once.
    pub fn describe(&self) -> JsValue {
        self.0.lint().description().into()
    }

    /// The file's bytes.
    pub fn serialize(&self, options: &JsValue) -> Result<Uint8Array> {
        let text = self.0.serialize(&optional(options)?)?;
        Ok(Uint8Array::from(text.as_slice()))
    }

    /// One context with its cluster and user.
    pub fn minify(&self, context: Option<String>) -> Result<Kubeconfig> {
        self.0.minify(context.as_deref()).map(Kubeconfig)
    }

    /// A changed copy.
    pub fn edit(&self, changes: &JsValue) -> Result<Kubeconfig> {
        self.0.edit(&read("changes", changes)?, &mut random()).map(Kubeconfig)
    }

    /// Adds another file's entries: `{ kubeconfig, changes }`, the changes as JSON.
    pub fn merge(&self, other: &Kubeconfig, options: &JsValue) -> Result<JsValue> {
        let (merged, changes) = self.0.merge(&other.0, &optional(options)?)?;
        let changes = Value::List(changes.iter().map(kubeconfig::Change::to_value).collect());
        let entries =
            Array::of2(&Array::of2(&"kubeconfig".into(), &Kubeconfig(merged).into()), &Array::of2(&"changes".into(), &to_json(&changes)));
        Ok(Object::from_entries(&entries).map_or(JsValue::NULL, Into::into))
    }

    /// What a user's renewal begins with, and the key where the file contains it.
    pub fn renewal(&self, user: Option<String>) -> std::result::Result<JsValue, JsValue> {
        let (report, key) = self.0.renewal(user.as_deref(), &mut random())?;
        let report = to_js(&report);
        if let Some(key) = key {
            Reflect::set(&report, &"key".into(), &PrivateKey(key).into())?;
        }
        Ok(report)
    }

    /// A copy with a new certificate and its key.
    pub fn renew(&self, key: &PrivateKey, options: &JsValue, now: f64) -> Result<Kubeconfig> {
        self.0.renew(&key.0, &read("options", options)?, time(now)).map(Kubeconfig)
    }

    /// `ClusterEntry[]`: what a new kubeconfig for one of the clusters needs.
    #[wasm_bindgen(js_name = clusterEntries)]
    pub fn cluster_entries(&self) -> JsValue {
        to_js(&self.0.cluster_entries())
    }
}
