//! The content of an entry: exactly as long as announced, of the announced checksum, and nothing beside it.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::entry::{Entry, Flaw};
use crate::refusal::Rule;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Reads an entry. The announced size, which bounds the memory, was checked against the total before.
pub(super) fn content(bytes: &[u8], entry: &Entry<'_>) -> Result<Vec<u8>, Flaw> {
    let data = bytes.get(entry.data.clone()).unwrap_or_default();
    let content = match entry.method {
        STORED => data.to_vec(),
        DEFLATED => inflate(data, entry.size as usize)?,
        other => {
            let text =
                format!("compression method {other} is not allowed; store or deflate the files");
            return Err(Flaw::new(Rule::Compression, text));
        }
    };
    if content.len() != entry.size as usize {
        return Err(Flaw::new(
            Rule::Size,
            "the file is not as large as announced",
        ));
    }
    let mut crc = Crc::new();
    crc.update(&content);
    if crc.sum() != entry.crc {
        return Err(Flaw::archive(
            "the file's checksum is wrong; the archive is damaged",
        ));
    }
    Ok(content)
}

fn inflate(data: &[u8], announced: usize) -> Result<Vec<u8>, Flaw> {
    // One byte of room beyond the announced size shows a file that is larger.
    let mut content = Vec::with_capacity(announced + 1);
    let mut stream = Decompress::new(false);
    loop {
        let (read, written) = (stream.total_in(), content.len());
        let rest = usize::try_from(read)
            .ok()
            .and_then(|at| data.get(at..))
            .unwrap_or_default();
        let status = stream
            .decompress_vec(rest, &mut content, FlushDecompress::Finish)
            .map_err(|_| Flaw::archive("the compressed data is damaged"))?;
        if content.len() > announced {
            return Err(Flaw::new(Rule::Size, "the file is larger than announced"));
        }
        if status == Status::StreamEnd {
            break;
        }
        if stream.total_in() == read && content.len() == written {
            return Err(Flaw::archive("the compressed data is cut off"));
        }
    }
    if stream.total_in() != data.len() as u64 {
        return Err(Flaw::archive(
            "there is data after the end of the compressed file",
        ));
    }
    Ok(content)
}
