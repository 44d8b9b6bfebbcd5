//! Typed, durable state of the service on sled, and the content-addressed blob folder beside it.

pub mod verdict;
