//! PKCS#10 certificate requests (RFC 2986): built, read back, and read from others.

mod build;
mod read;
mod report;

use crate::crypto::PrivateKey;
use crate::encoding::pem;
use crate::error::{Code, Error, Result};
pub use crate::go::confirmed::{Confirmed, EcdsaSignature};
use crate::random::Random;
use crate::x509::subject::{Identity, Subject};
pub use report::RequestReport;

/// Builds a request for a subject, signed by the key, and reads it back before it leaves. Its signature is verified when it is put into an
/// object, and by kube-apiserver.
///
/// Version 0, one UTF8String per RDN, attributes present as `A0 00` when there are none, SHA-256 (P-384: SHA-384).
///
/// ```
/// use kubecred::crypto::{KeyAlgorithm, PrivateKey};
/// use kubecred::x509::{csr, subject::Subject};
/// use kubecred::{Code, Error, Value};
///
/// /// Randomness comes from the caller: here from the operating system.
/// struct System;
/// impl kubecred::Random for System {
///     fn fill(&mut self, bytes: &mut [u8]) -> kubecred::error::Result<()> {
///         getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "no randomness"))
///     }
/// }
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, System)?;
/// let subject = Subject::from_value(&Value::map([("user", Some("jane".into())), ("groups", Some(Value::strings(["dev"])))]))?;
/// let pem = csr::build(&key, &subject, &mut System)?;
///
/// let report = csr::read(pem.as_bytes());
/// assert!(report.accepted);
/// assert_eq!((report.identity.user.as_str(), report.identity.groups.as_slice()), ("jane", &["dev".to_owned()][..]));
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// [`Code::InvalidSubject`] where it cannot be encoded; [`Code::NoRandom`]; [`Code::InvalidRequest`] where what was
/// built does not read back as what was asked.
pub fn build(key: &PrivateKey, subject: &Subject, random: &mut dyn Random) -> Result<String> {
    let der = build::encode(key, subject, random)?;
    let report = read::der(&der, None);
    let same = report.identity == sorted(&subject.identity) && report.accepted && report.fingerprint == key.fingerprint();
    if !same {
        return Err(Error::new(
            Code::InvalidRequest,
            "The request differs from its input when it is read again, so it is discarded. Please report this.",
        ));
    }
    let text = pem::encode(pem::CERTIFICATE_REQUEST, &der);
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

fn sorted(identity: &Identity) -> Identity {
    let groups = identity.sorted_groups().into_iter().map(str::to_owned).collect();
    Identity { groups, ..identity.clone() }
}

/// Reads a pasted request: its first PEM block, as kube-apiserver does, which is to sign it with the default signer.
/// Never fails: what is wrong is in the report.
#[must_use]
pub fn read(text: &[u8]) -> RequestReport {
    read_confirmed(text, &Confirmed::default())
}

/// The signature of a pasted request, for a library that may confirm it before the request is read.
#[must_use]
pub fn signature(text: &[u8]) -> Option<EcdsaSignature> {
    read::signature(text)
}

/// Reads a pasted request as [`read`] does; a signature that is confirmed is right.
#[must_use]
pub fn read_confirmed(text: &[u8], confirmed: &Confirmed) -> RequestReport {
    let mut report = read::pasted(text, Some(confirmed));
    if report.submittable(true).is_some() && report.identity.groups.iter().any(|group| group == "system:masters") {
        // Admission, CertificateSubjectRestriction: for the default signer, and exactly this group.
        report.block_refusal = Some(MASTERS.to_owned());
        report.block_refused_by_admission = true;
        if report.accepted {
            report.accepted = false;
            report.refused_by_admission = true;
            report.refusal = Some(MASTERS.to_owned());
        }
    }
    report
}

/// The server's sentence about `system:masters`; it says them for the signer kubernetes.io/kube-apiserver-client alone.
const MASTERS: &str = "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed";

/// Reads a request whose signature is verified elsewhere, or was: one that an API server has stored or is about to check, or the one that a
/// certificate was made from. Verifying is most of the work where a list is read.
#[must_use]
pub fn read_unverified(text: &[u8]) -> RequestReport {
    read::pasted(text, None)
}
