//! The service as a whole: opens the state, readies gates and jail, listens, works the queue, stops in order.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prism_course::{Course, CourseError, max_cells};
use prism_engine::{
    Compiler, LanguageModel, ModelError, OpenAiModel, OpenAiSettings, Runtime, RuntimeError,
    Settings,
};
use prism_executor::{Executor, ExecutorError, Home, IsolationLevel, LocalExecutor};
use prism_registry::{KeyError, KeyId, SecretKey};
use prism_store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::config::{Config, LlmConfig};
use crate::context;
use crate::http;
use crate::platform::{LlmTerms, Parts, Platform, PlatformError};
use crate::state::{AppState, Live};
use crate::verification::Pools;
use crate::worker::Worker;

/// Submissions that may have passed the gates and wait for a place to run. While there are fewer, a miner learns
/// of a rejection although a run is going on.
const WAITING: usize = 32;

/// The service could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// State.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Gate engine.
    #[error(transparent)]
    Engine(#[from] RuntimeError),
    /// Gates.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// Jail.
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    /// Language model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The key that signs verdicts.
    #[error("the key that signs verdicts: {0}")]
    VerdictKey(#[from] KeyError),
    /// Course.
    #[error("the course {path}: {source}")]
    Course {
        /// The file.
        path: String,
        /// What is wrong with it.
        #[source]
        source: CourseError,
    },
    /// The policy refuses this machine.
    #[error(
        "this machine's isolation level is {found}, the policy asks for {wanted}; missing: {missing}. \
         `prism isolation` says more; `minimum_isolation` changes the policy"
    )]
    Isolation {
        /// What the self-test found.
        found: IsolationLevel,
        /// What the settings ask for.
        wanted: IsolationLevel,
        /// Protections that did not hold.
        missing: String,
    },
    /// The address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Llama tokenizer.
    #[error(transparent)]
    Llama(#[from] context::LlamaError),
    /// A file.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    address: SocketAddr,
    isolation: IsolationLevel,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Service {
    /// Starts everything; it accepts submissions when this returns.
    ///
    /// # Errors
    /// Says which part could not be started and what to do.
    pub async fn start(config: Config, home: Home) -> Result<Self, ServiceError> {
        config
            .context
            .llama
            .as_deref()
            .map(context::llama)
            .transpose()?;
        let policy = config.queue_policy();
        let store = Store::open(&config.data_dir, &policy)?;
        let verdict_key = SecretKey::read_or_make(&config.verdict_key_file(), new_key_id)?;
        let platform = platform(&config, &home, &store).await?;
        let executor = Arc::new(LocalExecutor::start(Arc::new(home.clone())).await?);
        let isolation = executor.isolation();
        if isolation.level < config.minimum_isolation {
            return Err(ServiceError::Isolation {
                found: isolation.level,
                wanted: config.minimum_isolation,
                missing: isolation.missing().collect::<Vec<_>>().join(", "),
            });
        }
        let level = isolation.level;
        executor.warm(&config.preflight).await;
        let course = config
            .course
            .clone()
            .unwrap_or_else(|| home.default_course());
        let served = served(&course, config.course_key.is_some(), config.course_bytes).map_err(
            |source| ServiceError::Course {
                path: course.display().to_string(),
                source,
            },
        )?;
        let pools = Pools::of(&config, &home, &course).map_err(|source| ServiceError::Course {
            path: course.display().to_string(),
            source,
        })?;
        store.use_course(&served.fingerprint, &served.id, served.bytes)?;

        let listen = |source| ServiceError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (stop, stopping) = watch::channel(false);
        let concurrency = config.concurrency.max(1);
        let state = Arc::new(AppState {
            config,
            store,
            live: Live::default(),
            python_version: python_version(&home),
        });
        let worker = Worker {
            state: Arc::clone(&state),
            platform: Arc::clone(&platform),
            executor,
            course,
            pools,
            verdict_key: Arc::new(verdict_key),
            max_cells: max_cells(served.bytes),
            policy,
            gates: Arc::new(Semaphore::new(concurrency)),
            preflights: Arc::new(Semaphore::new(preflights_at_once())),
            runs: Arc::new(Semaphore::new(1)),
            stopping: stopping.clone(),
        };
        let mut tasks: Vec<_> = (0..concurrency + WAITING)
            .map(|_| tokio::spawn(worker.clone().work()))
            .collect();
        let limits = http::listener::Limits::default();
        tasks.push(tokio::spawn(http::listener::serve(
            listener,
            http::router(state, platform),
            limits,
            stopping,
        )));
        tracing::info!(%address, isolation = level.name(), course = served.id, "the service is up");
        Ok(Self {
            address,
            isolation: level,
            stop,
            tasks,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The isolation level of its runs.
    #[must_use]
    pub fn isolation(&self) -> IsolationLevel {
        self.isolation
    }

    /// Stops in order: no new claims, runs cancelled and given back, answers finished.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the service ended badly");
            }
        }
    }
}

/// A service's key is named by chance, so that the keys of many services fit into one set.
fn new_key_id() -> Result<KeyId, KeyError> {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("verdicts-{}", id.get(..12).unwrap_or(&id)).parse()
}

/// A preflight works on one core; half of them stay for gates, runs and answers.
fn preflights_at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).clamp(1, 4)
}

/// The course as runs will see it: its beginning is a course of its own, and scores on it rank apart.
struct Served {
    id: String,
    fingerprint: String,
    bytes: u64,
}

/// Most rows x columns of a batch on a course, or on its beginning.
///
/// # Errors
/// When the course can't be read.
pub fn cells_of(course: &Path, bytes: Option<u64>) -> Result<u64, CourseError> {
    // The beginning holds whole documents, so never fewer bytes than were asked for.
    let whole = Course::header(course)?.bytes;
    Ok(max_cells(bytes.map_or(whole, |bytes| bytes.min(whole))))
}

fn served(course: &Path, with_key: bool, bytes: Option<u64>) -> Result<Served, CourseError> {
    let header = Course::servable(course, with_key)?;
    let Some(bytes) = bytes else {
        return Ok(Served {
            id: header.id,
            fingerprint: header.fingerprint,
            bytes: header.bytes,
        });
    };
    let course = match Course::open(course, None) {
        // Its text is out of the host's reach, so the host can't know what its beginning would be.
        Err(CourseError::Sealed { .. }) => Err(CourseError::NoCut { id: header.id }),
        opened => opened?.take_bytes(bytes),
    }?;
    Ok(Served {
        id: course.id().to_owned(),
        fingerprint: course.fingerprint().to_owned(),
        bytes: course.bytes(),
    })
}

/// The gate platform over the installation's engine and gates.
async fn platform(
    config: &Config,
    home: &Home,
    store: &Store,
) -> Result<Arc<Platform>, ServiceError> {
    let runtime = Arc::new(Runtime::start(&engine_settings(home))?);
    let model = config.llm.as_ref().map(|llm| {
        let terms = LlmTerms {
            tokens_per_day: llm.tokens_per_day,
            remember: Duration::from_secs(u64::from(llm.remember_days) * 86_400),
        };
        Ok::<_, ServiceError>((language_model(llm)?, terms))
    });
    let model = model.transpose()?;
    let parts = Parts {
        store: store.clone(),
        runtime,
        model,
        key_set: config.gate_keys_file(),
        gates: Some(home.gates_dir()),
        breaker: config.breaker,
    };
    Ok(Platform::start(parts).await?)
}

/// How gates are compiled and kept, the same for service and command line.
#[must_use]
pub fn engine_settings(home: &Home) -> Settings {
    Settings {
        cache: Some(home.cwasm_dir()),
        compiler: home.gate_compiler().map(Compiler::new),
        ..Settings::default()
    }
}

/// The grammar gates judge by: that of the interpreter which will run the bundle.
#[must_use]
pub fn python_version(home: &Home) -> String {
    let version = home
        .read_runtime()
        .map(|runtime| runtime.python_version)
        .unwrap_or_default();
    let mut numbers = version.split('.');
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if !major.is_empty() => format!("{major}.{minor}"),
        // Without a Python there is no run; the strictest grammar that is supported is right for a check.
        _ => "3.11".to_owned(),
    }
}

fn language_model(config: &LlmConfig) -> Result<Arc<dyn LanguageModel>, ServiceError> {
    let key = config.key_file.as_deref().map(read_key).transpose()?;
    Ok(Arc::new(OpenAiModel::new(OpenAiSettings {
        url: config.url.clone(),
        model: config.model.clone(),
        key,
        timeout: Duration::from_secs(config.timeout_seconds),
        retries: 2,
        answer_format: config.answer_format,
    })?))
}

fn read_key(path: &Path) -> Result<String, ServiceError> {
    std::fs::read_to_string(path)
        .map(|key| key.trim().to_owned())
        .map_err(|source| ServiceError::Read {
            path: path.display().to_string(),
            source,
        })
}
