//! Reading documents one by one out of a course file, over a cache of blocks.

use std::collections::VecDeque;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::block::Opened;
use super::index::{self, Block};
use super::{Header, Input, at, damaged, header_text, parse_header, read_bytes, read_mark};
use crate::documents::{CourseError, Document, Documents, Limits};

/// Most bytes of decompressed blocks that are kept. The block read last is kept whatever its size.
const CACHE_BYTES: usize = 32 << 20;

/// Reads and checks header and index; the blocks wait until they are asked for.
pub(super) fn open(
    mut input: Box<dyn Input>,
    path: &Path,
    limits: Limits,
) -> Result<(Header, Arc<dyn Documents>), CourseError> {
    let length = input.seek(SeekFrom::End(0)).map_err(at(path))?;
    input.rewind().map_err(at(path))?;
    if read_mark(&mut input, path)? {
        return Err(damaged(path, "it is sealed twice"));
    }
    let text = header_text(&mut input, path)?;
    let header = parse_header(&text, path)?;
    check_limits(&header, limits, path)?;
    let blocks = index::read(&mut *input, length, &text, &header, path)?;
    let stored = Stored {
        path: path.to_owned(),
        blocks,
        reader: Mutex::new(Reader {
            input,
            cache: VecDeque::new(),
            cached_bytes: 0,
        }),
    };
    Ok((header, Arc::new(stored)))
}

fn check_limits(header: &Header, limits: Limits, path: &Path) -> Result<(), CourseError> {
    for (unit, found, limit) in [
        ("bytes", header.bytes, limits.bytes),
        ("documents", header.documents, limits.documents),
    ] {
        if found > limit {
            return Err(CourseError::TooLarge {
                path: path.to_owned(),
                unit,
                found,
                limit,
            });
        }
    }
    Ok(())
}

/// The documents of a file.
struct Stored {
    path: PathBuf,
    blocks: Vec<Block>,
    reader: Mutex<Reader>,
}

struct Reader {
    input: Box<dyn Input>,
    /// The block used last in front.
    cache: VecDeque<(usize, Arc<Opened>)>,
    cached_bytes: usize,
}

impl Documents for Stored {
    fn document(&self, place: u64) -> Result<Document, CourseError> {
        let number = self
            .blocks
            .partition_point(|block| block.first + block.documents <= place);
        let block = self
            .blocks
            .get(number)
            .ok_or(CourseError::NoDocument { place })?;
        let wrong = |problem: String| damaged(&self.path, format!("block {number}: {problem}"));
        let opened = self
            .reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .block(number, block, &self.path)?;
        usize::try_from(place - block.first)
            .map_err(|error| error.to_string())
            .and_then(|place| opened.document(place))
            .map_err(wrong)
    }
}

impl Reader {
    fn block(
        &mut self,
        number: usize,
        block: &Block,
        path: &Path,
    ) -> Result<Arc<Opened>, CourseError> {
        let cached = self.cache.iter().position(|(cached, _)| *cached == number);
        if let Some((number, opened)) = cached.and_then(|place| self.cache.remove(place)) {
            self.cache.push_front((number, Arc::clone(&opened)));
            return Ok(opened);
        }
        let wrong = |problem: String| damaged(path, format!("block {number}: {problem}"));
        self.input
            .seek(SeekFrom::Start(block.offset))
            .and_then(|_| read_bytes(&mut *self.input, block.stored))
            .map_err(at(path))
            .and_then(|stored| {
                if !block.has(&stored) {
                    return Err(wrong("it does not have its SHA-256".to_owned()));
                }
                Opened::unpack(&stored, block.plain, block.documents).map_err(wrong)
            })
            .map(|opened| self.keep(number, Arc::new(opened)))
    }

    fn keep(&mut self, number: usize, opened: Arc<Opened>) -> Arc<Opened> {
        self.cached_bytes += opened.memory();
        self.cache.push_front((number, Arc::clone(&opened)));
        while self.cached_bytes > CACHE_BYTES && self.cache.len() > 1 {
            if let Some((_, old)) = self.cache.pop_back() {
                self.cached_bytes -= old.memory();
            }
        }
        opened
    }
}
