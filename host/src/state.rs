//! What the routes and the workers of one service share.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prism_executor::preflight::Phase;
use prism_protocol::event::Progress;
use prism_store::Store;

use crate::config::Config;

/// The service's shared state.
#[derive(Debug)]
pub struct AppState {
    /// Settings.
    pub config: Config,
    /// Everything that outlives the process.
    pub store: Store,
    /// What is at work right now.
    pub live: Live,
    /// The Python that runs bundles, as `major.minor`.
    pub python_version: String,
}

/// Progress of the submissions at work. In memory only: after a restart it begins anew with the run.
#[derive(Debug, Default)]
pub struct Live(Mutex<HashMap<String, Activity>>);

/// What a submission is going through.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Activity {
    /// The gates are looking at it.
    Gates,
    /// Real torch looks at it, and is at this part of the work; none while it waits for its turn.
    Preflight {
        /// The part.
        phase: Option<Phase>,
    },
    /// It waits for a place to run.
    Waiting,
    /// The jail is starting.
    Starting,
    /// It trains.
    Running(Progress),
    /// It trains again, and is asked at secret places.
    Verifying(Progress),
    /// Its exported state is asked.
    Examining {
        /// Places asked about so far.
        asked: u64,
        /// Places there are.
        places: u64,
    },
}

impl Live {
    /// What the submission is going through; none when nobody works on it.
    pub fn of(&self, id: &str) -> Option<Activity> {
        self.lock().get(id).copied()
    }

    /// Says what it is going through.
    pub fn set(&self, id: &str, activity: Activity) {
        self.lock().insert(id.to_owned(), activity);
    }

    /// Nobody works on it any more.
    pub fn clear(&self, id: &str) {
        self.lock().remove(id);
    }

    /// A panic elsewhere leaves the map whole: every change is one insertion or removal.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Activity>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
