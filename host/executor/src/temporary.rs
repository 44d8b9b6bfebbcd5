//! Folders that must not outlive this process, not even when it is killed: closed to other users, and named so
//! that the next host finds those nobody uses any more.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const PREFIX: &str = "prism-run-";

/// Makes a folder that is removed when dropped.
pub(crate) fn folder() -> io::Result<tempfile::TempDir> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()
}

/// Removes folders of hosts that are gone. Only our own: the parent folder is everybody's.
pub(crate) fn sweep() {
    let own = rustix::process::getuid().as_raw();
    for entry in fs::read_dir(env::temp_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| {
            name.strip_prefix(PREFIX)?
                .split('-')
                .next()?
                .parse::<u32>()
                .ok()
        });
        let Some(pid) = pid else { continue };
        let ours = entry
            .metadata()
            .is_ok_and(|data| data.is_dir() && data.uid() == own);
        if ours && !Path::new(&format!("/proc/{pid}")).exists() {
            tracing::info!(folder = %entry.path().display(), "removing what a killed host left behind");
            if let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::warn!(%error, "could not remove it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn what_a_killed_host_left_is_removed_and_the_living_keep_theirs() {
        // Above the largest process id there can be.
        let stale = env::temp_dir().join(format!("{PREFIX}4999999-stale"));
        fs::create_dir_all(stale.join("bundle")).unwrap();
        let alive = folder().unwrap();
        assert_eq!(fs::metadata(alive.path()).unwrap().mode() & 0o777, 0o700);
        sweep();
        assert!(!stale.exists());
        assert!(alive.path().exists());
    }
}
