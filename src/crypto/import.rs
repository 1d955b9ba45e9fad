//! Reading keys: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017), and encrypted PKCS#8 (RFC 8018, PBES2).

use super::algorithm::{Kind, unsupported_curve, unsupported_kind};
use super::material::malformed;
use super::{KeyAlgorithm, PrivateKey, ed25519, passphrase, rsa, stack};
use crate::encoding::container::{self, EcPrivate};
use crate::encoding::pem::{self, Block};
use crate::error::{Code, Error, Result};
use crate::input::{self, Cause};
use crate::random::Random;
use crate::secret::Secret;
use const_oid::ObjectIdentifier;
use der::Decode;
use der::asn1::AnyRef;
use pkcs8::PrivateKeyInfoRef;

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
            return Err(Error::new(
                Code::InputTooLarge,
                "The text is too large for a private key: at most 256 KiB are read. Copy the key alone.",
            ));
        }
        refuse_other_formats(text)?;
        let opened = input::pem(text).map_err(refused)?;
        let document = pem::document(&opened.text)?;
        if document.damaged > 0 {
            return Err(Error::new(
                Code::InvalidPem,
                "The PEM block is damaged. Copy everything from the BEGIN line to the END line, dashes included.",
            ));
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
            _ => Err(Error::new(Code::InvalidKey, "There must be exactly one private key in this text. Copy the key alone.")),
        }
    }
}

/// Formats that people have and that are not read: named, with the way out.
fn refuse_other_formats(text: &[u8]) -> Result<()> {
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = &text[start..];
    let message = if text.starts_with(b"PuTTY-User-Key-File") {
        "This is a PuTTY key. Export it as an OpenSSH key, then convert that with ssh-keygen -p -m PKCS8."
    } else if text.starts_with(b"{") && !text.windows(6).any(|window| window == b"BEGIN ") {
        "This begins like JSON, such as a JWK, and is not PEM. Give the key as PEM, which begins with -----BEGIN."
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
            "The key has PEM headers, such as those of the old encryption (Proc-Type). Convert it with openssl pkcs8 -topk8.",
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
            Err(Error::new(Code::UnsupportedKeyFormat, "This is an OpenSSH key. Convert a copy with ssh-keygen -p -m PKCS8."))
        }
        "CERTIFICATE" => {
            Err(Error::new(Code::InvalidKey, "This is a certificate. Give its private key, which begins with -----BEGIN PRIVATE KEY-----."))
        }
        "CERTIFICATE REQUEST" | "PUBLIC KEY" => {
            Err(Error::new(Code::InvalidKey, "This is public. Give the private key, which begins with -----BEGIN PRIVATE KEY-----."))
        }
        _ => Err(Error::new(Code::UnsupportedKeyFormat, "This is not a PKCS#8, SEC1 or PKCS#1 private key.")),
    }
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
    let algorithm = KeyAlgorithm::of_kind(info.algorithm.oid).ok_or_else(unsupported_kind)?;
    match algorithm.kind() {
        Kind::Rsa(_) if parameters == Some(AnyRef::NULL) => read_pkcs1(key, random),
        Kind::Ecdsa(_) => {
            if parameters.is_some_and(container::is_sequence) {
                return Err(explicit_curve());
            }
            let curve = parameters.and_then(|parameters| parameters.decode_as().ok()).ok_or_else(unsupported_curve)?;
            read_sec1(&EcPrivate::read(key).ok_or_else(malformed)?, Some(curve))
        }
        Kind::Ed25519 if parameters.is_none() => PrivateKey::new(algorithm, ed25519::read(key, public_key)?),
        Kind::Rsa(_) | Kind::Ed25519 => Err(malformed()),
    }
}

/// As LibreSSL before 3.4 and OpenSSL 1.0 write it, and as no Go program reads it.
fn explicit_curve() -> Error {
    Error::new(
        Code::UnsupportedKey,
        "The key spells its curve out instead of naming it, and kubectl and the API server refuse such keys. LibreSSL before 3.4 (macOS) and OpenSSL 1.0 write them. Convert it with openssl ec -in KEY -param_enc named_curve -out NEW-KEY, or create a new one with -pkeyopt ec_param_enc:named_curve.",
    )
}

fn read_sec1(key: &EcPrivate<'_>, outer: Option<ObjectIdentifier>) -> Result<PrivateKey> {
    if key.spells_curve_out() {
        return Err(explicit_curve());
    }
    let inner = key.curve.map(|curve| curve.decode_as().map_err(|_| malformed())).transpose()?;
    let oid = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(Error::new(Code::InconsistentKey, "The key names two different curves. Copy the key again."));
        }
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(unsupported_curve()),
    };
    let (algorithm, curve) = KeyAlgorithm::of_curve(oid).ok_or_else(unsupported_curve)?;
    PrivateKey::new(algorithm, curve.read(key)?)
}

fn read_pkcs1(der: &[u8], random: &mut dyn Random) -> Result<PrivateKey> {
    let (algorithm, key) = rsa::read(der, random)?;
    PrivateKey::new(algorithm, key)
}
