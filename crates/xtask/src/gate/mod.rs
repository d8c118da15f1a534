//! `cargo xtask test`: every check and every suite, summed to one line.

mod checks;
mod generated;
mod libtest;
mod package;
mod scripts;
mod supply;
mod wasm;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::process::{self, Ran};
use crate::project::Project;

/// Which steps run.
#[derive(Args)]
pub(crate) struct TestArgs {
    /// Steps to run; all of them when none is named.
    steps: Vec<String>,
    /// Name the steps and stop.
    #[arg(long)]
    list: bool,
}

/// One step of the gate: a check that passes or fails, or a suite of tests.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Project) -> Result<Tally>,
}

/// In the order that they run: what is cheap and often wrong comes first.
const STEPS: &[Step] = &[
    Step { name: "format", about: "rustfmt has nothing to change", run: checks::format },
    Step { name: "generated", about: "tables in docs/ and versions agree with their sources", run: generated::check },
    Step { name: "lint", about: "clippy has no warning", run: checks::lint },
    Step { name: "tests", about: "unit, integration and documentation tests of the workspace", run: checks::tests },
    Step { name: "docs", about: "rustdoc has no warning", run: checks::docs },
    Step {
        name: "core",
        about: "the core builds for wasm32-unknown-unknown without default features",
        run: wasm::core,
    },
    Step { name: "wasm", about: "the core's tests in WebAssembly, under Node", run: wasm::tests },
    Step { name: "scripts", about: "the scripts and the scanner behind the accuracy score", run: scripts::check },
    Step { name: "package", about: "what would be published, and no path of this machine in it", run: package::check },
    Step { name: "supply", about: "licences, duplicate and unknown sources of the dependencies", run: supply::check },
];

/// What a step found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
    /// What the summary says about it.
    notes: Vec<String>,
}

impl Tally {
    fn pass() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    fn fail(note: impl Into<String>) -> Self {
        Self { failed: 1, notes: vec![note.into()], ..Self::default() }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.notes.extend(other.notes);
    }

    /// A check that is one program's exit status.
    fn of(ran: &Ran) -> Self {
        if ran.success { Self::pass() } else { Self::fail("see above") }
    }

    /// A check that is a list of complaints.
    fn of_complaints(complaints: Vec<String>) -> Self {
        if complaints.is_empty() {
            return Self::pass();
        }
        for complaint in &complaints {
            println!("   {complaint}");
        }
        Self::fail(format!("{} complaint(s), see above", complaints.len()))
    }
}

/// Runs the gate. The last line is always `N passed, N failed`.
pub(crate) fn test(project: &Project, args: &TestArgs) -> ExitCode {
    if args.list {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.about);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = args.steps.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        eprintln!("error: there is no step {unknown:?}; see `cargo xtask test --list`");
        return ExitCode::FAILURE;
    }
    let chosen = STEPS.iter().filter(|step| args.steps.is_empty() || args.steps.iter().any(|name| name == step.name));
    let results: Vec<_> = chosen.map(|step| (step, run_step(project, step))).collect();
    summarise(&results)
}

fn run_step(project: &Project, step: &Step) -> (Tally, Duration) {
    println!("── {}: {}", step.name, step.about);
    let (tally, took) =
        process::timed(|| (step.run)(project).unwrap_or_else(|error| Tally::fail(format!("{error:#}"))));
    let word = if tally.failed == 0 { "ok" } else { "FAILED" };
    println!("   {word} in {:.1} s\n", took.as_secs_f64());
    (tally, took)
}

fn summarise(results: &[(&Step, (Tally, Duration))]) -> ExitCode {
    println!("── summary");
    let (mut passed, mut failed) = (0, 0);
    for (step, (tally, took)) in results {
        let mark = if tally.failed == 0 { "ok    " } else { "FAILED" };
        println!(
            "   {mark} {:<10} {:>5} passed {:>3} failed {:>7.1} s",
            step.name,
            tally.passed,
            tally.failed,
            took.as_secs_f64()
        );
        for note in &tally.notes {
            println!("            {note}");
        }
        passed += tally.passed;
        failed += tally.failed;
    }
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
