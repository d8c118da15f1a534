//! Reading files into facts beside a bare `syn::parse_file` of the same files, on one thread.
//!
//! `cargo run --release -p isgraph-benches --bin facts_vs_syn -- DIR…`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench reads files, takes the time and prints")]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use isgraph::facts::{Edition, read_file};
use isgraph_benches::inputs::rust_files_of_arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

fn main() {
    let files = rust_files_of_arguments();
    let texts: Vec<(PathBuf, String)> = files
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text)))
        .filter(|(_, text)| text.len() < 2_000_000 && syn::parse_file(text).is_ok())
        .collect();
    proc_macro2::extra::invalidate_current_thread_spans();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let (mut syn_best, mut facts_best) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for (_, text) in &texts {
            let _ = black_box(syn::parse_file(text));
            proc_macro2::extra::invalidate_current_thread_spans();
        }
        syn_best = syn_best.min(start.elapsed());
        let start = Instant::now();
        for (_, text) in &texts {
            black_box(read_file(text, Edition::E2021));
        }
        facts_best = facts_best.min(start.elapsed());
    }
    let mut problems = 0;
    for (path, text) in &texts {
        let facts = read_file(text, Edition::E2021);
        for problem in &facts.problems {
            problems += 1;
            if problems <= 20 {
                let line = facts.lines.partition_point(|&start| start <= problem.offset);
                println!("{}:{line}: {}", path.display(), problem.message);
            }
        }
    }
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{} files, {:.1} MB, {problems} problems in files that syn reads", texts.len(), bytes as f64 / 1e6);
    println!("syn::parse_file  {:8.1} ms  {:5.1} MB/s", syn_best.as_secs_f64() * 1e3, rate(syn_best));
    println!("facts::read_file {:8.1} ms  {:5.1} MB/s", facts_best.as_secs_f64() * 1e3, rate(facts_best));
    println!("ratio            {:8.2}", facts_best.as_secs_f64() / syn_best.as_secs_f64());
}
