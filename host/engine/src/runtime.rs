//! wasmtime as we use it: one engine for all gates, bounded on every side, with a clock of its own.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use prism_store::records::GateLimits;
use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::guest::{CORE_INSTANCES, Guest, MEMORIES, TABLE_ELEMENTS, TABLES};

/// One step of the epoch clock. A wall-clock limit is overshot by at most two of them.
const TICK: Duration = Duration::from_millis(10);

/// Fuel between two chances for the async runtime to do something else.
const YIELD_FUEL: u64 = 20_000_000;

/// Bytes a gate may hand the host in one call or answer: a chat call holds the whole bundle, a report far less.
/// wasmtime counts this anew for each call, and only what the gate hands over.
const HANDED_OVER_BYTES: usize = 8 << 20;

/// Handles a component may hold. The contract gives it one.
const HANDLES: usize = 256;

/// Places beside those of evaluations, for gates that are asked what they are.
const DESCRIBING: u32 = 2;

/// Call stack of a gate: CPython inside a component needs more than wasmtime's 512 KiB to parse 150 nested
/// parentheses, which a legal bundle may have.
const STACK_BYTES: usize = 4 << 20;

/// What host functions may use on top of it.
const HOST_STACK_BYTES: usize = 2 << 20;

/// Bytes of a memory that an instance leaves mapped for the next one, written over with its beginning: CPython's
/// 18 MiB would else come back one page fault at a time, and page faults of one process wait for each other.
const KEPT_RESIDENT: usize = 32 << 20;

/// The same of a table, in bytes.
const TABLE_KEPT_RESIDENT: usize = 1 << 20;

/// How the runtime is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Evaluations at one time; further ones wait. Default: 16. Costs address space (4 GiB each), and the memory that the
    /// largest gate begins with for as many as were ever at work at one time.
    pub concurrency: u32,
    /// Most linear memory any gate can be given, in bytes. Default: 1 GiB.
    pub max_memory_bytes: usize,
    /// Folder of precompiled gates; without one every start compiles. Its owner alone can read it.
    pub cache: Option<PathBuf>,
    /// The process that compiles; without one this process does, and a hostile component can take its memory.
    pub compiler: Option<Compiler>,
    /// Longest wait of an evaluation for a place. Default: 30 s.
    pub queue_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            max_memory_bytes: 1 << 30,
            cache: None,
            compiler: None,
            queue_timeout: Duration::from_secs(30),
        }
    }
}

/// What one evaluation may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// wasmtime fuel: bounds the work, the same on every machine.
    pub fuel: u64,
    /// Linear memory of all instances of the component together, in bytes.
    pub memory_bytes: usize,
    /// Wall-clock backstop, host calls included.
    pub timeout: Duration,
}

impl From<&GateLimits> for Limits {
    fn from(limits: &GateLimits) -> Self {
        Self {
            fuel: limits.fuel,
            memory_bytes: usize::try_from(limits.memory_bytes).unwrap_or(usize::MAX),
            timeout: Duration::from_millis(limits.timeout_ms),
        }
    }
}

/// No place came free in time: the gate was not asked, and the submission is not to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "all {places} places for gate evaluations were taken for {} ms: try again later, or raise the engine's \
     concurrency", .waited.as_millis()
)]
pub struct Busy {
    /// Evaluations at one time.
    pub places: u32,
    /// How long was waited.
    pub waited: Duration,
}

/// wasmtime could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The engine refused its settings.
    #[error("the WebAssembly engine could not be started: {0:#}")]
    Engine(wasmtime::Error),
    /// The cache folder can't be used.
    #[error("the cache of precompiled gates at {} can't be used: {source}", .path.display())]
    Cache {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The clock's thread could not be started.
    #[error("the epoch clock could not be started: {0}")]
    Clock(std::io::Error),
}

/// The engine, its precompiled cache and its places.
pub struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) cache: Option<Cache>,
    pub(crate) compiler: Option<Compiler>,
    places: Semaphore,
    describing: Semaphore,
    concurrency: u32,
    max_memory_bytes: usize,
    queue_timeout: Duration,
    pooling: bool,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Runtime")
            .field("pooling", &self.pooling)
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// Sets the engine up and starts its clock. The pooling allocator is used where the address space for it can
    /// be had, else instances are allocated on demand.
    ///
    /// # Errors
    /// When wasmtime refuses its settings or the cache folder can't be used.
    pub fn start(settings: &Settings) -> Result<Self, RuntimeError> {
        let mut pooled = config();
        pooled.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(settings)));
        let (engine, pooling) = match Engine::new(&pooled) {
            Ok(engine) => (engine, true),
            Err(error) => {
                tracing::warn!(%error, "no address space for the pooling allocator, instances are made on demand");
                (Engine::new(&config()).map_err(RuntimeError::Engine)?, false)
            }
        };
        tick(&engine).map_err(RuntimeError::Clock)?;
        let cache = settings
            .cache
            .as_ref()
            .map(|path| {
                Cache::open(path, &engine).map_err(|source| RuntimeError::Cache {
                    path: path.clone(),
                    source,
                })
            })
            .transpose()?;
        Ok(Self {
            engine,
            cache,
            compiler: settings.compiler.clone(),
            places: Semaphore::new(settings.concurrency as usize),
            describing: Semaphore::new(DESCRIBING as usize),
            concurrency: settings.concurrency,
            max_memory_bytes: settings.max_memory_bytes,
            queue_timeout: settings.queue_timeout,
            pooling,
        })
    }

    /// Whether instances come from the pool.
    #[must_use]
    pub fn is_pooling(&self) -> bool {
        self.pooling
    }

    /// Evaluations that could begin now, and how many can run at one time.
    #[must_use]
    pub fn places(&self) -> (usize, usize) {
        (self.places.available_permits(), self.concurrency as usize)
    }

    /// Most linear memory a gate can be given, in bytes.
    #[must_use]
    pub fn max_memory_bytes(&self) -> usize {
        self.max_memory_bytes
    }

    /// Waits for a place in the pool: the pool itself would answer with an error when it is full.
    pub(crate) async fn place(&self) -> Result<SemaphorePermit<'_>, Busy> {
        let busy = Busy {
            places: self.concurrency,
            waited: self.queue_timeout,
        };
        match tokio::time::timeout(self.queue_timeout, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => Err(busy),
        }
    }

    /// Waits for a place to ask a gate what it is. Nobody's bundle waits behind this.
    pub(crate) async fn describing_place(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so this is always some permit.
        self.describing.acquire().await.ok()
    }

    /// A store with its meters and clocks set.
    pub(crate) fn store(&self, guest: Guest, limits: &Limits) -> Store<Guest> {
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.meter);
        // These two fail only on an engine without fuel, which ours has; a store without would spend none and end
        // at once.
        if let Err(error) = store
            .set_fuel(limits.fuel)
            .and_then(|()| store.fuel_async_yield_interval(Some(YIELD_FUEL)))
        {
            tracing::error!(%error, "a store has no fuel");
        }
        let ticks = limits.timeout.as_millis() / TICK.as_millis() + 2;
        store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX / 2));
        store.epoch_deadline_trap();
        store.set_hostcall_fuel(HANDED_OVER_BYTES);
        store.set_max_component_handles(HANDLES);
        store
    }
}

/// What compiled code depends on; the compiler's process uses the very same.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.consume_fuel(true);
    config.epoch_interruption(true);
    config.wasm_component_model(true);
    config.max_wasm_stack(STACK_BYTES);
    config.async_stack_size(STACK_BYTES + HOST_STACK_BYTES);
    // A NaN's bits would otherwise differ between processors, and with them a verdict.
    config.cranelift_nan_canonicalization(true);
    config.wasm_relaxed_simd(false);
    config.wasm_memory64(false);
    config.wasm_multi_memory(false);
    config.wasm_tail_call(false);
    config
}

fn pool(settings: &Settings) -> PoolingAllocationConfig {
    let places = settings.concurrency.saturating_add(DESCRIBING);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(places)
        .total_core_instances(places.saturating_mul(CORE_INSTANCES))
        .total_memories(places.saturating_mul(MEMORIES))
        .total_tables(places.saturating_mul(TABLES))
        .total_stacks(places)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .table_elements(TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEPT_RESIDENT)
        .table_keep_resident(TABLE_KEPT_RESIDENT)
        .max_memory_size(settings.max_memory_bytes);
    pool
}

/// The clock ends with the engine: it holds no strong handle to it.
fn tick(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("gate-epochs".into())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(TICK);
            }
        })?;
    Ok(())
}
