//! A block: records of whole documents, one zstd frame.

use std::io::{self, Read};

use crate::documents::{Document, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_ID};

/// Plain bytes at which a block is full. Small, because lanes ask for documents all over the course: a block costs
/// its decompression (and, sealed, one or two chunks of 64 KiB) however little of it is wanted.
pub(super) const BLOCK_BYTES: usize = 128 << 10;

/// Bytes of the two lengths of a record.
const LENGTHS: u64 = 12;

/// Most plain bytes of a block: a full one, or a single long document.
pub(super) const MAX_PLAIN: u64 = {
    let long = LENGTHS + MAX_DOCUMENT_ID as u64 + MAX_DOCUMENT_BYTES;
    assert!(long > 2 * BLOCK_BYTES as u64);
    long
};

/// Texts of this kind gain little beyond, and writing stays faster than reading them from a network.
const LEVEL: i32 = 12;

/// 128 MiB: what a frame may ask a reader to keep; writers stay below.
const MAX_WINDOW_LOG: u32 = 27;

/// A block that is filled.
#[derive(Default)]
pub(super) struct Builder {
    plain: Vec<u8>,
    documents: u64,
}

/// A block as it is stored.
pub(super) struct Packed {
    pub(super) stored: Vec<u8>,
    pub(super) plain: u64,
    pub(super) documents: u64,
}

impl Builder {
    /// Whether a document goes into a block of its own, or the next one, rather than into this.
    pub(super) fn is_full_for(&self, document: &Document) -> bool {
        let more = document.id.len() + document.text.len();
        self.documents > 0 && self.plain.len() + more > BLOCK_BYTES
    }

    pub(super) fn push(&mut self, document: &Document) -> io::Result<()> {
        let id = u32::try_from(document.id.len()).map_err(io::Error::other)?;
        self.plain.extend(id.to_le_bytes());
        self.plain.extend(document.id.as_bytes());
        self.plain
            .extend((document.text.len() as u64).to_le_bytes());
        self.plain.extend(document.text.as_bytes());
        self.documents += 1;
        Ok(())
    }

    /// The block so far, none when there is nothing in it; the next one begins empty.
    pub(super) fn pack(&mut self) -> io::Result<Option<Packed>> {
        if self.documents == 0 {
            return Ok(None);
        }
        let packed = Packed {
            stored: zstd::bulk::compress(&self.plain, LEVEL)?,
            plain: self.plain.len() as u64,
            documents: self.documents,
        };
        *self = Self::default();
        Ok(Some(packed))
    }
}

/// A block as it was, with where its records begin.
pub(super) struct Opened {
    plain: Vec<u8>,
    starts: Vec<u32>,
}

impl Opened {
    /// Decompresses a block that must hold so many plain bytes and documents.
    pub(super) fn unpack(stored: &[u8], plain: u64, documents: u64) -> Result<Self, String> {
        let frame = zstd::stream::read::Decoder::with_buffer(stored).and_then(|mut frame| {
            frame.window_log_max(MAX_WINDOW_LOG)?;
            Ok(frame.single_frame())
        });
        let mut frame = frame.map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        // One byte more than it should have: a bomb shows before it grows.
        (&mut frame)
            .take(plain + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        if bytes.len() as u64 != plain {
            return Err(format!("it does not hold {plain} bytes"));
        }
        if !frame.finish().is_empty() {
            return Err("there is something behind its frame".to_owned());
        }
        let mut starts = Vec::new();
        let mut start = 0;
        while start < bytes.len() {
            let record = record(&bytes, start).ok_or("a record does not fit into it")?;
            starts.push(u32::try_from(start).map_err(|error| error.to_string())?);
            start = record.end;
        }
        if starts.len() as u64 != documents {
            return Err(format!(
                "it holds {} documents, not {documents}",
                starts.len()
            ));
        }
        Ok(Self {
            plain: bytes,
            starts,
        })
    }

    /// Bytes it takes in memory.
    pub(super) fn memory(&self) -> usize {
        self.plain.len() + self.starts.len() * size_of::<u32>()
    }

    /// The document at a place within the block, from 0.
    pub(super) fn document(&self, place: usize) -> Result<Document, String> {
        let start = self.starts.get(place).ok_or("it has fewer documents")?;
        let record = record(&self.plain, *start as usize).ok_or("a record does not fit into it")?;
        let text = |bytes: &[u8]| {
            String::from_utf8(bytes.to_vec())
                .map_err(|error| format!("document {place} in it: {error}"))
        };
        Ok(Document {
            id: text(record.id)?,
            text: text(record.text)?,
        })
    }
}

struct Record<'a> {
    id: &'a [u8],
    text: &'a [u8],
    end: usize,
}

fn record(plain: &[u8], start: usize) -> Option<Record<'_>> {
    let (length, rest) = plain.get(start..)?.split_first_chunk()?;
    let (id, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let (length, rest) = rest.split_first_chunk()?;
    let (text, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some(Record {
        id,
        text,
        end: plain.len() - rest.len(),
    })
}
