//! What a supervisor tells its executor while a run goes on: one JSON object a line on standard output,
//! and what the executor answers on standard input after the specification.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::wire::Api;

/// A line of the supervisor's standard output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// The socket is open; the worker may be started now.
    Listening,
    /// The worker has connected and was accepted.
    Connected,
    /// The miner opened the stream.
    Started {
        /// The interface the loop uses.
        api: Api,
        /// Rows of a batch.
        batch_size: u32,
        /// Columns of a row, the context column included.
        seq_len: u32,
        /// Steps the whole course takes in this layout.
        steps: u64,
        /// Bytes of the course.
        course_bytes: u64,
    },
    /// A step was charged. Sent at most a few times a second.
    Progress(Progress),
    /// An exported state is being asked. Sent at most a few times a second.
    Examining {
        /// Places asked about so far, on all texts.
        asked: u64,
        /// Places there are.
        places: u64,
    },
    /// The run is over and the manifest is on disk. The executor ends the jail.
    Finished {
        /// Where the manifest lies.
        manifest: PathBuf,
        /// SHA-256 of its bytes, in lowercase hexadecimal; empty when there is none.
        sha256: String,
        /// How it ended.
        outcome: Outcome,
    },
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The interface the loop uses.
    pub api: Api,
    /// Steps charged so far.
    pub step: u64,
    /// Steps of the whole course in this layout.
    pub steps: u64,
    /// Bytes charged so far.
    pub bytes: u64,
    /// Bytes of the course.
    pub course_bytes: u64,
    /// Code bits of the charged bytes divided by their number.
    pub bpb: f64,
    /// Tokens charged per second of the run so far.
    pub tokens_per_second: f64,
    /// Largest resident memory of the worker so far, in bytes, where the system tells.
    pub peak_rss_bytes: Option<u64>,
}

/// A line of the supervisor's standard input, after the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "notice")]
pub enum Notice {
    /// Everything in the jail has ended.
    WorkerExited {
        /// Exit status, when it left by itself.
        code: Option<i32>,
        /// Signal number, when it was killed by one (also when a shell or launcher reported 128+n).
        signal: Option<i32>,
        /// Whether the jail's memory limit was hit.
        out_of_memory: bool,
    },
    /// The executor is ending the jail because it went over a quota of the jail; `WorkerExited` follows.
    QuotaExceeded {
        /// Which quota, for example `output` or `wall_clock`.
        quota: String,
    },
    /// The operator cancels the run.
    Cancel,
}
