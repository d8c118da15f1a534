//! Who calls a function, and whom it calls.

use serde::{Deserialize, Serialize};

use super::scratch::{Limited, NONE, Visit, with_scratch};
use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{Edge, EdgeKind, SymbolId};

/// One caller or callee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The caller, or the callee.
    pub symbol: SymbolRef,
    /// Steps from the target; 1 is a direct call.
    pub depth: u32,
    /// The other end of the call on the way to the target: the target itself at depth 1.
    pub toward: SymbolId,
    /// Of a caller: the trait method that it calls in place of `toward`, which overrides that
    /// method. The call reaches `toward` when the receiver is of its type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub through: Option<SymbolId>,
    /// The calls, by kind and place.
    pub sites: Vec<Edge>,
}

/// Who calls a symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callers {
    /// The symbol.
    pub target: SymbolRef,
    /// Its callers, the nearest first. A recursive function is among its own callers.
    pub callers: Vec<Call>,
    /// How many callers there are.
    pub total: usize,
    /// Whether callers were left out.
    pub truncated: bool,
    /// Whether there are callers beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
    /// How many unresolved sites have the symbol's name.
    pub unresolved_sites: usize,
    /// How many of those may mean the symbol.
    pub unresolved_candidates: usize,
}

/// Whom a symbol calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callees {
    /// The symbol.
    pub target: SymbolRef,
    /// What it calls, the nearest first. A call of a trait's method stands for all its implementations.
    pub callees: Vec<Call>,
    /// How many callees there are.
    pub total: usize,
    /// Whether callees were left out.
    pub truncated: bool,
    /// Whether there are callees beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
    /// How many sites of the symbol's own code could not be resolved.
    pub unresolved_sites: usize,
}

const OVERRIDES: EdgeKinds = EdgeKinds::of(&[EdgeKind::Overrides]);

/// Who calls `target`, `limits.max_depth` steps back. Calls of a trait's method count as calls of the methods that
/// override it, marked with [`Call::through`].
#[must_use]
pub fn callers(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>) -> Callers {
    with_scratch(|scratch| {
        scratch.begin(graph.symbol_count(), 1);
        scratch.visits.push(start(target));
        let extent = scratch.search(limits, |visit, reach| {
            for &edge in graph.incoming(visit.symbol) {
                if graph.edge_label(edge).is_of(EdgeKinds::CALLS) {
                    reach(graph.edge_source(edge), 0, edge);
                }
            }
            for over in graph.outgoing(visit.symbol).filter(|&edge| graph.edge_label(edge).is_of(OVERRIDES)) {
                for &edge in graph.incoming(graph.edge_target(over)) {
                    if graph.edge_label(edge).is_of(EdgeKinds::CALLS) {
                        reach(graph.edge_source(edge), 0, edge);
                    }
                }
            }
        });
        let mut calls = Limited::new(limits);
        for &visit in &scratch.visits[1..] {
            calls.push_with(|| {
                let toward = scratch.visits[visit.from as usize].symbol;
                let called = graph.edge_target(visit.edge);
                Call {
                    symbol: SymbolRef::new(graph, SymbolId(visit.symbol)),
                    depth: visit.depth,
                    toward: SymbolId(toward),
                    through: (called != toward).then_some(SymbolId(called)),
                    sites: sites(graph, visit.symbol, called),
                }
            });
        }
        let (unresolved_sites, unresolved_candidates) = graph.unresolved_counts(graph.name(target), target);
        Callers {
            target: SymbolRef::new(graph, target),
            total: calls.total,
            truncated: calls.truncated(),
            callers: calls.rows,
            depth_limited: extent.depth_limited,
            complete: extent.complete,
            unresolved_sites,
            unresolved_candidates,
        }
    })
}

/// Whom `target` calls, `limits.max_depth` steps on.
#[must_use]
pub fn callees(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>) -> Callees {
    with_scratch(|scratch| {
        scratch.begin(graph.symbol_count(), 1);
        scratch.visits.push(start(target));
        let extent = scratch.search(limits, |visit, reach| {
            for edge in graph.outgoing(visit.symbol) {
                if graph.edge_label(edge).is_of(EdgeKinds::CALLS) {
                    reach(graph.edge_target(edge), 0, edge);
                }
            }
        });
        let mut calls = Limited::new(limits);
        for &visit in &scratch.visits[1..] {
            calls.push_with(|| {
                let toward = scratch.visits[visit.from as usize].symbol;
                Call {
                    symbol: SymbolRef::new(graph, SymbolId(visit.symbol)),
                    depth: visit.depth,
                    toward: SymbolId(toward),
                    through: None,
                    sites: sites(graph, toward, visit.symbol),
                }
            });
        }
        Callees {
            target: SymbolRef::new(graph, target),
            total: calls.total,
            truncated: calls.truncated(),
            callees: calls.rows,
            depth_limited: extent.depth_limited,
            complete: extent.complete,
            unresolved_sites: graph.unresolved_in(target),
        }
    })
}

fn start(target: SymbolId) -> Visit {
    Visit { symbol: target.0, mode: 0, depth: 0, edge: NONE, from: NONE }
}

/// All calls from one symbol to another.
fn sites(graph: &Graph, from: u32, to: u32) -> Vec<Edge> {
    graph
        .outgoing(from)
        .filter(|&edge| graph.edge_target(edge) == to && graph.edge_label(edge).is_of(EdgeKinds::CALLS))
        .map(|edge| graph.edge(graph.edge_at(edge)))
        .collect()
}
