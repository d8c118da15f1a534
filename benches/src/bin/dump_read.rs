//! Reads dumps into a source set and does nothing else: what `isgraph ingest` does before it parses.
//!
//! `dump_read DUMP…` prints one JSON object: bytes of the dumps, files and bytes kept, seconds.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench is a program for people"
)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let dumps: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let bytes = dumps.iter().map(|dump| dump.metadata().map(|metadata| metadata.len())).sum::<Result<u64, _>>()?;
    let started = Instant::now();
    let sources = isgraph_host::dump::read(&dumps, None)?;
    let figures = serde_json::json!({
        "bytes": bytes,
        "files": sources.files.len(),
        "kept": sources.files.values().map(|text| text.len()).sum::<usize>(),
        "seconds": started.elapsed().as_secs_f64(),
    });
    println!("{figures}");
    // As the command does: giving the memory back piece by piece would only take time.
    std::mem::forget(sources);
    Ok(())
}
