//! Other code graphs that install from npm and run without a network.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use super::measure::{self, Usage, times};
use crate::accuracy;
use crate::process::{must, program, read};
use crate::project::Project;
use crate::report::{self, Block};

const RESULTS: &str = "peers";
const TABLE: Block = Block { document: "docs/performance.md", name: "peers" };
const RUNS: usize = 3;

struct Peer {
    package: &'static str,
    version: &'static str,
    /// Directory under .tools/peers: both install a binary of one name.
    home: &'static str,
    /// Arguments before the directory to index.
    command: &'static [&'static str],
}

const BINARY: &str = "node_modules/.bin/codegraph";
/// Where each of them keeps its index, in the directory that it indexes.
const INDEX: &str = ".codegraph";

const PEERS: [Peer; 2] = [
    Peer { package: "@colbymchenry/codegraph", version: "1.6.1", home: "colbymchenry", command: &["init", "-y"] },
    Peer { package: "@optave/codegraph", version: "3.11.2", home: "optave", command: &["build"] },
];

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    name: String,
    isgraph: Usage,
    peers: Vec<(String, Usage)>,
}

/// Measures the crates; the table is written when they are the whole corpus.
pub(super) fn run(project: &Project, crates: &[String], whole: bool) -> Result<()> {
    for peer in &PEERS {
        install(project, peer)?;
    }
    let rows: Vec<Row> = crates.iter().map(|name| measure_crate(project, name)).collect::<Result<_>>()?;
    println!("\n{}", table(&rows));
    if whole {
        report::store(project, RESULTS, &rows)?;
        TABLE.write(project, &table(&rows))?;
    }
    Ok(())
}

/// What is wrong with the document's table.
pub(super) fn stale(project: &Project) -> Result<Option<String>> {
    match report::load::<Vec<Row>>(project, RESULTS)? {
        Some(rows) => TABLE.complaint(project, &table(&rows)),
        None => Ok(None),
    }
}

fn home(project: &Project, peer: &Peer) -> PathBuf {
    project.tools().join("peers").join(peer.home)
}

fn install(project: &Project, peer: &Peer) -> Result<()> {
    let home = home(project, peer);
    if home.join(BINARY).exists() {
        return Ok(());
    }
    let mut npm = program(project, "npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&home);
    must(npm.arg(format!("{}@{}", peer.package, peer.version)))?;
    if !home.join(BINARY).exists() {
        bail!("{} has no {BINARY}", peer.package);
    }
    Ok(())
}

fn measure_crate(project: &Project, name: &str) -> Result<Row> {
    // They write into the directory that they index, and would read build output.
    let dir = project.corpus().join("peers").join(name);
    if dir.exists() {
        std::fs::remove_dir_all(&dir)?;
    }
    std::fs::create_dir_all(&dir)?;
    let source = accuracy::crate_dir(project, name);
    for entry in std::fs::read_dir(source)? {
        let path = entry?.path();
        if !path.ends_with("target") {
            read(program(project, "cp").arg("-r").arg(path).arg(&dir))?;
        }
    }
    let [isgraph] = measure::in_turn(RUNS, [super::index::isgraph(project, &dir)])?;
    let peers = PEERS
        .iter()
        .map(|peer| Ok((format!("{} {}", peer.package, peer.version), measure_peer(project, peer, &dir)?)))
        .collect::<Result<_>>()?;
    println!("   {name}: measured");
    Ok(Row { name: name.into(), isgraph, peers })
}

/// The fastest of a few cold runs: an index left behind would make the next run warm.
fn measure_peer(project: &Project, peer: &Peer, dir: &Path) -> Result<Usage> {
    let mut best: Option<Usage> = None;
    for _ in 0..RUNS {
        let index = dir.join(INDEX);
        if index.exists() {
            std::fs::remove_dir_all(index)?;
        }
        let usage = measure::once(&mut command(project, peer, dir))?;
        if best.is_none_or(|best| usage.wall_s < best.wall_s) {
            best = Some(usage);
        }
    }
    Ok(best.unwrap_or_default())
}

fn command(project: &Project, peer: &Peer, dir: &Path) -> Command {
    let mut command = program(project, home(project, peer).join(BINARY));
    command.args(peer.command).arg(dir);
    // Nothing is sent, and nothing is written outside the tools' directory.
    command.env("DO_NOT_TRACK", "1").env("CODEGRAPH_TELEMETRY", "0").env("HOME", home(project, peer));
    command
}

fn table(rows: &[Row]) -> String {
    const HEAD: [&str; 7] = ["crate", "program", "wall s", "CPU s", "RSS MB", "wall ÷ isgraph", "RSS ÷ isgraph"];
    let cells = rows.iter().flat_map(|row| {
        let isgraph = ("isgraph".to_owned(), row.isgraph);
        std::iter::once(&isgraph).chain(&row.peers).map(|(name, usage)| line(row, name, *usage)).collect::<Vec<_>>()
    });
    report::table(&HEAD, &cells.collect::<Vec<_>>())
}

fn line(row: &Row, program: &str, usage: Usage) -> Vec<String> {
    vec![
        row.name.clone(),
        program.to_owned(),
        format!("{:.2}", usage.wall_s),
        format!("{:.2}", usage.cpu_s),
        format!("{:.0}", usage.rss_mb),
        times(usage.wall_s, row.isgraph.wall_s),
        times(usage.rss_mb, row.isgraph.rss_mb),
    ]
}
