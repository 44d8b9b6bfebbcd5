//! Executors: where a run happens, and which isolation level holds there.
