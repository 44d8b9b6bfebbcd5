//! Lines into the host's bounded log for this evaluation. In a native test they go to stderr.

/// For the author of the gate.
pub fn debug(message: &str) {
    write(Level::Debug, message);
}

/// For the operator.
pub fn info(message: &str) {
    write(Level::Info, message);
}

/// For the operator: something to look at.
pub fn warn(message: &str) {
    write(Level::Warn, message);
}

/// For the operator: something broke.
pub fn error(message: &str) {
    write(Level::Error, message);
}

use crate::export::bindings::prism::gate::log::Level;

#[cfg(target_arch = "wasm32")]
fn write(level: Level, message: &str) {
    crate::export::bindings::prism::gate::log::write(level, message);
}

#[cfg(not(target_arch = "wasm32"))]
fn write(level: Level, message: &str) {
    eprintln!("{level:?}: {message}");
}
