//! Scripted hostile workers.
