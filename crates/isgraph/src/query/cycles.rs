//! Cycles: groups of symbols, modules or crates that all depend on each other.

use serde::{Deserialize, Serialize};

use super::scratch::Limited;
use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{Edge, EdgeKind, SymbolId, SymbolKind};

/// What the nodes of a cycle are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleLevel {
    /// Symbols as they stand.
    Symbols,
    /// Modules: an edge between symbols of two modules is one between the modules.
    Modules,
    /// Crates.
    Crates,
}

impl CycleLevel {
    /// The kinds that make a cycle of this level when none are named: calls between symbols, every dependency between
    /// modules or crates.
    #[must_use]
    pub const fn default_kinds(self) -> EdgeKinds {
        match self {
            Self::Symbols => EdgeKinds::CALLS,
            // Declaring is no dependency; and an impl may stand away from its type, which does not
            // depend on it: what the impl names counts where it stands.
            Self::Modules | Self::Crates => {
                EdgeKinds::ALL.without(EdgeKinds::of(&[EdgeKind::Contains, EdgeKind::Implements]))
            }
        }
    }
}

/// All edges from one member of a cycle to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleEdge {
    /// The member where they start.
    pub from: SymbolId,
    /// The member where they end.
    pub to: SymbolId,
    /// How many they are.
    pub count: usize,
    /// The first of them, in the graph's order.
    pub edge: Edge,
}

/// Members that all reach each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// The members, by number; at most as many as results were asked for.
    pub members: Vec<SymbolRef>,
    /// How many members there are.
    pub size: usize,
    /// The edges between members, by number of their ends; at most as many as results were asked for.
    pub edges: Vec<CycleEdge>,
    /// How many connected pairs there are.
    pub edge_total: usize,
}

/// The cycles of a graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycles {
    /// What the members are.
    pub level: CycleLevel,
    /// The cycles, the largest first.
    pub cycles: Vec<Cycle>,
    /// How many there are.
    pub total: usize,
    /// Whether cycles, members or edges were left out.
    pub truncated: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

/// The cycles over edges of `kinds`. A symbol that only reaches itself is one when `self_loops` is set; modules and
/// crates never are. `limits.max_depth` has no meaning here.
#[must_use]
pub fn find_cycles(
    graph: &Graph,
    level: CycleLevel,
    kinds: EdgeKinds,
    self_loops: bool,
    limits: &QueryLimits<'_>,
) -> Cycles {
    let nodes = nodes(graph, level);
    let links = Links::new(graph, &nodes, kinds, level == CycleLevel::Symbols && self_loops);
    let (mut components, complete) = components(&links, graph.symbol_count(), limits);
    for members in &mut components {
        members.sort_unstable();
    }
    components.sort_unstable_by_key(|members| (std::cmp::Reverse(members.len()), members[0]));
    let mut cycles = Limited::new(limits);
    let mut cut = false;
    for members in components {
        cycles.push_with(|| {
            let edges = links.within(graph, &members, limits);
            cut |= edges.truncated() || members.len() > limits.max_results;
            Cycle {
                members: members
                    .iter()
                    .take(limits.max_results)
                    .map(|&id| SymbolRef::new(graph, SymbolId(id)))
                    .collect(),
                size: members.len(),
                edge_total: edges.total,
                edges: edges.rows,
            }
        });
    }
    Cycles { level, truncated: cut || cycles.truncated(), total: cycles.total, cycles: cycles.rows, complete }
}

const NONE: u32 = u32::MAX;

/// The node that each symbol belongs to; [`NONE`] when it belongs to none.
fn nodes(graph: &Graph, level: CycleLevel) -> Vec<u32> {
    let is_node = |kind| match level {
        CycleLevel::Symbols => true,
        CycleLevel::Modules => matches!(kind, SymbolKind::Module | SymbolKind::Crate),
        CycleLevel::Crates => kind == SymbolKind::Crate,
    };
    let mut nodes = vec![NONE; graph.symbol_count()];
    let mut trail = Vec::new();
    for start in graph.symbol_ids() {
        let mut at = Some(start);
        let mut node = NONE;
        while let Some(id) = at {
            if nodes[id.index()] != NONE {
                node = nodes[id.index()];
                break;
            }
            trail.push(id.index());
            if is_node(graph.kind(id)) {
                node = id.0;
                break;
            }
            at = graph.parent(id);
        }
        for index in trail.drain(..) {
            nodes[index] = node;
        }
    }
    nodes
}

/// The links between nodes as adjacency, one for each pair of nodes.
struct Links {
    start: Vec<u32>,
    /// Target, first edge, number of edges.
    links: Vec<(u32, u32, u32)>,
}

impl Links {
    fn new(graph: &Graph, nodes: &[u32], kinds: EdgeKinds, self_loops: bool) -> Self {
        let mut found: Vec<(u64, u32)> = (0..graph.edge_count() as u32)
            .filter(|&edge| graph.edge_label(edge).is_of(kinds))
            .filter_map(|edge| {
                let (from, to) = (graph.edge_source(edge), graph.edge_target(edge));
                let (a, b) = (nodes[from as usize], nodes[to as usize]);
                let linked = a != NONE && b != NONE && (a != b || self_loops && from == to);
                linked.then(|| (u64::from(a) << 32 | u64::from(b), edge))
            })
            .collect();
        found.sort_unstable();
        let mut start = vec![0_u32; nodes.len() + 1];
        let mut links = Vec::new();
        for run in found.chunk_by(|a, b| a.0 == b.0) {
            let (pair, edge) = run[0];
            start[(pair >> 32) as usize + 1] += 1;
            links.push((pair as u32, edge, run.len() as u32));
        }
        for at in 1..start.len() {
            start[at] += start[at - 1];
        }
        Self { start, links }
    }

    fn of(&self, node: u32) -> &[(u32, u32, u32)] {
        &self.links[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }

    /// The links between these nodes, which are sorted.
    fn within(&self, graph: &Graph, members: &[u32], limits: &QueryLimits<'_>) -> Limited<CycleEdge> {
        let mut edges = Limited::new(limits);
        for &from in members {
            for &(to, edge, count) in self.of(from).iter().filter(|(to, ..)| members.binary_search(to).is_ok()) {
                edges.push_with(|| CycleEdge {
                    from: SymbolId(from),
                    to: SymbolId(to),
                    count: count as usize,
                    edge: graph.edge(graph.edge_at(edge)),
                });
            }
        }
        edges
    }
}

/// Tarjan's strongly connected components, without recursion: those of two nodes and more, and
/// single nodes with a link to themselves. The flag says whether it ran to its end.
fn components(links: &Links, nodes: usize, limits: &QueryLimits<'_>) -> (Vec<Vec<u32>>, bool) {
    /// Order number of a node whose component is closed.
    const CLOSED: u32 = u32::MAX;
    let mut order = vec![0_u32; nodes];
    let mut low = vec![0_u32; nodes];
    let mut next = 1;
    let mut open: Vec<u32> = Vec::new();
    // Node, and how many of its links were followed.
    let mut calls: Vec<(u32, u32)> = Vec::new();
    let mut components = Vec::new();
    for root in 0..nodes as u32 {
        if order[root as usize] != 0 || links.of(root).is_empty() {
            continue;
        }
        if limits.deadline.is_some_and(|stop| stop()) {
            return (components, false);
        }
        calls.push((root, 0));
        while let Some(&mut (node, ref mut followed)) = calls.last_mut() {
            let at = node as usize;
            if *followed == 0 && order[at] == 0 {
                order[at] = next;
                low[at] = next;
                next += 1;
                open.push(node);
            }
            if let Some(&(to, ..)) = links.of(node).get(*followed as usize) {
                *followed += 1;
                match order[to as usize] {
                    0 => calls.push((to, 0)),
                    CLOSED => {}
                    seen => low[at] = low[at].min(seen),
                }
                continue;
            }
            calls.pop();
            if let Some(&(parent, _)) = calls.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
            if low[at] == order[at] {
                let first = open.iter().rposition(|&member| member == node).unwrap_or(0);
                let members = open.split_off(first);
                for &member in &members {
                    order[member as usize] = CLOSED;
                    low[member as usize] = CLOSED;
                }
                if members.len() > 1 || links.of(node).iter().any(|&(to, ..)| to == node) {
                    components.push(members);
                }
            }
        }
    }
    (components, true)
}
