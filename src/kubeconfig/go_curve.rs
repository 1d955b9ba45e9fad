//! Public keys on P-224 and P-521, which Go's crypto/x509 knows and nothing else here does.
//!
//! Only to tell which certificate a key in a kubeconfig belongs to. The crate p224 has no release for this generation of
//! RustCrypto (2026-11), and one group law serves both curves. It takes a time that depends on the key, which is its owner's.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize};

/// A curve y² = x³ - 3x + b over a prime field (SEC 2, 2.6 and 2.9), in hexadecimal.
pub(super) struct Curve {
    bytes: usize,
    prime: &'static str,
    order: &'static str,
    x: &'static str,
    y: &'static str,
}

/// secp224r1.
pub(super) const P224: Curve = Curve {
    bytes: 28,
    prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    x: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
    y: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
};
/// secp521r1.
pub(super) const P521: Curve = Curve {
    bytes: 66,
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    x: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
    y: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
};

/// Jacobian coordinates; z is zero for the point at infinity.
#[derive(Clone)]
struct Point {
    x: BoxedMontyForm,
    y: BoxedMontyForm,
    z: BoxedMontyForm,
}

impl Point {
    /// Doubling for a = -3 (Bernstein and Lange, dbl-2001-b).
    fn double(&self) -> Point {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = self.x.mul(&gamma);
        let alpha = self.x.sub(&delta).mul(&self.x.add(&delta));
        let alpha = alpha.double().add(&alpha);
        let beta4 = beta.double().double();
        let x = alpha.square().sub(&beta4.double());
        let z = self.y.add(&self.z).square().sub(&gamma).sub(&delta);
        let gamma8 = gamma.square().double().double().double();
        let y = alpha.mul(&beta4.sub(&x)).sub(&gamma8);
        Point { x, y, z }
    }

    /// Addition (add-2007-bl). Neither point is at infinity, and they differ.
    fn add(&self, other: &Point) -> Point {
        let (z1, z2) = (self.z.square(), other.z.square());
        let (u1, u2) = (self.x.mul(&z2), other.x.mul(&z1));
        let (s1, s2) = (self.y.mul(&other.z).mul(&z2), other.y.mul(&self.z).mul(&z1));
        let h = u2.sub(&u1);
        let i = h.double().square();
        let j = h.mul(&i);
        let r = s2.sub(&s1).double();
        let v = u1.mul(&i);
        let x = r.square().sub(&j).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&s1.mul(&j).double());
        let z = self.z.add(&other.z).square().sub(&z1).sub(&z2).mul(&h);
        Point { x, y, z }
    }
}

fn number(hex: &str) -> Option<BoxedUint> {
    let digits = hex.len().div_ceil(2) * 2;
    let bytes: Option<Vec<u8>> = format!("{hex:0>digits$}")
        .as_bytes()
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    Some(BoxedUint::from_be_slice_vartime(&bytes?))
}

impl Curve {
    /// The uncompressed point of a private key of the curve's length; `None` where it is zero or not below the order.
    pub(super) fn public(&self, scalar: &[u8]) -> Option<Vec<u8>> {
        let prime: Odd<BoxedUint> = Option::from(number(self.prime)?.to_odd())?;
        let width = prime.bits_precision();
        let params = BoxedMontyParams::new_vartime(prime);
        let field = |hex: &str| Some(BoxedMontyForm::new(number(hex)?.resize(width), &params));
        let key = BoxedUint::from_be_slice_vartime(scalar);
        if bool::from(key.is_zero()) || key >= number(self.order)? {
            return None;
        }
        let base = Point { x: field(self.x)?, y: field(self.y)?, z: BoxedMontyForm::one(&params) };
        // From the highest bit: each partial sum is 2k times the base with 2k + 1 at most the key, which is below the
        // order, so no addition meets the base or its inverse.
        let mut sum = base.clone();
        for bit in (0..key.bit_width() - 1).rev() {
            sum = sum.double();
            if key.bit_vartime(bit) {
                sum = sum.add(&base);
            }
        }
        let inverse: BoxedMontyForm = Option::from(sum.z.invert_vartime())?;
        let square = inverse.square();
        let (x, y) = (sum.x.mul(&square), sum.y.mul(&square).mul(&inverse));
        let mut point = vec![4];
        for coordinate in [x, y] {
            let bytes = coordinate.retrieve().to_be_bytes();
            point.extend_from_slice(&bytes[bytes.len() - self.bytes..]);
        }
        Some(point)
    }
}
