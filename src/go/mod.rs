//! What Go decides, decided the same way: kubectl, kube-apiserver and client-go are written in it.
//!
//! Each file is a translation of one upstream file, named in its head with its version; `golang.org/x/crypto/cryptobyte`,
//! in which crypto/x509 reads DER, is [`crate::encoding::der::Reader`], which accepts the same encodings. tests/certificate_differential.rs compares the result with Go.

pub(crate) mod asn1;
pub(crate) mod certificate;
pub(crate) mod confirmed;
mod constraints;
mod cryptobyte;
pub(crate) mod csr;
pub(crate) mod curve;
mod extensions;
pub(crate) mod key_pair;
pub(crate) mod name;
pub(crate) mod public_key;
pub(crate) mod signature;
pub(crate) mod signature_algorithm;
mod time;
pub(crate) mod uri;
pub(crate) mod url;

pub(crate) use kubecred_yaml::base64;
