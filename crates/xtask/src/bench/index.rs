//! Indexing a directory, cold: the whole process.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::measure::{self, Usage, times};
use super::{build, machine, peers};
use crate::accuracy;
use crate::process::program;
use crate::project::Project;
use crate::report::{self, Block};

const RESULTS: &str = "index";
const TABLE: Block = Block { document: "docs/performance.md", name: "index" };
/// Threads of isgraph and of bare syn.
const THREADS: &str = "2";

/// What runs beside isgraph.
#[derive(Args)]
pub(crate) struct IndexArgs {
    /// Crates of benches/accuracy/crates.json. The table is written when none is named.
    crates: Vec<String>,
    /// How often isgraph and bare syn run; medians are shown.
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Run `rust-analyzer scip` too, warm (seconds per crate; the first time minutes).
    #[arg(long)]
    with_rust_analyzer: bool,
    /// Run two code graphs from npm too, installed under .tools/.
    #[arg(long)]
    with_peers: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Results {
    machine: String,
    runs: usize,
    crates: Vec<Row>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    name: String,
    lines: usize,
    isgraph: Usage,
    syn: Usage,
    rust_analyzer: Option<Usage>,
}

/// Measures, shows the tables and writes those of the whole corpus into the document.
pub(super) fn run(project: &Project, args: &IndexArgs) -> Result<()> {
    let crates = accuracy::chosen(project, &args.crates)?;
    accuracy::corpus(project, &crates)?;
    build(project)?;
    let rows = crates.iter().map(|name| measure_crate(project, name, args)).collect::<Result<_>>()?;
    let results = Results { machine: machine::description(), runs: args.runs, crates: rows };
    println!("\n{}", table(&results));
    let whole = args.crates.is_empty();
    if whole && args.with_rust_analyzer {
        report::store(project, RESULTS, &results)?;
        TABLE.write(project, &table(&results))?;
    }
    if args.with_peers {
        peers::run(project, &crates, whole)?;
    }
    Ok(())
}

/// What is wrong with the document's table.
pub(super) fn stale(project: &Project) -> Result<Option<String>> {
    match report::load::<Results>(project, RESULTS)? {
        Some(results) => TABLE.complaint(project, &table(&results)),
        None => Ok(None),
    }
}

/// `isgraph index`, from a directory to a graph that is not stored.
pub(super) fn isgraph(project: &Project, dir: &Path) -> Command {
    let mut command = program(project, project.release_binary("isgraph"));
    command.args(["index", "--no-store", "--quiet", "--threads", THREADS]).arg(dir);
    command
}

fn syn(project: &Project, dir: &Path) -> Command {
    let mut command = program(project, project.release_binary("syn_baseline"));
    command.arg(dir).arg(THREADS);
    command
}

fn measure_crate(project: &Project, name: &str, args: &IndexArgs) -> Result<Row> {
    let dir = accuracy::crate_dir(project, name);
    let [isgraph, syn] = measure::in_turn(args.runs, [isgraph(project, &dir), syn(project, &dir)])?;
    let rust_analyzer = if args.with_rust_analyzer { Some(rust_analyzer(project, name)?) } else { None };
    println!("   {name}: {:.0} ms", isgraph.wall_s * 1e3);
    Ok(Row { name: name.into(), lines: lines_under(&dir)?, isgraph, syn, rust_analyzer })
}

/// A warm run of the script that the accuracy score uses, so that both speak of the same work.
fn rust_analyzer(project: &Project, name: &str) -> Result<Usage> {
    crate::process::must(accuracy::script(project, "analyze.py").arg(name))?;
    let timing = std::fs::read_to_string(project.corpus().join("scip").join(format!("{name}.timing.json")))?;
    let timing: serde_json::Value = serde_json::from_str(&timing)?;
    let figure = |key: &str| timing.get("warm")?.get(key)?.as_f64();
    let usage = || Some(Usage { wall_s: figure("wall_s")?, cpu_s: figure("cpu_s")?, rss_mb: figure("peak_rss_mb")? });
    usage().with_context(|| format!("{name}.timing.json has no warm run"))
}

/// Lines of every `.rs` file under a directory, without what cargo built there.
fn lines_under(dir: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            lines += lines_under(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += std::fs::read_to_string(&path)?.lines().count();
        }
    }
    Ok(lines)
}

fn table(results: &Results) -> String {
    const HEAD: [&str; 11] = [
        "crate",
        "lines",
        "isgraph ms",
        "CPU ms",
        "RSS MB",
        "bare syn ms",
        "isgraph ÷ syn",
        "rust-analyzer s",
        "RSS MB",
        "rust-analyzer ÷ isgraph",
        "its RSS ÷ isgraph's",
    ];
    let mut rows: Vec<Vec<String>> = results.crates.iter().map(cells).collect();
    rows.push(cells(&total(&results.crates)));
    format!(
        "{}\n{}; medians of {} runs, {THREADS} threads.\n",
        report::table(&HEAD, &rows),
        results.machine,
        results.runs
    )
}

fn cells(row: &Row) -> Vec<String> {
    let ra = row.rust_analyzer;
    let of_ra = |cell: &dyn Fn(Usage) -> String| ra.map_or("–".to_owned(), cell);
    vec![
        row.name.clone(),
        row.lines.to_string(),
        format!("{:.0}", row.isgraph.wall_s * 1e3),
        format!("{:.0}", row.isgraph.cpu_s * 1e3),
        format!("{:.0}", row.isgraph.rss_mb),
        format!("{:.0}", row.syn.wall_s * 1e3),
        times(row.isgraph.wall_s, row.syn.wall_s),
        of_ra(&|ra| format!("{:.1}", ra.wall_s)),
        of_ra(&|ra| format!("{:.0}", ra.rss_mb)),
        of_ra(&|ra| times(ra.wall_s, row.isgraph.wall_s)),
        of_ra(&|ra| times(ra.rss_mb, row.isgraph.rss_mb)),
    ]
}

/// All crates together: sums of times, the largest peaks.
fn total(rows: &[Row]) -> Row {
    let sum = |of: &dyn Fn(&Row) -> Usage| {
        rows.iter().map(of).fold(Usage::default(), |a, b| Usage {
            wall_s: a.wall_s + b.wall_s,
            cpu_s: a.cpu_s + b.cpu_s,
            rss_mb: a.rss_mb.max(b.rss_mb),
        })
    };
    Row {
        name: "**all** (largest RSS)".into(),
        lines: rows.iter().map(|row| row.lines).sum(),
        isgraph: sum(&|row| row.isgraph),
        syn: sum(&|row| row.syn),
        rust_analyzer: rows
            .iter()
            .all(|row| row.rust_analyzer.is_some())
            .then(|| sum(&|row| row.rust_analyzer.unwrap_or_default())),
    }
}
