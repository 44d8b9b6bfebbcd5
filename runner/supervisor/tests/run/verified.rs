//! The real worker through the three runs: measured, run again with cut questions, its state examined. Honest designs come
//! out with nothing to correct, whatever they keep between questions; one that sees ahead does not.

use std::path::Path;

use prism_protocol::manifest::{Examination, FILE_NAME, Manifest, STREAM_FILE, Verification};
use prism_protocol::outcome::{FailReason, Ruling};
use prism_protocol::spec::{Examine, First, Task, Verify};
use prism_protocol::wire::Api;
use prism_verification::Seed;

use crate::battery::ground::GROUND;
use crate::honest::bundle;
use crate::python::{Launch, available, run};
use crate::stage::Result;

const DRAWS: u32 = 32;
const LEVEL: f64 = 1e-4;

/// What a run that repeats to the bit may differ by, in bits: the charges are sums in float64, once of the worker's order.
const NOTHING: f64 = 1e-9;

/// A model of its parts; `x` is [rows, columns, 16], and logits are `self.head(x)` where the body doesn't return others.
fn model(init: &str, body: &str) -> String {
    format!(
        "
import torch
import torch.nn.functional as F
from torch import nn

def ahead(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)

class Net(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.embed = nn.Embedding(ctx.vocab_size, 16)
        self.head = nn.Linear(16, ctx.vocab_size)
        {init}

    def forward(self, tokens):
        x = self.embed(tokens)
        {body}
        return self.head(x)

def build_model(ctx):
    return Net(ctx)
"
    )
}

fn training(api: Api) -> String {
    let (stream, forward) = match api {
        Api::Fast => ("stream", "batch.forward()[0]"),
        Api::Compatible => ("iter_train_batches", "model(batch.tokens)"),
    };
    format!(
        "
import torch
import torch.nn.functional as F

def train(ctx):
    model = ctx.build_model()
    optimizer = None
    for batch in ctx.{stream}(model, batch_size=8, seq_len=64):
        logits = {forward}
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=ctx.separator)
        optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=1e-2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"
    )
}

/// A bundle on the battery's text.
struct Case {
    architecture: String,
    training: String,
}

impl Case {
    fn new(api: Api, init: &str, body: &str) -> Self {
        Self {
            architecture: model(init, body),
            training: training(api),
        }
    }

    fn run(&self, task: Task) -> Result {
        let mut stage = bundle(&self.architecture, &self.training);
        stage.spec.task = task;
        stage.spec.course.clone_from(&GROUND.course);
        stage.spec.course_bytes = Some(12_000);
        stage.spec.decoys = Some(GROUND.decoys.clone());
        run(stage, Launch::Direct)
    }

    fn verify(&self, first: &Result) -> Verification {
        let verify = Verify {
            first: left(first.dir.path()),
            seed: Seed::from([3; 32]),
            draws: DRAWS,
            level: LEVEL,
            margin_bpb: 0.002,
        };
        let second = self.run(Task::Verify(Box::new(verify)));
        let manifest: Manifest = second.manifest.unwrap();
        manifest.verification.unwrap()
    }

    fn examine(&self, first: &Result) -> Examination {
        let out = first.dir.path().join("out");
        let state = first.completed().artifacts.state.clone().unwrap();
        let examine = Examine {
            first: left(first.dir.path()),
            state: out.join(state.file),
            state_index: out.join(state.index),
            seed: Seed::from([4; 32]),
            draws: DRAWS,
            level: LEVEL,
            margin_bpb: 0.1,
            validation: Some(GROUND.validation.clone()),
        };
        let examined = self.run(Task::Examine(Box::new(examine)));
        examined.manifest.unwrap().examination.unwrap()
    }
}

fn left(first: &Path) -> First {
    First {
        manifest: first.join("out").join(FILE_NAME),
        stream: first.join("out").join(STREAM_FILE),
    }
}

#[test]
fn nothing_is_corrected_of_an_honest_design_whatever_it_keeps() {
    if !available() {
        return;
    }
    let layer = "self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)";
    let attends = "x = self.layer(x, src_mask=ahead(x.shape[1], x.shape[1]))";
    let cases = [
        (
            "a small transformer",
            Case::new(Api::Compatible, layer, attends),
        ),
        (
            "dropout through the fast interface",
            Case::new(Api::Fast, layer, attends),
        ),
        (
            "a state and a cache that are carried on",
            Case::new(
                Api::Compatible,
                "self.cell = nn.GRU(16, 16, batch_first=True); self.h = None; self.past = []",
                "y, h = self.cell(x, self.h)
        keys = torch.cat([*self.past, x], 1)
        y = y + F.scaled_dot_product_attention(x, keys, keys, attn_mask=~ahead(x.shape[1], keys.shape[1]))
        if not self.training:
            self.h, self.past = h, [*self.past, x][-2:]
        x = x + y",
            ),
        ),
        (
            "layers without sizes",
            Case::new(
                Api::Compatible,
                "self.wide = nn.LazyLinear(32); self.narrow = nn.LazyLinear(16)",
                "x = x + self.narrow(self.wide(x).relu())",
            ),
        ),
        (
            "tied weights",
            Case::new(Api::Fast, "nn.init.normal_(self.embed.weight, std=0.1); self.head.weight = self.embed.weight", ""),
        ),
    ];
    for (what, case) in cases {
        let first = case.run(Task::Measure { probes: 8 });
        let captured = first.completed().parts.unwrap().bpb;
        let verification = case.verify(&first);
        assert_eq!(
            verification.ruling,
            Ruling::Verified,
            "{what}: {verification:?}"
        );
        let correction = verification.correction.unwrap();
        assert!(correction.bpb.abs() < NOTHING, "{what}: {correction:?}");
        assert!(
            correction.estimate.largest_difference_bits < NOTHING,
            "{what}: {correction:?}"
        );
        assert!(
            (correction.verified_bpb - captured).abs() < NOTHING,
            "{what}"
        );
        assert_eq!(verification.repeat_difference_bits, Some(0.0), "{what}");

        let examination = case.examine(&first);
        assert_eq!(
            examination.ruling,
            Ruling::Verified,
            "{what}: {examination:?}"
        );
        let validation = examination.validation.unwrap();
        assert!(
            validation.delta > 1.0 && validation.twin_bpb > 7.0,
            "{what}: {validation:?}"
        );
    }
}

#[test]
fn a_model_that_sees_a_token_ahead_is_found_by_early_questions_or_by_the_second_run() {
    if !available() {
        return;
    }
    let case = Case::new(
        Api::Compatible,
        "",
        "return self.head(x) + 9 * F.one_hot(tokens.roll(-1, 1), self.head.out_features)",
    );
    let first = case.run(Task::Measure { probes: 0 });
    assert!(first.completed().parts.unwrap().bpb < 1.0);
    let verification = case.verify(&first);
    assert_eq!(
        verification.ruling,
        Ruling::CapturedTooLow,
        "{verification:?}"
    );
    let probed = case.run(Task::Measure { probes: 8 });
    assert_eq!(probed.failed().0, FailReason::NotCausal);
}
