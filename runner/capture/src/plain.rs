//! Whether an output is a plain dense tensor: exactly `torch.Tensor`, with nothing of torch's that would answer in its
//! place.
//!
//! Asked while the miner's thread holds Python, before torch reads a single value. What a tensor is beneath its class
//! is told by its dispatch keys: those of an ordinary tensor are known, and any other (sparse, nested, quantised, meta,
//! vmapped, with a dispatch of its own in Python) is one too many.

use prism_protocol::wire::OutputProblem;
use pyo3::prelude::*;

/// What plain tensors are like here. Made before any miner code could put other things under torch's names.
pub struct Plain {
    tensor_class: PyObject,
    dispatch_keys: PyObject,
    /// The keys a plain tensor may have.
    allowed: u64,
}

impl Plain {
    /// Looks at tensors of the run's `device`, `cpu` or `cuda`.
    ///
    /// # Errors
    /// What torch raises.
    pub fn new(py: Python<'_>, device: &str) -> PyResult<Self> {
        let torch = py.import("torch")?;
        let dispatch_keys = torch.getattr("_C")?.getattr("_dispatch_keys")?;
        let empty = torch.getattr("empty")?.call1((1,))?;
        let mut examples = vec![torch.getattr("_neg_view")?.call1((&empty,))?, empty];
        if device != "cpu" {
            let on_device = torch.getattr("empty")?.call1((1,))?;
            examples.push(on_device.call_method1("to", (device,))?);
        }
        let mut allowed = 0;
        for example in examples {
            allowed |= raw(&dispatch_keys.call1((example,))?)?;
        }
        Ok(Self {
            tensor_class: torch.getattr("Tensor")?.unbind(),
            dispatch_keys: dispatch_keys.unbind(),
            allowed,
        })
    }

    /// Nothing, or why the output can't be charged.
    ///
    /// # Errors
    /// What Python raises.
    pub fn problem(&self, output: &Bound<'_, PyAny>) -> PyResult<Option<OutputProblem>> {
        let py = output.py();
        if !output.get_type().is(&self.tensor_class) {
            return Ok(Some(if output.is_instance(self.tensor_class.bind(py))? {
                OutputProblem::Subclass {}
            } else {
                OutputProblem::NotATensor {}
            }));
        }
        let keys = raw(&self.dispatch_keys.bind(py).call1((output,))?)?;
        Ok((keys & !self.allowed != 0).then_some(OutputProblem::NotFloating {}))
    }
}

fn raw(keys: &Bound<'_, PyAny>) -> PyResult<u64> {
    keys.call_method0("raw_repr")?.extract()
}
