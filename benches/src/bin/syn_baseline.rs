//! The floor of indexing: `syn::parse_file` on every file of a directory, and nothing else.
//!
//! `syn_baseline DIR [THREADS]` reads the files as isgraph does (the same walker, the same number
//! of threads with the same stacks, the same allocator), drops each tree, and prints how many it read.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench is a program for people"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use isgraph_host::walk::{WalkOptions, read_directory};
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// syn recurses as deep as the code nests.
const STACK: usize = 16 << 20;

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
    let mut args = std::env::args_os().skip(1);
    let dir = PathBuf::from(args.next().ok_or("usage: syn_baseline DIR [THREADS]")?);
    let threads = args.next().map_or(Ok(2), |n| n.to_string_lossy().parse())?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build()?;
    let (read, rejected) = pool.install(|| parse_all(&dir))?;
    println!("{read} files parsed, {rejected} rejected");
    Ok(())
}

/// How many files syn parsed, and how many it rejected.
fn parse_all(dir: &std::path::Path) -> isgraph::Result<(usize, usize)> {
    let sources = read_directory(dir, &WalkOptions::default(), &|_| {})?;
    let files: Vec<_> = sources.files.iter().filter(|(path, _)| path.ends_with(".rs")).collect();
    let parsed = files.par_iter().filter(|(_, text)| parses(text)).count();
    Ok((parsed, files.len() - parsed))
}

fn parses(text: &str) -> bool {
    let parsed = syn::parse_file(text).is_ok();
    // Otherwise the map of source positions grows with every file of the thread.
    proc_macro2::extra::invalidate_current_thread_spans();
    parsed
}
