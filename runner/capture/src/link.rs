//! The worker's end of the socket: connects, takes the shared memory, speaks in messages.

use std::io::{self, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use prism_protocol::spec::Context;
use prism_protocol::wire::frame::{self, FrameError};
use prism_protocol::wire::memory::SharedMemory;
use prism_protocol::wire::{FromWorker, PROTOCOL, ToWorker, WorkerTask};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// The link could not be made or broke.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The socket failed or a frame broke the rules.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The socket or the shared memory failed.
    #[error("the link to the supervisor failed: {0}")]
    Io(#[from] io::Error),
    /// The welcome came without the shared memory.
    #[error("the supervisor sent no shared memory")]
    NoMemory,
    /// The supervisor speaks another version.
    #[error("the supervisor speaks protocol {0}, this worker {PROTOCOL}")]
    Version(u32),
    /// Something else came than what is due.
    #[error("the supervisor sent something else than a welcome")]
    NotWelcome,
}

/// A connected worker.
pub struct Link {
    stream: UnixStream,
    /// The shared memory.
    pub memory: SharedMemory,
}

/// What the welcome said.
pub struct Welcome {
    /// What miners see.
    pub context: Box<Context>,
    /// What the worker is for.
    pub task: WorkerTask,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Most rows x columns.
    pub max_cells: u64,
}

impl Link {
    /// Connects and says hello.
    ///
    /// # Errors
    /// When the socket fails or the other end is no supervisor of this version.
    pub fn connect(
        path: &Path,
        python: String,
        torch: String,
    ) -> Result<(Self, Welcome), LinkError> {
        let mut stream = UnixStream::connect(path)?;
        let hello = FromWorker::Hello {
            protocol: PROTOCOL,
            pid: std::process::id(),
            python,
            torch,
        };
        frame::write(&mut stream, &hello)?;
        let (welcome, fd) = receive_with_fd(&mut stream)?;
        let ToWorker::Welcome {
            protocol,
            context,
            task,
            device,
            max_cells,
            regions,
        } = welcome
        else {
            return Err(LinkError::NotWelcome);
        };
        if protocol != PROTOCOL {
            return Err(LinkError::Version(protocol));
        }
        let memory = SharedMemory::from_fd(fd.ok_or(LinkError::NoMemory)?, regions)?;
        Ok((
            Self { stream, memory },
            Welcome {
                context,
                task,
                device,
                max_cells,
            },
        ))
    }

    /// Sends one message.
    ///
    /// # Errors
    /// When it is too long or the socket fails.
    pub fn send(&mut self, message: &FromWorker) -> Result<(), LinkError> {
        Ok(frame::write(&mut self.stream, message)?)
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// When the socket fails or the frame breaks the rules.
    pub fn receive(&mut self) -> Result<ToWorker, LinkError> {
        Ok(frame::read(&mut self.stream)?)
    }
}

/// The descriptor rides on the first byte of the message.
fn receive_with_fd(stream: &mut UnixStream) -> Result<(ToWorker, Option<OwnedFd>), LinkError> {
    let mut first = [0; 1];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(
        &*stream,
        &mut [IoSliceMut::new(&mut first)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )
    .map_err(io::Error::from)?;
    if received.bytes == 0 {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    let fd = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    let message = frame::read(&mut (&first[..]).chain(&mut *stream))?;
    Ok((message, fd))
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = self.stream.flush();
    }
}
