//! Reading an author's folder of cases, in the form in which a component carries it.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use prism_component::cases::{Files, MAX_BYTES};

use super::CaseError;

/// Files and folders of all cases together.
const MAX_ENTRIES: usize = 20_000;

/// Folders within folders.
const MAX_DEPTH: usize = 16;

/// Reads a folder of cases. Links are not followed, and what a component could not carry is refused.
///
/// # Errors
/// Names the file that can't be read, is no plain file, or is too much.
pub fn read_folder(root: &Path) -> Result<Files, CaseError> {
    let mut files = Files::new();
    let (mut entries, mut total) = (0_usize, 0_usize);
    let mut open = vec![(root.to_owned(), String::new(), 0_usize)];
    while let Some((folder, prefix, depth)) = open.pop() {
        let failed = |source| CaseError::Read {
            path: folder.clone(),
            source,
        };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            entries += 1;
            if entries > MAX_ENTRIES || depth > MAX_DEPTH {
                return Err(CaseError::TooLarge(format!(
                    "{} is beyond {MAX_ENTRIES} files and folders, or {MAX_DEPTH} folders deep",
                    path.display()
                )));
            }
            // Of the entry itself, not of what a link leads to.
            let kind = entry.file_type().map_err(failed)?;
            let Some(name) = entry
                .file_name()
                .to_str()
                .map(|name| format!("{prefix}{name}"))
            else {
                return Err(CaseError::Kind { path });
            };
            if kind.is_dir() {
                open.push((path, format!("{name}/"), depth + 1));
            } else if kind.is_file() {
                let content = read(&path, MAX_BYTES - total)?;
                total += content.len();
                if total > MAX_BYTES {
                    return Err(CaseError::TooLarge(format!(
                        "they have more than {MAX_BYTES} bytes together"
                    )));
                }
                files.insert(name, content);
            } else {
                return Err(CaseError::Kind { path });
            }
        }
    }
    Ok(files)
}

/// At most one byte more than is left, so that the caller sees that there was more.
fn read(path: &Path, left: usize) -> Result<Vec<u8>, CaseError> {
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(left as u64 + 1).read_to_end(&mut content))
        .map_err(|source| CaseError::Read {
            path: path.to_owned(),
            source,
        })?;
    Ok(content)
}
