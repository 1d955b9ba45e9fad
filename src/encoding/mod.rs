//! Encodings: bytes and text turned into each other, without any knowledge of what they mean.
//!
//! | file | what |
//! |---|---|
//! | `der.rs` | DER: one strict reader, one writer |
//! | `container.rs` | the containers of keys: PKCS#8, SEC1, PKCS#1, SubjectPublicKeyInfo |
//! | `oid.rs` | object identifiers of keys |
//! | [`pem`] | PEM, as tolerant as Go's `encoding/pem` |
//! | `hex.rs` | hexadecimal text |
//! | `json/`, `decimal.rs` | JSON, whose numbers are never rounded |

pub(crate) mod container;
pub(crate) mod decimal;
pub(crate) mod der;
pub(crate) mod hex;
pub(crate) mod json;
pub(crate) mod oid;
pub(crate) mod pbes2;
pub mod pem;

pub(crate) use kubecred_yaml::runs;
