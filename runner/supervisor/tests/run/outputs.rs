//! The real worker: which outputs are charged, and what for, through both interfaces.

use prism_protocol::outcome::FailReason;

use crate::honest::{UNIGRAM, course_bytes, direct, loop_with, unigram_bits};
use crate::python::available;

/// The unigram model with another last line.
fn answering(body: &str) -> String {
    let line = "        return self.table.expand(*tokens.shape, -1)";
    assert!(UNIGRAM.contains(line));
    UNIGRAM.replace(line, &format!("        {body}"))
}

fn fast() -> String {
    "
def train(ctx):
    for batch in ctx.stream(ctx.build_model(), batch_size=4, seq_len=16):
        batch.forward()
"
    .to_owned()
}

#[test]
fn what_is_a_dense_tensor_of_numbers_is_charged_whatever_lies_beneath() {
    if !available() {
        return;
    }
    // The table's numbers are exact in every type.
    for (beneath, body) in [
        ("expanded", "return self.table.expand(*tokens.shape, -1)"),
        (
            "columns before rows",
            "return self.table.expand(*tokens.shape[::-1], -1).clone().transpose(0, 1)",
        ),
        (
            "vocabulary first",
            "return self.table.view(-1, 1, 1).expand(-1, *tokens.shape).clone().permute(1, 2, 0)",
        ),
        (
            "every second of a larger one",
            "return self.table.repeat_interleave(2).expand(*tokens.shape, -1).clone()[..., ::2]",
        ),
        (
            "a lazy negative",
            "return torch._neg_view(-self.table.expand(*tokens.shape, -1).clone())",
        ),
        (
            "the real part of complex numbers",
            "return torch.complex(self.table, self.table).expand(*tokens.shape, -1).clone().real",
        ),
        (
            "half precision",
            "return self.table.half().expand(*tokens.shape, -1)",
        ),
        (
            "bfloat16",
            "return self.table.bfloat16().expand(*tokens.shape, -1).clone()",
        ),
        (
            "float64",
            "return self.table.double().expand(*tokens.shape, -1)",
        ),
        (
            "made in inference mode",
            "\n        with torch.inference_mode(): return self.table.expand(*tokens.shape, -1).clone()",
        ),
        (
            "in a list",
            "return [self.table.expand(*tokens.shape, -1), None]",
        ),
    ] {
        for training in [loop_with(4, 16), fast()] {
            let result = direct(&answering(body), &training);
            let parts = result.completed().parts.unwrap();
            assert!(
                (parts.code_bits - unigram_bits()).abs() < 1e-6,
                "{beneath}: {}",
                parts.code_bits
            );
        }
    }
}

#[test]
fn what_is_none_is_refused_before_a_value_of_it_is_read() {
    if !available() {
        return;
    }
    let zeros = "torch.zeros(*tokens.shape, 257)";
    let leaked = |within: &str| format!("kept = []; {within}; return kept[0]");
    for (what, body, words) in [
        (
            "quantised",
            format!("return torch.quantize_per_tensor({zeros}, 1.0, 0, torch.qint8)"),
            "plain dense",
        ),
        (
            "nested",
            format!("return torch.nested.nested_tensor(list({zeros}))"),
            "plain dense",
        ),
        (
            "jagged",
            format!("return torch.nested.nested_tensor(list({zeros}), layout=torch.jagged)"),
            "subclass",
        ),
        (
            "sparse rows",
            format!("return {zeros}.view(-1, 257).to_sparse_csr()"),
            "plain dense",
        ),
        (
            "of the other library",
            format!("return {zeros}.to_mkldnn()"),
            "plain dense",
        ),
        (
            "without values",
            format!("return {zeros}.to('meta')"),
            "plain dense",
        ),
        (
            "a zero that is only said to be one",
            "return torch._efficientzerotensor((*tokens.shape, 257))".to_owned(),
            "plain dense",
        ),
        ("complex", format!("return {zeros}.cfloat()"), "plain dense"),
        ("truth values", format!("return {zeros} > 0"), "plain dense"),
        (
            "from inside vmap",
            leaked(
                "torch.vmap(lambda x: kept.append(x) or x.sum())(torch.zeros(2, *tokens.shape, 257))",
            ),
            "plain dense",
        ),
        (
            "from inside a functional gradient",
            leaked(
                "torch.func.grad(lambda x: kept.append(x) or x.sum())(torch.zeros(*tokens.shape, 257))",
            ),
            "plain dense",
        ),
        (
            "with an answer of its own",
            format!(
                "return torch.Tensor._make_subclass(type('T', (torch.Tensor,), {{'__torch_dispatch__': classmethod(lambda *a, **k: 1 / 0)}}), {zeros})"
            ),
            "subclass",
        ),
        (
            "the same under another's name",
            format!(
                "x = torch.Tensor._make_subclass(type('T', (torch.Tensor,), {{'__torch_dispatch__': classmethod(lambda *a, **k: 1 / 0)}}), {zeros}); x.__class__ = torch.Tensor; return x"
            ),
            "plain dense",
        ),
        (
            "a parameter",
            format!("return nn.Parameter({zeros})"),
            "subclass",
        ),
        (
            "not a number in the last column",
            format!("x = {zeros}; x[-1, -1, -1] = torch.nan; return x"),
            "not a number",
        ),
        (
            "infinite where nothing is charged",
            format!("x = {zeros}; x[0, -1, 0] = -torch.inf; return x"),
            "infinite",
        ),
        (
            "infinite once it is float32",
            format!("x = {zeros}.double(); x[0, 0, 0] = 1e300; return x"),
            "infinite",
        ),
    ] {
        for training in [loop_with(4, 16), fast()] {
            let result = direct(&answering(&body), &training);
            let (reason, detail) = result.failed();
            assert_eq!(reason, FailReason::BadOutput, "{what}: {detail}");
            assert!(detail.contains(words), "{what}: {detail}");
        }
    }
}

#[test]
fn of_a_batch_with_too_many_logits_the_first_rows_are_worked_out_again() {
    if !available() {
        return;
    }
    let mut stage = crate::honest::bundle(
        UNIGRAM,
        "
def train(ctx):
    for batch in ctx.stream(ctx.build_model(), batch_size=256, seq_len=270):
        batch.forward()
        break
",
    );
    crate::stage::write_course(
        &mut stage,
        &"In the beginning was the word. ".repeat(2_300),
        32,
    );
    let result = crate::python::run(stage, crate::python::Launch::Direct);
    let manifest = result.completed();
    let checks = &manifest.anti_cheat;
    // 64 MiB hold 241 rows of 270 x 257 values.
    assert_eq!(checks.step0_recomputed_rows, Some(241));
    assert!(checks.step0_difference_bits.unwrap() < 1e-9);
    assert!(manifest.metrics.covered_bytes > course_bytes());
}
