//! The snapshot of the last index: one file that is either whole or detected as not.
//!
//! ```text
//! 0   8  magic "ISGRAPH\0"
//! 8   4  version of this format, u32
//! 12  4  length of the metadata, u32
//! 16  8  length of the payload, u64
//! 24  32 BLAKE3 of bytes 0..24, the metadata and the payload
//! 56     the metadata (JSON), then the payload
//! ```
//!
//! Integers are little-endian. A save writes a new file and renames it over the old one, so a
//! reader sees the old snapshot or the new one, and a writer that is killed leaves the old one.

mod format;
mod lock;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use isgraph::source::dump::Origin;
use isgraph::{Error, ErrorCode, Result, SourceSet};
use serde::{Deserialize, Serialize};

use format::Fault;

/// Name of the store's directory in a project.
pub const DIRECTORY: &str = ".isgraph";
/// Name of the snapshot in the store's directory.
pub const SNAPSHOT: &str = "snapshot.isgraph";

const TEMPORARY: &str = ".snapshot-";

/// What a snapshot says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SnapshotMeta {
    /// The directory or dump that was indexed, as it was named.
    pub root: String,
    /// What `root` is.
    pub source: SourceKind,
    /// When it was indexed, in seconds since 1970.
    pub time: u64,
    /// Version of isgraph that wrote it.
    pub isgraph: String,
    /// Number of files read.
    pub files: u64,
    /// Number of symbols.
    pub symbols: u64,
    /// Number of edges.
    pub edges: u64,
    /// Number of diagnostics.
    pub diagnostics: u64,
    /// Of an index of dumps: their files, to read texts from again; `-` was standard input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dump_files: Vec<String>,
    /// The format that they were said to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump_format: Option<String>,
    /// Of an index of dumps: where its files stand in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump: Option<DumpPlaces>,
}

/// Where the files of dumps stand in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpPlaces {
    /// The dumps' names.
    pub dumps: Vec<String>,
    /// By path.
    pub files: BTreeMap<String, Origin>,
}

impl DumpPlaces {
    /// Of these sources; `None` when they come from no dump.
    #[must_use]
    pub fn of(sources: &SourceSet) -> Option<Self> {
        if sources.origins.is_empty() {
            return None;
        }
        let dumps = sources.dump.as_ref()?.dumps.iter().map(|part| part.label.clone()).collect();
        Some(Self { dumps, files: sources.origins.clone() })
    }

    /// The dump and its line where a file's line stands, both lines 1-based; 0 is the whole file.
    #[must_use]
    pub fn locate(&self, file: &str, line: u32) -> Option<(&str, u32)> {
        let origin = self.files.get(file)?;
        let dump = self.dumps.get(origin.dump as usize)?;
        Some((dump, origin.dump_line(line)))
    }
}

impl SnapshotMeta {
    /// Metadata of an index of `root` made now, with counts of zero.
    #[must_use]
    pub fn now(root: impl Into<String>, source: SourceKind) -> Self {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self {
            root: root.into(),
            source,
            time: time.map_or(0, |time| time.as_secs()),
            isgraph: env!("CARGO_PKG_VERSION").to_owned(),
            ..Self::default()
        }
    }
}

/// Where an index came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A directory.
    #[default]
    Directory,
    /// A code dump.
    Dump,
}

/// Replaces the snapshot in `directory` (a project's `.isgraph`, made when it is missing).
///
/// The old snapshot stays until the new one is on the disk; after an error it is still there.
///
/// # Errors
/// [`ErrorCode::Io`] when the directory cannot be made or written.
pub fn save(directory: &Path, meta: &SnapshotMeta, payload: &[u8]) -> Result<()> {
    let attempt = || -> io::Result<()> {
        fs::create_dir_all(directory)?;
        let _lock = lock::exclusive(directory)?;
        ignore_itself(directory)?;
        remove_leftovers(directory);
        let mut file = temporary_file(directory)?;
        format::write(file.as_file_mut(), meta, payload)?;
        file.as_file().sync_all()?;
        file.persist(directory.join(SNAPSHOT)).map_err(|error| error.error)?;
        sync_directory(directory)
    };
    attempt().map_err(|error| {
        let message = format!(
            "cannot write the index to {}: {error}; make it writable and free some space, or query without an index by --dir",
            directory.display()
        );
        Error::new(ErrorCode::Io, message).with_source(error)
    })
}

/// Reads the snapshot in `directory` (a project's `.isgraph`).
///
/// A snapshot that is damaged, or of another format version, is never trusted: it is set aside as
/// `snapshot.corrupt-N` and reported.
///
/// # Errors
/// [`ErrorCode::NoIndex`] when there is none, [`ErrorCode::StoreCorrupt`] and
/// [`ErrorCode::StoreVersion`] when it cannot be used, [`ErrorCode::Io`] when it cannot be read.
pub fn load(directory: &Path) -> Result<(SnapshotMeta, Vec<u8>)> {
    match read(directory)? {
        Ok(snapshot) => Ok(snapshot),
        Err(fault) => set_aside(directory, fault),
    }
}

/// The nearest store at or above `start`: the `.isgraph` directory that holds a snapshot.
#[must_use]
pub fn find_upwards(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
    start.ancestors().map(|place| place.join(DIRECTORY)).find(|store| store.join(SNAPSHOT).is_file())
}

fn read(directory: &Path) -> Result<Result<(SnapshotMeta, Vec<u8>), Fault>> {
    let path = directory.join(SNAPSHOT);
    let error = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            let message = format!("there is no index in {}; make one with `isgraph index`", directory.display());
            Error::new(ErrorCode::NoIndex, message).with_source(error)
        }
        _ => Error::new(ErrorCode::Io, format!("cannot read {}: {error}", path.display())).with_source(error),
    };
    let mut file = File::open(&path).map_err(error)?;
    format::read(&mut file).map_err(error)
}

/// Moves a snapshot that cannot be used out of the way and says so.
///
/// Another process may have replaced it since it was read: under the writers' lock it is read once
/// more, and what is good by now is returned.
fn set_aside(directory: &Path, fault: Fault) -> Result<(SnapshotMeta, Vec<u8>)> {
    let lock = lock::exclusive(directory);
    let (fault, kept) = match &lock {
        Ok(_) => match read(directory)? {
            Ok(snapshot) => return Ok(snapshot),
            Err(fault) => {
                let aside = free_name(directory);
                (fault, fs::rename(directory.join(SNAPSHOT), &aside).ok().map(|()| aside))
            }
        },
        Err(_) => (fault, None),
    };
    let place = match kept {
        Some(aside) => format!("it was set aside as {}", aside.display()),
        None => "it could not be set aside".to_owned(),
    };
    let path = directory.join(SNAPSHOT);
    let message = format!("{} {}; {place}; run `isgraph index` again", path.display(), fault.reason());
    Err(Error::new(fault.code(), message))
}

fn free_name(directory: &Path) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = directory.join(format!("snapshot.corrupt-{number}"));
        if !name.exists() {
            return name;
        }
        number += 1;
    }
}

/// Keeps the store out of version control without a line in the project's own ignore file.
fn ignore_itself(directory: &Path) -> io::Result<()> {
    let path = directory.join(".gitignore");
    if path.exists() {
        return Ok(());
    }
    File::create(path)?.write_all(b"# Made by isgraph: this directory is not for version control.\n*\n")
}

/// Removes temporary files of writers that were killed. The caller holds the writers' lock, so
/// none of them is in use.
fn remove_leftovers(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(TEMPORARY) {
            // A leftover that stays is only lost space.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A new file that is readable by whom the user's umask allows, as any other file is.
fn temporary_file(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY).suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// Makes the rename itself last through a power cut. Windows cannot open a directory, and has no
/// need of it.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}
