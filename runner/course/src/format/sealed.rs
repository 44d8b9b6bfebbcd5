//! Sealing and opening: the public header in the clear, and an age file around everything.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use age::{DecryptError, Decryptor, EncryptError, Encryptor};

use super::write::{begin, write};
use super::{Header, Input, SEALED_MARK, at, damaged};
use crate::documents::{Course, CourseError};
use crate::key::{Key, Recipient};

/// Most bytes of the part of an age file that lists its recipients: some 300 of them.
const MAX_AGE_HEADER: u64 = 64 << 10;

/// What ends that part.
const AGE_HEADER_END: &[u8] = b"\n---";

/// Writes `course` under `header`, sealed for `recipients`.
pub(crate) fn seal(
    course: &Course,
    header: &Header,
    recipients: &[Recipient],
    out: &mut BufWriter<&File>,
    path: &Path,
    done: &mut dyn FnMut(u64),
) -> Result<(), CourseError> {
    let public = begin(SEALED_MARK, &header.public()).map_err(at(path))?;
    out.write_all(&public).map_err(at(path))?;
    let list = recipients.iter().map(Recipient::inner);
    let encryptor = Encryptor::with_recipients(list).map_err(|error| match error {
        EncryptError::MissingRecipients => CourseError::NoRecipients,
        other => at(path)(std::io::Error::other(other.to_string())),
    })?;
    let mut inside = encryptor.wrap_output(out).map_err(at(path))?;
    write(course, header, &mut inside, path, done)?;
    inside.finish().map_err(at(path))?;
    Ok(())
}

/// The plain side of the age file that begins where `file` stands.
pub(super) fn unseal(
    mut file: File,
    key: &Key,
    path: &Path,
) -> Result<impl Input + use<>, CourseError> {
    // The library reads the list of recipients to its end, wherever that is.
    let start = file.stream_position().map_err(at(path))?;
    let mut begin = Vec::new();
    (&mut file)
        .take(MAX_AGE_HEADER)
        .read_to_end(&mut begin)
        .map_err(at(path))?;
    if !begin
        .windows(AGE_HEADER_END.len())
        .any(|window| window == AGE_HEADER_END)
    {
        return Err(damaged(path, "what is sealed is no age file"));
    }
    file.seek(SeekFrom::Start(start)).map_err(at(path))?;
    Decryptor::new(file)
        .and_then(|decryptor| decryptor.decrypt(key.identities()))
        .map_err(|error| match error {
            DecryptError::NoMatchingKeys => CourseError::WrongKey {
                path: path.to_owned(),
            },
            DecryptError::Io(error) => at(path)(error),
            other => damaged(path, format!("what is sealed can't be opened: {other}")),
        })
}
