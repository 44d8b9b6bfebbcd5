//! Writing a course file in the clear, and any file beside its place first.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::block::{Builder, Packed};
use super::{Header, MARK, at, index};
use crate::documents::{Course, CourseError};

/// Writes `course` under `header`, which may name another class or pool; `done` is told the bytes of each text.
/// The documents are checked against the fingerprint on the way.
pub(crate) fn write(
    course: &Course,
    header: &Header,
    out: &mut dyn Write,
    path: &Path,
    done: &mut dyn FnMut(u64),
) -> Result<(), CourseError> {
    let begin = begin(MARK, header).map_err(at(path))?;
    out.write_all(&begin).map_err(at(path))?;
    let mut index = index::Writer::new(&begin);
    let mut block = Builder::default();
    let mut put = |block: Option<Packed>, index: &mut index::Writer| {
        block.map_or(Ok(()), |block| {
            index.add(&block);
            out.write_all(&block.stored)
        })
    };
    course.read_through::<CourseError>(&mut |_, document| {
        if block.is_full_for(document) {
            put(block.pack().map_err(at(path))?, &mut index).map_err(at(path))?;
        }
        done(document.text.len() as u64);
        block.push(document).map_err(at(path))
    })?;
    put(block.pack().map_err(at(path))?, &mut index).map_err(at(path))?;
    out.write_all(&index.finish()).map_err(at(path))
}

/// Mark, length and header.
pub(super) fn begin(mark: &[u8], header: &Header) -> io::Result<Vec<u8>> {
    let text = header.text()?;
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    Ok([mark, &length.to_le_bytes(), &text].concat())
}

/// Makes a file beside its place and renames it there once it is complete and on disk. Without `replace` a file that
/// is there stays.
pub(crate) fn write_file(
    path: &Path,
    replace: bool,
    fill: impl FnOnce(&mut BufWriter<&File>) -> Result<(), CourseError>,
) -> Result<(), CourseError> {
    let exists = || CourseError::Exists {
        path: path.to_owned(),
    };
    // Looked at before the work as well as after it.
    if !replace && path.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let part = tempfile::Builder::new()
        .prefix(".course-")
        .suffix(".part")
        // As any new file; the umask takes away.
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(at(path))?;
    let mut out = BufWriter::new(part.as_file());
    fill(&mut out)?;
    out.flush().map_err(at(path))?;
    drop(out);
    part.as_file().sync_all().map_err(at(path))?;
    if replace {
        part.persist(path)
    } else {
        part.persist_noclobber(path)
    }
    .map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => at(path)(error.error),
    })?;
    // The rename is on disk only once the folder that holds the name is.
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(path))
}
