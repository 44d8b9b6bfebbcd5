//! The seed of a draw. What is drawn from it lives with the sampler and the plan.

use std::fmt;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What all random choices of a verification follow from. A secret until the verdict, so [`fmt::Debug`] doesn't show it;
/// serialised as 64 hexadecimal digits, for the verdict, with which anyone can draw the same places again.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// What a stream of random numbers is used for. Each has its own, so that neither shifts the other.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Which places are drawn.
    Places = 0,
    /// Which signs are flipped.
    Signs = 1,
}

impl Seed {
    /// A seed of the operating system's randomness.
    #[must_use]
    pub fn fresh() -> Self {
        Self(rand::random())
    }

    /// The random numbers for one purpose: the same on every machine.
    pub(crate) fn stream(&self, purpose: Purpose) -> ChaCha12Rng {
        let mut random = ChaCha12Rng::from_seed(self.0);
        random.set_stream(purpose as u64);
        random
    }
}

impl From<[u8; 32]> for Seed {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seed(hidden)")
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        // The text isn't quoted: it may be a seed with a slip in it.
        hex::decode_to_slice(&text, &mut bytes).map_err(|_| {
            D::Error::custom(
                "a seed is 64 hexadecimal digits; give the seed as it stands in the verdict",
            )
        })?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests;
