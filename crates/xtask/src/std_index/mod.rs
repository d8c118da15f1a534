//! The standard library's source → its interface, which the core embeds.

mod check;
mod library;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use isgraph::model::{Severity, SymbolKind};
use isgraph::{CfgOption, Graph, IndexConfig, index};

use crate::process::timed;
use crate::project::Project;
use library::Library;

/// Parsing recurses as deep as the code nests.
const STACK: usize = 16 << 20;

/// Features of std that rustc's own build turns on.
const FEATURES: &[&str] = &["backtrace", "panic-unwind"];

/// What rustc says about x86_64-unknown-linux-gnu besides what isgraph takes for granted.
const CFG: &[&str] = &[
    "target_thread_local",
    "target_has_atomic",
    "target_has_atomic_load_store=\"8\"",
    "target_has_atomic_load_store=\"16\"",
    "target_has_atomic_load_store=\"32\"",
    "target_has_atomic_load_store=\"64\"",
    "target_has_atomic_load_store=\"ptr\"",
    "target_has_atomic_primitive_alignment=\"8\"",
    "target_has_atomic_primitive_alignment=\"16\"",
    "target_has_atomic_primitive_alignment=\"32\"",
    "target_has_atomic_primitive_alignment=\"64\"",
    "target_has_atomic_primitive_alignment=\"ptr\"",
    "target_has_reliable_f16",
    "target_has_reliable_f128",
];

/// The embedded interface.
const INTERFACE: &str = "crates/isgraph/data/std.isgi";

/// Where the source is.
#[derive(Args)]
pub(crate) struct StdIndexArgs {
    /// The directory that holds core/, alloc/ and std/. Without it, that of the toolchain's rust-src
    /// component, else of Debian's package rust-web-src.
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
    /// List up to N of everything that is missing.
    #[arg(long, value_name = "N", default_value_t = 20)]
    errors: usize,
}

/// Indexes the library, says what was found, and writes its interface, or fails when something is missing.
pub(crate) fn run(project: &Project, args: &StdIndexArgs) -> Result<()> {
    let library = Library::find(project, args.source.as_deref())?;
    println!("Rust {} from {}", library.version, library.directory.display());
    let sources = library.sources()?;
    let mut config = IndexConfig::default();
    config.features = FEATURES.iter().map(|feature| (*feature).to_owned()).collect();
    config.cfg = CFG.iter().map(|option| option.parse::<CfgOption>()).collect::<Result<_, _>>()?;
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build().context("no threads")?;
    let (graph, took) = timed(|| pool.install(|| index(&sources, &config)));
    println!("{} files, {} lines, indexed in {:.1} s", graph.file_count(), graph.line_count(), took.as_secs_f64());
    print_counts(&graph);
    let missing = check::missing(&sources, &graph);
    for (what, list) in &missing {
        println!("{}: {what}", list.len());
        for line in list.iter().take(args.errors) {
            println!("   {line}");
        }
    }
    if !missing.is_empty() {
        bail!("the library was not read wholly");
    }
    let bytes = pool.install(|| isgraph::resolve::interface(&sources, &config, "std", &library.version));
    let bytes = bytes.context("there is no crate `std` in the source")?;
    let file = project.path(INTERFACE);
    std::fs::write(&file, &bytes).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("{INTERFACE}: {} KB", bytes.len() / 1024);
    Ok(())
}

fn print_counts(graph: &Graph) {
    let mut kinds: BTreeMap<SymbolKind, usize> = BTreeMap::new();
    for id in graph.symbol_ids() {
        *kinds.entry(graph.kind(id)).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind:?}")).collect();
    println!("symbols: {}", kinds.join(", "));
    let mut codes: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for diagnostic in graph.diagnostics() {
        *codes.entry((diagnostic.severity, &diagnostic.code)).or_default() += 1;
    }
    for ((severity, code), count) in codes {
        println!("diagnostics: {count} {code} ({severity:?})");
    }
}
