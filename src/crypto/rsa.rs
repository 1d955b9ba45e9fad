//! RSA keys: signatures by PKCS#1 v1.5 (RFC 8017), the search for a key, its file.

use super::algorithm::{KeyAlgorithm, unsupported_length};
use super::check::{Parts, check};
use super::material::{Material, does_not_sign, malformed};
use super::prime::{self, PrimeSearch};
use super::rsa_key::{E, are_far_apart, assemble};
use crate::encoding::container;
use crate::error::{Code, Error, Result};
use crate::random::{Lent, Random};
use crypto_bigint::{BoxedUint, Resize};
use der::Decode;
use der::asn1::UintRef;
use pkcs1::RsaPrivateKeyRef;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

impl Material for rsa::PrivateKey {
    fn public_key(&self) -> Result<Vec<u8>> {
        container::public_rsa(&self.n().to_be_bytes(), &self.e().to_be_bytes())
    }

    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>> {
        let mut lent = Lent::new(random);
        let signature = self.sign_with_rng(&mut lent, rsa::Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
        lent.result()?;
        signature.map_err(|_| does_not_sign())
    }

    /// # Errors
    /// [`Code::InconsistentKey`] where a part is missing; a key that was assembled has them all.
    fn pkcs8(&self) -> Result<Vec<u8>> {
        let missing = || Error::new(Code::InconsistentKey, "The private key cannot be encoded. Generate a new key.");
        let [p, q] = self.primes() else { return Err(missing()) };
        let (dp, dq) = (self.dp().ok_or_else(missing)?, self.dq().ok_or_else(missing)?);
        let q_inverse = self.qinv().ok_or_else(missing)?.retrieve();
        let secret = |number: &BoxedUint| Zeroizing::new(number.to_be_bytes());
        let secrets = [self.d(), p.as_ref(), q.as_ref(), dp, dq, &q_inverse].map(secret);
        let [d, p, q, dp, dq, q_inverse] = &secrets;
        container::private_rsa([&self.n().to_be_bytes(), &self.e().to_be_bytes(), d, p, q, dp, dq, q_inverse])
    }
}

/// RSAPrivateKey (RFC 8017, A.1.2), checked.
pub(super) fn read(der: &[u8], random: &mut dyn Random) -> Result<(KeyAlgorithm, Box<dyn Material>)> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| malformed())?;
    if key.other_prime_infos.is_some() {
        return Err(Error::new(
            Code::UnsupportedKey,
            "The RSA key has more than two primes, which is not supported and cannot be converted. Create a new key with openssl genrsa -out NEW-KEY 2048.",
        ));
    }
    if key.modulus.as_bytes().len() > 1024 {
        return Err(unsupported_length());
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
    let bits = parts.n.bit_width();
    let algorithm = KeyAlgorithm::of_rsa_bits(bits).ok_or_else(unsupported_length)?;
    check(&parts, random)?;
    let half = bits / 2;
    let key = assemble(parts.p.resize(half), parts.q.resize(half), parts.e, half)?;
    Ok((algorithm, Box::new(key)))
}

/// Two primes that fit together (FIPS 186-5 A.1.3).
pub(super) struct PairSearch {
    half_bits: u32,
    pub(super) search: PrimeSearch,
    first: Option<BoxedUint>,
}

impl PairSearch {
    pub(super) fn new(bits: u32, helps: bool) -> PairSearch {
        let half_bits = bits / 2;
        PairSearch { half_bits, search: PrimeSearch::new(half_bits, helps), first: None }
    }

    /// Whether one of the two primes is there.
    pub(super) fn has_first(&self) -> bool {
        self.first.is_some()
    }

    /// How many candidates a prime takes on average.
    pub(super) fn candidates_per_prime(&self) -> u32 {
        prime::expected(self.half_bits)
    }

    pub(super) fn step(&mut self, random: &mut dyn Random) -> Result<Option<Box<dyn Material>>> {
        self.search.step(random)?.map_or(Ok(None), |prime| self.take(prime))
    }

    /// The second that is far enough from the first makes the key.
    fn take(&mut self, prime: BoxedUint) -> Result<Option<Box<dyn Material>>> {
        let Some(first) = self.first.take() else {
            self.first = Some(prime);
            return Ok(None);
        };
        if !are_far_apart(&first, &prime, self.half_bits) {
            self.first = Some(first);
            return Ok(None);
        }
        let key = assemble(first, prime, BoxedUint::from(E), self.half_bits)?;
        Ok(Some(Box::new(key)))
    }
}
