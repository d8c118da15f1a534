//! Ingesting a dump: one text of 2.1 MB with `FILE:` markers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::measure::{self, Usage};
use super::{build, machine};
use crate::accuracy;
use crate::process::program;
use crate::project::Project;
use crate::report::{self, Block};

const RESULTS: &str = "dump";
const TABLE: Block = Block { document: "docs/performance.md", name: "dump" };
/// Size of the dump, in bytes, up to the end of the file that reaches it.
const SIZE: usize = 2_100_000;
/// In this order: all of axum, then as much of tokio as fits.
const CRATES: [&str; 2] = ["axum", "tokio"];

#[derive(Debug, Serialize, Deserialize)]
struct Results {
    machine: String,
    runs: usize,
    bytes: usize,
    files: usize,
    isgraph: Usage,
}

/// Makes the dump, ingests it, writes the table.
pub(super) fn run(project: &Project, runs: usize) -> Result<()> {
    accuracy::corpus(project, &CRATES.map(String::from))?;
    build(project)?;
    let (text, files) = make(project)?;
    let dump = project.corpus().join("axum-tokio.dump");
    std::fs::write(&dump, &text)?;
    let store = project.corpus().join("dump-store");
    let mut ingest = program(project, project.release_binary("isgraph"));
    ingest.args(["ingest", "--quiet", "--threads", "2"]).arg(&dump).arg("--store").arg(&store);
    let [isgraph] = measure::in_turn(runs, [ingest])?;
    let results = Results { machine: machine::description(), runs, bytes: text.len(), files, isgraph };
    println!("\n{}", table(&results));
    report::store(project, RESULTS, &results)?;
    TABLE.write(project, &table(&results))
}

/// What is wrong with the document's table.
pub(super) fn stale(project: &Project) -> Result<Option<String>> {
    match report::load::<Results>(project, RESULTS)? {
        Some(results) => TABLE.complaint(project, &table(&results)),
        None => Ok(None),
    }
}

/// The dump and the number of files in it.
fn make(project: &Project) -> Result<(String, usize)> {
    let (mut text, mut files) = (String::with_capacity(SIZE), 0);
    for name in CRATES {
        let dir = accuracy::crate_dir(project, name);
        let mut paths = vec![dir.join("Cargo.toml")];
        rust_files(&dir.join("src"), &mut paths)?;
        paths.sort();
        for path in paths {
            if text.len() >= SIZE {
                return Ok((text, files));
            }
            let shown = path.strip_prefix(&dir).unwrap_or(&path).display();
            write!(text, "FILE: {name}/{shown}\n{}\n", std::fs::read_to_string(&path)?)?;
            files += 1;
        }
    }
    Ok((text, files))
}

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
    Ok(())
}

fn table(results: &Results) -> String {
    const HEAD: [&str; 5] = ["dump", "files", "wall ms", "CPU ms", "RSS MB"];
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let size = results.bytes as f64 / 1e6;
    let row = vec![
        format!("{size:.1} MB of {}", CRATES.join(" and ")),
        results.files.to_string(),
        format!("{:.0}", results.isgraph.wall_s * 1e3),
        format!("{:.0}", results.isgraph.cpu_s * 1e3),
        format!("{:.0}", results.isgraph.rss_mb),
    ];
    format!(
        "{}\n{}; medians of {} runs, the stored index included.\n",
        report::table(&HEAD, &[row]),
        results.machine,
        results.runs
    )
}
