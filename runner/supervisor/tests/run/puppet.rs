//! A worker made of strings: speaks the protocol right until a test makes it speak wrong.

use std::io::{IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::unix::net::UnixStream;
use std::path::Path;

use prism_protocol::wire::frame;
use prism_protocol::wire::memory::SharedMemory;
use prism_protocol::wire::{Api, FromWorker, PROTOCOL, ToWorker, Want};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// Classes of the tokenizer `bytes`.
const VOCAB: usize = 257;

/// A connected puppet.
pub struct Puppet {
    pub stream: UnixStream,
    memory: Option<SharedMemory>,
}

impl Puppet {
    /// Connects and says nothing.
    pub fn connect(socket: &Path) -> Self {
        Self::around(UnixStream::connect(socket).unwrap())
    }

    /// Speaks over a stream.
    pub fn around(stream: UnixStream) -> Self {
        Self {
            stream,
            memory: None,
        }
    }

    /// Connects and is welcomed.
    pub fn greeted(socket: &Path) -> Self {
        let mut puppet = Self::connect(socket);
        puppet.say(&FromWorker::Hello {
            protocol: PROTOCOL,
            pid: 1,
            python: "3".into(),
            torch: "2".into(),
        });
        let mut first = [0; 1];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        recvmsg(
            &puppet.stream,
            &mut [IoSliceMut::new(&mut first)],
            &mut ancillary,
            RecvFlags::empty(),
        )
        .unwrap();
        let fd = ancillary.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
            _ => None,
        });
        let welcome = frame::read(&mut (&first[..]).chain(&mut puppet.stream)).unwrap();
        let ToWorker::Welcome { regions, .. } = welcome else {
            panic!("{welcome:?}")
        };
        puppet.memory = Some(SharedMemory::from_fd(fd.unwrap(), regions).unwrap());
        puppet
    }

    /// Is welcomed and has opened the stream; the first question is due.
    pub fn streaming(socket: &Path) -> Self {
        let mut puppet = Self::greeted(socket);
        puppet.say(&FromWorker::Open {
            api: Api::Compatible,
            batch_size: 2,
            seq_len: 16,
        });
        puppet
    }

    /// Sends a message.
    pub fn say(&mut self, message: &FromWorker) {
        self.raw(&frame::encode(message).unwrap());
    }

    /// Sends bytes; the other end may have left.
    pub fn raw(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// The next message; none once the supervisor has left.
    pub fn hear(&mut self) -> Option<ToWorker> {
        frame::read(&mut self.stream).ok()
    }

    pub fn memory(&self) -> &SharedMemory {
        self.memory.as_ref().unwrap()
    }

    /// Answers a prediction with `bits` for every column and logits that give the same.
    pub fn predict(&mut self, question: &ToWorker, bits: f64) {
        let ToWorker::Predict {
            step,
            rows,
            cols,
            want,
        } = *question
        else {
            panic!("{question:?}")
        };
        let (rows, cols) = (rows as usize, cols as usize);
        self.memory()
            .write_charges(&vec![bits; rows * (cols - 1)])
            .unwrap();
        if let Want::Logits { rows } = want {
            self.memory()
                .write_logits(&vec![0.0; rows as usize * cols * VOCAB])
                .unwrap();
        }
        self.say(&FromWorker::Predicted {
            step,
            model_params: Some(7),
            largest_logit: Some(0.0),
        });
    }

    /// Answers everything as a uniform model would, until the stream is over.
    pub fn behave(&mut self) {
        while let Some(question) = self.hear() {
            match question {
                ToWorker::Predict { .. } => self.predict(&question, uniform()),
                ToWorker::Train { step, .. } => self.say(&trained(step)),
                ToWorker::End { .. } => return self.say(&FromWorker::Finished {}),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The loop asked for the next batch.
pub fn trained(step: u64) -> FromWorker {
    FromWorker::Trained {
        step,
        gradient_norm: Some(0.5),
        cuda_peak_bytes: None,
    }
}

/// Bits of a guess among all classes.
pub fn uniform() -> f64 {
    (VOCAB as f64).log2()
}
