//! PBES2 (RFC 8018, 6.2): keys under a passphrase.
//!
//! Read: PBKDF2 with HMAC-SHA-1, -256 or -512, or scrypt (RFC 7914), and AES-CBC, which is what OpenSSL, Node, Java and
//! Python write. Written: scrypt and AES-256-CBC, for PKCS#12 PBKDF2. A file says itself how much work opening it is; that is bounded before
//! any of it is done. (The pkcs5 crate would do this too, with AES-GCM and more besides: 8 KB of compressed wasm.)

use crate::encoding::pbes2::{EncryptedPrivateKeyInfo, HMAC_SHA1, PBES2, Pbes2, Pbkdf2, SCRYPT, Scrypt, identifier, number, parameters};
use crate::error::{Code, Error, Result};
use crate::random::Random;
use aes::cipher::array::Array;
use aes::cipher::block_padding::{Padding, Pkcs7};
use aes::cipher::consts::U16;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5753::{ID_HMAC_WITH_SHA_256, ID_HMAC_WITH_SHA_512};
use const_oid::db::rfc5911::{ID_AES_128_CBC, ID_AES_256_CBC, ID_PBKDF_2};
use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::referenced::OwnedToRef;
use der::{Decode, Encode};
use pbkdf2::pbkdf2_hmac;
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};
use zeroize::Zeroizing;

/// Three times what OWASP asks of PBKDF2 with SHA-256 (600,000 in 2025): a second or two in wasm.
const MOST_ITERATIONS: u64 = 2_000_000;
/// scrypt takes 128·N·r bytes: 64 MiB at most.
const MOST_SCRYPT_MEMORY: u64 = 64 << 20;
/// Its work is proportional to N·r·p: three times what is written here.
const MOST_SCRYPT_WORK: u64 = 1 << 21;

/// What is written: 16 MiB, since OpenSSL refuses more than 32 by default, with p = 5 to make up for it; OWASP counts
/// that as equal to N = 2^17, p = 1 (2025).
const LOG_N: u8 = 14;
const BLOCK_SIZE: u8 = 8;
const PARALLELISM: u8 = 5;

const AES_BLOCK: usize = 16;

fn malformed() -> Error {
    Error::new(Code::InvalidKey, "This is not an encrypted PKCS#8 key in strict DER. Copy the key again.")
}

fn unsupported() -> Error {
    Error::new(
        Code::UnsupportedKeyFormat,
        "The encryption of this key is not supported. Convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc.",
    )
}

fn excessive() -> Error {
    Error::new(
        Code::ExcessiveWork,
        "Decrypting this key takes more work than is allowed here. Encrypt it again with the default settings of openssl pkcs8.",
    )
}

/// The passphrase is not the one, or the file is damaged: nothing tells the two apart.
pub(crate) fn wrong() -> Error {
    Error::new(Code::WrongPassphrase, "The passphrase does not decrypt this key, or the file is damaged. Check both.")
}

/// How the passphrase becomes a key.
enum Derivation<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: u32, function: ObjectIdentifier },
    Scrypt { salt: &'a [u8], cost: scrypt::Params },
}

/// What a file says of its encryption, bounded.
struct Sealed<'a> {
    derivation: Derivation<'a>,
    key_length: usize,
    iv: &'a [u8; AES_BLOCK],
    data: &'a [u8],
}

/// Opens EncryptedPrivateKeyInfo (RFC 5958, 3). Whether what comes out is a key is for the caller to see.
pub(crate) fn open(der: &[u8], passphrase: Option<&str>) -> Result<Zeroizing<Vec<u8>>> {
    let sealed = read(der)?;
    let Some(passphrase) = passphrase.filter(|passphrase| !passphrase.is_empty()) else {
        return Err(Error::new(Code::PassphraseRequired, "The key is encrypted. Give its passphrase."));
    };
    let key = derive(&sealed.derivation, passphrase)?;
    let mut buffer = Zeroizing::new(sealed.data.to_vec());
    let length = if sealed.key_length == 16 {
        let mode = cbc::Decryptor::<aes::Aes128>::new_from_slices(&key[..16], sealed.iv).map_err(|_| malformed())?;
        decrypted(mode, &mut buffer)
    } else {
        let mode = cbc::Decryptor::<aes::Aes256>::new_from_slices(&key[..], sealed.iv).map_err(|_| malformed())?;
        decrypted(mode, &mut buffer)
    };
    buffer.truncate(length.ok_or_else(wrong)?);
    Ok(buffer)
}

/// Decrypts in place and gives the length without the padding. Block by block: two at a time is another AES, 1 KB of compressed
/// wasm (2026-11), for keys of a few kilobytes.
fn decrypted<M: BlockModeDecrypt<BlockSize = U16>>(mut mode: M, data: &mut [u8]) -> Option<usize> {
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    blocks.iter_mut().for_each(|block| mode.decrypt_block(block));
    rest.is_empty().then_some(())?;
    Pkcs7::unpad_blocks(blocks).ok().map(<[u8]>::len)
}

fn read(der: &[u8]) -> Result<Sealed<'_>> {
    let info = EncryptedPrivateKeyInfo::from_der(der).map_err(|_| malformed())?;
    if info.algorithm.oid != PBES2 {
        return Err(unsupported());
    }
    let schemes: Pbes2<'_> = parameters(&info.algorithm).ok_or_else(malformed)?;
    let key_length = match schemes.cipher.oid {
        ID_AES_128_CBC => 16,
        ID_AES_256_CBC => 32,
        _ => return Err(unsupported()),
    };
    let iv: &OctetStringRef = parameters(&schemes.cipher).ok_or_else(malformed)?;
    let derivation = match schemes.derivation.oid {
        ID_PBKDF_2 => read_pbkdf2(&parameters(&schemes.derivation).ok_or_else(malformed)?, key_length)?,
        SCRYPT => read_scrypt(&parameters(&schemes.derivation).ok_or_else(malformed)?, key_length)?,
        _ => return Err(unsupported()),
    };
    Ok(Sealed { derivation, key_length, iv: iv.as_bytes().try_into().map_err(|_| malformed())?, data: info.data.as_bytes() })
}

/// A number above zero.
fn positive(value: UintRef<'_>) -> Result<u64> {
    Some(number(value)).filter(|value| *value > 0).ok_or_else(malformed)
}

/// The optional key length must be the cipher's.
fn check_length(length: Option<UintRef<'_>>, key_length: usize) -> Result<()> {
    if length.is_none_or(|length| number(length) == key_length as u64) { Ok(()) } else { Err(malformed()) }
}

fn read_pbkdf2<'a>(parameters: &Pbkdf2<'a>, key_length: usize) -> Result<Derivation<'a>> {
    let salt: &OctetStringRef = parameters.salt.decode_as().map_err(|_| unsupported())?;
    let iterations = positive(parameters.iterations)?;
    check_length(parameters.key_length, key_length)?;
    let function = parameters.function.map_or(HMAC_SHA1, |function| function.oid);
    if ![HMAC_SHA1, ID_HMAC_WITH_SHA_256, ID_HMAC_WITH_SHA_512].contains(&function) {
        return Err(unsupported());
    }
    if iterations > MOST_ITERATIONS {
        return Err(excessive());
    }
    let iterations = u32::try_from(iterations).map_err(|_| excessive())?;
    Ok(Derivation::Pbkdf2 { salt: salt.as_bytes(), iterations, function })
}

fn read_scrypt<'a>(parameters: &Scrypt<'a>, key_length: usize) -> Result<Derivation<'a>> {
    let (cost, block_size) = (positive(parameters.cost)?, positive(parameters.block_size)?);
    let parallelism = positive(parameters.parallelism)?;
    check_length(parameters.key_length, key_length)?;
    let area = cost.saturating_mul(block_size);
    if area.saturating_mul(128) > MOST_SCRYPT_MEMORY || area.saturating_mul(parallelism) > MOST_SCRYPT_WORK {
        return Err(excessive());
    }
    if !cost.is_power_of_two() {
        return Err(malformed());
    }
    let narrow = |number: u64| u32::try_from(number).map_err(|_| excessive());
    let cost = scrypt::Params::new(cost.trailing_zeros() as u8, narrow(block_size)?, narrow(parallelism)?).map_err(|_| malformed())?;
    Ok(Derivation::Scrypt { salt: parameters.salt.as_bytes(), cost })
}

fn derive(derivation: &Derivation<'_>, passphrase: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0u8; 32]);
    let passphrase = passphrase.as_bytes();
    match derivation {
        Derivation::Pbkdf2 { salt, iterations, function } => match *function {
            HMAC_SHA1 => pbkdf2_hmac::<sha1::Sha1>(passphrase, salt, *iterations, key.as_mut()),
            ID_HMAC_WITH_SHA_512 => pbkdf2_hmac::<sha2::Sha512>(passphrase, salt, *iterations, key.as_mut()),
            _ => pbkdf2_hmac::<sha2::Sha256>(passphrase, salt, *iterations, key.as_mut()),
        },
        Derivation::Scrypt { salt, cost } => scrypt::scrypt(passphrase, salt, cost, key.as_mut()).map_err(|_| malformed())?,
    }
    Ok(key)
}

/// Encrypts PrivateKeyInfo with a fresh salt and IV.
pub(crate) fn seal(der: &[u8], passphrase: &str, random: &mut dyn Random) -> Result<Vec<u8>> {
    if passphrase.is_empty() {
        return Err(Error::new(Code::InvalidOptions, "The passphrase is empty. Give one, or leave it out to save the key unencrypted."));
    }
    let (algorithm, data) = Lock::scrypt(passphrase, random)?.close(der, random)?;
    encrypted(&algorithm, &data).map_err(too_long)
}

/// EncryptedPrivateKeyInfo (RFC 5958, 3), DER.
fn encrypted(algorithm: &AlgorithmIdentifierOwned, data: &[u8]) -> der::Result<Vec<u8>> {
    EncryptedPrivateKeyInfo { algorithm: algorithm.owned_to_ref(), data: OctetStringRef::new(data)? }.to_der()
}

fn too_long(_: der::Error) -> Error {
    Error::new(Code::InconsistentKey, "The key cannot be encoded.")
}

/// A key derived from a passphrase and a fresh salt, and the AlgorithmIdentifier that says how. What is closed with it
/// has an IV of its own each, so that several parts of one file cost one derivation.
pub(crate) struct Lock {
    key: Zeroizing<[u8; 32]>,
    derivation: AlgorithmIdentifierOwned,
}

impl Lock {
    fn scrypt(passphrase: &str, random: &mut dyn Random) -> Result<Lock> {
        let mut salt = [0u8; 16];
        random.fill(&mut salt)?;
        let cost = scrypt::Params::new(LOG_N, BLOCK_SIZE.into(), PARALLELISM.into()).map_err(|_| malformed())?;
        let key = derive(&Derivation::Scrypt { salt: &salt, cost }, passphrase)?;
        let cost = (1u16 << LOG_N).to_be_bytes();
        Ok(Lock { key, derivation: scrypt_identifier(&salt, &cost).map_err(too_long)? })
    }

    /// PBKDF2 with HMAC-SHA-256 (RFC 8018, A.2), for those who do not read scrypt.
    pub(crate) fn pbkdf2(passphrase: &str, iterations: u32, random: &mut dyn Random) -> Result<Lock> {
        let mut salt = [0u8; 16];
        random.fill(&mut salt)?;
        let key = derive(&Derivation::Pbkdf2 { salt: &salt, iterations, function: ID_HMAC_WITH_SHA_256 }, passphrase)?;
        Ok(Lock { key, derivation: pbkdf2_identifier(&salt, &iterations.to_be_bytes()).map_err(too_long)? })
    }

    /// The AlgorithmIdentifier (PBES2, AES-256-CBC) and the encrypted bytes.
    pub(crate) fn close(&self, plain: &[u8], random: &mut dyn Random) -> Result<(AlgorithmIdentifierOwned, Vec<u8>)> {
        let mut iv = [0u8; AES_BLOCK];
        random.fill(&mut iv)?;
        let mut buffer = Zeroizing::new(vec![0u8; plain.len() + AES_BLOCK]);
        buffer[..plain.len()].copy_from_slice(plain);
        let mode = cbc::Encryptor::<aes::Aes256>::new_from_slices(&self.key[..], &iv).map_err(|_| malformed())?;
        let data = mode.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).map_err(|_| malformed())?.to_vec();
        Ok((pbes2_identifier(&self.derivation, &iv).map_err(too_long)?, data))
    }
}

fn scrypt_identifier(salt: &[u8], cost: &[u8]) -> der::Result<AlgorithmIdentifierOwned> {
    let parameters = Scrypt {
        salt: OctetStringRef::new(salt)?,
        cost: UintRef::new(cost)?,
        block_size: UintRef::new(&[BLOCK_SIZE])?,
        parallelism: UintRef::new(&[PARALLELISM])?,
        key_length: None,
    };
    identifier(SCRYPT, &parameters)
}

fn pbkdf2_identifier(salt: &[u8], iterations: &[u8]) -> der::Result<AlgorithmIdentifierOwned> {
    let function = AlgorithmIdentifierRef { oid: ID_HMAC_WITH_SHA_256, parameters: Some(AnyRef::NULL) };
    let parameters = Pbkdf2 {
        salt: OctetStringRef::new(salt)?.into(),
        iterations: UintRef::new(iterations)?,
        key_length: None,
        function: Some(function),
    };
    identifier(ID_PBKDF_2, &parameters)
}

fn pbes2_identifier(derivation: &AlgorithmIdentifierOwned, iv: &[u8]) -> der::Result<AlgorithmIdentifierOwned> {
    let iv = AnyRef::from(OctetStringRef::new(iv)?);
    let cipher = AlgorithmIdentifierRef { oid: ID_AES_256_CBC, parameters: Some(iv) };
    identifier(PBES2, &Pbes2 { derivation: derivation.owned_to_ref(), cipher })
}
