//! Why a call gave no answer: wasmtime's errors put into the store's words, by their types and by what our own
//! limits noted.

use std::str::Utf8Error;

use prism_store::verdict::GateFault;
use wasmtime::component::ResourceTableError;
use wasmtime::{Error, Trap, WasmBacktrace};

use crate::guest::{Guest, Refused, Stopped};

/// wasmtime's words for a guest that has as many resource handles as it may. It gives this error no type, counts
/// handles where no code of ours runs, and tells nobody the count; the guest `hoards` fails the tests when an
/// upgrade rewords it.
const NO_HANDLE: &str = "store handle limit exceeded";

/// How far a call had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Instantiating,
    Calling,
}

/// A call that gave no answer.
pub(crate) enum Broken {
    /// wasmtime, or a host function of ours, ended it.
    Ended(Stage, Error),
    /// The wall-clock backstop around it fired.
    TimedOut,
}

impl Broken {
    pub(crate) fn fault(&self, guest: &Guest) -> GateFault {
        let (stage, error) = match self {
            Self::TimedOut => {
                return guest.calls.under_way.map_or(GateFault::TimedOut, |call| {
                    GateFault::HostCallStalled(call.to_owned())
                });
            }
            Self::Ended(stage, error) => (*stage, error),
        };
        match error.downcast_ref::<Stopped>() {
            Some(Stopped::LogFlood) => return GateFault::LogFlood,
            Some(Stopped::CopiedTooMuch) => return GateFault::CopiedTooMuch,
            None => {}
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => return GateFault::OutOfFuel,
            Some(Trap::Interrupt) => return GateFault::TimedOut,
            Some(Trap::StackOverflow) => return GateFault::OutOfStack,
            _ => {}
        }
        match guest.meter.refused {
            Some(Refused::Memory) => return GateFault::OutOfMemory,
            Some(Refused::Table) => return GateFault::OutOfTable,
            None => {}
        }
        // An error below guest code carries the guest's frames. Without them the gate had returned, and what it
        // returned could not be read.
        let returned =
            stage == Stage::Calling && !error.is::<Trap>() && !error.is::<WasmBacktrace>();
        if copied_too_much(error) {
            return if returned {
                GateFault::ReportTooLarge("it is larger than one call may hand over".into())
            } else {
                GateFault::CopiedTooMuch
            };
        }
        let cause = error.root_cause().to_string();
        if cause.contains(NO_HANDLE) {
            return GateFault::TooManyHandles;
        }
        if returned {
            return GateFault::BadReport(cause);
        }
        if stage == Stage::Instantiating && !error.is::<Trap>() {
            return GateFault::CannotLoad(format!("{error:#}"));
        }
        let text = error
            .downcast_ref::<Trap>()
            .map_or(cause, ToString::to_string);
        // A panic says where and why in its last log line.
        GateFault::Trap(match guest.log.last() {
            Some(line) => format!("{text}: {line}"),
            None => text,
        })
    }
}

/// Whether one call wanted to hand over more than `set_hostcall_fuel` allows. wasmtime's type for it is private.
/// It is what is left: every other error that a call can end with is a trap, a plain message, or one of these.
fn copied_too_much(error: &Error) -> bool {
    !(error.is::<Trap>()
        || error.is::<&'static str>()
        || error.is::<String>()
        || error.is::<Utf8Error>()
        || error.is::<ResourceTableError>()
        || error.is::<wasmtime::OutOfMemory>())
}

/// A fault for people.
pub(crate) fn in_words(fault: &GateFault) -> String {
    match fault {
        GateFault::Trap(text) | GateFault::CapabilityDown(text) | GateFault::CannotLoad(text) => {
            text.clone()
        }
        GateFault::OutOfFuel => "its fuel budget is spent".into(),
        GateFault::TimedOut => "it ran out of time".into(),
        GateFault::HostCallStalled(call) => format!("its call of {call} was not answered in time"),
        GateFault::OutOfMemory => "it reached its memory limit".into(),
        GateFault::OutOfTable => "it reached its table limit".into(),
        GateFault::OutOfStack => "its call stack is used up".into(),
        GateFault::TooManyHandles => "it holds more resource handles than it may".into(),
        GateFault::LogFlood => "it logs more than it may".into(),
        GateFault::CopiedTooMuch => "it copies more out of and into the host than it may".into(),
        GateFault::ReportTooLarge(text) => format!("its report is too large: {text}"),
        GateFault::BadReport(text) => format!("its report is not valid: {text}"),
    }
}
