//! Which types implement a trait, and which traits a type implements.

use serde::{Deserialize, Serialize};

use super::scratch::{Limited, NONE, Visit, with_scratch};
use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{Edge, EdgeKind, SymbolId, SymbolKind};

/// Why an implementation counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// An impl or derive of the trait itself.
    Direct,
    /// The trait is a supertrait of this trait, which the type implements.
    Subtrait(SymbolId),
    /// This blanket impl (`impl<T: Bound> Trait for T`) gives the trait to what satisfies its bounds;
    /// the type satisfies one of them. Whether it satisfies the others is not checked. When one of
    /// the bounds is of the source set, only such are followed.
    Blanket(SymbolId),
}

/// A type, or a blanket impl, that implements the trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementor {
    /// The type; of a blanket impl, the impl.
    pub symbol: SymbolRef,
    /// How it comes to implement the trait that was asked for.
    pub via: Via,
    /// The trait that its impls name: the one that was asked for, when `via` is direct.
    pub of_trait: SymbolId,
    /// Steps from the trait that was asked for; 1 is a direct implementation.
    pub depth: u32,
    /// The impls, by place.
    pub impls: Vec<Edge>,
}

/// Which types implement a trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementors {
    /// The trait.
    pub target: SymbolRef,
    /// Its implementors, direct ones first.
    pub implementors: Vec<Implementor>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether there are some beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

/// A trait that the type implements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementation {
    /// The trait.
    pub symbol: SymbolRef,
    /// How the type comes to implement it: [`Via::Subtrait`] names the implemented trait that has it as supertrait.
    pub via: Via,
    /// Steps from the type; 1 is a direct implementation.
    pub depth: u32,
    /// The edges that led there: the type's impls of it, the inheritance, or the blanket impl's header.
    pub impls: Vec<Edge>,
}

/// Which traits a type implements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implementations {
    /// The type.
    pub target: SymbolRef,
    /// The traits, direct ones first. Blanket impls without bounds are not listed: they hold for every type.
    pub implementations: Vec<Implementation>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether there are some beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

const IMPLEMENTS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Implements]);
const INHERITS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Inherits]);
const CONSTRAINS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Constrains]);

/// Reached as an implementor: listed.
const LISTED: u8 = 0;
/// Reached as a trait whose implementors count.
const SOURCE: u8 = 1;

/// Which types implement `target`, a trait: by an impl or a derive, by implementing a subtrait, or through a blanket impl.
#[must_use]
pub fn what_implements(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>) -> Implementors {
    with_scratch(|scratch| {
        scratch.begin(graph.symbol_count(), 2);
        scratch.mark(target.0, SOURCE);
        scratch.visits.push(Visit { symbol: target.0, mode: SOURCE, depth: 0, edge: NONE, from: NONE });
        let extent = scratch.search(limits, |visit, reach| {
            if visit.mode == SOURCE {
                for &edge in graph.incoming(visit.symbol) {
                    let label = graph.edge_label(edge);
                    if label.is_of(IMPLEMENTS) {
                        reach(graph.edge_source(edge), LISTED, edge);
                    } else if label.is_of(INHERITS) {
                        reach(graph.edge_source(edge), SOURCE, edge);
                    }
                }
            } else if graph.is_blanket_impl(SymbolId(visit.symbol)) {
                for edge in bounds(graph, visit.symbol) {
                    reach(graph.edge_target(edge), SOURCE, edge);
                }
            }
        });
        let mut found = Limited::new(limits);
        for &visit in scratch.visits.iter().filter(|visit| visit.mode == LISTED) {
            found.push_with(|| {
                let source = scratch.visits[visit.from as usize];
                let via = match source.edge {
                    NONE => Via::Direct,
                    edge if graph.edge_label(edge).is_of(INHERITS) => Via::Subtrait(SymbolId(source.symbol)),
                    edge => Via::Blanket(SymbolId(graph.edge_source(edge))),
                };
                Implementor {
                    symbol: SymbolRef::new(graph, SymbolId(visit.symbol)),
                    via,
                    of_trait: SymbolId(source.symbol),
                    depth: visit.depth,
                    impls: between(graph, visit.symbol, source.symbol, IMPLEMENTS),
                }
            });
        }
        Implementors {
            target: SymbolRef::new(graph, target),
            total: found.total,
            truncated: found.truncated(),
            implementors: found.rows,
            depth_limited: extent.depth_limited,
            complete: extent.complete,
        }
    })
}

/// Which traits `target`, a type, implements: by an impl or a derive, as supertraits of those, or through blanket impls
/// one of whose bounds it satisfies.
#[must_use]
pub fn implementations_of(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>) -> Implementations {
    with_scratch(|scratch| {
        scratch.begin(graph.symbol_count(), 1);
        scratch.mark(target.0, LISTED);
        scratch.visits.push(Visit { symbol: target.0, mode: LISTED, depth: 0, edge: NONE, from: NONE });
        let extent = scratch.search(limits, |visit, reach| {
            for edge in graph.outgoing(visit.symbol) {
                let label = graph.edge_label(edge);
                if label.is_of(if visit.depth == 0 { IMPLEMENTS } else { INHERITS }) {
                    reach(graph.edge_target(edge), LISTED, edge);
                }
            }
            let bounded = graph.incoming(visit.symbol).iter().filter(|&&edge| graph.edge_label(edge).is_of(CONSTRAINS));
            for (&bound, blanket) in bounded.map(|edge| (edge, graph.edge_source(*edge))) {
                if visit.depth > 0
                    && graph.is_blanket_impl(SymbolId(blanket))
                    && bounds(graph, blanket).any(|edge| edge == bound)
                {
                    for edge in graph.outgoing(blanket).filter(|&edge| graph.edge_label(edge).is_of(IMPLEMENTS)) {
                        reach(graph.edge_target(edge), LISTED, edge);
                    }
                }
            }
        });
        let mut found = Limited::new(limits);
        for &visit in &scratch.visits[1..] {
            found.push_with(|| {
                let before = scratch.visits[visit.from as usize];
                let source = graph.edge_source(visit.edge);
                let (via, kinds) = if graph.edge_label(visit.edge).is_of(INHERITS) {
                    (Via::Subtrait(SymbolId(source)), INHERITS)
                } else if before.depth == 0 {
                    (Via::Direct, IMPLEMENTS)
                } else {
                    (Via::Blanket(SymbolId(source)), IMPLEMENTS)
                };
                Implementation {
                    symbol: SymbolRef::new(graph, SymbolId(visit.symbol)),
                    via,
                    depth: visit.depth,
                    impls: between(graph, source, visit.symbol, kinds),
                }
            });
        }
        Implementations {
            target: SymbolRef::new(graph, target),
            total: found.total,
            truncated: found.truncated(),
            implementations: found.rows,
            depth_limited: extent.depth_limited,
            complete: extent.complete,
        }
    })
}

/// The bounds of an impl that are followed.
fn bounds(graph: &Graph, of_impl: u32) -> impl Iterator<Item = u32> + '_ {
    let all = move || graph.outgoing(of_impl).filter(|&edge| graph.edge_label(edge).is_of(CONSTRAINS));
    let is_external = |edge: u32| graph.kind(SymbolId(graph.edge_target(edge))) == SymbolKind::External;
    let all_external = all().all(is_external);
    all().filter(move |&edge| all_external || !is_external(edge))
}

fn between(graph: &Graph, from: u32, to: u32, kinds: EdgeKinds) -> Vec<Edge> {
    graph
        .outgoing(from)
        .filter(|&edge| graph.edge_target(edge) == to && graph.edge_label(edge).is_of(kinds))
        .map(|edge| graph.edge(graph.edge_at(edge)))
        .collect()
}
