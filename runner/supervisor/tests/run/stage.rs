//! A course, a bundle and a specification in a temporary folder, and a supervisor to run them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use prism_course::{Course, Document, Provenance};
use prism_protocol::event::Event;
use prism_protocol::manifest::Manifest;
use prism_protocol::outcome::{FailReason, Outcome};
use prism_protocol::spec::{Context, Limits, RunSpec, Task};
use prism_supervisor::Notices;
use prism_tokenizer::{Codec, Tokenizer};
use tempfile::TempDir;

/// Everything a run needs.
pub struct Stage {
    pub dir: TempDir,
    pub spec: RunSpec,
    pub notices: Notices,
}

/// Everything a run leaves.
pub struct Result {
    pub outcome: Outcome,
    pub manifest: Option<Manifest>,
    pub events: Vec<Event>,
    pub dir: TempDir,
}

impl Result {
    /// The reason and the words of a failed run.
    #[track_caller]
    pub fn failed(&self) -> (FailReason, &str) {
        match &self.outcome {
            Outcome::Failed { reason, detail } => (*reason, detail),
            other => panic!("the run has not failed but {other:?}"),
        }
    }

    /// The manifest of a completed run.
    #[track_caller]
    pub fn completed(&self) -> &Manifest {
        assert!(
            matches!(self.outcome, Outcome::Completed { .. }),
            "{:?}",
            self.outcome
        );
        self.manifest.as_ref().unwrap()
    }
}

/// A few documents of uneven length with every kind of byte, 6,000 bytes or so.
pub fn documents() -> Vec<String> {
    let words = [
        "light ",
        "dark",
        "ness\n",
        "über ",
        "and ",
        "the ",
        "\u{1F600}",
        "0",
    ];
    (0..23usize)
        .map(|number| {
            let length = number * number % 71 + number % 3;
            (0..length)
                .map(|place| words[(place * place + 3 * number) % words.len()])
                .collect()
        })
        .chain([String::new(), "x".to_owned()])
        .collect()
}

impl Stage {
    /// A stage with these files as its bundle.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["bundle", "out", "scratch"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        for (name, content) in files {
            let path = dir.path().join("bundle").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        write(dir.path(), documents());
        let spec = spec(dir.path());
        Self {
            dir,
            spec,
            notices: Notices::default(),
        }
    }

    /// Has the course read with a tokenizer.
    pub fn read_with(&mut self, tokenizer: &Tokenizer) {
        let context = &mut self.spec.context;
        context.tokenizer = tokenizer.name().to_owned();
        context.vocab_size = tokenizer.vocab_size();
        context.separator = tokenizer.separator();
        self.spec.tokenizer_file = tokenizer.to_vocabulary().map(|vocabulary| {
            let path = self.dir.path().join("vocabulary");
            std::fs::write(&path, vocabulary).unwrap();
            path
        });
    }

    /// Runs the supervisor; `worker` is started once the socket is open.
    pub fn run(self, worker: impl FnOnce(PathBuf, Notices) + Send + 'static) -> Result {
        let mut events = Vec::new();
        let mut worker = Some(worker);
        let running: Arc<Mutex<Option<JoinHandle<()>>>> = Arc::default();
        let (socket, notices) = (self.spec.socket.clone(), self.notices.clone());
        let ended = prism_supervisor::run(&self.spec, &self.notices, &mut |event| {
            if event == Event::Listening {
                let worker = worker.take().unwrap();
                let (socket, notices) = (socket.clone(), notices.clone());
                *running.lock().unwrap() =
                    Some(std::thread::spawn(move || worker(socket, notices)));
            }
            events.push(event);
        });
        let thread = running.lock().unwrap().take();
        if let Some(thread) = thread {
            thread.join().unwrap();
        }
        assert!(!self.spec.socket.exists(), "the socket is gone");
        let manifest: Option<Manifest> = std::fs::read(&ended.manifest)
            .ok()
            .map(|bytes| serde_json::from_slice(&bytes).unwrap());
        if let Some(manifest) = &manifest {
            assert_eq!(manifest.outcome, ended.outcome);
            assert_eq!(
                manifest.score.is_some(),
                matches!(ended.outcome, Outcome::Completed { .. })
            );
        }
        Result {
            outcome: ended.outcome,
            manifest,
            events,
            dir: self.dir,
        }
    }
}

/// Puts another course in place: the same text so many times.
pub fn write_course(stage: &mut Stage, text: &str, documents: usize) {
    write(stage.dir.path(), vec![text.to_owned(); documents]);
}

fn write(dir: &Path, documents: Vec<String>) {
    let list = documents
        .into_iter()
        .enumerate()
        .map(|(number, text)| Document {
            id: format!("d{number}"),
            text,
        })
        .collect();
    Course::new("test", list, Provenance::default())
        .unwrap()
        .write(&dir.join("test.course"))
        .unwrap();
}

fn spec(dir: &Path) -> RunSpec {
    RunSpec {
        task: Task::Measure { probes: 0 },
        run_id: "run-1".into(),
        submission_id: String::new(),
        bundle_dir: dir.join("bundle"),
        course: dir.join("test.course"),
        course_key: None,
        decoys: None,
        tokenizer_file: None,
        course_bytes: None,
        socket: dir.join("prism.sock"),
        out_dir: dir.join("out"),
        peer_uids: vec![rustix::process::getuid().as_raw()],
        context: Context {
            vocab_size: 257,
            sequence_length: 16,
            max_layers: 96,
            max_parameters: 100_000,
            seed: 1337,
            tokenizer: "bytes".into(),
            separator: 256,
            architecture_entrypoint: "architecture.py".into(),
            build_model_symbol: "build_model".into(),
            training_entrypoint: "training.py".into(),
            train_symbol: "train".into(),
        },
        limits: Limits {
            startup_seconds: 60,
            stall_seconds: 60,
            safety_clock_seconds: None,
            state_buffer_bytes: 4096,
            curve_points: 32,
        },
        isolation: "none".into(),
        device: "cpu".into(),
    }
}
