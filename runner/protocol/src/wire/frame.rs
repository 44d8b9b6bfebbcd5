//! Framing: a little-endian `u32` length, then that many bytes of JSON.
//!
//! The length is checked before anything is stored, so the other end can make a reader hold at most
//! [`MAX_FRAME`] bytes and a header.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most bytes of a message's JSON.
pub const MAX_FRAME: usize = 64 * 1024;

const HEADER: usize = 4;

/// A frame that can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The announced length is over [`MAX_FRAME`].
    #[error("a message of {0} bytes was announced; at most {MAX_FRAME} are allowed")]
    TooLong(usize),
    /// A message without content.
    #[error("an empty message")]
    Empty,
    /// The JSON is not one of the known messages.
    #[error("not a message of this protocol: {0}")]
    Malformed(#[source] serde_json::Error),
    /// The JSON is no object; serde would take a list for a message as well.
    #[error("not a message of this protocol: not an object")]
    NotAnObject,
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
}

/// The bytes of a message, length included.
///
/// # Errors
/// [`FrameError::TooLong`] when the JSON is over [`MAX_FRAME`].
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, FrameError> {
    let json = serde_json::to_vec(message).map_err(FrameError::Malformed)?;
    let length = u32::try_from(json.len())
        .ok()
        .filter(|_| json.len() <= MAX_FRAME)
        .ok_or(FrameError::TooLong(json.len()))?;
    let mut bytes = Vec::with_capacity(HEADER + json.len());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

/// Writes one message.
///
/// # Errors
/// When the message is too long or the writer fails.
pub fn write<M: Serialize>(writer: &mut impl Write, message: &M) -> Result<(), FrameError> {
    writer.write_all(&encode(message)?)?;
    Ok(())
}

/// Reads one message, blocking until it is whole.
///
/// # Errors
/// When the frame breaks the rules, the JSON is unknown or the reader fails.
pub fn read<M: DeserializeOwned>(reader: &mut impl Read) -> Result<M, FrameError> {
    let mut header = [0; HEADER];
    reader.read_exact(&mut header)?;
    let mut body = vec![0; checked_length(header)?];
    reader.read_exact(&mut body)?;
    parse(&body)
}

fn checked_length(header: [u8; HEADER]) -> Result<usize, FrameError> {
    match u32::from_le_bytes(header) as usize {
        0 => Err(FrameError::Empty),
        length if length > MAX_FRAME => Err(FrameError::TooLong(length)),
        length => Ok(length),
    }
}

fn parse<M: DeserializeOwned>(body: &[u8]) -> Result<M, FrameError> {
    if body.first() != Some(&b'{') {
        return Err(FrameError::NotAnObject);
    }
    serde_json::from_slice(body).map_err(FrameError::Malformed)
}

/// Puts messages together from whatever pieces a socket hands over.
///
/// Built for a reader that must look at its clock between pieces: nothing blocks here.
#[derive(Debug, Default)]
pub struct Assembler {
    pending: Vec<u8>,
}

impl Assembler {
    /// How many more bytes may be taken before [`Self::message`] has to be called: what the current
    /// message lacks, or a header.
    ///
    /// # Errors
    /// When the announced length breaks the rules.
    pub fn wanted(&self) -> Result<usize, FrameError> {
        let have = self.pending.len();
        match self.pending.first_chunk::<HEADER>() {
            None => Ok(HEADER - have),
            Some(header) => Ok((HEADER + checked_length(*header)?).saturating_sub(have)),
        }
    }

    /// Takes bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole message, if there is one.
    ///
    /// # Errors
    /// When the frame breaks the rules or the JSON is unknown.
    pub fn message<M: DeserializeOwned>(&mut self) -> Result<Option<M>, FrameError> {
        let Some(header) = self.pending.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let end = HEADER + checked_length(*header)?;
        let Some(body) = self.pending.get(HEADER..end) else {
            return Ok(None);
        };
        let message = parse(body)?;
        self.pending.drain(..end);
        Ok(Some(message))
    }
}
