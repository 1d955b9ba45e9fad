//! Object identifiers of keys, as the contents of an OBJECT IDENTIFIER.

/// rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017, A.1).
pub(crate) const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480, 2.1.1).
pub(crate) const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// secp256r1, 1.2.840.10045.3.1.7 (RFC 5480, 2.1.1.1).
pub(crate) const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// secp224r1, 1.3.132.0.33.
pub(crate) const P224: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x21];
/// secp521r1, 1.3.132.0.35.
pub(crate) const P521: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x23];
/// secp384r1, 1.3.132.0.34.
pub(crate) const P384: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];
/// id-Ed25519, 1.3.101.112 (RFC 8410, 3).
pub(crate) const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
