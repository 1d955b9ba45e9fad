//! The binding: handles, conversions, errors. No logic lives here.
//!
//! Objects cross as plain JavaScript values by way of [`Value`]. Secrets come in by value and are moved into wiped
//! owners; they go out as a fresh `Uint8Array` made from a borrowed buffer, so that no copy stays in linear memory.

#![allow(unreachable_pub, reason = "wasm-bindgen exports what is pub here")]

use crate::certificate::Chain;
use crate::error::{Code, Error};
use crate::identity::Subject;
use crate::key::{self, KeyAlgorithm};
use crate::kubernetes::{access, api, bound, discovery, service_account, signing_request, status};
use crate::random::{Checked, Random};
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::value::Value;
use crate::{calendar, command, kubeconfig, request, token, yaml};
use js_sys::{Array, JSON, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// `crypto.getRandomValues`, straight.
struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> crate::error::Result<()> {
        getrandom::fill(bytes).map_err(|_| {
            Error::new(
                Code::NoRandom,
                "no secure random generator here: open the page over https, from localhost or from disk, in a current browser",
            )
        })
    }
}

fn random() -> Result<Checked<System>, JsValue> {
    Checked::new(System).map_err(throw)
}

/// The error as JavaScript sees it; built here, after the Rust frames are gone.
fn throw(error: Error) -> JsValue {
    let js = js_sys::Error::new(error.message());
    js.set_name("KubecredError");
    let set = |key: &str, value: &JsValue| Reflect::set(&js, &key.into(), value).is_ok();
    set("code", &error.code().as_str().into());
    if !error.details().is_empty() {
        let details = Value::List(
            error
                .details()
                .iter()
                .map(|detail| {
                    Value::map([("field", detail.field.as_deref().map(Value::from)), ("message", Some(detail.message.as_str().into()))])
                })
                .collect(),
        );
        set("details", &to_js(&details));
    }
    js.into()
}

fn wrong(message: &'static str) -> JsValue {
    throw(Error::new(Code::InvalidOptions, message))
}

/// Nothing that crosses is nested deeper; a cycle would be.
const MAX_DEPTH: usize = 64;

fn from_js(js: &JsValue, depth: usize) -> Result<Value, JsValue> {
    if depth > MAX_DEPTH {
        return Err(wrong("an object is nested too deeply, or holds itself"));
    }
    if js.is_null() || js.is_undefined() {
        return Ok(Value::Null);
    }
    if let Some(flag) = js.as_bool() {
        return Ok(Value::Bool(flag));
    }
    if let Some(number) = js.as_f64() {
        return Ok(Value::Number(number));
    }
    if let Some(text) = js.dyn_ref::<JsString>() {
        if !text.is_valid_utf16() {
            return Err(wrong("a text holds half of a surrogate pair, which is no character"));
        }
        return Ok(Value::String(String::from(text)));
    }
    if Array::is_array(js) {
        return Array::from(js).iter().map(|item| from_js(&item, depth + 1)).collect::<Result<_, _>>().map(Value::List);
    }
    // Bytes stand for text: certificates and bundles may come either way.
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        return String::from_utf8(bytes.to_vec()).map(Value::String).map_err(|_| wrong("bytes that should be text are not UTF-8"));
    }
    if !js.is_object() {
        return Err(wrong("a value is neither text, number, flag, list nor object"));
    }
    let mut pairs = Vec::new();
    for entry in Object::entries(js.unchecked_ref()) {
        let entry = Array::from(&entry);
        let Value::String(key) = from_js(&entry.get(0), depth + 1)? else { return Err(wrong("a key is no text")) };
        let value = entry.get(1);
        if !value.is_undefined() {
            pairs.push((key, from_js(&value, depth + 1)?));
        }
    }
    Ok(Value::Map(pairs))
}

fn read(js: &JsValue) -> Result<Value, JsValue> {
    from_js(js, 0)
}

fn to_js(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_js).collect::<Array>().into(),
        // fromEntries defines own properties, so that a key such as __proto__ stays a plain key.
        Value::Map(pairs) => {
            let entries: Array = pairs.iter().map(|(key, item)| Array::of2(&key.as_str().into(), &to_js(item))).collect();
            Object::from_entries(&entries).map_or(JsValue::NULL, Into::into)
        }
    }
}

fn time(seconds: f64) -> UnixTime {
    UnixTime(seconds as i64)
}

/// The search for a key, in slices.
#[wasm_bindgen]
pub struct KeySearch {
    search: key::KeySearch,
    random: Checked<System>,
}

#[wasm_bindgen]
impl KeySearch {
    /// Refuses unknown algorithms before any work.
    #[wasm_bindgen(constructor)]
    pub fn new(algorithm: &str) -> Result<KeySearch, JsValue> {
        let algorithm = KeyAlgorithm::from_name(algorithm).map_err(throw)?;
        Ok(KeySearch { search: key::KeySearch::new(algorithm), random: random()? })
    }

    /// One slice of a few milliseconds; true when the key is found.
    pub fn step(&mut self) -> Result<bool, JsValue> {
        self.search.step(&mut self.random).map_err(throw)
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

    /// Takes out a prime, for the search that makes the key.
    #[wasm_bindgen(js_name = takePrime)]
    pub fn take_prime(&mut self) -> Option<Uint8Array> {
        self.search.take_prime().map(|prime| Uint8Array::from(prime.expose().as_slice()))
    }

    /// Takes over a prime from another search; true when the key is found.
    pub fn offer(&mut self, prime: Vec<u8>) -> Result<bool, JsValue> {
        self.search.offer(&Zeroizing::new(prime)).map_err(throw)
    }

    /// Hands the key over; the search is used up.
    pub fn finish(self) -> Result<PrivateKey, JsValue> {
        self.search.finish().map(PrivateKey).map_err(throw)
    }
}

/// A private key.
#[wasm_bindgen]
pub struct PrivateKey(key::PrivateKey);

#[wasm_bindgen]
impl PrivateKey {
    /// Reads a key from PEM.
    pub fn import(pem: Vec<u8>, passphrase: Option<String>) -> Result<PrivateKey, JsValue> {
        let pem = Zeroizing::new(pem);
        let passphrase = passphrase.map(Secret::new);
        key::PrivateKey::import(&pem, passphrase.as_ref(), &mut random()?).map(PrivateKey).map_err(throw)
    }

    /// `{ algorithm, fingerprint }`
    pub fn describe(&self) -> JsValue {
        to_js(&Value::map([("algorithm", Some(self.0.algorithm().as_str().into())), ("fingerprint", Some(self.0.fingerprint().into()))]))
    }

    /// PKCS#10, PEM.
    #[wasm_bindgen(js_name = certificateRequest)]
    pub fn certificate_request(&self, subject: &JsValue) -> Result<String, JsValue> {
        let subject = Subject::from_value(&read(subject)?).map_err(throw)?;
        request::build(&self.0, &subject, &mut random()?).map_err(throw)
    }

    /// PKCS#8 PEM, encrypted where a passphrase is given.
    #[wasm_bindgen(js_name = exportPem)]
    pub fn export_pem(&self, passphrase: Option<String>) -> Result<Uint8Array, JsValue> {
        let passphrase = passphrase.map(Secret::new);
        let pem = self.0.export_pem(passphrase.as_ref(), &mut random()?).map_err(throw)?;
        Ok(Uint8Array::from(pem.expose().as_slice()))
    }

    /// PKCS#12, DER.
    #[wasm_bindgen(js_name = exportPkcs12)]
    pub fn export_pkcs12(&self, options: &JsValue, passphrase: Option<String>, now: f64) -> Result<Uint8Array, JsValue> {
        let passphrase = passphrase.map(Secret::new);
        let file = self.0.export_pkcs12(&read(options)?, passphrase.as_ref(), time(now), &mut random()?).map_err(throw)?;
        Ok(Uint8Array::from(file.as_slice()))
    }

    /// Checks the certificate and assembles.
    pub fn kubeconfig(&self, parts: &JsValue, now: f64) -> Result<Kubeconfig, JsValue> {
        let parts = kubeconfig::Parts::from_value(&read(parts)?).map_err(throw)?;
        kubeconfig::from_certificate(&self.0, parts, time(now)).map(Kubeconfig).map_err(throw)
    }
}

/// A kubeconfig.
#[wasm_bindgen]
pub struct Kubeconfig(kubeconfig::Kubeconfig);

#[wasm_bindgen]
impl Kubeconfig {
    /// Reads YAML, JSON or KYAML.
    #[wasm_bindgen(js_name = read)]
    pub fn from_text(text: Vec<u8>, now: f64) -> Result<Kubeconfig, JsValue> {
        kubeconfig::Kubeconfig::read(&Zeroizing::new(text), time(now)).map(Kubeconfig).map_err(throw)
    }

    /// Clusters, users, contexts, current context, findings; no secret. As JSON: thousands of values cross at once.
    pub fn describe(&self) -> Result<JsValue, JsValue> {
        let text = yaml::write::tree(&(&self.0.describe()).into(), yaml::write::Format::Json);
        JSON::parse(&String::from_utf8_lossy(&text))
    }

    /// The file's bytes.
    pub fn serialize(&self, options: &JsValue) -> Result<Uint8Array, JsValue> {
        let text = self.0.serialize(&optional(options)?).map_err(throw)?;
        Ok(Uint8Array::from(text.as_slice()))
    }

    /// One context with its cluster and user.
    pub fn minify(&self, context: Option<String>) -> Result<Kubeconfig, JsValue> {
        self.0.minify(context.as_deref()).map(Kubeconfig).map_err(throw)
    }

    /// A changed copy.
    pub fn edit(&self, changes: &JsValue) -> Result<Kubeconfig, JsValue> {
        self.0.edit(&read(changes)?).map(Kubeconfig).map_err(throw)
    }

    /// Adds another file's entries: `{ kubeconfig, changes }`.
    pub fn merge(&self, other: &Kubeconfig, options: &JsValue) -> Result<JsValue, JsValue> {
        let (merged, changes) = self.0.merge(&other.0, &optional(options)?).map_err(throw)?;
        let changes = Value::List(changes.iter().map(kubeconfig::Change::to_value).collect());
        let entries =
            Array::of2(&Array::of2(&"kubeconfig".into(), &Kubeconfig(merged).into()), &Array::of2(&"changes".into(), &to_js(&changes)));
        Object::from_entries(&entries).map(Into::into)
    }

    /// What a user's renewal begins with, and the key where the file holds it.
    pub fn renewal(&self, user: Option<String>) -> Result<JsValue, JsValue> {
        let (report, key) = self.0.renewal(user.as_deref(), &mut random()?).map_err(throw)?;
        let report = to_js(&report);
        if let Some(key) = key {
            Reflect::set(&report, &"key".into(), &PrivateKey(key).into())?;
        }
        Ok(report)
    }

    /// A copy with a new certificate and its key.
    pub fn renew(&self, key: &PrivateKey, options: &JsValue, now: f64) -> Result<Kubeconfig, JsValue> {
        self.0.renew(&key.0, &read(options)?, time(now)).map(Kubeconfig).map_err(throw)
    }

    /// `ClusterEntry[]`: what a new kubeconfig for one of the clusters needs.
    #[wasm_bindgen(js_name = clusterEntries)]
    pub fn cluster_entries(&self) -> JsValue {
        to_js(&self.0.cluster_entries())
    }
}

fn optional(options: &JsValue) -> Result<Value, JsValue> {
    if options.is_undefined() { Ok(Value::Map(Vec::new())) } else { read(options) }
}

/// A new kubeconfig from a cluster and a credential without its key.
#[wasm_bindgen(js_name = createKubeconfig)]
pub fn create_kubeconfig(parts: &JsValue, now: f64) -> Result<Kubeconfig, JsValue> {
    kubeconfig::from_options(&read(parts)?, time(now)).map(Kubeconfig).map_err(throw)
}

/// What kube-apiserver would make of a request.
#[wasm_bindgen(js_name = readRequest)]
pub fn read_request(pem: Vec<u8>) -> JsValue {
    to_js(&request::read(&Zeroizing::new(pem)).to_value())
}

/// A certificate chain.
#[wasm_bindgen(js_name = readCertificate)]
pub fn read_certificate(pem: Vec<u8>, now: f64) -> Result<JsValue, JsValue> {
    Chain::read(&Zeroizing::new(pem)).map(|chain| to_js(&chain.to_value(time(now)))).map_err(throw)
}

/// An object, or its text: JSON, which the platform reads fastest, or else YAML.
fn object(js: &JsValue) -> Result<Value, JsValue> {
    match js.as_string() {
        None => read(js),
        Some(text) => match JSON::parse(&text) {
            Ok(parsed) => read(&parsed),
            Err(_) => signing_request::parse(&text).map_err(throw),
        },
    }
}

/// Where a CertificateSigningRequest stands.
#[wasm_bindgen(js_name = readSigningRequest)]
pub fn read_signing_request(js: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    signing_request::read(&object(js)?).map(|report| to_js(&report.to_value(time(now)))).map_err(throw)
}

/// Many at once, as an API server gave them; or the many in a pasted text, whose signatures are checked.
#[wasm_bindgen(js_name = readSigningRequests)]
pub fn read_signing_requests(js: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    let reports = signing_request::read_all(&object(js)?, !js.is_string()).map_err(throw)?;
    Ok(reports.iter().map(|report| to_js(&report.to_value(time(now)))).collect::<Array>().into())
}

/// What may travel in a link: `{ kind, pem }`.
#[wasm_bindgen]
pub fn linked(text: Vec<u8>) -> Result<JsValue, JsValue> {
    request::linked(&Zeroizing::new(text)).map(|found| to_js(&found)).map_err(throw)
}

/// The bindings that name a user or a group.
#[wasm_bindgen(js_name = boundTo)]
pub fn bound_to(bindings: &JsValue, who: &JsValue) -> Result<JsValue, JsValue> {
    let who = read(who)?;
    Ok(to_js(&bound::bound_to(&read(bindings)?, who.text(&["user"]).unwrap_or_default(), &who.texts(&["groups"]))))
}

/// A calendar entry for a certificate's renewal: `{ due, text }`.
#[wasm_bindgen(js_name = renewalReminder)]
pub fn renewal_reminder(pem: Vec<u8>, now: f64) -> Result<JsValue, JsValue> {
    let chain = Chain::read(&Zeroizing::new(pem)).map_err(throw)?;
    let text = calendar::reminder(chain.leaf(), time(now));
    Ok(to_js(&Value::map([("due", Some(calendar::renewal_due(chain.leaf()).to_iso().into())), ("text", Some(text.into()))])))
}

/// `status.certificate` as PEM, once it is there.
#[wasm_bindgen(js_name = issuedCertificate)]
pub fn issued_certificate(js: &JsValue) -> Result<Option<String>, JsValue> {
    Ok(signing_request::certificate_text(&object(js)?))
}

/// The object to submit.
#[wasm_bindgen(js_name = signingRequest)]
pub fn signing_request(options: &JsValue) -> Result<JsValue, JsValue> {
    signing_request::build(&read(options)?, &mut random()?).map(|object| to_js(&object)).map_err(throw)
}

/// Findings about a subject, for the form.
#[wasm_bindgen(js_name = inspectSubject)]
pub fn inspect_subject(subject: &JsValue) -> Result<JsValue, JsValue> {
    Subject::from_value(&read(subject)?).map(|subject| to_js(&Value::findings(&subject.findings()))).map_err(throw)
}

/// Objects as YAML.
#[wasm_bindgen(js_name = toYaml)]
pub fn to_yaml(objects: &JsValue) -> Result<String, JsValue> {
    Ok(yaml::write::documents(&read(objects)?))
}

/// Command lines for a shell.
#[wasm_bindgen]
pub fn commands(step: &JsValue, shell: &JsValue) -> Result<String, JsValue> {
    command::commands(&read(step)?, &shell.as_string().unwrap_or_default()).map_err(throw)
}

/// `{ method, path, body?, contentType?, what }`
#[wasm_bindgen(js_name = apiRequest)]
pub fn api_request(operation: &str, arguments: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    let request = api::request(operation, &read(arguments)?, time(now)).map_err(throw)?;
    let content_type = request.content_type();
    let body = match &request.body {
        Some(body) => Some(String::from(JSON::stringify(&to_js(body)).map_err(|_| wrong("the body cannot be written as JSON"))?)),
        None => None,
    };
    Ok(to_js(&Value::map([
        ("method", Some(request.method.into())),
        ("path", Some(request.path.into())),
        ("contentType", content_type.map(Value::from)),
        ("body", body.map(Value::from)),
        ("what", Some(request.what.into())),
    ])))
}

/// The body of an answer `{ status, text, retryAfter?, token? }`, or the error that it is; `token` is the one that was sent.
#[wasm_bindgen(js_name = apiAnswer)]
pub fn api_answer(operation: &str, answer: &JsValue, now: Option<f64>) -> Result<JsValue, JsValue> {
    let answer = read(answer)?;
    let text = answer.text(&["text"]).unwrap_or_default();
    let number = |key: &str| if let Some(Value::Number(number)) = answer.get(key) { Some(*number) } else { None };
    let parsed = JSON::parse(text).ok();
    let body = parsed.as_ref().map(read).transpose()?;
    let checked = status::check_with(
        &status::Answer {
            status: number("status").map_or(0, |status| status as u16),
            body: body.as_ref(),
            retry_after: number("retryAfter").map(|seconds| seconds as u32),
        },
        status::Context::new(text, answer.text(&["token"]), time(now.unwrap_or(0.0))),
    )
    .map_err(throw)?;
    if operation == "page-signing-requests" {
        return signing_request::page(checked, time(now.unwrap_or(0.0))).map(|page| to_js(&page)).map_err(throw);
    }
    if operation == "who-am-i" {
        return api::who_am_i_with(checked, answer.text(&["token"]), time(now.unwrap_or(0.0))).map(|who| to_js(&who)).map_err(throw);
    }
    if let Some(value) = access::live::answer(operation, checked).map_err(throw)? {
        return Ok(to_js(&value));
    }
    Ok(parsed.unwrap_or(JsValue::NULL))
}

/// Roles, bindings and what they allow.
#[wasm_bindgen]
pub fn access(what: &str, options: &JsValue) -> Result<JsValue, JsValue> {
    access::call(what, read(options)?).map(|value| to_js(&value)).map_err(throw)
}

/// One line of a watch: `{ type, object }`.
#[wasm_bindgen(js_name = watchEvent)]
pub fn watch_event(line: &str) -> Result<JsValue, JsValue> {
    let parsed = JSON::parse(line).map_err(|_| throw(Error::new(Code::BadAnswer, "the watch sent something that is not JSON")))?;
    status::check_event(&read(&parsed)?).map_err(throw)?;
    Ok(parsed)
}

/// What a token says of itself.
#[wasm_bindgen(js_name = readToken)]
pub fn read_token(text: Vec<u8>, now: f64) -> Result<JsValue, JsValue> {
    token::read(&Zeroizing::new(text), time(now)).map(|report| to_js(&report.to_value())).map_err(throw)
}

/// What was pasted here.
#[wasm_bindgen]
pub fn recognise(text: Vec<u8>) -> JsValue {
    to_js(&token::recognise(&Zeroizing::new(text)).to_value())
}

/// ServiceAccount and Secret.
#[wasm_bindgen(js_name = serviceAccountManifests)]
pub fn service_account_manifests(options: &JsValue) -> Result<JsValue, JsValue> {
    service_account::manifests(&read(options)?).map(|objects| to_js(&Value::List(objects))).map_err(throw)
}

/// The token in the answer to a TokenRequest.
#[wasm_bindgen(js_name = issuedToken)]
pub fn issued_token(answer: &JsValue, asked: &JsValue, warning: Option<String>, now: f64) -> Result<JsValue, JsValue> {
    let issued = service_account::issued(&read(answer)?, &read(asked)?, warning.as_deref(), time(now)).map_err(throw)?;
    Ok(to_js(&issued.to_value()))
}

/// Token and CA of a Secret; null while it is not filled.
#[wasm_bindgen(js_name = readTokenSecret)]
pub fn read_token_secret(js: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let found = service_account::read_secret(&object(js)?, &read(options)?).map_err(throw)?;
    Ok(found.map_or(JsValue::NULL, |found| to_js(&found.to_value())))
}

/// Address and CA out of a signed cluster-info.
#[wasm_bindgen(js_name = verifyClusterInfo)]
pub fn verify_cluster_info(object: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    discovery::verify_cluster_info(&read(object)?, &read(options)?).map(|entry| to_js(&entry)).map_err(throw)
}

/// What a cluster told of itself, put together.
#[wasm_bindgen(js_name = combineDiscovery)]
pub fn combine_discovery(told: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    discovery::combine(&read(told)?, time(now)).map(|found| to_js(&found)).map_err(throw)
}

/// What is odd about an address and a CA.
#[wasm_bindgen(js_name = inspectCluster)]
pub fn inspect_cluster(entry: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    discovery::inspect(&read(entry)?, time(now)).map(|findings| to_js(&Value::findings(&findings))).map_err(throw)
}

/// Every error code.
#[wasm_bindgen(js_name = errorCodes)]
pub fn error_codes() -> Array {
    Code::ALL.iter().map(|code| JsValue::from(code.as_str())).collect()
}

/// `{ kubecred, commit, crates, rsaFilter }`
#[wasm_bindgen]
pub fn version() -> JsValue {
    let crates = Value::map([
        ("rsa", Some("0.10".into())),
        ("p256", Some("0.14".into())),
        ("p384", Some("0.14".into())),
        ("ed25519-dalek", Some("3".into())),
    ]);
    to_js(&Value::map([
        ("kubecred", Some(env!("CARGO_PKG_VERSION").into())),
        ("commit", Some(option_env!("KUBECRED_COMMIT").unwrap_or("unknown").into())),
        ("crates", Some(crates)),
        ("rsaFilter", Some(key::rsa_filter().into())),
    ]))
}
