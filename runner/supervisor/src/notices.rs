//! What the executor says while the run goes on, gathered by a thread of its own.

use std::io::BufRead;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prism_protocol::event::Notice;

/// How everything in the jail ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JailExit {
    /// Exit status, when it left by itself.
    pub code: Option<i32>,
    /// Signal, when it was killed.
    pub signal: Option<i32>,
    /// Whether the memory limit was hit.
    pub out_of_memory: bool,
}

#[derive(Debug, Default)]
struct Heard {
    exit: Option<JailExit>,
    quota: Option<String>,
    cancelled: Option<&'static str>,
}

/// The latest notices, shared between the thread that hears them and the run.
#[derive(Clone, Debug, Default)]
pub struct Notices(Arc<Mutex<Heard>>);

impl Notices {
    /// Hears notices until the reader ends, on a thread of its own. The end of the reader cancels the run:
    /// without an executor nobody would end the jail or take the result.
    pub fn listen(&self, reader: impl BufRead + Send + 'static) {
        let notices = self.clone();
        std::thread::spawn(move || {
            for line in reader.lines() {
                let Ok(line) = line else { break };
                match serde_json::from_str(&line) {
                    Ok(notice) => notices.hear(notice),
                    Err(error) => eprintln!("prism-supervisor: not a notice: {error}"),
                }
            }
            notices
                .heard()
                .cancelled
                .get_or_insert("the executor has gone");
        });
    }

    /// Takes one notice.
    pub fn hear(&self, notice: Notice) {
        let mut heard = self.heard();
        match notice {
            Notice::WorkerExited {
                code,
                signal,
                out_of_memory,
            } => {
                // Launchers report a signal of their child as 128 + its number.
                let signal = signal.or(code
                    .filter(|code| (129..=192).contains(code))
                    .map(|code| code - 128));
                heard.exit = Some(JailExit {
                    code,
                    signal,
                    out_of_memory,
                });
            }
            Notice::QuotaExceeded { quota } => {
                heard.quota.get_or_insert(quota);
            }
            Notice::Cancel => {
                heard.cancelled.get_or_insert("the run was cancelled");
            }
        }
    }

    /// How the jail ended, if it has.
    #[must_use]
    pub fn exit(&self) -> Option<JailExit> {
        self.heard().exit
    }

    /// The jail's quota that was exceeded, if one was.
    #[must_use]
    pub fn quota(&self) -> Option<String> {
        self.heard().quota.clone()
    }

    /// Why the run is cancelled, if it is.
    #[must_use]
    pub fn cancelled(&self) -> Option<&'static str> {
        self.heard().cancelled
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        // What is in there is replaced whole, so a panicked holder leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
