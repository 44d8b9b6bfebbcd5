//! The native extension inside the worker: protocol client, charge computation, second system call filter.
