//! Size, stages and query latencies of a graph.
//!
//! `cargo run --release -p isgraph-benches --bin query_latency -- [DIR]`; without a directory, on a made-up graph of
//! 100,000 lines. Each query runs on every symbol of the fitting kind, after one warm-up; p99 is also given for the
//! symbols whose answer fits in 100 results.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench takes the time and prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use isgraph::export::json;
use isgraph::model::{SymbolId, SymbolKind};
use isgraph::query::*;
use isgraph::{Graph, IndexConfig};
use isgraph_benches::synthetic;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

fn main() -> Result<(), isgraph::Error> {
    let draft = match std::env::args().nth(1) {
        Some(directory) => {
            let sources = isgraph_host::walk::read_directory(
                directory.as_ref(),
                &isgraph_host::walk::WalkOptions::default(),
                &|_| {},
            )?;
            isgraph::resolve::resolve(&sources, &IndexConfig::default())
        }
        None => synthetic::draft(100_000),
    };
    let graph = Graph::freeze(draft.clone());
    let lines = graph.line_count().max(1);
    println!(
        "{} lines, {} symbols, {} edges, {} unresolved sites",
        lines,
        graph.symbol_count(),
        graph.edge_count(),
        graph.unresolved_count()
    );
    let heap = graph.heap_bytes();
    println!("heap: {heap} bytes, {:.2} MB per 100,000 lines", heap as f64 / lines as f64 / 10.0);
    for (part, bytes) in graph.heap_parts() {
        println!("  {part:<12} {bytes:>9} bytes");
    }

    let bytes = graph.to_bytes();
    let text = json::to_string(&graph);
    let freeze = (0..ROUNDS)
        .map(|_| {
            let draft = draft.clone();
            let start = Instant::now();
            black_box(Graph::freeze(draft));
            start.elapsed()
        })
        .min();
    println!("freeze            {:>9.2} ms", millis(freeze.unwrap_or_default()));
    println!("to_bytes          {:>9.2} ms, {} bytes", best(|| graph.to_bytes()), bytes.len());
    println!("from_bytes        {:>9.2} ms", best(|| Graph::from_bytes(&bytes)));
    println!("export json       {:>9.2} ms, {} bytes", best(|| json::to_string(&graph)), text.len());
    let limits = QueryLimits::default();
    for level in [CycleLevel::Symbols, CycleLevel::Modules, CycleLevel::Crates] {
        let found = find_cycles(&graph, level, level.default_kinds(), false, &limits).total;
        let time = best(|| find_cycles(&graph, level, level.default_kinds(), false, &limits));
        println!("find-cycles       {time:>9.2} ms, {found} {level:?}");
    }
    println!("search            {:>9.2} ms", best(|| search(&graph, "poll_read", &[], &limits)));
    println!("stats             {:>9.2} ms", best(|| stats(&graph)));

    println!("{:<28} {:>8} {:>9} {:>9} {:>9} {:>14}", "query, µs", "symbols", "p50", "p99", "max", "p99, ≤ 100");
    let three = QueryLimits { max_depth: 3, ..limits };
    let one = QueryLimits { max_depth: 1, ..limits };
    let of_kinds =
        |kinds: &[SymbolKind]| graph.symbol_ids().filter(|&id| kinds.contains(&graph.kind(id))).collect::<Vec<_>>();
    let all: Vec<SymbolId> = graph.symbol_ids().collect();
    let functions = of_kinds(&[SymbolKind::Function, SymbolKind::Method]);
    let traits = of_kinds(&[SymbolKind::Trait, SymbolKind::External]);
    let types = of_kinds(&[SymbolKind::Struct, SymbolKind::Enum, SymbolKind::Union]);
    row("what-implements", &traits, |id| what_implements(&graph, id, &limits).total);
    row("implementations-of", &types, |id| implementations_of(&graph, id, &limits).total);
    row("callers, depth 1", &functions, |id| callers(&graph, id, &one).total);
    row("callers, depth 3", &functions, |id| callers(&graph, id, &three).total);
    row("callees, depth 1", &functions, |id| callees(&graph, id, &one).total);
    row("callees, depth 3", &functions, |id| callees(&graph, id, &three).total);
    row("blast-radius, depth 3", &all, |id| blast_radius(&graph, id, &three).total);
    row("path, any length", &functions, |id| {
        path(&graph, functions[0], id, isgraph::graph::EdgeKinds::CALLS, &limits).total
    });
    row("find, exact path", &all, |id| usize::from(graph.find(graph.path(id)).is_ok()));
    row("find, two segments", &functions, |id| {
        let path = graph.path(id);
        let suffix = path.rmatch_indices("::").nth(1).map_or(path, |(at, _)| &path[at + 2..]);
        usize::from(graph.find(suffix).is_ok())
    });
    row("symbol", &all, |id| graph.symbol(id).path.len().min(1));
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn best<T>(mut run: impl FnMut() -> T) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    });
    millis(times.min().unwrap_or_default())
}

fn row(name: &str, symbols: &[SymbolId], run: impl Fn(SymbolId) -> usize) {
    let mut times: Vec<(f64, usize)> = symbols
        .iter()
        .map(|&id| {
            black_box(run(id));
            let start = Instant::now();
            let total = black_box(run(id));
            (start.elapsed().as_secs_f64() * 1e6, total)
        })
        .collect();
    if times.is_empty() {
        println!("{name:<28} {:>8}", 0);
        return;
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |times: &[(f64, usize)], share: f64| times[((times.len() - 1) as f64 * share) as usize].0;
    let small: Vec<(f64, usize)> = times.iter().copied().filter(|&(_, total)| total <= 100).collect();
    let small = if small.is_empty() { f64::NAN } else { at(&small, 0.99) };
    println!(
        "{name:<28} {:>8} {:>9.2} {:>9.2} {:>9.2} {small:>14.2}",
        times.len(),
        at(&times, 0.5),
        at(&times, 0.99),
        at(&times, 1.0)
    );
}
