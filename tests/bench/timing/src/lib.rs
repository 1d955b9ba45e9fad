//! Operations that touch a secret, each with two classes of inputs that are prepared before time is taken.
//!
//! Both classes lie in pools of equal size and are drawn alike, so that caches tell nothing of the class.
#![forbid(unsafe_code)]

use base64ct::{Base64, Encoding};
use ecdsa::signature::Signer;
use kubecred::crypto::{KeyAlgorithm, PrivateKey};
use kubecred::encoding::pem;
use kubecred::error::Result;
use kubecred::random::Random;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::PrimeField;
use p256::elliptic_curve::ops::Reduce;
use p256::{FieldBytes, Scalar};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::rc::Rc;

/// What is measured, what its two classes are, and whether it is a control: one that must be found to differ.
pub const OPERATIONS: [(&str, &str, &str, bool); 12] = [
    ("ecdsa-p256-key", "ECDSA P-256, sign", "a private key of few bits, random ones", false),
    ("ecdsa-p256-nonce", "ECDSA P-256, sign", "nonces of at most 248 bits, random ones", false),
    ("ecdsa-p384-key", "ECDSA P-384, sign", "a private key of few bits, random ones", false),
    ("ed25519-key", "Ed25519, sign", "one private key, random ones", false),
    ("rsa-2048-key", "RSA-2048, sign", "one private key, others", false),
    ("rsa-2048-message", "RSA-2048, sign", "one message, random ones", false),
    ("base64-encode", "base64 of a secret", "zeros, random bytes", false),
    ("base64-decode", "base64 to a secret", "zeros, random bytes", false),
    ("pem-encode", "PEM of a private key", "zeros, random bytes", false),
    ("pem-decode", "PEM to a private key", "zeros, random bytes", false),
    ("control-compare", "control: comparison that ends early", "equal, random bytes", true),
    ("control-invert", "control: P-256 inverse in variable time", "a scalar of few bits, random ones", true),
];

/// How many inputs a class has.
const POOL: usize = 48;
/// RSA keys take seconds to make.
const RSA_POOL: usize = 8;

/// Bytes that are the same in each run of one seed (splitmix64). They protect nothing.
pub struct Seeded(pub u64);

impl Seeded {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 24) as u8).collect()
    }
}

impl Random for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        bytes.fill_with(|| (self.next() >> 24) as u8);
        Ok(())
    }
}

/// One input: what is timed when it is called.
type Input = Box<dyn FnMut(&mut Seeded)>;

/// An operation with the pools of its two classes.
pub struct Trial {
    pools: [Vec<Input>; 2],
    random: Seeded,
    chosen: (usize, usize),
}

impl Trial {
    /// The operation of this name; its inputs are made here.
    ///
    /// # Panics
    /// Where there is none of this name.
    #[must_use]
    pub fn new(name: &str, seed: u64) -> Trial {
        let mut random = Seeded(seed);
        let random_ref = &mut random;
        let size = if name.starts_with("rsa") { RSA_POOL } else { POOL };
        let mut make: Box<dyn FnMut(usize, &mut Seeded) -> Input> = match name {
            "ecdsa-p256-key" => keys(|class, random| ec_key(&P256, class, random)),
            "ecdsa-p384-key" => keys(|class, random| ec_key(&P384, class, random)),
            "ed25519-key" => {
                let fixed = seed ^ 1;
                keys(move |class, random| generated(KeyAlgorithm::Ed25519, if class == 0 { fixed } else { random.next() }))
            }
            "ecdsa-p256-nonce" => nonces(random_ref),
            "rsa-2048-key" => {
                let fixed = seed ^ 1;
                keys(move |class, random| generated(KeyAlgorithm::Rsa2048, if class == 0 { fixed } else { random.next() }))
            }
            "rsa-2048-message" => messages(random_ref),
            "base64-encode" => secrets(1_200, |secret| drop(black_box(Base64::encode_string(secret)))),
            "base64-decode" => encoded(|text| drop(black_box(Base64::decode_vec(text)))),
            "pem-encode" => secrets(1_200, |secret| drop(black_box(pem::encode("PRIVATE KEY", secret)))),
            "pem-decode" => Box::new(|class, random| {
                let text = pem::encode("PRIVATE KEY", &bytes_of(class, 1_200, random)).expose().clone();
                Box::new(move |_| drop(black_box(pem::decode(black_box(&text)))))
            }),
            "control-compare" => {
                let expected = vec![0u8; 1_200];
                secrets(1_200, move |secret| {
                    black_box(black_box(&expected).iter().zip(secret).all(|(one, two)| black_box(one) == black_box(two)));
                })
            }
            "control-invert" => inversions(),
            _ => panic!("no operation {name}"),
        };
        let mut pools = [Vec::new(), Vec::new()];
        // By turns, so that neither class has the better places in memory.
        for _ in 0..size {
            for class in [0, 1] {
                let input = make(class, random_ref);
                pools[class].push(input);
            }
        }
        drop(make);
        Trial { pools, random, chosen: (0, 0) }
    }

    /// Draws a class by chance, and one of its inputs.
    pub fn choose(&mut self) -> usize {
        let draw = self.random.next();
        let class = (draw >> 63) as usize;
        self.chosen = (class, (draw >> 8) as usize % self.pools[class].len());
        class
    }

    /// The operation on what was chosen: what is timed.
    pub fn run(&mut self) {
        let (class, index) = self.chosen;
        (self.pools[class][index])(&mut self.random);
    }
}

type Make = Box<dyn FnMut(usize, &mut Seeded) -> Input>;

/// Signs another message each time, of a request's length.
fn keys(mut key: impl FnMut(usize, &mut Seeded) -> PrivateKey + 'static) -> Make {
    Box::new(move |class, random| {
        let key = key(class, random);
        let mut message = random.bytes(256);
        Box::new(move |random| {
            message[..8].copy_from_slice(&random.next().to_le_bytes());
            drop(black_box(key.sign(black_box(&message), random)));
        })
    })
}

fn generated(algorithm: KeyAlgorithm, seed: u64) -> PrivateKey {
    PrivateKey::generate(algorithm, Seeded(seed)).expect("a key")
}

struct Curve {
    length: usize,
    algorithm: &'static [u8],
}
const P256: Curve =
    Curve { length: 32, algorithm: b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07" };
const P384: Curve = Curve { length: 48, algorithm: b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22" };

/// A key from its scalar, which `generate` would not give: class 0 has one bit in each of its last two bytes.
fn ec_key(curve: &Curve, class: usize, random: &mut Seeded) -> PrivateKey {
    let mut scalar = vec![0u8; curve.length];
    match class {
        0 => scalar[curve.length - 2..].fill(1),
        _ => scalar = random.bytes(curve.length),
    }
    scalar[0] &= 0x7f; // below the order
    let wrapped = |tag: u8, content: &[u8]| [&[tag, content.len() as u8], content].concat();
    let key = wrapped(0x30, &[b"\x02\x01\x01", &wrapped(0x04, &scalar)[..]].concat());
    let pkcs8 = wrapped(0x30, &[b"\x02\x01\x00", curve.algorithm, &wrapped(0x04, &key)[..]].concat());
    PrivateKey::import(pem::encode("PRIVATE KEY", &pkcs8).expose(), None, random).expect("a key")
}

/// Messages by the length of their nonce (RFC 6979), which a signature and its private key give away: what Minerva looked for.
fn nonces(random: &mut Seeded) -> Make {
    let secret = FieldBytes::try_from(&random.bytes(32)[..]).expect("32 bytes");
    let key = SigningKey::from_bytes(&secret).expect("a key");
    let scalar = *key.as_nonzero_scalar().as_ref();
    Box::new(move |class, random| {
        let key = key.clone();
        let mut message = random.bytes(64);
        while class == 0 && !short_nonce(&key, &scalar, &message) {
            message = random.bytes(64);
        }
        Box::new(move |_| {
            let signature: Signature = key.sign(black_box(&message));
            black_box(signature);
        })
    })
}

/// Whether the nonce of this message's signature has at most 248 bits: k = (z + r d) / s.
fn short_nonce(key: &SigningKey, scalar: &Scalar, message: &[u8]) -> bool {
    let signature: Signature = key.sign(message);
    let digest: [u8; 32] = Sha256::digest(message).into();
    let hash = <Scalar as Reduce<FieldBytes>>::reduce(&digest.into());
    let (r, s) = (*signature.r().as_ref(), *signature.s().as_ref());
    let nonce: Scalar = (hash + r * scalar) * Option::<Scalar>::from(s.invert()).expect("not zero");
    nonce.to_repr()[0] == 0
}

/// One key; class 0 is one message.
fn messages(random: &mut Seeded) -> Make {
    let key = Rc::new(generated(KeyAlgorithm::Rsa2048, random.next()));
    let fixed = random.bytes(256);
    Box::new(move |class, random| {
        let key = Rc::clone(&key);
        let message = if class == 0 { fixed.clone() } else { random.bytes(256) };
        Box::new(move |random| drop(black_box(key.sign(black_box(&message), random))))
    })
}

fn bytes_of(class: usize, length: usize, random: &mut Seeded) -> Vec<u8> {
    if class == 0 { vec![0; length] } else { random.bytes(length) }
}

fn secrets(length: usize, work: impl Fn(&[u8]) + Clone + 'static) -> Make {
    Box::new(move |class, random| {
        let secret = bytes_of(class, length, random);
        let work = work.clone();
        Box::new(move |_| work(black_box(&secret)))
    })
}

fn encoded(work: impl Fn(&str) + Clone + 'static) -> Make {
    Box::new(move |class, random| {
        let text = Base64::encode_string(&bytes_of(class, 1_200, random));
        let work = work.clone();
        Box::new(move |_| work(black_box(&text)))
    })
}

fn inversions() -> Make {
    Box::new(|class, random| {
        let scalar = match class {
            0 => Scalar::from(257u64),
            _ => loop {
                let bytes = FieldBytes::try_from(&random.bytes(32)[..]).expect("32 bytes");
                if let Some(scalar) = Option::from(Scalar::from_repr(bytes)) {
                    break scalar;
                }
            },
        };
        Box::new(move |_| {
            black_box(black_box(&scalar).invert_vartime());
        })
    })
}

/// The calls from JavaScript.
#[cfg(target_arch = "wasm32")]
mod binding {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// A trial as JavaScript holds it.
    #[wasm_bindgen]
    pub struct Trial(super::Trial);

    #[wasm_bindgen]
    impl Trial {
        /// The operation of this name.
        #[wasm_bindgen(constructor)]
        pub fn new(name: &str, seed: u32) -> Trial {
            Trial(super::Trial::new(name, seed.into()))
        }
        /// Draws an input; its class.
        pub fn choose(&mut self) -> usize {
            self.0.choose()
        }
        /// What is timed.
        pub fn run(&mut self) {
            self.0.run();
        }
    }
}
