//! What Go decides, decided the same way: kubectl, kube-apiserver and client-go are written in it.
//!
//! Each file is a translation of one upstream file, named in its head with its version; `golang.org/x/crypto/cryptobyte`,
//! in which crypto/x509 reads DER, is [`crate::asn1::Reader`], which accepts the same encodings. tests/certificate_differential.rs compares the result with Go.

mod constraints;
mod extensions;
mod time;
pub(crate) mod x509;
