//! One entry's two headers, and that they agree.

use std::ops::Range;

use crate::names::{self, Kind};
use crate::refusal::Rule;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4b50;

const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const DESCRIPTOR: u16 = 1 << 3;
/// Encryption aside: the deflate level, a data descriptor, and names in UTF-8.
const KNOWN_FLAGS: u16 = 0b110 | DESCRIPTOR | 1 << 11;

/// Extra fields that change what the entry is: zip64 sizes, another name, encryption.
const CHANGING_EXTRAS: [u16; 3] = [0x0001, 0x7075, 0x9901];

const FILE_TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const DIRECTORY: u32 = 0o040_000;

/// What is wrong with an archive or an entry.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) rule: Rule,
    pub(super) path: Option<String>,
    pub(super) text: String,
}

impl Flaw {
    pub(super) fn new(rule: Rule, text: impl Into<String>) -> Self {
        Self {
            rule,
            path: None,
            text: text.into(),
        }
    }

    pub(super) fn archive(text: impl Into<String>) -> Self {
        Self::new(Rule::Archive, text)
    }

    /// Names the entry.
    pub(super) fn of(mut self, name: &[u8]) -> Self {
        self.path = Some(names::shown(name));
        self
    }
}

/// Reads little-endian fields one after the other.
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Flaw> {
        let end = self.at.saturating_add(count);
        let taken = self
            .bytes
            .get(self.at..end)
            .ok_or_else(|| Flaw::archive("the archive is cut off"))?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let taken = self.take(N)?;
        taken
            .try_into()
            .map_err(|_| Flaw::archive("the archive is cut off"))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Flaw> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Flaw> {
        Ok(u32::from_le_bytes(self.array()?))
    }
}

/// An entry, as the central directory has it.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) compressed: u32,
    /// Bytes when decompressed, as announced.
    pub(super) size: u32,
    /// Of the local header.
    pub(super) offset: u32,
    /// Where the content lies, once the local header was read.
    pub(super) data: Range<usize>,
    flags: u16,
    attributes: u32,
}

impl<'a> Entry<'a> {
    /// Reads a central header that must end before `end`; gives the entry and the offset after it.
    pub(super) fn central(bytes: &'a [u8], at: usize, end: usize) -> Result<(Self, usize), Flaw> {
        let directory = bytes.get(..end).unwrap_or_default();
        let mut fields = Fields::new(directory, at);
        if fields.u32()? != CENTRAL_SIGNATURE {
            return Err(Flaw::archive(
                "the central directory has fewer entries than announced",
            ));
        }
        let _versions = [fields.u16()?, fields.u16()?];
        let [flags, method] = [fields.u16()?, fields.u16()?];
        let _time = fields.u32()?;
        let [crc, compressed, size] = [fields.u32()?, fields.u32()?, fields.u32()?];
        let [name, extra, comment] = [fields.u16()?, fields.u16()?, fields.u16()?].map(usize::from);
        let disk = fields.u16()?;
        let _internal = fields.u16()?;
        let [attributes, offset] = [fields.u32()?, fields.u32()?];
        let name = fields.take(name)?;
        check_extra(fields.take(extra)?).map_err(|flaw| flaw.of(name))?;
        fields.take(comment)?;
        if disk != 0 {
            return Err(Flaw::archive("archives of several parts are not supported").of(name));
        }
        let data = 0..0;
        let entry = Self {
            name,
            method,
            crc,
            compressed,
            size,
            offset,
            data,
            flags,
            attributes,
        };
        Ok((entry, fields.at))
    }

    /// Reads the local header, which must say the same, and gives the offset after the entry.
    pub(super) fn local(&mut self, bytes: &[u8], directory: usize) -> Result<usize, Flaw> {
        self.local_part(bytes.get(..directory).unwrap_or_default())
            .map_err(|flaw| flaw.of(self.name))
    }

    fn local_part(&mut self, bytes: &[u8]) -> Result<usize, Flaw> {
        let differs = |what: &str| {
            Err(Flaw::archive(format!(
                "the entry's two headers disagree about its {what}"
            )))
        };
        let mut fields = Fields::new(bytes, self.offset as usize);
        if fields.u32()? != LOCAL_SIGNATURE {
            return Err(Flaw::archive("the central directory points at no entry"));
        }
        let _version = fields.u16()?;
        let [flags, method] = [fields.u16()?, fields.u16()?];
        let _time = fields.u32()?;
        let sizes = [fields.u32()?, fields.u32()?, fields.u32()?];
        let [name, extra] = [fields.u16()?, fields.u16()?].map(usize::from);
        if fields.take(name)? != self.name {
            return differs("name");
        }
        check_extra(fields.take(extra)?)?;
        if flags != self.flags {
            return differs("flags");
        }
        if method != self.method {
            return differs("compression");
        }
        let announced = [self.crc, self.compressed, self.size];
        let later = flags & DESCRIPTOR != 0;
        if sizes != announced && !(later && sizes == [0; 3]) {
            return differs("checksum or size");
        }
        let start = fields.at;
        fields.take(self.compressed as usize)?;
        self.data = start..fields.at;
        if later {
            self.descriptor(bytes, fields.at)
        } else {
            Ok(fields.at)
        }
    }

    /// The data descriptor after the content: the same three numbers, with or without a signature.
    fn descriptor(&self, bytes: &[u8], at: usize) -> Result<usize, Flaw> {
        let announced = [self.crc, self.compressed, self.size];
        for signed in [true, false] {
            let mut fields = Fields::new(bytes, at);
            if signed && fields.u32()? != DESCRIPTOR_SIGNATURE {
                continue;
            }
            if [fields.u32()?, fields.u32()?, fields.u32()?] == announced {
                return Ok(fields.at);
            }
        }
        Err(Flaw::archive(
            "the entry's data descriptor disagrees with the central directory",
        ))
    }

    pub(super) fn kind(&self) -> Kind {
        if self.name.ends_with(b"/") {
            Kind::Folder
        } else {
            Kind::File
        }
    }

    /// What forbids the entry whatever its content is.
    pub(super) fn flaw(&self, kind: Kind) -> Option<Flaw> {
        if self.flags & ENCRYPTED != 0 {
            return Some(Flaw::new(Rule::Encryption, "the entry is encrypted"));
        }
        if self.flags & !KNOWN_FLAGS != 0 {
            return Some(Flaw::archive(format!(
                "the entry has unknown flags {:#06x}",
                self.flags
            )));
        }
        // The upper half is a Unix mode for most writers; some readers take it for one whoever wrote it.
        let file_type = (self.attributes >> 16) & FILE_TYPE;
        let wanted = match kind {
            Kind::File => REGULAR,
            Kind::Folder => DIRECTORY,
        };
        if file_type != 0 && file_type != wanted {
            let text = "the entry is a link, a device or otherwise no regular file or folder; put the file itself in its place";
            return Some(Flaw::new(Rule::Kind, text));
        }
        if kind == Kind::Folder && self.size != 0 {
            return Some(Flaw::new(Rule::Kind, "a folder has a content"));
        }
        None
    }
}

/// Extra fields are well formed, and none says that the entry is something else.
fn check_extra(extra: &[u8]) -> Result<(), Flaw> {
    let mut fields = Fields::new(extra, 0);
    while fields.at < extra.len() {
        let [id, length] = [fields.u16()?, fields.u16()?];
        fields.take(usize::from(length))?;
        if CHANGING_EXTRAS.contains(&id) {
            let text = format!(
                "the extra field {id:#06x} (zip64, another name, or encryption) is not allowed"
            );
            return Err(Flaw::archive(text));
        }
    }
    Ok(())
}
