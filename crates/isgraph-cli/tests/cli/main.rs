//! The built `isgraph` command, end to end.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod arguments;
mod harness;
mod storing;
mod streams;
