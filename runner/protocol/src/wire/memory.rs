//! Shared memory for tensors: a sealed memory file, made by the supervisor and passed once.
//!
//! Both ends read and write at positions of the file and never map it, so what is read is a copy: the
//! other end can't change a value between its check and its use. The seals keep the other end from
//! shrinking the file under a reader or growing it into a memory bomb; pages are charged to whoever
//! writes them first, so the worker's own writes count against the jail's memory limit.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};
use serde::{Deserialize, Serialize};

/// A part of the shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The parts of the shared memory, one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// Token ids to the worker, `i64`, row by row.
    pub tokens: Region,
    /// Charges in bits from the worker, `f64`, row by row without the first column.
    pub charges: Region,
    /// Raw logits from the worker, `f32`, row by row.
    pub logits: Region,
    /// A chunk of exported state from the worker.
    pub state: Region,
}

/// Sizes that don't fit any address.
#[derive(Debug, thiserror::Error)]
#[error("the shared memory would be larger than a file can be")]
pub struct TooLarge;

impl Regions {
    /// Regions for batches of up to `cells` rows x columns over `vocab_size` classes.
    ///
    /// # Errors
    /// [`TooLarge`] when the sizes overflow.
    pub fn for_cells(cells: u64, vocab_size: u32) -> Result<Self, TooLarge> {
        let plane = cells.checked_mul(8).ok_or(TooLarge)?;
        let logits = cells
            .saturating_mul(u64::from(vocab_size))
            .saturating_mul(4)
            .min(super::LOGITS_BYTES);
        let mut offset = 0u64;
        let mut region = |bytes: u64| {
            let start = offset;
            offset = offset
                .checked_add(bytes)
                .filter(|end| i64::try_from(*end).is_ok())
                .ok_or(TooLarge)?;
            Ok(Region {
                offset: start,
                bytes,
            })
        };
        Ok(Self {
            tokens: region(plane)?,
            charges: region(plane)?,
            logits: region(logits)?,
            state: region(super::STATE_CHUNK_BYTES)?,
        })
    }

    /// Bytes of the whole file.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.state.offset.saturating_add(self.state.bytes)
    }
}

const SEALS: SealFlags = SealFlags::SHRINK
    .union(SealFlags::GROW)
    .union(SealFlags::SEAL);

/// One end's view of the shared memory.
#[derive(Debug)]
pub struct SharedMemory {
    file: File,
    regions: Regions,
}

impl SharedMemory {
    /// Makes and seals the memory; the supervisor's side.
    ///
    /// # Errors
    /// When the kernel refuses the file, its size or its seals.
    pub fn create(regions: Regions) -> io::Result<Self> {
        let fd = memfd_create("prism-run", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        let file = File::from(fd);
        file.set_len(regions.total())?;
        fcntl_add_seals(&file, SEALS)?;
        Ok(Self { file, regions })
    }

    /// Takes the memory that came over the socket; the worker's side.
    ///
    /// # Errors
    /// When the file is not sealed or has another size than the regions.
    pub fn from_fd(fd: OwnedFd, regions: Regions) -> io::Result<Self> {
        let file = File::from(fd);
        if !fcntl_get_seals(&file)?.contains(SEALS) {
            return Err(io::Error::other("the shared memory is not sealed"));
        }
        if file.metadata()?.len() != regions.total() {
            return Err(io::Error::other(
                "the shared memory has another size than announced",
            ));
        }
        Ok(Self { file, regions })
    }

    /// The descriptor to pass on.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// The regions.
    #[must_use]
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// Writes the rows of a step.
    ///
    /// # Errors
    /// When they don't fit the region or the file fails.
    pub fn write_tokens(&self, tokens: &[i64]) -> io::Result<()> {
        self.put(
            self.regions.tokens,
            tokens.iter().map(|token| token.to_le_bytes()),
        )
    }

    /// Reads the rows of a step.
    ///
    /// # Errors
    /// When the region is smaller or the file fails.
    pub fn read_tokens(&self, count: usize) -> io::Result<Vec<i64>> {
        Ok(self
            .get::<8>(self.regions.tokens, count)?
            .map(i64::from_le_bytes)
            .collect())
    }

    /// Writes charges in bits.
    ///
    /// # Errors
    /// When they don't fit the region or the file fails.
    pub fn write_charges(&self, charges: &[f64]) -> io::Result<()> {
        self.put(
            self.regions.charges,
            charges.iter().map(|charge| charge.to_le_bytes()),
        )
    }

    /// Reads charges in bits. They are what the worker wrote, unchecked.
    ///
    /// # Errors
    /// When the region is smaller or the file fails.
    pub fn read_charges(&self, count: usize) -> io::Result<Vec<f64>> {
        Ok(self
            .get::<8>(self.regions.charges, count)?
            .map(f64::from_le_bytes)
            .collect())
    }

    /// Writes raw logits.
    ///
    /// # Errors
    /// When they don't fit the region or the file fails.
    pub fn write_logits(&self, logits: &[f32]) -> io::Result<()> {
        self.put(
            self.regions.logits,
            logits.iter().map(|logit| logit.to_le_bytes()),
        )
    }

    /// Reads raw logits. They are what the worker wrote, unchecked.
    ///
    /// # Errors
    /// When the region is smaller or the file fails.
    pub fn read_logits(&self, count: usize) -> io::Result<Vec<f32>> {
        Ok(self
            .get::<4>(self.regions.logits, count)?
            .map(f32::from_le_bytes)
            .collect())
    }

    /// Writes a chunk of state.
    ///
    /// # Errors
    /// When it doesn't fit the region or the file fails.
    pub fn write_state(&self, bytes: &[u8]) -> io::Result<()> {
        fits(self.regions.state, bytes.len())?;
        self.file.write_all_at(bytes, self.regions.state.offset)
    }

    /// Reads a chunk of state.
    ///
    /// # Errors
    /// When the region is smaller or the file fails.
    pub fn read_state(&self, count: usize) -> io::Result<Vec<u8>> {
        fits(self.regions.state, count)?;
        let mut bytes = vec![0; count];
        self.file
            .read_exact_at(&mut bytes, self.regions.state.offset)?;
        Ok(bytes)
    }

    fn put<const N: usize>(
        &self,
        region: Region,
        values: impl ExactSizeIterator<Item = [u8; N]>,
    ) -> io::Result<()> {
        fits(region, values.len().saturating_mul(N))?;
        let bytes: Vec<u8> = values.flatten().collect();
        self.file.write_all_at(&bytes, region.offset)
    }

    fn get<const N: usize>(
        &self,
        region: Region,
        count: usize,
    ) -> io::Result<impl Iterator<Item = [u8; N]>> {
        let length = count.saturating_mul(N);
        fits(region, length)?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, region.offset)?;
        let mut rest = bytes.into_iter();
        Ok(std::iter::from_fn(move || {
            let mut value = [0; N];
            for byte in &mut value {
                *byte = rest.next()?;
            }
            Some(value)
        }))
    }
}

fn fits(region: Region, bytes: usize) -> io::Result<()> {
    if bytes as u64 <= region.bytes {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{bytes} bytes don't fit a region of {}", region.bytes),
    ))
}
