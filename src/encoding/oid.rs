//! Object identifiers of keys, as the contents of an OBJECT IDENTIFIER.

use const_oid::db::{rfc5912, rfc8410};

pub(crate) const RSA: &[u8] = rfc5912::RSA_ENCRYPTION.as_bytes();
pub(crate) const EC: &[u8] = rfc5912::ID_EC_PUBLIC_KEY.as_bytes();
pub(crate) const P224: &[u8] = rfc5912::SECP_224_R_1.as_bytes();
pub(crate) const P256: &[u8] = rfc5912::SECP_256_R_1.as_bytes();
pub(crate) const P384: &[u8] = rfc5912::SECP_384_R_1.as_bytes();
pub(crate) const P521: &[u8] = rfc5912::SECP_521_R_1.as_bytes();
pub(crate) const ED25519: &[u8] = rfc8410::ID_ED_25519.as_bytes();
