//! The gate engine: components, limits, precompiled cache, pipeline and verdict.
