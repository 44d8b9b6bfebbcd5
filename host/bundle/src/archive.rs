//! A strict zip reader: an archive in which two readers could see different files is refused.
//!
//! Zip says everything twice (PKWARE APPNOTE 6.3.10, sections 4.3.7 and 4.3.12), may have gaps, may start
//! anywhere and ends where a search from the end finds a signature. Here the entries must lie one
//! after the other from the first byte to the central directory, that directory to the one end
//! record, both headers must agree, and nothing is inflated before the announced sizes are known to
//! fit. So one parser is enough, and it is this one rather than a library's lenient one.

mod entry;
mod inflate;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::Raw;
use crate::limits::{MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_FILES, MAX_TOTAL_BYTES};
use crate::names::{self, Kind};
use crate::refusal::{Findings, Rule};
use entry::{Entry, Flaw};

const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
const END_BYTES: usize = 22;

/// The end of central directory record.
struct End {
    directory: Range<usize>,
    entries: usize,
}

pub(crate) fn too_large(bytes: usize, findings: &mut Findings) {
    findings.whole(
        Rule::Size,
        format!("the archive has {bytes} bytes; at most {MAX_ARCHIVE_BYTES} are allowed"),
    );
}

/// Reads every entry whose name and content are in order; all else becomes findings.
pub(crate) fn read(bytes: &[u8], findings: &mut Findings) -> Raw {
    if bytes.len() > MAX_ARCHIVE_BYTES {
        too_large(bytes.len(), findings);
        return Raw::default();
    }
    match index(bytes) {
        Ok(entries) => extract(bytes, &entries, findings),
        Err(flaw) => {
            findings.push_flaw(None, flaw);
            Raw::default()
        }
    }
}

/// The structure: any flaw in it makes everything after it meaningless.
fn index(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Flaw> {
    let end = find_end(bytes)?;
    if end.entries > MAX_ENTRIES {
        let text = format!(
            "the archive announces {} entries; at most {MAX_FILES} files and {MAX_ENTRIES} entries with folders are allowed",
            end.entries
        );
        return Err(Flaw::new(Rule::Entries, text));
    }
    let mut at = end.directory.start;
    let mut entries = Vec::with_capacity(end.entries);
    for _ in 0..end.entries {
        let (entry, next) = Entry::central(bytes, at, end.directory.end)?;
        entries.push(entry);
        at = next;
    }
    if at != end.directory.end {
        return Err(Flaw::archive(
            "the central directory is larger than its entries",
        ));
    }
    // Announced sizes come before anything is read on their word.
    let announced: u64 = entries.iter().map(|entry| u64::from(entry.size)).sum();
    if announced > MAX_TOTAL_BYTES {
        let text = format!(
            "the files have {announced} bytes decompressed; at most {MAX_TOTAL_BYTES} are allowed"
        );
        return Err(Flaw::new(Rule::Size, text));
    }
    lay_out(bytes, &mut entries, end.directory.start)?;
    Ok(entries)
}

/// Walks the local headers: entry after entry, from the first byte to the central directory.
fn lay_out(bytes: &[u8], entries: &mut [Entry<'_>], directory: usize) -> Result<(), Flaw> {
    let mut order: Vec<&mut Entry<'_>> = entries.iter_mut().collect();
    order.sort_by_key(|entry| entry.offset);
    let mut at = 0;
    for entry in order {
        let offset = entry.offset as usize;
        if offset < at {
            return Err(Flaw::archive("two entries overlap").of(entry.name));
        }
        if offset > at {
            let text = if at == 0 {
                "there is data before the first entry"
            } else {
                "there is data between two entries"
            };
            return Err(Flaw::archive(text).of(entry.name));
        }
        at = entry.local(bytes, directory)?;
    }
    if at != directory {
        return Err(Flaw::archive(
            "there is data between the last entry and the central directory",
        ));
    }
    Ok(())
}

fn find_end(bytes: &[u8]) -> Result<End, Flaw> {
    // The record is followed by a comment of at most 65,535 bytes.
    let from = bytes
        .len()
        .saturating_sub(END_BYTES + usize::from(u16::MAX));
    let tail = bytes.get(from..).unwrap_or_default();
    let found: Vec<usize> = tail
        .windows(END_SIGNATURE.len())
        .enumerate()
        .filter(|(_, window)| *window == END_SIGNATURE)
        .map(|(at, _)| from + at)
        .collect();
    let last = *found
        .last()
        .ok_or_else(|| Flaw::archive("this is not a zip archive: it has no end record"))?;
    let mut fields = entry::Fields::new(bytes, last + END_SIGNATURE.len());
    let [disk, start_disk, here, entries] =
        [fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?];
    let [size, offset] = [fields.u32()? as usize, fields.u32()? as usize];
    let comment = usize::from(fields.u16()?);
    if last + END_BYTES + comment != bytes.len() {
        return Err(Flaw::archive(
            "there is data after the end record, or the archive is cut off",
        ));
    }
    if disk != 0 || start_disk != 0 || here != entries {
        return Err(Flaw::archive("archives of several parts are not supported"));
    }
    if entries == u16::MAX || size == u32::MAX as usize || offset == u32::MAX as usize {
        return Err(Flaw::archive(
            "zip64 is not supported, and a bundle is too small to need it",
        ));
    }
    let directory = offset..offset.saturating_add(size);
    if directory.end > last {
        return Err(Flaw::archive(
            "the central directory lies outside the archive",
        ));
    }
    if directory.end < last {
        let text = if bytes
            .get(directory.end..last)
            .is_some_and(|gap| gap.starts_with(b"PK\x06\x06"))
        {
            "zip64 is not supported, and a bundle is too small to need it"
        } else {
            "the central directory does not end at the end record: a second end record, or data before the archive"
        };
        return Err(Flaw::archive(text));
    }
    Ok(End {
        directory,
        entries: usize::from(entries),
    })
}

fn extract(bytes: &[u8], entries: &[Entry<'_>], findings: &mut Findings) -> Raw {
    let mut raw = Raw::default();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let shown = names::shown(entry.name);
        if !seen.insert(entry.name) {
            findings.file(Rule::Duplicate, &shown, "this name is in the archive twice");
            continue;
        }
        let kind = entry.kind();
        if let Some(flaw) = entry.flaw(kind) {
            findings.push_flaw(Some(&shown), flaw);
            continue;
        }
        let name = names::check(entry.name, kind, findings);
        match (inflate::content(bytes, entry), name) {
            (Err(flaw), _) => findings.push_flaw(Some(&shown), flaw),
            (Ok(_), None) => {}
            (Ok(_), Some(name)) if kind == Kind::Folder => {
                raw.folders.insert(name.to_owned());
            }
            (Ok(content), Some(name)) => {
                raw.files.insert(name.to_owned(), content);
            }
        }
    }
    raw
}

impl Findings {
    fn push_flaw(&mut self, path: Option<&str>, flaw: Flaw) {
        match flaw.path.as_deref().or(path) {
            Some(path) => self.file(flaw.rule, path, flaw.text),
            None => self.whole(flaw.rule, flaw.text),
        }
    }
}
