//! How much of a project leans on a symbol.
//!
//! PageRank (Brin and Page, "The anatomy of a large-scale hypertextual web search engine", 1998) over the graph: a symbol
//! passes its weight on to what it depends on, and what is declared inside a type, trait or impl passes on to that. petgraph's
//! `page_rank` visits every pair of symbols in every round, which takes minutes where this takes milliseconds.

use crate::graph::{EdgeKinds, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// The share of its weight that a symbol passes on; the value of the paper.
const DAMPING: f32 = 0.85;
/// After so many rounds what still moves is below a hundredth of the whole.
const ROUNDS: usize = 25;

const CONTAINS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Contains]);

/// The rank of every symbol, by number; all together are 1. Tests pass nothing on, and what they alone use ranks low.
#[must_use]
pub fn ranks(graph: &Graph) -> Vec<f32> {
    let count = graph.symbol_count();
    if count == 0 {
        return Vec::new();
    }
    let links: Vec<Vec<u32>> = graph.symbol_ids().map(|id| links(graph, id)).collect();
    let even = 1.0 / count as f32;
    let mut ranks = vec![even; count];
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; count];
        let mut idle = 0.0;
        for (links, &rank) in links.iter().zip(&ranks) {
            if links.is_empty() {
                idle += rank;
            }
            let share = rank / links.len().max(1) as f32;
            for &to in links {
                next[to as usize] += share;
            }
        }
        for rank in &mut next {
            *rank = (1.0 - DAMPING) * even + DAMPING * (*rank + idle * even);
        }
        ranks = next;
    }
    ranks
}

/// To whom a symbol passes its weight on; to each once.
fn links(graph: &Graph, id: SymbolId) -> Vec<u32> {
    if graph.is_test(id) {
        return Vec::new();
    }
    let mut links: Vec<u32> = graph
        .outgoing(id.0)
        .filter(|&edge| !graph.edge_label(edge).is_of(CONTAINS))
        .map(|edge| graph.edge_target(edge))
        .filter(|&to| to != id.0)
        .collect();
    let owner = graph.parent(id).filter(|&owner| {
        !matches!(graph.kind(owner), SymbolKind::Module | SymbolKind::Crate | SymbolKind::Function | SymbolKind::Method)
    });
    links.extend(owner.map(|owner| owner.0));
    links.sort_unstable();
    links.dedup();
    links
}

#[cfg(test)]
mod tests {
    use super::ranks;
    use crate::{IndexConfig, SourceSet, index};

    #[test]
    fn what_much_leans_on_ranks_high() {
        let text = "pub struct S; impl S { pub fn new() -> S { S } } fn a() { S::new(); shared() } fn b() { S::new(); shared() } fn shared() {} fn alone() {} #[test] fn t() { alone() }";
        let graph = index(&SourceSet::from_files([("src/lib.rs", text)]), &IndexConfig::default());
        let ranks = ranks(&graph);
        let rank = |name: &str| graph.find(name).ok().and_then(|id| ranks.get(id.index()).copied()).unwrap_or(0.0);
        assert!((ranks.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        assert!(rank("S") > rank("S::new") && rank("S::new") > rank("a") && rank("shared") > rank("alone"));
        assert_eq!(rank("alone"), rank("a"), "a test passes nothing on");
        assert!(super::ranks(&crate::Graph::default()).is_empty());
    }
}
