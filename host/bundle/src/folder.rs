//! Reading a folder under the same rules as an archive.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::limits::{MAX_ENTRIES, MAX_TOTAL_BYTES};
use crate::names::{self, Kind};
use crate::refusal::{Findings, Rule};
use crate::{OpenError, Raw};

/// Reads a folder's files, without following links and without going into folders that are refused.
pub(crate) fn read(root: &Path, findings: &mut Findings) -> Result<Raw, OpenError> {
    let mut raw = Raw::default();
    let mut open = vec![(root.to_owned(), String::new())];
    let (mut entries, mut total) = (0_usize, 0_u64);
    while let Some((folder, prefix)) = open.pop() {
        for entry in sorted(&folder)? {
            entries += 1;
            if entries > MAX_ENTRIES {
                names::too_many(entries, findings);
                return Ok(Raw::default());
            }
            let path = folder.join(&entry);
            let name = [prefix.as_bytes(), entry.as_bytes()].concat();
            let kind = fs::symlink_metadata(&path).map_err(|source| failed(&path, source))?;
            if kind.is_dir() {
                if let Some(name) = names::check(&name, Kind::Folder, findings) {
                    raw.folders.insert(name.to_owned());
                    open.push((path, format!("{name}/")));
                }
                continue;
            }
            if !kind.is_file() {
                findings.file(
                    Rule::Kind,
                    &names::shown(&name),
                    "only regular files and folders are allowed",
                );
                continue;
            }
            let Some(name) = names::check(&name, Kind::File, findings) else {
                continue;
            };
            let content = read_bounded(&path, MAX_TOTAL_BYTES - total)
                .map_err(|source| failed(&path, source))?;
            total += content.len() as u64;
            if total > MAX_TOTAL_BYTES {
                names::too_large(findings);
                return Ok(Raw::default());
            }
            raw.files.insert(name.to_owned(), content);
        }
    }
    Ok(raw)
}

/// Reads at most one byte more than the limit, so that the caller can see that there was more.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    Ok(content)
}

/// The names in a folder, sorted, so that the findings come in the same order everywhere. One more than
/// the limit is enough to refuse it.
fn sorted(folder: &Path) -> Result<Vec<std::ffi::OsString>, OpenError> {
    let read = || -> io::Result<Vec<_>> {
        let entries = fs::read_dir(folder)?.take(MAX_ENTRIES + 1);
        entries.map(|entry| Ok(entry?.file_name())).collect()
    };
    let mut names = read().map_err(|source| failed(folder, source))?;
    names.sort_by(|left, right| OsStr::cmp(left, right));
    Ok(names)
}

fn failed(path: &Path, source: io::Error) -> OpenError {
    OpenError::Io {
        path: PathBuf::from(path),
        source,
    }
}
