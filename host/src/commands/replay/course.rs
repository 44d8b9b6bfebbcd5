//! The course of a verdict: found by its fingerprint, and read through before anything is run on it.

use std::path::{Path, PathBuf};

use anyhow::bail;
use prism_course::{Course, CourseError, Header, Key};
use prism_executor::Home;
use prism_host::verdict::Changed;
use prism_protocol::manifest::{self, Manifest};

/// Folders below the installation's courses that are looked into.
const DEPTH: usize = 2;

/// What came of looking.
pub enum Found {
    /// The course, every byte of it as it was.
    Whole(PathBuf),
    /// A course that calls itself the one, and isn't.
    Changed(Changed),
}

/// The course of this run: the named file, or one of the installation's.
///
/// # Errors
/// When there is none, or the named one is another course.
pub fn find(
    home: &Home,
    run: &Manifest,
    named: Option<&Path>,
    key: Option<&Path>,
) -> anyhow::Result<Found> {
    let wanted = &run.course;
    let path = match named {
        Some(path) => std::path::absolute(path)?,
        None => match search(&home.courses_dir(), wanted, DEPTH) {
            Some(path) => path,
            None => bail!(
                "no course of this installation is `{}` with the fingerprint {}: name its file with --course",
                wanted.id,
                wanted.fingerprint
            ),
        },
    };
    let header = match Course::servable(&path, key.is_some()) {
        Ok(header) => header,
        Err(error) => return refused(wanted, error),
    };
    if !may_be(&header, wanted) {
        bail!(
            "{} is the course `{}` with the fingerprint {}; the verdict is on `{}` with {}",
            path.display(),
            header.id,
            header.fingerprint,
            wanted.id,
            wanted.fingerprint
        );
    }
    let key = key.map(Key::read).transpose()?;
    let read = Course::open(&path, key.as_ref()).and_then(|course| {
        let course = match wanted.shortened && course.fingerprint() != wanted.fingerprint {
            true => course.take_bytes(wanted.bytes)?,
            false => course,
        };
        course.read_through::<CourseError>(&mut |_, _| Ok(()))?;
        Ok(course)
    });
    match read {
        Ok(course) if course.fingerprint() == wanted.fingerprint => Ok(Found::Whole(path)),
        Ok(course) => Ok(changed(
            wanted,
            format!(
                "{}: its first {} bytes have the fingerprint {}, and the verdict names {}",
                path.display(),
                course.bytes(),
                course.fingerprint(),
                wanted.fingerprint
            ),
        )),
        Err(error) => refused(wanted, error),
    }
}

fn changed(wanted: &manifest::Course, detail: String) -> Found {
    Found::Changed(Changed {
        part: format!("course {}", wanted.id),
        detail,
    })
}

/// A file that is damaged was changed; one that can't be used as it was named is the caller's mistake.
fn refused(wanted: &manifest::Course, error: CourseError) -> anyhow::Result<Found> {
    match error {
        CourseError::Header { .. }
        | CourseError::NotACourse { .. }
        | CourseError::Damaged { .. }
        | CourseError::Fingerprint { .. }
        | CourseError::Document { .. } => Ok(changed(wanted, error.to_string())),
        error => Err(error.into()),
    }
}

/// Whether this may be the course, or the one that it is the beginning of. A beginning is named after its course.
fn may_be(header: &Header, wanted: &manifest::Course) -> bool {
    let beginning = || {
        let whole = wanted.id.rsplit_once("-first-").map(|(whole, _)| whole);
        wanted.shortened && whole == Some(header.id.as_str()) && header.bytes >= wanted.bytes
    };
    header.fingerprint == wanted.fingerprint || beginning()
}

fn search(folder: &Path, wanted: &manifest::Course, depth: usize) -> Option<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    entries.sort();
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    // What is no course is passed over: the folder holds samples too.
    let fits = |path: &PathBuf| Course::header(path).is_ok_and(|header| may_be(&header, wanted));
    files.into_iter().find(fits).or_else(|| {
        let depth = depth.checked_sub(1)?;
        folders
            .iter()
            .find_map(|folder| search(folder, wanted, depth))
    })
}
