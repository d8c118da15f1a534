//! What the embedded interface of std costs: the first index of a process reads it, later ones share it.
//!
//! `cargo run --release -p isgraph-benches --bin std_load`

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench takes the time and prints")]

use std::time::{Duration, Instant};

use isgraph::{IndexConfig, SourceSet, index};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An index of next to nothing.
fn one() -> Duration {
    let sources = SourceSet::from_files([("src/lib.rs", "pub fn f(v: &[u8]) -> usize { v.iter().count() }")]);
    let start = Instant::now();
    let graph = index(&sources, &IndexConfig::default());
    let took = start.elapsed();
    assert!(graph.symbol_count() > 0, "nothing was indexed");
    took
}

fn main() {
    let first = one();
    let later = (0..20).map(|_| one()).min().unwrap_or_default();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "first {:.2} ms, later {:.2} ms: reading the interface takes {:.2} ms",
        millis(first),
        millis(later),
        millis(first.saturating_sub(later))
    );
}
