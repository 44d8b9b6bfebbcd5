//! Preflight with real torch in a real jail: what hostile construction comes to, and which stage finds a model that is
//! too large.
//!
//! One binary, so that the jail's self-test is made once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use prism_executor::jail::Quota;
use prism_executor::preflight::{Ending, Finding, Phase, Rule, Severity};
use prism_executor::{
    Cancel, Executor, Job, LocalExecutor, Preflight, PreflightJob, PreflightSettings,
};
use prism_protocol::outcome::{FailReason, Outcome};
use prism_tests::{context, files, home, honest_files, job};
use serde_json::Value;
use tokio::sync::{OnceCell, mpsc};

static EXECUTOR: OnceCell<LocalExecutor> = OnceCell::const_new();

async fn executor() -> &'static LocalExecutor {
    EXECUTOR
        .get_or_init(|| async { LocalExecutor::start(Arc::new(home())).await.unwrap() })
        .await
}

type Files = Arc<BTreeMap<String, Vec<u8>>>;

/// Small enough that what is endless ends soon.
fn settings() -> PreflightSettings {
    PreflightSettings {
        memory_bytes: 1 << 30,
        build_seconds: 5,
        ..PreflightSettings::default()
    }
}

async fn look(files: Files, max_parameters: u64, settings: PreflightSettings) -> Preflight {
    let mut context = context();
    context.max_parameters = max_parameters;
    let job = PreflightJob {
        files,
        context,
        state_buffer_bytes: STATE_BUFFER,
        max_cells: 1 << 20,
    };
    let (phases, _) = mpsc::channel(1);
    let looking = executor()
        .await
        .preflight(job, &settings, phases, Cancel::never());
    looking.await.unwrap()
}

const STATE_BUFFER: u64 = 1 << 20;

const TRAINING: &str = "
import torch
import torch.nn.functional as F

def train(ctx):
    model = ctx.build_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in ctx.iter_train_batches(model, batch_size=4, seq_len=32):
        logits = model(batch.tokens[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), batch.tokens[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
";

/// A bigram table, to which rows of the tests add what is wrong.
const HEAD: &str = "
import torch
from torch import nn

class Bigram(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.table = nn.Embedding(vocab, vocab)

    def forward(self, tokens):
        return self.table(tokens)
";

fn bundle(architecture: &str, training: &str) -> Files {
    let text = |text: String| text.into_bytes();
    Arc::new(BTreeMap::from([
        (
            "architecture.py".to_owned(),
            text(format!("{HEAD}\n{architecture}")),
        ),
        ("training.py".to_owned(), text(training.to_owned())),
    ]))
}

/// A `build_model` of these lines.
fn building(lines: &str) -> Files {
    let mut body = String::new();
    for line in lines.lines() {
        body.push_str("    ");
        body.push_str(line);
        body.push('\n');
    }
    bundle(
        &format!("def build_model(ctx):\n{body}    return Bigram(ctx.vocab_size)\n"),
        TRAINING,
    )
}

fn errors(found: &Preflight) -> Vec<&Finding> {
    let error = |finding: &&Finding| finding.severity == Severity::Error;
    found.findings.iter().filter(error).collect()
}

/// What must come of a hostile construction.
enum Comes {
    /// This rule, found by the harness.
    Finding(Rule),
    /// This ending.
    Ending(fn(&Ending) -> bool),
}

#[tokio::test]
async fn hostile_construction_ends_typed_and_the_next_bundle_is_unharmed() {
    let memory = |ending: &Ending| matches!(ending, Ending::OutOfMemory | Ending::Signal(9));
    let rows: Vec<(&str, &str, Comes)> = vec![
        (
            "never ends",
            "while True: nn.Linear(1, 1)",
            Comes::Ending(|ending| matches!(ending, Ending::TimedOut(_))),
        ),
        (
            "never ends in one native call",
            "torch.linalg.matrix_exp(torch.rand(60, 300, 300, dtype=torch.float64)), torch.arange(10**10).sum()",
            Comes::Ending(|ending| !matches!(ending, Ending::Done)),
        ),
        (
            "fills memory bit by bit",
            "x = []\nwhile True: x.append(torch.ones(1 << 22))",
            Comes::Ending(memory),
        ),
        (
            "asks for more memory than there is",
            "torch.empty(10**15)",
            Comes::Finding(Rule::Resource),
        ),
        (
            "builds what is too large for the jail",
            "nn.Linear(30_000, 30_000)",
            Comes::Ending(memory),
        ),
        (
            "recurses",
            "def again(): again()\nagain()",
            Comes::Finding(Rule::Instantiation),
        ),
        (
            "recurses until the native stack is used up",
            "import sys\nsys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nrepr(x)",
            Comes::Ending(|ending| matches!(ending, Ending::Signal(11))),
        ),
        (
            "crashes natively",
            "import ctypes\nctypes.string_at(0)",
            Comes::Ending(|ending| matches!(ending, Ending::Signal(11))),
        ),
        (
            "aborts",
            "import os\nos.abort()",
            Comes::Ending(|ending| matches!(ending, Ending::Signal(6))),
        ),
        (
            "leaves",
            "import os\nos._exit(0)",
            Comes::Ending(|ending| matches!(ending, Ending::Left(0))),
        ),
        (
            "leaves politely",
            "raise SystemExit(0)",
            Comes::Finding(Rule::Instantiation),
        ),
        (
            "starts a program",
            "import os\nos.execv('/bin/true', ['true'])",
            Comes::Ending(|ending| matches!(ending, Ending::Signal(31))),
        ),
        (
            "forks without end",
            "import os\nwhile True: os.fork()",
            Comes::Ending(|ending| !matches!(ending, Ending::Done)),
        ),
        (
            "prints without end",
            "while True: print('x' * 100_000)",
            Comes::Ending(|ending| matches!(ending, Ending::Quota(Quota::Output))),
        ),
        (
            "fills the scratch folder",
            "f = open('/scratch/f', 'wb')\nwhile True: f.write(b'x' * (1 << 20))",
            Comes::Finding(Rule::Instantiation),
        ),
        (
            "speaks to the host itself",
            "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'{\"phase\": \"victory\"}\\n')\n    except OSError: pass",
            Comes::Ending(|ending| matches!(ending, Ending::Nonsense(_))),
        ),
        (
            "ends its parent and all others",
            "import os\nos.kill(-1, 9)\nos.kill(1, 9)",
            Comes::Ending(|ending| !matches!(ending, Ending::TimedOut(_))),
        ),
    ];
    for (does, lines, comes) in rows {
        let found = look(building(lines), 1_000_000, settings()).await;
        assert_ne!(found.phase, None, "{does}: {found:?}");
        match comes {
            Comes::Finding(rule) => {
                let rules: Vec<_> = errors(&found).iter().map(|one| one.rule).collect();
                assert_eq!(
                    (rules, &found.ending),
                    (vec![rule], &Ending::Done),
                    "{does}: {found:?}"
                );
            }
            Comes::Ending(fits) => {
                // The kernel may also refuse what kills elsewhere: then it is an exception, and typed as well.
                let refused = errors(&found)
                    .iter()
                    .any(|one| matches!(one.rule, Rule::Resource | Rule::Instantiation));
                assert!(fits(&found.ending) || refused, "{does}: {found:?}");
                assert!(
                    matches!(found.phase, Some(Phase::Build)) || refused,
                    "{does}: {found:?}"
                );
            }
        }
    }
    let honest = look(files("example-small"), 1_000_000, settings()).await;
    assert_eq!(honest.ending, Ending::Done);
    assert!(errors(&honest).is_empty(), "{honest:?}");
}

/// Of each kind that needs something of the jail: a process group, packages, a kernel that is not there, plain torch. The
/// whole battery is looked at by the Python tests, outside a jail.
#[tokio::test]
async fn honest_bundles_pass_in_the_jail_without_a_warning() {
    for name in [
        "design-llama-gqa",
        "OK-13-einops",
        "OK-12-numpy",
        "OK-14-guarded-kernels",
        "design-mamba",
    ] {
        let settings = PreflightSettings::default();
        let found = look(honest_files(name), 150_000_000, settings).await;
        assert_eq!(found.ending, Ending::Done, "{name}: {found:?}");
        let grave = |finding: &&Finding| finding.severity != Severity::Info;
        let findings: Vec<_> = found.findings.iter().filter(grave).collect();
        assert!(findings.is_empty(), "{name}: {findings:?}");
        assert_eq!(found.facts["causal"], true, "{name}: {:?}", found.facts);
        assert_eq!(found.facts["rehearsed"], true, "{name}: {:?}", found.facts);
    }
}

#[tokio::test]
async fn a_deep_model_of_lazy_layers_passes() {
    let model = "
class Deep(Bigram):
    def __init__(self, vocab):
        super().__init__(vocab)
        self.layers = nn.Sequential(*(nn.LazyLinear(8) for _ in range(60)))

    def forward(self, tokens):
        table = super().forward(tokens)
        return table + self.layers(table).mean(-1, keepdim=True)

def build_model(ctx):
    return Deep(ctx.vocab_size)
";
    let training = TRAINING.replace(
        "    optimizer =",
        "    model(torch.zeros(1, 8, dtype=torch.int64))\n    optimizer =",
    );
    let found = look(bundle(model, &training), 1_000_000, settings()).await;
    assert_eq!(found.ending, Ending::Done, "{found:?}");
    assert!(errors(&found).is_empty(), "{found:?}");
    let counts = found.counts.unwrap();
    assert_eq!(counts.lazy, Vec::<String>::new());
    assert_eq!(
        counts.parameters,
        257 * 257 + (257 + 1) * 8 + 59 * (8 + 1) * 8
    );
}

#[tokio::test]
async fn the_same_holds_at_import_and_in_train() {
    let crash = "import ctypes\nctypes.string_at(0)\n";
    let at_import = bundle(
        &format!("{crash}def build_model(ctx): return Bigram(ctx.vocab_size)"),
        TRAINING,
    );
    let found = look(at_import, 1_000_000, settings()).await;
    assert_eq!(
        (&found.ending, found.phase),
        (&Ending::Signal(11), Some(Phase::Import))
    );
    let model = "def build_model(ctx): return Bigram(ctx.vocab_size)";
    let in_train = bundle(
        model,
        "import ctypes\ndef train(ctx):\n    ctypes.string_at(0)\n",
    );
    let found = look(in_train, 1_000_000, settings()).await;
    assert_eq!(
        (&found.ending, found.phase),
        (&Ending::Signal(11), Some(Phase::Rehearsal))
    );
    // What was counted before is not lost.
    assert_eq!(found.counts.unwrap().parameters, 257 * 257);
}

/// The stage that finds a model too large, in the order in which a submission meets them.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Gate,
    Preflight,
    ExportedState,
}

/// The cap of the rows below: the bigram table alone is within it.
const CAP: u64 = 100_000;

/// What the installed gate says under the service's cap; the bundles say sizes in units of their cap.
fn gate_rejects(files: &Files) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files.iter() {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let output = Command::new(home().root().join("bin/prism"))
        .args(["check", "--gates-only", "--json"])
        .arg(folder.path())
        .env_remove("PRISM_LLM_URL")
        .output()
        .unwrap();
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    let gates = verdict["gates"].as_array().unwrap();
    let others: Vec<_> = gates
        .iter()
        .filter(|gate| gate["verdict"] != "allow" && gate["gate"] != "param-cap")
        .collect();
    assert!(others.is_empty(), "{others:?}");
    let count = gates.iter().find(|gate| gate["gate"] == "param-cap");
    let count = count.unwrap();
    let rules = count["evidence"].as_array().unwrap();
    count["verdict"] == "reject"
        && rules
            .iter()
            .any(|evidence| evidence["rule"] == "prism:param-cap")
}

async fn preflight_rejects(files: Files) -> bool {
    let roomy = PreflightSettings {
        memory_bytes: 4 << 30,
        ..settings()
    };
    let found = look(files, CAP, roomy).await;
    assert_eq!(found.ending, Ending::Done, "{found:?}");
    errors(&found)
        .iter()
        .any(|finding| finding.rule == Rule::ParamCap)
}

async fn exported_state_fails(files: Files) -> bool {
    let mut job = Job {
        files,
        ..job("example-small", 40_000)
    };
    job.context.max_parameters = CAP;
    job.limits.state_buffer_bytes = STATE_BUFFER;
    let (events, mut received) = mpsc::channel(64);
    let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
    let result = executor()
        .await
        .run(job, events, Cancel::never())
        .await
        .unwrap();
    listener.await.unwrap();
    match result.outcome {
        Outcome::Failed {
            reason: FailReason::Quota,
            detail,
        } => {
            assert!(detail.contains("exported state"), "{detail}");
            true
        }
        other => panic!("{other:?}\n{}", result.log_tail),
    }
}

#[tokio::test]
async fn a_model_over_the_cap_is_found_by_the_stage_that_can_see_it() {
    let model = |methods: &str| {
        format!(
            "class Model(Bigram):\n{methods}\n\ndef build_model(ctx):\n    return Model(ctx.vocab_size)\n"
        )
    };
    // The service's cap is 150 million parameters, that of preflight and run below 100 thousand: one size for each.
    let rows: Vec<(&str, Stage, &str)> = vec![
        (
            "plain size",
            Stage::Gate,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.more = nn.Linear(20_000, 20_000)",
        ),
        (
            "lazy layers",
            Stage::Gate,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.more = nn.LazyLinear(1_000_000)

    def forward(self, tokens):
        return super().forward(tokens) + self.more(super().forward(tokens)).mean() * 0",
        ),
        (
            "growth at the first forward",
            Stage::Gate,
            "    def forward(self, tokens):
        if not hasattr(self, 'more'):
            self.more = nn.Linear(20_000, 20_000)
        return super().forward(tokens)",
        ),
        (
            "overridden parameters()",
            Stage::Gate,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.more = nn.Linear(20_000, 20_000)

    def parameters(self, recurse=True):
        return iter([self.table.weight])",
        ),
        (
            "a size that only data knows",
            Stage::Preflight,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.more = nn.Linear(1000 + int(torch.rand(()) * 9), 1000)",
        ),
        (
            "plain tensors",
            Stage::Preflight,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.more = [torch.zeros(1000, 1000)]",
        ),
        (
            "buffers",
            Stage::Preflight,
            "    def __init__(self, vocab):
        super().__init__(vocab)
        self.register_buffer('more', torch.zeros(1000, 1000))",
        ),
        (
            "growth after the first batch",
            Stage::ExportedState,
            "    def forward(self, tokens):
        self.calls = getattr(self, 'calls', 0) + 1
        if self.calls == 9:
            self.more = nn.Linear(1000, 1000)
        return super().forward(tokens)",
        ),
    ];
    for (how, stage, methods) in rows {
        let files = bundle(&model(methods), TRAINING);
        let found = if gate_rejects(&files) {
            Stage::Gate
        } else if preflight_rejects(Arc::clone(&files)).await {
            Stage::Preflight
        } else {
            assert!(exported_state_fails(files).await);
            Stage::ExportedState
        };
        assert_eq!(found, stage, "{how}");
    }
}
