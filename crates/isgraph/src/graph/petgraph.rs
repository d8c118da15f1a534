//! petgraph's visit traits, so that every petgraph algorithm runs on a [`Graph`].
//!
//! Nodes are [`SymbolId`]s, edges [`EdgeRef`]s with their [`EdgeKind`] as weight. To run on some kinds only, wrap the
//! graph: `EdgeFiltered::from_fn(&graph, |edge| edge.kind == EdgeKind::Calls)`.

use petgraph::visit::{
    Data, EdgeCount, EdgeRef as PetgraphEdge, GetAdjacencyMatrix, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeCount,
    NodeIndexable, VisitMap as PetgraphVisitMap, Visitable,
};
use petgraph::{Directed, Direction};

use super::{EdgeId, EdgeRef, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

impl GraphBase for Graph {
    type EdgeId = EdgeId;
    type NodeId = SymbolId;
}

impl Data for Graph {
    type NodeWeight = SymbolKind;
    type EdgeWeight = EdgeKind;
}

impl GraphProp for Graph {
    type EdgeType = Directed;
}

impl NodeCount for Graph {
    fn node_count(&self) -> usize {
        self.symbol_count()
    }
}

impl EdgeCount for Graph {
    fn edge_count(&self) -> usize {
        Graph::edge_count(self)
    }
}

impl NodeIndexable for Graph {
    fn node_bound(&self) -> usize {
        self.symbol_count()
    }

    fn to_index(&self, id: SymbolId) -> usize {
        id.index()
    }

    fn from_index(&self, index: usize) -> SymbolId {
        SymbolId(index as u32)
    }
}

impl NodeCompactIndexable for Graph {}

impl PetgraphEdge for EdgeRef {
    type NodeId = SymbolId;
    type EdgeId = EdgeId;
    type Weight = EdgeKind;

    fn source(&self) -> SymbolId {
        self.from
    }

    fn target(&self) -> SymbolId {
        self.to
    }

    fn weight(&self) -> &EdgeKind {
        &self.kind
    }

    fn id(&self) -> EdgeId {
        self.index
    }
}

/// Numbers of edges, of one symbol and direction or of all.
#[derive(Debug, Clone)]
enum Numbers<'g> {
    Span(std::ops::Range<u32>),
    List(std::slice::Iter<'g, u32>),
}

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Span(span) => span.next(),
            Self::List(list) => list.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Span(span) => span.size_hint(),
            Self::List(list) => list.size_hint(),
        }
    }
}

/// Edges of the graph, for petgraph.
///
/// As petgraph asks, an edge that is met against its direction is turned around: its source is the symbol that was
/// asked about only in [`IntoEdges::edges`]; [`IntoEdgesDirected::edges_directed`] leaves the ends as they are.
#[derive(Debug, Clone)]
pub struct Edges<'g> {
    graph: &'g Graph,
    numbers: Numbers<'g>,
}

impl Iterator for Edges<'_> {
    type Item = EdgeRef;

    fn next(&mut self) -> Option<EdgeRef> {
        self.numbers.next().map(|edge| self.graph.edge_at(edge))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

/// Neighbours of a symbol, for petgraph: one for each edge.
#[derive(Debug, Clone)]
pub struct Neighbors<'g> {
    graph: &'g Graph,
    numbers: Numbers<'g>,
    direction: Direction,
}

impl Iterator for Neighbors<'_> {
    type Item = SymbolId;

    fn next(&mut self) -> Option<SymbolId> {
        let edge = self.numbers.next()?;
        Some(SymbolId(match self.direction {
            Direction::Outgoing => self.graph.edge_target(edge),
            Direction::Incoming => self.graph.edge_source(edge),
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl<'g> IntoNeighbors for &'g Graph {
    type Neighbors = Neighbors<'g>;

    fn neighbors(self, id: SymbolId) -> Neighbors<'g> {
        self.neighbors_directed(id, Direction::Outgoing)
    }
}

impl<'g> IntoNeighborsDirected for &'g Graph {
    type NeighborsDirected = Neighbors<'g>;

    fn neighbors_directed(self, id: SymbolId, direction: Direction) -> Neighbors<'g> {
        Neighbors { graph: self, numbers: numbers(self, id, direction), direction }
    }
}

impl<'g> IntoEdgeReferences for &'g Graph {
    type EdgeRef = EdgeRef;
    type EdgeReferences = Edges<'g>;

    fn edge_references(self) -> Edges<'g> {
        Edges { graph: self, numbers: Numbers::Span(0..Graph::edge_count(self) as u32) }
    }
}

impl<'g> IntoEdges for &'g Graph {
    type Edges = Edges<'g>;

    fn edges(self, id: SymbolId) -> Edges<'g> {
        self.edges_directed(id, Direction::Outgoing)
    }
}

impl<'g> IntoEdgesDirected for &'g Graph {
    type EdgesDirected = Edges<'g>;

    fn edges_directed(self, id: SymbolId, direction: Direction) -> Edges<'g> {
        Edges { graph: self, numbers: numbers(self, id, direction) }
    }
}

fn numbers(graph: &Graph, id: SymbolId, direction: Direction) -> Numbers<'_> {
    match direction {
        Direction::Outgoing => Numbers::Span(graph.outgoing(id.0)),
        Direction::Incoming => Numbers::List(graph.incoming(id.0).iter()),
    }
}

/// Every symbol of a graph, for petgraph.
#[derive(Debug, Clone)]
pub struct SymbolIds(std::ops::Range<u32>);

impl Iterator for SymbolIds {
    type Item = SymbolId;

    fn next(&mut self) -> Option<SymbolId> {
        self.0.next().map(SymbolId)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl IntoNodeIdentifiers for &Graph {
    type NodeIdentifiers = SymbolIds;

    fn node_identifiers(self) -> SymbolIds {
        SymbolIds(0..self.symbol_count() as u32)
    }
}

/// Marks of visited symbols: one bit each.
#[derive(Debug, Clone, Default)]
pub struct VisitMap(Vec<u64>);

impl VisitMap {
    fn bit(id: SymbolId) -> (usize, u64) {
        (id.index() / 64, 1 << (id.index() % 64))
    }
}

impl PetgraphVisitMap<SymbolId> for VisitMap {
    fn visit(&mut self, id: SymbolId) -> bool {
        let (word, bit) = Self::bit(id);
        let Some(word) = self.0.get_mut(word) else { return false };
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    fn is_visited(&self, id: &SymbolId) -> bool {
        let (word, bit) = Self::bit(*id);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn unvisit(&mut self, id: SymbolId) -> bool {
        let (word, bit) = Self::bit(id);
        let Some(word) = self.0.get_mut(word) else { return false };
        let visited = *word & bit != 0;
        *word &= !bit;
        visited
    }
}

impl Visitable for Graph {
    type Map = VisitMap;

    fn visit_map(&self) -> VisitMap {
        VisitMap(vec![0; self.symbol_count().div_ceil(64)])
    }

    fn reset_map(&self, map: &mut VisitMap) {
        map.0.clear();
        map.0.resize(self.symbol_count().div_ceil(64), 0);
    }
}

/// The adjacency is the matrix: edges of a symbol are few.
impl GetAdjacencyMatrix for Graph {
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), from: SymbolId, to: SymbolId) -> bool {
        self.outgoing(from.0).any(|edge| self.edge_target(edge) == to.0)
    }
}
