//! Keys out of passphrases (RFC 7292, appendix B).

use sha2::Digest;
use zeroize::Zeroizing;

/// The blocks of SHA-1 and SHA-256, in bytes.
const BLOCK: usize = 64;

/// RFC 7292, B.2: `length` bytes for a purpose (B.3) out of passphrase and salt.
pub(super) fn derive<D: Digest>(purpose: u8, passphrase: &str, salt: &[u8], iterations: u32, length: usize) -> Zeroizing<Vec<u8>> {
    // UTF-16 with its zero at the end (B.1); never more units than UTF-8 has bytes. Sized, so that nothing is left behind.
    let mut words = Zeroizing::new(Vec::with_capacity(2 * passphrase.len() + 2));
    words.extend(passphrase.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
    let (salted, padded) = (salt.len().next_multiple_of(BLOCK), words.len().next_multiple_of(BLOCK));
    let mut input = Zeroizing::new(Vec::with_capacity(salted + padded));
    input.extend(salt.iter().cycle().take(salted));
    input.extend(words.iter().cycle().take(padded));
    let mut output = Zeroizing::new(Vec::with_capacity(length));
    loop {
        let mut block = Zeroizing::new(D::new().chain_update([purpose; BLOCK]).chain_update(input.as_slice()).finalize().to_vec());
        for _ in 1..iterations {
            let next = D::digest(block.as_slice());
            block.copy_from_slice(&next);
        }
        let missing = length - output.len();
        output.extend(block.iter().take(missing));
        if output.len() == length {
            return output;
        }
        // Each block of the input plus the block, repeated to its length, plus one, modulo 2^512.
        for part in input.chunks_mut(BLOCK) {
            let mut carry = 1u16;
            for (at, byte) in part.iter_mut().enumerate().rev() {
                carry += u16::from(*byte) + u16::from(block[at % block.len()]);
                *byte = carry as u8;
                carry >>= 8;
            }
        }
    }
}
