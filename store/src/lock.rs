//! One process, one data folder: an advisory lock that the system drops with the process, however it ends.
//!
//! A child has its parent's open files from the fork to the exec, and the lock with them: it may outlive whoever took
//! it by that moment. So an owner that is just going is waited for, briefly.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::StoreError;

/// How long another owner may take to go. A fork to exec takes microseconds, on a crowded machine milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// The lock, held as long as this lives.
pub(crate) struct FolderLock(
    #[expect(dead_code, reason = "holding the open file is holding the lock")] File,
);

impl FolderLock {
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let failed = || StoreError::io(format!("locking {}", path.display()));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed())?;
        let begun = Instant::now();
        let mut taken = file.try_lock();
        while matches!(taken, Err(TryLockError::WouldBlock)) && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
            taken = file.try_lock();
        }
        match taken {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let holder = read.ok().and_then(|_| holder.trim().parse().ok());
                return Err(StoreError::Locked {
                    path: folder.to_path_buf(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        file.set_len(0).map_err(failed())?;
        file.rewind().map_err(failed())?;
        writeln!(file, "{}", std::process::id()).map_err(failed())?;
        Ok(Self(file))
    }
}

/// Makes new names in a folder survive a loss of power.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(StoreError::io(format!(
            "writing {} to disk",
            folder.display()
        )))
}
