//! What miners import, on a machine without the native extension.

use std::path::Path;
use std::process::Command;

use crate::python::available;

#[test]
fn a_bundle_imports_and_builds_where_no_run_is() {
    if !available() {
        return;
    }
    let script = "
import copy, dataclasses
from prism_challenge.evaluator.interface import PrismBatch, PrismContext, TrainingRecipe
ctx = PrismContext()
assert (ctx.vocab_size, ctx.sequence_length, ctx.max_seq_len) == (50304, 1024, 1024)
assert (ctx.max_parameters, ctx.max_params, ctx.seed, ctx.device) == (150_000_000, 150_000_000, 1337, 'cpu')
assert (ctx.rank, ctx.world_size, ctx.attempt, ctx.is_resume, ctx.data_dir) == (0, 1, 1, False, None)
assert TrainingRecipe() == TrainingRecipe(3e-4, 4, 'adamw', 'cosine', 0.01)
assert copy.deepcopy(ctx) == ctx and dataclasses.replace(ctx, seed=1).seed == 1
handle = PrismContext(vocab_size=257).reference_tokenizer('bytes')
assert (handle.name, handle.n_vocab, handle.vocab_size, handle.eot_token) == ('bytes', 257, 257, 256)
llama = PrismContext(tokenizer='llama', vocab_size=32000)
assert llama.reference_tokenizer('llama').eot_token == 1
assert dataclasses.replace(llama, separator=7).reference_tokenizer('llama').eot_token == 7
def refused(kind, words, call):
    try:
        call()
    except kind as error:
        assert words in str(error), error
    else:
        raise AssertionError(words)
refused(ValueError, 'not available', lambda: ctx.reference_tokenizer('gpt2'))
refused(RuntimeError, 'prism run', lambda: ctx.iter_train_batches(None))
refused(RuntimeError, 'your own build_model', lambda: ctx.build_model())
refused(dataclasses.FrozenInstanceError, 'seed', lambda: setattr(ctx, 'seed', 2))
import sys
assert 'torch' not in sys.modules and 'prism_capture' not in sys.modules
";
    let output = Command::new(std::env::var_os("PRISM_PYTHON").unwrap())
        .args(["-c", script])
        .env(
            "PYTHONPATH",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../python"),
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
