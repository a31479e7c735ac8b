//! The source of randomness, passed in so that a test can seed it.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random data.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.fill(&mut bytes);
        bytes
    }

    /// `N` random bytes in base64url without padding.
    pub fn text<const N: usize>(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<N>())
    }

    /// A random number from 1 to 2^53 - 1: safe as a JSON number in every language (RFC 8259 section 6).
    pub fn json_safe_id(&self) -> i64 {
        let number = u64::from_be_bytes(self.bytes()) >> 11;
        i64::try_from(number.max(1)).unwrap_or(1)
    }

    /// A number below `bound`, without bias: draws that would favour small numbers are drawn again.
    pub fn below(&self, bound: u32) -> u32 {
        let bound = bound.max(1);
        let zone = u32::MAX - u32::MAX % bound;
        loop {
            let draw = u32::from_be_bytes(self.bytes());
            if draw < zone {
                return draw % bound;
            }
        }
    }
}

/// The operating system's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::panic, reason = "a server without randomness must not go on")]
    fn fill(&self, bytes: &mut [u8]) {
        if rand::fill(bytes).is_err() {
            panic!("the operating system gives no random bytes");
        }
    }
}

/// A repeatable stream made from a seed; for tests only.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandom {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.drawn.fetch_add(1, Ordering::Relaxed);
            let mut input = self.seed.to_be_bytes().to_vec();
            input.extend_from_slice(&block.to_be_bytes());
            let output = digest::digest(&digest::SHA256, &input);
            for (to, from) in chunk.iter_mut().zip(output.as_ref()) {
                *to = *from;
            }
        }
    }
}
