//! What a module, file or crate declares, in the order of the source.

use serde::{Deserialize, Serialize};

use super::{QueryLimits, SymbolRef};
use crate::graph::Graph;
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// A line of an outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlineItem {
    /// The symbol.
    pub symbol: SymbolRef,
    /// How deep it is nested; what is directly inside the target is at 1.
    pub depth: u32,
    /// Its header as written.
    pub signature: String,
}

/// What some modules declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The items, each before what it contains.
    pub items: Vec<OutlineItem>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether there are some beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the query ran to its end.
    pub complete: bool,
}

/// Everything declared in the targets, down to `limits.max_depth`; with `public` only what is visible outside: what is `pub`, the
/// items of traits, variants, and inherent impls for what they hold. Tests are left out unless they are the target.
#[must_use]
pub fn outline(graph: &Graph, targets: &[SymbolId], public: bool, limits: &QueryLimits<'_>) -> Outline {
    let mut outline = Outline { items: Vec::new(), total: 0, truncated: false, depth_limited: false, complete: true };
    for &target in targets {
        let of_tests = graph.is_test(target);
        // Children in source order, the first on top.
        let mut open: Vec<(SymbolId, u32)> = children(graph, target).into_iter().rev().map(|id| (id, 1)).collect();
        while let Some((id, depth)) = open.pop() {
            if outline.total.is_multiple_of(1024) && limits.deadline.is_some_and(|stop| stop()) {
                outline.complete = false;
                break;
            }
            if (graph.is_test(id) && !of_tests) || (public && !is_public(graph, id)) {
                continue;
            }
            if depth > limits.max_depth {
                outline.depth_limited = true;
                continue;
            }
            outline.total += 1;
            if outline.items.len() < limits.max_results {
                let signature = graph.signature(id).to_owned();
                outline.items.push(OutlineItem { symbol: SymbolRef::new(graph, id), depth, signature });
            }
            open.extend(children(graph, id).into_iter().rev().map(|child| (child, depth + 1)));
        }
    }
    outline.truncated = outline.items.len() < outline.total;
    outline
}

/// What is declared directly inside, in the order of files and lines.
fn children(graph: &Graph, id: SymbolId) -> Vec<SymbolId> {
    let mut children: Vec<SymbolId> =
        graph.edges_from(id).filter(|edge| edge.kind == EdgeKind::Contains).map(|edge| edge.to).collect();
    children.sort_by_key(|&id| (graph.place_of(id), graph.column(id), id));
    children
}

fn is_public(graph: &Graph, id: SymbolId) -> bool {
    let parent = graph.parent(id).map(|parent| graph.kind(parent));
    match graph.kind(id) {
        // Only with something to show; a trait's impl says nothing that the trait does not.
        SymbolKind::Impl => {
            !graph.name(id).contains(" for ") && children(graph, id).iter().any(|&child| is_public(graph, child))
        }
        SymbolKind::Variant | SymbolKind::Macro => true,
        _ => matches!(parent, Some(SymbolKind::Trait | SymbolKind::Variant)) || graph.visibility(id) == "pub",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IndexConfig, SourceSet, index};

    #[test]
    fn an_outline_follows_the_source() {
        let text = "pub struct S { pub a: u8, b: u8 }\nimpl S { pub fn new() {} fn own(&self) {} }\nimpl Clone for S { fn clone(&self) -> S { S } }\npub mod m { pub trait T { fn f(); } fn private() {} }\n#[cfg(test)] mod tests { fn t() {} }\n";
        let graph = index(&SourceSet::from_files([("src/lib.rs", text)]), &IndexConfig::default());
        let root = graph.find("main").expect("the crate");
        let ask = |public, limits: QueryLimits<'_>| {
            let found = outline(&graph, &[root], public, &limits);
            let rows: Vec<(u32, String)> =
                found.items.iter().map(|item| (item.depth, item.symbol.path.clone())).collect();
            (rows, found.total, found.truncated, found.depth_limited)
        };
        let row = |depth, path: &str| (depth, path.to_owned());
        let public = vec![
            row(1, "main::S"),
            row(2, "main::S::a"),
            row(1, "main::<impl S>"),
            row(2, "main::S::new"),
            row(1, "main::m"),
            row(2, "main::m::T"),
            row(3, "main::m::T::f"),
        ];
        assert_eq!(ask(true, QueryLimits::default()), (public.clone(), 7, false, false));
        let two = QueryLimits { max_results: 2, ..QueryLimits::default() };
        assert_eq!(ask(true, two), (public[..2].to_vec(), 7, true, false));
        let shallow = QueryLimits { max_depth: 1, ..QueryLimits::default() };
        let (rows, total, _, limited) = ask(false, shallow);
        assert_eq!((rows.len(), total, limited), (4, 4, true), "{rows:?}");
    }
}
