//! The outside world of isgraph: walking directories and storing snapshots.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this crate is where I/O belongs")]
