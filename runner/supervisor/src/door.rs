//! The one Unix socket of a run: who may connect, once.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::net::sockopt::socket_peercred;

use crate::TICK;
use crate::failure::Stop;
use crate::notices::Notices;

/// A listening socket that is removed when the worker is in, or the run over.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
}

/// Who came in.
#[derive(Debug)]
pub struct Visitor {
    /// The connection, blocking.
    pub stream: UnixStream,
    /// Process id of the peer in the supervisor's view, where it is visible.
    pub pid: Option<i32>,
}

impl Door {
    /// Listens, and lets exactly the given users reach the socket.
    ///
    /// # Errors
    /// When the path is taken or the system refuses.
    pub fn open(path: &Path, peer_uids: &[u32]) -> io::Result<Self> {
        let listener = UnixListener::bind(path)?;
        let door = Self {
            listener,
            path: path.to_owned(),
        };
        door.listener.set_nonblocking(true)?;
        let own = rustix::process::geteuid().as_raw();
        let owner = match peer_uids {
            [one] => *one == own || (own == 0 && chown(path, Some(*one), None).is_ok()),
            several => several.iter().all(|uid| *uid == own),
        };
        // Where the file can't be given to the one peer, everybody may knock; who isn't expected is sent away.
        let mode = if owner { 0o600 } else { 0o666 };
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
        Ok(door)
    }

    /// Waits for the worker. Whoever runs under another user is sent away; the waiting goes on.
    ///
    /// # Errors
    /// When nobody came in time, the jail ended or the run was cancelled.
    pub fn admit(
        self,
        peer_uids: &[u32],
        limit: Duration,
        notices: &Notices,
    ) -> Result<Visitor, Stop> {
        let deadline = Instant::now() + limit;
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    let peer = socket_peercred(&stream).map_err(Stop::infrastructure)?;
                    if peer_uids.contains(&peer.uid.as_raw()) {
                        stream
                            .set_nonblocking(false)
                            .map_err(Stop::infrastructure)?;
                        let pid = peer.pid.as_raw_nonzero().get();
                        return Ok(Visitor {
                            stream,
                            pid: Some(pid).filter(|pid| *pid > 0),
                        });
                    }
                    eprintln!(
                        "prism-supervisor: sent away a connection of user {}",
                        peer.uid.as_raw()
                    );
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(Stop::infrastructure(error)),
            }
            if let Some(why) = notices.cancelled() {
                return Err(Stop::infrastructure(why));
            }
            if let Some(exit) = notices.exit() {
                return Err(Stop::infrastructure(format!(
                    "the jail ended before the worker connected (status {:?}, signal {:?})",
                    exit.code, exit.signal
                )));
            }
            if Instant::now() >= deadline {
                return Err(Stop::infrastructure(format!(
                    "no worker connected within {} seconds",
                    limit.as_secs()
                )));
            }
            std::thread::sleep(TICK / 4);
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
