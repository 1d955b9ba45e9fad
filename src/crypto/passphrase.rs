//! PBES2 (RFC 8018, 6.2): keys under a passphrase.
//!
//! Read: PBKDF2 with HMAC-SHA-1, -256 or -512, or scrypt (RFC 7914), and AES-CBC, which is what OpenSSL, Node, Java and
//! Python write. Written: scrypt and AES-256-CBC, for PKCS#12 PBKDF2. A file says itself how much work opening it is; that is bounded before
//! any of it is done. (The pkcs5 crate would do this too, with AES-GCM and more besides: 8 KB of compressed wasm.)

use crate::encoding::der::{Reader, is_integer, tag, write, write_unsigned};
use crate::error::{Code, Error, Result};
use crate::random::Random;
use aes::cipher::array::Array;
use aes::cipher::block_padding::{Padding, Pkcs7};
use aes::cipher::consts::U16;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use pbkdf2::pbkdf2_hmac;
use zeroize::Zeroizing;

/// 1.2.840.113549.1.5.13, .12, 1.3.6.1.4.1.11591.4.11.
const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
const SCRYPT: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B];
/// 1.2.840.113549.2.7, .9, .11.
const HMAC_SHA1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x07];
const HMAC_SHA256: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09];
const HMAC_SHA512: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x0B];
/// 2.16.840.1.101.3.4.1.2 and .42.
const AES_128_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A];

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
    Error::new(Code::InvalidKey, "this is not an encrypted PKCS#8 key in strict DER")
}

fn unsupported() -> Error {
    Error::new(
        Code::UnsupportedKeyFormat,
        "this key is encrypted in a way that is not read here; write it again with openssl pkcs8 -topk8 -v2 aes-256-cbc",
    )
}

fn excessive() -> Error {
    Error::new(
        Code::ExcessiveWork,
        "this key asks for more work than a browser should do to open it; write it again with ordinary settings",
    )
}

/// The passphrase is not the one, or the file is damaged: nothing tells the two apart.
pub(crate) fn wrong() -> Error {
    Error::new(Code::WrongPassphrase, "the passphrase does not open this key, or the file is damaged")
}

/// How the passphrase becomes a key.
enum Derivation<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: u32, function: &'a [u8] },
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
        return Err(Error::new(Code::PassphraseRequired, "the key is encrypted: its passphrase is needed"));
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
    let ((oid, parameters), data) = split(der).ok_or_else(malformed)?;
    if oid != PBES2 {
        return Err(unsupported());
    }
    let mut schemes = Reader::new(Reader::one(parameters, tag::SEQUENCE).ok_or_else(malformed)?);
    let derivation = schemes.take(tag::SEQUENCE).and_then(identifier).ok_or_else(malformed)?;
    let cipher = schemes.take(tag::SEQUENCE).and_then(identifier).ok_or_else(malformed)?;
    let key_length = match cipher.0 {
        AES_128_CBC => 16,
        AES_256_CBC => 32,
        _ => return Err(unsupported()),
    };
    let iv = Reader::one(cipher.1, tag::OCTET_STRING).and_then(|iv| iv.try_into().ok()).ok_or_else(malformed)?;
    let contents = Reader::one(derivation.1, tag::SEQUENCE).ok_or_else(malformed)?;
    let derivation = match derivation.0 {
        PBKDF2 => read_pbkdf2(contents, key_length)?,
        SCRYPT => read_scrypt(contents, key_length)?,
        _ => return Err(unsupported()),
    };
    Ok(Sealed { derivation, key_length, iv, data })
}

/// An AlgorithmIdentifier: the id's contents, and all bytes of the parameters.
type Identifier<'a> = (&'a [u8], &'a [u8]);

/// EncryptedPrivateKeyInfo: the algorithm and the data.
fn split(der: &[u8]) -> Option<(Identifier<'_>, &[u8])> {
    let mut info = Reader::new(Reader::one(der, tag::SEQUENCE)?);
    let algorithm = identifier(info.take(tag::SEQUENCE)?)?;
    let data = info.take(tag::OCTET_STRING)?;
    info.end()?;
    Some((algorithm, data))
}

fn identifier(contents: &[u8]) -> Option<Identifier<'_>> {
    let mut identifier = Reader::new(contents);
    let oid = identifier.take(tag::OID)?;
    let parameters = if identifier.is_empty() { &[][..] } else { identifier.element()?.whole };
    identifier.end()?;
    Some((oid, parameters))
}

/// A positive INTEGER; what does not fit is as large as can be.
fn number(reader: &mut Reader<'_>) -> Option<u64> {
    let contents = reader.take(tag::INTEGER).filter(|contents| is_integer(contents) && contents[0] & 0x80 == 0)?;
    let digits = contents.strip_prefix(&[0]).unwrap_or(contents);
    Some(if digits.len() > 8 { u64::MAX } else { digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) })
}

/// The optional key length must be the cipher's.
fn check_length(reader: &mut Reader<'_>, key_length: usize) -> Option<()> {
    let mut ahead = *reader;
    if let Some(length) = number(&mut ahead) {
        *reader = ahead;
        return (length == key_length as u64).then_some(());
    }
    Some(())
}

/// RFC 8018 A.2; the function is HMAC-SHA-1 where none is named.
fn read_pbkdf2(contents: &[u8], key_length: usize) -> Result<Derivation<'_>> {
    let mut parameters = Reader::new(contents);
    let salt = parameters.take(tag::OCTET_STRING).ok_or_else(unsupported)?;
    let iterations = number(&mut parameters).filter(|number| *number > 0).ok_or_else(malformed)?;
    check_length(&mut parameters, key_length).ok_or_else(malformed)?;
    let function = match parameters.optional(tag::SEQUENCE).ok_or_else(malformed)? {
        Some(contents) => identifier(contents).ok_or_else(malformed)?.0,
        None => HMAC_SHA1,
    };
    parameters.end().ok_or_else(malformed)?;
    if ![HMAC_SHA1, HMAC_SHA256, HMAC_SHA512].contains(&function) {
        return Err(unsupported());
    }
    if iterations > MOST_ITERATIONS {
        return Err(excessive());
    }
    let iterations = u32::try_from(iterations).map_err(|_| excessive())?;
    Ok(Derivation::Pbkdf2 { salt, iterations, function })
}

/// RFC 7914, 7.
fn read_scrypt(contents: &[u8], key_length: usize) -> Result<Derivation<'_>> {
    let mut parameters = Reader::new(contents);
    let salt = parameters.take(tag::OCTET_STRING).ok_or_else(malformed)?;
    let mut next = || number(&mut parameters).filter(|number| *number > 0).ok_or_else(malformed);
    let (cost, block_size, parallelism) = (next()?, next()?, next()?);
    check_length(&mut parameters, key_length).ok_or_else(malformed)?;
    parameters.end().ok_or_else(malformed)?;
    let area = cost.saturating_mul(block_size);
    if area.saturating_mul(128) > MOST_SCRYPT_MEMORY || area.saturating_mul(parallelism) > MOST_SCRYPT_WORK {
        return Err(excessive());
    }
    if !cost.is_power_of_two() {
        return Err(malformed());
    }
    let narrow = |number: u64| u32::try_from(number).map_err(|_| excessive());
    let cost = scrypt::Params::new(cost.trailing_zeros() as u8, narrow(block_size)?, narrow(parallelism)?).map_err(|_| malformed())?;
    Ok(Derivation::Scrypt { salt, cost })
}

fn derive(derivation: &Derivation<'_>, passphrase: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0u8; 32]);
    let passphrase = passphrase.as_bytes();
    match derivation {
        Derivation::Pbkdf2 { salt, iterations, function } => match *function {
            HMAC_SHA1 => pbkdf2_hmac::<sha1::Sha1>(passphrase, salt, *iterations, key.as_mut()),
            HMAC_SHA512 => pbkdf2_hmac::<sha2::Sha512>(passphrase, salt, *iterations, key.as_mut()),
            _ => pbkdf2_hmac::<sha2::Sha256>(passphrase, salt, *iterations, key.as_mut()),
        },
        Derivation::Scrypt { salt, cost } => scrypt::scrypt(passphrase, salt, cost, key.as_mut()).map_err(|_| malformed())?,
    }
    Ok(key)
}

/// Encrypts PrivateKeyInfo with a fresh salt and IV.
pub(crate) fn seal(der: &[u8], passphrase: &str, random: &mut dyn Random) -> Result<Vec<u8>> {
    if passphrase.is_empty() {
        return Err(Error::new(Code::InvalidOptions, "the passphrase is empty: give one, or leave it out to save the key unencrypted"));
    }
    let (algorithm, data) = Lock::scrypt(passphrase, random)?.close(der, random)?;
    Ok(write(tag::SEQUENCE, &[&algorithm, &write(tag::OCTET_STRING, &[&data])]))
}

/// A key derived from a passphrase and a fresh salt, and the AlgorithmIdentifier that says how. What is closed with it
/// has an IV of its own each, so that several parts of one file cost one derivation.
pub(crate) struct Lock {
    key: Zeroizing<[u8; 32]>,
    derivation: Vec<u8>,
}

impl Lock {
    fn scrypt(passphrase: &str, random: &mut dyn Random) -> Result<Lock> {
        let mut salt = [0u8; 16];
        random.fill(&mut salt)?;
        let cost = scrypt::Params::new(LOG_N, BLOCK_SIZE.into(), PARALLELISM.into()).map_err(|_| malformed())?;
        let key = derive(&Derivation::Scrypt { salt: &salt, cost }, passphrase)?;
        let integer = |bytes: &[u8]| write(tag::INTEGER, &[bytes]);
        let cost = integer(&(1u16 << LOG_N).to_be_bytes());
        let salt = write(tag::OCTET_STRING, &[&salt]);
        let parameters = write(tag::SEQUENCE, &[&salt, &cost, &integer(&[BLOCK_SIZE]), &integer(&[PARALLELISM])]);
        Ok(Lock { key, derivation: write_identifier(SCRYPT, &parameters) })
    }

    /// PBKDF2 with HMAC-SHA-256 (RFC 8018, A.2), for those who do not read scrypt.
    pub(crate) fn pbkdf2(passphrase: &str, iterations: u32, random: &mut dyn Random) -> Result<Lock> {
        let mut salt = [0u8; 16];
        random.fill(&mut salt)?;
        let key = derive(&Derivation::Pbkdf2 { salt: &salt, iterations, function: HMAC_SHA256 }, passphrase)?;
        let (salt, function) = (write(tag::OCTET_STRING, &[&salt]), write_identifier(HMAC_SHA256, &[0x05, 0x00]));
        let parameters = write(tag::SEQUENCE, &[&salt, &write_unsigned(&iterations.to_be_bytes()), &function]);
        Ok(Lock { key, derivation: write_identifier(PBKDF2, &parameters) })
    }

    /// The AlgorithmIdentifier (PBES2, AES-256-CBC) and the encrypted bytes.
    pub(crate) fn close(&self, plain: &[u8], random: &mut dyn Random) -> Result<(Vec<u8>, Vec<u8>)> {
        let mut iv = [0u8; AES_BLOCK];
        random.fill(&mut iv)?;
        let mut buffer = Zeroizing::new(vec![0u8; plain.len() + AES_BLOCK]);
        buffer[..plain.len()].copy_from_slice(plain);
        let mode = cbc::Encryptor::<aes::Aes256>::new_from_slices(&self.key[..], &iv).map_err(|_| malformed())?;
        let data = mode.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).map_err(|_| malformed())?.to_vec();
        let cipher = write_identifier(AES_256_CBC, &write(tag::OCTET_STRING, &[&iv]));
        Ok((write_identifier(PBES2, &write(tag::SEQUENCE, &[&self.derivation, &cipher])), data))
    }
}

fn write_identifier(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    write(tag::SEQUENCE, &[&write(tag::OID, &[oid]), parameters])
}
