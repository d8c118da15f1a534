//! How much memory an index takes, counted by the allocator.
//!
//! `graph_memory DIR` indexes a directory and prints one JSON object, in bytes and lines:
//! `graph` is what the graph says it holds, `live` what is still allocated when only the graph is
//! left (interned names included), `peak` the most that was allocated on the way.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench is a program for people"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use isgraph::{IndexConfig, index};
use isgraph_host::walk::{WalkOptions, read_directory};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: graph_memory DIR")?);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(16 << 20).build()?;
    let before = ALLOCATOR.current_usage();
    let graph = pool.install(|| {
        read_directory(&dir, &WalkOptions::default(), &|_| {}).map(|sources| index(&sources, &IndexConfig::default()))
    })?;
    let figures = serde_json::json!({
        "lines": graph.line_count(),
        "symbols": graph.symbol_count(),
        "edges": graph.edge_count(),
        "graph": graph.heap_bytes(),
        "live": ALLOCATOR.current_usage().saturating_sub(before),
        "peak": ALLOCATOR.peak_usage(),
    });
    println!("{figures}");
    Ok(())
}
