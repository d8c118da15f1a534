//! Dumps: the index of one of 2.1 MB, whole process, and the reading of large ones before parsing.

use std::fmt::Write as _;
use std::io::Write as _;
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
/// Size of the small dump, in bytes, up to the end of the file that reaches it.
const SMALL: usize = 2_100_000;
/// Sizes of the large dumps, in bytes, up to the end of the copy that reaches them.
const LARGE: [usize; 2] = [100_000_000, 500_000_000];
/// In this order: all of axum, then as much of tokio as fits.
const CRATES: [&str; 2] = ["axum", "tokio"];

#[derive(Debug, Serialize, Deserialize)]
struct Results {
    machine: String,
    runs: usize,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    what: String,
    format: String,
    bytes: usize,
    files: usize,
    usage: Usage,
}

/// A file of the dump: its path and text.
type File = (String, String);

/// Makes the dumps, measures, writes the table.
pub(super) fn run(project: &Project, runs: usize) -> Result<()> {
    accuracy::corpus(project, &CRATES.map(String::from))?;
    build(project)?;
    let files = files(project)?;
    let small = [("file-marker", marked(&files)), ("repomix-xml", repomix(&files, 1))];
    let mut rows = Vec::new();
    let mut dumps = Vec::new();
    for (format, text) in &small {
        let dump = project.corpus().join(format!("small.{format}"));
        std::fs::write(&dump, text)?;
        dumps.push((*format, dump, text.len()));
    }
    let store = project.corpus().join("dump-store");
    let isgraph = |arguments: &[&str], dump: &Path| {
        let mut command = program(project, project.release_binary("isgraph"));
        command.args(arguments).arg(dump).args(["--threads", "2"]);
        command
    };
    let ingest = |dump: &Path| {
        let mut command = isgraph(&["ingest", "--quiet"], dump);
        command.arg("--store").arg(&store);
        command
    };
    let ask = |dump: &Path| isgraph(&["query", "callers", "axum::routing::Router::route", "--dump"], dump);
    let measured = measure::in_turn(runs, [ingest(&dumps[0].1), ingest(&dumps[1].1), ask(&dumps[1].1)])?;
    for ((what, at), usage) in
        [("index and store", 0), ("index and store", 1), ("first answer", 1)].iter().zip(measured)
    {
        let (format, _, bytes) = &dumps[*at];
        let what = (*what).to_owned();
        rows.push(Row { what, format: (*format).to_owned(), bytes: *bytes, files: files.len(), usage });
    }
    for size in LARGE {
        let copies = size.div_ceil(small[1].1.len());
        let dump = project.corpus().join("large.repomix-xml");
        let text = repomix(&files, copies);
        std::fs::File::create(&dump)?.write_all(text.as_bytes())?;
        let mut read = program(project, project.release_binary("dump_read"));
        read.arg(&dump);
        let [usage] = measure::in_turn(runs, [read])?;
        let (what, format) = ("read only".to_owned(), "repomix-xml".to_owned());
        rows.push(Row { what, format, bytes: text.len(), files: files.len() * copies, usage });
        std::fs::remove_file(&dump)?;
    }
    let results = Results { machine: machine::description(), runs, rows };
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

/// The files of the small dump.
fn files(project: &Project) -> Result<Vec<File>> {
    let (mut files, mut size) = (Vec::new(), 0);
    for name in CRATES {
        let dir = accuracy::crate_dir(project, name);
        let mut paths = vec![dir.join("Cargo.toml")];
        rust_files(&dir.join("src"), &mut paths)?;
        paths.sort();
        for path in paths {
            if size >= SMALL {
                return Ok(files);
            }
            let shown = format!("{name}/{}", path.strip_prefix(&dir).unwrap_or(&path).display());
            let text = std::fs::read_to_string(&path)?;
            size += shown.len() + text.len();
            files.push((shown, text));
        }
    }
    Ok(files)
}

fn marked(files: &[File]) -> String {
    files.iter().fold(String::new(), |mut out, (path, text)| {
        let _ = write!(out, "FILE: {path}\n{text}\n");
        out
    })
}

/// As repomix writes it, each copy of the files in a directory of its own.
fn repomix(files: &[File], copies: usize) -> String {
    let mut out = String::from(
        "This file is a merged representation of the entire codebase, combined into a single document by Repomix.\n\n",
    );
    let path = |copy: usize, path: &str| if copies == 1 { path.to_owned() } else { format!("copy{copy}/{path}") };
    out.push_str("<directory_structure>\n");
    for copy in 0..copies {
        for (file, _) in files {
            let file = path(copy, file);
            let parts: Vec<&str> = file.split('/').collect();
            for (depth, part) in parts.iter().enumerate() {
                let end = if depth + 1 == parts.len() { "" } else { "/" };
                let _ = writeln!(out, "{}{part}{end}", "  ".repeat(depth));
            }
        }
    }
    out.push_str(
        "</directory_structure>\n\n<files>\nThis section contains the contents of the repository's files.\n\n",
    );
    for copy in 0..copies {
        for (file, text) in files {
            let _ = write!(out, "<file path=\"{}\">\n{}\n</file>\n\n", path(copy, file), text.trim());
        }
    }
    out + "</files>\n"
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
    const HEAD: [&str; 8] = ["dump", "format", "files", "what", "wall ms", "CPU ms", "MB per s of CPU", "RSS MB"];
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rows: Vec<Vec<String>> = results
        .rows
        .iter()
        .map(|row| {
            let size = row.bytes as f64 / 1e6;
            vec![
                format!("{size:.1} MB"),
                row.format.clone(),
                row.files.to_string(),
                row.what.clone(),
                format!("{:.0}", row.usage.wall_s * 1e3),
                format!("{:.0}", row.usage.cpu_s * 1e3),
                format!("{:.0}", size / row.usage.cpu_s.max(1e-9)),
                format!("{:.0}", row.usage.rss_mb),
            ]
        })
        .collect();
    format!("{}\n{}; medians of {} runs.\n", report::table(&HEAD, &rows), results.machine, results.runs)
}
