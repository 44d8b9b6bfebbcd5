//! What can go wrong between the service and its data folder.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::blobs::BlobId;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open.
    #[error("the data folder {} is in use by another process{}: stop that one, or choose another folder",
        .path.display(), .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Its process id, when it wrote one.
        holder: Option<u32>,
    },
    /// The key layout is not ours.
    #[error(
        "the data folder has format {found}, this Prism knows {known}: use the Prism that wrote it, or a newer one"
    )]
    Format {
        /// What the folder says.
        found: u8,
        /// What this program writes.
        known: u8,
    },
    /// A record of a newer schema.
    #[error(
        "a record of `{table}` has schema version {found}, this Prism knows up to {known}: use a newer one"
    )]
    Newer {
        /// The table.
        table: &'static str,
        /// What the record says.
        found: u8,
        /// What this program writes.
        known: u8,
    },
    /// A record that can't be read.
    #[error(
        "a record of `{table}` can't be read ({reason}): restore the data folder from a backup"
    )]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The database failed.
    #[error("{what}: {source}")]
    Database {
        /// What was being done.
        what: String,
        /// What it answered.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The disk failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// Nothing under this id.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// The kind of record.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// The claim was lost: its lease ran out and someone else may hold the submission now.
    #[error("the claim on submission {0} is no longer held")]
    ClaimLost(String),
    /// A change of state that the life-cycle doesn't know.
    #[error("submission {id} is {state}: {wanted}")]
    WrongState {
        /// The submission.
        id: String,
        /// Its state.
        state: &'static str,
        /// What would have been needed.
        wanted: &'static str,
    },
    /// A value that must not be stored.
    #[error("{0}")]
    Invalid(String),
    /// The blob is not there.
    #[error("blob {0} is missing: restore the blob folder from a backup")]
    BlobMissing(BlobId),
    /// The blob's content is not what its name says.
    #[error("blob {0} is damaged: restore the blob folder from a backup")]
    BlobDamaged(BlobId),
}

impl StoreError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    pub(crate) fn database(what: impl Into<String>) -> impl FnOnce(sled::Error) -> Self {
        let what = what.into();
        move |source| Self::Database {
            what,
            source: Box::new(source),
        }
    }
}
