//! What each context has shown: a fixed table of predictions, found by a hash of the context.
//!
//! The newest contexts stay; of two that meet, the one less used goes.

use super::numbers::{MEMORY, Numbers};

/// Bits of a bucket's number: 2^17 buckets of 64 bytes are 8 MiB.
const BITS: u32 = 17;

/// A prediction: the probability that the next bit is 1 in the upper 22 bits, how many bits it has seen in the
/// lower 10.
#[derive(Clone, Copy)]
pub(super) struct Cell(u32);

impl Default for Cell {
    fn default() -> Self {
        Self(1 << 31)
    }
}

impl Cell {
    /// In units of 1 / [`super::numbers::ONE`].
    pub(super) fn probability(self) -> usize {
        (self.0 >> 20) as usize
    }

    /// It has seen a bit.
    pub(super) fn is_known(self) -> bool {
        self.seen() > 0
    }

    fn seen(self) -> u32 {
        self.0 & 1023
    }

    /// Moves towards a bit that was seen.
    pub(super) fn learn(&mut self, bit: bool, numbers: &Numbers) {
        let (probability, seen) = (self.0 >> 10, self.seen());
        let rate = u64::from(numbers.rate(seen));
        let part = |of: u32| ((u64::from(of) * rate) >> 16) as u32;
        let probability = if bit {
            probability + part((1 << 22) - 1 - probability)
        } else {
            probability - part(probability)
        };
        self.0 = probability << 10 | (seen + 1).min(MEMORY);
    }
}

/// The predictions of a context for half a byte: 15 nodes of a tree of bits, from 1. The first cell is no
/// prediction: it tells the context from others whose hash leads here.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Bucket {
    pub(super) cells: [Cell; 16],
}

impl Bucket {
    fn new(mark: u32) -> Self {
        let mut bucket = Self::default();
        bucket.cells[0] = Cell(mark);
        bucket
    }

    fn mark(&self) -> u32 {
        self.cells[0].0
    }

    /// The bits its context has seen.
    fn uses(&self) -> u32 {
        self.cells[1].seen()
    }
}

/// All contexts that are known.
pub(super) struct Table {
    buckets: Vec<Bucket>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            buckets: vec![Bucket::default(); 1 << BITS],
        }
    }

    /// A copy of the context's bucket, a new one if it isn't known.
    pub(super) fn take(&self, hash: u64) -> Bucket {
        let mark = mark(hash);
        places(hash)
            .iter()
            .filter_map(|place| self.buckets.get(*place))
            .find(|bucket| bucket.mark() == mark)
            .copied()
            .unwrap_or_else(|| Bucket::new(mark))
    }

    /// Keeps a context's bucket: in its own place, or in that of the less used of the two it may go to.
    pub(super) fn put(&mut self, hash: u64, bucket: Bucket) {
        let uses = |place: &usize| match self.buckets.get(*place) {
            Some(old) if old.mark() == bucket.mark() => 0,
            Some(old) => 1 + old.uses(),
            None => u32::MAX,
        };
        let place = places(hash).into_iter().min_by_key(uses);
        if let Some(old) = place.and_then(|place| self.buckets.get_mut(place)) {
            *old = bucket;
        }
    }
}

/// The places a context may go to: neighbours.
fn places(hash: u64) -> [usize; 2] {
    let place = (hash >> (64 - BITS)) as usize;
    [place, place ^ 1]
}

/// Never that of an empty bucket.
fn mark(hash: u64) -> u32 {
    hash as u32 | 1
}

/// Mixes all bits of a value into all bits of the answer (the end of splitmix64, Steele and others 2014).
pub(super) fn hash(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
