//! PBES2 (RFC 8018 6.2): keys under a passphrase.
//!
//! Read: PBKDF2 with HMAC-SHA-1, -256, -384, -512 or scrypt (RFC 7914), and AES-CBC; that is what OpenSSL 1.1 and later,
//! Node, Java, Python and ssh-keygen write. Written: scrypt and AES-256-CBC. A file says itself how much work opening it
//! is, so that is read and bounded before any work is done.

use crate::error::{Code, Error, Result};
use crate::random::{Checked, Random};
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, block_padding::Pkcs7};
use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Decode, Encode, Sequence};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

/// The label of EncryptedPrivateKeyInfo (RFC 7468 11).
pub(super) const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
const HMAC_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");
const HMAC_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.11");
const AES_128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");

/// More than three times what OWASP asks of PBKDF2 with SHA-256 (600,000), and a few seconds in wasm.
const MOST_ITERATIONS: u64 = 2_000_000;
/// scrypt takes 128·N·r bytes: 64 MiB.
const MOST_SCRYPT_MEMORY: u64 = (64 << 20) / 128;
/// scrypt's work is proportional to N·r·p; three times what is written here.
const MOST_SCRYPT_WORK: u64 = 1 << 21;

/// What is written: 16 MiB, because OpenSSL refuses more than 32 by default, and p = 5 to make up for it: OWASP counts
/// that as equal to N = 2^17, p = 1 (its Password Storage Cheat Sheet, read 2026-11).
const LOG_N: u8 = 14;
const BLOCK_SIZE: u8 = 8;
const PARALLELISM: u8 = 5;

const AES_BLOCK: usize = 16;
type AesKey = Zeroizing<[u8; 32]>;

#[derive(Sequence)]
struct EncryptedKey<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: &'a OctetStringRef,
}

#[derive(Sequence)]
struct Pbes2<'a> {
    derivation: AlgorithmIdentifierRef<'a>,
    cipher: AlgorithmIdentifierRef<'a>,
}

#[derive(Sequence)]
struct Pbkdf2<'a> {
    salt: &'a OctetStringRef,
    iterations: UintRef<'a>,
    key_length: Option<UintRef<'a>>,
    function: Option<AlgorithmIdentifierRef<'a>>,
}

#[derive(Sequence)]
struct Scrypt<'a> {
    salt: &'a OctetStringRef,
    cost: UintRef<'a>,
    block_size: UintRef<'a>,
    parallelism: UintRef<'a>,
    key_length: Option<UintRef<'a>>,
}

fn malformed() -> Error {
    Error::new(Code::InvalidKey, "this is not an encrypted PKCS#8 key in strict DER")
}

fn unsupported() -> Error {
    Error::new(
        Code::UnsupportedKeyFormat,
        "this key is encrypted in a way that is not read here; write it anew with: openssl pkcs8 -topk8 -v2 aes-256-cbc",
    )
}

fn excessive() -> Error {
    Error::new(Code::ExcessiveWork, "this key asks for more work or memory than a browser should spend; write it anew with ordinary settings")
}

fn wrong_passphrase() -> Error {
    Error::new(Code::WrongPassphrase, "the passphrase does not open this key, or the file is damaged")
}

/// Decrypts EncryptedPrivateKeyInfo. That what comes out is a key is for the caller to see.
pub(super) fn open(der: &[u8], passphrase: Option<&str>) -> Result<Zeroizing<Vec<u8>>> {
    let key = EncryptedKey::from_der(der).map_err(|_| malformed())?;
    if key.algorithm.oid != PBES2 {
        return Err(unsupported());
    }
    let parameters: Pbes2<'_> = parameters(&key.algorithm)?;
    let key_length = match parameters.cipher.oid {
        AES_128_CBC => 16,
        AES_192_CBC => 24,
        AES_256_CBC => 32,
        _ => return Err(unsupported()),
    };
    let iv = parameters.cipher.parameters.and_then(|iv| iv.decode_as::<&OctetStringRef>().ok());
    let iv = iv.and_then(|iv| <&[u8; AES_BLOCK]>::try_from(iv.as_bytes()).ok()).ok_or_else(malformed)?;
    // Bounds come before the question for a passphrase: a file that cannot be opened need not ask for one.
    let derivation = Derivation::read(&parameters.derivation, key_length)?;
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty()).ok_or_else(|| {
        Error::new(Code::PassphraseRequired, "this key is encrypted; its passphrase is needed")
    })?;
    let aes_key = derivation.derive(passphrase)?;
    let mut buffer = Zeroizing::new(key.data.as_bytes().to_vec());
    let length = match key_length {
        16 => decrypt::<aes::Aes128>(&aes_key[..16], iv, &mut buffer),
        24 => decrypt::<aes::Aes192>(&aes_key[..24], iv, &mut buffer),
        _ => decrypt::<aes::Aes256>(&aes_key[..], iv, &mut buffer),
    };
    let length = length.ok_or_else(wrong_passphrase)?;
    buffer.truncate(length);
    // One wrong passphrase in 256 leaves valid padding; a SEQUENCE of exactly this length is what tells.
    if !AnyRef::from_der(&buffer).is_ok_and(|any| any.is::<&der::asn1::SequenceRef>()) {
        return Err(wrong_passphrase());
    }
    Ok(buffer)
}

fn parameters<'a, T: Decode<'a> + der::FixedTag>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T>
where
    T: der::DecodeValue<'a, Error = der::Error>,
{
    algorithm.parameters.and_then(|any| any.decode_as::<T>().ok()).ok_or_else(malformed)
}

fn decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], buffer: &mut [u8]) -> Option<usize> {
    let mode = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    mode.decrypt_padded::<Pkcs7>(buffer).ok().map(<[u8]>::len)
}

/// How the passphrase becomes a key, bounded.
enum Derivation<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: u32, function: ObjectIdentifier, length: usize },
    Scrypt { salt: &'a [u8], cost: scrypt::Params, length: usize },
}

impl<'a> Derivation<'a> {
    fn read(algorithm: &AlgorithmIdentifierRef<'a>, length: usize) -> Result<Self> {
        let derivation = match algorithm.oid {
            PBKDF2 => {
                let given: Pbkdf2<'_> = parameters(algorithm)?;
                // The default is HMAC-SHA-1 (RFC 8018 A.2).
                let function = given.function.map_or(HMAC_SHA1, |function| function.oid);
                if ![HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512].contains(&function) {
                    return Err(unsupported());
                }
                check_length(given.key_length, length)?;
                let iterations = small(&given.iterations);
                if iterations == 0 {
                    return Err(malformed());
                }
                if iterations > MOST_ITERATIONS {
                    return Err(excessive());
                }
                let iterations = u32::try_from(iterations).map_err(|_| excessive())?;
                Derivation::Pbkdf2 { salt: given.salt.as_bytes(), iterations, function, length }
            }
            SCRYPT => {
                let given: Scrypt<'_> = parameters(algorithm)?;
                check_length(given.key_length, length)?;
                Derivation::Scrypt { salt: given.salt.as_bytes(), cost: scrypt_cost(&given)?, length }
            }
            _ => return Err(unsupported()),
        };
        Ok(derivation)
    }

    fn derive(&self, passphrase: &str) -> Result<AesKey> {
        let mut key = AesKey::default();
        match *self {
            Derivation::Pbkdf2 { salt, iterations, function, length } => {
                let derive = match function {
                    HMAC_SHA1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>,
                    HMAC_SHA384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>,
                    HMAC_SHA512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>,
                    _ => pbkdf2::pbkdf2_hmac::<sha2::Sha256>,
                };
                derive(passphrase.as_bytes(), salt, iterations, &mut key[..length]);
            }
            Derivation::Scrypt { salt, ref cost, length } => {
                scrypt::scrypt(passphrase.as_bytes(), salt, cost, &mut key[..length]).map_err(|_| malformed())?;
            }
        }
        Ok(key)
    }
}

fn scrypt_cost(given: &Scrypt<'_>) -> Result<scrypt::Params> {
    let (cost, block_size, parallelism) = (small(&given.cost), small(&given.block_size), small(&given.parallelism));
    if !cost.is_power_of_two() || cost < 2 || block_size == 0 || parallelism == 0 {
        return Err(malformed());
    }
    let memory = cost.saturating_mul(block_size);
    if memory > MOST_SCRYPT_MEMORY || memory.saturating_mul(parallelism) > MOST_SCRYPT_WORK {
        return Err(excessive());
    }
    let narrow = |number: u64| u32::try_from(number).map_err(|_| excessive());
    let log_n = u8::try_from(cost.trailing_zeros()).map_err(|_| excessive())?;
    scrypt::Params::new(log_n, narrow(block_size)?, narrow(parallelism)?).map_err(|_| malformed())
}

/// The key length is optional; where it is given it must be the cipher's.
fn check_length(given: Option<UintRef<'_>>, length: usize) -> Result<()> {
    let fits = given.is_none_or(|given| small(&given) == length as u64);
    if fits { Ok(()) } else { Err(malformed()) }
}

/// The number; what does not fit is as large as can be.
fn small(number: &UintRef<'_>) -> u64 {
    let bytes = number.as_bytes();
    if bytes.len() > 8 { u64::MAX } else { bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) }
}

/// Encrypts PrivateKeyInfo with a fresh salt and IV.
pub(super) fn seal(der: &[u8], passphrase: &str, random: &mut dyn Random) -> Result<Vec<u8>> {
    if passphrase.is_empty() {
        return Err(Error::new(Code::InvalidOptions, "an empty passphrase protects nothing; leave it out to write the key unencrypted"));
    }
    let mut random = Checked::new(random)?;
    let (mut salt, mut iv) = ([0u8; 16], [0u8; AES_BLOCK]);
    random.fill(&mut salt)?;
    random.fill(&mut iv)?;

    let cost = scrypt::Params::new(LOG_N, BLOCK_SIZE.into(), PARALLELISM.into()).map_err(|_| malformed())?;
    let aes_key = Derivation::Scrypt { salt: &salt, cost, length: 32 }.derive(passphrase)?;
    let mut buffer = Zeroizing::new(vec![0u8; der.len() + AES_BLOCK]);
    buffer[..der.len()].copy_from_slice(der);
    let mode = cbc::Encryptor::<aes::Aes256>::new_from_slices(&aes_key[..], &iv).map_err(|_| malformed())?;
    let encrypted = mode.encrypt_padded::<Pkcs7>(&mut buffer, der.len()).map_err(|_| malformed())?;
    encode(&salt, &iv, encrypted).map_err(|_| malformed())
}

fn encode(salt: &[u8], iv: &[u8], encrypted: &[u8]) -> der::Result<Vec<u8>> {
    let cost = (1u16 << LOG_N).to_be_bytes();
    let derivation = Scrypt {
        salt: OctetStringRef::new(salt)?,
        cost: UintRef::new(&cost)?,
        block_size: UintRef::new(&[BLOCK_SIZE])?,
        parallelism: UintRef::new(&[PARALLELISM])?,
        key_length: None,
    }
    .to_der()?;
    let parameters = Pbes2 {
        derivation: AlgorithmIdentifierRef { oid: SCRYPT, parameters: Some(AnyRef::from_der(&derivation)?) },
        cipher: AlgorithmIdentifierRef { oid: AES_256_CBC, parameters: Some(OctetStringRef::new(iv)?.into()) },
    }
    .to_der()?;
    let algorithm = AlgorithmIdentifierRef { oid: PBES2, parameters: Some(AnyRef::from_der(&parameters)?) };
    EncryptedKey { algorithm, data: OctetStringRef::new(encrypted)? }.to_der()
}
