//! Precompiled gates on disk. A compiled file is code that this process will run, so each is authenticated
//! with a key that only the service's user can read; one that was tampered with, or that another engine
//! made, is a miss and never an error.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use wasmtime::Engine;
use wasmtime::component::Component;

const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = blake3::OUT_LEN;

pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
    /// Tells compiled files of this engine and these settings from others.
    compatibility: String,
}

impl Cache {
    pub(crate) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        let mut hasher = Blake(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let compatibility = hasher.0.finalize().to_hex().chars().take(16).collect();
        Ok(Self {
            folder: folder.to_owned(),
            key: key(folder)?,
            compatibility,
        })
    }

    /// The component of this digest, when an authentic compilation of it is there.
    pub(crate) fn load(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let path = self.path(digest);
        let tag: [u8; TAG_BYTES] = fs::read(self.tag_path(digest)).ok()?.try_into().ok()?;
        // Comparing blake3 hashes takes the same time wherever they differ.
        if self.tag(digest, fs::File::open(&path).ok()?).ok()? != blake3::Hash::from_bytes(tag) {
            tracing::warn!(
                digest,
                "a precompiled gate is not authentic and will be compiled anew"
            );
            return None;
        }
        // The file is mapped, not copied: a Python gate has 40 MB. Between the check and the mapping only the
        // owner of the folder, who has the key as well, could change it.
        #[allow(
            unsafe_code,
            reason = "wasmtime runs the file as code; the keyed hash proves that we wrote it"
        )]
        unsafe { Component::deserialize_file(engine, path) }.ok()
    }

    /// Keeps a compilation. A cache that can't be written costs time, nothing else.
    pub(crate) fn keep(&self, code: &[u8], digest: &str) {
        if let Err(error) = self.write(digest, code) {
            tracing::warn!(digest, %error, "a compiled gate could not be kept");
        }
    }

    fn write(&self, digest: &str, code: &[u8]) -> io::Result<()> {
        // Each file appears at once and whole. Two processes that write at the same time may mix code of one
        // with the tag of the other, which is a miss at worst: compilation is deterministic.
        for (path, content) in [
            (self.path(digest), code),
            (self.tag_path(digest), self.tag(digest, code)?.as_bytes()),
        ] {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(content)?;
            file.persist(path)?;
        }
        Ok(())
    }

    /// Binds the code to the component and the engine it was compiled from and for.
    fn tag(&self, digest: &str, code: impl Read) -> io::Result<blake3::Hash> {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in [digest.as_bytes(), self.compatibility.as_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update_reader(code)?;
        Ok(hasher.finalize())
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder
            .join(format!("{digest}-{}.cwasm", self.compatibility))
    }

    fn tag_path(&self, digest: &str) -> PathBuf {
        self.path(digest).with_extension("tag")
    }
}

/// The folder's key, made on first use. Two processes that start at once agree on one.
fn key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let path = folder.join("key");
    if let Ok(content) = fs::read(&path)
        && let Ok(key) = content.try_into()
    {
        return Ok(key);
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&rand::random::<[u8; KEY_BYTES]>())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(&path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.error),
    }
    fs::read(&path)?.try_into().map_err(|_| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} is not a key; delete it", path.display()),
        )
    })
}

/// A hasher whose result is the same in every process.
struct Blake(blake3::Hasher);

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
