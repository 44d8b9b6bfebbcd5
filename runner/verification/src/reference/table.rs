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
    fn learn(&mut self, bit: bool, numbers: &Numbers) {
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
struct Bucket {
    cells: [Cell; 16],
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

    /// The number of the context's bucket. One that isn't known takes the less used of the two places it may go to.
    pub(super) fn find(&mut self, hash: u64) -> usize {
        let mark = mark(hash);
        let first = (hash >> (64 - BITS)) as usize;
        let second = first ^ 1;
        let (mark1, uses1) = self.state(first);
        let (mark2, uses2) = self.state(second);
        if mark1 == mark {
            return first;
        }
        if mark2 == mark {
            return second;
        }
        let place = if uses1 <= uses2 { first } else { second };
        if let Some(bucket) = self.buckets.get_mut(place) {
            *bucket = Bucket::new(mark);
        }
        place
    }

    /// Whose a bucket is, and the bits it has seen.
    fn state(&self, place: usize) -> (u32, u32) {
        self.buckets
            .get(place)
            .map_or((0, u32::MAX), |bucket| (bucket.mark(), bucket.uses()))
    }

    /// A prediction of a bucket.
    pub(super) fn cell(&self, place: usize, node: usize) -> Cell {
        let bucket = self.buckets.get(place);
        bucket
            .and_then(|bucket| bucket.cells.get(node))
            .copied()
            .unwrap_or_default()
    }

    /// Moves a prediction of a bucket towards the bit that was seen.
    pub(super) fn learn(&mut self, place: usize, node: usize, bit: bool, numbers: &Numbers) {
        let bucket = self.buckets.get_mut(place);
        if let Some(cell) = bucket.and_then(|bucket| bucket.cells.get_mut(node)) {
            cell.learn(bit, numbers);
        }
    }
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
