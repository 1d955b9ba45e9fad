//! Reading keys: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017), and encrypted PKCS#8 (RFC 8018, PBES2).

use super::check::{Parts, check};
use super::rsa_key::assemble;
use super::{KeyAlgorithm, Material, PrivateKey, passphrase, stack};
use crate::encoding::container::{self, EcPrivate};
use crate::encoding::pem::{self, Block};
use crate::error::{Code, Error, Result};
use crate::input::{self, Cause};
use crate::random::Random;
use crate::secret::Secret;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1};
use const_oid::db::rfc8410::ID_ED_25519;
use crypto_bigint::{BoxedUint, Resize};
use der::Decode;
use der::asn1::{AnyRef, OctetStringRef, UintRef};
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

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
        let opened = input::pem(text).map_err(refused)?;
        let document = pem::document(&opened.text)?;
        if document.damaged > 0 {
            return Err(Error::new(Code::InvalidPem, "a PEM block is damaged: copy everything from the BEGIN line to the END line"));
        }
        let mut blocks = document.blocks;
        // openssl ecparam -genkey writes the curve as a block of its own in front of the key.
        blocks.retain(|block| block.label != "EC PARAMETERS");
        // A key in one file with its certificate, as curl and the kubelet take it.
        if blocks.iter().any(|block| block.label != pem::CERTIFICATE) {
            blocks.retain(|block| block.label != pem::CERTIFICATE);
        }
        match blocks.as_slice() {
            [] => Err(Error::new(
                Code::InvalidPem,
                "There is only the name of a curve (EC PARAMETERS) in this text, and no private key. Copy the whole file.",
            )),
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
    } else if text.starts_with(b"{") && !text.windows(6).any(|window| window == b"BEGIN ") {
        "this looks like JSON, a JWK perhaps; a PEM text is wanted, beginning with -----BEGIN"
    } else {
        return Ok(());
    };
    Err(Error::new(Code::UnsupportedKeyFormat, message))
}

/// Why a text that the front door refuses is not a key.
fn refused(cause: Cause) -> Error {
    let code = match cause {
        Cause::TooLarge => Code::InputTooLarge,
        Cause::Compressed | Cause::Pkcs12 | Cause::Pkcs7 | Cause::JavaKeyStore | Cause::UnknownDer => Code::UnsupportedKeyFormat,
        _ => Code::InvalidPem,
    };
    match cause {
        Cause::NoPem | Cause::Empty => {
            Error::new(code, "There is no private key in this text. It begins with -----BEGIN PRIVATE KEY-----.")
        }
        _ => Error::new(code, cause.sentence()),
    }
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
        "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY" => read_any(der, random),
        "ENCRYPTED PRIVATE KEY" => {
            let opened = passphrase::open(der, passphrase.map(|passphrase| passphrase.expose().as_str()))?;
            // One wrong passphrase in 256 leaves sound padding; what comes out is no key then.
            PrivateKeyInfoRef::from_der(&opened).map_err(|_| passphrase::wrong())?;
            read_any(&opened, random)
        }
        "OPENSSH PRIVATE KEY" => {
            Err(Error::new(Code::UnsupportedKeyFormat, "this is an OpenSSH key: convert a copy with ssh-keygen -p -m PKCS8"))
        }
        "CERTIFICATE" => Err(Error::new(
            Code::InvalidKey,
            "this is a certificate, which is of no use without its private key: that is wanted here, beginning with -----BEGIN PRIVATE KEY-----",
        )),
        "CERTIFICATE REQUEST" | "PUBLIC KEY" => {
            Err(Error::new(Code::InvalidKey, "this is public: a private key is wanted here, beginning with -----BEGIN PRIVATE KEY-----"))
        }
        _ => Err(Error::new(Code::UnsupportedKeyFormat, "This is not a PKCS#8, SEC1 or PKCS#1 private key.")),
    }
}

fn malformed() -> Error {
    Error::new(Code::InvalidKey, "The private key is damaged: it is not PKCS#8, PKCS#1 or SEC1 in strict DER. Copy it again.")
}

/// By its contents, not by its label, as `parsePrivateKey` of crypto/tls (Go 1.26): PKCS#1 is found under the label PRIVATE KEY
/// where a tool has relabelled it.
fn read_any(der: &[u8], random: &mut dyn Random) -> Result<PrivateKey> {
    if let Ok(info) = PrivateKeyInfoRef::from_der(der) {
        return read_pkcs8(&info, random);
    }
    match EcPrivate::read(der) {
        Some(key) => read_sec1(&key, None),
        None => read_pkcs1(der, random),
    }
}

fn read_pkcs8(info: &PrivateKeyInfoRef<'_>, random: &mut dyn Random) -> Result<PrivateKey> {
    let key = info.private_key.as_bytes();
    let parameters = info.algorithm.parameters;
    // Version 2 has the public key as whole bytes (RFC 5958, 2).
    let public_key = info.public_key.map(|bits| bits.as_bytes().ok_or_else(malformed)).transpose()?;
    match info.algorithm.oid {
        RSA_ENCRYPTION if parameters == Some(AnyRef::NULL) => read_pkcs1(key, random),
        ID_EC_PUBLIC_KEY => {
            if parameters.is_some_and(container::is_sequence) {
                return Err(explicit_curve());
            }
            let curve = parameters.and_then(|parameters| parameters.decode_as().ok()).ok_or_else(unsupported_curve)?;
            read_sec1(&EcPrivate::read(key).ok_or_else(malformed)?, Some(curve))
        }
        ID_ED_25519 if parameters.is_none() => {
            let seed = <&OctetStringRef>::from_der(key).map_err(|_| malformed())?.as_bytes();
            let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.try_into().map_err(|_| malformed())?);
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            if public_key.is_some_and(|public| public != key.verifying_key().as_bytes()) {
                return Err(public_mismatch());
            }
            PrivateKey::new(KeyAlgorithm::Ed25519, Material::Ed25519(Box::new(key)))
        }
        RSA_ENCRYPTION | ID_ED_25519 => Err(malformed()),
        _ => Err(Error::new(
            Code::UnsupportedKey,
            "This kind of key is not supported and cannot be converted. Create a new one: ECDSA on P-256 or P-384, Ed25519 or RSA, such as openssl genrsa -out NEW-KEY 2048.",
        )),
    }
}

/// As LibreSSL before 3.4 and OpenSSL 1.0 write it, and as no Go program reads it.
fn explicit_curve() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "The key spells its curve out instead of naming it, and kubectl and the API server refuse such keys. LibreSSL before 3.4 (macOS) and OpenSSL 1.0 write them. Convert it with openssl ec -in KEY -param_enc named_curve -out NEW-KEY, or create a new one with -pkeyopt ec_param_enc:named_curve.",
    )
}

fn unsupported_curve() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "The key is on a curve that is not supported: P-256 and P-384 are. Create a new one with openssl ecparam -name prime256v1 -genkey -noout -out NEW-KEY.",
    )
}

fn public_mismatch() -> Error {
    Error::new(Code::InconsistentKey, "the public key in the file does not belong to the private one")
}

fn read_sec1(key: &EcPrivate<'_>, outer: Option<ObjectIdentifier>) -> Result<PrivateKey> {
    if key.spells_curve_out() {
        return Err(explicit_curve());
    }
    let inner = key.curve.map(|curve| curve.decode_as().map_err(|_| malformed())).transpose()?;
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(Error::new(Code::InconsistentKey, "the key names two different curves"));
        }
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(unsupported_curve()),
    };
    let out_of_range = || Error::new(Code::InconsistentKey, "the private value does not lie on its curve, or has the wrong length");
    match curve {
        SECP_256_R_1 => {
            let scalar = container::sized(key.scalar, 32).ok_or_else(out_of_range)?;
            let signing = p256::ecdsa::SigningKey::from_slice(&scalar).map_err(|_| out_of_range())?;
            let point = signing.verifying_key().to_sec1_point(false);
            let compressed = signing.verifying_key().to_sec1_point(true);
            same_point(key.public_key, point.as_bytes(), compressed.as_bytes())?;
            PrivateKey::new(KeyAlgorithm::EcdsaP256, Material::P256(Box::new(signing)))
        }
        SECP_384_R_1 => {
            let scalar = container::sized(key.scalar, 48).ok_or_else(out_of_range)?;
            let signing = p384::ecdsa::SigningKey::from_slice(&scalar).map_err(|_| out_of_range())?;
            let point = signing.verifying_key().to_sec1_point(false);
            let compressed = signing.verifying_key().to_sec1_point(true);
            same_point(key.public_key, point.as_bytes(), compressed.as_bytes())?;
            PrivateKey::new(KeyAlgorithm::EcdsaP384, Material::P384(Box::new(signing)))
        }
        _ => Err(unsupported_curve()),
    }
}

fn same_point(given: Option<&[u8]>, point: &[u8], compressed: &[u8]) -> Result<()> {
    let same = |given: &[u8], point: &[u8]| given == container::without_last_zeros(point);
    match given {
        Some(given) if !same(given, point) && !same(given, compressed) => Err(public_mismatch()),
        _ => Ok(()),
    }
}

fn read_pkcs1(der: &[u8], random: &mut dyn Random) -> Result<PrivateKey> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| malformed())?;
    if key.other_prime_infos.is_some() {
        return Err(Error::new(
            Code::UnsupportedKey,
            "The RSA key has more than two primes, which is not supported and cannot be converted. Create a new key with openssl genrsa -out NEW-KEY 2048.",
        ));
    }
    if key.modulus.as_bytes().len() > 1024 {
        return Err(super::check::unsupported_length());
    }
    let number = |number: UintRef<'_>| BoxedUint::from_be_slice_vartime(number.as_bytes());
    let parts = Parts {
        n: number(key.modulus),
        e: number(key.public_exponent),
        d: number(key.private_exponent),
        p: number(key.prime1),
        q: number(key.prime2),
        dp: number(key.exponent1),
        dq: number(key.exponent2),
        q_inverse: number(key.coefficient),
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
