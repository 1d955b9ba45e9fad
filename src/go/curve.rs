//! P-224 and P-521, which Go's crypto/x509 knows (constants: SP 800-186, 3.2.1): ECDSA verification for requests that others
//! made (SEC 1, 4.1.4), and the public key of a private one, to tell which certificate a key in a kubeconfig belongs to.
//!
//! kube-apiserver and kubectl take keys on these curves, and none is made here. One generic path over crypto-bigint serves
//! both: the p521 crate would cost several times its size in wasm, and p224 has no release of this generation
//! (2026-11). Nothing takes constant time: what is verified is public, and a private key here is its owner's own.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

/// A curve y² = x³ - 3x + b over p, with a generator of the prime order n. Hexadecimal, all of one length.
#[derive(Debug, PartialEq)]
pub(crate) struct Curve {
    p: &'static str,
    n: &'static str,
    b: &'static str,
    x: &'static str,
    y: &'static str,
    bits: usize,
}

pub(crate) const P224: Curve = Curve {
    p: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    n: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
    x: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
    y: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
    bits: 224,
};

pub(crate) const P521: Curve = Curve {
    p: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    n: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    x: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
    y: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    bits: 521,
};

/// Jacobian coordinates; z is zero at infinity.
#[derive(Clone)]
struct Point {
    x: BoxedMontyForm,
    y: BoxedMontyForm,
    z: BoxedMontyForm,
}

fn is_zero(value: &BoxedMontyForm) -> bool {
    value.is_zero().to_bool()
}

impl Curve {
    /// Bytes of a coordinate and of the order.
    pub(crate) const fn length(&self) -> usize {
        self.bits.div_ceil(8)
    }

    fn number(&self, bytes: &[u8]) -> BoxedUint {
        BoxedUint::from_be_slice_truncated(bytes, 8 * self.length() as u32)
    }

    fn constant(&self, hex: &str) -> BoxedUint {
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
        let bytes: Vec<u8> = hex.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
        self.number(&bytes)
    }

    fn field(&self, modulus: &str) -> Option<BoxedMontyParams> {
        Option::<Odd<BoxedUint>>::from(Odd::new(self.constant(modulus))).map(BoxedMontyParams::new_vartime)
    }

    /// The point of an uncompressed encoding (SEC 1, 2.3.4); `None` where it is not on the curve.
    fn point(&self, field: &BoxedMontyParams, encoded: &[u8]) -> Option<Point> {
        let [4, coordinates @ ..] = encoded else { return None };
        if coordinates.len() != 2 * self.length() {
            return None;
        }
        let (x, y) = coordinates.split_at(self.length());
        let (x, y) = (self.number(x), self.number(y));
        if x >= *field.modulus().as_ref() || y >= *field.modulus().as_ref() {
            return None;
        }
        let point = Point { x: BoxedMontyForm::new(x, field), y: BoxedMontyForm::new(y, field), z: BoxedMontyForm::one(field) };
        let three_x = point.x.double().add(&point.x);
        let right = point.x.square().mul(&point.x).sub(&three_x).add(&BoxedMontyForm::new(self.constant(self.b), field));
        (point.y.square() == right).then_some(point)
    }

    fn generator(&self, field: &BoxedMontyParams) -> Point {
        Point {
            x: BoxedMontyForm::new(self.constant(self.x), field),
            y: BoxedMontyForm::new(self.constant(self.y), field),
            z: BoxedMontyForm::one(field),
        }
    }

    /// The uncompressed point (SEC 1, 2.3.3) of a private key of [`Curve::length`] bytes; `None` where it is zero or not below
    /// the order.
    pub(crate) fn public(&self, scalar: &[u8]) -> Option<Vec<u8>> {
        let (field, key) = (self.field(self.p)?, self.number(scalar));
        if key.is_zero().to_bool() || key >= self.constant(self.n) {
            return None;
        }
        let (generator, nothing) = (self.generator(&field), self.number(&[]));
        let point = combine(&generator, &key, &generator, &nothing, self.bits as u32, &field);
        let inverse: BoxedMontyForm = Option::from(point.z.invert_vartime())?;
        let square = inverse.square();
        let mut encoded = vec![4];
        for coordinate in [point.x.mul(&square), point.y.mul(&square).mul(&inverse)] {
            let bytes = coordinate.retrieve().to_be_bytes();
            encoded.extend_from_slice(&bytes[bytes.len() - self.length()..]);
        }
        Some(encoded)
    }

    /// Whether an encoded point is on the curve.
    pub(crate) fn has_point(&self, encoded: &[u8]) -> bool {
        self.field(self.p).is_some_and(|field| self.point(&field, encoded).is_some())
    }

    /// Whether (r, s), each of [`Curve::length`] bytes, is a signature over the hash under the encoded point.
    pub(crate) fn verify(&self, encoded: &[u8], hash: &[u8], r: &[u8], s: &[u8]) -> bool {
        self.check(encoded, hash, r, s).unwrap_or(false)
    }

    fn check(&self, encoded: &[u8], hash: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
        let (field, order) = (self.field(self.p)?, self.field(self.n)?);
        let key = self.point(&field, encoded)?;
        let (r, s) = (self.number(r), self.number(s));
        let n = order.modulus().as_ref();
        if r >= *n || s >= *n || r.is_zero().to_bool() || s.is_zero().to_bool() {
            return Some(false);
        }
        let inverse: BoxedMontyForm = Option::from(BoxedMontyForm::new(s, &order).invert_vartime())?;
        let u1 = BoxedMontyForm::new(self.leftmost(hash), &order).mul(&inverse).retrieve();
        let u2 = BoxedMontyForm::new(r.clone(), &order).mul(&inverse).retrieve();
        let sum = combine(&self.generator(&field), &u1, &key, &u2, self.bits as u32, &field);
        if is_zero(&sum.z) {
            return Some(false);
        }
        let z: BoxedMontyForm = Option::from(sum.z.invert_vartime())?;
        let x = sum.x.mul(&z.square()).retrieve();
        let reduced = if x >= *n { x.wrapping_sub(n) } else { x };
        Some(reduced == r)
    }

    /// The leftmost bits of a hash as a number below n (SEC 1, 4.1.4, step 3), reduced once: it has no more bits than n.
    fn leftmost(&self, hash: &[u8]) -> BoxedUint {
        let hash = &hash[..hash.len().min(self.length())];
        let number = self.number(hash);
        let number = if hash.len() * 8 > self.bits { number >> (hash.len() * 8 - self.bits) as u32 } else { number };
        let n = self.constant(self.n);
        if number >= n { number.wrapping_sub(&n) } else { number }
    }
}

/// u1·a + u2·b, both walked at once.
fn combine(a: &Point, u1: &BoxedUint, b: &Point, u2: &BoxedUint, bits: u32, field: &BoxedMontyParams) -> Point {
    let both = add(a, b);
    let mut sum = Point { x: BoxedMontyForm::one(field), y: BoxedMontyForm::one(field), z: BoxedMontyForm::zero(field) };
    for bit in (0..bits).rev() {
        sum = double(&sum);
        match (u1.bit_vartime(bit), u2.bit_vartime(bit)) {
            (true, true) => sum = add(&sum, &both),
            (true, false) => sum = add(&sum, a),
            (false, true) => sum = add(&sum, b),
            (false, false) => {}
        }
    }
    sum
}

/// dbl-2001-b of the Explicit-Formulas Database, for a = -3.
fn double(point: &Point) -> Point {
    let delta = point.z.square();
    let gamma = point.y.square();
    let beta = point.x.mul(&gamma);
    let product = point.x.sub(&delta).mul(&point.x.add(&delta));
    let alpha = product.double().add(&product);
    let four_beta = beta.double().double();
    let x = alpha.square().sub(&four_beta.double());
    let z = point.y.add(&point.z).square().sub(&gamma).sub(&delta);
    let y = alpha.mul(&four_beta.sub(&x)).sub(&gamma.square().double().double().double());
    Point { x, y, z }
}

/// add-2007-bl without its shortcuts; equal points are doubled, opposite ones give infinity.
fn add(left: &Point, right: &Point) -> Point {
    if is_zero(&left.z) {
        return right.clone();
    }
    if is_zero(&right.z) {
        return left.clone();
    }
    let (left_z2, right_z2) = (left.z.square(), right.z.square());
    let (u1, u2) = (left.x.mul(&right_z2), right.x.mul(&left_z2));
    let (s1, s2) = (left.y.mul(&right.z).mul(&right_z2), right.y.mul(&left.z).mul(&left_z2));
    let (h, r) = (u2.sub(&u1), s2.sub(&s1));
    if is_zero(&h) && is_zero(&r) {
        return double(left);
    }
    let h2 = h.square();
    let h3 = h.mul(&h2);
    let v = u1.mul(&h2);
    let x = r.square().sub(&h3).sub(&v.double());
    let y = r.mul(&v.sub(&x)).sub(&s1.mul(&h3));
    Point { x, y, z: h.mul(&left.z).mul(&right.z) }
}
