//! The outside world of isgraph: reading directories and dumps, storing snapshots.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this crate is where I/O belongs")]

pub mod dump;
pub mod store;
pub mod walk;
