//! The real worker: every way a bundle fails, with its reason and what the miner is told.

use prism_protocol::outcome::FailReason;

use crate::honest::{UNIFORM, bundle, direct, loop_with};
use crate::python::{Launch, available, run};

/// Rows read: a bundle that does this fails for that reason, with words that hold this.
#[test]
fn every_fault_of_a_bundle_has_its_reason_and_its_line() {
    if !available() {
        return;
    }
    let outputs = |body: &str| {
        UNIFORM.replace(
            "        return torch.zeros(*tokens.shape, self.vocab_size) + self.level",
            body,
        )
    };
    let whole = loop_with(4, 16);
    let rows = [
        (
            "raises on import",
            UNIFORM.replace("class Uniform", "1 / 0\nclass Uniform"),
            whole.clone(),
            FailReason::MinerException,
            "ZeroDivisionError at architecture.py:5 while importing the architecture script\nTraceback",
        ),
        (
            "does not parse",
            UNIFORM.to_owned(),
            "\ndef train(ctx:\n".to_owned(),
            FailReason::MinerException,
            "SyntaxError at training.py:2 while importing the training script",
        ),
        (
            "has no train",
            UNIFORM.to_owned(),
            "x = 1\n".to_owned(),
            FailReason::MinerException,
            "training.py defines no function train",
        ),
        (
            "raises before the first batch",
            UNIFORM.to_owned(),
            "def train(ctx):\n    raise ValueError('said out loud')\n".to_owned(),
            FailReason::MinerException,
            "ValueError: said out loud",
        ),
        (
            "asks for too large a batch",
            UNIFORM.to_owned(),
            loop_with(4096, 8192),
            FailReason::MinerException,
            "a batch has at most 1024",
        ),
        (
            "returns at once",
            UNIFORM.to_owned(),
            "def train(ctx):\n    pass\n".to_owned(),
            FailReason::NoBatches,
            "without asking",
        ),
        (
            "asks with another tokenizer",
            UNIFORM.to_owned(),
            whole.replace("seq_len=16", "seq_len=16, tokenizer=str.split"),
            FailReason::MinerException,
            "prism.yaml declares",
        ),
        (
            "needs a tokenizer that is not there",
            UNIFORM.to_owned(),
            "def train(ctx):\n    ctx.reference_tokenizer('llama')\n".to_owned(),
            FailReason::MinerException,
            "'llama' is not available",
        ),
        (
            "gives not-a-number",
            outputs("        return torch.full((*tokens.shape, 257), float('nan'))"),
            whole.clone(),
            FailReason::BadOutput,
            "infinite or not a number",
        ),
        (
            "gives minus infinity for one class",
            outputs(
                "        x = torch.zeros(*tokens.shape, 257); x[..., 3] = -torch.inf; return x",
            ),
            whole.clone(),
            FailReason::BadOutput,
            "infinite or not a number",
        ),
        (
            "gives too few classes",
            outputs("        return torch.zeros(*tokens.shape, 256)"),
            whole.clone(),
            FailReason::BadOutput,
            "[4, 16, 256]; [4, 16, 257] is needed",
        ),
        (
            "gives another order",
            outputs("        return torch.zeros(16, 4, 257)"),
            whole.clone(),
            FailReason::BadOutput,
            "[16, 4, 257]",
        ),
        (
            "gives integers",
            outputs("        return torch.zeros(*tokens.shape, 257, dtype=torch.long)"),
            whole.clone(),
            FailReason::BadOutput,
            "floating-point",
        ),
        (
            "gives a sparse tensor",
            outputs("        return torch.zeros(*tokens.shape, 257).to_sparse()"),
            whole.clone(),
            FailReason::BadOutput,
            "dense",
        ),
        (
            "gives a subclass",
            outputs(
                "        return torch.zeros(*tokens.shape, 257).as_subclass(type('T', (torch.Tensor,), {}))",
            ),
            whole.clone(),
            FailReason::BadOutput,
            "subclass",
        ),
        (
            "gives a string",
            outputs("        return 'logits'"),
            whole.clone(),
            FailReason::BadOutput,
            "neither a tensor",
        ),
        (
            "starts a program",
            UNIFORM.to_owned(),
            "import os\ndef train(ctx):\n    os.execv('/bin/true', ['true'])\n".to_owned(),
            FailReason::ForbiddenSystemCall,
            "forbidden",
        ),
        (
            "leaves",
            UNIFORM.to_owned(),
            "import os\ndef train(ctx):\n    os._exit(0)\n".to_owned(),
            FailReason::Killed,
            "status 0",
        ),
        (
            "leaves politely",
            UNIFORM.to_owned(),
            "def train(ctx):\n    raise SystemExit(0)\n".to_owned(),
            FailReason::MinerException,
            "SystemExit",
        ),
        (
            "kills itself",
            UNIFORM.to_owned(),
            "import os\ndef train(ctx):\n    os.kill(os.getpid(), 11)\n".to_owned(),
            FailReason::Killed,
            "signal 11",
        ),
        (
            "has too many parameters",
            UNIFORM
                .replace(
                    "torch.zeros(1))\n        self.register",
                    "torch.zeros(100_001))\n        self.register",
                )
                .replace(" + self.level", ""),
            whole.clone(),
            FailReason::Quota,
            "100001 parameters",
        ),
        (
            "hides more state than it may",
            UNIFORM.replace("'seen', torch.zeros(1)", "'seen', torch.zeros(200_000)"),
            whole.clone(),
            FailReason::Quota,
            "404096 bytes",
        ),
        (
            "takes a reserved name",
            UNIFORM.to_owned(),
            whole.clone(),
            FailReason::MinerException,
            "'random' is reserved",
        ),
    ];
    for (does, architecture, training, reason, words) in rows {
        let stage = bundle(&architecture, &training);
        if words.contains("reserved") {
            std::fs::write(stage.dir.path().join("bundle/random.py"), "").unwrap();
        }
        let result = run(stage, Launch::Direct);
        let (got, detail) = result.failed();
        assert_eq!(got, reason, "a bundle that {does}: {detail}");
        assert!(detail.contains(words), "a bundle that {does}: {detail}");
    }
}

#[test]
fn an_exception_after_the_first_batch_tells_class_and_line_only() {
    if !available() {
        return;
    }
    let training = "
def train(ctx):
    for batch in ctx.iter_train_batches(ctx.build_model(), batch_size=4, seq_len=16):
        raise type(f'T{int(batch.tokens[0, 1])}', (Exception,), {})(batch.tokens)
";
    let result = direct(UNIFORM, training);
    let told = "an exception of the bundle's own at training.py:4 while training";
    assert_eq!(result.failed(), (FailReason::MinerException, told));
}

#[test]
fn torchrun_hides_no_reason() {
    if !available() {
        return;
    }
    let training = "import os\ndef train(ctx):\n    os.execv('/bin/true', ['true'])\n";
    let result = run(bundle(UNIFORM, training), Launch::Torchrun);
    assert_eq!(result.failed().0, FailReason::ForbiddenSystemCall);
}
