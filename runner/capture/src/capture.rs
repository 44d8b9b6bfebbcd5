//! The native extension inside the worker, importable as `prism_capture`.
//!
//! Here live the worker's end of the run protocol ([`link`], [`session`], [`order`]), the charges computed where the
//! logits arise ([`plain`] says of which outputs, [`charges`] on a thread of its own, [`arithmetic`]), and the
//! second system call filter ([`lockdown`]).
//! What to run and when is the Python package's part. This process is hostile ground: nothing here protects
//! the score, the supervisor checks what it gets, and captured numbers are provisional by design.

mod arithmetic;
mod charges;
mod link;
mod lockdown;
mod order;
mod plain;
mod session;

use pyo3::prelude::*;

/// The extension module.
#[pymodule]
fn prism_capture(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<session::Session>()?;
    module.add_class::<order::Order>()?;
    module.add(
        "OutputError",
        module.py().get_type::<session::OutputError>(),
    )?;
    module.add(
        "ProtocolError",
        module.py().get_type::<session::ProtocolError>(),
    )?;
    module.add_function(wrap_pyfunction!(lock_down, module)?)?;
    Ok(())
}

/// Forbids, for all threads and for ever, the system calls no miner code needs.
#[pyfunction]
fn lock_down() -> PyResult<()> {
    lockdown::apply().map_err(|error| pyo3::exceptions::PyOSError::new_err(error.to_string()))
}
