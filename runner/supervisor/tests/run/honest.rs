//! The real worker: models with analytic answers, and the ways a bundle fails.

use prism_protocol::outcome::{FailReason, Outcome, Stopped};

use crate::python::{Launch, available, run};
use crate::stage::{Result, Stage, documents};

const UNIFORM: &str = "
import torch
from torch import nn

class Uniform(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.level = nn.Parameter(torch.zeros(1))
        self.register_buffer('seen', torch.zeros(1))
        self.vocab_size = ctx.vocab_size

    def forward(self, tokens):
        return torch.zeros(*tokens.shape, self.vocab_size) + self.level

def build_model(ctx):
    return Uniform(ctx)
";

/// Logits that depend on the class only: class i has (i mod 7) / 2.
const UNIGRAM: &str = "
import torch
from torch import nn

class Unigram(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.table = nn.Parameter(torch.arange(ctx.vocab_size).remainder(7) / 2)

    def forward(self, tokens):
        return self.table.expand(*tokens.shape, -1)

def build_model(ctx):
    return Unigram(ctx)
";

fn loop_with(batch_size: u32, seq_len: u32) -> String {
    format!(
        "
def train(ctx):
    model = ctx.build_model()
    for batch in ctx.iter_train_batches(model, batch_size={batch_size}, seq_len={seq_len}):
        assert batch.tokens.shape == ({batch_size}, {seq_len}) and batch.tokens.dtype.is_signed
"
    )
}

fn bundle(architecture: &str, training: &str) -> Stage {
    Stage::new(&[("architecture.py", architecture), ("training.py", training)])
}

fn direct(architecture: &str, training: &str) -> Result {
    run(bundle(architecture, training), Launch::Direct)
}

fn course_bytes() -> u64 {
    documents().iter().map(|text| text.len() as u64).sum()
}

#[test]
fn a_uniform_model_costs_the_logarithm_of_its_classes_for_every_byte() {
    if !available() {
        return;
    }
    let result = run(bundle(UNIFORM, &loop_with(4, 16)), Launch::Torchrun);
    let manifest = result.completed();
    assert_eq!(
        result.outcome,
        Outcome::Completed {
            stopped: Stopped::CourseEnd
        }
    );
    assert_eq!(manifest.metrics.predicted_tokens, course_bytes());
    assert_eq!(manifest.data.unread_bytes, 0);
    let parts = manifest.parts.unwrap();
    assert_eq!(parts.bundle_bits, 0);
    assert!((parts.bpb - 257f64.log2()).abs() < 1e-9, "{}", parts.bpb);
    assert!((parts.code_bits - course_bytes() as f64 * 257f64.log2()).abs() < 1e-6);
    assert!(manifest.anti_cheat.step0_recomputed);
    assert!(manifest.anti_cheat.step0_difference_bits.unwrap() < 1e-9);
    assert_eq!(manifest.metrics.model_params, Some(1));
    let state = manifest.artifacts.state.as_ref().unwrap();
    assert_eq!((state.tensors, state.bytes), (2, 8));
    assert_eq!(
        std::fs::metadata(result.dir.path().join("out").join(&state.file))
            .unwrap()
            .len(),
        8
    );
    assert!(manifest.compute.peak_rss_bytes.unwrap() > 1 << 20);
}
