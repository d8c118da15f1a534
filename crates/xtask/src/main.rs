//! `cargo xtask`: set-up, tests and benches. One file per concern.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people that runs other programs"
)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod accuracy;
mod bench;
mod gate;
mod manifests;
mod process;
mod project;
mod report;
mod setup;
mod std_index;

/// Set-up, tests and benches of isgraph.
///
/// Start with `cargo xtask test`: it installs what it needs under .tools/, runs every check and
/// every suite, and ends with the line "N passed, N failed". Everything else measures.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every check and every suite: the gate before a change.
    Test(gate::TestArgs),
    /// Install the pinned tools and the WebAssembly toolchain under .tools/ and stop.
    Setup,
    /// Build the pure core for wasm32-unknown-unknown.
    Wasm,
    /// Measure speed and memory, side by side with other programs in the same run.
    Bench(bench::BenchArgs),
    /// Score isgraph's graph against what rust-analyzer says, and write the table of docs/accuracy.md.
    Accuracy(accuracy::AccuracyArgs),
    /// Download the public crates that the benches and the accuracy score run on into .corpus/.
    Corpus {
        /// Crates of benches/accuracy/crates.json; all of them when none is named.
        crates: Vec<String>,
    },
    /// Index the standard library's source, and check that nothing of it is missing.
    StdIndex(std_index::StdIndexArgs),
    /// Set the version of every manifest of the workspace.
    Versions {
        /// The new version, such as 0.2.0.
        version: String,
    },
}

fn main() -> ExitCode {
    let project = project::Project::find();
    let done = match Cli::parse().command {
        Command::Test(args) => return gate::test(&project, &args),
        Command::Setup => setup::all(&project),
        Command::Wasm => setup::wasm::build_core(&project),
        Command::Bench(args) => bench::run(&project, &args),
        Command::Accuracy(args) => accuracy::run(&project, &args),
        Command::Corpus { crates } => accuracy::corpus(&project, &crates),
        Command::StdIndex(args) => std_index::run(&project, &args),
        Command::Versions { version } => manifests::set_version(&project, &version),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
