//! The snapshot against the draft that it was made of.

use proptest::prelude::*;

use super::arbitrary::draft;
use super::*;
use crate::error::ErrorCode;
use crate::export::json;
use crate::model::*;
use crate::query::*;

/// 1-based line and column by counting.
fn line_column(file: &FileDraft, offset: u32) -> (u32, u32) {
    let mut found = (1, offset + 1);
    for (line, &start) in file.lines.iter().enumerate() {
        if start <= offset {
            found = (line as u32 + 1, offset - start + 1);
        }
    }
    found
}

proptest! {
    #[test]
    fn a_graph_says_what_its_draft_said(draft in draft(0..20)) {
        let graph = Graph::freeze(draft.clone());
        prop_assert_eq!(graph.symbol_count(), draft.symbols.len());
        for (symbol, id) in draft.symbols.iter().zip(graph.symbol_ids()) {
            let frozen = graph.symbol(id);
            let place = symbol.place.map(|place| (place, line_column(&draft.files[place.file.0 as usize], place.offset)));
            prop_assert_eq!(frozen.kind, symbol.kind);
            prop_assert_eq!(&frozen.name, &symbol.name);
            prop_assert_eq!(&frozen.path, &symbol.path);
            prop_assert_eq!(&frozen.signature, &symbol.signature);
            prop_assert_eq!(&frozen.visibility, &symbol.visibility);
            prop_assert_eq!(&frozen.cfg, &symbol.cfg);
            prop_assert_eq!(&frozen.docs, &symbol.docs);
            prop_assert_eq!(frozen.is_test, symbol.is_test);
            prop_assert_eq!(graph.parent(id), symbol.parent);
            prop_assert_eq!(frozen.file, place.map(|(place, _)| draft.files[place.file.0 as usize].path.clone()));
            prop_assert_eq!(frozen.line, place.map(|(_, (line, _))| line));
            prop_assert_eq!(frozen.column, place.map(|(_, (_, column))| column));
            let end = place.map(|(place, _)| {
                line_column(&draft.files[place.file.0 as usize], symbol.end.saturating_sub(1).max(place.offset)).0
            });
            prop_assert_eq!(frozen.end_line, end);
            prop_assert_eq!(frozen.content_hash, format!("{:032x}", symbol.content_hash));
        }
    }

    #[test]
    fn edges_are_sorted_once_each_and_found_from_both_ends(draft in draft(1..20)) {
        let graph = Graph::freeze(draft.clone());
        let mut expected = draft.edges.clone();
        expected.sort_by_key(|e| (e.from, e.kind, e.to, e.place, e.confidence, e.reason));
        expected.dedup_by_key(|e| (e.from, e.kind, e.to, e.place));
        let expected: Vec<Edge> = expected
            .iter()
            .map(|e| {
                let place = e.place.map(|p| (&draft.files[p.file.0 as usize], p.offset));
                let at = place.map(|(file, offset)| line_column(file, offset));
                Edge {
                    from: e.from,
                    to: e.to,
                    kind: e.kind,
                    file: place.map(|(file, _)| file.path.clone()),
                    line: at.map(|(line, _)| line),
                    column: at.map(|(_, column)| column),
                    confidence: e.confidence,
                    reason: e.reason,
                }
            })
            .collect();
        let all: Vec<Edge> = graph.edges().map(|edge| graph.edge(edge)).collect();
        prop_assert_eq!(&all, &expected);
        for id in graph.symbol_ids() {
            let from: Vec<Edge> = graph.edges_from(id).map(|edge| graph.edge(edge)).collect();
            let to: Vec<Edge> = graph.edges_to(id).map(|edge| graph.edge(edge)).collect();
            prop_assert_eq!(from, expected.iter().filter(|e| e.from == id).cloned().collect::<Vec<_>>());
            prop_assert_eq!(to, expected.iter().filter(|e| e.to == id).cloned().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_order_of_the_drafts_rows_does_not_show(draft in draft(1..16), turn in 0..50_usize) {
        let mut turned = draft.clone();
        turned.edges.reverse();
        turned.unresolved.reverse();
        turned.diagnostics.reverse();
        let shift = turn % turned.edges.len().max(1);
        turned.edges.rotate_left(shift);
        let doubled: Vec<_> = turned.edges.iter().take(turn).copied().collect();
        turned.edges.extend(doubled);
        let (one, two) = (Graph::freeze(draft), Graph::freeze(turned));
        prop_assert_eq!(one.to_bytes(), two.to_bytes());
        prop_assert_eq!(json::to_string(&one), json::to_string(&two));
    }

    #[test]
    fn bytes_give_the_same_graph_back(draft in draft(0..20)) {
        let graph = Graph::freeze(draft);
        prop_assert_eq!(Graph::from_bytes(&graph.to_bytes()).ok(), Some(graph));
    }

    #[test]
    fn no_bytes_panic(
        draft in draft(0..8),
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::weighted(0.2, any::<proptest::sample::Index>()),
    ) {
        let mut bytes = Graph::freeze(draft).to_bytes();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        match Graph::from_bytes(&bytes) {
            Ok(graph) => ask_everything(&graph),
            Err(error) => prop_assert!(matches!(error.code(), ErrorCode::StoreCorrupt | ErrorCode::StoreVersion)),
        }
    }

    #[test]
    fn noise_is_no_graph(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = Graph::default().to_bytes()[..8].to_vec();
        bytes.extend(noise);
        if let Ok(graph) = Graph::from_bytes(&bytes) {
            ask_everything(&graph);
        }
    }

    #[test]
    fn a_symbol_is_found_by_its_path_and_place(draft in draft(1..20)) {
        let graph = Graph::freeze(draft);
        for id in graph.symbol_ids() {
            let path = graph.path(id);
            let all = graph.find_all(path).unwrap_or_default();
            prop_assert!(all.iter().all(|&other| graph.path(other) == path));
            let same: Vec<_> = graph
                .symbol_ids()
                .filter(|&other| graph.path(other) == path)
                .filter(|&other| graph.kind(id) == SymbolKind::External || graph.kind(other) != SymbolKind::External)
                .collect();
            if graph.kind(id) != SymbolKind::External {
                prop_assert_eq!(&all, &same);
                if let [one] = same[..] {
                    prop_assert_eq!(graph.find(path).ok(), Some(one));
                }
            }
            if let Some((file, line)) = graph.place_of(id) {
                let query = format!("{path}@{}:{line}", graph.file_path(file));
                prop_assert!(graph.find_all(&query).unwrap_or_default().iter().all(|&found| graph.place_of(found) == Some((file, line))));
            }
        }
    }

    #[test]
    fn no_query_text_panics(draft in draft(0..10), text in "[a-zé:<>@ &'()r#!.,0-9-]{0,24}") {
        let graph = Graph::freeze(draft);
        match graph.find_all(&text) {
            Ok(found) => prop_assert!(!found.is_empty()),
            Err(error) => prop_assert!(error.suggestions().len() <= 20),
        }
    }
}

/// Runs every accessor and query: a graph that was accepted must bear all of them.
fn ask_everything(graph: &Graph) {
    let limits = QueryLimits::default();
    let _ = (json::to_string(graph), stats(graph), graph.to_bytes(), graph.heap_bytes());
    for level in [CycleLevel::Symbols, CycleLevel::Modules, CycleLevel::Crates] {
        let _ = find_cycles(graph, level, EdgeKinds::ALL, true, &limits);
    }
    for id in graph.symbol_ids() {
        let _ = (graph.module_of(id), graph.crate_of(id), graph.find(graph.path(id)).is_ok());
        let _ = (callers(graph, id, &limits), callees(graph, id, &limits), blast_radius(graph, id, &limits));
        let _ = (what_implements(graph, id, &limits), implementations_of(graph, id, &limits));
        let _ = path(graph, SymbolId(0), id, EdgeKinds::ALL, &limits);
        let _ = (search(graph, graph.name(id), &[], &limits), unresolved_of(graph, graph.name(id), &limits));
    }
}

#[test]
fn symbols_of_no_graph_answer_with_nothing() {
    let graph = Graph::default();
    let id = SymbolId(7);
    assert_eq!((graph.name(id), graph.path(id), graph.kind(id)), ("", "", SymbolKind::External));
    assert_eq!((graph.symbol_id(7), graph.parent(id), graph.line(id)), (None, None, None));
    assert_eq!(graph.edges_from(id).count() + graph.edges_to(id).count(), 0);
    let limits = QueryLimits::default();
    assert_eq!(callers(&graph, id, &limits).total, 0);
    assert_eq!(blast_radius(&graph, id, &limits).total, 0);
    assert_eq!(what_implements(&graph, id, &limits).total, 0);
    assert!(graph.find("anything").is_err());
}

#[test]
fn parents_that_go_in_circles_are_cut() {
    let mut parents = vec![1, 2, 0, 3, 2, u32::MAX];
    super::symbols::cut_parent_cycles(&mut parents);
    for start in 0..parents.len() {
        let steps =
            std::iter::successors(Some(start), |&at| (parents[at] != u32::MAX).then(|| parents[at] as usize)).take(10);
        assert!(steps.count() < 10, "{parents:?}");
    }
    assert_eq!(parents[4], 2);
}

/// A graph of symbols with these paths, each with its line in one file.
fn of_paths(paths: &[(&str, SymbolKind)]) -> Graph {
    Graph::freeze(paths_draft(paths))
}

fn paths_draft(paths: &[(&str, SymbolKind)]) -> GraphDraft {
    let lines: std::sync::Arc<[u32]> = (0..paths.len() as u32).collect();
    let symbols = paths.iter().enumerate().map(|(at, &(path, kind))| SymbolDraft {
        kind,
        name: segments::split_last(path).1.to_owned(),
        path: path.to_owned(),
        parent: None,
        place: (kind != SymbolKind::External).then_some(Place { file: FileId(0), offset: at as u32 }),
        end: at as u32 + 1,
        signature: String::new(),
        visibility: String::new(),
        cfg: if at % 2 == 0 { String::new() } else { "unix".to_owned() },
        docs: String::new(),
        is_test: false,
        content_hash: 0,
        start: None,
    });
    GraphDraft {
        symbols: symbols.collect(),
        files: vec![FileDraft { path: "src/lib.rs".to_owned(), lines }],
        ..GraphDraft::default()
    }
}

#[test]
fn symbols_are_found_by_the_ends_of_their_paths() {
    use SymbolKind::*;
    let graph = of_paths(&[
        ("axum", Crate),
        ("axum::routing", Module),
        ("axum::routing::Router", Struct),
        ("axum::routing::Router::route", Method),
        ("axum::routing::<Router as Service>::call", Method),
        ("axum::routing::<Router as Clone>::clone", Method),
        ("axum::routing::<impl Service for Router>", Impl),
        ("axum::Handler", Trait),
        ("axum::Handler::call", Method),
        ("axum::twin", Function),
        ("axum::twin", Function),
        ("std::vec::Vec", External),
        ("axum::Vec", Struct),
        ("axum::type", Function),
        ("axum::nested::Handler", Struct),
        ("axum::<&'a Buf<T> as io::Read>::read", Method),
        ("std::string::String", External),
    ]);
    for (query, expected) in [
        ("axum::routing::Router::route", Ok(3)),
        ("Router::route", Ok(3)),
        ("route", Ok(3)),
        ("Router<S>::route", Ok(3)),
        ("Router::<S>::route()", Ok(3)),
        ("routing::Router", Ok(2)),
        ("Router", Ok(2)),
        ("Router::call", Ok(4)),
        ("<Router as Service>::call", Ok(4)),
        ("<Router<S> as tower::Service<Request>>::call", Ok(4)),
        ("<Router>::clone", Ok(5)),
        ("<impl Service for Router>", Ok(6)),
        ("Handler::call", Ok(8)),
        ("crate::Handler", Ok(7)),
        ("axum::Handler", Ok(7)),
        ("Vec", Ok(12)),
        ("std::vec::Vec", Ok(11)),
        ("String", Ok(16)),
        ("r#type", Ok(13)),
        ("Buf::read", Ok(15)),
        ("twin@src/lib.rs:11", Ok(10)),
        ("twin@lib.rs:10", Ok(9)),
        ("twin@b.rs:10", Err(ErrorCode::SymbolNotFound)),
        ("twin", Err(ErrorCode::AmbiguousSymbol)),
        ("Handler", Err(ErrorCode::AmbiguousSymbol)),
        ("<Router as Other>::call", Err(ErrorCode::SymbolNotFound)),
        ("outer::Router", Err(ErrorCode::SymbolNotFound)),
        ("ter", Err(ErrorCode::SymbolNotFound)),
        ("  ", Err(ErrorCode::InvalidArgument)),
        ("::", Err(ErrorCode::InvalidArgument)),
    ] {
        assert_eq!(graph.find(query).map(|id| id.0).map_err(|error| error.code()), expected, "{query}");
    }
    assert_eq!(graph.find_kind("Handler", |kind| kind == Trait).ok(), Some(SymbolId(7)));
}

/// An edge without a place.
fn bare(from: u32, to: u32, kind: EdgeKind) -> EdgeDraft {
    let (confidence, reason) = (Confidence::High, Reason::Path);
    EdgeDraft { from: SymbolId(from), to: SymbolId(to), kind, place: None, confidence, reason }
}

#[test]
fn symbols_are_found_by_the_paths_of_their_reexports() {
    use SymbolKind::*;
    let mut draft = paths_draft(&[
        ("k::sync", Module),
        ("k::sync::inner", Module),
        ("k::sync::inner::Lock", Struct),
        ("k::sync::inner::Lock::take", Method),
        ("k::sync::inner::<Lock as Drop>::drop", Method),
        ("k::sync::other::Lock", Struct),
        ("k::sync::other::Lock::take", Method),
    ]);
    draft.edges = vec![bare(0, 2, EdgeKind::Imports)];
    let graph = Graph::freeze(draft);
    for (query, expected) in [
        ("sync::Lock", Ok(2)),
        ("k::sync::Lock::take", Ok(3)),
        ("sync::Lock::drop", Ok(4)),
        ("other::Lock::take", Ok(6)),
        ("k::Lock::take", Err(ErrorCode::SymbolNotFound)),
    ] {
        assert_eq!(graph.find(query).map(|id| id.0).map_err(|error| error.code()), expected, "{query}");
    }
}

#[test]
fn a_miss_names_the_nearest_and_an_ambiguity_its_candidates() {
    use SymbolKind::*;
    let graph = of_paths(&[
        ("k::Router", Struct),
        ("k::Router::route", Method),
        ("k::Handler::call", Method),
        ("k::twin", Function),
        ("k::twin", Function),
    ]);
    let suggestions = |query: &str| graph.find(query).map_err(|error| error.suggestions().to_vec()).unwrap_err();
    assert_eq!(suggestions("Ruoter")[0], "k::Router");
    assert_eq!(suggestions("ROUTER")[0], "k::Router");
    assert_eq!(suggestions("Ruoter::route")[0], "k::Router::route");
    assert_eq!(suggestions("completely_else"), [""; 0]);
    assert_eq!(suggestions("twin"), ["k::twin  function  src/lib.rs:4  cfg(unix)", "k::twin  function  src/lib.rs:5"]);
}

#[test]
fn petgraph_runs_on_it() {
    use ::petgraph::algo::{dijkstra, page_rank, tarjan_scc, toposort};
    use ::petgraph::visit::{EdgeFiltered, Reversed};
    use SymbolKind::Function;
    let mut draft = paths_draft(&[("k::a", Function), ("k::b", Function), ("k::c", Function), ("k::d", Function)]);
    draft.edges = vec![
        bare(0, 1, EdgeKind::Calls),
        bare(1, 2, EdgeKind::Calls),
        bare(2, 1, EdgeKind::Uses),
        bare(0, 3, EdgeKind::Calls),
    ];
    let graph = Graph::freeze(draft);

    assert!(toposort(&graph, None).is_err(), "b and c are a cycle");
    let calls = EdgeFiltered::from_fn(&graph, |edge: EdgeRef| edge.kind == EdgeKind::Calls);
    let order = toposort(&calls, None).map_err(|_| "cycle");
    let position = |id: u32| order.as_ref().ok().and_then(|order| order.iter().position(|&at| at == SymbolId(id)));
    assert!(position(0) < position(1) && position(1) < position(2));

    let mut components: Vec<Vec<SymbolId>> = tarjan_scc(&graph);
    components.iter_mut().for_each(|component| component.sort());
    components.sort();
    assert_eq!(components, [vec![SymbolId(0)], vec![SymbolId(1), SymbolId(2)], vec![SymbolId(3)]]);

    let far = dijkstra(&graph, SymbolId(0), None, |_| 1_u32);
    assert_eq!(far.get(&SymbolId(2)), Some(&2));
    let back = dijkstra(Reversed(&graph), SymbolId(3), None, |_| 1_u32);
    assert_eq!((back.len(), back.get(&SymbolId(0))), (2, Some(&1)));

    let ranks: Vec<f64> = page_rank(&graph, 0.85, 30);
    assert!(ranks[1] > ranks[0] && ranks[2] > ranks[3]);
}
