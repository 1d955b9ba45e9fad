//! Ed25519 keys (RFC 8032).

use super::material::{Material, does_not_sign, malformed, public_mismatch};
use crate::encoding::container;
use crate::error::Result;
use crate::random::Random;
use der::Decode;
use der::asn1::OctetStringRef;
use ed25519_dalek::SigningKey;
use signature::Signer;
use zeroize::Zeroizing;

impl Material for SigningKey {
    fn public_key(&self) -> Result<Vec<u8>> {
        container::public_ed25519(self.verifying_key().as_bytes())
    }

    fn sign(&self, message: &[u8], _: &mut dyn Random) -> Result<Vec<u8>> {
        Ok(self.try_sign(message).map_err(|_| does_not_sign())?.to_bytes().to_vec())
    }

    fn pkcs8(&self) -> Result<Vec<u8>> {
        container::private_ed25519(self.as_bytes())
    }
}

/// RFC 8032 5.1.5: any 32 bytes are a key.
pub(super) fn draw(random: &mut dyn Random) -> Result<Box<dyn Material>> {
    let mut seed = Zeroizing::new([0u8; 32]);
    random.fill(seed.as_mut())?;
    Ok(Box::new(SigningKey::from_bytes(&seed)))
}

/// CurvePrivateKey (RFC 8410, 7), and the public key of PKCS#8 version 2 where there is one.
pub(super) fn read(der: &[u8], public_key: Option<&[u8]>) -> Result<Box<dyn Material>> {
    let seed = <&OctetStringRef>::from_der(der).map_err(|_| malformed())?.as_bytes();
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.try_into().map_err(|_| malformed())?);
    let key = Box::new(SigningKey::from_bytes(&seed));
    if public_key.is_some_and(|public| public != key.verifying_key().as_bytes()) {
        return Err(public_mismatch());
    }
    Ok(key)
}
