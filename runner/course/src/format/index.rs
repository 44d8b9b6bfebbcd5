//! The index at a file's end: where each block lies, how much it holds, and its digest.

use std::io::SeekFrom;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::block::{MAX_PLAIN, Packed};
use super::{DIGEST_BYTES, Header, Input, MARK, at, damaged, read_bytes};
use crate::documents::{CourseError, MAX_DOCUMENT_ID};

/// Bytes of an entry.
const ENTRY_BYTES: u64 = 3 * 8 + DIGEST_BYTES as u64;

/// Bytes of the footer.
const FOOTER_BYTES: u64 = 8 + DIGEST_BYTES as u64;

/// Where a block lies and what it holds.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Offset in the file.
    pub(super) offset: u64,
    /// Bytes there.
    pub(super) stored: u64,
    /// Bytes decompressed.
    pub(super) plain: u64,
    /// Place of its first document in the course.
    pub(super) first: u64,
    /// Documents in it.
    pub(super) documents: u64,
    digest: [u8; DIGEST_BYTES],
}

impl Block {
    pub(super) fn has(&self, stored: &[u8]) -> bool {
        self.digest == <[u8; DIGEST_BYTES]>::from(Sha256::digest(stored))
    }
}

/// Index and footer as bytes, while the blocks are written.
pub(super) struct Writer {
    digest: Sha256,
    index: Vec<u8>,
    blocks: u64,
}

impl Writer {
    /// `begin` is everything before the first block.
    pub(super) fn new(begin: &[u8]) -> Self {
        Self {
            digest: Sha256::new_with_prefix(begin),
            index: Vec::new(),
            blocks: 0,
        }
    }

    pub(super) fn add(&mut self, block: &Packed) {
        for number in [block.stored.len() as u64, block.plain, block.documents] {
            self.index.extend(number.to_le_bytes());
        }
        self.index.extend(Sha256::digest(&block.stored));
        self.blocks += 1;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.index.extend(self.blocks.to_le_bytes());
        self.digest.update(&self.index);
        self.index.extend(self.digest.finalize());
        self.index
    }
}

/// Reads the index of a file of `length` bytes; `header_text` is its header, after which the blocks begin.
pub(super) fn read(
    input: &mut dyn Input,
    length: u64,
    header_text: &[u8],
    header: &Header,
    path: &Path,
) -> Result<Vec<Block>, CourseError> {
    let begin = [
        MARK,
        &u32::try_from(header_text.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
        header_text,
    ]
    .concat();
    let mut offset = begin.len() as u64;
    let too_short = || damaged(path, "it ends before its index");
    let footer_at = length.checked_sub(FOOTER_BYTES).ok_or_else(too_short)?;
    input.seek(SeekFrom::Start(footer_at)).map_err(at(path))?;
    let footer = read_bytes(input, FOOTER_BYTES).map_err(at(path))?;
    let (count, digest) = footer.split_first_chunk().ok_or_else(too_short)?;
    let blocks = u64::from_le_bytes(*count);
    // Every block holds a document, so the limit on these holds for blocks too.
    let index_at = blocks
        .checked_mul(ENTRY_BYTES)
        .filter(|_| blocks <= header.documents)
        .and_then(|bytes| footer_at.checked_sub(bytes))
        .filter(|index_at| *index_at >= offset)
        .ok_or_else(|| {
            damaged(
                path,
                format!("its index claims {blocks} blocks, which it has no room for"),
            )
        })?;
    input.seek(SeekFrom::Start(index_at)).map_err(at(path))?;
    let index = read_bytes(input, footer_at - index_at).map_err(at(path))?;
    let mut hash = Sha256::new_with_prefix(&begin);
    hash.update(&index);
    hash.update(count);
    if digest != hash.finalize().as_slice() {
        return Err(damaged(path, "header and index do not have their SHA-256"));
    }

    let mut list = Vec::new();
    let (mut first, mut plain_bytes) = (0u64, 0u64);
    let entry_bytes = usize::try_from(ENTRY_BYTES).unwrap_or(usize::MAX);
    for (number, entry) in index.chunks(entry_bytes).enumerate() {
        let block = entry_from(entry, offset, first)
            .filter(|block| block.documents > 0 && block.plain <= MAX_PLAIN)
            // More than zstd makes of what it can't compress.
            .filter(|block| block.stored <= block.plain + block.plain / 64 + 1024)
            .ok_or_else(|| {
                damaged(
                    path,
                    format!("block {number} of its index is out of bounds"),
                )
            })?;
        let add = |sum: u64, more: u64| sum.checked_add(more);
        (offset, first, plain_bytes) = add(offset, block.stored)
            .zip(add(first, block.documents))
            .zip(add(plain_bytes, block.plain))
            .map(|((offset, first), plain)| (offset, first, plain))
            .ok_or_else(|| damaged(path, "the sums of its index are out of bounds"))?;
        list.push(block);
    }
    if offset != index_at {
        return Err(damaged(
            path,
            "its blocks do not end where its index begins",
        ));
    }
    if first != header.documents {
        return Err(damaged(
            path,
            format!(
                "its index has {first} documents, its header {}",
                header.documents
            ),
        ));
    }
    let most = header
        .documents
        .saturating_mul(12 + MAX_DOCUMENT_ID as u64)
        .saturating_add(header.bytes);
    if !(header.bytes..=most).contains(&plain_bytes) {
        return Err(damaged(
            path,
            format!(
                "its blocks hold {plain_bytes} bytes, which can't be texts of {} bytes",
                header.bytes
            ),
        ));
    }
    Ok(list)
}

fn entry_from(entry: &[u8], offset: u64, first: u64) -> Option<Block> {
    let (stored, rest) = entry.split_first_chunk()?;
    let (plain, rest) = rest.split_first_chunk()?;
    let (documents, digest) = rest.split_first_chunk()?;
    Some(Block {
        offset,
        stored: u64::from_le_bytes(*stored),
        plain: u64::from_le_bytes(*plain),
        first,
        documents: u64::from_le_bytes(*documents),
        digest: digest.try_into().ok()?,
    })
}
