//! The real worker: models with analytic answers, layouts, repetition.

use prism_protocol::outcome::{Outcome, Stopped};

use crate::python::{Launch, available, run};
use crate::stage::{Result, Stage, documents};

pub const UNIFORM: &str = "
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
pub const UNIGRAM: &str = "
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

pub fn loop_with(batch_size: u32, seq_len: u32) -> String {
    format!(
        "
def train(ctx):
    model = ctx.build_model()
    for batch in ctx.iter_train_batches(model, batch_size={batch_size}, seq_len={seq_len}):
        assert batch.tokens.shape == ({batch_size}, {seq_len}) and batch.tokens.dtype.is_signed
"
    )
}

pub fn bundle(architecture: &str, training: &str) -> Stage {
    Stage::new(&[("architecture.py", architecture), ("training.py", training)])
}

pub fn direct(architecture: &str, training: &str) -> Result {
    run(bundle(architecture, training), Launch::Direct)
}

pub fn course_bytes() -> u64 {
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

/// Bits of the unigram table for the whole course.
pub fn unigram_bits() -> f64 {
    let logit = |class: usize| (class % 7) as f64 / 2.0;
    let total = (0..257).map(|class| logit(class).exp()).sum::<f64>().ln();
    let nats: f64 = documents()
        .iter()
        .flat_map(|text| text.bytes())
        .map(|byte| total - logit(usize::from(byte)))
        .sum();
    nats / std::f64::consts::LN_2
}

#[test]
fn every_token_is_charged_once_whatever_the_layout() {
    if !available() {
        return;
    }
    for (batch_size, seq_len) in [(1, 2), (1, 1000), (3, 17), (8, 128), (64, 5)] {
        let result = direct(UNIGRAM, &loop_with(batch_size, seq_len));
        let manifest = result.completed();
        let shape = format!("{batch_size} x {seq_len}");
        assert_eq!(manifest.metrics.predicted_tokens, course_bytes(), "{shape}");
        assert_eq!(manifest.metrics.covered_bytes, course_bytes(), "{shape}");
        assert_eq!(
            manifest.data.consumed_batches,
            manifest.data.steps.unwrap(),
            "{shape}"
        );
        let parts = manifest.parts.unwrap();
        // The table is exact in float32, so only the sums differ.
        assert!(
            (parts.code_bits - unigram_bits()).abs() < 1e-6,
            "{shape}: {}",
            parts.code_bits
        );
        assert!(
            (parts.bpb - unigram_bits() / course_bytes() as f64).abs() < 1e-9,
            "{shape}"
        );
    }
}

#[test]
fn what_is_left_unread_costs_eight_bits_a_byte() {
    if !available() {
        return;
    }
    let result = direct(
        UNIFORM,
        "
def train(ctx):
    for number, batch in enumerate(ctx.iter_train_batches(ctx.build_model(), batch_size=4, seq_len=16)):
        if number == 2:
            break
    for batch in ctx.iter_train_batches(ctx.build_model()):
        raise RuntimeError('a second pass')
",
    );
    assert_eq!(
        result.outcome,
        Outcome::Completed {
            stopped: Stopped::EarlyReturn
        }
    );
    let manifest = result.completed();
    let parts = manifest.parts.unwrap();
    assert_eq!(manifest.data.consumed_batches, 3);
    assert_eq!(
        parts.unread_bytes + manifest.data.covered_bytes,
        course_bytes()
    );
    let bits = manifest.data.covered_bytes as f64 * 257f64.log2() + 8.0 * parts.unread_bytes as f64;
    assert!((parts.bpb - bits / course_bytes() as f64).abs() < 1e-9);
}

/// A small model with dropout, trained; what it is told of the course goes to a file as well.
const LEARNING: &str = "
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.embed = nn.Embedding(ctx.vocab_size, 16)
        self.drop = nn.Dropout(0.2)
        self.frozen = nn.Dropout(0.9)
        self.head = nn.Linear(16, ctx.vocab_size)

    def forward(self, tokens):
        return {'logits': self.head(self.frozen(self.drop(self.embed(tokens))))}

def build_model(ctx):
    torch.rand(3)
    return Tiny(ctx)
";

const TRAINING: &str = "
import copy
import dataclasses
import random
import torch
from architecture import build_model

def train(ctx):
    torch.rand(7), random.random()
    assert dataclasses.asdict(copy.deepcopy(ctx))['seed'] == 1337
    model = build_model(ctx)
    again = ctx.build_model()
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters()))
    assert model is torch.compile(model)
    model.frozen.eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    streams = torch.get_rng_state()
    for batch in ctx.iter_train_batches(model, batch_size=4):
        assert model.training and not model.frozen.training
        assert torch.is_grad_enabled() and torch.equal(streams, torch.get_rng_state())
        assert batch.targets is None and batch.metadata is None
        logits = model(batch.tokens[:, :-1])['logits']
        loss = nn_loss(logits, batch.tokens[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        streams = torch.get_rng_state()

def nn_loss(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
";

#[test]
fn a_repeated_run_is_the_same_bit_by_bit_and_learns() {
    if !available() {
        return;
    }
    let runs: Vec<_> = [Launch::Direct, Launch::Torchrun]
        .into_iter()
        .map(|launch| {
            let result = run(bundle(LEARNING, TRAINING), launch);
            let manifest = result.completed().clone();
            let state = std::fs::read(result.dir.path().join("out/state.bin")).unwrap();
            (manifest.metrics, manifest.artifacts, state)
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
    let loss = &runs[0].0.online_loss;
    assert!(loss.last().unwrap() + 1.0 < loss[0], "{loss:?}");
    assert_eq!(runs[0].0.model_params, Some(257 * 16 + 16 * 257 + 257));
    assert_eq!(runs[0].1.state.as_ref().unwrap().tensors, 3);
}

#[test]
fn modes_entered_by_the_miner_do_not_reach_the_charges() {
    if !available() {
        return;
    }
    let training = "
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

class Zero(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        return out * 0 if 'logsumexp' in str(function) else out

class Deep(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        return out * 0 if 'logsumexp' in str(function) else out

def train(ctx):
    torch.set_default_dtype(torch.float64)
    torch.logsumexp = torch.nn.functional.cross_entropy = None
    with Zero(), Deep(), torch.autocast('cpu', dtype=torch.bfloat16):
        for batch in ctx.iter_train_batches(ctx.build_model(), batch_size=4):
            pass
";
    // The loss that the fast interface gives is the miner's to break; what is charged is not.
    let fast = training
        .replace(
            "torch.logsumexp = torch.nn.functional.cross_entropy = None",
            "torch.logsumexp = None",
        )
        .replace("iter_train_batches", "stream")
        .replace("            pass", "            batch.forward()");
    for training in [training, &fast] {
        let result = direct(UNIGRAM, training);
        let parts = result.completed().parts.unwrap();
        assert!(
            (parts.code_bits - unigram_bits()).abs() < 1e-6,
            "{}",
            parts.code_bits
        );
    }
}

#[test]
fn helper_modules_and_packages_of_the_bundle_import() {
    if !available() {
        return;
    }
    let mut stage = Stage::new(&[
        (
            "src/model.py",
            &UNIFORM.replace(
                "import torch\n",
                "import torch\nfrom sizes import EXTRA\nfrom parts.deep import more\n",
            ),
        ),
        ("src/sizes.py", "EXTRA = 0\n"),
        ("parts/__init__.py", ""),
        ("parts/deep.py", "from .more import more\n"),
        ("parts/more.py", "more = 1\n"),
        (
            "src/loop.py",
            &loop_with(4, 16).replace("def train(ctx):", "from model import Uniform\ndef go(ctx):"),
        ),
    ]);
    stage.spec.context.architecture_entrypoint = "src/model.py".into();
    stage.spec.context.training_entrypoint = "src/loop.py".into();
    stage.spec.context.train_symbol = "go".into();
    run(stage, Launch::Direct).completed();
}

#[test]
fn a_model_wrapped_for_several_processes_runs_and_is_exported_unwrapped() {
    if !available() {
        return;
    }
    let training = TRAINING
        .replace("    streams = torch.get_rng_state()\n    for", "    bare = model\n    torch.distributed.init_process_group('gloo')\n    model = torch.nn.parallel.DistributedDataParallel(bare)\n    streams = torch.get_rng_state()\n    for")
        .replace("not model.frozen", "not bare.frozen");
    let result = run(bundle(LEARNING, &training), Launch::Torchrun);
    let manifest = result.completed();
    let index = std::fs::read_to_string(result.dir.path().join("out/state.json")).unwrap();
    assert!(index.contains("\"embed.weight\""), "{index}");
    assert_eq!(manifest.artifacts.state.as_ref().unwrap().tensors, 3);
}
