//! The shortest way from one symbol to another.

use serde::{Deserialize, Serialize};

use super::scratch::{NONE, Visit, with_scratch};
use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{Edge, SymbolId};

/// One edge of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    /// Where the edge leads.
    pub symbol: SymbolRef,
    /// The edge.
    pub edge: Edge,
}

/// The shortest way from one symbol to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// Where it starts.
    pub from: SymbolRef,
    /// Where it ends.
    pub to: SymbolRef,
    /// Whether there is one.
    pub found: bool,
    /// Its edges in order; empty when there is none, or from a symbol to itself.
    pub steps: Vec<PathStep>,
    /// How many edges it has.
    pub total: usize,
    /// Whether its end was left out.
    pub truncated: bool,
    /// Whether the search ended at the greatest depth; there may be a longer way.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

/// The shortest way from `from` to `to` over edges of `kinds`; of equally short ones, the first in the graph's order.
#[must_use]
pub fn path(graph: &Graph, from: SymbolId, to: SymbolId, kinds: EdgeKinds, limits: &QueryLimits<'_>) -> Path {
    with_scratch(|scratch| {
        scratch.begin(graph.symbol_count(), 1);
        scratch.mark(from.0, 0);
        scratch.visits.push(Visit { symbol: from.0, mode: 0, depth: 0, edge: NONE, from: NONE });
        let mut found = from == to;
        let extent = scratch.search(limits, |visit, reach| {
            if found {
                return;
            }
            for edge in graph.outgoing(visit.symbol) {
                if !found && graph.edge_label(edge).is_of(kinds) {
                    let next = graph.edge_target(edge);
                    found |= next == to.0 && visit.depth < limits.max_depth;
                    reach(next, 0, edge);
                }
            }
        });
        let mut steps = Vec::new();
        if found && from != to {
            let mut at = scratch.visits.len() - 1;
            while scratch.visits[at].edge != NONE {
                steps.push(scratch.visits[at].edge);
                at = scratch.visits[at].from as usize;
            }
            steps.reverse();
        }
        let total = steps.len();
        steps.truncate(limits.max_results);
        Path {
            from: SymbolRef::new(graph, from),
            to: SymbolRef::new(graph, to),
            found,
            truncated: steps.len() < total,
            steps: steps
                .into_iter()
                .map(|edge| PathStep {
                    symbol: SymbolRef::new(graph, SymbolId(graph.edge_target(edge))),
                    edge: graph.edge(graph.edge_at(edge)),
                })
                .collect(),
            total,
            depth_limited: !found && extent.depth_limited,
            complete: found || extent.complete,
        }
    })
}
