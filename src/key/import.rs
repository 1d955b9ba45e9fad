//! Reading keys: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017), and encrypted PKCS#8 (RFC 8018, PBES2).

use super::check::{Parts, check};
use super::rsa_key::assemble;
use super::{KeyAlgorithm, Material, PrivateKey, passphrase, stack};
use crate::error::{Code, Error, Result};
use crate::pem::{self, Block};
use crate::random::Random;
use crate::secret::Secret;
use const_oid::ObjectIdentifier;
use crypto_bigint::{BoxedUint, Resize};
use der::asn1::{OctetStringRef, UintRef};
use der::{Decode, Encode};
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// A key file is never larger; an RSA-4096 key has 3,300 bytes of PEM.
const MAX_TEXT: usize = 256 << 10;

impl PrivateKey {
    /// Reads the one private key in a PEM text.
    ///
    /// # Errors
    /// [`Code::InputTooLarge`], [`Code::InvalidPem`], [`Code::InvalidKey`], [`Code::UnsupportedKeyFormat`],
    /// [`Code::UnsupportedKey`], [`Code::InconsistentKey`], [`Code::WeakKey`], [`Code::PassphraseRequired`],
    /// [`Code::WrongPassphrase`], [`Code::ExcessiveWork`], [`Code::NoRandom`].
    pub fn import(text: &[u8], passphrase: Option<&Secret<String>>, random: &mut dyn Random) -> Result<PrivateKey> {
        stack::wiped(|| PrivateKey::import_in_frame(text, passphrase, random))
    }

    fn import_in_frame(text: &[u8], passphrase: Option<&Secret<String>>, random: &mut dyn Random) -> Result<PrivateKey> {
        if text.len() > MAX_TEXT {
            return Err(Error::new(Code::InputTooLarge, "the text is too large for a private key: at most 256 KiB are read"));
        }
        refuse_other_formats(text)?;
        let document = pem::document(text)?;
        if document.damaged > 0 {
            return Err(Error::new(Code::InvalidPem, "a PEM block is damaged: copy everything from the BEGIN line to the END line"));
        }
        let mut blocks = document.blocks;
        // openssl ecparam -genkey writes the curve as a block of its own in front of the key.
        blocks.retain(|block| block.label != "EC PARAMETERS");
        match blocks.as_slice() {
            [] => Err(Error::new(Code::InvalidPem, "no private key here: it begins with -----BEGIN PRIVATE KEY-----")),
            [block] => read_block(block, passphrase, random),
            _ => Err(Error::new(Code::InvalidKey, "exactly one private key is wanted here, alone")),
        }
    }
}

/// Formats that people have and that are not read: named, with the way out.
fn refuse_other_formats(text: &[u8]) -> Result<()> {
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = &text[start..];
    let message = if text.starts_with(b"PuTTY-User-Key-File") {
        "this is a PuTTY key: export it as an OpenSSH key, then convert that with ssh-keygen -p -m PKCS8"
    } else if text.starts_with(b"{") {
        "this looks like JSON, a JWK perhaps; a PEM text is wanted, beginning with -----BEGIN"
    } else if text.starts_with(&[0x30, 0x82]) || text.starts_with(&[0x30, 0x81]) || text.starts_with(&[0x30, 0x2e]) {
        "these are DER bytes, PKCS#12 perhaps; a PEM text is wanted. Convert it with openssl pkcs12 -nocerts or openssl pkey"
    } else {
        return Ok(());
    };
    Err(Error::new(Code::UnsupportedKeyFormat, message))
}

fn read_block(block: &Block, passphrase: Option<&Secret<String>>, random: &mut dyn Random) -> Result<PrivateKey> {
    let der = block.contents.expose();
    if block.headers {
        return Err(Error::new(
            Code::UnsupportedKeyFormat,
            "this key is encrypted in the old way (Proc-Type): convert it with openssl pkcs8 -topk8",
        ));
    }
    match block.label.as_str() {
        "PRIVATE KEY" => read_pkcs8(der, random),
        "ENCRYPTED PRIVATE KEY" => {
            let opened = passphrase::open(der, passphrase.map(|passphrase| passphrase.expose().as_str()))?;
            // One wrong passphrase in 256 leaves sound padding; what comes out is no key then.
            PrivateKeyInfoRef::from_der(&opened).map_err(|_| passphrase::wrong())?;
            read_pkcs8(&opened, random)
        }
        "EC PRIVATE KEY" => read_sec1(der, None),
        "RSA PRIVATE KEY" => read_pkcs1(der, random),
        "OPENSSH PRIVATE KEY" => {
            Err(Error::new(Code::UnsupportedKeyFormat, "this is an OpenSSH key: convert a copy with ssh-keygen -p -m PKCS8"))
        }
        "CERTIFICATE" | "CERTIFICATE REQUEST" | "PUBLIC KEY" => {
            Err(Error::new(Code::InvalidKey, "this is public: a private key is wanted here, beginning with -----BEGIN PRIVATE KEY-----"))
        }
        _ => Err(Error::new(Code::UnsupportedKeyFormat, "this is no PKCS#8, SEC1 or PKCS#1 private key")),
    }
}

fn malformed() -> Error {
    Error::new(Code::InvalidKey, "the private key is not in strict DER, or its label names another kind of key")
}

fn read_pkcs8(der: &[u8], random: &mut dyn Random) -> Result<PrivateKey> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| malformed())?;
    let contents = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA => {
            // RFC 8017 A.1: the parameters are NULL; kube-apiserver refuses a request whose key lacks them.
            if !info.algorithm.parameters.is_some_and(|parameters| parameters.is_null()) {
                return Err(malformed());
            }
            read_pkcs1(contents, random)
        }
        EC => read_sec1(contents, Some(info.algorithm.parameters_oid().map_err(|_| unsupported_curve())?)),
        ED25519 => {
            let seed = <&OctetStringRef>::from_der(contents).map_err(|_| malformed())?;
            let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.as_bytes().try_into().map_err(|_| malformed())?);
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            let differs = info.public_key.is_some_and(|public| public.as_bytes() != Some(key.verifying_key().as_bytes()));
            if info.algorithm.parameters.is_some() {
                return Err(malformed());
            }
            if differs {
                return Err(public_mismatch());
            }
            PrivateKey::new(KeyAlgorithm::Ed25519, Material::Ed25519(Box::new(key)))
        }
        _ => Err(Error::new(Code::UnsupportedKey, "a key of this kind is not supported: use ECDSA on P-256 or P-384, Ed25519 or RSA")),
    }
}

fn unsupported_curve() -> Error {
    Error::new(Code::UnsupportedKey, "an elliptic curve key must name its curve, P-256 or P-384")
}

fn public_mismatch() -> Error {
    Error::new(Code::InconsistentKey, "the public key in the file does not belong to the private one")
}

fn read_sec1(der: &[u8], outer: Option<ObjectIdentifier>) -> Result<PrivateKey> {
    let key = sec1::EcPrivateKey::from_der(der).map_err(|_| malformed())?;
    let inner = key.parameters.as_ref().and_then(|parameters| parameters.named_curve());
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(Error::new(Code::InconsistentKey, "the key names two different curves"));
        }
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(unsupported_curve()),
    };
    let scalar = key.private_key;
    let out_of_range = || Error::new(Code::InconsistentKey, "the private value does not lie on its curve, or has the wrong length");
    match curve {
        P256 if scalar.len() == 32 => {
            let signing = p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| out_of_range())?;
            let point = signing.verifying_key().to_sec1_point(false);
            let compressed = signing.verifying_key().to_sec1_point(true);
            same_point(key.public_key, point.as_bytes(), compressed.as_bytes())?;
            PrivateKey::new(KeyAlgorithm::EcdsaP256, Material::P256(signing))
        }
        P384 if scalar.len() == 48 => {
            let signing = p384::ecdsa::SigningKey::from_slice(scalar).map_err(|_| out_of_range())?;
            let point = signing.verifying_key().to_sec1_point(false);
            let compressed = signing.verifying_key().to_sec1_point(true);
            same_point(key.public_key, point.as_bytes(), compressed.as_bytes())?;
            PrivateKey::new(KeyAlgorithm::EcdsaP384, Material::P384(Box::new(signing)))
        }
        P256 | P384 => Err(out_of_range()),
        _ => Err(unsupported_curve()),
    }
}

fn same_point(given: Option<&[u8]>, point: &[u8], compressed: &[u8]) -> Result<()> {
    match given {
        Some(given) if given != point && given != compressed => Err(public_mismatch()),
        _ => Ok(()),
    }
}

fn read_pkcs1(der: &[u8], random: &mut dyn Random) -> Result<PrivateKey> {
    let key = pkcs1::RsaPrivateKeyRef::from_der(der).map_err(|_| malformed())?;
    if key.other_prime_infos.is_some() || key.to_der().map(Zeroizing::new).map_err(|_| malformed())?.as_slice() != der {
        return Err(malformed());
    }
    let largest = key.modulus.as_bytes().len();
    if largest > 1024 {
        return Err(Error::new(Code::UnsupportedKey, "an RSA key must have 2048, 3072 or 4096 bits"));
    }
    let number = |value: &UintRef<'_>| BoxedUint::from_be_slice_vartime(value.as_bytes());
    let parts = Parts {
        n: number(&key.modulus),
        e: number(&key.public_exponent),
        d: number(&key.private_exponent),
        p: number(&key.prime1),
        q: number(&key.prime2),
        dp: number(&key.exponent1),
        dq: number(&key.exponent2),
        q_inverse: number(&key.coefficient),
    };
    let bits = check(&parts, random)?;
    let algorithm = match bits {
        2048 => KeyAlgorithm::Rsa2048,
        3072 => KeyAlgorithm::Rsa3072,
        _ => KeyAlgorithm::Rsa4096,
    };
    let half = bits / 2;
    let key = assemble(parts.p.resize(half), parts.q.resize(half), parts.e, half)?;
    PrivateKey::new(algorithm, Material::Rsa(Box::new(key)))
}
