//! A model that learns: counts of bytes after the two, the one and the no bytes before them, each order falling back on the
//! next. It stands for any design: what it says is honest, it gets better by the rows it is handed, and its state can be
//! exported and loaded.

/// Classes of the tokenizer `bytes`.
pub const VOCAB: usize = 257;

/// Contexts of two bytes, by a hash.
const PAIRS: usize = 1024;

/// How much the next lower order counts, in tokens seen.
const BACK: [f64; 3] = [1.0, 4.0, 2.0];

/// The counts of one order.
#[derive(Clone)]
struct Order {
    counts: Vec<f32>,
    totals: Vec<f32>,
}

impl Order {
    fn new(contexts: usize) -> Self {
        Self {
            counts: vec![0.0; contexts * VOCAB],
            totals: vec![0.0; contexts],
        }
    }

    fn mixed(&self, context: usize, token: usize, back: f64, below: f64) -> f64 {
        let count = f64::from(self.counts[context * VOCAB + token]);
        (count + back * below) / (f64::from(self.totals[context]) + back)
    }

    fn learn(&mut self, context: usize, token: usize) {
        self.counts[context * VOCAB + token] += 1.0;
        self.totals[context] += 1.0;
    }
}

/// A tensor of the state.
pub struct Tensor {
    pub name: String,
    pub shape: Vec<u64>,
    pub values: Vec<f32>,
}

/// The model.
#[derive(Clone)]
pub struct Learner {
    orders: [Order; 3],
}

impl Learner {
    pub fn new() -> Self {
        Self {
            orders: [1, VOCAB, PAIRS].map(Order::new),
        }
    }

    /// The probability of a token after a row's beginning, which has at least one column.
    fn probability(&self, before: &[i64], token: usize) -> f64 {
        let mut probability = 1.0 / VOCAB as f64;
        for ((order, context), back) in self.orders.iter().zip(contexts(before)).zip(BACK) {
            if let Some(context) = context {
                probability = order.mixed(context, token, back, probability);
            }
        }
        probability
    }

    /// What a token costs after a row's beginning, in bits.
    pub fn bits(&self, before: &[i64], token: i64) -> f64 {
        -self.probability(before, token as usize).log2()
    }

    /// The logits after a row's beginning.
    pub fn logits(&self, before: &[i64]) -> Vec<f32> {
        (0..VOCAB)
            .map(|token| self.probability(before, token).ln() as f32)
            .collect()
    }

    /// Learns a row.
    pub fn learn(&mut self, row: &[i64]) {
        for column in 1..row.len() {
            for (order, context) in self.orders.iter_mut().zip(contexts(&row[..column])) {
                if let Some(context) = context {
                    order.learn(context, row[column] as usize);
                }
            }
        }
    }

    /// All that it knows.
    pub fn state(&self) -> Vec<Tensor> {
        let tensor = |(number, order): (usize, &Order)| Tensor {
            name: format!("order{number}"),
            shape: vec![order.totals.len() as u64, VOCAB as u64],
            values: order.counts.clone(),
        };
        self.orders.iter().enumerate().map(tensor).collect()
    }

    /// Takes the values of its tensor of that name; others are passed over.
    pub fn load(&mut self, name: &str, values: Vec<f32>) {
        for (number, order) in self.orders.iter_mut().enumerate() {
            if name == format!("order{number}") {
                order.totals = values.chunks(VOCAB).map(|row| row.iter().sum()).collect();
                order.counts = values.clone();
            }
        }
    }
}

/// The context of each order after a row's beginning, from the lowest.
fn contexts(before: &[i64]) -> [Option<usize>; 3] {
    let last = before.last().map(|token| *token as usize);
    let pair = match before {
        [.., one, two] => Some((*one as usize * 31 + *two as usize * 1009) % PAIRS),
        _ => None,
    };
    [Some(0), last, pair]
}
