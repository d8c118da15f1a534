//! `cargo xtask bench`: figures are ratios of programs that ran in turn in one run, because
//! absolute times belong to one machine on one day.

mod dump;
mod index;
mod machine;
mod measure;
mod memory;
mod peers;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::process::{cargo, must};
use crate::project::Project;

/// What to measure.
#[derive(Args)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Index each crate of the corpus, beside bare syn, rust-analyzer and other code graphs.
    Index(index::IndexArgs),
    /// Ingest a dump of 2.1 MB made of axum and tokio.
    Dump {
        /// How often each program runs; medians are shown.
        #[arg(long, default_value_t = 9)]
        runs: usize,
    },
    /// Time queries in process on the graph of tokio.
    Queries {
        /// Arguments of the bench's own program, `query_latency`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Heap of the graph and peak memory of an index, per 100,000 lines.
    Memory,
}

/// Runs a bench. Its table in docs/performance.md is written when the whole corpus was measured.
pub(crate) fn run(project: &Project, args: &BenchArgs) -> Result<()> {
    match &args.bench {
        Bench::Index(args) => index::run(project, args),
        Bench::Dump { runs } => dump::run(project, *runs),
        Bench::Queries { args } => queries(project, args),
        Bench::Memory => memory::run(project),
    }
}

/// What is wrong with the tables of docs/performance.md, compared with the stored measurements.
pub(crate) fn stale(project: &Project) -> Result<Vec<String>> {
    let complaints = [index::stale(project)?, peers::stale(project)?, dump::stale(project)?, memory::stale(project)?];
    Ok(complaints.into_iter().flatten().collect())
}

fn queries(project: &Project, args: &[String]) -> Result<()> {
    crate::accuracy::corpus(project, &["tokio".into()])?;
    let mut run = cargo(project);
    run.args(["run", "--release", "--quiet", "--package", "isgraph-benches", "--bin", "query_latency", "--"]);
    if args.is_empty() {
        run.arg(crate::accuracy::crate_dir(project, "tokio"));
    }
    must(run.args(args)).map(drop)
}

/// Builds what is measured.
fn build(project: &Project) -> Result<()> {
    let mut build = cargo(project);
    build.args(["build", "--release", "--quiet", "--package", "isgraph-cli", "--package", "isgraph-benches", "--bins"]);
    must(&mut build).map(drop)
}
