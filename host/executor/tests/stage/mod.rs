//! A stand-in installation, its supervisor, launcher and preflight being the scripts of `fixture/`.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use prism_executor::{Home, JailLimits, Job, LocalExecutor};
use prism_protocol::spec::{Context, Limits, Task};

/// The folder, and an executor that takes it for an installation.
pub struct Stage {
    pub folder: tempfile::TempDir,
    pub executor: LocalExecutor,
}

fn python() -> (PathBuf, Vec<PathBuf>) {
    if let Ok(runtime) = Home::locate().and_then(|home| home.read_runtime()) {
        return (runtime.python, runtime.python_roots);
    }
    let system = PathBuf::from("/usr/bin/python3");
    assert!(
        system.exists(),
        "no Python for the executor's tests: run `make setup` (or install python3)"
    );
    (system, Vec::new())
}

fn write(path: PathBuf, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

impl Stage {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        // The jail's user passes these folders.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let (python, roots) = python();
        let runtime = serde_json::json!({
            "python": python, "python_roots": roots, "libtorch": "/usr/lib",
            "python_version": "3", "torch_version": "2",
        });
        write(at("runtime.json"), &runtime.to_string());
        let script = format!(
            "#!{} -I\n{}",
            python.display(),
            include_str!("../fixture/supervisor.py")
        );
        write(at("bin/prism-supervisor"), &script);
        fs::set_permissions(
            at("bin/prism-supervisor"),
            fs::Permissions::from_mode(0o755),
        )
        .unwrap();
        write(at("runner/prism_capture.abi3.so"), "");
        write(at("runner/prism_challenge/worker/__main__.py"), "");
        write(at("runner/torch/__init__.py"), "");
        write(at("runner/torch/distributed/__init__.py"), "");
        write(
            at("runner/torch/distributed/run.py"),
            include_str!("../fixture/launcher.py"),
        );
        write(
            at("runner/prism_challenge/preflight/__main__.py"),
            include_str!("../fixture/preflight.py"),
        );
        write(at("course"), "sealed");
        let executor = LocalExecutor::start(Arc::new(Home::at(folder.path()).unwrap()))
            .await
            .expect("the executor's tests need bubblewrap: run `make setup`");
        Self { folder, executor }
    }

    pub fn course(&self) -> PathBuf {
        self.folder.path().join("course")
    }

    pub fn job(&self, manner: &str, training: &str) -> Job {
        Job {
            run_id: format!("run-{manner}"),
            task: Task::Measure { probes: 0 },
            submission_id: manner.into(),
            files: Arc::new(BTreeMap::from([(
                "training.py".to_owned(),
                training.as_bytes().to_vec(),
            )])),
            course: self.course(),
            course_key: None,
            decoys: None,
            vocabulary: None,
            course_bytes: None,
            context: Context {
                vocab_size: 257,
                sequence_length: 128,
                max_layers: 96,
                max_parameters: 1000,
                seed: 1337,
                tokenizer: "bytes".into(),
                separator: 256,
                architecture_entrypoint: "architecture.py".into(),
                build_model_symbol: "build_model".into(),
                training_entrypoint: "training.py".into(),
                train_symbol: "train".into(),
            },
            limits: Limits {
                startup_seconds: 20,
                stall_seconds: 20,
                safety_clock_seconds: None,
                state_buffer_bytes: 0,
                curve_points: 10,
            },
            jail: JailLimits {
                memory_bytes: 256 << 20,
                processes: 64,
                scratch_bytes: 16 << 20,
                scratch_files: 1000,
                output_bytes: 100_000,
                cpu_threads: 1,
                wall_seconds: 30,
            },
        }
    }
}
