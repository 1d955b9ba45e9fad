//! What the native tests share: the system's randomness, sources that fail on purpose, keys that are made once.
#![allow(unreachable_pub, reason = "shared by the modules of one program")]

pub mod crafted;
pub mod mutate;
pub mod oracle;
pub mod signed;

use kubecred::crypto::{KeyAlgorithm, PrivateKey};

use kubecred::error::{Code, Error, Result};
use kubecred::{Random, UnixTime, Value};

pub const NOW: UnixTime = UnixTime(1_795_000_000);

/// The operating system's generator.
pub struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::new(Code::NoRandom, "none"))
    }
}

/// The same bytes in each run (splitmix64), so that a test which depends on them does so every time or never.
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Random for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        bytes.fill_with(|| (self.next() >> 24) as u8);
        Ok(())
    }
}

/// Works until the given call, then fails.
pub struct FailsAt(pub usize);

impl Random for FailsAt {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        if self.0 == 0 {
            return Err(Error::new(Code::NoRandom, "none left"));
        }
        self.0 -= 1;
        System.fill(bytes)
    }
}

/// Gives the same pattern for ever.
pub struct Pattern(pub Vec<u8>);

impl Random for Pattern {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        for (byte, source) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *source;
        }
        Ok(())
    }
}

pub fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, System).unwrap_or_else(|error| panic!("no key: {error}"))
}

/// An object from JSON text.
pub fn json(text: &str) -> Value {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(pairs) => Value::Map(pairs.into_iter().map(|(key, item)| (key, convert(item))).collect()),
        }
    }
    convert(serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON: {error}")))
}

pub fn vector(path: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
