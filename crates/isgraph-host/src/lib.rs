//! The outside world of isgraph: reading directories and dumps, storing snapshots.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this crate is where I/O belongs")]

pub mod dump;
pub mod store;
pub mod texts;
pub mod walk;

/// The examples of the documentation, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/sources.md")]
struct SourcesPage;

/// As above.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/dumps.md")]
struct DumpsPage;
