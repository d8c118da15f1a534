//! Shared helpers of the test suites.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

pub mod crates;
