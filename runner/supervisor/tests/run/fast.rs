//! The real worker: the fast interface, beside the compatible one.

use prism_protocol::event::Event;
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::{FailReason, Outcome, Stopped};
use prism_protocol::wire::Api;

use crate::honest::{UNIFORM, bundle, course_bytes, direct};
use crate::python::{Launch, available, run};
use crate::stage::Result;

/// A model of its body; `x` is [rows, columns, 16].
fn model(init: &str, body: &str) -> String {
    format!(
        "
import torch
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self, ctx):
        super().__init__()
        self.embed = nn.Embedding(ctx.vocab_size, 16)
        {init}
        self.head = nn.Linear(16, ctx.vocab_size)

    def forward(self, tokens):
        x = self.embed(tokens)
        {body}
        return self.head(x)

def build_model(ctx):
    return Net(ctx)
"
    )
}

/// One pass of plain gradient descent, the same through either interface. The loss is the miner's own both times,
/// and must be the one that the fast interface gives.
fn training(api: Api, wrap: &str, around: &str) -> String {
    let head = match api {
        Api::Fast => {
            "for batch in ctx.stream(model, batch_size=4, seq_len=16):
            logits, told = batch.forward()"
        }
        Api::Compatible => {
            "for batch in ctx.iter_train_batches(model, batch_size=4, seq_len=16):
            logits, told = model(batch.tokens), None"
        }
    };
    format!(
        "
import contextlib
import torch
import torch.nn.functional as F

def train(ctx):
    model = ctx.build_model()
    {wrap}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    with {around}:
        {head}
            assert torch.is_grad_enabled() and model.training
            loss = F.cross_entropy(
                logits[:, :-1].flatten(0, 1).float(), batch.tokens[:, 1:].flatten(), ignore_index=ctx.separator
            )
            assert told is None or (told.dtype == torch.float32 and torch.allclose(told, loss, rtol=1e-5))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
"
    )
}

#[track_caller]
fn same_numbers(left: &Manifest, right: &Manifest, what: &str) {
    let (left, right) = (&left.metrics, &right.metrics);
    assert_eq!(left.predicted_tokens, right.predicted_tokens, "{what}");
    assert_eq!(left.online_loss.len(), right.online_loss.len(), "{what}");
    for (left, right) in left.online_loss.iter().zip(&right.online_loss) {
        assert!(
            (left - right).abs() < 1e-4 * right,
            "{what}: {left} {right}"
        );
    }
    assert!(
        left.online_loss.last().unwrap() + 1.0 < left.online_loss[0],
        "{what} learns"
    );
}

#[test]
fn both_interfaces_give_the_same_numbers_for_models_that_train_as_they_predict() {
    if !available() {
        return;
    }
    let attention = "x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)";
    let process = "torch.distributed.init_process_group('gloo'); model = torch.nn.parallel.DistributedDataParallel(model)";
    let bfloat16 = "torch.autocast('cpu', dtype=torch.bfloat16, cache_enabled=False)";
    let nothing = "contextlib.nullcontext()";
    let rows = [
        ("a bigram model", model("", ""), "", nothing, Launch::Direct),
        (
            "attention",
            model(
                "self.norm = nn.LayerNorm(16)",
                &format!("{attention}; x = self.norm(x)"),
            ),
            "",
            nothing,
            Launch::Direct,
        ),
        (
            "a recurrence",
            model(
                "self.inner = nn.GRU(16, 16, batch_first=True)",
                "x = x + self.inner(x)[0]",
            ),
            "",
            nothing,
            Launch::Direct,
        ),
        (
            "a causal convolution",
            model(
                "self.inner = nn.Conv1d(16, 16, 3)",
                "x = x + self.inner(F.pad(x.mT, (2, 0))).mT",
            ),
            "",
            nothing,
            Launch::Direct,
        ),
        (
            "bfloat16 autocast",
            model(
                "self.inner = nn.Linear(16, 16)",
                "x = x + self.inner(x).relu()",
            ),
            "",
            bfloat16,
            Launch::Direct,
        ),
        (
            "one process of several",
            model("", attention),
            process,
            nothing,
            Launch::Torchrun,
        ),
    ];
    for (what, architecture, wrap, around, launch) in rows {
        let [fast, compatible] = [Api::Fast, Api::Compatible].map(|api| {
            let result = run(bundle(&architecture, &training(api, wrap, around)), launch);
            let manifest = result.completed().clone();
            assert_eq!(manifest.run.api, Some(api), "{what}");
            assert_eq!(manifest.data.covered_bytes, course_bytes(), "{what}");
            assert!(
                manifest.anti_cheat.step0_difference_bits.unwrap() < 1e-9,
                "{what}"
            );
            manifest
        });
        same_numbers(&fast, &compatible, what);
    }
}

#[test]
fn a_repeated_run_is_charged_the_same_to_the_last_bit() {
    if !available() {
        return;
    }
    let architecture = model("self.drop = nn.Dropout(0.2)", "x = self.drop(x)");
    let [first, second] = [Launch::Direct, Launch::Torchrun].map(|launch| {
        let result = run(
            bundle(
                &architecture,
                &training(Api::Fast, "", "contextlib.nullcontext()"),
            ),
            launch,
        );
        result.completed().metrics.clone()
    });
    assert_eq!(first, second);
    let other = direct(
        &architecture,
        &training(Api::Fast, "torch.rand(1)", "contextlib.nullcontext()"),
    );
    assert_ne!(
        other.completed().metrics.stream_sha256,
        first.stream_sha256,
        "another dropout mask"
    );
}

fn looped(body: &str) -> Result {
    direct(
        UNIFORM,
        &format!(
            "
import torch
def train(ctx):
    for number, batch in enumerate(ctx.stream(ctx.build_model(), batch_size=4, seq_len=16)):
{body}
"
        ),
    )
}

#[test]
fn each_batch_is_predicted_once() {
    if !available() {
        return;
    }
    for (body, line) in [
        ("        pass", 4),
        ("        batch.forward() if number < 3 else None", 4),
        ("        batch.forward()\n        batch.forward()", 6),
    ] {
        let result = looped(body);
        let (reason, detail) = result.failed();
        assert_eq!(reason, FailReason::MinerException);
        assert_eq!(
            detail,
            format!("RuntimeError at training.py:{line} while training")
        );
    }
}

#[test]
fn leaving_the_loop_is_an_early_return_wherever_it_happens() {
    if !available() {
        return;
    }
    for (body, batches) in [
        ("        if number == 3: return\n        batch.forward()", 3),
        ("        batch.forward()\n        if number == 3: break", 4),
        (
            "        try:\n            batch.forward()\n            if number == 3: 1 / 0\n        except ZeroDivisionError:\n            return",
            4,
        ),
    ] {
        let result = looped(body);
        let manifest = result.completed();
        assert_eq!(
            result.outcome,
            Outcome::Completed {
                stopped: Stopped::EarlyReturn
            }
        );
        assert_eq!(manifest.data.consumed_batches, batches, "{body}");
        assert!(manifest.artifacts.state.is_some(), "{body}");
    }
}

#[test]
fn what_the_model_raises_is_told_as_raised_while_predicting() {
    if !available() {
        return;
    }
    let result = direct(
        &model("self.calls = 0", "self.calls += 1; 1 / (self.calls - 2)"),
        &training(Api::Fast, "", "contextlib.nullcontext()"),
    );
    assert_eq!(
        result.failed(),
        (
            FailReason::MinerException,
            "ZeroDivisionError at architecture.py:15 while predicting"
        )
    );
}

#[test]
fn signals_are_recorded_beside_the_score() {
    if !available() {
        return;
    }
    for (api, cleared) in [
        (Api::Fast, false),
        (Api::Compatible, false),
        (Api::Fast, true),
    ] {
        let mut script = training(api, "", "contextlib.nullcontext()");
        if cleared {
            script += "            optimizer.zero_grad()\n";
        }
        let result = direct(&model("", ""), &script);
        let manifest = result.completed();
        let samples = &manifest.signals.told.samples;
        assert!((2..=64).contains(&samples.len()));
        assert_eq!(samples[0].step, 0);
        for sample in samples {
            assert_eq!(sample.gradient_norm.is_none(), cleared, "{sample:?}");
            assert!(
                (0.1..100.0).contains(&sample.largest_logit.unwrap()),
                "{sample:?}"
            );
        }
        assert_eq!(manifest.signals.told.cuda_peak_bytes, None);
        let told: Vec<_> = result
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Progress(progress) => Some(progress),
                _ => None,
            })
            .collect();
        let last = told.last().unwrap();
        assert_eq!(
            (last.api, last.step, last.bytes),
            (api, last.steps, course_bytes())
        );
        assert!(last.peak_rss_bytes.unwrap() > 1 << 20);
        let seconds = manifest.compute.wall_clock_seconds;
        assert!(
            told.len() as f64 <= 2.0 + seconds / 0.25,
            "{} in {seconds} s",
            told.len()
        );
        assert!(
            result.events.iter().any(
                |event| matches!(event, Event::Started { api: started, .. } if *started == api)
            )
        );
    }
}
