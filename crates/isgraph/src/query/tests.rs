//! Every query against a naive reference on random graphs, with and without limits.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::graph::arbitrary::graph;
use crate::graph::{EdgeDraft, EdgeKinds, EdgeRef, FileDraft, FileId, GraphDraft, Place, SymbolDraft};
use crate::model::{Confidence, Edge, EdgeKind, Reason, SymbolKind};

const ANY: QueryLimits<'static> = QueryLimits { max_results: usize::MAX, max_depth: u32::MAX, deadline: None };

fn depth(max_depth: u32) -> QueryLimits<'static> {
    QueryLimits { max_depth, ..ANY }
}

fn is_call(edge: &EdgeRef) -> bool {
    matches!(edge.kind, EdgeKind::Calls | EdgeKind::AsyncCalls)
}

/// Least number of steps to each state that `next` leads to, the start not counted as reached.
fn distances<S: Ord + Copy>(starts: &[S], next: impl Fn(S, u32) -> Vec<S>) -> BTreeMap<S, u32> {
    let mut found = BTreeMap::new();
    let mut layer: BTreeSet<S> = starts.iter().copied().collect();
    let mut at = 0;
    while !layer.is_empty() {
        let reached: BTreeSet<S> = layer.iter().flat_map(|&state| next(state, at)).collect();
        at += 1;
        layer = reached.into_iter().filter(|state| !found.contains_key(state)).collect();
        found.extend(layer.iter().map(|&state| (state, at)));
    }
    found
}

fn within<S: Ord + Copy>(found: &BTreeMap<S, u32>, max_depth: u32) -> BTreeMap<S, u32> {
    found.iter().filter(|&(_, &depth)| depth <= max_depth).map(|(&state, &depth)| (state, depth)).collect()
}

/// What cutting must keep true: the first rows of the full answer, and its count.
fn check_cut<T: PartialEq + std::fmt::Debug>(full: &[T], cut: &[T], total: usize, truncated: bool, max: usize) {
    assert_eq!(cut, &full[..max.min(full.len())]);
    assert_eq!((total, truncated), (full.len(), full.len() > max));
}

fn naive_callers(graph: &Graph, target: SymbolId) -> BTreeMap<SymbolId, u32> {
    distances(&[target], |symbol, _| {
        let overridden = graph.edges_from(symbol).filter(|edge| edge.kind == EdgeKind::Overrides).map(|edge| edge.to);
        let called: Vec<SymbolId> = overridden.chain([symbol]).collect();
        graph.edges().filter(|edge| is_call(edge) && called.contains(&edge.to)).map(|edge| edge.from).collect()
    })
}

/// The bounds that a blanket impl is reached through.
fn naive_bounds(graph: &Graph, id: SymbolId) -> Vec<SymbolId> {
    let parts = graph.symbol(id).parts;
    if graph.kind(id) != SymbolKind::Impl || !parts.generics.iter().any(|param| Some(&param.name) == parts.ty.as_ref())
    {
        return Vec::new();
    }
    let bounds = graph.edges_from(id).filter(|edge| edge.kind == EdgeKind::Constrains).map(|edge| edge.to);
    let (external, own): (Vec<_>, Vec<_>) = bounds.partition(|&bound| graph.kind(bound) == SymbolKind::External);
    if own.is_empty() { external } else { own }
}

/// Modes as in the module's table: 0 container, 1 dispatch, 2 dependent, 3 part.
fn naive_blast(graph: &Graph, target: SymbolId) -> BTreeMap<(SymbolId, u8), u32> {
    distances(&[(target, 3)], |(symbol, mode), _| {
        let mut next = Vec::new();
        for edge in graph.edges() {
            let is_member = matches!(graph.kind(symbol), SymbolKind::Field | SymbolKind::Variant);
            match edge.kind {
                EdgeKind::Contains if edge.to == symbol => {
                    next.push((edge.from, if is_member && mode != 0 { 2 } else { 0 }))
                }
                EdgeKind::Contains if edge.from == symbol && mode == 3 => next.push((edge.to, 3)),
                EdgeKind::Contains => {}
                EdgeKind::Overrides if edge.from == symbol && edge.to == symbol && mode >= 2 => {
                    next.extend([(symbol, 1), (symbol, 2)]);
                }
                EdgeKind::Overrides if edge.from == symbol && mode >= 2 => next.push((edge.to, 1)),
                kind if edge.to == symbol => {
                    let dispatches = matches!(kind, EdgeKind::Calls | EdgeKind::AsyncCalls | EdgeKind::Uses);
                    if mode >= 2 || mode == 1 && dispatches {
                        next.push((edge.from, 2));
                    }
                }
                _ => {}
            }
        }
        next
    })
}

/// A draft of named symbols: (path, kind, parent), a test when the path starts with `k::tests`.
fn draft(symbols: &[(&str, SymbolKind, Option<u32>)], edges: &[(u32, u32, EdgeKind)]) -> GraphDraft {
    let contains = symbols.iter().zip(0..).filter_map(|(symbol, id)| Some((symbol.2?, id, EdgeKind::Contains)));
    GraphDraft {
        files: vec![FileDraft { path: "src/lib.rs".into(), lines: (0..100).collect() }],
        edges: edges
            .iter()
            .copied()
            .chain(contains)
            .map(|(from, to, kind)| EdgeDraft {
                from: SymbolId(from),
                to: SymbolId(to),
                kind,
                place: None,
                confidence: Confidence::High,
                reason: Reason::Path,
            })
            .collect(),
        symbols: symbols
            .iter()
            .zip(0..)
            .map(|(&(path, kind, parent), line)| SymbolDraft {
                kind,
                name: path.rsplit("::").next().unwrap_or(path).into(),
                path: path.into(),
                parent: parent.map(SymbolId),
                place: Some(Place { file: FileId(0), offset: line }),
                start: None,
                end: line + 1,
                signature: String::new(),
                visibility: String::new(),
                cfg: String::new(),
                docs: String::new(),
                is_test: path.starts_with("k::tests"),
                content_hash: 0,
            })
            .collect(),
        ..GraphDraft::default()
    }
}

#[test]
fn a_changed_implementation_affects_callers_of_the_trait_but_no_other_implementation() {
    use EdgeKind::{Calls, Implements, Overrides};
    use SymbolKind::{Crate, Function, Impl, Method, Module, Struct, Trait};
    let graph = Graph::freeze(draft(
        &[
            ("k", Crate, None),
            ("k::Shape", Trait, Some(0)),
            ("k::Shape::area", Method, Some(1)),
            ("k::Circle", Struct, Some(0)),
            ("k::<impl Shape for Circle>", Impl, Some(0)),
            ("k::<Circle as Shape>::area", Method, Some(4)),
            ("k::Square", Struct, Some(0)),
            ("k::<impl Shape for Square>", Impl, Some(0)),
            ("k::<Square as Shape>::area", Method, Some(7)),
            ("k::total", Function, Some(0)),
            ("k::tests", Module, Some(0)),
            ("k::tests::totals", Function, Some(10)),
        ],
        &[(3, 1, Implements), (6, 1, Implements), (5, 2, Overrides), (8, 2, Overrides), (9, 2, Calls), (11, 9, Calls)],
    ));
    let found = |target: u32| {
        let radius = blast_radius(&graph, SymbolId(target), &ANY);
        let relations: BTreeMap<u32, Relation> =
            radius.affected.iter().map(|affected| (affected.symbol.id.0, affected.relation)).collect();
        (relations, radius.test_filter)
    };
    use Relation::{Container, Dependent, Dispatch, Part};
    let (circle_area, filter) = found(5);
    let expected = [
        (0, Container),
        (1, Container),
        (2, Dispatch),
        (4, Container),
        (9, Dependent),
        (10, Container),
        (11, Dependent),
    ];
    assert_eq!(circle_area, expected.into());
    assert_eq!(filter, "test(=tests::totals)");

    let (shape_area, _) = found(2);
    assert!(shape_area.contains_key(&5) && shape_area.contains_key(&8), "the trait's method affects what overrides it");
    let (shape, _) = found(1);
    assert_eq!([shape[&2], shape[&3], shape[&6], shape[&9]], [Part, Dependent, Dependent, Dependent]);
    let (tests, filter) = found(10);
    assert_eq!((tests[&11], filter.as_str()), (Part, "test(=tests::totals)"));

    let called = callers(&graph, SymbolId(5), &depth(1));
    assert_eq!(called.callers[0].through, Some(SymbolId(2)));
    assert_eq!((called.total, called.depth_limited), (1, true));
}

proptest! {
    #[test]
    fn callers_are_those_who_reach_the_target(graph in graph(1..14), at in any::<proptest::sample::Index>(), max in 0..5_usize, far in 0..4_u32) {
        let target = SymbolId(at.index(graph.symbol_count()) as u32);
        let expected = naive_callers(&graph, target);
        let full = callers(&graph, target, &ANY);
        let found: BTreeMap<_, _> = full.callers.iter().map(|call| (call.symbol.id, call.depth)).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert!(full.complete && !full.depth_limited && !full.truncated);
        for call in &full.callers {
            let called = call.through.unwrap_or(call.toward);
            let sites: Vec<Edge> = graph.edges().filter(|e| is_call(e) && e.from == call.symbol.id && e.to == called).map(|e| graph.edge(e)).collect();
            prop_assert!(!sites.is_empty());
            prop_assert_eq!(&call.sites, &sites);
            prop_assert_eq!(call.depth == 1, call.toward == target || expected.get(&call.toward).is_none_or(|&depth| depth == 0));
        }
        let sites: Vec<_> = graph.unresolved().filter(|site| site.name == graph.name(target)).collect();
        prop_assert_eq!(full.unresolved_sites, sites.len());
        prop_assert_eq!(full.unresolved_candidates, sites.iter().filter(|site| site.may_mean(target)).count());

        let near = callers(&graph, target, &depth(far));
        let found: BTreeMap<_, _> = near.callers.iter().map(|call| (call.symbol.id, call.depth)).collect();
        prop_assert_eq!(&found, &within(&expected, far));
        prop_assert_eq!(near.depth_limited, found.len() < expected.len());
        let cut = callers(&graph, target, &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.callers, &cut.callers, cut.total, cut.truncated, max);
    }

    #[test]
    fn callees_are_those_whom_the_target_reaches(graph in graph(1..14), at in any::<proptest::sample::Index>(), max in 0..5_usize, far in 0..4_u32) {
        let target = SymbolId(at.index(graph.symbol_count()) as u32);
        let expected = distances(&[target], |symbol, _| graph.edges_from(symbol).filter(is_call).map(|edge| edge.to).collect());
        let full = callees(&graph, target, &ANY);
        let found: BTreeMap<_, _> = full.callees.iter().map(|call| (call.symbol.id, call.depth)).collect();
        prop_assert_eq!(&found, &expected);
        for call in &full.callees {
            let sites: Vec<Edge> = graph.edges().filter(|e| is_call(e) && e.from == call.toward && e.to == call.symbol.id).map(|e| graph.edge(e)).collect();
            prop_assert!(!sites.is_empty());
            prop_assert_eq!(&call.sites, &sites);
        }
        prop_assert_eq!(full.unresolved_sites, graph.unresolved().filter(|site| site.from == target).count());

        let near = callees(&graph, target, &depth(far));
        let found: BTreeMap<_, _> = near.callees.iter().map(|call| (call.symbol.id, call.depth)).collect();
        prop_assert_eq!(&found, &within(&expected, far));
        prop_assert_eq!(near.depth_limited, found.len() < expected.len());
        let cut = callees(&graph, target, &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.callees, &cut.callees, cut.total, cut.truncated, max);
    }

    #[test]
    fn a_blast_radius_is_the_closure_over_its_modes(graph in graph(1..14), at in any::<proptest::sample::Index>(), max in 0..5_usize, far in 0..4_u32) {
        let target = SymbolId(at.index(graph.symbol_count()) as u32);
        let states = naive_blast(&graph, target);
        let mut expected: BTreeMap<SymbolId, u32> = BTreeMap::new();
        for (&(symbol, _), &depth) in &states {
            let least = expected.entry(symbol).or_insert(depth);
            *least = depth.min(*least);
        }
        expected.remove(&target);
        let full = blast_radius(&graph, target, &ANY);
        let found: BTreeMap<_, _> = full.affected.iter().map(|affected| (affected.symbol.id, affected.depth)).collect();
        prop_assert_eq!(found.len(), full.affected.len(), "each symbol once");
        prop_assert_eq!(&found, &expected);
        prop_assert!(full.complete && !full.depth_limited && !full.truncated);
        for affected in &full.affected {
            let way = &affected.path;
            prop_assert_eq!(way.len() as u32, affected.depth + 1);
            prop_assert_eq!((way[0], way[way.len() - 1]), (target, affected.symbol.id));
            let ends = [affected.edge.from, affected.edge.to];
            prop_assert!(ends.contains(&way[way.len() - 1]) && ends.contains(&way[way.len() - 2]));
            prop_assert_eq!(states.get(&(affected.symbol.id, affected.relation as u8)), Some(&affected.depth));
        }
        let files: usize = full.files.iter().map(|group| group.count).sum();
        prop_assert_eq!(files, full.affected.iter().filter(|affected| affected.symbol.file.is_some()).count());
        for module in &full.modules {
            let held = full.affected.iter().filter(|affected| {
                let around = graph.parent(affected.symbol.id).and_then(|parent| graph.module_of(parent));
                around.is_some_and(|around| graph.path(around) == module.name)
            });
            // Modules may share a path.
            prop_assert!(module.count <= held.count());
        }
        prop_assert_eq!(full.test_total, full.tests.len());
        prop_assert_eq!(full.test_filter.is_empty(), full.tests.is_empty());

        let near = blast_radius(&graph, target, &depth(far));
        let found: BTreeMap<_, _> = near.affected.iter().map(|affected| (affected.symbol.id, affected.depth)).collect();
        prop_assert_eq!(&found, &within(&expected, far));
        prop_assert!(near.depth_limited || found.len() == expected.len());
        let cut = blast_radius(&graph, target, &QueryLimits { max_results: max, ..ANY });
        prop_assert_eq!(&cut.affected[..], &full.affected[..max.min(full.total)]);
        prop_assert_eq!(cut.total, full.total);
        prop_assert_eq!(&cut.test_filter, &full.test_filter);
        prop_assert_eq!(cut.truncated, [full.total, full.files.len(), full.modules.len(), full.crates.len(), full.tests.len()].iter().any(|&count| count > max));
    }

    #[test]
    fn implementors_are_found_through_subtraits_and_blanket_impls(graph in graph(1..14), at in any::<proptest::sample::Index>(), max in 0..5_usize, far in 0..4_u32) {
        let target = SymbolId(at.index(graph.symbol_count()) as u32);
        // (symbol, as a trait).
        let states = distances(&[(target, true)], |(symbol, as_trait), _| {
            let followed = naive_bounds(&graph, symbol);
            graph
                .edges()
                .filter_map(|edge| match edge.kind {
                    EdgeKind::Implements if as_trait && edge.to == symbol => Some((edge.from, false)),
                    EdgeKind::Inherits if as_trait && edge.to == symbol => Some((edge.from, true)),
                    EdgeKind::Constrains if !as_trait && edge.from == symbol && followed.contains(&edge.to) => Some((edge.to, true)),
                    _ => None,
                })
                .collect()
        });
        let expected: BTreeMap<SymbolId, u32> = states.iter().filter(|((_, as_trait), _)| !as_trait).map(|(&(symbol, _), &depth)| (symbol, depth)).collect();
        let full = what_implements(&graph, target, &ANY);
        let found: BTreeMap<_, _> = full.implementors.iter().map(|row| (row.symbol.id, row.depth)).collect();
        prop_assert_eq!(&found, &expected);
        for row in &full.implementors {
            prop_assert_eq!(row.depth == 1, row.via == Via::Direct);
            prop_assert!(row.via != Via::Direct || row.of_trait == target);
            let impls: Vec<Edge> = graph.edges().filter(|e| e.kind == EdgeKind::Implements && e.from == row.symbol.id && e.to == row.of_trait).map(|e| graph.edge(e)).collect();
            prop_assert!(!impls.is_empty());
            prop_assert_eq!(&row.impls, &impls);
        }
        let near = what_implements(&graph, target, &depth(far));
        let found: BTreeMap<_, _> = near.implementors.iter().map(|row| (row.symbol.id, row.depth)).collect();
        prop_assert_eq!(&found, &within(&expected, far));
        prop_assert!(near.depth_limited || found.len() == expected.len());
        let cut = what_implements(&graph, target, &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.implementors, &cut.implementors, cut.total, cut.truncated, max);
    }

    #[test]
    fn implementations_are_followed_to_supertraits_and_blanket_impls(graph in graph(1..14), at in any::<proptest::sample::Index>(), max in 0..5_usize, far in 0..4_u32) {
        let target = SymbolId(at.index(graph.symbol_count()) as u32);
        let mut expected = distances(&[target], |symbol, at| {
            let first = at == 0;
            let wanted = if first { EdgeKind::Implements } else { EdgeKind::Inherits };
            let mut next: Vec<SymbolId> = graph.edges_from(symbol).filter(|edge| edge.kind == wanted).map(|edge| edge.to).collect();
            if !first {
                for blanket in graph.symbol_ids().filter(|&id| naive_bounds(&graph, id).contains(&symbol)) {
                    next.extend(graph.edges_from(blanket).filter(|edge| edge.kind == EdgeKind::Implements).map(|edge| edge.to));
                }
            }
            next.retain(|&id| id != target);
            next
        });
        expected.remove(&target);
        let full = implementations_of(&graph, target, &ANY);
        let found: BTreeMap<_, _> = full.implementations.iter().map(|row| (row.symbol.id, row.depth)).collect();
        prop_assert_eq!(&found, &expected);
        for row in &full.implementations {
            prop_assert_eq!(row.depth == 1, row.via == Via::Direct);
            prop_assert!(!row.impls.is_empty());
            prop_assert!(row.impls.iter().all(|edge| edge.to == row.symbol.id));
        }
        let near = implementations_of(&graph, target, &depth(far));
        let found: BTreeMap<_, _> = near.implementations.iter().map(|row| (row.symbol.id, row.depth)).collect();
        prop_assert_eq!(&found, &within(&expected, far));
        prop_assert_eq!(near.depth_limited, found.len() < expected.len());
        let cut = implementations_of(&graph, target, &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.implementations, &cut.implementations, cut.total, cut.truncated, max);
    }

    #[test]
    fn a_path_is_a_shortest_one(graph in graph(1..14), ends in any::<(proptest::sample::Index, proptest::sample::Index)>(), bits in 0..1_u16 << EdgeKind::ALL.len(), max in 0..4_usize, far in 0..4_u32) {
        let kinds: EdgeKinds = EdgeKind::ALL.iter().copied().filter(|&kind| bits >> kind as u16 & 1 == 1).collect();
        let [from, to] = [ends.0, ends.1].map(|at| SymbolId(at.index(graph.symbol_count()) as u32));
        let mut distances = distances(&[from], |symbol, _| graph.edges_from(symbol).filter(|edge| kinds.contains(edge.kind)).map(|edge| edge.to).collect());
        distances.insert(from, 0);
        let expected = distances.get(&to).copied();
        let full = path(&graph, from, to, kinds, &ANY);
        prop_assert_eq!(full.found.then_some(full.total as u32), expected);
        let mut at = from;
        for step in &full.steps {
            prop_assert_eq!((step.edge.from, step.edge.to), (at, step.symbol.id));
            prop_assert!(kinds.contains(step.edge.kind));
            at = step.symbol.id;
        }
        prop_assert!(!full.found || at == to);
        let near = path(&graph, from, to, kinds, &depth(far));
        prop_assert_eq!(near.found, expected.is_some_and(|length| length <= far));
        prop_assert_eq!(near.depth_limited, !near.found && distances.values().any(|&length| length > far));
        let cut = path(&graph, from, to, kinds, &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.steps, &cut.steps, cut.total, cut.truncated, max);
    }

    #[test]
    fn a_cycle_is_what_reaches_itself(graph in graph(1..14), level in 0..3_usize, self_loops in any::<bool>(), max in 0..4_usize) {
        let level = [CycleLevel::Symbols, CycleLevel::Modules, CycleLevel::Crates][level];
        let kinds = level.default_kinds();
        let node = |id: SymbolId| match level {
            CycleLevel::Symbols => Some(id),
            CycleLevel::Modules => graph.module_of(id),
            CycleLevel::Crates => graph.crate_of(id),
        };
        let mut links: BTreeMap<(SymbolId, SymbolId), Vec<EdgeRef>> = BTreeMap::new();
        for edge in graph.edges().filter(|edge| kinds.contains(edge.kind)) {
            if let (Some(a), Some(b)) = (node(edge.from), node(edge.to))
                && (a != b || level == CycleLevel::Symbols && self_loops)
            {
                links.entry((a, b)).or_default().push(edge);
            }
        }
        let reach = |from: SymbolId| distances(&[from], |at, _| links.keys().filter(|link| link.0 == at).map(|link| link.1).collect());
        let all: BTreeMap<SymbolId, BTreeSet<SymbolId>> = graph.symbol_ids().map(|id| (id, reach(id).into_keys().collect())).collect();
        let mut expected: Vec<Vec<SymbolId>> = Vec::new();
        for id in graph.symbol_ids().filter(|id| all[id].contains(id)) {
            let members: Vec<SymbolId> = all[&id].iter().copied().filter(|other| all[other].contains(&id)).collect();
            if members[0] == id {
                expected.push(members);
            }
        }
        expected.sort_by_key(|members| (std::cmp::Reverse(members.len()), members[0]));

        let full = find_cycles(&graph, level, kinds, self_loops, &ANY);
        let found: Vec<Vec<SymbolId>> = full.cycles.iter().map(|cycle| cycle.members.iter().map(|member| member.id).collect()).collect();
        prop_assert_eq!(&found, &expected);
        for (cycle, members) in full.cycles.iter().zip(&expected) {
            let inside: Vec<CycleEdge> = links
                .iter()
                .filter(|((a, b), _)| members.contains(a) && members.contains(b))
                .map(|(&(from, to), edges)| CycleEdge { from, to, count: edges.len(), edge: graph.edge(edges[0]) })
                .collect();
            prop_assert_eq!((&cycle.edges, cycle.edge_total, cycle.size), (&inside, inside.len(), members.len()));
        }
        let cut = find_cycles(&graph, level, kinds, self_loops, &QueryLimits { max_results: max, ..ANY });
        prop_assert_eq!(cut.total, full.total);
        let cuts = full.total > max || full.cycles.iter().any(|cycle| cycle.size > max || cycle.edge_total > max);
        prop_assert_eq!(cut.truncated, cuts);
    }

    #[test]
    fn a_search_gives_the_best_first(graph in graph(1..14), query in "[A-Za-z:_]{0,6}", kind in 0..SymbolKind::ALL.len(), max in 0..5_usize) {
        let full = search(&graph, &query, &[], &ANY);
        prop_assert!(full.matches.is_sorted_by_key(|found| found.fit));
        prop_assert_eq!(full.total, full.matches.len());
        for found in graph.symbol_ids().filter(|&id| !query.is_empty() && graph.name(id) == query) {
            prop_assert!(full.matches.iter().any(|row| row.symbol.id == found && row.fit == MatchKind::Exact));
        }
        let cut = search(&graph, &query, &[], &QueryLimits { max_results: max, ..ANY });
        check_cut(&full.matches, &cut.matches, cut.total, cut.truncated, max);
        let kind = SymbolKind::ALL[kind];
        let some: Vec<Match> = full.matches.into_iter().filter(|row| row.symbol.kind == kind).collect();
        prop_assert_eq!(search(&graph, &query, &[kind], &ANY).matches, some);
    }

    #[test]
    fn unresolved_sites_of_a_name_are_all_of_them(graph in graph(1..14), max in 0..4_usize) {
        for name in ["new", "run", "Émile", "nobody"] {
            let expected: Vec<_> = graph.unresolved().filter(|site| site.name == name).map(|site| graph.unresolved_site(site)).collect();
            let full = unresolved_of(&graph, name, &ANY);
            prop_assert_eq!(&full.sites, &expected);
            let cut = unresolved_of(&graph, name, &QueryLimits { max_results: max, ..ANY });
            check_cut(&full.sites, &cut.sites, cut.total, cut.truncated, max);
        }
    }

    #[test]
    fn stats_add_up(graph in graph(0..14)) {
        let stats = stats(&graph);
        prop_assert_eq!(stats.symbols_by_kind.values().sum::<usize>(), graph.symbol_count());
        prop_assert_eq!(stats.edges_by_kind.values().sum::<usize>(), graph.edge_count());
        prop_assert_eq!(stats.edges_by_confidence.values().sum::<usize>(), graph.edge_count());
        prop_assert_eq!(stats.edges_by_reason.values().flat_map(|by| by.values()).sum::<usize>(), graph.edge_count());
        prop_assert_eq!(stats.unresolved_by_form.values().flat_map(|by| by.values()).sum::<usize>(), graph.unresolved_count());
        prop_assert_eq!(stats.diagnostics_by_code.values().sum::<usize>(), graph.diagnostics().len());
        let json = serde_json::to_string(&stats).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(serde_json::from_str::<Stats>(&json).ok(), Some(stats));
    }

    #[test]
    fn a_stopped_search_says_so(graph in graph(1..14), after in 0..3_usize) {
        let asked = Cell::new(0);
        let stop = || {
            asked.set(asked.get() + 1);
            asked.get() > after
        };
        let limits = QueryLimits { deadline: Some(&stop), ..ANY };
        let found = callers(&graph, SymbolId(0), &limits);
        // Few symbols: the deadline is looked at once, before the first step.
        prop_assert_eq!(found.complete, after > 0);
        prop_assert!(after > 0 || found.callers.is_empty());
        asked.set(after);
        prop_assert!(!blast_radius(&graph, SymbolId(0), &limits).complete);
        asked.set(after);
        prop_assert!(!what_implements(&graph, SymbolId(0), &limits).complete);
        asked.set(after);
        prop_assert!(!search(&graph, "x", &[], &limits).complete);
    }
}
