//! The trusted reference: what text should roughly cost, byte by byte, predicted before it is learned.
//!
//! A context mixer of lpaq's family (M. Mahoney, Data Compression Explained, 2013, 4.3): the bits of a byte are predicted after
//! each of the last 0 to 5 bytes, and the predictions are mixed in the logistic domain by weights that learn. Whole numbers
//! only, so every machine charges the same. It guides where a run is looked at and scores nothing: a bundle may well
//! learn better than this, and where text depends on more than 5 bytes it should.

mod numbers;
mod table;

use numbers::{Numbers, ONE, WEIGHT};
use table::Table;

/// Contexts of the last 0 to 5 bytes.
const ORDERS: usize = 6;

/// How fast weights follow errors.
const RATE: i32 = 10;

/// The predictions that are mixed, in the logistic domain: of each order, and a constant.
type Inputs = [i32; ORDERS + 1];

/// An online predictor over the bytes of a run's lanes, in about 8 MiB whatever the run's length. What one lane shows all have
/// learned; each lane has its own context.
pub struct Reference {
    numbers: Numbers,
    table: Table,
    /// One set of weights for each longest known context and bits of the byte so far.
    weights: Vec<Inputs>,
    /// The last 8 bytes of each lane, the newest lowest.
    lanes: Vec<u64>,
}

impl Reference {
    /// A predictor that has learned nothing.
    #[must_use]
    pub fn new(lanes: usize) -> Self {
        // Each order counts a third at first, so that they count for more where they agree.
        let start = [WEIGHT / 3; ORDERS + 1];
        Self {
            numbers: Numbers::new(),
            table: Table::new(),
            weights: vec![start; ORDERS * 256],
            lanes: vec![0; lanes],
        }
    }

    /// What these bytes cost after what the lane has shown before, in bits; then learns them. A byte costs at least
    /// 0.002 bits and at most 96. A lane beyond those the predictor was made for has no context.
    pub fn charge(&mut self, lane: usize, bytes: &[u8]) -> f64 {
        let mut context = self.lanes.get(lane).copied().unwrap_or(0);
        let mut cost = 0;
        for byte in bytes {
            cost += self.byte(context, *byte);
            context = context << 8 | u64::from(*byte);
        }
        if let Some(own) = self.lanes.get_mut(lane) {
            *own = context;
        }
        numbers::bits(cost)
    }

    /// A separator: what comes now in this lane doesn't follow from what came before.
    pub fn boundary(&mut self, lane: usize) {
        if let Some(context) = self.lanes.get_mut(lane) {
            *context = 0;
        }
    }

    /// Predicts and learns a byte in two halves, since the predictions for half a byte lie together in the table.
    fn byte(&mut self, context: u64, byte: u8) -> u64 {
        let mut hashes = [0; ORDERS];
        for (order, hash) in (0u32..).zip(&mut hashes) {
            let seen = context & ((1 << (8 * order)) - 1);
            *hash = table::hash(seen << 3 | u64::from(order));
        }
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
        let first = self.half(&hashes, 1, high);
        let known = 16 | high;
        let second = hashes.map(|hash| table::hash(hash ^ known as u64));
        first + self.half(&second, known, low)
    }

    /// Predicts and learns 4 bits; `so_far` are the bits of the byte before them behind a leading 1.
    fn half(&mut self, hashes: &[u64; ORDERS], mut so_far: usize, half: usize) -> u64 {
        let buckets = hashes.map(|hash| self.table.find(hash));
        let mut cost = 0;
        let mut node = 1;
        for shift in (0..4).rev() {
            let bit = half >> shift & 1;
            cost += self.bit(&buckets, node, so_far, bit == 1);
            node = node << 1 | bit;
            so_far = so_far << 1 | bit;
        }
        cost
    }

    /// Predicts and learns a bit, at a node of each context's bucket: what it costs.
    fn bit(&mut self, buckets: &[usize; ORDERS], node: usize, so_far: usize, bit: bool) -> u64 {
        let mut inputs: Inputs = [256; ORDERS + 1];
        let mut longest = 0;
        for (order, (input, bucket)) in inputs.iter_mut().zip(buckets).enumerate() {
            let cell = self.table.cell(*bucket, node);
            *input = self.numbers.stretch(cell.probability());
            longest = if cell.is_known() { order } else { longest };
            self.table.learn(*bucket, node, bit, &self.numbers);
        }

        let mut none = [0; ORDERS + 1];
        let weights = (self.weights.get_mut(longest << 8 | so_far)).unwrap_or(&mut none);
        let probability = numbers::mix(&inputs, weights);
        let error = if bit { ONE - probability } else { -probability };
        numbers::correct(weights, &inputs, error * RATE);
        self.numbers
            .cost(if bit { probability } else { ONE - probability })
    }
}

#[cfg(test)]
mod tests;
