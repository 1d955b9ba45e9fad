//! ECDSA keys (FIPS 186-5, 6), deterministic (RFC 6979). One implementation serves every curve.

use super::material::{Material, does_not_sign, public_mismatch};
use crate::encoding::container::{self, EcPrivate};
use crate::error::{Code, Error, Result};
use crate::random::Random;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1};
use ecdsa::der::MaxOverhead;
use ecdsa::elliptic_curve::array::ArraySize;
use ecdsa::elliptic_curve::array::typenum::Unsigned;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{Curve as Field, CurveArithmetic};
use ecdsa::{DigestAlgorithm, EcdsaCurve, Signature, SigningKey};
use signature::Signer;
use std::ops::Add;
use zeroize::Zeroizing;

/// A curve that keys can be on.
pub(super) struct Curve {
    pub(super) oid: ObjectIdentifier,
    /// Bytes of a private value.
    size: usize,
    /// The key of a private value of this many bytes; `None` outside of [1, n-1].
    key: fn(&[u8]) -> Option<Box<dyn CurveKey>>,
}

pub(super) const P256: &Curve = &Curve::new::<p256::NistP256>(SECP_256_R_1);
pub(super) const P384: &Curve = &Curve::new::<p384::NistP384>(SECP_384_R_1);

impl Curve {
    const fn new<C: Arithmetic>(oid: ObjectIdentifier) -> Curve {
        Curve { oid, size: C::FieldBytesSize::USIZE, key: key::<C> }
    }

    /// FIPS 186-5 A.2.2: draw, and keep what is in [1, n-1]. One draw in 2^32 is refused for P-256.
    pub(super) fn draw(&'static self, random: &mut dyn Random) -> Result<Option<Box<dyn Material>>> {
        let mut bytes = Zeroizing::new(vec![0u8; self.size]);
        random.fill(&mut bytes)?;
        Ok((self.key)(&bytes).map(|key| self.material(key)))
    }

    /// The key in a file that names this curve, inside or outside.
    pub(super) fn read(&'static self, file: &EcPrivate<'_>) -> Result<Box<dyn Material>> {
        let scalar = container::sized(file.scalar, self.size);
        let key = scalar.and_then(|scalar| (self.key)(&scalar)).ok_or_else(|| {
            Error::new(Code::InconsistentKey, "The private value is not valid for its curve, or has the wrong length. Copy the key again.")
        })?;
        let same = |given: &[u8], compress: bool| given == container::without_last_zeros(&key.point(compress));
        match file.public_key {
            Some(given) if !same(given, false) && !same(given, true) => Err(public_mismatch()),
            _ => Ok(self.material(key)),
        }
    }

    fn material(&'static self, key: Box<dyn CurveKey>) -> Box<dyn Material> {
        Box::new(EcdsaKey { curve: self, key })
    }
}

struct EcdsaKey {
    curve: &'static Curve,
    key: Box<dyn CurveKey>,
}

impl Material for EcdsaKey {
    fn public_key(&self) -> Result<Vec<u8>> {
        container::public_ec(&self.curve.oid, &self.key.point(false))
    }

    fn sign(&self, message: &[u8], _: &mut dyn Random) -> Result<Vec<u8>> {
        self.key.sign(message).ok_or_else(does_not_sign)
    }

    fn pkcs8(&self) -> Result<Vec<u8>> {
        container::private_ec(&self.curve.oid, &self.key.scalar(), &self.key.point(false))
    }
}

/// What is compiled for each curve: kept small, since every line is in the module as often as there are curves.
trait CurveKey: Send + Sync {
    fn scalar(&self) -> Zeroizing<Vec<u8>>;

    /// SEC 1, 2.3.3.
    fn point(&self, compress: bool) -> Vec<u8>;

    /// DER, over the digest that belongs to the curve.
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// The bounds of what [`CurveKey`] calls, by one name.
trait Arithmetic:
    EcdsaCurve
    + DigestAlgorithm
    + CurveArithmetic<AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>>
    + Field<FieldBytesSize: ModulusSize + Add<Output: ArraySize + Add<MaxOverhead, Output: ArraySize>>>
{
}

impl Arithmetic for p256::NistP256 {}
impl Arithmetic for p384::NistP384 {}

impl<C: Arithmetic> CurveKey for SigningKey<C> {
    fn scalar(&self) -> Zeroizing<Vec<u8>> {
        let bytes = Zeroizing::new(self.to_bytes());
        Zeroizing::new(bytes.to_vec())
    }

    fn point(&self, compress: bool) -> Vec<u8> {
        self.verifying_key().to_sec1_point(compress).as_bytes().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature: Signature<C> = self.try_sign(message).ok()?;
        Some(signature.to_der().as_bytes().to_vec())
    }
}

fn key<C: Arithmetic>(scalar: &[u8]) -> Option<Box<dyn CurveKey>> {
    let key = SigningKey::<C>::from_slice(scalar).ok()?;
    Some(Box::new(key))
}
