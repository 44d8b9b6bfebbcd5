//! The supervisor's end of the socket: messages out, messages in, under a clock.

use std::io::{self, IoSlice, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use prism_protocol::wire::frame::{Assembler, FrameError, encode};
use prism_protocol::wire::memory::SharedMemory;
use prism_protocol::wire::{FromWorker, ToWorker};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::TICK;
use crate::notices::Notices;

/// Why a message did not come.
#[derive(Debug)]
pub enum Lost {
    /// The other end closed.
    Closed,
    /// It took longer than allowed.
    Silent,
    /// A quota of the jail was exceeded.
    OverQuota(String),
    /// The executor cancelled the run.
    Cancelled(&'static str),
    /// What came breaks the rules.
    Broken(String),
}

/// A worker that was let in.
#[derive(Debug)]
pub struct Link {
    stream: UnixStream,
    assembler: Assembler,
    notices: Notices,
}

impl Link {
    /// Takes over the connection. Neither reading nor writing blocks longer than a tick.
    ///
    /// # Errors
    /// When the socket can't be given its timeouts.
    pub fn new(stream: UnixStream, notices: Notices) -> io::Result<Self> {
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(TICK))?;
        Ok(Self {
            stream,
            assembler: Assembler::default(),
            notices,
        })
    }

    /// Sends a message with the shared memory's descriptor on its first byte.
    ///
    /// # Errors
    /// When the message can't be sent.
    pub fn send_with(
        &mut self,
        message: &ToWorker,
        memory: &SharedMemory,
        limit: Duration,
    ) -> Result<(), Lost> {
        let bytes = encoded(message)?;
        let (first, rest) = bytes
            .split_at_checked(1)
            .ok_or_else(|| Lost::Broken("an empty message".into()))?;
        let fds = [memory.fd()];
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !ancillary.push(SendAncillaryMessage::ScmRights(&fds)) {
            return Err(Lost::Broken("the descriptor doesn't fit".into()));
        }
        sendmsg(
            &self.stream,
            &[IoSlice::new(first)],
            &mut ancillary,
            SendFlags::NOSIGNAL,
        )
        .map_err(|_| Lost::Closed)?;
        self.write(rest, limit)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the other end closed or takes nothing for longer than `limit`.
    pub fn send(&mut self, message: &ToWorker, limit: Duration) -> Result<(), Lost> {
        let bytes = encoded(message)?;
        self.write(&bytes, limit)
    }

    fn write(&mut self, mut bytes: &[u8], limit: Duration) -> Result<(), Lost> {
        let deadline = Instant::now() + limit;
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(0) => return Err(Lost::Closed),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) => self.waited(&error, deadline)?,
            }
        }
        Ok(())
    }

    /// Waits for a whole message. Bytes that trickle in don't lengthen the time.
    ///
    /// # Errors
    /// When no valid message came within `limit`.
    pub fn receive(&mut self, limit: Duration) -> Result<FromWorker, Lost> {
        let deadline = Instant::now() + limit;
        let mut buffer = [0; 4096];
        loop {
            if let Some(message) = self.assembler.message().map_err(broken)? {
                return Ok(message);
            }
            let wanted = self.assembler.wanted().map_err(broken)?.min(buffer.len());
            let Some(room) = buffer.get_mut(..wanted) else {
                return Err(Lost::Broken("a frame without end".into()));
            };
            match self.stream.read(room) {
                Ok(0) => return Err(Lost::Closed),
                Ok(read) => self.assembler.push(room.get(..read).unwrap_or_default()),
                Err(error) => self.waited(&error, deadline)?,
            }
            if Instant::now() >= deadline {
                return Err(Lost::Silent);
            }
        }
    }

    fn waited(&self, error: &io::Error, deadline: Instant) -> Result<(), Lost> {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => {}
            _ => return Err(Lost::Closed),
        }
        if let Some(quota) = self.notices.quota() {
            return Err(Lost::OverQuota(quota));
        }
        if let Some(why) = self.notices.cancelled() {
            return Err(Lost::Cancelled(why));
        }
        if Instant::now() >= deadline {
            return Err(Lost::Silent);
        }
        Ok(())
    }
}

fn encoded(message: &ToWorker) -> Result<Vec<u8>, Lost> {
    encode(message).map_err(broken)
}

fn broken(error: FrameError) -> Lost {
    Lost::Broken(error.to_string())
}
