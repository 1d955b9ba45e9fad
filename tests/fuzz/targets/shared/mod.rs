//! What several targets use.
#![allow(dead_code, reason = "each target uses its own part")]

use kubecred::error::Result;
use kubecred::random::Random;
use kubecred::yaml::read;
use kubecred::{UnixTime, Value};

/// A time that certificates and tokens of the seeds are compared with.
pub const NOW: UnixTime = UnixTime(1_795_000_000);

/// Bytes that differ, for a run that can be repeated; no key is made with them.
pub struct Counter(pub u64);

impl Random for Counter {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

/// Options and objects, as a caller's JavaScript would give them.
pub fn object(data: &[u8]) -> Option<Value> {
    read::document(data).ok().map(|node| Value::from(&node))
}
