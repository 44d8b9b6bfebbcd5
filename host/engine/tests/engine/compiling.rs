//! Compiled code: cached under a key, and made by a process that is held to its limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use prism_engine::{Capability, Compiler, Gate, Runtime, Settings};
use prism_store::verdict::Decision;

use crate::guests::{LIMITS, component, evaluate, gate, guest, load};

fn compiler() -> Compiler {
    Compiler::new(PathBuf::from(env!("CARGO_BIN_EXE_prism-gate-compile")))
}

fn start(folder: &Path, compiler: Option<Compiler>) -> Runtime {
    Runtime::start(&Settings {
        cache: Some(folder.join("cwasm")),
        compiler,
        ..Settings::default()
    })
    .unwrap()
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder.join("cwasm")).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_precompiled_gate_is_used_again_and_a_tampered_one_is_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    gate(&start(folder, None), "allows").await;
    let first = files(folder);
    assert_eq!(first.len(), 3, "the key, the code and its tag");
    for (path, content) in &first {
        let metadata = std::fs::metadata(path).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        if path.ends_with("key") {
            continue;
        }
        let mut changed = content.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        for bad in [changed, vec![], content[..at].to_vec()] {
            std::fs::write(path, bad).unwrap();
            let runtime = start(folder, None);
            let gate = gate(&runtime, "allows").await;
            let run = evaluate(&runtime, &gate, &LIMITS).await;
            assert_eq!(run.verdict, Decision::Allow);
            assert_eq!(files(folder), first, "compiled anew, and the same");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn code_of_another_gate_another_engine_or_another_service_is_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    gate(&start(folder, None), "allows").await;
    let allows = files(folder);
    gate(&start(folder, None), "traps").await;
    let both = files(folder);
    let (mine, others): (Vec<_>, Vec<_>) = both
        .iter()
        .filter(|(path, _)| !path.ends_with("key"))
        .partition(|(path, _)| allows.contains_key(*path));
    // The code and the tag of one gate under the name of the other.
    for (to, from) in mine.iter().zip(&others) {
        std::fs::write(to.0, from.1).unwrap();
    }
    let runtime = start(folder, None);
    let run = evaluate(&runtime, &gate(&runtime, "allows").await, &LIMITS).await;
    assert_eq!(run.fault, None, "still itself");
    // Code that another engine made, under the name it would have here.
    let mut other = wasmtime::Config::new();
    other.consume_fuel(false);
    let engine = wasmtime::Engine::new(&other).unwrap();
    let code = engine.precompile_component(&guest("allows")).unwrap();
    for (path, _) in &mine {
        if path.extension().unwrap() == "cwasm" {
            std::fs::write(path, &code).unwrap();
        }
    }
    let runtime = start(folder, None);
    let run = evaluate(&runtime, &gate(&runtime, "allows").await, &LIMITS).await;
    assert!(run.fault.is_none() && run.fuel > 0);
    // Another service's key.
    std::fs::write(folder.join("cwasm/key"), [7; 32]).unwrap();
    let runtime = start(folder, None);
    let run = evaluate(&runtime, &gate(&runtime, "allows").await, &LIMITS).await;
    assert_eq!(run.fault, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compiler_makes_the_very_code_this_process_would() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runtime = start(outside.path(), Some(compiler()));
    let gate_outside = gate(&runtime, "rejects").await;
    let run = evaluate(&runtime, &gate_outside, &LIMITS).await;
    assert_eq!((run.verdict, run.fault), (Decision::Reject, None));
    gate(&start(inside.path(), None), "rejects").await;
    let code = |folder: &Path| {
        let files = files(folder).into_iter();
        let code = files.filter(|(path, _)| path.extension().is_some_and(|kind| kind == "cwasm"));
        code.map(|(_, content)| content).collect::<Vec<_>>()
    };
    assert_eq!(code(inside.path()), code(outside.path()));
    // Without a cache the code comes straight from the process.
    let runtime = Runtime::start(&Settings {
        compiler: Some(compiler()),
        ..Settings::default()
    })
    .unwrap();
    gate(&runtime, "rejects").await;
}

/// A component that takes the compiler long: functions of very many blocks.
fn bomb() -> Vec<u8> {
    let mut text = String::new();
    for function in 0..8 {
        let _ = write!(
            text,
            "(func $bomb{function} (param $x i64) (result i64) (local $y i64)"
        );
        for step in 0..30_000 {
            let _ = write!(
                text,
                "(if (i64.lt_s (local.get $x) (i64.const {step})) (then (local.set $y (i64.mul (local.get $y) \
                 (i64.add (local.get $x) (i64.const {step}))))) (else (local.set $x (i64.xor (local.get $x) \
                 (local.get $y)))))"
            );
        }
        text.push_str("(local.get $y))\n");
    }
    component("allows", "1.1.0", |guest| {
        guest.replacen("(func (export", &format!("{text}(func (export"), 1)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compile_bomb_ends_with_the_compilers_process_and_the_service_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = bomb();
    let limited = |memory_bytes, timeout| Compiler {
        memory_bytes,
        timeout,
        ..compiler()
    };
    let minute = Duration::from_secs(60);
    for (kind, compiler) in [
        (
            "compile_timed_out",
            limited(4 << 30, Duration::from_secs(1)),
        ),
        ("compile_out_of_memory", limited(120 << 20, minute)),
        (
            "compile_failed",
            Compiler::new("/nowhere/prism-gate-compile".into()),
        ),
    ] {
        let runtime = start(folder.path(), Some(compiler));
        let started = Instant::now();
        let error = Gate::load(&runtime, "bomb", &bomb, &Capability::ALL.into())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    let runtime = start(folder.path(), Some(compiler()));
    let honest = gate(&runtime, "allows").await;
    let run = evaluate(&runtime, &honest, &LIMITS).await;
    assert_eq!(run.verdict, Decision::Allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_compile_says_why_inside_and_outside() {
    let folder = tempfile::tempdir().unwrap();
    // Reads as a gate, and is not valid: the function leaves nothing where a number is due.
    let bytes = wat::parse_str(
        "(component (core module (func (result i32))) (instance $gate) \
         (export \"prism:gate/gate@1.1.0\" (instance $gate)))",
    )
    .unwrap();
    for compiler in [None, Some(compiler())] {
        let runtime = start(folder.path(), compiler);
        let error = Gate::load(&runtime, "x", &bytes, &Capability::ALL.into())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "compile_failed", "{error}");
        assert!(error.to_string().contains("type mismatch"), "{error}");
    }
    let runtime = start(folder.path(), Some(compiler()));
    load(&runtime, &guest("allows")).await;
}
