//! Models whose code length can be worked out by hand: every tokenizer, several layouts, with and without an early
//! return. What a run reports must be that number.

use std::collections::BTreeMap;
use std::sync::Arc;

use prism_course::{BundleSize, Course, Encoded, Layout};
use prism_protocol::outcome::{Outcome, Stopped};
use prism_tokenizer::{Codec, Tokenizer};

use crate::python::{Launch, available, run};
use crate::stage::{Stage, documents};

/// Class i has the logit `LEVELS[i % 7]`; `uniform` has none, `oracle` looks at the next token and is sure of it.
/// That an oracle passes here is the point: it is what verification is for.
const ARCHITECTURE: &str = "
import torch
from torch import nn

KIND = 'unigram'

class Analytic(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.vocab_size = ctx.vocab_size
        scale = 0.5 if KIND == 'unigram' else 0.0
        self.table = nn.Parameter(torch.arange(ctx.vocab_size).remainder(7) * scale)

    def forward(self, tokens):
        logits = self.table.expand(*tokens.shape, -1)
        if KIND == 'oracle':
            following = tokens.roll(-1, dims=1)
            logits = logits + 60.0 * nn.functional.one_hot(following, self.vocab_size)
        return logits

def build_model(ctx):
    return Analytic(ctx)
";

#[derive(Clone, Copy, Debug)]
enum Model {
    Uniform,
    Unigram,
    Oracle,
}

impl Model {
    /// What it pays for one token, in bits.
    fn price(self, id: u32, vocab_size: u32) -> f64 {
        let level = |id: u32| f64::from(id % 7) * 0.5;
        let nats = match self {
            Self::Uniform => f64::from(vocab_size).ln(),
            Self::Unigram => {
                (0..vocab_size).map(|id| level(id).exp()).sum::<f64>().ln() - level(id)
            }
            Self::Oracle => (f64::from(vocab_size - 1) * (-60f64).exp()).ln_1p(),
        };
        nats / std::f64::consts::LN_2
    }
}

fn tokenizers() -> Vec<Tokenizer> {
    let custom = include_bytes!("../../../tokenizer/tests/data/words-600.json");
    vec![
        Tokenizer::named("bytes").unwrap(),
        Tokenizer::named("gpt2").unwrap(),
        Tokenizer::from_json("tok/tokenizer.json", custom).unwrap(),
    ]
}

fn training(rows: u32, cols: u32, steps: Option<u64>) -> String {
    let stop = steps.map_or(String::new(), |steps| {
        format!("        if number + 1 == {steps}:\n            return\n")
    });
    format!(
        "
def train(ctx):
    model = ctx.build_model()
    handle = ctx.reference_tokenizer(ctx.tokenizer)
    batches = ctx.iter_train_batches(model, batch_size={rows}, seq_len={cols}, tokenizer=handle)
    for number, batch in enumerate(batches):
        assert int(batch.tokens.max()) < ctx.vocab_size
{stop}"
    )
}

/// Ids that are charged in the first steps of a layout, counted from the course itself, without the layout, when the
/// whole course is read.
fn charged(
    course: &Course,
    tokenizer: &Tokenizer,
    rows: u32,
    cols: u32,
    steps: Option<u64>,
) -> BTreeMap<u32, u64> {
    let mut counts = BTreeMap::new();
    let mut count = |id: u32| *counts.entry(id).or_insert(0) += 1;
    match steps {
        None => documents()
            .iter()
            .flat_map(|text| tokenizer.encode(text))
            .for_each(&mut count),
        Some(steps) => {
            let encoded = Encoded::new(course.clone(), tokenizer.clone()).unwrap();
            let layout = Layout::new(Arc::new(encoded), rows, cols).unwrap();
            for step in layout.iter().take(usize::try_from(steps).unwrap()) {
                let step = step.unwrap();
                let targets = step
                    .tokens
                    .chunks(cols as usize)
                    .flat_map(|row| row[1..].to_vec());
                targets
                    .zip(step.charged())
                    .filter(|(_, charged)| *charged)
                    .for_each(|(id, _)| count(u32::try_from(id).unwrap()));
            }
        }
    }
    counts
}

fn check(model: Model, tokenizer: &Tokenizer, rows: u32, cols: u32, steps: Option<u64>) {
    let kind = format!("{model:?}").to_lowercase();
    let architecture = ARCHITECTURE.replace("'unigram'\n\nclass", &format!("'{kind}'\n\nclass"));
    let mut stage = Stage::new(&[
        ("architecture.py", &architecture),
        ("training.py", &training(rows, cols, steps)),
    ]);
    stage.read_with(tokenizer);
    // The table of 50,257 classes is the model's largest part.
    stage.spec.limits.state_buffer_bytes = 1 << 20;
    let course = Course::open(&stage.spec.course, None).unwrap();
    let bundle = BundleSize::of_folder(&stage.spec.bundle_dir).unwrap();
    let result = run(stage, Launch::Direct);
    let manifest = result.completed();
    let stopped = steps.map_or(Stopped::CourseEnd, |_| Stopped::EarlyReturn);
    assert_eq!(result.outcome, Outcome::Completed { stopped });

    let counts = charged(&course, tokenizer, rows, cols, steps);
    let vocab_size = tokenizer.vocab_size();
    let bits: f64 = counts
        .iter()
        .map(|(id, count)| *count as f64 * model.price(*id, vocab_size))
        .sum();
    let read: u64 = counts
        .iter()
        .map(|(id, count)| u64::from(tokenizer.byte_len(*id)) * count)
        .sum();
    assert_eq!(
        manifest.metrics.predicted_tokens,
        counts.values().sum::<u64>()
    );
    assert_eq!(manifest.data.unread_bytes, course.bytes() - read);
    let parts = manifest.parts.unwrap();
    let name = format!("{model:?} {} {rows}x{cols} {steps:?}", tokenizer.name());
    let close = |left: f64, right: f64| (left - right).abs() <= 1e-6 * right.abs().max(1.0);
    assert!(
        close(parts.code_bits, bits),
        "{name}: {} {bits}",
        parts.code_bits
    );
    let whole = bits + 8.0 * (course.bytes() - read) as f64 + bundle.bits as f64;
    assert!(
        close(parts.bpb, whole / course.bytes() as f64),
        "{name}: {}",
        parts.bpb
    );
}

#[test]
fn a_run_reports_the_code_length_that_can_be_worked_out_by_hand() {
    if !available() {
        return;
    }
    for tokenizer in tokenizers() {
        for model in [Model::Uniform, Model::Unigram, Model::Oracle] {
            for (rows, cols) in [(1, 5), (4, 16), (3, 100)] {
                check(model, &tokenizer, rows, cols, None);
            }
        }
    }
}

#[test]
fn what_an_early_return_leaves_unread_costs_eight_bits_a_byte() {
    if !available() {
        return;
    }
    for tokenizer in tokenizers() {
        for (rows, cols, steps) in [(4, 16, 1), (2, 33, 3)] {
            check(Model::Unigram, &tokenizer, rows, cols, Some(steps));
        }
    }
}
