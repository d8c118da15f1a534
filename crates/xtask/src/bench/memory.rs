//! Memory: of the graph that stays, and of the index that makes it.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{build, measure};
use crate::accuracy;
use crate::process::{program, read};
use crate::project::Project;
use crate::report::{self, Block};

const RESULTS: &str = "memory";
const TABLE: Block = Block { document: "docs/performance.md", name: "memory" };

/// What `graph_memory` prints, in bytes, and the peak of `isgraph index`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Row {
    #[serde(default)]
    name: String,
    lines: u64,
    symbols: u64,
    edges: u64,
    graph: u64,
    live: u64,
    peak: u64,
    #[serde(default)]
    rss_mb: f64,
}

/// Measures every crate of the corpus and writes the table.
pub(super) fn run(project: &Project) -> Result<()> {
    let crates = accuracy::crate_names(project)?;
    accuracy::corpus(project, &crates)?;
    build(project)?;
    let rows: Vec<Row> = crates.iter().map(|name| measure_crate(project, name)).collect::<Result<_>>()?;
    println!("\n{}", table(&rows));
    report::store(project, RESULTS, &rows)?;
    TABLE.write(project, &table(&rows))
}

/// What is wrong with the document's table.
pub(super) fn stale(project: &Project) -> Result<Option<String>> {
    match report::load::<Vec<Row>>(project, RESULTS)? {
        Some(rows) => TABLE.complaint(project, &table(&rows)),
        None => Ok(None),
    }
}

fn measure_crate(project: &Project, name: &str) -> Result<Row> {
    let dir = accuracy::crate_dir(project, name);
    let printed = read(program(project, project.release_binary("graph_memory")).arg(&dir))?;
    let row: Row = serde_json::from_str(&printed).context("graph_memory printed something else")?;
    let index = measure::once(&mut super::index::isgraph(project, &dir))?;
    Ok(Row { name: name.into(), rss_mb: index.rss_mb, ..row })
}

fn table(rows: &[Row]) -> String {
    const HEAD: [&str; 7] = [
        "crate",
        "lines",
        "symbols",
        "edges",
        "graph MB",
        "graph MB per 100,000 lines",
        "peak RSS MB of `isgraph index`",
    ];
    let mut cells: Vec<Vec<String>> = rows.iter().map(row).collect();
    let sum = |of: fn(&Row) -> u64| rows.iter().map(of).sum();
    cells.push(row(&Row {
        name: "**all** (largest RSS)".into(),
        lines: sum(|r| r.lines),
        symbols: sum(|r| r.symbols),
        edges: sum(|r| r.edges),
        graph: sum(|r| r.graph),
        live: sum(|r| r.live),
        peak: sum(|r| r.peak),
        rss_mb: rows.iter().map(|r| r.rss_mb).fold(0.0, f64::max),
    }));
    report::table(&HEAD, &cells)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn row(row: &Row) -> Vec<String> {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    vec![
        row.name.clone(),
        row.lines.to_string(),
        row.symbols.to_string(),
        row.edges.to_string(),
        format!("{:.2}", megabytes(row.graph)),
        format!("{:.2}", megabytes(row.graph) * 1e5 / row.lines.max(1) as f64),
        format!("{:.0}", row.rss_mb),
    ]
}
