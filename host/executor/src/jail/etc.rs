//! The `/etc` of a jail.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{JailError, SCRATCH};

/// The few files an interpreter and its resolver look for; nothing of the host's but the library cache. The jail's
/// user has a name, because torch asks for it.
pub(super) fn etc(id: u32) -> Result<tempfile::TempDir, JailError> {
    let folder = crate::temporary::folder().map_err(JailError::io("/etc of the jail"))?;
    let user = format!("prism:x:{id}:{id}::{SCRATCH}:/bin/false\n");
    let group = format!("prism:x:{id}:\n");
    let files: [(&str, &[u8]); 4] = [
        ("passwd", user.as_bytes()),
        ("group", group.as_bytes()),
        ("hosts", b"127.0.0.1 localhost prism\n::1 localhost\n"),
        (
            "nsswitch.conf",
            b"passwd: files\ngroup: files\nhosts: files\n",
        ),
    ];
    let cache = fs::read("/etc/ld.so.cache").unwrap_or_default();
    for (name, content) in files.into_iter().chain([("ld.so.cache", cache.as_slice())]) {
        fs::write(folder.path().join(name), content).map_err(JailError::io("/etc of the jail"))?;
    }
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), open).map_err(JailError::io("/etc of the jail"))?;
    Ok(folder)
}
