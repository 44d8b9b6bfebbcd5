//! Keys of sealed courses: age identity files as `age-keygen` writes them, and the public keys they belong to.
//!
//! A key is read by the supervisor and by the operator's own commands, from a file that is its owner's alone. It is
//! in no argument, environment or message; `Debug` and errors never show it, and memory that held it is cleared.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;
use thiserror::Error;
use zeroize::Zeroizing;

/// Most bytes of a key file.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// Why a key can't be had.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        #[source]
        source: std::io::Error,
    },
    /// Others may read the key.
    #[error("{path}: others may read this key (mode {mode:03o}); do `chmod 600` on it")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A line that is no key. The line itself is never told.
    #[error(
        "{path}:{line}: this is no age key (AGE-SECRET-KEY-1...); make one with `prism data keygen` or `age-keygen`"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// Something else than a short text file with a key.
    #[error("{path}: {problem}")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// Why not.
        problem: &'static str,
    },
    /// A key is never overwritten: what was sealed for it could not be opened any more.
    #[error("{path} exists, and a key is never overwritten; choose another file")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A public key that is none.
    #[error("{problem}; a public key begins with age1")]
    Recipient {
        /// What is wrong with it.
        problem: String,
    },
}

/// The private half: opens what was sealed for it.
pub struct Key {
    identities: Vec<x25519::Identity>,
}

/// The public half: courses are sealed for it. May be shown to anybody.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl Key {
    /// Reads a key file: lines that begin with `#` are comments, each other one is a key.
    ///
    /// # Errors
    /// [`KeyError`]; [`KeyError::Exposed`] when its group or others may read the file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let at = |source| KeyError::Io {
            path: path.to_owned(),
            source,
        };
        let not_a_key = |problem| KeyError::NotAKey {
            path: path.to_owned(),
            problem,
        };
        let file = File::open(path).map_err(at)?;
        let metadata = file.metadata().map_err(at)?;
        if !metadata.is_file() {
            return Err(not_a_key("a key is a file"));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(KeyError::Exposed {
                path: path.to_owned(),
                mode: metadata.mode() & 0o777,
            });
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(not_a_key("this is too long for a key file"));
        }
        // Room for all of it at once: text that moves leaves copies that nobody clears.
        let room = usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX);
        let mut text = Zeroizing::new(String::with_capacity(room));
        file.take(MAX_FILE_BYTES)
            .read_to_string(&mut text)
            .map_err(at)?;
        let mut identities = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            identities.push(line.parse().map_err(|_| KeyError::Line {
                path: path.to_owned(),
                line: number + 1,
            })?);
        }
        if identities.is_empty() {
            return Err(not_a_key("there is no key in this file"));
        }
        Ok(Self { identities })
    }

    /// Makes a key and writes it into a new file that is its owner's alone. Returns the public half.
    ///
    /// # Errors
    /// [`KeyError::Exists`], or [`KeyError::Io`].
    pub fn generate(path: &Path) -> Result<Recipient, KeyError> {
        let at = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists {
                path: path.to_owned(),
            },
            _ => KeyError::Io {
                path: path.to_owned(),
                source,
            },
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(at)?;
        let identity = x25519::Identity::generate();
        let public = identity.to_public();
        writeln!(file, "# A key of sealed courses. public key: {public}")
            .and_then(|()| file.write_all(identity.to_string().expose_secret().as_bytes()))
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.sync_all())
            .map_err(at)?;
        Ok(Recipient(public))
    }

    /// The public halves, in the file's order.
    #[must_use]
    pub fn recipients(&self) -> Vec<Recipient> {
        self.identities
            .iter()
            .map(|identity| Recipient(identity.to_public()))
            .collect()
    }

    pub(crate) fn identities(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.identities
            .iter()
            .map(|identity| identity as &dyn age::Identity)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(..)")
    }
}

impl Recipient {
    /// Reads a file of public keys: lines that begin with `#` are comments, each other one is a public key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read_file(path: &Path) -> Result<Vec<Self>, KeyError> {
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(MAX_FILE_BYTES).read_to_string(&mut text))
            .map_err(|source| KeyError::Io {
                path: path.to_owned(),
                source,
            })?;
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::parse)
            .collect()
    }

    pub(crate) fn inner(&self) -> &dyn age::Recipient {
        &self.0
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recipient({})", self.0)
    }
}

impl FromStr for Recipient {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        text.parse().map(Self).map_err(|_| KeyError::Recipient {
            // A private key given by mistake must not end in a log.
            problem: if text.to_ascii_lowercase().starts_with("age-secret-key-") {
                "this is a private key".to_owned()
            } else {
                format!("`{text}` is no age public key")
            },
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::{Key, KeyError, Recipient};

    fn key_file(folder: &tempfile::TempDir) -> (PathBuf, Recipient) {
        let path = folder.path().join("course.key");
        let public = Key::generate(&path).unwrap();
        (path, public)
    }

    fn secret(path: &PathBuf) -> String {
        let text = fs::read_to_string(path).unwrap();
        text.lines().last().unwrap().to_owned()
    }

    #[test]
    fn a_new_key_is_its_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (path, public) = key_file(&folder);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(public.to_string().starts_with("age1"));
        let read = Key::read(&path).unwrap().recipients();
        assert_eq!(read.first().unwrap().to_string(), public.to_string());
        let before = fs::read(&path).unwrap();
        assert!(matches!(Key::generate(&path), Err(KeyError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = key_file(&folder);
        for mode in [0o640, 0o604, 0o644, 0o660, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = Key::read(&path).unwrap_err();
            assert!(matches!(error, KeyError::Exposed { .. }), "{mode:o}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(Key::read(&path).is_ok());
    }

    #[test]
    fn what_is_no_key_file_is_said_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let (path, public) = key_file(&folder);
        let good = secret(&path);
        let broken = good.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q");
        for (content, words) in [
            (String::new(), "no key in this file"),
            ("# only a comment\n\n".to_owned(), "no key in this file"),
            (
                format!("# a comment\n{broken}\n"),
                "course.key:2: this is no age key",
            ),
            (public.to_string(), "course.key:1: this is no age key"),
            (format!("{good}\n{}", "#".repeat(1 << 16)), "too long"),
        ] {
            fs::write(&path, &content).unwrap();
            let error = Key::read(&path).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(told.contains(words), "{words}: {told}");
            assert!(!told.contains("SECRET-KEY-1Q") && !told.contains(&good));
        }
        assert!(Key::read(folder.path()).is_err(), "a folder is no key");
    }

    #[test]
    fn a_key_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = key_file(&folder);
        let key = Key::read(&path).unwrap();
        assert_eq!(format!("{key:?}"), "Key(..)");
        let error = secret(&path).parse::<Recipient>().unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(told.contains("this is a private key"), "{told}");
        assert!(!told.contains(&secret(&path)));
        let wrong = "age1nonsense".parse::<Recipient>().unwrap_err();
        assert!(wrong.to_string().contains("`age1nonsense`"), "{wrong}");
    }

    #[test]
    fn public_keys_come_from_a_file_too() {
        let folder = tempfile::tempdir().unwrap();
        let (_, public) = key_file(&folder);
        let list = folder.path().join("recipients");
        fs::write(&list, format!("# ours\n{public}\n\n{public}\n")).unwrap();
        assert_eq!(Recipient::read_file(&list).unwrap().len(), 2);
    }
}
