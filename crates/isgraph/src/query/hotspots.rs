//! The symbols that most of a project leans on.

use serde::{Deserialize, Serialize};

use super::rank::ranks;
use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// A symbol and how much hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hotspot {
    /// The symbol.
    pub symbol: SymbolRef,
    /// How many symbols depend on it.
    pub fan_in: usize,
    /// How many symbols of the source set it depends on.
    pub fan_out: usize,
    /// Its share of the whole project's weight, as [`ranks`] has it.
    pub rank: f32,
}

/// What hotspots are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HotspotOrder {
    /// How much leans on it, through others too.
    #[default]
    Rank,
    /// How many depend on it.
    FanIn,
    /// On how many it depends.
    FanOut,
}

/// The symbols that most hangs on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hotspots {
    /// The symbols, those first that most hangs on.
    pub hotspots: Vec<Hotspot>,
    /// How many symbols were compared.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether the query ran to its end.
    pub complete: bool,
}

const DEPENDS: EdgeKinds = EdgeKinds::ALL.without(EdgeKinds::of(&[EdgeKind::Contains, EdgeKind::Imports]));

/// The symbols of `kinds` (of all but modules and impls, when empty) by how much hangs on them. External symbols and
/// tests are not among them.
#[must_use]
pub fn hotspots(graph: &Graph, kinds: &[SymbolKind], order: HotspotOrder, limits: &QueryLimits<'_>) -> Hotspots {
    let ranks = ranks(graph);
    let wanted = |kind: SymbolKind| {
        let own = !matches!(kind, SymbolKind::External);
        let by_default = !matches!(kind, SymbolKind::Crate | SymbolKind::Module | SymbolKind::Impl);
        own && if kinds.is_empty() { by_default } else { kinds.contains(&kind) }
    };
    let mut rows = Vec::new();
    let mut complete = true;
    for id in graph.symbol_ids() {
        if id.0.is_multiple_of(1024) && limits.deadline.is_some_and(|stop| stop()) {
            complete = false;
            break;
        }
        if wanted(graph.kind(id)) && !graph.is_test(id) {
            let rank = ranks.get(id.index()).copied().unwrap_or(0.0);
            rows.push((fan_in(graph, id), fan_out(graph, id), rank, id));
        }
    }
    rows.sort_unstable_by(|a, b| {
        let first = match order {
            HotspotOrder::Rank => b.2.total_cmp(&a.2),
            HotspotOrder::FanIn => b.0.cmp(&a.0),
            HotspotOrder::FanOut => b.1.cmp(&a.1),
        };
        first.then(b.2.total_cmp(&a.2)).then(a.3.cmp(&b.3))
    });
    let total = rows.len();
    rows.truncate(limits.max_results);
    let hotspot = |(fan_in, fan_out, rank, id)| Hotspot { symbol: SymbolRef::new(graph, id), fan_in, fan_out, rank };
    Hotspots { truncated: rows.len() < total, hotspots: rows.into_iter().map(hotspot).collect(), total, complete }
}

fn fan_in(graph: &Graph, id: SymbolId) -> usize {
    let edges = graph.incoming(id.0).iter().filter(|&&edge| graph.edge_label(edge).is_of(DEPENDS));
    // Edges into a symbol are sorted by their source.
    let mut sources: Vec<u32> = edges.map(|&edge| graph.edge_source(edge)).collect();
    sources.dedup();
    sources.len()
}

fn fan_out(graph: &Graph, id: SymbolId) -> usize {
    let edges = graph.outgoing(id.0).filter(|&edge| graph.edge_label(edge).is_of(DEPENDS));
    let mut targets: Vec<u32> = edges
        .map(|edge| graph.edge_target(edge))
        .filter(|&to| graph.kind(SymbolId(to)) != SymbolKind::External)
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IndexConfig, SourceSet, index};

    #[test]
    fn hotspots_are_counted_and_ordered() {
        let text = "fn a() { shared(); b() } fn b() { shared(); shared() } fn shared() { String::new(); } #[cfg(test)] mod t { fn u() { super::b() } }";
        let graph = index(&SourceSet::from_files([("src/lib.rs", text)]), &IndexConfig::default());
        let ask = |order, max_results| {
            let limits = QueryLimits { max_results, ..QueryLimits::default() };
            let found = hotspots(&graph, &[], order, &limits);
            let rows: Vec<(String, usize, usize)> =
                found.hotspots.iter().map(|spot| (spot.symbol.path.clone(), spot.fan_in, spot.fan_out)).collect();
            (rows, found.total, found.truncated)
        };
        let row = |path: &str, fan_in, fan_out| (path.to_owned(), fan_in, fan_out);
        let by_rank = vec![row("main::shared", 2, 0), row("main::b", 2, 1), row("main::a", 0, 2)];
        assert_eq!(ask(HotspotOrder::Rank, 9), (by_rank, 3, false));
        assert_eq!(ask(HotspotOrder::FanOut, 1), (vec![row("main::a", 0, 2)], 3, true));
        let none = hotspots(&graph, &[SymbolKind::Trait], HotspotOrder::FanIn, &QueryLimits::default());
        assert_eq!((none.total, none.complete), (0, true));
    }
}
