//! What the end-to-end tests share: the installation, the example bundles, small courses.
//!
//! The tests need an assembled installation (`make setup`); `make test` makes it first. Without one they
//! fail and say so, because a whole-path test that skips itself proves nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support"
)]

pub mod batteries;
pub mod endpoint;
pub mod markers;
pub mod registry;
pub mod service;
pub mod swapping;
/// Shared with the fuzz targets, whose example measures the same bundles natively.
#[path = "../fuzz/src/worst.rs"]
pub mod worst;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use prism_executor::{Home, JailLimits, Job};
use prism_protocol::spec::{Context, Limits, Task};

/// Folder of the bundles in the repository.
pub fn bundles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bundles")
}

/// The installation under test: `PRISM_HOME`, which `scripts/test` sets.
pub fn home() -> Home {
    Home::locate().expect("an installation is needed: run `make test`, or `make setup` first")
}

/// The files of one of the repository's bundles.
pub fn files(bundle: &str) -> Arc<BTreeMap<String, Vec<u8>>> {
    files_in(&bundles().join(bundle))
}

/// The files of an honest bundle of the battery.
pub fn honest_files(name: &str) -> Arc<BTreeMap<String, Vec<u8>>> {
    let batteries = Path::new(env!("CARGO_MANIFEST_DIR")).join("batteries");
    files_in(&batteries.join("honest").join(name).join("bundle"))
}

pub(crate) fn files_in(folder: &Path) -> Arc<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    collect(folder, folder, &mut files);
    assert!(!files.is_empty(), "no bundle in {}", folder.display());
    Arc::new(files)
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "__pycache__" {
                collect(root, &path, files);
            }
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// The installed `prism` with these arguments, without a language model, to its end.
pub fn prism(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(home().root().join("bin/prism"))
        .args(arguments)
        .env_remove("PRISM_LLM_URL")
        .output()
        .unwrap()
}

/// A run of one of the repository's bundles over the beginning of the practice course.
pub fn job(bundle: &str, course_bytes: u64) -> Job {
    Job {
        run_id: format!("test-{bundle}-{}", std::process::id()),
        task: Task::Measure { probes: 2 },
        submission_id: String::new(),
        files: files(bundle),
        course: home().default_course(),
        course_key: None,
        decoys: None,
        vocabulary: None,
        course_bytes: Some(course_bytes),
        context: context(),
        limits: Limits {
            startup_seconds: 120,
            stall_seconds: 60,
            safety_clock_seconds: None,
            state_buffer_bytes: 64 << 20,
            curve_points: 500,
        },
        jail: JailLimits::default(),
    }
}

/// The context of the service, with the default entry points.
pub fn context() -> Context {
    Context {
        vocab_size: 257,
        sequence_length: 128,
        max_layers: 96,
        max_parameters: 150_000_000,
        seed: 1337,
        tokenizer: "bytes".into(),
        separator: 256,
        architecture_entrypoint: "architecture.py".into(),
        build_model_symbol: "build_model".into(),
        training_entrypoint: "training.py".into(),
        train_symbol: "train".into(),
    }
}
