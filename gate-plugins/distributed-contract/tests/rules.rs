//! What counts as use of torch.distributed, and what counts as reached: each row reads as a sentence.
#![allow(clippy::unwrap_used, reason = "test")]

use prism_gate_distributed_contract::DistributedContract;
use prism_gate_sdk::{Bundle, Input, Severity, judge};

const MODEL: &str = "import torch\ndef build_model(ctx):\n    return torch.nn.Linear(1, 1)\n";

/// Rule and line of each error in training.py, and of each warning with a `?` behind it.
fn found(training: &str, more: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![("architecture.py", MODEL), ("training.py", training)];
    files.extend(more);
    let input = Input {
        bundle: Bundle::from_texts(&files),
        ..Input::default()
    };
    let report = judge::<DistributedContract>(&input, "{}");
    let findings = report.evidence.iter().map(|found| {
        let mark = if found.severity == Severity::Error {
            ""
        } else {
            "?"
        };
        let rule = found.rule.trim_start_matches("prism:");
        format!("{rule}:{}{mark}", found.line.unwrap())
    });
    findings.collect()
}

#[test]
fn what_is_found_in_one_script() {
    let none: &[&str] = &[];
    for (what, source, wanted) in [
        ("nothing is used", "def train(ctx): pass\n", none),
        (
            "only questions are asked",
            "import torch.distributed as dist\ndef train(ctx):\n    rank = dist.get_rank() if dist.is_initialized() else 0\n",
            none,
        ),
        (
            "a wrapper under another name without a group",
            "from torch.nn.parallel import DistributedDataParallel as D\ndef train(ctx):\n    m = D(ctx.build_model())\n",
            &["distributed-contract:3"],
        ),
        (
            "a sharded wrapper behind a condition",
            "from torch.distributed.fsdp import FullyShardedDataParallel\ndef train(ctx):\n    if ctx.world_size > 1:\n        m = FullyShardedDataParallel(ctx.build_model())\n",
            &["distributed-contract:4"],
        ),
        (
            "the group is joined in a function that nothing names",
            "import torch.distributed as dist\ndef never():\n    dist.init_process_group()\ndef train(ctx):\n    dist.barrier()\n",
            &["distributed-contract:5"],
        ),
        (
            "the group is joined through an alias and never left",
            "import torch.distributed as dist\njoin = dist.init_process_group\ndef train(ctx):\n    join('gloo')\n    dist.barrier()\n",
            &["distributed-contract:2?"],
        ),
        (
            "a method joins it",
            "import torch.distributed as dist\nclass Run:\n    def begin(self):\n        dist.init_process_group()\n    def __exit__(self, *a):\n        dist.destroy_process_group()\ndef train(ctx):\n    Run().begin()\n    dist.all_reduce(1)\n",
            none,
        ),
        (
            "a decorated training loop",
            "import torch.distributed as dist\ndef grouped(f):\n    def g(ctx):\n        dist.init_process_group()\n        f(ctx)\n        dist.destroy_process_group()\n    return g\n@grouped\ndef train(ctx):\n    dist.all_reduce(1)\n",
            none,
        ),
        (
            "a use in a function that nothing names",
            "import torch.distributed as dist\ndef never():\n    dist.all_reduce(1)\ndef train(ctx): pass\n",
            none,
        ),
        (
            "an annotation under TYPE_CHECKING",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torch.nn.parallel import DistributedDataParallel\ndef train(ctx): pass\n",
            none,
        ),
        (
            "one's own all_reduce",
            "def all_reduce(x): return x\ndef train(ctx):\n    all_reduce(1)\n",
            none,
        ),
        (
            "a negative rank",
            "import torch.distributed as dist\ndef train(ctx):\n    dist.init_process_group(rank=-1)\n    dist.destroy_process_group()\n",
            &["single-node-bound:3"],
        ),
        (
            "the numbers of the environment",
            "import torch.distributed as dist\ndef train(ctx):\n    dist.init_process_group('NCCL', 'env://', world_size=ctx.world_size, rank=ctx.rank)\n    dist.destroy_process_group()\n",
            none,
        ),
    ] {
        assert_eq!(found(source, &[]), wanted, "{what}");
    }
}

#[test]
fn a_file_runs_when_something_that_runs_imports_it() {
    let join = "import torch.distributed as dist\ndist.init_process_group()\n";
    let leave = "import torch.distributed as dist\ndef end():\n    dist.destroy_process_group()\n";
    let train = |import: &str| {
        format!("{import}import torch.distributed as dist\ndef train(ctx):\n    dist.barrier()\n")
    };
    let files = [("net/__init__.py", leave), ("net/join.py", join)];
    let uses = found(&train("from net import join, end\n"), &files);
    assert_eq!(uses, Vec::<String>::new());
    let padding = found(&train(""), &files);
    assert_eq!(padding, ["distributed-contract:3"]);
}

#[test]
fn scripts_with_other_names_are_the_manifests() {
    let manifest = "training:\n  entrypoint: loop/run.py\n  factory: go\n";
    let loop_ = "import helper\nimport torch.distributed as dist\ndef go(ctx):\n    helper.join()\n    dist.barrier()\n";
    let helper = "import torch.distributed as dist\ndef join():\n    dist.init_process_group()\n    dist.destroy_process_group()\n";
    let more = [
        ("prism.yaml", manifest),
        ("loop/run.py", loop_),
        ("loop/helper.py", helper),
    ];
    assert_eq!(found("def train(ctx): pass\n", &more), Vec::<String>::new());
}
