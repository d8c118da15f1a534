//! One module per command: read, ask the core, print.

pub(crate) mod completions;
pub(crate) mod context;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod index;
pub(crate) mod ingest;
pub(crate) mod map;
pub(crate) mod query;
pub(crate) mod stats;
