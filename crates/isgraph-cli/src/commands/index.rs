//! `isgraph index` and what it shares with `isgraph ingest`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use isgraph::model::Diagnostic;
use isgraph::source::dump::DumpReport;
use isgraph_host::store::{self, SnapshotMeta, SourceKind};
use serde::Serialize;

use crate::args::{Global, IndexArgs, Keep};
use crate::exit::Failure;
use crate::output::style::{FAINT, GOOD, WARNING, paint};
use crate::output::{Output, human};
use crate::progress::Progress;
use crate::source::{Indexed, Origin, index, root_of};

/// So many diagnostics are printed unless all are asked for.
const SHOWN_DIAGNOSTICS: usize = 10;

pub(crate) fn run(arguments: &IndexArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let root = root_of(&arguments.directory);
    let store = arguments.keep.directory(&root);
    let job =
        Job { origin: Origin::Directory(&arguments.directory), store, all_diagnostics: arguments.keep.diagnostics };
    job.run(global, output)
}

impl Keep {
    /// Where to store the index of a project in `root`.
    pub(super) fn directory(&self, root: &Path) -> Option<PathBuf> {
        match &self.store {
            _ if self.no_store => None,
            Some(directory) => Some(directory.clone()),
            // `./.isgraph` would only be longer to read.
            None => Some(root.strip_prefix(".").unwrap_or(root).join(store::DIRECTORY)),
        }
    }
}

/// Index something, store and report it.
pub(super) struct Job<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) store: Option<PathBuf>,
    pub(super) all_diagnostics: bool,
}

impl Job<'_> {
    pub(super) fn run(&self, global: &Global, output: &Output) -> Result<(), Failure> {
        let started = Instant::now();
        let progress = Progress::start(output, "Reading");
        let indexed = index(self.origin, global, output, &progress)?;
        if let Some(directory) = &self.store {
            progress.step("Storing");
            let storing = Instant::now();
            self.save(directory, &indexed)?;
            output.step("store", storing.elapsed());
        }
        drop(progress);
        self.report(&indexed, started.elapsed(), output)?;
        // The process ends here; giving the memory back piece by piece would only take time.
        std::mem::forget(indexed);
        Ok(())
    }

    fn save(&self, directory: &Path, indexed: &Indexed) -> Result<(), Failure> {
        let mut meta = match self.origin {
            Origin::Directory(path) => SnapshotMeta::now(seen_from(directory, &root_of(path)), SourceKind::Directory),
            Origin::Dumps(paths, format) => {
                let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
                let mut meta = SnapshotMeta::now(names.join(", "), SourceKind::Dump);
                // Whole, so that they are found again from another directory; `-` names no file.
                let whole = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
                meta.dump_files = paths.iter().map(|path| whole(path).display().to_string()).collect();
                meta.dump_format = format.map(|format| format.as_str().to_owned());
                meta
            }
        };
        meta.files = indexed.files as u64;
        meta.symbols = indexed.graph.symbol_count() as u64;
        meta.edges = indexed.graph.edge_count() as u64;
        meta.diagnostics = indexed.graph.diagnostics().len() as u64;
        meta.dump.clone_from(&indexed.places);
        store::save(directory, &meta, &indexed.graph.to_bytes()).map_err(|error| Failure::writing(&error))
    }

    fn report(&self, indexed: &Indexed, elapsed: Duration, output: &Output) -> Result<(), Failure> {
        let graph = &indexed.graph;
        let report = Report {
            files: indexed.files,
            symbols: graph.symbol_count(),
            edges: graph.edge_count(),
            unresolved: graph.unresolved_count(),
            elapsed_ms: (elapsed.as_secs_f64() * 1e4).round() / 10.0,
            store: self.store.as_ref().map(|directory| directory.display().to_string()),
            dump: indexed.dump.as_ref(),
            diagnostics: graph.diagnostics(),
        };
        if output.is_json() {
            return output.json(&report);
        }
        if output.is_quiet() {
            return Ok(());
        }
        let shown = if self.all_diagnostics { usize::MAX } else { SHOWN_DIAGNOSTICS };
        output.text(&report.human(elapsed, shown))?;
        if indexed.files == 0 {
            let hint = "no Rust files were found; is it the right place, and does no ignore file hide them?";
            output.note(&format!("{} {hint}", paint(WARNING, "note:")));
        }
        Ok(())
    }
}

/// What was indexed.
#[derive(Serialize)]
struct Report<'a> {
    files: usize,
    symbols: usize,
    edges: usize,
    unresolved: usize,
    elapsed_ms: f64,
    /// The store's directory; null when nothing was stored.
    store: Option<String>,
    /// What the dump gave back; left out for a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    dump: Option<&'a DumpReport>,
    diagnostics: &'a [Diagnostic],
}

impl Report<'_> {
    fn human(&self, elapsed: Duration, shown_diagnostics: usize) -> String {
        let diagnostics = human::count(self.diagnostics.len(), "diagnostic");
        let mut out = format!(
            "{} Processed {} → {}, {} in {}\n  {diagnostics}, {}",
            paint(GOOD, "✓"),
            human::count(self.files, "file"),
            human::count(self.symbols, "node"),
            human::count(self.edges, "edge"),
            human::duration(elapsed),
            human::count(self.unresolved, "unresolved site"),
        );
        match &self.store {
            Some(store) => out.push_str(&format!(", stored in {store}\n")),
            None => out.push_str(&paint(FAINT, ", not stored\n")),
        }
        if let Some(dump) = self.dump {
            out.push_str(&human::dump(dump));
        }
        out.push_str(&human::diagnostics(self.diagnostics, shown_diagnostics));
        out
    }
}

/// How the store remembers the project's root: as `..` where it lies in the project, so that both
/// can be moved together; else by its whole path.
fn seen_from(store: &Path, root: &Path) -> String {
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    // The store may not exist yet; the directory around it does, if it is the project's.
    let around = match store.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => store,
    };
    let inside = around.canonicalize().is_ok_and(|around| around == whole);
    if inside { "..".to_owned() } else { whole.display().to_string() }
}
