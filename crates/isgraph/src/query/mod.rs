//! Questions to a graph: one file per query.
//!
//! Every query takes [`QueryLimits`], counts everything it finds and says what it cut: `total` is the
//! full count, `truncated` that results were left out, `depth_limited` that the depth ended the
//! search, and `complete` is false when the stop predicate did (then `total` is what was found so far).
//! Nothing here has a clock: a deadline is a predicate of the caller.

mod blast_radius;
mod calls;
mod cycles;
mod hotspots;
mod implementations;
mod outline;
mod path;
mod rank;
mod scratch;
mod search;
mod stats;
#[cfg(test)]
mod tests;
mod unresolved;
mod unused;

pub use blast_radius::{Affected, BlastRadius, Group, Relation, blast_radius};
pub use calls::{Call, Callees, Callers, callees, callers};
pub use cycles::{Cycle, CycleEdge, CycleLevel, Cycles, find_cycles};
pub use hotspots::{Hotspot, HotspotOrder, Hotspots, hotspots};
pub use implementations::{
    Implementation, Implementations, Implementor, Implementors, Via, implementations_of, what_implements,
};
pub use outline::{Outline, OutlineItem, outline};
pub use path::{Path, PathStep, path};
pub use rank::ranks;
pub(crate) use search::words;
pub use search::{Match, MatchKind, SearchResults, search};
pub use stats::{Stats, stats};
pub use unresolved::{UnresolvedSites, unresolved_of};
pub use unused::{Unused, UnusedReason, UnusedSymbols, unused};

use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};

/// How far a query goes.
#[derive(Clone, Copy)]
pub struct QueryLimits<'a> {
    /// The most results to give. Counting goes on behind them.
    pub max_results: usize,
    /// The most steps from the start; a direct caller is one step away.
    pub max_depth: u32,
    /// Asked now and then; the query ends early when it says `true`.
    pub deadline: Option<&'a dyn Fn() -> bool>,
}

impl Default for QueryLimits<'_> {
    /// 100 results, any depth, no deadline.
    fn default() -> Self {
        Self { max_results: 100, max_depth: u32::MAX, deadline: None }
    }
}

impl std::fmt::Debug for QueryLimits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryLimits")
            .field("max_results", &self.max_results)
            .field("max_depth", &self.max_depth)
            .field("deadline", &self.deadline.is_some())
            .finish()
    }
}

/// A symbol in a result: enough to name and open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolRef {
    /// Its number in this snapshot.
    pub id: SymbolId,
    /// What it is.
    pub kind: SymbolKind,
    /// Its path.
    pub path: String,
    /// File of its name; absent for externals.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// 1-based line of its name; absent for externals.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// A test, or declared under `cfg(test)`.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_test: bool,
}

impl SymbolRef {
    /// The symbol as a result shows it.
    #[must_use]
    pub fn new(graph: &Graph, id: SymbolId) -> Self {
        let place = graph.place_of(id);
        Self {
            id,
            kind: graph.kind(id),
            path: graph.path(id).to_owned(),
            file: place.map(|(file, _)| graph.file_path(file).to_owned()),
            line: place.map(|(_, line)| line),
            is_test: graph.is_test(id),
        }
    }
}
