//! What a context is made of: whole declarations, each with its value and its cost.

use std::cmp::Ordering;

use super::declare::declaration;
use super::rank::{Bond, Ranking};
use super::relations::{children, shown_as};
use super::{Level, Tokenizer};
use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};

/// A declaration that may go into a context.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) symbol: SymbolId,
    pub(super) bond: Bond,
    /// The impl or trait around it, whose header is shown once for all of its items.
    pub(super) group: Option<SymbolId>,
    /// The module that it is shown under.
    pub(super) module: Option<SymbolId>,
    /// How many of the symbols that it shows are expected to be needed.
    pub(super) value: f32,
    /// Its declaration.
    pub(super) text: String,
    /// Tokens of the text, on a line of its own.
    pub(super) tokens: usize,
    pub(super) hops: u32,
}

/// The units of a ranking, the most valuable first, at most `limit`; and how many there are in all.
pub(super) fn units(
    graph: &Graph,
    ranking: &Ranking,
    targets: &[SymbolId],
    level: Level,
    limit: usize,
    tokenizer: &dyn Tokenizer,
) -> (Vec<Unit>, usize) {
    let mut symbols: Vec<SymbolId> = ranking.found.iter().filter_map(|&id| shown_as(graph, id)).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols.retain(|&id| !is_inside(graph, id, targets) && graph.name(id) != "_");
    let mut valued: Vec<(Bond, f32, SymbolId)> = symbols
        .into_iter()
        .filter(|&id| level > Level::Edges || ranking.bond(id) != Bond::Near)
        .map(|id| {
            let parts = if level >= Level::Types { parts_chance(graph, ranking, id) } else { 0.0 };
            (tier(ranking.bond(id)), ranking.chance(id) + parts, id)
        })
        .filter(|&(_, value, _)| value > 0.0)
        .collect();
    valued.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let total = valued.len();
    valued.truncate(limit);
    let unit = |(_, value, symbol)| {
        let bond = ranking.bond(symbol);
        let text = text(graph, symbol, bond, level);
        let group = graph
            .parent(symbol)
            .filter(|_| level > Level::Edges && bond != Bond::Test)
            .filter(|&parent| matches!(graph.kind(parent), SymbolKind::Impl | SymbolKind::Trait));
        let tokens = tokenizer.count(&text) + 1 + usize::from(group.is_some());
        Unit { symbol, bond, group, module: graph.module_of(symbol), value, text, tokens, hops: ranking.hops(symbol) }
    };
    (valued.into_iter().map(unit).collect(), total)
}

/// What comes first whatever it costs: what a target names itself.
pub(super) fn tier(bond: Bond) -> Bond {
    if bond == Bond::Direct { Bond::Direct } else { Bond::Near }
}

/// How two units are ordered when one token of each costs the same.
pub(super) fn by_density(a: (f32, usize), b: (f32, usize)) -> Ordering {
    // a.value / a.cost against b.value / b.cost, the higher first.
    (b.0 * a.1 as f32).total_cmp(&(a.0 * b.1 as f32))
}

fn text(graph: &Graph, id: SymbolId, bond: Bond, level: Level) -> String {
    if level == Level::Edges {
        return format!("- {}", graph.path(id));
    }
    match (bond, graph.place_of(id)) {
        (Bond::Test, Some((file, line))) => format!("- {} ({}:{line})", graph.path(id), graph.file_path(file)),
        _ => declaration(graph, id, level),
    }
}

fn parts_chance(graph: &Graph, ranking: &Ranking, id: SymbolId) -> f32 {
    if !matches!(graph.kind(id), SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union) {
        return 0.0;
    }
    children(graph, id).map(|part| ranking.chance(part)).sum()
}

/// Whether the symbol is a target or declared in one that is shown with its text.
fn is_inside(graph: &Graph, id: SymbolId, targets: &[SymbolId]) -> bool {
    std::iter::successors(Some(id), |&at| graph.parent(at))
        .take_while(|&at| !super::relations::is_module(graph.kind(at)))
        .any(|at| targets.contains(&at))
}
