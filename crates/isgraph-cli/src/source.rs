//! Where a graph comes from: a directory, a dump, or the store.

use std::path::{Path, PathBuf};
use std::time::Instant;

use isgraph::context::Texts;
use isgraph::source::dump::{DumpFormat, DumpReport};
use isgraph::{ErrorCode, Graph, IndexConfig, SourceSet};
use isgraph_host::store::{self, DumpPlaces, SourceKind};
use isgraph_host::texts::{DirectoryTexts, DumpTexts};
use isgraph_host::{dump, walk};

use crate::args::{Global, Input};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::output::places::Places;
use crate::progress::Progress;
use crate::threads::with_pool;

/// A graph, and how its files look from here.
pub(crate) struct Loaded {
    pub(crate) graph: Graph,
    pub(crate) places: Places,
    /// The texts of the graph's files.
    pub(crate) texts: Box<dyn Texts>,
}

/// What to index.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    Directory(&'a Path),
    /// Dumps or archives that are one source set, and their format.
    Dumps(&'a [PathBuf], Option<DumpFormat>),
}

/// A graph that was just made.
#[derive(Debug)]
pub(crate) struct Indexed {
    pub(crate) graph: Graph,
    pub(crate) sources: SourceSet,
    /// How many Rust files were read.
    pub(crate) files: usize,
    /// Of dumps: what was read.
    pub(crate) dump: Option<DumpReport>,
    /// Of dumps: where the files stand in them.
    pub(crate) places: Option<DumpPlaces>,
}

/// Code that was read, and how its files look from here.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) set: SourceSet,
    pub(crate) config: IndexConfig,
    pub(crate) places: Places,
    /// The directory that paths start from; none of a dump.
    pub(crate) root: Option<PathBuf>,
}

/// The code that the options ask for: that of a stored index is read again.
pub(crate) fn sources(input: &Input, global: &Global, output: &Output) -> Result<Sources, Failure> {
    let progress = Progress::start(output, "Reading");
    let of_directory = |directory: &Path| {
        let (set, root) = (read(Origin::Directory(directory), &progress)?, root_of(directory));
        Ok(Sources { set, config: config(global), places: Places::below(&root), root: Some(root) })
    };
    match (&input.dir, input.dump.as_slice()) {
        (Some(directory), _) => of_directory(directory),
        (None, []) => {
            let directory = match &input.store {
                Some(directory) => directory.clone(),
                None => nearest()?,
            };
            let (meta, _) = store::load(&directory).map_err(|error| Failure::reading(&error))?;
            match meta.source {
                SourceKind::Directory => of_directory(&directory.join(meta.root)),
                SourceKind::Dump => {
                    let message = "the stored index is of a dump, which is not kept: give the dump with --dump";
                    Err(Failure::new(Exit::Input, ErrorCode::Io, message))
                }
            }
        }
        (None, files) => {
            let set = read(Origin::Dumps(files, input.dump_format), &progress)?;
            let places = Places::labels(DumpPlaces::of(&set));
            Ok(Sources { set, config: config(global), places, root: None })
        }
    }
}

fn config(global: &Global) -> IndexConfig {
    let mut config = IndexConfig::default();
    config.features.clone_from(&global.features);
    config.cfg.clone_from(&global.cfg);
    config
}

/// Reads and indexes.
pub(crate) fn index(
    origin: Origin<'_>,
    global: &Global,
    output: &Output,
    progress: &Progress,
) -> Result<Indexed, Failure> {
    let config = config(global);
    with_pool(global.threads, || {
        let started = Instant::now();
        let sources = read(origin, progress)?;
        output.step("read", started.elapsed());

        let started = Instant::now();
        progress.step("Indexing");
        let graph = isgraph::index(&sources, &config);
        output.step("index", started.elapsed());
        let files = sources.files.keys().filter(|path| path.ends_with(".rs")).count();
        let (places, dump) = (DumpPlaces::of(&sources), sources.dump.clone());
        Ok(Indexed { graph, sources, files, dump, places })
    })?
}

fn read(origin: Origin<'_>, progress: &Progress) -> Result<SourceSet, Failure> {
    let sources = match origin {
        Origin::Directory(directory) => {
            directory.metadata().map_err(|error| Failure::input(directory.display(), &error))?;
            walk::read_directory(directory, &walk::WalkOptions::default(), &|how_far| progress.reading(how_far))
        }
        Origin::Dumps(files, format) => dump::read(files, format),
    };
    sources.map_err(|error| Failure::reading(&error))
}

/// The graph that the options ask for.
pub(crate) fn load(input: &Input, global: &Global, output: &Output) -> Result<Loaded, Failure> {
    let started = Instant::now();
    let loaded = match (&input.dir, input.dump.as_slice()) {
        (Some(directory), _) => {
            let progress = Progress::start(output, "Reading");
            let Indexed { graph, sources, .. } = index(Origin::Directory(directory), global, output, &progress)?;
            Loaded { graph, places: Places::below(&root_of(directory)), texts: Box::new(sources) }
        }
        (None, []) => stored(input.store.as_deref())?,
        (None, files) => {
            let progress = Progress::start(output, "Reading");
            let Indexed { graph, sources, places, .. } =
                index(Origin::Dumps(files, input.dump_format), global, output, &progress)?;
            Loaded { graph, places: Places::labels(places), texts: Box::new(sources) }
        }
    };
    output.step("load", started.elapsed());
    Ok(loaded)
}

fn stored(directory: Option<&Path>) -> Result<Loaded, Failure> {
    let directory = match directory {
        Some(directory) => directory.to_owned(),
        None => nearest()?,
    };
    let (meta, payload) = store::load(&directory).map_err(|error| Failure::reading(&error))?;
    let graph = Graph::from_bytes(&payload).map_err(|error| Failure::reading(&error))?;
    Ok(match meta.source {
        SourceKind::Directory => {
            let root = directory.join(meta.root);
            Loaded { graph, places: Places::below(&root), texts: Box::new(DirectoryTexts::new(root)) }
        }
        SourceKind::Dump => {
            let files = meta.dump_files.into_iter().map(PathBuf::from).collect();
            let texts = DumpTexts::new(files, meta.dump_format.as_deref().and_then(DumpFormat::from_word));
            Loaded { graph, places: Places::labels(meta.dump), texts: Box::new(texts) }
        }
    })
}

fn nearest() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(|error| Failure::input("the current directory", &error))?;
    store::find_upwards(&here).ok_or_else(|| {
        let message = format!(
            "there is no index in {} or above it: run `isgraph index` first, or give --dir, --dump or --store",
            here.display()
        );
        Failure::new(Exit::Index, ErrorCode::NoIndex, message)
    })
}

/// The directory that the paths of an index of `path` start from: a single file's is its parent.
pub(crate) fn root_of(path: &Path) -> PathBuf {
    if path.is_file() { path.parent().unwrap_or(Path::new("")).to_owned() } else { path.to_owned() }
}
