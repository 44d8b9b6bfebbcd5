//! What people do to a copy, one by one: the copy is still found.

use prism_gate_sdk::Decision;
use proptest::prelude::*;

use crate::memory::{Files, Memory, victim};

/// Rewrites both scripts.
fn each(files: &Files, change: impl Fn(&str) -> String) -> Files {
    files
        .iter()
        .map(|(path, text)| (path.clone(), change(text)))
        .collect()
}

/// Replaces whole words.
fn renamed(text: &str, names: &[&str]) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        match names.iter().position(|name| *name == word) {
            Some(number) => out.push_str(&format!("n{number}")),
            None => out.push_str(&word),
        }
        word.clear();
        out.push(c);
    }
    out
}

/// Top-level definitions in reverse order; what uses them runs later.
fn reordered(text: &str) -> String {
    let starts = |line: &str| {
        line.starts_with("class ") || line.starts_with("def ") || line.starts_with('@')
    };
    let mut parts: Vec<String> = vec![String::new()];
    let mut open = false;
    for line in text.lines() {
        if starts(line)
            && !(open
                && parts.last().is_some_and(|part| {
                    part.trim_end().starts_with('@') && part.lines().count() == 1
                }))
        {
            parts.push(String::new());
        }
        open = line.starts_with('@');
        let last = parts.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
    }
    let head = parts.remove(0);
    // Base classes and decorators all come from outside in the victims.
    parts.reverse();
    head + &parts.concat()
}

const PADDING: &str = r#"

class Filler{N}(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, {N} + 7)
        self.b = nn.Linear({N} + 7, width)
        self.c = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        h = torch.{OP1}(self.a(x).{OP2}()) + torch.{OP3}(self.a(x))
        g = self.b(h.{OP4}(dim=-1) * torch.{OP2}(h)) / (1 + x.{OP1}().mean(dim=-1, keepdim=True))
        k = torch.cumsum(g.{OP3}() - g.{OP4}(dim=-1), dim=1).{OP1}()
        return x + self.c * (g * k.{OP2}() + torch.{OP4}(k - g.{OP2}(), dim=-1).{OP3}())
"#;

/// Adds code that runs and multiplies the model's size, hooked in with weights of zero.
fn padded(files: &Files, times: usize) -> Files {
    const OPS: [&str; 10] = [
        "sin", "cos", "tanh", "exp", "atan", "erf", "log1p", "expm1", "sinh", "asinh",
    ];
    const WIDE: [&str; 4] = ["softmax", "cumsum", "cumprod", "logcumsumexp"];
    let mut text = files["architecture.py"].clone();
    let mut names = Vec::new();
    for number in 0..times {
        let op = |shift: usize| OPS[(number * 3 + shift * (1 + number / 10)) % OPS.len()];
        text.push_str(
            &PADDING
                .replace("{N}", &number.to_string())
                .replace("{OP1}", op(1))
                .replace("{OP2}", op(2))
                .replace("{OP3}", op(5))
                .replace("{OP4}", WIDE[number % WIDE.len()]),
        );
        names.push(format!("Filler{number}(16)"));
    }
    text.push_str(&format!(
        "\n\nclass Padded(nn.Module):\n    def __init__(self, inner):\n        super().__init__()\n        self.inner = inner\n        self.more = nn.Sequential({})\n\n    def forward(self, tokens):\n        logits = self.inner(tokens)\n        return logits + 0.0 * self.more(logits[..., :16]).sum()\n\n\ninner_model = build_model\n\n\ndef build_padded(ctx):\n    return Padded(inner_model(ctx))\n",
        names.join(", ")
    ));
    let mut out = files.clone();
    out.insert("architecture.py".to_owned(), text);
    out.insert(
        "prism.yaml".to_owned(),
        "architecture:\n  entrypoint: architecture.py::build_padded\n".to_owned(),
    );
    out
}

const OWN_NAMES: [&str; 40] = [
    "TokenShift",
    "DecayMixer",
    "ChannelMixer",
    "Block",
    "DecayLM",
    "blend",
    "before",
    "share",
    "value",
    "gate",
    "shift",
    "speed",
    "kernel",
    "columns",
    "distance",
    "rate",
    "decay",
    "mixed",
    "summed",
    "spectrum",
    "receptance",
    "key",
    "hidden",
    "blocks",
    "width",
    "layers",
    "vocab",
    "embedding",
    "TwoSpeedSign",
    "fast",
    "slow",
    "gradient",
    "direction",
    "focal_loss",
    "losses",
    "weight",
    "spread",
    "level",
    "optimizer",
    "warm",
];

#[test]
fn a_copy_is_found_whatever_is_done_to_it() {
    let decay = victim("decay");
    let aliased = |text: &str| {
        text.replace("import torch\n", "import torch as t\n")
            .replace(
                "import torch.nn.functional as F\n",
                "from torch.nn import functional as fn\n",
            )
            .replace("from torch import nn\n", "import torch.nn as modules\n")
            .replace("torch.", "t.")
            .replace("t.nn import", "torch.nn import")
            .replace("import t.nn", "import torch.nn")
            .replace("F.", "fn.")
            .replace("nn.M", "modules.M")
            .replace("nn.P", "modules.P")
            .replace("nn.L", "modules.L")
            .replace("nn.E", "modules.E")
    };
    let constants = |text: &str| {
        text.replace("0.5", "0.45")
            .replace("96", "80")
            .replace("0.98", "0.97")
            .replace("128", "256")
    };
    let split = {
        let mut files = decay.clone();
        let text = &decay["architecture.py"];
        let (mixers, rest) = text.split_once("class Block").unwrap();
        files.insert("mixers.py".to_owned(), mixers.to_owned());
        files.insert(
            "architecture.py".to_owned(),
            format!("import torch\nfrom torch import nn\n\nfrom mixers import LAYERS, WIDTH, ChannelMixer, DecayMixer\n\n\nclass Block{rest}"),
        );
        files
    };
    let helpers = each(&decay, |text| {
        text.replace(
            "        gate = torch.sigmoid(self.gate(mixed))\n        return self.out(gate * summed.transpose(1, 2))",
            "        return self.close(mixed, summed)\n\n    def close(self, mixed, summed):\n        opened = self.gate(mixed)\n        opened = opened.sigmoid()\n        turned = summed.transpose(1, 2)\n        product = opened * turned\n        return self.out(product)",
        )
        .replace(
            "        distance = torch.arange(columns, device=self.speed.device)\n        rate = F.softplus(self.speed)\n        decay = torch.exp(-rate[:, None] * distance[None, :])",
            "        decay = torch.exp(-F.softplus(self.speed)[:, None] * torch.arange(columns, device=self.speed.device)[None, :])",
        )
    });
    let dead = each(&decay, |text| {
        text.replace("    def forward(self, x):\n", "    def never(self, x):\n        return torch.sin(torch.cos(torch.tan(x.exp()).cumsum(0)))\n\n    def forward(self, x):\n        idle = torch.sin(torch.cos(torch.tan(x.exp()).cumsum(0)))\n")
    });
    let copies = [
        ("as it is", decay.clone()),
        (
            "under other names",
            each(&decay, |text| renamed(text, &OWN_NAMES)),
        ),
        ("in another order", each(&decay, reordered)),
        (
            "laid out anew",
            each(&decay, |text| {
                text.replace("    ", "\t").replace(", ", " ,   ")
            }),
        ),
        ("with dead code", dead),
        ("with other constants", each(&decay, constants)),
        ("with imports under other names", each(&decay, aliased)),
        ("in several files", split),
        ("with helpers split off and merged", helpers),
        ("padded to four times its size", padded(&decay, 5)),
    ];
    for (how, copy) in copies {
        let mut memory = Memory::default();
        memory.submit("somebody", &victim("pyramid"));
        memory.submit("alice", &decay);
        let report = memory.submit("bob", &copy);
        assert_eq!(
            report.decision,
            Decision::Reject,
            "{how}: {:?}",
            report.facts
        );
        let found = report.facts.get("nearest_submission").unwrap();
        assert_eq!(found, "submission-2", "{how}");
        assert!(report.evidence.len() >= 5, "{how}: {:?}", report.evidence);
    }
}

#[test]
fn works_of_different_people_do_not_resemble_each_other() {
    let mut memory = Memory::default();
    for name in ["decay", "pyramid", "crossed"] {
        let report = memory.submit(name, &victim(name));
        assert_eq!(
            report.decision,
            Decision::Allow,
            "{name}: {:?}",
            report.facts
        );
        let likeness = report.facts.get("nearest_similarity").unwrap().as_f64();
        assert!(likeness.unwrap() < 0.3, "{name}: {likeness:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any lines of the victims in any order, which is mostly no Python and sometimes odd Python.
    #[test]
    fn no_file_breaks_the_gate(picks in proptest::collection::vec(0_usize..400, 0..60)) {
        let lines: Vec<String> = ["decay", "crossed"]
            .iter()
            .flat_map(|name| victim(name)["architecture.py"].lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let text: String = picks.iter().map(|pick| format!("{}\n", lines[pick % lines.len()].trim())).collect();
        let mut files = victim("decay");
        files.insert("architecture.py".to_owned(), format!("def build_model(ctx):\n    pass\n{text}"));
        prop_assert_ne!(Memory::default().submit("miner", &files).decision, Decision::Hold);
    }
}
