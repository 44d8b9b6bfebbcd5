//! The trusted process that owns course, order, clock and tally of a run.
