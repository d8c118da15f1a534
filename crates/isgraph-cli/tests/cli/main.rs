//! The built `isgraph` command, end to end.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod arguments;
mod context;
mod crashes;
mod docs;
mod dumps;
mod explain;
mod harness;
mod inputs;
mod queries;
mod real_crates;
mod storing;
mod streams;
