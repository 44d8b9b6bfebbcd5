//! What a bundle costs: its files compressed, above an allowance.
//!
//! A prior on the text, smuggled in as source or tokenizer, is paid for at the rate the text itself is: in
//! bits. The allowance leaves ordinary code free.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Compressed bytes of a bundle that cost nothing.
pub const BUNDLE_ALLOWANCE_BYTES: u64 = 32 << 10;

/// Most bytes of files that a folder is sized with; far above what a closed bundle may hold.
const MAX_FOLDER_BYTES: u64 = 256 << 20;

/// Most files and folders that a folder is sized with.
const MAX_FOLDER_ENTRIES: usize = 65_536;

const LEVEL: i32 = 19;

/// Why a bundle can't be sized.
#[derive(Debug, Error)]
pub enum BundleSizeError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        #[source]
        source: std::io::Error,
    },
    /// Something that no closed bundle holds.
    #[error("{path}: {problem}")]
    NotClosed {
        /// The entry.
        path: PathBuf,
        /// What it is.
        problem: &'static str,
    },
    /// zstd said no.
    #[error("the bundle can't be compressed: {source}")]
    Compress {
        /// What it said.
        #[source]
        source: std::io::Error,
    },
}

/// Size of a bundle and what it adds to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleSize {
    /// zstd level 19 size of all files in one canonical stream.
    pub compressed_bytes: u64,
    /// 8 x what it takes beyond [`BUNDLE_ALLOWANCE_BYTES`].
    pub bits: u64,
}

impl BundleSize {
    /// Sizes files by their paths relative to the bundle's root, `/` between parts. The stream is, in the
    /// order of the paths' bytes: u32 length of the path, path, u64 length of the content, content
    /// (little-endian); one frame, one thread, so one zstd version gives one size.
    ///
    /// # Errors
    /// [`BundleSizeError::Compress`].
    pub fn of_files(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, BundleSizeError> {
        let compressed_bytes =
            compress(files).map_err(|source| BundleSizeError::Compress { source })?;
        Ok(Self {
            compressed_bytes,
            bits: 8 * compressed_bytes.saturating_sub(BUNDLE_ALLOWANCE_BYTES),
        })
    }

    /// Sizes the files below a folder.
    ///
    /// # Errors
    /// [`BundleSizeError`]; links and other special files are refused, not followed.
    pub fn of_folder(folder: &Path) -> Result<Self, BundleSizeError> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(folder.to_owned(), String::new())];
        let (mut bytes_left, mut entries_left) = (MAX_FOLDER_BYTES, MAX_FOLDER_ENTRIES);
        while let Some((path, prefix)) = folders.pop() {
            for entry in fs::read_dir(&path).map_err(at(&path))? {
                let entry = entry.map_err(at(&path))?;
                let path = entry.path();
                let refuse = |problem| BundleSizeError::NotClosed {
                    path: path.clone(),
                    problem,
                };
                entries_left = entries_left
                    .checked_sub(1)
                    .ok_or_else(|| refuse("too many files"))?;
                let name = entry
                    .file_name()
                    .into_string()
                    .map_err(|_| refuse("the name is not UTF-8"))?;
                let kind = entry.file_type().map_err(at(&path))?;
                if kind.is_dir() {
                    folders.push((path, format!("{prefix}{name}/")));
                } else if kind.is_file() {
                    let mut content = Vec::new();
                    fs::File::open(&path)
                        .and_then(|file| file.take(bytes_left + 1).read_to_end(&mut content))
                        .map_err(at(&path))?;
                    bytes_left = bytes_left
                        .checked_sub(content.len() as u64)
                        .ok_or_else(|| refuse("the files are too large"))?;
                    files.insert(format!("{prefix}{name}"), content);
                } else {
                    return Err(refuse("neither a file nor a folder"));
                }
            }
        }
        Self::of_files(&files)
    }
}

/// Version of the zstd library that sizes bundles, for example `1.5.7`.
#[must_use]
pub fn zstd_version() -> String {
    let number = zstd::zstd_safe::version_number();
    format!(
        "{}.{}.{}",
        number / 10_000,
        number / 100 % 100,
        number % 100
    )
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BundleSizeError + use<> {
    let path = path.to_owned();
    move |source| BundleSizeError::Io { path, source }
}

fn compress(files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<u64> {
    let mut frame = zstd::stream::write::Encoder::new(Counting(0), LEVEL)?;
    for (path, content) in files {
        let length = u32::try_from(path.len()).map_err(std::io::Error::other)?;
        frame.write_all(&length.to_le_bytes())?;
        frame.write_all(path.as_bytes())?;
        frame.write_all(&(content.len() as u64).to_le_bytes())?;
        frame.write_all(content)?;
    }
    Ok(frame.finish()?.0)
}

struct Counting(u64);

impl Write for Counting {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.0 += buffer.len() as u64;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use std::collections::BTreeMap;
    use std::fs;

    use super::{BUNDLE_ALLOWANCE_BYTES, BundleSize, BundleSizeError};

    /// Bytes no compressor shortens (xorshift).
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect()
    }

    fn bundle(files: &[(&str, Vec<u8>)]) -> BTreeMap<String, Vec<u8>> {
        files
            .iter()
            .map(|(path, content)| ((*path).to_owned(), content.clone()))
            .collect()
    }

    #[test]
    fn ordinary_code_is_free_and_noise_is_paid_by_the_bit() {
        let code = bundle(&[("training.py", b"def train(ctx):\n    pass\n".repeat(1000))]);
        let size = BundleSize::of_files(&code).unwrap();
        assert!(size.compressed_bytes < 1000);
        assert_eq!(size.bits, 0);

        let size = BundleSize::of_files(&bundle(&[("table.json", noise(100_000))])).unwrap();
        assert!((100_000..100_200).contains(&size.compressed_bytes));
        assert_eq!(
            size.bits,
            8 * (size.compressed_bytes - BUNDLE_ALLOWANCE_BYTES)
        );
    }

    #[test]
    fn a_folder_weighs_what_its_files_weigh() {
        let files = bundle(&[("a.py", noise(50_000)), ("model/b.py", noise(10))]);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("model")).unwrap();
        for (path, content) in &files {
            fs::write(folder.path().join(path), content).unwrap();
        }
        assert_eq!(
            BundleSize::of_folder(folder.path()).unwrap(),
            BundleSize::of_files(&files).unwrap()
        );

        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.py")).unwrap();
        assert!(matches!(
            BundleSize::of_folder(folder.path()),
            Err(BundleSizeError::NotClosed { .. })
        ));
    }

    #[test]
    fn the_library_names_its_version() {
        assert!(super::zstd_version().starts_with("1."));
    }
}
