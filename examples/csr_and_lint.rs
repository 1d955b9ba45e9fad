//! Creates a private key and a certificate signing request, and lints a kubeconfig.
//!
//!     cargo run --example csr_and_lint -- [USER] [GROUP] [KUBECONFIG]

use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::error::Result;
use kubecred::kubeconfig::Kubeconfig;
use kubecred::x509::csr;
use kubecred::x509::subject::Subject;
use kubecred::{Code, Error, Finding, Random, UnixTime, Value};
use std::time::SystemTime;

/// The generator of the operating system: the library draws from nothing else.
struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "the operating system gives no randomness"))
    }
}

/// A key, and the request that its owner sends to an administrator. The key's PEM is what `export_pem` gives; it is not printed here.
pub(crate) fn request(user: &str, group: &str) -> Result<String> {
    let subject = Subject::from_value(&Value::map([("user", Some(user.into())), ("groups", Some(Value::strings([group])))]))?;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, System)?;
    csr::build(&key, &subject, &mut System)
}

/// The findings of a linter that reads the file as kubectl does.
pub(crate) fn lint(text: &[u8], now: UnixTime) -> Result<Vec<Finding>> {
    Ok(Kubeconfig::read(text, now)?.lint().findings)
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize, default: &str| arguments.get(index).cloned().unwrap_or_else(|| default.to_owned());
    let request = request(&argument(0, "jane"), &argument(1, "developers"))?;
    print!("{request}");
    let report = csr::read(request.as_bytes());
    println!("accepted by kube-apiserver: {}, key: {}, groups: {:?}", report.accepted, report.key_algorithm, report.identity.groups);
    if let Some(file) = arguments.get(2) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        for finding in lint(&std::fs::read(file)?, UnixTime(i64::try_from(now)?))? {
            println!("{} {} {}: {}", finding.level.as_str(), finding.code, finding.path.unwrap_or_default(), finding.message);
        }
    }
    Ok(())
}
