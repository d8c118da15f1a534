//! isgraph reads Rust code and builds its Interface Signature Graph: every item with its
//! signature, and who calls, implements, uses, constrains and contains whom.
//!
//! This crate is the pure core: input in memory, model out. It opens no file, reads no clock and
//! no environment, and no input makes it panic.
//!
//! ```
//! use isgraph::{IndexConfig, SourceSet, index};
//!
//! let sources = SourceSet::from_files([("src/lib.rs", "pub trait A {} pub struct S; impl A for S {}")]);
//! let graph = index(&sources, &IndexConfig::default());
//! ```

mod config;
pub mod context;
pub mod error;
pub mod explain;
pub mod export;
pub mod facts;
pub mod graph;
pub mod model;
pub mod name;
mod parallel;
pub mod query;
pub mod resolve;
pub mod source;

pub use config::{CfgOption, IndexConfig};
pub use error::{Error, ErrorCode, Result};
pub use explain::explain;
pub use graph::Graph;
pub use source::SourceSet;

/// Indexes a source set: the one entry point from text to graph.
#[must_use]
pub fn index(sources: &SourceSet, config: &IndexConfig) -> Graph {
    Graph::freeze(resolve::resolve(sources, config))
}
